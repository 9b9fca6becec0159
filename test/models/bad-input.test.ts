/** Everything that cannot be used is refused at the call, says what was expected and what came, and changes nothing. */
import {
  ArgumentError,
  earlyStopping,
  gradientDescent,
  linearRegression,
  logisticRegression,
  meanSquaredError,
  NotFittedError,
  OutOfMemoryError,
  sgd,
  softmaxRegression,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena } from '#src/memory/arena.js';
import { Engine } from '#src/memory/engine.js';
import { throws } from '../throws.js';

const engine = new Engine();
const x = [
  [1, 2],
  [3, 5],
  [4, 1],
  [0, 7],
];
const y = [1, 2, 3, 4];
const labels = ['a', 'b', 'a', 'b'];

const make = {
  linear: (options = {}) => linearRegression({ engine, ...options }),
  logistic: (options = {}) => logisticRegression({ engine, ...options }),
  softmax: (options = {}) => softmaxRegression({ engine, ...options }),
};

interface Case {
  readonly model?: keyof typeof make;
  readonly options?: object;
  readonly x?: unknown;
  readonly y?: unknown;
  readonly fit?: object;
  readonly code: string;
  readonly message: string;
}

/** Refused by `fit`, `fitSync` and on a model that is fitted already, which stays as it is. */
function refused(name: string, given: Case): void {
  const { model: kind = 'linear', code, message } = given;
  const good = kind === 'linear' ? y : labels;
  const features = 'x' in given ? given.x : x;
  const targets = ('y' in given ? given.y : good) as never;
  test(`${name}: ${message}`, () => {
    const fresh = make[kind](given.options);
    throws(() => fresh.fitSync(features, targets, given.fit as never), code, message);
    throws(() => void fresh.fit(features, targets, given.fit as never), code, message);
    assert.throws(() => fresh.parameters, /needs a fitted model/);
    assert.is(engine.arena.used, 0);
    const fitted = make[kind](given.options);
    fitted.fitSync(x, good as never);
    const before = JSON.stringify([fitted.parameters, fitted.coefficients]);
    throws(() => fitted.fitSync(features, targets, given.fit as never), code, message);
    assert.is(JSON.stringify([fitted.parameters, fitted.coefficients]), before);
    assert.is(engine.arena.used, 0);
    // Nothing is left that would keep it from being fitted.
    fitted.fitSync(x, good as never);
    assert.is(JSON.stringify([fitted.parameters, fitted.coefficients]), before);
  });
}

const shape = 'ERR_SHAPE';
const data = 'ERR_DATA';
const argument = 'ERR_ARGUMENT';

// Shapes.
refused('rows and targets', {
  y: [1, 2, 3],
  code: shape,
  message: 'targets: expected 4 rows, one per row of features, got 3',
});
refused('rows and labels', {
  model: 'logistic',
  y: ['a', 'b', 'a', 'b', 'a'],
  code: shape,
  message: 'targets: expected 4 rows, one per row of features, got 5',
});
refused('ragged rows', {
  x: [[1, 2], [3, 5], [4], [0, 7]],
  code: shape,
  message: 'features: row 2 has 1 values, expected 2 as in row 0',
});
refused('ragged targets', {
  y: [[1, 2], [3, 5], [4], [0, 7]],
  code: shape,
  message: 'targets: row 2 has 1 values, expected 2 as in row 0',
});
refused('no rows', { x: [], y: [], code: shape, message: 'features: expected at least one row, got none' });
refused('no columns', {
  x: [[], [], [], []],
  code: shape,
  message: 'features: expected at least one column, got none',
});
refused('flat without a shape', {
  x: new Float64Array(8),
  code: shape,
  message: 'features: expected rows, a matrix or { data, shape: [rows, columns] }, got a Float64Array',
});
refused('a vector of features', {
  x: [1, 2, 3, 4],
  code: shape,
  message: 'features: expected rows, a matrix or { data, shape: [rows, columns] }, got an array of length 4',
});
refused('a wrong shape', {
  x: { data: new Float32Array(7), shape: [4, 2] },
  code: shape,
  message: 'features: shape [4, 2] needs 8 values, got 7',
});
refused('a shape of three', {
  x: { data: new Float32Array(8), shape: [2, 2, 2] },
  code: shape,
  message: 'features: shape must be [rows, columns], got [2, 2, 2]',
});
refused('nothing', {
  x: undefined,
  code: shape,
  message: 'features: expected rows, a matrix or { data, shape: [rows, columns] }, got undefined',
});
refused('a word', {
  x: 'iris',
  code: shape,
  message: 'features: expected rows, a matrix or { data, shape: [rows, columns] }, got "iris"',
});
refused('no targets', {
  y: null,
  code: shape,
  message: 'targets: expected numbers, rows, a matrix or { data, shape: [rows, columns] }, got null',
});
refused('names and columns', {
  options: { featureNames: ['a', 'b'] },
  x: [[1], [2], [3], [4]],
  code: shape,
  message: 'features: expected 2 columns, got 1',
});

// Values.
refused('NaN in a row', {
  options: { featureNames: ['age', 'income'] },
  x: [
    [1, 2],
    [3, Number.NaN],
    [4, 1],
    [0, 7],
  ],
  code: data,
  message: 'features: row 1, column 1 (income) is NaN',
});
refused('infinity in typed data', {
  options: { featureNames: ['age', 'income'] },
  x: { data: new Float64Array([1, 2, 3, 5, -Infinity, 1, 0, 7]), shape: [4, 2] },
  code: data,
  message: 'features: row 2, column 0 (age) is -Infinity',
});
refused('NaN in a Float32Array', {
  x: { data: new Float32Array([1, 2, 3, 5, 4, 1, 0, Number.NaN]), rows: 4, columns: 2 },
  code: data,
  message: 'features: row 3, column 1 is NaN',
});
refused('not a number', {
  x: [
    [1, 2],
    [3, '5'],
    [4, 1],
    [0, 7],
  ],
  code: data,
  message: 'features: row 1, column 1 must be a number, got "5"',
});
refused('a hole', {
  x: [
    [1, 2],
    [3, undefined],
    [4, 1],
    [0, 7],
  ],
  code: data,
  message: 'features: row 1, column 1 must be a number, got undefined',
});
refused('too large for f32', {
  options: { dtype: 'f32', standardize: false },
  x: [
    [1, 2],
    [3, 5],
    [4, 1e39],
    [0, 7],
  ],
  code: data,
  message: 'features: row 2, column 1 is 1e+39, too large for f32',
});
refused('NaN in targets', { y: [1, 2, Number.NaN, 4], code: data, message: 'targets: row 2 is NaN' });
refused('NaN in typed targets', {
  y: Float64Array.of(1, 2, Number.NaN, 4),
  code: data,
  message: 'targets: row 2 is NaN',
});
refused('targets too large for f32', {
  options: { dtype: 'f32' },
  y: [1, 2, -1e39, 4],
  code: data,
  message: 'targets: row 2 is -1e+39, too large for f32',
});

// Labels.
refused('one class', {
  model: 'logistic',
  y: ['a', 'a', 'a', 'a'],
  code: data,
  message: 'targets: expected at least two classes, got only "a"',
});
refused('one class', {
  model: 'softmax',
  y: [1, 1, 1, 1],
  code: data,
  message: 'targets: expected at least two classes, got only 1',
});
refused('three classes', {
  model: 'logistic',
  y: ['a', 'b', 'c', 'a'],
  code: data,
  message: 'logisticRegression: expected two classes, got 3: "a", "b", "c"',
});
refused('an unknown label', {
  model: 'logistic',
  options: { classes: ['a', 'b'] },
  y: ['a', 'b', 'z', 'a'],
  code: data,
  message: 'targets: row 2 is "z", not one of "a", "b"',
});
refused('labels of two types', {
  model: 'softmax',
  y: ['a', 'b', 1, 'a'],
  code: data,
  message: 'targets: row 2 is 1, a number among labels of type string',
});
refused('a label that is NaN', {
  model: 'softmax',
  y: [0, 1, Number.NaN, 1],
  code: data,
  message: 'targets: row 2 must be a finite number, a string or a boolean, got NaN',
});

// Weights.
refused('a negative weight', {
  fit: { sampleWeights: [1, -1, 1, 1] },
  code: data,
  message: 'sampleWeights: row 1 must be a number ≥ 0, got -1',
});
refused('weights all 0', {
  fit: { sampleWeights: [0, 0, 0, 0] },
  code: data,
  message: 'sample and class weights are 0 for every training row',
});
refused('too few weights', {
  fit: { sampleWeights: [1, 1] },
  code: shape,
  message: 'sampleWeights: expected 4 rows, one per row of features, got 2',
});
refused('a weight that is NaN', {
  fit: { sampleWeights: Float32Array.of(1, Number.NaN, 1, 1) },
  code: data,
  message: 'sampleWeights: row 1 is NaN',
});
refused('class weights without classes', {
  fit: { classWeights: 'balanced' },
  code: argument,
  message: 'classWeights need class labels as targets',
});
refused('class weights of an unknown class', {
  model: 'logistic',
  fit: { classWeights: { a: 1, z: 2 } },
  code: argument,
  message: 'classWeights: "z" is none of the classes a, b',
});
refused('too few class weights', {
  model: 'logistic',
  fit: { classWeights: [1] },
  code: argument,
  message: 'classWeights: expected 2, one per class, got 1',
});
refused('a negative class weight', {
  model: 'logistic',
  fit: { classWeights: { b: -1 } },
  code: argument,
  message: 'classWeights: of class "b" must be a number ≥ 0, got -1',
});

// Options.
const option = (fit: unknown, message: string, model: keyof typeof make = 'linear'): void =>
  refused('option', { model, fit: fit as object, code: argument, message });
option({ epoch: 3 }, 'fit: unknown option epoch; did you mean epochs?');
option({ epochs: 0 }, 'fit: epochs must be an integer ≥ 1 or null, got 0');
option({ epochs: 1.5 }, 'fit: epochs must be an integer ≥ 1 or null, got 1.5');
option({ epochs: '3' }, 'fit: epochs must be an integer ≥ 1 or null, got "3"');
option({ maxSteps: -1 }, 'fit: maxSteps must be an integer ≥ 1 or null, got -1');
option({ batchSize: 0 }, 'fit: batchSize must be an integer ≥ 1 or "full", got 0');
option({ batchSize: 'all' }, 'fit: batchSize must be an integer ≥ 1 or "full", got "all"');
option(
  { optimizer: sgd(), batchSize: 5 },
  'batchSize must be an integer in [1, 4], the training rows, or "full", got 5',
);
option({ shuffle: 1 }, 'fit: shuffle must be true or false, got 1');
option({ seed: -1 }, 'fit: seed must be an integer ≥ 0, got -1');
option({ seed: 0.5 }, 'fit: seed must be an integer ≥ 0, got 0.5');
option({ tolerance: -1 }, 'fit: tolerance must be a number ≥ 0 or null, got -1');
option({ tolerance: Number.NaN }, 'fit: tolerance must be a number ≥ 0 or null, got NaN');
option({ lossTolerance: -1 }, 'fit: lossTolerance must be a number ≥ 0 or null, got -1');
option(
  { optimizer: sgd(), batchSize: 2, tolerance: 1e-3 },
  'tolerance and lossTolerance need full batches: the loss of a mini-batch is a sample',
);
option({ optimizer: 'adam' }, 'fit: optimizer must be an optimizer such as gradientDescent(…), got "adam"');
option(
  { optimizer: { kind: 'sgd', learningRate: -1 } },
  'fit: optimizer: sgd: learningRate must be a number ≥ 0, got -1',
);
option({ optimizer: { kind: 'sgd', lr: 1 } }, 'fit: optimizer: sgd: unknown option lr; did you mean learningRate?');
option({ regularizer: { kind: 'l2', lambda: -1 } }, 'fit: regularizer: l2: lambda must be a number ≥ 0, got -1');
option({ regularizer: 0.1 }, 'fit: regularizer must be a regularizer such as l1(…), got 0.1');
option({ loss: 'mse' }, 'fit: loss must be a loss such as meanSquaredError(…), got "mse"');
option(
  { loss: meanSquaredError() },
  'loss: logisticRegression minimises binaryCrossEntropy, got meanSquaredError',
  'logistic',
);
option(
  { metrics: 'accuracy' },
  'metrics: "accuracy" is none of a regression; there are r2, explainedVariance, meanSquaredError, rootMeanSquaredError, meanAbsoluteError, meanAbsolutePercentageError, poissonDeviance',
);
option({ metrics: ['acuracy'] }, 'metrics: "acuracy" is none of a classification; did you mean accuracy?', 'logistic');
option({ validation: 1.5 }, 'validation: fraction must be a number in (0, 1), got 1.5');
option({ validation: 0 }, 'validation: fraction must be a number in (0, 1), got 0');
option({ validation: { fraction: 0.5, stratify: true } }, 'validation: stratify needs class labels');
option({ earlyStopping: true }, 'fit: earlyStopping must be an early stopping such as earlyStopping(…), got true');
option(
  { earlyStopping: earlyStopping() },
  "earlyStopping watches validation.loss: it needs validation rows (validation: 0.2), or monitor: 'loss'",
);
option({ nonFinite: 'ignore' }, 'fit: nonFinite must be "throw" or "skip" or "rollback", got "ignore"');
option({ every: { steps: 0 } }, 'fit: every: steps must be an integer ≥ 1 or null, got 0');
option({ every: { steps: 1, epochs: 1 } }, 'fit: every must be { epochs } or { steps }, got an object');
option({ every: 5 }, 'fit: every: options must be a plain object, got 5');
option({ continue: 'yes' }, 'fit: continue must be true or false, got "yes"');
option({ signal: {} }, 'fit: signal must be an AbortSignal, got an object');
option({ onEpoch: 1 }, 'fit: onEpoch must be a function, got 1');
option('fast', 'fit: options must be a plain object, got "fast"');
for (const value of [-1, Number.NaN, Infinity, '1']) {
  option(
    { optimizer: gradientDescent(() => value as number) },
    `learningRate: the function must return a finite number ≥ 0, got ${value} for step 0`,
  );
}
refused('validation columns', {
  fit: { validation: { x: [[1]], y: [1] } },
  code: shape,
  message: 'validation: features: expected 2 columns, got 1',
});
refused('validation without targets', {
  fit: { validation: { x } },
  code: shape,
  message: 'validation: targets: expected numbers, rows, a matrix or { data, shape: [rows, columns] }, got null',
});
refused('validation rows', {
  fit: { validation: { x: [[1, 2]], y: [1, 2] } },
  code: shape,
  message: 'validation: targets: expected 1 rows, one per row of features, got 2',
});
refused('a validation label', {
  model: 'logistic',
  fit: { validation: { x: [[1, 2]], y: ['z'] } },
  code: data,
  message: 'validation: targets: row 0 is "z", not one of "a", "b"',
});
refused('NaN in validation rows', {
  fit: { validation: { x: { data: Float64Array.of(1, Number.NaN), shape: [1, 2] }, y: [1] } },
  code: data,
  message: 'validation: features: row 0, column 1 is NaN',
});

test('options of models', () => {
  const bad = (options: object, message: string): void =>
    throws(() => linearRegression(options as never), argument, `linearRegression: ${message}`);
  bad({ dtype: 'f16' }, 'dtype must be "f32" or "f64", got "f16"');
  bad({ standardise: true }, 'unknown option standardise; did you mean standardize?');
  bad({ featureNames: ['a', 'a'] }, 'featureNames must be a list of different names, got an array of length 2');
  bad({ engine: {} }, 'engine must be an engine, got an object');
  throws(() => logisticRegression({ classes: ['a'] }), data, 'targets: expected at least two classes, got only "a"');
});

test('before fit', () => {
  const model = linearRegression();
  for (const use of [
    () => model.predict(x),
    () => model.predictRaw(x),
    () => model.evaluate(x, y),
    () => model.coefficients,
    () => model.intercept,
    () => model.parameters,
    () => {
      model.parameters = { bias: [1] };
    },
    () => logisticRegression().predict(x),
    () => logisticRegression().predictProbability(x),
    () => logisticRegression().classes,
    () => softmaxRegression().predictProbability(x),
  ]) {
    try {
      use();
    } catch (error) {
      assert.instance(error, NotFittedError);
      assert.is((error as NotFittedError).code, 'ERR_NOT_FITTED');
      assert.match((error as NotFittedError).message, /^\w+ needs a fitted model: call fit first$/);
      continue;
    }
    assert.unreachable(`${use} did not throw`);
  }
});

test('using a fitted model wrongly', () => {
  const model = make.linear({ featureNames: ['age', 'income'] });
  model.fitSync(x, y);
  throws(() => model.predict([[1]]), shape, 'features: expected 2 columns, got 1');
  throws(() => model.predict([[1, 2, 3]]), shape, 'features: expected 2 columns, got 3');
  throws(() => model.predict([[1, Number.NaN]]), data, 'features: row 0, column 1 (income) is NaN');
  throws(
    () => model.predict({ data: Float64Array.of(1, 2, Infinity, 1), shape: [2, 2] }),
    data,
    'features: row 1, column 0 (age) is Infinity',
  );
  throws(
    () => model.predict(x, { out: new Float64Array(3) }),
    argument,
    'predict: out must be a Float32Array or Float64Array of 4 values, got a Float64Array',
  );
  throws(() => model.evaluate(x, [1]), shape, 'targets: expected 4 rows, one per row of features, got 1');
  throws(
    () => model.evaluate(x, y, { metrics: 'accuracy' }),
    argument,
    'metrics: "accuracy" is none of a regression; there are r2, explainedVariance, meanSquaredError, rootMeanSquaredError, meanAbsoluteError, meanAbsolutePercentageError, poissonDeviance',
  );
  throws(
    () => model.evaluate(x, y, { metric: 'r2' } as never),
    argument,
    'evaluate: unknown option metric; did you mean metrics?',
  );
  throws(
    () => {
      model.parameters = { weight: [1, 2, 3] };
    },
    shape,
    'parameters: expected 2 values of weight, got 3',
  );
  throws(() => model.partialFit([[1]], [1]), shape, 'features: expected 2 columns, got 1');
  throws(() => model.fitSync([[1], [2]], [1, 2], { continue: true }), shape, 'features: expected 2 columns, got 1');
  assert.is(engine.arena.used, 0);
});

test('a second fit while one is running', async () => {
  const model = make.linear();
  const run = model.fit(x, y);
  throws(() => void model.fit(x, y), 'ERR_BUSY', 'this model is being fitted: await or abort that run first');
  throws(() => model.fitSync(x, y), 'ERR_BUSY', 'this model is being fitted: await or abort that run first');
  throws(() => model.partialFit(x, y), 'ERR_BUSY', 'this model is being fitted: await or abort that run first');
  assert.is((await run).stopReason, 'converged');
  model.fitSync(x, y);
  assert.is(engine.arena.used, 0);
});

/** An engine whose memory cannot grow: it has the 128 KiB that it starts with. */
function tight(): Engine {
  const engine = new Engine();
  const memory = {
    get buffer() {
      return engine.u8.buffer;
    },
    grow(): number {
      throw new RangeError('no');
    },
  };
  return Object.defineProperty(engine, 'arena', { value: new Arena(memory, engine.exports.heapBase() >>> 0) });
}

test('out of memory says how much was asked and how much there is', () => {
  const engine = tight();
  const rows = 20_000;
  const big = { data: new Float64Array(2 * rows), shape: [rows, 2] };
  const model = linearRegression({ engine, standardize: false });
  model.fitSync(x, y);
  const before = JSON.stringify(model.parameters);
  for (const attempt of [
    () => model.fitSync(big, new Float64Array(rows)),
    () => void model.fit(big, new Float64Array(rows)),
    () => model.predict(big),
    () => model.evaluate(big, new Float64Array(rows)),
  ]) {
    try {
      attempt();
    } catch (error) {
      assert.instance(error, OutOfMemoryError);
      assert.is((error as OutOfMemoryError).code, 'ERR_OUT_OF_MEMORY');
      assert.match(
        (error as OutOfMemoryError).message,
        /^out of memory: \d+ bytes asked, \d+ in use of 131072, the host gives no more; use a smaller batch or data set, f32 in place of f64, or a second engine$/,
      );
      assert.is(engine.arena.used, 0);
      assert.is(JSON.stringify(model.parameters), before);
      continue;
    }
    assert.unreachable(`${attempt} did not throw`);
  }
  model.fitSync(x, y);
});

test('our errors are TypeErrors or RangeErrors with a code', () => {
  try {
    linearRegression().fitSync([], []);
  } catch (error) {
    assert.instance(error, ArgumentError);
    assert.instance(error, TypeError);
  }
});

test.run();
