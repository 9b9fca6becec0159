/** What goes around the steps of a fit: groups, clipping, accumulation, averages, SAM, going back. */
import {
  ArgumentError,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  earlyStopping,
  ema,
  type FitOptions,
  gradientDescent,
  linearRegression,
  lookahead,
  NonFiniteError,
  sam,
  sgd,
  swa,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultEngine } from '#src/memory/engine.js';
import { reals } from '../helpers/numbers.ts';

const next = reals('f64', 11);
const x = Array.from({ length: 40 }, () => [next(), next(), next()]);
const y = x.map(([a, b, c]) => 3 * a! - 2 * b! + 0.5 * c! + 1 + 0.1 * next());

const fit = (options: FitOptions<number[]>, dtype: 'f32' | 'f64' = 'f64') => {
  const model = linearRegression({ dtype, standardize: false });
  const result = model.fitSync(x, y, options as never);
  return { model, result, values: [...model.parameters.weight, ...model.parameters.bias] };
};

/** The gradient of the mean squared error at θ = (w, b). */
const slope = (θ: readonly number[]): number[] => {
  const g = [0, 0, 0, 0];
  x.forEach((row, i) => {
    const r = row[0]! * θ[0]! + row[1]! * θ[1]! + row[2]! * θ[2]! + θ[3]! - y[i]!;
    for (let j = 0; j < 4; j++) g[j]! += (2 * r * (row[j] ?? 1)) / x.length;
  });
  return g;
};

const near = (found: readonly number[], expected: readonly number[], bound = 1e-12): void => {
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(found[i]! - value) <= bound, `${i}: ${found[i]} for ${value}`);
  }
};

test('clipping: by value, by norm of each tensor, by the norm of all, in the order of a list', () => {
  const one = { batchSize: 'full', maxSteps: 1, tolerance: null, optimizer: gradientDescent(1) } as const;
  const g = slope([0, 0, 0, 0]);
  const norm = (v: readonly number[]) => Math.hypot(...v);
  near(
    fit({ ...one, clip: clipByValue(0.5) }).values,
    g.map((v) => -Math.max(-0.5, Math.min(0.5, v))),
  );
  near(
    fit({ ...one, clip: clipByGlobalNorm(0.5) }).values,
    g.map((v) => (-0.5 * v) / norm(g)),
  );
  const w = g.slice(0, 3);
  near(fit({ ...one, clip: clipByNorm(0.5) }).values, [
    ...w.map((v) => (-0.5 * v) / norm(w)),
    -Math.sign(g[3]!) * Math.min(0.5, Math.abs(g[3]!)),
  ]);
  const clipped = g.map((v) => Math.max(-0.5, Math.min(0.5, v)));
  near(
    fit({ ...one, clip: [clipByValue(0.5), clipByGlobalNorm(0.1)] }).values,
    clipped.map((v) => (-0.1 * v) / norm(clipped)),
  );
  assert.equal(fit({ ...one, clip: clipByGlobalNorm(1e6) }).values, fit(one).values);
});

test('accumulation: the bits of a batch as large, the short last one included', () => {
  for (const dtype of ['f32', 'f64'] as const) {
    const common = { optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }), epochs: 3 };
    const a = fit({ ...common, batchSize: 4, accumulate: 3 }, dtype);
    const b = fit({ ...common, batchSize: 12 }, dtype);
    assert.equal(a.values, b.values);
    assert.is(a.result.steps, 12);
  }
});

test('groups: a rate of its own; intercepts have no weight decay unless a group gives them one', () => {
  const one = { batchSize: 'full', maxSteps: 1, tolerance: null } as const;
  const g = slope([0, 0, 0, 0]);
  const found = fit({ ...one, optimizer: sgd(0.5), groups: { parameters: 'bias', learningRate: 0.125 } }).values;
  near(
    found,
    g.map((v, j) => -v * (j === 3 ? 0.125 : 0.5)),
  );
  const decayed = (groups: object) =>
    fit({
      batchSize: 'full',
      epochs: 3000,
      tolerance: null,
      optimizer: sgd({ learningRate: 0.1, weightDecay: 1 }),
      ...groups,
    });
  // At the optimum the gradient of the loss is −λθ where there is decay, 0 where there is none.
  const plain = decayed({}).values;
  near(
    slope(plain),
    plain.map((v, j) => (j === 3 ? 0 : -v)),
    1e-10,
  );
  const all = decayed({ groups: { parameters: 'bias', weightDecay: 1 } }).values;
  near(
    slope(all),
    all.map((v) => -v),
    1e-10,
  );
});

test('a group with an intercept decays it only where it says so', () => {
  const optimizer = sgd({ learningRate: 0.1, weightDecay: 1 });
  const ends = (groups: object) =>
    fit({ batchSize: 'full', epochs: 3000, tolerance: null, optimizer, groups } as never).values;
  for (const parameters of ['bias', ['weight', 'bias']]) {
    const found = ends({ parameters, learningRate: 0.05 });
    near(
      slope(found),
      found.map((v, j) => (j === 3 ? 0 : -v)),
      1e-10,
    );
  }
  const asked = ends({ parameters: ['weight', 'bias'], weightDecay: 0.5 });
  near(
    slope(asked),
    asked.map((v) => -0.5 * v),
    1e-10,
  );
});

test('averages: evaluated, watched, and what the model holds; going on goes on from what was trained', () => {
  const common = { optimizer: sgd({ learningRate: 0.1 }), batchSize: 8, shuffle: false } as const;
  const points: number[][] = [];
  for (let steps = 1; steps <= 10; steps++) points.push(fit({ ...common, maxSteps: steps, epochs: 9 }).values);
  let e = [0, 0, 0, 0];
  for (const θ of points) e = e.map((v, j) => 0.5 * v + 0.5 * θ[j]!);
  const averaged = fit({ ...common, epochs: 2, average: ema(0.5), validation: { x, y }, every: { steps: 5 } });
  near(averaged.values, e);
  // The validation loss is that of the average.
  const { loss } = averaged.model.evaluate(x, y);
  assert.ok(Math.abs(averaged.result.history.at(-1)!.validation!.loss - loss) < 1e-12);
  near(
    fit({ ...common, epochs: 2, average: swa({ start: 6 }) }).values,
    points
      .slice(5)
      .reduce((a, b) => a.map((v, j) => v + b[j]!))
      .map((v) => v / 5),
  );
  for (const average of [ema(0.5), swa({ start: 3, every: 2 }), lookahead({ steps: 3 }), [lookahead(), ema()]]) {
    const whole = fit({ ...common, epochs: 4, average });
    const half = fit({ ...common, epochs: 2, average });
    half.model.fitSync(x, y, { ...common, epochs: 2, average, continue: true });
    assert.equal([...half.model.parameters.weight, ...half.model.parameters.bias], whole.values);
  }
  // Parameters that were written in between are taken.
  const { model } = fit({ ...common, epochs: 1, average: ema(0.5) });
  model.parameters.weight.fill(0);
  model.parameters.bias.fill(0);
  model.fitSync(x, y, { ...common, maxSteps: 1, average: ema(0.5), continue: true });
  near(
    [...model.parameters.weight, ...model.parameters.bias],
    points[0]!.map((v) => v / 2),
  );
});

test('early stopping restores the best average', () => {
  const options = {
    optimizer: sgd(0.3),
    batchSize: 2,
    epochs: 30,
    validation: 0.3,
    average: ema(0.9),
    seed: 3,
  } as const;
  const { model, result } = fit({ ...options, earlyStopping: earlyStopping({ patience: 3, restoreBest: true }) });
  const best = Math.min(...result.history.map(({ validation }) => validation!.loss));
  const again = fit({ ...options, epochs: result.bestEpoch! });
  assert.ok(Math.abs(again.result.history.at(-1)!.validation!.loss - best) < 1e-15);
  assert.equal([...model.parameters.weight], [...again.model.parameters.weight]);
});

test('SAM: the step is taken with the gradient at θ + ρg/‖g‖, the loss is that of θ', () => {
  const options = {
    batchSize: 'full',
    maxSteps: 2,
    epochs: 2,
    tolerance: null,
    optimizer: gradientDescent(0.1),
    sam: sam(0.3),
  } as const;
  let θ = [0, 0, 0, 0];
  for (let t = 0; t < 2; t++) {
    const g = slope(θ);
    const up = slope(θ.map((v, j) => v + (0.3 * g[j]!) / (Math.hypot(...g) + 1e-12)));
    θ = θ.map((v, j) => v - 0.1 * up[j]!);
  }
  const { values, result } = fit(options);
  near(values, θ);
  near([result.history[0]!.loss], [y.reduce((sum, v) => sum + v * v, 0) / y.length]);
  // Shuffled mini-batches: both gradients are of the same rows, so ρ → 0 gives the bits of plain SGD, nearly.
  const batches = { optimizer: sgd(0.1), batchSize: 8, epochs: 3 };
  near(fit({ ...batches, sam: sam(1e-9) }).values, fit(batches).values, 1e-7);
});

test('rollback: to the begin of the epoch with half the rate, at most three times', () => {
  const large = x.map((row) => row.map((v) => v * 100));
  const run = (learningRate: number, seen: number[] = []) => {
    const model = linearRegression({ standardize: false, dtype: 'f32' });
    const result = model.fitSync(large, y, {
      optimizer: gradientDescent(learningRate),
      batchSize: 1,
      shuffle: false,
      epochs: 40,
      nonFinite: 'rollback',
      onStep: ({ rate }) => {
        if (seen.at(-1) !== rate) seen.push(rate);
      },
    });
    return { model, result };
  };
  const seen: number[] = [];
  const { model, result } = run(2e-4, seen);
  assert.ok(result.rollbacks >= 1 && result.rollbacks <= 3, String(result.rollbacks));
  assert.equal(
    seen.map((rate) => Math.round(Math.log2(seen[0]! / rate))),
    seen.map((_, i) => i),
  );
  assert.is(result.epochs, 40);
  for (const value of model.parameters.weight) assert.ok(Number.isFinite(value));
  const { blocks } = defaultEngine().arena;
  assert.throws(
    () => run(10),
    (error: unknown) => error instanceof NonFiniteError,
  );
  assert.is(defaultEngine().arena.blocks, blocks);
});

test('what a line search cannot have around it is refused', () => {
  const refused: [FitOptions<number[]>, string][] = [
    [{ clip: clipByValue(1) }, 'clip'],
    [{ average: ema() }, 'average'],
    [{ sam: sam() }, 'sam'],
    [{ groups: { parameters: 'bias' } }, 'groups'],
  ];
  for (const [options, name] of refused) {
    assert.throws(
      () => fit(options),
      (error: unknown) =>
        error instanceof ArgumentError && error.message.startsWith(`${name}: gradientDescentLineSearch has no rate`),
    );
  }
  assert.throws(() => fit({ nonFinite: 'rollback' }), /never takes a step that is not finite/);
  assert.throws(() => fit({ optimizer: sgd(), groups: { parameters: 'wait' } }), /groups\[0\]: unknown parameter wait/);
  assert.throws(
    () => fit({ optimizer: sgd(), groups: { parameters: 'bias', regularizer: 5 as never } }),
    /groups\[0\]: regularizer must be a regularizer such as l1/,
  );
});

test.run();
