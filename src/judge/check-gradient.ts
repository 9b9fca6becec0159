/** Gradients against finite differences. */
import { type MatrixLike, readMatrix, type TypedArray } from '../data/matrix.ts';
import { Philox, streams } from '../data/random.ts';
import { describe } from '../describe.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import type { LossSpec } from '../losses.ts';
import { integer, number, readOptions } from '../spec.ts';
import { lossAndGradient } from '../standalone.ts';

/** A function of parameters that returns its value and fills in its gradient. */
export type Objective = (parameters: Float64Array, gradient: Float64Array) => number;

export interface CheckGradientOptions {
  /** The error that is still right. Default 1e-6. */
  readonly tolerance?: number;
  /** h, in units of max(1, |θᵢ|), > 0. Default ∛ε = 6.06e-6; more where the objective computes in f32. */
  readonly step?: number;
  /** Coordinates looked at, ≥ 1; if there are more, a random choice of them. Default 256. */
  readonly samples?: number;
  /** Of the choice. Default 0. */
  readonly seed?: number;
  /** Names of the coordinates, for the report. Default null. */
  readonly names?: readonly string[] | null;
}

export interface CheckLossOptions extends CheckGradientOptions {
  /** Targets, as `lossAndGradient` takes them. */
  readonly targets: MatrixLike | readonly number[] | TypedArray;
  /** Weights of rows. Default null. */
  readonly sampleWeights?: ArrayLike<number> | null;
}

/** One coordinate of a gradient. */
export interface CheckedCoordinate {
  readonly index: number;
  readonly name?: string;
  /** What the objective says. */
  readonly analytic: number;
  /** What differences say. */
  readonly numeric: number;
  /** |analytic − numeric|/max(|analytic|, |numeric|, 1e-4·|f|). */
  readonly error: number;
}

export interface GradientCheck {
  /** Whether no error is above the tolerance. */
  readonly ok: boolean;
  /** The coordinate with the largest error, the first of equals. */
  readonly worst: CheckedCoordinate;
  readonly maxError: number;
  /** How many coordinates were looked at. */
  readonly checked: number;
}

const fields = {
  tolerance: number('(0, ∞)', 1e-6),
  step: number('(0, ∞)', 6.055454452393343e-6),
  samples: integer('[1, ∞)', 256),
  seed: integer('[0, ∞)', 0),
  names: {
    fallback: null,
    expected: () => 'a list of names',
    read: (value: unknown) => (value === null || Array.isArray(value) ? (value as string[]) : undefined),
  },
};

/** A loss as a function of its predictions, and what the coordinates are. */
function lossObjective(loss: LossSpec, predictions: unknown, options: Partial<CheckLossOptions>) {
  const { rows, columns, copyRows } = readMatrix(predictions, { what: 'predictions', vector: true });
  const { targets, sampleWeights } = options;
  const data = new Float64Array(rows * columns);
  copyRows(data, columns, 0, rows);
  const objective: Objective = (data, gradient) => {
    const weights = sampleWeights ? { sampleWeights } : {};
    const result = lossAndGradient(loss, { data, rows, columns }, targets!, weights);
    gradient.set(result.gradient);
    return result.value;
  };
  const name = (i: number): string => `row ${Math.floor(i / columns)}, output ${i % columns}`;
  return { objective, start: data, name };
}

/**
 * Compares a gradient with central differences, coordinate by coordinate, and names the worst.
 *
 * With D(h) = (f(θ + h) − f(θ − h))/2h in one coordinate, h = `step`·max(1, |θᵢ|), the numeric value is
 * (4·D(h) − D(2h))/3, where the error of third order cancels. The error of a coordinate is the difference relative to the larger
 * of the two values, or to 1e-4·|f| where both are smaller: differences cannot see less than rounding leaves of f.
 *
 * At a kink (|r| at 0, a hinge at its margin, relu at 0) there is no gradient: differences give the mean of both sides,
 * losses one of the values between them. So a mismatch within 2h of a kink is no mistake; move θ a little and check
 * again.
 * @param objective returns the value at θ and fills in the gradient; or a loss, checked at its predictions: then
 * `targets` is needed.
 * @param parameters θ, or predictions: rows × outputs. They are not changed.
 * @throws {ArgumentError} on unknown options, values out of range, an objective that returns no number.
 */
export function checkGradient(
  objective: Objective,
  parameters: ArrayLike<number>,
  options?: CheckGradientOptions,
): GradientCheck;
export function checkGradient(
  loss: LossSpec,
  predictions: MatrixLike | readonly number[] | TypedArray,
  options: CheckLossOptions,
): GradientCheck;
export function checkGradient(
  objective: Objective | LossSpec,
  parameters: ArrayLike<number> | MatrixLike,
  options: Partial<CheckLossOptions> = {},
): GradientCheck {
  const { targets, sampleWeights, ...rest } = options;
  const { tolerance, step, samples, seed, names } = readOptions('checkGradient', fields, rest);
  const given =
    typeof objective === 'function'
      ? { objective, start: parameters as ArrayLike<number>, name: () => undefined }
      : lossObjective(objective, parameters, { targets, sampleWeights } as CheckLossOptions);
  const θ = Float64Array.from(given.start);
  const n = θ.length;
  if (n === 0) throw new ShapeError('checkGradient: expected parameters, got none');
  if (names && names.length !== n) throw new ShapeError(`names: expected ${n}, one per parameter, got ${names.length}`);
  const scratch = new Float64Array(n);
  const value = (gradient: Float64Array): number => {
    const f: unknown = given.objective(θ, gradient);
    if (typeof f !== 'number')
      throw new ArgumentError(`checkGradient: the objective must return a number, got ${describe(f)}`);
    return f;
  };
  // What the objective does not fill in stays NaN, and shows.
  const analytic = new Float64Array(n).fill(Number.NaN);
  const scale = 1e-4 * Math.abs(value(analytic));
  const slope = (i: number, h: number): number => {
    const at = θ[i]!;
    const [up, down] = [at + h, at - h];
    θ[i] = up;
    const above = value(scratch);
    θ[i] = down;
    const below = value(scratch);
    θ[i] = at;
    return (above - below) / (up - down);
  };
  const all = n <= samples;
  const chosen = all ? θ.keys() : new Philox(seed, streams.user).permutation(n).subarray(0, samples).sort();
  let worst: CheckedCoordinate | undefined;
  for (const i of chosen) {
    const h = step * Math.max(1, Math.abs(θ[i]!));
    const a = analytic[i]!;
    const numeric = (4 * slope(i, h) - slope(i, 2 * h)) / 3;
    const off = Math.abs(a - numeric);
    const error = off === 0 ? 0 : off / Math.max(Math.abs(a), Math.abs(numeric), scale);
    if (worst && !(error > worst.error) && !Number.isNaN(error)) continue;
    const name = names?.[i] ?? given.name(i);
    worst = {
      index: i,
      ...(name === undefined ? {} : { name }),
      analytic: a,
      numeric,
      error: Number.isNaN(error) ? Infinity : error,
    };
    if (worst.error === Infinity) break;
  }
  const { error } = worst!;
  return { ok: error <= tolerance, worst: worst!, maxError: error, checked: Math.min(n, samples) };
}
