/** Gradient descent, online gradient descent, SGD. */
import { type ConstraintSpec, constraints } from '../regularizers.ts';
import { type Rate, rate } from '../schedules.ts';
import { boolean, list, makeSpec, nullable, number, spec } from '../spec.ts';
import { optimizers } from './family.ts';

export interface GradientDescentOptions {
  /** η. Default 0.01. */
  readonly learningRate?: Rate;
}

export interface GradientDescentSpec extends Required<GradientDescentOptions> {
  readonly kind: 'gradientDescent';
}

export interface SgdOptions {
  /** η. Default 0.01. */
  readonly learningRate?: Rate;
  /** μ in [0, 1). Default 0. */
  readonly momentum?: number;
  /** d in [0, 1]. Default 0. */
  readonly dampening?: number;
  /** Whether to step along g + μb; needs momentum and no dampening. Default false. */
  readonly nesterov?: boolean;
  /** Coupled decay λ ≥ 0, as in PyTorch: adds λθ to the gradient. Default 0. */
  readonly weightDecay?: number;
  /** Whether to climb: uses −g. Default false. */
  readonly maximize?: boolean;
}

export interface SgdSpec extends Required<SgdOptions> {
  readonly kind: 'sgd';
}

export interface OnlineGradientDescentOptions {
  /** η. Default `inverseSqrtDecay({ initial: 0.1, decay: 1 })`, for which regret grows as √t. */
  readonly learningRate?: Rate;
  /** Π: constraints to project onto after the step, in order. Default null: none. */
  readonly projection?: ConstraintSpec | readonly ConstraintSpec[] | null;
}

export interface OnlineGradientDescentSpec {
  readonly kind: 'onlineGradientDescent';
  readonly learningRate: Rate;
  readonly projection: readonly ConstraintSpec[] | null;
}

/** @internal */
export const descentKinds = {
  gradientDescent: { learningRate: rate(0.01) },
  sgd: {
    learningRate: rate(0.01),
    momentum: number('[0, 1)', 0),
    dampening: number('[0, 1]', 0),
    nesterov: boolean(false),
    weightDecay: number('[0, ∞)', 0),
    maximize: boolean(false),
  },
  onlineGradientDescent: {
    learningRate: rate({ kind: 'inverseSqrtDecay', initial: 0.1, decay: 1 }),
    projection: nullable(list(spec(() => constraints))),
  },
};

/** @internal */
export const sgdRule = ({ nesterov, momentum, dampening }: Required<SgdOptions>): string | false =>
  nesterov &&
  (momentum === 0 || dampening > 0) &&
  `nesterov needs momentum > 0 and dampening 0, got ${momentum} and ${dampening}`;

/**
 * Gradient descent over all rows: θ ← θ − ηg.
 *
 * Elsewhere: PyTorch, Keras and optax have `SGD` without momentum, on whatever rows it is given.
 * Use: to see what a rate does; smooth problems of which η below 2/L is known, L the largest curvature.
 * Not: where a rate is not known: `gradientDescentLineSearch`, `barzilaiBorwein`; many rows: `sgd`.
 * Source: Cauchy 1847.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: gradientDescent(0.1), epochs: 50 });
 * model.predict([[5]]); // → [10.9998]
 */
export function gradientDescent(options?: Rate | GradientDescentOptions): GradientDescentSpec {
  return makeSpec(optimizers, 'gradientDescent', options, 'learningRate');
}

/**
 * Stochastic gradient descent with momentum, as PyTorch's `SGD`: b ← μb + (1 − d)g (b = g at the first step),
 * u = g + μb with `nesterov`, else b, θ ← θ − ηu. The rate stays outside the buffer. A proximal λ acts as λ(1 − μ).
 *
 * Elsewhere: PyTorch and optax alike. Keras has the rate inside the buffer, which differs when the rate changes.
 * Use: mini-batches, with momentum 0.9 and a falling rate; what all others are measured against.
 * Not: gradients of very different sizes: `adam`, or standardise.
 * Source: Robbins & Monro 1951; Polyak 1964 (momentum); Nesterov 1983; Sutskever et al. 2013.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options, values out of range, and `nesterov` without momentum or with dampening.
 * @example
 * const model = linearRegression();
 * const optimizer = sgd({ learningRate: 0.02, momentum: 0.9 });
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer, epochs: 200 });
 * model.predict([[5]]); // → [11.0001]
 */
export function sgd(options?: Rate | SgdOptions): SgdSpec {
  return makeSpec(optimizers, 'sgd', options, 'learningRate');
}

/**
 * Online gradient descent: θ ← Π(θ − ηg) for rows in the order they come, never reshuffled or
 * revisited, g taken at the current θ. Meant for `partialFit`. One pass in data order equals `sgd` without shuffling.
 *
 * Elsewhere: `SGD` a row at a time, with projection and rate by hand.
 * Use: rows that come one after the other and whose law may change.
 * Not: rows that are all there: several passes in random order, by `sgd`, come closer.
 * Source: Zinkevich 2003.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: onlineGradientDescent(0.05), epochs: 20 });
 * model.predict([[5]]); // → [10.9985]
 */
export function onlineGradientDescent(options?: Rate | OnlineGradientDescentOptions): OnlineGradientDescentSpec {
  return makeSpec(optimizers, 'onlineGradientDescent', options, 'learningRate');
}

/** Not a standard term; here it means online gradient descent, and returns its spec. See `onlineGradientDescent`. */
export const dynamicGradientDescent: typeof onlineGradientDescent = onlineGradientDescent;
