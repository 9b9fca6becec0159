/** Losses and penalties by themselves: the module's kernels on arrays. */
import { isTyped, type MatrixLike, readMatrix, type TypedArray } from './data/matrix.ts';
import { rowWeights } from './data/weights.ts';
import { ArgumentError, DataError, ShapeError } from './errors.ts';
import { type LossSpec, losses } from './losses.ts';
import { type Dtype, defaultEngine, type Engine } from './memory/engine.ts';
import { numbers } from './program/block.ts';
import { loadNumbers } from './program/data.ts';
import { elementBytes, padded, type Tensor } from './program/layout.ts';
import { LinearProgram } from './program/linear.ts';
import { lossRow } from './program/loss.ts';
import { regularize } from './program/penalties.ts';
import { call, composite, cursor, progress, writeFields } from './program/tape.ts';
import { type PenaltySpec, penalties, type RegularizerSpec, regularizers } from './regularizers.ts';
import { number, oneOf, readOptions, take, validateSpec, validateSpecs } from './spec.ts';

export interface LossOptions {
  /** `'mean'` over rows (and outputs), `'sum'`, or `'none'`: every value by itself. Default `'mean'`. */
  readonly reduction?: 'mean' | 'sum' | 'none';
  /** One weight ≥ 0 a row: mean = Σ sᵢℓᵢ / Σ sᵢ. Default all 1. */
  readonly sampleWeights?: ArrayLike<number>;
  /** Precision. Default `'f64'`. */
  readonly dtype?: Dtype;
}

type Floats = Float32Array | Float64Array;

export interface LossAndGradient<V = number> {
  /** The loss; with `reduction: 'none'` one value for each target. */
  readonly value: V;
  /** Gradient with respect to the predictions, in their order; with `'none'` that of the sum. */
  readonly gradient: Floats;
}

/** Throws where a target is not what the loss takes. */
function checkTargets(loss: LossSpec, targets: Float64Array, classes: number): void {
  const low = 0;
  let what: string | undefined;
  let fits: (y: number) => boolean = Number.isFinite;
  if (loss.kind === 'binaryCrossEntropy') {
    what = 'a number in [0, 1]';
    fits = (y) => y >= low && y <= 1;
  } else if (loss.kind === 'softmaxCrossEntropy' && loss.targets === 'index') {
    what = `the index of a class, an integer in [0, ${classes})`;
    fits = (y) => Number.isInteger(y) && y >= low && y < classes;
  } else if (loss.kind === 'softmaxCrossEntropy') {
    what = 'a probability ≥ 0';
    fits = (y) => y >= low && y < Infinity;
  }
  const bad = targets.findIndex((y) => !fits(y));
  if (bad >= 0) throw new DataError(`targets: value ${bad} must be ${what ?? 'a finite number'}, got ${targets[bad]}`);
}

/**
 * A loss by itself: value and gradient with respect to the predictions, by the kernel that training uses.
 * @param spec the loss.
 * @param predictions rows × outputs, or one a row; logits for cross-entropies.
 * @param targets of the same shape; for class indices one a row.
 * @throws {ArgumentError} on shapes that do not fit, targets out of range and unknown options.
 */
export function lossAndGradient(
  spec: LossSpec,
  predictions: MatrixLike | readonly number[] | TypedArray,
  targets: MatrixLike | readonly number[] | TypedArray,
  options: LossOptions & { readonly reduction: 'none' },
): LossAndGradient<Floats>;
export function lossAndGradient(
  spec: LossSpec,
  predictions: MatrixLike | readonly number[] | TypedArray,
  targets: MatrixLike | readonly number[] | TypedArray,
  options?: LossOptions & { readonly reduction?: 'mean' | 'sum' },
): LossAndGradient;
export function lossAndGradient(
  spec: LossSpec,
  predictions: MatrixLike | readonly number[] | TypedArray,
  targets: MatrixLike | readonly number[] | TypedArray,
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
  const byIndex = row.targets === 'index';
  const y = readMatrix(targets, { what: 'targets', rows, vector: true, columns: byIndex ? 1 : outputs });
  if (loss.kind === 'softmaxCrossEntropy' && outputs < 2) {
    throw new ShapeError(`predictions: softmaxCrossEntropy needs at least two columns, got ${outputs}`);
  }
  const values = new Float64Array(rows * y.columns);
  y.copyRows(values, y.columns, 0, rows);
  checkTargets(loss, values, outputs);
  const weights = rowWeights({ rows, sampleWeights });
  const engine = defaultEngine();
  return engine.arena.scope(() => {
    const { predictionBytes } = new LinearProgram(dtype, 1, outputs);
    const size = elementBytes(dtype);
    const width = outputs === 1 ? 1 : predictionBytes / size;
    const bytes = rows * predictionBytes + 64;
    const allocate = (length: number): number => {
      const at = engine.arena.allocate(length);
      engine.u8.fill(0, at, at + length);
      return at;
    };
    const [zAt, yAt, gradient, each] = [bytes, bytes, bytes, bytes].map(allocate) as [number, number, number, number];
    const [cursorAt, sums, block] = [cursor.bytes, 16, 64].map(allocate) as [number, number, number];
    z.copyRows(engine.floats(dtype, zAt, rows * width), width, 0, rows);
    if (byIndex) engine.i32.set(values, yAt >>> 2);
    else y.copyRows(engine.floats(dtype, yAt, rows * width), width, 0, rows);
    // The sum weighs rows as they are given, the mean by their share.
    const given = weights && reduction !== 'mean' ? Float64Array.from(sampleWeights as ArrayLike<number>) : weights;
    const s = given ? loadNumbers(engine, dtype, given) : 0;
    const count = rows * (row.meanOver === 'outputs' ? outputs : 1);
    const scale = reduction === 'mean' ? 1 / count : 1;
    writeFields(engine, cursorAt, cursor, { rows, count: rows, block: rows, limit: rows, scale });
    engine.f64.set(numbers(row, loss), block >>> 3);
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
    const perRow = row.meanOver === 'rows';
    const value =
      reduction === 'none' ? (perRow ? flat(each, 1, 1) : flat(each, outputs, width)) : engine.f64[sums >>> 3]! * scale;
    return { value, gradient: flat(gradient, outputs, width) };
  });
}

/** Runs `body` with parameters in memory as one tensor, and the terms of a penalty. */
function withParameters<R>(
  parameters: unknown,
  body: (engine: Engine, dtype: Dtype, at: number, tensor: Tensor) => R,
): R {
  if (!(isTyped(parameters) || Array.isArray(parameters)) || parameters.length === 0) {
    throw new ShapeError('parameters: expected a typed array or an array of numbers, not empty');
  }
  const bad = Array.prototype.findIndex.call(parameters, (value) => typeof value !== 'number');
  if (bad >= 0) throw new DataError(`parameters: value ${bad} must be a number`);
  const values = parameters as ArrayLike<number>;
  const dtype = parameters instanceof Float32Array ? 'f32' : 'f64';
  const engine = defaultEngine();
  return engine.arena.scope(() => {
    const rowBytes = padded(values.length * elementBytes(dtype), 16);
    const at = engine.arena.allocate(rowBytes);
    engine.u8.fill(0, at, at + rowBytes);
    engine.floats(dtype, at, values.length).set(values);
    return body(engine, dtype, at, {
      name: 'parameters',
      shape: [values.length],
      offset: 0,
      rows: 1,
      columns: values.length,
      rowBytes,
    });
  });
}

/** Value of penalties, and their gradient into `gradient` if it is not 0. */
function penalize(spec: unknown, engine: Engine, dtype: Dtype, at: number, tensor: Tensor, gradient: number): number {
  const specs = validateSpecs(penalties, spec, 'penalty');
  if (specs.length === 0) throw new ArgumentError('penalty: expected a penalty or a list of penalties, got none');
  const { arena } = engine;
  const sums = arena.allocate(progress.bytes);
  const terms = arena.allocate(composite.bytes);
  engine.f64[(sums + progress.penalty) >>> 3] = 0;
  regularize(specs, [tensor]).penalties.forEach(({ l1, l2 }, i) => {
    writeFields(engine, terms, composite, { l1, l2 });
    call(engine, 'penalty', dtype, [sums, at, tensor.rowBytes, gradient, terms, Number(i === 0)]);
  });
  return engine.f64[(sums + progress.penalty) >>> 3]!;
}

/**
 * Value of a penalty (or of several): λ₁Σ|θ| + λ₂Σθ².
 * @param spec one penalty or a list.
 * @param parameters θ; computed in f32 if it is a `Float32Array`, else in f64.
 */
export function penaltyValue(spec: PenaltySpec | readonly PenaltySpec[], parameters: ArrayLike<number>): number {
  return withParameters(parameters, (engine, dtype, at, tensor) => penalize(spec, engine, dtype, at, tensor, 0));
}

/**
 * Gradient of a penalty: λ₁·sign θ + 2λ₂θ, where |θ| has its subgradient 0 at 0.
 * @param spec one penalty or a list.
 * @param parameters θ.
 */
export function penaltyGradient(spec: PenaltySpec | readonly PenaltySpec[], parameters: ArrayLike<number>): Floats {
  return withParameters(parameters, (engine, dtype, at, tensor) => {
    const gradient = engine.arena.allocate(tensor.rowBytes);
    engine.u8.fill(0, gradient, gradient + tensor.rowBytes);
    penalize(spec, engine, dtype, at, tensor, gradient);
    return engine.floats(dtype, gradient, tensor.columns).slice();
  });
}

/**
 * The proximal step argmin ½‖θ − v‖² + step·penalty(θ), which for these is soft(v, step·λ₁)/(1 + 2·step·λ₂), then the
 * bounds of constraints. Zeros are exact.
 * @param spec one penalty or constraint, or a list.
 * @param parameters v.
 * @param step ≥ 0.
 */
export function proximal(
  spec: RegularizerSpec | readonly RegularizerSpec[],
  parameters: ArrayLike<number>,
  step: number,
): Floats {
  const specs = validateSpecs(regularizers, spec, 'regularizer').map((one) =>
    'l1' in one || one.kind === 'l1' ? { ...one, method: 'proximal' as const } : one,
  );
  if (specs.length === 0) throw new ArgumentError('regularizer: expected a regularizer or a list, got none');
  const rate = take(number('[0, ∞)'), step, 'step');
  return withParameters(parameters, (engine, dtype, at, tensor) => {
    const sums = engine.arena.allocate(progress.bytes);
    const terms = engine.arena.allocate(composite.bytes);
    engine.f64[(sums + progress.rate) >>> 3] = rate;
    // By itself every penalty has its proximal step, l2 as well.
    const all = { l1: 0, l2: 0, lower: -Infinity, upper: Infinity };
    const { penalties, composites } = regularize(specs as RegularizerSpec[], [tensor]);
    for (const { l1, l2 } of penalties) {
      all.l1 += l1;
      all.l2 += l2;
    }
    for (const { lower, upper } of composites) {
      all.lower = Math.max(all.lower, lower);
      all.upper = Math.min(all.upper, upper);
    }
    writeFields(engine, terms, composite, { ...all, offset: 0, length: tensor.rowBytes });
    call(engine, 'proximal', dtype, [sums, at, terms, 1]);
    return engine.floats(dtype, at, tensor.columns).slice();
  });
}
