/** Cross-validation is the loop that one would write by hand, bit for bit. */
import {
  crossValidate,
  crossValidateSync,
  elasticNet,
  kFold,
  linearRegression,
  logisticRegression,
  oneHot,
  pipeline,
  polynomialFeatures,
  sgd,
  softmaxCrossEntropy,
  softmaxRegression,
  standardScaler,
  stratifiedKFold,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { takeRows } from '#src/data/split.js';
import { close } from '../helpers/golden.js';
import { bits, problem } from '../helpers/problems.js';
import { throws } from '../throws.js';

const { x, y, binary, ternary } = problem(60, 4);

test('the same as a loop by hand, bit for bit, in both ways', async () => {
  const weights = Float64Array.from(y, (_, i) => 1 + (i % 3));
  const cases = [
    { make: () => linearRegression(), targets: y, fit: { epochs: 30 }, metrics: ['r2', 'meanAbsoluteError'] },
    {
      make: () => linearRegression({ dtype: 'f32' }),
      targets: y,
      fit: { optimizer: sgd(0.02), batchSize: 8, epochs: 3, sampleWeights: weights },
      metrics: ['r2'],
    },
    { make: () => pipeline([polynomialFeatures(), linearRegression()]), targets: y, fit: { epochs: 9 }, metrics: [] },
    {
      make: () => logisticRegression(),
      targets: binary,
      fit: { regularizer: elasticNet({ l1: 0.01, l2: 0.01 }), classWeights: 'balanced', epochs: 20 },
      metrics: ['accuracy'],
    },
    { make: () => softmaxRegression(), targets: ternary, fit: { epochs: 10, validation: 0.2 }, metrics: ['accuracy'] },
  ] as const;
  for (const { make, targets, fit, metrics } of cases) {
    const options = { folds: 4, seed: 7 };
    const whole = { ...fit, ...options, metrics, keepModels: true } as never;
    const folds = targets === y ? kFold(60, options) : stratifiedKFold(targets as string[], options);
    const losses: number[] = [];
    const others: Record<string, number[]> = Object.fromEntries(metrics.map((name) => [name, []]));
    const models = folds.map(({ train, test }) => {
      const model = make() as ReturnType<typeof linearRegression>;
      const own = 'sampleWeights' in fit ? { sampleWeights: takeRows(weights, train) } : {};
      model.fitSync(takeRows(x, train), takeRows(targets, train) as number[], { ...fit, ...own, seed: 7 } as never);
      const at = { metrics } as never;
      const { loss, ...rest } = model.evaluate(takeRows(x, test), takeRows(targets, test) as number[], at);
      losses.push(loss);
      for (const name of metrics) others[name]!.push((rest as Record<string, number>)[name]!);
      return bits(model);
    });
    const given = make() as ReturnType<typeof linearRegression>;
    const sync = crossValidateSync(given, x, targets, whole);
    for (const result of [sync, await crossValidate(given, x, targets, whole)]) {
      assert.equal(result.loss.values, losses);
      assert.equal(Object.keys(result.metrics), [...metrics]);
      for (const name of metrics) assert.equal(result.metrics[name]!.values, others[name]);
      assert.equal(result.models.map(bits), models);
      assert.equal(
        result.folds.map(({ train, test }) => ({ train, test })),
        folds,
      );
      assert.ok(result.folds.every(({ result }) => result.steps > 0));
      assert.is(result.aborted, false);
    }
    assert.is(given.fitted, undefined);
  }
});

test('mean, standard deviation and standard error', () => {
  const { loss, models } = crossValidateSync(linearRegression(), x, y, { folds: 3, epochs: 5 });
  const [a, b, c] = loss.values as [number, number, number];
  const mean = (a + b + c) / 3;
  close([loss.mean], [mean], 1e-15, 'mean');
  const deviation = Math.sqrt(((a - mean) ** 2 + (b - mean) ** 2 + (c - mean) ** 2) / 2);
  close([loss.standardDeviation, loss.standardError], [deviation, deviation / Math.sqrt(3)], 1e-14, 'deviations');
  assert.is(models.length, 0);
});

test('nothing leaks from the test rows: scales and steps come from the training rows alone', () => {
  for (const make of [
    () => linearRegression(),
    () => pipeline([standardScaler(), polynomialFeatures(), linearRegression({ standardize: false })]),
  ]) {
    const folds = kFold(60, { folds: 3 });
    const options = { folds, keepModels: true, epochs: 6 };
    const { models } = crossValidateSync(make(), x, y, options);
    folds.forEach(({ test }, k) => {
      // Other test rows, wildly so: the model of their fold must not notice, the others must.
      const held = new Set(test);
      const other = x.map((row, i) => (held.has(i) ? row.map((value) => 1e3 * value + 1e4) : row));
      const again = crossValidateSync(make(), other, y, options);
      models.forEach((model, j) => {
        assert.is(bits(again.models[j]!) === bits(model), j === k);
      });
    });
  }
});

test('labels are stratified unless told, and every fold knows all classes', () => {
  const labels = x.map((_, i) => (i < 6 ? 'rare' : i % 2 ? 'a' : 'b'));
  const rare = ({ test }: { test: Uint32Array }): number => [...test].filter((row) => row < 6).length;
  const options = { folds: 6, epochs: 3, seed: 2 };
  assert.equal(crossValidateSync(softmaxRegression(), x, labels, options).folds.map(rare), [1, 1, 1, 1, 1, 1]);
  const plain = crossValidateSync(softmaxRegression(), x, labels, { ...options, stratify: false });
  assert.equal(plain.folds.map(rare), kFold(60, { folds: 6, seed: 2 }).map(rare));
  assert.not.equal(plain.folds.map(rare), [1, 1, 1, 1, 1, 1]);
  // All rare rows in one fold: it is judged on a class that its training rows do not show.
  const test = Uint32Array.of(0, 1, 2, 3, 4, 5);
  const folds = [{ train: kFold(60, { shuffle: false, folds: 10 })[0]!.train, test }];
  const alone = crossValidateSync(softmaxRegression(), x, labels, { folds, epochs: 3, keepModels: true });
  assert.equal(alone.models[0]!.classes, ['a', 'b', 'rare']);
  assert.ok(alone.loss.mean > Math.log(3));
  assert.ok(Number.isNaN(alone.loss.standardError));
});

test('categories by name go through an encoder, fold by fold', () => {
  const named = {
    colour: x.map((_, i) => ['red', 'green', 'blue'][i % 3]!),
    size: Float64Array.from(x, (_, i) => i % 2),
  };
  const price = x.map((_, i) => (i % 3) + 10 * (i % 2));
  const model = pipeline([oneHot(named, { dropFirst: true }), linearRegression()]);
  const { loss, folds } = crossValidateSync(model, named, price, { folds: 3 });
  assert.is(folds.length, 3);
  assert.ok(loss.mean < 1e-12, `${loss.mean}`);
});

test('targets that are distributions are not stratified', () => {
  const q = ternary.map((label) => [label === 'low' ? 1 : 0, label === 'low' ? 0 : 1]);
  const loss = softmaxCrossEntropy({ targets: 'distribution' });
  const { folds } = crossValidateSync(softmaxRegression(), x, q, { loss, epochs: 2 });
  assert.equal(
    folds.map(({ test }) => test),
    kFold(60).map(({ test }) => test),
  );
});

test('the event loop breathes, and a signal ends it with the folds that are done', async () => {
  let ticks = 0;
  const tick = (): void => {
    ticks++;
    waiting = setImmediate(tick);
  };
  let waiting = setImmediate(tick);
  const controller = new AbortController();
  let epochs = 0;
  const result = await crossValidate(linearRegression(), x, y, {
    optimizer: sgd(0.01),
    epochs: 4,
    signal: controller.signal,
    keepModels: true,
    onEpoch() {
      if (++epochs === 10) controller.abort();
    },
  });
  clearImmediate(waiting);
  assert.is(result.aborted, true);
  assert.is(result.folds.length, 2);
  assert.is(result.models.length, 2);
  assert.is(result.loss.values.length, 2);
  assert.ok(ticks >= 2, `${ticks} turns of the loop in three folds`);
  const none = await crossValidate(linearRegression(), x, y, { signal: controller.signal, metrics: 'r2' });
  assert.equal(none.folds, []);
  assert.equal(none.loss.values, []);
});

test('bad input', async () => {
  const bad = (options: object, code: string, message: string, targets: unknown = y): void =>
    throws(() => crossValidateSync(linearRegression(), x, targets as number[], options as never), code, message);
  bad({ folds: 1 }, 'ERR_ARGUMENT', 'kFold: folds must be an integer ≥ 2, got 1');
  bad({ folds: '5' }, 'ERR_ARGUMENT', 'kFold: folds must be an integer ≥ 2, got "5"');
  bad({ folds: 61 }, 'ERR_DATA', '61 folds need at least as many rows, got 60');
  bad({ stratify: true }, 'ERR_DATA', '5 folds need at least as many rows of every class, got 1');
  bad({ stratify: 1 }, 'ERR_ARGUMENT', 'crossValidate: stratify must be true or false, got 1');
  bad({ keepModels: 'yes' }, 'ERR_ARGUMENT', 'crossValidate: keepModels must be true or false, got "yes"');
  bad({ epoch: 5 }, 'ERR_ARGUMENT', 'fit: unknown option epoch; did you mean epochs?');
  bad(
    { metrics: 'accuracy' },
    'ERR_ARGUMENT',
    'metrics: "accuracy" is none of a regression; there are r2, explainedVariance, meanSquaredError, rootMeanSquaredError, meanAbsoluteError, meanAbsolutePercentageError, poissonDeviance',
  );
  bad({}, 'ERR_SHAPE', 'targets: expected 60 rows, one per row of features, got 59', y.slice(1));
  bad({ sampleWeights: [1] }, 'ERR_SHAPE', 'sampleWeights: expected 60 rows, one per row of features, got 1');
  // Folds of their own with rows that are not there, or none.
  const folds = (train: number[], test: number[]) => ({
    folds: [{ train: Uint32Array.from(train), test: Uint32Array.from(test) }],
  });
  bad(folds([1, 2, 60], [3]), 'ERR_SHAPE', 'features: row 2 must be an array, got undefined');
  bad(folds([], [3]), 'ERR_SHAPE', 'features: expected at least one row, got none');
  await crossValidate(linearRegression(), x, y, { folds: 1 }).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /folds must be an integer ≥ 2/),
  );
});

test.run();
