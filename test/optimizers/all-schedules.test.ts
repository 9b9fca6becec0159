/** Every optimizer with every schedule: the rate at step t is `rateAt(spec, t)`, also after restoring; functions. */
import {
  constant,
  constantThenLinear,
  cosine,
  cosineRestarts,
  createOptimizer,
  cyclic,
  exponentialDecay,
  inverseSqrt,
  inverseSqrtDecay,
  inverseTimeDecay,
  linear,
  multiStep,
  noam,
  oneCycle,
  parameters,
  perEpoch,
  polynomial,
  product,
  type Rate,
  rateAt,
  reduceOnPlateau,
  type ScheduleSpec,
  scale,
  sequence,
  squareDecay,
  stepDecay,
  warmup,
  warmupCosine,
  warmupStableDecay,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { schedules } from '#src/schedules/family.js';
import { type OptimizerRow, optimizerTable } from '../helpers/all-optimizers.ts';
import { dtypes } from '../helpers/numbers.ts';
import { stepThrough, trace } from '../helpers/stepping.ts';
import { throws } from '../throws.ts';

const all: readonly ScheduleSpec[] = [
  constant(0.02),
  exponentialDecay({ initial: 0.05, decay: 0.1 }),
  exponentialDecay({ initial: 0.05, rate: 0.5, decaySteps: 4, staircase: true }),
  squareDecay({ initial: 0.05, decay: 0.1 }),
  inverseTimeDecay({ initial: 0.05, decay: 0.2 }),
  inverseSqrtDecay({ initial: 0.05, decay: 0.5 }),
  stepDecay({ initial: 0.05, decaySteps: 5 }),
  multiStep({ initial: 0.05, milestones: [3, 3, 7] }),
  polynomial({ initial: 0.05, decaySteps: 9, power: 2 }),
  linear({ initial: 0.01, end: 0.05, decaySteps: 9 }),
  cosine({ initial: 0.05, decaySteps: 9 }),
  cosineRestarts({ initial: 0.05, decaySteps: 4, mult: 2 }),
  warmup({ warmupSteps: 3, schedule: 0.05 }),
  warmupCosine({ peak: 0.05, warmupSteps: 3, totalSteps: 9 }),
  oneCycle({ max: 0.05, totalSteps: 11 }),
  cyclic({ base: 0.01, max: 0.05, up: 3 }),
  noam({ modelSize: 64, warmupSteps: 5 }),
  inverseSqrt({ peak: 0.05, warmupSteps: 4 }),
  warmupStableDecay({ peak: 0.05, warmupSteps: 2, stableSteps: 3, decaySteps: 4 }),
  constantThenLinear({ initial: 0.05, constantSteps: 3, totalSteps: 9 }),
  sequence([constant(0.05), cosine({ initial: 0.03, decaySteps: 5 })], [4]),
  product([constant(0.05), exponentialDecay({ initial: 1, decay: 0.1 })]),
  scale(cosine({ initial: 0.5, decaySteps: 9 }), 0.1),
  perEpoch(stepDecay({ initial: 0.05, decaySteps: 2 })),
  reduceOnPlateau(cosine({ initial: 0.05, decaySteps: 9 })),
];

const steps = 13;
const shapes = { w: [2, 3] };

/** Schedules are refused, but for `constant`. */
const refuses = ({ of }: OptimizerRow): boolean => of(0.1).kind.startsWith('scheduleFree');

test('every kind of schedule is tried', () => {
  assert.equal([...new Set(all.map(({ kind }) => kind))].sort(), Object.keys(schedules.kinds).sort());
});

for (const row of optimizerTable) {
  test(`${row.name}: every schedule, by the step, from the start and after restoring`, () => {
    for (const schedule of all) {
      if (refuses(row) && schedule.kind !== 'constant') {
        assert.throws(() => row.of(schedule), /learningRate must be a number or constant/);
        continue;
      }
      const run = { ...trace('f64', shapes, steps, 3), spec: row.of(schedule) };
      const whole = stepThrough(run);
      // An epoch is a step unless told.
      const expected = Array.from({ length: steps }, (_, t) => rateAt(schedule, t));
      assert.equal(whole.rates, expected, schedule.kind);
      assert.equal(stepThrough({ ...run, cut: 6 }), whole, schedule.kind);
      for (const value of Object.values(whole.values).flat()) assert.ok(Number.isFinite(value), schedule.kind);
    }
  });

  test(`${row.name}: a rate is what counts: a function, a schedule and new numbers give the same bits`, () => {
    const rates = Array.from({ length: steps }, (_, t) => 0.25 / (1 + t));
    if (refuses(row)) {
      const message = `${row.of(1).kind}: learningRate must be a number or constant(…): the average takes the place of a schedule`;
      throws(() => row.of((t) => rates[t]!), 'ERR_ARGUMENT', message);
      return;
    }
    for (const dtype of dtypes) {
      const run = trace(dtype, shapes, steps, 4);
      const by = (rate: Rate) => stepThrough({ ...run, spec: row.of(rate) });
      const scheduled = by(inverseTimeDecay({ initial: 0.25, decay: 1 }));
      assert.equal(by((t) => rates[t]!).values, scheduled.values);
      const θ = parameters(shapes, { dtype });
      θ.values.w.set(run.start.w!);
      const optimizer = createOptimizer(θ, row.of(1));
      run.gradients.forEach(({ w }, t) => {
        optimizer.setLearningRate(rates[t]!);
        θ.gradients.w.set(w!);
        optimizer.step();
      });
      assert.equal([...θ.values.w], scheduled.values.w!);
      optimizer.release();
      // Another rate is another result, but for Rprop, which has it at the start only.
      const later = by((t) => (t < 3 ? rates[t]! : 0.01)).values;
      if (row.name === 'rprop') assert.equal(later, scheduled.values);
      else assert.not.equal(later, scheduled.values);
    }
  });
}

test.run();
