/**
 * What lies around an update, as specs: clipping of the gradient before it, averages of the parameters after it, a
 * perturbation of the parameters where the gradient is taken. Each goes with every optimizer.
 */
import { boolean, type Family, integer, makeSpec, number } from './spec.ts';

export interface ClipOptions {
  /** c > 0. */
  readonly max: number;
}

export interface ClipByValueSpec extends Required<ClipOptions> {
  readonly kind: 'clipByValue';
}

export interface ClipByNormSpec extends Required<ClipOptions> {
  readonly kind: 'clipByNorm';
}

export interface ClipByGlobalNormSpec extends Required<ClipOptions> {
  readonly kind: 'clipByGlobalNorm';
}

export type ClipSpec = ClipByValueSpec | ClipByNormSpec | ClipByGlobalNormSpec;

export interface EmaOptions {
  /** d in [0, 1): how much of the average stays at each update. Default 0.999. */
  readonly decay?: number;
  /** Whether d begins small: min(d, (1 + t)/(10 + t)) at update t, 0 at the first. Default false. */
  readonly warmup?: boolean;
}

export interface EmaSpec extends Required<EmaOptions> {
  readonly kind: 'ema';
}

export interface SwaOptions {
  /** The update, ≥ 0, counted from 1, after which averaging may begin. Default 0: with the first. */
  readonly start?: number;
  /** Updates ≥ 1 from one average to the next. Default 1. */
  readonly every?: number;
}

export interface SwaSpec extends Required<SwaOptions> {
  readonly kind: 'swa';
}

export interface LookaheadOptions {
  /** k ≥ 1: updates of the fast weights for one of the slow weights. Default 5. */
  readonly steps?: number;
  /** α in (0, 1]: how far the slow weights go towards the fast ones. Default 0.5. */
  readonly alpha?: number;
}

export interface LookaheadSpec extends Required<LookaheadOptions> {
  readonly kind: 'lookahead';
}

export type AverageSpec = EmaSpec | SwaSpec | LookaheadSpec;

export interface SamOptions {
  /** ρ > 0: how far the parameters move. Default 0.05. */
  readonly rho?: number;
}

export interface SamSpec extends Required<SamOptions> {
  readonly kind: 'sam';
}

export type PerturbationSpec = SamSpec;

const max = number('(0, ∞)');

/** @internal */
export const clips: Family<ClipSpec> = {
  name: 'clip',
  kinds: { clipByValue: { max }, clipByNorm: { max }, clipByGlobalNorm: { max } },
};

/** @internal */
export const averages: Family<AverageSpec> = {
  name: 'average',
  kinds: {
    ema: { decay: number('[0, 1)', 0.999), warmup: boolean(false) },
    swa: { start: integer('[0, ∞)', 0), every: integer('[1, ∞)', 1) },
    lookahead: { steps: integer('[1, ∞)', 5), alpha: number('(0, 1]', 0.5) },
  },
};

/** @internal */
export const perturbations: Family<PerturbationSpec> = {
  name: 'perturbation',
  kinds: { sam: { rho: number('(0, ∞)', 0.05) } },
};

/**
 * Clips every element of the gradient: g ← min(max(g, −c), c). NaN stays.
 *
 * Elsewhere: PyTorch `clip_grad_value_`, Keras `clipvalue`, optax `clip` alike.
 * Use: single elements run away.
 * Not: where the direction of the gradient counts.
 * Source: Graves 2013.
 * @param options c > 0, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const weights = parameters({ w: [2] });
 * const optimizer = createOptimizer(weights, sgd(1), { clip: clipByValue(0.5) });
 * weights.gradients.w.set([3, -0.1]);
 * optimizer.step();
 * weights.values.w; // → [-0.5, 0.1]
 */
export function clipByValue(options: number | ClipOptions): ClipByValueSpec {
  return makeSpec(clips, 'clipByValue', options, 'max');
}

/**
 * Clips the gradient of each tensor by its own norm: g ← g·c/‖g‖ if ‖g‖ > c, else as it is, bit for bit. The norm is taken
 * in f64; one that is not finite is left to the policy for such gradients. Penalties are not clipped.
 *
 * Elsewhere: Keras `clipnorm` alike.
 * Use: one layer's gradient explodes and is not to shrink the others.
 * Not: where the direction over all parameters counts: `clipByGlobalNorm`.
 * Source: Pascanu, Mikolov & Bengio 2013, a tensor at a time.
 * @param options c > 0, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const weights = parameters({ a: [1], b: [1] });
 * const optimizer = createOptimizer(weights, sgd(1), { clip: clipByNorm(1) });
 * weights.gradients.a[0] = 3;
 * weights.gradients.b[0] = 0.4;
 * optimizer.step();
 * weights.values; // → { a: [-1], b: [-0.4] }
 */
export function clipByNorm(options: number | ClipOptions): ClipByNormSpec {
  return makeSpec(clips, 'clipByNorm', options, 'max');
}

/**
 * Clips the gradient of all parameters together by their norm: g ← g·c/‖g‖ if ‖g‖ > c, else as it is, bit for bit. The
 * norm is taken in f64; one that is not finite is left to the policy for such gradients. Penalties are not clipped.
 *
 * Elsewhere: PyTorch `clip_grad_norm_` multiplies by min(1, c/(‖g‖ + 10⁻⁶)), which differs in the 7th digit; Keras
 * `global_clipnorm`, optax `clip_by_global_norm` alike.
 * Use: steps that explode now and then, in recurrent and deep networks.
 * Not: as a cure for a rate that is too large.
 * Source: Pascanu, Mikolov & Bengio 2013.
 * @param options c > 0, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const weights = parameters({ a: [1], b: [1] });
 * const optimizer = createOptimizer(weights, sgd(1), { clip: clipByGlobalNorm(1) });
 * weights.gradients.a[0] = 3;
 * weights.gradients.b[0] = 0.4;
 * optimizer.step();
 * weights.values; // → { a: [-0.9912], b: [-0.1322] }
 */
export function clipByGlobalNorm(options: number | ClipOptions): ClipByGlobalNormSpec {
  return makeSpec(clips, 'clipByGlobalNorm', options, 'max');
}

/**
 * Exponential moving average of the parameters: e ← d·e + (1 − d)·θ after each update, e₀ = θ₀.
 *
 * Elsewhere: PyTorch `AveragedModel` with `get_ema_avg_fn` starts at the parameters after the first update; Keras
 * `use_ema` has momentum 0.99.
 * Use: smoother parameters to evaluate with, at the end of noisy training.
 * Not: under L1, where averages are not sparse.
 * Source: Polyak & Juditsky 1992; the warm-up as in TensorFlow's `ExponentialMovingAverage`.
 * @param options d, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const weights = parameters({ w: [2] });
 * const optimizer = createOptimizer(weights, sgd(1), { average: ema(0.5) });
 * for (let step = 0; step < 2; step++) {
 *   weights.gradients.w.set([1, -1]);
 *   optimizer.step();
 * }
 * optimizer.evaluated.w; // → [-1.25, 1.25]
 */
export function ema(options?: number | EmaOptions): EmaSpec {
  return makeSpec(averages, 'ema', options, 'decay');
}

/**
 * Stochastic weight averaging: the mean of the parameters after the updates t ≥ start for which t − start is a multiple
 * of `every`, t = 1 at the first. Until then it is the parameters themselves.
 *
 * Elsewhere: PyTorch `AveragedModel` averages when it is called.
 * Use: the second part of a training with a constant or cyclic rate.
 * Not: from the beginning, where parameters are far from good; under L1, where averages are not sparse.
 * Source: Izmailov et al. 2018.
 * @param options start, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const weights = parameters({ w: [2] });
 * const optimizer = createOptimizer(weights, sgd(1), { average: swa() });
 * for (let step = 0; step < 3; step++) {
 *   weights.gradients.w.set([1, -1]);
 *   optimizer.step();
 * }
 * optimizer.evaluated.w; // → [-2, 2]
 */
export function swa(options?: number | SwaOptions): SwaSpec {
  return makeSpec(averages, 'swa', options, 'start');
}

/**
 * Lookahead: after every k-th update the slow weights e, at first θ₀, go towards the parameters and these go back to them:
 * e ← e + α(θ − e), θ ← e. What the optimizer keeps stays.
 *
 * Elsewhere: `pytorch_optimizer` alike; optax `lookahead` has no defaults of its own; PyTorch and Keras have none.
 * Use: steadier steps of an optimizer that is fast but erratic.
 * Not: under L1, where averages are not sparse.
 * Source: Zhang et al. 2019.
 * @param options k, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const weights = parameters({ w: [2] });
 * const optimizer = createOptimizer(weights, sgd(1), { average: lookahead({ steps: 2 }) });
 * for (let step = 0; step < 2; step++) {
 *   weights.gradients.w.set([1, -1]);
 *   optimizer.step();
 * }
 * weights.values.w; // → [-1, 1]
 */
export function lookahead(options?: number | LookaheadOptions): LookaheadSpec {
  return makeSpec(averages, 'lookahead', options, 'steps');
}

/**
 * Sharpness-aware minimisation: the step is taken with the gradient at θ + ρ·g/(‖g‖ + 10⁻¹²), the norm over all
 * parameters; θ is restored to the bit before it. Both gradients are of the same rows; a step costs two evaluations.
 *
 * Elsewhere: optax `sam` has it in its contrib part; PyTorch and Keras have none.
 * Use: networks that generalise badly from sharp minima.
 * Not: convex problems, which have no sharp minima to avoid.
 * Source: Foret et al. 2021.
 * @param options ρ, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const objective = ([x], gradient) => {
 *   gradient[0] = 4 * x ** 3;
 *   return x ** 4;
 * };
 * minimize(objective, [1], { optimizer: gradientDescent(0.1), sam: sam(0.1), maxSteps: 1 }).parameters; // → [0.4676]
 */
export function sam(options?: number | SamOptions): SamSpec {
  return makeSpec(perturbations, 'sam', options, 'rho');
}
