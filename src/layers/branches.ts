/** Layers of several inputs: sums and lists behind each other. */
import { ArgumentError, ShapeError } from '../errors.ts';
import type { LayerRow, Shape } from '../program/layer.ts';
import { elementBytes } from '../program/layout.ts';
import type { Fields } from '../spec.ts';
import { layers } from './family.ts';
import { type Layer, makeLayer } from './node.ts';
import { type NamedOptions, nameField } from './options.ts';
import { emitCopy, emitPlus, emitRepack } from './rows.ts';

export interface AddOptions extends NamedOptions {}

export interface AddSpec extends Required<AddOptions> {
  readonly kind: 'add';
}

export interface ConcatenateOptions extends NamedOptions {}

export interface ConcatenateSpec extends Required<ConcatenateOptions> {
  readonly kind: 'concatenate';
}

export const branchKinds: {
  readonly add: Fields<Omit<AddSpec, 'kind'>>;
  readonly concatenate: Fields<Omit<ConcatenateSpec, 'kind'>>;
} = { add: { name: nameField }, concatenate: { name: nameField } };

/**
 * The sum of two values or more of one shape: residual branches. Called with nodes: `add()(x, y)`. Keras `Add`.
 * @throws {ArgumentError} on unknown options; {ShapeError} when the network is made if shapes differ.
 */
export const add = (options?: AddOptions): Layer<AddSpec> => makeLayer(layers, 'add', options);

/**
 * Two values or more behind each other along the last axis; the other axes must agree. Keras `Concatenate`, PyTorch
 * `cat` (of channels).
 * @throws {ArgumentError} on unknown options; {ShapeError} when the network is made if shapes do not fit.
 */
export const concatenate = (options?: ConcatenateOptions): Layer<ConcatenateSpec> =>
  makeLayer(layers, 'concatenate', options);

/** Shapes of two inputs or more that are alike in what `of` gives. */
function alike(inputs: readonly Shape[], name: string, what: string, of: (shape: Shape) => Shape): readonly Shape[] {
  if (inputs.length < 2) throw new ArgumentError(`${name}: expected two inputs or more, got ${inputs.length}`);
  const key = (shape: Shape): string => `${shape.length} ${of(shape)}`;
  const other = inputs.find((shape) => key(shape) !== key(inputs[0]!));
  if (other)
    throw new ShapeError(`${name}: expected inputs ${what}, got [${inputs[0]!.join(', ')}] and [${other.join(', ')}]`);
  return inputs;
}

const addRow: LayerRow<AddSpec> = {
  inputs: 'many',
  shape: (_, inputs, name) => alike(inputs, name, 'of one shape', (shape) => shape)[0]!,
  compile(_, { dtype, inputs, output }) {
    return {
      reads: { inputs: false, output: false },
      rowCost: (inputs.length * output.rowBytes) / elementBytes(dtype),
      forward(tape, { cursor, inputs: [first, ...others], output: to }) {
        others.forEach((other, i) => {
          emitPlus(tape, dtype, cursor, i === 0 ? first! : to, other, to, output);
        });
      },
      backward(tape, { cursor, outputGradient, inputGradients }) {
        for (const to of inputGradients) if (to) emitCopy(tape, cursor, outputGradient, to, output);
      },
    };
  },
};

const concatenateRow: LayerRow<ConcatenateSpec> = {
  inputs: 'many',
  shape(_, inputs, name) {
    const all = alike(inputs, name, 'that agree but for the last axis', (shape) => shape.slice(0, -1));
    return [...all[0]!.slice(0, -1), all.reduce((sum, shape) => sum + shape.at(-1)!, 0)];
  },
  compile(_, { dtype, inputs, output }) {
    const size = elementBytes(dtype);
    let next = 0;
    const parts = inputs.map((value) => {
      const { channels } = value;
      next += channels;
      return { value, channels, offset: (next - channels) * size };
    });
    return {
      reads: { inputs: false, output: false },
      rowCost: output.positions * output.channels,
      forward(tape, { cursor, inputs: from, output: at }) {
        parts.forEach(({ value, channels, offset }, i) => {
          emitRepack(tape, dtype, cursor, { at: from[i]!, value }, { at: at + offset, value: output, channels });
        });
      },
      backward(tape, { cursor, outputGradient, inputGradients }) {
        parts.forEach(({ value, channels, offset }, i) => {
          const at = inputGradients[i];
          const from = { at: outputGradient + offset, value: output, channels };
          if (at) emitRepack(tape, dtype, cursor, from, { at, value });
        });
      },
    };
  },
};

export const branchRows: { readonly add: LayerRow<AddSpec>; readonly concatenate: LayerRow<ConcatenateSpec> } = {
  add: addRow,
  concatenate: concatenateRow,
};
