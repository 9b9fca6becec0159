/** Dense layers: y = f(x·Wᵀ + b). */
import { emitDense, emitDenseInputs, emitDenseWeights, gemmScratch } from '../program/gemm.ts';
import type { LayerRow } from '../program/layer.ts';
import { boolean, type Fields } from '../spec.ts';
import { layers } from './family.ts';
import { type Layer, makeLayer } from './node.ts';
import {
  type ActivationName,
  type ActivationSpec,
  activationField,
  type InitializerFields,
  type InitializerOptions,
  initializerFields,
  type NamedOptions,
  nameField,
  one,
  units,
} from './options.ts';

export interface DenseOptions extends NamedOptions, InitializerOptions {
  /** Numbers that come out. */
  readonly units: number;
  /** What follows. Default null: nothing. */
  readonly activation?: ActivationName | ActivationSpec | null;
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
}

export interface DenseSpec extends Required<Omit<DenseOptions, keyof InitializerFields>>, InitializerFields {
  readonly kind: 'dense';
}

export const denseKinds: { readonly dense: Fields<Omit<DenseSpec, 'kind'>> } = {
  dense: { units, activation: activationField, bias: boolean(true), ...initializerFields, name: nameField },
};

/**
 * A dense layer: y = f(x·Wᵀ + b) of the last axis of what comes in. Parameters `weight` (units × inputs), `bias`.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const dense = (options: number | DenseOptions): Layer<DenseSpec> => makeLayer(layers, 'dense', options, 'units');

const row: LayerRow<DenseSpec> = {
  fuses: true,
  strides: true,
  slopes: true,
  shape: ({ units }, inputs, name) => [...one(inputs, name).slice(0, -1), units],
  parameters({ units, bias, kernelInitializer, biasInitializer }, [input]) {
    const inputs = input!.at(-1)!;
    const fans = [inputs, units] as const;
    const shape = [units, inputs];
    const initializer = kernelInitializer;
    const weight = { name: 'weight', shape, rows: inputs, columns: units, transposed: true, fans, initializer };
    if (!bias) return [weight];
    const one = { rows: 1, columns: units, plain: true, fans, initializer: biasInitializer };
    return [weight, { name: 'bias', shape: [units], ...one }];
  },
  compile({ bias }, { dtype, rows, inputs: [input], output, activation }) {
    const { channels, positions, width } = input!;
    const size = { inputs: channels, outputs: output.channels };
    return {
      scratch: gemmScratch(dtype, rows * positions, channels, output.channels),
      reads: { inputs: true, output: false },
      rowCost: positions * (0.3 * channels * output.channels + 2 * output.channels),
      forward(tape, { cursor, inputs, output: at, parameter, scratch, numbers, stride, all }) {
        const layer = { ...size, weight: parameter('weight'), bias: bias ? parameter('bias') : 0, scratch };
        const x = { at: inputs[0]!, stride: stride ?? width, all: stride !== undefined };
        emitDense(tape, dtype, cursor, layer, x, { at, all: !!all }, { activation, numbers }, positions);
      },
      backward(tape, { cursor, inputs, parameter, gradient, scratch, stride, add, before, ...places }) {
        const x = { at: inputs[0]!, stride: stride ?? width, all: stride !== undefined };
        const z = { at: places.outputGradient };
        const of = { ...size, weight: gradient('weight'), bias: bias ? gradient('bias') : 0, scratch };
        emitDenseWeights(tape, dtype, cursor, of, x, z, add, positions);
        const to = places.inputGradients[0]!;
        const layer = { ...size, weight: parameter('weight'), scratch };
        if (to) emitDenseInputs(tape, dtype, cursor, layer, z, to, before, x, positions);
      },
    };
  },
};

export const denseRows: { readonly dense: LayerRow<DenseSpec> } = { dense: row };
