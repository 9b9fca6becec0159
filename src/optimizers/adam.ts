/** Adam and what differs from it in a term: means of the gradient over the root of means of its square. */
import type { Rate } from '../schedules.ts';
import { boolean, makeSpec, number } from '../spec.ts';
import { optimizers } from './family.ts';
import { type MomentOptions, moments } from './moments.ts';

export interface AdamOptions extends MomentOptions {
  /** Whether to divide by the largest v so far instead of v. Default false. */
  readonly amsgrad?: boolean;
}

export interface AdamSpec extends Required<AdamOptions> {
  readonly kind: 'adam';
}

export interface AdamWOptions extends AdamOptions {
  /** Decoupled decay λ ≥ 0: θ ← (1 − ηλ)θ before the step. Default 0.01. */
  readonly weightDecay?: number;
}

export interface AdamWSpec extends Required<AdamWOptions> {
  readonly kind: 'adamW';
}

export type AdamaxOptions = MomentOptions;

export interface AdamaxSpec extends Required<AdamaxOptions> {
  readonly kind: 'adamax';
}

export interface RAdamOptions extends MomentOptions {
  /** Whether `weightDecay` is decoupled: θ ← (1 − ηλ)θ before the step. Default false. */
  readonly decoupled?: boolean;
}

export interface RAdamSpec extends Required<RAdamOptions> {
  readonly kind: 'radam';
}

export interface NAdamOptions extends RAdamOptions {
  /** ψ ≥ 0: how slowly the momentum comes up to β1. Default 4e-3. */
  readonly momentumDecay?: number;
}

export interface NAdamSpec extends Required<NAdamOptions> {
  readonly kind: 'nadam';
}

/** @internal */
export const adamKinds = {
  adam: { ...moments(1e-3), amsgrad: boolean(false) },
  adamW: { ...moments(1e-3, 1e-8, 0.9, 0.999, 0.01), amsgrad: boolean(false) },
  adamax: moments(2e-3),
  nadam: { ...moments(2e-3), decoupled: boolean(false), momentumDecay: number('[0, ∞)', 4e-3) },
  radam: { ...moments(1e-3), decoupled: boolean(false) },
};

/**
 * m ← β1·m + (1 − β1)g, v ← β2·v + (1 − β2)g², θ ← θ − η·m̂/(√v̂ + ε) with m̂ = m/(1 − β1ᵗ), v̂ = v/(1 − β2ᵗ).
 *
 * With `amsgrad` the largest v so far, not corrected, takes the place of v. Where g² overflows (|g| above 1.8e19 in f32,
 * 1.3e154 in f64) v is infinite and the parameter stands still from then on. ε 0 is allowed: where nothing has been
 * seen but zeros, the step is 0.
 *
 * Elsewhere: PyTorch `Adam` alike. Keras adds ε (1e-7) to √v before the correction; optax corrects before the maximum.
 * Use: networks, gradients of very different sizes.
 * Not: where weights are to decay at a rate of their own; see `adamW`.
 * Source: Kingma & Ba 2015; Reddi, Kale & Kumar 2018.
 * @param options η (default 1e-3), or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: adam(0.1), epochs: 200 });
 * model.predict([[5]]); // → [10.9997]
 */
export function adam(options?: Rate | AdamOptions): AdamSpec {
  return makeSpec(optimizers, 'adam', options, 'learningRate');
}

/**
 * `adam` with `amsgrad`: θ ← θ − η·m̂/(√w/√(1 − β2ᵗ) + ε), w ← max(w, v): steps never grow again by forgetting. What it
 * returns is the spec of `adam`.
 *
 * Elsewhere: PyTorch and Keras `Adam` with `amsgrad`, as here. optax' `amsgrad` corrects before the maximum.
 * Use: where Adam runs away from a minimum because large gradients are rare.
 * Not: where early gradients are far larger than later ones: steps stay small.
 * Source: Reddi, Kale & Kumar 2018.
 * @param options η (default 1e-3), or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: amsgrad(0.1), epochs: 200 });
 * model.predict([[5]]); // → [10.9999]
 */
export function amsgrad(options?: Rate | Omit<AdamOptions, 'amsgrad'>): AdamSpec {
  return adam({ ...makeSpec(optimizers, 'adam', options, 'learningRate', 'amsgrad'), amsgrad: true });
}

/**
 * θ ← (1 − ηλ)θ, then the step of `adam`. The decay has the η of the schedule and stays out of the means.
 *
 * Elsewhere: PyTorch `AdamW` alike. Keras and optax have λ 4e-3 and 1e-4; the paper's λ is scaled by η/η₀ only.
 * Use: networks with weight decay.
 * Not: without tuning λ together with η: their product counts.
 * Source: Loshchilov & Hutter 2019.
 * @param options η (default 1e-3), or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * const optimizer = adamW({ learningRate: 0.1, weightDecay: 0.001 });
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer, epochs: 200 });
 * model.predict([[5]]); // → [10.9976]
 */
export function adamW(options?: Rate | AdamWOptions): AdamWSpec {
  return makeSpec(optimizers, 'adamW', options, 'learningRate');
}

/**
 * u ← max(β2·u, |g| + ε), θ ← θ − η·m̂/u: Adam with the largest gradient, slowly forgotten, instead of a mean square. No
 * square, so nothing overflows.
 *
 * Elsewhere: PyTorch `Adamax` alike; Keras and optax add ε to u at the end.
 * Use: gradients with rare large values, embeddings.
 * Not: gradients of steady size: one large value keeps steps small for about 1/(1 − β2) steps.
 * Source: Kingma & Ba 2015, section 7.
 * @param options η (default 2e-3), or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: adamax(0.1), epochs: 200 });
 * model.predict([[5]]); // → [10.94]
 */
export function adamax(options?: Rate | AdamaxOptions): AdamaxSpec {
  return makeSpec(optimizers, 'adamax', options, 'learningRate');
}

/**
 * Adam with Nesterov's momentum on a schedule: μₜ = β1(1 − ½·0.96^(tψ)), Πₜ = μ₁⋯μₜ,
 * θ ← θ − η((1 − μₜ)/(1 − Πₜ)·g + μₜ₊₁/(1 − Πₜ₊₁)·m)/(√v̂ + ε). Π is part of the state. Overflow as in `adam`.
 *
 * Elsewhere: PyTorch `NAdam` alike; optax has the simpler form without a schedule.
 * Use: as Adam, where it starts too slowly.
 * Not: noisy gradients: the newest one weighs more than in Adam.
 * Source: Dozat 2016.
 * @param options η (default 2e-3), or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: nadam(0.1), epochs: 200 });
 * model.predict([[5]]); // → [10.9995]
 */
export function nadam(options?: Rate | NAdamOptions): NAdamSpec {
  return makeSpec(optimizers, 'nadam', options, 'learningRate');
}

/**
 * Adam that does without v until its variance can be judged: with ρ∞ = 2/(1 − β2) − 1, ρ = ρ∞ − 2tβ2ᵗ/(1 − β2ᵗ), where
 * ρ > 5: θ ← θ − η·m̂·r·√(1 − β2ᵗ)/(√v + ε), r² = (ρ − 4)(ρ − 2)ρ∞/((ρ∞ − 4)(ρ∞ − 2)ρ); before, θ ← θ − η·m̂. With
 * β2 ≤ ⅔ it never is. Overflow as in `adam`.
 *
 * Elsewhere: PyTorch `RAdam` alike; optax takes over at ρ ≥ 5.
 * Use: instead of Adam with a warm-up.
 * Not: gradients that are large at first: until v counts, a step is η times the mean gradient, however long.
 * Source: Liu et al. 2020.
 * @param options η (default 1e-3), or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: radam(0.1), epochs: 200 });
 * model.predict([[5]]); // → [10.99]
 */
export function radam(options?: Rate | RAdamOptions): RAdamSpec {
  return makeSpec(optimizers, 'radam', options, 'learningRate');
}
