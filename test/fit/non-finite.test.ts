/** Loss, gradient or parameters that are not finite: what is said, and what is kept. */
import {
  binaryCrossEntropy,
  gradientDescent,
  l1,
  l2,
  linearRegression,
  logisticRegression,
  NonFiniteError,
  onlineGradientDescent,
  sgd,
  softmaxRegression,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Engine } from '#src/memory/engine.js';
import { problem, values } from '../helpers/problems.js';

const { x, y, binary, ternary } = problem(60, 4);
const engine = new Engine();
/** Features of the sizes people have: years, money. */
const unscaled = x.map((row) => [1990 + 10 * row[0]!, 50_000 + 20_000 * row[1]!]);
const named = { engine, standardize: false, featureNames: ['year', 'income'] };

function caught(body: () => unknown): NonFiniteError {
  try {
    body();
  } catch (error) {
    assert.instance(error, NonFiniteError);
    assert.is((error as NonFiniteError).code, 'ERR_NON_FINITE');
    return error as NonFiniteError;
  }
  assert.unreachable('expected a NonFiniteError');
  throw new Error();
}

/** The rate that the message suggests. */
const suggested = (error: NonFiniteError): number => Number(/: ([\d.e+-]+) would do/.exec(error.message)![1]);

test('names step, what, cause, the feature, and a rate that would do', async () => {
  const model = linearRegression(named);
  const error = caught(() => model.fitSync(unscaled, y, { optimizer: gradientDescent(0.1) }));
  assert.ok(error.step > 0 && Number.isSafeInteger(error.step));
  assert.ok(['loss', 'gradient', 'parameters'].includes(error.what));
  assert.match(
    error.message,
    /^step \d+: the \w+( of \w+)? is not finite; probable cause: the features are not scaled \("income" reaches \d+\): use standardize: true; and the learning rate \(0\.1\) is too large for these data: \d/,
  );
  assert.ok(error.message.endsWith(String(error.cause)));
  assert.ok(values(model).every(Number.isFinite));
  assert.ok(values(model).some((value) => value !== 0));
  assert.is(engine.arena.blocks, 0);
  // The same from `fit`, which rejects.
  let other: unknown;
  try {
    await linearRegression(named).fit(unscaled, y, { optimizer: gradientDescent(0.1) });
  } catch (reason) {
    other = reason;
  }
  assert.is((other as Error).message, error.message);
  // The advice works: standardised, the same rate goes down.
  const scaled = linearRegression({ ...named, standardize: true });
  assert.is(scaled.fitSync(unscaled, y, { optimizer: gradientDescent(0.1) }).converged, true);
});

const losing = 1e4;
for (const dtype of ['f32', 'f64'] as const) {
  test(`the suggested rate goes down, ${dtype}`, () => {
    const runs: { name: string; fit: (rate: number) => { history: readonly { objective: number }[] } }[] = [];
    const add = (name: string, options: object, rows: number[][] = unscaled) => {
      const fit = { epochs: 300, tolerance: null, ...options };
      const at = (rate: number) => ({ ...fit, optimizer: optimizer(rate) });
      const { optimizer } = { optimizer: gradientDescent, ...options } as { optimizer: (rate: number) => object };
      const given = { dtype, engine, standardize: false };
      runs.push({
        name: `linear, ${name}`,
        fit: (rate) => linearRegression(given).fitSync(rows, y, at(rate) as never),
      });
      runs.push({
        name: `two targets, ${name}`,
        fit: (rate) =>
          linearRegression(given).fitSync(
            rows,
            y.map((v) => [v, -v]),
            at(rate) as never,
          ),
      });
      if (dtype === 'f32') {
        runs.push({
          name: `logistic, ${name}`,
          fit: (rate) => logisticRegression(given).fitSync(rows, binary, at(rate) as never),
        });
        runs.push({
          name: `softmax, ${name}`,
          fit: (rate) => softmaxRegression(given).fitSync(rows, ternary, at(rate) as never),
        });
      }
    };
    add('full batch', {});
    add('momentum', { optimizer: (learningRate: number) => sgd({ learningRate, momentum: 0.9 }), batchSize: 'full' });
    add('nesterov', {
      optimizer: (learningRate: number) => sgd({ learningRate, momentum: 0.9, nesterov: true }),
      batchSize: 'full',
    });
    add('mini-batches', { optimizer: sgd, batchSize: 8, tolerance: undefined });
    add('single rows', { optimizer: onlineGradientDescent, epochs: 20, tolerance: undefined });
    add('a strong penalty', { regularizer: l2(1e6) }, x);
    add('a strong proximal penalty', { regularizer: [l1(10), l2(100)] });
    add('weights', { sampleWeights: x.map((_, i) => (i === 3 ? 100 : 1)) });
    add(
      'coupled decay',
      { optimizer: (learningRate: number) => sgd({ learningRate, weightDecay: 1e5 }), batchSize: 'full' },
      x,
    );
    for (const { name, fit } of runs) {
      let error: NonFiniteError | undefined;
      for (const rate of [losing, dtype === 'f32' ? 1e30 : 1e300]) {
        try {
          fit(rate);
        } catch (reason) {
          error = reason as NonFiniteError;
          break;
        }
      }
      // A logit that only grows is no reason to complain.
      if (error === undefined && /logistic|softmax/.test(name)) continue;
      assert.instance(error, NonFiniteError, name);
      const rate = suggested(error!);
      assert.ok(rate > 0 && rate < losing, `${name}: ${error!.message}`);
      const objectives = fit(rate).history.map(({ objective }) => objective);
      assert.ok(objectives.every(Number.isFinite), name);
      // A mini-batch is a sample: its mean may tremble.
      const room = /batches|rows/.test(name) ? 1.05 : 1;
      assert.ok(
        objectives.at(-1)! <= room * objectives[0]!,
        `${name}: ${rate} goes from ${objectives[0]} to ${objectives.at(-1)}`,
      );
    }
  });
}

test('absurd rates leave finite parameters', () => {
  for (const [dtype, rates] of [
    ['f32', [1e30, 1e38, 1e39, 1e300, Number.MAX_VALUE]],
    ['f64', [1e300, 1e307, Number.MAX_VALUE]],
  ] as const) {
    for (const rate of rates) {
      for (const optimizer of [
        gradientDescent(rate),
        sgd({ learningRate: rate, momentum: 0.9 }),
        sgd({ learningRate: rate, momentum: 0.9, nesterov: true }),
      ]) {
        for (const batchSize of ['full', 8] as const) {
          if (batchSize === 8 && optimizer.kind !== 'sgd') continue;
          for (const regularizer of [[], [l1(0.1)], [l2(0.1)]]) {
            for (const { make, y: targets } of [
              { make: linearRegression, y },
              { make: logisticRegression, y: binary },
              { make: softmaxRegression, y: ternary },
            ] as { make: typeof linearRegression; y: number[] }[]) {
              const model = make({ dtype, engine });
              try {
                model.fitSync(x, targets, { optimizer, batchSize, regularizer, epochs: 50 });
              } catch (error) {
                assert.instance(error, NonFiniteError);
              }
              assert.ok(
                values(model).every(Number.isFinite),
                `${make.name} ${dtype} ${rate} ${batchSize}: ${values(model)}`,
              );
              assert.ok(model.predictRaw(x).length > 0);
              assert.is(engine.arena.blocks, 0);
            }
          }
        }
      }
    }
  }
});

test('data too large for the arithmetic', () => {
  const huge = x.map((row) => row.map((v) => v * 1e200));
  const error = caught(() =>
    linearRegression({ engine, standardize: false }).fitSync(huge, y, { optimizer: gradientDescent(0.1) }),
  );
  assert.match(error.message, /not scaled/);
  assert.not.match(error.message, /NaN|Infinity would do/);
  const targets = y.map((v) => v * 1e200);
  const other = caught(() => linearRegression({ engine }).fitSync(x, targets));
  assert.is(other.step, 0);
  assert.is(other.what, 'loss');
  assert.match(other.message, /the data are too large for the precision: scale features and targets/);
  // A line search survives features that only their squares overflow.
  const f32 = linearRegression({ engine, dtype: 'f32', standardize: false });
  f32.fitSync(
    x.map((row) => row.map((v) => v * 1e15)),
    y,
    { epochs: 50 },
  );
  assert.ok(values(f32).every(Number.isFinite));
});

test('a fitted model that fails at the first step stays as it was', () => {
  const model = linearRegression({ engine });
  model.fitSync(x, y);
  const before = values(model);
  caught(() =>
    model.fitSync(
      x,
      y.map((v) => v * 1e200),
    ),
  );
  assert.equal(values(model), before);
});

test('climbing has no end, and no rate is suggested for it', () => {
  const model = linearRegression({ engine });
  const error = caught(() =>
    model.fitSync(x, y, {
      optimizer: sgd({ learningRate: 0.1, maximize: true }),
      batchSize: 'full',
      tolerance: null,
      epochs: 1e5,
    }),
  );
  assert.match(error.message, /maximize/);
  assert.not.match(error.message, /would do/);
});

test('skip leaves steps out that are not finite, counts them, and goes on', () => {
  // One row whose square overflows f32; the others are harmless.
  const rows = x.map((row, i) => (i === 13 ? row.map(() => 1e25) : row));
  const model = linearRegression({ engine, dtype: 'f32', standardize: false });
  const options = { optimizer: sgd({ learningRate: 0.02, momentum: 0.5 }), batchSize: 4, shuffle: false, epochs: 5 };
  caught(() => model.fitSync(rows, y, options));
  const result = model.fitSync(rows, y, { ...options, nonFinite: 'skip', every: { steps: 1 } });
  assert.ok(values(model).every(Number.isFinite));
  assert.ok(result.skipped >= 1);
  assert.is(result.steps, 75);
  assert.is(result.stopReason, 'epochs');
  // With nothing but the bad row the first step is the last that is finite.
  const none = linearRegression({ engine, dtype: 'f32', standardize: false });
  const all = none.fitSync(rows.slice(13, 14), y.slice(13, 14), {
    ...options,
    batchSize: 'full',
    tolerance: null,
    nonFinite: 'skip',
  });
  assert.is(all.skipped, 4);
  assert.equal(
    all.history.map(({ loss }) => Number.isFinite(loss)),
    [true, false, false, false, false],
  );
  assert.ok(values(none).every(Number.isFinite));
});

test('a class weight of a loss counts in the suggested rate', () => {
  const model = () => logisticRegression({ engine, standardize: false });
  const huge = x.map((row) => row.map((v) => 1e6 * v));
  const options = { loss: binaryCrossEntropy({ posWeight: 1e3 }), epochs: 200, tolerance: null };
  const error = caught(() => model().fitSync(huge, binary, { ...options, optimizer: gradientDescent(1e300) }));
  const rate = suggested(error);
  const { history } = model().fitSync(huge, binary, { ...options, optimizer: gradientDescent(rate) });
  for (let i = 1; i < history.length; i++) assert.ok(history[i]!.loss <= history[i - 1]!.loss * (1 + 1e-12));
});

test.run();
