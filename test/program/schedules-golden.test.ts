/** Rates of PyTorch's schedulers and of closed forms in Python, 41 steps each, in random order of steps. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Plateau } from '#src/plateau.js';
import { rateAt, rates, scheduleBytes, writePlateau, writeSchedule } from '#src/program/schedule.js';
import * as made from '#src/schedules.js';
import {
  constant,
  cosine,
  cosineRestarts,
  cyclic,
  exponentialDecay,
  inverseSqrtDecay,
  inverseTimeDecay,
  linear,
  multiStep,
  oneCycle,
  polynomial,
  product,
  reduceOnPlateau,
  type ScheduleSpec,
  sequence,
  squareDecay,
  stepDecay,
} from '#src/schedules.js';
import { shuffled } from '../helpers/points.ts';
import { sandbox } from '../helpers/sandbox.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a case has depends on its name
type Args = Readonly<Record<string, any>>;

interface Trace {
  readonly name?: string;
  readonly kind?: string;
  readonly args: Args;
  readonly base_lr: number;
  readonly lr_at_step: readonly number[];
  readonly metrics?: readonly number[];
}

const golden = JSON.parse(readFileSync('test/golden/schedulers.json', 'utf8')) as {
  readonly cases: readonly Trace[];
  readonly own: readonly Trace[];
};

/** PyTorch's schedulers in our words, from their arguments and the base rate. */
const ours: Readonly<Record<string, (args: Args, initial: number) => ScheduleSpec>> = {
  StepLR: ({ step_size, gamma }, initial) => stepDecay({ initial, decaySteps: step_size, rate: gamma }),
  MultiStepLR: ({ milestones, gamma }, initial) => multiStep({ initial, milestones, rate: gamma }),
  ConstantLR: ({ factor, total_iters }, initial) => sequence([factor * initial, initial], [total_iters]),
  LinearLR: ({ start_factor, end_factor, total_iters }, initial) =>
    linear({ initial: start_factor * initial, end: end_factor * initial, decaySteps: total_iters }),
  ExponentialLR: ({ gamma }, initial) => exponentialDecay({ initial, rate: gamma }),
  PolynomialLR: ({ total_iters = 5, power }, initial) => polynomial({ initial, decaySteps: total_iters, power }),
  CosineAnnealingLR: ({ T_max, eta_min }, initial) =>
    cosine({ initial, decaySteps: T_max, end: eta_min, periodic: true }),
  CosineAnnealingWarmRestarts: ({ T_0, T_mult, eta_min }, initial) =>
    cosineRestarts({ initial, decaySteps: T_0, mult: T_mult, end: eta_min }),
  CyclicLR: ({ base_lr, max_lr, step_size_up, step_size_down, mode }) =>
    cyclic({ base: base_lr, max: max_lr, up: step_size_up, down: step_size_down, mode }),
  OneCycleLR: ({ max_lr, total_steps, anneal_strategy, three_phase }) =>
    oneCycle({ max: max_lr, totalSteps: total_steps, anneal: anneal_strategy, threePhase: three_phase }),
  'LambdaLR 1/(1+0.1 t)': (_, initial) => inverseTimeDecay({ initial, decay: 0.1 }),
  'LambdaLR 1/(1+0.1 t)^2': (_, initial) => squareDecay({ initial, decay: 0.1 }),
  'LambdaLR 1/sqrt(1+0.1 t)': (_, initial) => inverseSqrtDecay({ initial, decay: 0.1 }),
  'MultiplicativeLR 0.95': (_, initial) => exponentialDecay({ initial, rate: 0.95 }),
  SequentialLR: ({ schedulers, milestones }, initial) => {
    const [[, first], [, second]] = schedulers;
    const early = sequence([first.factor * initial, initial], [first.total_iters]);
    return sequence([early, exponentialDecay({ initial, rate: second.gamma })], milestones);
  },
  ChainedScheduler: ({ schedulers }, initial) => {
    const [[, first], [, second]] = schedulers;
    const early = sequence([constant(first.factor), 1], [first.total_iters]);
    return product([early, exponentialDecay({ initial, rate: second.gamma })]);
  },
};

for (const trace of [...golden.cases, ...golden.own]) {
  const { name, kind, args, lr_at_step: expected } = trace;
  if (trace.metrics) continue;
  test(`${name ?? kind} ${JSON.stringify(args)}`, () => {
    const make = (made as unknown as Record<string, (args: Args) => ScheduleSpec>)[kind ?? ''];
    const spec = make?.(args) ?? ours[name!]!(args, trace.base_lr);
    assert.is(expected.length, 41);
    const all = rates(spec, 41);
    const base = Math.max(trace.base_lr ?? 0, ...expected);
    for (const step of shuffled(41, 1)) {
      const found = rateAt(spec, step);
      assert.is(found, all[step]);
      // A periodic cosine of PyTorch is a recurrence, whose rounding adds up.
      const tolerance = name === 'CosineAnnealingLR' && step > args.T_max ? 1e-13 : 1e-14;
      assert.ok(Math.abs(found - expected[step]!) <= tolerance * base, `step ${step}: ${found} for ${expected[step]}`);
    }
  });
}

const plateaus = golden.cases.filter(({ metrics }) => metrics);

for (const { args, base_lr, metrics, lr_at_step: expected } of plateaus) {
  test(`ReduceLROnPlateau ${JSON.stringify(args)}: exactly, also from a state saved after any evaluation`, () => {
    const { threshold_mode, min_lr, ...same } = args;
    const spec = reduceOnPlateau({ schedule: base_lr, thresholdMode: threshold_mode, minRate: min_lr, ...same });
    sandbox((box) => {
      const node = box.output(new Uint8Array(scheduleBytes(spec)));
      const out = box.output(new Float64Array(1));
      writeSchedule(box.engine, node, spec, 1);
      let plateau = new Plateau(spec);
      for (const [k, rate] of expected.entries()) {
        box.call('rates', '', [node, out, k, 1]);
        const found = box.f64(out);
        assert.is(found, rate, `step ${k}`);
        if (k === metrics!.length) break;
        const factor = plateau.update(metrics![k]!, found);
        assert.is(factor !== undefined, expected[k + 1] !== rate, `evaluation ${k}`);
        if (factor !== undefined) writePlateau(box.engine, node, factor);
        const state = JSON.parse(JSON.stringify(plateau.state()));
        plateau = new Plateau(spec);
        plateau.restore(state);
      }
    });
  });
}

test('every scheduler is there: 22 of PyTorch, 13 of our own', () => {
  assert.equal([golden.cases.length, plateaus.length, golden.own.length], [22, 3, 13]);
});

test.run();
