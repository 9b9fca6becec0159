/** Convolutions: y = f(x ∗ W + b), the kernel not turned round, channels last. */
import { ArgumentError } from '../errors.ts';
import { activationCodes } from '../program/activations.ts';
import { gemmScratch } from '../program/gemm.ts';
import type { LayerContext, LayerOps, LayerPlaces, LayerRow, Parameter, Shape } from '../program/layer.ts';
import { elementBytes, padded } from '../program/layout.ts';
import {
  emitSlices,
  type PaddingName,
  type Pair,
  paddingField,
  pair,
  sizeText,
  type Window,
  windowBytes,
  windowOf,
  windowShape,
  writeWindow,
} from '../program/window.ts';
import { boolean, type Field, type Fields, integer } from '../spec.ts';
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

interface CommonOptions<N> extends NamedOptions, InitializerOptions {
  /** Taps. */
  readonly kernelSize: N;
  /** From one window to the next. Default 1. */
  readonly strides?: N;
  /**
   * `'valid'`: none; `'same'`: zeros so that ⌈size/stride⌉ come out, the odd one behind; or how many zeros before and behind.
   * Default `'valid'`.
   */
  readonly padding?: PaddingName | N;
  /** From one tap to the next. Default 1. */
  readonly dilation?: N;
  /** What follows. Default null: nothing. */
  readonly activation?: ActivationName | ActivationSpec | null;
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean;
}

interface FilterOptions<N> extends CommonOptions<N> {
  /** Channels that come out. */
  readonly filters: number;
  /** Into how many parts channels and filters are cut, each by itself; divides both. Default 1. */
  readonly groups?: number;
}

export interface Conv1dOptions extends FilterOptions<number> {}
/** Sizes are numbers or [height, width]. */
export interface Conv2dOptions extends FilterOptions<number | Pair> {}
/** Sizes are numbers or [height, width]. */
export interface DepthwiseConv2dOptions extends CommonOptions<number | Pair> {
  /** Filters of each channel. Default 1. */
  readonly multiplier?: number;
}

export interface Conv1dSpec extends Required<Omit<Conv1dOptions, keyof InitializerFields>>, InitializerFields {
  readonly kind: 'conv1d';
}

interface Pairs extends InitializerFields {
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: PaddingName | Pair;
  readonly dilation: Pair;
}

export interface Conv2dSpec extends Required<Omit<Conv2dOptions, keyof Pairs>>, Pairs {
  readonly kind: 'conv2d';
}

export interface DepthwiseConv2dSpec extends Required<Omit<DepthwiseConv2dOptions, keyof Pairs>>, Pairs {
  readonly kind: 'depthwiseConv2d';
}

export type ConvolutionSpec = Conv1dSpec | Conv2dSpec | DepthwiseConv2dSpec;

const common = <N extends number | Pair>(of: (range: string, fallback?: number) => Field<N>) => ({
  kernelSize: of('[1, ∞)'),
  strides: of('[1, ∞)', 1),
  padding: paddingField(of('[0, ∞)')),
  dilation: of('[1, ∞)', 1),
  activation: activationField,
  bias: boolean(true),
  ...initializerFields,
  name: nameField,
});

const filters = { filters: units, groups: integer('[1, ∞)', 1) };

export const convolutionKinds: {
  readonly conv1d: Fields<Omit<Conv1dSpec, 'kind'>>;
  readonly conv2d: Fields<Omit<Conv2dSpec, 'kind'>>;
  readonly depthwiseConv2d: Fields<Omit<DepthwiseConv2dSpec, 'kind'>>;
} = {
  conv1d: { ...filters, ...common(integer) },
  conv2d: { ...filters, ...common(pair) },
  depthwiseConv2d: { multiplier: integer('[1, ∞)', 1), ...common(pair) },
};

/**
 * A convolution over a sequence [length, channels] → [⌊(length + padding − dilation·(kernelSize − 1) − 1)/strides⌋ + 1, filters].
 * Parameters `weight` (filters × channels/groups × kernelSize), `bias`.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const conv1d = (options: Conv1dOptions): Layer<Conv1dSpec> => makeLayer(layers, 'conv1d', options);

/**
 * A convolution over an image [height, width, channels]: y = f(b + Σ over taps and channels of W·x), along each axis
 * ⌊(size + padding − dilation·(kernelSize − 1) − 1)/strides⌋ + 1 windows. Parameters `weight`
 * (filters × channels/groups × height × width of the kernel), `bias`.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const conv2d = (options: Conv2dOptions): Layer<Conv2dSpec> => makeLayer(layers, 'conv2d', options);

/**
 * A convolution of every channel by itself: filters c·multiplier … (c + 1)·multiplier − 1 look at channel c. PyTorch:
 * `Conv2d` with as many groups as channels. Parameters `weight` (channels·multiplier × 1 × height × width of the kernel), `bias`.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const depthwiseConv2d = (options: number | DepthwiseConv2dOptions): Layer<DepthwiseConv2dSpec> =>
  makeLayer(layers, 'depthwiseConv2d', options, 'kernelSize');

/** Bytes of copied windows at a time, so that they stay in the second-level cache, and multiply-adds of an op. */
const PATCHES = 2 ** 17;
const WORK = 2 ** 24;

interface Sizes {
  readonly window: Window;
  readonly groups: number;
  readonly filters: number;
  /** Channels and filters of a group; rows of the weights. */
  readonly channels: number;
  readonly each: number;
  readonly depth: number;
}

function sizesOf(spec: ConvolutionSpec, input: Shape, axes: 1 | 2, name: string): Sizes {
  const window = windowOf(spec, input, axes, name);
  const all = window.channels;
  const [groups, filters] =
    spec.kind === 'depthwiseConv2d' ? [all, all * spec.multiplier] : [spec.groups, spec.filters];
  if (all % groups !== 0 || filters % groups !== 0) {
    const shapes = `${sizeText(input)} → ${filters} filters`;
    throw new ArgumentError(`${name}: groups must divide channels and filters, got ${groups} groups of ${shapes}`);
  }
  const channels = all / groups;
  const depth = channels * window.kernel[0] * window.kernel[1];
  return { window, groups, filters, channels, each: filters / groups, depth };
}

/** How windows are cut, and where things lie in scratch. */
function place(
  { window, groups, filters, channels, each, depth }: Sizes,
  { dtype, inputs: [input], output }: LayerContext,
) {
  const size = elementBytes(dtype);
  const depthwise = groups > 1 && channels === 1;
  const plain =
    groups === 1 &&
    [...window.kernel, ...window.strides].every((n) => n === 1) &&
    !(window.before[0] || window.before[1]);
  const patch = padded(depth * size, 16);
  const chunk = plain ? 1024 : Math.min(Math.max(Math.floor(PATCHES / patch / 12), 2), 20) * 12;
  const width = groups > 1 ? padded(each * size, 16) : 0;
  const tile = plain ? 0 : padded(chunk * patch, 64) + 64;
  const weights = tile + padded((plain ? 0 : chunk) * width, 64) + 64;
  const packed = weights + padded(depth * width, 64) + 64;
  const numbers = {
    ...{ inputBytes: depthwise ? output.width : input!.width, outputBytes: output.width },
    ...{ channels, groups, filters, chunk, patchBytes: plain ? 0 : patch, tile, weights, packed },
  };
  const repeated = filters > groups ? input!.positions * output.width : 0;
  return { numbers, scratch: depthwise ? repeated : packed + gemmScratch(dtype, chunk, depth, each) };
}

function compile(spec: ConvolutionSpec, axes: 1 | 2, context: LayerContext): LayerOps {
  const {
    dtype,
    rows,
    inputs: [input],
    output,
    activation,
  } = context;
  const sizes = sizesOf(spec, input!.shape, axes, context.name);
  const { numbers, scratch } = place(sizes, context);
  const work = output.positions * sizes.depth * sizes.filters;
  const slice = Math.max(1, Math.floor(WORK / work));
  const emit = (
    kernel: string,
    tape: Parameters<LayerOps['forward']>[0],
    places: LayerPlaces,
    of: (name: string) => number,
    x: number,
    z: number,
    rest: readonly number[],
  ): void => {
    emitSlices(tape, kernel, dtype, { rows, slice, places }, [
      [x, input!.rowBytes],
      [of('weight'), 0],
      [spec.bias ? of('bias') : 0, 0],
      [z, output.rowBytes],
      [places.scratch, 0],
      ...rest.map((value) => [value, 0] as const),
    ]);
  };
  return {
    constants: windowBytes,
    write: (engine, at) => writeWindow(engine, at, sizes.window, numbers),
    scratch,
    reads: { inputs: true, output: false },
    rowCost: 0.3 * work + 2 * output.positions * sizes.filters,
    forward(tape, places) {
      emit('convolution', tape, places, places.parameter, places.inputs[0]!, places.output, [
        activationCodes.indexOf(activation),
        places.numbers,
      ]);
    },
    backward(tape, places) {
      const {
        outputGradient,
        inputGradients: [to],
        inputs,
      } = places;
      emit('convolutionWeights', tape, places, places.gradient, inputs[0]!, outputGradient, [Number(places.add)]);
      if (to) emit('convolutionInputs', tape, places, places.parameter, to, outputGradient, []);
    },
  };
}

const row = <S extends ConvolutionSpec>(axes: 1 | 2): LayerRow<S> => ({
  fuses: true,
  shape(spec, inputs, name) {
    const { window, filters } = sizesOf(spec, one(inputs, name), axes, name);
    return windowShape(window, axes, filters);
  },
  parameters(spec, [input]) {
    const { window, filters, channels, depth } = sizesOf(spec, input!, axes, spec.kind);
    const taps = depth / channels;
    const kernel = axes === 1 ? [taps] : window.kernel;
    // Fans as PyTorch and Keras count them: all filters, whatever the groups.
    const fans = [depth, filters * taps] as const;
    const weight: Parameter = {
      ...{ name: 'weight', shape: [filters, channels, ...kernel], rows: depth, columns: filters, taps },
      transposed: true,
      fans,
      initializer: spec.kernelInitializer,
    };
    if (!spec.bias) return [weight];
    const rest = { rows: 1, columns: filters, plain: true, fans, initializer: spec.biasInitializer };
    return [weight, { name: 'bias', shape: [filters], ...rest }];
  },
  compile: (spec, context) => compile(spec, axes, context),
});

export const convolutionRows: {
  readonly conv1d: LayerRow<Conv1dSpec>;
  readonly conv2d: LayerRow<Conv2dSpec>;
  readonly depthwiseConv2d: LayerRow<DepthwiseConv2dSpec>;
} = { conv1d: row(1), conv2d: row(2), depthwiseConv2d: row(2) };
