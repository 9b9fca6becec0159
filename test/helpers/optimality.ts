/**
 * Is a point optimal? In plain loops over what subgradients may be: for an objective f + penalties with constraints, −∇f
 * must be a subgradient of the penalties plus a normal of the constraints.
 */
import type { Feature, RegularizerSpec } from 'downhill';

/** outputs × features */
export type Rows = readonly (readonly number[])[];

interface Element {
  readonly k: number;
  readonly j: number;
}

/** Distance of `x` from [low, high]. */
const outside = (x: number, low: number, high: number): number => Math.max(low - x, x - high, 0);

const norm = (values: readonly number[]): number => Math.hypot(...values);

/**
 * How far −∇f, given as `s`, is from what it must be at θ; 0 at the optimum. Intercepts are not looked at. Groups may not
 * stand beside `maxNorm`.
 * @param slack of a norm at its maximum, relative.
 */
export function offOptimum(specs: readonly RegularizerSpec[], theta: Rows, s: Rows, slack = 1e-14): number {
  const features = theta[0]!.length;
  const chosen = (list: readonly Feature[] | null): readonly number[] =>
    list === null ? theta[0]!.map((_, j) => j) : (list as readonly number[]);
  const low = theta.map((row) => row.map(() => 0));
  const high = theta.map((row) => row.map(() => 0));
  // What is left for kinks, bounds, groups and balls.
  const rest = s.map((row) => [...row]);
  const groups: { readonly elements: readonly Element[]; readonly weight: number }[] = [];
  const balls: { readonly elements: readonly Element[]; readonly max: number }[] = [];
  let worst = 0;
  for (const spec of specs) {
    const columns = chosen(spec.features);
    const sharp = spec.kind === 'l1' ? spec.lambda : spec.kind === 'elasticNet' ? spec.l1 : 0;
    const square = spec.kind === 'l2' ? spec.lambda : spec.kind === 'elasticNet' ? spec.l2 : 0;
    const lower = spec.kind === 'nonNegative' ? 0 : spec.kind === 'box' ? (spec.lower ?? -Infinity) : -Infinity;
    const upper = spec.kind === 'box' ? (spec.upper ?? Infinity) : Infinity;
    theta.forEach((row, k) => {
      for (const j of columns) {
        const value = row[j]!;
        rest[k]![j]! -= 2 * square * value;
        low[k]![j]! += value > 0 ? sharp : -sharp;
        high[k]![j]! += value < 0 ? -sharp : sharp;
        worst = Math.max(worst, outside(value, lower, upper));
        if (value <= lower) low[k]![j] = -Infinity;
        if (value >= upper) high[k]![j] = Infinity;
      }
    });
    if (spec.kind === 'groupLasso') {
      const lists = (spec.groups ?? columns.map((j) => [j])) as readonly (readonly number[])[];
      for (const list of lists) {
        const elements = list.flatMap((j) => theta.map((_, k) => ({ k, j })));
        groups.push({ elements, weight: spec.lambda * (spec.scaleBySize ? Math.sqrt(elements.length) : 1) });
      }
    }
    if (spec.kind === 'maxNorm') {
      theta.forEach((_, k) => {
        balls.push({ elements: columns.map((j) => ({ k, j })), max: spec.max });
      });
    }
  }
  const at = (values: Rows, { k, j }: Element): number => values[k]![j]!;
  const seen = new Set<number>();
  for (const { elements, weight } of groups) {
    const length = norm(elements.map((element) => at(theta, element)));
    if (length === 0) {
      // As much as a kink or a bound does not take, the group must hold.
      const left = elements.map((e) => outside(at(rest, e), at(low, e), at(high, e)));
      worst = Math.max(worst, norm(left) - weight);
      for (const { k, j } of elements) seen.add(k * features + j);
    } else {
      for (const { k, j } of elements) rest[k]![j]! -= (weight * theta[k]![j]!) / length;
    }
  }
  for (const { elements, max } of balls) {
    const length = norm(elements.map((element) => at(theta, element)));
    worst = Math.max(worst, length - max * (1 + slack));
    if (length < max * (1 - slack)) continue;
    // The normal of the ball is t·θ, t ≥ 0: the t that fits elements without a choice best.
    const free = elements.filter((e) => at(low, e) === at(high, e));
    const sum = free.reduce((total, e) => total + (at(rest, e) - at(low, e)) * at(theta, e), 0);
    const t = Math.max(0, sum) / free.reduce((total, e) => total + at(theta, e) ** 2, 0);
    for (const { k, j } of elements) rest[k]![j]! -= t * theta[k]![j]!;
  }
  theta.forEach((row, k) => {
    row.forEach((_, j) => {
      if (!seen.has(k * features + j)) worst = Math.max(worst, outside(rest[k]![j]!, low[k]![j]!, high[k]![j]!));
    });
  });
  return worst;
}
