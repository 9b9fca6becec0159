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

/** Calls `body` with every piece of the rows, staged at a pointer in the type of the source. */
function inPieces(
  engine: Engine,
  source: RowSource,
  index: RowIndex | undefined,
  body: (staged: number, from: number, count: number) => void,
): void {
  const { columns, dtype } = source;
  const rows = index ? index.length : source.rows;
  const most = Math.max(1, Math.min(PIECE_ROWS, Math.floor(PIECE_VALUES / columns), rows));
  // Kernels read pairs of values: one beyond the last may be touched.
  const staged = engine.arena.allocate(most * columns * elementBytes(dtype) + 16);
  for (let from = 0; from < rows; from += most) {
    const count = Math.min(most, rows - from);
    source.copyRows(engine.floats(dtype, staged, count * columns), columns, from, count, index);
    body(staged, from, count);
  }
  engine.arena.free(staged);
}

/** Mean and standard deviation of the features; a constant feature gets 1, as in scikit-learn. */
export function standardization(engine: Engine, source: RowSource, index?: RowIndex): Standardization {
  const { columns, dtype } = source;
  const rows = index ? index.length : source.rows;
  return engine.arena.scope(() => {
    const bytes = (columns + 1) * 8;
    const [mean, m2, sum, square] = [0, 0, 0, 0].map(() => engine.arena.allocate(bytes)) as [
      number,
      number,
      number,
      number,
    ];
    const seen = engine.arena.allocate(8);
    for (const at of [mean, m2]) engine.u8.fill(0, at, at + bytes);
    engine.f64[seen >>> 3] = 0;
    inPieces(engine, source, index, (staged, _, count) => {
      const kernel = dtype === 'f32' ? 'momentsF32' : 'momentsF64';
      call(engine, kernel, '', [staged, count, columns, mean, m2, seen, sum, square]);
    });
    const means = engine.f64.slice(mean >>> 3, (mean >>> 3) + columns);
    const scale = engine.f64.slice(m2 >>> 3, (m2 >>> 3) + columns).map((deviations, j) => {
      const variance = deviations / rows;
      // What rounding alone makes of a constant (scikit-learn's rule).
      const noise = rows * Number.EPSILON * variance + (rows * means[j]! * Number.EPSILON) ** 2;
      return variance <= noise ? 1 : Math.sqrt(variance);
    });
    return { mean: means, scale };
  });
}

/**
 * Loads rows as `dtype`, `rowBytes` apart.
 * @returns a block of the arena, 256 bytes longer than the rows: kernels may read on behind the last.
 * @throws {DataError} if a value is not finite (in `dtype`).
 */
export function loadRows(
  engine: Engine,
  dtype: Dtype,
  source: RowSource,
  rowBytes: number,
  expected: Expectation,
  index?: RowIndex,
  standard?: Standardization,
): number {
  const { columns } = source;
  const rows = index ? index.length : source.rows;
  const block = engine.arena.allocate(rows * rowBytes + 256);
  try {
    engine.arena.scope(() => {
      const flag = engine.arena.allocate(8);
      engine.u32[flag >>> 2] = 0;
      let means = 0;
      let factors = 0;
      if (standard) {
        means = engine.arena.allocate((columns + 1) * 8);
        factors = engine.arena.allocate((columns + 1) * 8);
        engine.f64.set(standard.mean, means >>> 3);
        engine.f64.set(
          standard.scale.map((scale) => 1 / scale),
          factors >>> 3,
        );
      }
      const kernel = source.dtype === 'f32' ? 'loadF32' : 'loadF64';
      inPieces(engine, source, index, (staged, from, count) => {
        const to = block + from * rowBytes;
        call(engine, kernel, dtype, [staged, to, count, columns, rowBytes, means, factors, flag]);
      });
      if (engine.u32[flag >>> 2] === 0) return;
      requireFinite(source, expected, dtype);
      throw new DataError(`${expected.what}: a standardised value does not fit ${dtype}`);
    });
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
