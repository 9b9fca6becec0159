/** Weighted minimax polynomials by the exchange algorithm of Remez (1934), on a grid of points. */
import { abs, div, type Fixed, mul, ONE } from './fixed.ts';

export interface Problem {
  /** Points of the grid, ascending. */
  readonly points: readonly Fixed[];
  /** What the polynomial approximates, at each point. */
  readonly values: readonly Fixed[];
  /** What the error is multiplied by, at each point. */
  readonly weights: readonly Fixed[];
}

/** Σ c[j]·x^j */
export const evaluate = (c: readonly Fixed[], x: Fixed): Fixed => c.reduceRight((sum, a) => mul(sum, x) + a, 0n);

export const weightedErrors = ({ points, values, weights }: Problem, c: readonly Fixed[]): Fixed[] =>
  points.map((x, i) => mul(weights[i]!, values[i]! - evaluate(c, x)));

/** Gaussian elimination with row pivoting. */
function solve(rows: Fixed[][]): Fixed[] {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k; i < n; i++) if (abs(rows[i]![k]!) > abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = div(rows[i]![k]!, rows[k]![k]!);
      for (let j = k; j <= n; j++) rows[i]![j]! -= mul(factor, rows[k]![j]!);
    }
  }
  return rows.map((row, k) => div(row[n]!, row[k]!));
}

/** The largest error of each run of equal sign; then the weakest ends are dropped until `count` are left. */
function extrema(errors: readonly Fixed[], count: number): number[] {
  const peaks: number[] = [];
  errors.forEach((error, i) => {
    const last = peaks.at(-1);
    if (last === undefined || error > 0n !== errors[last]! > 0n) peaks.push(i);
    else if (abs(error) > abs(errors[last]!)) peaks[peaks.length - 1] = i;
  });
  while (peaks.length > count) {
    if (abs(errors[peaks[0]!]!) < abs(errors[peaks.at(-1)!]!)) peaks.shift();
    else peaks.pop();
  }
  return peaks;
}

/** Coefficients of the polynomial of `terms` terms whose largest weighted error is smallest. */
export function remez(problem: Problem, terms: number): Fixed[] {
  const { points, values, weights } = problem;
  const last = points.length - 1;
  let chosen = Array.from({ length: terms + 1 }, (_, i) =>
    Math.round((last * (1 - Math.cos((Math.PI * (i + 0.5)) / (terms + 1)))) / 2),
  );
  let coefficients: Fixed[] = [];
  for (let round = 0; round < 50; round++) {
    coefficients = solve(
      chosen.map((at, i) => {
        const row: Fixed[] = [];
        for (let j = 0, power = ONE; j < terms; j++, power = mul(power, points[at]!)) row.push(power);
        row.push(div(i % 2 ? -ONE : ONE, weights[at]!), values[at]!);
        return row;
      }),
    ).slice(0, terms);
    const next = extrema(weightedErrors(problem, coefficients), terms + 1);
    if (next.length <= terms) throw new Error(`${next.length} extrema found, ${terms + 1} needed`);
    if (next.every((at, i) => at === chosen[i])) break;
    chosen = next;
  }
  return coefficients;
}
