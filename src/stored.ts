/** What comes back from a file or another thread is read as options are: nothing of it is trusted. */
import { ArgumentError } from './errors.ts';
import type { Dtype } from './memory/engine.ts';
import { type Field, isPlain } from './spec.ts';

/** Any number, NaN and infinities among them. */
export const real: Field<number> = {
  expected: () => 'a number',
  read: (value) => (typeof value === 'number' ? value : undefined),
};

/** Anything: it is read elsewhere. */
export const anything: Field<unknown> = { fallback: null, expected: () => 'anything', read: (value) => value };

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

/** What stands where a function was. */
const FUNCTION = { kind: 'function' };

const isMark = (value: unknown): boolean => isPlain(value) && value.kind === 'function';

/** Plain data of what may hold functions (rates) and layers: functions without `toJSON` are marked. */
export const marked = <T>(value: T): T =>
  value === undefined
    ? value
    : JSON.parse(
        JSON.stringify(value, (_, inner) =>
          typeof inner === 'function' ? FUNCTION : ArrayBuffer.isView(inner) ? Array.from(inner as never) : inner,
        ),
      );

/** Whether a function is marked in it. */
export const hasMark = (value: unknown): boolean =>
  isMark(value) || (typeof value === 'object' && value !== null && Object.values(value).some(hasMark));

/** The same with `missing` where a function was. */
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
