/**
 * What is measured: f32, the strict module, one thread, each against the plain loop in `plain/`. Data are seeded; both
 * sides work on the same values.
 */
import { linearRegression } from 'downhill';
import { Philox } from '#src/data/random.js';
import { binaryCrossEntropy, type LossSpec, meanSquaredError, softmaxCrossEntropy } from '#src/losses.js';
import type { Engine } from '#src/memory/engine.js';
import { gradientDescent, type OptimizerSpec, sgd } from '#src/optimizers.js';
import { readTensor } from '#src/program/layout.js';
import { LinearProgram } from '#src/program/linear.js';
import { RowsObjective } from '#src/program/objective.js';
import { control, OP_BYTES, Tape, writeFields } from '#src/program/tape.js';
import { TrainingProgram } from '#src/program/training.js';
import { bareOptions } from '#src/program/training-options.js';
import { fullEngine } from '../test/helpers/full.ts';
import { embeddingCase } from './embedding.ts';
import { gemmCases } from './gemm.ts';
import { type Case, same } from './harness.ts';
import { layerCases } from './layers.ts';
import { lossCases } from './losses.ts';
import { metricCases } from './metrics.ts';
import { fastCases, networkCases, otherCases } from './networks.ts';
import { optimizerCases } from './optimizers.ts';
import { others } from './others.ts';
import { plain } from './plain/index.ts';
import { fill, mulberry32 } from './plain/random.ts';

type Loops = Awaited<ReturnType<typeof plain>>;

/** One op by itself, as a function. */
function kernel(engine: Engine, name: string, words: readonly number[]): () => void {
  const at = engine.arena.allocate(OP_BYTES);
  const tape = new Tape();
  tape.emit(name, 'f32', words);
  tape.write(engine, at);
  const turn = engine.arena.allocate(control.bytes);
  writeFields(engine, turn, control, { begin: at, end: at + OP_BYTES, position: at });
  return () => {
    engine.exports.walk(turn, 1);
  };
}

interface Problem {
  readonly rows: number;
  readonly features: number;
  readonly outputs: number;
  readonly loss: LossSpec;
  readonly optimizer: OptimizerSpec;
  readonly batch: number;
}

const SEED = 1;

/** Random rows in memory with a training program over them, and the same rows as plain arrays. */
function problem({ rows, features, outputs, loss, optimizer, batch }: Problem) {
  const random = mulberry32(SEED);
  const x = fill(new Float32Array(rows * features), random);
  const labels = Int32Array.from({ length: rows }, () => Math.floor(random() * Math.max(2, outputs)));
  const engine = fullEngine();
  const model = new LinearProgram('f32', features, outputs);
  const at = engine.arena.allocate(rows * model.stride + 256);
  const y = engine.arena.allocate(rows * 4 + 64);
  engine.u8.fill(0, at, at + rows * model.stride);
  for (let i = 0; i < rows; i++) {
    engine.f32.set(x.subarray(i * features, (i + 1) * features), (at + i * model.stride) >>> 2);
  }
  if (outputs > 1) engine.i32.set(labels, y >>> 2);
  else engine.f32.set(labels, y >>> 2);
  const make = (): TrainingProgram =>
    new TrainingProgram(
      engine,
      new RowsObjective(model, { rows, x: at, stride: model.stride, y, targetBytes: 4, weights: 0 }, loss, {
        batch,
        shuffle: batch < rows,
      }),
      { ...bareOptions, optimizer, seed: SEED },
    );
  const steps = Math.ceil(rows / batch);
  const program = make();
  const run = (program: TrainingProgram, count: number): void => {
    const until = program.read('step') + count;
    while (program.read('step') < until) program.run(until, 2 ** 30);
  };
  /** Parameters after some epochs from zero: weights output by output, then the intercepts. */
  const after = (epochs: number): number[] => {
    const fresh = make();
    run(fresh, epochs * steps);
    const values = model.tensors.flatMap((tensor) => [...readTensor(engine, 'f32', fresh.parameters, tensor)]);
    fresh.release();
    return values;
  };
  const order = (epoch: number): Uint32Array => new Philox(SEED, 1, epoch).permutation(rows);
  return { engine, model, at, x, labels, after, order, epoch: () => run(program, steps) };
}

/** Full batch: one step. */
function gradientDescentStep({ linearGradient }: Loops): Case {
  const [rows, features, rate] = [100_000, 100, 0.01];
  const loss = meanSquaredError();
  const { engine, model, at, x, labels, after, epoch } = problem({
    ...{ rows, features, outputs: 1, loss, optimizer: gradientDescent(rate), batch: rows },
  });
  const y = Float32Array.from(labels);
  const gradient = new Float32Array(features + 1);
  const step = (theta: Float32Array): void => {
    linearGradient(x, y, rows, features, theta, gradient);
    for (let j = 0; j <= features; j++) theta[j]! -= rate * gradient[j]!;
  };
  const theta = new Float32Array(features + 1);
  return {
    name: 'gradient-descent step, linear regression, 100,000 × 100',
    unit: 'step',
    work: 1,
    ours: epoch,
    plain: () => step(theta),
    limit: kernel(engine, 'readOnly', [at, rows * model.stride, engine.arena.allocate(64)]),
    agree: () => {
      const fresh = new Float32Array(features + 1);
      for (let i = 0; i < 5; i++) step(fresh);
      same(after(5), fresh, 1e-4, 'gradient descent');
    },
    floor: 5.5,
    goal: 7,
  };
}

function logisticEpoch({ logisticEpoch, sgd: update }: Loops): Case {
  const [rows, features, batch, rate] = [100_000, 100, 256, 0.01];
  const loss = binaryCrossEntropy();
  const { x, labels, after, order, epoch } = problem({
    ...{ rows, features, outputs: 1, loss, optimizer: sgd(rate), batch },
  });
  const y = Float32Array.from(labels);
  const gradient = new Float32Array(features + 1);
  const step = (theta: Parameters<typeof update>[0], g: Parameters<typeof update>[1]): void => update(theta, g, rate);
  const first = order(0);
  const theta = new Float32Array(features + 1);
  return {
    name: 'epoch of logistic regression, 100,000 × 100, batch 256, shuffled',
    unit: 'epoch',
    work: 1,
    ours: epoch,
    plain: () => logisticEpoch(x, y, features, first, batch, theta, gradient, step),
    agree: () => {
      const fresh = new Float32Array(features + 1);
      for (const e of [0, 1]) logisticEpoch(x, y, features, order(e), batch, fresh, gradient, step);
      same(after(2), fresh, 1e-4, 'logistic regression');
    },
    floor: 5,
    goal: 6.5,
  };
}

function softmaxEpoch({ softmaxEpoch, sgd: update }: Loops): Case {
  const [rows, features, outputs, batch, rate] = [12_800, 784, 10, 128, 0.01];
  const loss = softmaxCrossEntropy();
  const { x, labels, after, order, epoch } = problem({
    ...{ rows, features, outputs, loss, optimizer: sgd(rate), batch },
  });
  const size = (features + 1) * outputs;
  const gradient = new Float32Array(size);
  const scores = new Float32Array(batch * outputs);
  const step = (theta: Parameters<typeof update>[0], g: Parameters<typeof update>[1]): void => update(theta, g, rate);
  const pass = (theta: Float32Array, indices: Uint32Array): unknown =>
    softmaxEpoch(x, labels, features, outputs, indices, batch, theta, gradient, scores, step);
  const theta = new Float32Array(size);
  const first = order(0);
  return {
    name: 'epoch of softmax regression, 12,800 × 784 → 10, batch 128, shuffled',
    unit: 'epoch',
    work: 1,
    ours: epoch,
    plain: () => pass(theta, first),
    agree: () => {
      const fresh = new Float32Array(size);
      pass(fresh, first);
      same(after(1), fresh, 1e-3, 'softmax regression');
    },
    floor: 6,
    goal: 10,
  };
}

/** By the public API, set-up and copying in included. */
function wholeFit(loops: Loops, rows: number, features: number, steps: number, floor?: number): Case {
  const random = mulberry32(SEED);
  const x = fill(new Float32Array(rows * features), random);
  const y = fill(new Float32Array(rows), random);
  const rate = 0.05;
  const gradient = new Float32Array(features + 1);
  const data = { data: x, shape: [rows, features] };
  const optimizer = gradientDescent(rate);
  const fit = () => {
    const model = linearRegression({ dtype: 'f32', standardize: false });
    model.fitSync(data, y, { optimizer, epochs: steps, tolerance: null });
    return model;
  };
  const pass = (): Float32Array => {
    const theta = new Float32Array(features + 1);
    loops.gradientDescent(x, y, rows, features, theta, gradient, rate, steps);
    return theta;
  };
  const size = `${rows.toLocaleString('en')} × ${features}`;
  return {
    name: `whole fit, linear regression, ${size}, ${steps.toLocaleString('en')} full-batch steps`,
    unit: 'step',
    work: steps,
    ours: fit,
    plain: pass,
    agree: () => {
      const { parameters } = fit();
      same([...parameters.weight, ...parameters.bias], pass(), 1e-4, 'fit');
    },
    ...(floor === undefined ? {} : { floor }),
  };
}

function map(loops: Loops, name: 'exp' | 'log' | 'tanh'): Case {
  const length = 100_000;
  const engine = fullEngine();
  const [from, to] = [0, 0].map(() => engine.arena.allocate(length * 4)) as [number, number];
  const random = mulberry32(4);
  const x = Float32Array.from({ length }, () => (name === 'log' ? 10 * random() + 1e-3 : 8 * random() - 4));
  engine.floats('f32', from, length).set(x);
  const out = new Float32Array(length);
  const loop = loops[name];
  const ours = kernel(engine, name, [from, to, length]);
  return {
    name: `${name} of 100,000 values`,
    unit: 'value',
    work: length,
    ours,
    plain: () => loop(x, out),
    agree: () => {
      ours();
      loop(x, out);
      same(engine.floats('f32', to, length), out, 1e-6, name);
    },
    floor: 4,
  };
}

export async function cases(): Promise<Case[]> {
  const loops = await plain('f32');
  // Loops of their own: they work on f64, and what has seen both kinds of array is slow.
  const wide = await plain('f64');
  const installed = await others();
  return [
    gradientDescentStep(loops),
    logisticEpoch(loops),
    softmaxEpoch(loops),
    wholeFit(loops, 1_000, 10, 1_000, 4),
    wholeFit(loops, 4, 2, 10_000),
    map(loops, 'exp'),
    map(loops, 'log'),
    map(loops, 'tanh'),
    ...gemmCases(loops),
    ...layerCases(loops),
    embeddingCase(),
    ...networkCases(wide),
    ...(installed ? otherCases(wide, installed) : []),
    ...fastCases(),
    ...metricCases(),
    ...lossCases(loops),
    ...optimizerCases(loops),
  ];
}
