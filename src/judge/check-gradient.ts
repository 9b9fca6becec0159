/** Gradients against finite differences. */
import { type MatrixLike, readMatrix, type TypedArray } from '../data/matrix.ts';
import { Philox, streams } from '../data/random.ts';
import { ShapeError } from '../errors.ts';
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
  /** |analytic − numeric|/max(|analytic|, |numeric|, 1e-4·|f|, 1e-4·C), with C as `checkGradient` says. */
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
 * (4·D(h) − D(2h))/3, where the h² of the error cancels. The error of a coordinate is the difference relative to the
 * larger of the two values; or, where both are smaller, to 1e-4·|f| or 1e-4·C, C the mean of |f(θ ± 2h) − f(θ)|/2h:
 * differences cannot see less than rounding leaves of f and of θ.
 *
 * At a kink (|r| at 0, a hinge at its margin, relu at 0) there is no gradient: differences give the mean of both sides,
 * losses one of the values between them. So a mismatch within 2h of a kink is no mistake; move θ a little and check
 * again.
 * @param objective returns the value at θ and fills in the gradient; or a loss, checked at its predictions: then
 * `targets` is needed.
 * @param parameters θ, or predictions: rows × outputs. They are not changed.
 * @throws {ArgumentError} on unknown options, values out of range, other lengths.
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
  const value = (gradient: Float64Array): number => given.objective(θ, gradient);
  // What the objective does not fill in stays NaN, and shows.
  const analytic = new Float64Array(n).fill(Number.NaN);
  const f = value(analytic);
  /** The central difference in a coordinate, and how much f changes to either side. */
  const difference = (i: number, h: number): { slope: number; change: number } => {
    const at = θ[i]!;
    const [up, down] = [at + h, at - h];
    θ[i] = up;
    const above = value(scratch);
    θ[i] = down;
    const below = value(scratch);
    θ[i] = at;
    const width = up - down;
    return { slope: (above - below) / width, change: (Math.abs(above - f) + Math.abs(below - f)) / width };
  };
  const all = n <= samples;
  const chosen = all ? θ.keys() : new Philox(seed, streams.user).permutation(n).subarray(0, samples).sort();
  let worst: CheckedCoordinate | undefined;
  for (const index of chosen) {
    const h = step * Math.max(1, Math.abs(θ[index]!));
    const far = difference(index, 2 * h);
    const numeric = (4 * difference(index, h).slope - far.slope) / 3;
    const a = analytic[index]!;
    const least = Math.max(Math.abs(a), Math.abs(numeric), 1e-4 * Math.max(Math.abs(f), far.change));
    let error = a === numeric ? 0 : Math.abs(a - numeric) / least;
    if (Number.isNaN(error)) error = Infinity;
    if (error <= (worst?.error ?? -1)) continue;
    const name = names?.[index] ?? given.name(index);
    worst = { index, ...(name && { name }), analytic: a, numeric, error };
  }
  const { error } = worst!;
  return { ok: error <= tolerance, worst: worst!, maxError: error, checked: Math.min(n, samples) };
}
