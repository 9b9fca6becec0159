/** Rules that grew out of Adam: other measures of size, more means, or only the sign. */
import type { Rate } from '../schedules.ts';
import { makeSpec, nullable, number } from '../spec.ts';
import { optimizers } from './family.ts';
import { type MomentOptions, moments } from './moments.ts';

export interface AdaBeliefOptions extends MomentOptions {
  /** Decay of the mean of (g − m)², in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** ε > 0, beside the root and added to s. Default 1e-16. */
  readonly epsilon?: number;
  /** Decoupled decay λ ≥ 0: θ ← (1 − ηλ)θ before the step. Default 0. */
  readonly weightDecay?: number;
}

export interface AdaBeliefSpec extends Required<AdaBeliefOptions> {
  readonly kind: 'adaBelief';
}

export interface YogiOptions extends MomentOptions {
  /** ε > 0, beside the root. Default 1e-3. */
  readonly epsilon?: number;
  /** Where m and v start, ≥ 0. Default 1e-6. */
  readonly initialAccumulator?: number;
}

export interface YogiSpec extends Required<YogiOptions> {
  readonly kind: 'yogi';
}

export interface LionOptions extends Omit<MomentOptions, 'epsilon'> {
  /** How much of m is in what the sign is taken of, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of m, the mean of the gradient, in [0, 1). Default 0.99. */
  readonly beta2?: number;
  /** Decoupled decay λ ≥ 0: θ ← (1 − ηλ)θ before the step. Default 0. */
  readonly weightDecay?: number;
}

export interface LionSpec extends Required<LionOptions> {
  readonly kind: 'lion';
}

export interface AdanOptions extends MomentOptions {
  /** Decay of the mean of the gradient, in [0, 1). Default 0.98. */
  readonly beta1?: number;
  /** Decay of the mean of its differences, in [0, 1). Default 0.92. */
  readonly beta2?: number;
  /** Decoupled decay λ ≥ 0: θ ← θ/(1 + ηλ) after the step. Default 0. */
  readonly weightDecay?: number;
  /** Decay of the mean square, in [0, 1). Default 0.99. */
  readonly beta3?: number;
}

export interface AdanSpec extends Required<AdanOptions> {
  readonly kind: 'adan';
}

export interface AdEMAMixOptions extends MomentOptions {
  /** Decoupled decay λ ≥ 0: θ ← (1 − ηλ)θ before the step. Default 0. */
  readonly weightDecay?: number;
  /** Decay of the slow mean, in [0, 1). Default 0.9999. */
  readonly beta3?: number;
  /** Weight α ≥ 0 of the slow mean. Default 5. */
  readonly alpha?: number;
  /** Steps in which α and β3 come up to their values, > 0. Default null: they are there at once. */
  readonly T?: number | null;
}

export interface AdEMAMixSpec extends Required<AdEMAMixOptions> {
  readonly kind: 'adEMAMix';
}

const { epsilon: _, ...withoutEpsilon } = moments(1e-4, 0, 0.9, 0.99);

/** @internal */
export const adamLikeKinds = {
  adaBelief: moments(1e-3, 1e-16),
  yogi: { ...moments(0.01, 1e-3), initialAccumulator: number('[0, ∞)', 1e-6) },
  lion: withoutEpsilon,
  adan: { ...moments(1e-3, 1e-8, 0.98, 0.92), beta3: number('[0, 1)', 0.99) },
  adEMAMix: {
    ...moments(1e-3),
    beta3: number('[0, 1)', 0.9999),
    alpha: number('[0, ∞)', 5),
    T: nullable(number('(0, ∞)')),
  },
};

/**
 * s ← β2·s + (1 − β2)(g − m)² + ε, θ ← (1 − ηλ)θ − η·m̂/(√ŝ + ε): Adam that divides by how far gradients are from their
 * mean. ε adds up in s. Where (g − m)² overflows the parameter stands still from then on.
 *
 * Elsewhere: The authors' code alike, without rectification; `pytorch_optimizer` as here; PyTorch and Keras have none.
 * Use: as Adam, where gradients are steady.
 * Not: gradients that do not change at all: s goes down to ε/(1 − β2) and steps grow.
 * Source: Zhuang et al. 2020.
 * @param options η (default 1e-3), or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: adaBelief(0.1), epochs: 50 });
 * model.predict([[5]]); // → [10.98]
 */
export function adaBelief(options?: Rate | AdaBeliefOptions): AdaBeliefSpec {
  return makeSpec(optimizers, 'adaBelief', options, 'learningRate');
}

/**
 * v ← v − (1 − β2)·sign(v − g²)·g², θ ← θ − η·m̂/(√v̂ + ε): Adam whose v changes by g² at most, whatever v is. m and v
 * start at `initialAccumulator`. ε is 1e-3 by default. Overflow as in `adam`.
 *
 * Elsewhere: TensorFlow Addons and optax alike; PyTorch and Keras have none.
 * Use: sparse gradients, where Adam forgets too fast.
 * Not: gradients whose size changes by orders: v follows them only by (1 − β2)g² a step.
 * Source: Zaheer et al. 2018.
 * @param options η (default 0.01), or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: yogi(0.1), epochs: 200 });
 * model.predict([[5]]); // → [11.0001]
 */
export function yogi(options?: Rate | YogiOptions): YogiSpec {
  return makeSpec(optimizers, 'yogi', options, 'learningRate');
}

/**
 * θ ← (1 − ηλ)θ − η·sign(β1·m + (1 − β1)g), then m ← β2·m + (1 − β2)g; the sign of 0 is 0. Every parameter moves by η,
 * so η is to be 3 to 10 times smaller than Adam's and λ as much larger. One vector of state. Nothing overflows.
 *
 * Elsewhere: Keras `Lion` and optax alike, λ 0 in Keras, 1e-3 in optax; PyTorch has none.
 * Use: large batches, little memory.
 * Not: small batches, where the sign is noise; with `l1` the proximal step has length ηλ, which is a heuristic.
 * Source: Chen et al. 2023.
 * @param options η (default 1e-4), or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: lion(0.01), epochs: 1000 });
 * model.predict([[5]]); // → [11.01]
 */
export function lion(options?: Rate | LionOptions): LionSpec {
  return makeSpec(optimizers, 'lion', options, 'learningRate');
}

/**
 * δ = g − last g (0 at the first step), m ← β1·m + (1 − β1)g, v ← β2·v + (1 − β2)δ, n ← β3·n + (1 − β3)(g + β2·δ)²,
 * θ ← (θ − η(m̂ + β2·v̂)/(√n̂ + ε))/(1 + ηλ). Where the square overflows the parameter stands still from then on.
 *
 * Elsewhere: The authors' code alike; optax has 1 − β2 where they have β2; the paper's β are one minus these.
 * Use: networks, with rates 5 to 10 times those of Adam.
 * Not: little memory: four vectors of state.
 * Source: Xie et al. 2022.
 * @param options η (default 1e-3), or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: adan(0.1), epochs: 500 });
 * model.predict([[5]]); // → [11.02]
 */
export function adan(options?: Rate | AdanOptions): AdanSpec {
  return makeSpec(optimizers, 'adan', options, 'learningRate');
}

/**
 * AdamW with a slow mean besides: s ← β3·s + (1 − β3)g, not corrected, θ ← (1 − ηλ)θ − η(m̂ + α·s)/(√v̂ + ε). With `T`
 * both come up, x = t/T < 1: αₜ = xα, β3ₜ = min(β3, exp(1/((1 − x)/ln β1 + x/ln β3))). Overflow as in `adam`.
 * `l1` has the optimum of λ/(1 + α).
 *
 * Elsewhere: The authors' code and optax alike; PyTorch and Keras have none.
 * Use: long training, where old gradients still tell something; then with `T`, about the number of steps.
 * Not: short runs: with β3 0.9999 the slow mean needs thousands of steps.
 * Source: Pagliardini, Ablin & Grangier 2024.
 * @param options η (default 1e-3), or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * const optimizer = adEMAMix({ learningRate: 0.1, beta3: 0.99 });
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer, epochs: 200 });
 * model.predict([[5]]); // → [10.9965]
 */
export function adEMAMix(options?: Rate | AdEMAMixOptions): AdEMAMixSpec {
  return makeSpec(optimizers, 'adEMAMix', options, 'learningRate');
}
