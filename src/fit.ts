/**
 * The training run, as a machine that goes on for a budget of work at a time: train until an event, evaluate, report,
 * go on. `fit` and `fitSync` drive the same machine, so they give the same bits.
 */
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
  readonly #started: number = now();
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

  constructor(setup: TrainingSetup) {
    this.#setup = setup;
    this.#load = setup.load;
    this.#firstStep = setup.program.read('step');
    this.#firstEpoch = setup.program.read('epoch');
    const { earlyStopping } = setup;
    if (earlyStopping) {
      const last = earlyStopping.monitor.split('.').at(-1)!;
      this.#stopper = new EarlyStopper(earlyStopping, metricMode(last));
    }
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
    if (this.#busy) throw new ArgumentError('a run cannot be continued from inside its own callbacks');
    this.#busy = true;
    try {
      this.#advance(budget);
    } catch (error) {
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
    if (before >= limit) {
      this.#end(limitReason);
      return;
    }
    const stop = program.run(limit, budget);
    const step = program.read('step');
    if (stop === STOP.nonFinite) {
      if (this.#rollbacks >= this.#setup.rollbacks) throw this.#setup.nonFinite();
      this.#rollbacks++;
      program.rollBack();
      return;
    }
    if (onStep && step > before) {
      this.#setup.commit();
      if (onStep(this.#stepEvent()) === false) this.#ending ??= 'callback';
    }
    if (stop === STOP.converged || stop === STOP.lineSearch) {
      this.#end(stop === STOP.converged ? 'converged' : 'lineSearch');
      return;
    }
    if (step >= limit) this.#ending ??= limitReason;
    this.#drain();
    if (this.#ending && this.#phase === 'train') this.#end(this.#ending);
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
      this.#setup.commit();
      if (this.#setup.onEvent(event) === false) this.#ending ??= 'callback';
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
  while (!training.advance(ALL));
  return training.result!;
}
