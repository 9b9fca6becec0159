/**
 * The Adam line over flat arrays, in place, one pass each, with the defaults of each rule. Slots start at zeros (Yogi's at
 * 1e-6); t is 1 at the first step. What is the same for all elements is computed before the loop.
 */
import type { Floats } from './index.ts';

/** θ ← θ − η·m̂/(√v̂ + ε) */
export function adam(theta: Floats, gradient: Floats, m: Floats, v: Floats, t: number, rate: number): void {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const front = rate / (1 - beta1 ** t);
  const root = 1 / Math.sqrt(1 - beta2 ** t);
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const size = beta2 * v[i]! + (1 - beta2) * g * g;
    m[i] = mean;
    v[i] = size;
    theta[i]! -= (front * mean) / (Math.sqrt(size) * root + epsilon);
  }
}

/** θ ← (1 − ηλ)θ, then Adam */
export function adamW(theta: Floats, gradient: Floats, m: Floats, v: Floats, t: number, rate: number): void {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const front = rate / (1 - beta1 ** t);
  const root = 1 / Math.sqrt(1 - beta2 ** t);
  const stay = 1 - rate * 0.01;
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const size = beta2 * v[i]! + (1 - beta2) * g * g;
    m[i] = mean;
    v[i] = size;
    theta[i] = stay * theta[i]! - (front * mean) / (Math.sqrt(size) * root + epsilon);
  }
}

/** Adam over the largest v so far */
export function amsgrad(
  theta: Floats,
  gradient: Floats,
  m: Floats,
  v: Floats,
  top: Floats,
  t: number,
  rate: number,
): void {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const front = rate / (1 - beta1 ** t);
  const root = 1 / Math.sqrt(1 - beta2 ** t);
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const size = beta2 * v[i]! + (1 - beta2) * g * g;
    const largest = Math.max(top[i]!, size);
    m[i] = mean;
    v[i] = size;
    top[i] = largest;
    theta[i]! -= (front * mean) / (Math.sqrt(largest) * root + epsilon);
  }
}

/** u ← max(β2u, |g| + ε), θ ← θ − η·m̂/u */
export function adamax(theta: Floats, gradient: Floats, m: Floats, u: Floats, t: number, rate: number): void {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const front = rate / (1 - beta1 ** t);
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const size = Math.max(beta2 * u[i]!, Math.abs(g) + epsilon);
    m[i] = mean;
    u[i] = size;
    theta[i]! -= (front * mean) / size;
  }
}

/** Adam with Nesterov's momentum on a schedule; `product` is Π of the step before. Returns Π. */
export function nadam(
  theta: Floats,
  gradient: Floats,
  m: Floats,
  v: Floats,
  t: number,
  rate: number,
  product: number,
): number {
  const [beta1, beta2, epsilon, psi] = [0.9, 0.999, 1e-8, 4e-3];
  const now = beta1 * (1 - 0.5 * 0.96 ** (t * psi));
  const next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * psi));
  const all = product * now;
  const ofGradient = (rate * (1 - now)) / (1 - all);
  const ofMean = (rate * next) / (1 - all * next);
  const root = 1 / Math.sqrt(1 - beta2 ** t);
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const size = beta2 * v[i]! + (1 - beta2) * g * g;
    m[i] = mean;
    v[i] = size;
    theta[i]! -= (ofGradient * g + ofMean * mean) / (Math.sqrt(size) * root + epsilon);
  }
  return all;
}

/** Adam without v until its variance can be judged */
export function radam(theta: Floats, gradient: Floats, m: Floats, v: Floats, t: number, rate: number): void {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const limit = 2 / (1 - beta2) - 1;
  const c2 = 1 - beta2 ** t;
  const length = limit - (2 * t * (1 - c2)) / c2;
  const early = length <= 5;
  let front = rate / (1 - beta1 ** t);
  if (!early) {
    front *= Math.sqrt((c2 * (length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length));
  }
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const size = beta2 * v[i]! + (1 - beta2) * g * g;
    m[i] = mean;
    v[i] = size;
    theta[i]! -= early ? front * mean : (front * mean) / (Math.sqrt(size) + epsilon);
  }
}

/** s ← β2s + (1 − β2)(g − m)² + ε, θ ← θ − η·m̂/(√ŝ + ε) */
export function adaBelief(theta: Floats, gradient: Floats, m: Floats, s: Floats, t: number, rate: number): void {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-16];
  const front = rate / (1 - beta1 ** t);
  const root = 1 / Math.sqrt(1 - beta2 ** t);
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const off = g - mean;
    const size = beta2 * s[i]! + (1 - beta2) * off * off + epsilon;
    m[i] = mean;
    s[i] = size;
    theta[i]! -= (front * mean) / (Math.sqrt(size) * root + epsilon);
  }
}

/** v ← v − (1 − β2)·sign(v − g²)·g², θ ← θ − η·m̂/(√v̂ + ε) */
export function yogi(theta: Floats, gradient: Floats, m: Floats, v: Floats, t: number, rate: number): void {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-3];
  const front = rate / (1 - beta1 ** t);
  const root = 1 / Math.sqrt(1 - beta2 ** t);
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const square = g * g;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const size = v[i]! - (1 - beta2) * Math.sign(v[i]! - square) * square;
    m[i] = mean;
    v[i] = size;
    theta[i]! -= (front * mean) / (Math.sqrt(size) * root + epsilon);
  }
}

/** θ ← θ − η·sign(β1m + (1 − β1)g), m ← β2m + (1 − β2)g */
export function lion(theta: Floats, gradient: Floats, m: Floats, rate: number): void {
  const [beta1, beta2] = [0.9, 0.99];
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const mean = m[i]!;
    theta[i]! -= rate * Math.sign(beta1 * mean + (1 - beta1) * g);
    m[i] = beta2 * mean + (1 - beta2) * g;
  }
}

/** θ ← θ − η(m̂ + β2·v̂)/(√n̂ + ε), v of the differences δ of gradients, n of (g + β2δ)² */
export function adan(
  theta: Floats,
  gradient: Floats,
  m: Floats,
  v: Floats,
  n: Floats,
  last: Floats,
  t: number,
  rate: number,
): void {
  const [beta1, beta2, beta3, epsilon] = [0.98, 0.92, 0.99, 1e-8];
  const ofMean = rate / (1 - beta1 ** t);
  const ofDifference = (rate * beta2) / (1 - beta2 ** t);
  const root = 1 / Math.sqrt(1 - beta3 ** t);
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const difference = t === 1 ? 0 : g - last[i]!;
    const ahead = g + beta2 * difference;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const change = beta2 * v[i]! + (1 - beta2) * difference;
    const size = beta3 * n[i]! + (1 - beta3) * ahead * ahead;
    m[i] = mean;
    v[i] = change;
    n[i] = size;
    last[i] = g;
    theta[i]! -= (ofMean * mean + ofDifference * change) / (Math.sqrt(size) * root + epsilon);
  }
}

/** θ ← θ − η(m̂ + α·s)/(√v̂ + ε), s the slow mean */
export function adEMAMix(
  theta: Floats,
  gradient: Floats,
  m: Floats,
  s: Floats,
  v: Floats,
  t: number,
  rate: number,
): void {
  const [beta1, beta2, beta3, alpha, epsilon] = [0.9, 0.999, 0.9999, 5, 1e-8];
  const ofMean = rate / (1 - beta1 ** t);
  const ofSlow = rate * alpha;
  const root = 1 / Math.sqrt(1 - beta2 ** t);
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const slow = beta3 * s[i]! + (1 - beta3) * g;
    const size = beta2 * v[i]! + (1 - beta2) * g * g;
    m[i] = mean;
    s[i] = slow;
    v[i] = size;
    theta[i]! -= (ofMean * mean + ofSlow * slow) / (Math.sqrt(size) * root + epsilon);
  }
}
