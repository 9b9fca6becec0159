/** Schedules made of others. */
import { makeSpec } from '../spec.ts';
import { schedules as family, stepSchedules } from './family.ts';
import type {
  PerEpochSpec,
  ProductSpec,
  ReduceOnPlateauOptions,
  ReduceOnPlateauSpec,
  ScaleSpec,
  SequenceSpec,
  StepRate,
  WarmupOptions,
  WarmupSpec,
} from './options.ts';

/**
 * warmupInitial + (peak − warmupInitial)·t/W for t < W = `warmupSteps`, then `schedule` from its step 0 on.
 *
 * Elsewhere: PyTorch: `SequentialLR` of a `LinearLR` and another; optax: `join_schedules`.
 * Use: whenever the first steps are unstable, as with large batches and adaptive optimizers.
 * Not: without need: the steps of the warm-up learn less.
 * Source: Goyal et al., Accurate, large minibatch SGD, 2017.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * rates(warmup({ warmupSteps: 2, schedule: linear({ initial: 1, end: 0, decaySteps: 2 }) }), 5); // → [0, 0.5, 1, 0.5, 0]
 */
export function warmup(options: WarmupOptions): WarmupSpec {
  return makeSpec(stepSchedules, 'warmup', options);
}

/**
 * lr(t) = scheduleᵢ(t − milestoneᵢ), i the last one whose milestone is ≤ t; the first one begins at 0.
 *
 * Elsewhere: PyTorch's `SequentialLR` and optax' `join_schedules` alike; Keras has none.
 * Use: phases, each with a schedule of its own.
 * Not: where a ready schedule says the same.
 * Source: PyTorch's and optax' documentation.
 * @param schedules at least two; numbers are constants.
 * @param milestones steps ≥ 0, in order, one for each schedule but the first.
 * @throws {ArgumentError} on other schedules, milestones that are not in order and another number of them.
 * @example
 * rates(sequence([0.1, exponentialDecay({ initial: 1, rate: 0.5 })], [2]), 5); // → [0.1, 0.1, 1, 0.5, 0.25]
 */
export function sequence(schedules: readonly StepRate[], milestones: readonly number[]): SequenceSpec {
  return makeSpec(stepSchedules, 'sequence', { schedules, milestones });
}

/**
 * lr(t) = ∏ scheduleᵢ(t): one of them is the rate, the others are factors.
 *
 * Elsewhere: PyTorch's `ChainedScheduler`, where each multiplies the rate that the one before has left.
 * Use: a decay of any form with a factor for some phase of it.
 * Not: for a constant factor: that is `scale`.
 * Source: PyTorch's documentation.
 * @param schedules at least one; numbers are constants.
 * @throws {ArgumentError} on other schedules.
 * @example
 * const early = sequence([0.5, 1], [2]);
 * rates(product([early, exponentialDecay({ initial: 1, rate: 0.5 })]), 4); // → [0.5, 0.25, 0.25, 0.125]
 */
export function product(schedules: readonly StepRate[]): ProductSpec {
  return makeSpec(stepSchedules, 'product', { schedules });
}

/**
 * lr(t) = factor·schedule(t).
 *
 * Elsewhere: none; factors are in the options of each schedule there.
 * Use: one schedule for several groups of parameters, each with a rate of its own.
 * Not: to change the rate while it runs: nothing follows a change of the spec.
 * Source: Nothing but a product.
 * @param schedule a rate or a schedule over steps.
 * @param factor ≥ 0.
 * @throws {ArgumentError} on other schedules and factors.
 * @example
 * rates(scale(linear({ initial: 1, end: 0, decaySteps: 2 }), 0.1), 3); // → [0.1, 0.05, 0]
 */
export function scale(schedule: StepRate, factor: number): ScaleSpec {
  return makeSpec(stepSchedules, 'scale', { schedule, factor });
}

/**
 * lr(t) = schedule(⌊t/steps of an epoch⌋): it counts epochs instead of optimizer steps, 0 at the first.
 *
 * It goes around the whole schedule. For `rateAt` and `rates` a step is an epoch then.
 *
 * Elsewhere: PyTorch: calling `scheduler.step()` once an epoch; Keras: `LearningRateScheduler`.
 * Use: recipes that speak of epochs.
 * Not: with few long epochs, where it leaps.
 * Source: Nothing but a count.
 * @throws {ArgumentError} if it is not a schedule over steps.
 * @example
 * rates(perEpoch(exponentialDecay({ initial: 1, rate: 0.5 })), 3); // → [1, 0.5, 0.25]
 */
export function perEpoch(schedule: StepRate): PerEpochSpec {
  return makeSpec(family, 'perEpoch', { schedule });
}

/**
 * lr(t) = max(f·schedule(t), min(schedule(t), minRate)); f is 1 and becomes f·factor when the watched value has not
 * improved for `patience` + 1 evaluations.
 *
 * A value m improves on the best b if m < b·(1 − threshold) or, with `thresholdMode: 'abs'`, m < b − threshold; in mode
 * `'max'` if m > b·(1 + threshold) or m > b + threshold. Values that are not finite never do. `'rel'` is about positive
 * metrics. For `rateAt` and `rates` f is 1.
 *
 * Elsewhere: PyTorch's `ReduceLROnPlateau` alike. Keras and optax reduce after `patience` evaluations, one earlier;
 * Keras has a threshold of 1e-4 in absolute terms.
 * Use: an open number of steps, and something held out that says when the rate is too high.
 * Not: with metrics so noisy that the best one is luck.
 * Source: PyTorch's documentation.
 * @param options the running rate, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * reduceOnPlateau({ schedule: 0.1, patience: 3 }).factor; // → 0.1
 * rateAt(reduceOnPlateau(0.5), 1000); // → 0.5
 */
export function reduceOnPlateau(options: StepRate | PerEpochSpec | ReduceOnPlateauOptions): ReduceOnPlateauSpec {
  return makeSpec(family, 'reduceOnPlateau', options, 'schedule');
}
