/** One layer by itself: values with NaN in their padding, its ops forward and backward over blocks of rows. */
import { layerRow } from '#src/layers/family.js';
import { type Dtype, defaultEngine } from '#src/memory/engine.js';
import {
  type BackwardPlaces,
  describeValue,
  type LayerOps,
  type LayerPlaces,
  type Parameter,
  type Shape,
  type Value,
} from '#src/program/layer.js';
import { cursor, progress, random, Tape, walkOnce } from '#src/program/tape.js';
import type { Spec } from '#src/spec.js';
import { paddedLength, sizeOf } from './numbers.ts';
import { type Sandbox, sandbox } from './sandbox.ts';

export type Numbers = ArrayLike<number>;

export interface LayerCase {
  /** A layer or its spec. */
  readonly layer: Spec;
  readonly dtype?: Dtype;
  readonly rows: number;
  /** Shape and numbers, rows one after the other, of every input. */
  readonly inputs: readonly (readonly [Shape, Numbers])[];
  readonly parameters?: Readonly<Record<string, Numbers>>;
  /** ∂ of what comes out; without it there is no backward pass. */
  readonly slope?: Numbers;
  /** Default true. */
  readonly training?: boolean;
  /** Rows of the blocks. Default one block. */
  readonly blocks?: readonly number[];
  /** Where the batch begins in the epoch, and the rows of the batch before the first block. */
  readonly start?: number;
  readonly row?: number;
  readonly epoch?: number;
  readonly seed?: number;
  /** Number of the layer. */
  readonly number?: number;
  /** Gradients that are there already, to be added to. */
  readonly before?: Readonly<Record<string, Numbers>>;
  /** Whether output and ∂input lie where input and ∂output lie. */
  readonly inPlace?: boolean;
  /** Whether somebody asks for ∂ of the inputs. Default true. */
  readonly asked?: boolean;
}

export interface LayerRun {
  readonly shape: Shape;
  readonly ops: LayerOps;
  readonly output: Float64Array;
  /** ∂ of every input. */
  readonly slopes: readonly Float64Array[];
  readonly gradients: Readonly<Record<string, Float64Array>>;
  /** Parameters behind the forward pass. */
  readonly parameters: Readonly<Record<string, Float64Array>>;
}

/** Rows of `columns` numbers, each padded to whole vectors. */
function spread(dtype: Dtype, values: Numbers, columns: number, padding: number): Float32Array | Float64Array {
  const width = paddedLength(dtype, columns);
  const rows = values.length / columns;
  const out = dtype === 'f32' ? new Float32Array(rows * width) : new Float64Array(rows * width);
  out.fill(padding);
  for (let i = 0; i < values.length; i++) out[Math.floor(i / columns) * width + (i % columns)] = values[i]!;
  return out;
}

/** What `spread` spreads. `zero`: its padding must be zero. */
function gather(box: Sandbox, dtype: Dtype, at: number, rows: number, columns: number, zero = false): Float64Array {
  const width = paddedLength(dtype, columns);
  const found = box.floats(dtype, at, rows * width);
  if (zero && found.some((value, i) => i % width >= columns && !Object.is(value, 0))) throw new Error('padding');
  return Float64Array.from(
    { length: rows * columns },
    (_, i) => found[Math.floor(i / columns) * width + (i % columns)]!,
  );
}

interface Placed {
  readonly values: readonly Value[];
  readonly output: Value;
  readonly parameters: readonly Parameter[];
}

/** Where everything lies: pointers of all rows. */
function place(box: Sandbox, test: LayerCase, { values, output, parameters }: Placed) {
  const { dtype = 'f32', rows, inputs, slope, inPlace, asked = true, before } = test;
  const empty = ({ positions, channels }: Value): Float32Array | Float64Array =>
    spread(dtype, new Float64Array(rows * positions * channels).fill(Number.NaN), channels, Number.NaN);
  const x = inputs.map(([, numbers], i) => {
    const block = spread(dtype, numbers, values[i]!.channels, Number.NaN);
    return inPlace ? box.output(block) : box.input(block);
  });
  const d = slope ? box.output(spread(dtype, slope, output.channels, Number.NaN)) : 0;
  const kept = (one: Parameter, numbers: Numbers | undefined, padding: number): number =>
    box.output(
      spread(dtype, numbers ?? new Float64Array(one.rows * one.columns).fill(Number.NaN), one.columns, padding),
    );
  return {
    x,
    d,
    y: inPlace ? x[0]! : box.output(empty(output)),
    dx: values.map((value, i) => (!slope || !asked ? 0 : inPlace && i === 0 ? d : box.output(empty(value)))),
    parameters: new Map(parameters.map((one) => [one.name, kept(one, test.parameters?.[one.name], 0)])),
    gradients: new Map(parameters.map((one) => [one.name, kept(one, before?.[one.name], before ? 0 : Number.NaN)])),
  };
}

/** Runs the ops of a layer. */
export function runLayer(test: LayerCase): LayerRun {
  const { layer, dtype = 'f32', rows, inputs, training = true, blocks = [rows], slope } = test;
  const { start = 0, row = 0, epoch = 0, seed = 1, number = 1, before } = test;
  const spec = JSON.parse(JSON.stringify(layer)) as Spec;
  const kind = layerRow(spec);
  const shapes = inputs.map(([shape]) => shape);
  const shape = kind.shape(spec, shapes, 'layer1');
  const values = shapes.map((one) => describeValue(one, dtype));
  const output = describeValue(shape, dtype);
  const parameters = kind.parameters?.(spec, shapes) ?? [];
  const context = { dtype, name: 'layer1', number, inputs: values, output, activation: 'none' } as const;
  const ops = kind.compile(spec, { ...context, rows: Math.max(...blocks) });
  return sandbox((box) => {
    const at = place(box, test, { values, output, parameters });
    const bytes = (size = 0): number => box.output(new Uint8Array(size).fill(0xff));
    const constants = bytes(ops.constants);
    ops.write?.(box.engine, constants);
    const common = {
      progress: training ? box.struct(progress, { epoch }) : 0,
      random: training ? box.struct(random, { seedLo: seed, stream: 1, substream: 77 }) : 0,
      parameter: (name: string) => at.parameters.get(name)!,
      constants,
      scratch: bytes(ops.scratch),
      kept: training ? bytes(ops.kept) : 0,
      numbers: 0,
      training,
    };
    const tape = new Tape();
    let first = 0;
    for (const block of blocks) {
      const places: LayerPlaces = {
        ...common,
        cursor: box.struct(cursor, { rows: start + row + rows, start, count: row + rows, row: row + first, block }),
        inputs: at.x.map((x, i) => x + first * values[i]!.rowBytes),
        output: at.y + first * output.rowBytes,
      };
      ops.forward(tape, places);
      const back: BackwardPlaces = {
        ...places,
        outputGradient: at.d + first * output.rowBytes,
        inputGradients: at.dx.map((x, i) => x && x + first * values[i]!.rowBytes),
        gradient: (name) => at.gradients.get(name)!,
        add: before !== undefined,
      };
      if (slope) ops.backward(tape, back);
      first += block;
    }
    walkOnce(box.engine, tape);
    box.check(spec.kind);
    const all = (pointers: ReadonlyMap<string, number>): Record<string, Float64Array> =>
      Object.fromEntries(
        parameters.map((one) => [one.name, gather(box, dtype, pointers.get(one.name)!, one.rows, one.columns, true)]),
      );
    const trained = new Map(
      parameters.map((one) => [one.name, at[one.buffer ? 'parameters' : 'gradients'].get(one.name)!]),
    );
    return {
      shape,
      ops,
      output: gather(box, dtype, at.y, rows * output.positions, output.channels),
      slopes: slope
        ? values.map(({ positions, channels }, i) =>
            at.dx[i] ? gather(box, dtype, at.dx[i], rows * positions, channels) : new Float64Array(),
          )
        : [],
      gradients: slope ? all(trained) : {},
      parameters: all(at.parameters),
    };
  }, defaultEngine());
}

/** Numbers of a shape. */
export const sizeOfShape = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/**
 * Compares the backward pass in f64 with central differences of L = Σ slope·output, for every input and parameter.
 * Returns the largest difference, relative to the largest gradient of its array.
 */
export function worstDifference(test: LayerCase, next: () => number, h = 1e-5): number {
  const exact = { ...test, dtype: 'f64' } as const;
  const { output } = runLayer(exact);
  const slope = Float64Array.from(output, next);
  const found = runLayer({ ...exact, slope });
  const loss = (changed: LayerCase): number =>
    runLayer(changed).output.reduce((sum, value, i) => sum + value * slope[i]!, 0);
  let worst = 0;
  const compare = (gradient: Float64Array, moved: (i: number, by: number) => LayerCase): void => {
    const top = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    gradient.forEach((value, i) => {
      const difference = (loss(moved(i, h)) - loss(moved(i, -h))) / (2 * h);
      worst = Math.max(worst, Math.abs(difference - value) / top);
    });
  };
  const shifted = (values: Numbers, i: number, by: number): Float64Array => {
    const copy = Float64Array.from(values);
    copy[i]! += by;
    return copy;
  };
  found.slopes.forEach((gradient, k) => {
    compare(gradient, (i, by) => {
      const inputs = test.inputs.map(
        ([shape, values], j) => [shape, j === k ? shifted(values, i, by) : values] as const,
      );
      return { ...exact, inputs };
    });
  });
  for (const [name, values] of Object.entries(test.parameters ?? {})) {
    if (name.startsWith('running')) continue;
    compare(found.gradients[name]!, (i, by) => ({
      ...exact,
      parameters: { ...test.parameters, [name]: shifted(values, i, by) },
    }));
  }
  return worst;
}

export const elementSize = sizeOf;
