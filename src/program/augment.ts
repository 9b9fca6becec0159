/** Rows that are images on their way into a batch: where and how the kernel `augment` works. */
import type { AugmentImagesSpec } from '../data/augment.ts';
import type { Dtype, Engine } from '../memory/engine.ts';
import { elementBytes, padded } from './layout.ts';
import type { Rows } from './model.ts';
import type { Tape } from './tape.ts';

/** Bytes of the numbers of a spec. */
const NUMBERS = 128;

/** Work units a pixel. */
const PIXEL_COST = 8;

/** Bytes of work space: the numbers, a plane with a frame around it, a plane without. */
export const augmentBytes = ({ height, width }: AugmentImagesSpec, dtype: Dtype): number =>
  NUMBERS + padded(((height + 3) * (width + 2) + 1 + height * width + 4) * elementBytes(dtype), 64);

/** Writes the numbers of the spec into the work space. */
export function writeAugment(engine: Engine, spec: AugmentImagesSpec, at: number): void {
  const { height, width, channels, shift, rotate, scale, fill, flip } = spec;
  const [low, high] = scale;
  const flips = flip ? { horizontal: 1, vertical: 2, both: 3 }[flip] : 0;
  const radians = (rotate * Math.PI) / 180;
  engine.f64.set([height, width, channels, shift, radians, low, high - low, fill, flips], at >>> 3);
}

export interface AugmentPlaces {
  readonly cursor: number;
  /** Seed, and the epoch as substream. */
  readonly random: number;
  readonly rows: Rows;
  readonly to: number;
  readonly rowBytes: number;
  readonly work: number;
}

/** The rows of a block of at most `limit`, moved and side by side. */
export function emitAugment(
  tape: Tape,
  { height, width, channels }: AugmentImagesSpec,
  dtype: Dtype,
  { cursor, random, rows, to, rowBytes, work }: AugmentPlaces,
  limit: number,
): void {
  const words = [cursor, random, rows.x, rows.stride, to, rowBytes, work, work + NUMBERS];
  tape.emit('augment', dtype, words, limit * height * width * channels * PIXEL_COST);
}
