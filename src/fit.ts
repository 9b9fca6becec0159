/**
 * The training run, as a machine that goes on for a budget of work at a time: train until an event, evaluate, report,
 * go on. `fit` and `fitSync` drive the same machine, so they give the same bits.
 */
import type { Checkpoint, CheckpointEvery, CheckpointFrame, LoopState } from './checkpoint.ts';
import { EarlyStopper, type EarlyStoppingSpec } from './early-stopping.ts';
import { ArgumentError, type NonFiniteError } from './errors.ts';
import type { FitEvent, FitResult, Metrics, StopReason } from './events.ts';
import { type Extras, History } from './history.ts';
import type { EvaluationProgram } from './program/evaluation.ts';
import { logFields, STOP } from './program/kernels.ts';
import { metricMode } from './program/metrics.ts';
import type { TrainingProgram } from './program/training.ts';
import type { Rate } from './schedules.ts';

/** Rows that are evaluated at every event. */
export interface Evaluator {
  readonly program: EvaluationProgram;
  /** Metrics of the predictions of the last evaluation. */
  metrics(): Metrics;
}

export interface TrainingSetup {
  readonly program: TrainingProgram;
  /** Loads the data, piece by piece; nothing if they are there. */
  readonly load?: Iterator<void, void> | undefined;
  /** The training rows, if metrics are asked. */
  readonly training: Evaluator | undefined;
  readonly validation: Evaluator | undefined;
  readonly earlyStopping: EarlyStoppingSpec | undefined;
  /** Steps at which the run ends, and what that is called. */
  readonly limit: number;
  readonly limitReason: StopReason;
  readonly asked: boolean;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  onEvent?(event: FitEvent): unknown;
  onStep?(event: FitEvent): unknown;
  /** How often the run may go back to the begin of an epoch. */
  readonly rollbacks: number;
  /** Whether the model holds something already. */
  readonly fitted: boolean;
  /** Hands the parameters to the model. */
  commit(): void;
  /** What a checkpoint says of model, options and data; nothing of runs without. */
  frame?(): CheckpointFrame;
  /** When checkpoints are written, and how. */
  readonly checkpointEvery?: CheckpointEvery | undefined;
  /** Where the loop of another run stood that this one goes on from. */
  readonly from?: LoopState | undefined;
  /** What the result has beyond what all results have. */
  result?(): object;
  /** Describes what was not finite. */
  nonFinite(): NonFiniteError;
  /** Gives back all memory of the run. */
  release(): void;
}

const now = (): number => (typeof performance === 'object' ? performance.now() : Date.now());

/** The value at a path such as `validation.loss`. */
function valueAt(event: FitEvent, path: string, who = 'earlyStopping'): number {
  let value: unknown = event;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  if (typeof value === 'number') return value;
  throw new ArgumentError(`${who}: there is no number at "${path}" in an event`);
}

type Phase = 'train' | 'training' | 'validation' | 'report';

export class Training {
  readonly history: History = new History();
  result: FitResult | undefined;
  readonly #setup: TrainingSetup;
  readonly #started: number;
  readonly #firstStep: number;
  readonly #firstEpoch: number;
  readonly #stopper: EarlyStopper | undefined;
  #phase: Phase = 'train';
  #extras: Extras = { metrics: {} };
  #best: { bytes: Uint8Array; epoch: number } | undefined;
  #ending: StopReason | undefined;
  #rollbacks = 0;
  #load: Iterator<void, void> | undefined;
  #aborted = false;
  #busy = false;
  /** Whether a callback is being told of a step or an event. */
  #telling = false;
  #failed: { error: unknown } | undefined;
  /** Whether nothing can be waited for. */
  sync = false;
  /** What a writer of checkpoints has not done yet; nothing goes on before. */
  pending: Promise<unknown> | undefined;
  /** Events that were before this run. */
  readonly firstEvent: number = 0;
  #nextCheckpoint = Infinity;
  #lastCheckpoint: number;

  constructor(setup: TrainingSetup) {
    this.#setup = setup;
    const { earlyStopping, from, program, checkpointEvery } = setup;
    this.#load = setup.load;
    this.#lastCheckpoint = now();
    this.#started = this.#lastCheckpoint - 1000 * (from?.seconds ?? 0);
    this.#firstStep = from ? from.firstStep : program.read('step');
    this.#firstEpoch = from ? from.firstEpoch : program.read('epoch');
    if (checkpointEvery) this.#nextCheckpoint = this.#checkpointAfter(program.read('step'));
    if (earlyStopping) {
      const last = earlyStopping.monitor.split('.').at(-1)!;
      this.#stopper = new EarlyStopper(earlyStopping, metricMode(last));
    }
    if (!from) return;
    const { stopper, best, ending, rollbacks, history, looking } = from;
    if (stopper) this.#stopper?.restore(stopper);
    this.#best = best ?? undefined;
    this.#ending = ending ?? undefined;
    this.#rollbacks = rollbacks;
    this.history.restore(history);
    this.firstEvent = this.history.length - Number(looking);
    if (looking) this.#look();
  }

  /** The step behind which a checkpoint is due; by the clock, none yet. */
  #checkpointAfter(step: number): number {
    const { checkpointEvery, program } = this.#setup;
    const { steps, epochs } = checkpointEvery!;
    const every = steps ?? (epochs ? epochs * program.stepsPerEpoch : Infinity);
    return every === Infinity ? every : this.#firstStep + (Math.floor((step - this.#firstStep) / every) + 1) * every;
  }

  /** Writes a checkpoint if one is due. */
  #writeCheckpoint(): void {
    const { checkpointEvery, program } = this.#setup;
    if (!checkpointEvery || this.result) return;
    const step = program.read('step');
    if (step >= this.#nextCheckpoint) {
      this.#nextCheckpoint = this.#checkpointAfter(step);
      this.#lastCheckpoint = now();
      this.#telling = true;
      const checkpoint = this.checkpoint();
      this.#telling = false;
      const written = checkpointEvery.write(checkpoint) as PromiseLike<unknown> | undefined;
      if (typeof written?.then !== 'function') return;
      this.pending = Promise.resolve(written);
      if (!this.sync) return;
      this.pending.catch(() => {});
      throw new ArgumentError('checkpointEvery: write returned a promise, for which fitSync cannot wait');
    } else if (checkpointEvery.seconds && now() - this.#lastCheckpoint >= 1000 * checkpointEvery.seconds) {
      // In the middle of a step: behind it.
      this.#nextCheckpoint = step + 1;
    }
  }

  /**
   * Where the run stands, as plain data. A turn that has begun is ended first; an evaluation is begun anew.
   * @throws {ArgumentError} if the run has ended or is not one of a model.
   */
  checkpoint(): Checkpoint {
    const { program, frame } = this.#setup;
    if (!frame) throw new ArgumentError('checkpoint: only of what the fit of a model returned');
    if (this.#busy) {
      if (!this.#telling) throw new ArgumentError('checkpoint: not from inside a rate function');
      program.finishTurn();
      // The event of this step, if nobody has taken it yet.
      this.#drain();
    } else {
      const midway = (): boolean => this.loading || (this.#phase === 'train' && !program.between);
      while (!this.result && !this.#failed && midway()) this.advance(1);
      if (this.#phase !== 'train') program.finishTurn();
    }
    if (this.result || this.#failed) {
      throw new ArgumentError('checkpoint: the run has ended: save the model', 'ERR_ENDED');
    }
    const loop: LoopState = {
      looking: this.#phase !== 'train',
      ending: this.#ending ?? null,
      rollbacks: this.#rollbacks,
      firstStep: this.#firstStep,
      firstEpoch: this.#firstEpoch,
      seconds: this.#seconds(),
      stopper: this.#stopper?.state() ?? null,
      best: this.#best ?? null,
      history: this.history.state(),
    };
    return { kind: 'checkpoint', ...frame(), run: program.capture(), loop };
  }

  /** Events that are complete: the last may still be waiting for its evaluation. */
  get events(): number {
    return this.history.length - Number(this.#phase !== 'train' && this.result === undefined);
  }

  /** Whether data are still being loaded: `advance` then does a piece of that, whatever its budget. */
  get loading(): boolean {
    return this.#load !== undefined;
  }

  /** Ends the run at the next opportunity. */
  abort(): void {
    this.#aborted = true;
  }

  /** Another rate from the next step on. */
  setRate(rate: Rate, group?: number): void {
    if (!this.result) this.#setup.program.setRate(rate, group);
  }

  #seconds(): number {
    return (now() - this.#started) / 1000;
  }

  /**
   * Goes on for about `budget` work units; whether the run has ended. Then `result` is there. Throws what a callback
   * throws, and `NonFiniteError`; the run has ended then, too.
   */
  advance(budget: number): boolean {
    if (this.result) return true;
    if (this.#failed) throw this.#failed.error;
    if (this.#busy) throw new ArgumentError('a run cannot be continued from inside its own callbacks');
    this.#busy = true;
    try {
      this.#advance(budget);
    } catch (error) {
      this.#failed = { error };
      this.#leave();
      throw error;
    } finally {
      this.#busy = false;
    }
    return this.result !== undefined;
  }

  #advance(budget: number): void {
    const { training, validation, signal } = this.#setup;
    if (this.#aborted || signal?.aborted) {
      this.#load = undefined;
      this.#finish('aborted');
    } else if (this.#load) {
      if (this.#load.next().done) this.#load = undefined;
    } else if (this.#phase === 'train') {
      this.#train(budget);
    } else if (this.#phase === 'training') {
      if (!training!.program.run(budget)) return;
      this.#extras = { metrics: training!.metrics() };
      this.#phase = validation ? 'validation' : 'report';
    } else if (this.#phase === 'validation') {
      if (!validation!.program.run(budget)) return;
      this.#extras = {
        ...this.#extras,
        validation: { loss: validation!.program.loss, metrics: validation!.metrics() },
      };
      this.#phase = 'report';
    } else {
      this.#report();
    }
  }

  #train(budget: number): void {
    const { program, limit, limitReason, onStep } = this.#setup;
    const before = program.read('step');
    if (this.#ending || before >= limit) {
      this.#end(this.#ending ?? limitReason);
      return;
    }
    const stop = program.run(Math.min(limit, this.#nextCheckpoint), budget);
    const step = program.read('step');
    if (stop === STOP.nonFinite) {
      if (this.#rollbacks >= this.#setup.rollbacks) throw this.#setup.nonFinite();
      this.#rollbacks++;
      program.rollBack();
      return;
    }
    if (stop === STOP.converged || stop === STOP.lineSearch) {
      this.#ending = stop === STOP.converged ? 'converged' : 'lineSearch';
    }
    if (onStep && step > before) {
      this.#tell(onStep, this.#stepEvent());
    }
    if (step >= limit) this.#ending ??= limitReason;
    this.#writeCheckpoint();
    this.#drain();
    if (this.#ending && this.#phase === 'train') this.#end(this.#ending);
  }

  /** Tells a callback, the model being up to date. */
  #tell(callback: (event: FitEvent) => unknown, event: FitEvent): void {
    this.#setup.commit();
    this.#telling = true;
    try {
      if (callback(event) === false) this.#ending ??= 'callback';
    } finally {
      this.#telling = false;
    }
  }

  /** Waits for what writes a checkpoint; an error of it ends the run. */
  async written(): Promise<void> {
    try {
      await this.pending;
    } catch (error) {
      if (!this.result) {
        this.#failed = { error };
        this.#leave();
      }
      throw error;
    } finally {
      this.pending = undefined;
    }
  }

  /** What a step says by itself. */
  #stepEvent(): FitEvent {
    const { program } = this.#setup;
    return {
      epoch: program.read('epoch'),
      step: program.read('step'),
      loss: program.read('loss'),
      penalty: program.read('penalty'),
      objective: program.read('objective'),
      rate: program.read('rate'),
      gradientNorm: program.read('gradientNorm'),
      metrics: {},
      seconds: this.#seconds(),
    };
  }

  /** Takes records out of the log; looks at the rows if that is asked. */
  #drain(): void {
    const { program } = this.#setup;
    const count = program.count('logCount');
    if (count === 0) return;
    this.history.append(program.engine.f64, program.log >>> 3, count, this.#seconds());
    program.clearLog();
    this.#look();
  }

  /** What follows an event. */
  #look(): void {
    const { program, training, validation, onEvent } = this.#setup;
    program.publish();
    if (training) this.#phase = 'training';
    else if (validation) this.#phase = 'validation';
    else if (onEvent || this.#stopper || program.monitors.length > 0) this.#phase = 'report';
  }

  #report(): void {
    const { program } = this.#setup;
    this.#phase = 'train';
    this.history.extend(this.#extras);
    this.#extras = { metrics: {} };
    const event = this.history.at(this.history.length - 1);
    const spec = this.#setup.earlyStopping;
    if (this.#stopper && spec) {
      const verdict = this.#stopper.update(valueAt(event, spec.monitor));
      if (verdict === 'better') {
        const { evaluated, objective } = program;
        const bytes = program.engine.u8.slice(evaluated, evaluated + objective.bytes);
        this.#best = { bytes, epoch: event.epoch };
      } else if (verdict === 'stop') {
        this.#ending ??= 'earlyStopping';
      }
    }
    if (program.monitors.length > 0) program.observe((path) => valueAt(event, path, 'reduceOnPlateau'));
    if (this.#setup.onEvent) {
      this.#tell(this.#setup.onEvent, event);
    }
    if (this.#ending) this.#finish(this.#ending);
  }

  /** The last event, if steps have been taken since the one before; then the end. */
  #end(reason: StopReason): void {
    const { program } = this.#setup;
    this.#ending = reason;
    this.#drain();
    if (this.#phase !== 'train') return;
    const rows = program.read('lossRows');
    if (rows > 0) {
      const loss = program.read('lossMean');
      const objective = loss + program.read('penalty');
      const event = { ...this.#stepEvent(), loss, objective, gradientMax: program.read('gradientMax') };
      this.history.append(
        Float64Array.from(logFields, (field) => event[field]),
        0,
        1,
        event.seconds,
      );
      program.set({ lossMean: 0, lossRows: 0 });
      this.#look();
      if (this.#phase !== 'train') return;
    }
    this.#finish(reason);
  }

  #finish(stopReason: StopReason): void {
    const { program, earlyStopping, asked, seed, commit, release } = this.#setup;
    this.#drainRest();
    if (earlyStopping?.restoreBest && this.#best) {
      program.setEvaluated(this.#best.bytes);
    }
    const { history } = this;
    let events: readonly FitEvent[] | undefined;
    this.result = {
      get history() {
        events ??= Object.freeze(history.toArray());
        return events;
      },
      stopReason,
      converged: stopReason === 'converged' ? true : asked ? false : null,
      bestEpoch: this.#best?.epoch ?? null,
      steps: program.read('step') - this.#firstStep,
      epochs: program.read('epoch') - this.#firstEpoch,
      skipped: program.count('skipped'),
      rollbacks: this.#rollbacks,
      seconds: this.#seconds(),
      seed,
    };
    if (stopReason === 'aborted') {
      this.#leave();
    } else {
      commit();
      release();
    }
    Object.assign(this.result, this.#setup.result?.());
  }

  /** Ends without an end: a fitted model stays as it was if not one step has been taken. */
  #leave(): void {
    const { program, fitted, commit, release } = this.#setup;
    // Data that cannot be used change nothing.
    if (!this.#load && (!fitted || program.read('step') > this.#firstStep)) commit();
    release();
  }

  /** Events that an abort finds in the log. */
  #drainRest(): void {
    const phase = this.#phase;
    this.#phase = 'train';
    this.#drain();
    this.#phase = phase;
  }
}

/** A budget that no run can use up at once. */
const ALL = 2 ** 30;

/** Drives a run to its end. */
export function runSync(training: Training): FitResult {
  training.sync = true;
  while (!training.advance(ALL));
  return training.result!;
}
