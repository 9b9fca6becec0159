/**
 * Taking data in. Rows are samples. Taken everywhere: an array of rows (arrays or typed arrays), a flat array with its
 * shape, our own matrices. Plain arrays are checked value by value here; typed flat data is not, because the module
 * finds out while it loads them: `findNonFinite` then says where. Rows and columns in messages count from 0.
 */
import { describe } from '../describe.ts';
import { DataError, ShapeError } from '../errors.ts';

export type TypedArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

type Values = TypedArray | readonly number[];

/** Row after row in one array. */
export interface Matrix<D extends TypedArray = TypedArray> {
  readonly data: D;
  readonly rows: number;
  readonly columns: number;
}

/** What is taken wherever data is taken. */
export type MatrixLike =
  | readonly Values[]
  | { readonly data: Values; readonly rows: number; readonly columns: number }
  | { readonly data: Values; readonly shape: readonly number[] };

/** Rows that can be copied out, wherever they lie. */
export interface RowSource {
  readonly rows: number;
  readonly columns: number;
  /** The type that holds every value exactly. */
  readonly dtype: 'f32' | 'f64';
  /** Whether it came as one value a row without rows around them. */
  readonly vector: boolean;
  /** Whether every value is known to be a finite number (of f64). */
  readonly checked: boolean;
  /**
   * Copies `count` rows to the start of the target, `stride` ≥ `columns` values a row, the rest of a row zeroed. The rows
   * are those numbered from `from` on or, with an index, those that it lists from `from` on.
   */
  copyRows(target: Float32Array | Float64Array, stride: number, from: number, count: number, index?: RowIndex): void;
}

/** Numbers of rows. */
export type RowIndex = Uint32Array | Int32Array;

/** What is known of data before it is read. */
export interface Expectation {
  /** What it is, for messages. */
  readonly what: string;
  /** Names of the columns, for messages. */
  readonly names?: readonly string[] | undefined;
  readonly columns?: number | undefined;
  /** Rows there must be: as many as rows of features. */
  readonly rows?: number | undefined;
  /** Whether one value a row, without rows around them, is taken too. */
  readonly vector?: boolean;
}

/** Whether a value is a typed array of numbers, of any realm: not of bigints, no `DataView`. */
export function isTyped(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !/^(DataView|Big)/.test((value as TypedArray)[Symbol.toStringTag]);
}

const isRow = (value: unknown): value is Values => Array.isArray(value) || isTyped(value);

const fitsF32 = (values: Values): boolean =>
  isTyped(values) && (values.BYTES_PER_ELEMENT < 4 || values[Symbol.toStringTag] === 'Float32Array');

/** The error about a value that cannot be used. Without a column there is only one. */
function badValue({ what, names }: Expectation, row: number, column: number | undefined, value: unknown): DataError {
  const name = names?.[column ?? -1];
  const place = column === undefined ? '' : `, column ${column}${name === undefined ? '' : ` (${name})`}`;
  const wrong = typeof value === 'number' ? `is ${value}` : `must be a number, got ${describe(value)}`;
  return new DataError(`${what}: row ${row}${place} ${wrong}${Number.isFinite(value) ? ', too large for f32' : ''}`);
}

/** Index of the first value that is not a finite number, or −1. */
function firstBad(values: ArrayLike<unknown>): number {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number' || value - value !== 0) return i;
  }
  return -1;
}

/** Flat values, row after row. */
function flatRows(data: Values, rows: number, columns: number, vector: boolean): RowSource {
  return {
    rows,
    columns,
    vector,
    checked: !isTyped(data),
    dtype: fitsF32(data) ? 'f32' : 'f64',
    copyRows(target, stride, from, count, index) {
      if (index === undefined && stride === columns && isTyped(data)) {
        target.set(data.subarray(from * columns, (from + count) * columns));
        return;
      }
      for (let i = 0, to = 0; i < count; i++, to += stride) {
        const start = (index === undefined ? from + i : index[from + i]!) * columns;
        for (let j = 0; j < columns; j++) target[to + j] = data[start + j]!;
        if (stride > columns) target.fill(0, to + columns, to + stride);
      }
    },
  };
}

function nestedRows(data: readonly Values[], columns: number): RowSource {
  return {
    rows: data.length,
    columns,
    vector: false,
    checked: true,
    dtype: data.every(fitsF32) ? 'f32' : 'f64',
    copyRows(target, stride, from, count, index) {
      for (let i = 0, to = 0; i < count; i++, to += stride) {
        const row = data[index === undefined ? from + i : index[from + i]!]!;
        for (let j = 0; j < columns; j++) target[to + j] = row[j]!;
        if (stride > columns) target.fill(0, to + columns, to + stride);
      }
    },
  };
}

function checkSize(rows: number, columns: number, { what, ...expected }: Expectation): void {
  const wrong =
    rows === 0
      ? 'at least one row, got none'
      : columns === 0
        ? 'at least one column, got none'
        : rows !== (expected.rows ?? rows)
          ? `${expected.rows} rows, one per row of features, got ${rows}`
          : columns !== (expected.columns ?? columns) && `${expected.columns} columns, got ${columns}`;
  if (wrong) throw new ShapeError(`${what}: expected ${wrong}`);
}

function readNested(data: readonly unknown[], columns: number, expected: Expectation): RowSource {
  checkSize(data.length, columns, expected);
  for (let i = 0; i < data.length; i++) {
    const row = data[i];
    if (!isRow(row)) throw new ShapeError(`${expected.what}: row ${i} must be an array, got ${describe(row)}`);
    if (row.length !== columns) {
      throw new ShapeError(`${expected.what}: row ${i} has ${row.length} values, expected ${columns} as in row 0`);
    }
    const bad = firstBad(row);
    if (bad >= 0) throw badValue(expected, i, bad, row[bad]);
  }
  return nestedRows(data as readonly Values[], columns);
}

function readFlat(data: Values, shape: readonly unknown[], expected: Expectation): RowSource {
  const vector = shape.length === 1;
  const [rows, columns = 1] = shape as number[];
  if (
    shape.length > 2 ||
    !(Number.isSafeInteger(rows) && rows! >= 0 && Number.isSafeInteger(columns) && columns >= 0)
  ) {
    throw new ShapeError(
      `${expected.what}: shape must be [rows, columns], got [${Array.from(shape, describe).join(', ')}]`,
    );
  }
  if (rows! * columns !== data.length) {
    throw new ShapeError(
      `${expected.what}: shape [${shape.join(', ')}] needs ${rows! * columns} values, got ${data.length}`,
    );
  }
  checkSize(rows!, columns, expected);
  const bad = isTyped(data) ? -1 : firstBad(data);
  if (bad >= 0) throw badValue(expected, Math.floor(bad / columns), vector ? undefined : bad % columns, data[bad]);
  return flatRows(data, rows!, columns, vector);
}

/**
 * Reads rows of numbers.
 * @throws {ShapeError} on ragged rows, no rows, no columns, a missing or wrong shape, and other sizes than expected.
 * @throws {DataError} on values in plain arrays that are not finite numbers.
 */
export function readMatrix(x: unknown, expected: Expectation = { what: 'features' }): RowSource {
  const { what, vector } = expected;
  if (Array.isArray(x) && isRow(x[0])) return readNested(x, x[0].length, expected);
  if (isRow(x)) {
    if (vector || x.length === 0) return readFlat(x, [x.length], expected);
  } else {
    const { data, shape, rows, columns } = (x ?? {}) as Record<string, unknown>;
    const dimensions = Array.isArray(shape) ? shape : [rows, columns];
    if (isRow(data) && (vector || dimensions.length !== 1)) return readFlat(data, dimensions, expected);
  }
  throw new ShapeError(
    `${what}: expected ${vector ? 'numbers, ' : ''}rows, a matrix or { data, shape: [rows, columns] }, got ${describe(x)}`,
  );
}

/**
 * The first value that is not finite, if there is one; with `dtype` `'f32'` also one that is too large for f32.
 */
export function findNonFinite(
  source: RowSource,
  dtype: 'f32' | 'f64' = 'f64',
): { row: number; column: number; value: number } | undefined {
  const { rows, columns } = source;
  const exact = new Float64Array(columns);
  const values = dtype === 'f32' ? new Float32Array(columns) : exact;
  for (let row = 0; row < rows; row++) {
    source.copyRows(values, columns, row, 1);
    const column = firstBad(values);
    if (column < 0) continue;
    source.copyRows(exact, columns, row, 1);
    return { row, column, value: exact[column]! };
  }
  return undefined;
}

/**
 * Throws if there is a value that `findNonFinite` finds.
 * @throws {DataError} that says where it is.
 */
export function requireFinite(source: RowSource, expected: Expectation, dtype?: 'f32' | 'f64'): void {
  const bad = source.checked && dtype !== 'f32' ? undefined : findNonFinite(source, dtype);
  if (bad) throw badValue(expected, bad.row, source.vector ? undefined : bad.column, bad.value);
}

/**
 * Our own matrix: a flat array, row after row. Typed arrays are kept as they are, not copied.
 * @throws {ShapeError} if there are not rows × columns values, or none.
 * @throws {DataError} on values in a plain array that are not finite numbers.
 */
export function matrix<D extends TypedArray>(data: D, rows: number, columns: number): Matrix<D>;
export function matrix(data: readonly number[], rows: number, columns: number): Matrix<Float64Array>;
export function matrix(data: Values, rows: number, columns: number): Matrix {
  readMatrix({ data, rows, columns }, { what: 'matrix' });
  return { data: isTyped(data) ? data : Float64Array.from(data), rows, columns };
}
