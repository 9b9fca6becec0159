/**
 * Rules of optimizers as they are published, one parameter array at a time in plain f64: what kernels are compared with
 * where there is no trace. Each returns the parameters after every step.
 */
import type { LambSpec, MuonSpec, ProdigySpec, ScheduleFreeAdamWSpec, ScheduleFreeSgdSpec } from '#src/optimizers.js';

type Vector = readonly number[];
type Rate = (t: number) => number;

const norm = (x: Vector): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
const dot = (x: Vector, y: Vector): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);

/** LAMB, You et al. 2020, as optax has it. */
export function lambRule(spec: LambSpec, start: Vector, gradients: readonly Vector[], rate: Rate): number[][] {
  const { beta1, beta2, epsilon, weightDecay, maximize } = spec;
  let theta = [...start];
  let m = start.map(() => 0);
  let v = start.map(() => 0);
  return gradients.map((given, index) => {
    const t = index + 1;
    const g = given.map((value) => (maximize ? -value : value));
    m = m.map((value, i) => beta1 * value + (1 - beta1) * g[i]!);
    v = v.map((value, i) => beta2 * value + (1 - beta2) * g[i]! ** 2);
    const u = theta.map((value, i) => {
      const root = Math.sqrt(v[i]! / (1 - beta2 ** t));
      return m[i]! / (1 - beta1 ** t) / (root + epsilon) + weightDecay * value;
    });
    const above = norm(theta);
    const below = norm(u);
    const ratio = above === 0 || below === 0 ? 1 : above / below;
    theta = theta.map((value, i) => value - rate(index) * ratio * u[i]!);
    return theta;
  });
}

type Matrix = readonly Vector[];

const transpose = (x: Matrix): number[][] => x[0]!.map((_, j) => x.map((row) => row[j]!));
const product = (x: Matrix, y: Matrix): number[][] => {
  const columns = transpose(y);
  return x.map((row) => columns.map((column) => dot(row, column)));
};

/** Muon as PyTorch 2.14 has it, without its rounding to bfloat16; `shape` [rows, columns]. */
export function muonRule(
  spec: MuonSpec,
  start: Vector,
  gradients: readonly Vector[],
  rate: Rate,
  [rows, columns]: readonly [number, number],
): number[][] {
  const { momentum, weightDecay, nesterov, nsSteps, matchRmsAdamW } = spec;
  let theta = [...start];
  let b = start.map(() => 0);
  return gradients.map((g, index) => {
    b = b.map((value, i) => momentum * value + (1 - momentum) * g[i]!);
    const along = nesterov ? b.map((value, i) => (1 - momentum) * g[i]! + momentum * value) : b;
    const length = Math.max(norm(along), 1e-7);
    let x: number[][] = Array.from({ length: rows }, (_, i) =>
      along.slice(i * columns, (i + 1) * columns).map((value) => value / length),
    );
    if (rows > columns) x = transpose(x);
    for (let k = 0; k < nsSteps; k++) {
      const a = product(x, transpose(x));
      const square = product(a, a);
      const p = a.map((row, i) => row.map((value, j) => -4.775 * value + 2.0315 * square[i]![j]!));
      const moved = product(p, x);
      x = x.map((row, i) => row.map((value, j) => 3.4445 * value + moved[i]![j]!));
    }
    if (rows > columns) x = transpose(x);
    const factor = matchRmsAdamW ? 0.2 * Math.sqrt(Math.max(rows, columns)) : Math.sqrt(Math.max(1, rows / columns));
    const eta = rate(index);
    const flat = x.flat();
    theta = theta.map((value, i) => value * (1 - eta * weightDecay) - eta * factor * flat[i]!);
    return theta;
  });
}

/** Schedule-free SGD and AdamW, Defazio et al. 2024: y after every step, and x. */
export function scheduleFreeRule(
  spec: ScheduleFreeSgdSpec | ScheduleFreeAdamWSpec,
  start: Vector,
  gradients: readonly Vector[],
): { y: number[][]; x: number[][] } {
  const { warmupSteps, r, weightPower, weightDecay } = spec;
  const beta = spec.kind === 'scheduleFreeSgd' ? spec.momentum : spec.beta1;
  let y = [...start];
  let z = [...start];
  let x = [...start];
  let v = start.map(() => 0);
  let top = 0;
  let sum = 0;
  const found = { y: [] as number[][], x: [] as number[][] };
  gradients.forEach((g, index) => {
    const t = index + 1;
    const eta = (spec.learningRate as number) * (warmupSteps > 0 ? Math.min(1, t / warmupSteps) : 1);
    top = Math.max(top, eta);
    const weight = t ** r * top ** weightPower;
    sum += weight;
    const c = weight / sum;
    if (spec.kind === 'scheduleFreeSgd') {
      z = z.map((value, i) => value - eta * (g[i]! + weightDecay * y[i]!));
    } else {
      const { beta2, epsilon } = spec;
      v = v.map((value, i) => beta2 * value + (1 - beta2) * g[i]! ** 2);
      z = z.map((value, i) => {
        const root = Math.sqrt(v[i]! / (1 - beta2 ** t));
        return value - eta * weightDecay * y[i]! - (eta * g[i]!) / (root + epsilon);
      });
    }
    x = x.map((value, i) => (1 - c) * value + c * z[i]!);
    y = x.map((value, i) => beta * value + (1 - beta) * z[i]!);
    found.y.push(y);
    found.x.push(x);
  });
  return found;
}

/** Prodigy, Mishchenko and Defazio 2024: parameters and effective steps after every step, and d. */
export function prodigyRule(spec: ProdigySpec, start: Vector, gradients: readonly Vector[], rate: Rate) {
  const { beta1, beta2, epsilon, weightDecay, d0, dCoefficient, useBiasCorrection, safeguardWarmup } = spec;
  const beta3 = spec.beta3 ?? Math.sqrt(beta2);
  const growth = spec.growthRate ?? Number.POSITIVE_INFINITY;
  let theta = [...start];
  let m = start.map(() => 0);
  let v = start.map(() => 0);
  let s = start.map(() => 0);
  let d = d0;
  let largest = d0;
  let numerator = 0;
  let k = 0;
  const found = { theta: [] as number[][], h: [] as number[][], d: [] as number[] };
  gradients.forEach((g, index) => {
    const correction = useBiasCorrection ? Math.sqrt(1 - beta2 ** (k + 1)) / (1 - beta1 ** (k + 1)) : 1;
    const e = d * rate(index) * correction;
    const away = start.map((value, i) => value - theta[i]!);
    m = m.map((value, i) => beta1 * value + (1 - beta1) * d * g[i]!);
    v = v.map((value, i) => beta2 * value + (1 - beta2) * d * d * g[i]! ** 2);
    s = s.map((value, i) => beta3 * value + (d / d0) * (safeguardWarmup ? d : e) * g[i]!);
    const below = s.reduce((sum, value) => sum + Math.abs(value), 0);
    let h = start.map(() => 0);
    if (below > 0) {
      numerator = beta3 * numerator + (d / d0) * e * dot(g, away);
      const old = d;
      const estimate = (dCoefficient * numerator) / below;
      if (d === d0) d = Math.max(d, estimate);
      largest = Math.max(largest, estimate);
      d = Math.min(largest, d * growth);
      k++;
      theta = theta.map((value, i) => value - weightDecay * e * value - (e * m[i]!) / (Math.sqrt(v[i]!) + d * epsilon));
      h = v.map((value) => (e * old) / (Math.sqrt(value) + d * epsilon));
    }
    found.theta.push(theta);
    found.h.push(h);
    found.d.push(d);
  });
  return found;
}
