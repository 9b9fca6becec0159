/** Layers with windows by themselves: NaN in all padding, parameters as users see them; and the same in direct f64 loops. */
import { layerRow } from '#src/layers/family.js';
import { type Dtype, defaultEngine } from '#src/memory/engine.js';
import type { FusedActivation } from '#src/program/activations.js';
import { describeValue, type Parameter, type Shape } from '#src/program/layer.js';
import { cursor, Tape, walkOnce } from '#src/program/tape.js';
import type { Spec } from '#src/spec.js';
import { paddedLength } from './numbers.ts';
import { type Sandbox, sandbox } from './sandbox.ts';

export type Numbers = ArrayLike<number>;

export interface WindowCase {
  readonly layer: Spec;
  readonly dtype?: Dtype;
  readonly rows: number;
  readonly shape: Shape;
  readonly x: Numbers;
  readonly parameters?: Readonly<Record<string, Numbers>>;
  /** ∂ of what comes out; without it there is no backward pass. */
  readonly slope?: Numbers;
  /** Rows of the blocks. Default one block. */
  readonly blocks?: readonly number[];
  /** Most rows of a block that the ops are made for. */
  readonly most?: number;
  readonly activation?: FusedActivation;
  /** Rows of the batch before the first block. */
  readonly row?: number;
  /** Gradients that are there already, to be added to. */
  readonly before?: Readonly<Record<string, Numbers>>;
}

export interface WindowRun {
  readonly shape: Shape;
  readonly y: Float64Array;
  readonly dx: Float64Array;
  readonly gradients: Readonly<Record<string, Float64Array>>;
}

type Floats = Float32Array | Float64Array;

function spread(dtype: Dtype, values: Numbers, columns: number, padding: number): Floats {
  const width = paddedLength(dtype, columns);
  const length = (values.length / columns) * width;
  const out = dtype === 'f32' ? new Float32Array(length) : new Float64Array(length);
  out.fill(padding);
  for (let i = 0; i < values.length; i++) out[Math.floor(i / columns) * width + (i % columns)] = values[i]!;
  return out;
}

function gather(box: Sandbox, dtype: Dtype, at: number, rows: number, columns: number, zero = false): Float64Array {
  const width = paddedLength(dtype, columns);
  const found = box.floats(dtype, at, rows * width);
  if (zero && found.some((value, i) => i % width >= columns && !Object.is(value, 0))) throw new Error('padding');
  return Float64Array.from(
    { length: rows * columns },
    (_, i) => found[Math.floor(i / columns) * width + (i % columns)]!,
  );
}

/** For every number of a parameter as it lies, its place in the array that users see. */
function order({ rows, columns, taps = 1 }: Parameter): number[] {
  const channels = rows / taps;
  return Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return (column * channels + (row % channels)) * taps + Math.floor(row / channels);
  });
}

export function runWindows(test: WindowCase): WindowRun {
  const { layer, dtype = 'f32', rows, shape, x, slope, blocks = [rows], activation = 'none', row = 0, before } = test;
  const spec = JSON.parse(JSON.stringify(layer)) as Spec;
  const kind = layerRow(spec);
  const out = kind.shape(spec, [shape], 'layer1');
  const input = describeValue(shape, dtype);
  const output = describeValue(out, dtype);
  const parameters = kind.parameters?.(spec, [shape]) ?? [];
  const ops = kind.compile(spec, {
    ...{ dtype, name: 'layer1', number: 1, inputs: [input], output, activation },
    rows: test.most ?? Math.max(...blocks),
  });
  return sandbox((box) => {
    const lie = (one: Parameter, values: Numbers | undefined, padding: number): Floats => {
      const numbers = values ?? new Float64Array(one.rows * one.columns).fill(Number.NaN);
      return spread(
        dtype,
        order(one).map((i) => numbers[i]!),
        one.columns,
        padding,
      );
    };
    const empty = (value: typeof input): number =>
      box.output(
        spread(dtype, new Float64Array(rows * value.positions * value.channels), value.channels, Number.NaN).fill(
          Number.NaN,
        ),
      );
    const at = {
      x: box.input(spread(dtype, x, input.channels, Number.NaN)),
      y: empty(output),
      dx: empty(input),
      dy: box.output(spread(dtype, slope ?? [], output.channels, Number.NaN)),
    };
    const values = new Map(parameters.map((one) => [one.name, box.input(lie(one, test.parameters?.[one.name], 0))]));
    const gradients = new Map(
      parameters.map((one) => [one.name, box.output(lie(one, before?.[one.name], before ? 0 : Number.NaN))]),
    );
    const constants = box.output(new Uint8Array(ops.constants ?? 0));
    ops.write?.(box.engine, constants);
    const common = {
      ...{ progress: 0, random: 0, constants, kept: 0, training: true },
      parameter: (name: string) => values.get(name)!,
      scratch: box.output(new Uint8Array(ops.scratch ?? 0).fill(0xff)),
      numbers: box.input(Float64Array.of(0.25)),
    };
    const tape = new Tape();
    let first = 0;
    for (const block of blocks) {
      const places = {
        ...common,
        cursor: box.struct(cursor, { rows: row + rows, count: row + rows, row: row + first, block }),
        inputs: [at.x + first * input.rowBytes],
        output: at.y + first * output.rowBytes,
      };
      ops.forward(tape, places);
      if (slope) {
        ops.backward(tape, {
          ...places,
          outputGradient: at.dy + first * output.rowBytes,
          inputGradients: [at.dx + first * input.rowBytes],
          gradient: (name) => gradients.get(name)!,
          add: before !== undefined,
        });
      }
      first += block;
    }
    walkOnce(box.engine, tape);
    box.check(spec.kind);
    const seen = (one: Parameter): Float64Array => {
      const found = gather(box, dtype, gradients.get(one.name)!, one.rows, one.columns, true);
      const to = found.slice();
      order(one).forEach((place, i) => {
        to[place] = found[i]!;
      });
      return to;
    };
    return {
      shape: out,
      y: gather(box, dtype, at.y, rows * output.positions, output.channels),
      dx: gather(box, dtype, at.dx, rows * input.positions, input.channels),
      gradients: slope ? Object.fromEntries(parameters.map((one) => [one.name, seen(one)])) : {},
    };
  }, defaultEngine());
}

export interface Geometry {
  readonly size: readonly [number, number];
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Padding above, below, to the left, to the right. */
  readonly padding: readonly [number, number, number, number];
}

/** Size of what comes out, by trying every window. */
export function outputSize({ size, kernel, stride, dilation, padding }: Geometry): [number, number] {
  const fit = (axis: 0 | 1): number => {
    const length = size[axis] + padding[2 * axis]! + padding[2 * axis + 1]!;
    let n = 0;
    while (n * stride[axis] + (kernel[axis] - 1) * dilation[axis] < length) n++;
    return n;
  };
  return [fit(0), fit(1)];
}

/** Calls `visit` for every tap of every window that lies inside: row, window, tap, position. */
export function everyTap(
  g: Geometry,
  rows: number,
  visit: (row: number, window: number, tap: number, position: number) => void,
): void {
  const [high, wide] = outputSize(g);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < high * wide; i++) {
      for (let k = 0; k < g.kernel[0] * g.kernel[1]; k++) {
        const y = Math.floor(i / wide) * g.stride[0] - g.padding[0] + Math.floor(k / g.kernel[1]) * g.dilation[0];
        const x = (i % wide) * g.stride[1] - g.padding[2] + (k % g.kernel[1]) * g.dilation[1];
        if (y >= 0 && y < g.size[0] && x >= 0 && x < g.size[1]) {
          visit(r, r * high * wide + i, k, (r * g.size[0] + y) * g.size[1] + x);
        }
      }
    }
  }
}

/** A convolution and its gradients by the definition. w: filters × channels/groups × taps. */
export function convolve(
  g: Geometry,
  rows: number,
  filters: number,
  groups: number,
  { x, w, b, d }: { x: Numbers; w: Numbers; b: Numbers | undefined; d: Numbers },
) {
  const [high, wide] = outputSize(g);
  const taps = g.kernel[0] * g.kernel[1];
  const [channels, each] = [g.channels / groups, filters / groups];
  const y = Float64Array.from({ length: rows * high * wide * filters }, (_, i) => b?.[i % filters] ?? 0);
  const dx = new Float64Array(rows * g.size[0] * g.size[1] * g.channels);
  const dw = new Float64Array(filters * channels * taps);
  const db = new Float64Array(filters);
  everyTap(g, rows, (_, window, tap, position) => {
    for (let f = 0; f < filters; f++) {
      for (let c = 0; c < channels; c++) {
        const from = position * g.channels + Math.floor(f / each) * channels + c;
        const weight = (f * channels + c) * taps + tap;
        const to = window * filters + f;
        y[to]! += x[from]! * w[weight]!;
        dx[from]! += d[to]! * w[weight]!;
        dw[weight]! += d[to]! * x[from]!;
      }
    }
  });
  for (let i = 0; i < y.length; i++) db[i % filters]! += d[i]!;
  return { y, dx, weight: dw, bias: db, output: [high, wide] };
}

/** Largest difference over the largest value. */
export function apart(found: Numbers, expected: Numbers): number {
  let [top, off] = [1e-30, 0];
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  for (let i = 0; i < expected.length; i++) {
    top = Math.max(top, Math.abs(expected[i]!));
    const difference = Math.abs(found[i]! - expected[i]!);
    if (!(difference <= off)) off = difference;
  }
  return off / top;
}

/**
 * Compares the backward pass in f64 with central differences of Σ slope·y, for the input and every parameter: the largest
 * difference, relative to the largest gradient of its array.
 */
export function worstDifference(test: WindowCase, next: () => number, h = 1e-4): number {
  const exact: WindowCase = { ...test, dtype: 'f64' };
  const slope = Float64Array.from(runWindows(exact).y, next);
  const found = runWindows({ ...exact, slope });
  const loss = (changed: WindowCase): number => runWindows(changed).y.reduce((sum, y, i) => sum + y * slope[i]!, 0);
  const compare = (gradient: Float64Array, values: Numbers, replaced: (values: Numbers) => WindowCase): number => {
    const moved = (i: number, by: number): number => {
      const copy = Float64Array.from(values);
      copy[i]! += by;
      return loss(replaced(copy));
    };
    return apart(
      gradient,
      gradient.map((_, i) => (moved(i, h) - moved(i, -h)) / (2 * h)),
    );
  };
  const { parameters = {} } = test;
  return Math.max(
    compare(found.dx, test.x, (x) => ({ ...exact, x })),
    ...Object.entries(parameters).map(([name, values]) =>
      compare(found.gradients[name]!, values, (one) => ({ ...exact, parameters: { ...parameters, [name]: one } })),
    ),
  );
}
