/** Layers that only say how numbers are read: flatten and reshape. */
import { ShapeError } from '../errors.ts';
import type { LayerOps, LayerRow, Shape, Value } from '../program/layer.ts';
import { elementBytes } from '../program/layout.ts';
import type { Field, Fields, Spec } from '../spec.ts';
import { layers } from './family.ts';
import { type Layer, makeLayer } from './node.ts';
import { type NamedOptions, nameField, one } from './options.ts';
import { emitRepack } from './rows.ts';

export interface FlattenOptions extends NamedOptions {}

export interface FlattenSpec extends Required<FlattenOptions> {
  readonly kind: 'flatten';
}

export interface ReshapeOptions extends NamedOptions {
  /** Shape that comes out, without the rows; one length may be −1 and follows from the others. */
  readonly shape: readonly number[];
}

export interface ReshapeSpec extends Required<ReshapeOptions> {
  readonly kind: 'reshape';
}

const shapeField: Field<readonly number[]> = {
  expected: () => 'a list of integers ≥ 1, of which one may be -1',
  read: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((length) => length === -1 || (Number.isSafeInteger(length) && length > 0)) &&
    value.filter((length) => length === -1).length < 2
      ? Object.freeze([...value])
      : undefined,
};

export const shapeKinds: {
  readonly flatten: Fields<Omit<FlattenSpec, 'kind'>>;
  readonly reshape: Fields<Omit<ReshapeSpec, 'kind'>>;
} = { flatten: { name: nameField }, reshape: { shape: shapeField, name: nameField } };

/**
 * All numbers of a row as one list, the last axis fastest. Images are height × width × channels, so the order is that of
 * Keras `Flatten`; PyTorch `Flatten` finds channels first.
 * @throws {ArgumentError} on unknown options.
 */
export const flatten = (options?: FlattenOptions): Layer<FlattenSpec> => makeLayer(layers, 'flatten', options);

/**
 * The numbers of a row in another shape, in their order, the last axis fastest. Keras `Reshape`, PyTorch `Unflatten`.
 * @throws {ArgumentError} on unknown options and lengths that are not integers ≥ 1; {ShapeError} when the network is made
 * if there are not as many numbers.
 */
export const reshape = (shape: readonly number[] | ReshapeOptions): Layer<ReshapeSpec> =>
  makeLayer(layers, 'reshape', shape, 'shape');

const product = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** Whether the numbers of a row lie side by side. */
const dense = ({ positions, channels, width }: Value, size: number): boolean =>
  positions === 1 || channels * size === width;

function compile(_: Spec, { dtype, inputs, output }: Parameters<LayerRow['compile']>[1]): LayerOps {
  const input = inputs[0]!;
  const size = elementBytes(dtype);
  const view = input.channels === output.channels || (dense(input, size) && dense(output, size));
  return {
    reads: { inputs: false, output: false },
    view,
    rowCost: view ? 0 : product(output.shape),
    forward(tape, { cursor, inputs: [from], output: to }) {
      if (from !== to) emitRepack(tape, dtype, cursor, { at: from!, value: input }, { at: to, value: output });
    },
    backward(tape, { cursor, outputGradient: from, inputGradients: [to] }) {
      if (to && from !== to) emitRepack(tape, dtype, cursor, { at: from, value: output }, { at: to, value: input });
    },
  };
}

function reshaped({ shape }: ReshapeSpec, inputs: readonly Shape[], name: string): Shape {
  const from = one(inputs, name);
  const have = product(from);
  const known = Math.abs(product(shape));
  const made = shape.map((length) => (length === -1 ? have / known : length));
  if (product(made) !== have || !made.every(Number.isInteger)) {
    const count = shape.includes(-1) ? `a multiple of ${known}` : known;
    throw new ShapeError(
      `${name}: expected ${count} numbers for [${shape.join(', ')}], got ${have} of [${from.join(', ')}]`,
    );
  }
  return made;
}

export const shapeRows: { readonly flatten: LayerRow<FlattenSpec>; readonly reshape: LayerRow<ReshapeSpec> } = {
  flatten: { shape: (_, inputs, name) => [product(one(inputs, name))], compile },
  reshape: { shape: reshaped, compile },
};
