/** Steps before a model: learnt from training rows, kept with the model, applied wherever it looks at rows. */
import {
  l2,
  linearRegression,
  logisticRegression,
  matrix,
  oneHot,
  pipeline,
  polynomialFeatures,
  sgd,
  softmaxRegression,
  standardScaler,
  type Transformer,
  trainTestSplit,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { close } from '../helpers/golden.js';
import { bits, problem } from '../helpers/problems.js';
import { throws } from '../throws.js';

const { x, y, binary, ternary } = problem(60, 3);

test('a cubic is found exactly', () => {
  const points = Array.from({ length: 12 }, (_, i) => [i / 4 - 1]);
  const cubic = points.map(([t]) => 1 + 2 * t! - 3 * t! ** 2 + t! ** 3);
  const model = pipeline([polynomialFeatures({ degree: 3 }), linearRegression()]);
  assert.ok(model.fitSync(points, cubic, { tolerance: 1e-13, epochs: 100_000 }).converged);
  close([...model.intercept, ...model.coefficients], [1, 2, -3, 1], 1e-9, 'coefficients');
  close(model.predict([[3]]), [1 + 6 - 27 + 27], 1e-8, 'prediction');
});

test('it is the model on transformed rows, bit for bit', () => {
  for (const data of [x, matrix(Float32Array.from(x.flat()), 60, 3)]) {
    const options = { regularizer: l2(0.01), epochs: 40 };
    const model = pipeline([standardScaler(), polynomialFeatures(), softmaxRegression({ dtype: 'f32' })]);
    model.fitSync(data, ternary, options);
    const scaler = standardScaler();
    const polynomial = polynomialFeatures();
    const made = polynomial.fitTransform(scaler.fitTransform(data));
    const plain = softmaxRegression({ dtype: 'f32' });
    plain.fitSync(made, ternary, options);
    assert.is(bits(model), bits(plain));
    assert.equal(model.predictProbability(data), plain.predictProbability(made));
    assert.equal(model.predict(data), plain.predict(made));
    assert.equal(model.evaluate(data, ternary), plain.evaluate(made, ternary));
  }
});

test('the model and the steps that were given stay as they were', () => {
  const scaler = standardScaler();
  const plain = linearRegression();
  const model = pipeline([scaler, plain]);
  model.fitSync(x, y, { epochs: 3 });
  assert.throws(() => scaler.mean, /fit has not been called/);
  assert.throws(() => plain.predict(x), /needs a fitted model/);
  // A fit of the same step elsewhere does not reach the model.
  const before = model.predict(x);
  scaler.fit([[9, 9, 9]]);
  assert.equal(model.predict(x), before);
});

test('steps are fitted on training rows alone, not on those held out', () => {
  const seen: number[][][] = [];
  const spy = (): Transformer => ({
    fit: (rows: number[][]) => seen.push(rows),
    transform: (rows: number[][]) => rows,
    clone: spy,
  });
  const model = pipeline([spy(), linearRegression()]);
  const options = { validation: 0.25, seed: 5, epochs: 4 };
  const result = model.fitSync(x, y, options);
  const { trainIndices } = trainTestSplit(x, y, { testSize: 0.25, seed: 5 });
  assert.equal(seen, [[...trainIndices].sort((a, b) => a - b).map((row) => x[row]!)]);
  // As without a step.
  const plain = linearRegression();
  const { history } = plain.fitSync(x, y, options);
  assert.is(bits(model), bits(plain));
  assert.equal(
    result.history.map(({ validation }) => validation),
    history.map(({ validation }) => validation),
  );
});

test('validation rows of their own pass through the steps', () => {
  const scaler = standardScaler().fit(x.slice(0, 40));
  const validation = { x: x.slice(40), y: y.slice(40) };
  const model = pipeline([standardScaler(), linearRegression()]);
  const { history } = model.fitSync(x.slice(0, 40), y.slice(0, 40), { validation, epochs: 5 });
  const plain = linearRegression();
  const expected = plain.fitSync(scaler.transform(x.slice(0, 40)), y.slice(0, 40), {
    validation: { ...validation, x: scaler.transform(validation.x) },
    epochs: 5,
  });
  assert.equal(
    history.map(({ validation }) => validation),
    expected.history.map(({ validation }) => validation),
  );
});

test('an encoder is kept with the model', () => {
  const colours = ['red', 'blue', 'red', 'green', 'blue', 'green'];
  const price = [3, 1, 3, 2, 1, 2];
  const model = pipeline([oneHot(colours), linearRegression()]);
  model.fitSync(colours, price);
  close(model.predict(['green', 'red', 'blue']), [2, 3, 1], 1e-6, 'prices');
  throws(() => model.predict(['pink']), 'ERR_DATA', 'oneHot: row 0 is "pink", not one of "blue", "green", "red"');
  const named = { colour: colours, size: [1, 1, 2, 2, 3, 3] };
  const both = pipeline([oneHot(named), linearRegression()]);
  both.fitSync(named, price, { validation: 0.2 });
  assert.is(both.predict({ colour: ['red'], size: [2] }).length, 1);
});

test('going on keeps the steps as fitted', () => {
  const optimizer = sgd({ learningRate: 0.05, momentum: 0.9 });
  const once = pipeline([standardScaler(), logisticRegression()]);
  once.fitSync(x, binary, { optimizer, epochs: 6 });
  const parts = pipeline([standardScaler(), logisticRegression()]);
  parts.fitSync(x, binary, { optimizer, epochs: 2 });
  parts.fitSync(x, binary, { optimizer, epochs: 4, continue: true });
  assert.is(bits(parts), bits(once));
  const wide = x.map((row) => row.map((value) => 100 * value));
  const before = parts.predictProbability(x);
  parts.partialFit(wide.slice(0, 1), binary.slice(0, 1), { optimizer: sgd(1e-9) });
  close(parts.predictProbability(x), before, 1e-6, 'probabilities');
});

test('a failed fit leaves the model and its steps alone', () => {
  const model = pipeline([standardScaler(), linearRegression()]);
  model.fitSync(x, y, { epochs: 3 });
  const before = model.predict(x);
  assert.throws(() => model.fitSync([[1, 2, 3, 4]], [1], { batchSize: 7 }), /batchSize/);
  assert.equal(model.predict(x), before);
});

test('pipelines nest, clones have the same steps', () => {
  const inner = pipeline([polynomialFeatures(), linearRegression()]);
  const outer = pipeline([standardScaler(), inner]);
  assert.is(outer.steps.length, 2);
  const flat = pipeline([standardScaler(), polynomialFeatures(), linearRegression()]);
  for (const model of [outer, flat, outer.clone()]) model.fitSync(x, y, { epochs: 5 });
  assert.is(bits(outer), bits(flat));
  const copy = outer.clone();
  assert.throws(() => copy.predict(x), /needs a fitted model/);
  copy.fitSync(x, y, { epochs: 5 });
  assert.is(bits(copy), bits(flat));
});

test('a clone has the options of the model, in its spec, classes included', () => {
  const options = {
    dtype: 'f32',
    standardize: false,
    featureNames: ['a', 'b', 'c'],
    classes: ['high', 'low', 'middle'],
  };
  const model = softmaxRegression(options as never);
  assert.equal(model.spec, { kind: 'softmaxRegression', ...options });
  assert.equal(JSON.parse(JSON.stringify(model.spec)), model.spec);
  const copy = model.clone();
  assert.equal(copy.spec, model.spec);
  assert.is(copy.engine, model.engine);
  assert.is(copy.constructor, model.constructor);
  assert.equal(model.clone({ dtype: 'f64' }).spec, { ...model.spec, dtype: 'f64' });
  assert.is(logisticRegression().spec.classes, null);
  assert.not('classes' in linearRegression().spec);
});

test('bad input', () => {
  const bad = (steps: unknown, message: string): void =>
    throws(() => pipeline(steps as never), 'ERR_ARGUMENT', message);
  bad([standardScaler()], 'pipeline: the last must be a model, got an object');
  bad([], 'pipeline: the last must be a model, got undefined');
  bad([{}, linearRegression()], 'pipeline[0] must have transform, and clone if it has fit, got an object');
  bad(
    [standardScaler(), { fit() {}, transform() {} }, linearRegression()],
    'pipeline[1] must have transform, and clone if it has fit, got an object',
  );
  const model = pipeline([standardScaler(), linearRegression()]);
  throws(() => model.fitSync(x, y.slice(1)), 'ERR_SHAPE', 'targets: expected 60 rows, one per row of features, got 59');
  throws(() => model.fitSync(3, y), 'ERR_SHAPE', 'features: expected rows or a matrix, got 3');
  model.fitSync(x, y, { epochs: 1 });
  throws(() => model.predict([[1, 2]]), 'ERR_SHAPE', 'features: expected 3 columns, got 2');
  const fewer = pipeline([{ transform: (rows: number[][]) => rows.slice(1) }, linearRegression()]);
  throws(() => fewer.fitSync(x, y), 'ERR_SHAPE', 'features: expected 60 rows, one per row of features, got 59');
});

test.run();
