/** Early stopping: when to stop, told from one metric after every evaluation. */
import { ArgumentError } from './errors.ts';
import { boolean, type Family, integer, makeSpec, nullable, number, oneOf, string } from './spec.ts';

export interface EarlyStoppingOptions {
  /** Evaluations in a row without improvement at which to stop, ≥ 0; 0 and 1 both stop at the first. Default 5. */
  readonly patience?: number;
  /** By how much an improvement must exceed the best value, ≥ 0. Default 0. */
  readonly minDelta?: number;
  /** Whether less or more is better. Default null: as the metric itself declares, which for losses is `'min'`. */
  readonly mode?: 'min' | 'max' | null;
  /**
   * What is watched, as a path into the event: `'loss'`, `'objective'`, `'metrics.accuracy'`,
   * `'validation.metrics.accuracy'`. Default `'validation.loss'`, without penalties.
   */
  readonly monitor?: string;
  /** A value the first improvement must already beat. Default null: any finite value does. */
  readonly baseline?: number | null;
  /** Evaluations at the beginning that are ignored altogether, ≥ 0. Default 0. */
  readonly startFrom?: number;
  /** Whether the best parameters are put back at the end of the run, whatever ends it. Default false. */
  readonly restoreBest?: boolean;
}

export interface EarlyStoppingSpec extends Required<EarlyStoppingOptions> {
  readonly kind: 'earlyStopping';
}

/** @internal */
export const earlyStoppings: Family<EarlyStoppingSpec> = {
  name: 'early stopping',
  kinds: {
    earlyStopping: {
      patience: integer('[0, ∞)', 5),
      minDelta: number('[0, ∞)', 0),
      mode: nullable(oneOf(['min', 'max'])),
      monitor: string('validation.loss'),
      baseline: nullable(number('(-∞, ∞)')),
      startFrom: integer('[0, ∞)', 0),
      restoreBest: boolean(false),
    },
  },
};

/**
 * Stops a run when a metric has not improved for `patience` evaluations. A value improves if it is finite and, in mode
 * `'min'`, < best − minDelta, in mode `'max'`, > best + minDelta.
 *
 * Elsewhere: PyTorch's plateau counts to `patience` + 1; Keras lets a first NaN stay the best for ever.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export function earlyStopping(options?: EarlyStoppingOptions): EarlyStoppingSpec {
  return makeSpec(earlyStoppings, 'earlyStopping', options);
}

/** Where early stopping stands: plain data that survives JSON. */
export interface EarlyStopperState {
  /** Evaluations seen, ignored ones included. */
  readonly evaluations: number;
  /** Best value, null before the first improvement. */
  readonly best: number | null;
  /** Number of the evaluation that gave it, from 0; null before the first improvement. */
  readonly bestEvaluation: number | null;
  /** Evaluations since the last improvement. */
  readonly wait: number;
}

/**
 * What to do after an evaluation: `'better'`, keep a copy of the parameters; `'wait'`, go on; `'stop'`; `'ignored'`, it
 * came before `startFrom`.
 */
export type EarlyStopperVerdict = 'better' | 'wait' | 'stop' | 'ignored';

/** The rules of early stopping by themselves: metrics in, verdicts out. */
export class EarlyStopper {
  readonly #spec: EarlyStoppingSpec;
  readonly #sign: number;
  #state: EarlyStopperState = { evaluations: 0, best: null, bestEvaluation: null, wait: 0 };

  /** @param mode what the metric declares, for a spec that leaves the mode open. */
  constructor(spec: EarlyStoppingSpec, mode: 'min' | 'max' = 'min') {
    this.#spec = spec;
    this.#sign = (spec.mode ?? mode) === 'min' ? 1 : -1;
  }

  /**
   * Takes the metric of the next evaluation. NaN and infinities are never better.
   * @throws {ArgumentError} if it is not a number.
   */
  update(metric: number): EarlyStopperVerdict {
    if (typeof metric !== 'number') {
      throw new ArgumentError(`earlyStopping: ${this.#spec.monitor} must be a number, got ${typeof metric}`);
    }
    const { patience, minDelta, baseline, startFrom } = this.#spec;
    const { evaluations, best, bestEvaluation, wait } = this.#state;
    if (evaluations < startFrom) {
      this.#state = { ...this.#state, evaluations: evaluations + 1 };
      return 'ignored';
    }
    const sign = this.#sign;
    const beat = best ?? baseline ?? sign * Number.POSITIVE_INFINITY;
    if (Number.isFinite(metric) && sign * metric < sign * beat - minDelta) {
      this.#state = { evaluations: evaluations + 1, best: metric, bestEvaluation: evaluations, wait: 0 };
      return 'better';
    }
    this.#state = { evaluations: evaluations + 1, best, bestEvaluation, wait: wait + 1 };
    return wait + 1 >= patience ? 'stop' : 'wait';
  }

  state(): EarlyStopperState {
    return { ...this.#state };
  }

  /** Goes on from a state that `state()` gave. */
  restore(state: EarlyStopperState): void {
    this.#state = { ...state };
  }
}
