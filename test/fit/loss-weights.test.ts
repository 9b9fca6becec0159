/** Class weights, ignored rows and distributions that the loss itself asks for, in fits. */
import { lossAndGradient, nll, softmaxCrossEntropy, softmaxRegression } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { source } from '../helpers/points.ts';
import { throws } from '../throws.ts';

const next = source(5);
const x = Array.from({ length: 60 }, () => [2 * next() - 1, 2 * next() - 1]);
const y = x.map(([a, b], i) => (i % 7 === 0 ? i % 3 : a! > 0.2 ? 2 : Number(b! > 0)));
const ignored = y.map((label, i) => (i % 5 === 2 ? -100 : label));
const kept = <T>(list: readonly T[]): T[] => list.filter((_, i) => i % 5 !== 2);
const options = { standardize: false } as const;

function near(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void {
  for (let i = 0; i < b.length; i++) assert.ok(Math.abs(a[i]! - b[i]!) <= tolerance, `${i}: ${a[i]} for ${b[i]}`);
}

/** What the loss is of the predictions of a model, by itself. */
const own = (
  model: ReturnType<typeof softmaxRegression>,
  spec: ReturnType<typeof softmaxCrossEntropy>,
  targets: unknown,
) => lossAndGradient(spec, { data: model.predictRaw(x), shape: [x.length, 3] }, targets as never);

test('class weights of the loss are class weights of the fit', () => {
  const classWeights = [1, 3, 0.5];
  const [byLoss, byFit] = [softmaxRegression(options), softmaxRegression(options)];
  const a = byLoss.fitSync(x, y, { loss: softmaxCrossEntropy({ classWeights }), epochs: 40 });
  byFit.fitSync(x, y, { classWeights, epochs: 40 });
  assert.equal([...byLoss.parameters.weight], [...byFit.parameters.weight]);
  // The loss at the end is the loss by itself, which divides by Σ w_y.
  const { loss } = a.history.at(-1)!;
  assert.ok(Math.abs(byLoss.evaluate(x, y).loss - own(byLoss, softmaxCrossEntropy({ classWeights }), y).value) < 1e-12);
  assert.ok(loss > 0);
});

test('ignored rows do not count: the fit is that of the others', () => {
  for (const more of [{}, { labelSmoothing: 0.1, classWeights: [1, 3, 0.5] }]) {
    const spec = softmaxCrossEntropy({ ignoreIndex: -100, ...more });
    const [all, others] = [softmaxRegression(options), softmaxRegression(options)];
    all.fitSync(x, ignored, { loss: spec });
    others.fitSync(kept(x), kept(y), { loss: softmaxCrossEntropy(more) });
    assert.equal(all.classes, [0, 1, 2]);
    near(all.parameters.weight, others.parameters.weight, 1e-6);
    const { value, gradient } = own(all, spec, ignored);
    assert.ok(Math.abs(all.evaluate(x, ignored).loss - value) < 1e-12);
    // At the optimum the gradient of the biases, which is the sum of that of the logits, vanishes.
    for (let k = 0; k < 3; k++) {
      const slope = [...gradient].reduce((sum, g, at) => sum + (at % 3 === k ? g : 0), 0);
      assert.ok(Math.abs(slope) < 1e-7, `${slope}`);
    }
  }
});

test('ignored rows among those held out, in shuffled batches and with weights by label', () => {
  const model = softmaxRegression({ standardize: false });
  const { history } = model.fitSync(x, ignored, {
    loss: softmaxCrossEntropy({ ignoreIndex: -100 }),
    batchSize: 8,
    epochs: 3,
    optimizer: { kind: 'sgd', learningRate: 0.1 } as never,
    validation: { fraction: 0.3, stratify: true },
    classWeights: { 2: 2 },
  });
  assert.ok(history.every(({ loss, validation }) => loss > 0 && validation!.loss > 0));
});

test('distributions that do not sum to 1 are taken where the loss says so', () => {
  const rows = y.map((label) => [0, 1, 2].map((k) => (k === label ? 1.2 : 0.1)));
  const loss = softmaxCrossEntropy({ targets: 'distribution', normalized: false, classWeights: [1, 2, 3] });
  const model = softmaxRegression(options);
  model.fitSync(x, rows, { loss, epochs: 20 });
  assert.ok(Math.abs(model.evaluate(x, rows).loss - own(model, loss, rows).value) < 1e-12);
  throws(
    () => softmaxRegression().fitSync(x, rows, { loss: softmaxCrossEntropy({ targets: 'distribution' }) }),
    'ERR_DATA',
    'targets: row 0 must be a distribution, numbers ≥ 0 that sum to 1, got a sum of 1.4000000000000001',
  );
});

test('all ignored, and class weights that do not fit', () => {
  const model = softmaxRegression({ classes: [0, 1, 2] });
  const loss = softmaxCrossEntropy({ ignoreIndex: -100 });
  throws(
    () => model.fitSync(x, new Array(60).fill(-100), { loss }),
    'ERR_DATA',
    'targets: expected a row that counts, all are -100, which is ignored',
  );
  throws(
    () => model.fitSync(x, y, { loss: softmaxCrossEntropy({ classWeights: [1, 2] }) }),
    'ERR_ARGUMENT',
    'classWeights: expected 3, one per class, got 2',
  );
  throws(
    () => lossAndGradient(nll({ classWeights: [0, 1] }), [[0, 0]], [0]),
    'ERR_DATA',
    'sample and class weights are 0 for every training row',
  );
});

test.run();
