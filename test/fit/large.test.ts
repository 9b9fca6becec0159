/** Data that are read in slices: the same bits, errors that reject, aborts before the first step, memory given back. */
import {
  type DataError,
  huber,
  linearModel,
  linearRegression,
  logisticRegression,
  matrix,
  mlp,
  quantile,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultEngine } from '#src/memory/engine.js';

const [rows, columns] = [40_000, 10];
const values = Float64Array.from({ length: rows * columns }, (_, i) => ((i * 7919) % 10_007) / 10_007);
const x = matrix(values, rows, columns);
const y = Float64Array.from({ length: rows }, (_, i) => 2 * values[i * columns]! - values[i * columns + 1]! ** 2);
const labels = y.map((value) => (value > 0.7 ? 1 : 0));
const held = { validation: 0.2, maxSteps: 5, seed: 3 };

const blocks = (): number => defaultEngine().arena.blocks;

test('fit and fitSync give the same bits: models, kinked losses, rows held out', async () => {
  const cases: [() => ReturnType<typeof linearRegression>, Float64Array, object][] = [
    [() => linearRegression(), y, held],
    [() => linearModel({ loss: huber(), standardize: false }) as never, y, held],
    [() => linearModel({ loss: quantile(0.7) }) as never, y, { ...held, maxSteps: 50 }],
    [() => logisticRegression() as never, labels, held],
    [() => mlp({ inputs: columns, hidden: 4, outputs: 1, loss: huber() }) as never, y, held],
  ];
  for (const [make, targets, options] of cases) {
    const [slow, fast] = [make(), make()];
    const { history } = await slow.fit(x, targets, options);
    const expected = fast.fitSync(x, targets, options).history;
    assert.equal(
      history.map(({ loss, validation }) => [loss, validation?.loss]),
      expected.map(({ loss, validation }) => [loss, validation?.loss]),
    );
    assert.equal({ ...slow.parameters }, { ...fast.parameters });
    assert.is(blocks(), 0);
  }
});

test('two runs side by side', async () => {
  const alone = linearRegression();
  alone.fitSync(x, y, held);
  const both = [linearRegression(), linearRegression()];
  await Promise.all(both.map((model) => model.fit(x, y, held)));
  for (const { parameters } of both) assert.equal({ ...parameters }, { ...alone.parameters });
  assert.is(blocks(), 0);
});

test('a value that is not finite rejects, and changes nothing', async () => {
  const model = linearRegression();
  const bad = values.slice();
  bad[rows * columns - 3] = Number.NaN;
  const run = model.fit(matrix(bad, rows, columns), y);
  const error = await run.then(
    () => assert.unreachable(),
    (reason) => reason as DataError,
  );
  assert.is(error?.message, `features: row ${rows - 1}, column ${columns - 3} is NaN`);
  assert.is(error?.code, 'ERR_DATA');
  assert.throws(() => model.predict(x), /needs a fitted model/);
  assert.is(blocks(), 0);
  model.fitSync(x, y, held);
});

test('an abort before the first step ends the run; the model is usable', async () => {
  const model = linearRegression();
  const run = model.fit(x, y, held);
  run.abort();
  const { stopReason, steps } = await run;
  assert.equal([stopReason, steps], ['aborted', 0]);
  assert.is(blocks(), 0);
  assert.ok(model.predict(x).every(Number.isFinite));
  model.fitSync(x, y, held);
});

test('small data are read before fit returns: what is wrong with them is thrown', () => {
  const options = { validation: { x: [[Number.NaN]], y: [1] } };
  assert.throws(
    () => linearRegression().fit([[1], [2]], [1, 2], options),
    /validation: features: row 0, column 0 is NaN/,
  );
  const typed = { validation: { x: matrix(Float64Array.of(Number.NaN), 1, 1), y: [1] } };
  assert.throws(
    () => linearRegression().fit([[1], [2]], [1, 2], typed),
    /validation: features: row 0, column 0 is NaN/,
  );
  assert.is(blocks(), 0);
});

test.run();
