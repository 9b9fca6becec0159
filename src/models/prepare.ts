/** From data and options to a run: everything is read and checked before anything changes. */

import type { LoopState } from '../checkpoint.ts';
import { type AugmentImagesSpec, checkImages } from '../data/augment.ts';
import { type RowIndex, type RowSource, readMatrix } from '../data/matrix.ts';
import { countRows, splitIndices } from '../data/split.ts';
import { applySteps, fitSteps } from '../data/transformer.ts';
import { rowWeights } from '../data/weights.ts';
import { ArgumentError, OutOfMemoryError } from '../errors.ts';
import type { Evaluator, TrainingSetup } from '../fit.ts';
import { readGroups } from '../groups.ts';
import { lossNumbers, rowFactors } from '../losses/targets.ts';
import type { LossSpec } from '../losses.ts';
import type { Engine } from '../memory/engine.ts';
import { defaultBatch, gradientDescentLineSearch, isLineSearch, type OptimizerSpec } from '../optimizers.ts';
import {
  allocateRows,
  finish,
  loadIndices,
  loading,
  loadNumbers,
  noStandardization,
  type Pieces,
  type Standardization,
  standardize,
} from '../program/data.ts';
import { EvaluationProgram } from '../program/evaluation.ts';
import { elementBytes } from '../program/layout.ts';
import { lossRow } from '../program/loss.ts';
import type { KeyedMetric } from '../program/metrics.ts';
import type { ModelProgram } from '../program/model.ts';
import { type DataBlock, RowsObjective } from '../program/objective.ts';
import { isBias } from '../program/penalties.ts';
import { TrainingProgram } from '../program/training.ts';
import type { TrainingOptions } from '../program/training-options.ts';
import type { AnyEstimator } from './estimator.ts';
import { fingerprintOf } from './fingerprint.ts';
import { metricsOf, readMetricsOf } from './links.ts';
import type { Fitted } from './model.ts';
import { modelFrame } from './model-state.ts';
import { explainNonFinite } from './non-finite.ts';
import { type ReadFitOptions, readFitOptions, readValidation, storedOptions } from './options.ts';
import { subgradientDescent } from './start.ts';
import { numberOf, type ReadTarget } from './targets.ts';

/** Where another run stood. */
export interface SavedRun {
  /** What its model knew beside parameters. */
  readonly frame: Pick<Fitted, 'features' | 'outputs' | 'classes' | 'standardization' | 'loss' | 'steps'>;
  readonly firstStep: number;
  /** Takes up its state; returns where the loop stood. @param fingerprint of the data that came now. */
  restore(program: TrainingProgram, fingerprint: () => string): LoopState;
}

export interface LoadOptions {
  readonly standard: Standardization | null;
  readonly names: readonly string[] | undefined;
  readonly index?: RowIndex | undefined;
  readonly weights?: ArrayLike<number> | undefined;
  /** Whose rows they are, for messages: nothing, or `'validation: '`. */
  readonly whose?: string;
}

/** Loads features and targets; the blocks belong to the caller. What is pushed to `later` is not loaded yet. */
export function loadData(
  engine: Engine,
  model: ModelProgram,
  loss: LossSpec,
  x: RowSource,
  target: ReadTarget,
  options: LoadOptions,
  blocks: number[],
  later?: Pieces[],
): DataBlock {
  const { index, standard, names, whose = '' } = options;
  const rows = index ? index.length : x.rows;
  const keep = (block: number): number => {
    blocks.push(block);
    return block;
  };
  const load = (source: RowSource, rowBytes: number, what: string, ...more: [Standardization?]): number => {
    const block = keep(allocateRows(engine, rows, rowBytes));
    const expected = { what: `${whose}${what}`, names: more.length > 0 ? names : undefined };
    const pieces = loading(engine, model.dtype, source, rowBytes, expected, block, index, ...more);
    if (later) later.push(pieces);
    else finish(pieces);
    return block;
  };
  const data = { rows, stride: model.stride, x: load(x, model.stride, 'features', standard ?? undefined) };
  // Loops, not `from` with a function: that is a tenth of a second for a million rows.
  const labels = new Int32Array(target.labels ? rows : 0);
  for (let i = 0; i < labels.length; i++) labels[i] = target.labels!.indices[index ? index[i]! : i]!;
  const row = lossRow(loss);
  const indices = row.targets === 'index' ? labels : undefined;
  let y: number;
  let targetBytes = row.targets === 'value' ? elementBytes(model.dtype) : model.predictionBytes;
  if (target.values) {
    y = load(target.values, targetBytes, 'targets');
  } else if (indices) {
    y = keep(
      loadIndices(
        engine,
        indices.map((label) => Math.max(label, 0)),
      ),
    );
    targetBytes = 4;
  } else {
    const numbers = new Float64Array(rows);
    for (let i = 0; i < rows; i++) numbers[i] = numberOf(row, labels[i]!);
    y = keep(loadNumbers(engine, model.dtype, numbers));
  }
  // Rows that are only looked at count as the loss says.
  const weights = options.weights ?? rowWeights({ rows, factors: rowFactors(loss, indices, target.outputs) });
  const lossBlock = lossNumbers(row, loss, indices, weights);
  return { ...data, y, targetBytes, lossBlock, weights: weights ? keep(loadNumbers(engine, model.dtype, weights)) : 0 };
}

/** Evaluates rows at the parameters of the run. */
function evaluator(
  engine: Engine,
  model: ModelProgram,
  data: DataBlock,
  loss: LossSpec,
  parameters: number,
  metrics: readonly KeyedMetric[],
): Evaluator {
  const program = new EvaluationProgram(engine, model, data, loss, parameters, metrics.length > 0);
  return { program, metrics: () => metricsOf(metrics, engine, model, data, loss, program.predictions) };
}

/** Makes the program of a run; where memory is short, the model says what takes it. */
function build(engine: Engine, objective: RowsObjective, options: TrainingOptions): TrainingProgram {
  try {
    return new TrainingProgram(engine, objective, options);
  } catch (error) {
    const { model, limit } = objective;
    if (!(error instanceof OutOfMemoryError) || !model.explainMemory) throw error;
    const { message, free } = error;
    throw new OutOfMemoryError(`${message}; ${model.explainMemory(limit, free)}`, free);
  }
}

/** What the optimizer implies where options are left out. */
function defaults(options: ReadFitOptions, rows: number, kinked: boolean, usual: OptimizerSpec | undefined) {
  const spent = kinked && !options.optimizer && !usual;
  const optimizer = options.optimizer ?? usual ?? gradientDescentLineSearch();
  const online = optimizer.kind === 'onlineGradientDescent';
  const asked = options.batchSize ?? defaultBatch[optimizer.kind] ?? Math.min(32, rows);
  if (asked !== 'full' && asked > rows) {
    throw new ArgumentError(`batchSize must be an integer in [1, ${rows}], the training rows, or "full", got ${asked}`);
  }
  const batch = asked === 'full' ? rows : Math.min(rows, asked * options.accumulate);
  const full = batch === rows;
  const epochs = options.epochs ?? (online ? 1 : !full || usual ? 10 : spent ? 2_000 : 10_000);
  if (!full && (options.lossTolerance !== null || typeof options.tolerance === 'number')) {
    throw new ArgumentError('tolerance and lossTolerance need full batches: the loss of a mini-batch is a sample');
  }
  return { optimizer, batch, full, epochs, spent, shuffle: options.shuffle && !online };
}

/** @throws {ArgumentError} where rows that change do not go with what else is asked. */
function checkAugmentation(
  spec: AugmentImagesSpec,
  model: ModelProgram,
  optimizer: OptimizerSpec,
  standard: Standardization | null,
): void {
  checkImages(spec, model.features);
  const wrong = standard
    ? 'pixels as they are: standardize: false'
    : isLineSearch(optimizer)
      ? `an optimizer with a rate: trials of ${optimizer.kind} compare the same rows`
      : !model.gathers && 'a network, or more than one output';
  if (wrong) throw new ArgumentError(`augmentation needs ${wrong}`);
}

/** Values of features that are read at once, well below 16 ms: how many must not depend on the clock. */
const AT_ONCE = 2 ** 18;

/** One after the other, each taken off the list. */
function* inTurn(all: Pieces[]): Pieces {
  for (let next = all.shift(); next; next = all.shift()) yield* next;
}

/**
 * Reads everything, makes room for the data, compiles the programs.
 * @param standardizes whether a model that starts anew takes mean and deviation of the features from these rows.
 */
export function prepare(
  model: AnyEstimator,
  x: unknown,
  y: unknown,
  given: unknown,
  standardizes: boolean = model.spec.standardize,
  saved?: SavedRun,
): TrainingSetup {
  const options = readFitOptions(given);
  const fitted = model.fitted;
  const resumed = saved?.frame ?? (options.continue ? fitted : undefined);
  const names = model.columnNames;
  const readFeatures = (x: unknown, rows?: number): RowSource =>
    readMatrix(x, { what: 'features', names, columns: names?.length ?? resumed?.features, rows });
  // With steps before the model features are known when the training rows are.
  const plain = model.steps.length === 0 ? readFeatures(x) : undefined;
  const total = plain?.rows ?? countRows(x, 'features');
  const loss = model.readLoss(options.loss);
  const target = model.readTarget(y, total, loss, resumed);
  const metrics = readMetricsOf(options.metrics, loss, target.outputs);
  const validation = readValidation(options.validation);
  const { earlyStopping, seed, augmentation } = options;
  const checkMonitor = (who: string, monitor = ''): void => {
    if (!monitor.startsWith('validation.') || validation) return;
    throw new ArgumentError(
      `${who} watches ${monitor}: it needs validation rows (validation: 0.2), or monitor: 'loss'`,
    );
  };
  checkMonitor('earlyStopping', earlyStopping?.monitor);
  let index: RowIndex | undefined;
  let heldOut: RowIndex | undefined;
  let other: { x: RowSource; target: ReadTarget } | undefined;
  if (validation && 'fraction' in validation) {
    if (validation.stratify && !target.labels) throw new ArgumentError('validation: stratify needs class labels');
    const parts = splitIndices(total, validation.fraction, seed, validation.stratify ? target.labels : undefined);
    // In the order of the data, whatever the shuffle was.
    index = parts.train.sort();
    heldOut = parts.test.sort();
  }
  const done = resumed ? { steps: resumed.steps, x: applySteps(resumed.steps, x) } : fitSteps(model.steps, x, index);
  const source = plain ?? readFeatures(done.x, total);
  model.checkFeatures(source, standardizes);
  if (validation && 'x' in validation) {
    const held = applySteps(done.steps, validation.x);
    const rows = readMatrix(held, { what: 'validation: features', names, columns: source.columns });
    model.checkFeatures(rows, false);
    other = { x: rows, target: model.readTarget(validation.y, rows.rows, loss, target, 'validation: targets') };
  }
  const rows = index ? index.length : total;
  const { batch, full, epochs, shuffle, spent, ...chosen } = defaults(
    options,
    rows,
    !!lossRow(loss).kinked,
    model.usualOptimizer,
  );
  const weights = rowWeights({
    rows: total,
    sampleWeights: options.sampleWeights,
    classWeights: options.classWeights,
    labels: target.labels,
    factors: rowFactors(loss, target.labels?.indices, target.outputs),
    index,
  });

  const engine = model.engine;
  const blocks: number[] = [];
  const programs: { release(): void }[] = [];
  const pieces: Pieces[] = [];
  const load = inTurn(pieces);
  /** Loads what there is so far. */
  const loaded = (): void => pieces.forEach(finish);
  const release = (): void => {
    load.return();
    for (const program of programs.splice(0)) program.release();
    for (const block of blocks.splice(0)) engine.arena.free(block);
  };
  try {
    const { dtype } = model.spec;
    const fresh = !resumed && standardizes ? noStandardization(source.columns) : undefined;
    const standard = resumed ? resumed.standardization : (fresh ?? null);
    if (fresh) pieces.push(standardize(engine, source, fresh, index));
    const linear = model.compile(source.columns, target.outputs);
    if (isLineSearch(chosen.optimizer) && linear.random) {
      throw new ArgumentError(
        `${linear.random}: trials of ${chosen.optimizer.kind} compare the same units: use an optimizer with a rate`,
      );
    }
    if (augmentation) checkAugmentation(augmentation, linear, chosen.optimizer, standard);
    const place = (x: RowSource, of: ReadTarget, more: Partial<LoadOptions>) =>
      loadData(engine, linear, loss, x, of, { standard, names, ...more }, blocks, pieces);
    const data = place(source, target, { index, weights });
    const stepsPerEpoch = Math.ceil(rows / batch);
    const tolerance =
      options.tolerance === 'auto' ? (full && !spent ? (dtype === 'f32' ? 1e-5 : 1e-8) : null) : options.tolerance;
    // No run gets to the largest count.
    const period = Math.min(options.every.steps ?? options.every.epochs! * stepsPerEpoch, 0xffffffff);
    const ofEpochs = epochs * stepsPerEpoch;
    const steps = Math.min(options.maxSteps ?? ofEpochs, ofEpochs);
    // It looks at the rows.
    if (spent) loaded();
    const optimizer = spent
      ? subgradientDescent(steps, target, index, options.regularizer, { engine, linear, data, standard })
      : chosen.optimizer;
    const watched = !!validation || metrics.length > 0 || !!earlyStopping || !!options.onEpoch;
    const regularizers = [...options.regularizer, ...(('projection' in optimizer && optimizer.projection) || [])];
    const objective = new RowsObjective(linear, data, loss, { batch, shuffle, augmentation });
    const program = build(engine, objective, {
      optimizer,
      groups: readGroups(
        options.groups,
        optimizer,
        regularizers,
        objective.tensors.filter(isBias).map(({ name }) => name),
      ),
      regularizers,
      clips: options.clip,
      averages: options.average,
      perturbation: options.sam,
      featureNames: names,
      seed,
      tolerance: tolerance ?? -1,
      lossTolerance: options.lossTolerance ?? -1,
      period,
      yieldAtEvent: watched,
      yieldAtStep: !!options.onStep,
      nonFinite: options.nonFinite,
      spent,
    });
    programs.push(program);
    for (const monitor of program.monitors) checkMonitor('reduceOnPlateau', monitor);
    if (program.monitors.length > 0) program.set({ yieldAtEvent: 1 });
    if (!saved && fitted && options.continue) model.resume(program, linear, fitted);
    if (!resumed) model.begin(program, linear, { loss, target, index, weights, seed, going: options.continue });
    const evaluate = (data: DataBlock): Evaluator => {
      const made = evaluator(engine, linear, data, loss, program.evaluated, metrics);
      programs.push(made.program);
      return made;
    };
    const training = metrics.length > 0 ? evaluate(data) : undefined;
    const held = other
      ? place(other.x, other.target, { whose: 'validation: ' })
      : heldOut
        ? place(source, target, { index: heldOut })
        : undefined;
    let known: string | undefined;
    const fingerprint = (): string => {
      loaded();
      known ??= fingerprintOf(engine, linear.dtype, held ? [data, held] : [data]);
      return known;
    };
    // Small data are read, and their errors thrown, before `fit` returns.
    if ((total + (other?.x.rows ?? 0)) * source.columns <= AT_ONCE) finish(load);
    const from = saved?.restore(program, fingerprint);
    const limit = (saved ? saved.firstStep : program.read('step')) + steps;
    // A function that returns no rate is found out before anything has changed.
    program.askRates(limit);
    return {
      program,
      load,
      training,
      validation: held && evaluate(held),
      earlyStopping: earlyStopping ?? undefined,
      limit,
      limitReason: steps < ofEpochs ? 'steps' : 'epochs',
      asked: (tolerance !== null && full) || options.lossTolerance !== null,
      seed,
      signal: options.signal ?? undefined,
      ...(options.onEpoch ? { onEvent: options.onEpoch } : {}),
      ...(options.onStep ? { onStep: options.onStep } : {}),
      rollbacks: options.nonFinite === 'rollback' ? 3 : 0,
      fitted: fitted !== undefined,
      frame: () => {
        // Also loads what a frame tells of.
        const data = fingerprint();
        return {
          model: modelFrame(model.spec, {
            features: linear.features,
            outputs: linear.outputs,
            classes: target.classes,
            standardization: standard,
            loss,
            steps: done.steps,
          }),
          ...storedOptions(options),
          data,
        };
      },
      checkpointEvery: options.checkpointEvery ?? undefined,
      from,
      commit: () => model.commit(program, linear, loss, target, standard, done.steps),
      nonFinite: () => explainNonFinite(program, linear, data, loss, standard, names),
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}
