/** Normalisation of each position by itself: over its channels. */
import type { LayerContext, LayerOps, LayerRow } from '../program/layer.ts';
import { elementBytes } from '../program/layout.ts';
import { boolean, type Fields } from '../spec.ts';
import { layers } from './family.ts';
import { type Layer, makeLayer } from './node.ts';
import { epsilonField, perChannel, type ScaleOptions } from './normalization.ts';
import { nameField, one } from './options.ts';
import { inSlices } from './rows.ts';

export interface LayerNormOptions extends ScaleOptions {
  /** Added to the variance, > 0. Default 1e-5. */
  readonly epsilon?: number;
  /** Whether there is a shift `bias`. Default true. */
  readonly center?: boolean;
}

export interface LayerNormSpec extends Required<LayerNormOptions> {
  readonly kind: 'layerNorm';
}

export interface RmsNormOptions extends ScaleOptions {
  /** Added to the mean square, > 0. Default 1e-6. */
  readonly epsilon?: number;
}

export interface RmsNormSpec extends Required<RmsNormOptions> {
  readonly kind: 'rmsNorm';
}

export const layerNormKinds: {
  readonly layerNorm: Fields<Omit<LayerNormSpec, 'kind'>>;
  readonly rmsNorm: Fields<Omit<RmsNormSpec, 'kind'>>;
} = {
  layerNorm: { epsilon: epsilonField(1e-5), scale: boolean(true), center: boolean(true), name: nameField },
  rmsNorm: { epsilon: epsilonField(1e-6), scale: boolean(true), name: nameField },
};

/**
 * Layer normalisation over the last axis: y = weight·(x − μ)/√(σ² + ε) + bias, μ and σ² mean and population variance of the
 * channels of a position. Ba, Kiros, Hinton 2016. PyTorch `LayerNorm` alike (over that axis); Keras has epsilon 1e-3.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const layerNorm = (options?: LayerNormOptions): Layer<LayerNormSpec> => makeLayer(layers, 'layerNorm', options);

/**
 * Root mean square normalisation over the last axis: y = weight·x/√(mean(x²) + ε). Zhang and Sennrich 2019. Keras
 * `RMSNormalization` alike; PyTorch `RMSNorm` takes the ε of the type (1.2e-7 in f32).
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const rmsNorm = (options?: RmsNormOptions): Layer<RmsNormSpec> => makeLayer(layers, 'rmsNorm', options);

/** Flags of assembly/layers/layer-norm.ts. */
const ROOT = 1;
const ADD = 2;

/** A factor or shift that is not there is one of ones or zeros among the constants. */
function compile(
  { epsilon, scale, center }: { readonly epsilon: number; readonly scale: boolean; readonly center: boolean },
  root: number,
  { dtype, rows, output }: LayerContext,
): LayerOps {
  const { positions, channels, width, rowBytes } = output;
  const size = [positions, channels];
  return {
    constants: 16 + (scale ? 0 : width) + (center ? 0 : width),
    write(engine, at) {
      engine.f64[at >>> 3] = epsilon;
      const whole = width / elementBytes(dtype);
      if (!scale) engine.floats(dtype, at + 16, whole).fill(1);
      if (!center) engine.floats(dtype, at + 16 + (scale ? 0 : width), whole).fill(0);
    },
    reads: { inputs: true, output: false },
    inPlace: true,
    rowCost: (3 * rowBytes) / elementBytes(dtype),
    forward(tape, { cursor, constants, inputs: [x], output: y, parameter }) {
      const weight = scale ? parameter('weight') : constants + 16;
      const bias = center ? parameter('bias') : constants + 16 + (scale ? 0 : width);
      inSlices(rows, output, (skip, most, offset) => {
        const pointers = [x! + offset, y + offset, ...size, weight, bias, root];
        tape.emit('layerNorm', dtype, [cursor, skip, most, constants, ...pointers]);
      });
    },
    backward(tape, { cursor, constants, inputs: [x], outputGradient: d, inputGradients, parameter, gradient, add }) {
      const to = inputGradients[0]!;
      const weight = scale ? parameter('weight') : constants + 16;
      const gradients = [scale ? gradient('weight') : 0, center ? gradient('bias') : 0, root + (add ? ADD : 0)];
      inSlices(rows, output, (skip, most, offset) => {
        const pointers = [x! + offset, d + offset, to && to + offset, ...size, weight, ...gradients];
        tape.emit('layerNormBack', dtype, [cursor, skip, most, constants, ...pointers]);
      });
    },
  };
}

export const layerNormRows: { readonly layerNorm: LayerRow<LayerNormSpec>; readonly rmsNorm: LayerRow<RmsNormSpec> } = {
  layerNorm: {
    shape: (_, inputs, name) => one(inputs, name),
    parameters({ scale, center }, [input]) {
      const channels = input!.at(-1)!;
      return [
        ...(scale ? [perChannel('weight', channels, 'ones')] : []),
        ...(center ? [perChannel('bias', channels, 'zeros')] : []),
      ];
    },
    compile: (spec, context) => compile(spec, 0, context),
  },
  rmsNorm: {
    shape: (_, inputs, name) => one(inputs, name),
    parameters: ({ scale }, [input]) => (scale ? [perChannel('weight', input!.at(-1)!, 'ones')] : []),
    compile: (spec, context) => compile({ ...spec, center: false }, ROOT, context),
  },
};
