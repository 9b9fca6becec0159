/** Splitting rows into folds, each of which is the test part once. */
import { DataError } from '../errors.ts';
import { boolean, integer, readOptions, take } from '../spec.ts';
import { Philox } from './random.ts';
import { countRows, type Rows } from './split.ts';
import { encodeLabels, type Labels } from './targets.ts';

/** Number of the stream of random numbers; substream 0 belongs to `trainTestSplit`. */
const SPLIT = 3;

export interface KFoldOptions {
  /** How many, ≥ 2. Default 5. */
  readonly folds?: number;
  /** Whether rows are spread at random; otherwise every fold is a stretch of rows. Default true. */
  readonly shuffle?: boolean;
  /** Integer ≥ 0. Default 0. */
  readonly seed?: number;
}

/** Numbers of rows, ascending: those to train on and those to test on. */
export interface Fold {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

const fields = { folds: integer('[2, ∞)', 5), shuffle: boolean(true), seed: integer('[0, ∞)', 0) };

/**
 * Spreads the members of every group over the folds. With all rows in order of their groups, row i would go to fold
 * i mod K: that says how many of a group each fold gets.
 */
function spread(of: string, groups: readonly number[][], options: Required<KFoldOptions>, substream: number): Fold[] {
  const { folds, shuffle, seed } = options;
  const random = new Philox(seed, SPLIT, substream);
  const foldOf: number[] = [];
  let at = 0;
  for (const rows of groups) {
    const n = rows.length;
    if (folds > n) throw new DataError(`${folds} folds need at least as many ${of}, got ${n}`);
    const shares = Uint32Array.from(rows, () => at++ % folds).sort();
    const order = shuffle ? random.permutation(n) : shares.keys();
    let i = 0;
    for (const j of order) foldOf[rows[i++]!] = shares[j]!;
  }
  const all = Uint32Array.from(foldOf.keys());
  return Array.from({ length: folds }, (_, k) => ({
    train: all.filter((row) => foldOf[row] !== k),
    test: all.filter((row) => foldOf[row] === k),
  }));
}

/**
 * K folds, as scikit-learn's `KFold`: sizes differ by at most one, the first n mod K are the larger ones. Unlike there
 * rows are shuffled unless told.
 * @param rows how many rows there are, or the rows.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @throws {DataError} if there are more folds than rows.
 */
export function kFold(rows: number | Rows, options?: KFoldOptions): Fold[] {
  const read = readOptions('kFold', fields, options);
  const n = typeof rows === 'number' ? take(integer('[1, ∞)'), rows, 'kFold: rows') : countRows(rows, 'kFold: rows');
  return spread('rows', [Array.from({ length: n }, (_, row) => row)], read, 1);
}

/**
 * K folds with the same shares of classes, as scikit-learn's `StratifiedKFold`: of every class the folds get equally
 * many members, give or take one, and so they do of all rows. Within a class rows go to the folds in stretches, or at
 * random with `shuffle`.
 *
 * Unlike there, a class with fewer members than there are folds is an error, not a warning: some folds would be
 * without it.
 * @param labels one a row.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @throws {DataError} on labels that are none, on a single class, and on more folds than members of a class.
 */
export function stratifiedKFold(labels: Labels, options?: KFoldOptions): Fold[] {
  const read = readOptions('stratifiedKFold', fields, options);
  const { indices } = encodeLabels(labels, undefined, undefined, 'stratifiedKFold: labels');
  // Classes in the order of their first rows, as in scikit-learn.
  const members = new Map<number, number[]>();
  indices.forEach((k, row) => {
    if (!members.get(k)?.push(row)) members.set(k, [row]);
  });
  return spread('rows of every class', [...members.values()], read, 2);
}
