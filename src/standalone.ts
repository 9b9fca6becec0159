/** Losses and penalties by themselves: the module's kernels on arrays. */
import { isTyped, type MatrixLike, readMatrix, type TypedArray } from './data/matrix.ts';
import { rowWeights } from './data/weights.ts';
import { ArgumentError, DataError, ShapeError } from './errors.ts';
import { type LossSpec, losses } from './losses.ts';
import { type Dtype, defaultEngine, type Engine } from './memory/engine.ts';
import { numbers } from './program/block.ts';
import { loadNumbers } from './program/data.ts';
import { elementBytes, readTensor, writeTensor } from './program/layout.ts';
import { LinearProgram } from './program/linear.ts';
import { lossRow } from './program/loss.ts';
import { type PenaltyPlaces, Regularization } from './program/penalties.ts';
import { call, cursor, progress, Tape, walkOnce, writeFields } from './program/tape.ts';
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

/** Numbers of one output, or outputs × features. */
type Coefficients = MatrixLike | readonly number[] | TypedArray;

/** Values of θ, row after row; a plain list is one output. Infinite values and NaN pass through. */
function readCoefficients(given: unknown): { values: ArrayLike<number>; outputs: number } {
  const flat = isTyped(given) || (Array.isArray(given) && !(Array.isArray(given[0]) || isTyped(given[0])));
  if (!flat && typeof given === 'object' && given !== null) {
    const matrix = readMatrix(given, { what: 'parameters' });
    const values = new Float64Array(matrix.rows * matrix.columns);
    matrix.copyRows(values, matrix.columns, 0, matrix.rows);
    return { values, outputs: matrix.rows };
  }
  if (!flat || given.length === 0) {
    throw new ShapeError('parameters: expected a typed array, an array of numbers or rows of them, not empty');
  }
  const bad = Array.prototype.findIndex.call(given, (value) => typeof value !== 'number');
  if (bad >= 0) throw new DataError(`parameters: value ${bad} must be a number`);
  return { values: given as ArrayLike<number>, outputs: 1 };
}

/** Memory in which regularizers are walked by themselves. */
interface Stage {
  readonly engine: Engine;
  readonly dtype: Dtype;
  readonly places: PenaltyPlaces;
  readonly regularization: Regularization;
  /** Memory of the size of the parameters, with values in it. */
  place(values?: ArrayLike<number>): number;
  read(at: number): Floats;
}

/** Runs `body` with parameters in memory, as weights of a linear model. */
function onStage<R>(parameters: unknown, specs: readonly RegularizerSpec[], body: (stage: Stage) => R): R {
  const { values, outputs } = readCoefficients(parameters);
  const dtype: Dtype = parameters instanceof Float32Array ? 'f32' : 'f64';
  const engine = defaultEngine();
  return engine.arena.scope(() => {
    const [tensor] = new LinearProgram(dtype, values.length / outputs, outputs).tensors;
    const regularization = new Regularization(specs, [tensor], dtype, { proximal: true });
    const allocate = (bytes: number): number => {
      const at = engine.arena.allocate(bytes);
      engine.u8.fill(0, at, at + bytes);
      return at;
    };
    const place = (given?: ArrayLike<number>): number => {
      const at = allocate(tensor.rows * tensor.rowBytes);
      if (given) writeTensor(engine, dtype, at, tensor, Float64Array.from(given));
      return at;
    };
    const [terms, sums] = [regularization.bytes, progress.bytes].map(allocate) as [number, number];
    regularization.write(engine, terms);
    const places = { dtype, progress: sums, parameters: place(values), gradient: 0, terms };
    return body({
      engine,
      dtype,
      places,
      regularization,
      place,
      read: (at) => readTensor(engine, dtype, at, tensor),
    });
  });
}

const readPenalties = (spec: unknown): readonly PenaltySpec[] => {
  const specs = validateSpecs(penalties, spec, 'penalty');
  if (specs.length === 0) throw new ArgumentError('penalty: expected a penalty or a list of penalties, got none');
  return specs;
};

/**
 * Value of a penalty, or the sum of several.
 * @param spec one penalty or a list.
 * @param parameters θ of one output, or rows of outputs × features; computed in f32 if it is a `Float32Array`, else in f64.
 * @throws {ArgumentError} on what is not a penalty, and on features that there are not.
 */
export function penaltyValue(spec: PenaltySpec | readonly PenaltySpec[], parameters: Coefficients): number {
  return onStage(parameters, readPenalties(spec), ({ engine, places, regularization }) => {
    const tape = new Tape();
    regularization.emitValues(tape, places);
    walkOnce(engine, tape);
    return engine.f64[(places.progress + progress.penalty) >>> 3]!;
  });
}

/**
 * Gradient of a penalty, or of the sum of several; at a kink the subgradient 0.
 * @param spec one penalty or a list.
 * @param parameters θ as in `penaltyValue`.
 * @returns the gradient, row after row.
 * @throws {ArgumentError} on what is not a penalty, and on features that there are not.
 */
export function penaltyGradient(spec: PenaltySpec | readonly PenaltySpec[], parameters: Coefficients): Floats {
  return onStage(parameters, readPenalties(spec), ({ engine, places, regularization, place, read }) => {
    const gradient = place();
    const tape = new Tape();
    regularization.emitValues(tape, { ...places, gradient }, true);
    walkOnce(engine, tape);
    return read(gradient);
  });
}

/**
 * The proximal step argmin penalty(θ) + ½Σ(θᵢ − vᵢ)²/hᵢ, then the projection onto constraints. Zeros are exact.
 *
 * Of a list it is the step of the sum, with these exceptions, where one step follows the other: `box` or `maxNorm` beside
 * `groupLasso`, `box` beside `maxNorm`, groups that cut across groups; and with a vector of steps `maxNorm`, which always
 * projects in the Euclidean metric.
 * @param spec one penalty or constraint, or a list.
 * @param parameters v as in `penaltyValue`.
 * @param step h: one for all, or one for each parameter, ≥ 0.
 * @returns θ, row after row.
 * @throws {ArgumentError} on what is not a regularizer, on features that there are not, on a step out of range.
 */
export function proximal(
  spec: RegularizerSpec | readonly RegularizerSpec[],
  parameters: Coefficients,
  step: number | readonly number[] | TypedArray,
): Floats {
  const specs = validateSpecs(regularizers, spec, 'regularizer');
  if (specs.length === 0) throw new ArgumentError('regularizer: expected a regularizer or a list, got none');
  const field = number('[0, ∞)');
  const several = isTyped(step) || Array.isArray(step);
  const steps = several ? Float64Array.from(step, (one, i) => take(field, one, `step[${i}]`)) : undefined;
  const rate = steps ? 0 : take(field, step, 'step');
  return onStage(parameters, specs, ({ engine, places, regularization, place, read }) => {
    const count = read(places.parameters).length;
    if (steps && steps.length !== count) {
      throw new ShapeError(`step: expected one number or ${count}, one for each parameter, got ${steps.length}`);
    }
    const tape = new Tape();
    regularization.emitProximal(tape, places, steps && place(steps));
    engine.f64[(places.progress + progress.rate) >>> 3] = rate;
    walkOnce(engine, tape);
    return read(places.parameters);
  });
}
