/** What schedules refuse, and what they say. */
import { test } from 'uvu';
import { sgd } from '#src/optimizers.js';
import { rateAt } from '#src/program/schedule.js';
import {
  constantThenLinear,
  cosine,
  cosineRestarts,
  cyclic,
  inverseSqrt,
  linear,
  multiStep,
  noam,
  oneCycle,
  perEpoch,
  polynomial,
  product,
  reduceOnPlateau,
  type ScaleSpec,
  type StepRate,
  scale,
  sequence,
  stepDecay,
  warmup,
  warmupCosine,
  warmupStableDecay,
} from '#src/schedules.js';
import { throws as throwsAs } from '../throws.js';

const throws = (call: () => unknown, message: string): void => throwsAs(call, 'ERR_ARGUMENT', message);

test('milestones: in order, one for each schedule but the first, at least one', () => {
  throws(
    () => multiStep({ initial: 1, milestones: [3, 10, 5] }),
    'multiStep: milestones must be in order, got 5 after 10',
  );
  throws(() => sequence([1, 2, 3], [7, 2]), 'sequence: milestones must be in order, got 2 after 7');
  throws(() => sequence([1, 2], [1, 2]), 'sequence: needs a milestone for each schedule but the first, got 2 and 2');
  throws(() => sequence([1], [1]), 'sequence: needs a milestone for each schedule but the first, got 1 and 1');
  throws(
    () => multiStep({ initial: 1, milestones: [] }),
    'multiStep: milestones must be a number ≥ 0 or a non-empty list, got an array of length 0',
  );
  throws(() => multiStep({ initial: 1, milestones: [1, -1] }), 'multiStep: milestones[1] must be a number ≥ 0, got -1');
});

test('numbers out of range', () => {
  throws(() => stepDecay({ initial: 1, decaySteps: 0 }), 'stepDecay: decaySteps must be a number ≥ 1, got 0');
  throws(() => stepDecay({ initial: 1, decaySteps: 3, rate: 0 }), 'stepDecay: rate must be a number in (0, 1], got 0');
  throws(() => polynomial({ initial: 1, decaySteps: 3, power: 0 }), 'polynomial: power must be a number > 0, got 0');
  throws(() => linear({ initial: 1, end: -1, decaySteps: 3 }), 'linear: end must be a number ≥ 0, got -1');
  throws(() => cosine({ initial: 1, decaySteps: Infinity }), 'cosine: decaySteps must be a number ≥ 1, got Infinity');
  throws(
    () => cosineRestarts({ initial: 1, decaySteps: 3, mult: 1.5 }),
    'cosineRestarts: mult must be an integer ≥ 1, got 1.5',
  );
  throws(
    () => warmupCosine({ peak: 1, warmupSteps: 5, totalSteps: 5 }),
    'warmupCosine: totalSteps must be above warmupSteps, got 5 and 5',
  );
  throws(
    () => constantThenLinear({ initial: 1, constantSteps: 5, totalSteps: 4 }),
    'constantThenLinear: totalSteps must be above constantSteps, got 4 and 5',
  );
  throws(() => oneCycle({ max: 1, totalSteps: 5, pct: 1 }), 'oneCycle: pct must be a number in [0, 1), got 1');
  throws(
    () => oneCycle({ max: 1, totalSteps: 5, pct: 0.6, threePhase: true }),
    'oneCycle: pct must be at most 0.5 with threePhase, got 0.6',
  );
  throws(() => cyclic({ base: 1, max: 0.5, up: 5 }), 'cyclic: max must not be below base, got 0.5 and 1');
  throws(() => cyclic({ base: 0, max: 0.5, up: 5, rate: 0.9 }), 'cyclic: rate goes with mode "expRange"');
  throws(() => noam({ modelSize: 0, warmupSteps: 5 }), 'noam: modelSize must be a number ≥ 1, got 0');
  throws(() => inverseSqrt({ peak: 1, warmupSteps: 0 }), 'inverseSqrt: warmupSteps must be a number ≥ 1, got 0');
  throws(
    () => warmupStableDecay({ peak: 1, warmupSteps: 0, stableSteps: 1, decaySteps: 1, shape: 'cosine' as never }),
    'warmupStableDecay: shape must be "linear" or "sqrt", got "cosine"',
  );
  throws(
    () => reduceOnPlateau({ schedule: 1, factor: 1 }),
    'reduceOnPlateau: factor must be a number in (0, 1), got 1',
  );
});

test('unknown options', () => {
  throws(
    () => warmupCosine({ peak: 1, warmup: 3, totalSteps: 9 } as never),
    'warmupCosine: unknown option warmup; did you mean warmupSteps?',
  );
  throws(
    () => cosine({ initial: 1, decaySteps: 3, eta_min: 0 } as never),
    'cosine: unknown option eta_min; there are initial, decaySteps, end, periodic',
  );
  throws(
    () => reduceOnPlateau({ schedule: 1, treshold: 0 } as never),
    'reduceOnPlateau: unknown option treshold; did you mean threshold?',
  );
});

test('schedules in others: checked, told where they are, of steps only', () => {
  const bad = { kind: 'linear', initial: 1, end: 0 } as never;
  throws(
    () => warmup({ warmupSteps: 1, schedule: bad }),
    'warmup: schedule: linear: decaySteps is required: a number ≥ 1',
  );
  throws(() => sequence([1, bad], [2]), 'sequence: schedules[1]: linear: decaySteps is required: a number ≥ 1');
  throws(() => product([-1]), 'product: schedules[0] must be a number ≥ 0, got -1');
  throws(
    () => product([1, (() => 1) as never]),
    'product: schedules[1] must be a number ≥ 0 or a schedule, got the function ',
  );
  throws(
    () => scale(perEpoch(1) as never, 2),
    'scale: schedule: perEpoch goes around the whole schedule, not into another',
  );
  throws(
    () => sequence([reduceOnPlateau(1) as never, 1], [2]),
    'sequence: schedules[0]: reduceOnPlateau goes around the whole schedule, not into another',
  );
  throws(
    () => reduceOnPlateau({ schedule: reduceOnPlateau(1) as never }),
    'reduceOnPlateau: schedule: reduceOnPlateau goes around the whole schedule, not into another',
  );
  throws(() => sgd({ learningRate: bad }), 'sgd: learningRate: linear: decaySteps is required: a number ≥ 1');
  throws(() => rateAt(bad, 0), 'linear: decaySteps is required: a number ≥ 1');
});

test('sixteen schedules in each other, and no more', () => {
  let spec: StepRate = 1;
  for (let i = 0; i < 17; i++) spec = scale(spec, 1);
  rateAt(spec, 1);
  const more = spec;
  throws(
    () => scale(more, 1),
    `scale: ${'schedule: scale: '.repeat(16)}schedule: more than 16 schedules in each other`,
  );
  // A refusal leaves no count behind.
  scale((more as ScaleSpec).schedule, 1);
  const deep = JSON.parse(`${'{"kind":"product","schedules":['.repeat(3000)}1${']}'.repeat(3000)}`);
  const places = 'product: schedules[0]: '.repeat(17);
  throws(() => sgd(deep), `sgd: learningRate: ${places}more than 16 schedules in each other`);
});

test.run();
