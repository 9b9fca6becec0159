/** Penalties by themselves: the module's kernels on arrays. */
import { isTyped, type MatrixLike, readMatrix, type TypedArray } from './data/matrix.ts';
import { ArgumentError, DataError, ShapeError } from './errors.ts';
import { type Dtype, defaultEngine, type Engine } from './memory/engine.ts';
import { readTensor, writeTensor } from './program/layout.ts';
import { LinearProgram } from './program/linear.ts';
import { type PenaltyPlaces, Regularization } from './program/penalties.ts';
import { progress, Tape, walkOnce } from './program/tape.ts';
import { type PenaltySpec, penalties, type RegularizerSpec, regularizers } from './regularizers.ts';
import { number, take, validateSpecs } from './spec.ts';

type Floats = Float32Array | Float64Array;

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
    const regularization = new Regularization([{ specs, tensors: [tensor] }], dtype, { proximal: true });
    const allocate = (bytes: number): number => {
      const at = engine.arena.allocate(bytes);
      engine.u8.fill(0, at, at + bytes);
      return at;
    };
    const place = (given?: ArrayLike<number>): number => {
      const at = allocate(tensor.bytes);
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
    const at = { rate: places.progress + progress.rate, steps: steps ? place(steps) : 0 };
    regularization.emitProximal(tape, places, () => at);
    engine.f64[at.rate >>> 3] = rate;
    walkOnce(engine, tape);
    return read(places.parameters);
  });
}
