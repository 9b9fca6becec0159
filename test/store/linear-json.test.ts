/** Linear models as JSON: written, read, and by hand. */
import {
  linearModel,
  linearRegression,
  logisticRegression,
  meanSquaredError,
  mlp,
  pipeline,
  poisson,
  softmaxRegression,
  standardScaler,
} from 'downhill';
import { linearFromJson, linearToJson } from 'downhill/store';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { problem } from '../helpers/problems.js';

const { x, y, binary, ternary } = problem(40, 3);
const featureNames = ['age', 'height', 'a "b"'];

// biome-ignore lint/suspicious/noExplicitAny: models of every kind
type Any = any;

test('what is written is read to the bit, with names', () => {
  for (const [model, targets] of [
    [linearRegression({ featureNames }), y],
    [linearRegression({ dtype: 'f32', standardize: false }), y.map((one) => [one, -one])],
    [logisticRegression({ featureNames }), binary.map((one) => (one ? 'yes' : 'no'))],
    [softmaxRegression({ dtype: 'f32' }), ternary],
    [linearModel({ loss: poisson() }), binary],
  ] as [Any, Any][]) {
    model.fitSync(x, targets, { epochs: 20 });
    const text = linearToJson(model);
    const copy = linearFromJson(text) as Any;
    assert.equal(copy.predict(x), model.predict(x));
    assert.equal(copy.parameters, model.parameters);
    assert.equal(copy.spec, model.spec);
    assert.is(linearToJson(copy), text);
    const json = JSON.parse(text);
    const names = model.spec.featureNames ?? ['x0', 'x1', 'x2'];
    assert.equal(Object.keys(json.outputs[0].coefficients), names);
    assert.equal(Object.values(json.outputs[0].coefficients), [...model.coefficients.slice(0, 3)]);
    if (model.task === 'classification') assert.equal(json.classes, model.classes);
    copy.partialFit(x, targets);
  }
});

test('by hand: intercepts and coefficients are enough', () => {
  const spec = { kind: 'linearRegression' };
  const outputs = [{ intercept: 1, coefficients: { a: 2, b: -3 } }];
  const model = linearFromJson(JSON.stringify({ format: 'downhill linear 1', spec, outputs })) as Any;
  // 1 + 2·10 − 3·1
  assert.equal([...model.predict([[10, 1]])], [18]);
  const classes = ['no', 'yes'];
  const text = JSON.stringify({ format: 'downhill linear 1', spec: { kind: 'logisticRegression' }, classes, outputs });
  assert.equal(
    (linearFromJson(text) as Any).predict([
      [10, 1],
      [0, 1],
    ]),
    ['yes', 'no'],
  );
});

test('what is refused', () => {
  const model = linearRegression({ featureNames });
  assert.throws(() => linearToJson(model), /fitted/);
  model.fitSync(x, y);
  const network = mlp({ inputs: 3, hidden: [], outputs: 1, loss: meanSquaredError() });
  network.fitSync(x, y, { epochs: 1 });
  assert.throws(() => linearToJson(network), /expected a linear model/);
  const steps = pipeline([standardScaler(), linearRegression()]);
  steps.fitSync(x, y);
  assert.throws(() => linearToJson(steps), /use save/);
  const json = JSON.parse(linearToJson(model));
  const change = (more: object): string => JSON.stringify({ ...json, ...more });
  const [output] = json.outputs;
  for (const [text, what] of [
    ['', /damaged/],
    ['[]', /options must be a plain object/],
    ['{"format":"a","format":"b"}', /damaged/],
    [change({ format: 'downhill linear 2' }), /format must be/],
    [change({ more: 1 }), /unknown option more/],
    [change({ spec: { kind: 'toString' } }), /there are models of kind/],
    [change({ spec: network.spec }), /that of a linear model/],
    [change({ outputs: [] }), /non-empty list/],
    [change({ outputs: [{ intercept: 1 }] }), /no coefficients/],
    [change({ outputs: [{ ...output, intercept: null }] }), /list of numbers/],
    [change({ outputs: [output, { intercept: 1, coefficients: { age: 1 } }] }), /other features/],
    [change({ standardized: { ...json.standardized, scale: [0, 1, 1] } }), /scales > 0/],
    [change({ standardized: { ...json.standardized, weight: [1] } }), /weight must be a Float64Array of 3/],
    [change({ classes: ['a'] }), /classes/],
  ] as [string, RegExp][]) {
    assert.throws(
      () => linearFromJson(text),
      (error: { code: string; message: string }) => /^ERR_/.test(error.code) && what.test(error.message),
      text.slice(0, 60),
    );
  }
});

test.run();
