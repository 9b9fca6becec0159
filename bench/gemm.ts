/**
 * The products of a dense layer, each as the op that training runs, against the same product in plain JavaScript, blocked
 * for the cache or as three loops (of one row: the better of the simple loops), and against the micro-kernel alone: f32.
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
  readonly floor: number;
  /** Times the micro-kernel, at most. */
  readonly most?: number;
  /** Against three loops. */
  readonly naive?: boolean;
  readonly fast?: boolean;
}

/** Depth of the panels of the micro-kernel: both fit the first-level cache. */
const DEPTH = 256;

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

function product(js: Loops, kind: (typeof KINDS)[number], { n, p, m, floor, most, naive, fast }: Shape): Case {
  const engine = fast ? fastFullEngine() : fullEngine();
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
    if (naive) js.gemmNaive(...operands);
    else if (n > 1) js.gemmBlocked(...operands, room);
    else if (forward || backward) js.gemmRows(...operands);
    else js.gemmNaive(...operands);
  };
  // A tile is four rows of eight columns, in the fast module six. Rows of a matrix are whole vectors.
  const height = fast ? 6 : 4;
  const [panelA, panelB, tile] = [
    matrix(engine, (DEPTH * height) / 4, 4, random),
    matrix(engine, DEPTH, 8, random),
    matrix(engine, height, 8, random),
  ];
  const times = Math.max(1, Math.round((n * p * m) / (8 * height * DEPTH)));
  return {
    name: `${kind}, ${n} × ${p} → ${m}${naive ? ', against three loops' : ''}${fast ? ', fast' : ''}`,
    unit: 'product',
    work: 1,
    ours,
    plain: loops,
    ...(most !== undefined && {
      limit: once(engine, (tape) => tape.emit('tileOnly', 'f32', [panelA.at, panelB.at, DEPTH, tile.at, times])),
      most,
    }),
    agree: () => {
      ours();
      loops();
      const found = result.read();
      const off = c.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
      // |x| ≤ 1: n·u of the depth, of both sums.
      if (!(off <= 2 * operands[2] ** 2 * 2 ** -24)) throw new Error(`results differ by ${off}`);
    },
    floor,
  };
}

export function gemmCases(js: Loops): Case[] {
  // 85 % of what the micro-kernel alone reaches; of thin products half.
  const large = [
    [256, 256, 256],
    [512, 512, 512],
    [128, 784, 256],
    [128, 256, 128],
  ].map(([n, p, m]) => ({ n: n!, p: p!, m: m!, floor: 11, most: 1 / 0.85 }));
  const shapes: Shape[] = [
    ...large,
    { n: 128, p: 784, m: 10, floor: 5, most: 2 / 0.85 },
    { n: 128, p: 128, m: 10, floor: 5, most: 2 / 0.85 },
    { n: 128, p: 784, m: 17, floor: 5, most: 2 / 0.85 },
    { n: 1, p: 784, m: 256, floor: 1 },
    { n: 1, p: 784, m: 3, floor: 1 },
    { n: 1, p: 3, m: 3, floor: 1 },
    { n: 4, p: 3, m: 3, floor: 1 },
  ];
  return [
    ...shapes.flatMap((shape) => KINDS.map((kind) => product(js, kind, shape))),
    ...(fastSupported ? large : []).flatMap((shape) =>
      KINDS.map((kind) => product(js, kind, { ...shape, fast: true })),
    ),
    ...large.flatMap(({ n, p, m }) =>
      KINDS.map((kind) => product(js, kind, { n, p, m, floor: kind === '∂Z·Wᵀ' ? 20 : 30, naive: true })),
    ),
  ];
}
