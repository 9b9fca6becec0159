/** What a fitted model says: predictions, metrics, coefficients, parameters; weights, labels and several targets. */
import {
  gradientDescent,
  l2,
  linearRegression,
  logisticRegression,
  matrix,
  sgd,
  softmaxCrossEntropy,
  softmaxRegression,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { close, crossEntropy, rowsOf } from '../helpers/golden.js';
import { bits, problem, values } from '../helpers/problems.js';

const { x, y, binary, ternary } = problem(70, 5);
const fixed = { optimizer: gradientDescent(0.1), epochs: 40, tolerance: null };
const twice = <T>(rows: T[], which: (i: number) => boolean): T[] =>
  rows.flatMap((row, i) => (which(i) ? [row, row] : [row]));

test('a weight of 2 is a row that stands there twice', () => {
  const doubled = (i: number): boolean => i % 3 === 0;
  const sampleWeights = x.map((_, i) => (doubled(i) ? 2 : 1));
  for (const { make, y: targets } of [
    { make: linearRegression, y },
    { make: linearRegression, y: y.map((v, i) => [v, v * i]) },
    { make: logisticRegression, y: binary },
    { make: softmaxRegression, y: ternary },
  ] as { make: typeof linearRegression; y: number[] }[]) {
    // Mean and deviation of the features are those of the rows, whatever they weigh: so without.
    const weighted = make({ standardize: false });
    const a = weighted.fitSync(x, targets, { ...fixed, sampleWeights, regularizer: l2(0.01) });
    const plain = make({ standardize: false });
    const b = plain.fitSync(twice(x, doubled), twice(targets, doubled), { ...fixed, regularizer: l2(0.01) });
    close(values(weighted), values(plain), 1e-12, make.name);
    close(
      a.history.map(({ objective }) => objective),
      b.history.map(({ objective }) => objective),
      1e-12,
      make.name,
    );
    // Only proportions count, to the bit where the factor is a power of two.
    const scaled = make({ standardize: false });
    scaled.fitSync(x, targets, {
      ...fixed,
      sampleWeights: Float32Array.from(sampleWeights, (w) => 8 * w),
      regularizer: l2(0.01),
    });
    assert.is(bits(scaled), bits(weighted));
  }
});

test('a weight of 0 is a row that is not there', () => {
  const weighted = linearRegression({ standardize: false });
  weighted.fitSync(x, y, { ...fixed, sampleWeights: x.map((_, i) => Number(i < 50)) });
  const plain = linearRegression({ standardize: false });
  plain.fitSync(x.slice(0, 50), y.slice(0, 50), fixed);
  close(values(weighted), values(plain), 1e-12, 'parameters');
});

test('class weights by list, by label, balanced', () => {
  const counts = ['high', 'low', 'middle'].map((label) => ternary.filter((one) => one === label).length);
  // scikit-learn: n / (K · count).
  const balanced = counts.map((count) => x.length / (3 * count));
  const fit = (options: object): string => {
    const model = softmaxRegression();
    model.fitSync(x, ternary, { ...fixed, ...options });
    return bits(model);
  };
  const expected = fit({ classWeights: 'balanced' });
  assert.is(fit({ classWeights: balanced }), expected);
  assert.is(fit({ classWeights: { high: balanced[0], low: balanced[1], middle: balanced[2] } }), expected);
  const bySample = ternary.map((label) => balanced[['high', 'low', 'middle'].indexOf(label)]!);
  assert.is(fit({ sampleWeights: bySample }), expected);
  assert.is.not(fit({}), expected);
  // A label without a weight has 1; both kinds multiply.
  assert.is(fit({ classWeights: { low: 2 } }), fit({ classWeights: [1, 2, 1] }));
  const product = ternary.map((label, i) => (label === 'low' ? 2 : 1) * (1 + (i % 2)));
  assert.is(
    fit({ classWeights: { low: 2 }, sampleWeights: x.map((_, i) => 1 + (i % 2)) }),
    fit({ sampleWeights: product }),
  );
  // Weights by boolean and by number.
  const yes = binary.map(Boolean);
  const logistic = (targets: never, classWeights: never): string => {
    const model = logisticRegression();
    model.fitSync(x, targets, { ...fixed, classWeights });
    return bits(model);
  };
  assert.is(logistic(yes as never, { true: 3 } as never), logistic(binary as never, { 1: 3 } as never));
});

test('weights count in mini-batches as in the full gradient, on average', () => {
  // An epoch of single rows at a rate near 0 moves as one full batch of all of them.
  const sampleWeights = x.map((_, i) => 1 + (i % 4));
  const step = (options: object): number[] => {
    const model = linearRegression({ standardize: false });
    model.fitSync(x, y, { sampleWeights, ...options });
    return values(model);
  };
  const rate = 1e-9;
  const full = step({ optimizer: gradientDescent(rate * x.length), epochs: 1, tolerance: null });
  close(step({ optimizer: sgd(rate), batchSize: 1, epochs: 1 }), full, 1e-6, 'single rows');
  const tens = step({ optimizer: sgd(10 * rate), batchSize: 10, epochs: 1 });
  close(tens, full, 1e-6, 'tens');
});

test('labels are numbers, strings, booleans or typed arrays', () => {
  const reference = logisticRegression();
  reference.fitSync(x, binary, fixed);
  for (const [labels, classes] of [
    [binary.map((v) => (v ? 'yes' : 'no')), ['no', 'yes']],
    [binary.map(Boolean), [false, true]],
    [binary.map((v) => (v ? 7 : -3)), [-3, 7]],
    [Uint8Array.from(binary), [0, 1]],
    [Float32Array.from(binary, (v) => (v ? 2.5 : 0.5)), [0.5, 2.5]],
    [{ data: Int32Array.from(binary), shape: [70] }, [0, 1]],
    [{ data: Int32Array.from(binary), shape: [70, 1] }, [0, 1]],
  ] as const) {
    const model = logisticRegression();
    model.fitSync(x, labels as never, fixed);
    assert.is(bits(model), bits(reference));
    assert.equal(model.classes, classes);
    assert.equal(
      model.predict(x),
      reference.predict(x).map((label) => classes[label as 0 | 1]),
    );
  }
  // Given classes decide on the order: the second is the positive one.
  const turned = logisticRegression({ classes: ['yes', 'no'] });
  turned.fitSync(
    x,
    binary.map((v) => (v ? 'yes' : 'no')),
    fixed,
  );
  close(
    values(turned),
    values(reference).map((v) => -v),
    1e-12,
    'turned',
  );
});

test('features are rows, typed rows, flat arrays with a shape, matrices', () => {
  const flat = x.flat();
  for (const dtype of ['f32', 'f64'] as const) {
    const fit = (rows: unknown): string => {
      const model = linearRegression({ dtype });
      model.fitSync(rows, y, fixed);
      return bits(model) + String(model.predict(rows as number[][]));
    };
    const expected = fit(x);
    assert.is(fit(x.map((row) => Float64Array.from(row))), expected);
    assert.is(fit({ data: flat, shape: [70, 5] }), expected);
    assert.is(fit({ data: Float64Array.from(flat), shape: [70, 5] }), expected);
    assert.is(fit({ data: Float64Array.from(flat), rows: 70, columns: 5 }), expected);
    assert.is(fit(matrix(flat, 70, 5)), expected);
    // The values of a Float32Array are what counts, whatever holds them.
    const rounded = Float32Array.from(flat);
    assert.is(fit({ data: rounded, shape: [70, 5] }), fit(rowsOf(rounded, 5)));
    assert.is(
      fit(x.map((row) => row.map(Math.round))),
      fit({ data: Int8Array.from(flat, Math.round), shape: [70, 5] }),
    );
  }
});

test('several targets are so many models', () => {
  const targets = [y, y.map((v, i) => v * v - i / 10), y.map((_, i) => 3 + Math.sin(i)), y.map((v) => -v)];
  for (const count of [2, 3, 4]) {
    const rows = x.map((_, i) => targets.slice(0, count).map((column) => column[i]!));
    const all = linearRegression();
    all.fitSync(x, rows, { tolerance: 1e-12 });
    assert.is(all.coefficients.length, count * 5);
    targets.slice(0, count).forEach((column, k) => {
      const one = linearRegression();
      one.fitSync(x, column, { tolerance: 1e-12 });
      close(all.coefficients.subarray(k * 5, k * 5 + 5), one.coefficients, 1e-9, `coefficients of ${k}`);
      close([all.intercept[k]!], one.intercept, 1e-9, `intercept of ${k}`);
      close(
        all.predict(x).filter((_, i) => i % count === k),
        one.predict(x),
        1e-9,
        `predictions of ${k}`,
      );
    });
    // The mean is over rows and targets: with one rate, gradients of each are smaller by their number.
    const each = linearRegression();
    each.fitSync(x, rows, { optimizer: gradientDescent(0.1), maxSteps: 7, tolerance: null });
    const single = linearRegression();
    single.fitSync(x, y, { optimizer: gradientDescent(0.1 / count), maxSteps: 7, tolerance: null });
    close(each.coefficients.subarray(0, 5), single.coefficients, 1e-12, 'rate');
  }
});

test('coefficients and intercept on the original scale are what predict uses', () => {
  const shifted = x.map((row) => row.map((v, j) => 10 ** j * v + 100 * j));
  for (const standardize of [true, false]) {
    for (const make of [linearRegression, logisticRegression, softmaxRegression]) {
      const model = (make as typeof linearRegression)({ standardize });
      const targets = make === linearRegression ? y : make === logisticRegression ? binary : ternary;
      model.fitSync(standardize ? shifted : x, targets as number[], { epochs: 60 });
      const rows = standardize ? shifted : x;
      const { intercept } = model;
      const W = rowsOf(model.coefficients, 5);
      const own = rows.flatMap((row) => W.map((w, k) => row.reduce((z, v, j) => z + v * w[j]!, intercept[k]!)));
      close(model.predictRaw(rows), own, 1e-11, make.name);
    }
  }
  // A constant feature has no effect on a standardised fit.
  const model = linearRegression();
  model.fitSync(
    x.map((row) => [...row, 42]),
    y,
  );
  assert.is(model.coefficients[5], 0);
});

test('metrics against plain formulas', () => {
  for (const dtype of ['f32', 'f64'] as const) {
    const tolerance = dtype === 'f32' ? 1e-6 : 1e-13;
    const model = linearRegression({ dtype });
    model.fitSync(x, y, { epochs: 3 });
    const predicted = model.predict(x);
    const r = y.map((v, i) => predicted[i]! - v);
    const mean = y.reduce((a, b) => a + b, 0) / 70;
    const mse = r.reduce((sum, v) => sum + v * v, 0) / 70;
    const judged = model.evaluate(x, y, {
      metrics: ['r2', 'meanSquaredError', 'rootMeanSquaredError', 'meanAbsoluteError'],
    });
    const spread = y.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 70;
    const mae = r.reduce((sum, v) => sum + Math.abs(v), 0) / 70;
    const expected = {
      loss: mse,
      r2: 1 - mse / spread,
      meanSquaredError: mse,
      rootMeanSquaredError: Math.sqrt(mse),
      meanAbsoluteError: mae,
    };
    assert.equal(Object.keys(judged), Object.keys(expected));
    for (const [name, value] of Object.entries(expected)) close([judged[name]!], [value], tolerance, name);
    // Several targets: the mean over them; R² too (scikit-learn's uniform average).
    const two = linearRegression({ dtype });
    const both = y.map((v, i) => [v, Math.sin(i)]);
    two.fitSync(x, both, { epochs: 3 });
    const parts = [0, 1].map((k) => {
      const column = both.map((row) => row[k]!);
      const z = two.predict(x).filter((_, i) => i % 2 === k);
      const m = column.reduce((a, b) => a + b, 0) / 70;
      const error = column.reduce((sum, v, i) => sum + (z[i]! - v) ** 2, 0) / 70;
      return { error, r2: 1 - error / (column.reduce((sum, v) => sum + (v - m) ** 2, 0) / 70) };
    });
    const together = two.evaluate(x, both, { metrics: ['r2', 'meanSquaredError'] });
    close([together.r2!], [(parts[0]!.r2 + parts[1]!.r2) / 2], tolerance, 'r2');
    close(
      [together.meanSquaredError!, together.loss],
      Array(2).fill((parts[0]!.error + parts[1]!.error) / 2),
      tolerance,
      'mse',
    );
    for (const make of [logisticRegression, softmaxRegression] as (typeof softmaxRegression)[]) {
      const targets = (make as unknown) === logisticRegression ? binary.map(String) : ternary;
      const classifier = make({ dtype });
      const { history } = classifier.fitSync(x, targets, { epochs: 3, metrics: 'accuracy' });
      const right = classifier.predict(x).filter((label, i) => label === targets[i]).length / 70;
      const said = classifier.evaluate(x, targets, { metrics: 'accuracy' });
      assert.is(said.accuracy, right);
      assert.is(history.at(-1)!.metrics.accuracy, right);
      const index = targets.map((label) => classifier.classes.indexOf(label));
      const loss = crossEntropy(x, index, rowsOf(classifier.coefficients, 5), classifier.intercept) / 70;
      close([said.loss], [loss], tolerance, 'loss');
    }
  }
  // All targets equal: 1 if they are met exactly, else 0, as scikit-learn.
  const flat = linearRegression();
  flat.fitSync([[1], [2]], [0, 0]);
  assert.is(flat.evaluate([[1], [2]], [0, 0], { metrics: 'r2' }).r2, 1);
  assert.is(flat.evaluate([[1], [2]], [1, 1], { metrics: 'r2' }).r2, 0);
});

test('weighted metrics of a run', () => {
  const sampleWeights = x.map((_, i) => i % 3);
  const total = sampleWeights.reduce((a, b) => a + b, 0);
  const model = logisticRegression();
  const { history } = model.fitSync(x, binary, { epochs: 2, sampleWeights, metrics: 'accuracy' });
  const right = model
    .predict(x)
    .reduce<number>((sum, label, i) => sum + Number(label === binary[i]) * sampleWeights[i]!, 0);
  close([history.at(-1)!.metrics.accuracy!], [right / total], 1e-14, 'accuracy');
});

test('probabilities sum to 1 and belong to the labels', () => {
  const far = [...x, ...x.map((row) => row.map((v) => 1e3 * v))];
  for (const dtype of ['f32', 'f64'] as const) {
    const epsilon = dtype === 'f32' ? 2 ** -22 : 2 ** -51;
    const model = softmaxRegression({ dtype });
    model.fitSync(x, ternary, { epochs: 50 });
    const raw = rowsOf(model.predictRaw(far), 3);
    const p = rowsOf(model.predictProbability(far), 3);
    const labels = model.predict(far);
    p.forEach((row, i) => {
      assert.ok(Math.abs(row.reduce((a, b) => a + b, 0) - 1) <= epsilon);
      assert.ok(row.every((value) => value >= 0 && value <= 1));
      assert.is(labels[i], model.classes[row.indexOf(Math.max(...row))]);
      const top = Math.max(...raw[i]!);
      const e = raw[i]!.map((z) => Math.exp(z - top));
      close(
        row,
        e.map((v) => v / e.reduce((a, b) => a + b, 0)),
        4 * epsilon,
        'softmax',
      );
    });
    const logistic = logisticRegression({ dtype });
    logistic.fitSync(x, binary, { epochs: 50 });
    const z = logistic.predictRaw(far);
    const q = logistic.predictProbability(far);
    const decided = logistic.predict(far);
    q.forEach((value, i) => {
      assert.ok(Math.abs(value - 1 / (1 + Math.exp(-z[i]!))) <= 4 * epsilon * Math.max(value, 1e-30) + 1e-38);
      assert.is(decided[i], Number(value > 0.5));
    });
  }
});

test('out: where results go', () => {
  const linear = linearRegression();
  linear.fitSync(x, y);
  const softmax = softmaxRegression();
  softmax.fitSync(x, ternary, { epochs: 20 });
  for (const [predict, length] of [
    [(options?: object) => linear.predict(x, options as never), 70],
    [(options?: object) => linear.predictRaw(x, options as never), 70],
    [(options?: object) => softmax.predictRaw(x, options as never), 210],
    [(options?: object) => softmax.predictProbability(x, options as never), 210],
  ] as const) {
    const expected = predict();
    const out = new Float64Array(length);
    assert.is(predict({ out }), out);
    assert.equal(out, expected);
    const narrow = new Float32Array(length);
    predict({ out: narrow });
    close(narrow, expected, 1e-6, 'f32');
    // A part of a larger array.
    const large = new Float64Array(length + 20).fill(-7);
    predict({ out: large.subarray(10, 10 + length) });
    assert.equal(large.slice(10, 10 + length), expected);
    assert.ok([...large.slice(0, 10), ...large.slice(10 + length)].every((v) => v === -7));
  }
});

test('parameters can be read and set', () => {
  const model = linearRegression({ standardize: false });
  model.fitSync(x, y, { epochs: 3 });
  const weight = [1, 2, 3, 4, 5];
  model.parameters = { weight, bias: Float32Array.of(0.5) };
  assert.equal([...model.parameters.weight], weight);
  assert.equal([...model.coefficients], weight);
  close(
    model.predict(x),
    x.map((row) => row.reduce((z, v, j) => z + v * weight[j]!, 0.5)),
    1e-14,
    'predictions',
  );
  model.parameters.bias[0] = 1.5;
  close(
    model.predict(x),
    x.map((row) => row.reduce((z, v, j) => z + v * weight[j]!, 1.5)),
    1e-14,
    'predictions',
  );
  model.parameters = { bias: [0] };
  assert.equal([...model.parameters.weight], weight);
  // A fit that goes on starts from them.
  const { history } = model.fitSync(x, y, {
    continue: true,
    optimizer: gradientDescent(0),
    maxSteps: 1,
    tolerance: null,
  });
  const loss = x.reduce((sum, row, i) => sum + (row.reduce((z, v, j) => z + v * weight[j]!, 0) - y[i]!) ** 2, 0) / 70;
  close([history[0]!.loss], [loss], 1e-13, 'loss');
  assert.is(model.parameters.weight.constructor, Float64Array);
  const narrow = linearRegression({ dtype: 'f32' });
  narrow.fitSync(x, y, { epochs: 3 });
  assert.is(narrow.parameters.weight.constructor, Float32Array);
  assert.is(narrow.predict(x).constructor, Float32Array);
});

test('distributions as targets of softmax', () => {
  const loss = softmaxCrossEntropy({ targets: 'distribution' });
  const order = ['high', 'low', 'middle'];
  const hot = ternary.map((label) => order.map((one) => Number(one === label)));
  const byRow = softmaxRegression({ classes: order });
  byRow.fitSync(x, hot, { ...fixed, loss });
  const byLabel = softmaxRegression();
  byLabel.fitSync(x, ternary, fixed);
  close(values(byRow), values(byLabel), 1e-12, 'parameters');
  close([byRow.evaluate(x, hot).loss], [byLabel.evaluate(x, ternary).loss], 1e-12, 'loss');
  const soft = hot.map((row) => row.map((q) => 0.9 * q + 0.1 / 3));
  const smoothed = softmaxRegression();
  smoothed.fitSync(x, ternary, { ...fixed, loss: softmaxCrossEntropy({ labelSmoothing: 0.1 }) });
  const given = softmaxRegression({ classes: order });
  given.fitSync(x, soft, { ...fixed, loss });
  close(values(given), values(smoothed), 1e-12, 'label smoothing');
  assert.throws(
    () =>
      given.fitSync(
        x,
        hot.map(() => [0.5, 0.4, 0.3]),
        { loss },
      ),
    /targets: row 0 must be a distribution/,
  );
  assert.equal(
    given.predict(x.slice(0, 2)).map((label) => order.includes(label as string)),
    [true, true],
  );
});

test('a model is described by its spec', () => {
  const model = linearRegression({ dtype: 'f32', featureNames: ['a', 'b'] });
  const spec = { kind: 'linearRegression', dtype: 'f32', standardize: true, featureNames: ['a', 'b'] };
  assert.equal(model.spec, spec);
  assert.equal(JSON.parse(JSON.stringify(model.spec)), spec);
  assert.equal(structuredClone(model.spec), spec);
  assert.ok(Object.isFrozen(model.spec));
});

test.run();
