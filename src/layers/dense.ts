/** Dense layers: y = f(x·Wᵀ + b). */
import type { LayerRow } from '../program/layer.ts';
import { boolean, type Fields } from '../spec.ts';
import { layers } from './family.ts';
import { type Layer, makeLayer } from './node.ts';
import {
  type ActivationName,
  type ActivationSpec,
  activationField,
  type NamedOptions,
  nameField,
  units,
} from './options.ts';

export interface DenseOptions extends NamedOptions {
  /** Numbers that come out. */
  readonly units: number;
  /** What follows, by name or as `leakyRelu(0.1)`. Default null: nothing. */
  readonly activation?: ActivationName | ActivationSpec | null;
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
}

export interface DenseSpec extends Required<DenseOptions> {
  readonly kind: 'dense';
}

export const denseKinds: { readonly dense: Fields<Omit<DenseSpec, 'kind'>> } = {
  dense: { units, activation: activationField, bias: boolean(true), name: nameField },
};

/**
 * A dense layer: y = f(x·Wᵀ + b) of the last axis of what comes in. Parameters `weight` (units × inputs), `bias`.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const dense = (options: number | DenseOptions): Layer<DenseSpec> => makeLayer(layers, 'dense', options, 'units');

export const denseRows: { readonly dense: LayerRow<DenseSpec> } = {
  dense: undefined as never,
};
