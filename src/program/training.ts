/**
 * Compiles model, loss, penalties and optimizer to memory and a tape: one turn of the tape is one step (one trial, with
 * a line search).
 *
 *   state block   header | control | cursor | progress | search | random | θ | slots | accepted θ
 *   work block    sums | g | accepted g | kept θ | z | r | gathered rows | tree | log | …
 */
import { ArgumentError } from '../errors.ts';
import type { LossSpec } from '../losses.ts';
import type { Engine } from '../memory/engine.ts';
import type { OptimizerSpec } from '../optimizers.ts';
import type { RegularizerSpec } from '../regularizers.ts';
import type { Rate } from '../schedules.ts';
import { fits, numbers } from './block.ts';
import { LEAF_ROWS, type LossRow, logFields, lossRows, optimizerKernels } from './kernels.ts';
import { elementBytes, Plan, padded, type Tensor } from './layout.ts';
import type { Block, LinearProgram } from './linear.ts';
import { type Composite, regularize } from './penalties.ts';
import { askRate, SCHEDULE_BYTES, TABLE_STEPS, writeSchedule, writeTable } from './schedule.ts';
import { composite, control, cursor, Label, progress, random, search, Tape, writeFields } from './tape.ts';

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

/** Version of the layout of the state block. */
const STATE_VERSION = 1;
const STATE_MAGIC = 0x6c696864;
const LOG_CAPACITY = 256;
const SHUFFLE_STREAM = 1;

export const lossRow = (loss: LossSpec): LossRow => lossRows.find((row) => fits(row, loss))!;

/** Operands of a loss over the rows of a block, see assembly/losses/elementwise.ts. */
export function emitLoss(
  tape: Tape,
  model: LinearProgram,
  loss: LossSpec,
  at: {
    readonly cursor: number;
    readonly z: number;
    /** Whether z holds all rows, or those of the block. */
    readonly allZ: boolean;
    readonly y: number;
    readonly weights: number;
    /** Whether targets and weights hold all rows. */
    readonly allY: boolean;
    readonly residuals: number;
    readonly sums: number;
    readonly block: number;
  },
): void {
  const elements = model.outputs === 1 ? 0 : model.outputs;
  tape.emit(lossRow(loss).name, model.dtype, [
    at.cursor,
    at.z,
    at.y,
    at.weights,
    at.residuals,
    at.sums,
    elements,
    model.predictionBytes,
    at.block,
    0,
    Number(at.allZ),
    Number(at.allY),
  ]);
}

/** What the optimizer is to the program: a rate and an update, or a line search. */
function update(optimizer: OptimizerSpec) {
  if (optimizer.kind === 'gradientDescentLineSearch') return undefined;
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
  readonly #composites: readonly Composite[];
  /** Steps before this one have their rate; a function is asked about some at a time. */
  #asked: number;
  readonly #stepsPerEpoch: number;

  constructor(engine: Engine, model: LinearProgram, data: DataBlock, options: TrainingOptions) {
    this.engine = engine;
    this.model = model;
    this.options = options;
    const { dtype, bytes } = model;
    const lineSearch = options.optimizer.kind === 'gradientDescentLineSearch';
    if (lineSearch && options.batch < data.rows) {
      throw new ArgumentError('gradientDescentLineSearch needs full batches: batchSize must be "full"');
    }
    const applied = update(options.optimizer);
    this.#rate = applied?.learningRate;
    this.#asked = typeof this.#rate === 'function' ? 0 : Infinity;
    this.slotBytes = (applied?.row.slots ?? 0) * bytes;
    this.#stepsPerEpoch = Math.ceil(data.rows / options.batch);
    const { penalties, composites } = regularize(
      [...options.regularizers, ...(('projection' in options.optimizer && options.optimizer.projection) || [])],
      model.tensors,
    );
    const shuffled = options.shuffle && options.batch < data.rows;
    this.#composites = composites;
    const limit = Math.min(model.blockRows(shuffled), padded(options.batch, 4));
    const several = model.outputs > 1;
    const levels = Math.ceil(Math.log2(Math.max(2, Math.ceil(options.batch / LEAF_ROWS)))) + 1;

    const state = new Plan();
    const headerAt = state.add(64);
    const controlAt = state.add(control.bytes);
    const cursorAt = state.add(cursor.bytes);
    const progressAt = state.add(progress.bytes);
    const searchAt = state.add(search.bytes);
    const randomAt = state.add(random.bytes);
    const parametersAt = state.add(bytes);
    const slotsAt = state.add(this.slotBytes);
    const acceptedAt = state.add(lineSearch ? bytes : 0);
    const work = new Plan();
    const sumsAt = work.add(16);
    const gradientAt = work.add(bytes + 64);
    const acceptedGradientAt = work.add(lineSearch ? bytes : 0);
    const keptAt = work.add(lineSearch ? 0 : bytes);
    const zAt = work.add((limit + 4) * model.predictionBytes + 64);
    const residualsAt = work.add((limit + 4) * model.predictionBytes + 64);
    const gatheredAt = work.add(shuffled && several ? limit * model.rowBytes : 0);
    const targetsAt = work.add(shuffled ? limit * data.targetBytes + 64 : 0);
    const weightsAt = work.add(shuffled && data.weights ? limit * elementBytes(dtype) + 64 : 0);
    const treeAt = work.add(options.batch > LEAF_ROWS ? levels * (bytes + 64) : 0);
    const logAt = work.add(LOG_CAPACITY * logFields.length * 8);
    const scheduleAt = work.add(SCHEDULE_BYTES);
    const tableAt = work.add(typeof this.#rate === 'function' ? TABLE_STEPS * 8 : 0);
    const lossBlock = data.lossBlock ?? numbers(lossRow(options.loss), options.loss);
    const lossBlockAt = work.add(padded(lossBlock.length * 8 + 8, 64));
    const updateBlockAt = work.add(128);
    const penaltiesAt = work.add(penalties.length * padded(composite.bytes, 64));
    const compositesAt = work.add(composites.length * composite.bytes);
    const indexAt = work.add(shuffled ? data.rows * 4 : 0);

    const stateBlock = this.#allocate(state.bytes);
    const workBlock = this.#allocate(work.bytes);
    engine.u8.fill(0, stateBlock, stateBlock + state.bytes);
    engine.u8.fill(0, workBlock, workBlock + work.bytes);
    this.control = stateBlock + controlAt;
    this.cursor = stateBlock + cursorAt;
    this.progress = stateBlock + progressAt;
    this.search = stateBlock + searchAt;
    this.#trial = stateBlock + parametersAt;
    this.parameters = lineSearch ? stateBlock + acceptedAt : this.#trial;
    this.slots = this.slotBytes ? stateBlock + slotsAt : 0;
    this.gradient = workBlock + gradientAt;
    this.log = workBlock + logAt;
    this.#schedule = workBlock + scheduleAt;
    this.#table = workBlock + tableAt;

    engine.u32.set(
      [
        STATE_MAGIC,
        STATE_VERSION,
        elementBytes(dtype),
        state.bytes,
        controlAt,
        cursorAt,
        progressAt,
        searchAt,
        randomAt,
        parametersAt,
        bytes,
        slotsAt,
        this.slotBytes,
        acceptedAt,
      ],
      (stateBlock + headerAt) >>> 2,
    );
    this.#random = stateBlock + randomAt;
    const randomState = this.#random;
    const seed = [options.seed % 2 ** 32, Math.floor(options.seed / 2 ** 32), SHUFFLE_STREAM];
    engine.u32.set(seed, randomState >>> 2);
    const index = shuffled ? workBlock + indexAt : 0;
    const meanOver = lossRow(options.loss).meanOver === 'outputs' ? model.outputs : 1;
    writeFields(engine, this.cursor, cursor, {
      rows: data.rows,
      batch: options.batch,
      limit,
      index,
      outputs: meanOver,
    });
    writeFields(engine, this.progress, progress, {
      limit: Infinity,
      tolerance: options.tolerance,
      lossTolerance: options.lossTolerance,
      firstGradientMax: -1,
      lastObjective: Number.NaN,
      rateFactor: 1,
      stepsToEvent: options.period,
      period: options.period,
      log: this.log,
      logCapacity: LOG_CAPACITY,
      yieldAtEvent: Number(options.yieldAtEvent),
      yieldAtStep: Number(options.yieldAtStep),
      skipNonFinite: Number(options.skipNonFinite),
    });
    engine.f64.set(lossBlock, (workBlock + lossBlockAt) >>> 3);
    if (applied) engine.f64.set(applied.block, (workBlock + updateBlockAt) >>> 3);
    if (this.#rate !== undefined && typeof this.#rate !== 'function') {
      writeSchedule(engine, this.#schedule, this.#rate, this.#stepsPerEpoch);
    }

    const tape = new Tape();
    const sums = workBlock + sumsAt;
    const block: Block = {
      cursor: this.cursor,
      rows: data,
      gathered: shuffled && several ? workBlock + gatheredAt : 0,
      parameters: this.#trial,
      z: workBlock + zAt,
    };
    const loop = new Label();
    const exit = new Label();
    const end = new Label();
    if (shuffled) tape.emit('shuffle', '', [this.cursor, randomState, index]);
    tape.emit('beginBatch', '', [this.cursor, sums]);
    tape.place(loop);
    tape.emit('nextBlock', '', [this.cursor, exit], 2 * limit * model.rowCost);
    model.forward(tape, block);
    const weights = data.weights && shuffled ? workBlock + weightsAt : data.weights;
    if (shuffled) {
      const { targetBytes } = data;
      const size = elementBytes(dtype);
      tape.emit('gatherRows', '', [this.cursor, data.y, workBlock + targetsAt, targetBytes, targetBytes]);
      if (weights) tape.emit('gatherRows', '', [this.cursor, data.weights, weights, size, size]);
    }
    emitLoss(tape, model, options.loss, {
      cursor: this.cursor,
      z: block.z,
      allZ: false,
      y: shuffled ? workBlock + targetsAt : data.y,
      weights,
      allY: !shuffled,
      residuals: workBlock + residualsAt,
      sums,
      block: workBlock + lossBlockAt,
    });
    model.backward(tape, { ...block, z: workBlock + residualsAt }, this.gradient);
    if (options.batch > LEAF_ROWS) {
      tape.emit('leaf', dtype, [this.cursor, this.gradient, bytes, sums, workBlock + treeAt], bytes / 4);
    }
    tape.emit('jump', '', [loop]);
    tape.place(exit);
    penalties.forEach((penalty, i) => {
      const at = workBlock + penaltiesAt + i * padded(composite.bytes, 64);
      this.#writeComposite(at, penalty);
      const { offset, rows, rowBytes } = penalty.tensor;
      const g = penalty.smooth ? this.gradient + offset : 0;
      tape.emit(
        'penalty',
        dtype,
        [this.progress, this.#trial + offset, rows * rowBytes, g, at, Number(i === 0)],
        bytes / 4,
      );
    });
    composites.forEach((terms, i) => {
      this.#writeComposite(workBlock + compositesAt + i * composite.bytes, terms);
    });
    model.tensors.forEach((tensor, i) => {
      const found = composites.findIndex((terms) => terms.tensor === tensor);
      tape.emit(
        'measure',
        dtype,
        [
          this.progress,
          this.gradient + tensor.offset,
          tensor.rows * tensor.rowBytes,
          Number(i === 0),
          this.cursor,
          sums,
          this.#trial + tensor.offset,
          found < 0 ? 0 : workBlock + compositesAt + found * composite.bytes,
        ],
        bytes / 4,
      );
    });
    const kept = workBlock + keptAt;
    if (applied) {
      const full = Number(options.batch === data.rows);
      tape.emit('check', '', [this.progress, end, full]);
      tape.emit('rate', '', [this.progress, this.#schedule]);
      tape.emit('guard', dtype, [this.progress, this.#trial, bytes, kept, 0]);
      const updateBlock = workBlock + updateBlockAt;
      const words = [this.progress, this.#trial, this.gradient, bytes, this.slots, updateBlock];
      tape.emit(applied.row.name, dtype, words, bytes / 4);
    } else if (options.optimizer.kind === 'gradientDescentLineSearch') {
      const { initialStep, expand, shrink, sufficientDecrease, maxHalvings } = options.optimizer;
      writeFields(engine, this.search, search, {
        initial: initialStep,
        expand,
        shrink,
        decrease: sufficientDecrease,
        maxHalvings,
        composite: Number(composites.length > 0),
      });
      this.setParameters(() => {});
      const trial = [this.#trial, this.gradient, bytes, this.parameters, workBlock + acceptedGradientAt];
      tape.emit('lineSearch', dtype, [this.progress, this.search, this.cursor, ...trial], bytes);
    }
    if (composites.length > 0) {
      const at = workBlock + compositesAt;
      tape.emit('proximal', dtype, [this.progress, this.#trial, at, composites.length], bytes / 4);
    }
    for (const { tensor, lower, upper } of composites) {
      if (lower <= 0 && upper >= 0) continue;
      const used = tensor.columns * elementBytes(dtype);
      tape.emit('clearPadding', '', [this.#trial + tensor.offset, tensor.rows, tensor.rowBytes, used], bytes / 4);
    }
    if (applied) {
      tape.emit('guard', dtype, [this.progress, this.#trial, bytes, kept, 1, this.slots, this.slotBytes]);
      tape.place(end);
      tape.emit('record', '', [this.progress, this.cursor, shuffled ? randomState : 0]);
    }
    const tapeAt = this.#allocate(tape.bytes);
    tape.write(engine, tapeAt);
    writeFields(engine, this.control, control, { begin: tapeAt, end: tapeAt + tape.bytes, position: tapeAt });
  }

  #allocate(bytes: number): number {
    try {
      const block = this.engine.arena.allocate(bytes);
      this.#blocks.push(block);
      return block;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  #writeComposite(at: number, { tensor, l1, l2, lower, upper }: Composite): void {
    const length = tensor.rows * tensor.rowBytes;
    writeFields(this.engine, at, composite, { l1, l2, lower, upper, offset: tensor.offset, length });
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
    this.#project();
    this.engine.u8.copyWithin(this.parameters, this.#trial, this.#trial + this.model.bytes);
  }

  /** Puts the start of a line search within its bounds: the objective of a point outside says nothing. */
  #project(): void {
    const { engine, model } = this;
    for (const { tensor, lower, upper } of this.#composites) {
      for (let row = 0; row < tensor.rows; row++) {
        const at = this.#trial + tensor.offset + row * tensor.rowBytes;
        const values = engine.floats(model.dtype, at, tensor.columns);
        values.forEach((value, i) => {
          values[i] = Math.min(Math.max(value, lower), upper);
        });
      }
    }
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

  /** Tensors by name, as users see them. */
  get tensors(): readonly Tensor[] {
    return this.model.tensors;
  }

  release(): void {
    for (const block of this.#blocks) this.engine.arena.free(block);
    this.#blocks.length = 0;
  }
}
