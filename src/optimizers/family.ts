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

/** Optimizers that step with a rate. */
export type SteppingSpec = GradientDescentSpec | SgdSpec | OnlineGradientDescentSpec;

export type OptimizerSpec = SteppingSpec | LineSearchSpec;

/** Rows of a batch where nothing is said; 32 of the others. @internal */
export const defaultBatch: Readonly<Record<string, number | 'full'>> = {
  gradientDescent: 'full',
  gradientDescentLineSearch: 'full',
  barzilaiBorwein: 'full',
  onlineGradientDescent: 1,
};

let kinds: Family<OptimizerSpec>['kinds'] | undefined;

/** Files of specs and this one need each other, so the table is put together when it is first looked at. @internal */
export const optimizers: Family<OptimizerSpec> = {
  name: 'optimizer',
  get kinds() {
    kinds ??= { ...descentKinds, ...lineSearchKinds };
    return kinds;
  },
  rules: { sgd: (spec) => sgdRule(spec) },
};
