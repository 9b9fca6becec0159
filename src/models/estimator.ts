/**
 * What all models have: data in, a run, predictions out. What targets and predictions are follows from the loss, see
 * targets.ts; what is between them, from `compile`.
 */
import { type RowIndex, type RowSource, readMatrix } from '../data/matrix.ts';
import { applySteps, type Transformer } from '../data/transformer.ts';
import { rowWeights } from '../data/weights.ts';
import { didYouMean } from '../describe.ts';
import { ArgumentError, NotFittedError, ShapeError } from '../errors.ts';
import type { FitResult, Metrics } from '../events.ts';
import { runSync, Training } from '../fit.ts';
import type { LossSpec } from '../losses.ts';
import { defaultEngine, type Engine } from '../memory/engine.ts';
import { isLineSearch, type OptimizerSpec, onlineGradientDescent } from '../optimizers.ts';
import { loadRows, type Standardization } from '../program/data.ts';
import { EvaluationProgram } from '../program/evaluation.ts';
import { readTensor, writeTensor } from '../program/layout.ts';
import type { Task } from '../program/metrics.ts';
import type { ModelProgram } from '../program/model.ts';
import type { TrainingProgram } from '../program/training.ts';
import { Run } from '../run.ts';
import { type Field, readOptions } from '../spec.ts';
import { anything } from '../stored.ts';
import { metricsOf, readMetricsOf } from './links.ts';
import type { EstimatorSpec, Fitted, Parameters } from './model.ts';
import { type ModelState, modelState } from './model-state.ts';
import type { FitOptions } from './options.ts';
import { loadData, prepare, type SavedRun } from './prepare.ts';
import { type KnownTarget, type ReadTarget, readTarget } from './targets.ts';

/** Options of `partialFit`. */
const STEP_OPTIONS = ['optimizer', 'regularizer', 'loss', 'sampleWeights', 'classWeights'];

/** What a fresh fit knows of its data when parameters get their start. */
export interface StartingPoint {
  readonly loss: LossSpec;
  readonly target: ReadTarget;
  readonly index: RowIndex | undefined;
  readonly weights: ArrayLike<number> | undefined;
  readonly seed: number;
  /** Whether the fit goes on from what the model holds, be it nothing. */
  readonly going: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: a model of any targets, spec and parameters
export type AnyEstimator = Estimator<any, any, any>;

export abstract class Estimator<Y = unknown, S extends EstimatorSpec = EstimatorSpec, N extends string = string> {
  readonly spec: S;
  /** Whether predictions are numbers or classes. */
  abstract readonly task: Task;
  readonly #engine: Engine | null;
  #fitted: Fitted<N> | undefined;
  #running = false;
  #steps: readonly Transformer[] = [];

  /** @param fields options of this kind of model. */
  constructor(kind: string, options: unknown, fields: Readonly<Record<string, Field<unknown>>>) {
    const read = readOptions(kind, fields as never, options);
    const { engine, ...rest } = read as Omit<S, 'kind'> & { readonly engine: Engine | null };
    this.spec = Object.freeze({ kind, ...rest }) as unknown as S;
    this.#engine = engine;
  }

  /** The ops of this model for so many features and outputs. @internal */
  abstract compile(features: number, outputs: number): ModelProgram;

  /** Gives parameters their start, where it is not zero. @internal */
  abstract begin(program: TrainingProgram, model: ModelProgram, at: StartingPoint): void;

  /** Looks at features before anything else is done with them. @internal */
  checkFeatures(_source: RowSource, _standardize: boolean): void {}

  /** Reads the loss of a fit; null is that of the model. @internal */
  abstract readLoss(given: LossSpec | null): LossSpec;

  /** The optimizer of fits that do not say. Nothing: a line search. @internal */
  get usualOptimizer(): OptimizerSpec | undefined {
    return undefined;
  }

  /** Reads targets. `known` is what they were before; `what` they are, for messages. @internal */
  readTarget(y: unknown, rows: number, loss: LossSpec, known?: KnownTarget, what = 'targets'): ReadTarget {
    const { kind, classes } = this.spec;
    return readTarget(loss, y, rows, known, classes ?? undefined, kind, what);
  }

  /** @internal */
  get engine(): Engine {
    return this.#engine?.rested() ?? defaultEngine();
  }

  /** @internal */
  get fitted(): Fitted<N> | undefined {
    return this.#fitted;
  }

  /** A model with the same options that holds what this one holds. @internal */
  protected copy(): this {
    const copy = this.clone();
    const fitted = this.#fitted;
    if (fitted) {
      const parameters = Object.entries<Float32Array | Float64Array>(fitted.parameters);
      copy.#fitted = {
        ...fitted,
        parameters: Object.fromEntries(parameters.map(([name, values]) => [name, values.slice()])) as Parameters<N>,
      };
    }
    return copy;
  }

  /** What is done to features first, not fitted; see `pipeline`. */
  get steps(): readonly Transformer[] {
    return this.#steps;
  }

  /**
   * A fresh model with the same options and steps, not fitted.
   * @param options those that are to be others.
   * @param steps others.
   */
  clone(options: object = {}, steps: readonly Transformer[] = this.#steps): this {
    const { kind, ...own } = this.spec;
    const make = this.constructor as new (kind: string, options: object) => this;
    const copy = new make(kind, { ...own, engine: this.#engine, ...options });
    copy.#steps = steps;
    return copy;
  }

  /** Names of the columns that reach the model, if they are known. @internal */
  get columnNames(): readonly string[] | undefined {
    return this.#steps.length > 0 ? undefined : (this.spec.featureNames ?? undefined);
  }

  /** Takes parameters and state from a run. @internal */
  commit(
    program: TrainingProgram,
    model: ModelProgram,
    loss: LossSpec,
    target: ReadTarget,
    standardization: Standardization | null,
    steps: readonly Transformer[],
  ): void {
    const { engine, options } = program;
    program.publish();
    this.#fitted = {
      features: model.features,
      outputs: model.outputs,
      parameters: Object.fromEntries(
        model.tensors.map((tensor) => [tensor.name, readTensor(engine, model.dtype, program.evaluated, tensor)]),
      ) as Parameters<N>,
      standardization,
      classes: target.classes,
      loss,
      optimizer: options.optimizer,
      state: program.state,
      position: program.position,
      spent: options.spent ?? false,
      steps,
    };
  }

  /** Goes on from parameters, and from state and counters of the optimizer if it is of the same kind. @internal */
  resume(program: TrainingProgram, model: ModelProgram, fitted: Fitted<N>): void {
    const { engine } = program;
    program.setParameters((base) => {
      for (const tensor of model.tensors) {
        writeTensor(engine, model.dtype, base, tensor, fitted.parameters[tensor.name as N]);
      }
    });
    const { optimizer, spent } = program.options;
    if (spent || fitted.spent) return;
    if (optimizer.kind === fitted.optimizer.kind && program.stateBytes === fitted.state.length) {
      program.restore(fitted.state);
      const { position } = fitted;
      const same = JSON.stringify(optimizer) === JSON.stringify(fitted.optimizer);
      // Another rate begins with itself.
      program.resumeAt(same ? position : { ...position, rateFactor: 1, plateaus: [] });
    }
  }

  /** Takes what a fit has left elsewhere. @internal */
  adopt(fitted: Fitted<N>): void {
    this.#fitted = fitted;
    this.#steps = fitted.steps;
  }

  /**
   * Everything that predictions and further fits need, as plain data that survives `structuredClone`: `restoreModel` makes
   * the model of it, in another thread as well. Rates that are functions are marked.
   * @throws {NotFittedError} before a fit. @throws {ArgumentError} if a step of the pipeline has no `state()`.
   */
  state(): ModelState {
    const fitted = this.requireFitted('state');
    return modelState(this.spec, fitted, this.compile(fitted.features, fitted.outputs).tensors);
  }

  #start(x: unknown, y: unknown, options: unknown, standardize?: boolean, saved?: SavedRun): Training {
    if (this.#running) throw new ArgumentError('this model is being fitted: await or abort that run first', 'ERR_BUSY');
    const setup = prepare(this, x, y, options, standardize, saved);
    this.#running = true;
    return new Training({
      ...setup,
      release: () => {
        this.#running = false;
        setup.release();
      },
    });
  }

  /**
   * Fits the model; the event loop breathes meanwhile. The run starts at once, can be awaited and iterated. Data of more
   * than 262,144 values are read in slices as well: they must not change before the first step.
   * @param x features: rows × columns.
   * @param y targets, one a row.
   * @throws {ArgumentError} at once, if data or options cannot be used; nothing has changed then. A value that is not finite
   * in data that are read in slices rejects instead.
   */
  fit(x: unknown, y: Y, options?: FitOptions<Y>): Run {
    return new Run(this.#start(x, y, options));
  }

  /** Goes on with a run of another model of the same spec. @internal */
  goOn(x: unknown, y: unknown, options: unknown, saved: SavedRun): Run {
    return new Run(this.#start(x, y, options, undefined, saved));
  }

  /**
   * Fits the model in one go: the same bits as `fit`.
   * @throws {ArgumentError} if data or options cannot be used; nothing has changed then.
   * @throws {NonFiniteError} if a value became infinite or NaN; the model keeps its last finite parameters.
   */
  fitSync(x: unknown, y: Y, options?: FitOptions<Y>): FitResult {
    return runSync(this.#start(x, y, options));
  }

  /**
   * One step on these rows, going on from the state the model is in: for streams, and for models that go on learning. A
   * fresh model starts at zero, a network at its initialisation with seed 0; it never standardises, because the statistics
   * of a stream are not known. The optimizer is the one of before; on a fresh model and after a line search online gradient
   * descent, of networks Adam.
   * @returns the mean loss of these rows before the step.
   * @throws {ArgumentError} on rows and options that cannot be used, a line search among them.
   */
  partialFit(
    x: unknown,
    y: Y,
    options: Pick<FitOptions<Y>, 'optimizer' | 'regularizer' | 'loss' | 'sampleWeights' | 'classWeights'> = {},
  ): {
    loss: number;
  } {
    const unknown = Object.keys(options).find((key) => !STEP_OPTIONS.includes(key));
    if (unknown !== undefined) {
      throw new ArgumentError(`partialFit: takes ${STEP_OPTIONS.join(', ')}, got ${unknown}`);
    }
    const before = this.#fitted?.optimizer;
    const searches = (optimizer?: OptimizerSpec): boolean => !!optimizer && isLineSearch(optimizer);
    if (searches(options.optimizer)) {
      throw new ArgumentError(
        'partialFit takes one step of a given rate: it needs another optimizer than a line search',
      );
    }
    const going = searches(before) || this.#fitted?.spent ? undefined : before;
    const result = runSync(
      this.#start(
        x,
        y,
        {
          ...options,
          optimizer: options.optimizer ?? going ?? this.usualOptimizer ?? onlineGradientDescent(),
          batchSize: 'full',
          shuffle: false,
          tolerance: null,
          maxSteps: 1,
          epochs: 1,
          continue: true,
        },
        false,
      ),
    );
    return { loss: result.history[0]!.loss };
  }

  /** @internal */
  protected requireFitted(what: string): Fitted<N> {
    if (this.#fitted) return this.#fitted;
    throw new NotFittedError(`${what} needs a fitted model: call fit first`);
  }

  #features(x: unknown, fitted: Fitted<N>): RowSource {
    const expected = { what: 'features', names: this.columnNames, columns: fitted.features };
    const source = readMatrix(applySteps(fitted.steps, x), expected);
    this.checkFeatures(source, false);
    return source;
  }

  /** Runs `body` with everything that is needed to look at rows. */
  #look<R>(fitted: Fitted<N>, body: (engine: Engine, model: ModelProgram, parameters: number) => R): R {
    const { engine } = this;
    return engine.arena.scope(() => {
      const model = this.compile(fitted.features, fitted.outputs);
      const parameters = engine.arena.allocate(model.bytes);
      engine.u8.fill(0, parameters, parameters + model.bytes);
      for (const tensor of model.tensors) {
        writeTensor(engine, model.dtype, parameters, tensor, fitted.parameters[tensor.name as N]);
      }
      return body(engine, model, parameters);
    });
  }

  /**
   * Predictions before the link: rows × outputs.
   * @param options `out`: where to put them, of the right length.
   */
  predictRaw<A extends Float32Array | Float64Array>(x: unknown, options?: { readonly out?: A }): A {
    const fitted = this.requireFitted('predict');
    const source = this.#features(x, fitted);
    const length = source.rows * fitted.outputs;
    const given = readOptions<{ out: A | null }>('predict', { out: outField(length) }, options);
    const { dtype } = this.spec;
    const out = given.out ?? ((dtype === 'f32' ? new Float32Array(length) : new Float64Array(length)) as A);
    return this.#look(fitted, (engine, model, parameters) => {
      const expected = { what: 'features', names: this.columnNames };
      const standard = fitted.standardization ?? undefined;
      const x = loadRows(engine, dtype, source, model.stride, expected, undefined, standard);
      const data = { rows: source.rows, x, stride: model.stride, y: 0, targetBytes: 0, weights: 0 };
      const program = new EvaluationProgram(engine, model, data, undefined, parameters, true);
      while (!program.run(2 ** 30));
      program.copyPredictions(out);
      program.release();
      return out;
    });
  }

  /**
   * Loss (and metrics) on rows with their targets; the loss is the one that the model was fitted with.
   * @param options `metrics`: names or specs; `sampleWeights`: one weight ≥ 0 a row, for both.
   */
  evaluate(x: unknown, y: Y, options?: Pick<FitOptions<Y>, 'metrics' | 'sampleWeights'>): { loss: number } & Metrics {
    const fitted = this.requireFitted('evaluate');
    const source = this.#features(x, fitted);
    const { rows } = source;
    const { loss } = fitted;
    const target = this.readTarget(y, rows, loss, fitted);
    const fields = { metrics: anything, sampleWeights: anything };
    const read = readOptions<{ metrics: unknown; sampleWeights: unknown }>('evaluate', fields, options);
    const metrics = readMetricsOf(read.metrics, loss, target.outputs);
    const weights = rowWeights({ rows, sampleWeights: read.sampleWeights });
    return this.#look(fitted, (engine, model, parameters) => {
      const standard = fitted.standardization;
      const given = { standard, names: this.columnNames, weights };
      const data = loadData(engine, model, loss, source, target, given, []);
      const program = new EvaluationProgram(engine, model, data, loss, parameters, metrics.length > 0);
      while (!program.run(2 ** 30));
      const result = { loss: program.loss, ...metricsOf(metrics, engine, model, data, loss, program.predictions) };
      program.release();
      return result;
    });
  }

  /**
   * Parameters by name, in the shapes that users see. The arrays are the model's own: what is written into them is used.
   * @throws {ShapeError} when set to arrays of other lengths. @throws {ArgumentError} on names that there are not.
   */
  get parameters(): Parameters<N> {
    return this.requireFitted('parameters').parameters;
  }

  set parameters(values: Readonly<Partial<Record<N, ArrayLike<number>>>>) {
    const own = this.requireFitted('parameters').parameters;
    const given = Object.entries(values) as [N, ArrayLike<number> | undefined][];
    for (const [name, array] of given) {
      if (!own[name]) throw new ArgumentError(`parameters: unknown ${name}${didYouMean(name, Object.keys(own))}`);
      if (array && array.length !== own[name].length) {
        throw new ShapeError(`parameters: expected ${own[name].length} values of ${name}, got ${array.length}`);
      }
    }
    for (const [name, array] of given) if (array) own[name].set(array);
  }
}

/** A place for `length` results. @internal */
export const outField = <A extends Float32Array | Float64Array>(length: number): Field<A | null> => ({
  fallback: null,
  expected: () => `a Float32Array or Float64Array of ${length} values`,
  read: (value) =>
    value === null || ((value instanceof Float32Array || value instanceof Float64Array) && value.length === length)
      ? (value as A)
      : undefined,
});
