/**
 * Updates of the SGD and AdaGrad lines over flat arrays, in place. State starts at zeros unless said. Signs are taken
 * without branches, which on gradients of both signs makes them three to six times as fast. Where V8's conversions to f64
 * and back would cost more than the arithmetic, which they do in some places and not in others, f32 is kept by `fround`.
 */
import type { Floats } from './index.ts';

/** b ← μb + (1 − μ)g, θ ← θ − η·sign b */
export function signSgd(theta: Floats, gradient: Floats, buffer: Floats, rate: number, mu: number): void {
  const share = 1 - mu;
  for (let i = 0; i < theta.length; i++) {
    const b = mu * buffer[i]! + share * gradient[i]!;
    buffer[i] = b;
    theta[i]! -= rate * (Number(b > 0) - Number(b < 0));
  }
}

/** θ ← (1 − ηλ)θ, b ← μb + g, θ ← θ − ηb */
export function sgdW(theta: Floats, gradient: Floats, buffer: Floats, rate: number, mu: number, lambda: number): void {
  const f = Math.fround;
  const [keep, by, share] = [f(1 - rate * lambda), f(rate), f(mu)];
  for (let i = 0; i < theta.length; i++) {
    const b = f(f(share * buffer[i]!) + gradient[i]!);
    buffer[i] = b;
    theta[i] = f(f(keep * theta[i]!) - f(by * b));
  }
}

/** b ← μb + ηr(g + λθ), θ ← θ − b */
export function lars(
  theta: Floats,
  gradient: Floats,
  buffer: Floats,
  rate: number,
  mu: number,
  trust: number,
  lambda: number,
): void {
  let size = 0;
  let slope = 0;
  for (let i = 0; i < theta.length; i++) {
    const v = theta[i]!;
    const u = gradient[i]! + lambda * v;
    size += v * v;
    slope += u * u;
  }
  const factor = size > 0 && slope > 0 ? (rate * trust * Math.sqrt(size)) / Math.sqrt(slope) : rate;
  for (let i = 0; i < theta.length; i++) {
    const v = theta[i]!;
    const b = mu * buffer[i]! + factor * (gradient[i]! + lambda * v);
    buffer[i] = b;
    theta[i] = v - b;
  }
}

/** iRprop−; `steps` start at the rate. */
export function rprop(
  theta: Floats,
  gradient: Floats,
  last: Floats,
  steps: Floats,
  down: number,
  up: number,
  least: number,
  most: number,
): void {
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const e = g * last[i]!;
    const factor = 1 + Number(e > 0) * (up - 1) + Number(e < 0) * (down - 1);
    const step = Math.min(Math.max(steps[i]! * factor, least), most);
    const goes = g * Number(e >= 0);
    steps[i] = step;
    last[i] = goes;
    theta[i]! -= step * (Number(goes > 0) - Number(goes < 0));
  }
}

/** θ ← (1 − λη)θ − ηg, x ← x + μ(θ − x) */
export function asgd(theta: Floats, gradient: Floats, mean: Floats, rate: number, lambda: number, mu: number): void {
  const f = Math.fround;
  const [keep, by, share] = [f(1 - lambda * rate), f(rate), f(mu)];
  for (let i = 0; i < theta.length; i++) {
    const v = f(f(keep * theta[i]!) - f(by * gradient[i]!));
    theta[i] = v;
    mean[i] = mu === 1 ? v : f(mean[i]! + f(share * f(v - mean[i]!)));
  }
}

/** G ← G + g², θ ← θ − ηg/(√G + ε) */
export function adagrad(theta: Floats, gradient: Floats, sum: Floats, rate: number, epsilon: number): void {
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const s = sum[i]! + g * g;
    sum[i] = s;
    theta[i]! -= (rate * g) / (Math.sqrt(s) + epsilon);
  }
}

/** v ← ρv + (1 − ρ)g², d = √(u + ε)/√(v + ε)·g, u ← ρu + (1 − ρ)d², θ ← θ − ηd */
export function adadelta(
  theta: Floats,
  gradient: Floats,
  squares: Floats,
  moves: Floats,
  rate: number,
  rho: number,
  epsilon: number,
): void {
  const share = 1 - rho;
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const u = moves[i]!;
    const v = rho * squares[i]! + share * g * g;
    const d = (Math.sqrt(u + epsilon) / Math.sqrt(v + epsilon)) * g;
    squares[i] = v;
    moves[i] = rho * u + share * d * d;
    theta[i]! -= rate * d;
  }
}

/** v ← αv + (1 − α)g², θ ← θ − ηg/(√v + ε) */
export function rmsprop(
  theta: Floats,
  gradient: Floats,
  squares: Floats,
  rate: number,
  alpha: number,
  epsilon: number,
): void {
  const share = 1 - alpha;
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const v = alpha * squares[i]! + share * g * g;
    squares[i] = v;
    theta[i]! -= (rate * g) / (Math.sqrt(v) + epsilon);
  }
}

/** v and a ← the means of g² and g, b ← μb + g/(√(v − a²) + ε), θ ← θ − ηb */
export function rmspropCentered(
  theta: Floats,
  gradient: Floats,
  squares: Floats,
  means: Floats,
  buffer: Floats,
  rate: number,
  alpha: number,
  epsilon: number,
  mu: number,
): void {
  const share = 1 - alpha;
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const v = alpha * squares[i]! + share * g * g;
    const a = alpha * means[i]! + share * g;
    const b = mu * buffer[i]! + g / (Math.sqrt(Math.max(v - a * a, 0)) + epsilon);
    squares[i] = v;
    means[i] = a;
    buffer[i] = b;
    theta[i]! -= rate * b;
  }
}

/** n′ = n + g², z ← z + g − (√n′ − √n)/η·θ, θ ← 0 where |z| ≤ λ₁, else −(z − λ₁·sign z)/((β + √n′)/η + λ₂) */
export function ftrl(
  theta: Floats,
  gradient: Floats,
  sums: Floats,
  squares: Floats,
  rate: number,
  beta: number,
  l1: number,
  l2: number,
): void {
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const n = squares[i]!;
    const next = n + g * g;
    const root = Math.sqrt(next);
    const z = sums[i]! + g - ((root - Math.sqrt(n)) / rate) * theta[i]!;
    squares[i] = next;
    sums[i] = z;
    theta[i] = ((Number(z < 0) - Number(z > 0)) * Math.max(Math.abs(z) - l1, 0)) / ((beta + root) / rate + l2);
  }
}

/** The same with n^q, q = −power. */
export function ftrlPower(
  theta: Floats,
  gradient: Floats,
  sums: Floats,
  squares: Floats,
  rate: number,
  beta: number,
  l1: number,
  l2: number,
  q: number,
): void {
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const n = squares[i]!;
    const next = n + g * g;
    const root = next ** q;
    const z = sums[i]! + g - ((root - n ** q) / rate) * theta[i]!;
    squares[i] = next;
    sums[i] = z;
    theta[i] = ((Number(z < 0) - Number(z > 0)) * Math.max(Math.abs(z) - l1, 0)) / ((beta + root) / rate + l2);
  }
}

/** Adafactor on a matrix: see the kernel. `scratch` holds a row. */
export function adafactor(
  theta: Floats,
  gradient: Floats,
  rowMeans: Floats,
  columnMeans: Floats,
  scratch: Floats,
  t: number,
  rate: number,
  epsilon: number,
): void {
  const rows = rowMeans.length;
  const columns = columnMeans.length;
  const fresh = t ** -0.8;
  let size = 0;
  scratch.fill(0);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0, k = i * columns; j < columns; j++, k++) {
      const g = gradient[k]!;
      const square = g * g;
      sum += square;
      scratch[j]! += square;
      size += theta[k]! * theta[k]!;
    }
    rowMeans[i] = (1 - fresh) * rowMeans[i]! + (fresh * sum) / columns;
  }
  let mean = 0;
  for (let j = 0; j < columns; j++) {
    const c = (1 - fresh) * columnMeans[j]! + (fresh * scratch[j]!) / rows;
    columnMeans[j] = c;
    scratch[j] = 1 / Math.sqrt(c);
  }
  for (let i = 0; i < rows; i++) mean += rowMeans[i]!;
  mean = Math.max(mean / rows, epsilon);
  const cap = 1 / epsilon;
  let norm = 0;
  for (let i = 0; i < rows; i++) {
    const r = Math.sqrt(mean / rowMeans[i]!);
    for (let j = 0, k = i * columns; j < columns; j++, k++) {
      const u = gradient[k]! * Math.min(r * scratch[j]!, cap);
      norm += u * u;
    }
  }
  const count = theta.length;
  const a =
    (Math.max(1e-3, Math.sqrt(size / count)) * Math.min(rate, 1 / Math.sqrt(t))) / Math.max(1, Math.sqrt(norm / count));
  for (let i = 0; i < rows; i++) {
    const r = Math.sqrt(mean / rowMeans[i]!);
    for (let j = 0, k = i * columns; j < columns; j++, k++) {
      theta[k]! -= a * gradient[k]! * Math.min(r * scratch[j]!, cap);
    }
  }
}
