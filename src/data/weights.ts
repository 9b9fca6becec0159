/** Weights of rows: given one a row, by class, or both; scaled to mean 1 over the training rows. */
import { describe } from '../describe.ts';
import { ArgumentError, DataError } from '../errors.ts';
import { isPlain } from '../spec.ts';
import { type RowIndex, readMatrix, requireFinite } from './matrix.ts';
import type { EncodedLabels } from './targets.ts';

/**
 * Weights of classes: in the order of the classes; by label, 1 where there is none; or `'balanced'`, n/(K·nₖ) over the
 * training rows, as in scikit-learn.
 */
export type ClassWeights = readonly number[] | Readonly<Record<string, number>> | 'balanced';

export interface RowWeighting {
  /** Rows of features. */
  readonly rows: number;
  readonly sampleWeights?: unknown;
  readonly classWeights?: unknown;
  /** A factor for each row, as the loss has it. */
  readonly factors?: ArrayLike<number> | undefined;
  /** The labels of all rows, for class weights. */
  readonly labels?: EncodedLabels | undefined;
  /** Numbers of the training rows; all if left out. */
  readonly index?: RowIndex | undefined;
}

function readSampleWeights(weights: unknown, rows: number): Float64Array {
  const expected = { what: 'sampleWeights', rows, vector: true, columns: 1 };
  const source = readMatrix(weights, expected);
  requireFinite(source, expected);
  const values = new Float64Array(rows);
  source.copyRows(values, 1, 0, rows);
  const negative = values.findIndex((weight) => weight < 0);
  if (negative >= 0) {
    throw new DataError(`sampleWeights: row ${negative} must be a number ≥ 0, got ${values[negative]}`);
  }
  return values;
}

/** One weight a class. */
function readClassWeights(weights: unknown, { classes, indices }: EncodedLabels, index?: RowIndex): number[] {
  if (weights === 'balanced') {
    const counts = new Array<number>(classes.length).fill(0);
    const training = index ? Array.from(index, (row) => indices[row]!) : indices;
    for (const k of training) counts[k]!++;
    return counts.map((count) => (count > 0 ? training.length / (classes.length * count) : 0));
  }
  let list: unknown[];
  if (Array.isArray(weights)) {
    list = weights;
    if (list.length !== classes.length) {
      throw new ArgumentError(`classWeights: expected ${classes.length}, one per class, got ${list.length}`);
    }
  } else if (isPlain(weights)) {
    const keys = classes.map(String);
    const unknown = Object.keys(weights).find((key) => !keys.includes(key));
    if (unknown !== undefined) {
      throw new ArgumentError(`classWeights: ${describe(unknown)} is none of the classes ${keys.join(', ')}`);
    }
    list = keys.map((key) => (Object.hasOwn(weights, key) ? weights[key] : 1));
  } else {
    throw new ArgumentError(
      `classWeights must be "balanced", an array or an object by label, got ${describe(weights)}`,
    );
  }
  const bad = list.findIndex((weight) => !Number.isFinite(weight) || (weight as number) < 0);
  if (bad >= 0) {
    throw new ArgumentError(
      `classWeights: of class ${describe(classes[bad])} must be a number ≥ 0, got ${describe(list[bad])}`,
    );
  }
  return list as number[];
}

/**
 * Combines sample and class weights (their product) and scales them to mean 1 over the training rows.
 * @returns one weight per training row, in their order, or undefined if there are no weights.
 * @throws {ShapeError} if sample weights are not one per row.
 * @throws {DataError} if one is negative or not finite, or all are 0.
 * @throws {ArgumentError} if class weights do not fit the classes.
 */
export function rowWeights({
  rows,
  sampleWeights,
  classWeights,
  factors,
  labels,
  index,
}: RowWeighting): Float64Array | undefined {
  const given = (weights: unknown): boolean => weights !== undefined && weights !== null;
  if (!given(sampleWeights) && !given(classWeights) && !factors) return undefined;
  const samples = given(sampleWeights) ? readSampleWeights(sampleWeights, rows) : new Float64Array(rows).fill(1);
  if (factors) for (let i = 0; i < rows; i++) samples[i]! *= factors[i]!;
  const weights = index ? Float64Array.from(index, (row) => samples[row]!) : samples;
  if (given(classWeights)) {
    if (!labels) throw new ArgumentError('classWeights need class labels as targets');
    const byClass = readClassWeights(classWeights, labels, index);
    for (let i = 0; i < weights.length; i++) weights[i]! *= byClass[labels.indices[index ? index[i]! : i]!] ?? 0;
  }
  // The largest first, so that neither the sum nor the quotient leaves the range.
  const largest = weights.reduce((a, b) => Math.max(a, b), 0);
  if (largest === 0) throw new DataError('sample and class weights are 0 for every training row');
  let sum = 0;
  for (const weight of weights) sum += weight / largest;
  return weights.map((weight) => (weight / largest) * (weights.length / sum));
}
