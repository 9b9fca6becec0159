/** N steps, a checkpoint, M steps are N + M steps, bit for bit: against runs without a break. */
import {
  adam,
  adamW,
  augmentImages,
  barzilaiBorwein,
  batchNorm,
  type Checkpoint,
  clipByGlobalNorm,
  concatenate,
  conv2d,
  cosineRestarts,
  dense,
  dropout,
  earlyStopping,
  ema,
  exponentialDecay,
  type FitOptions,
  type FitResult,
  flatten,
  gradientDescent,
  gradientDescentLineSearch,
  huber,
  input,
  l1,
  layerNorm,
  linearModel,
  linearRegression,
  logisticRegression,
  lookahead,
  maxPool2d,
  meanAbsoluteError,
  meanSquaredError,
  mlp,
  network,
  nonNegative,
  oneHot,
  perEpoch,
  pipeline,
  polynomialFeatures,
  reduceOnPlateau,
  residual,
  sam,
  sequential,
  sgd,
  softmaxCrossEntropy,
  softmaxRegression,
  standardScaler,
  swa,
  warmupCosine,
} from 'downhill';
import { resume } from 'downhill/store';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { falling, optimizerTable } from '../helpers/all-optimizers.js';
import { problem } from '../helpers/problems.js';

const { x, y, binary, ternary } = problem(57, 4);

// biome-ignore lint/suspicious/noExplicitAny: models and options of every kind
type Any = any;

const hexOf = (model: Any): string =>
  JSON.stringify(
    Object.entries(model.parameters as Record<string, Float64Array>).map(([name, { buffer }]) => [
      name,
      Buffer.from(buffer).toString('hex'),
    ]),
  );

/** A result without what the clock says. */
const plain = ({ history, seconds: _, ...rest }: FitResult) =>
  JSON.stringify({ ...rest, history: history.map(({ seconds: _, ...event }) => event) });

/** The checkpoint behind step `at`; the run goes no further. */
function cut(model: Any, x: unknown, y: unknown, options: FitOptions, at: number): Checkpoint | undefined {
  let taken: Checkpoint | undefined;
  const write = (checkpoint: Checkpoint): void => {
    taken = structuredClone(checkpoint);
    throw new Error('the end');
  };
  assert.throws(() => model.fitSync(x, y, { ...options, checkpointEvery: { steps: at, write } }), /the end/);
  return taken;
}

async function same(what: string, make: () => Any, y: unknown, options: FitOptions, cuts: readonly number[], rows = x) {
  const whole = make();
  const expected = whole.fitSync(rows, y, options);
  for (const at of cuts) {
    const checkpoint = cut(make(), rows, y, options, at);
    assert.ok(checkpoint, `${what}: no checkpoint at ${at}`);
    const again = Object.fromEntries(
      ['validation', 'sampleWeights']
        .filter((key) => checkpoint.needs.includes(key))
        .map((key) => [key, options[key as never]]),
    );
    const { learningRate } = (options.optimizer ?? {}) as { learningRate?: unknown };
    if (typeof learningRate === 'function') Object.assign(again, { optimizer: options.optimizer });
    const run = resume(checkpoint, rows, y, again);
    const result = await run;
    assert.is(hexOf(run.model), hexOf(whole), `${what}, cut at ${at}`);
    assert.is(plain(result), plain(expected), `${what}, cut at ${at}`);
  }
}

const base = { batchSize: 8, epochs: 4, seed: 5 } as const;

test('every optimizer, f32 and f64', async () => {
  for (const row of optimizerTable) {
    for (const dtype of ['f32', 'f64'] as const) {
      const rate = falling(row, row.bowl[0] / 100, 32);
      await same(
        `${row.name} ${dtype}`,
        () => linearRegression({ dtype }),
        y,
        { ...base, optimizer: row.of(rate) },
        [11],
      );
    }
    const optimizer = row.of(falling(row, row.bowl[0] / 100, 32));
    const network = () => mlp({ inputs: 4, hidden: [5], outputs: 3 });
    await same(`${row.name}, network`, network, ternary, { ...base, optimizer, loss: softmaxCrossEntropy() }, [13]);
  }
});

test('line searches, with and without penalties, at every step', async () => {
  for (const optimizer of [gradientDescentLineSearch(), barzilaiBorwein(), barzilaiBorwein({ variant: 'bb2' })]) {
    for (const regularizer of [[], [l1(0.02)], [nonNegative()]]) {
      const options = { optimizer, regularizer, epochs: 12, tolerance: null };
      await same(optimizer.kind, logisticRegression, binary, options, [1, 2, 5, 6, 11]);
    }
  }
});

test('a line search that converges is cut right before, at and behind its last steps', async () => {
  const whole = linearRegression().fitSync(x, y);
  assert.is(whole.stopReason, 'converged');
  await same('converged', linearRegression, y, {}, [1, whole.steps - 1, whole.steps]);
});

test('every kind of model', async () => {
  const o = { ...base, optimizer: adam(0.01) };
  await same('logistic', logisticRegression, binary, o, [3, 8, 9]);
  await same('softmax', () => softmaxRegression({ dtype: 'f32' }), ternary, o, [3, 8, 9]);
  await same('huber', () => linearModel({ loss: huber({ delta: 0.5 }) }), y, o, [3]);
  await same('subgradients', () => linearModel({ loss: meanAbsoluteError() }), y, { epochs: 30 }, [1, 17]);
  await same('without standardisation', () => linearRegression({ standardize: false }), y, o, [10]);
  const network = (dtype: 'f32' | 'f64') => () =>
    mlp({ inputs: 4, hidden: [6, 3], outputs: 1, dtype, standardize: true });
  for (const dtype of ['f32', 'f64'] as const) {
    await same(`network ${dtype}`, network(dtype), y, { ...o, loss: meanSquaredError() }, [1, 8, 20]);
  }
  const steps = () => pipeline([standardScaler(), polynomialFeatures({ degree: 2 }), linearRegression()]);
  await same('pipeline', steps, y, o, [5]);
  const colours = y.map((_, i) => ['red', 'green', 'blue'][i % 3]!);
  const encoded = () => pipeline([oneHot(colours), linearRegression()]);
  await same('categories', encoded, y, o, [5], colours as never);
});

test('networks of layers: dropout, running statistics, branches, moving images', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => Array.from({ length: 36 }, (_, j) => Math.sin(i * 36 + j * j)));
  const classes = rows.map((_, i) => i % 3);
  const o = { batchSize: 8, epochs: 3, seed: 3, loss: softmaxCrossEntropy(), optimizer: adam(0.01) };
  const image = () =>
    sequential([
      input(6, 6, 1),
      conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
      batchNorm(),
      maxPool2d(2),
      flatten(),
      dropout(0.3),
      dense(3),
    ]);
  const augmentation = augmentImages({ height: 6, width: 6, shift: 1, rotate: 10, flip: 'horizontal' });
  await same('image', image, classes, { ...o, augmentation }, [1, 4, 5, 6, 13], rows);
  const joined = () => {
    const a = input(36);
    const b = dense({ units: 5, activation: 'tanh' })(a);
    return network(a, dense(3)(layerNorm()(concatenate()(dropout(0.5)(b), b))), { dtype: 'f64' });
  };
  await same('joined', joined, classes, { ...o, validation: 0.2, metrics: ['accuracy'] }, [1, 4, 7], rows);
  const deep = () => sequential([dense(6), residual([batchNorm(), dropout(0.2), dense(6)]), dense(3)]);
  await same('residual', deep, classes, { ...o, nonFinite: 'rollback', sam: sam(0.05) }, [1, 4, 7], rows);
  await same('mlp', () => mlp({ inputs: 36, hidden: [8, 8], outputs: 3, dropout: 0.4 }), classes, o, [1, 4, 7], rows);
});

test('schedules, rates that are functions, plateaus', async () => {
  for (const rate of [
    warmupCosine({ peak: 0.02, warmupSteps: 5, totalSteps: 30 }),
    cosineRestarts({ initial: 0.02, decaySteps: 7 }),
    perEpoch(exponentialDecay({ initial: 0.05, rate: 0.5 })),
    (step: number) => 0.03 / (1 + step),
    reduceOnPlateau({ schedule: 0.1, patience: 0, factor: 0.5, monitor: 'validation.loss', threshold: 0.3 }),
  ]) {
    const options = { ...base, epochs: 6, optimizer: sgd({ learningRate: rate, momentum: 0.9 }), validation: 0.2 };
    await same(JSON.stringify(rate) ?? 'a function', linearRegression, y, options, [1, 5, 6, 7, 12, 20]);
  }
});

test('averages, clips, SAM, accumulation, weights, groups', async () => {
  const o = { ...base, optimizer: adamW({ learningRate: 0.02, weightDecay: 0.1 }) };
  const cuts = [1, 7, 8, 9, 19];
  await same('ema', linearRegression, y, { ...o, average: ema({ decay: 0.9 }) }, cuts);
  await same('swa', linearRegression, y, { ...o, average: swa({ start: 6, every: 3 }) }, cuts);
  await same(
    'lookahead, ema',
    linearRegression,
    y,
    { ...o, average: [lookahead({ steps: 3 }), ema({ decay: 0.9 })] },
    cuts,
  );
  await same('clip', linearRegression, y, { ...o, clip: clipByGlobalNorm(0.5) }, cuts);
  await same('sam', logisticRegression, binary, { ...o, sam: sam({ rho: 0.1 }) }, cuts);
  await same('accumulate', linearRegression, y, { ...o, batchSize: 4, accumulate: 3 }, [1, 4, 5, 6]);
  await same('not shuffled', linearRegression, y, { ...o, shuffle: false }, cuts);
  await same('weights', linearRegression, y, { ...o, sampleWeights: y.map((_, i) => 1 + (i % 3)) }, cuts);
  await same('class weights', logisticRegression, binary, { ...o, classWeights: 'balanced' }, cuts);
  const groups = { parameters: 'bias', optimizer: sgd({ learningRate: 0.1, momentum: 0.5 }) };
  await same('groups', linearRegression, y, { ...o, groups }, cuts);
  const rows = { x: x.slice(0, 9), y: y.slice(0, 9) };
  await same('validation rows', linearRegression, y, { ...o, validation: rows, metrics: ['r2'] }, cuts);
});

test('early stopping, with the best parameters put back', async () => {
  const options = {
    ...base,
    epochs: 40,
    optimizer: sgd(0.3),
    validation: 0.3,
    every: { steps: 3 },
    earlyStopping: earlyStopping({ patience: 4, restoreBest: true }),
  };
  const whole = linearRegression().fitSync(x, y, options);
  assert.is(whole.stopReason, 'earlyStopping');
  await same('early stopping', linearRegression, y, options, [1, 3, 4, 9, whole.steps - 1]);
});

test('rollbacks: the factor that they leave, and the epoch they go back to', async () => {
  const large = x.map((row) => row.map((v) => v * 100));
  const options = {
    optimizer: gradientDescent(2e-4),
    batchSize: 1,
    shuffle: false,
    epochs: 12,
    nonFinite: 'rollback' as const,
  };
  const make = () => linearRegression({ standardize: false, dtype: 'f32' });
  // The step at which the run goes back for the first time.
  const steps: number[] = [];
  const onStep = ({ step }: { step: number }) => void steps.push(step);
  const { rollbacks } = make().fitSync(large, y, { ...options, onStep });
  assert.ok(rollbacks >= 1);
  const back = steps.find((step, i) => steps[i + 1]! <= step)!;
  await same('rollback', make, y, options, [1, back - 1, back, back + 1, back + 60, 600], large);
});

test.run();
