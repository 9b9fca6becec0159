/**
 * The three products of a dense layer for every number of rows, inputs and outputs from 1 to 40, against the triple loop
 * in f64. Its sums grow by one term from size to size, so that all 64,000 sizes share them.
 *
 * A sum of n products in any order is within n·u of Σ|ab| (Higham, Accuracy and Stability, 2002, 3.1); twice that, for the
 * sum in f64 is rounded as well.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Dtype, defaultEngine, type Engine } from '#src/memory/engine.js';
import { emitDense, emitDenseInputs, emitDenseWeights, gemmScratch } from '#src/program/gemm.js';
import { padded } from '#src/program/layout.js';
import { control, cursor, Tape, writeFields } from '#src/program/tape.js';
import { mulberry32 } from '../../bench/plain/random.ts';
import { dtypes, unit } from '../helpers/numbers.ts';

/** Those whose values are written out below. */
const fusedActivations = ['none', 'relu', 'leakyRelu', 'tanh', 'sigmoid'] as const;
type FusedActivation = (typeof fusedActivations)[number];

const MOST = 40;
const SLOPE = 0.25;

/** Sums of products, and of their sizes; MOST elements a row. */
class Sums {
  readonly value = new Float64Array(MOST * MOST);
  readonly size = new Float64Array(MOST * MOST);

  clear(row: ArrayLike<number> = []): void {
    for (let i = 0; i < MOST * MOST; i++) {
      this.value[i] = row[i % MOST] ?? 0;
      this.size[i] = Math.abs(this.value[i]!);
    }
  }

  /** Adds a term to every sum: a(i)·b(j), `rows` × `columns` of them. */
  add(rows: number, columns: number, a: (i: number) => number, b: (j: number) => number): void {
    for (let i = 0; i < rows; i++) {
      const left = a(i);
      for (let j = 0; j < columns; j++) {
        const term = left * b(j);
        this.value[i * MOST + j]! += term;
        this.size[i * MOST + j]! += Math.abs(term);
      }
    }
  }
}

/** A matrix of MOST × MOST values in memory whose rows can be laid out anew; NaN in what is left. */
class Stored {
  readonly engine: Engine;
  readonly dtype: Dtype;
  readonly at: number;
  readonly values: Float64Array;

  constructor(engine: Engine, dtype: Dtype, random: () => number, rows = MOST) {
    this.engine = engine;
    this.dtype = dtype;
    this.at = engine.arena.allocate((rows + 1) * padded(8 * MOST, 16));
    const round = dtype === 'f32' ? Math.fround : (value: number) => value;
    this.values = Float64Array.from({ length: rows * MOST }, () => round(2 * random() - 1));
  }

  /** Everything NaN: what is not written is seen. */
  spoil(bytes: number): void {
    this.engine.u8.fill(0xff, this.at, this.at + bytes);
  }

  /** The first `columns` of every row, in rows of `stride` bytes. */
  lay(columns: number, stride: number): void {
    const size = this.dtype === 'f32' ? 4 : 8;
    this.spoil((this.values.length / MOST) * stride);
    const memory = this.dtype === 'f32' ? this.engine.f32 : this.engine.f64;
    for (let at = this.at, i = 0; i < this.values.length; i += MOST, at += stride) {
      for (let j = 0; j < columns; j++) memory[at / size + j] = this.values[i + j]!;
    }
  }
}

/** Every element within `terms` of its sum and of the error of f, zeros behind them, NaN behind the last row. */
function compare(
  what: () => string,
  memory: Float32Array | Float64Array,
  at: number,
  width: number,
  rows: number,
  columns: number,
  { value, size }: Sums,
  factor: number,
  f: (exact: number, at: number) => number,
  slack: number,
): void {
  for (let i = 0; i < rows; i++) {
    const from = at + i * width;
    const to = i * MOST;
    for (let j = 0; j < columns; j++) {
      const exact = f(value[to + j]!, to + j);
      const off = Math.abs(memory[from + j]! - exact);
      if (!(off <= factor * size[to + j]! + slack)) {
        assert.unreachable(`${what()}: ${memory[from + j]} for ${exact} at ${i}, ${j}`);
      }
    }
    for (let j = columns; j < width; j++) {
      if (memory[from + j] !== 0) assert.unreachable(`${what()}: ${memory[from + j]} in the padding of row ${i}`);
    }
  }
  if (!Number.isNaN(memory[at + rows * width])) assert.unreachable(`${what()}: written behind the last row`);
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
const values: Readonly<Record<FusedActivation, (z: number) => number>> = {
  none: (z) => z,
  relu: (z) => Math.max(z, 0),
  leakyRelu: (z) => (z < 0 ? SLOPE * z : z),
  tanh: Math.tanh,
  sigmoid: logistic,
};
const slopes: Readonly<Record<FusedActivation, (y: number) => number>> = {
  none: () => 1,
  relu: (y) => Number(y > 0),
  leakyRelu: (y) => (y > 0 ? 1 : SLOPE),
  tanh: (y) => 1 - y * y,
  sigmoid: (y) => y * (1 - y),
};

/** All three products of all sizes of the list, with one activation. Returns how many sizes that were. */
function checkAll(dtype: Dtype, activation: FusedActivation, sizes: readonly number[]): number {
  const engine = defaultEngine();
  return engine.arena.scope(() => {
    const size = dtype === 'f32' ? 4 : 8;
    const u = unit[dtype];
    const random = mulberry32(size);
    const make = (rows = MOST) => new Stored(engine, dtype, random, rows);
    const [x, w, z, b, y] = [make(), make(), make(), make(1), make()];
    const [toY, toW, toB, toX] = [make(), make(), make(1), make()];
    const scratch = engine.arena.allocate(gemmScratch(dtype, MOST, MOST, MOST));
    const numbers = engine.arena.allocate(64);
    engine.f64[numbers / 8] = SLOPE;
    const shown = engine.arena.allocate(cursor.bytes);
    engine.u8.fill(0, shown, shown + cursor.bytes);
    const tapeAt = engine.arena.allocate(192);
    const turn = engine.arena.allocate(control.bytes);
    writeFields(engine, turn, control, { begin: tapeAt, end: tapeAt + 192, position: tapeAt });
    const memory = dtype === 'f32' ? engine.f32 : engine.f64;
    const block = (shown + cursor.block) / 4;
    const wide = padded(MOST * size, 16) + 16;
    x.lay(MOST, wide);
    const [forward, weights, biases, inputs] = [new Sums(), new Sums(), new Sums(), new Sums()];
    const f = values[activation];
    const slope = slopes[activation];
    const same = (exact: number): number => exact;
    const back = (exact: number, at: number): number => exact * slope(y.values[at]!);
    // f is at most 2 ulp off, and Math one; none of them is steeper than 1.
    const exactly = ['none', 'relu', 'leakyRelu'].includes(activation);
    const slack = exactly ? 0 : 6 * u;
    inputs.clear();
    let before = 0;
    let count = 0;
    for (const m of sizes) {
      for (; before < m; before++) {
        inputs.add(
          MOST,
          MOST,
          (i) => z.values[i * MOST + before]!,
          (j) => w.values[j * MOST + before]!,
        );
      }
      const width = padded(m * size, 16);
      for (const matrix of [w, z, b]) matrix.lay(m, width);
      forward.clear(b.values);
      let terms = 0;
      for (const p of sizes) {
        for (; terms < p; terms++) {
          forward.add(
            MOST,
            m,
            (i) => x.values[i * MOST + terms]!,
            (j) => w.values[terms * MOST + j]!,
          );
        }
        const across = padded(p * size, 16);
        y.lay(p, across);
        const layer = { inputs: p, outputs: m, scratch };
        const fused = { activation, numbers };
        const input = { at: x.at, stride: wide };
        const tape = new Tape();
        emitDense(tape, dtype, shown, { ...layer, weight: w.at, bias: b.at }, input, toY, fused);
        emitDenseWeights(tape, dtype, shown, { ...layer, weight: toW.at, bias: toB.at }, input, z);
        emitDenseInputs(tape, dtype, shown, { ...layer, weight: w.at }, z, toX.at, fused, y);
        tape.write(engine, tapeAt);
        weights.clear();
        biases.clear();
        let rows = 0;
        for (const n of sizes) {
          for (; rows < n; rows++) {
            weights.add(
              p,
              m,
              (i) => x.values[rows * MOST + i]!,
              (j) => z.values[rows * MOST + j]!,
            );
            biases.add(
              1,
              m,
              () => 1,
              (j) => z.values[rows * MOST + j]!,
            );
          }
          toY.spoil(n * width + 16);
          toW.spoil(p * width + 16);
          toB.spoil(width + 16);
          toX.spoil(n * across + 16);
          engine.u32[block] = n;
          engine.exports.walk(turn, 1000);
          const name = (of: string) => () => `${of} ${dtype}, ${n} × ${p} → ${m}, ${activation}`;
          const check = (
            of: string,
            { at }: Stored,
            row: number,
            count: number,
            columns: number,
            sums: Sums,
            n: number,
          ) => compare(name(of), memory, at / size, row / size, count, columns, sums, 2 * (n + 1) * u, same, 0);
          const yAt = toY.at / size;
          compare(name('Y'), memory, yAt, width / size, n, m, forward, 2 * (p + 1) * u, f, slack);
          check('∂W', toW, width, p, m, weights, n);
          check('∂b', toB, width, 1, m, biases, n);
          const xAt = toX.at / size;
          compare(name('∂X'), memory, xAt, across / size, n, p, inputs, 2 * (m + 1) * u, back, slack * m);
          count++;
        }
      }
    }
    return count;
  });
}

const all = Array.from({ length: MOST }, (_, i) => i + 1);

for (const dtype of dtypes) {
  test(`products ${dtype}: every size from 1 to ${MOST}`, () => {
    assert.is(checkAll(dtype, 'none', all), MOST ** 3);
  });

  for (const activation of fusedActivations) {
    test(`products ${dtype}: ${activation}, a grid of sizes`, () => {
      assert.is(checkAll(dtype, activation, [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33]), 11 ** 3);
    });
  }
}

test.run();
