/**
 * Runs the kernels of an optimizer by themselves, on parameters cut into stretches as a test wants them: what the
 * compiler of updates does, with nothing around it.
 */
import type { Dtype } from '#src/memory/engine.js';
import type { SteppingSpec } from '#src/optimizers.js';
import { fits, numbers } from '#src/program/block.js';
import { optimizerRows } from '#src/program/optimizer-rows.js';
import { floats } from './kernel.ts';
import { paddedLength, sizeOf } from './numbers.ts';
import { sandbox } from './sandbox.ts';

export interface Update {
  readonly dtype: Dtype;
  readonly spec: SteppingSpec;
  /** A vector, or a matrix, row by row. */
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  /** η of step t = 0, 1, …; that of the spec if left out. */
  readonly rate?: (t: number) => number;
  /** Shape as users see it. Default a vector. */
  readonly shape?: readonly number[];
  /** Whether columns lie side by side in memory. */
  readonly transposed?: boolean;
  /** Vectors of padding at the end of every row beyond the least, or rows side by side. */
  readonly wider?: number | 'dense';
  /** Whole vectors where a new stretch begins. */
  readonly cuts?: readonly number[];
  /** Whether effective steps are asked for. */
  readonly steps?: boolean;
  /** What scratch holds before every step. Default 0xff, which is NaN. */
  readonly scratch?: number;
}

export interface Updated {
  /** Parameters after every step. */
  readonly steps: readonly (readonly number[])[];
  /** What is evaluated after the last. */
  readonly evaluated: readonly number[];
  /** Effective steps of every step. */
  readonly effective: readonly (readonly number[])[];
  /** Padding of θ after the last step. */
  readonly padding: readonly number[];
  /** t and the scalars. */
  readonly memory: readonly number[];
}

export function runUpdate(update: Update): Updated {
  const { dtype, spec, start, gradients, shape = [start.length], transposed = false, wider = 0, cuts = [] } = update;
  const [rows, columns] =
    shape.length < 2 ? [1, start.length] : transposed ? [shape[1]!, shape[0]!] : [shape[0]!, shape[1]!];
  const size = sizeOf(dtype);
  const dense = wider === 'dense';
  const least = paddedLength(dtype, columns);
  const stride = dense ? columns : least + (wider * 16) / size;
  const place = (i: number): number =>
    transposed ? (i % rows) * stride + Math.floor(i / rows) : Math.floor(i / columns) * stride + (i % columns);
  const row = optimizerRows.find((row) => fits(row, spec))!;
  const rate = update.rate ?? (() => spec.learningRate as number);
  return sandbox((box) => {
    const length = paddedLength(dtype, rows * stride);
    const bytes = length * size;
    const spread = (values: readonly number[]): number[] => {
      const all = new Array<number>(length).fill(0);
      values.forEach((value, i) => {
        all[place(i)] = value;
      });
      return all;
    };
    const read = (from: number): number[] => {
      const all = box.floats(dtype, from, length);
      return start.map((_, i) => all[place(i)]!);
    };
    const theta = box.output(floats(dtype, spread(start)));
    const slots = row.slots === 0 ? 0 : box.output(floats(dtype, new Array(row.slots * length).fill(0)));
    const memory = box.output(new Float64Array(8));
    const settings = box.output(Float64Array.of(0, ...numbers(row, spec)));
    const effective = update.steps ? box.output(floats(dtype, new Array(length).fill(0))) : 0;
    const short = Math.min(rows, columns);
    const square = short * paddedLength(dtype, short) * size;
    const room = Math.max(bytes, rows * least * size);
    const scratchBytes = (row.scratch ?? 0) * room + (row.squares ?? 0) * square;
    const scratch = scratchBytes === 0 ? 0 : box.output(new Uint8Array(scratchBytes));
    const found: number[][] = [];
    const lengths: number[][] = [];
    const edges = [0, ...cuts.map((vectors) => vectors * 16), bytes];
    gradients.forEach((given, t) => {
      const gradient = box.input(floats(dtype, spread(given)));
      box.engine.f64[settings >>> 3] = rate(t);
      box.engine.f64[memory >>> 3] = t + 1;
      box.engine.u8.fill(update.scratch ?? 0xff, scratch, scratch + scratchBytes);
      for (const kernel of row.before === undefined ? [row.name] : [row.before, row.name]) {
        edges.slice(1).forEach((end, i) => {
          const at = edges[i]!;
          const flags = Number(i === 0) + 2 * Number(i === edges.length - 2) + 4 * Number(transposed);
          const h = effective && effective + at;
          const state = slots && slots + at;
          const words = [settings, theta + at, gradient + at, end - at, state, bytes, h, memory, flags];
          box.call(kernel, dtype, [...words, rows, columns, stride * size, scratch]);
        });
      }
      found.push(read(theta));
      if (effective) lengths.push(read(effective));
    });
    const used = new Set(start.map((_, i) => place(i)));
    return {
      steps: found,
      evaluated: row.evaluates === undefined ? read(theta) : read(slots + row.evaluates * bytes),
      effective: lengths,
      padding: [...box.floats(dtype, theta, length)].filter((_, i) => !used.has(i)),
      memory: [...box.engine.f64.slice(memory >>> 3, (memory >>> 3) + 8)],
    };
  });
}
