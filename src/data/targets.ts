/** Taking targets in: numbers for regressions, labels for classifiers. */
import { describe } from '../describe.ts';
import { ArgumentError, DataError, ShapeError } from '../errors.ts';
import { isTyped, type RowSource, readMatrix, type TypedArray } from './matrix.ts';

/** Name of a class. */
export type Label = number | string | boolean;

export type Labels =
  | readonly Label[]
  | TypedArray
  | { readonly data: TypedArray | readonly number[]; readonly shape: readonly number[] };

export interface EncodedLabels {
  /** Numbers ascending, strings by code unit, false before true; or as they were given. */
  readonly classes: readonly Label[];
  /** Position in `classes` of every row; −1 where it is ignored. */
  readonly indices: Int32Array;
}

/**
 * Reads targets that are numbers: one a row, or a row of several.
 * @param rows rows of features.
 * @param what they are, for messages.
 * @throws {ShapeError} if there are not as many rows, and as `readMatrix`.
 * @throws {DataError} on values in plain arrays that are not finite numbers.
 */
export function readTargets(y: unknown, rows?: number, what = 'targets'): RowSource {
  return readMatrix(y, { what, rows, vector: true });
}

const show = (labels: readonly Label[]): string =>
  labels.length > 10 ? `${show(labels.slice(0, 10))}, …` : labels.map(describe).join(', ');

/** The labels as one list. */
export function labelList(y: unknown, what: string): ArrayLike<unknown> {
  if (isTyped(y) || Array.isArray(y)) return y;
  if (typeof y === 'object' && y !== null && 'data' in y) {
    const source = readMatrix(y, { what, vector: true, columns: 1 });
    const values = new Float64Array(source.rows);
    source.copyRows(values, 1, 0, source.rows);
    return values;
  }
  throw new ShapeError(`${what}: expected a list of labels (numbers, strings or booleans), got ${describe(y)}`);
}

const isLabel = (label: unknown): label is Label =>
  typeof label === 'number' ? Number.isFinite(label) : typeof label === 'string' || typeof label === 'boolean';

/**
 * Numbers labels by class.
 * @param what they are, for messages.
 * @param classes the classes, if they are known; else they are what occurs, sorted.
 * @param ignoreUnknown whether a label that is none of the classes becomes −1 instead of an error.
 * @throws {DataError} on labels that are not finite numbers, strings or booleans, or not all of one type, and on unknown
 * ones.
 */
export function indexLabels(
  labels: ArrayLike<unknown>,
  what: string,
  classes?: readonly Label[],
  ignoreUnknown = false,
): EncodedLabels {
  const position = new Map<unknown, number>();
  const type = typeof (classes ?? labels)[0];
  const check = (label: unknown, at: string): void => {
    if (!isLabel(label)) {
      throw new DataError(`${at} must be a finite number, a string or a boolean, got ${describe(label)}`);
    }
    if (typeof label !== type) {
      throw new DataError(`${at} is ${describe(label)}, a ${typeof label} among labels of type ${type}`);
    }
  };
  classes?.forEach((label, i) => {
    check(label, `classes[${i}]`);
    if (position.has(label)) throw new ArgumentError(`classes: ${describe(label)} is there twice`);
    position.set(label, i);
  });
  const indices = new Int32Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    let index = position.get(label);
    if (index === undefined) {
      check(label, `${what}: row ${i}`);
      if (classes && !ignoreUnknown) {
        throw new DataError(`${what}: row ${i} is ${describe(label)}, not one of ${show(classes)}`);
      }
      index = classes ? -1 : position.size;
      if (!classes) position.set(label, index);
    }
    indices[i] = index;
  }
  if (classes) return { classes: Object.freeze([...classes]), indices };
  const sorted = ([...position.keys()] as Label[]).sort((a, b) => (a < b ? -1 : 1));
  const rank = new Int32Array(sorted.length);
  sorted.forEach((label, i) => {
    rank[position.get(label)!] = i;
  });
  return { classes: Object.freeze(sorted), indices: indices.map((index) => rank[index]!) };
}

/**
 * Numbers the targets of a classifier by class.
 * @param classes the classes, if they are known; else they are what occurs, sorted.
 * @param rows rows of features.
 * @param what they are, for messages.
 * @param ignored a label that is no class: its rows do not count.
 * @throws {ShapeError} if there are not as many labels as rows.
 * @throws {DataError} as `indexLabels`, and if there is a single class.
 */
export function encodeLabels(
  y: unknown,
  classes?: readonly Label[],
  rows?: number,
  what = 'targets',
  ignored?: Label,
): EncodedLabels {
  const labels = labelList(y, what);
  if (rows !== undefined && labels.length !== rows) {
    throw new ShapeError(`${what}: expected ${rows} rows, one per row of features, got ${labels.length}`);
  }
  const counted = ignored === undefined ? labels : Array.prototype.filter.call(labels, (label) => label !== ignored);
  let encoded = indexLabels(counted, what, classes);
  if (counted.length < labels.length) {
    let next = 0;
    const indices = Int32Array.from(labels, (label) => (label === ignored ? -1 : encoded.indices[next++]!));
    encoded = { ...encoded, indices };
  }
  if (encoded.classes.length < 2) {
    throw new DataError(`${what}: expected at least two classes, got only ${show(encoded.classes) || 'none'}`);
  }
  return encoded;
}

/**
 * Throws unless there are exactly two classes.
 * @param model the model that needs two, for the message.
 * @throws {DataError} otherwise.
 */
export function requireTwoClasses(classes: readonly Label[], model: string): void {
  if (classes.length !== 2) {
    throw new DataError(`${model}: expected two classes, got ${classes.length}: ${show(classes)}`);
  }
}
