/** The learning-rate range test. */
import type { Rows } from '../data/split.ts';
import { ArgumentError, NonFiniteError } from '../errors.ts';
import type { AnyEstimator } from '../models/estimator.ts';
import type { FitOptions } from '../models/options.ts';
import { type OptimizerSpec, optimizers, sgd } from '../optimizers.ts';
import { rates as ratesOf } from '../program/schedule.ts';
import { exponentialDecay } from '../schedules.ts';
import { boolean, type Field, integer, number, readOptions, spec } from '../spec.ts';

export interface FindLearningRateOptions
  extends Pick<
    FitOptions,
    'loss' | 'regularizer' | 'batchSize' | 'shuffle' | 'seed' | 'sampleWeights' | 'classWeights'
  > {
  /** One with a learning rate, which is replaced. Default `sgd()`. */
  readonly optimizer?: OptimizerSpec;
  /** Rate of the first step, > 0. Default 1e-7. */
  readonly from?: number;
  /** Rate of the last step, > `from`. Default 10. */
  readonly to?: number;
  /** Mini-batches at the most, ≥ 10. Default 100. */
  readonly steps?: number;
}

export interface LearningRates {
  /** Rates of the steps taken. */
  readonly rates: Float64Array;
  /** Smoothed losses, each of the mini-batch before the step of that rate. */
  readonly losses: Float64Array;
  /**
   * The rate at which the loss falls fastest per decade of the rate: in the middle of that tenth of the test over which
   * it loses most. The first tenth is left out, its averages are still of few losses. Null if the loss never falls.
   */
  readonly suggestion: number | null;
}

/** What `fit` reads. */
const passed: Field<never> = { fallback: null as never, expected: () => '', read: (value) => value as never };

const fields = {
  optimizer: spec(() => optimizers, sgd()),
  from: number('(0, ∞)', 1e-7),
  to: number('(0, ∞)', 10),
  steps: integer('[10, ∞)', 100),
  shuffle: boolean(true),
  seed: integer('[0, ∞)', 0),
  loss: passed,
  regularizer: passed,
  batchSize: passed,
  sampleWeights: passed,
  classWeights: passed,
};

/** How much of the average of losses is kept at each step. */
const KEPT = 0.9;

/** Position of the steepest descent in a curve of evenly spaced points, or −1: see `LearningRates`. */
function steepest(losses: ArrayLike<number>, steps: number): number {
  const half = Math.max(1, Math.floor(steps / 20));
  let best = 0;
  let at = -1;
  for (let i = 2 * half; i + half < losses.length; i++) {
    const change = losses[i + half]! - losses[i - half]!;
    if (change < best) {
      best = change;
      at = i;
    }
  }
  return at;
}

/**
 * The range test of Smith (Cyclical learning rates for training neural networks, 2017): the rate rises geometrically
 * from mini-batch to mini-batch, on a fresh copy of the model, until the smoothed loss is more than 4 times its
 * least, or a loss is not finite. Losses are smoothed by an exponential average that keeps 0.9, bias-corrected. (Of a
 * loss that falls below 0: when it has risen by 3 times what it had fallen.)
 *
 * ```js
 * const { suggestion } = findLearningRate(model, x, y);
 * await model.fit(x, y, { optimizer: sgd(suggestion ?? 0.01), epochs: 20 });
 * ```
 * The model itself is not changed. The same bits every time.
 * @param model what to train; only its options count.
 * @throws {ArgumentError} on unknown options, values out of range, and optimizers without a learning rate.
 */
export function findLearningRate(
  model: AnyEstimator,
  x: Rows,
  y: Rows,
  options?: FindLearningRateOptions,
): LearningRates {
  const { optimizer, from, to, steps, ...rest } = readOptions('findLearningRate', fields, options);
  if (from >= to) throw new ArgumentError(`findLearningRate: from must be less than to, got ${from} and ${to}`);
  if (!('learningRate' in optimizer)) {
    throw new ArgumentError(`findLearningRate: ${optimizer.kind} has no learning rate to find`);
  }
  // Falling, by the module: the same bits everywhere, unlike Math.pow.
  const falling = ratesOf(exponentialDecay({ initial: 1, rate: from / to, decaySteps: steps - 1 }), steps);
  const rising = Float64Array.from(falling, (_, i) => to * falling[steps - 1 - i]!);
  const losses: number[] = [];
  let average = 0;
  let weight = 1;
  let least = Infinity;
  try {
    model.clone().fitSync(x, y, {
      ...rest,
      optimizer: { ...optimizer, learningRate: (step: number) => rising[step] ?? 0 },
      epochs: steps,
      maxSteps: steps,
      tolerance: null,
      onStep({ loss }) {
        average = KEPT * average + (1 - KEPT) * loss;
        weight *= KEPT;
        const smoothed = average / (1 - weight);
        losses.push(smoothed);
        least = Math.min(least, smoothed);
        const rise = least > 0 ? 3 * least : 3 * Math.max(-least, losses[0]! - least);
        return smoothed <= least + rise;
      },
    });
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
  }
  const at = steepest(losses, steps);
  return {
    rates: rising.slice(0, losses.length),
    losses: Float64Array.from(losses),
    suggestion: at < 0 ? null : rising[at]!,
  };
}
