/** What comes back from a file or another thread is read as options are: nothing of it is trusted. */
import { ArgumentError } from '../index.ts';
import { isPlain } from '../internals.ts';
import type { Dtype } from '../memory/engine.ts';
import type { Field } from '../spec.ts';

/** Any number, NaN and infinities among them. */
export const real: Field<number> = {
  expected: () => 'a number',
  read: (value) => (typeof value === 'number' ? value : undefined),
};

/** A typed array of numbers, of this length if one is given. The array is copied. */
export const floats = <D extends Dtype>(
  dtype: D,
  length?: number,
): Field<D extends 'f32' ? Float32Array : Float64Array> => ({
  expected: () =>
    `a ${dtype === 'f32' ? 'Float32Array' : 'Float64Array'}${length === undefined ? '' : ` of ${length}`}`,
  read: (value) =>
    value instanceof (dtype === 'f32' ? Float32Array : Float64Array) && value.length === (length ?? value.length)
      ? (value.slice() as never)
      : undefined,
});

/** Bytes, of this length if one is given. */
export const bytes = (length?: number): Field<Uint8Array> => ({
  expected: () => `a Uint8Array${length === undefined ? '' : ` of ${length} bytes`}`,
  read: (value) => (value instanceof Uint8Array && value.length === (length ?? value.length) ? value : undefined),
});

/** A list of any length. */
export const listOf = <T>(of: (value: unknown, at: string) => T): Field<readonly T[]> => ({
  expected: () => 'a list',
  read: (value, at) => (Array.isArray(value) ? value.map((one, i) => of(one, `${at}[${i}]`)) : undefined),
});

const isMark = (value: unknown): boolean => isPlain(value) && value.kind === 'function';

/** Marked data with `missing` where a function was. */
export function unmarked<T>(value: T, missing: unknown): T {
  if (isMark(value)) return missing as T;
  if (Array.isArray(value)) return value.map((one) => unmarked(one, missing)) as T;
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unmarked(one, missing)])) as T;
}

/** Stands where a rate was a function: it is asked for again. */
export const missingRate = (): never => {
  throw new ArgumentError('learningRate was a function, which is not stored: give the optimizer again');
};
