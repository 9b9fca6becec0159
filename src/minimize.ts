/** Minimising a function that users write, with everything that `fit` has around it. */
import { type AverageSpec, averages, type ClipSpec, clips, type PerturbationSpec, perturbations } from './around.ts';
import { describe } from './describe.ts';
import { ArgumentError, DataError, NonFiniteError } from './errors.ts';
import type { FitEvent, FitResult } from './events.ts';
import { runSync, Training } from './fit.ts';
import { regularizerField } from './groups.ts';
import { type Dtype, defaultEngine } from './memory/engine.ts';
import { gradientDescentLineSearch, isLineSearch, type OptimizerSpec, optimizers } from './optimizers.ts';
import { GivenProgram } from './program/given.ts';
import { nonFiniteNames } from './program/kernels.ts';
import { elementBytes, padded, readTensor, type Tensor } from './program/layout.ts';
import { bareOptions } from './program/training-options.ts';
import type { RegularizerSpec } from './regularizers.ts';
import { Run } from './run.ts';
import { callback, integer, nullable, number, oneOf, readOptions, signalField, spec, specs } from './spec.ts';

type Floats = Float32Array | Float64Array;

/** Writes the gradient at `parameters` and returns the value there. The arrays are the same at every call. */
export type ObjectiveFunction<A extends Floats = Float64Array> = (parameters: A, gradient: A) => number;

export interface MinimizeOptions {
  /** How. Default gradient descent with a line search, which needs no rate. */
  readonly optimizer?: OptimizerSpec;
  /** Penalties and constraints, one or a list. Default none. */
  readonly regularizer?: RegularizerSpec | readonly RegularizerSpec[];
  /** Clips the gradient, before penalties are added. Default none. */
  readonly clip?: ClipSpec | readonly ClipSpec[];
  /** Averages of the parameters; the last one is the result. Default none. */
  readonly average?: AverageSpec | readonly AverageSpec[];
  /** Takes gradients at a perturbed point: two evaluations a step. Default none. */
  readonly sam?: PerturbationSpec;
  /** Steps after which to stop, ≥ 1. Default 10,000. */
  readonly maxSteps?: number;
  /**
   * Stop when ‖gradient‖∞ ≤ tolerance · max(1, ‖first gradient‖∞), with L1 or bounds the smallest subgradient; null never.
   * Default 1e-8 in f64, 1e-5 in f32.
   */
  readonly tolerance?: number | null;
  /** Stop when the objective changes by less than this share of itself in a step. Default null. */
  readonly lossTolerance?: number | null;
  /** What happens when value or gradient is not finite: `'throw'` a `NonFiniteError` or `'skip'` the step. Default throw. */
  readonly nonFinite?: 'throw' | 'skip';
  /** Steps between events of the history. Default 1. */
  readonly every?: number;
  /** Aborts. */
  readonly signal?: AbortSignal;
  /** Called with every event; false stops. */
  onEvent?(event: FitEvent): unknown;
}

/** What was found, and how. An epoch is a step here. */
export interface MinimizeResult<A extends Floats = Float64Array> extends FitResult {
  /** Where it ended: of averages the last one. */
  readonly parameters: A;
  /** The objective at the last step, penalties included. */
  readonly value: number;
  /** Calls of the function. */
  readonly evaluations: number;
}

interface ReadOptions {
  readonly optimizer: OptimizerSpec | null;
  readonly regularizer: readonly RegularizerSpec[];
  readonly clip: readonly ClipSpec[];
  readonly average: readonly AverageSpec[];
  readonly sam: PerturbationSpec | null;
  readonly maxSteps: number;
  readonly tolerance: number | null;
  readonly lossTolerance: number | null;
  readonly nonFinite: 'throw' | 'skip';
  readonly every: number;
  readonly signal: AbortSignal | null;
  readonly onEvent: ((event: FitEvent) => unknown) | null;
}

const fields = (dtype: Dtype) => ({
  optimizer: nullable(spec(() => optimizers)),
  regularizer: regularizerField,
  clip: specs(clips),
  average: specs(averages),
  sam: nullable(spec(() => perturbations)),
  maxSteps: integer('[1, ∞)', 10_000),
  tolerance: { ...nullable(number('[0, ∞)')), fallback: dtype === 'f32' ? 1e-5 : 1e-8 },
  lossTolerance: nullable(number('[0, ∞)')),
  nonFinite: oneOf(['throw', 'skip'], 'throw'),
  every: integer('[1, ∞)', 1),
  signal: signalField,
  onEvent: callback,
});

/** The program whose every turn begins with a call of the function. */
class MinimizeProgram extends GivenProgram {
  readonly #objective: ObjectiveFunction<Floats>;
  readonly #tensor: Tensor;
  readonly #point: Floats;
  readonly #slope: Floats;
  evaluations = 0;

  constructor(
    engine: GivenProgram['engine'],
    dtype: Dtype,
    tensor: Tensor,
    start: Floats,
    objective: ObjectiveFunction<Floats>,
    options: ConstructorParameters<typeof GivenProgram>[4],
  ) {
    super(engine, dtype, [tensor], tensor.bytes, options);
    this.#objective = objective;
    this.#tensor = tensor;
    this.#point = start.slice();
    this.#slope = start.slice().fill(0);
    this.setParameters((base) => engine.floats(dtype, base, start.length).set(start));
  }

  #evaluate(): number {
    const { engine } = this;
    const { dtype } = this.objective;
    const { columns } = this.#tensor;
    this.#point.set(engine.floats(dtype, this.trial, columns));
    this.evaluations++;
    const value: unknown = this.#objective(this.#point, this.#slope);
    if (typeof value !== 'number') {
      throw new ArgumentError(`minimize: the function must return a number, got ${describe(value)}`);
    }
    // The function may use the engine itself: memory is looked at behind it.
    engine.floats(dtype, this.gradient, columns).set(this.#slope);
    return value;
  }

  override run(limit: number): number {
    return this.turn(limit, this.#evaluate(), () => this.#evaluate());
  }
}

function readStart(start: unknown): Floats {
  if (start instanceof Float32Array || start instanceof Float64Array) return check(start);
  if (!Array.isArray(start)) {
    throw new ArgumentError(`minimize: start must be an array of numbers, got ${describe(start)}`);
  }
  return check(Float64Array.from(start, (value) => (typeof value === 'number' ? value : Number.NaN)));
}

function check(start: Floats): Floats {
  if (start.length === 0) throw new ArgumentError('minimize: start must not be empty');
  const bad = start.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DataError(`minimize: start: value ${bad} must be a finite number`);
  return start;
}

function prepare(objective: unknown, given: unknown, options: unknown): Training {
  if (typeof objective !== 'function') {
    throw new ArgumentError(
      `minimize: expected a function (parameters, gradient) => value, got ${describe(objective)}`,
    );
  }
  const start = readStart(given);
  const dtype: Dtype = start instanceof Float32Array ? 'f32' : 'f64';
  const read = readOptions('minimize', fields(dtype) as never, options) as ReadOptions;
  const optimizer = read.optimizer ?? gradientDescentLineSearch();
  const rowBytes = padded(start.length * elementBytes(dtype), 16);
  const place = { offset: 0, rows: 1, columns: start.length, rowBytes, bytes: rowBytes, transposed: false };
  const engine = defaultEngine();
  const tensor: Tensor = { name: 'parameters', shape: [start.length], ...place };
  const program = new MinimizeProgram(engine, dtype, tensor, start, objective as ObjectiveFunction<Floats>, {
    ...bareOptions,
    optimizer,
    regularizers: read.regularizer,
    clips: read.clip,
    averages: read.average,
    perturbation: read.sam,
    tolerance: read.tolerance ?? -1,
    lossTolerance: read.lossTolerance ?? -1,
    period: read.every,
    yieldAtEvent: read.onEvent !== null,
    nonFinite: read.nonFinite,
  });
  if (program.monitors.length > 0) program.set({ yieldAtEvent: 1 });
  let found: Floats = start;
  let value = Number.NaN;
  return new Training({
    program,
    training: undefined,
    validation: undefined,
    earlyStopping: undefined,
    limit: read.maxSteps,
    limitReason: 'steps',
    asked: read.tolerance !== null || read.lossTolerance !== null,
    seed: 0,
    signal: read.signal ?? undefined,
    rollbacks: 0,
    ...(read.onEvent ? { onEvent: read.onEvent } : {}),
    fitted: false,
    commit() {
      program.publish();
      found = readTensor(engine, dtype, program.evaluated, tensor);
      value = program.read('objective');
    },
    result: () => ({ parameters: found, value, evaluations: program.evaluations }),
    nonFinite() {
      const step = program.read('step');
      const what = nonFiniteNames[program.count('nonFinite')]!;
      const cause =
        isLineSearch(optimizer) || step === 0 ? 'the function at the start' : 'the learning rate is too large';
      const name = what === 'loss' ? 'value' : what;
      const message = `step ${step}: the ${name} is not finite; probable cause: ${cause}`;
      return new NonFiniteError(message, { step, what, tensor: undefined, cause });
    },
    release: () => program.release(),
  });
}

/**
 * Minimises a function of which you give value and gradient.
 * @param objective writes the gradient at `parameters` into `gradient` and returns the value: both arrays are its own to
 * read and write during the call, and the same at every call.
 * @param start where to begin; computed in f32 if it is a `Float32Array`, else in f64. It is not changed.
 * @returns the result of a run, with `parameters`, `value` and `evaluations`.
 * @throws {ArgumentError} on what is not a function, unknown options, values out of range.
 * @throws {DataError} if the start is not finite. @throws {NonFiniteError} if value or gradient becomes infinite or NaN.
 */
export function minimize(
  objective: ObjectiveFunction<Float64Array>,
  start: readonly number[] | Float64Array,
  options?: MinimizeOptions,
): MinimizeResult<Float64Array>;
export function minimize(
  objective: ObjectiveFunction<Float32Array>,
  start: Float32Array,
  options?: MinimizeOptions,
): MinimizeResult<Float32Array>;
export function minimize(objective: unknown, start: unknown, options?: MinimizeOptions): unknown {
  return runSync(prepare(objective, start, options));
}

/**
 * The same as `minimize`, the same bits, while the event loop breathes: it starts at once, can be awaited, iterated (its
 * events) and aborted, as what `fit` returns.
 * @throws as `minimize`; what happens during the run rejects.
 */
export function minimizeAsync(
  objective: ObjectiveFunction<Float64Array>,
  start: readonly number[] | Float64Array,
  options?: MinimizeOptions,
): Run<MinimizeResult<Float64Array>>;
export function minimizeAsync(
  objective: ObjectiveFunction<Float32Array>,
  start: Float32Array,
  options?: MinimizeOptions,
): Run<MinimizeResult<Float32Array>>;
export function minimizeAsync(objective: unknown, start: unknown, options?: MinimizeOptions): unknown {
  return new Run(prepare(objective, start, options));
}
