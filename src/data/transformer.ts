/** Steps before a model: what is done to features is learnt from the training rows and kept with the model. */
import { ArgumentError } from '../errors.ts';
import { boolean, integer, isPlain, oneOf, readOptions } from '../spec.ts';
import { anything, listOf } from '../stored.ts';
import { type Categorical, makeEncoder, type OneHotState } from './encoders.ts';
import type { MatrixLike, RowIndex } from './matrix.ts';
import { makePolynomial, type PolynomialFeaturesState } from './polynomial.ts';
import { makeScaler, readStatistics, type StandardScalerState } from './scaler.ts';
import { takeRows } from './split.ts';
import { indexLabels } from './targets.ts';

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

const restore: Readonly<Record<StepState['kind'], (state: unknown, at: string) => Transformer>> = {
  standardScaler: (state, at) => makeScaler(readStatistics(at, state)),
  polynomialFeatures(state, at) {
    const { kind, features, ...options } = readOptions<PolynomialFeaturesState>(
      at,
      {
        kind: oneOf(['polynomialFeatures']),
        features: integer('[1, ∞)'),
        degree: anything,
        interactionOnly: anything,
        bias: anything,
      } as never,
      state,
    );
    return makePolynomial(options, features);
  },
  oneHot: (state, at) =>
    makeEncoder(
      readOptions<OneHotState>(
        at,
        {
          kind: oneOf(['oneHot']),
          columns: listOf((pair, at) => {
            const [name, labels] = Array.isArray(pair) ? pair : [];
            if (typeof name !== 'string' || !Array.isArray(labels)) {
              throw new ArgumentError(`${at}: expected a name and categories`);
            }
            return [name, indexLabels(labels, at, labels).classes] as const;
          }),
          dropFirst: boolean(),
          unknown: oneOf(['error', 'ignore']),
        },
        state,
      ),
    ),
};

/** The step of a state. @throws {ArgumentError} if it is none. */
export function restoreStep(state: unknown, at: string): Transformer {
  const kind = isPlain(state) ? state.kind : undefined;
  if (typeof kind === 'string' && Object.hasOwn(restore, kind)) return restore[kind as StepState['kind']](state, at);
  throw new ArgumentError(`${at}: expected the state of a step`);
}
