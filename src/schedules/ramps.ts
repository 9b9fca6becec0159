/** Schedules that lead to an end and hold it, with a warm-up or without. */
import { makeSpec } from '../spec.ts';
import { stepSchedules } from './family.ts';
import type {
  ConstantThenLinearOptions,
  ConstantThenLinearSpec,
  CosineOptions,
  CosineSpec,
  InverseSqrtOptions,
  InverseSqrtSpec,
  LinearOptions,
  LinearSpec,
  NoamOptions,
  NoamSpec,
  PolynomialOptions,
  PolynomialSpec,
  WarmupCosineOptions,
  WarmupCosineSpec,
  WarmupStableDecayOptions,
  WarmupStableDecaySpec,
} from './options.ts';

/**
 * lr(t) = end + (initial − end)·(1 − min(t, T)/T)^power, T = `decaySteps`.
 *
 * Elsewhere: PyTorch's `PolynomialLR` ends at 0 after 5 steps unless told; Keras' `cycle` is not here.
 * Use: a run of known length that is to end in a small rate; power 1 is a good first choice.
 * Not: where the length is open: the fall must be known from the first step on.
 * Source: Chen et al., DeepLab, 2017 (power 0.9).
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * rates(polynomial({ initial: 1, decaySteps: 4, power: 2 }), 6); // → [1, 0.5625, 0.25, 0.0625, 0, 0]
 */
export function polynomial(options: PolynomialOptions): PolynomialSpec {
  return makeSpec(stepSchedules, 'polynomial', options);
}

/**
 * lr(t) = initial + (end − initial)·min(t, T)/T, T = `decaySteps`.
 *
 * Elsewhere: PyTorch's `LinearLR` takes factors of a base rate, ⅓ to 1 in 5 steps unless told.
 * Use: as a piece of a `sequence`, or down to 0 over a run of known length.
 * Not: where the length is open.
 * Source: Defazio et al., Optimal linear decay learning rate schedules, 2023.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * rates(linear({ initial: 1, end: 0, decaySteps: 4 }), 6); // → [1, 0.75, 0.5, 0.25, 0, 0]
 */
export function linear(options: LinearOptions): LinearSpec {
  return makeSpec(stepSchedules, 'linear', options);
}

/**
 * lr(t) = end + (initial − end)·(1 + cos πx)/2, x = min(t/decaySteps, 1); `periodic`: x = t/decaySteps.
 *
 * Elsewhere: Keras and optax hold the end; PyTorch's `CosineAnnealingLR` rises again, which is `periodic`. Keras and optax
 * take the end as a share of the start.
 * Use: training a network in a known number of steps; usually after a warm-up, see `warmupCosine`.
 * Not: when the run may go on afterwards: `warmupStableDecay` can be prolonged.
 * Source: Loshchilov & Hutter, SGDR, 2017.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * rates(cosine({ initial: 1, decaySteps: 2 }), 4); // → [1, 0.5, 0, 0]
 * rates(cosine({ initial: 1, decaySteps: 2, periodic: true }), 6); // → [1, 0.5, 0, 0.5, 1, 0.5]
 */
export function cosine(options: CosineOptions): CosineSpec {
  return makeSpec(stepSchedules, 'cosine', options);
}

/**
 * Linear from `warmupInitial` to `peak` in W = `warmupSteps` steps, then a cosine to `end` at step N = `totalSteps`:
 * lr(t) = end + (peak − end)·(1 + cos πx)/2, x = min((t − W)/(N − W), 1).
 *
 * Elsewhere: optax' `warmup_cosine_decay_schedule` counts the warm-up in `decay_steps`, as `totalSteps` does; Keras'
 * `CosineDecay` does not.
 * Use: the usual choice for networks, above all with adaptive optimizers.
 * Not: where the number of steps is open.
 * Source: Loshchilov & Hutter 2017; Goyal et al. 2017 (warm-up).
 * @throws {ArgumentError} on unknown options, values out of range, and unless `totalSteps` is above `warmupSteps`.
 * @example
 * rates(warmupCosine({ peak: 1, warmupSteps: 2, totalSteps: 6 }), 8); // → [0, 0.5, 1, 0.8536, 0.5, 0.1464, 0, 0]
 */
export function warmupCosine(options: WarmupCosineOptions): WarmupCosineSpec {
  return makeSpec(stepSchedules, 'warmupCosine', options);
}

/**
 * lr(t) = factor·d^(−½)·min((t + 1)^(−½), (t + 1)·W^(−3/2)), d = `modelSize`, W = `warmupSteps`.
 *
 * Elsewhere: the paper counts steps from 1, which is t + 1.
 * Use: to train a transformer as the paper did.
 * Not: elsewhere: the rate hangs on the width of the model. `inverseSqrt` takes the peak itself.
 * Source: Vaswani et al., Attention is all you need, 2017.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * rates(noam({ modelSize: 100, warmupSteps: 4 }), 5); // → [0.0125, 0.025, 0.0375, 0.05, 0.0447]
 */
export function noam(options: NoamOptions): NoamSpec {
  return makeSpec(stepSchedules, 'noam', options);
}

/**
 * lr(t) = peak·t/W up to step W = `warmupSteps`, then peak·√(W/t).
 *
 * Elsewhere: fairseq's `inverse_sqrt` alike, from a first rate of 0.
 * Use: transformers in a run of open length.
 * Not: where the length is known: a schedule that ends near 0 ends in a lower loss.
 * Source: Vaswani et al. 2017; Raffel et al., T5, 2020.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * rates(inverseSqrt({ peak: 1, warmupSteps: 2 }), 9); // → [0, 0.5, 1, 0.8165, 0.7071, 0.6325, 0.5774, 0.5345, 0.5]
 */
export function inverseSqrt(options: InverseSqrtOptions): InverseSqrtSpec {
  return makeSpec(stepSchedules, 'inverseSqrt', options);
}

/**
 * Linear from `warmupInitial` to `peak` in `warmupSteps`, `peak` for `stableSteps`, then in `decaySteps` down to `end`:
 * end + (peak − end)·(1 − x), or with 1 − √x, x the share of the decay that is over.
 *
 * Elsewhere: known as WSD; none of PyTorch, Keras and optax has it under a name.
 * Use: a run that may be prolonged: go on from before the decay with more stable steps.
 * Not: where the length is certain, and simpler is enough.
 * Source: Hu et al., MiniCPM, 2024; Hägele et al. 2024 (1 − √x).
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * rates(warmupStableDecay({ peak: 1, warmupSteps: 2, stableSteps: 1, decaySteps: 2 }), 6); // → [0, 0.5, 1, 1, 0.5, 0]
 */
export function warmupStableDecay(options: WarmupStableDecayOptions): WarmupStableDecaySpec {
  return makeSpec(stepSchedules, 'warmupStableDecay', options);
}

/**
 * lr(t) = initial up to step C = `constantSteps`, then linear to `end` at step N = `totalSteps`:
 * initial + (end − initial)·min((t − C)/(N − C), 1).
 *
 * Elsewhere: `LambdaLR` of one's own, as in the CycleGAN of PyTorch.
 * Use: adversarial networks and other runs that find their place at a constant rate and settle at the end.
 * Not: where early steps are unstable and need a warm-up.
 * Source: Zhu, Park, Isola & Efros, CycleGAN, 2017.
 * @throws {ArgumentError} on unknown options, values out of range, and unless `totalSteps` is above `constantSteps`.
 * @example
 * rates(constantThenLinear({ initial: 1, constantSteps: 2, totalSteps: 4 }), 6); // → [1, 1, 1, 0.5, 0, 0]
 */
export function constantThenLinear(options: ConstantThenLinearOptions): ConstantThenLinearSpec {
  return makeSpec(stepSchedules, 'constantThenLinear', options);
}
