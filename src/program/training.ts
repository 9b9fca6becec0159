/**
 * A training run in linear memory: its state, its scratch and its tape. One turn of the tape is one step (one trial, with
 * a line search).
 */

import { ArgumentError } from '../errors.ts';
import type { Engine } from '../memory/engine.ts';
import { isLineSearch } from '../optimizers.ts';
import type { Rate } from '../schedules.ts';
import { averageAt } from './around.ts';
import { type CapturedRun, capture } from './capture.ts';
import { groupsOf, refuseWithSearch } from './groups.ts';
import type { Objective } from './objective.ts';
import { Regularization } from './penalties.ts';
import { Rates } from './rates.ts';
import { control, cursor, progress, random, search, Tape, walkOnce, writeFields } from './tape.ts';
import { allocateTraining, initialize, type TrainingMemory } from './training-memory.ts';
import type { Position, TrainingOptions } from './training-options.ts';
import { emitProximal, trainingTape } from './training-tape.ts';
import { Updates } from './updates.ts';

export class TrainingProgram {
  readonly engine: Engine;
  readonly objective: Objective;
  readonly options: TrainingOptions;
  readonly control: number;
  readonly cursor: number;
  readonly progress: number;
  readonly search: number;
  /** The parameters that count: of a line search those of the last accepted point. */
  readonly parameters: number;
  /** Where loss and gradient are taken: of a line search the trial. */
  readonly trial: number;
  /** The parameters that are evaluated: those, or an average of them; see `publish`. */
  readonly evaluated: number;
  readonly gradient: number;
  readonly log: number;
  readonly #memory: TrainingMemory;
  readonly #blocks: number[] = [];
  readonly #random: number;
  readonly #rates: Rates;
  /** Where the op of the rate of each group lies. */
  readonly #rateOps: readonly number[];
  /** Puts the trial of a line search within its bounds. */
  readonly #projection: Tape;
  readonly #stepsPerEpoch: number;

  constructor(engine: Engine, objective: Objective, options: TrainingOptions) {
    this.engine = engine;
    this.objective = objective;
    this.options = options;
    const { optimizer, regularizers } = options;
    const searches = isLineSearch(optimizer);
    if (searches) refuseWithSearch(optimizer.kind, objective, options);
    this.#stepsPerEpoch = options.stepsPerEpoch ?? Math.ceil(objective.rows / objective.batch);
    const { tensors, dtype } = objective;
    const groups = searches ? [] : groupsOf(optimizer, tensors, options);
    const updates = searches ? undefined : new Updates(groups, dtype);
    const parts = searches
      ? [{ specs: regularizers, tensors }]
      : groups.map(({ regularizers: specs, tensors }) => ({ specs, tensors }));
    const regularization = new Regularization(parts, dtype, { names: options.featureNames });
    const { conflict } = regularization;
    if (searches && conflict) {
      const both = conflict.join(' and ');
      throw new ArgumentError(`${optimizer.kind}: ${both} on the same parameters have no common proximal step`);
    }
    updates?.check((tensor, smooth) => regularization.proximal(tensor, smooth));
    this.#rates = new Rates(engine, this.#stepsPerEpoch);
    const rates = this.#rates;
    try {
      groups.forEach(({ optimizer }, i) => {
        rates.write(i, optimizer.learningRate);
      });
      const memory = allocateTraining(engine, this.#blocks, { objective, options, updates, rates, regularization });
      this.#memory = memory;
      const { state, work } = memory;
      this.control = state.control;
      this.cursor = state.cursor;
      this.progress = state.progress;
      this.search = state.search;
      this.#random = state.random;
      this.trial = state.parameters;
      this.parameters = searches ? state.accepted : state.parameters;
      const averages = options.averages.length;
      this.evaluated =
        averages > 0
          ? averageAt(state.averages, averages - 1, objective.bytes)
          : updates?.evaluates
            ? work.evaluated
            : this.parameters;
      this.gradient = work.gradient;
      this.log = work.log;
      initialize(engine, memory);
      this.#projection = new Tape();
      if (searches) emitProximal(this.#projection, memory);
      // The start of a line search is within its bounds: the objective of a point outside says nothing.
      if (!options.at) this.setParameters(() => {});
      const tape = trainingTape(memory);
      const begin = engine.arena.allocate(tape.bytes);
      this.#blocks.push(begin);
      tape.write(engine, begin);
      this.#rateOps = tape.find('rate').map((at) => begin + at);
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
      | 'lastObjective'
      | 'rateFactor',
  ): number {
    return this.engine.f64[(this.progress + progress[field]) >>> 3]!;
  }

  count(field: 'skipped' | 'nonFinite' | 'logCount'): number {
    return this.engine.u32[(this.progress + progress[field]) >>> 2]!;
  }

  /** Work space by name. */
  get work(): Readonly<Record<string, number>> {
    return this.#memory.work;
  }

  /** Behind a step undone because parameters overflowed: these. */
  get overflowed(): number {
    return this.#memory.work.kept;
  }

  /** Where loss (times rows) and gradient are left by an objective from outside. */
  get sums(): number {
    return this.#memory.work.sums;
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
      rateFactor: this.read('rateFactor'),
      plateaus: this.#rates.state,
    };
  }

  /**
   * Goes on from there: schedules, shuffles, momentum (whose first step is special), the step length of a line search.
   * Of other rows an epoch starts at its beginning.
   */
  resumeAt(position: Position): void {
    const { step, epoch, rows, start, firstGradientMax, lastObjective, searchStep, rateFactor, plateaus } = position;
    const { engine, options } = this;
    const { batch } = this.objective;
    const { period } = options;
    this.set({ step, epoch, rateFactor });
    this.#rates.state = plateaus;
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
    const { state } = this.#memory;
    write(state.parameters);
    if (this.parameters !== state.parameters) {
      // A proximal step of length zero is the projection alone.
      this.set({ rate: 0 });
      walkOnce(this.engine, this.#projection);
      this.#copy(this.parameters);
    }
    this.startAverages();
  }

  #copy(to: number): void {
    const { state } = this.#memory;
    this.engine.u8.copyWithin(to, state.parameters, state.parameters + this.objective.bytes);
  }

  /** Averages begin with the parameters. */
  startAverages(): void {
    const { state } = this.#memory;
    this.options.averages.forEach((_, i) => {
      this.#copy(averageAt(state.averages, i, this.objective.bytes));
    });
  }

  /** Brings the evaluated parameters up to date. */
  publish(): void {
    const { updates, state, work } = this.#memory;
    if (this.evaluated === work.evaluated && updates?.evaluates) {
      updates.publish(this.engine, state, work.evaluated, this.objective.bytes);
    }
  }

  /** Takes parameters as those that are evaluated, and goes on from them. */
  setEvaluated(bytes: Uint8Array): void {
    const { u8 } = this.engine;
    u8.set(bytes, this.parameters);
    u8.set(bytes, this.evaluated);
  }

  /** Counters, slots and averages. */
  get keptState(): Uint8Array {
    const { state } = this.#memory;
    return this.engine.u8.slice(state.memory, state.accepted);
  }

  set keptState(bytes: Uint8Array) {
    this.engine.u8.set(bytes, this.#memory.state.memory);
  }

  /** The same, with the parameters that are trained, if others are evaluated. */
  get state(): Uint8Array {
    const kept = this.keptState;
    if (this.evaluated === this.parameters) return kept;
    const trained = this.engine.u8.slice(this.parameters, this.parameters + this.objective.bytes);
    const both = new Uint8Array(kept.length + trained.length);
    both.set(kept);
    both.set(trained, kept.length);
    return both;
  }

  /** Bytes of `state`. */
  get stateBytes(): number {
    const { state } = this.#memory;
    return state.accepted - state.memory + (this.evaluated === this.parameters ? 0 : this.objective.bytes);
  }

  /**
   * Goes on from a state. Parameters that have been changed since are taken instead of those that were trained, and
   * averages begin with them.
   */
  restore(bytes: Uint8Array): void {
    const { state } = this.#memory;
    const { engine, objective } = this;
    const kept = state.accepted - state.memory;
    this.keptState = bytes.subarray(0, kept);
    if (bytes.length === kept) return;
    const given = engine.u8.slice(this.parameters, this.parameters + objective.bytes);
    engine.u8.set(bytes.subarray(kept), this.parameters);
    this.publish();
    const was = engine.u8.subarray(this.evaluated, this.evaluated + objective.bytes);
    if (was.every((byte, i) => byte === given[i])) return;
    this.setParameters((base) => engine.u8.set(given, base));
  }

  /** Goes back to the begin of the epoch, with half the rate. */
  rollBack(): void {
    const { state, work, changing } = this.#memory;
    const logCount = this.count('logCount');
    const rateFactor = this.read('rateFactor') / 2;
    this.engine.u8.copyWithin(state.progress, work.snapshot, work.snapshot + changing);
    this.set({ rateFactor, logCount, nonFinite: 0 });
    this.#rates.forget();
  }

  /**
   * Gives a group another rate from the next step on; all groups, if none is given.
   */
  setRate(rate: Rate, group?: number): void {
    const { engine } = this;
    const { updates } = this.#memory;
    if (!updates) throw new ArgumentError(`setLearningRate: ${this.options.optimizer.kind} has no rate`);
    const { groups } = updates;
    if (group !== undefined && !groups[group]) {
      throw new ArgumentError(`group must be an integer in [0, ${groups.length - 1}], got ${group}`);
    }
    groups.forEach((_, i) => {
      if (group === undefined || group === i) engine.u32[(this.#rateOps[i]! + 12) >>> 2] = this.#rates.write(i, rate);
    });
  }

  /** Asks rate functions about the next steps; returns the step before which rates are known. */
  askRates(limit: number): number {
    const from = this.read('step');
    return this.#rates.ask(from, this.options.yieldAtStep ? 1 : limit - from);
  }

  /** What schedules watch. */
  get monitors(): readonly string[] {
    return this.#rates.monitors;
  }

  /** Tells schedules what they watch. */
  observe(value: (monitor: string) => number): void {
    const { updates, work } = this.#memory;
    this.#rates.observe(value, (i) => this.engine.f64[updates!.settingsAt(work.settings, i) >>> 3]!);
  }

  /**
   * Runs until `limit` steps are complete in all, an op stops, or `budget` work units are used up.
   * @returns why it stopped by itself, by `STOP`.
   */
  run(limit: number, budget: number): number {
    this.set({ limit: Math.min(limit, this.askRates(limit)) });
    const stop = (this.control + control.stop) >>> 2;
    this.engine.u32[stop] = 0;
    this.engine.exports.run(this.control, Infinity, budget);
    return this.engine.u32[stop]!;
  }

  /** Where everything lies. @internal */
  get memory(): TrainingMemory {
    return this.#memory;
  }

  /** Whether the tape stands between two turns. */
  get between(): boolean {
    const at = this.control >>> 2;
    return this.engine.u32[at + control.position / 4] === this.engine.u32[at + control.begin / 4];
  }

  /** Walks what is left of a turn behind the end of its step. */
  finishTurn(): void {
    const { engine } = this;
    while (!this.between) engine.exports.walk(this.control, 1);
  }

  /** What the run has changed; between two turns. */
  capture(): CapturedRun {
    return capture(this.engine, this.#memory);
  }

  release(): void {
    for (const block of this.#blocks) this.engine.arena.free(block);
    this.#blocks.length = 0;
    this.#rates.release();
  }
}
