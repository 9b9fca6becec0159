/** Layers by themselves, forward and backward as training runs them, against direct loops: f32. */
import { conv2d } from '#src/layers/convolution.js';
import { layerRow } from '#src/layers/family.js';
import { describeValue } from '#src/program/layer.js';
import { control, cursor, Tape, writeFields } from '#src/program/tape.js';
import { fullEngine } from '../test/helpers/full.ts';
import { type Case, same } from './harness.ts';
import type { plain } from './plain/index.ts';
import { fill, mulberry32 } from './plain/random.ts';

type Loops = Awaited<ReturnType<typeof plain>>;

/** 3×3, zeros around. Channels and filters are whole vectors, so nothing is padded. */
function convolution(js: Loops, rows: number, side: number, channels: number, filters: number, floor: number): Case {
  const kernel = 3;
  const size = { rows, height: side, width: side, channels, filters, kernel };
  const engine = fullEngine();
  const random = mulberry32(3);
  const make = (n: number): Float32Array => fill(new Float32Array(n), random);
  const [inputs, outputs, weights] = [
    rows * side * side * channels,
    rows * side * side * filters,
    9 * channels * filters,
  ];
  const values = { x: make(inputs), w: make(weights), b: make(filters), dy: make(outputs) };
  const to = { y: make(outputs), dx: make(inputs), dw: make(weights), db: make(filters) };
  const block = (bytes: number): number => engine.arena.allocate(bytes);
  const place = (array: Float32Array): number => {
    const at = block(array.byteLength);
    engine.f32.set(array, at >>> 2);
    return at;
  };
  const at = { x: place(values.x), w: place(values.w), b: place(values.b), dy: place(values.dy) };
  const found = { y: place(to.y), dx: place(to.dx), dw: place(to.dw), db: place(to.db) };

  const { spec } = conv2d({ filters, kernelSize: kernel, padding: 'same' });
  const row = layerRow(spec);
  const input = describeValue([side, side, channels], 'f32');
  const output = describeValue([side, side, filters], 'f32');
  const context = { dtype: 'f32', name: 'conv2d', number: 1, activation: 'none' } as const;
  const ops = row.compile(spec, { ...context, inputs: [input], output, rows });
  const shown = block(cursor.bytes);
  engine.u8.fill(0, shown, shown + cursor.bytes);
  writeFields(engine, shown, cursor, { rows, count: rows, block: rows });
  const constants = block(ops.constants!);
  ops.write!(engine, constants);
  const places = {
    ...{ cursor: shown, progress: 0, random: 0, numbers: 0, kept: 0, training: true, add: false, constants },
    ...{ scratch: block(ops.scratch!), inputs: [at.x], output: found.y },
    ...{ outputGradient: at.dy, inputGradients: [found.dx] },
    parameter: (name: string) => (name === 'weight' ? at.w : at.b),
    gradient: (name: string) => (name === 'weight' ? found.dw : found.db),
  };
  const tape = new Tape();
  ops.forward(tape, places);
  ops.backward(tape, places);
  const begin = block(tape.bytes);
  tape.write(engine, begin);
  const turn = block(control.bytes);
  writeFields(engine, turn, control, { begin, end: begin + tape.bytes, position: begin });
  const ours = (): void => {
    // More than the whole costs.
    engine.exports.walk(turn, 2 ** 30);
  };
  const loops = (): void => {
    js.convolve(size, values.x, values.w, values.b, to.y);
    js.convolveBack(size, values.x, values.w, values.dy, to.dx, to.dw, to.db);
  };
  const name = `conv2d 3×3, ${channels} → ${filters} channels, ${side}×${side}, batch ${rows}, forward and backward`;
  return {
    ...{ name, unit: 'pass', work: 1, ours, plain: loops, floor },
    agree: () => {
      ours();
      loops();
      for (const key of ['y', 'dx', 'dw', 'db'] as const) {
        same(engine.floats('f32', found[key], to[key].length), to[key], 1e-5, `${name}: ${key}`);
      }
    },
  };
}

export const layerCases = (loops: Loops): Case[] => [
  convolution(loops, 32, 28, 16, 32, 10),
  convolution(loops, 32, 14, 8, 16, 10),
];
