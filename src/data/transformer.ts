/** Steps before a model: what is done to features is learnt from the training rows and kept with the model. */
import { ArgumentError } from '../errors.ts';
import type { Categorical, OneHotState } from './encoders.ts';
import type { MatrixLike, RowIndex } from './matrix.ts';
import type { PolynomialFeaturesState } from './polynomial.ts';
import type { StandardScalerState } from './scaler.ts';
import { takeRows } from './split.ts';

/** What a model takes: numbers, or what its first step makes numbers of. */
export type Features = MatrixLike | Categorical;

/**
 * A step: `standardScaler()`, `polynomialFeatures()`, what `oneHot` returned, or one of your own. `fit` learns from the
 * training rows; a step that has it needs `clone` as well, which makes one with the same options that has learnt
 * nothing. A step without `fit` is used as it is.
 */
export interface Transformer {
  fit?(x: never): unknown;
  transform(x: never): MatrixLike;
  clone?(): Transformer;
  /** What it has learnt, as plain data; without it a model with this step cannot be stored. */
  state?(): StepState;
}

/** What a step has learnt. */
export type StepState = StandardScalerState | PolynomialFeaturesState | OneHotState;

/** Fresh steps, each fitted on what the one before makes of the rows; and what the last makes of all rows. */
export function fitSteps(
  steps: readonly Transformer[],
  x: unknown,
  index?: RowIndex,
): { steps: readonly Transformer[]; x: unknown } {
  let rows = x;
  const fitted = steps.map((step) => {
    const fresh = step.fit ? step.clone!() : step;
    fresh.fit?.((index ? takeRows(rows, index) : rows) as never);
    rows = fresh.transform(rows as never);
    return fresh;
  });
  return { steps: fitted, x: rows };
}

/** What fitted steps make of rows. */
export const applySteps = (steps: readonly Transformer[], x: unknown): unknown =>
  steps.reduce((rows, step) => step.transform(rows as never), x);

/** What steps have learnt. @throws {ArgumentError} if one of them does not say. */
export const stepStates = (steps: readonly Transformer[]): StepState[] =>
  steps.map((step, i) => {
    if (step.state) return step.state();
    throw new ArgumentError(`pipeline[${i}] cannot be stored: it has no state()`);
  });
