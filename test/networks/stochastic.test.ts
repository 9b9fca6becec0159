/** Dropout and batch normalisation in whole networks: what is trained is not what is predicted with. */
import {
  adam,
  batchNorm,
  dense,
  dropout,
  embedding,
  flatten,
  input,
  layerNorm,
  meanSquaredError,
  type Network,
  network,
  relu,
  sam,
  sequential,
  sgd,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sameBits } from '../helpers/close.ts';
import { source } from '../helpers/points.ts';
import { throws } from '../throws.js';

const next = source(3);
const x = Array.from({ length: 50 }, () => [2 * next() - 1, 3 * next() + 1, next()]);
const y = x.map(([a, b, c]) => a! * b! - c!);
const loss = meanSquaredError();

const parametersOf = (model: Network): number[] =>
  Object.values(model.parameters).flatMap((values) => Array.from(values!));

test('dropout: seeds, resuming and cuts', async () => {
  for (const dtype of ['f32', 'f64'] as const) {
    const make = (): Network =>
      sequential([input(3), dense(9), relu(), dropout(0.4), dense(7), dropout({ rate: 0.2 }), dense(1)], {
        loss,
        dtype,
      });
    const options = { optimizer: adam(0.01), batchSize: 8 };
    const [one, two, sliced, resumed, other] = [make(), make(), make(), make(), make()];
    one.fitSync(x, y, { ...options, epochs: 6, seed: 5 });
    two.fitSync(x, y, { ...options, epochs: 6, seed: 5 });
    await sliced.fit(x, y, { ...options, epochs: 6, seed: 5 });
    resumed.fitSync(x, y, { ...options, epochs: 2, seed: 5 });
    resumed.fitSync(x, y, { ...options, epochs: 4, seed: 5, continue: true });
    other.fitSync(x, y, { ...options, epochs: 6, seed: 6 });
    for (const same of [two, sliced, resumed]) sameBits(parametersOf(same), parametersOf(one), dtype);
    assert.not.equal(parametersOf(other), parametersOf(one));
    sameBits(one.predict(x) as Float64Array, one.predict(x) as Float64Array);
    const none = sequential([input(3), dense(9), relu(), dense(7), dense(1)], { loss, dtype });
    none.fitSync(x, y, { ...options, epochs: 1 });
    none.parameters = one.parameters;
    sameBits(one.predict(x) as Float64Array, none.predict(x) as Float64Array);
  }
});

test('dropout with rate 0 is a network without it', () => {
  const plain = sequential([input(3), dense({ units: 8, activation: 'tanh' }), dense(1)], { loss });
  const zero = sequential([input(3), dense({ units: 8, activation: 'tanh' }), dropout(0), dense(1)], { loss });
  for (const model of [plain, zero]) model.fitSync(x, y, { epochs: 3, optimizer: sgd(0.1) });
  sameBits(parametersOf(zero), parametersOf(plain));
});

test('batch normalisation: running statistics are those of the batches, and predictions take them', () => {
  const norm = batchNorm({ momentum: 0.5, epsilon: 1e-3 });
  const model = sequential([input(3), norm], { loss, dtype: 'f64' });
  const targets = x.map(() => [0, 0, 0]);
  model.fitSync(x, targets, { optimizer: sgd(0), batchSize: 25, shuffle: false, epochs: 1 });
  const mean = [0, 0, 0];
  const variance = [1, 1, 1];
  for (const rows of [x.slice(0, 25), x.slice(25)]) {
    for (let c = 0; c < 3; c++) {
      const values = rows.map((row) => row[c]!);
      const average = values.reduce((a, b) => a + b) / 25;
      const spread = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / 24;
      mean[c] = 0.5 * mean[c]! + 0.5 * average;
      variance[c] = 0.5 * variance[c]! + 0.5 * spread;
    }
  }
  const found = model.parameters;
  for (let c = 0; c < 3; c++) {
    assert.ok(Math.abs(found['batchNorm1.runningMean']![c]! - mean[c]!) < 1e-14);
    assert.ok(Math.abs(found['batchNorm1.runningVariance']![c]! - variance[c]!) < 1e-14);
  }
  const predicted = model.predict(x) as Float64Array;
  predicted.forEach((value, i) => {
    const c = i % 3;
    const expected = (x[Math.floor(i / 3)]![c]! - mean[c]!) / Math.sqrt(variance[c]! + 1e-3);
    assert.ok(Math.abs(value - expected) < 1e-13);
  });
});

test('batch normalisation: SAM moves the running statistics once a step, no optimizer moves them', () => {
  const fitted = (options: object): Network => {
    const model = sequential([input(3), dense(4), batchNorm(), relu(), dense(1)], { loss, dtype: 'f64' });
    model.fitSync(x, y, { epochs: 1, maxSteps: 1, batchSize: 10, optimizer: sgd(0.1), ...options });
    return model;
  };
  const plain = fitted({}).parameters;
  const twice = fitted({ sam: sam(0.5) }).parameters;
  const decayed = fitted({ optimizer: sgd({ learningRate: 0.1, weightDecay: 0.5 }) }).parameters;
  for (const name of ['batchNorm1.runningMean', 'batchNorm1.runningVariance']) {
    sameBits(twice[name]!, plain[name]!, name);
    sameBits(decayed[name]!, plain[name]!, name);
  }
  assert.not.equal([...twice['dense1.weight']!], [...plain['dense1.weight']!]);
});

test('batch normalisation of a batch of one', () => {
  const model = sequential([input(3), dense(4), batchNorm(), dense(1)], { loss });
  throws(
    () => model.fitSync(x, y, { batchSize: 7 }),
    'ERR_ARGUMENT',
    'batchNorm1: expected at least 2 rows in a batch, got a last batch of 1 (50 rows, batchSize 7)',
  );
  throws(
    () => model.fitSync(x, y, { batchSize: 1 }),
    'ERR_ARGUMENT',
    'batchNorm1: expected at least 2 rows in a batch, got batchSize 1',
  );
});

test('embedding: trained, and numbers that name no row are refused before anything changes', () => {
  const words = Array.from({ length: 40 }, (_, i) => [i % 5, (3 * i) % 5]);
  const sums = words.map(([a, b]) => a! * 0.3 - b! * 0.7);
  const model = sequential([input(2), embedding({ inputDim: 5, outputDim: 3 }), layerNorm(), flatten(), dense(1)], {
    loss,
  });
  model.fitSync(words, sums, { epochs: 60, optimizer: sgd(0.05), batchSize: 8 });
  assert.ok(model.evaluate(words, sums).loss < 0.05, String(model.evaluate(words, sums).loss));
  const before = parametersOf(model);
  const bad = [...words.slice(0, 3), [1, 5]];
  const message = 'features: row 3, column 1: embedding1 expects integers from 0 to 4, got 5';
  throws(() => model.fitSync(bad, sums.slice(0, 4)), 'ERR_DATA', message);
  throws(() => model.predict(bad), 'ERR_DATA', message);
  sameBits(parametersOf(model), before);
});

test('two inputs of a network joined behind one table', () => {
  const from = input(2);
  const table = embedding({ inputDim: 6, outputDim: 2 });
  const model = network(from, dense(1)(flatten()(table(from))), { loss, dtype: 'f64' });
  model.fitSync(
    [
      [0, 5],
      [1, 1],
    ],
    [1, 2],
    { epochs: 1, optimizer: sgd(0.1), batchSize: 'full' },
  );
  assert.equal(model.parameters['embedding1.weight']!.length, 12);
});

test.run();
