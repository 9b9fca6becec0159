/** Layers made of layers. */
import { ArgumentError } from '../errors.ts';
import { type Field, type Fields, validateSpec } from '../spec.ts';
import { type LayerSpec, layers } from './family.ts';
import { type Layer, makeLayer, specOf } from './node.ts';

/** What stands in a list of layers. */
export type LayerLike = Layer<LayerSpec> | LayerSpec;

export interface ResidualSpec {
  readonly kind: 'residual';
  readonly layers: readonly LayerSpec[];
}

export interface BranchesSpec {
  readonly kind: 'branches';
  readonly branches: readonly (readonly LayerSpec[])[];
}

/** @internal */
export const chain: Field<readonly LayerSpec[]> = {
  expected: () => 'a non-empty list of layers',
  read: (value, at) =>
    Array.isArray(value) && value.length > 0
      ? Object.freeze(value.map((one, i) => validateSpec(layers, specOf(one), `${at}[${i}]`)))
      : undefined,
};

const chains: Field<readonly (readonly LayerSpec[])[]> = {
  expected: () => 'a list of at least two lists of layers; an empty one passes on what comes in',
  read: (value, at) =>
    Array.isArray(value) && value.length > 1 && value.every(Array.isArray)
      ? Object.freeze(value.map((one, i) => (one.length === 0 ? [] : chain.read(one, `${at}[${i}]`)!)))
      : undefined,
};

export const compositeKinds: {
  readonly residual: Fields<Omit<ResidualSpec, 'kind'>>;
  readonly branches: Fields<Omit<BranchesSpec, 'kind'>>;
} = { residual: { layers: chain }, branches: { branches: chains } };

/**
 * y = x + f(x), f being these layers one behind the other (He et al. 2016). What they put out has the shape of what comes in.
 * @throws {ArgumentError} on what is not a list of layers.
 */
export const residual = (layers: readonly LayerLike[]): Layer<ResidualSpec> => composite('residual', { layers });

/**
 * Lists of layers side by side, each of what comes in; what they put out is joined along the last axis.
 * @throws {ArgumentError} on what is not a list of at least two lists.
 */
export const branches = (branches: readonly (readonly LayerLike[])[]): Layer<BranchesSpec> =>
  composite('branches', { branches });

function composite<K extends 'residual' | 'branches'>(kind: K, options: object) {
  for (const value of Object.values(options)) {
    if (!Array.isArray(value)) throw new ArgumentError(`${kind}: expected a list`);
  }
  return makeLayer(layers, kind, options) as never;
}
