/** What linear models make of targets and predictions, whatever the loss. */
import {
  crossValidateSync,
  focal,
  gammaDeviance,
  gaussianNll,
  gradientDescent,
  hinge,
  huber,
  kullbackLeibler,
  type LossSpec,
  l1,
  l2,
  linearModel,
  linearRegression,
  meanAbsoluteError,
  meanSquaredError,
  modifiedHuber,
  multiclassHinge,
  poisson,
  quantile,
  sgd,
  softmaxCrossEntropy,
  softmaxRegression,
  squaredHinge,
  triplet,
  tweedieDeviance,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultEngine } from '#src/memory/engine.js';
import { close, dataset } from '../helpers/golden.js';
import { throws } from '../throws.js';

const x = [[1], [2], [3], [4], [5], [6]];
const counts = [1, 1, 3, 4, 8, 15];
const none = (rows: number): number[][] => Array.from({ length: rows }, () => [0]);

test('the losses of the named models give the same bits under either name', () => {
  const { X, y } = dataset('iris');
  const pairs = [
    [linearModel({ loss: meanSquaredError() }), linearRegression()],
    [linearModel({ loss: softmaxCrossEntropy() }), softmaxRegression()],
  ] as const;
  for (const [one, other] of pairs) {
    one.fitSync(X, y as never);
    other.fitSync(X, y as never);
    assert.equal(one.parameters, other.parameters);
    assert.equal(one.predict(X.slice(0, 9)), other.predict(X.slice(0, 9)));
  }
});

test('spec: data, from which the same model is made', () => {
  const model = linearModel({ loss: quantile({ quantile: 0.9 }), dtype: 'f32', featureNames: ['a'] });
  assert.equal(model.spec, {
    kind: 'linearModel',
    dtype: 'f32',
    standardize: true,
    featureNames: ['a'],
    loss: { kind: 'quantile', quantile: 0.9 },
  });
  const { kind, ...options } = JSON.parse(JSON.stringify(model.spec));
  assert.is(kind, 'linearModel');
  assert.equal(linearModel(options).spec, model.spec);
  assert.is(model.task, 'regression');
  assert.equal(linearModel({ loss: hinge(), classes: ['b', 'a'] }).spec.classes, ['b', 'a']);
});

// Without a feature that says anything, the best constant is known.
test('a constant alone: ln of the mean, quantiles, mean and variance', () => {
  const y = [0, 1, 1, 2, 6, 8];
  const constant = (loss: LossSpec, targets = y): ArrayLike<number> => {
    const model = linearModel({ loss });
    model.fitSync(none(targets.length), targets as never);
    assert.equal(Array.from(model.parameters.weight, Math.abs), new Array(model.parameters.weight.length).fill(0));
    return model.parameters.bias;
  };
  close(constant(poisson()), [Math.log(3)], 1e-15, 'poisson');
  close(constant(tweedieDeviance({ power: 1.3 })), [Math.log(3)], 1e-15, 'tweedie');
  close(constant(gammaDeviance(), [1, 2, 6]), [Math.log(3)], 1e-15, 'gamma');
  close(constant(poisson({ logInput: false })), [3], 1e-7, 'poisson of means');
  // Σy² = 106: the variance is 106/6 − 9.
  close(constant(gaussianNll({ input: 'logVariance' })), [3, Math.log(106 / 6 - 9)], 1e-8, 'normal');
  close(constant(gaussianNll()), [3, 106 / 6 - 9], 1e-8, 'normal, variance');
  const [median] = constant(meanAbsoluteError(), [5, 1, 100, 2, 3]) as number[];
  assert.ok(Math.abs(median! - 3) < 1e-3);
  const [low] = constant(quantile({ quantile: 0.2 }), [5, 1, 100, 2, 3, 7, 8]) as number[];
  assert.ok(Math.abs(low! - 2) < 1e-2);
});

test('sample weights move the start as they move the optimum', () => {
  const model = linearModel({ loss: poisson() });
  model.fitSync(none(2), [1, 9], { sampleWeights: [3, 1] });
  close(model.parameters.bias, [Math.log(3)], 1e-14, 'ln of the weighted mean');
});

test('predict is behind the link, predictRaw before it, out is used', () => {
  for (const dtype of ['f32', 'f64'] as const) {
    const model = linearModel({ loss: poisson(), dtype });
    model.fitSync(x, counts);
    const raw = model.predictRaw(x);
    const means = model.predict(x);
    assert.is(means.constructor, dtype === 'f32' ? Float32Array : Float64Array);
    close(means, Array.from(raw, Math.exp), dtype === 'f32' ? 3e-7 : 1e-15, dtype);
    const out = new Float64Array(6);
    assert.is(model.predict(x, { out }), out);
    close(out, Array.from(means), 1e-6, 'out');
  }
  const model = linearModel({ loss: gaussianNll({ input: 'logVariance' }) });
  model.fitSync(x, counts);
  const raw = model.predictRaw(x);
  assert.is(raw.length, 12);
  assert.equal(
    Array.from(model.predict(x)),
    Array.from(raw).filter((_, i) => i % 2 === 0),
  );
  const out = new Float32Array(6);
  assert.is(model.predict(x, { out }), out);
  assert.throws(() => model.predict(x, { out: new Float64Array(12) }), /must be a Float32Array or Float64Array of 6/);
});

// Two groups: mean and variance of each are the estimate.
test('gaussianNll: a variance that differs from group to group', () => {
  const groups = [0, 0, 0, 0, 1, 1, 1, 1].map((g) => [g]);
  const y = [0.9, 1.1, 0.8, 1.2, 1, 3, 0, 4];
  const model = linearModel({ loss: gaussianNll({ input: 'logVariance' }) });
  const { converged } = model.fitSync(groups, y, { validation: { x: groups, y }, metrics: 'r2' });
  assert.is(converged, true);
  const raw = model.predictRaw([[0], [1]]);
  close(raw, [1, Math.log(0.025), 2, Math.log(2.5)], 1e-6, 'means, ln variances');
  // r² of the means: 1 − (0.1 + 10)/Σ(y − 1.5)², which is 12.1.
  close([model.evaluate(groups, y, { metrics: 'r2' }).r2!], [1 - 10.1 / 12.1], 1e-6, 'r2');
});

test('metrics of a log link are those of the means', () => {
  const model = linearModel({ loss: poisson() });
  const { history } = model.fitSync(x, counts, { metrics: 'meanAbsoluteError', validation: { x, y: counts } });
  const expected = Array.from(model.predict(x)).reduce((sum, m, i) => sum + Math.abs(m - counts[i]!), 0) / 6;
  const last = history.at(-1)!;
  for (const found of [
    model.evaluate(x, counts, { metrics: 'meanAbsoluteError' }).meanAbsoluteError!,
    last.metrics.meanAbsoluteError!,
    last.validation!.metrics.meanAbsoluteError!,
  ]) {
    close([found], [expected], 1e-12, 'mean absolute error');
  }
  close([last.validation!.loss], [model.evaluate(x, counts).loss], 1e-12, 'the loss is that before the link');
});

test('several columns of counts are fitted as each by itself', () => {
  const other = [9, 7, 3, 2, 1, 1];
  const both = linearModel({ loss: poisson() });
  both.fitSync(
    x,
    counts.map((y, i) => [y, other[i]!]),
    { tolerance: 1e-10 },
  );
  const means = both.predict(x);
  [counts, other].forEach((y, k) => {
    const one = linearModel({ loss: poisson() });
    one.fitSync(x, y, { tolerance: 1e-10 });
    close(
      Array.from(means).filter((_, i) => i % 2 === k),
      Array.from(one.predict(x)),
      1e-7,
      `column ${k}`,
    );
  });
});

const labelled = [
  ['strings', ['no', 'no', 'yes', 'no', 'yes', 'yes']],
  ['booleans', [false, false, true, false, true, true]],
  ['numbers', [3, 3, 7, 3, 7, 7]],
] as const;
for (const loss of [hinge(), squaredHinge(), modifiedHuber(), focal()]) {
  for (const [name, labels] of labelled) {
    test(`${loss.kind}: two classes, ${name}`, () => {
      const model = linearModel({ loss: loss as LossSpec & { kind: 'hinge' } });
      const validation = { x, y: labels as never };
      const { history } = model.fitSync(x, labels as never, { regularizer: l2(0.01), metrics: 'accuracy', validation });
      assert.equal(model.classes, [labels[0], labels[2]]);
      assert.equal(model.predict([[0], [9]]), [labels[0], labels[2]]);
      const found = model.predict(x).filter((label, i) => label === labels[i]).length / 6;
      const last = history.at(-1)!;
      assert.is(last.metrics.accuracy, found);
      assert.is(last.validation!.metrics.accuracy, found);
      const raw = model.predictRaw([[0], [9]]);
      assert.ok(raw[0]! < 0 && raw[1]! > 0);
      if (loss.kind === 'focal') {
        const p = model.predictProbability([[0], [9]]);
        close(
          p,
          Array.from(raw, (z) => 1 / (1 + Math.exp(-z))),
          1e-14,
          'probability',
        );
      } else {
        const message = `predictProbability: ${loss.kind} knows classes, not probabilities: use predictRaw`;
        throws(() => model.predictProbability(x), 'ERR_ARGUMENT', message);
      }
    });
  }
}

test('hinge: the classes swapped give the opposite model', () => {
  const labels = labelled[0][1];
  const fit = (classes: string[]) => {
    const model = linearModel({ loss: hinge(), classes });
    model.fitSync(x, labels, { regularizer: l2(0.01) });
    return model;
  };
  const one = fit(['no', 'yes']);
  const other = fit(['yes', 'no']);
  assert.equal(
    one.parameters.weight,
    other.parameters.weight.map((w) => -w),
  );
  assert.equal(one.predict(x), other.predict(x));
});

test('multiclassHinge: as many outputs as classes', () => {
  const { X, y } = dataset('iris');
  const names = y.map((k) => ['setosa', 'versicolor', 'virginica'][k]!);
  const model = linearModel({ loss: multiclassHinge() });
  model.fitSync(X, names, { regularizer: l2(0.001) });
  assert.is(model.coefficients.length, 12);
  assert.ok(model.evaluate(X, names, { metrics: 'accuracy' }).accuracy! > 0.97);
});

test('losses with kinks: what the default does, and what goes on from it', () => {
  const model = linearModel({ loss: meanAbsoluteError() });
  const first = model.fitSync(x, counts);
  assert.is(first.steps, 2000);
  const { rate } = first.history[0]!;
  assert.ok(Math.abs(first.history.at(-1)!.rate / rate - 1e-6) < 1e-8, 'the rate falls by 10⁶');
  // Twice the population deviation of the targets.
  const mean = 32 / 6;
  close([rate], [2 * Math.sqrt(counts.reduce((sum, y) => sum + (y - mean) ** 2, 0) / 6)], 1e-14, 'first rate');
  // The schedule spans what is asked.
  const short = linearModel({ loss: meanAbsoluteError() }).fitSync(x, counts, { epochs: 50 });
  assert.is(short.steps, 50);
  assert.ok(short.history.at(-1)!.rate < 2e-6 * short.history[0]!.rate);
  // A run that goes on begins with the full rate again, from the same parameters.
  const before = model.evaluate(x, counts).loss;
  const more = model.fitSync(x, counts, { continue: true });
  assert.is(more.history[0]!.rate, rate);
  close([more.history[0]!.loss], [before], 1e-12, 'starts where the first ended');
  const parameters = Array.from(model.parameters.weight);
  model.partialFit([[1]], [9]);
  assert.not.equal(Array.from(model.parameters.weight), parameters);
  // An optimizer that is given is used as it is.
  const own = linearModel({ loss: meanAbsoluteError() }).fitSync(x, counts, { optimizer: gradientDescent(0.1) });
  assert.is(own.history[0]!.rate, 0.1);
});

test('losses with kinks: batches, features on their own scale, strong penalties', () => {
  const options = { regularizer: l2(5) };
  const large = x.map(([v]) => [1000 * v!]);
  for (const result of [
    linearModel({ loss: hinge() }).fitSync(x, ['a', 'a', 'b', 'a', 'b', 'b'], options),
    linearModel({ loss: quantile(), standardize: false }).fitSync(large, counts),
    linearModel({ loss: quantile() }).fitSync(x, counts, { batchSize: 2, epochs: 100, regularizer: l1(0.1) }),
    linearModel({ loss: quantile() }).fitSync(x, counts, { batchSize: 2, optimizer: sgd(0.01) }),
  ]) {
    const objectives = result.history.map(({ objective }) => objective);
    assert.ok(objectives.every(Number.isFinite));
    assert.ok(objectives.at(-1)! <= objectives[0]!);
  }
});

test('clones keep the loss; folds of labels for hinge are stratified', () => {
  const { X, y } = dataset('breast_cancer');
  const model = linearModel({ loss: squaredHinge({ margin: 2 }), classes: [1, 0] });
  const copy = model.clone();
  assert.equal(copy.spec, model.spec);
  const options = { folds: 3, metrics: ['accuracy'] as const, regularizer: l2(0.01) };
  const { metrics } = crossValidateSync(model, X, y as never, options);
  assert.ok(metrics.accuracy!.mean > 0.95);
  const counting = crossValidateSync(linearModel({ loss: poisson() }), [...x, ...x], [...counts, ...counts], {
    folds: 2,
  });
  assert.ok(Number.isFinite(counting.loss.mean));
});

test('partialFit: a fresh model starts at 0', () => {
  const model = linearModel({ loss: poisson() });
  const { loss } = model.partialFit([[1], [2]], [1, 3]);
  // e⁰ − y·0.
  assert.is(loss, 1);
});

for (const [message, call, code = 'ERR_ARGUMENT'] of [
  ['linearModel: loss must be a loss such as meanSquaredError(…), got undefined', () => linearModel({} as never)],
  [
    'linearModel: loss must be a loss such as meanSquaredError(…), got undefined',
    () => linearModel(undefined as never),
  ],
  ['loss: triplet with these options is for lossAndGradient alone', () => linearModel({ loss: triplet() })],
  [
    'loss: kullbackLeibler with these options is for lossAndGradient alone',
    () => linearModel({ loss: kullbackLeibler() }),
  ],
  [
    'linearModel: unknown option classes; there are dtype, standardize, featureNames, engine, loss',
    () => linearModel({ loss: poisson(), classes: [1, 2] } as never),
  ],
  [
    'loss: linearModel minimises poisson, got huber',
    () => linearModel({ loss: poisson() }).fitSync(x, counts, { loss: huber() }),
  ],
  [
    'targets: value 1 must be a finite number ≥ 0, got -1',
    () => linearModel({ loss: poisson() }).fitSync(x, [1, -1, 2, 3, 4, 5]),
    'ERR_DATA',
  ],
  [
    'targets: value 0 must be a finite number > 0, got 0',
    () => linearModel({ loss: gammaDeviance() }).fitSync(x, [0, 1, 2, 3, 4, 5]),
    'ERR_DATA',
  ],
  [
    'validation: targets: value 0 must be a finite number ≥ 0, got -2',
    () => linearModel({ loss: tweedieDeviance() }).fitSync(x, counts, { validation: { x: [[1]], y: [-2] } }),
    'ERR_DATA',
  ],
  [
    'targets: expected 1 columns, got 2',
    () =>
      linearModel({ loss: gaussianNll() }).fitSync(
        x,
        counts.map((y) => [y, y]),
      ),
    'ERR_SHAPE',
  ],
  [
    'linearModel: expected two classes, got 3: 1, 2, 3',
    () => linearModel({ loss: hinge() }).fitSync(x, [1, 2, 3, 1, 2, 3]),
    'ERR_DATA',
  ],
  [
    'metrics: logLoss needs probabilities, which hinge does not give',
    () => linearModel({ loss: hinge() }).fitSync(x, labelled[0][1], { metrics: 'logLoss' }),
  ],
  [
    'metrics: "accuracy" is none of a regression; there are r2, explainedVariance, meanSquaredError, rootMeanSquaredError, meanAbsoluteError, meanAbsolutePercentageError, poissonDeviance',
    () => linearModel({ loss: poisson() }).fitSync(x, counts, { metrics: 'accuracy' }),
  ],
] as [string, () => unknown, string?][]) {
  test(`refused: ${message}`, () => {
    throws(call, code, message);
    assert.is(defaultEngine().arena.used, 0);
  });
}

test.run();
