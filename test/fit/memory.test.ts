/** Linear memory is held by runs and calls only. */
import { linearRegression, logisticRegression, sgd, softmaxRegression } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Engine } from '#src/memory/engine.js';
import { problem } from '../helpers/problems.js';

const { x, y, binary, ternary } = problem(200, 6);

test('a thousand fits take no more memory than ten', async () => {
  const engine = new Engine();
  const round = async (i: number): Promise<void> => {
    const rows = 100 + (i % 100);
    const options = { optimizer: sgd(0.01), batchSize: 16, epochs: 2, validation: 0.2, seed: i };
    linearRegression({ engine }).fitSync(x.slice(0, rows), y.slice(0, rows), options);
    const softmax = softmaxRegression({ engine, dtype: 'f32' });
    softmax.fitSync(x.slice(0, rows), ternary.slice(0, rows), { epochs: 3, metrics: 'accuracy' });
    softmax.predictProbability(x);
    softmax.evaluate(x, ternary, { metrics: 'accuracy' });
    const logistic = logisticRegression({ engine });
    if (i % 10 === 0) await logistic.fit(x, binary, { ...options, signal: AbortSignal.abort() });
    else logistic.fitSync(x, binary, { epochs: 2 });
    assert.is(engine.arena.blocks, 0);
    assert.is(engine.arena.used, 0);
  };
  // Every size is seen once.
  for (let i = 0; i < 100; i++) await round(i);
  const after = engine.arena.size;
  for (let i = 0; i < 334; i++) await round(i);
  assert.is(engine.arena.size, after);
});

test('the same fit ten times and a thousand times', () => {
  const engine = new Engine();
  const fit = () => linearRegression({ engine }).fitSync(x, y, { epochs: 2 });
  for (let i = 0; i < 10; i++) fit();
  const after = engine.arena.size;
  for (let i = 0; i < 990; i++) fit();
  assert.is(engine.arena.size, after);
});

test('nothing is left behind by success, error and abort', async () => {
  const engine = new Engine();
  const free = (): void => {
    assert.is(engine.arena.blocks, 0);
    assert.is(engine.arena.used, 0);
  };
  const model = linearRegression({ engine });
  const run = model.fit(x, y, { optimizer: sgd(0.01), epochs: 50, validation: 0.2, metrics: 'r2' });
  assert.ok(engine.arena.blocks > 0);
  await run;
  free();
  const aborted = model.fit(x, y, { optimizer: sgd(0.01), epochs: 1e6, metrics: 'r2' });
  await new Promise((resolve) => setTimeout(resolve, 10));
  aborted.abort();
  await aborted;
  free();
  assert.throws(() => model.fitSync(x, y, { optimizer: sgd(1e300), epochs: 50 }));
  free();
  assert.throws(() =>
    model.fitSync(x, y, {
      onEpoch() {
        throw new Error('mine');
      },
    }),
  );
  free();
  // An error while data are loaded, behind blocks that are there already.
  const late = { data: Float64Array.from({ length: 12 }, (_, i) => (i === 11 ? Number.NaN : i)), shape: [2, 6] };
  assert.throws(
    () => model.fitSync(x, y, { validation: { x: late, y: [1, 2] } }),
    /validation: features: row 1, column 5 is NaN/,
  );
  free();
  model.predict(x);
  model.evaluate(x, y);
  free();
});

test('memory that grows in the middle: a large data set, then a small one, a run inside a callback', () => {
  const engine = new Engine();
  const large = problem(30_000, 20);
  const small = linearRegression({ engine });
  const expected = linearRegression();
  expected.fitSync(x, y, { optimizer: sgd(0.01), epochs: 4 });
  small.fitSync(x, y, {
    optimizer: sgd(0.01),
    epochs: 4,
    onEpoch({ epoch }) {
      const before = engine.arena.size;
      if (epoch === 2) linearRegression({ engine }).fitSync(large.x, large.y, { epochs: 2 });
      if (epoch === 2) assert.ok(engine.arena.size > before);
    },
  });
  assert.equal(small.parameters, expected.parameters);
  const big = linearRegression({ engine });
  big.fitSync(large.x, large.y, { epochs: 3 });
  const other = linearRegression();
  other.fitSync(large.x, large.y, { epochs: 3 });
  assert.equal(big.parameters, other.parameters);
  small.fitSync(x, y, { optimizer: sgd(0.01), epochs: 4 });
  assert.equal(small.parameters, expected.parameters);
  assert.is(engine.arena.blocks, 0);
});

test.run();
