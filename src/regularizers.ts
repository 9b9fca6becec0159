/**
 * Penalties, added to the mean loss, and constraints, projected onto after the step and after the proximal step. They act
 * on all coefficients, or on those of `features`; intercepts and biases are left out unless asked. A list is summed up.
 */
import { boolean, type Family, type Field, list, makeSpec, nullable, number, oneOf } from './spec.ts';

/** A feature by its index from 0, or by its name where the model has `featureNames`. */
export type Feature = number | string;

export interface SelectionOptions {
  /** Which features' coefficients it acts on; null for all, the default. */
  readonly features?: readonly Feature[] | null;
  /** Whether it acts on intercepts and biases as well. Default false. */
  readonly intercept?: boolean;
}

interface MethodOption {
  /**
   * How the kink at zero is minimised: by the proximal step in the metric of the optimizer's step, which makes exact
   * zeros, or by the sub-gradient that is 0 at 0. Default `'proximal'`.
   */
  readonly method?: 'proximal' | 'subgradient';
}

export interface L1Options extends MethodOption, SelectionOptions {
  /** Strength λ ≥ 0. */
  readonly lambda: number;
}

export interface L1Spec extends Required<L1Options> {
  readonly kind: 'l1';
}

export interface L2Options extends SelectionOptions {
  /** Strength λ ≥ 0. */
  readonly lambda: number;
}

export interface L2Spec extends Required<L2Options> {
  readonly kind: 'l2';
}

export interface ElasticNetOptions extends MethodOption, SelectionOptions {
  /** Strength ≥ 0 of Σ|θ|. */
  readonly l1: number;
  /** Strength ≥ 0 of Σθ². */
  readonly l2: number;
}

export interface ElasticNetSpec extends Required<ElasticNetOptions> {
  readonly kind: 'elasticNet';
}

export interface GroupLassoOptions extends MethodOption, SelectionOptions {
  /** Strength λ ≥ 0. */
  readonly lambda: number;
  /**
   * Lists of features, no feature in two of them; what is in none is not penalised. Default null: every feature is a
   * group, with its coefficients of all outputs.
   */
  readonly groups?: readonly (readonly Feature[])[] | null;
  /** Whether a group weighs √|g|, |g| its number of coefficients. Default true. */
  readonly scaleBySize?: boolean;
}

export interface GroupLassoSpec extends Required<GroupLassoOptions> {
  readonly kind: 'groupLasso';
}

export interface NonNegativeSpec extends Required<SelectionOptions> {
  readonly kind: 'nonNegative';
}

export interface BoxOptions extends SelectionOptions {
  /** Least value; null or −Infinity for none, the default. */
  readonly lower?: number | null;
  /** Greatest value, ≥ `lower`; null or Infinity for none, the default. */
  readonly upper?: number | null;
}

export interface BoxSpec extends Required<BoxOptions> {
  readonly kind: 'box';
}

export interface MaxNormOptions extends SelectionOptions {
  /** Greatest norm, > 0. */
  readonly max: number;
}

export interface MaxNormSpec extends Required<MaxNormOptions> {
  readonly kind: 'maxNorm';
}

export type PenaltySpec = L1Spec | L2Spec | ElasticNetSpec | GroupLassoSpec;
export type ConstraintSpec = NonNegativeSpec | BoxSpec | MaxNormSpec;
export type RegularizerSpec = PenaltySpec | ConstraintSpec;

const method = oneOf(['proximal', 'subgradient'], 'proximal');
const strength = number('[0, ∞)');

/** A list, nothing else, or null. */
const lists = <T>(of: Field<T>, expected: string): Field<readonly T[] | null> => ({
  fallback: null,
  expected: () => `a non-empty list of ${expected}, or null`,
  read: (value, at) => (value === null ? null : Array.isArray(value) ? list(of).read(value, at) : undefined),
});

const feature: Field<Feature> = {
  expected: () => 'the index or the name of a feature',
  read: (value) =>
    typeof value === 'string' || (Number.isSafeInteger(value) && (value as number) >= 0)
      ? (value as Feature)
      : undefined,
};

const features = lists(feature, 'indices or names of features');
/** As `features`, but not null. */
const group: Field<readonly Feature[]> = {
  expected: () => 'a non-empty list of indices or names of features',
  read: (value, at) => (value === null ? undefined : (features.read(value, at) ?? undefined)),
};
const selection = { features, intercept: boolean(false) };

/** @internal */
export const penalties: Family<PenaltySpec> = {
  name: 'penalty',
  kinds: {
    l1: { lambda: strength, method, ...selection },
    l2: { lambda: strength, ...selection },
    elasticNet: { l1: strength, l2: strength, method, ...selection },
    groupLasso: {
      lambda: strength,
      groups: lists(group, 'lists of features'),
      scaleBySize: boolean(true),
      method,
      ...selection,
    },
  },
  rules: {
    groupLasso: ({ groups, features }) => {
      if (groups && features) return 'give groups or features, not both';
      const all = groups?.flat() ?? [];
      const twice = all.find((one, i) => all.indexOf(one) < i);
      return twice !== undefined && `groups overlap: feature ${twice} is there twice`;
    },
  },
};

/** @internal */
export const constraints: Family<ConstraintSpec> = {
  name: 'constraint',
  kinds: {
    nonNegative: selection,
    box: { lower: nullable(number('[-∞, ∞)')), upper: nullable(number('(-∞, ∞]')), ...selection },
    maxNorm: { max: number('(0, ∞)'), ...selection },
  },
  rules: {
    box: ({ lower, upper }) =>
      lower !== null && upper !== null && lower > upper && `lower ${lower} is above upper ${upper}`,
  },
};

/** @internal */
export const regularizers: Family<RegularizerSpec> = {
  name: 'regularizer',
  kinds: { ...penalties.kinds, ...constraints.kinds },
  rules: { ...penalties.rules, ...constraints.rules },
};

/**
 * λ·Σ|θ|: the lasso. Its proximal step is soft(v, ηλ) = sign(v)·max(|v| − ηλ, 0).
 *
 * Elsewhere: Keras `L1(λ)`; scikit-learn `Lasso(alpha)`: λ = 2·alpha, `LogisticRegression(C, l1_ratio=1)`: λ = 1/(nC);
 * glmnet `alpha = 1`: gaussian λ = 2·lambda, others λ = lambda. Keras takes the sub-gradient, which makes no zeros.
 * Use: to select features: few coefficients differ from zero, and the others are zero exactly.
 * Not: where features are strongly correlated, of which it keeps an arbitrary one: `elasticNet`. Where zeros are not
 * wanted: `l2`.
 * Source: Tibshirani 1996; the proximal step in the metric of adaptive methods: Yun, Lozano & Yang 2021.
 * @param options λ ≥ 0, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * penaltyValue(l1(0.5), [1, -0.2]); // → 0.6
 * proximal(l1(0.5), [1, -0.2], 1); // → [0.5, 0]
 */
export function l1(options: number | L1Options): L1Spec {
  return makeSpec(penalties, 'l1', options, 'lambda');
}

/**
 * λ·Σθ², without ½: ridge, or coupled weight decay. Its gradient 2λθ is added to that of the loss.
 *
 * Elsewhere: PyTorch `weight_decay` = 2λ; Keras `L2(λ)`; scikit-learn `Ridge(alpha)`: λ = alpha/n,
 * `LogisticRegression(C)`: λ = 1/(2nC); glmnet `alpha = 0`: gaussian λ = lambda/sd(y), others λ = lambda/2.
 * Use: by default: it keeps coefficients small and the optimum unique.
 * Not: to select features, because it makes no zeros: `l1`. With Adam and its kin, where a gradient is rescaled: a
 * decoupled weight decay.
 * Source: Tikhonov 1963; Hoerl & Kennard 1970.
 * @param options λ ≥ 0, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * penaltyValue(l2(0.1), [1, -2]); // → 0.5
 * penaltyGradient(l2(0.1), [1, -2]); // → [0.2, -0.4]
 */
export function l2(options: number | L2Options): L2Spec {
  return makeSpec(penalties, 'l2', options, 'lambda');
}

/**
 * l1·Σ|θ| + l2·Σθ². Its proximal step is soft(v, η·l1)/(1 + 2η·l2).
 *
 * Elsewhere: Keras `L1L2(l1, l2)`; scikit-learn `ElasticNet(alpha, l1_ratio)`: l1 = 2·alpha·l1_ratio,
 * l2 = alpha·(1 − l1_ratio); `LogisticRegression(C, l1_ratio)`: l1 = l1_ratio/(nC), l2 = (1 − l1_ratio)/(2nC); glmnet
 * (lambda, alpha): gaussian l1 = 2·lambda·alpha, l2 = lambda·(1 − alpha)/sd(y), others l1 = lambda·alpha,
 * l2 = lambda·(1 − alpha)/2.
 * Use: to select features that come in correlated groups, of which `l1` alone keeps one.
 * Not: where one of the two will do: it has two strengths to choose.
 * Source: Zou & Hastie 2005.
 * @param options both strengths ≥ 0, and more.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const net = elasticNet({ l1: 0.5, l2: 0.1 });
 * penaltyValue(net, [1, -2]); // → 2
 * proximal(net, [1, -0.2], 1); // → [0.41667, 0]
 */
export function elasticNet(options: ElasticNetOptions): ElasticNetSpec {
  return makeSpec(penalties, 'elasticNet', options);
}

/**
 * λ·Σ_g √|g|·‖θ_g‖₂ over groups of coefficients: a group is zero as a whole, or not at all. Its proximal step is
 * v_g·max(0, 1 − ηλ√|g|/‖v_g‖).
 *
 * Elsewhere: scikit-learn `MultiTaskLasso(alpha)`, with as many outputs K, one group a feature and no √|g|:
 * λ = 2·alpha/K; R grpreg and gglasso: √|g| as here. PyTorch, Keras: none.
 * Use: to select features for all outputs at once, or all columns of a categorical feature at once.
 * Not: where every coefficient may be zero by itself: `l1`. A group of one is the same as `l1`.
 * Source: Yuan & Lin 2006.
 * @param options λ ≥ 0, or all options.
 * @throws {ArgumentError} on unknown options, values out of range and groups that overlap.
 * @example
 * const groups = groupLasso({ lambda: 1, groups: [[0, 1], [2]] });
 * penaltyValue(groups, [3, 4, 0.5]); // → 7.57107
 * proximal(groups, [3, 4, 0.5], 1); // → [2.15147, 2.86863, 0]
 */
export function groupLasso(options: number | GroupLassoOptions): GroupLassoSpec {
  return makeSpec(penalties, 'groupLasso', options, 'lambda');
}

/**
 * Keeps parameters ≥ 0: max(θ, 0) after every step.
 *
 * Elsewhere: Keras `NonNeg()`; scikit-learn `positive=True`; glmnet `lower.limits = 0`. PyTorch: none.
 * Use: where a negative coefficient has no meaning: amounts, mixtures, prices.
 * Not: to make a coefficient small: it is either free or zero.
 * Source: projected gradient, Goldstein 1964; Lawson & Hanson 1974 for least squares.
 * @param options what it acts on.
 * @throws {ArgumentError} on unknown options.
 * @example
 * proximal(nonNegative(), [1, -2], 1); // → [1, 0]
 */
export function nonNegative(options?: SelectionOptions): NonNegativeSpec {
  return makeSpec(constraints, 'nonNegative', options);
}

/**
 * Keeps parameters between two bounds: min(max(θ, lower), upper) after every step.
 *
 * Elsewhere: glmnet `lower.limits`, `upper.limits`. scikit-learn, PyTorch, Keras: none.
 * Use: where the range of a coefficient is known.
 * Not: as a penalty: what reaches a bound stays there.
 * Source: projected gradient, Goldstein 1964; Levitin & Polyak 1966.
 * @param options bounds, and what it acts on.
 * @throws {ArgumentError} on unknown options, and if `lower` is above `upper`.
 * @example
 * proximal(box({ lower: -1, upper: 1 }), [0.5, -3], 1); // → [0.5, -1]
 */
export function box(options: BoxOptions): BoxSpec {
  return makeSpec(constraints, 'box', options);
}

/**
 * Keeps ‖w‖₂ ≤ max for the weights w into each output: w·min(1, max/‖w‖) after every step.
 *
 * Elsewhere: Keras `MaxNorm(max_value, axis=0)`, which divides by ‖w‖ + 1e-7; PyTorch `renorm`, which does so, too.
 * Use: with large rates and dropout, where weights may grow for a while; where classes separate, to keep logits finite.
 * Not: to make weights small on average: it does nothing until the norm is reached.
 * Source: Srebro, Rennie & Jaakkola 2005; Srivastava et al. 2014.
 * @param options the greatest norm > 0, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * proximal(maxNorm(1), [3, 4], 1); // → [0.6, 0.8]
 */
export function maxNorm(options: number | MaxNormOptions): MaxNormSpec {
  return makeSpec(constraints, 'maxNorm', options, 'max');
}
