/** The range test: rates rise geometrically, and what it suggests trains. */
import {
  findLearningRate,
  gradientDescent,
  gradientDescentLineSearch,
  l2,
  linearRegression,
  logisticRegression,
  pipeline,
  polynomialFeatures,
  sgd,
  softmaxRegression,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { close, dataset } from '../helpers/golden.js';
import { bits, problem } from '../helpers/problems.js';
import { throws } from '../throws.js';

const { x, y, binary } = problem(300, 6);

test('rates rise geometrically from end to end', () => {
  const { rates } = findLearningRate(logisticRegression(), x, binary, { from: 1e-4, to: 1, steps: 41 });
  close(
    rates,
    Array.from({ length: 41 }, (_, i) => 10 ** (-4 + i / 10)),
    1e-14,
    'rates',
  );
  assert.is(rates.length, 41);
  close([rates[0]!], [1e-4], 1e-14, 'the first');
});

test('losses are the bias-corrected average of the losses of the steps', () => {
  const raw: number[] = [];
  const { rates, losses } = findLearningRate(linearRegression(), x, y, { seed: 4, to: 0.1, batchSize: 16 });
  linearRegression().fitSync(x, y, {
    optimizer: sgd((step) => rates[step]!),
    batchSize: 16,
    epochs: 100,
    maxSteps: 100,
    seed: 4,
    onStep: ({ loss }) => {
      raw.push(loss);
    },
  });
  assert.is(losses.length, 100);
  // Weights 0.9^(t − i), normalised.
  const expected = raw.map((_, t) => {
    const weights = raw.slice(0, t + 1).map((_, i) => 0.9 ** (t - i));
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.reduce((sum, weight, i) => sum + weight * raw[i]!, 0) / total;
  });
  close(losses, expected, 1e-13, 'losses');
});

test('it ends when the loss is more than 4 times its least, or not finite', () => {
  const { losses } = findLearningRate(linearRegression(), x, y);
  assert.ok(losses.length < 100);
  const least = Math.min(...losses);
  assert.ok(losses.at(-1)! > 4 * least);
  assert.ok(losses.slice(0, -1).every((loss, i) => loss <= 4 * Math.min(...losses.slice(0, i + 1))));
  const wild = findLearningRate(linearRegression({ dtype: 'f32' }), x, y, { from: 1e-3, to: 1e30, steps: 10 });
  assert.ok(wild.losses.length < 10);
  assert.ok(wild.losses.every(Number.isFinite));
});

test('what it suggests halves the loss within two epochs', () => {
  const { X: diabetes, y: progression } = dataset('diabetes');
  const { X: cells, y: malign } = dataset('breast_cancer');
  const { X: wine, y: cultivar } = dataset('wine');
  const classifier = (kind: 'logistic' | 'softmax') =>
    (kind === 'logistic' ? logisticRegression() : softmaxRegression()) as unknown as ReturnType<
      typeof linearRegression
    >;
  for (const { name, model, x: features, y: targets } of [
    { name: 'diabetes', model: linearRegression(), x: diabetes, y: progression },
    // Targets as they may come: far from 0 and in large units.
    { name: 'diabetes, unscaled', model: linearRegression(), x: diabetes, y: progression.map((v) => 1e3 * v + 1e5) },
    { name: 'diabetes, f32', model: linearRegression({ dtype: 'f32' }), x: diabetes, y: progression },
    { name: 'breast cancer', model: classifier('logistic'), x: cells, y: malign },
    { name: 'wine', model: classifier('softmax'), x: wine, y: cultivar },
    { name: 'made up', model: linearRegression(), x, y },
    { name: 'squares', model: pipeline([polynomialFeatures(), linearRegression()]), x, y: y.map((v) => v * v) },
  ]) {
    for (const seed of [0, 1, 2]) {
      const { suggestion } = findLearningRate(model, features, targets, { seed });
      assert.ok(suggestion !== null && suggestion > 0, name);
      const before = model.clone();
      before.fitSync(features, targets, { optimizer: sgd(0), epochs: 1 });
      const after = model.clone();
      after.fitSync(features, targets, { optimizer: sgd(suggestion), epochs: 2, seed });
      const share = after.evaluate(features, targets).loss / before.evaluate(features, targets).loss;
      assert.ok(share < 0.5, `${name}: rate ${suggestion} leaves ${share} of the loss`);
    }
  }
});

test('the same every time, other options pass through, the model is not changed', () => {
  const model = linearRegression();
  model.fitSync(x, y, { epochs: 2 });
  const before = bits(model);
  const first = findLearningRate(model, x, y);
  assert.equal(findLearningRate(model, x, y), first);
  assert.is(bits(model), before);
  assert.equal(findLearningRate(linearRegression(), x, y), first);
  assert.not.equal(findLearningRate(model, x, y, { seed: 1 }).losses, first.losses);
  assert.not.equal(findLearningRate(model, x, y, { batchSize: 64 }).losses, first.losses);
  assert.not.equal(findLearningRate(model, x, y, { regularizer: l2(1) }).losses, first.losses);
  const full = findLearningRate(model, x, y, { optimizer: gradientDescent(), from: 1e-3 });
  assert.ok(full.suggestion! > 1e-3 && full.suggestion! < 1);
});

test('nothing is suggested where the loss never falls', () => {
  assert.is(findLearningRate(linearRegression(), x, y, { from: 1e6, to: 1e9 }).suggestion, null);
  const flat = findLearningRate(linearRegression({ standardize: false }), [[1], [2], [3]], [0, 0, 0]);
  assert.is(flat.suggestion, null);
  assert.is(flat.losses.length, 100);
});

test('bad input', () => {
  const bad = (options: object, message: string): void =>
    throws(() => findLearningRate(linearRegression(), x, y, options), 'ERR_ARGUMENT', message);
  bad({ from: 0 }, 'findLearningRate: from must be a number > 0, got 0');
  bad({ from: 1, to: 1 }, 'findLearningRate: from must be less than to, got 1 and 1');
  bad({ steps: 9 }, 'findLearningRate: steps must be an integer ≥ 10, got 9');
  bad(
    { optimizer: gradientDescentLineSearch() },
    'findLearningRate: gradientDescentLineSearch has no learning rate to find',
  );
  bad({ batchsize: 1 }, 'findLearningRate: unknown option batchsize; did you mean batchSize?');
});

test.run();
