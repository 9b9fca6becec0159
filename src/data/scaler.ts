/** Standardisation: columns to mean 0 and standard deviation 1. */
import { NotFittedError } from '../errors.ts';
import { type Matrix, type MatrixLike, matrix, type RowSource, readMatrix, requireFinite } from './matrix.ts';

/** Rows give rows, everything flat gives a matrix. */
export type Transformed<X> = X extends readonly unknown[] ? number[][] : Matrix<Float32Array | Float64Array>;

export interface StandardScaler {
  /** Means of the columns. @throws {NotFittedError} before `fit`. */
  readonly mean: Float64Array;
  /** Standard deviations (of the population, ÷ n); 1 for a constant column. @throws {NotFittedError} before `fit`. */
  readonly scale: Float64Array;
  /** Takes means and standard deviations from these rows. @throws {ShapeError | DataError} on bad data. */
  fit(x: MatrixLike): StandardScaler;
  /**
   * (x − mean)/scale. Flat f32 data stays f32.
   * @throws {ShapeError} if the number of columns is another. @throws {NotFittedError} before `fit`.
   */
  transform<X extends MatrixLike>(x: X): Transformed<X>;
  /** `fit` and `transform` of the same rows. */
  fitTransform<X extends MatrixLike>(x: X): Transformed<X>;
  /** x·scale + mean. */
  inverseTransform<X extends MatrixLike>(x: X): Transformed<X>;
  /** A fresh one, not fitted. */
  clone(): StandardScaler;
  /** What it has learnt, as plain data. @throws {NotFittedError} before `fit`. */
  state(): StandardScalerState;
}

/** What a scaler has learnt. */
export interface StandardScalerState {
  readonly kind: 'standardScaler';
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

/** Values as the kind of thing that was given: rows for rows, a matrix for everything flat. */
export function shapedAs<X>(x: X, data: Float32Array | Float64Array, rows: number, columns: number): Transformed<X> {
  const lists = (): number[][] =>
    Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
  return (Array.isArray(x) ? lists() : matrix(data, rows, columns)) as Transformed<X>;
}

/**
 * Means and population standard deviations of the columns, in two passes. Sums are of differences from the first row,
 * so a constant column has exactly its value as mean.
 */
export function columnStatistics(source: RowSource): { mean: Float64Array; scale: Float64Array } {
  const { rows, columns } = source;
  const first = new Float64Array(columns);
  const row = new Float64Array(columns);
  const mean = new Float64Array(columns);
  const squares = new Float64Array(columns);
  const rest = new Float64Array(columns);
  source.copyRows(first, columns, 0, 1);
  for (let i = 0; i < rows; i++) {
    source.copyRows(row, columns, i, 1);
    for (let j = 0; j < columns; j++) mean[j]! += row[j]! - first[j]!;
  }
  for (let j = 0; j < columns; j++) mean[j] = first[j]! + mean[j]! / rows;
  for (let i = 0; i < rows; i++) {
    source.copyRows(row, columns, i, 1);
    for (let j = 0; j < columns; j++) {
      const difference = row[j]! - mean[j]!;
      squares[j]! += difference * difference;
      rest[j]! += difference;
    }
  }
  const scale = squares.map((sum, j) => {
    const variance = (sum - (rest[j]! * rest[j]!) / rows) / rows;
    // What rounding alone may leave of a constant column (scikit-learn's bound).
    const noise = rows * Number.EPSILON * variance + (rows * mean[j]! * Number.EPSILON) ** 2;
    return variance > noise ? Math.sqrt(variance) : 1;
  });
  return { mean, scale };
}

/**
 * A scaler, as scikit-learn's `StandardScaler`. Learn it from the rows to train on, apply it to all.
 *
 * ```js
 * const scaler = standardScaler();
 * const train = scaler.fitTransform(xTrain);
 * const test = scaler.transform(xTest);
 * ```
 */
export function standardScaler(): StandardScaler {
  return makeScaler();
}

/** A scaler that may have learnt something. @internal */
export function makeScaler(fitted?: { mean: Float64Array; scale: Float64Array }): StandardScaler {
  const statistics = (): { mean: Float64Array; scale: Float64Array } => {
    if (!fitted) throw new NotFittedError('standardScaler: fit has not been called');
    return fitted;
  };
  function apply<X extends MatrixLike>(
    x: X,
    change: (value: number, mean: number, scale: number) => number,
  ): Transformed<X> {
    const { mean, scale } = statistics();
    const expected = { what: 'features', columns: mean.length };
    const source = readMatrix(x, expected);
    requireFinite(source, expected);
    const { rows, columns } = source;
    const out = new (source.dtype === 'f32' && !Array.isArray(x) ? Float32Array : Float64Array)(rows * columns);
    source.copyRows(out, columns, 0, rows);
    for (let at = 0; at < out.length; at += columns) {
      for (let j = 0; j < columns; j++) out[at + j] = change(out[at + j]!, mean[j]!, scale[j]!);
    }
    return shapedAs(x, out, rows, columns);
  }
  const scaler: StandardScaler = {
    get mean() {
      return statistics().mean;
    },
    get scale() {
      return statistics().scale;
    },
    fit(x) {
      const source = readMatrix(x);
      requireFinite(source, { what: 'features' });
      fitted = columnStatistics(source);
      return scaler;
    },
    transform: (x) => apply(x, (value, mean, scale) => (value - mean) / scale),
    fitTransform: (x) => scaler.fit(x).transform(x),
    inverseTransform: (x) => apply(x, (value, mean, scale) => value * scale + mean),
    clone: standardScaler,
    state: () => ({ kind: 'standardScaler', ...statistics() }),
  };
  return scaler;
}
