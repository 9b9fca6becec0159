/** Which rows a step sees, and what the run then says, against mini-batch gradient descent in plain loops. */
import { l2, linearRegression, sgd } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { close } from '../helpers/golden.js';
import { problem, values } from '../helpers/problems.js';

/** The rows of every step: row i is the only one with something in column i, so it alone changes weight i. */
function batches(
  rows: number,
  batchSize: number,
  epochs: number,
  options: { seed?: number; shuffle?: boolean } = {},
): number[][] {
  const x = Array.from({ length: rows }, (_, i) => Array.from({ length: rows }, (_, j) => Number(i === j)));
  const model = linearRegression({ standardize: false });
  const seen: number[][] = [];
  let before = new Float64Array(rows);
  model.fitSync(
    x,
    Array.from({ length: rows }, (_, i) => 1 + i),
    {
      optimizer: sgd(1e-6),
      epochs,
      batchSize,
      ...options,
      onStep() {
        const now = Float64Array.from(model.parameters.weight);
        seen.push([...now.keys()].filter((i) => now[i] !== before[i]));
        before = now;
      },
    },
  );
  return seen;
}

const all = (rows: number): number[] => Array.from({ length: rows }, (_, i) => i);

test('every epoch is another permutation', () => {
  const epochs = 6;
  for (const rows of [2, 3, 17, 64]) {
    const seen = batches(rows, 1, epochs).flat();
    assert.is(seen.length, rows * epochs);
    const orders = Array.from({ length: epochs }, (_, e) => seen.slice(e * rows, (e + 1) * rows));
    for (const order of orders)
      assert.equal(
        [...order].sort((a, b) => a - b),
        all(rows),
      );
    if (rows > 3) assert.is(new Set(orders.map(String)).size, epochs);
    assert.equal(batches(rows, 1, epochs, { seed: 0 }).flat(), seen);
    if (rows > 3) assert.not.equal(batches(rows, 1, epochs, { seed: 1 }).flat(), seen);
    assert.equal(batches(rows, 1, 2, { shuffle: false }).flat(), [...all(rows), ...all(rows)]);
  }
});

test('every place is equally likely for every row', () => {
  // 2,000 permutations of 5 rows: 400 expected in each of 25 cells; χ² with 16 degrees of freedom exceeds 39.25 once in
  // a thousand seeds.
  const counts = Array.from({ length: 5 }, () => [0, 0, 0, 0, 0]);
  const seen = batches(5, 1, 2000).flat();
  seen.forEach((row, at) => {
    counts[at % 5]![row]!++;
  });
  const chi = counts.flat().reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
  assert.ok(chi < 39.25, `χ² ${chi}`);
});

test('batches cut the permutation; the last one may be smaller and is used', () => {
  for (const [rows, batchSize] of [
    [10, 4],
    [10, 3],
    [10, 7],
    [9, 2],
  ] as const) {
    const order = batches(rows, 1, 2).flat();
    const seen = batches(rows, batchSize, 2);
    const perEpoch = Math.ceil(rows / batchSize);
    assert.is(seen.length, 2 * perEpoch);
    seen.forEach((batch, step) => {
      const from = Math.floor(step / perEpoch) * rows + (step % perEpoch) * batchSize;
      const to = Math.min(from + batchSize, (Math.floor(step / perEpoch) + 1) * rows);
      assert.equal(
        batch,
        order.slice(from, to).sort((a, b) => a - b),
        `step ${step}`,
      );
    });
  }
});

/** Mini-batch gradient descent in plain loops: what the run must say. */
function plain(
  x: number[][],
  y: number[],
  order: number[],
  options: {
    epochs: number;
    batchSize: number;
    rate: number;
    momentum: number;
    nesterov: boolean;
    lambda: number;
    every: number;
  },
) {
  const { epochs, batchSize, rate, momentum, nesterov, lambda, every } = options;
  const n = x.length;
  const p = x[0]!.length;
  const theta = new Array<number>(p + 1).fill(0);
  const buffer = new Array<number>(p + 1).fill(0);
  const events: { epoch: number; step: number; loss: number; penalty: number; gradientNorm: number }[] = [];
  let step = 0;
  let sum = 0;
  let rows = 0;
  let penalty = 0;
  let norm = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let from = 0; from < n; from += batchSize) {
      const batch = order.slice(epoch * n + from, epoch * n + Math.min(from + batchSize, n));
      const g = new Array<number>(p + 1).fill(0);
      let loss = 0;
      for (const i of batch) {
        const r = theta[p]! + x[i]!.reduce((z, v, j) => z + v * theta[j]!, 0) - y[i]!;
        loss += r * r;
        x[i]!.forEach((v, j) => {
          g[j]! += (2 * r * v) / batch.length;
        });
        g[p]! += (2 * r) / batch.length;
      }
      penalty = 0;
      for (let j = 0; j < p; j++) {
        penalty += lambda * theta[j]! ** 2;
        g[j]! += 2 * lambda * theta[j]!;
      }
      norm = Math.sqrt(g.reduce((total, v) => total + v * v, 0));
      for (let j = 0; j <= p; j++) {
        buffer[j] = step === 0 ? g[j]! : momentum * buffer[j]! + g[j]!;
        theta[j]! -= rate * (nesterov ? g[j]! + momentum * buffer[j]! : buffer[j]!);
      }
      step++;
      sum += loss;
      rows += batch.length;
      const last = epoch === epochs - 1 && from + batchSize >= n;
      if (step % every === 0 || last) {
        events.push({
          epoch: from + batchSize >= n ? epoch + 1 : epoch,
          step,
          loss: sum / rows,
          penalty,
          gradientNorm: norm,
        });
        sum = 0;
        rows = 0;
      }
    }
  }
  return { theta, events };
}

test('mini-batches with momentum and a penalty are what plain loops compute', () => {
  const { x, y } = problem(50, 5);
  const order = batches(50, 1, 4, { seed: 3 }).flat();
  for (const batchSize of [1, 7, 25, 49]) {
    for (const nesterov of [false, true]) {
      for (const every of [1, 3, Math.ceil(50 / batchSize)]) {
        const settings = { epochs: 4, batchSize, rate: 0.02, momentum: 0.8, nesterov, lambda: 0.05, every };
        const expected = plain(x, y, order, settings);
        const model = linearRegression({ standardize: false });
        const result = model.fitSync(x, y, {
          optimizer: sgd({ learningRate: 0.02, momentum: 0.8, nesterov }),
          regularizer: l2(0.05),
          epochs: 4,
          batchSize,
          seed: 3,
          every: { steps: every },
        });
        const at = `batches of ${batchSize}, every ${every}`;
        close(values(model), expected.theta, 1e-12, at);
        assert.is(result.history.length, expected.events.length, at);
        result.history.forEach((event, i) => {
          const { epoch, step, loss, penalty, gradientNorm } = expected.events[i]!;
          assert.is(event.epoch, epoch, at);
          assert.is(event.step, step, at);
          assert.is(event.rate, 0.02);
          close([event.loss, event.penalty, event.objective], [loss, penalty, loss + penalty], 1e-12, at);
          close([event.gradientNorm], [gradientNorm], 1e-12, at);
        });
        assert.is(result.steps, 4 * Math.ceil(50 / batchSize));
        assert.is(result.epochs, 4);
        assert.is(result.stopReason, 'epochs');
        assert.is(result.converged, null);
        assert.is(result.bestEpoch, null);
      }
    }
  }
});

test('more events than the log in memory holds', () => {
  const { x, y } = problem(50, 5);
  const order = batches(50, 1, 40, { seed: 3 }).flat();
  const settings = { epochs: 40, batchSize: 1, rate: 0.002, momentum: 0, nesterov: false, lambda: 0, every: 1 };
  const expected = plain(x, y, order, settings);
  const model = linearRegression({ standardize: false });
  const { history } = model.fitSync(x, y, {
    optimizer: sgd(0.002),
    epochs: 40,
    batchSize: 1,
    seed: 3,
    every: { steps: 1 },
  });
  assert.is(history.length, 2000);
  close(
    history.map(({ loss }) => loss),
    expected.events.map(({ loss }) => loss),
    1e-12,
    'losses',
  );
  assert.equal(
    history.map(({ step }) => step),
    Array.from({ length: 2000 }, (_, i) => i + 1),
  );
  assert.ok(history.every(({ seconds }, i) => seconds >= (history[i - 1]?.seconds ?? 0)));
});

test('events by epochs: every third, and the last', () => {
  const { x, y } = problem(20, 2);
  const model = linearRegression();
  const at = (options: object): number[] =>
    model.fitSync(x, y, { optimizer: sgd(0.01), batchSize: 8, ...options }).history.map(({ epoch }) => epoch);
  assert.equal(at({ epochs: 10, every: { epochs: 3 } }), [3, 6, 9, 10]);
  assert.equal(at({ epochs: 9, every: { epochs: 3 } }), [3, 6, 9]);
  assert.equal(at({ epochs: 2, every: { epochs: 3 } }), [2]);
  assert.equal(at({ epochs: 4 }), [1, 2, 3, 4]);
  const steps = model.fitSync(x, y, { optimizer: sgd(0.01), batchSize: 8, maxSteps: 7, every: { steps: 3 } });
  assert.equal(
    steps.history.map(({ step }) => step),
    [3, 6, 7],
  );
  assert.is(steps.stopReason, 'steps');
});

test('metrics and validation stand in every event', () => {
  const { x, y } = problem(40, 3);
  const model = linearRegression();
  const { history } = model.fitSync(x, y, {
    optimizer: sgd(0.01),
    epochs: 3,
    validation: 0.25,
    metrics: ['r2', 'meanAbsoluteError'],
  });
  for (const event of history) {
    assert.equal(Object.keys(event.metrics), ['r2', 'meanAbsoluteError']);
    assert.equal(Object.keys(event.validation!.metrics), ['r2', 'meanAbsoluteError']);
    assert.ok(event.validation!.loss > 0);
  }
});

test.run();
