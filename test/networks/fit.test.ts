/** Networks in the training run: the same bits whatever way, going on, groups, penalties, averages, early stopping. */
import {
  adam,
  adamW,
  clipByGlobalNorm,
  earlyStopping,
  ema,
  type FitOptions,
  groupLasso,
  l1,
  type MlpOptions,
  maxNorm,
  meanSquaredError,
  mlp,
  scheduleFreeAdamW,
  sgd,
  softmaxCrossEntropy,
} from 'downhill';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Training } from '#src/fit.js';
import { prepare } from '#src/models/prepare.js';
import { closeTo } from '../helpers/close.js';
import { copied, networkBits, rowsOf } from '../helpers/network.js';

const { x, y, ternary, weights } = rowsOf(203, 7);
const classes: MlpOptions = { inputs: 7, hidden: [9, 5], outputs: 3, loss: softmaxCrossEntropy() };
const numbers: MlpOptions = { inputs: 7, hidden: [6], outputs: 1, activation: 'tanh', loss: meanSquaredError() };
const quick = { optimizer: adam(0.01), epochs: 3, batchSize: 16 };

const plainEvent = <E extends { seconds: number }>({ seconds: _, ...event }: E) => event;

for (const dtype of ['f32', 'f64'] as const) {
  test(`fit, fitSync and any budget give the same bits, ${dtype}`, async () => {
    const ways: Record<string, FitOptions<never>> = {
      adam: { ...quick, seed: 5 },
      'in order, weights': { ...quick, shuffle: false, sampleWeights: weights },
      'full batch': { optimizer: sgd(0.1), batchSize: 'full', epochs: 12 },
      'line search': { batchSize: 'full', epochs: 5 },
      'validation, metrics, every 7 steps': { ...quick, validation: 0.3, metrics: 'accuracy', every: { steps: 7 } },
      'schedule-free': { optimizer: scheduleFreeAdamW(0.01), epochs: 2, validation: 0.2 },
    };
    for (const [way, options] of Object.entries(ways)) {
      const sync = mlp({ ...classes, dtype });
      const expected = sync.fitSync(x, ternary, options);
      const other = mlp({ ...classes, dtype });
      const result = await other.fit(x, ternary, options);
      assert.is(networkBits(other), networkBits(sync), way);
      assert.equal(result.history.map(plainEvent), expected.history.map(plainEvent), way);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 8 }), (budgets) => {
          const model = mlp({ ...classes, dtype });
          const training = new Training(prepare(model, x, ternary, options));
          for (let i = 0; !training.advance(budgets[i % budgets.length]!); i++);
          assert.is(networkBits(model), networkBits(sync), way);
        }),
        { numRuns: 3, seed: 1 },
      );
    }
  });
}

test('a seed decides on the start and the shuffle', () => {
  const fit = (seed: number, more: FitOptions<never> = {}): string => {
    const model = mlp(classes);
    assert.is(model.fitSync(x, ternary, { ...quick, ...more, seed }).seed, seed);
    return networkBits(model);
  };
  assert.is(fit(7), fit(7));
  assert.is.not(fit(7), fit(8));
  assert.is.not(fit(7, { shuffle: false }), fit(8, { shuffle: false }));
});

test('without options: f32, Adam at 1e-3, batches of 32, 10 epochs, few rows or many', () => {
  const model = mlp(classes);
  const result = model.fitSync(x, ternary);
  const same = mlp({ ...classes, dtype: 'f32', standardize: false, activation: 'relu' });
  same.fitSync(x, ternary, { optimizer: adam(1e-3), batchSize: 32, epochs: 10, seed: 0 });
  assert.is(networkBits(model), networkBits(same));
  assert.is(result.steps, 10 * 7);
  assert.is(result.stopReason, 'epochs');
  assert.instance(model.parameters['dense1.weight'], Float32Array);
  assert.is(mlp(classes).fitSync(x.slice(0, 20), ternary.slice(0, 20)).epochs, 10);
});

test('two fits are one longer fit, in the middle of an epoch, too', () => {
  const whole = mlp(numbers);
  const all = whole.fitSync(x, y, { ...quick, epochs: 7 });
  const parts = mlp(numbers);
  const a = parts.fitSync(x, y, { ...quick, epochs: 3 });
  const b = parts.fitSync(x, y, { ...quick, epochs: 4, continue: true });
  assert.is(networkBits(parts), networkBits(whole));
  assert.equal([...a.history, ...b.history].map(plainEvent), all.history.map(plainEvent));
  const cut = mlp(numbers);
  cut.fitSync(x, y, { ...quick, epochs: 7, maxSteps: 17 });
  cut.fitSync(x, y, { ...quick, epochs: 7, maxSteps: all.steps - 17, continue: true });
  assert.is(networkBits(cut), networkBits(whole));
});

test('partialFit is one step on these rows, by default of Adam', () => {
  const model = mlp(numbers);
  const { loss } = model.partialFit(x.slice(0, 50), y.slice(0, 50));
  const same = mlp(numbers);
  const { history } = same.fitSync(x.slice(0, 50), y.slice(0, 50), {
    optimizer: adam(1e-3),
    batchSize: 'full',
    epochs: 1,
    shuffle: false,
  });
  assert.is(loss, history[0]!.loss);
  assert.is(networkBits(model), networkBits(same));
  for (let i = 0; i < 300; i++) model.partialFit(x, y);
  assert.ok(model.evaluate(x, y).loss < 0.5 * loss);
});

test('groups by name: a frozen layer, decay without biases', () => {
  const start = mlp(classes);
  start.partialFit(x, ternary, { optimizer: sgd(0) });
  const before = copied(start.parameters);
  for (const optimizer of [adam(0.01), sgd({ learningRate: 0.1, momentum: 0.9 }), adamW(0.01)]) {
    const model = mlp(classes);
    const frozen = ['dense2.weight', 'dense2.bias'];
    model.fitSync(x, ternary, { optimizer, epochs: 2, groups: { parameters: frozen, learningRate: 0 } });
    for (const [name, values] of Object.entries(model.parameters)) {
      if (frozen.includes(name)) assert.equal(values, before[name]);
      else assert.not.equal(values, before[name], name);
    }
  }
  // With gradients of 0 only the decay is left: (1 − ηλ) a step, and biases stay.
  const model = mlp(numbers);
  model.partialFit(x, y, { optimizer: sgd(0) });
  const { parameters } = model;
  parameters['dense1.bias']!.fill(0.5);
  parameters['dense2.bias']!.fill(0.25);
  parameters['dense2.weight']!.fill(0);
  const first = copied(parameters);
  const targets = x.map(() => 0.25);
  model.fitSync(x, targets, {
    optimizer: adamW({ learningRate: 0.1, weightDecay: 0.5 }),
    continue: true,
    epochs: 1,
    batchSize: 'full',
    tolerance: null,
  });
  closeTo(
    model.parameters['dense1.weight']!,
    Array.from(first['dense1.weight']!, (v) => 0.95 * v),
    1e-6,
  );
  assert.equal(model.parameters['dense1.bias'], first['dense1.bias']);
  assert.equal(model.parameters['dense2.bias'], first['dense2.bias']);
});

test('L1 on the weights of a hidden layer gives exact zeros there, and only there', () => {
  const model = mlp(classes);
  model.fitSync(x, ternary, {
    optimizer: adam(0.01),
    epochs: 40,
    groups: { parameters: 'dense1.weight', regularizer: l1(0.01) },
  });
  const zeros = (name: string): number =>
    Array.from(model.parameters[name as 'dense1.weight']!).filter((value) => value === 0).length;
  assert.ok(zeros('dense1.weight') > 15, String(zeros('dense1.weight')));
  assert.ok(zeros('dense1.weight') < 63);
  assert.is(zeros('dense2.weight') + zeros('dense3.weight'), 0);
  assert.ok(model.evaluate(x, ternary, { metrics: 'accuracy' }).accuracy! > 0.7);
});

test('penalties that see rows or columns: inputs dropped as a whole, norms of what comes into a unit', () => {
  const norm = (values: number[]): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  const model = mlp({ ...numbers, dtype: 'f64', featureNames: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] });
  const options = { optimizer: adam(0.02), epochs: 60 };
  const weight = (): number[][] => {
    const all = Array.from(model.parameters['dense1.weight']!);
    return Array.from({ length: 6 }, (_, k) => all.slice(7 * k, 7 * k + 7));
  };
  const group = { parameters: 'dense1.weight', regularizer: groupLasso(0.03) };
  model.fitSync(x, y, { ...options, groups: group });
  const columns = Array.from({ length: 7 }, (_, j) => norm(weight().map((row) => row[j]!)));
  // The targets are made of the features a, b and c, of a most.
  assert.ok(columns[0]! > 0.1, String(columns));
  assert.ok(columns.slice(3).filter((v) => v === 0).length >= 2, String(columns));
  for (const row of weight())
    assert.equal(
      row.map((v) => v === 0),
      columns.map((v) => v === 0),
    );
  model.fitSync(x, y, { ...options, regularizer: maxNorm(0.5) });
  const norms = weight().map(norm);
  assert.ok(norms.every((v) => v <= 0.5 + 1e-15) && norms.some((v) => v > 0.5 - 1e-12), String(norms));
  const some = { parameters: 'dense1.weight', regularizer: l1({ lambda: 10, features: ['b', 'g'] }) };
  model.fitSync(x, y, { ...options, groups: some });
  for (const row of weight())
    assert.equal(
      row.map((v) => v === 0),
      [false, true, false, false, false, false, true],
    );
});

test('averages, clipping, early stopping, metrics', () => {
  const options = { ...quick, epochs: 60, validation: 0.25, metrics: 'accuracy', seed: 2 } as const;
  const model = mlp({ ...classes, hidden: [32], dtype: 'f64' });
  const result = model.fitSync(x, ternary, {
    ...options,
    optimizer: adam(0.05),
    clip: clipByGlobalNorm(1),
    average: ema(0.9),
    earlyStopping: earlyStopping({ patience: 4, restoreBest: true }),
  });
  assert.is(result.stopReason, 'earlyStopping');
  const losses = result.history.map(({ validation }) => validation!.loss);
  const best = losses.indexOf(Math.min(...losses));
  assert.is(result.bestEpoch, result.history[best]!.epoch);
  // The same run cut at the best epoch holds the same parameters.
  const cut = mlp({ ...classes, hidden: [32], dtype: 'f64' });
  cut.fitSync(x, ternary, {
    ...options,
    optimizer: adam(0.05),
    clip: clipByGlobalNorm(1),
    average: ema(0.9),
    epochs: result.bestEpoch!,
  });
  assert.is(networkBits(model), networkBits(cut));
  assert.ok(result.history[0]!.metrics.accuracy! >= 0);
  const without = mlp({ ...classes, hidden: [32], dtype: 'f64' });
  without.fitSync(x, ternary, { ...options, optimizer: adam(0.05), epochs: result.bestEpoch! });
  assert.is.not(networkBits(without), networkBits(cut));
  assert.ok(result.history.every(({ gradientNorm }) => gradientNorm <= 1 + 1e-12));
});

test('schedule-free: the average is what is evaluated and kept', () => {
  const model = mlp({ ...classes, dtype: 'f64' });
  const own = { x: x.slice(0, 60), y: ternary.slice(0, 60) as never };
  const result = model.fitSync(x, ternary, { optimizer: scheduleFreeAdamW(0.02), epochs: 8, validation: own });
  const { loss } = model.evaluate(own.x, own.y);
  closeTo([loss], [result.history.at(-1)!.validation!.loss], 1e-14);
  assert.ok(loss < result.history[0]!.validation!.loss);
});

test.run();
