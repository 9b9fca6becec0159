/** The tables of schedules: what every option may be and is by default. */
import { ArgumentError } from '../errors.ts';
import {
  boolean,
  type Family,
  type Field,
  integer,
  isPlain,
  list,
  nullable,
  number,
  oneOf,
  string,
  take,
  validateSpec,
} from '../spec.ts';
import type { PerEpochSpec, Rate, ReduceOnPlateauSpec, ScheduleSpec, StepRate, StepScheduleSpec } from './options.ts';

/** How deep schedules may lie in each other. */
const MOST_NESTED = 16;

const notNegative = number('[0, ∞)');
const zero = number('[0, ∞)', 0);
const atLeastOne = number('[1, ∞)');
const share = number('(0, 1]', 0.1);
const staircase = boolean(false);
const decaySteps = number('(0, ∞)', 1);
const milestones = list(notNegative);

let nested = 0;

/** A part of another schedule. */
const part: Field<StepRate> = {
  expected: () => 'a number ≥ 0 or a schedule',
  read(value, at) {
    if (typeof value === 'number') return take(notNegative, value, at);
    if (!isPlain(value)) return undefined;
    if (value.kind === 'perEpoch' || value.kind === 'reduceOnPlateau') {
      throw new ArgumentError(`${at}: ${value.kind} goes around the whole schedule, not into another`);
    }
    if (nested >= MOST_NESTED) throw new ArgumentError(`${at}: more than ${MOST_NESTED} schedules in each other`);
    nested++;
    try {
      return validateSpec(stepSchedules, value, at);
    } finally {
      nested--;
    }
  },
};

const falls = (name: string, steps: readonly number[]): string | undefined => {
  const i = steps.findIndex((step, i) => i > 0 && step < steps[i - 1]!);
  return i > 0 ? `${name} must be in order, got ${steps[i]} after ${steps[i - 1]}` : undefined;
};

/** @internal */
export const stepSchedules: Family<StepScheduleSpec> = {
  name: 'schedule',
  kinds: {
    constant: { initial: notNegative },
    exponentialDecay: {
      initial: notNegative,
      decay: nullable(notNegative),
      rate: nullable(number('(0, 1]')),
      decaySteps,
      staircase,
    },
    squareDecay: { initial: notNegative, decay: notNegative },
    inverseSqrtDecay: { initial: notNegative, decay: number('[0, ∞)', 1) },
    inverseTimeDecay: { initial: notNegative, decay: notNegative, decaySteps, staircase },
    stepDecay: { initial: notNegative, decaySteps: atLeastOne, rate: share },
    multiStep: { initial: notNegative, milestones, rate: share },
    polynomial: { initial: notNegative, decaySteps: atLeastOne, end: zero, power: number('(0, ∞)', 1) },
    linear: { initial: notNegative, end: notNegative, decaySteps: atLeastOne },
    cosine: { initial: notNegative, decaySteps: atLeastOne, end: zero, periodic: boolean(false) },
    cosineRestarts: { initial: notNegative, decaySteps: atLeastOne, mult: integer('[1, ∞)', 1), end: zero },
    warmup: { warmupSteps: notNegative, schedule: part, peak: nullable(notNegative), warmupInitial: zero },
    warmupCosine: {
      peak: notNegative,
      warmupSteps: notNegative,
      totalSteps: atLeastOne,
      end: zero,
      warmupInitial: zero,
    },
    oneCycle: {
      max: notNegative,
      totalSteps: atLeastOne,
      pct: number('[0, 1)', 0.3),
      div: number('(0, ∞)', 25),
      finalDiv: number('(0, ∞)', 1e4),
      anneal: oneOf(['cosine', 'linear'], 'cosine'),
      threePhase: boolean(false),
    },
    cyclic: {
      base: notNegative,
      max: notNegative,
      up: atLeastOne,
      down: nullable(atLeastOne),
      mode: oneOf(['triangular', 'triangular2', 'expRange'], 'triangular'),
      rate: number('(0, 1]', 1),
    },
    noam: { modelSize: atLeastOne, warmupSteps: atLeastOne, factor: number('[0, ∞)', 1) },
    inverseSqrt: { peak: notNegative, warmupSteps: atLeastOne },
    warmupStableDecay: {
      peak: notNegative,
      warmupSteps: notNegative,
      stableSteps: notNegative,
      decaySteps: notNegative,
      end: zero,
      shape: oneOf(['linear', 'sqrt'], 'linear'),
      warmupInitial: zero,
    },
    constantThenLinear: { initial: notNegative, constantSteps: notNegative, totalSteps: atLeastOne, end: zero },
    sequence: { schedules: list(part), milestones },
    product: { schedules: list(part) },
    scale: { schedule: part, factor: notNegative },
  },
  rules: {
    exponentialDecay({ decay, rate, decaySteps, staircase }) {
      if ((decay === null) === (rate === null)) return 'needs decay or rate, one of the two';
      return decay !== null && (decaySteps !== 1 || staircase) && 'decaySteps and staircase go with rate, not decay';
    },
    multiStep: ({ milestones }) => falls('milestones', milestones),
    warmupCosine: ({ warmupSteps, totalSteps }) =>
      totalSteps <= warmupSteps && `totalSteps must be above warmupSteps, got ${totalSteps} and ${warmupSteps}`,
    oneCycle: ({ pct, threePhase }) => threePhase && pct > 0.5 && `pct must be at most 0.5 with threePhase, got ${pct}`,
    cyclic: ({ base, max, mode, rate }) =>
      max < base
        ? `max must not be below base, got ${max} and ${base}`
        : rate !== 1 && mode !== 'expRange' && 'rate goes with mode "expRange"',
    constantThenLinear: ({ constantSteps, totalSteps }) =>
      totalSteps <= constantSteps && `totalSteps must be above constantSteps, got ${totalSteps} and ${constantSteps}`,
    sequence: ({ schedules, milestones }) =>
      schedules.length === milestones.length + 1
        ? falls('milestones', milestones)
        : `needs a milestone for each schedule but the first, got ${schedules.length} and ${milestones.length}`,
  },
};

const perEpochs: Family<PerEpochSpec> = {
  name: 'schedule',
  kinds: { perEpoch: { schedule: part } },
};

const plateaus: Family<ReduceOnPlateauSpec> = {
  name: 'schedule',
  kinds: {
    reduceOnPlateau: {
      schedule: {
        expected: part.expected,
        read: (value, at) =>
          isPlain(value) && value.kind === 'perEpoch' ? validateSpec(perEpochs, value, at) : part.read(value, at),
      },
      monitor: string('validation.loss'),
      mode: nullable(oneOf(['min', 'max'])),
      factor: number('(0, 1)', 0.1),
      patience: integer('[0, ∞)', 10),
      threshold: number('[0, ∞)', 1e-4),
      thresholdMode: oneOf(['rel', 'abs'], 'rel'),
      cooldown: integer('[0, ∞)', 0),
      minRate: zero,
      epsilon: number('[0, ∞)', 1e-8),
    },
  },
};

/** @internal */
export const schedules: Family<ScheduleSpec> = {
  name: 'schedule',
  kinds: { ...stepSchedules.kinds, ...perEpochs.kinds, ...plateaus.kinds },
  rules: { ...stepSchedules.rules },
};

/** A field that takes a rate. @internal */
export const rate = (fallback?: Rate): Field<Rate> => ({
  fallback,
  expected: () => 'a number ≥ 0, a schedule or a function of the step',
  read(value, at) {
    if (typeof value === 'function') return value as (step: number) => number;
    if (typeof value === 'number') return take(notNegative, value, at);
    return isPlain(value) ? validateSpec(schedules, value, at) : undefined;
  },
});

/** The part of a rate that watches a metric, if it has one. @internal */
export const findPlateau = (rate: Rate): ReduceOnPlateauSpec | undefined =>
  typeof rate === 'object' && rate.kind === 'reduceOnPlateau' ? rate : undefined;
