/**
 * A training run in linear memory: its state, its scratch and its tape. One turn of the tape is one step (one trial, with
 * a line search).
 */
import { ArgumentError } from '../errors.ts';
import type { LossSpec } from '../losses.ts';
import type { Engine } from '../memory/engine.ts';
import { isLineSearch, type OptimizerSpec } from '../optimizers.ts';
import type { RegularizerSpec } from '../regularizers.ts';
import type { Rate } from '../schedules.ts';
import { fits, numbers } from './block.ts';
import { optimizerKernels } from './kernels.ts';
import type { LinearProgram } from './linear.ts';
import { Regularization } from './penalties.ts';
import { askRate, TABLE_STEPS, writeSchedule, writeTable } from './schedule.ts';
import { control, cursor, progress, random, search, Tape, walkOnce, writeFields } from './tape.ts';
import { allocateTraining, initialize } from './training-memory.ts';
import { penaltyPlaces, trainingTape } from './training-tape.ts';

/** Training or validation data in memory. */
export interface DataBlock {
  readonly rows: number;
  readonly x: number;
  readonly stride: number;
  readonly y: number;
  /** Bytes of the target of a row. */
  readonly targetBytes: number;
  /** Weights of the rows, or 0. */
  readonly weights: number;
  /** The numbers of the loss over these rows, if options alone do not say them. */
  readonly lossBlock?: readonly number[];
}

export interface TrainingOptions {
  readonly loss: LossSpec;
  readonly optimizer: OptimizerSpec;
  readonly regularizers: readonly RegularizerSpec[];
  /** Names that regularizers may use. */
  readonly featureNames?: readonly string[] | undefined;
  readonly batch: number;
  readonly shuffle: boolean;
  readonly seed: number;
  /** Negative: nothing is asked. */
  readonly tolerance: number;
  readonly lossTolerance: number;
  /** Steps between events. */
  readonly period: number;
  readonly yieldAtEvent: boolean;
  readonly yieldAtStep: boolean;
  readonly skipNonFinite: boolean;
  /** Whether the rate runs out with the last step, so that nothing goes on from it. */
  readonly spent?: boolean;
}

/** Where a run stands, beside parameters and slots: what another one needs to go on. */
export interface Position {
  readonly step: number;
  readonly epoch: number;
  /** Rows of an epoch, and how many of the current one are done. */
  readonly rows: number;
  readonly start: number;
  readonly firstGradientMax: number;
  readonly lastObjective: number;
  /** The step length that a line search tries next, or 0. */
  readonly searchStep: number;
}

/** What the optimizer is to the program: a rate and an update, or a line search. */
export type Update = NonNullable<ReturnType<typeof update>>;

function update(optimizer: OptimizerSpec) {
  if (isLineSearch(optimizer)) return undefined;
  const { learningRate, kind } = optimizer;
  const plain = kind === 'gradientDescent' || kind === 'onlineGradientDescent';
  const spec = plain ? { kind: 'sgd', momentum: 0 } : optimizer;
  const row = optimizerKernels.find((row) => fits(row, spec))!;
  return { learningRate, row, block: numbers(row, spec) };
}

export class TrainingProgram {
  readonly engine: Engine;
  readonly model: LinearProgram;
  readonly options: TrainingOptions;
  readonly control: number;
  readonly cursor: number;
  readonly progress: number;
  readonly search: number;
  /** The parameters that count: of a line search those of the last accepted point. */
  readonly parameters: number;
  readonly gradient: number;
  /** Slots of the optimizer, or 0. */
  readonly slots: number;
  readonly slotBytes: number;
  readonly log: number;
  readonly #blocks: number[] = [];
  readonly #trial: number;
  readonly #random: number;
  readonly #rate: Rate | undefined;
  readonly #schedule: number;
  readonly #table: number;
  /** Puts the trial within its bounds. */
  readonly #projection: Tape;
  /** Steps before this one have their rate; a function is asked about some at a time. */
  #asked: number;
  readonly #stepsPerEpoch: number;

  constructor(engine: Engine, model: LinearProgram, data: DataBlock, options: TrainingOptions) {
    this.engine = engine;
    this.model = model;
    this.options = options;
    const { optimizer, batch } = options;
    const applied = update(optimizer);
    if (!applied && batch < data.rows) {
      throw new ArgumentError(`${optimizer.kind} needs full batches: batchSize must be "full"`);
    }
    this.#rate = applied?.learningRate;
    this.#asked = typeof this.#rate === 'function' ? 0 : Infinity;
    this.slotBytes = (applied?.row.slots ?? 0) * model.bytes;
    this.#stepsPerEpoch = Math.ceil(data.rows / batch);
    const regularization = new Regularization(
      [...options.regularizers, ...(('projection' in optimizer && optimizer.projection) || [])],
      model.tensors,
      model.dtype,
      { names: options.featureNames },
    );
    const { conflict } = regularization;
    if (!applied && conflict) {
      const both = conflict.join(' and ');
      throw new ArgumentError(`${optimizer.kind}: ${both} on the same parameters have no common proximal step`);
    }
    try {
      const memory = allocateTraining(engine, this.#blocks, { model, data, options, applied, regularization });
      const { state, work } = memory;
      this.control = state.control;
      this.cursor = state.cursor;
      this.progress = state.progress;
      this.search = state.search;
      this.#random = state.random;
      this.#trial = state.parameters;
      this.parameters = applied ? state.parameters : state.accepted;
      this.slots = this.slotBytes ? state.slots : 0;
      this.gradient = work.gradient;
      this.log = work.log;
      this.#schedule = work.schedule;
      this.#table = work.table;
      initialize(engine, memory);
      if (this.#rate !== undefined && typeof this.#rate !== 'function') {
        writeSchedule(engine, this.#schedule, this.#rate, this.#stepsPerEpoch);
      }
      this.#projection = new Tape();
      if (!applied) regularization.emitProximal(this.#projection, penaltyPlaces(memory));
      // The start of a line search is within its bounds: the objective of a point outside says nothing.
      this.setParameters(() => {});
      const tape = trainingTape(memory);
      const begin = engine.arena.allocate(tape.bytes);
      this.#blocks.push(begin);
      tape.write(engine, begin);
      writeFields(engine, this.control, control, { begin, end: begin + tape.bytes, position: begin });
    } catch (error) {
      this.release();
      throw error;
    }
  }

  get stepsPerEpoch(): number {
    return this.#stepsPerEpoch;
  }

  /** A number of the progress block. */
  read(
    field:
      | 'step'
      | 'epoch'
      | 'loss'
      | 'penalty'
      | 'objective'
      | 'rate'
      | 'gradientNorm'
      | 'gradientMax'
      | 'lossMean'
      | 'lossRows'
      | 'firstGradientMax'
      | 'lastObjective',
  ): number {
    return this.engine.f64[(this.progress + progress[field]) >>> 3]!;
  }

  count(field: 'skipped' | 'nonFinite' | 'logCount'): number {
    return this.engine.u32[(this.progress + progress[field]) >>> 2]!;
  }

  set(values: Partial<Record<Exclude<keyof typeof progress, 'bytes' | 'numbers'>, number>>): void {
    writeFields(this.engine, this.progress, progress, values);
  }

  get position(): Position {
    const { f64, u32 } = this.engine;
    return {
      step: this.read('step'),
      epoch: this.read('epoch'),
      rows: u32[(this.cursor + cursor.rows) >>> 2]!,
      start: u32[(this.cursor + cursor.start) >>> 2]!,
      firstGradientMax: this.read('firstGradientMax'),
      lastObjective: this.read('lastObjective'),
      searchStep: f64[(this.search + search.step) >>> 3]!,
    };
  }

  /**
   * Goes on from there: schedules, shuffles, momentum (whose first step is special), the step length of a line search.
   * Of other rows an epoch starts at its beginning.
   */
  resumeAt({ step, epoch, rows, start, firstGradientMax, lastObjective, searchStep }: Position): void {
    const { engine, options } = this;
    const { batch, period } = options;
    this.set({ step, epoch });
    engine.u32[(this.#random + random.substream) >>> 2] = epoch;
    if (searchStep > 0) writeFields(engine, this.search, search, { initial: searchStep });
    if (rows !== this.position.rows) return;
    writeFields(engine, this.cursor, cursor, { start });
    if (period % this.#stepsPerEpoch === 0) this.set({ stepsToEvent: period - Math.ceil(start / batch) });
    if (batch < rows) return;
    this.set({ firstGradientMax });
    // A line search begins with the point itself, whose objective has not changed.
    if (searchStep === 0) this.set({ lastObjective });
  }

  /** Empties the log, so that it can be filled again. */
  clearLog(): void {
    writeFields(this.engine, this.progress, progress, { logCount: 0 });
  }

  /** Goes on from the parameters that `write` leaves at a pointer. */
  setParameters(write: (base: number) => void): void {
    write(this.#trial);
    if (this.parameters === this.#trial) return;
    // A proximal step of length zero is the projection alone.
    this.set({ rate: 0 });
    walkOnce(this.engine, this.#projection);
    this.engine.u8.copyWithin(this.parameters, this.#trial, this.#trial + this.model.bytes);
  }

  /**
   * Asks a rate function about the next steps, unless it has been asked about this one. What it throws about a later
   * step counts when that step comes.
   */
  askRates(limit: number): void {
    if (typeof this.#rate !== 'function') return;
    const from = this.read('step');
    if (from < this.#asked) return;
    const most = this.options.yieldAtStep ? 1 : Math.min(TABLE_STEPS, limit - from);
    const rates: number[] = [];
    try {
      while (rates.length < most) rates.push(askRate(this.#rate, from + rates.length));
    } catch (error) {
      if (rates.length === 0) throw error;
    }
    // The function may use the engine itself: memory is looked at behind it.
    this.engine.f64.set(rates, this.#table >>> 3);
    writeTable(this.engine, this.#schedule, from, this.#table);
    this.#asked = from + rates.length;
  }

  /**
   * Runs until `limit` steps are complete in all, an op stops, or `budget` work units are used up.
   * @returns why it stopped by itself, by `STOP`.
   */
  run(limit: number, budget: number): number {
    this.askRates(limit);
    this.set({ limit: Math.min(limit, this.#asked) });
    const stop = (this.control + control.stop) >>> 2;
    this.engine.u32[stop] = 0;
    this.engine.exports.run(this.control, Infinity, budget);
    return this.engine.u32[stop]!;
  }

  release(): void {
    for (const block of this.#blocks) this.engine.arena.free(block);
    this.#blocks.length = 0;
  }
}
