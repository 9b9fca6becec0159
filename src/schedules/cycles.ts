/** Schedules that rise and fall. Momentum stays as it is: what PyTorch cycles inversely is left to the user. */
import { makeSpec } from '../spec.ts';
import { stepSchedules } from './family.ts';
import type {
  CosineRestartsOptions,
  CosineRestartsSpec,
  CyclicOptions,
  CyclicSpec,
  OneCycleOptions,
  OneCycleSpec,
} from './options.ts';

/**
 * lr = end + (initial − end)·(1 + cos πx)/2 with x = s/T in each cycle, s its steps so far; T is `decaySteps` in the
 * first cycle and `mult` times as long in each further one. A cycle begins with the step after the last one's T − 1.
 *
 * Elsewhere: PyTorch's `CosineAnnealingWarmRestarts` alike. Keras' `CosineDecayRestarts` has `mult` 2 unless told and can
 * lower the start of each cycle.
 * Use: many good solutions in one run, one at the end of each cycle, as for an ensemble.
 * Not: for one solution: the steps after a restart are lost.
 * Source: Loshchilov & Hutter, SGDR, 2017.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * rates(cosineRestarts({ initial: 1, decaySteps: 2, mult: 2 }), 7); // → [1, 0.5, 1, 0.8536, 0.5, 0.1464, 1]
 */
export function cosineRestarts(options: CosineRestartsOptions): CosineRestartsSpec {
  return makeSpec(stepSchedules, 'cosineRestarts', options);
}

/**
 * From max/div up to `max` at step pN − 1 and down to max/(div·finalDiv) at step N − 1, which holds; N = `totalSteps`,
 * p = `pct`. Each way is start + (stop − start)·(1 − cos πx)/2, or linear, x the share of it that is over. `threePhase`:
 * back at max/div at step 2pN − 2, then on to the lowest.
 *
 * Breakpoints are not rounded, so `max` itself is met only if pN is an integer. Momentum is not cycled.
 *
 * Elsewhere: PyTorch's `OneCycleLR` alike, with `max_lr` and `pct_start`; it cycles momentum as well, and fails after the
 * last step. optax rounds the breakpoints.
 * Use: a network in few epochs, with a `max` that `findLearningRate` finds.
 * Not: where the number of steps is open, or a run goes on from a trained model.
 * Source: Smith & Topin, Super-convergence, 2018.
 * @throws {ArgumentError} on unknown options, values out of range, and a `pct` above ½ with `threePhase`.
 * @example
 * const schedule = oneCycle({ max: 1, totalSteps: 10, pct: 0.5, anneal: 'linear' });
 * rateAt(schedule, 0); // → 0.04
 * rateAt(schedule, 4); // → 1
 * rateAt(schedule, 9); // → 0.000004
 */
export function oneCycle(options: OneCycleOptions): OneCycleSpec {
  return makeSpec(stepSchedules, 'oneCycle', options);
}

/**
 * lr(t) = base + (max − base)·s·h: s rises from 0 to 1 in `up` steps and falls back in `down`; h is 1, 2^(−cycle) or
 * rate^t by `mode`.
 *
 * Momentum is not cycled.
 *
 * Elsewhere: PyTorch's `CyclicLR` alike, with `base_lr`, `max_lr`, `step_size_up` of 2000 and inverse cycles of momentum.
 * Use: to keep going where one good rate is unknown but its range is.
 * Not: at the end of a run: it should end in a low rate, at the end of a cycle.
 * Source: Smith, Cyclical learning rates for training neural networks, 2017.
 * @throws {ArgumentError} on unknown options, values out of range, `max` below `base`, and `rate` without `'expRange'`.
 * @example
 * rates(cyclic({ base: 0, max: 1, up: 2 }), 6); // → [0, 0.5, 1, 0.5, 0, 0.5]
 * rates(cyclic({ base: 0, max: 1, up: 1, mode: 'triangular2' }), 6); // → [0, 1, 0, 0.5, 0, 0.25]
 */
export function cyclic(options: CyclicOptions): CyclicSpec {
  return makeSpec(stepSchedules, 'cyclic', options);
}
