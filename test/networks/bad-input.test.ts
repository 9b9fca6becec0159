/** What networks refuse, and how they say so; nothing has changed then. */
import {
  ArgumentError,
  cosineEmbedding,
  gradientDescentLineSearch,
  l1,
  type MlpOptions,
  meanSquaredError,
  mlp,
  NonFiniteError,
  NotFittedError,
  nll,
  poisson,
  sgd,
  softmaxCrossEntropy,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Engine } from '#src/memory/engine.js';
import { networkBits, rowsOf } from '../helpers/network.js';
import { throws } from '../throws.js';

const engine = new Engine();
const { x, y, three, ternary } = rowsOf(40, 3);
const plain: MlpOptions = { inputs: 3, hidden: 4, outputs: 1, loss: meanSquaredError(), engine };

test('options', () => {
  const bad = (options: object, message: string): void =>
    throws(() => mlp({ ...plain, ...options } as never), 'ERR_ARGUMENT', `mlp: ${message}`);
  for (const value of [0, -1, Number.NaN, 1.5, Infinity]) {
    bad({ hidden: value }, `hidden must be an integer ≥ 1, got ${value}`);
    bad({ hidden: [4, value] }, `hidden[1] must be an integer ≥ 1, got ${value}`);
    bad({ inputs: value }, `inputs must be an integer ≥ 1, got ${value}`);
    bad({ outputs: value }, `outputs must be an integer ≥ 1, got ${value}`);
  }
  bad(
    { momentum: 0.1 },
    'unknown option momentum; there are inputs, hidden, outputs, activation, dropout, loss, classes, dtype, standardize, featureNames, engine',
  );
  bad({ dropout: 1 }, 'dropout must be a number in [0, 1), got 1');
  bad({ activaton: 'tanh' }, 'unknown option activaton; did you mean activation?');
  const names =
    'relu leakyRelu elu selu gelu silu mish softplus tanh sigmoid hardSigmoid hardTanh hardSwish softmax swish';
  const list = names.replace(/\w+/g, '"$&"').replaceAll(' ', ' or ');
  bad({ activation: 'step' }, `activation must be ${list}, or a spec of them, got "step"`);
  bad({ activation: { kind: 'elu', alpha: 0 } }, 'activation: elu: alpha must be a number > 0, got 0');
  bad({ loss: 'mse' }, 'loss must be a loss such as meanSquaredError(…), got "mse"');
  bad({ dtype: 'f16' }, 'dtype must be "f32" or "f64", got "f16"');
  throws(
    () => mlp({ inputs: 3, outputs: 1 } as never),
    'ERR_ARGUMENT',
    'mlp: hidden is required: an integer ≥ 1 or a list of them',
  );
  throws(() => mlp({} as never), 'ERR_ARGUMENT', 'mlp: inputs is required: an integer ≥ 1');
  throws(() => mlp({ ...plain, classes: ['a', 'b'] }), 'ERR_ARGUMENT', 'classes: meanSquaredError has none');
  const alone = nll();
  throws(
    () => mlp({ ...plain, loss: alone }),
    'ERR_ARGUMENT',
    'loss: nll with these options is for lossAndGradient alone',
  );
});

interface Case {
  readonly options?: object;
  readonly x?: unknown;
  readonly y?: unknown;
  readonly fit?: object;
  readonly code: ArgumentError['code'];
  readonly message: string;
}

const cases: Record<string, Case> = {
  'features too wide': {
    x: x.map((row) => [...row, 1]),
    code: 'ERR_SHAPE',
    message: 'features: expected 3 columns, the inputs of mlp, got 4',
  },
  'features too narrow': {
    x: x.map((row) => row.slice(1)),
    code: 'ERR_SHAPE',
    message: 'features: expected 3 columns, the inputs of mlp, got 2',
  },
  'targets too wide': {
    y: three,
    code: 'ERR_SHAPE',
    message: 'targets: expected 1 outputs, those of mlp, got targets of 3',
  },
  'more classes than outputs': {
    options: { outputs: 2, loss: softmaxCrossEntropy() },
    y: ternary,
    code: 'ERR_SHAPE',
    message: 'targets: expected 2 outputs, those of mlp, got targets of 3',
  },
  'too few rows': {
    y: y.slice(1),
    code: 'ERR_SHAPE',
    message: 'targets: expected 40 rows, one per row of features, got 39',
  },
  'no loss': {
    options: { loss: null },
    code: 'ERR_ARGUMENT',
    message: 'loss: mlp needs one, such as loss: softmaxCrossEntropy()',
  },
  'a loss for lossAndGradient alone': {
    options: { loss: null },
    fit: { loss: cosineEmbedding() },
    code: 'ERR_ARGUMENT',
    message: 'loss: cosineEmbedding with these options is for lossAndGradient alone',
  },
  'an unknown parameter': {
    fit: { optimizer: sgd(), groups: { parameters: 'dense1.wait', learningRate: 0 } },
    code: 'ERR_ARGUMENT',
    message: 'groups[0]: unknown parameter dense1.wait; did you mean dense1.weight?',
  },
  'a batch of more rows than there are': {
    fit: { batchSize: 41 },
    code: 'ERR_ARGUMENT',
    message: 'batchSize must be an integer in [1, 40], the training rows, or "full", got 41',
  },
  'features by name behind the first layer': {
    options: { featureNames: ['a', 'b', 'c'] },
    fit: { regularizer: l1({ lambda: 0.1, features: ['c'] }) },
    code: 'ERR_ARGUMENT',
    message: 'l1: features: dense2.weight takes no features by name: put the penalty into a group',
  },
  'counts below 0': {
    fit: { loss: poisson() },
    y: y.map(() => -1),
    code: 'ERR_DATA',
    message: '',
  },
};

function refusal(call: () => unknown, { code, message }: Case): void {
  if (message) {
    throws(call, code, message);
    return;
  }
  try {
    call();
  } catch (error) {
    assert.instance(error, ArgumentError);
    assert.is((error as ArgumentError).code, code);
    return;
  }
  assert.unreachable('expected an error');
}

for (const [name, given] of Object.entries(cases)) {
  test(name, () => {
    const features = given.x ?? x;
    const targets = (given.y ?? y) as never;
    const model = mlp({ ...plain, ...given.options });
    for (const fitted of [false, true]) {
      const before = fitted ? networkBits(model) : '';
      refusal(() => model.fitSync(features, targets, given.fit as never), given);
      refusal(() => model.fit(features, targets, given.fit as never), given);
      assert.is(engine.arena.used, 0);
      if (fitted) assert.is(networkBits(model), before);
      else {
        assert.throws(
          () => model.parameters,
          (error: unknown) => error instanceof NotFittedError,
        );
      }
      if (fitted || given.options) break;
      model.fitSync(x, y, { epochs: 1 });
    }
  });
}

test('a fit that is refused leaves no loss behind', () => {
  const model = mlp({ ...plain, loss: null });
  assert.throws(() => model.fitSync(x, y.slice(1), { loss: meanSquaredError() }), /40 rows/);
  assert.throws(() => model.fitSync(x, y), /mlp needs one/);
  assert.throws(() => model.task, /mlp needs one/);
  model.fitSync(x, y, { loss: meanSquaredError(), epochs: 1 });
  assert.is(model.task, 'regression');
  model.partialFit(x, y);
});

test('before fit', () => {
  const model = mlp(plain);
  for (const use of [() => model.predict(x), () => model.evaluate(x, y), () => model.parameters, () => model.classes]) {
    assert.throws(use, (error: unknown) => error instanceof NotFittedError);
  }
});

test('wrong use of a fitted network', () => {
  const model = mlp(plain);
  model.fitSync(x, y, { epochs: 1 });
  const before = networkBits(model);
  throws(() => model.predict([[1, 2]]), 'ERR_SHAPE', 'features: expected 3 columns, got 2');
  throws(
    () => model.predictProbability(x),
    'ERR_ARGUMENT',
    'predictProbability: meanSquaredError knows numbers, not probabilities: use predictRaw',
  );
  throws(() => model.classes, 'ERR_ARGUMENT', 'classes: meanSquaredError has none');
  throws(
    () => {
      model.parameters = { 'dense2.bias': [1], 'dense1.wait': [1] };
    },
    'ERR_ARGUMENT',
    'parameters: unknown dense1.wait; did you mean dense1.weight?',
  );
  throws(
    () => {
      model.parameters = { 'dense2.bias': [1], 'dense1.bias': [1] };
    },
    'ERR_SHAPE',
    'parameters: expected 4 values of dense1.bias, got 1',
  );
  throws(() => model.partialFit([[1]], [1]), 'ERR_SHAPE', 'features: expected 3 columns, got 1');
  throws(
    () => model.partialFit(x, y, { optimizer: gradientDescentLineSearch() }),
    'ERR_ARGUMENT',
    'partialFit takes one step of a given rate: it needs another optimizer than a line search',
  );
  assert.is(networkBits(model), before);
  assert.is(engine.arena.used, 0);
});

function caught(body: () => unknown): NonFiniteError {
  try {
    body();
  } catch (error) {
    assert.instance(error, NonFiniteError);
    return error as NonFiniteError;
  }
  assert.unreachable('expected a NonFiniteError');
  throw new Error();
}

const finite = (model: ReturnType<typeof mlp>): boolean =>
  Object.values(model.parameters).every((values) => (values as Float32Array).every(Number.isFinite));

test('values that are not finite: the tensor is named, no rate is promised', () => {
  for (const dtype of ['f32', 'f64'] as const) {
    const model = mlp({ ...plain, hidden: [4, 3], activation: 'tanh', dtype });
    // Parameters that overflow: tanh keeps the gradient of the first layers at most as large as that of the last.
    const top = dtype === 'f32' ? 3e38 : 1e308;
    const parameters = caught(() =>
      model.fitSync(
        x,
        y.map((v) => 1e3 * v),
        { optimizer: sgd(top), batchSize: 'full', epochs: 3 },
      ),
    );
    assert.is(parameters.what, 'parameters');
    assert.match(parameters.message, /^step \d+: the parameters of dense[123]\.(weight|bias) are not finite/);
    assert.match(parameters.tensor!, /^dense[123]\.(weight|bias)$/);
    assert.not.match(parameters.message, /would do/);
    assert.ok(finite(model));
  }
});

test('parameters that overflow: the tensor is the one that did, in whatever layer', () => {
  for (const name of ['dense1.bias', 'dense2.weight', 'dense3.weight', 'dense3.bias']) {
    const model = mlp({ ...plain, hidden: [4, 3], activation: 'tanh' });
    const targets = y.map((v) => 1e6 * v);
    const groups = { parameters: name, learningRate: 3e38 };
    const error = caught(() => model.fitSync(x, targets, { optimizer: sgd(0), batchSize: 'full', epochs: 3, groups }));
    assert.is(error.what, 'parameters', name);
    assert.is(error.tensor, name);
    assert.ok(finite(model));
    assert.is(error.step, 0);
  }
});

test('a loss that overflows: the tensor that is to blame', () => {
  const model = mlp({ ...plain, hidden: [4, 3], activation: 'relu' });
  model.fitSync(x, y, { epochs: 1 });
  const { parameters } = model;
  const large = Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values.slice()]));
  large['dense3.weight']!.fill(1e30);
  large['dense2.weight']!.fill(1e20);
  large['dense2.bias']!.fill(0);
  large['dense1.weight']!.fill(1e-30);
  large['dense1.bias']!.fill(0);
  model.parameters = large;
  const before = networkBits(model);
  const error = caught(() => model.fitSync(x, y, { optimizer: sgd(1e-3), continue: true }));
  assert.is(error.what, 'loss');
  assert.is(error.tensor, 'dense3.weight');
  assert.match(error.message, /^step \d+: the loss is not finite \(dense3\.weight reaches 1e\+30\)/);
  assert.is(networkBits(model), before);
  assert.is(engine.arena.used, 0);
});

test('a gradient that is not finite names its tensor', () => {
  const model = mlp({ ...plain, hidden: [1], activation: 'relu' });
  const rows = [[1e-12, 0, 0]];
  model.fitSync(rows, [1], { epochs: 1 });
  // z₁ = 1e-7, ŷ = 1e23·1e-7 = 1e16 and (ŷ − 1)² = 1e32 are finite; ∂/∂z₁ = 2e16·1e23 = 2e39 is not.
  model.parameters = {
    'dense1.weight': [1e5, 0, 0],
    'dense1.bias': [0],
    'dense2.weight': [1e23],
    'dense2.bias': [0],
  };
  const error = caught(() => model.fitSync(rows, [1], { optimizer: sgd(1e-3), continue: true, epochs: 1 }));
  assert.is(error.what, 'gradient');
  assert.is(error.tensor, 'dense1.weight');
  assert.match(error.message, /^step \d+: the gradient of dense1\.weight is not finite/);
});

test.run();
