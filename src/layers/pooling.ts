/** Pooling: the largest or the mean of windows, or of all positions, channel by channel. */
import { ArgumentError } from '../errors.ts';
import type { LayerContext, LayerOps, LayerRow, Shape } from '../program/layer.ts';
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
import { boolean, type Field, type Fields, integer, nullable } from '../spec.ts';
import { layers } from './family.ts';
import { type Layer, makeLayer } from './node.ts';
import { type NamedOptions, nameField, one } from './options.ts';

interface PoolOptions<N> extends NamedOptions {
  /** Size of a window. Default 2. */
  readonly poolSize?: N;
  /** From one window to the next. Default null: `poolSize`. */
  readonly strides?: N | null;
  /**
   * `'valid'`: none; `'same'`: so that ⌈size/stride⌉ come out, the odd one behind; or how many before and behind, at most half
   * of `poolSize`. Default `'valid'`.
   */
  readonly padding?: PaddingName | N;
}

interface MeanOptions<N> extends PoolOptions<N> {
  /** Whether padding counts as zeros (PyTorch's default) or is left out (Keras). Default false. */
  readonly countIncludePad?: boolean;
}

export interface MaxPool1dOptions extends PoolOptions<number> {}
/** Sizes are numbers or [height, width]. */
export interface MaxPool2dOptions extends PoolOptions<number | Pair> {}
export interface AveragePool1dOptions extends MeanOptions<number> {}
/** Sizes are numbers or [height, width]. */
export interface AveragePool2dOptions extends MeanOptions<number | Pair> {}

interface Pairs {
  readonly poolSize: Pair;
  readonly strides: Pair | null;
  readonly padding: PaddingName | Pair;
}

export interface MaxPool1dSpec extends Required<MaxPool1dOptions> {
  readonly kind: 'maxPool1d';
}
export interface MaxPool2dSpec extends Required<Omit<MaxPool2dOptions, keyof Pairs>>, Pairs {
  readonly kind: 'maxPool2d';
}
export interface AveragePool1dSpec extends Required<AveragePool1dOptions> {
  readonly kind: 'averagePool1d';
}
export interface AveragePool2dSpec extends Required<Omit<AveragePool2dOptions, keyof Pairs>>, Pairs {
  readonly kind: 'averagePool2d';
}
export interface GlobalMaxPoolSpec extends Required<NamedOptions> {
  readonly kind: 'globalMaxPool';
}
export interface GlobalAveragePoolSpec extends Required<NamedOptions> {
  readonly kind: 'globalAveragePool';
}

type WindowedSpec = MaxPool1dSpec | MaxPool2dSpec | AveragePool1dSpec | AveragePool2dSpec;
export type PoolingSpec = WindowedSpec | GlobalMaxPoolSpec | GlobalAveragePoolSpec;

const common = <N extends number | Pair>(of: (range: string, fallback?: number) => Field<N>) => ({
  poolSize: of('[1, ∞)', 2),
  strides: nullable(of('[1, ∞)')),
  padding: paddingField(of('[0, ∞)')),
  name: nameField,
});

const countIncludePad = boolean(false);

type Kinds = { readonly [S in PoolingSpec as S['kind']]: Fields<Omit<S, 'kind'>> };

export const poolingKinds: Kinds = {
  maxPool1d: common(integer),
  maxPool2d: common(pair),
  averagePool1d: { ...common(integer), countIncludePad },
  averagePool2d: { ...common(pair), countIncludePad },
  globalMaxPool: { name: nameField },
  globalAveragePool: { name: nameField },
};

/**
 * The largest of every window of a sequence [length, channels]; NaN is the largest. Its gradient goes to the first that is.
 * @param options `poolSize`, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const maxPool1d = (options?: number | MaxPool1dOptions): Layer<MaxPool1dSpec> =>
  makeLayer(layers, 'maxPool1d', options, 'poolSize');

/**
 * The largest of every window of an image [height, width, channels]; NaN is the largest. Its gradient goes to the first that is.
 * @param options `poolSize`, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const maxPool2d = (options?: number | MaxPool2dOptions): Layer<MaxPool2dSpec> =>
  makeLayer(layers, 'maxPool2d', options, 'poolSize');

/**
 * The mean of every window of a sequence [length, channels].
 * @param options `poolSize`, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const averagePool1d = (options?: number | AveragePool1dOptions): Layer<AveragePool1dSpec> =>
  makeLayer(layers, 'averagePool1d', options, 'poolSize');

/**
 * The mean of every window of an image [height, width, channels].
 * @param options `poolSize`, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const averagePool2d = (options?: number | AveragePool2dOptions): Layer<AveragePool2dSpec> =>
  makeLayer(layers, 'averagePool2d', options, 'poolSize');

/**
 * The largest over all positions of a sequence or an image: […, channels] → [channels].
 * @throws {ArgumentError} on unknown options.
 */
export const globalMaxPool = (options?: NamedOptions): Layer<GlobalMaxPoolSpec> =>
  makeLayer(layers, 'globalMaxPool', options);

/**
 * The mean over all positions of a sequence or an image: […, channels] → [channels].
 * @throws {ArgumentError} on unknown options.
 */
export const globalAveragePool = (options?: NamedOptions): Layer<GlobalAveragePoolSpec> =>
  makeLayer(layers, 'globalAveragePool', options);

/** Elements at taps that an op looks at. */
const WORK = 2 ** 21;

function windowIn(spec: PoolingSpec, input: Shape, axes: 1 | 2 | undefined, name: string): Window {
  if (axes === undefined) {
    const all = input.slice(0, -1).reduce((a, b) => a * b, 1);
    const kernelSize = all;
    return windowOf({ kernelSize, strides: 1, padding: 'valid', dilation: 1 }, [all, input.at(-1)!], 1, name);
  }
  const { poolSize, strides, padding } = spec as WindowedSpec;
  const pads = [padding].flat();
  if ([poolSize].flat().some((size, i) => 2 * Number(pads[i]) > size))
    throw new ArgumentError(
      `${name}: padding must be at most half of poolSize ${sizeText(poolSize)}, got ${sizeText(padding)}`,
    );
  return windowOf({ kernelSize: poolSize, strides: strides ?? poolSize, padding, dilation: 1 }, input, axes, name);
}

function compile(spec: PoolingSpec, axes: 1 | 2 | undefined, context: LayerContext): LayerOps {
  const {
    dtype,
    rows,
    inputs: [input],
    output,
  } = context;
  const window = windowIn(spec, input!.shape, axes, context.name);
  const countPadding = Number('countIncludePad' in spec && spec.countIncludePad);
  const largest = /max/i.test(spec.kind);
  const kernel = largest ? 'maxPool' : 'averagePool';
  const work = output.positions * window.kernel[0] * window.kernel[1] * output.channels;
  const slice = Math.max(1, Math.floor(WORK / work));
  const from = input!.rowBytes;
  const to = output.rowBytes;
  return {
    constants: windowBytes,
    write: (engine, at) =>
      writeWindow(engine, at, window, { inputBytes: input!.width, outputBytes: output.width, countPadding }),
    reads: { inputs: largest, output: largest },
    rowCost: work,
    forward(tape, places) {
      emitSlices(tape, kernel, dtype, { rows, slice, places }, [
        [places.inputs[0]!, from],
        [places.output, to],
      ]);
    },
    backward(tape, places) {
      const [x] = places.inputGradients;
      if (!x) return;
      const values = [
        [places.inputs[0]!, from],
        [places.output, to],
      ] as const;
      const gradients = [
        [x, from],
        [places.outputGradient, to],
      ] as const;
      const operands = largest ? [...values, ...gradients] : gradients;
      emitSlices(tape, `${kernel}Back`, dtype, { rows, slice, places }, operands);
    },
  };
}

const row = <S extends PoolingSpec>(axes?: 1 | 2): LayerRow<S> => ({
  shape(spec, inputs, name) {
    const input = one(inputs, name);
    const window = windowIn(spec, input, axes, name);
    return axes ? windowShape(window, axes, window.channels) : [window.channels];
  },
  compile: (spec, context) => compile(spec, axes, context),
});

export const poolingRows: { readonly [S in PoolingSpec as S['kind']]: LayerRow<S> } = {
  maxPool1d: row(1),
  maxPool2d: row(2),
  averagePool1d: row(1),
  averagePool2d: row(2),
  globalMaxPool: row(),
  globalAveragePool: row(),
};
