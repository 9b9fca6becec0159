/** Splitting rows in two: a seeded shuffle, stratified on request. */
import { describe } from '../describe.ts';
import { ArgumentError, DataError, ShapeError } from '../errors.ts';
import { boolean, type Field, type Fields, integer, isPlain, readOptions } from '../spec.ts';
import { isTyped, type MatrixLike, type RowIndex, readMatrix, type TypedArray } from './matrix.ts';
import { Philox } from './random.ts';
import { type EncodedLabels, encodeLabels, type Labels } from './targets.ts';

/** Number of the stream of random numbers. */
const SPLIT = 3;

/** What rows can be taken from. */
export type Rows =
  | MatrixLike
  | readonly unknown[]
  | TypedArray
  | Readonly<Record<string, readonly unknown[] | TypedArray>>;

export interface TrainTestSplitOptions {
  /** Size of the test part: a fraction in (0, 1), rounded up to whole rows, or a number of rows. Default 0.25. */
  readonly testSize?: number;
  /** Integer ≥ 0. Default 0. */
  readonly seed?: number;
  /**
   * Keeps the proportions of classes in both parts: by these labels, one a row, or with true by the targets. Default
   * false.
   */
  readonly stratify?: Labels | boolean;
  /** Without it the last rows are the test part. Default true. */
  readonly shuffle?: boolean;
}

export interface TrainTestSplit<X, Y> {
  readonly xTrain: X;
  readonly xTest: X;
  readonly yTrain: Y;
  readonly yTest: Y;
  readonly trainIndices: Uint32Array;
  readonly testIndices: Uint32Array;
}

const testSize: Field<number> = {
  fallback: 0.25,
  expected: () => 'a fraction in (0, 1) or a number of rows',
  read: (value) =>
    typeof value === 'number' && value > 0 && (value < 1 || Number.isSafeInteger(value)) ? value : undefined,
};

const stratify: Field<Labels | boolean> = {
  fallback: false,
  expected: () => 'true, false or labels',
  read: (value) =>
    typeof value === 'boolean' || (typeof value === 'object' && value !== null) ? (value as Labels) : undefined,
};

const fields: Fields<Required<TrainTestSplitOptions>> = {
  testSize,
  seed: integer('[0, ∞)', 0),
  stratify,
  shuffle: boolean(true),
};

/**
 * How many rows of each class go to the test part: in proportion, what is left by largest remainder, the first class
 * first among equals. Every class keeps a row to train on.
 */
function quotas(counts: readonly number[], rows: number, test: number): number[] {
  const exact = counts.map((count) => (count * test) / rows);
  const taken = exact.map(Math.floor);
  const order = [...exact.keys()].sort((a, b) => exact[b]! - taken[b]! - (exact[a]! - taken[a]!));
  let left = test - taken.reduce((a, b) => a + b, 0);
  while (left > 0) {
    const before = left;
    for (const k of order) {
      if (left > 0 && taken[k]! + 1 < counts[k]!) {
        taken[k]!++;
        left--;
      }
    }
    if (left === before) {
      throw new DataError(
        `stratify: with ${test} of ${rows} rows in the test part, not every one of ${counts.length} classes keeps a row to train on`,
      );
    }
  }
  return taken;
}

/**
 * Splits row numbers in two.
 * @param size of the test part: a fraction, rounded up, or a number of rows.
 * @param labels to stratify by.
 * @returns shuffled numbers (with `shuffle` false ascending ones, the last rows in the test part).
 * @throws {DataError} if a part would be empty, or a class without a row to train on.
 */
export function splitIndices(
  rows: number,
  size: number,
  seed = 0,
  labels?: EncodedLabels,
  shuffle = true,
): { train: Uint32Array; test: Uint32Array } {
  // A fraction such as 0.07 of 100 is a little above 7.
  const count = size < 1 ? Math.ceil(rows * size - 1e-9 * rows) : size;
  if (count < 1 || count >= rows) {
    throw new DataError(`${rows} rows cannot be split with ${count} in the test part: each part needs at least one`);
  }
  // Ignored rows are a class of their own.
  const classes = labels?.indices.map((k) => (k < 0 ? labels.classes.length : k)) ?? new Int32Array(rows);
  const ignored = Number(labels?.indices.includes(-1));
  const counts = new Array<number>(labels ? labels.classes.length + ignored : 1).fill(0);
  for (const k of classes) counts[k]!++;
  const quota = quotas(counts, rows, count);
  const order = shuffle ? new Philox(seed, SPLIT, 0).permutation(rows) : Uint32Array.from(classes.keys());
  const train = new Uint32Array(rows - count);
  const test = new Uint32Array(count);
  let t = count;
  let r = rows - count;
  for (let i = rows - 1; i >= 0; i--) {
    const row = order[i]!;
    const k = classes[row]!;
    if (quota[k]! > 0) {
      quota[k]!--;
      test[--t] = row;
    } else {
      train[--r] = row;
    }
  }
  return { train, test };
}

interface FlatData {
  readonly data: TypedArray | readonly unknown[];
  readonly shape?: readonly number[];
  readonly rows?: number;
}

const isFlat = (x: unknown): x is FlatData => typeof x === 'object' && x !== null && 'data' in x;

/** Whether these are lists by name: columns of categories. */
const isNamed = (x: unknown): x is Record<string, unknown[]> =>
  isPlain(x) && Object.values(x).every((list) => Array.isArray(list) || isTyped(list));

/**
 * How many rows there are.
 * @throws {ShapeError} if it is nothing with rows.
 */
export function countRows(x: unknown, what: string): number {
  if (Array.isArray(x) || isTyped(x)) return x.length;
  const rows = isFlat(x) ? (x.shape?.[0] ?? x.rows) : isNamed(x) ? Object.values(x)[0]?.length : undefined;
  if (rows === undefined) throw new ShapeError(`${what}: expected rows or a matrix, got ${describe(x)}`);
  return rows;
}

/** The rows that the index lists, as the same kind of thing. Rows of nested arrays are shared, not copied. */
export function takeRows<T>(x: T, index: RowIndex): T {
  const take = (data: unknown, width: number): unknown => {
    if (Array.isArray(data) && width === 1) return Array.from(index, (row) => data[row]);
    const source = data as TypedArray;
    const out = new (source.constructor as new (length: number) => TypedArray)(index.length * width);
    for (let i = 0, to = 0; i < index.length; i++) {
      const start = index[i]! * width;
      for (let j = 0; j < width; j++) out[to++] = source[start + j]!;
    }
    return out;
  };
  if (!isFlat(x)) {
    if (!isNamed(x)) return take(x, 1) as T;
    return Object.fromEntries(Object.entries(x).map(([name, list]) => [name, take(list, 1)])) as T;
  }
  const rows = countRows(x, 'data');
  const data = take(x.data, x.data.length / rows);
  return (
    x.shape ? { ...x, data, shape: [index.length, ...x.shape.slice(1)] } : { ...x, data, rows: index.length }
  ) as T;
}

/**
 * Splits features and targets into a part to train on and one to test on. Parts are of the same kind as what was given.
 *
 * The size of the test part is rounded up, as in scikit-learn. Unlike there, a class with a single row is no error: it
 * is trained on.
 * @throws {ArgumentError} on unknown options, values out of range, and `stratify` without `shuffle`.
 * @throws {ShapeError} if there are not as many targets as rows of features.
 * @throws {DataError} if a part would be empty, or a class without a row to train on.
 */
export function trainTestSplit<X extends Rows, Y extends Rows>(
  x: X,
  y: Y,
  options?: TrainTestSplitOptions,
): TrainTestSplit<X, Y> {
  const { testSize, seed, stratify, shuffle } = readOptions('trainTestSplit', fields, options);
  if (stratify && !shuffle) throw new ArgumentError('trainTestSplit: stratify needs shuffle');
  const rows = isTyped(x) ? readMatrix(x).rows : countRows(x, 'features');
  const targets = countRows(y, 'targets');
  if (targets !== rows) {
    throw new ShapeError(`targets: expected ${rows} rows, one per row of features, got ${targets}`);
  }
  const labels = stratify ? encodeLabels(stratify === true ? y : stratify, undefined, rows) : undefined;
  const { train, test } = splitIndices(rows, testSize, seed, labels, shuffle);
  return {
    xTrain: takeRows(x, train),
    xTest: takeRows(x, test),
    yTrain: takeRows(y, train),
    yTest: takeRows(y, test),
    trainIndices: train,
    testIndices: test,
  };
}
