/** Activations: layers of their own, and options of layers that apply one to what they put out. */
import { type Family, type Field, type Fields, isPlain, number, oneOf, validateSpec } from '../spec.ts';
import { type NamedOptions, nameField } from './name.ts';
import { type Layer, makeLayer, specOf } from './node.ts';

type Plain<K extends string> = { readonly kind: K } & Required<NamedOptions>;

export type ReluSpec = Plain<'relu'>;
export type SeluSpec = Plain<'selu'>;
export type SiluSpec = Plain<'silu'>;
export type MishSpec = Plain<'mish'>;
export type TanhSpec = Plain<'tanh'>;
export type SigmoidSpec = Plain<'sigmoid'>;
export type HardSigmoidSpec = Plain<'hardSigmoid'>;
export type HardSwishSpec = Plain<'hardSwish'>;
export type SoftmaxSpec = Plain<'softmax'>;

export interface LeakyReluOptions extends NamedOptions {
  /** Slope below 0, in [0, ∞). Default 0.01. */
  readonly slope?: number;
}

export interface LeakyReluSpec extends Required<LeakyReluOptions> {
  readonly kind: 'leakyRelu';
}

export interface EluOptions extends NamedOptions {
  /** −α is the limit at −∞, α > 0. Default 1. */
  readonly alpha?: number;
}

export interface EluSpec extends Required<EluOptions> {
  readonly kind: 'elu';
}

export interface GeluOptions extends NamedOptions {
  /** `'none'`: with Φ exactly; `'tanh'`: the approximation by tanh. Default `'none'`. */
  readonly approximate?: 'none' | 'tanh';
}

export interface GeluSpec extends Required<GeluOptions> {
  readonly kind: 'gelu';
}

export interface SoftplusOptions extends NamedOptions {
  /** β > 0: how sharp the bend at 0 is. Default 1. */
  readonly beta?: number;
}

export interface SoftplusSpec extends Required<SoftplusOptions> {
  readonly kind: 'softplus';
}

export interface HardTanhOptions extends NamedOptions {
  /** Least value. Default −1. */
  readonly min?: number;
  /** Largest value, above `min`. Default 1. */
  readonly max?: number;
}

export interface HardTanhSpec extends Required<HardTanhOptions> {
  readonly kind: 'hardTanh';
}

export type ActivationSpec =
  | ReluSpec
  | LeakyReluSpec
  | EluSpec
  | SeluSpec
  | GeluSpec
  | SiluSpec
  | MishSpec
  | SoftplusSpec
  | TanhSpec
  | SigmoidSpec
  | HardSigmoidSpec
  | HardTanhSpec
  | HardSwishSpec
  | SoftmaxSpec;

/** Activations by name, as options of dense and convolutional layers have them; `swish` is silu. */
export type ActivationName = ActivationSpec['kind'] | 'swish';

const positive = number('(0, ∞)', 1);
const named = { name: nameField };

export const activationKinds: { readonly [S in ActivationSpec as S['kind']]: Fields<Omit<S, 'kind'>> } = {
  relu: named,
  leakyRelu: { slope: number('[0, ∞)', 0.01), ...named },
  elu: { alpha: positive, ...named },
  selu: named,
  gelu: { approximate: oneOf(['none', 'tanh'], 'none'), ...named },
  silu: named,
  mish: named,
  softplus: { beta: positive, ...named },
  tanh: named,
  sigmoid: named,
  hardSigmoid: named,
  hardTanh: { min: number('(-∞, ∞)', -1), max: number('(-∞, ∞)', 1), ...named },
  hardSwish: named,
  softmax: named,
};

export const activationRules: NonNullable<Family<ActivationSpec>['rules']> = {
  hardTanh: ({ min, max }) => !(min < max) && `min must be below max, got ${min} and ${max}`,
};

/** @internal */
export const activations: Family<ActivationSpec> = {
  name: 'activation',
  kinds: activationKinds,
  rules: activationRules,
};

const names: readonly ActivationName[] = [...(Object.keys(activationKinds) as ActivationSpec['kind'][]), 'swish'];

/** An activation by name or by spec. */
export const activationOption: Field<ActivationName | ActivationSpec> = {
  expected: () => `${oneOf(names).expected()}, or a spec of them`,
  read: (value, at) =>
    typeof value === 'string'
      ? oneOf(names).read(value, at)
      : isPlain(specOf(value))
        ? validateSpec(activations, specOf(value), at)
        : undefined,
};

/** The spec of an activation that may be a name. */
export function activationSpec(given: ActivationName | ActivationSpec): ActivationSpec {
  if (typeof given !== 'string') return given;
  return validateSpec(activations, { kind: given === 'swish' ? 'silu' : given });
}

const make = <K extends ActivationSpec['kind']>(
  kind: K,
  options?: unknown,
  main?: string,
): Layer<Extract<ActivationSpec, { readonly kind: K }>> => makeLayer(activations, kind, options, main);

/**
 * max(z, 0); slope 0 at 0. PyTorch `ReLU`, Keras `relu`.
 * @throws {ArgumentError} on unknown options.
 */
export const relu = (options?: NamedOptions): Layer<ReluSpec> => make('relu', options);

/**
 * z, below 0 `slope`·z. PyTorch `LeakyReLU` alike; Keras `leaky_relu` has a slope of 0.2 (Maas et al. 2013).
 * @param options The slope ≥ 0, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const leakyRelu = (options?: number | LeakyReluOptions): Layer<LeakyReluSpec> =>
  make('leakyRelu', options, 'slope');

/**
 * z, below 0 α(e^z − 1). PyTorch `ELU`, Keras `elu` alike (Clevert et al. 2016).
 * @param options α > 0, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const elu = (options?: number | EluOptions): Layer<EluSpec> => make('elu', options, 'alpha');

/**
 * λz, below 0 λα(e^z − 1), λ = 1.0507…, α = 1.6733…: keeps mean 0 and variance 1 behind weights from `lecunNormal`. PyTorch
 * `SELU`, Keras `selu` alike (Klambauer et al. 2017).
 * @throws {ArgumentError} on unknown options.
 */
export const selu = (options?: NamedOptions): Layer<SeluSpec> => make('selu', options);

/**
 * zΦ(z), Φ the distribution function of the normal distribution; with `approximate: 'tanh'`
 * z/2·(1 + tanh(√(2/π)(z + 0.044715z³))). PyTorch `GELU`, Keras `gelu` alike (Hendrycks and Gimpel 2016).
 * @param options `approximate`, or all options.
 * @throws {ArgumentError} on unknown options and values.
 */
export const gelu = (options?: 'none' | 'tanh' | GeluOptions): Layer<GeluSpec> => make('gelu', options, 'approximate');

/**
 * z/(1 + e^−z), also called swish. PyTorch `SiLU`, Keras `silu` alike (Elfwing et al. 2018).
 * @throws {ArgumentError} on unknown options.
 */
export const silu = (options?: NamedOptions): Layer<SiluSpec> => make('silu', options);

/** `silu` by its other name. */
export const swish: typeof silu = silu;

/**
 * z·tanh(ln(1 + e^z)). PyTorch `Mish`, Keras `mish` alike (Misra 2019).
 * @throws {ArgumentError} on unknown options.
 */
export const mish = (options?: NamedOptions): Layer<MishSpec> => make('mish', options);

/**
 * ln(1 + e^(βz))/β. PyTorch `Softplus` is z from βz = 20 on, this never; Keras `softplus` has no β.
 * @param options β > 0, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const softplus = (options?: number | SoftplusOptions): Layer<SoftplusSpec> => make('softplus', options, 'beta');

/**
 * (e^z − e^−z)/(e^z + e^−z). PyTorch `Tanh`, Keras `tanh`.
 * @throws {ArgumentError} on unknown options.
 */
export const tanh = (options?: NamedOptions): Layer<TanhSpec> => make('tanh', options);

/**
 * 1/(1 + e^−z). PyTorch `Sigmoid`, Keras `sigmoid`.
 * @throws {ArgumentError} on unknown options.
 */
export const sigmoid = (options?: NamedOptions): Layer<SigmoidSpec> => make('sigmoid', options);

/**
 * z/6 + ½ within [0, 1]. PyTorch `Hardsigmoid`, Keras 3 `hard_sigmoid` alike; Keras 2 had z/5 + ½.
 * @throws {ArgumentError} on unknown options.
 */
export const hardSigmoid = (options?: NamedOptions): Layer<HardSigmoidSpec> => make('hardSigmoid', options);

/**
 * z within [`min`, `max`]. PyTorch `Hardtanh` alike; Keras `hard_tanh` is always within [−1, 1].
 * @throws {ArgumentError} on unknown options, and unless `min` < `max`.
 */
export const hardTanh = (options?: HardTanhOptions): Layer<HardTanhSpec> => make('hardTanh', options);

/**
 * z·hardSigmoid(z). PyTorch `Hardswish`, Keras `hard_silu` alike (Howard et al. 2019).
 * @throws {ArgumentError} on unknown options.
 */
export const hardSwish = (options?: NamedOptions): Layer<HardSwishSpec> => make('hardSwish', options);

/**
 * e^zₖ/Σⱼ e^zⱼ over the last axis. PyTorch `Softmax(dim=-1)`, Keras `softmax` alike. Not before `softmaxCrossEntropy`, which
 * takes what comes before it.
 * @throws {ArgumentError} on unknown options.
 */
export const softmax = (options?: NamedOptions): Layer<SoftmaxSpec> => make('softmax', options);
