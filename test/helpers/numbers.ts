/** Numbers for tests of sums and products, and what rounding may do to them. */
import type { Dtype } from '#src/memory/engine.js';
import { source } from './points.ts';

export const dtypes = ['f32', 'f64'] as const;

/** Half the distance from 1 to the next number: the relative error of one operation. */
export const unit = { f32: 2 ** -24, f64: 2 ** -53 } as const;

export const sizeOf = (dtype: Dtype): number => (dtype === 'f32' ? 4 : 8);

/** Elements that a row of `n` takes in whole vectors. */
export const paddedLength = (dtype: Dtype, n: number): number => {
  const lanes = 16 / sizeOf(dtype);
  return Math.ceil(n / lanes) * lanes;
};

/**
 * Multiples of 1/8 in [−4, 4]. Sums of a few thousand products of two are exact in f32, in every order, so results can be
 * compared with the formula bit for bit.
 */
export function eighths(seed: number): () => number {
  const next = source(seed);
  return () => Math.floor(next() * 65 - 32) / 8;
}

/** Numbers in [−1, 1), rounded to the type. */
export function reals(dtype: Dtype, seed: number): () => number {
  const next = source(seed);
  return () => (dtype === 'f32' ? Math.fround(2 * next() - 1) : 2 * next() - 1);
}

/** Rows of `columns` values, `stride` elements apart, with `padding` between them. */
export function rowMajor(
  dtype: Dtype,
  rows: number,
  columns: number,
  stride: number,
  value: (row: number, column: number) => number,
  padding = 0,
): Float32Array | Float64Array {
  const out = dtype === 'f32' ? new Float32Array(rows * stride) : new Float64Array(rows * stride);
  out.fill(padding);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[i * stride + j] = value(i, j);
  return out;
}
