/** The line of AdaGrad: the gradient over the root of what its squares add up to; FTRL and Adafactor. */
import { type Rate, rate } from '../schedules.ts';
import { boolean, type Field, makeSpec, nullable, number, take } from '../spec.ts';
import { optimizers } from './family.ts';

export interface ScaledOptions {
  /** ε ≥ 0, beside the root. */
  readonly epsilon?: number;
  /** Coupled decay λ ≥ 0: adds λθ to the gradient. Default 0. */
  readonly weightDecay?: number;
  /** Whether to climb: uses −g. Default false. */
  readonly maximize?: boolean;
}

/** ε is 1e-10 by default. */
export interface AdagradOptions extends ScaledOptions {
  /** η. Default 0.01. */
  readonly learningRate?: Rate;
  /** k ≥ 0: the rate at step t is η/(1 + (t − 1)k). Default 0. */
  readonly learningRateDecay?: number;
  /** What G starts at, ≥ 0. Default 0. */
  readonly initialAccumulator?: number;
}

export interface AdagradSpec extends Required<AdagradOptions> {
  readonly kind: 'adagrad';
}

/** ε is 1e-6 by default, and inside both roots. */
export interface AdadeltaOptions extends ScaledOptions {
  /** η. Default 1. */
  readonly learningRate?: Rate;
  /** ρ in [0, 1]: how much of the old means stays. Default 0.9. */
  readonly rho?: number;
}

export interface AdadeltaSpec extends Required<AdadeltaOptions> {
  readonly kind: 'adadelta';
}

/** ε is 1e-8 by default. */
export interface RmspropOptions extends ScaledOptions {
  /** η. Default 0.01. */
  readonly learningRate?: Rate;
  /** α in [0, 1]: how much of the old means stays. Default 0.99. */
  readonly decay?: number;
  /** μ in [0, 1). Default 0. */
  readonly momentum?: number;
  /** Whether to divide by the deviation of g instead of the root of its mean square. Default false. */
  readonly centered?: boolean;
}

export interface RmspropSpec extends Required<RmspropOptions> {
  readonly kind: 'rmsprop';
}

export interface FtrlOptions {
  /** η > 0, the α of the paper. Default 0.01. */
  readonly learningRate?: Rate;
  /** β ≥ 0. Default 1. */
  readonly beta?: number;
  /** λ₁ ≥ 0, against the sum of gradients. Default 0. */
  readonly l1?: number;
  /** λ₂ ≥ 0, against the sum of gradients. Default 0. */
  readonly l2?: number;
  /** Power ≤ 0 of n: rates fall as n^power. Default −0.5. */
  readonly power?: number;
}

export interface FtrlSpec extends Required<FtrlOptions> {
  readonly kind: 'ftrl';
}

export interface AdafactorOptions {
  /** η: the most that ρ = min(η, 1/√t) can be. Default 0.01. */
  readonly learningRate?: Rate;
  /** Power ≤ 0: o = t^power is how much of g² enters the means. Default −0.8. */
  readonly beta2Decay?: number;
  /** [ε₁, ε₂]: the least √V, > 0 or null for the distance from 1 to the next number of the type; the least rms of θ, ≥ 0. Default [null, 1e-3]. */
  readonly epsilon?: readonly [number | null, number];
  /** d > 0: the rms of the step before the rate is at most d. Default 1. */
  readonly clipThreshold?: number;
  /** Decoupled decay λ ≥ 0: θ ← (1 − ηλ)θ before the step. Default 0. */
  readonly weightDecay?: number;
  /** Whether to climb: uses −g. Default false. */
  readonly maximize?: boolean;
}

export interface AdafactorSpec extends Required<AdafactorOptions> {
  readonly kind: 'adafactor';
}

export type AdagradLineSpec = AdagradSpec | AdadeltaSpec | RmspropSpec | FtrlSpec | AdafactorSpec;

const pair = <A, B>(first: Field<A>, second: Field<B>, fallback: readonly [A, B]): Field<readonly [A, B]> => ({
  fallback,
  expected: () => `a pair of ${first.expected()} and ${second.expected()}`,
  read: (value, at) =>
    Array.isArray(value) && value.length === 2
      ? Object.freeze([take(first, value[0], `${at}[0]`), take(second, value[1], `${at}[1]`)] as const)
      : undefined,
});

const atLeast0 = number('[0, ∞)', 0);
const no = boolean(false);
const share = (fallback: number): Field<number> => number('[0, 1]', fallback);
const scaled = (epsilon: number) => ({ epsilon: number('[0, ∞)', epsilon), weightDecay: atLeast0, maximize: no });

/** @internal */
export const adagradKinds = {
  adagrad: {
    learningRate: rate(0.01),
    learningRateDecay: atLeast0,
    initialAccumulator: atLeast0,
    ...scaled(1e-10),
  },
  adadelta: { learningRate: rate(1), rho: share(0.9), ...scaled(1e-6) },
  rmsprop: {
    learningRate: rate(0.01),
    decay: share(0.99),
    momentum: number('[0, 1)', 0),
    centered: no,
    ...scaled(1e-8),
  },
  ftrl: {
    learningRate: rate(0.01),
    beta: number('[0, ∞)', 1),
    l1: atLeast0,
    l2: atLeast0,
    power: number('(-∞, 0]', -0.5),
  },
  adafactor: {
    learningRate: rate(0.01),
    beta2Decay: number('(-∞, 0]', -0.8),
    epsilon: pair(nullable(number('(0, ∞)')), number('[0, ∞)'), [null, 1e-3]),
    clipThreshold: number('(0, ∞)', 1),
    weightDecay: atLeast0,
    maximize: no,
  },
};

/**
 * AdaGrad: G ← G + g², θ ← θ − η/(1 + (t − 1)k)·g/(√G + ε). Where g² is beyond the type (|g| from 1.8e19 in f32, 1.3e154 in
 * f64) G is infinite and the parameter stays where it is. Squares below its smallest number count as 0.
 *
 * Elsewhere: PyTorch `Adagrad` alike. Keras starts G at 0.1, ε 1e-7. optax has ε inside the root.
 * Use: sparse features: rare ones keep large steps.
 * Not: long runs on networks: steps only shrink.
 * Source: Duchi, Hazan & Singer 2011.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: adagrad(1), epochs: 50 });
 * model.predict([[5]]); // → [10.92]
 */
export function adagrad(options?: Rate | AdagradOptions): AdagradSpec {
  return makeSpec(optimizers, 'adagrad', options, 'learningRate');
}

/**
 * Adadelta: v ← ρv + (1 − ρ)g², d = √(u + ε)/√(v + ε)·g, u ← ρu + (1 − ρ)d², θ ← θ − ηd. Where g² is beyond the type
 * v is infinite and the parameter stays where it is.
 *
 * Elsewhere: PyTorch `Adadelta` alike. The paper has ρ = 0.95, Keras η = 0.001 and ρ = 0.95.
 * Use: without a rate to tune: η = 1 is right in most cases.
 * Not: in haste: the first steps are about √ε long.
 * Source: Zeiler 2012.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: adadelta({ epsilon: 0.001 }), epochs: 500 });
 * model.predict([[5]]); // → [11.0000]
 */
export function adadelta(options?: Rate | AdadeltaOptions): AdadeltaSpec {
  return makeSpec(optimizers, 'adadelta', options, 'learningRate');
}

/**
 * RMSprop: v ← αv + (1 − α)g², θ ← θ − η·g/(√w + ε), w = v. With `centered` a ← αa + (1 − α)g and w = max(v − a², 0), which
 * rounding would take below 0: at a constant gradient w goes to 0 and steps to ηg/ε. With momentum b ← μb + g/(√w + ε),
 * θ ← θ − ηb, and a proximal λ acts as λ(1 − μ), as with `sgd`. Where g² is beyond the type v is infinite and the parameter
 * stays, but for its momentum.
 *
 * Elsewhere: PyTorch `RMSprop` alike, but NaN where w rounds below 0. Keras has η 0.001, α 0.9, ε 1e-7 inside the root.
 * Use: mini-batches, recurrent networks.
 * Not: where early steps must be small: v starts at 0 and is not corrected, so the first step is η/√(1 − α) long.
 * Source: Tieleman & Hinton 2012; Graves 2013 (centered).
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: rmsprop(0.01), epochs: 1000 });
 * model.predict([[5]]); // → [11.0000]
 */
export function rmsprop(options?: Rate | RmspropOptions): RmspropSpec {
  return makeSpec(optimizers, 'rmsprop', options, 'learningRate');
}

/**
 * FTRL-proximal: n′ = n + g², σ = (n′^q − n^q)/η with q = −`power`, z ← z + g − σθ, n ← n′;
 * θ ← 0 where |z| ≤ λ₁, else −(z − λ₁·sign z)/((β + n^q)/η + λ₂). It has its own L1, so penalties with a proximal step are
 * refused. λ₁ and λ₂ weigh against the sum of all gradients: as penalties of the mean they fade as 1/t. Start at
 * θ = 0: the first update forgets most of another start. While η is 0, n and z take the gradient and θ stays. Where n is
 * beyond the type (|g| from 1.8e19 in f32, 1.3e154 in f64) it stays the largest number, so that θ moves by ηg/√n.
 *
 * Elsewhere: Keras `Ftrl` doubles λ₂, and starts n at 0.1 with β 0, η 0.001.
 * Use: linear models on sparse features, rows as they come, many zeros wanted.
 * Not: networks; starts that matter.
 * Source: McMahan et al. 2013.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: ftrl(1), epochs: 50 });
 * model.predict([[5]]); // → [10.89]
 */
export function ftrl(options?: Rate | FtrlOptions): FtrlSpec {
  return makeSpec(optimizers, 'ftrl', options, 'learningRate');
}

/**
 * Adafactor: o = t^`beta2Decay`, ρ = min(η, 1/√t), a = max(ε₂, rms θ)·ρ. A matrix keeps row means R and column means C of g²,
 * R ← (1 − o)R + o·(row means), C likewise, V = R·C/max(mean R, ε₁); anything else V ← (1 − o)V + o·g².
 * u = g/max(√V, ε₁), θ ← (1 − ηλ)θ − a·u/max(1, rms(u)/d). State is a number a row and a number a column. Of gradients
 * whose squares are beyond the type (|g| from 1.8e19 in f32, 1.3e154 in f64) R and C keep the largest number, and vectors stay.
 *
 * Elsewhere: PyTorch `Adafactor` alike. Keras and optax clip and scale in other orders.
 * Use: large matrices, little memory.
 * Not: small models: Adam costs little there.
 * Source: Shazeer & Stern 2018.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: adafactor(0.1), epochs: 200 });
 * model.predict([[5]]); // → [11.0000]
 */
export function adafactor(options?: Rate | AdafactorOptions): AdafactorSpec {
  return makeSpec(optimizers, 'adafactor', options, 'learningRate');
}
