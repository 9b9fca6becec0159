/** Early stopping in a run: on which rows, when, and what is put back. */
import {
  earlyStopping,
  type FitEvent,
  linearRegression,
  logisticRegression,
  sgd,
  softmaxRegression,
  trainTestSplit,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bits, problem } from '../helpers/problems.js';

// Few rows and many features: the validation loss turns soon.
const { x, y, binary, ternary } = problem(40, 30, 4);
const far = problem(30, 30, 4);
const training = { optimizer: sgd({ learningRate: 0.02, momentum: 0.9 }), batchSize: 8, epochs: 200, seed: 2 };

/** What the rules say of a list of values: index of the best, and where to stop. */
function rules(losses: number[], patience: number, minDelta = 0): { best: number; stop: number | undefined } {
  let best = -1;
  let wait = 0;
  for (const [i, loss] of losses.entries()) {
    if (loss < (best < 0 ? Infinity : losses[best]!) - minDelta) {
      best = i;
      wait = 0;
    } else if (++wait >= patience) return { best, stop: i };
  }
  return { best, stop: undefined };
}

test('stops by its rules on held-out rows; the best parameters are put back if asked', () => {
  const free = linearRegression();
  const whole = free.fitSync(x, y, { ...training, validation: 0.25 });
  const losses = whole.history.map((event) => event.validation!.loss);
  for (const patience of [1, 3, 10]) {
    const { best, stop } = rules(losses, patience);
    assert.ok(stop !== undefined && stop < 199, 'the problem must overfit');
    for (const restoreBest of [false, true]) {
      const model = linearRegression();
      const result = model.fitSync(x, y, {
        ...training,
        validation: 0.25,
        earlyStopping: earlyStopping({ patience, restoreBest }),
      });
      assert.is(result.stopReason, 'earlyStopping');
      assert.is(result.epochs, stop! + 1);
      assert.is(result.bestEpoch, best + 1);
      assert.equal(
        result.history.map((event) => event.validation!.loss),
        losses.slice(0, stop! + 1),
      );
      const expected = linearRegression();
      expected.fitSync(x, y, { ...training, validation: 0.25, epochs: restoreBest ? best + 1 : stop! + 1 });
      assert.is(bits(model), bits(expected));
    }
  }
});

test('restoreBest holds at every end: epochs, steps, abort, callback', async () => {
  const options = {
    ...training,
    validation: 0.25,
    earlyStopping: earlyStopping({ patience: 1000, restoreBest: true }),
  };
  const free = linearRegression().fitSync(x, y, { ...training, validation: 0.25 });
  const losses = free.history.map((event) => event.validation!.loss);
  // An epoch that is worse than one before.
  const end = losses.findIndex((loss, i) => i > 5 && loss > Math.min(...losses.slice(0, i))) + 1;
  const { best } = rules(losses.slice(0, end), 1000);
  const expected = linearRegression();
  expected.fitSync(x, y, { ...training, validation: 0.25, epochs: best + 1 });
  const controller = new AbortController();
  const ends: [string, object][] = [
    ['epochs', { epochs: end }],
    ['steps', { maxSteps: 4 * end }],
    ['callback', { onEpoch: ({ epoch }: FitEvent) => epoch < end }],
    [
      'aborted',
      { signal: controller.signal, onEpoch: ({ epoch }: FitEvent) => void (epoch === end && controller.abort()) },
    ],
  ];
  for (const [reason, more] of ends) {
    const model = linearRegression();
    const result = await model.fit(x, y, { ...options, ...more });
    assert.is(result.stopReason, reason);
    assert.is(result.bestEpoch, best + 1, reason);
    assert.is(bits(model), bits(expected), reason);
  }
});

test('restoreBest with a line search', () => {
  const model = linearRegression();
  const result = model.fitSync(x, y, {
    validation: 0.25,
    earlyStopping: earlyStopping({ patience: 20, restoreBest: true }),
  });
  assert.is(result.stopReason, 'earlyStopping');
  const best = Math.min(...result.history.map((event) => event.validation!.loss));
  assert.is(result.history[result.bestEpoch! - 1]!.validation!.loss, best);
  const expected = linearRegression();
  expected.fitSync(x, y, { validation: 0.25, epochs: result.bestEpoch! });
  assert.is(bits(model), bits(expected));
});

test('validation rows are those of trainTestSplit with the same seed, and never trained on', () => {
  const parts = trainTestSplit(x, y, { testSize: 0.25, seed: 9 });
  const sorted = (index: Uint32Array): number[] => [...index].sort((a, b) => a - b);
  const train = sorted(parts.trainIndices);
  const test = sorted(parts.testIndices);
  const model = linearRegression();
  const { history } = model.fitSync(x, y, { validation: 0.25, seed: 9, epochs: 20 });
  const own = linearRegression();
  const rows = (index: number[]) => ({ x: index.map((i) => x[i]!), y: index.map((i) => y[i]!) });
  const a = rows(train);
  own.fitSync(a.x, a.y, { validation: rows(test), epochs: 20 });
  assert.is(bits(model), bits(own));
  const b = rows(test);
  assert.ok(Math.abs(history.at(-1)!.validation!.loss / own.evaluate(b.x, b.y).loss - 1) < 1e-13);
});

test('stratified rows keep the proportions', () => {
  const labels = ternary.map((label) => (label === 'middle' ? 'low' : label));
  const rare = labels.map((label, i) => (i % 10 === 0 ? 'rare' : label));
  const parts = trainTestSplit(x, rare, { testSize: 0.25, seed: 3, stratify: true });
  assert.is(parts.yTest.filter((label) => label === 'rare').length, 1);
  const model = softmaxRegression();
  const options = { epochs: 10, metrics: 'accuracy' } as const;
  const { history } = model.fitSync(x, rare, { ...options, validation: { fraction: 0.25, stratify: true }, seed: 3 });
  const sorted = [...parts.testIndices].sort((a, b) => a - b);
  const judged = model.evaluate(
    sorted.map((i) => x[i]!),
    sorted.map((i) => rare[i]!),
    { metrics: 'accuracy' },
  );
  const last = history.at(-1)!.validation!;
  assert.ok(Math.abs(judged.loss - last.loss) < 1e-13);
  assert.is(judged.accuracy, last.metrics.accuracy);
});

test('rows of their own, and a metric to be maximised', () => {
  const model = logisticRegression();
  const validation = { x: far.x, y: far.binary };
  const result = model.fitSync(x, binary, {
    ...training,
    validation,
    metrics: 'accuracy',
    earlyStopping: earlyStopping({ monitor: 'validation.metrics.accuracy', patience: 8, restoreBest: true }),
  });
  const accuracies = result.history.map((event) => event.validation!.metrics.accuracy!);
  const { best, stop } = rules(
    accuracies.map((value) => -value),
    8,
  );
  assert.is(result.bestEpoch, best + 1);
  assert.is(result.epochs, stop! + 1);
  assert.is(model.evaluate(far.x, far.binary, { metrics: 'accuracy' }).accuracy, Math.max(...accuracies));
});

test('the training loss can be watched, without validation rows', () => {
  const result = linearRegression().fitSync(x, y, {
    ...training,
    optimizer: sgd(0.05),
    earlyStopping: earlyStopping({ monitor: 'loss', minDelta: 0.01, patience: 2 }),
  });
  assert.is(result.stopReason, 'earlyStopping');
  const { best, stop } = rules(
    result.history.map(({ loss }) => loss),
    2,
    0.01,
  );
  assert.is(result.epochs, stop! + 1);
  assert.is(result.bestEpoch, best + 1);
  assert.throws(
    () => linearRegression().fitSync(x, y, { ...training, earlyStopping: earlyStopping({ monitor: 'metrics.r2' }) }),
    /earlyStopping: there is no number at "metrics.r2" in an event/,
  );
});

test('evaluations by steps, and those that are ignored at the beginning', () => {
  const every = { steps: 3 };
  const free = linearRegression().fitSync(x, y, { ...training, validation: 0.25, every });
  const losses = free.history.map((event) => event.validation!.loss);
  const model = linearRegression();
  const result = model.fitSync(x, y, {
    ...training,
    validation: 0.25,
    every,
    earlyStopping: earlyStopping({ patience: 4, startFrom: 5, restoreBest: true }),
  });
  const { best, stop } = rules(losses.slice(5), 4);
  assert.is(result.steps, 3 * (stop! + 6));
  const expected = linearRegression();
  expected.fitSync(x, y, { ...training, validation: 0.25, maxSteps: 3 * (best + 6) });
  assert.is(bits(model), bits(expected));
});

test('a validation loss that is not finite is never the best', () => {
  // Validation features so large that squares overflow; the training rows are harmless.
  const validation = { x: [x[0]!.map(() => 1e300)], y: [0] };
  const model = linearRegression({ standardize: false });
  const result = model.fitSync(x, y, {
    ...training,
    validation,
    earlyStopping: earlyStopping({ patience: 4, restoreBest: true }),
  });
  assert.is(result.stopReason, 'earlyStopping');
  assert.is(result.epochs, 4);
  assert.is(result.bestEpoch, null);
  assert.ok(result.history.every((event) => !Number.isFinite(event.validation!.loss)));
  // Without a best there is nothing to put back: the last stay.
  const expected = linearRegression({ standardize: false });
  expected.fitSync(x, y, { ...training, validation, epochs: 4 });
  assert.is(bits(model), bits(expected));
});

test.run();
