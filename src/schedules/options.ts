/** What schedules are and what they take, as types. */

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
  /** Rate at step 0, ≥ 0. */
  readonly initial: number;
  /** Strength k ≥ 0 of the decay, or null: then there is `rate`. */
  readonly decay: number | null;
  /** Factor γ in (0, 1] by which the rate shrinks every `decaySteps` steps, or null: then there is `decay`. */
  readonly rate: number | null;
}

export type SquareDecayOptions = DecayOptions;

export interface SquareDecaySpec extends Required<DecayOptions> {
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

interface FallOptions {
  /** Rate at step 0, ≥ 0. */
  readonly initial: number;
  /** Steps T ≥ 1 from `initial` to `end`; afterwards `end` holds. */
  readonly decaySteps: number;
}

interface EndOptions {
  /** Rate at the end, ≥ 0. Default 0. */
  readonly end?: number;
}

interface PeakOptions {
  /** Rate at the end of the warm-up, ≥ 0. */
  readonly peak: number;
  /** Steps W ≥ 0 of the warm-up. */
  readonly warmupSteps: number;
  /** Rate at step 0, ≥ 0. Default 0, with which the first step changes nothing. */
  readonly warmupInitial?: number;
}

export interface StepDecayOptions {
  /** Rate at step 0, ≥ 0. */
  readonly initial: number;
  /** Steps T ≥ 1 of a stair. */
  readonly decaySteps: number;
  /** Factor γ in (0, 1] of every stair. Default 0.1. */
  readonly rate?: number;
}

export interface StepDecaySpec extends Required<StepDecayOptions> {
  readonly kind: 'stepDecay';
}

export interface MultiStepOptions {
  /** Rate at step 0, ≥ 0. */
  readonly initial: number;
  /** Steps ≥ 0 at which the rate falls, in order; one that is there twice counts twice. */
  readonly milestones: readonly number[];
  /** Factor γ in (0, 1] of every milestone. Default 0.1. */
  readonly rate?: number;
}

export interface MultiStepSpec extends Required<MultiStepOptions> {
  readonly kind: 'multiStep';
}

export interface PolynomialOptions extends FallOptions, EndOptions {
  /** Power p > 0. Default 1. */
  readonly power?: number;
}

export interface PolynomialSpec extends Required<PolynomialOptions> {
  readonly kind: 'polynomial';
}

export interface LinearOptions extends FallOptions {
  /** Rate after `decaySteps`, ≥ 0; it may be the higher one. */
  readonly end: number;
}

export interface LinearSpec extends LinearOptions {
  readonly kind: 'linear';
}

export interface CosineOptions extends FallOptions, EndOptions {
  /** Whether the rate rises again after `decaySteps`, for ever up and down, instead of holding. Default false. */
  readonly periodic?: boolean;
}

export interface CosineSpec extends Required<CosineOptions> {
  readonly kind: 'cosine';
}

export interface CosineRestartsOptions extends EndOptions {
  /** Rate at the start of every cycle, ≥ 0. */
  readonly initial: number;
  /** Steps T₀ ≥ 1 of the first cycle. */
  readonly decaySteps: number;
  /** How many times as long every cycle is as the one before, an integer ≥ 1. Default 1. */
  readonly mult?: number;
}

export interface CosineRestartsSpec extends Required<CosineRestartsOptions> {
  readonly kind: 'cosineRestarts';
}

export interface WarmupOptions {
  /** Steps W ≥ 0 of the warm-up. */
  readonly warmupSteps: number;
  /** What follows; its step 0 is step W. */
  readonly schedule: StepRate;
  /** Rate ≥ 0 to which the warm-up rises. Default null: that with which `schedule` begins. */
  readonly peak?: number | null;
  /** Rate at step 0, ≥ 0. Default 0, with which the first step changes nothing. */
  readonly warmupInitial?: number;
}

export interface WarmupSpec extends Required<WarmupOptions> {
  readonly kind: 'warmup';
}

export interface WarmupCosineOptions extends PeakOptions, EndOptions {
  /** Steps N > W from the first one to `end`, warm-up included; afterwards `end` holds. */
  readonly totalSteps: number;
}

export interface WarmupCosineSpec extends Required<WarmupCosineOptions> {
  readonly kind: 'warmupCosine';
}

export interface OneCycleOptions {
  /** Highest rate, ≥ 0. */
  readonly max: number;
  /** Steps N ≥ 1; the lowest rate is that of the last one, N − 1, and holds. */
  readonly totalSteps: number;
  /** Share p in [0, 1) of the steps in which the rate rises; at most ½ with `threePhase`. Default 0.3. */
  readonly pct?: number;
  /** How many times `max` is the rate at step 0, > 0. Default 25. */
  readonly div?: number;
  /** How many times the rate at step 0 is the lowest one, > 0. Default 1e4. */
  readonly finalDiv?: number;
  /** Shape of the ways up and down. Default `'cosine'`. */
  readonly anneal?: 'cosine' | 'linear';
  /** Whether the rate falls back to that of step 0 as fast as it has risen, and only then to the lowest. Default false. */
  readonly threePhase?: boolean;
}

export interface OneCycleSpec extends Required<OneCycleOptions> {
  readonly kind: 'oneCycle';
}

export interface CyclicOptions {
  /** Lowest rate, ≥ 0, at the start of every cycle. */
  readonly base: number;
  /** Highest rate, ≥ 0, of the first cycle. */
  readonly max: number;
  /** Steps up, ≥ 1. */
  readonly up: number;
  /** Steps down, ≥ 1. Default null: as many. */
  readonly down?: number | null;
  /**
   * What becomes of the height: `'triangular'`, it stays; `'triangular2'`, every cycle has half of it; `'expRange'`, it is
   * times `rate` every step. Default `'triangular'`.
   */
  readonly mode?: 'triangular' | 'triangular2' | 'expRange';
  /** γ in (0, 1], for `'expRange'`. Default 1. */
  readonly rate?: number;
}

export interface CyclicSpec extends Required<CyclicOptions> {
  readonly kind: 'cyclic';
}

export interface NoamOptions {
  /** d ≥ 1, the width of the model. */
  readonly modelSize: number;
  /** Steps W ≥ 1 of the warm-up. */
  readonly warmupSteps: number;
  /** f ≥ 0. Default 1. */
  readonly factor?: number;
}

export interface NoamSpec extends Required<NoamOptions> {
  readonly kind: 'noam';
}

export interface InverseSqrtOptions {
  /** Rate at step W, ≥ 0. */
  readonly peak: number;
  /** Steps W ≥ 1 of the warm-up from 0, with which the first step changes nothing. */
  readonly warmupSteps: number;
}

export interface InverseSqrtSpec extends InverseSqrtOptions {
  readonly kind: 'inverseSqrt';
}

export interface WarmupStableDecayOptions extends PeakOptions, EndOptions {
  /** Steps S ≥ 0 at `peak`. */
  readonly stableSteps: number;
  /** Steps D ≥ 0 from `peak` to `end`; afterwards `end` holds. */
  readonly decaySteps: number;
  /** Shape of the fall: 1 − x or 1 − √x. Default `'linear'`. */
  readonly shape?: 'linear' | 'sqrt';
}

export interface WarmupStableDecaySpec extends Required<WarmupStableDecayOptions> {
  readonly kind: 'warmupStableDecay';
}

export interface ConstantThenLinearOptions extends EndOptions {
  /** Rate of the first steps, ≥ 0. */
  readonly initial: number;
  /** Steps C ≥ 0 with this rate. */
  readonly constantSteps: number;
  /** Steps N > C from the first one to `end`; afterwards `end` holds. */
  readonly totalSteps: number;
}

export interface ConstantThenLinearSpec extends Required<ConstantThenLinearOptions> {
  readonly kind: 'constantThenLinear';
}

export interface SequenceSpec {
  readonly kind: 'sequence';
  /** Rates or schedules over steps, one after the other, at least two; each begins with its step 0. */
  readonly schedules: readonly StepRate[];
  /** Steps ≥ 0, in order, at which the second and each further one begins. */
  readonly milestones: readonly number[];
}

export interface ProductSpec {
  readonly kind: 'product';
  /** Rates, factors or schedules over steps, at least one. */
  readonly schedules: readonly StepRate[];
}

export interface ScaleSpec {
  readonly kind: 'scale';
  /** A rate or a schedule over steps. */
  readonly schedule: StepRate;
  /** Factor ≥ 0. */
  readonly factor: number;
}

export interface PerEpochSpec {
  readonly kind: 'perEpoch';
  /** A rate or a schedule that counts epochs. */
  readonly schedule: StepRate;
}

export interface ReduceOnPlateauOptions {
  /** The running rate: a number ≥ 0 or a schedule. */
  readonly schedule: StepRate | PerEpochSpec;
  /**
   * What is watched, as a path into the event: `'loss'`, `'validation.loss'`, `'validation.metrics.accuracy'`. Default
   * `'validation.loss'`, without penalties.
   */
  readonly monitor?: string;
  /** Whether less or more is better. Default null: as the metric itself declares, which for losses is `'min'`. */
  readonly mode?: 'min' | 'max' | null;
  /** Factor in (0, 1) of a reduction. Default 0.1. */
  readonly factor?: number;
  /** Evaluations in a row without improvement that are let pass, ≥ 0; the next one reduces the rate. Default 10. */
  readonly patience?: number;
  /** By how much a value must improve on the best one, ≥ 0. Default 1e-4. */
  readonly threshold?: number;
  /** Whether `threshold` is a share of the best value or a difference from it. Default `'rel'`. */
  readonly thresholdMode?: 'rel' | 'abs';
  /** Evaluations after a reduction that do not count, ≥ 0. Default 0. */
  readonly cooldown?: number;
  /** Rate below which no reduction goes, ≥ 0. Default 0. */
  readonly minRate?: number;
  /** A reduction by no more than this, ≥ 0, is left out. Default 1e-8. */
  readonly epsilon?: number;
}

export interface ReduceOnPlateauSpec extends Required<ReduceOnPlateauOptions> {
  readonly kind: 'reduceOnPlateau';
}

/** A schedule over whatever is counted. */
export type StepScheduleSpec =
  | ConstantSpec
  | ExponentialDecaySpec
  | SquareDecaySpec
  | InverseSqrtDecaySpec
  | InverseTimeDecaySpec
  | StepDecaySpec
  | MultiStepSpec
  | PolynomialSpec
  | LinearSpec
  | CosineSpec
  | CosineRestartsSpec
  | WarmupSpec
  | WarmupCosineSpec
  | OneCycleSpec
  | CyclicSpec
  | NoamSpec
  | InverseSqrtSpec
  | WarmupStableDecaySpec
  | ConstantThenLinearSpec
  | SequenceSpec
  | ProductSpec
  | ScaleSpec;

/** A constant or a schedule that another one is made of. */
export type StepRate = number | StepScheduleSpec;

export type ScheduleSpec = StepScheduleSpec | PerEpochSpec | ReduceOnPlateauSpec;

/**
 * A learning rate: a number ≥ 0, a schedule, or a function of the step. A function cannot be stored: a checkpoint marks
 * it, and its bits are the engine's.
 */
export type Rate = number | ScheduleSpec | ((step: number) => number);
