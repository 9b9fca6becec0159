/** Prodigy: traces, the rule as published, how d grows, steps that do not count, one d for all, extremes, padding. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ProdigyOptions, prodigy } from '#src/optimizers.js';
import { closeSteps, closeTo, sameBits } from '../helpers/close.ts';
import { type OptimizerCase, optimizerCases } from '../helpers/golden-optimizers.ts';
import { floats } from '../helpers/kernel.ts';
import { dtypes, reals } from '../helpers/numbers.ts';
import { runOptimizer } from '../helpers/optimizer.ts';
import { prodigyRule } from '../helpers/rules.ts';
import { runUpdate } from '../helpers/update.ts';

const optionsOf = ({ args }: OptimizerCase): ProdigyOptions => ({
  ...(args.d0 !== undefined && { d0: args.d0 as number }),
  ...(args.weight_decay !== undefined && { weightDecay: args.weight_decay as number }),
  ...(args.use_bias_correction !== undefined && { useBiasCorrection: args.use_bias_correction as boolean }),
});

const menu: readonly ProdigyOptions[] = [
  { d0: 1e-3 },
  { d0: 1e-3, beta1: 0.5, beta2: 0.99, beta3: 0.999, weightDecay: 0.02 },
  { d0: 1e-3, epsilon: 0.05, beta3: 0.99, useBiasCorrection: true },
  { d0: 1e-2, beta3: 0.5, dCoefficient: 2, growthRate: 1.5 },
  { d0: 1e-2, safeguardWarmup: true, beta1: 0, useBiasCorrection: true, weightDecay: 0.1 },
];

const scaled = (steps: readonly (readonly number[])[], by: number): number[][] =>
  steps.map((values) => values.map((value) => value / by));

for (const dtype of dtypes) {
  const tolerance = dtype === 'f64' ? 1e-11 : 1e-5;

  const golden = optimizerCases.filter(({ optimizer }) => optimizer === 'Prodigy');
  assert.is(golden.length, 2);
  for (const trace of golden) {
    test(`golden ${dtype}: Prodigy ${JSON.stringify(trace.args)}`, () => {
      const { start, gradients } = trace;
      const spec = prodigy(optionsOf(trace));
      const { steps } = runOptimizer({ dtype, spec, shape: trace.shape, start, gradients });
      closeSteps(steps, trace.expected, tolerance);
    });
  }

  for (const options of menu) {
    test(`${dtype} ${JSON.stringify(options)}: the rule as published, with d and effective steps, at every length`, () => {
      const spec = prodigy(options);
      let grew = false;
      for (const length of [1, 2, 3, 4, 5, 8, 9, 31, 67]) {
        const next = reals(dtype, length);
        const target = Array.from({ length }, next);
        const start = Array.from({ length }, next);
        const rate = (t: number): number => [1, 0.5, 0.75][t % 3]!;
        // Gradients of Σ|θ − target|² at the points of the rule, so that d grows and stops.
        const gradients: number[][] = [];
        let expected = prodigyRule(spec, start, gradients, rate);
        for (let t = 0; t < 40; t++) {
          const at = expected.theta.at(-1) ?? start;
          gradients.push([
            ...floats(
              dtype,
              at.map((value, i) => value - target[i]!),
            ),
          ]);
          expected = prodigyRule(spec, start, gradients, rate);
        }
        const found = runUpdate({ dtype, spec, start, gradients, rate, steps: true });
        // In f32 the first θ₀ − θ are a few units in the last place of θ.
        closeSteps(found.steps, expected.theta, dtype === 'f64' ? 1e-11 : 1e-4, `length ${length}`);
        closeTo([found.memory[1]! / expected.d.at(-1)!], [1], dtype === 'f64' ? 1e-11 : 1e-4, 'd');
        expected.h.forEach((h, t) => {
          const largest = Math.max(...h);
          closeSteps(scaled([found.effective[t]!], largest), scaled([h], largest), dtype === 'f64' ? 1e-11 : 1e-4, 'h');
        });
        grew ||= expected.d.at(-1)! > spec.d0;
        for (const value of found.padding) assert.ok(Object.is(value, 0));
      }
      assert.ok(grew);
    });
  }

  test(`${dtype}: until a gradient is not 0 nothing moves, and such steps do not count`, () => {
    // With bias correction the factor of step k would show a step that was counted.
    const spec = prodigy({ d0: 0.125, useBiasCorrection: true, weightDecay: 0.5 });
    const start = [1, -2, 3];
    const late = [
      [1, 2, -1],
      [2, 1, 1],
    ];
    const zero = [0, 0, 0];
    const { steps, effective, memory } = runUpdate({
      dtype,
      spec,
      start,
      gradients: [zero, zero, ...late],
      steps: true,
    });
    assert.equal(steps.slice(0, 2), [start, start]);
    assert.equal(effective.slice(0, 2), [zero, zero]);
    closeSteps(steps.slice(2), prodigyRule(spec, start, late, () => 1).theta, tolerance);
    assert.is(memory[4], 2);
    // The same with a rate of 0, where s does not move.
    const waits = runUpdate({ dtype, spec, start, gradients: [late[0]!, zero], rate: (t) => t });
    assert.equal(waits.steps[0], start);
  });

  test(`${dtype}: d never shrinks, jumps from d₀ at once and then grows by the growth rate at most`, () => {
    const length = 6;
    const next = reals(dtype, 2);
    const start = Array.from({ length }, () => 1 + next() / 4);
    const history = (growthRate: number | null): number[] =>
      Array.from({ length: 20 }, (_, n) => {
        // A constant gradient, so that θ₀ − θ lies along it.
        const gradients = Array.from({ length: n + 1 }, () => start);
        return runUpdate({ dtype, spec: prodigy({ d0: 1e-4, growthRate }), start, gradients }).memory[1]!;
      });
    const free = history(null);
    assert.is(free[0], 1e-4);
    assert.ok(free.at(-1)! > 10 * free[0]!);
    for (const [t, d] of free.slice(1).entries()) assert.ok(d >= free[t]!);
    assert.ok(free.slice(1).some((d, t) => d > 1.05 * free[t]!));
    const slow = history(1.05);
    assert.ok(slow.some((d, t) => d > 1.05 * slow[t - 1]! && slow[t - 1] === 1e-4));
    for (const [t, d] of slow.slice(1).entries()) assert.ok(d <= 1.05 * slow[t]! * (1 + 1e-15) || slow[t] === 1e-4);
    assert.ok(slow.at(-1)! < free.at(-1)!);
  });

  test(`${dtype}: one d, whatever number of stretches; nothing but the sums depends on the cuts`, () => {
    const next = reals(dtype, 4);
    // Sums of sixteenths are exact in every order.
    const coarse = (): number[] => Array.from({ length: 41 }, () => Math.round(next() * 16) / 16);
    const spec = prodigy({ d0: 2 ** -10, beta1: 0.5, beta2: 0.25, beta3: 0.5 });
    const given = { dtype, spec, start: coarse(), gradients: [coarse(), coarse()] };
    const whole = runUpdate({ ...given, steps: true });
    for (const cuts of [[1], [5], [1, 2, 3, 7]]) {
      const cut = runUpdate({ ...given, cuts, steps: true });
      closeSteps(cut.steps, whole.steps, dtype === 'f64' ? 1e-15 : 1e-7);
      closeTo([cut.memory[1]! / whole.memory[1]!], [1], 1e-14);
      sameBits(cut.steps[0]!, whole.steps[0]!);
      sameBits(runUpdate({ ...given, cuts }).steps.flat(), cut.steps.flat());
    }
  });

  test(`${dtype}: zero, subnormal and very large gradients stay finite`, () => {
    const tiny = dtype === 'f32' ? 1e-42 : 1e-310;
    const large = dtype === 'f32' ? 1e15 : 1e100;
    for (const set of [
      [tiny, 0, 0],
      [large, tiny, 0],
      [large, -large, 1],
    ]) {
      const gradients = Array.from({ length: 25 }, (_, t) => set.map((value) => (t % 3 === 1 ? -value : value)));
      const { steps, effective, memory } = runUpdate({
        dtype,
        spec: prodigy(),
        start: [1, 2, -3],
        gradients,
        steps: true,
      });
      for (const value of [...steps.flat(), ...effective.flat(), ...memory])
        assert.ok(Number.isFinite(value), `${set}`);
      if (set[2] === 0) for (const theta of steps) assert.is(theta[2], -3);
    }
  });
}

test.run();
