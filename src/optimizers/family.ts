/** The table of optimizers. */
import type { Family } from '../spec.ts';
import { type AdagradLineSpec, adagradKinds } from './adagrad.ts';
import { type AdamaxSpec, type AdamSpec, type AdamWSpec, adamKinds, type NAdamSpec, type RAdamSpec } from './adam.ts';
import {
  type AdaBeliefSpec,
  type AdanSpec,
  type AdEMAMixSpec,
  adamLikeKinds,
  type LionSpec,
  type YogiSpec,
} from './adam-like.ts';
import {
  descentKinds,
  type GradientDescentSpec,
  type OnlineGradientDescentSpec,
  type SgdSpec,
  sgdRule,
} from './descent.ts';
import { type LineSearchSpec, lineSearchKinds } from './line-search.ts';
import { type MomentumSpec, momentumKinds, rpropRule } from './momentum.ts';
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
  | AdamSpec
  | AdamWSpec
  | AdamaxSpec
  | NAdamSpec
  | RAdamSpec
  | AdaBeliefSpec
  | YogiSpec
  | LionSpec
  | AdanSpec
  | AdEMAMixSpec
  | MomentumSpec
  | AdagradLineSpec
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
  barzilaiBorwein: 'full',
  onlineGradientDescent: 1,
  rprop: 'full',
};

let kinds: Family<OptimizerSpec>['kinds'] | undefined;

/** Files of specs and this one need each other, so the table is put together when it is first looked at. @internal */
export const optimizers: Family<OptimizerSpec> = {
  name: 'optimizer',
  get kinds() {
    kinds ??= {
      ...descentKinds,
      ...adamKinds,
      ...adamLikeKinds,
      ...trustKinds,
      ...scheduleFreeKinds,
      ...lineSearchKinds,
      ...momentumKinds,
      ...adagradKinds,
    };
    return kinds;
  },
  rules: {
    sgd: (spec) => sgdRule(spec),
    sgdW: (spec) => sgdRule(spec),
    rprop: (spec) => rpropRule(spec),
    muon: (spec) => muonRule(spec),
    scheduleFreeSgd: (spec) => scheduleFreeRule(spec),
    scheduleFreeAdamW: (spec) => scheduleFreeRule(spec),
  },
};
