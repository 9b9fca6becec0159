/**
 * Penalties, added to the mean loss, and constraints, projected onto after the step and after the proximal step.
 * Intercepts and biases are left out unless asked. A list composes in order.
 */
import { boolean, type Family, makeSpec, nullable, number, oneOf } from './spec.ts';

interface InterceptOption {
  /** Whether it acts on intercepts and biases as well. Default false. */
  readonly intercept?: boolean;
}

interface MethodOption {
  /**
   * How |θ| is minimised: by the proximal step in the metric of the optimizer's step, which makes exact zeros, or by the
   * sub-gradient λ·sign θ (0 at 0). Default `'proximal'`.
   */
  readonly method?: 'proximal' | 'subgradient';
}

export interface L1Options extends MethodOption, InterceptOption {
  /** Strength λ ≥ 0. */
  readonly lambda: number;
}

export interface L1Spec extends Required<L1Options> {
  readonly kind: 'l1';
}

export interface L2Options extends InterceptOption {
  /** Strength λ ≥ 0. */
  readonly lambda: number;
}

export interface L2Spec extends Required<L2Options> {
  readonly kind: 'l2';
}

export interface ElasticNetOptions extends MethodOption, InterceptOption {
  /** Strength ≥ 0 of Σ|θ|. */
  readonly l1: number;
  /** Strength ≥ 0 of Σθ². */
  readonly l2: number;
}

export interface ElasticNetSpec extends Required<ElasticNetOptions> {
  readonly kind: 'elasticNet';
}

export interface NonNegativeSpec extends Required<InterceptOption> {
  readonly kind: 'nonNegative';
}

export interface BoxOptions extends InterceptOption {
  /** Least value; null or −Infinity for none, the default. */
  readonly lower?: number | null;
  /** Greatest value, ≥ `lower`; null or Infinity for none, the default. */
  readonly upper?: number | null;
}

export interface BoxSpec extends Required<BoxOptions> {
  readonly kind: 'box';
}

export type PenaltySpec = L1Spec | L2Spec | ElasticNetSpec;
export type ConstraintSpec = NonNegativeSpec | BoxSpec;
export type RegularizerSpec = PenaltySpec | ConstraintSpec;

const intercept = boolean(false);
const method = oneOf(['proximal', 'subgradient'], 'proximal');
const strength = number('[0, ∞)');

/** @internal */
export const penalties: Family<PenaltySpec> = {
  name: 'penalty',
  kinds: {
    l1: { lambda: strength, method, intercept },
    l2: { lambda: strength, intercept },
    elasticNet: { l1: strength, l2: strength, method, intercept },
  },
};

/** @internal */
export const constraints: Family<ConstraintSpec> = {
  name: 'constraint',
  kinds: {
    nonNegative: { intercept },
    box: { lower: nullable(number('[-∞, ∞)')), upper: nullable(number('(-∞, ∞]')), intercept },
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
 * λ·Σ|θ|.
 * @param options λ, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export function l1(options: number | L1Options): L1Spec {
  return makeSpec(penalties, 'l1', options, 'lambda');
}

/**
 * λ·Σθ², without ½: twice λ is PyTorch's coupled `weight_decay`; Keras' `L2(λ)` is the same.
 * @param options λ, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export function l2(options: number | L2Options): L2Spec {
  return makeSpec(penalties, 'l2', options, 'lambda');
}

/**
 * l1·Σ|θ| + l2·Σθ².
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export function elasticNet(options: ElasticNetOptions): ElasticNetSpec {
  return makeSpec(penalties, 'elasticNet', options);
}

/**
 * Keeps parameters ≥ 0: max(θ, 0).
 * @throws {ArgumentError} on unknown options.
 */
export function nonNegative(options?: InterceptOption): NonNegativeSpec {
  return makeSpec(constraints, 'nonNegative', options);
}

/**
 * Keeps parameters between two bounds.
 * @throws {ArgumentError} on unknown options, and if `lower` is above `upper`.
 */
export function box(options: BoxOptions): BoxSpec {
  return makeSpec(constraints, 'box', options);
}
