/** Gradients against finite differences. */
import { type MatrixLike, readMatrix, type TypedArray } from '../data/matrix.ts';
import { Philox } from '../data/random.ts';
import { lossAndGradient } from '../loss-and-gradient.ts';
import type { LossSpec } from '../losses.ts';
import { integer, number, readOptions } from '../spec.ts';

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
};

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
  parameters: readonly number[] | TypedArray,
  options?: CheckGradientOptions,
): GradientCheck;
export function checkGradient(
  loss: LossSpec,
  predictions: MatrixLike | readonly number[] | TypedArray,
  options: CheckLossOptions,
): GradientCheck;
export function checkGradient(
  objective: Objective | LossSpec,
  parameters: MatrixLike | readonly number[] | TypedArray,
  options: Partial<CheckLossOptions> = {},
): GradientCheck {
  const { targets, sampleWeights, names, ...rest } = options;
  const { tolerance, step, samples, seed } = readOptions('checkGradient', fields, rest);
  const own = typeof objective === 'function';
  const what = own ? 'parameters' : 'predictions';
  const { rows, columns, copyRows } = readMatrix(parameters, { what, vector: true });
  const n = rows * columns;
  const θ = new Float64Array(n);
  copyRows(θ, columns, 0, rows);
  // What the objective does not fill in stays NaN, and shows.
  const gradient = new Float64Array(n).fill(Number.NaN);
  const value = (): number => {
    if (own) return objective(θ, gradient);
    const weights = sampleWeights && { sampleWeights };
    const result = lossAndGradient(objective, { data: θ, rows, columns }, targets!, { ...weights });
    gradient.set(result.gradient);
    return result.value;
  };
  const f = value();
  const analytic = gradient.slice();
  /** The central difference in a coordinate, and how much f changes to either side. */
  const difference = (i: number, h: number): readonly [slope: number, change: number] => {
    const at = θ[i]!;
    const [up, down] = [at + h, at - h];
    θ[i] = up;
    const above = value();
    θ[i] = down;
    const below = value();
    θ[i] = at;
    return [(above - below) / (up - down), (Math.abs(above - f) + Math.abs(below - f)) / (up - down)];
  };
  const chosen = new Philox(seed).permutation(n).subarray(0, samples).sort();
  let worst: CheckedCoordinate | undefined;
  for (const index of chosen) {
    const h = step * Math.max(1, Math.abs(θ[index]!));
    const [far, change] = difference(index, 2 * h);
    const numeric = (4 * difference(index, h)[0] - far) / 3;
    const a = analytic[index]!;
    const scale = Math.max(Math.abs(a), Math.abs(numeric), 1e-4 * Math.abs(f), 1e-4 * change);
    let error = a === numeric ? 0 : Math.abs(a - numeric) / scale;
    if (Number.isNaN(error)) error = Infinity;
    if (worst && error <= worst.error) continue;
    const name = names?.[index] ?? (own ? '' : `row ${Math.floor(index / columns)}, output ${index % columns}`);
    worst = { index, ...(name && { name }), analytic: a, numeric, error };
  }
  return { ok: worst!.error <= tolerance, worst: worst!, maxError: worst!.error, checked: chosen.length };
}
