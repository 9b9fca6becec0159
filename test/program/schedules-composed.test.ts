/** What must hold of any schedule, however it is put together; what must be finite; where the state of a plateau lies. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Plateau } from '#src/plateau.js';
import { rateAt, rates, scheduleBytes, writePlateau, writeSchedule } from '#src/program/schedule.js';
import { progress } from '#src/program/tape.js';
import * as made from '#src/schedules.js';
import {
  findPlateau,
  inverseTimeDecay,
  linear,
  multiStep,
  perEpoch,
  product,
  reduceOnPlateau,
  type ScheduleSpec,
  type StepRate,
  scale,
  sequence,
  stepDecay,
  warmup,
} from '#src/schedules.js';
import { sandbox } from '../helpers/sandbox.ts';

type Make = (options: never) => StepRate;

const steps = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.double({ min: 1, max: 50, noNaN: true }));
const some = fc.double({ min: 0, max: 1, noNaN: true });
const rate = fc.double({ min: 1e-3, max: 1, noNaN: true });
const several = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 4 });
const sorted = several.map((list) => list.sort((a, b) => a - b));

const leaf = (kind: string, options: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<StepRate> =>
  fc.record(options).map((one) => (made as unknown as Record<string, Make>)[kind]!(one as never));

const leaves = fc.oneof(
  some,
  leaf('squareDecay', { initial: some, decay: some }),
  leaf('exponentialDecay', { initial: some, rate, decaySteps: steps, staircase: fc.boolean() }),
  leaf('inverseTimeDecay', { initial: some, decay: some, decaySteps: steps, staircase: fc.boolean() }),
  leaf('stepDecay', { initial: some, decaySteps: steps, rate }),
  leaf('multiStep', { initial: some, milestones: sorted, rate }),
  leaf('polynomial', { initial: some, end: some, decaySteps: steps, power: rate }),
  leaf('linear', { initial: some, end: some, decaySteps: steps }),
  leaf('cosine', { initial: some, end: some, decaySteps: steps, periodic: fc.boolean() }),
  leaf('cosineRestarts', { initial: some, end: some, decaySteps: steps, mult: fc.integer({ min: 1, max: 3 }) }),
  leaf('oneCycle', { max: some, totalSteps: steps, pct: fc.double({ min: 0, max: 0.99, noNaN: true }) }),
  leaf('cyclic', { base: fc.constant(0), max: some, up: steps, down: fc.oneof(steps, fc.constant(null)) }),
  leaf('noam', { modelSize: steps, warmupSteps: steps }),
  leaf('inverseSqrt', { peak: some, warmupSteps: steps }),
  leaf('warmupStableDecay', { peak: some, warmupSteps: steps, stableSteps: steps, decaySteps: steps, end: some }),
);

const { any } = fc.letrec<{ any: StepRate; list: StepRate[] }>((tie) => ({
  list: fc.array(tie('any'), { minLength: 2, maxLength: 4 }),
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaves,
    tie('list').map(product),
    tie('list').chain((list) =>
      fc
        .array(fc.integer({ min: 0, max: 40 }), { minLength: list.length - 1, maxLength: list.length - 1 })
        .map((milestones) =>
          sequence(
            list,
            milestones.sort((a, b) => a - b),
          ),
        ),
    ),
    fc.tuple(tie('any'), some).map(([schedule, factor]) => scale(schedule, factor)),
    fc
      .tuple(tie('any'), fc.integer({ min: 0, max: 9 }))
      .map(([schedule, warmupSteps]) => warmup({ warmupSteps, schedule })),
  ),
}));

/** The rate of a composed schedule from those of its parts, one after the other. */
function composed(spec: StepRate, t: number): number {
  if (typeof spec === 'number') return spec;
  if (spec.kind === 'product') return spec.schedules.reduce<number>((all, part) => all * composed(part, t), 1);
  if (spec.kind === 'scale') return composed(spec.schedule, t) * spec.factor;
  if (spec.kind === 'sequence') {
    const i = spec.milestones.filter((milestone) => milestone <= t).length;
    return composed(spec.schedules[i]!, t - (i > 0 ? spec.milestones[i - 1]! : 0));
  }
  if (spec.kind === 'warmup') {
    const { warmupSteps, schedule } = spec;
    return t < warmupSteps ? (composed(schedule, 0) * t) / warmupSteps : composed(schedule, t - warmupSteps);
  }
  return rateAt(spec, t);
}

test('composed schedules are what their parts are, at every step; asking for many is asking for each', () => {
  fc.assert(
    fc.property(any, fc.integer({ min: 0, max: 200 }), (spec, t) => {
      const found = rateAt(spec, t);
      const expected = composed(spec, t);
      assert.ok(Math.abs(found - expected) <= 1e-14 * Math.max(expected, 1e-3), `${found} for ${expected}`);
      assert.is(rates(spec, t + 1)[t], found);
      assert.is(rateAt(JSON.parse(JSON.stringify(spec)) as ScheduleSpec, t), found);
    }),
    { numRuns: 400 },
  );
});

test('in a fit: per epoch within a plateau, at any step, with the factor of the plateau and of the run', () => {
  fc.assert(
    fc.property(any, fc.integer({ min: 0, max: 999 }), some, (schedule, step, factor) => {
      const spec = reduceOnPlateau({ schedule: perEpoch(schedule), minRate: 0.01 });
      const running = rateAt(schedule, Math.floor(step / 7));
      sandbox((box) => {
        const node = box.output(new Uint8Array(scheduleBytes(spec)));
        writeSchedule(box.engine, node, spec, 7);
        const at = box.struct(progress, { step, rateFactor: 0.5 });
        const settings = box.output(new Float64Array(1));
        box.call('rate', '', [at, node, settings, 0, 1]);
        assert.is(box.f64(at + progress.rate), running * 0.5);
        writePlateau(box.engine, node, factor);
        box.call('rate', '', [at, node, settings, 0, 1]);
        assert.is(box.f64(at + progress.rate), Math.max(running * factor, Math.min(running, 0.01)) * 0.5);
      });
    }),
  );
});

test('finite and not negative, whatever the numbers', () => {
  const huge = [0, 5e-324, 1e-300, 1, 1e300, Number.MAX_VALUE];
  const lengths = [1, 1.5, 1e300, Number.MAX_VALUE];
  const specs: StepRate[] = [];
  for (const a of huge) {
    for (const b of huge) {
      specs.push(product([a, b, a, b]), sequence([a, b], [1]), scale(a, b));
      specs.push(made.squareDecay({ initial: a, decay: b }), made.exponentialDecay({ initial: a, decay: b }));
      specs.push(made.inverseSqrtDecay({ initial: a, decay: b }), inverseTimeDecay({ initial: a, decay: b }));
      specs.push(warmup({ warmupSteps: b, schedule: a }), warmup({ warmupSteps: 2, schedule: a, warmupInitial: b }));
      if (b > 0) {
        specs.push(inverseTimeDecay({ initial: a, decay: a, decaySteps: b, staircase: true }));
        specs.push(made.exponentialDecay({ initial: a, rate: 1, decaySteps: b }));
        specs.push(made.oneCycle({ max: a, totalSteps: 5, div: b, finalDiv: b }));
      }
      for (const decaySteps of lengths) {
        specs.push(linear({ initial: a, end: b, decaySteps }), stepDecay({ initial: a, decaySteps }));
        specs.push(made.polynomial({ initial: a, end: b, decaySteps, power: 1e-300 }));
        specs.push(made.polynomial({ initial: a, end: b, decaySteps, power: 1e300 }));
        for (const periodic of [false, true]) specs.push(made.cosine({ initial: a, end: b, decaySteps, periodic }));
        for (const mult of [1, 2, 2 ** 53 - 1]) {
          specs.push(made.cosineRestarts({ initial: a, end: b, decaySteps, mult }));
        }
        specs.push(made.noam({ modelSize: decaySteps, warmupSteps: decaySteps, factor: a }));
        specs.push(made.inverseSqrt({ peak: a, warmupSteps: decaySteps }));
        specs.push(made.warmupStableDecay({ peak: a, warmupSteps: 0, stableSteps: 0, decaySteps, end: b }));
        if (a <= b) {
          for (const mode of ['triangular', 'triangular2', 'expRange'] as const) {
            specs.push(made.cyclic({ base: a, max: b, up: decaySteps, down: decaySteps, mode }));
          }
        }
        for (const pct of [0, 0.5]) {
          specs.push(made.oneCycle({ max: a, totalSteps: decaySteps, pct, threePhase: true }));
          specs.push(made.oneCycle({ max: a, totalSteps: decaySteps, pct, anneal: 'linear' }));
        }
      }
    }
  }
  for (const spec of specs) {
    for (const t of [0, 1, 2, 3, 7, 1e9, 2 ** 40, 2 ** 53 - 1]) {
      const found = rateAt(spec, t);
      assert.ok(found >= 0 && found < Infinity, `${JSON.stringify(spec)} at ${t}: ${found}`);
    }
  }
});

test('functions are asked as before, and stay out of others', () => {
  assert.equal([...rates((t) => t * 2, 3)], [0, 2, 4]);
  assert.throws(
    () => product([(() => 1) as never]),
    /schedules\[0\] must be a number ≥ 0 or a schedule, got the function/,
  );
});

test('steps beyond 2³² are told apart; what is no step is said', () => {
  const spec = linear({ initial: 0, end: 1, decaySteps: 2 ** 40 });
  assert.is(rateAt(spec, 2 ** 35 + 3), (2 ** 35 + 3) / 2 ** 40);
  assert.throws(() => rateAt(spec, 2 ** 53), /step must be an integer in \[0, 2⁵³\), got 9007199254740992/);
  assert.throws(() => rateAt(spec, 0.5), /step must be an integer in \[0, 2⁵³\), got 0.5/);
  assert.throws(() => rates(spec, 2 ** 32), /n must be an integer in \[0, 2³²\), got 4294967296/);
});

test('thousands of milestones and parts', () => {
  const milestones = Array.from({ length: 20_000 }, (_, i) => i);
  assert.is(rateAt(multiStep({ initial: 1, milestones, rate: 1 }), 19_999), 1);
  const parts = milestones.map((i) => i);
  const spec = sequence([...parts, 7], milestones);
  assert.is(rateAt(spec, 1234), 1235);
  assert.is(rateAt(product(parts.map(() => 1)), 3), 1);
});

test('findPlateau: the spec where there is one', () => {
  const spec = reduceOnPlateau(0.1);
  assert.is(findPlateau(spec), spec);
  for (const rate of [0.1, linear({ initial: 1, end: 0, decaySteps: 2 }), () => 1])
    assert.is(findPlateau(rate), undefined);
});

/** Factors after each value; undefined where it stays. */
function factors(options: object, values: readonly number[], mode?: 'min' | 'max'): (number | undefined)[] {
  const plateau = new Plateau(reduceOnPlateau({ schedule: 1, patience: 1, factor: 0.5, ...options }), mode);
  return values.map((value) => plateau.update(value, plateau.state().factor));
}

const no = undefined;

test('plateau: one evaluation more than patience, and from there on again', () => {
  assert.equal(factors({}, [1, 1, 1, 1, 1, 1]), [no, no, 0.5, no, 0.25, no]);
  assert.equal(factors({ patience: 0 }, [1, 1, 0.5, 1]), [no, 0.5, no, 0.25]);
});

test('plateau: the threshold, as a share and as a difference, down and up', () => {
  const down = { threshold: 0.1, patience: 0 };
  assert.equal(factors(down, [2, 1.81, 1.79]), [no, 0.5, no]);
  assert.equal(factors({ ...down, thresholdMode: 'abs' }, [2, 1.91, 1.89]), [no, 0.5, no]);
  assert.equal(factors({ ...down, mode: 'max' }, [2, 2.19, 2.21]), [no, 0.5, no]);
  assert.equal(factors({ ...down, thresholdMode: 'abs' }, [2, 2.09, 2.11], 'max'), [no, 0.5, no]);
  // The spec has the last word.
  assert.equal(factors({ ...down, mode: 'min' }, [2, 1], 'max'), [no, no]);
});

test('plateau: values that are not finite are never better, and never the best', () => {
  assert.equal(factors({}, [Number.NaN, Number.NaN, 5, 6, 4]), [no, 0.5, no, no, no]);
  assert.equal(factors({ thresholdMode: 'abs' }, [-Infinity, -1, -2, -2, -2]), [no, no, no, no, 0.5]);
});

test('plateau: evaluations of the cooldown do not count, but a better one among them does', () => {
  assert.equal(factors({ cooldown: 2 }, [1, 1, 1, 1, 1, 1, 1]), [no, no, 0.5, no, no, no, 0.25]);
  const plateau = new Plateau(reduceOnPlateau({ schedule: 1, patience: 0, cooldown: 2 }));
  for (const value of [1, 1, 0.5]) plateau.update(value, 1);
  assert.equal(plateau.state(), { best: 0.5, bad: 0, cooldown: 1, factor: 0.1 });
});

test('plateau: to minRate and not below; by no less than epsilon', () => {
  const plateau = new Plateau(reduceOnPlateau({ schedule: 1, patience: 0, factor: 0.5, minRate: 0.4 }));
  assert.equal(
    [1, 1, 0.5, 0.4].map((rate) => plateau.update(1, rate)),
    [no, 0.5, 0.25, no],
  );
  // A running rate below minRate is left alone.
  assert.is(plateau.update(1, 0.3), no);
  assert.equal(factors({ epsilon: 0.5, patience: 0 }, [1, 1]), [no, no]);
  assert.equal(factors({ epsilon: 0.499, patience: 0 }, [1, 1]), [no, 0.5]);
});

test('plateau: what is no number is said', () => {
  const plateau = new Plateau(reduceOnPlateau({ schedule: 1, monitor: 'metrics.f1' }));
  assert.throws(() => plateau.update(null as never, 1), /reduceOnPlateau: metrics.f1 must be a number, got object/);
});

test.run();
