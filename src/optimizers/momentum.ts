/** Descent with momentum, by signs, by the norms of tensors, and averaged. */
import { type Rate, rate } from '../schedules.ts';
import { boolean, makeSpec, number } from '../spec.ts';
import type { SgdOptions } from './descent.ts';
import { optimizers } from './family.ts';

export interface SgdWOptions extends SgdOptions {
  /** Decoupled decay λ ≥ 0: θ ← (1 − ηλ)θ before the step. Default 0.01. */
  readonly weightDecay?: number;
}

export interface SgdWSpec extends Required<SgdWOptions> {
  readonly kind: 'sgdW';
}

export interface SignSgdOptions {
  /** η. Default 1e-3. */
  readonly learningRate?: Rate;
  /** μ in [0, 1). Default 0.9. */
  readonly momentum?: number;
  /** Coupled decay λ ≥ 0: adds λθ to the gradient. Default 0. */
  readonly weightDecay?: number;
  /** Whether to climb: uses −g. Default false. */
  readonly maximize?: boolean;
}

export interface SignSgdSpec extends Required<SignSgdOptions> {
  readonly kind: 'signSgd';
}

export interface LarsOptions {
  /** η. Default 1. */
  readonly learningRate?: Rate;
  /** μ in [0, 1). Default 0.9. */
  readonly momentum?: number;
  /** Trust coefficient > 0. Default 1e-3. */
  readonly trustCoefficient?: number;
  /** ε ≥ 0, added to ‖u‖. Default 0. */
  readonly epsilon?: number;
  /** Coupled decay λ ≥ 0: adds λθ to the gradient before the norm is taken. Default 0. */
  readonly weightDecay?: number;
  /** Whether to step along d + μb. Default false. */
  readonly nesterov?: boolean;
  /** Whether to climb: uses −g. Default false. */
  readonly maximize?: boolean;
}

export interface LarsSpec extends Required<LarsOptions> {
  readonly kind: 'lars';
}

export interface RpropOptions {
  /** Δ of every parameter at the first step; later rates do not count. Default 0.01. */
  readonly learningRate?: Rate;
  /** η⁻ in (0, 1): factor on Δ where the sign has changed. Default 0.5. */
  readonly etaMinus?: number;
  /** η⁺ > 1: factor on Δ where the sign has stayed. Default 1.2. */
  readonly etaPlus?: number;
  /** The least Δ, > 0. Default 1e-6. */
  readonly minStep?: number;
  /** The largest Δ, at least `minStep`. Default 50. */
  readonly maxStep?: number;
  /** Whether to climb: uses −g. Default false. */
  readonly maximize?: boolean;
}

export interface RpropSpec extends Required<RpropOptions> {
  readonly kind: 'rprop';
}

export interface AsgdOptions {
  /** η. Default 0.01. */
  readonly learningRate?: Rate;
  /** λ ≥ 0: how θ decays, and how fast the rate falls. Default 1e-4. */
  readonly lambda?: number;
  /** α ≥ 0: the power with which the rate falls. Default 0.75. */
  readonly alpha?: number;
  /** t₀ ≥ 0: steps before the average begins. Default 1e6. */
  readonly t0?: number;
  /** Coupled decay ≥ 0: adds λ_wθ to the gradient. Default 0. */
  readonly weightDecay?: number;
  /** Whether to climb: uses −g. Default false. */
  readonly maximize?: boolean;
}

export interface AsgdSpec extends Required<AsgdOptions> {
  readonly kind: 'asgd';
}

export type MomentumSpec = SgdWSpec | SignSgdSpec | LarsSpec | RpropSpec | AsgdSpec;

const decay = number('[0, ∞)', 0);
const no = boolean(false);
const momentum = number('[0, 1)', 0.9);

/** @internal */
export const momentumKinds = {
  sgdW: {
    learningRate: rate(0.01),
    momentum: number('[0, 1)', 0),
    dampening: number('[0, 1]', 0),
    nesterov: no,
    weightDecay: number('[0, ∞)', 0.01),
    maximize: no,
  },
  signSgd: { learningRate: rate(0.001), momentum, weightDecay: decay, maximize: no },
  lars: {
    learningRate: rate(1),
    momentum,
    trustCoefficient: number('(0, ∞)', 0.001),
    epsilon: decay,
    weightDecay: decay,
    nesterov: no,
    maximize: no,
  },
  rprop: {
    learningRate: rate(0.01),
    etaMinus: number('(0, 1)', 0.5),
    etaPlus: number('(1, ∞)', 1.2),
    minStep: number('(0, ∞)', 1e-6),
    maxStep: number('(0, ∞)', 50),
    maximize: no,
  },
  asgd: {
    learningRate: rate(0.01),
    lambda: number('[0, ∞)', 1e-4),
    alpha: number('[0, ∞)', 0.75),
    t0: number('[0, ∞)', 1e6),
    weightDecay: decay,
    maximize: no,
  },
};

/** @internal */
export const rpropRule = ({ minStep, maxStep }: RpropSpec): string | false =>
  minStep > maxStep && `maxStep must be at least minStep, got ${maxStep} and ${minStep}`;

/**
 * SGD with momentum and decoupled weight decay: θ ← (1 − ηλ)θ with the η of the schedule, then as `sgd`:
 * b ← μb + (1 − d)g (b = g at the first step), u = g + μb with `nesterov`, else b, θ ← θ − ηu.
 *
 * Elsewhere: `pytorch_optimizer` and Keras' `SGD` with `weight_decay` decay likewise; PyTorch has none. optax: `sgd` behind `add_decayed_weights`.
 * Use: as `sgd`, where the decay is not to depend on the momentum.
 * Not: without tuning λ together with η: their product counts.
 * Source: Loshchilov & Hutter 2019.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options, values out of range, and `nesterov` without momentum or with dampening.
 * @example
 * const model = linearRegression();
 * const optimizer = sgdW({ learningRate: 0.1, momentum: 0.9 });
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer, epochs: 200 });
 * model.predict([[5]]); // → [10.9976]
 */
export function sgdW(options?: Rate | SgdWOptions): SgdWSpec {
  return makeSpec(optimizers, 'sgdW', options, 'learningRate');
}

/**
 * signSGD with momentum: b ← μb + (1 − μ)g, θ ← θ − η·sign b, sign 0 = 0. Each parameter moves by η or not at all. A
 * proximal step is taken with the length η, which is a heuristic: it solves no fixed problem.
 *
 * Elsewhere: PyTorch and Keras have none. optax: `sign_sgd` (no momentum).
 * Use: gradients whose size says little; with a falling η.
 * Not: where θ has to settle at constant η: it steps to and fro.
 * Source: Bernstein et al. 2018.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * const optimizer = signSgd(linear({ initial: 0.02, end: 0, decaySteps: 1000 }));
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer, epochs: 1000 });
 * model.predict([[5]]); // → [11.0000]
 */
export function signSgd(options?: Rate | SignSgdOptions): SignSgdSpec {
  return makeSpec(optimizers, 'signSgd', options, 'learningRate');
}

/**
 * LARS, layer-wise adaptive rate scaling: for each parameter tensor u = g + λθ,
 * r = trust·‖θ‖/(‖u‖ + ε), 1 if either norm is 0, d = ηru, b ← μb + d, θ ← θ − b, or − (d + μb) with `nesterov`. Biases and
 * norms are usually left out: give them a group with `sgd`. Norms are f64; from 1e154 on they overflow and r is 0. A
 * proximal step is taken with the length η, which is a heuristic.
 *
 * Elsewhere: optax `lars` alike (η required). PyTorch and Keras have none.
 * Use: networks in very large batches.
 * Not: batches of ordinary size.
 * Source: You, Gitman & Ginsburg 2017.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * const optimizer = lars({ learningRate: cosine({ initial: 1, decaySteps: 500 }), trustCoefficient: 0.02 });
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer, epochs: 500 });
 * model.predict([[5]]); // → [10.9982]
 */
export function lars(options?: Rate | LarsOptions): LarsSpec {
  return makeSpec(optimizers, 'lars', options, 'learningRate');
}

/**
 * Rprop, resilient propagation (iRprop−): a step length Δ for each parameter that grows by η⁺ while the sign of g stays
 * and shrinks by η⁻ when it changes; θ ← θ − Δ·sign g. After a change g counts as 0 for this step and the next
 * comparison. Δ starts at η, within [`minStep`, `maxStep`]. Only signs count, so neither large nor denormal gradients do harm.
 * A proximal step is taken with the length Δ, which is a heuristic.
 *
 * Elsewhere: PyTorch `Rprop` alike.
 * Use: full batches, functions without noise.
 * Not: mini-batches: the sign then changes with the rows. Batches are full unless told.
 * Source: Riedmiller & Braun 1993; Igel & Hüsken 2003.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options, values out of range, and `maxStep` below `minStep`.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: rprop(), epochs: 50 });
 * model.predict([[5]]); // → [10.9973]
 */
export function rprop(options?: Rate | RpropOptions): RpropSpec {
  return makeSpec(optimizers, 'rprop', options, 'learningRate');
}

/**
 * Averaged SGD: with k = t − 1, a = η/(1 + ληk)^α, θ ← (1 − λa)θ − ag, x ← θ, or x + (θ − x)/(k − t₀) once k > t₀ + 1. The
 * average x is what is evaluated and what predicts; gradients are taken at θ. Refuses penalties with a proximal step.
 *
 * Elsewhere: PyTorch `ASGD` alike, where a new rate counts from the step after.
 * Use: convex problems with noise, with t₀ where the error no longer falls.
 * Not: with the default t₀ for fewer than a million steps: the average is then θ itself.
 * Source: Polyak & Juditsky 1992; Bottou 2010.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * const optimizer = asgd({ learningRate: 0.1, t0: 100 });
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer, epochs: 200 });
 * model.predict([[5]]); // → [10.9995]
 */
export function asgd(options?: Rate | AsgdOptions): AsgdSpec {
  return makeSpec(optimizers, 'asgd', options, 'learningRate');
}
