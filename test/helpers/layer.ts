/**
 * One layer by itself: its values and parameters in a sandbox, its ops forward and backward walked block after block. What
 * is padding is NaN in values and 0 in parameters.
 */
import { type Dtype, defaultEngine, type Engine } from '#src/memory/engine.js';
import { describeValue, type LayerRow, type Shape, type Value } from '#src/program/layer.js';
import { progress, random, Tape, walkOnce } from '#src/program/tape.js';
import type { Spec } from '#src/spec.js';
import { paddedLength, rowMajor, sizeOf } from './numbers.ts';
import { source } from './points.ts';
import { type Sandbox, sandbox } from './sandbox.ts';

type Floats = Float32Array | Float64Array;

export interface LayerCase {
  readonly row: LayerRow<never>;
  readonly spec: Spec;
  readonly shapes: readonly Shape[];
  readonly rows: number;
  readonly dtype?: Dtype;
  /** Rows of the blocks. Default: one of all rows. */
  readonly blocks?: readonly number[];
  /** Row of the batch at which the first block begins. Default 0. */
  readonly first?: number;
  readonly seed?: number;
  readonly number?: number;
  readonly training?: boolean;
  /** Whether what comes out lies where the input lies, and ∂input where ∂output lies, if the layer allows it. */
  readonly inPlace?: boolean;
  readonly engine?: Engine;
}

/** Inputs row after row without padding, parameters as they lie in memory without padding, ∂output. */
export interface LayerNumbers {
  readonly inputs: readonly ArrayLike<number>[];
  readonly parameters?: Readonly<Record<string, ArrayLike<number>>>;
  readonly gradient?: ArrayLike<number>;
}

export interface LayerResult {
  readonly output: Floats;
  readonly inputGradients: readonly Floats[];
  /** Parameters behind the pass (buffers may have moved), and their gradients. */
  readonly parameters: Readonly<Record<string, Floats>>;
  readonly gradients: Readonly<Record<string, Floats>>;
}

export const sizeOfShape = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

function place(box: Sandbox, dtype: Dtype, rows: number, value: Value, numbers?: ArrayLike<number>): number {
  const { positions, channels } = value;
  const all = rows * positions;
  const at = (i: number, j: number): number => numbers?.[i * channels + j] ?? Number.NaN;
  return box.output(rowMajor(dtype, all, channels, paddedLength(dtype, channels), at, Number.NaN));
}

function gather(box: Sandbox, dtype: Dtype, at: number, rows: number, columns: number): Floats {
  const width = paddedLength(dtype, columns);
  const found = box.floats(dtype, at, rows * width);
  return rowMajor(dtype, rows, columns, columns, (i, j) => found[i * width + j]!);
}

/** Runs the layer forward and, if there is a gradient, backward. */
export function runLayer(one: LayerCase, numbers: LayerNumbers): LayerResult {
  const { dtype = 'f64', engine = defaultEngine() } = one;
  return sandbox((box) => walk(box, { ...one, dtype }, numbers), engine);
}

function walk(box: Sandbox, one: LayerCase & { readonly dtype: Dtype }, numbers: LayerNumbers): LayerResult {
  const { row, spec, shapes, rows, dtype, blocks = [one.rows], first = 0, training = true } = one;
  const name = 'layer';
  const inputs = shapes.map((shape) => describeValue(shape, dtype));
  const output = describeValue(row.shape(spec as never, shapes, name), dtype);
  const context = {
    dtype,
    name,
    number: one.number ?? 0,
    inputs,
    output,
    activation: 'none',
    rows: Math.max(...blocks),
  } as const;
  const ops = row.compile(spec as never, context);
  const parameters = row.parameters?.(spec as never, shapes) ?? [];
  const bytes = (n: number | undefined): number => box.output(new Uint8Array(n ?? 0));

  const from = inputs.map((value, i) => place(box, dtype, rows, value, numbers.inputs[i]));
  const together = one.inPlace && ops.inPlace;
  const to = together ? from[0]! : place(box, dtype, rows, output);
  const outputGradient = place(box, dtype, rows, output, numbers.gradient);
  const inputGradients = inputs.map((value, i) =>
    together && i === 0 ? outputGradient : place(box, dtype, rows, value),
  );
  const weights: Record<string, number> = {};
  const gradients: Record<string, number> = {};
  for (const { name, rows: r, columns: c } of parameters) {
    const width = paddedLength(dtype, c);
    const given = numbers.parameters?.[name];
    weights[name] = box.output(rowMajor(dtype, r, c, width, (i, j) => given?.[i * c + j] ?? 0));
    gradients[name] = box.output(rowMajor(dtype, r, c, width, () => Number.NaN));
  }
  const constants = bytes(ops.constants);
  ops.write?.(box.engine, constants);
  const shared = {
    progress: box.struct(progress, {}),
    random: box.struct(random, { seedLo: one.seed ?? 0 }),
    parameter: (name: string) => weights[name]!,
    constants,
    scratch: bytes(ops.scratch),
    kept: bytes(ops.kept),
    training,
    numbers: 0,
  };

  const read = (pointer: number, value: Value, n = rows): Floats =>
    gather(box, dtype, pointer, n * value.positions, value.channels);
  const forget = (pointer: number, value: Value, n: number): void => {
    box.engine.floats(dtype, pointer, (n * value.rowBytes) / sizeOf(dtype)).fill(Number.NaN);
  };
  const outputs: number[] = [];
  let at = 0;
  for (const block of blocks) {
    const cursor = box.cursor({ count: first + rows, row: first + at, block });
    const shift = (pointer: number, value: Value): number => pointer + at * value.rowBytes;
    const places = {
      ...shared,
      cursor,
      inputs: from.map((pointer, i) => shift(pointer, inputs[i]!)),
      output: shift(to, output),
    };
    const tape = new Tape();
    ops.forward(tape, places);
    walkOnce(box.engine, tape);
    outputs.push(...read(places.output, output, block));
    if (numbers.gradient) {
      // What the backward pass says that it does not read is gone.
      if (!ops.reads.output && !together) forget(places.output, output, block);
      if (!ops.reads.inputs && !together) {
        for (const [i, pointer] of places.inputs.entries()) forget(pointer, inputs[i]!, block);
      }
      const back = new Tape();
      ops.backward(back, {
        ...places,
        outputGradient: shift(outputGradient, output),
        inputGradients: inputGradients.map((pointer, i) => shift(pointer, inputs[i]!)),
        gradient: (name) => gradients[name]!,
        add: false,
      });
      walkOnce(box.engine, back);
    }
    at += block;
  }
  box.check(spec.kind);
  const kept = (pointers: Record<string, number>): Record<string, Floats> =>
    Object.fromEntries(
      parameters.map(({ name, rows: r, columns: c }) => [name, gather(box, dtype, pointers[name]!, r, c)]),
    );
  return {
    output: dtype === 'f32' ? Float32Array.from(outputs) : Float64Array.from(outputs),
    inputGradients: inputGradients.map((pointer, i) => read(pointer, inputs[i]!)),
    parameters: kept(weights),
    gradients: kept(gradients),
  };
}

/**
 * Gradients of Σ w·output, w at random, with respect to inputs and parameters, against central differences in f64. Says
 * how far off the worst is, relative to the largest of its array (or 1).
 */
export function worstGradient(one: LayerCase, numbers: LayerNumbers, step = 1e-5): number {
  const next = source(7);
  const { output } = runLayer({ ...one, dtype: 'f64' }, numbers);
  const gradient = Float64Array.from(output, () => 2 * next() - 1);
  const found = runLayer({ ...one, dtype: 'f64' }, { ...numbers, gradient });
  const value = (changed: LayerNumbers): number =>
    (runLayer({ ...one, dtype: 'f64' }, changed).output as Float64Array).reduce((s, y, i) => s + y * gradient[i]!, 0);
  let worst = 0;
  const compare = (values: ArrayLike<number>, slopes: Floats, change: (values: Float64Array) => LayerNumbers): void => {
    const size = Math.max(1, ...Array.from(slopes, Math.abs));
    Array.from(values).forEach((x, i) => {
      const at = (y: number): number => {
        const copy = Float64Array.from(values);
        copy[i] = y;
        return value(change(copy));
      };
      const expected = (at(x + step) - at(x - step)) / (2 * step);
      worst = Math.max(worst, Math.abs(slopes[i]! - expected) / size);
    });
  };
  numbers.inputs.forEach((values, i) => {
    compare(values, found.inputGradients[i]!, (copy) => ({
      ...numbers,
      inputs: numbers.inputs.map((other, j) => (i === j ? copy : other)),
    }));
  });
  for (const [name, values] of Object.entries(numbers.parameters ?? {})) {
    compare(values, found.gradients[name]!, (copy) => ({
      ...numbers,
      parameters: { ...numbers.parameters, [name]: copy },
    }));
  }
  return worst;
}
