/** What goes around an update: clipping, the second gradient of SAM, averages of the parameters. */
import type { AverageSpec, ClipSpec, SamSpec } from '../around.ts';
import type { Dtype, Engine } from '../memory/engine.ts';
import { averageRows, clipRows } from './around-rows.ts';
import { numbers } from './block.ts';
import { padded, type Tensor } from './layout.ts';
import type { Tape } from './tape.ts';

/** Options of a run that are around its updates. */
export interface Around {
  readonly clips: readonly ClipSpec[];
  readonly averages: readonly AverageSpec[];
  readonly perturbation: SamSpec | null;
}

/** Bytes of the options of one spec, and of the counters of one average. */
const OPTIONS = 64;

const order = ({ clips, averages, perturbation }: Around): readonly (ClipSpec | AverageSpec | SamSpec)[] => [
  ...clips,
  ...averages,
  ...(perturbation ? [perturbation] : []),
];

export const aroundBytes = (around: Around): number => order(around).length * OPTIONS;

export const averageBytes = (averages: readonly AverageSpec[], bytes: number): number =>
  averages.length * (OPTIONS + padded(bytes, 64));

/** Where the values of average `i` lie, behind its counters. */
export const averageAt = (base: number, i: number, bytes: number): number =>
  base + i * (OPTIONS + padded(bytes, 64)) + OPTIONS;

/** Writes options. */
export function writeAround(engine: Engine, around: Around, at: number): void {
  const rows = [...clipRows, ...averageRows, { kind: 'sam', block: ['rho'] }];
  order(around).forEach((spec, i) => {
    const row = rows.find(({ kind }) => kind === spec.kind)!;
    engine.f64.set(numbers(row, spec), (at + i * OPTIONS) >>> 3);
  });
}

export interface AroundPlaces {
  readonly dtype: Dtype;
  readonly parameters: number;
  readonly gradient: number;
  readonly bytes: number;
  readonly options: number;
  /** A sum of squares. */
  readonly norm: number;
}

/** One op updates no more bytes than this. */
const CHUNK = 2 ** 20;

/** Stretches of at most CHUNK bytes. */
function stretches(bytes: number): { at: number; length: number; first: boolean; last: boolean }[] {
  const count = Math.ceil(bytes / CHUNK);
  return Array.from({ length: count }, (_, i) => ({
    at: i * CHUNK,
    length: Math.min(CHUNK, bytes - i * CHUNK),
    first: i === 0,
    last: i === count - 1,
  }));
}

function emitNorm(tape: Tape, { dtype, norm }: AroundPlaces, from: number, bytes: number): void {
  for (const { at, length, first } of stretches(bytes)) {
    tape.emit('norm', dtype, [norm, from + at, length, Number(first)], length / 4);
  }
}

/** Clips the gradient. */
export function emitClips(
  tape: Tape,
  clips: readonly ClipSpec[],
  tensors: readonly Tensor[],
  places: AroundPlaces,
): void {
  const { dtype, gradient, bytes, options, norm } = places;
  clips.forEach(({ kind }, i) => {
    const max = options + i * OPTIONS;
    const whole = [{ offset: 0, bytes }];
    const parts = kind === 'clipByNorm' ? tensors : whole;
    for (const part of parts) {
      const from = gradient + part.offset;
      if (kind !== 'clipByValue') emitNorm(tape, places, from, part.bytes);
      for (const { at, length } of stretches(part.bytes)) {
        if (kind === 'clipByValue') tape.emit('clipValue', dtype, [max, from + at, length], length / 4);
        else tape.emit('clipNorm', dtype, [norm, max, from + at, length], length / 4);
      }
    }
  });
}

/** θ ← θ + ρg/‖g‖, with θ kept at `origin`. */
export function emitAscent(tape: Tape, around: Around, places: AroundPlaces, origin: number): void {
  const rho = places.options + (order(around).length - 1) * OPTIONS;
  emitNorm(tape, places, places.gradient, places.bytes);
  for (const { at, length } of stretches(places.bytes)) {
    const words = [places.norm, rho, places.parameters + at, places.gradient + at, length, origin + at];
    tape.emit('samAscend', places.dtype, words, length / 4);
  }
}

/** Averages of the parameters, in their order. */
export function emitAverages(tape: Tape, around: Around, places: AroundPlaces, base: number): void {
  const { dtype, parameters, bytes, options } = places;
  around.averages.forEach(({ kind }, i) => {
    const values = averageAt(base, i, bytes);
    const settings = options + (around.clips.length + i) * OPTIONS;
    for (const { at, length, first, last } of stretches(bytes)) {
      const flags = Number(first) + 2 * Number(last);
      tape.emit(kind, dtype, [settings, values - OPTIONS, parameters + at, values + at, length, flags], length / 4);
    }
  });
}
