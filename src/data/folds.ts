/** Splitting rows into folds, each of which is the test part once. */
import { ArgumentError, DataError } from '../errors.ts';
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

/** From the number of the fold that every row is tested in. */
function collect(foldOf: ArrayLike<number>, folds: number): Fold[] {
  const rows = Array.from(foldOf, (_, row) => row);
  return Array.from({ length: folds }, (_, k) => ({
    train: Uint32Array.from(rows.filter((row) => foldOf[row] !== k)),
    test: Uint32Array.from(rows.filter((row) => foldOf[row] === k)),
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
  const { folds, shuffle, seed } = readOptions('kFold', fields, options);
  const n = typeof rows === 'number' ? take(integer('[1, ∞)'), rows, 'kFold: rows') : countRows(rows, 'kFold: rows');
  if (folds > n) throw new DataError(`kFold: ${folds} folds need at least ${folds} rows, got ${n}`);
  const order = shuffle ? new Philox(seed, SPLIT, 1).permutation(n) : undefined;
  const foldOf = new Uint32Array(n);
  const size = Math.floor(n / folds);
  const larger = n % folds;
  for (let i = 0; i < n; i++) {
    const past = i - larger * (size + 1);
    foldOf[order ? order[i]! : i] = past < 0 ? Math.floor(i / (size + 1)) : larger + Math.floor(past / size);
  }
  return collect(foldOf, folds);
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
  const { folds, shuffle, seed } = readOptions('stratifiedKFold', fields, options);
  const { classes, indices } = encodeLabels(labels, undefined, undefined, 'stratifiedKFold: labels');
  const members = new Map<number, number[]>();
  // Classes come in the order of their first rows, as in scikit-learn.
  indices.forEach((k, row) => {
    if (!members.get(k)?.push(row)) members.set(k, [row]);
  });
  const random = new Philox(seed, SPLIT, 2);
  const foldOf = new Uint32Array(indices.length);
  let at = 0;
  for (const [k, rows] of members) {
    const n = rows.length;
    if (folds > n) {
      throw new DataError(
        `stratifiedKFold: ${folds} folds need at least ${folds} rows of every class, got ${n} of ${JSON.stringify(classes[k])}`,
      );
    }
    // With all rows sorted by class, row i goes to fold i mod K: that says how many each fold gets.
    const shares = Array.from(rows, (_, i) => (at + i) % folds).sort((a, b) => a - b);
    const order = shuffle ? random.permutation(n) : undefined;
    rows.forEach((row, i) => {
      foldOf[row] = shares[order ? order[i]! : i]!;
    });
    at += n;
  }
  return collect(foldOf, folds);
}

/**
 * Folds as somebody made them.
 * @throws {ArgumentError} unless it is a list of `{ train, test }`, none empty, of numbers of rows.
 */
export function readFolds(value: readonly unknown[], rows: number): Fold[] {
  return value.map((fold, i) => {
    const part = (name: keyof Fold): Uint32Array => {
      const list = Array.from((fold as Fold | null)?.[name] ?? []);
      if (list.length > 0 && list.every((row) => Number.isInteger(row) && row >= 0 && row < rows)) {
        return Uint32Array.from(list);
      }
      throw new ArgumentError(`folds[${i}]: expected ${name}, numbers of rows in [0, ${rows}), not empty`);
    };
    return { train: part('train'), test: part('test') };
  });
}
