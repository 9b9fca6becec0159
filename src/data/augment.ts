/** Images that are moved a little before a model sees them, in another way every epoch. */
import { ShapeError } from '../errors.ts';
import { defaultEngine } from '../memory/engine.ts';
import { augmentBytes, emitAugment, writeAugment } from '../program/augment.ts';
import { loadRows } from '../program/data.ts';
import { elementBytes, padded } from '../program/layout.ts';
import { cursor, random, Tape, walkOnce, writeFields } from '../program/tape.ts';
import { type Family, integer, makeSpec, nullable, number, oneOf, readOptions, validateSpec } from '../spec.ts';
import { type MatrixLike, readMatrix } from './matrix.ts';
import { seedWords } from './random.ts';

export interface AugmentImagesOptions {
  /** Rows of pixels, 1 to 2,048. */
  readonly height: number;
  /** Columns of pixels, 1 to 2,048. */
  readonly width: number;
  /** Numbers of a pixel, side by side. Default 1. */
  readonly channels?: number;
  /** Most pixels by which an image moves, each way: t = U(−shift, shift)² of 0 to 2,048. Default 0. */
  readonly shift?: number;
  /** Most degrees by which it turns, either way: φ = U(−rotate, rotate) of 0 to 180. Default 0. */
  readonly rotate?: number;
  /** How many times as large it gets: s = U(low, high), 0.01 ≤ low ≤ high ≤ 100. Default `[1, 1]`. */
  readonly scale?: readonly [low: number, high: number];
  /** Mirrored in half of all cases: `'horizontal'` left and right, `'vertical'` top and bottom, `'both'` each by itself. Default null. */
  readonly flip?: 'horizontal' | 'vertical' | 'both' | null;
  /** What there is outside the image. Default 0. */
  readonly fill?: number;
}

export interface AugmentImagesSpec extends Required<AugmentImagesOptions> {
  readonly kind: 'augmentImages';
}

const side = integer('[1, 2048]');

/** @internal */
export const augmentations: Family<AugmentImagesSpec> = {
  name: 'augmentation',
  kinds: {
    augmentImages: {
      height: side,
      width: side,
      channels: integer('[1, 2048]', 1),
      shift: number('[0, 2048]', 0),
      rotate: number('[0, 180]', 0),
      scale: {
        fallback: [1, 1],
        expected: () => 'two numbers, 0.01 ≤ low ≤ high ≤ 100',
        read: (value) =>
          Array.isArray(value) &&
          value.length === 2 &&
          value.every((one) => typeof one === 'number' && one >= 0.01 && one <= 100) &&
          value[0] <= value[1]
            ? Object.freeze([value[0], value[1]] as const)
            : undefined,
      },
      flip: nullable(oneOf(['horizontal', 'vertical', 'both'])),
      fill: number('(-∞, ∞)', 0),
    },
  },
};

/**
 * Small images that are shifted, turned, scaled and mirrored about their middle while a model is trained, each in another
 * way every epoch. A row is an image: row after row of pixels, the channels of a pixel side by side. Pixel p = (column,
 * row) becomes the input at q = c + F·R(−φ)·(p − c − t)/s, with c the middle and F mirroring, between four pixels bilinear.
 *
 * Elsewhere: torchvision `RandomAffine` (translate, degrees, scale) and `RandomHorizontalFlip`; Keras `RandomTranslation`,
 * `RandomRotation`, `RandomZoom`, `RandomFlip`, in shares of the side and of a full turn.
 * @throws {ArgumentError} on unknown options, values out of range, a missing height or width.
 */
export function augmentImages(options: AugmentImagesOptions): AugmentImagesSpec {
  return makeSpec(augmentations, 'augmentImages', options);
}

/** @throws {ShapeError} unless the columns are an image. @internal */
export function checkImages({ height, width, channels }: AugmentImagesSpec, columns: number): void {
  if (height * width * channels === columns) return;
  throw new ShapeError(
    `augmentation: expected ${height} × ${width} × ${channels} = ${height * width * channels} columns, got ${columns}`,
  );
}

/**
 * What a fit makes of images, to look at: row i as the i-th of an epoch, which without shuffling it is.
 * @param images one a row.
 * @param options `seed` and `epoch`, integers ≥ 0, 0 unless given: the same numbers make the same images.
 * @returns the images row after row, f32 where that holds every value of theirs, else f64.
 * @throws {ArgumentError} on what is not an augmentation and options out of range. @throws {ShapeError} if sizes do not fit.
 */
export function augment<A extends Float32Array | Float64Array>(
  images: MatrixLike,
  spec: AugmentImagesSpec,
  options?: { readonly seed?: number; readonly epoch?: number },
): A {
  const read = validateSpec(augmentations, spec);
  const { seed, epoch } = readOptions<{ seed: number; epoch: number }>(
    'augment',
    { seed: integer('[0, ∞)', 0), epoch: integer('[0, 4294967295]', 0) },
    options,
  );
  const expected = { what: 'images' };
  const source = readMatrix(images, expected);
  const { rows, columns, dtype } = source;
  checkImages(read, columns);
  const engine = defaultEngine();
  return engine.arena.scope(() => {
    const size = elementBytes(dtype);
    const stride = padded(columns * size, 16);
    const x = loadRows(engine, dtype, source, stride, expected);
    const allocate = (bytes: number): number => engine.arena.allocate(bytes);
    const to = allocate(rows * stride);
    const work = allocate(augmentBytes(read, dtype));
    const [cursorAt, randomAt] = [allocate(cursor.bytes), allocate(random.bytes)];
    const [seedLo, seedHi] = seedWords(seed);
    writeAugment(engine, read, work);
    writeFields(engine, cursorAt, cursor, { start: 0, row: 0, block: rows, index: 0 });
    writeFields(engine, randomAt, random, { seedLo, seedHi, substream: epoch });
    const tape = new Tape();
    emitAugment(
      tape,
      read,
      dtype,
      { cursor: cursorAt, random: randomAt, rows: { x, stride }, to, rowBytes: stride, work },
      rows,
    );
    walkOnce(engine, tape);
    const out = (dtype === 'f32' ? new Float32Array(rows * columns) : new Float64Array(rows * columns)) as A;
    for (let row = 0; row < rows; row++) {
      out.set(engine.floats(dtype, to + row * stride, columns), row * columns);
    }
    return out;
  });
}
