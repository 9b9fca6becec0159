/** Draws how parameters begin. */
import { Philox, streams } from '../data/random.ts';
import { boolean, type Family, type Field, isPlain, nullable, number, oneOf, validateSpec } from '../spec.ts';
import type { Parameter } from './layer.ts';

interface Truncatable {
  readonly truncated: boolean;
}

interface Gained {
  readonly gain: number;
}

interface He {
  readonly fan: 'in' | 'out';
  readonly slope: number;
}

/** A spec for each of some kinds. */
type Of<K extends string, Options = unknown> = K extends string ? { readonly kind: K } & Options : never;

export type InitializerSpec =
  | Of<'zeros' | 'ones' | 'lecunUniform' | 'torchLinear'>
  | Of<'constant', { readonly value: number }>
  | Of<'uniform', { readonly bound: number }>
  | Of<'normal' | 'truncatedNormal', { readonly deviation: number }>
  | Of<'glorotUniform' | 'orthogonal', Gained>
  | Of<'glorotNormal', Gained & Truncatable>
  | Of<'heUniform', He>
  | Of<'heNormal', He & Truncatable>
  | Of<'lecunNormal', Truncatable>;

/** Initialisers by name, with their defaults. */
export type InitializerName = Exclude<InitializerSpec['kind'], 'constant'>;
export type Initializer = InitializerName | InitializerSpec;

const truncated = boolean(false);
const gain = number('(0, ∞)', 1);
const deviation = number('(0, ∞)', 0.05);
const he = { fan: oneOf(['in', 'out'], 'in'), slope: number('[0, ∞)', 0) };

/** @internal */
export const initializerFamily: Family<InitializerSpec> = {
  name: 'initializer',
  kinds: {
    glorotUniform: { gain },
    glorotNormal: { gain, truncated },
    heUniform: he,
    heNormal: { ...he, truncated },
    lecunUniform: {},
    lecunNormal: { truncated },
    orthogonal: { gain },
    torchLinear: {},
    zeros: {},
    ones: {},
    constant: { value: number('(-∞, ∞)') },
    uniform: { bound: deviation },
    normal: { deviation },
    truncatedNormal: { deviation },
  },
};

/** An initialiser by name or by spec; null is the default. */
export const initializerField: Field<InitializerSpec | null> = nullable({
  expected: () => 'an initializer such as "heNormal" or initializers.constant(0.1)',
  read: (value, at) =>
    typeof value === 'string' || isPlain(value)
      ? validateSpec(initializerFamily, typeof value === 'string' ? { kind: value } : value, at)
      : undefined,
});

const HE = ['relu', 'leakyRelu', 'elu', 'gelu', 'silu', 'mish', 'softplus', 'hardSwish'];

/** What weights begin with before an activation. */
export function defaultInitializer(follows: string | undefined): InitializerSpec {
  if (follows === 'selu') return { kind: 'lecunNormal', truncated: false };
  return HE.includes(follows!) ? { kind: 'heUniform', fan: 'in', slope: 0 } : { kind: 'glorotUniform', gain: 1 };
}

/** Inputs of a unit and units of an input, from the shape that users see: [units, channels, …taps]. */
export function fansOf([units, channels = 1, ...taps]: readonly number[]): readonly [number, number] {
  const field = taps.reduce((a, b) => a * b, 1);
  return [channels * field, units! * field];
}

/** ln x for 0 < x ≤ 1, in + − × ÷ alone: powers of two taken out, then 2·artanh. */
function ln(x: number): number {
  let halvings = 0;
  let m = x;
  for (; m < Math.SQRT1_2; m *= 2) halvings++;
  const t = (m - 1) / (m + 1);
  const square = t * t;
  let sum = 0;
  // |t| ≤ 0.172: what is left out is below 2^-56 of the sum.
  for (let k = 21; k > 0; k -= 2) sum = sum * square + 1 / k;
  return 2 * t * sum - halvings * Math.LN2;
}

/** Normal numbers with mean 0 and variance 1, two at a time, by the polar method (Marsaglia and Bray 1964). */
function normals(random: Philox, truncated: boolean): () => number {
  let spare: number | undefined;
  const next = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    let u: number;
    let v: number;
    let s: number;
    do {
      u = 2 * random.uniform() - 1;
      v = 2 * random.uniform() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const length = Math.sqrt((-2 * ln(s)) / s);
    spare = v * length;
    return u * length;
  };
  if (!truncated) return next;
  return () => {
    let value = next();
    while (value < -2 || value > 2) value = next();
    // The standard deviation of what is left.
    return value / 0.8796256610342398;
  };
}

/** Gram–Schmidt on `count` vectors of normal numbers, twice, which is enough (Giraud et al. 2005): Q, R's diagonal > 0. */
function orthogonal(out: Float64Array, units: number, next: () => number, gain: number): void {
  const columns = out.length / units;
  const wide = units <= columns;
  const [count, length] = wide ? [units, columns] : [columns, units];
  // Element i of vector k stands at k·step + i·stride.
  const [step, stride] = wide ? [columns, 1] : [1, columns];
  out.forEach((_, i) => {
    out[i] = next();
  });
  const dot = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += out[a * step + i * stride]! * out[b * step + i * stride]!;
    return sum;
  };
  for (let k = 0; k < count; k++) {
    for (let other = 0; other < 2 * k; other++) {
      const j = other % k;
      const share = dot(j, k);
      for (let i = 0; i < length; i++) out[k * step + i * stride]! -= share * out[j * step + i * stride]!;
    }
    const norm = Math.sqrt(dot(k, k));
    for (let i = 0; i < length; i++) out[k * step + i * stride]! /= norm;
  }
  out.forEach((value, i) => {
    out[i] = gain * value;
  });
}

/**
 * The start of a parameter, in the order that users see.
 * @param follows kind of the activation behind its layer.
 */
export function initialize(parameter: Parameter, follows: string | undefined, random: Philox): Float64Array {
  const { shape, plain, fans: [inputs, outputs] = fansOf(shape) } = parameter;
  const spec = parameter.initializer ?? (plain ? { kind: 'zeros' } : defaultInitializer(follows));
  const out = new Float64Array(shape.reduce((a, b) => a * b, 1));
  const uniform = (bound: number): Float64Array => out.map(() => bound * (2 * random.uniform() - 1));
  const normal = (deviation: number, truncated = false): Float64Array => {
    const next = normals(random, truncated);
    return out.map(() => deviation * next());
  };
  switch (spec.kind) {
    case 'ones':
      return out.fill(1);
    case 'constant':
      return out.fill(spec.value);
    case 'uniform':
      return uniform(spec.bound);
    case 'normal':
    case 'truncatedNormal':
      return normal(spec.deviation, spec.kind === 'truncatedNormal');
    case 'glorotUniform':
      return uniform(spec.gain * Math.sqrt(6 / (inputs + outputs)));
    case 'glorotNormal':
      return normal(spec.gain * Math.sqrt(2 / (inputs + outputs)), spec.truncated);
    case 'heUniform':
    case 'heNormal': {
      const scale = (1 + spec.slope * spec.slope) * (spec.fan === 'in' ? inputs : outputs);
      return spec.kind === 'heUniform' ? uniform(Math.sqrt(6 / scale)) : normal(Math.sqrt(2 / scale), spec.truncated);
    }
    case 'lecunUniform':
      return uniform(Math.sqrt(3 / inputs));
    case 'lecunNormal':
      return normal(Math.sqrt(1 / inputs), spec.truncated);
    case 'torchLinear':
      return uniform(1 / Math.sqrt(inputs));
    case 'orthogonal':
      orthogonal(out, shape[0]!, normals(random, false), spec.gain);
  }
  return out;
}

/** Substreams of the layers of a network, for one parameter each. */
const LAYERS = 2 ** 20;

/**
 * What parameter k of a layer draws from: a sequence of its own, so that nothing depends on the order in which layers are
 * asked, nor on what its other parameters draw.
 */
export const startOf = (seed: number, layer: number, k: number): Philox =>
  new Philox(seed, streams.init, layer + k * LAYERS);
