/** The learning-rate range test. */
import type { Rows } from '../data/split.ts';
import { ArgumentError, NonFiniteError } from '../errors.ts';
import type { LinearModel } from '../models/linear-model.ts';
import type { FitOptions } from '../models/options.ts';
import { type OptimizerSpec, optimizers, sgd } from '../optimizers.ts';
import { rates as ratesOf } from '../program/schedule.ts';
import { exponentialDecay } from '../schedules.ts';
import { integer, number, take, validateSpec } from '../spec.ts';

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
  /** The rate at which the loss falls fastest; null if it never falls. */
  readonly suggestion: number | null;
}

/** How much of the average of losses is kept at each step. */
const KEPT = 0.9;
/** The test ends where the smoothed loss is this many times its least. */
const DIVERGED = 4;

/**
 * The range test of Smith (Cyclical learning rates for training neural networks, 2017): the rate rises geometrically
 * from mini-batch to mini-batch, on a fresh copy of the model, until the loss is more than 4 times its least or not
 * finite. Losses are smoothed by an exponential average, bias-corrected.
 *
 * ```js
 * const { suggestion } = findLearningRate(model, x, y);
 * await model.fit(x, y, { optimizer: sgd(suggestion), epochs: 20 });
 * ```
 * The model itself is not changed. The same bits every time.
 * @param model what to train; only its options count.
 * @throws {ArgumentError} on unknown options, values out of range, and optimizers without a learning rate.
 */
export function findLearningRate(
  // biome-ignore lint/suspicious/noExplicitAny: any targets
  model: LinearModel<any>,
  x: Rows,
  y: Rows,
  options: FindLearningRateOptions = {},
): LearningRates {
  const { optimizer = sgd(), from: first = 1e-7, to: last = 10, steps: most = 100, ...rest } = options;
  const from = take(number('(0, ∞)'), first, 'findLearningRate: from');
  const to = take(number('(0, ∞)'), last, 'findLearningRate: to');
  const steps = take(integer('[10, ∞)'), most, 'findLearningRate: steps');
  if (from >= to) throw new ArgumentError(`findLearningRate: from must be less than to, got ${from} and ${to}`);
  const spec = validateSpec(optimizers, optimizer);
  if (!('learningRate' in spec)) {
    throw new ArgumentError(`findLearningRate: ${spec.kind} has no learning rate to find`);
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
      optimizer: { ...spec, learningRate: (step: number) => rising[step] ?? 0 },
      epochs: steps,
      maxSteps: steps,
      tolerance: null,
      onStep({ loss }) {
        average = KEPT * average + (1 - KEPT) * loss;
        weight *= KEPT;
        const smoothed = average / (1 - weight);
        losses.push(smoothed);
        least = Math.min(least, smoothed);
        return smoothed <= DIVERGED * least;
      },
    });
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
  }
  return { rates: rising.slice(0, losses.length), losses: Float64Array.from(losses), suggestion: null };
}
