/** Losses of numbers: amounts, counts, quantiles. */
import { makeSpec } from '../spec.ts';
import { losses } from './family.ts';
import type {
  EpsilonInsensitiveOptions,
  EpsilonInsensitiveSpec,
  GammaDevianceSpec,
  GaussianNllOptions,
  GaussianNllSpec,
  HuberOptions,
  HuberSpec,
  LogCoshSpec,
  MeanAbsoluteErrorSpec,
  MeanSquaredErrorSpec,
  PoissonOptions,
  PoissonSpec,
  QuantileOptions,
  QuantileSpec,
  TweedieDevianceOptions,
  TweedieDevianceSpec,
} from './options.ts';

/** Options of what takes none. */
export type NoOptions = Readonly<Record<string, never>>;

/**
 * Squared error (ŷ − y)², slope 2(ŷ − y), without ½. Estimates the mean.
 *
 * Elsewhere: PyTorch `mse_loss`, Keras `MeanSquaredError` alike; optax `l2_loss` has ½.
 * Source: Legendre 1805; Gauss 1809.
 * Use: noise of one width, without outliers.
 * Not: with outliers, which count by their square; counts and amounts over several magnitudes.
 * @throws {ArgumentError} on options: it takes none.
 * @example
 * lossAndGradient(meanSquaredError(), [3, 1], [1, 1]); // → { value: 2, gradient: [2, 0] }
 */
export function meanSquaredError(options?: NoOptions): MeanSquaredErrorSpec {
  return makeSpec(losses, 'meanSquaredError', options);
}

/**
 * Absolute error |ŷ − y|, slope the sign of ŷ − y, 0 at 0. Estimates the median.
 *
 * Elsewhere: PyTorch `l1_loss`, Keras `MeanAbsoluteError` alike.
 * Source: Boscovich 1757; Koenker & Bassett 1978.
 * Use: outliers in the targets; where the typical error counts.
 * Not: with plain gradient descent at a fixed rate: the slope does not shrink near the solution.
 * @throws {ArgumentError} on options: it takes none.
 * @example
 * lossAndGradient(meanAbsoluteError(), [3, 1], [1, 1]); // → { value: 1, gradient: [0.5, 0] }
 */
export function meanAbsoluteError(options?: NoOptions): MeanAbsoluteErrorSpec {
  return makeSpec(losses, 'meanAbsoluteError', options);
}

/**
 * Huber's loss of r = ŷ − y: r²/2 up to |r| = δ, then δ(|r| − δ/2); slope r, cut to ±δ.
 *
 * @param options `delta` > 0, in units of the targets, default 1.
 *
 * Elsewhere: PyTorch `huber_loss` and Keras `Huber`, δ = 1, alike; PyTorch `smooth_l1_loss` with β is this divided by β;
 * scikit-learn's `HuberRegressor` estimates a scale as well.
 * Source: Huber 1964.
 * Use: mostly even noise with some outliers.
 * Not: without a notion of how large an ordinary residual is.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * lossAndGradient(huber(), [1.5, 4], [1, 1]); // → { value: 1.3125, gradient: [0.25, 0.5] }
 * lossAndGradient(huber(2), [1.5, 4], [1, 1]).gradient; // → [0.25, 1]
 */
export function huber(options?: number | HuberOptions): HuberSpec {
  return makeSpec(losses, 'huber', options, 'delta');
}

/**
 * ln cosh r of r = ŷ − y, slope tanh r: r²/2 near 0, |r| − ln 2 far away. Finite at every r.
 *
 * Elsewhere: Keras `LogCosh` alike; PyTorch has none.
 * Source: Green 1990, for image reconstruction; the formula |r| + softplus(−2|r|) − ln 2.
 * Use: as Huber's loss with δ = 1, with all derivatives.
 * Not: where the point of change must be set: scale the targets, or take `huber`.
 * @throws {ArgumentError} on options: it takes none.
 * @example
 * lossAndGradient(logCosh(), [1, 1000], [0, 0], { reduction: 'none' }).value; // → [0.43378, 999.30685]
 */
export function logCosh(options?: NoOptions): LogCoshSpec {
  return makeSpec(losses, 'logCosh', options);
}

/**
 * Pinball loss max(q·u, (q − 1)·u) of u = y − ŷ; slope −q below the target, 1 − q above it, 0 at it. Estimates the
 * q-quantile.
 *
 * @param options `quantile` q in (0, 1), default 0.5.
 *
 * Elsewhere: scikit-learn `QuantileRegressor`, `mean_pinball_loss` alike; neither PyTorch nor Keras has it.
 * Source: Koenker & Bassett 1978.
 * Use: bounds of predictions, medians, costs that differ above and below.
 * Not: quantiles that few rows lie beyond.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * lossAndGradient(quantile(0.9), [1, 3], [2, 2]); // → { value: 0.5, gradient: [-0.45, 0.05] }
 */
export function quantile(options?: number | QuantileOptions): QuantileSpec {
  return makeSpec(losses, 'quantile', options, 'quantile');
}

/**
 * max(0, |ŷ − y| − ε), or its square; slope the sign of ŷ − y outside ε, 0 inside.
 *
 * @param options `epsilon` ≥ 0 in units of the targets, default 0.1; `squared`, default false.
 *
 * Elsewhere: scikit-learn `LinearSVR` (ε = 0), `SGDRegressor` (ε = 0.1) alike; neither PyTorch nor Keras has it.
 * Source: Vapnik 1995.
 * Use: support-vector regression: errors below a tolerance do not matter.
 * Not: where all errors matter.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const loss = epsilonInsensitive({ epsilon: 0.5 });
 * lossAndGradient(loss, [1.25, 3], [1, 1]); // → { value: 0.75, gradient: [0, 0.5] }
 */
export function epsilonInsensitive(options?: EpsilonInsensitiveOptions): EpsilonInsensitiveSpec {
  return makeSpec(losses, 'epsilonInsensitive', options);
}

/**
 * Negative log-likelihood of counts, e^z − y·z of z = ln μ, slope e^z − y; with `logInput: false` μ − y·ln(μ + 1e-8).
 * Targets are ≥ 0.
 *
 * @param options `logInput`, default true; `full` adds Stirling's y ln y − y + ½ ln 2πy where y > 1, default false.
 *
 * Elsewhere: PyTorch `poisson_nll_loss` alike; Keras `Poisson` takes means; scikit-learn's `PoissonRegressor` minimises
 * half the deviance, which has the same slopes.
 * Source: Nelder & Wedderburn 1972.
 * Use: counts, rates.
 * Not: counts that vary more than their mean.
 * @throws {ArgumentError} on unknown options and values of the wrong type.
 * @example
 * lossAndGradient(poisson(), [0, 1], [1, 2]); // → { value: 0.85914, gradient: [0, 0.35914] }
 */
export function poisson(options?: PoissonOptions): PoissonSpec {
  return makeSpec(losses, 'poisson', options);
}

/**
 * Deviance of the gamma distribution, 2(z − ln y − 1 + y·e^−z) of z = ln μ, slope 2(1 − y·e^−z). Targets are > 0.
 *
 * Elsewhere: scikit-learn's `GammaRegressor` minimises half of it; neither PyTorch nor Keras has it.
 * Source: McCullagh & Nelder 1989.
 * Use: amounts > 0 whose spread grows with their size.
 * Not: amounts that can be 0: `tweedieDeviance`.
 * @throws {ArgumentError} on options: it takes none.
 * @example
 * lossAndGradient(gammaDeviance(), [0, 0], [1, 2]); // → { value: 0.30685, gradient: [0, -1] }
 */
export function gammaDeviance(options?: NoOptions): GammaDevianceSpec {
  return makeSpec(losses, 'gammaDeviance', options);
}

/**
 * Tweedie deviance, 2(y^(2−p)/((1−p)(2−p)) − y·e^((1−p)z)/(1−p) + e^((2−p)z)/(2−p)) of z = ln μ, slope
 * 2(e^((2−p)z) − y·e^((1−p)z)). Targets are ≥ 0. p = 1 and 2 are the deviances of Poisson and gamma.
 *
 * @param options `power` p in [1, 2], default 1.5.
 *
 * Elsewhere: scikit-learn's `TweedieRegressor` minimises half of it, default p = 0; neither PyTorch nor Keras has it.
 * Source: Jørgensen 1987.
 * Use: amounts, many exactly 0: claims, rain.
 * Not: p = 0, which is `meanSquaredError` of the mean itself.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * lossAndGradient(tweedieDeviance(1.5), [0, 0], [0, 1]); // → { value: 2, gradient: [1, 0] }
 */
export function tweedieDeviance(options?: number | TweedieDevianceOptions): TweedieDevianceSpec {
  return makeSpec(losses, 'tweedieDeviance', options, 'power');
}

/**
 * Negative log-likelihood of a normal distribution with its own variance, ½(ln v + (μ − y)²/v), v at least 1e-6. A row
 * of predictions is μ and v, or μ and ln v. A variance below 1e-6 has the slope of 1e-6.
 *
 * @param options `input`: `'variance'` or `'logVariance'`, default `'variance'`; `full` adds ½ ln 2π, default false.
 *
 * Elsewhere: PyTorch `gaussian_nll_loss` alike, with mean and variance apart; Keras has none.
 * Source: Nix & Weigend 1994.
 * Use: noise that differs from row to row.
 * Not: targets on a scale far from 1, where mean and variance need steps of different sizes: scale them first.
 * @throws {ArgumentError} on unknown options and values of the wrong type.
 * @example
 * lossAndGradient(gaussianNll(), [[1, 4]], [3]); // → { value: 1.19315, gradient: [-0.5, 0] }
 */
export function gaussianNll(options?: GaussianNllOptions): GaussianNllSpec {
  return makeSpec(losses, 'gaussianNll', options);
}
