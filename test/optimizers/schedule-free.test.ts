/** Schedule-free SGD and AdamW: traces, the rules as published, weights of the average, extremes, cuts, padding. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ScheduleFreeAdamWOptions,
  type ScheduleFreeAdamWSpec,
  type ScheduleFreeSgdOptions,
  type ScheduleFreeSgdSpec,
  scheduleFreeAdamW,
  scheduleFreeSgd,
} from '#src/optimizers.js';
import { constant, squareDecay } from '#src/schedules.js';
import { closeSteps, closeTo, sameBits } from '../helpers/close.ts';
import { type OptimizerCase, optimizerCases } from '../helpers/golden-optimizers.ts';
import { dtypes, reals } from '../helpers/numbers.ts';
import { runOptimizer } from '../helpers/optimizer.ts';
import { scheduleFreeRule } from '../helpers/rules.ts';
import { runUpdate } from '../helpers/update.ts';
import { throws } from '../throws.ts';

type Spec = ScheduleFreeSgdSpec | ScheduleFreeAdamWSpec;

function specOf({ optimizer, args }: OptimizerCase): Spec {
  const common = {
    ...(args.lr !== undefined && { learningRate: args.lr as number }),
    ...(args.weight_decay !== undefined && { weightDecay: args.weight_decay as number }),
    ...(args.warmup_steps !== undefined && { warmupSteps: args.warmup_steps as number }),
  };
  if (optimizer === 'ScheduleFreeSGD') {
    return scheduleFreeSgd({ ...common, ...(args.momentum !== undefined && { momentum: args.momentum as number }) });
  }
  const betas = args.betas as [number, number] | undefined;
  return scheduleFreeAdamW({ ...common, ...(betas && { beta1: betas[0], beta2: betas[1] }) });
}

const sgds: readonly ScheduleFreeSgdOptions[] = [
  {},
  { momentum: 0, weightDecay: 0.3 },
  { momentum: 1, r: 1 },
  { learningRate: 0.05, warmupSteps: 4, r: 0.5, weightPower: 1 },
  { learningRate: 0.5, warmupSteps: 40, weightPower: 0, weightDecay: 0.1 },
];

const adams: readonly ScheduleFreeAdamWOptions[] = [
  {},
  { learningRate: 0.1, beta1: 0.5, beta2: 0.9, weightDecay: 0.2, epsilon: 0.1 },
  { learningRate: 0.1, beta2: 0, r: 2, weightPower: 3, warmupSteps: 3 },
];

const specs: readonly Spec[] = [...sgds.map(scheduleFreeSgd), ...adams.map(scheduleFreeAdamW)];

for (const dtype of dtypes) {
  const tolerance = dtype === 'f64' ? 1e-11 : 1e-5;

  const golden = optimizerCases.filter(({ optimizer }) => optimizer.startsWith('ScheduleFree'));
  assert.is(golden.length, 4);
  for (const trace of golden) {
    test(`golden ${dtype}: ${trace.optimizer} ${JSON.stringify(trace.args)}: y, and x at the end`, () => {
      const found = runOptimizer({ dtype, spec: specOf(trace), ...trace });
      closeSteps(found.steps, trace.expected, tolerance);
      closeTo(found.evaluated, trace.evaluated!, tolerance, 'x');
    });
  }

  for (const spec of specs) {
    const { kind, ...options } = spec;
    test(`${dtype} ${kind} ${JSON.stringify(options)}: the rule as published, at every length`, () => {
      for (const length of [1, 2, 3, 4, 5, 8, 9, 31, 67]) {
        const next = reals(dtype, length);
        const draw = (): number[] => Array.from({ length }, next);
        const start = draw();
        const gradients = Array.from({ length: 8 }, draw);
        const expected = scheduleFreeRule(spec, start, gradients);
        const found = runUpdate({ dtype, spec, start, gradients });
        closeSteps(found.steps, expected.y, tolerance, `length ${length}`);
        closeTo(found.evaluated, expected.x.at(-1)!, tolerance, 'x');
      }
    });
  }

  test(`${dtype}: by hand: c is 1 at the first step, then 1/t; x is the mean of z, y lies between`, () => {
    // z: 1 − 1, 0 − 1, −1 − 1 = 0, −1, −2; x: 0, −½, −1; y = ½x + ½z.
    const given = { dtype, spec: scheduleFreeSgd({ momentum: 0.5 }), start: [1] };
    const { steps, evaluated } = runUpdate({ ...given, gradients: [[1], [1], [1]] });
    closeSteps(steps, [[0], [-0.75], [-1.5]], dtype === 'f64' ? 1e-15 : 1e-6);
    closeTo(evaluated, [-1], dtype === 'f64' ? 1e-15 : 1e-6);
  });

  test(`${dtype}: by hand: in a warm-up η is t/steps of the rate and weighs by its square`, () => {
    // η: ½, 1, 1. z: −½, −1½, −2½. w: ¼, 1, 1. x: −½, −1.3, −(¼·½ + 1½ + 2½)/2¼.
    const given = { dtype, spec: scheduleFreeSgd({ momentum: 1, warmupSteps: 2 }), start: [0] };
    const { steps, memory } = runUpdate({ ...given, gradients: [[1], [1], [1]] });
    closeSteps(steps, [[-0.5], [-1.3], [-(0.125 + 1.5 + 2.5) / 2.25]], dtype === 'f64' ? 1e-15 : 1e-6);
    closeTo(memory.slice(1, 3), [1, 2.25], 1e-15);
  });

  test(`${dtype}: the largest η so far is what weighs, when a rate falls`, () => {
    // Settable in the middle of a run: η 1, ½, ¼; w stays 1, so x is the mean of z = −1, −1½, −1¾.
    const given = { dtype, spec: scheduleFreeSgd({ momentum: 1 }), start: [0], rate: (t: number) => 2 ** -t };
    const { steps } = runUpdate({ ...given, gradients: [[1], [1], [1]] });
    closeSteps(steps, [[-1], [-1.25], [-4.25 / 3]], dtype === 'f64' ? 1e-15 : 1e-6);
  });

  test(`${dtype}: a rate of 0 moves nothing and is no NaN; what comes later is not diluted`, () => {
    for (const make of [scheduleFreeSgd, scheduleFreeAdamW]) {
      const given = { dtype, spec: make(), start: [1, -2], rate: (t: number) => (t === 0 ? 0 : 1) };
      const { steps, evaluated } = runUpdate({ ...given, gradients: [[1, 1]] });
      closeSteps(steps, [[1, -2]], 1e-6);
      assert.equal(evaluated, [1, -2]);
    }
  });

  test(`${dtype}: decay is taken at y: coupled for SGD, beside the scaled gradient for AdamW`, () => {
    const zero = [[0], [0]];
    const sgd = runUpdate({ dtype, spec: scheduleFreeSgd({ weightDecay: 0.5 }), start: [8], gradients: zero });
    // z: 8 − 4 = 4; x = y = 4; z: 4 − 2 = 2; x = 3; y = 0.9·3 + 0.1·2.
    closeSteps(sgd.steps, [[4], [2.9]], dtype === 'f64' ? 1e-15 : 1e-6);
    const spec = scheduleFreeAdamW({ learningRate: 1, weightDecay: 0.5, epsilon: 1e-30, beta2: 0.5 });
    // v̂ = g²: z = 8 − ½·8 − 1.
    closeSteps(runUpdate({ dtype, spec, start: [8], gradients: [[4]] }).steps, [[3]], dtype === 'f64' ? 1e-15 : 1e-6);
  });

  test(`${dtype}: zero, subnormal and very large gradients stay finite`, () => {
    const tiny = dtype === 'f32' ? 1e-42 : 1e-310;
    const large = dtype === 'f32' ? 1e15 : 1e100;
    for (const make of [scheduleFreeSgd, scheduleFreeAdamW]) {
      const gradients = Array.from({ length: 10 }, (_, t) => [tiny, t % 2 ? large : -large, 0, 0]);
      const { steps, evaluated } = runUpdate({ dtype, spec: make(0.1), start: [1, 2, -3, 0], gradients });
      for (const value of [...steps.flat(), ...evaluated]) assert.ok(Number.isFinite(value));
      closeTo([steps.at(-1)![2]!, steps.at(-1)![3]!], [-3, 0], 1e-6);
    }
  });

  test(`${dtype}: the same bits however parameters are cut; padding is 0 after 25 steps`, () => {
    for (const spec of specs) {
      const next = reals(dtype, 9);
      const draw = (): number[] => Array.from({ length: 41 }, next);
      const given = { dtype, spec, start: draw(), gradients: Array.from({ length: 25 }, draw) };
      const whole = runUpdate(given);
      for (const cuts of [[1], [5], [1, 2, 3, 7]]) {
        const cut = runUpdate({ ...given, cuts });
        sameBits(cut.steps.flat(), whole.steps.flat());
        sameBits(cut.evaluated, whole.evaluated);
        assert.equal(cut.memory, whole.memory);
      }
      assert.ok(whole.padding.length > 0);
      for (const value of whole.padding) assert.ok(Object.is(value, 0));
      // Every element by itself.
      given.start.forEach((first, i) => {
        const alone = runUpdate({ ...given, start: [first], gradients: given.gradients.map((g) => [g[i]!]) });
        sameBits(
          alone.steps.map((theta) => theta[0]!),
          whole.steps.map((theta) => theta[i]!),
        );
      });
    }
  });
}

test('a schedule as rate is refused, a constant is not', () => {
  for (const [name, make] of Object.entries({ scheduleFreeSgd, scheduleFreeAdamW })) {
    assert.equal(make(constant(0.5)).learningRate, constant(0.5));
    const message = `${name}: learningRate must be a number or constant(…): the average takes the place of a schedule`;
    throws(() => make(squareDecay({ initial: 1, decay: 0.1 })), 'ERR_ARGUMENT', message);
    throws(() => make(() => 0.1), 'ERR_ARGUMENT', message);
  }
});

test.run();
