/** Runs the kernels of an optimizer step by step with gradients that are given. */
import type { Dtype } from '#src/memory/engine.js';
import type { OptimizerSpec, SteppingSpec } from '#src/optimizers.js';
import { groupsOf } from '#src/program/groups.js';
import { elementBytes, padded, type Tensor } from '#src/program/layout.js';
import { Tape, walkOnce } from '#src/program/tape.js';
import { Updates } from '#src/program/updates.js';
import { sandbox } from './sandbox.ts';

type Floats = Float32Array | Float64Array;

export interface OptimizerRun {
  readonly dtype: Dtype;
  readonly spec: OptimizerSpec;
  /** Of the one parameter. */
  readonly shape: readonly number[];
  /** Row after row. */
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  /** η at update t, 0 at the first. Default that of the spec, which must then be a number. */
  readonly rate?: (t: number) => number;
  /** Whether effective steps are asked for, as by a proximal step. Default true. */
  readonly stepped?: boolean;
  /** Updates that count as done, from an empty state. */
  readonly from?: number;
  /** Lay rows out padded to 16 bytes, as models do, and as the transpose if asked. Default: side by side. */
  readonly layout?: 'dense' | 'padded' | 'transposed';
  /** Before update t, state (memory and slots as bytes) may be looked at or replaced. */
  readonly onState?: (t: number, state: Uint8Array) => Uint8Array | undefined;
}

export interface OptimizerSteps {
  /** Parameters after every step, row after row. */
  readonly steps: readonly Floats[];
  /** Effective steps after every step; zero where the rule does not write them. */
  readonly effective: readonly Floats[];
  /** What is evaluated in the end. */
  readonly evaluated: Floats;
  /** Elements of the block that are no parameters, in the end. */
  readonly padding: readonly number[];
}

/** Where a parameter of this shape lies. */
export function tensorOf(dtype: Dtype, shape: readonly number[], layout: OptimizerRun['layout'] = 'dense'): Tensor {
  const size = elementBytes(dtype);
  const count = shape.reduce((product, n) => product * n, 1);
  const outer = shape.length > 1 ? shape[0]! : 1;
  const transposed = layout === 'transposed';
  const [rows, columns] = transposed ? [count / outer, outer] : [outer, count / outer];
  const rowBytes = layout === 'dense' ? columns * size : padded(columns * size, 16);
  return { name: 'w', shape, offset: 0, rows, columns, rowBytes, bytes: padded(rows * rowBytes, 16), transposed };
}

export function runOptimizer(run: OptimizerRun): OptimizerSteps {
  const { dtype, spec, shape, start, gradients, from = 0, layout, onState } = run;
  const size = elementBytes(dtype);
  const tensor = tensorOf(dtype, shape, layout);
  const { rows, columns, rowBytes, bytes, transposed } = tensor;
  const places = Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = transposed ? [i % rows, Math.floor(i / rows)] : [Math.floor(i / columns), i % columns];
    return (row * rowBytes) / size + column;
  });
  return sandbox((box) => {
    const { engine } = box;
    const updates = new Updates(groupsOf(spec as SteppingSpec, [tensor], { groups: [], regularizers: [] }), dtype);
    const block = (length: number): number => box.output(new Uint8Array(padded(Math.max(length, 16), 64)));
    const parameters = box.output(new Uint8Array(bytes));
    const gradient = box.output(new Uint8Array(bytes));
    const steps = box.output(new Uint8Array(bytes));
    const evaluated = block(bytes);
    const memory = block(updates.memoryBytes + updates.slotBytes);
    const slots = memory + updates.memoryBytes;
    const settings = block(updates.settingsBytes);
    const scratch = block(updates.scratchBytes);
    updates.write(engine, settings);
    const all = { parameters, gradient, memory, slots, settings, steps, scratch };
    const tape = new Tape();
    updates.emit(tape, all, () => run.stepped ?? true);
    const write = (at: number, values: readonly number[]): void => {
      const to = engine.floats(dtype, at, bytes / size);
      values.forEach((value, i) => {
        to[places[i]!] = value;
      });
    };
    const read = (at: number): Floats => {
      const from = engine.floats(dtype, at, bytes / size);
      const values = places.map((place) => from[place]!);
      return dtype === 'f32' ? Float32Array.from(values) : Float64Array.from(values);
    };
    write(parameters, start);
    const { learningRate } = spec as { learningRate: unknown };
    const rate = run.rate ?? (() => learningRate as number);
    updates.groups.forEach((_, i) => {
      engine.f64[updates.memoryAt(memory, i).at >>> 3] = from;
    });
    const found: Floats[] = [];
    const effective: Floats[] = [];
    gradients.forEach((values, t) => {
      const state = onState?.(t, engine.u8.slice(memory, slots + updates.slotBytes));
      if (state) engine.u8.set(state, memory);
      write(gradient, values);
      updates.groups.forEach((_, i) => {
        engine.f64[updates.settingsAt(settings, i) >>> 3] = rate(from + t);
        const { at, owner } = updates.memoryAt(memory, i);
        if (owner) engine.f64[at >>> 3]! += 1;
      });
      walkOnce(engine, tape);
      box.check(spec.kind);
      found.push(read(parameters));
      effective.push(read(steps));
    });
    updates.publish(engine, all, evaluated, bytes);
    const used = new Set(places);
    const padding = [...engine.floats(dtype, parameters, bytes / size)].filter((_, i) => !used.has(i));
    return { steps: found, effective, evaluated: read(evaluated), padding };
  });
}
