/**
 * Where everything of a training run lies.
 *
 *   state    header | control | cursor | progress | search | random | θ | slots | accepted θ       what a run is
 *   work     sums | g | accepted g | kept θ | z | r | gathered rows | tree | log | …               what it needs
 */
import type { Engine } from '../memory/engine.ts';
import { LEAF_ROWS, logFields } from './kernels.ts';
import { allocatePlaces, elementBytes, type Places, padded } from './layout.ts';
import type { LinearProgram } from './linear.ts';
import { lossNumbersOf, lossRow } from './loss.ts';
import type { Regularization } from './penalties.ts';
import { scheduleBytes, TABLE_STEPS } from './schedule.ts';
import { control, cursor, progress, random, search, writeFields } from './tape.ts';
import type { DataBlock, TrainingOptions, Update } from './training.ts';

/** What a run is made of. */
export interface TrainingParts {
  readonly model: LinearProgram;
  readonly data: DataBlock;
  readonly options: TrainingOptions;
  /** Nothing with a line search. */
  readonly applied: Update | undefined;
  readonly regularization: Regularization;
}

type State = 'header' | 'control' | 'cursor' | 'progress' | 'search' | 'random' | 'parameters' | 'slots' | 'accepted';
type Work =
  | ('sums' | 'gradient' | 'acceptedGradient' | 'kept' | 'z' | 'residuals' | 'gathered' | 'targets' | 'weights')
  | ('tree' | 'log' | 'schedule' | 'table' | 'lossBlock' | 'updateBlock' | 'penalties' | 'slopes' | 'index');

export interface TrainingMemory extends TrainingParts {
  readonly state: Places<State>;
  readonly work: Places<Work>;
  readonly shuffled: boolean;
  /** Rows of a block. */
  readonly limit: number;
}

/** "dhil", and the version of the layout of the state. */
const STATE_MAGIC = 0x6c696864;
const STATE_VERSION = 1;
const LOG_CAPACITY = 256;
const SHUFFLE_STREAM = 1;

/** Allocates both blocks; `blocks` collects what is to be freed. */
export function allocateTraining(engine: Engine, blocks: number[], parts: TrainingParts): TrainingMemory {
  const { model, data, options, applied, regularization } = parts;
  const { dtype, bytes, outputs, predictionBytes } = model;
  const { batch } = options;
  const shuffled = options.shuffle && batch < data.rows;
  const limit = Math.min(model.blockRows(shuffled), padded(batch, 4));
  const levels = Math.ceil(Math.log2(Math.max(2, Math.ceil(batch / LEAF_ROWS)))) + 1;
  const ifSearch = applied ? 0 : bytes;
  const state = allocatePlaces<State>(engine, {
    header: 64,
    control: control.bytes,
    cursor: cursor.bytes,
    progress: progress.bytes,
    search: search.bytes,
    random: random.bytes,
    parameters: bytes,
    slots: (applied?.row.slots ?? 0) * bytes,
    accepted: ifSearch,
  });
  blocks.push(state.base);
  // Kernels work on four rows at a time and on whole vectors.
  const predictions = (limit + 4) * predictionBytes + 64;
  const work = allocatePlaces<Work>(engine, {
    sums: 16,
    gradient: bytes + 64,
    acceptedGradient: ifSearch,
    kept: bytes - ifSearch,
    z: predictions,
    residuals: predictions,
    gathered: shuffled && outputs > 1 ? limit * model.rowBytes : 0,
    targets: shuffled ? limit * data.targetBytes + 64 : 0,
    weights: shuffled && data.weights ? limit * elementBytes(dtype) + 64 : 0,
    tree: batch > LEAF_ROWS ? levels * (bytes + 64) : 0,
    log: LOG_CAPACITY * logFields.length * 8,
    schedule: applied ? scheduleBytes(applied.learningRate) : 0,
    table: typeof applied?.learningRate === 'function' ? TABLE_STEPS * 8 : 0,
    lossBlock: padded(lossNumbersOf(data, options.loss).length * 8 + 8, 64),
    updateBlock: 128,
    penalties: regularization.bytes,
    slopes: regularization.proximal ? bytes : 0,
    index: shuffled ? data.rows * 4 : 0,
  });
  blocks.push(work.base);
  return { ...parts, state, work, shuffled, limit };
}

/** Writes what both blocks hold at the start, but for parameters and schedule. */
export function initialize(engine: Engine, memory: TrainingMemory): void {
  const { model, data, options, applied, regularization, state, work, shuffled, limit } = memory;
  const { loss, optimizer, seed, batch, period } = options;
  const slotBytes = (applied?.row.slots ?? 0) * model.bytes;
  const {
    control,
    cursor: cursorAt,
    progress: progressAt,
    search: searchAt,
    random,
    parameters,
    slots,
    accepted,
  } = state;
  engine.u32.set(
    [
      ...[STATE_MAGIC, STATE_VERSION, elementBytes(model.dtype), state.bytes, model.bytes, slotBytes],
      ...[control, cursorAt, progressAt, searchAt, random, parameters, slots, accepted].map((at) => at - state.base),
    ],
    state.header >>> 2,
  );
  engine.u32.set([seed % 2 ** 32, Math.floor(seed / 2 ** 32), SHUFFLE_STREAM], random >>> 2);
  writeFields(engine, cursorAt, cursor, {
    rows: data.rows,
    batch,
    limit,
    index: shuffled ? work.index : 0,
    outputs: lossRow(loss).meanOver === 'outputs' ? model.outputs : 1,
  });
  writeFields(engine, progressAt, progress, {
    limit: Infinity,
    tolerance: options.tolerance,
    lossTolerance: options.lossTolerance,
    firstGradientMax: -1,
    lastObjective: Number.NaN,
    rateFactor: 1,
    stepsToEvent: period,
    period,
    log: work.log,
    logCapacity: LOG_CAPACITY,
    yieldAtEvent: Number(options.yieldAtEvent),
    yieldAtStep: Number(options.yieldAtStep),
    skipNonFinite: Number(options.skipNonFinite),
  });
  engine.f64.set(lossNumbersOf(data, loss), work.lossBlock >>> 3);
  if (applied) engine.f64.set(applied.block, work.updateBlock >>> 3);
  if (optimizer.kind === 'gradientDescentLineSearch') {
    const { initialStep, expand, shrink, sufficientDecrease, maxHalvings } = optimizer;
    writeFields(engine, searchAt, search, {
      initial: initialStep,
      expand,
      shrink,
      decrease: sufficientDecrease,
      maxHalvings,
      composite: Number(regularization.proximal),
    });
  }
  regularization.write(engine, work.penalties);
}
