/** LAMB: traces, the rule as published, norms of zero, very large and very small gradients, layouts, padding. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type LambOptions, lamb } from '#src/optimizers.js';
import { closeSteps, sameBits } from '../helpers/close.ts';
import { optimizerCases } from '../helpers/golden-optimizers.ts';
import { dtypes, reals } from '../helpers/numbers.ts';
import { runOptimizer } from '../helpers/optimizer.ts';
import { lambRule } from '../helpers/rules.ts';
import { runUpdate } from '../helpers/update.ts';

const menu: readonly LambOptions[] = [
  {},
  { beta1: 0.5, beta2: 0.9, weightDecay: 0.3 },
  { epsilon: 0.1, weightDecay: 0.01, maximize: true },
  { beta1: 0, beta2: 0 },
];

for (const dtype of dtypes) {
  const tolerance = dtype === 'f64' ? 1e-12 : 1e-5;

  const golden = optimizerCases.filter(({ optimizer }) => optimizer === 'LAMB');
  assert.is(golden.length, 2);
  for (const { args, start, gradients, expected } of golden) {
    test(`golden ${dtype}: LAMB ${JSON.stringify(args)}`, () => {
      const [beta1, beta2] = (args.betas as [number, number] | undefined) ?? [0.9, 0.999];
      const weightDecay = (args.weight_decay as number | undefined) ?? 0;
      const spec = lamb({ learningRate: args.lr as number, beta1, beta2, weightDecay });
      closeSteps(runOptimizer({ dtype, spec, shape: [start.length], start, gradients }).steps, expected, tolerance);
    });
  }

  for (const options of menu) {
    test(`${dtype} ${JSON.stringify(options)}: the rule as published, at every length`, () => {
      const spec = lamb({ learningRate: 1, ...options });
      for (const length of [1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 64, 67]) {
        const next = reals(dtype, length);
        const draw = (): number[] => Array.from({ length }, next);
        const start = draw();
        const gradients = Array.from({ length: 6 }, draw);
        const rate = (t: number): number => [0.03, 0, 0.1][t % 3]!;
        const { steps, padding } = runUpdate({ dtype, spec, start, gradients, rate });
        closeSteps(steps, lambRule(spec, start, gradients, rate), tolerance, `length ${length}`);
        for (const value of padding) assert.ok(Object.is(value, 0));
      }
    });
  }

  test(`${dtype}: where a norm is 0 the ratio is 1`, () => {
    // From zero u = m̂/(√v̂ + ε) is ±1 at the first step, so θ is −η·±1; with a ratio of 0 nothing would ever move.
    const spec = lamb({ learningRate: 0.5, epsilon: 1e-30 });
    const [first] = runUpdate({ dtype, spec, start: [0, 0, 0], gradients: [[2, -4, 8]] }).steps;
    closeSteps([first!], [[-0.5, 0.5, -0.5]], dtype === 'f64' ? 1e-15 : 1e-7);
    // Gradients of zero, and no decay: ‖u‖ = 0.
    const still = runUpdate({ dtype, spec, start: [1, -2], gradients: [[0, 0]] }).steps;
    assert.equal(still, [[1, -2]]);
    assert.equal(runUpdate({ dtype, spec, start: [0, 0], gradients: [[0, 0]] }).steps, [[0, 0]]);
  });

  test(`${dtype}: the length of a first step is η‖θ‖, whatever the gradient`, () => {
    const spec = lamb({ learningRate: 0.25, epsilon: 1e-30 });
    const sizes = dtype === 'f32' ? [1e-15, 1, 1e15] : [1e-100, 1, 1e100];
    for (const size of sizes) {
      const [theta] = runUpdate({ dtype, spec, start: [3, 4], gradients: [[size, 2 * size]] }).steps;
      const moved = Math.hypot(theta![0]! - 3, theta![1]! - 4);
      assert.ok(Math.abs(moved - 0.25 * 5) <= (dtype === 'f64' ? 1e-13 : 1e-5), `${size}: ${moved}`);
    }
  });

  test(`${dtype}: decay is part of the direction whose norm is taken`, () => {
    // Gradients of zero: u = λθ, so the step is ηθ whatever λ is.
    const spec = lamb({ learningRate: 0.125, weightDecay: 0.5 });
    const [theta] = runUpdate({ dtype, spec, start: [3, 4], gradients: [[0, 0]] }).steps;
    closeSteps([theta!], [[3 * 0.875, 4 * 0.875]], dtype === 'f64' ? 1e-15 : 1e-6);
  });

  test(`${dtype}: subnormal gradients stay finite`, () => {
    const tiny = dtype === 'f32' ? 1e-42 : 1e-310;
    const gradients = Array.from({ length: 10 }, (_, t) => [tiny, -tiny, t % 2 ? tiny : 0]);
    for (const theta of runUpdate({ dtype, spec: lamb(0.1), start: [1, 2, 0], gradients }).steps) {
      for (const value of theta) assert.ok(Number.isFinite(value));
    }
  });

  test(`${dtype}: a matrix is one tensor; wider rows and the transpose change rounding at most, padding stays 0`, () => {
    const next = reals(dtype, 5);
    const draw = (): number[] => Array.from({ length: 15 }, next);
    const given = { dtype, spec: lamb({ learningRate: 0.1, weightDecay: 0.1 }), start: draw(), shape: [5, 3] };
    const gradients = Array.from({ length: 25 }, draw);
    const flat = runUpdate({ ...given, shape: [15], gradients }).steps;
    for (const layout of [{}, { wider: 2 }, { wider: 'dense' as const }, { transposed: true }]) {
      const { steps, padding } = runUpdate({ ...given, ...layout, gradients });
      closeSteps(steps, flat, dtype === 'f64' ? 1e-13 : 1e-5);
      assert.ok(padding.length > 0);
      for (const value of padding) assert.ok(Object.is(value, 0));
    }
    sameBits(
      runUpdate({ ...given, gradients }).steps.flat(),
      runUpdate({ ...given, gradients, scratch: 7 }).steps.flat(),
    );
  });
}

test.run();
