/** The table of optimizers. */
import type { Family } from '../spec.ts';
import {
  descentKinds,
  type GradientDescentSpec,
  type OnlineGradientDescentSpec,
  type SgdSpec,
  sgdRule,
} from './descent.ts';
import { type LineSearchSpec, lineSearchKinds } from './line-search.ts';
import {
  type ProdigySpec,
  type ScheduleFreeAdamWSpec,
  type ScheduleFreeSgdSpec,
  scheduleFreeKinds,
  scheduleFreeRule,
} from './schedule-free.ts';
import { type LambSpec, type MuonSpec, muonRule, trustKinds } from './trust.ts';

/** Optimizers that step with a rate. */
export type SteppingSpec =
  | GradientDescentSpec
  | SgdSpec
  | OnlineGradientDescentSpec
  // Norms of whole tensors.
  | LambSpec
  | MuonSpec
  // Without a schedule or a rate.
  | ScheduleFreeSgdSpec
  | ScheduleFreeAdamWSpec
  | ProdigySpec;

export type OptimizerSpec = SteppingSpec | LineSearchSpec;

/** Rows of a batch where nothing is said; 32 of the others. @internal */
export const defaultBatch: Readonly<Record<string, number | 'full'>> = {
  gradientDescent: 'full',
  gradientDescentLineSearch: 'full',
  onlineGradientDescent: 1,
};

let kinds: Family<OptimizerSpec>['kinds'] | undefined;

/** Files of specs and this one need each other, so the table is put together when it is first looked at. @internal */
export const optimizers: Family<OptimizerSpec> = {
  name: 'optimizer',
  get kinds() {
    kinds ??= { ...descentKinds, ...lineSearchKinds, ...trustKinds, ...scheduleFreeKinds };
    return kinds;
  },
  rules: {
    sgd: (spec) => sgdRule(spec),
    muon: (spec) => muonRule(spec),
    scheduleFreeSgd: (spec) => scheduleFreeRule(spec),
    scheduleFreeAdamW: (spec) => scheduleFreeRule(spec),
  },
};
