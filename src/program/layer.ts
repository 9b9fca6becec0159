/**
 * What a kind of layer is made of: shapes, parameters, and ops forward beside backward.
 *
 * A value of a network is rows of `positions` × `channels` numbers, channels innermost: [10] is one position of ten
 * channels, an image [28, 28, 3] is 784 positions of three. Every position is padded to whole vectors, so that a value is a
 * matrix of rows · positions rows. Padding may hold anything.
 */
import type { Dtype, Engine } from '../memory/engine.ts';
import type { Spec } from '../spec.ts';
import type { FusedActivation } from './activations.ts';
import type { Fused } from './gemm.ts';
import type { InitializerSpec } from './initialize.ts';
import { elementBytes, padded } from './layout.ts';
import type { Tape } from './tape.ts';

/** Without the rows: `[784]`, `[28, 28, 1]`. */
export type Shape = readonly number[];

export interface Value {
  readonly shape: Shape;
  readonly positions: number;
  readonly channels: number;
  /** Bytes of a position, a multiple of 16. */
  readonly width: number;
  /** Bytes of a row: positions · width. */
  readonly rowBytes: number;
}

export function describeValue(shape: Shape, dtype: Dtype): Value {
  const channels = shape.at(-1)!;
  const positions = shape.slice(0, -1).reduce((a, b) => a * b, 1);
  const width = padded(channels * elementBytes(dtype), 16);
  return { shape, positions, channels, width, rowBytes: positions * width };
}

/** An array of numbers that a layer keeps: `rows` × `columns` in memory. */
export interface Parameter {
  /** `weight`, `bias`, `runningMean`, … */
  readonly name: string;
  /** Shape that users see: PyTorch's. */
  readonly shape: readonly number[];
  readonly rows: number;
  readonly columns: number;
  /** Whether users see columns × rows. */
  readonly transposed?: boolean;
  /** Of convolutions: row k·C + c is tap k of channel c; users see columns × C × taps. Default 1. */
  readonly taps?: number;
  /** Default 0 of plain ones, else by the activation that follows: `defaultInitializer`. */
  readonly initializer?: InitializerSpec | null;
  /** Inputs of a unit and units of an input, for the initialiser. Default by the shape: `fansOf`. */
  readonly fans?: readonly [number, number];
  /** Whether decay and penalties leave it out unless asked: biases, scales and shifts of normalisation. Default false. */
  readonly plain?: boolean;
  /** Whether it is kept by the forward pass and never updated by an optimizer: running statistics. Default false. */
  readonly buffer?: boolean;
  /** Whether a step changes only rows that the backward pass marks. Default false. */
  readonly lazy?: boolean;
}

/** What a layer is compiled for. */
export interface LayerContext {
  readonly dtype: Dtype;
  /** Name of the layer, for messages. */
  readonly name: string;
  /** Number of the layer within the network: its stream of random numbers. */
  readonly number: number;
  readonly inputs: readonly Value[];
  readonly output: Value;
  /** The activation that the layer applies to what it stores, of layers that can: `fuses`. */
  readonly activation: FusedActivation;
  /** Most rows of a block. */
  readonly rows: number;
}

/** Where ops find what they need. Pointers to values are those of the first row of the block. */
export interface LayerPlaces {
  readonly cursor: number;
  /** Counters of the run (structs.progress); 0 outside of training. */
  readonly progress: number;
  /** The seed of the run (structs.random); 0 outside of training. */
  readonly random: number;
  readonly inputs: readonly number[];
  readonly output: number;
  /** Where a parameter of the layer lies. */
  parameter(name: string): number;
  /** Constants that `write` has written. */
  readonly constants: number;
  /** Work space of `scratch` bytes, anyone's between two ops. */
  readonly scratch: number;
  /** `kept` bytes that stay from forward to backward. */
  readonly kept: number;
  /** The numbers of the fused activation (f64); 0 if it has none. */
  readonly numbers: number;
  /** Of layers that can (`strides`): the input holds all rows of the data, so many bytes apart, and not those of the block. */
  readonly stride?: number;
  /** Of layers that can (`strides`): the output holds all rows. */
  readonly all?: boolean;
  /** Whether this is a pass of training: dropout drops, batch normalisation takes the statistics of the batch. */
  readonly training: boolean;
}

export interface BackwardPlaces extends LayerPlaces {
  /** ∂ of what the layer has put out (before a fused activation); may be overwritten. */
  readonly outputGradient: number;
  /** Where ∂ of every input goes, stored and not added; 0 where nobody asks. */
  readonly inputGradients: readonly number[];
  /**
   * Where the gradient of a parameter lies. It is added to, but stored where a leaf of the rows begins (row of the cursor
   * mod 4,096 = 0) unless `add`.
   */
  gradient(name: string): number;
  /** Where a bit for each row of a lazy parameter is set as it is touched; 0 of others. */
  marks?(name: string): number;
  /** Of layers that can (`slopes`): the activation that has made the input, of which ∂input is to be multiplied by the slope. */
  readonly before?: Fused;
  /** Whether another use of the same layer has stored its gradient already. */
  readonly add: boolean;
}

/** A layer as ops. */
export interface LayerOps {
  /** Bytes of constants that never change, and what writes them. */
  readonly constants?: number;
  write?(engine: Engine, at: number): void;
  /** Bytes of scratch. */
  readonly scratch?: number;
  /** Bytes kept from forward to backward. */
  readonly kept?: number;
  /** Whether the backward pass reads what came in, and what went out. */
  readonly reads: { readonly inputs: boolean; readonly output: boolean };
  /** Whether the output may lie where the (first) input lies, and ∂input where ∂output lies, if nobody else needs them. */
  readonly inPlace?: boolean;
  /** Whether the output is the input as it lies. */
  readonly view?: boolean;
  /** Whether all rows of a batch must be in one block. */
  readonly wholeBatch?: boolean;
  /** Least rows of a batch. Default 1. */
  readonly least?: number;
  /** Work units of a row: about one multiply-add of one element each. */
  readonly rowCost: number;
  forward(tape: Tape, places: LayerPlaces): void;
  backward(tape: Tape, places: BackwardPlaces): void;
}

/** A kind of layer. `spec` is valid; errors name `context.name`. */
export interface LayerRow<S extends Spec = Spec> {
  /** How many inputs it takes. Default 1. */
  readonly inputs?: 'many';
  /** Whether it can apply an activation to what it stores (`LayerContext.activation`). */
  readonly fuses?: boolean;
  /** Whether its input and output may be rows of all the data, see `LayerPlaces`. */
  readonly strides?: boolean;
  /** Whether it multiplies ∂input by the slope of the activation before, see `BackwardPlaces`. */
  readonly slopes?: boolean;
  /** What comes in are integers ≥ 0, less than this: columns of X, which are looked at before they are used. */
  indices?(spec: S): number;
  /** What comes out. @throws {ShapeError} that names the layer and the shapes. */
  shape(spec: S, inputs: readonly Shape[], name: string): Shape;
  /** What it keeps. */
  parameters?(spec: S, inputs: readonly Shape[]): readonly Parameter[];
  compile(spec: S, context: LayerContext): LayerOps;
}
