/** The network of the benchmarks against the plain loops that it is compared with: the same start, the same losses. */
import { adam, mlp, softmaxCrossEntropy } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plain } from '../../bench/plain/index.ts';
import { fill, mulberry32 } from '../../bench/plain/random.ts';
import { closeTo } from '../helpers/close.js';

const SIZES = [784, 256, 128, 10] as const;
const BATCH = 128;
const STEPS = 20;

test('784-256-128-10, relu, batch 128, Adam: losses of 20 steps and behind them within 1e-4', async () => {
  const loops = await plain('f64');
  const random = mulberry32(3);
  const rows = BATCH * (STEPS + 1);
  const x = fill(new Float32Array(rows * SIZES[0]), random);
  const y = Array.from({ length: rows }, () => Math.floor(10 * random()));
  const loss = softmaxCrossEntropy();
  const classes = Array.from({ length: 10 }, (_, k) => k);
  const model = mlp({ inputs: 784, hidden: [256, 128], outputs: 10, loss, classes });
  const data = { data: x, shape: [rows, SIZES[0]] };
  const options = { batchSize: BATCH, shuffle: false, tolerance: null } as const;
  const twin = loops.plainNetwork((length) => new Float64Array(length), SIZES, BATCH);
  // A rate of zero leaves the start as it is.
  model.fitSync(data, y, { ...options, optimizer: adam(0), epochs: 1, maxSteps: 1 });
  let at = 0;
  for (const [i, units] of SIZES.slice(1).entries()) {
    const weight = model.parameters[`dense${i + 1}.weight`]!;
    for (let k = 0; k < SIZES[i]!; k++) {
      for (let j = 0; j < units; j++) twin.theta[at++] = weight[j * SIZES[i]! + k]!;
    }
    at += units;
  }
  const ours = new Float64Array(STEPS + 1);
  const { history } = model.fitSync(data, y, {
    ...{ ...options, optimizer: adam(1e-3), epochs: 1, every: { steps: 1 } },
  });
  history.forEach((event, i) => {
    ours[i] = event.loss;
  });
  assert.is(history.length, STEPS + 1);
  const order = Uint32Array.from({ length: rows }, (_, i) => i);
  const product = { multiply: loops.gemmBlocked, room: loops.workspace('f64') };
  // The loss of step 21 is that behind 20 steps.
  const theirs = ours.map((_, i) =>
    loops.plainStep(twin, x, y, order, i * BATCH, BATCH, i + 1, 1e-3, loops.adam, product),
  );
  assert.ok(theirs.every((value) => value > 1 && value < 5));
  closeTo(ours, theirs, 1e-4);
});

test('both ways of the plain loops to multiply give one step', async () => {
  const loops = await plain('f64');
  const random = mulberry32(4);
  const sizes = [7, 5, 6, 3];
  const x = fill(new Float64Array(9 * 7), random);
  const y = Array.from({ length: 9 }, () => Math.floor(3 * random()));
  const order = Uint32Array.of(3, 1, 4, 0, 5, 8, 2, 6, 7);
  const product = { multiply: loops.gemmBlocked, room: loops.workspace('f64') };
  const [a, b] = [undefined, product].map((way) => {
    const made = loops.plainNetwork((length) => new Float64Array(length), sizes, 9);
    const start = mulberry32(5);
    made.theta.forEach((_, i) => {
      made.theta[i] = start() - 0.5;
    });
    const losses = [1, 2, 3].map((t) => loops.plainStep(made, x, y, order, 0, 9, t, 0.01, loops.adam, way));
    return [...losses, ...made.theta];
  });
  closeTo(b!, a!, 1e-12);
});

test('the plain loop of XOR alone takes the steps of the general rule', async () => {
  const loops = await plain('f64');
  const x = Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1);
  const y = Float64Array.of(0, 1, 1, 0);
  const random = mulberry32(6);
  const start = Float64Array.from({ length: 13 }, () => random() - 0.5);
  const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
  const loss = (θ: ArrayLike<number>): number => {
    let sum = 0;
    for (let row = 0; row < 4; row++) {
      let z = θ[12]!;
      for (let j = 0; j < 3; j++) {
        z += θ[9 + j]! * logistic(x[2 * row]! * θ[j]! + x[2 * row + 1]! * θ[3 + j]! + θ[6 + j]!);
      }
      sum -= Math.log(y[row] === 1 ? logistic(z) : logistic(-z)) / 4;
    }
    return sum;
  };
  const one = start.slice();
  loops.xorSgd(one, x, y, 1, 0.5);
  const right = start.map((value, i) => {
    const at = (h: number): number => loss(start.map((v, k) => (k === i ? v + h : v)));
    return value - (0.5 * (at(1e-5) - at(-1e-5))) / 2e-5;
  });
  closeTo(one, right, 1e-8);
});

test.run();
