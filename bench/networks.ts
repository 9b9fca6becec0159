/** Networks by the public `fit`, set-up and copying in included, against plain loops with the same start and order. */
import { adam, binaryCrossEntropy, Engine, meanSquaredError, mlp, sgd, softmaxCrossEntropy } from 'downhill';
import { fast, fastSupported } from 'downhill/fast';
import { Philox } from '#src/data/random.js';
import { emitDense, emitDenseInputs, emitDenseWeights, gemmScratch } from '#src/program/gemm.js';
import { padded, readTensor, writeTensor } from '#src/program/layout.js';
import { RowsObjective } from '#src/program/objective.js';
import { control, cursor, Tape, writeFields } from '#src/program/tape.js';
import { TrainingProgram } from '#src/program/training.js';
import { bareOptions } from '#src/program/training-options.js';
import { fullEngine } from '../test/helpers/full.ts';
import { type Case, same } from './harness.ts';
import type { Others } from './others.ts';
import type { plain } from './plain/index.ts';
import { fill, mulberry32 } from './plain/random.ts';

type Loops = Awaited<ReturnType<typeof plain>>;

interface Setup {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly rows: number;
  readonly batch: number;
  readonly epochs: number;
  readonly floor?: number;
  /** Against products blocked for the cache. */
  readonly blocked?: boolean;
  /** Rows of one epoch of the plain loops, where all of them take minutes: what a row takes is compared. */
  readonly plainRows?: number;
  /** Instead of plain loops. */
  readonly other?: Others['tensorFlow'];
}

/** Inputs × outputs, then biases, of every layer, as the plain loops have them. */
function flat(sizes: readonly number[], parameters: Readonly<Record<string, ArrayLike<number>>>): number[] {
  return sizes.slice(1).flatMap((units, i) => {
    const weight = parameters[`dense${i + 1}.weight`]!;
    const before = sizes[i]!;
    const turned = Array.from(weight, (_, j) => weight[(j % units) * before + Math.floor(j / units)]!);
    return [...turned, ...Array.from(parameters[`dense${i + 1}.bias`]!)];
  });
}

function network(loops: Loops, setup: Setup): Case {
  const { name, sizes, rows, batch, epochs, floor, plainRows } = setup;
  const [inputs, outputs] = [sizes[0]!, sizes.at(-1)!];
  const random = mulberry32(7);
  const x = fill(new Float32Array(rows * inputs), random);
  const y = Array.from({ length: rows }, () => (outputs > 1 ? Math.floor(random() * outputs) : random()));
  const data = { data: x, shape: [rows, inputs] };
  const loss = outputs > 1 ? softmaxCrossEntropy() : meanSquaredError();
  const classes = outputs > 1 ? Array.from({ length: outputs }, (_, k) => k) : null;
  const make = () => mlp({ inputs, hidden: sizes.slice(1, -1), outputs, loss, classes });
  const options = { optimizer: adam(1e-3), batchSize: batch, seed: 1, shuffle: batch < rows, tolerance: null };
  const first = make();
  // A rate of zero leaves the start as it is.
  first.fitSync(data, y, { ...options, optimizer: adam(0), epochs: 1 });
  const start = flat(sizes, first.parameters);
  const orders = Array.from({ length: epochs }, (_, epoch) =>
    batch < rows ? new Philox(1, 1, epoch).permutation(rows) : Uint32Array.from({ length: rows }, (_, i) => i),
  );
  const fit = () => {
    const model = make();
    model.fitSync(data, y, { ...options, epochs });
    return model;
  };
  const product = setup.blocked ? { multiply: loops.gemmBlocked, room: loops.workspace('f64') } : undefined;
  const pass = (rows: number): ArrayLike<number> => {
    if (setup.other) return setup.other(sizes, x, y, orders, rows, batch, start);
    const twin = loops.plainNetwork((length) => new Float64Array(length), sizes, batch);
    twin.theta.set(start);
    let t = 0;
    for (const order of orders) {
      for (let at = 0; at < rows; at += batch) {
        loops.plainStep(twin, x, y, order, at, Math.min(batch, rows - at), ++t, 1e-3, loops.adam, product);
      }
    }
    return twin.theta;
  };
  return {
    name,
    unit: plainRows ? 'row' : 'fit',
    work: plainRows ? rows * epochs : 1,
    ours: fit,
    plain: () => pass(plainRows ?? rows),
    ...(plainRows && { plainWork: plainRows * epochs }),
    agree: () => {
      // The steps that both have done, as a fit of its own.
      const part = make();
      part.fitSync(data, y, { ...options, epochs, ...(plainRows && { maxSteps: plainRows / batch }) });
      same(flat(sizes, part.parameters), pass(plainRows ?? rows), plainRows ? 1e-3 : 1e-4, name);
    },
    ...(floor === undefined ? {} : { floor }),
  };
}

/** Against a loop written for this network alone, that does not even compute the loss; or against brain.js. */
function xor(loops: Loops, brainXor?: Others['brainXor']): Case {
  const name = `fit of a 2-3-1 network to XOR, 20,000 steps on its 4 rows${brainXor ? ', against brain.js 1.6' : ''}`;
  const x = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
  const y = [0, 1, 1, 0];
  const make = () => mlp({ inputs: 2, hidden: 3, outputs: 1, activation: 'sigmoid', loss: binaryCrossEntropy() });
  const options = { batchSize: 4, seed: 1, tolerance: null };
  const data = { data: x, shape: [4, 2] };
  const first = make();
  first.fitSync(data, y, { ...options, optimizer: sgd(0), epochs: 1 });
  const start = flat([2, 3, 1], first.parameters);
  const [plainX, plainY] = [Float64Array.from(x), Float64Array.from(y)];
  const fit = () => {
    const model = make();
    model.fitSync(data, y, { ...options, optimizer: sgd(0.5), epochs: 20_000 });
    return model;
  };
  const pass = () => {
    const theta = Float64Array.from(start);
    loops.xorSgd(theta, plainX, plainY, 20_000, 0.5);
    return theta;
  };
  return {
    name,
    unit: 'fit',
    work: 1,
    ours: fit,
    plain: brainXor ? () => brainXor(20_000) : pass,
    agree: () => {
      const model = fit();
      // Their loss is another one: both have learnt it.
      if (brainXor) same(model.predict(data) as number[], brainXor(20_000).map(Math.round), 0, name);
      else same(flat([2, 3, 1], model.parameters), pass(), 1e-4, name);
    },
    floor: brainXor ? 4 : 1.3,
  };
}

/** The matrix products of a step, between rooms of their sizes. */
function productsAlone(engine: Engine, sizes: readonly number[], n: number): () => void {
  const { arena } = engine;
  const shown = arena.allocate(cursor.bytes);
  engine.u8.fill(0, shown, shown + cursor.bytes);
  writeFields(engine, shown, cursor, { block: n, count: n, rows: n });
  const width = (units: number): number => padded(4 * units, 16);
  const place = (rows: number, columns: number) => {
    const [bytes, stride] = [rows * width(columns), width(columns)];
    const at = arena.allocate(bytes + 64);
    engine.f32.fill(0.5, at >>> 2, (at + bytes) >>> 2);
    return { at, stride };
  };
  const values = sizes.map((units) => place(n, units));
  const slopes = sizes.map((units) => place(n, units));
  const tape = new Tape();
  const layers = sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i]!;
    const scratch = arena.allocate(gemmScratch('f32', n, inputs, outputs));
    const layer = { inputs, outputs, bias: 0, scratch };
    return { ...layer, weight: place(inputs, outputs).at, gradient: place(inputs, outputs).at };
  });
  layers.forEach((layer, i) => {
    emitDense(tape, 'f32', shown, layer, values[i]!, values[i + 1]!);
  });
  for (let i = layers.length - 1; i >= 0; i--) {
    const layer = layers[i]!;
    emitDenseWeights(tape, 'f32', shown, { ...layer, weight: layer.gradient }, values[i]!, slopes[i + 1]!);
    if (i > 0) emitDenseInputs(tape, 'f32', shown, layer, slopes[i + 1]!, slopes[i]!.at);
  }
  const at = arena.allocate(tape.bytes);
  tape.write(engine, at);
  const turn = arena.allocate(control.bytes);
  writeFields(engine, turn, control, { begin: at, end: at + tape.bytes, position: at });
  return () => {
    engine.exports.walk(turn, 1000);
  };
}

/** A step of training against the same in plain loops; its limit is its matrix products, without bias and activations. */
function step(loops: Loops): Case {
  const sizes = [784, 256, 128, 10];
  const batch = 128;
  const name = 'step of a 784-256-128-10 network, batch 128, Adam';
  const engine = fullEngine();
  const random = mulberry32(9);
  const x = fill(new Float32Array(batch * 784), random);
  const y = Array.from({ length: batch }, () => Math.floor(random() * 10));
  const at = engine.arena.allocate(x.byteLength + 256);
  const labels = engine.arena.allocate(4 * batch + 64);
  engine.f32.set(x, at >>> 2);
  engine.i32.set(y, labels >>> 2);
  const loss = softmaxCrossEntropy();
  const model = mlp({ inputs: 784, hidden: [256, 128], outputs: 10, loss }).compile(784, 10);
  const data = { rows: batch, x: at, stride: model.stride, y: labels, targetBytes: 4, weights: 0 };
  const start = Float32Array.from({ length: model.bytes / 4 }, () => 0.1 * (random() - 0.5));
  const make = () => {
    const objective = new RowsObjective(model, data, loss, { batch, shuffle: false });
    const program = new TrainingProgram(engine, objective, { ...bareOptions, optimizer: adam(1e-3), seed: 1 });
    program.setParameters((base) => {
      for (const tensor of model.tensors) {
        const { offset, rows, columns } = tensor;
        writeTensor(engine, 'f32', base, tensor, start.subarray(offset / 4, offset / 4 + rows * columns));
      }
    });
    return program;
  };
  const values = (program: TrainingProgram) =>
    Object.fromEntries(model.tensors.map((one) => [one.name, readTensor(engine, 'f32', program.parameters, one)]));
  const run = (program: TrainingProgram, steps: number): void => {
    const until = program.read('step') + steps;
    while (program.read('step') < until) program.run(until, 2 ** 30);
  };
  const twin = () => {
    const made = loops.plainNetwork((length) => new Float64Array(length), sizes, batch);
    const program = make();
    made.theta.set(flat(sizes, values(program)));
    program.release();
    return made;
  };
  const order = Uint32Array.from({ length: batch }, (_, i) => i);
  let t = 0;
  const plainStep = (made: ReturnType<typeof twin>, t: number) =>
    loops.plainStep(made, x, y, order, 0, batch, t, 1e-3, loops.adam);
  const program = make();
  const plainTwin = twin();
  return {
    name,
    unit: 'step',
    work: 1,
    ours: () => run(program, 1),
    plain: () => plainStep(plainTwin, ++t),
    limit: productsAlone(engine, sizes, batch),
    agree: () => {
      const [ours, plain] = [make(), twin()];
      run(ours, 5);
      for (let i = 1; i <= 5; i++) plainStep(plain, i);
      same(flat(sizes, values(ours)), plain.theta, 1e-4, name);
      ours.release();
    },
    // A quarter of the step is spent elsewhere.
    most: 1 / 0.75,
  };
}

const LARGE = { sizes: [784, 256, 128, 10], rows: 60_000, batch: 128, epochs: 1, plainRows: 1280 } as const;
const LARGE_NAME = 'fit of a 784-256-128-10 network, 60,000 rows, batch 128, Adam, 1 epoch';
const SMALL = { sizes: [64, 64, 1], rows: 32 * 12, batch: 32, epochs: 32 } as const;
const SMALL_NAME = 'fit of a 64-64-1 network, batch 32, 384 Adam steps';
const TENSORFLOW = ', against TensorFlow.js 4.22 (WASM, one thread)';
/** An epoch of the fast engine against one of the strict. */
export function fastCases(): Case[] {
  if (!fastSupported) return [];
  const [rows, inputs] = [12_800, 784];
  const name = `fit of a 784-256-128-10 network, 12,800 rows, batch 128, Adam, 1 epoch, fast, against strict`;
  const random = mulberry32(7);
  const x = { data: fill(new Float32Array(rows * inputs), random), shape: [rows, inputs] };
  const y = Array.from({ length: rows }, () => Math.floor(random() * 10));
  const strict = new Engine();
  const fit = (engine: Engine): number[] => {
    const model = mlp({ inputs, hidden: [256, 128], outputs: 10, loss: softmaxCrossEntropy(), engine });
    const { history } = model.fitSync(x, y, { optimizer: adam(1e-3), batchSize: 128, seed: 1, epochs: 1 });
    return history.map(({ loss }) => loss);
  };
  const agree = (): void => same(fit(fast), fit(strict), 1e-4, name);
  return [{ name, unit: 'fit', work: 1, ours: () => fit(fast), plain: () => fit(strict), agree, floor: 1.1 }];
}

export const networkCases = (loops: Loops): Case[] => [
  network(loops, { name: LARGE_NAME, ...LARGE, floor: 20 }),
  network(loops, { name: `${LARGE_NAME}, against blocked products`, ...LARGE, floor: 10, blocked: true }),
  step(loops),
  network(loops, { name: SMALL_NAME, ...SMALL, floor: 10 }),
  xor(loops),
];

/** The same against other libraries. */
export const otherCases = (loops: Loops, { tensorFlow: other, brainXor }: Others): Case[] => [
  network(loops, { name: LARGE_NAME + TENSORFLOW, ...LARGE, floor: 10, other }),
  network(loops, { name: SMALL_NAME + TENSORFLOW, ...SMALL, floor: 35, other }),
  xor(loops, brainXor),
];
