/**
 * Rules with norms of the whole tensor, and rules without a schedule or a rate, over flat arrays in place, with the
 * defaults of each rule. Slots start at zeros; t is 1 at the first step.
 */
import type { Floats } from './index.ts';

/** m and v of Adam, u = m̂/(√v̂ + ε), θ ← θ − η(‖θ‖/‖u‖)u; `u` is work space. */
export function lamb(theta: Floats, gradient: Floats, m: Floats, v: Floats, u: Floats, t: number, rate: number): void {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-6];
  const front = 1 / (1 - beta1 ** t);
  const root = 1 / Math.sqrt(1 - beta2 ** t);
  let above = 0;
  let below = 0;
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const size = beta2 * v[i]! + (1 - beta2) * g * g;
    m[i] = mean;
    v[i] = size;
    const step = (front * mean) / (Math.sqrt(size) * root + epsilon);
    u[i] = step;
    above += theta[i]! * theta[i]!;
    below += step * step;
  }
  const length = rate * (above > 0 && below > 0 ? Math.sqrt(above / below) : 1);
  for (let i = 0; i < theta.length; i++) theta[i]! -= length * u[i]!;
}

/** z ← z − ηg, x ← x + (z − x)/t, y ← 0.9x + 0.1z */
export function scheduleFreeSgd(theta: Floats, gradient: Floats, z: Floats, x: Floats, t: number, rate: number): void {
  if (t === 1) {
    z.set(theta);
    x.set(theta);
  }
  const c = 1 / t;
  for (let i = 0; i < theta.length; i++) {
    const step = z[i]! - rate * gradient[i]!;
    const mean = (1 - c) * x[i]! + c * step;
    z[i] = step;
    x[i] = mean;
    theta[i] = 0.9 * mean + 0.1 * step;
  }
}

/** v of Adam, z ← z − ηg/(√v̂ + ε), x ← x + (z − x)/t, y ← 0.9x + 0.1z */
export function scheduleFreeAdamW(
  theta: Floats,
  gradient: Floats,
  z: Floats,
  x: Floats,
  v: Floats,
  t: number,
  rate: number,
): void {
  if (t === 1) {
    z.set(theta);
    x.set(theta);
  }
  const c = 1 / t;
  const root = 1 / Math.sqrt(1 - 0.999 ** t);
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const size = 0.999 * v[i]! + (1 - 0.999) * g * g;
    v[i] = size;
    const step = z[i]! - (rate * g) / (Math.sqrt(size) * root + 1e-8);
    const mean = (1 - c) * x[i]! + c * step;
    z[i] = step;
    x[i] = mean;
    theta[i] = 0.9 * mean + 0.1 * step;
  }
}

/** What Prodigy keeps beside its slots. */
export interface ProdigyScalars {
  d: number;
  largest: number;
  numerator: number;
}

export function prodigy(
  theta: Floats,
  gradient: Floats,
  slots: readonly [m: Floats, v: Floats, s: Floats, origin: Floats],
  kept: ProdigyScalars,
  t: number,
  rate: number,
): void {
  const [m, v, s, origin] = slots;
  const d0 = 1e-6;
  const [beta1, beta2, beta3] = [0.9, 0.999, Math.sqrt(0.999)];
  if (t === 1) origin.set(theta);
  const { d } = kept;
  const e = d * rate;
  const weight = (d / d0) * e;
  let product = 0;
  let norm = 0;
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const scaled = d * g;
    m[i] = beta1 * m[i]! + (1 - beta1) * scaled;
    v[i] = beta2 * v[i]! + (1 - beta2) * scaled * scaled;
    const sum = beta3 * s[i]! + weight * g;
    s[i] = sum;
    product += g * (origin[i]! - theta[i]!);
    norm += Math.abs(sum);
  }
  if (norm === 0) return;
  kept.numerator = beta3 * kept.numerator + weight * product;
  const found = kept.numerator / norm;
  kept.largest = Math.max(kept.largest, found);
  kept.d = kept.largest;
  const small = kept.d * 1e-8;
  for (let i = 0; i < theta.length; i++) theta[i]! -= (e * m[i]!) / (Math.sqrt(v[i]!) + small);
}

/** c = a · b as `gemmBlocked` takes it, with its room. */
export type Multiply = (
  ...all: [
    m: number,
    n: number,
    k: number,
    a: Floats,
    aRow: number,
    aColumn: number,
    b: Floats,
    bRow: number,
    bColumn: number,
    c: Floats,
  ]
) => void;

/** Muon of a wide matrix, by a product that is blocked for the caches; `work` is X, the next X, A and A². */
export function muon(
  theta: Floats,
  gradient: Floats,
  b: Floats,
  work: readonly [Floats, Floats, Floats, Floats],
  [rows, columns]: readonly [number, number],
  rate: number,
  multiply: Multiply,
): void {
  let [x, next] = work;
  const [, , a, square] = work;
  let norm = 0;
  for (let i = 0; i < theta.length; i++) {
    const g = 0.05 * gradient[i]!;
    const mean = 0.95 * b[i]! + g;
    b[i] = mean;
    const along = g + 0.95 * mean;
    x[i] = along;
    norm += along * along;
  }
  const scale = 1 / Math.max(Math.sqrt(norm), 1e-7);
  for (let i = 0; i < theta.length; i++) x[i]! *= scale;
  for (let step = 0; step < 5; step++) {
    multiply(rows, rows, columns, x, columns, 1, x, 1, columns, a);
    multiply(rows, rows, rows, a, rows, 1, a, rows, 1, square);
    for (let i = 0; i < a.length; i++) a[i] = 2.0315 * square[i]! - 4.775 * a[i]!;
    for (let i = 0; i < rows; i++) a[i * rows + i]! += 3.4445;
    multiply(rows, columns, rows, a, rows, 1, x, columns, 1, next);
    [x, next] = [next, x];
  }
  const stay = 1 - 0.1 * rate;
  for (let i = 0; i < theta.length; i++) theta[i] = stay * theta[i]! - rate * x[i]!;
}
