/** Steps of a pipeline, from what they have learnt. */
import type { OneHotState } from '../data/encoders.ts';
import type { PolynomialFeaturesState } from '../data/polynomial.ts';
import type { StepState, Transformer } from '../data/transformer.ts';
import { ArgumentError } from '../index.ts';
import {
  anything,
  boolean,
  indexLabels,
  integer,
  isPlain,
  makeEncoder,
  makePolynomial,
  makeScaler,
  oneOf,
  readOptions,
  string,
} from '../internals.ts';
import { floats, listOf } from './fields.ts';

/** Means and scales as they were stored. @throws {ArgumentError} if they cannot be. */
export function readStatistics(
  at: string,
  state: unknown,
  columns?: number,
): { mean: Float64Array; scale: Float64Array } {
  const { mean, scale } = readOptions<{ kind: string; mean: Float64Array; scale: Float64Array }>(
    at,
    { kind: string('standardScaler'), mean: floats('f64', columns), scale: floats('f64', columns) },
    state,
  );
  if (
    mean.length !== scale.length ||
    !mean.every(Number.isFinite) ||
    !scale.every((one) => one > 0 && one < Infinity)
  ) {
    throw new ArgumentError(`${at}: expected finite means and as many scales > 0`);
  }
  return { mean, scale };
}

const restore: Readonly<Record<StepState['kind'], (state: unknown, at: string) => Transformer>> = {
  standardScaler: (state, at) => makeScaler(readStatistics(at, state)),
  polynomialFeatures(state, at) {
    const { kind, features, ...options } = readOptions<PolynomialFeaturesState>(
      at,
      {
        kind: oneOf(['polynomialFeatures']),
        features: integer('[1, 1048576]'),
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
