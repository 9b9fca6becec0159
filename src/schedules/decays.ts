/** Schedules that fall for ever: powers, exponentials, stairs. */
import { makeSpec } from '../spec.ts';
import { stepSchedules } from './family.ts';
import type {
  ConstantOptions,
  ConstantSpec,
  ExponentialDecayOptions,
  ExponentialDecaySpec,
  InverseSqrtDecayOptions,
  InverseSqrtDecaySpec,
  InverseTimeDecayOptions,
  InverseTimeDecaySpec,
  MultiStepOptions,
  MultiStepSpec,
  SquareDecayOptions,
  SquareDecaySpec,
  StepDecayOptions,
  StepDecaySpec,
} from './options.ts';

/**
 * lr(t) = initial, at every step.
 *
 * Elsewhere: a number does the same, here as there.
 * Use: within `sequence` and `product`, where it says what it is.
 * Not: with small batches to the end: the noise of the gradients keeps the parameters from settling.
 * Source: Robbins & Monro 1951, who show that only falling rates converge.
 * @param options the rate, or `{ initial }`.
 * @throws {ArgumentError} if it is not a finite number ≥ 0.
 * @example
 * rateAt(constant(0.1), 1000); // → 0.1
 */
export function constant(options: number | ConstantOptions): ConstantSpec {
  return makeSpec(stepSchedules, 'constant', options, 'initial');
}

/**
 * lr(t) = initial·e^(−decay·t), or initial·rate^(t/decaySteps); in stairs with ⌊t/decaySteps⌋.
 *
 * Elsewhere: PyTorch's `ExponentialLR` has `decaySteps` 1; its `StepLR` is the one in stairs. Keras and optax take `rate`
 * and the steps.
 * Use: where the length of the run is open and the rate is to fall at an even pace on a logarithmic scale.
 * Not: for long runs: after a few time constants nothing moves any more.
 * Source: Li & Arora, An exponential learning rate schedule for deep learning, 2020.
 * @throws {ArgumentError} on unknown options, values out of range, and unless exactly one of `decay` and `rate` is given.
 * @example
 * rateAt(exponentialDecay({ initial: 1, decay: 0.5 }), 2); // → 0.3679
 * rates(exponentialDecay({ initial: 1, rate: 0.5, decaySteps: 2, staircase: true }), 5); // → [1, 1, 0.5, 0.5, 0.25]
 */
export function exponentialDecay(options: ExponentialDecayOptions): ExponentialDecaySpec {
  return makeSpec(stepSchedules, 'exponentialDecay', options);
}

/**
 * lr(t) = initial/(1 + decay·t)²: falls at every step, in the end slower than any exponential.
 *
 * At the same `decay` it lies below initial·e^(−decay·t) until decay·t ≈ 2.513 and above ever after; with half the `decay`
 * it starts with the same slope and lies above at every t > 0.
 *
 * Elsewhere: a function of one's own, as PyTorch's `LambdaLR`.
 * Use: full batches or long runs in which a rate that falls geometrically would be gone too soon.
 * Not: with noisy gradients for which the sum of the rates must be infinite, as that of 1/(1 + kt) is.
 * Source: The power −2 of the polynomial decays of Robbins & Monro 1951.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * rates(squareDecay({ initial: 1, decay: 1 }), 4); // → [1, 0.25, 0.1111, 0.0625]
 */
export function squareDecay(options: SquareDecayOptions): SquareDecaySpec {
  return makeSpec(stepSchedules, 'squareDecay', options);
}

/**
 * lr(t) = initial/√(1 + decay·t).
 *
 * Elsewhere: a function of one's own, as PyTorch's `LambdaLR`.
 * Use: data that come one after the other: regret grows as √t.
 * Not: for a sharp minimum that a fixed number of steps is to reach.
 * Source: Zinkevich 2003.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * rateAt(inverseSqrtDecay({ initial: 0.1 }), 99); // → 0.01
 */
export function inverseSqrtDecay(options: InverseSqrtDecayOptions): InverseSqrtDecaySpec {
  return makeSpec(stepSchedules, 'inverseSqrtDecay', options);
}

/**
 * lr(t) = initial/(1 + decay·t/decaySteps); in stairs with ⌊t/decaySteps⌋.
 *
 * Elsewhere: Keras alike; `lr_decay` of PyTorch's `Adagrad` is `decay` with `decaySteps` 1.
 * Use: convex problems with noisy gradients: the rates add up to infinity, their squares do not.
 * Not: where the curvature, which `decay` should match, is unknown: too fast a fall stalls far from the minimum.
 * Source: Robbins & Monro 1951.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * rates(inverseTimeDecay({ initial: 1, decay: 1 }), 4); // → [1, 0.5, 0.3333, 0.25]
 */
export function inverseTimeDecay(options: InverseTimeDecayOptions): InverseTimeDecaySpec {
  return makeSpec(stepSchedules, 'inverseTimeDecay', options);
}

/**
 * lr(t) = initial·rate^⌊t/decaySteps⌋.
 *
 * Elsewhere: PyTorch's `StepLR`, where steps are whatever calls it, usually epochs: `perEpoch(stepDecay(…))`.
 * Use: recipes that divide the rate by ten every so many epochs.
 * Not: where nobody has found out when to step; a smooth decay has less to choose.
 * Source: Krizhevsky, Sutskever & Hinton 2012.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * rates(stepDecay({ initial: 1, decaySteps: 2, rate: 0.5 }), 5); // → [1, 1, 0.5, 0.5, 0.25]
 */
export function stepDecay(options: StepDecayOptions): StepDecaySpec {
  return makeSpec(stepSchedules, 'stepDecay', options);
}

/**
 * lr(t) = initial·rate^(number of milestones ≤ t); a milestone that is there twice counts twice.
 *
 * Elsewhere: PyTorch's `MultiStepLR` alike. Keras' `PiecewiseConstantDecay` takes a value for each piece and changes one
 * step later; that is `sequence` with numbers.
 * Use: recipes with known milestones, as those of image classification.
 * Not: for runs of another length than the milestones were made for.
 * Source: He, Zhang, Ren & Sun 2016.
 * @throws {ArgumentError} on unknown options, values out of range, and milestones that are not in order.
 * @example
 * rates(multiStep({ initial: 1, milestones: [1, 3, 3], rate: 0.5 }), 4); // → [1, 0.5, 0.5, 0.125]
 */
export function multiStep(options: MultiStepOptions): MultiStepSpec {
  return makeSpec(stepSchedules, 'multiStep', options);
}
