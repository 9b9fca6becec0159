/** Data on their way into linear memory: staged in pieces, converted, standardised and checked by the module. */

import { type Expectation, type RowIndex, type RowSource, requireFinite } from '../data/matrix.ts';
import { DataError } from '../errors.ts';
import type { Dtype, Engine } from '../memory/engine.ts';
import { elementBytes } from './layout.ts';
import { call } from './tape.ts';

/** Values that one piece holds at the most. */
const PIECE_VALUES = 131072;
const PIECE_ROWS = 4096;

/** Mean and standard deviation (population) of every feature. */
export interface Standardization {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

/** Work that is done piece by piece: each `next` does one. Whoever leaves it before its end calls `return`. */
export type Pieces = Generator<void, void>;

/** Does all of it. */
export function finish(pieces: Pieces): void {
  while (!pieces.next().done);
}

/** Calls `body` with every piece of the rows, staged at a pointer in the type of the source. */
function* inPieces(
  engine: Engine,
  source: RowSource,
  index: RowIndex | undefined,
  body: (staged: number, from: number, count: number) => void,
): Pieces {
  const { columns, dtype } = source;
  const rows = index ? index.length : source.rows;
  const most = Math.max(1, Math.min(PIECE_ROWS, Math.floor(PIECE_VALUES / columns), rows));
  // Kernels read pairs of values: one beyond the last may be touched.
  const staged = engine.arena.allocate(most * columns * elementBytes(dtype) + 16);
  try {
    for (let from = 0; from < rows; from += most) {
      const count = Math.min(most, rows - from);
      source.copyRows(engine.floats(dtype, staged, count * columns), columns, from, count, index);
      body(staged, from, count);
      yield;
    }
  } finally {
    engine.arena.free(staged);
  }
}

/** What leaves features as they are. */
export function noStandardization(columns: number): Standardization {
  return { mean: new Float64Array(columns), scale: new Float64Array(columns).fill(1) };
}

/** Writes mean and standard deviation of the features into `found`; a constant feature gets 1, as in scikit-learn. */
export function* standardize(engine: Engine, source: RowSource, found: Standardization, index?: RowIndex): Pieces {
  const { columns, dtype } = source;
  const rows = index ? index.length : source.rows;
  const bytes = (columns + 1) * 8;
  const block = engine.arena.allocate(4 * bytes + 8);
  const [mean, m2, sum, square, seen] = [0, 1, 2, 3, 4].map((i) => block + i * bytes) as [
    number,
    number,
    number,
    number,
    number,
  ];
  engine.u8.fill(0, block, seen + 8);
  try {
    yield* inPieces(engine, source, index, (staged, _, count) => {
      const kernel = dtype === 'f32' ? 'momentsF32' : 'momentsF64';
      call(engine, kernel, '', [staged, count, columns, mean, m2, seen, sum, square]);
    });
    found.mean.set(engine.f64.subarray(mean >>> 3, (mean >>> 3) + columns));
    for (let j = 0; j < columns; j++) {
      const variance = engine.f64[(m2 >>> 3) + j]! / rows;
      // What rounding alone makes of a constant (scikit-learn's rule).
      const noise = rows * Number.EPSILON * variance + (rows * found.mean[j]! * Number.EPSILON) ** 2;
      found.scale[j] = variance <= noise ? 1 : Math.sqrt(variance);
    }
  } finally {
    engine.arena.free(block);
  }
}

/**
 * Loads rows as `dtype`, `rowBytes` apart, to `block`, which is 256 bytes longer than the rows: kernels may read on
 * behind the last.
 * @throws {DataError} if a value is not finite (in `dtype`).
 */
export function* loading(
  engine: Engine,
  dtype: Dtype,
  source: RowSource,
  rowBytes: number,
  expected: Expectation,
  block: number,
  index?: RowIndex,
  standard?: Standardization,
): Pieces {
  const { columns } = source;
  const bytes = (columns + 1) * 8;
  const flag = engine.arena.allocate(8 + 2 * bytes);
  try {
    engine.u32[flag >>> 2] = 0;
    const means = standard ? flag + 8 : 0;
    const factors = standard ? means + bytes : 0;
    if (standard) {
      engine.f64.set(standard.mean, means >>> 3);
      engine.f64.set(
        standard.scale.map((scale) => 1 / scale),
        factors >>> 3,
      );
    }
    const kernel = source.dtype === 'f32' ? 'loadF32' : 'loadF64';
    yield* inPieces(engine, source, index, (staged, from, count) => {
      const to = block + from * rowBytes;
      call(engine, kernel, dtype, [staged, to, count, columns, rowBytes, means, factors, flag]);
    });
    if (engine.u32[flag >>> 2] === 0) return;
    requireFinite(source, expected, dtype);
    throw new DataError(`${expected.what}: a standardised value does not fit ${dtype}`);
  } finally {
    engine.arena.free(flag);
  }
}

/** A block for rows. */
export function allocateRows(engine: Engine, rows: number, rowBytes: number): number {
  return engine.arena.allocate(rows * rowBytes + 256);
}

/** Loads rows at once, see `loading`. */
export function loadRows(
  engine: Engine,
  dtype: Dtype,
  source: RowSource,
  rowBytes: number,
  expected: Expectation,
  index?: RowIndex,
  standard?: Standardization,
): number {
  const block = allocateRows(engine, index ? index.length : source.rows, rowBytes);
  try {
    finish(loading(engine, dtype, source, rowBytes, expected, block, index, standard));
  } catch (error) {
    engine.arena.free(block);
    throw error;
  }
  return block;
}

/** Loads a list of numbers as `dtype`. */
export function loadNumbers(engine: Engine, dtype: Dtype, values: ArrayLike<number>): number {
  const block = engine.arena.allocate(values.length * elementBytes(dtype) + 64);
  if (dtype === 'f32') engine.f32.set(values, block >>> 2);
  else engine.f64.set(values, block >>> 3);
  return block;
}

/** Loads a list of i32. */
export function loadIndices(engine: Engine, values: ArrayLike<number>): number {
  const block = engine.arena.allocate(values.length * 4 + 64);
  engine.i32.set(values, block >>> 2);
  return block;
}
