/** Models and checkpoints as files: the same model comes back, and nothing else is taken for one. */
import {
  adam,
  add,
  batchNorm,
  type Checkpoint,
  dense,
  dropout,
  earlyStopping,
  huber,
  input,
  network as joinedNetwork,
  linearModel,
  linearRegression,
  logisticRegression,
  meanSquaredError,
  mlp,
  oneHot,
  pipeline,
  polynomialFeatures,
  relu,
  sequential,
  sgd,
  softmaxCrossEntropy,
  softmaxRegression,
  standardScaler,
} from 'downhill';
import { load, loadCheckpoint, readSafetensors, restoreModel, resume, save } from 'downhill/store';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { source } from '../helpers/points.js';
import { problem } from '../helpers/problems.js';

const { x, y, binary, ternary } = problem(40, 3);
const colours = y.map((_, i) => ['red', 'green', 'blue'][i % 3]!);

// biome-ignore lint/suspicious/noExplicitAny: models of every kind
type Any = any;

function joined() {
  const a = input(3);
  const b = dense(4)(a);
  return joinedNetwork(a, dense(1)(add()(b, dense(4)(relu()(b)))));
}

const network = (options: object = {}) => mlp({ inputs: 3, hidden: [5, 4], outputs: 1, ...options });
const models: readonly (readonly [name: string, model: Any, y: Any, options?: Any, x?: Any])[] = [
  ['linear', linearRegression(), y],
  ['linear f32', linearRegression({ dtype: 'f32', standardize: false }), y],
  ['two targets', linearRegression({ featureNames: ['a', 'b', 'c'] }), y.map((one) => [one, -one])],
  ['logistic', logisticRegression(), binary],
  ['labels', logisticRegression({ classes: ['yes', 'no'] }), binary.map((one) => (one ? 'yes' : 'no'))],
  ['booleans', logisticRegression(), binary.map(Boolean)],
  ['softmax', softmaxRegression({ dtype: 'f32' }), ternary, { optimizer: adam(0.01) }],
  ['huber', linearModel({ loss: huber({ delta: 0.3 }) }), y],
  ['network', network({ loss: meanSquaredError() }), y],
  ['network f64', network({ dtype: 'f64', standardize: true }), y, { loss: meanSquaredError() }],
  ['network of classes', network({ outputs: 3 }), ternary, { loss: softmaxCrossEntropy() }],
  ['layers', sequential([dense(4), batchNorm(), dropout(0.2), dense(3)]), ternary, { loss: softmaxCrossEntropy() }],
  ['joined', joined(), y, { loss: meanSquaredError() }],
  ['pipeline', pipeline([standardScaler(), polynomialFeatures({ degree: 3 }), linearRegression()]), y],
  [
    'categories',
    pipeline([oneHot(colours, { dropFirst: true, unknown: 'ignore' }), linearRegression()]),
    y,
    {},
    colours,
  ],
  ['columns', pipeline([oneHot({ a: colours, b: binary }), linearRegression()]), y, {}, { a: colours, b: binary }],
];

test('the same predictions and the same further steps', () => {
  for (const [name, model, y, options, rows = x] of models) {
    model.fitSync(rows, y, { epochs: 3, ...options });
    const bytes = save(model);
    const copy = load(bytes) as Any;
    assert.equal(copy.spec, model.spec, name);
    assert.equal(copy.predict(rows), model.predict(rows), name);
    if (model.task === 'classification') assert.equal(copy.classes, model.classes, name);
    assert.equal(copy.evaluate(rows, y), model.evaluate(rows, y), name);
    assert.equal(save(copy), bytes, `${name}: saved again`);
    for (const one of [model, copy]) one.fitSync(rows, y, { epochs: 2, continue: true, ...options });
    assert.equal(copy.parameters, model.parameters, name);
    for (const one of [model, copy]) one.partialFit(rows, y);
    assert.equal(copy.parameters, model.parameters, name);
    // A further fit from the start fits the steps anew.
    for (const one of [model, copy]) one.fitSync(rows, y, { epochs: 2, ...options });
    assert.equal(copy.parameters, model.parameters, name);
  }
});

test('a state goes through structuredClone', () => {
  const [, model] = models[0]!;
  assert.equal((restoreModel(structuredClone(model.state())) as Any).predict(x), model.predict(x));
});

test('what is loaded shares nothing with the bytes', () => {
  const model = linearRegression();
  model.fitSync(x, y);
  const bytes = save(model);
  const copy = load(bytes) as Any;
  const before = copy.predict(x);
  bytes.fill(0);
  assert.equal(copy.predict(x), before);
  copy.partialFit(x, y);
});

test('a rate that is a function is marked and asked for again', () => {
  const rate = (step: number): number => 0.1 / (1 + step);
  const model = linearRegression();
  const options = { optimizer: sgd(rate), batchSize: 8, epochs: 2 };
  model.fitSync(x, y, options);
  const copy = load(save(model)) as Any;
  assert.equal(copy.state().optimizer.learningRate, { kind: 'function' });
  assert.equal(copy.predict(x), model.predict(x));
  assert.throws(() => copy.partialFit(x, y), /learningRate was a function/);
  for (const one of [model, copy]) one.fitSync(x, y, { ...options, continue: true });
  assert.equal(copy.parameters, model.parameters);
});

test('what cannot be saved', () => {
  assert.throws(() => save(linearRegression()), /fitted/);
  for (const what of [null, 1, {}, [], 'model', { kind: 'model2' }]) {
    assert.throws(() => save(what as never), /expected a model or a checkpoint/);
  }
  const own = { transform: (rows: number[][]) => rows };
  const model = pipeline([own as never, linearRegression()]) as Any;
  model.fitSync(x, y);
  assert.throws(() => save(model), /pipeline\[0\] cannot be stored: it has no state\(\)/);
});

function someCheckpoint(): Checkpoint {
  let taken: Checkpoint | undefined;
  network({ loss: meanSquaredError() }).fitSync(x, y, {
    epochs: 4,
    batchSize: 8,
    validation: 0.2,
    earlyStopping: earlyStopping({ restoreBest: true }),
    metrics: ['r2'],
    checkpointEvery: {
      steps: 9,
      write(checkpoint) {
        taken ??= checkpoint;
      },
    },
  });
  return taken!;
}

test('a checkpoint as a file is the same checkpoint', async () => {
  const checkpoint = someCheckpoint();
  const bytes = save(checkpoint);
  const read = loadCheckpoint(bytes);
  assert.equal(save(read), bytes);
  const runs = [resume(checkpoint, x, y), resume(read, x, y)] as Any[];
  const [a, b] = await Promise.all(runs);
  assert.equal(runs[0].model.parameters, runs[1].model.parameters);
  assert.is(a.history.length, b.history.length);
  assert.throws(() => load(bytes), /expected the file of a model, got that of a checkpoint/);
});

test('any single byte altered is refused, and every cut', () => {
  const model = linearRegression();
  model.fitSync(x, y);
  const files: [Uint8Array, (bytes: Uint8Array) => unknown][] = [
    [save(model), load],
    [save(someCheckpoint()), loadCheckpoint],
  ];
  const next = source(3);
  for (const [bytes, read] of files) {
    const refuse = (what: Uint8Array, at: string): void => {
      assert.throws(
        () => read(what),
        (error: { code: string }) => /^ERR_(FILE|FILE_VERSION)$/.test(error.code),
        at,
      );
    };
    for (let i = 0; i < bytes.length; i++) {
      const altered = bytes.slice();
      altered[i]! ^= 1 + Math.floor(next() * 255);
      refuse(altered, `byte ${i}`);
    }
    for (let length = 0; length < bytes.length; length += 1 + Math.floor(next() * 9))
      refuse(bytes.slice(0, length), `cut ${length}`);
    refuse(new Uint8Array([...bytes, 0]), 'a byte more');
  }
});

test('the format: older minor versions load, newer ones say so', () => {
  const model = linearRegression();
  model.fitSync(x, y);
  const bytes = save(model);
  const { metadata } = readSafetensors(bytes);
  assert.is(metadata.get('format'), 'downhill 1.0');
  assert.is(JSON.parse(metadata.get('spec')!).kind, 'linearRegression');
  assert.equal([...readSafetensors(bytes).tensors.get('weight')!.shape], [1, 3]);
  const at = Buffer.from(bytes).indexOf('downhill 1.0') + 'downhill 1.'.length;
  for (const [digit, place] of [
    ['1', 0],
    ['2', -2],
  ] as const) {
    const newer = bytes.slice();
    newer[at + place] = digit.charCodeAt(0);
    assert.throws(
      () => load(newer),
      (error: Any) => error.code === 'ERR_FILE_VERSION' && /newer version/.test(error.message),
    );
  }
  assert.throws(() => load(new TextEncoder().encode('\x02\0\0\0\0\0\0\0{}')), /not one of downhill/);
});

test.run();
