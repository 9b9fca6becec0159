/** What a training run is asked, and where it stands. */
import type { OptimizerSpec, SteppingSpec } from '../optimizers.ts';
import type { PlateauState } from '../plateau.ts';
import type { RegularizerSpec } from '../regularizers.ts';
import type { Around } from './around.ts';

/** Parameters, by name, that have an optimizer or regularizers of their own. */
export interface GroupOptions {
  readonly parameters: readonly string[];
  readonly optimizer: SteppingSpec;
  readonly regularizers: readonly RegularizerSpec[];
}

export interface TrainingOptions extends Around {
  readonly optimizer: OptimizerSpec;
  readonly groups: readonly GroupOptions[];
  readonly regularizers: readonly RegularizerSpec[];
  /** Names that regularizers may use. */
  readonly featureNames?: readonly string[] | undefined;
  readonly seed: number;
  /** Negative: nothing is asked. */
  readonly tolerance: number;
  readonly lossTolerance: number;
  /** Steps between events. */
  readonly period: number;
  readonly yieldAtEvent: boolean;
  readonly yieldAtStep: boolean;
  readonly nonFinite: 'throw' | 'skip' | 'rollback';
  /** Steps of an epoch, if rows do not say it. */
  readonly stepsPerEpoch?: number;
  /** Whether the rate runs out with the last step, so that nothing goes on from it. */
  readonly spent?: boolean;
  /** Where parameters and gradient lie, if they are not the run's own. */
  readonly at?: { readonly parameters: number; readonly gradient: number };
}

/** Options of a run of which nothing is asked. */
export const bareOptions = {
  groups: [],
  regularizers: [],
  clips: [],
  averages: [],
  perturbation: null,
  seed: 0,
  tolerance: -1,
  lossTolerance: -1,
  period: 0xffffffff,
  yieldAtEvent: false,
  yieldAtStep: false,
  nonFinite: 'throw',
} as const satisfies Omit<TrainingOptions, 'optimizer'>;

/** Where a run stands, beside parameters and slots: what another one needs to go on. */
export interface Position {
  readonly step: number;
  readonly epoch: number;
  /** Rows of an epoch, and how many of the current one are done. */
  readonly rows: number;
  readonly start: number;
  readonly firstGradientMax: number;
  readonly lastObjective: number;
  /** The step length that a line search tries next, or 0. */
  readonly searchStep: number;
  /** What rates are multiplied by behind a rollback, and where plateaus stand. */
  readonly rateFactor: number;
  readonly plateaus: readonly (PlateauState | null)[];
}
