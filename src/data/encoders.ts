/** Encoding categories as numbers. */
import { describe } from '../describe.ts';
import { ShapeError } from '../errors.ts';
import { boolean, type Fields, isPlain, oneOf, readOptions } from '../spec.ts';
import { isTyped, type Matrix, matrix, type TypedArray } from './matrix.ts';
import { indexLabels, type Label } from './targets.ts';

type Values = readonly Label[] | TypedArray;

/** One column of categories, or several by name. */
export type Categorical = Values | Readonly<Record<string, Values>>;

export interface OneHotOptions {
  /**
   * The categories and their order, for one column as a list, for several by name. Default null: what occurs, sorted
   * (numbers ascending, strings by code unit, false before true).
   */
  readonly categories?: readonly Label[] | Readonly<Record<string, readonly Label[]>> | null;
  /** Whether the first category of a column of its own is left out, so that columns do not add up to 1. Default false. */
  readonly dropFirst?: boolean;
  /** A value that is none of the categories is an error, or a row of zeros. Default `'error'`. */
  readonly unknown?: 'error' | 'ignore';
}

/** A matrix of zeros and ones that knows its columns and encodes further values as it was made. */
export interface OneHot extends Matrix<Float32Array> {
  /** Names of the columns: `red`, or `colour=red` where columns of categories have names. */
  readonly names: readonly string[];
  /** Categories in the order of their columns, by name of the column of categories; `''` for one without. */
  readonly categories: Readonly<Record<string, readonly Label[]>>;
  /**
   * Encodes further values.
   * @throws {ShapeError | DataError | ArgumentError} as `oneHot`.
   */
  transform(values: Categorical): Matrix<Float32Array>;
  /** Its categories and options, as plain data. */
  state(): OneHotState;
}

/** What an encoder knows. */
export interface OneHotState {
  readonly kind: 'oneHot';
  /** Name and categories of every column of categories, in order. */
  readonly columns: readonly (readonly [name: string, categories: readonly Label[]])[];
  readonly dropFirst: boolean;
  readonly unknown: 'error' | 'ignore';
}

const fields: Fields<Required<OneHotOptions>> = {
  categories: {
    fallback: null,
    expected: () => 'a list, or lists by name',
    read: (value) => (value === null || isList(value) || isPlain(value) ? (value as readonly Label[]) : undefined),
  },
  dropFirst: boolean(false),
  unknown: oneOf(['error', 'ignore'], 'error'),
};

const isList = (value: unknown): value is Values => Array.isArray(value) || isTyped(value);

/** Columns by name; one without a name is `''`. */
function columnsOf(values: unknown): Readonly<Record<string, Values>> {
  if (isList(values)) return { '': values };
  if (isPlain(values) && Object.values(values).every(isList)) return values as Record<string, Values>;
  throw new ShapeError(`oneHot: expected a list of categories, or lists by name, got ${describe(values)}`);
}

/**
 * Turns categories into columns of zeros and ones, one a category. The result is a matrix; its `transform` encodes
 * further values the same way.
 *
 * ```js
 * const colour = oneHot(['red', 'blue', 'red']);
 * colour.names; // ['blue', 'red']
 * colour.transform(['blue']).data; // [1, 0]
 * ```
 * @throws {ArgumentError} on unknown options.
 * @throws {ShapeError} on no rows, columns of different length, and columns other than at first.
 * @throws {DataError} on values that are not finite numbers, strings or booleans, or not all of one type in a column,
 * and, unless ignored, on values that are none of the categories.
 */
export function oneHot(values: Categorical, options?: OneHotOptions): OneHot {
  const { categories: given, dropFirst, unknown } = readOptions('oneHot', fields, options);
  const columns = columnsOf(values);
  const order = Object.keys(columns);
  const orders = columnsOf(given ?? {});
  requireColumns(order, orders);
  const categories = order.map((name): [string, readonly Label[]] => {
    const list = Object.hasOwn(orders, name) ? Array.from(orders[name]!) : undefined;
    return [name, indexLabels(columns[name]!, name || 'oneHot', list, true).classes];
  });
  const encoder = makeEncoder({ kind: 'oneHot', columns: categories, dropFirst, unknown });
  return { ...encoder, ...encoder.transform(values) };
}

function requireColumns(order: readonly string[], got: object): void {
  const stray = Object.keys(got).find((name) => !order.includes(name));
  if (stray !== undefined) throw new ShapeError(`oneHot: no column ${describe(stray)} among ${order.map(describe)}`);
}

/** An encoder without rows of its own. @internal */
export function makeEncoder(state: OneHotState): OneHot {
  const { columns: known, dropFirst, unknown } = state;
  const drop = dropFirst ? 1 : 0;
  const order = known.map(([name]) => name);
  const names = known.flatMap(([name, labels]) =>
    labels.slice(drop).map((label) => (name ? `${name}=${label}` : String(label))),
  );

  function transform(values: Categorical): Matrix<Float32Array> {
    const columns = columnsOf(values);
    requireColumns(order, columns);
    const rows = columns[order[0]!]?.length ?? 0;
    const data = new Float32Array(rows * names.length);
    let offset = 0;
    for (const [name, labels] of known) {
      const column = columns[name] ?? [];
      if (column.length !== rows) {
        throw new ShapeError(
          `oneHot: ${describe(name)} has ${column.length} rows, expected ${rows} as in ${describe(order[0])}`,
        );
      }
      const { indices } = indexLabels(column, name || 'oneHot', labels, unknown === 'ignore');
      for (let row = 0; row < rows; row++) {
        const at = indices[row]! - drop;
        if (at >= 0) data[row * names.length + offset + at] = 1;
      }
      offset += labels.length - drop;
    }
    return matrix(data, rows, names.length);
  }

  const none = { data: new Float32Array(), rows: 0, columns: names.length };
  return { ...none, names, categories: Object.fromEntries(known), transform, state: () => state };
}
