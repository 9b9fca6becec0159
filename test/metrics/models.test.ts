/** Metrics of models: keys in events, weights, directions, classes that are missing, what is refused. */
import { readFileSync } from 'node:fs';
import {
  earlyStopping,
  linearRegression,
  logisticRegression,
  type Metric,
  metrics,
  sgd,
  softmaxCrossEntropy,
  softmaxRegression,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { metricMode } from '#src/program/metrics.js';
import { close } from '../helpers/golden.ts';
import { problem } from '../helpers/problems.ts';
import { throws } from '../throws.ts';

const { x, y, binary, ternary } = problem(70, 5);
const short = { epochs: 5, tolerance: null } as const;
const ofClasses = [
  'accuracy',
  'balancedAccuracy',
  'precision',
  'recall',
  'f1',
  'topKAccuracy',
  'rocAuc',
  'averagePrecision',
  'logLoss',
  'brier',
] as const;
const ofNumbers = [
  'r2',
  'explainedVariance',
  'meanSquaredError',
  'rootMeanSquaredError',
  'meanAbsoluteError',
  'meanAbsolutePercentageError',
  'poissonDeviance',
] as const;

test('every name and its spec are the same; specs survive JSON', () => {
  for (const name of [...ofClasses, ...ofNumbers]) {
    const spec = metrics[name]();
    assert.is(spec.kind, name);
    assert.ok(Object.isFrozen(spec));
    const model = (ofNumbers as readonly string[]).includes(name) ? linearRegression() : logisticRegression();
    const targets = model.spec.kind === 'linearRegression' ? y : binary;
    (model as ReturnType<typeof linearRegression>).fitSync(x, targets, short);
    const judge = (metric: Metric): number =>
      (model as ReturnType<typeof linearRegression>).evaluate(x, targets, { metrics: metric })[name]!;
    // Poisson deviance of predictions below 0 is NaN.
    assert.ok(Object.is(judge(name), judge(spec)), name);
    assert.ok(Object.is(judge(name), judge(JSON.parse(JSON.stringify(spec)) as Metric)), name);
  }
});

test('a metric of a model is the metric of its predictions', () => {
  for (const dtype of ['f32', 'f64'] as const) {
    const tolerance = dtype === 'f32' ? 1e-6 : 1e-13;
    for (const classes of [2, 3]) {
      const model = classes === 2 ? logisticRegression({ dtype }) : softmaxRegression({ dtype });
      const targets = (classes === 2 ? binary : ternary).map(String);
      const average = classes === 2 ? 'binary' : 'weighted';
      const names = ofClasses.map((name) => (/prec|rec|f1/.test(name) ? { kind: name, average } : name) as Metric);
      names[ofClasses.indexOf('averagePrecision')] = 'averagePrecision';
      const { history } = model.fitSync(x, targets, { ...short, metrics: names });
      const probabilities = model.predictProbability(x);
      const rows = { data: probabilities, shape: classes === 2 ? [70] : [70, 3] };
      for (const metric of names) {
        const name = typeof metric === 'string' ? metric : metric.kind;
        const labels = /^(acc|bal|precision|rec|f1)/.test(name);
        const alone = metrics.compute(metric, labels ? model.predict(x) : rows, targets);
        close([history.at(-1)!.metrics[name]!], [alone], tolerance, `${name} of ${classes}`);
      }
    }
    const model = linearRegression({ dtype });
    const positive = y.map((v) => Math.abs(v) + 0.1);
    model.fitSync(x, positive, short);
    const said = model.evaluate(x, positive, { metrics: ofNumbers.slice(0, -1) });
    for (const name of ofNumbers.slice(0, -1)) {
      close([said[name]!], [metrics.compute(name, model.predict(x), positive)], 10 * tolerance, name);
    }
  }
});

test('several of a kind stand with their options; one stands by its kind', () => {
  const model = softmaxRegression();
  const { history } = model.fitSync(x, ternary, {
    ...short,
    validation: 0.3,
    metrics: [metrics.f1({ average: 'macro' }), metrics.f1({ average: 'micro' }), 'accuracy', metrics.topKAccuracy(2)],
    earlyStopping: earlyStopping({ monitor: 'validation.metrics.f1(macro)', patience: 50 }),
  });
  for (const values of [history.at(-1)!.metrics, history.at(-1)!.validation!.metrics]) {
    assert.equal(Object.keys(values), ['f1(macro)', 'f1(micro)', 'accuracy', 'topKAccuracy']);
    assert.is(values['f1(micro)'], values.accuracy);
  }
});

test('each metric knows its direction, with options and without', () => {
  const min = ofNumbers.slice(2);
  for (const name of [...ofClasses, ...ofNumbers]) {
    const expected = ([...min, 'logLoss', 'brier'] as string[]).includes(name) ? 'min' : 'max';
    assert.is(metricMode(name), expected, name);
    assert.is(metricMode(`${name}(macro)`), expected, name);
  }
  assert.is(metricMode('loss'), 'min');
});

test('doc comments have one form, and the direction in them is that of the table', () => {
  const source = readFileSync('src/metrics.ts', 'utf8');
  for (const name of [...ofClasses, ...ofNumbers]) {
    const end = source.indexOf(`\nexport const ${name} =`);
    const comment = source.slice(source.lastIndexOf('/**', end), end);
    const parts = comment.split('\n').filter((line) => /^ \* (Elsewhere|Use|Not|Direction): /.test(line));
    assert.equal(
      parts.map((line) => line.slice(3, line.indexOf(':'))),
      ['Elsewhere', 'Use', 'Not', 'Direction'],
      name,
    );
    assert.ok(comment.includes(`Direction: ${metricMode(name)}.`), name);
  }
});

test('early stopping watches any of them, the best by its direction', () => {
  for (const metric of ['rocAuc', 'brier'] as const) {
    const { history, bestEpoch } = logisticRegression().fitSync(x, binary, {
      optimizer: sgd(0.3),
      epochs: 12,
      validation: 0.4,
      metrics: metric,
      earlyStopping: earlyStopping({ monitor: `validation.metrics.${metric}`, patience: 50 }),
    });
    const values = history.map(({ validation }) => validation!.metrics[metric]!);
    const best = metric === 'rocAuc' ? Math.max(...values) : Math.min(...values);
    assert.is(bestEpoch, values.indexOf(best) + 1, metric);
  }
});

test('one class among the validation rows: no area, and never better', () => {
  const held = { x: x.slice(0, 4), y: [1, 1, 1, 1] };
  const { history, bestEpoch, stopReason } = logisticRegression().fitSync(x, binary, {
    epochs: 20,
    tolerance: null,
    validation: held,
    metrics: ['rocAuc', 'averagePrecision', 'logLoss'],
    earlyStopping: earlyStopping({ monitor: 'validation.metrics.rocAuc', patience: 3 }),
  });
  const { rocAuc, averagePrecision, logLoss } = history.at(-1)!.validation!.metrics;
  assert.ok(Number.isNaN(rocAuc));
  assert.is(averagePrecision, 1);
  assert.ok(Number.isFinite(logLoss));
  assert.is(stopReason, 'earlyStopping');
  assert.is(bestEpoch, null);
  assert.is(history.length, 3);
  // Without rows of the class nothing is precise, as scikit-learn.
  assert.is(metrics.compute('averagePrecision', [0.1, 0.7], [0, 0], { classes: [0, 1] }), 0);
  assert.ok(Number.isNaN(metrics.compute('r2', [1], [1])));
  assert.is(metrics.compute('rocAuc', [0.5, 0.5, 0.5, 0.5], [0, 1, 0, 1]), 0.5);
});

test('a weight of 2 is a row twice, a weight of 0 none: for every metric', () => {
  const sampleWeights = x.map((_, i) => i % 3);
  const repeated = <T>(rows: readonly T[]): T[] => rows.flatMap((row, i) => Array<T>(i % 3).fill(row));
  for (const dtype of ['f32', 'f64'] as const) {
    const averages = (['precision', 'recall', 'f1'] as const).flatMap((kind) =>
      (['micro', 'macro', 'weighted'] as const).map((average) => ({ kind, average })),
    );
    const plain = ofClasses.filter((name) => !/^(precision|recall|f1)$/.test(name));
    for (const { model, targets, names } of [
      { model: linearRegression({ dtype }), targets: y, names: ofNumbers.slice(0, -1) },
      { model: linearRegression({ dtype }), targets: y.map((v) => [v, Math.sin(v)]), names: ofNumbers.slice(0, -1) },
      { model: logisticRegression({ dtype }), targets: binary, names: [...ofClasses, ...averages] },
      { model: softmaxRegression({ dtype }), targets: ternary, names: [...plain, ...averages] },
    ]) {
      const any = model as ReturnType<typeof linearRegression>;
      any.fitSync(x, targets as number[], short);
      const weighted = any.evaluate(x, targets as number[], { metrics: names as Metric[], sampleWeights });
      const rows = any.evaluate(repeated(x), repeated(targets as number[]), { metrics: names as Metric[] });
      for (const key of Object.keys(rows)) {
        close([weighted[key]!], [rows[key]!], dtype === 'f32' ? 1e-5 : 1e-12, `${model.spec.kind}: ${key}`);
      }
    }
  }
});

test('targets that are distributions count as their likeliest class', () => {
  const model = softmaxRegression();
  const labels = [...new Set(ternary)].sort();
  const soft = ternary.map((label) => labels.map((name) => (name === label ? 0.5 : 0.25)));
  const index = ternary.map((label) => labels.indexOf(label));
  model.fitSync(x, soft, { ...short, loss: softmaxCrossEntropy({ targets: 'distribution' }) });
  const names = ['accuracy', 'rocAuc', 'logLoss', 'topKAccuracy'] as const;
  const said = model.evaluate(x, soft, { metrics: names });
  const rows = { data: model.predictProbability(x), shape: [70, 3] };
  close([said.accuracy!], [metrics.compute('accuracy', model.predict(x), index)], 1e-15, 'accuracy');
  for (const name of names.slice(1)) close([said[name]!], [metrics.compute(name, rows, index)], 1e-13, name);
});

test('of equal predictions the first is the larger: topKAccuracy(1) is accuracy', () => {
  const rows = [
    [1, 1, 0],
    [1, 1, 0],
    [0, 1, 1],
  ];
  const options = { classes: ['a', 'b', 'c'] };
  assert.is(metrics.compute(metrics.topKAccuracy({ k: 1 }), rows, ['a', 'b', 'b'], options), 2 / 3);
  assert.is(metrics.compute('topKAccuracy', rows, ['a', 'b', 'b'], options), 1);
});

test('a confusion matrix: labels, their order, weights', () => {
  const { data, classes } = metrics.confusionMatrix(['b', 'a', 'b'], ['a', 'a', 'b'], { sampleWeights: [0.5, 1, 2] });
  assert.equal([...data], [1, 0.5, 0, 2]);
  assert.equal(classes, ['a', 'b']);
  const other = metrics.confusionMatrix(['b', 'a', 'b'], ['a', 'a', 'b'], { classes: ['c', 'b', 'a'] });
  assert.equal([...other.data], [0, 0, 0, 0, 1, 0, 0, 1, 1]);
});

test('what is refused', () => {
  const three = softmaxRegression();
  throws(
    () => three.fitSync(x, ternary, { metrics: 'f1' }),
    'ERR_ARGUMENT',
    'metrics: f1 of 3 classes needs an average: micro, macro or weighted',
  );
  throws(
    () => metrics.compute('recall', [0, 1, 2], [0, 1, 2]),
    'ERR_ARGUMENT',
    'metrics: recall of 3 classes needs an average: micro, macro or weighted',
  );
  throws(() => metrics.topKAccuracy({ k: 0 }), 'ERR_ARGUMENT', 'topKAccuracy: k must be an integer ≥ 1, got 0');
  throws(
    () => metrics.f1({ average: 'samples' as never }),
    'ERR_ARGUMENT',
    'f1: average must be "binary" or "micro" or "macro" or "weighted", got "samples"',
  );
  throws(
    () => metrics.compute('rocauc' as never, [1], [1]),
    'ERR_ARGUMENT',
    'metrics: "rocauc" is no metric; did you mean rocAuc?',
  );
  throws(
    () => metrics.compute('confusionMatrix' as never, [1, 0], [1, 0]),
    'ERR_ARGUMENT',
    `metrics: "confusionMatrix" is no metric; there are ${[...ofClasses.slice(0, 2), 'topKAccuracy', 'precision', 'recall', 'f1', ...ofClasses.slice(6), ...ofNumbers].join(', ')}`,
  );
  throws(
    () => metrics.compute('accuracy', [1, 0], [1, 0, 1]),
    'ERR_SHAPE',
    'predictions: expected 3 labels, one per target, got 2',
  );
  throws(
    () => metrics.compute('brier', [0.5, 1.5], [1, 0]),
    'ERR_DATA',
    'predictions: expected probabilities in [0, 1], got 1.5',
  );
  throws(
    () =>
      metrics.compute(
        'rocAuc',
        [
          [1, 2],
          [2, 1],
        ],
        ['a', 'b'],
        { classes: ['a', 'b', 'c'] },
      ),
    'ERR_SHAPE',
    'predictions: expected a column for each of 3 classes, got 2',
  );
  throws(
    () => metrics.compute('rocAuc', [1, 2, 3], ['a', 'b', 'c']),
    'ERR_SHAPE',
    'predictions: expected a column for each of 3 classes, got 1',
  );
  throws(
    () => metrics.confusionMatrix([0, 1], [0, 1], { classes: 2 as never }),
    'ERR_ARGUMENT',
    'confusionMatrix: classes must be a list of labels, got 2',
  );
  throws(
    () => metrics.confusionMatrix([0, 1], [0, 1], { sampleWeights: [1] }),
    'ERR_SHAPE',
    'sampleWeights: expected 2 rows, one per row of features, got 1',
  );
  throws(
    () => linearRegression().fitSync(x, y, { metrics: 3 as never }),
    'ERR_ARGUMENT',
    `metrics: expected names among ${ofNumbers.join(', ')}, or specs, got 3`,
  );
});

test.run();
