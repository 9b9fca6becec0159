/** Losses by themselves: the module's kernels on arrays. */
import { type MatrixLike, readMatrix, type TypedArray } from './data/matrix.ts';
import { rowWeights } from './data/weights.ts';
import { ArgumentError, DataError, ShapeError } from './errors.ts';
import { checkTargets, lossNumbers, markIgnored, rowFactors } from './losses/targets.ts';
import { type LossSpec, losses } from './losses.ts';
import { type Dtype, defaultEngine } from './memory/engine.ts';
import { loadNumbers } from './program/data.ts';
import { elementBytes } from './program/layout.ts';
import { LinearProgram } from './program/linear.ts';
import { lossRow } from './program/loss.ts';
import { call, cursor, writeFields } from './program/tape.ts';
import { oneOf, readOptions, validateSpec } from './spec.ts';

export interface LossOptions {
  /** `'mean'` over rows (and outputs), `'sum'`, or `'none'`: every value by itself. Default `'mean'`. */
  readonly reduction?: 'mean' | 'sum' | 'none';
  /** One weight ≥ 0 a row: mean = Σ sᵢℓᵢ / Σ sᵢ. Default all 1. */
  readonly sampleWeights?: ArrayLike<number>;
  /** Precision. Default `'f64'`. */
  readonly dtype?: Dtype;
}

type Floats = Float32Array | Float64Array;

type Values = MatrixLike | readonly number[] | TypedArray;

export interface LossAndGradient<V = number> {
  /** The loss; with `reduction: 'none'` one value for each target. */
  readonly value: V;
  /** Gradient with respect to the predictions, in their order; with `'none'` that of the sum. */
  readonly gradient: Floats;
}

/**
 * A loss by itself: value and gradient with respect to the predictions, by the kernel that training uses.
 * @param spec the loss.
 * @param predictions rows × outputs, or one a row; logits for cross-entropies. Of losses of several vectors a row holds
 * them beside each other.
 * @param targets of the same shape; for class indices, and for losses of vectors, one a row; nothing for `triplet`.
 * @throws {ArgumentError} on shapes that do not fit, targets out of range and unknown options.
 */
export function lossAndGradient(
  spec: LossSpec,
  predictions: Values,
  targets: Values | null | undefined,
  options: LossOptions & { readonly reduction: 'none' },
): LossAndGradient<Floats>;
export function lossAndGradient(
  spec: LossSpec,
  predictions: Values,
  targets?: Values | null,
  options?: LossOptions & { readonly reduction?: 'mean' | 'sum' },
): LossAndGradient;
export function lossAndGradient(
  spec: LossSpec,
  predictions: Values,
  targets?: Values | null,
  options?: LossOptions,
): LossAndGradient<number | Floats> {
  const loss = validateSpec(losses, spec);
  const { reduction, sampleWeights, dtype } = readOptions<{
    reduction: 'mean' | 'sum' | 'none';
    sampleWeights: unknown;
    dtype: Dtype;
  }>(
    'lossAndGradient',
    {
      reduction: oneOf(['mean', 'sum', 'none'], 'mean'),
      sampleWeights: { fallback: null, expected: () => '', read: (value) => value },
      dtype: oneOf(['f32', 'f64'], 'f64'),
    },
    options,
  );
  const z = readMatrix(predictions, { what: 'predictions', vector: true });
  const { rows, columns: outputs } = z;
  const row = lossRow(loss);
  const { least = 1, multiple = 1 } = row;
  if (outputs < least || outputs % multiple !== 0) {
    const some = multiple > 1 ? `a multiple of ${multiple} columns` : 'at least two columns';
    throw new ShapeError(`predictions: ${loss.kind} needs ${some}, got ${outputs}`);
  }
  if (row.most && outputs > row.most) {
    throw new ShapeError(`predictions: ${loss.kind} needs ${row.most} columns, got ${outputs}`);
  }
  const byIndex = row.targets === 'index';
  const targetColumns = row.targets === 'values' ? outputs : 1;
  let values = new Float64Array(rows * targetColumns);
  if (row.targets === 'none') {
    if (targets !== undefined && targets !== null) throw new ArgumentError(`targets: ${loss.kind} takes none`);
  } else {
    const y = readMatrix(targets, { what: 'targets', rows, vector: true, columns: targetColumns });
    y.copyRows(values, targetColumns, 0, rows);
    checkTargets(row, loss, values, targetColumns, outputs);
  }
  if ('fromProbabilities' in loss && loss.fromProbabilities) {
    const given = new Float64Array(rows * outputs);
    z.copyRows(given, outputs, 0, rows);
    const bad = given.findIndex((p) => !(p >= 0 && p <= 1));
    if (bad >= 0) throw new DataError(`predictions: value ${bad} must be a number in [0, 1], got ${given[bad]}`);
  }
  const indices = byIndex ? markIgnored(loss, values) : undefined;
  const factors = rowFactors(loss, indices, outputs);
  const mean = reduction === 'mean';
  // A sum may well be 0.
  const weights = rowWeights({ rows, sampleWeights, factors: mean ? factors : undefined });
  if (indices) values = Float64Array.from(indices, (index) => Math.max(index, 0));
  const engine = defaultEngine();
  return engine.arena.scope(() => {
    const { predictionBytes } = new LinearProgram(dtype, 1, outputs);
    const size = elementBytes(dtype);
    const width = outputs === 1 ? 1 : predictionBytes / size;
    const bytes = (rows + 4) * predictionBytes + 64;
    const allocate = (length: number): number => {
      const at = engine.arena.allocate(length);
      engine.u8.fill(0, at, at + length);
      return at;
    };
    // The sum weighs rows as they are given, the mean by their share.
    const given = sampleWeights as ArrayLike<number> | null;
    const raw = Float64Array.from({ length: rows }, (_, i) => (given?.[i] ?? 1) * (factors?.[i] ?? 1));
    const s = weights || factors ? loadNumbers(engine, dtype, mean ? weights! : raw) : 0;
    const block = loadNumbers(engine, 'f64', lossNumbers(row, loss, indices, weights, mean));
    const [zAt, yAt, gradient, each] = [bytes, bytes, bytes, bytes].map(allocate) as [number, number, number, number];
    const [cursorAt, sums] = [cursor.bytes, 16].map(allocate) as [number, number];
    z.copyRows(engine.floats(dtype, zAt, rows * width), width, 0, rows);
    const stride = row.targets === 'values' ? width : 1;
    if (byIndex) engine.i32.set(values, yAt >>> 2);
    else if (stride === targetColumns) engine.floats(dtype, yAt, rows * stride).set(values);
    else {
      const at = engine.floats(dtype, yAt, rows * stride);
      for (let i = 0; i < rows; i++) at.set(values.subarray(i * targetColumns, (i + 1) * targetColumns), i * stride);
    }
    const scale = mean ? 1 / (rows * (row.meanOver === 'outputs' ? outputs : 1)) : 1;
    writeFields(engine, cursorAt, cursor, { rows, count: rows, block: rows, limit: rows, scale });
    const elements = outputs === 1 ? 0 : outputs;
    const none = reduction === 'none' ? each : 0;
    call(engine, row.name, dtype, [
      ...[cursorAt, zAt, yAt, s, gradient, sums, elements, predictionBytes, block, none, 0, 0],
    ]);
    const flat = (at: number, columns: number, stride: number): Floats => {
      const all = engine.floats(dtype, at, rows * stride);
      if (columns === stride) return all.slice();
      const out = dtype === 'f32' ? new Float32Array(rows * columns) : new Float64Array(rows * columns);
      for (let i = 0; i < rows; i++) out.set(all.subarray(i * stride, i * stride + columns), i * columns);
      return out;
    };
    const perRow = row.each === 'row';
    const value =
      reduction === 'none' ? (perRow ? flat(each, 1, 1) : flat(each, outputs, width)) : engine.f64[sums >>> 3]! * scale;
    return { value, gradient: flat(gradient, outputs, width) };
  });
}
