/** Reducing the rate on a plateau: by what, told from one metric after every evaluation. */
import { ArgumentError } from './errors.ts';
import type { ReduceOnPlateauSpec } from './schedules/options.ts';

/** Where it stands: plain data that survives JSON. */
export interface PlateauState {
  /** Best value, null before the first finite one. */
  readonly best: number | null;
  /** Evaluations in a row without improvement. */
  readonly bad: number;
  /** Evaluations that do not count yet. */
  readonly cooldown: number;
  /** What the schedule is multiplied by. */
  readonly factor: number;
}

/** The rules of `reduceOnPlateau` by themselves: metrics in, factors out. */
export class Plateau {
  readonly #spec: ReduceOnPlateauSpec;
  readonly #sign: number;
  #state: PlateauState = { best: null, bad: 0, cooldown: 0, factor: 1 };

  /** @param mode what the metric declares, for a spec that leaves the mode open. */
  constructor(spec: ReduceOnPlateauSpec, mode: 'min' | 'max' = 'min') {
    this.#spec = spec;
    this.#sign = (spec.mode ?? mode) === 'min' ? 1 : -1;
  }

  /** Whether a value improves on the best one. */
  #improves(metric: number): boolean {
    const { best } = this.#state;
    if (!Number.isFinite(metric)) return false;
    if (best === null) return true;
    const { threshold, thresholdMode } = this.#spec;
    const sign = this.#sign;
    const bar = thresholdMode === 'rel' ? best * (1 - sign * threshold) : best - sign * threshold;
    return sign * metric < sign * bar;
  }

  /**
   * Takes the metric of the next evaluation and the rate in force. Returns the factor that the schedule is to have from
   * now on, or undefined if it stays.
   * @throws {ArgumentError} if the metric is not a number.
   */
  update(metric: number, rate: number): number | undefined {
    if (typeof metric !== 'number') {
      throw new ArgumentError(`reduceOnPlateau: ${this.#spec.monitor} must be a number, got ${typeof metric}`);
    }
    const { patience, cooldown: rest, factor: by, minRate, epsilon } = this.#spec;
    let { best, bad, cooldown, factor } = this.#state;
    if (this.#improves(metric)) {
      best = metric;
      bad = 0;
    } else {
      bad++;
    }
    if (cooldown > 0) {
      cooldown--;
      bad = 0;
    }
    const reduce = bad > patience;
    const applied = reduce && rate - Math.max(rate * by, minRate) > epsilon;
    if (reduce) {
      cooldown = rest;
      bad = 0;
    }
    if (applied) factor *= by;
    this.#state = { best, bad, cooldown, factor };
    return applied ? factor : undefined;
  }

  state(): PlateauState {
    return { ...this.#state };
  }

  /** Goes on from a state that `state()` gave. */
  restore(state: PlateauState): void {
    this.#state = { ...state };
  }
}
