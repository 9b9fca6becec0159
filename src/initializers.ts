/**
 * How weights and biases of layers begin. In formulas `in` is the number of values that a unit adds up, `out` the number of
 * units that a value goes into: of a weight of shape [units, channels, …taps] channels·taps and units·taps, as PyTorch counts
 * (with groups, channels of one group).
 */
import {
  type Initializer,
  type InitializerName,
  type InitializerSpec,
  initializerFamily,
} from './program/initialize.ts';
import { makeSpec } from './spec.ts';

export type { Initializer, InitializerName, InitializerSpec };

type Of<K extends InitializerSpec['kind']> = Extract<InitializerSpec, { readonly kind: K }>;
type Options<K extends InitializerSpec['kind']> = Partial<Omit<Of<K>, 'kind'>>;

const make = <K extends InitializerSpec['kind']>(kind: K, options?: unknown, main?: string): Of<K> =>
  makeSpec(initializerFamily, kind, options, main) as Of<K>;

/** All 0. */
export const zeros = (): Of<'zeros'> => make('zeros');

/** All 1. */
export const ones = (): Of<'ones'> => make('ones');

/** All `value`. */
export const constant = (options: number | Omit<Of<'constant'>, 'kind'>): Of<'constant'> =>
  make('constant', options, 'value');

/** U(−a, a), `bound` a > 0. Default 0.05. Keras `RandomUniform`, PyTorch `uniform_`. */
export const uniform = (options?: number | Options<'uniform'>): Of<'uniform'> => make('uniform', options, 'bound');

/** N(0, σ²), `deviation` σ > 0. Default 0.05. Keras `RandomNormal`, PyTorch `normal_`. */
export const normal = (options?: number | Options<'normal'>): Of<'normal'> => make('normal', options, 'deviation');

/**
 * A normal distribution cut at two of its standard deviations, what lies beyond being drawn again, so wide that the standard
 * deviation of what is left is `deviation` σ > 0. Default 0.05. Keras `TruncatedNormal` is σ wide before the cut, 0.88σ behind.
 */
export const truncatedNormal = (options?: number | Options<'truncatedNormal'>): Of<'truncatedNormal'> =>
  make('truncatedNormal', options, 'deviation');

/** U(±`gain`·√(6/(in + out))), gain 1. Keras `GlorotUniform`, PyTorch `xavier_uniform_` (Glorot & Bengio 2010). */
export const glorotUniform = (options?: number | Options<'glorotUniform'>): Of<'glorotUniform'> =>
  make('glorotUniform', options, 'gain');

/**
 * N(0, 2·`gain`²/(in + out)), gain 1; `truncated`: cut as `truncatedNormal`, default false. PyTorch `xavier_normal_`; Keras
 * `GlorotNormal` is truncated.
 */
export const glorotNormal = (options?: number | Options<'glorotNormal'>): Of<'glorotNormal'> =>
  make('glorotNormal', options, 'gain');

/**
 * U(±√(6/((1 + a²)·n))), n = in, or out with `fan: 'out'`; `slope` a of a leaky relu, default 0. Keras `HeUniform` (a = 0),
 * PyTorch `kaiming_uniform_` with `nonlinearity='leaky_relu'` (He et al. 2015).
 */
export const heUniform = (options?: Options<'heUniform'>): Of<'heUniform'> => make('heUniform', options);

/**
 * N(0, 2/((1 + a²)·n)), with `fan`, `slope` as in `heUniform`; `truncated`: cut as `truncatedNormal`, default false. PyTorch
 * `kaiming_normal_`; Keras `HeNormal` is truncated.
 */
export const heNormal = (options?: Options<'heNormal'>): Of<'heNormal'> => make('heNormal', options);

/** U(±√(3/in)). Keras `LecunUniform` (LeCun et al. 1998). */
export const lecunUniform = (): Of<'lecunUniform'> => make('lecunUniform');

/** N(0, 1/in); `truncated`: cut as `truncatedNormal`, default false. Keras `LecunNormal` is truncated. */
export const lecunNormal = (options?: Options<'lecunNormal'>): Of<'lecunNormal'> => make('lecunNormal', options);

/**
 * `gain`·Q, gain 1: rows orthonormal if there are fewer rows (units) than columns (all other axes), else columns; of the QR
 * decomposition of a normal matrix, with R's diagonal positive. Keras `Orthogonal`, PyTorch `orthogonal_` (Saxe et al. 2014).
 */
export const orthogonal = (options?: number | Options<'orthogonal'>): Of<'orthogonal'> =>
  make('orthogonal', options, 'gain');

/** U(±1/√in), of weights and biases: what PyTorch's `Linear` and `Conv` begin with. */
export const torchLinear = (): Of<'torchLinear'> => make('torchLinear');
