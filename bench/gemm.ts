/**
 * The products of a dense layer, each as the op that training runs, against the same product in plain JavaScript, blocked
 * for the cache (of one row: the better of the simple loops), and against multiplying and adding in registers: f32.
 */
import { fastSupported } from 'downhill/fast';
import type { Engine } from '#src/memory/engine.js';
import { emitDense, emitDenseInputs, emitDenseWeights, gemmScratch } from '#src/program/gemm.js';
import { padded } from '#src/program/layout.js';
import { control, cursor, Tape, writeFields } from '#src/program/tape.js';
import { fastFullEngine, fullEngine } from '../test/helpers/full.ts';
import type { Case } from './harness.ts';
import type { plain } from './plain/index.ts';
import { fill, mulberry32 } from './plain/random.ts';

type Loops = Awaited<ReturnType<typeof plain>>;

const KINDS = ['X·W', 'Xᵀ·∂Z', '∂Z·Wᵀ'] as const;

interface Shape {
  readonly n: number;
  readonly p: number;
  readonly m: number;
  readonly floor?: number;
  readonly goal?: number;
}

/** An op as a function. */
function once(engine: Engine, write: (tape: Tape) => void): () => void {
  const tape = new Tape();
  write(tape);
  const at = engine.arena.allocate(tape.bytes);
  tape.write(engine, at);
  const turn = engine.arena.allocate(control.bytes);
  writeFields(engine, turn, control, { begin: at, end: at + tape.bytes, position: at });
  return () => {
    engine.exports.walk(turn, 1);
  };
}

/** A matrix in memory, rows of whole vectors, and the same as a plain array. */
function matrix(engine: Engine, rows: number, columns: number, random: () => number) {
  const values = fill(new Float32Array(rows * columns), random);
  const stride = padded(columns * 4, 16);
  const at = engine.arena.allocate(rows * stride);
  engine.u8.fill(0, at, at + rows * stride);
  const write = (i: number): void => {
    engine.f32.set(values.subarray(i * columns, (i + 1) * columns), (at + i * stride) >>> 2);
  };
  for (let i = 0; i < rows; i++) write(i);
  const read = (): number[] =>
    Array.from({ length: rows * columns }, (_, i) => {
      return engine.f32[(at + Math.floor(i / columns) * stride) / 4 + (i % columns)]!;
    });
  return { at, stride, values, read };
}

type Kind = (typeof KINDS)[number];

/** A product as the op that training runs and in plain JavaScript, on the same values. */
function operation(js: Loops, engine: Engine, kind: Kind, { n, p, m }: Shape) {
  const random = mulberry32(n + p + m);
  const x = matrix(engine, n, p, random);
  const w = matrix(engine, p, m, random);
  const z = matrix(engine, n, m, random);
  const forward = kind === 'X·W';
  const backward = kind === 'Xᵀ·∂Z';
  const out = forward ? z : backward ? w : x;
  const result = matrix(engine, forward || !backward ? n : p, forward || backward ? m : p, random);
  const shown = engine.arena.allocate(cursor.bytes);
  engine.u8.fill(0, shown, shown + cursor.bytes);
  writeFields(engine, shown, cursor, { block: n, count: n, rows: n });
  const scratch = engine.arena.allocate(gemmScratch('f32', n, p, m));
  const layer = { inputs: p, outputs: m, weight: backward ? result.at : w.at, bias: 0, scratch };
  const ours = once(engine, (tape) => {
    if (forward) emitDense(tape, 'f32', shown, layer, x, result);
    else if (backward) emitDenseWeights(tape, 'f32', shown, layer, x, z);
    else emitDenseInputs(tape, 'f32', shown, layer, z, result.at);
  });
  const c = new Float32Array(out.values.length);
  const room = js.workspace('f32');
  type Operands = Parameters<typeof js.gemmNaive>;
  const operands: Operands = forward
    ? [n, m, p, x.values, p, 1, w.values, m, 1, c]
    : backward
      ? [p, m, n, x.values, 1, p, z.values, m, 1, c]
      : [n, p, m, z.values, m, 1, w.values, 1, m, c];
  const loops = (): void => {
    if (n > 1) js.gemmBlocked(...operands, room);
    else if (forward || backward) js.gemmRows(...operands);
    else js.gemmNaive(...operands);
  };
  const agree = (): void => {
    ours();
    loops();
    const found = result.read();
    const off = c.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
    // |x| ≤ 1: n·u of the depth, of both sums.
    if (!(off <= 2 * operands[2] ** 2 * 2 ** -24)) throw new Error(`results differ by ${off}`);
  };
  return { name: `${kind}, ${n} × ${p} → ${m}`, unit: 'product', work: 1, ours, plain: loops, agree };
}

function product(js: Loops, kind: Kind, shape: Shape): Case {
  const { n, p, m, floor, goal } = shape;
  const engine = fullEngine();
  const numbers = matrix(engine, 1, 1, () => 1).at;
  const sum = engine.arena.allocate(64);
  // Seven multiplications and seven additions of four lanes.
  const turns = Math.max(1, Math.round((n * p * m) / 28));
  return {
    ...operation(js, engine, kind, shape),
    limit: once(engine, (tape) => tape.emit('peak', 'f32', [numbers, sum, turns])),
    ...(floor !== undefined && { floor }),
    ...(goal !== undefined && { goal }),
  };
}

/** Depth of panels that lie in the first-level cache: 14 kB at most. */
const DEPTH = 256;

/** A product against the micro-kernel alone, which multiplies as often, on panels that are packed and near. */
function share(js: Loops, kind: Kind, shape: Shape, fast: boolean): Case {
  const engine = fast ? fastFullEngine() : fullEngine();
  const tile = (fast ? 6 : 4) * 8;
  const zeros = (bytes: number): number => {
    const at = engine.arena.allocate(bytes);
    engine.u8.fill(0, at, at + bytes);
    return at;
  };
  const words = [zeros(tile * DEPTH), zeros(32 * DEPTH), DEPTH, zeros(256)];
  const times = Math.round((shape.n * shape.p * shape.m) / (tile * DEPTH));
  const whole = operation(js, engine, kind, shape);
  return {
    ...whole,
    name: `${whole.name}, ${fast ? 'fast' : 'strict'}, against the micro-kernel alone`,
    plain: once(engine, (tape) => tape.emit('tileOnly', 'f32', [...words, times])),
    floor: 0.85,
  };
}

/** Products in strict and, where there is relaxed SIMD, in fast. */
export function shareCases(js: Loops): Case[] {
  const shapes: Shape[] = [
    { n: 256, p: 256, m: 256 },
    { n: 512, p: 512, m: 512 },
    { n: 128, p: 784, m: 256 },
  ];
  const modes = fastSupported ? [false, true] : [false];
  return shapes.flatMap((shape) => KINDS.flatMap((kind) => modes.map((fast) => share(js, kind, shape, fast))));
}

export function gemmCases(js: Loops): Case[] {
  const shapes: Shape[] = [
    { n: 128, p: 128, m: 128, floor: 5, goal: 11 },
    { n: 512, p: 512, m: 512, floor: 5, goal: 11 },
    { n: 128, p: 784, m: 256, floor: 5, goal: 11 },
    { n: 128, p: 784, m: 10, floor: 5 },
    { n: 1, p: 784, m: 256, floor: 1 },
  ];
  return shapes.flatMap((shape) => KINDS.map((kind) => product(js, kind, shape)));
}
