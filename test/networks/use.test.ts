/** What networks give: predictions of every task, parameters, pipelines, cross-validation; XOR; memory. */
import {
  adam,
  binaryCrossEntropy,
  crossValidateSync,
  type MlpOptions,
  meanSquaredError,
  mlp,
  pipeline,
  poisson,
  sgd,
  softmaxCrossEntropy,
  standardScaler,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Engine } from '#src/memory/engine.js';
import { closeTo } from '../helpers/close.js';
import { rowsOf } from '../helpers/network.js';

const { x, three, binary, ternary, counts } = rowsOf(203, 7);
const classes: MlpOptions = { inputs: 7, hidden: [9, 5], outputs: 3, loss: softmaxCrossEntropy() };
const numbers: MlpOptions = { inputs: 7, hidden: [6], outputs: 1, activation: 'tanh', loss: meanSquaredError() };
const quick = { optimizer: adam(0.01), epochs: 3, batchSize: 16 };

test('every task: what predict, predictProbability and evaluate give', () => {
  const options = { optimizer: adam(0.02), epochs: 60 };
  const two = mlp({ ...numbers, loss: binaryCrossEntropy() });
  const labels = binary.map((b) => (b ? 'yes' : 'no'));
  two.fitSync(x, labels, options);
  assert.equal(two.classes, ['no', 'yes']);
  const p = two.predictProbability<Float32Array>(x);
  assert.equal(
    two.predict(x),
    Array.from(p, (v) => (v > 0.5 ? 'yes' : 'no')),
  );
  closeTo(
    p,
    Array.from(two.predictRaw<Float32Array>(x), (z) => 1 / (1 + Math.exp(-z))),
    1e-6,
  );
  assert.ok(two.evaluate(x, labels, { metrics: 'accuracy' }).accuracy! > 0.9);
  const several = mlp(classes);
  several.fitSync(x, ternary, options);
  const all = several.predictProbability<Float32Array>(x);
  const chosen = several.predict(x) as number[];
  x.forEach((_, i) => {
    const row = all.subarray(3 * i, 3 * i + 3);
    closeTo([row.reduce((a, b) => a + b, 0)], [1], 1e-6);
    assert.is(chosen[i], row.indexOf(Math.max(...row)));
  });
  const rates = mlp({ ...numbers, loss: poisson() });
  rates.fitSync(x, counts, options);
  closeTo(
    rates.predict(x) as Float32Array,
    Array.from(rates.predictRaw<Float32Array>(x), (z) => Math.exp(z)),
    1e-6,
  );
  const means = mlp({ ...numbers, outputs: 3 });
  means.fitSync(x, three, options);
  assert.is((means.predict(x) as Float32Array).length, 3 * x.length);
  assert.throws(() => means.predictProbability(x), /knows numbers, not probabilities/);
});

test('a pipeline with a scaler, and standardize, on features of other sizes', () => {
  const wide = x.map((row) => row.map((v, j) => 1000 * v * (j + 1) + 5000));
  const piped = pipeline([standardScaler(), mlp({ ...classes, dtype: 'f64' })]);
  const own = mlp({ ...classes, dtype: 'f64', standardize: true });
  for (const model of [piped, own]) {
    model.fitSync(wide, ternary, { ...quick, epochs: 40 });
    assert.ok(model.evaluate(wide, ternary, { metrics: 'accuracy' }).accuracy! > 0.8);
  }
  closeTo(piped.predictRaw(wide), own.predictRaw(wide) as Float64Array, 1e-6);
});

test('crossValidate, with the loss of the model or of the call', () => {
  const fit = { ...quick, folds: 4, metrics: 'accuracy' as const };
  const given = crossValidateSync(mlp(classes), x, ternary, fit);
  assert.is(given.folds.length, 4);
  assert.ok(given.metrics.accuracy!.mean > 0.3);
  const late = crossValidateSync(mlp({ ...classes, loss: null }), x, ternary, { ...fit, loss: softmaxCrossEntropy() });
  assert.equal(late.loss.values, given.loss.values);
});

test('parameters are those of PyTorch: outputs × inputs', () => {
  const model = mlp({ inputs: 2, hidden: 3, outputs: 2, loss: meanSquaredError(), dtype: 'f64' });
  model.partialFit([[0, 0]], [[0, 0]], { optimizer: sgd(0) });
  assert.equal(Object.keys(model.parameters), ['dense1.weight', 'dense1.bias', 'dense2.weight', 'dense2.bias']);
  model.parameters = {
    'dense1.weight': [1, 2, 3, 4, -1, -1],
    'dense1.bias': [0.5, 0, 1],
    'dense2.weight': [1, 0, -1, 0, 1, 2],
    'dense2.bias': [0.25, -0.25],
  };
  // z = W·(1, −2) + b = (−2.5, −5, 2); relu (0, 0, 2); W₂·that + b₂.
  assert.equal(model.predictRaw([[1, -2]]), Float64Array.of(-1.75, 3.75));
  // (1, 1): z = (3.5, 7, −1).
  assert.equal(model.predictRaw([[1, 1]]), Float64Array.of(3.75, 6.75));
  model.parameters['dense2.bias']![0] = 100;
  assert.equal(model.predictRaw([[1, 1]]), Float64Array.of(103.5, 6.75));
});

test('XOR, 2-3-1 tanh', () => {
  const inputs = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  const model = mlp({ inputs: 2, hidden: 3, outputs: 1, activation: 'tanh', loss: binaryCrossEntropy() });
  for (const seed of [0, 1, 2]) {
    model.fitSync(inputs, [0, 1, 1, 0], { optimizer: adam(0.05), epochs: 1500, tolerance: null, seed });
    assert.equal(model.predict(inputs), [0, 1, 1, 0], `seed ${seed}`);
    assert.ok(model.evaluate(inputs, [0, 1, 1, 0]).loss < 0.05);
  }
});

test('two hundred fits take no more memory than ten', () => {
  const engine = new Engine();
  const round = (i: number): void => {
    const model = mlp({ ...classes, hidden: [8 + (i % 5)], engine });
    model.fitSync(x, ternary, { ...quick, epochs: 1, batchSize: 20 + (i % 7), validation: 0.2 });
    model.predictProbability(x);
    model.evaluate(x, ternary, { metrics: 'accuracy' });
    assert.is(engine.arena.used, 0);
    assert.is(engine.arena.blocks, 0);
  };
  // Every size is seen once.
  for (let i = 0; i < 35; i++) round(i);
  const after = engine.arena.size;
  for (let i = 0; i < 200; i++) round(i);
  assert.is(engine.arena.size, after);
});

test.run();
