/**
 * Learning-rate schedules, as specs: the rate as a closed form of the step t, 0 at the first update. A step is an
 * optimizer step; `perEpoch` makes it an epoch.
 */
import {
  boolean,
  type Family,
  type Field,
  isPlain,
  makeSpec,
  nullable,
  number,
  spec,
  take,
  validateSpec,
} from './spec.ts';

export interface ConstantOptions {
  /** The rate, ≥ 0. */
  readonly initial: number;
}

export interface ConstantSpec extends Required<ConstantOptions> {
  readonly kind: 'constant';
}

interface DecayOptions {
  /** Rate at step 0, ≥ 0. */
  readonly initial: number;
  /** Strength k ≥ 0 of the decay. */
  readonly decay: number;
}

interface StairOptions {
  /** Steps T > 0 over which the rate falls by one unit of the formula. Default 1. */
  readonly decaySteps?: number;
  /** Whether it falls in stairs: ⌊t/T⌋ instead of t/T. Default false. */
  readonly staircase?: boolean;
}

/** Either `decay`, or `rate` with `decaySteps` and `staircase`. */
export type ExponentialDecayOptions =
  | (DecayOptions & { readonly [K in 'rate' | keyof StairOptions]?: never })
  | (StairOptions & {
      readonly decay?: never;
      /** Rate at step 0, ≥ 0. */
      readonly initial: number;
      /** Factor γ in (0, 1] by which the rate shrinks every `decaySteps` steps. */
      readonly rate: number;
    });

export interface ExponentialDecaySpec extends Required<StairOptions> {
  readonly kind: 'exponentialDecay';
  readonly initial: number;
  /** Null if `rate` is given. */
  readonly decay: number | null;
  /** Null if `decay` is given. */
  readonly rate: number | null;
}

export type SquareDecayOptions = DecayOptions;

export interface SquareDecaySpec extends Required<SquareDecayOptions> {
  readonly kind: 'squareDecay';
}

export interface InverseSqrtDecayOptions {
  /** Rate at step 0, ≥ 0. */
  readonly initial: number;
  /** Strength k ≥ 0 of the decay. Default 1. */
  readonly decay?: number;
}

export interface InverseSqrtDecaySpec extends Required<InverseSqrtDecayOptions> {
  readonly kind: 'inverseSqrtDecay';
}

export interface InverseTimeDecayOptions extends DecayOptions, StairOptions {}

export interface InverseTimeDecaySpec extends Required<InverseTimeDecayOptions> {
  readonly kind: 'inverseTimeDecay';
}

export interface PerEpochSpec {
  readonly kind: 'perEpoch';
  readonly schedule: StepScheduleSpec;
}

/** A schedule over whatever is counted. */
export type StepScheduleSpec =
  | ConstantSpec
  | ExponentialDecaySpec
  | SquareDecaySpec
  | InverseSqrtDecaySpec
  | InverseTimeDecaySpec;

export type ScheduleSpec = StepScheduleSpec | PerEpochSpec;

/**
 * A learning rate: a number ≥ 0, a schedule, or a function of the step. A function cannot be stored: a checkpoint marks
 * it, and its bits are the engine's.
 */
export type Rate = number | ScheduleSpec | ((step: number) => number);

const initial = number('[0, ∞)');
const decay = number('[0, ∞)');
const decaySteps = number('(0, ∞)', 1);
const staircase = boolean(false);

/** @internal */
export const stepSchedules: Family<StepScheduleSpec> = {
  name: 'schedule',
  kinds: {
    constant: { initial },
    exponentialDecay: { initial, decay: nullable(decay), rate: nullable(number('(0, 1]')), decaySteps, staircase },
    squareDecay: { initial, decay },
    inverseSqrtDecay: { initial, decay: number('[0, ∞)', 1) },
    inverseTimeDecay: { initial, decay, decaySteps, staircase },
  },
  rules: {
    exponentialDecay({ decay, rate, decaySteps, staircase }) {
      if ((decay === null) === (rate === null)) return 'needs decay or rate, one of the two';
      return decay !== null && (decaySteps !== 1 || staircase) && 'decaySteps and staircase go with rate, not decay';
    },
  },
};

/** @internal */
export const schedules: Family<ScheduleSpec> = {
  name: 'schedule',
  kinds: { ...stepSchedules.kinds, perEpoch: { schedule: spec(() => stepSchedules) } },
  rules: { ...stepSchedules.rules },
};

/** A field that takes a rate. @internal */
export const rate = (fallback?: Rate): Field<Rate> => ({
  fallback,
  expected: () => 'a number ≥ 0, a schedule or a function of the step',
  read(value, at) {
    if (typeof value === 'function') return value as (step: number) => number;
    if (typeof value === 'number') return take(initial, value, at);
    return isPlain(value) ? validateSpec(schedules, value, at) : undefined;
  },
});

/**
 * The same rate at every step.
 * @param options the rate, or `{ initial }`.
 * @throws {ArgumentError} if it is not a finite number ≥ 0.
 */
export function constant(options: number | ConstantOptions): ConstantSpec {
  return makeSpec(stepSchedules, 'constant', options, 'initial');
}

/**
 * initial·e^(−decay·t), or initial·rate^(t/decaySteps), which in stairs is PyTorch's `StepLR`.
 * @throws {ArgumentError} on unknown options, values out of range, and unless exactly one of `decay` and `rate` is given.
 */
export function exponentialDecay(options: ExponentialDecayOptions): ExponentialDecaySpec {
  return makeSpec(stepSchedules, 'exponentialDecay', options);
}

/**
 * initial/(1 + decay·t)²: falls at every step, in the end slower than any exponential. At the same `decay` it lies below
 * initial·e^(−decay·t) until decay·t ≈ 2.513 and above ever after; with half the `decay` it starts with the same slope
 * and lies above at every t > 0.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export function squareDecay(options: SquareDecayOptions): SquareDecaySpec {
  return makeSpec(stepSchedules, 'squareDecay', options);
}

/**
 * initial/√(1 + decay·t).
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export function inverseSqrtDecay(options: InverseSqrtDecayOptions): InverseSqrtDecaySpec {
  return makeSpec(stepSchedules, 'inverseSqrtDecay', options);
}

/**
 * initial/(1 + decay·t/decaySteps), as in Keras; in stairs with ⌊t/decaySteps⌋.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export function inverseTimeDecay(options: InverseTimeDecayOptions): InverseTimeDecaySpec {
  return makeSpec(stepSchedules, 'inverseTimeDecay', options);
}

/**
 * Counts epochs instead of optimizer steps: the rate of epoch e is that of the schedule at step e, 0 at the first.
 * @throws {ArgumentError} if it is not a schedule over steps.
 */
export function perEpoch(schedule: StepScheduleSpec): PerEpochSpec {
  return makeSpec(schedules, 'perEpoch', { schedule });
}
