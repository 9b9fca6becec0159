/**
 * More losses as means, value and gradient in one pass, with the parameters of the loss as arguments. Gradients are with
 * respect to predictions or logits.
 */
import type { Floats } from './index.ts';

export function meanAbsoluteError(z: Floats, y: Floats, gradient: Floats): number {
  const scale = 1 / z.length;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const r = z[i]! - y[i]!;
    loss += Math.abs(r);
    gradient[i] = r > 0 ? scale : r < 0 ? -scale : 0;
  }
  return loss * scale;
}

export function huber(z: Floats, y: Floats, gradient: Floats, delta: number): number {
  const scale = 1 / z.length;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const r = z[i]! - y[i]!;
    const size = Math.abs(r);
    if (size <= delta) {
      loss += 0.5 * r * r;
      gradient[i] = scale * r;
    } else {
      loss += delta * (size - 0.5 * delta);
      gradient[i] = r > 0 ? scale * delta : -scale * delta;
    }
  }
  return loss * scale;
}

export function logCosh(z: Floats, y: Floats, gradient: Floats): number {
  const scale = 1 / z.length;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const r = z[i]! - y[i]!;
    const size = Math.abs(r);
    const e = Math.exp(-2 * size);
    loss += size + Math.log1p(e) - Math.LN2;
    const tanh = (1 - e) / (1 + e);
    gradient[i] = r < 0 ? -scale * tanh : scale * tanh;
  }
  return loss * scale;
}

export function quantile(z: Floats, y: Floats, gradient: Floats, q: number): number {
  const scale = 1 / z.length;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const u = y[i]! - z[i]!;
    loss += u > 0 ? q * u : (q - 1) * u;
    gradient[i] = u > 0 ? -q * scale : u < 0 ? (1 - q) * scale : 0;
  }
  return loss * scale;
}

export function epsilonInsensitive(z: Floats, y: Floats, gradient: Floats, epsilon: number): number {
  const scale = 1 / z.length;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const r = z[i]! - y[i]!;
    const h = Math.abs(r) - epsilon;
    if (h > 0) {
      loss += h;
      gradient[i] = r > 0 ? scale : -scale;
    } else {
      gradient[i] = 0;
    }
  }
  return loss * scale;
}

export function poisson(z: Floats, y: Floats, gradient: Floats): number {
  const scale = 1 / z.length;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const mean = Math.exp(z[i]!);
    loss += mean - y[i]! * z[i]!;
    gradient[i] = scale * (mean - y[i]!);
  }
  return loss * scale;
}

export function poissonMean(z: Floats, y: Floats, gradient: Floats): number {
  const scale = 1 / z.length;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const mean = z[i]! + 1e-8;
    loss += z[i]! - y[i]! * Math.log(mean);
    gradient[i] = scale * (1 - y[i]! / mean);
  }
  return loss * scale;
}

export function gammaDeviance(z: Floats, y: Floats, gradient: Floats): number {
  const scale = 1 / z.length;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const ratio = y[i]! * Math.exp(-z[i]!);
    loss += 2 * (z[i]! - Math.log(y[i]!) - 1 + ratio);
    gradient[i] = 2 * scale * (1 - ratio);
  }
  return loss * scale;
}

export function tweedieDeviance(z: Floats, y: Floats, gradient: Floats, power: number): number {
  const scale = 1 / z.length;
  const a = 1 - power;
  const b = 2 - power;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const first = y[i]! * Math.exp(a * z[i]!);
    const second = Math.exp(b * z[i]!);
    loss += 2 * (y[i]! ** b / (a * b) - first / a + second / b);
    gradient[i] = 2 * scale * (second - first);
  }
  return loss * scale;
}

export function binaryFromProbabilities(p: Floats, y: Floats, gradient: Floats): number {
  const scale = 1 / p.length;
  let loss = 0;
  for (let i = 0; i < p.length; i++) {
    const [yes, no] = [p[i]!, 1 - p[i]!];
    loss -= y[i]! * Math.max(Math.log(yes), -100) + (1 - y[i]!) * Math.max(Math.log(no), -100);
    gradient[i] = (scale * (yes - y[i]!)) / Math.max(yes * no, 1e-12);
  }
  return loss * scale;
}

export function focal(z: Floats, y: Floats, gradient: Floats, gamma: number, alpha: number): number {
  const scale = 1 / z.length;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const positive = y[i] === 1;
    const x = positive ? -z[i]! : z[i]!;
    const e = Math.exp(-Math.abs(x));
    const softplus = Math.max(x, 0) + Math.log1p(e);
    const right = x >= 0 ? e / (1 + e) : 1 / (1 + e);
    const factor = (positive ? alpha : 1 - alpha) * (1 - right) ** gamma;
    loss += factor * softplus;
    const slope = scale * factor * (1 - right + gamma * right * softplus);
    gradient[i] = positive ? -slope : slope;
  }
  return loss * scale;
}

export function hinge(z: Floats, y: Floats, gradient: Floats, margin: number): number {
  const scale = 1 / z.length;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const h = margin - y[i]! * z[i]!;
    if (h > 0) {
      loss += h;
      gradient[i] = -scale * y[i]!;
    } else {
      gradient[i] = 0;
    }
  }
  return loss * scale;
}

export function squaredHinge(z: Floats, y: Floats, gradient: Floats, margin: number): number {
  const scale = 1 / z.length;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const h = Math.max(0, margin - y[i]! * z[i]!);
    loss += h * h;
    gradient[i] = -2 * scale * y[i]! * h;
  }
  return loss * scale;
}

export function modifiedHuber(z: Floats, y: Floats, gradient: Floats): number {
  const scale = 1 / z.length;
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    const m = y[i]! * z[i]!;
    if (m >= 1) {
      gradient[i] = 0;
    } else if (m >= -1) {
      loss += (1 - m) * (1 - m);
      gradient[i] = -2 * scale * y[i]! * (1 - m);
    } else {
      loss -= 4 * m;
      gradient[i] = -4 * scale * y[i]!;
    }
  }
  return loss * scale;
}

export function kullbackLeibler(x: Floats, y: Floats, columns: number, gradient: Floats): number {
  const scale = columns / x.length;
  let loss = 0;
  for (let i = 0; i < x.length; i++) {
    const p = y[i]!;
    if (p > 0) loss += p * (Math.log(p) - x[i]!);
    gradient[i] = -scale * p;
  }
  return loss * scale;
}

/** Distributions as targets. */
export function softmaxDistribution(z: Floats, y: Floats, classes: number, gradient: Floats): number {
  const scale = classes / z.length;
  let loss = 0;
  for (let row = 0; row < z.length; row += classes) {
    let highest = z[row]!;
    for (let c = 1; c < classes; c++) if (z[row + c]! > highest) highest = z[row + c]!;
    let sum = 0;
    let mass = 0;
    for (let c = 0; c < classes; c++) {
      const e = Math.exp(z[row + c]! - highest);
      gradient[row + c] = e;
      sum += e;
      mass += y[row + c]!;
    }
    const lse = highest + Math.log(sum);
    const factor = (scale * mass) / sum;
    for (let c = 0; c < classes; c++) {
      loss += y[row + c]! * (lse - z[row + c]!);
      gradient[row + c] = factor * gradient[row + c]! - scale * y[row + c]!;
    }
  }
  return loss * scale;
}

export function softmaxFocal(z: Floats, labels: Int32Array, classes: number, gradient: Floats, gamma: number): number {
  const scale = 1 / labels.length;
  let loss = 0;
  for (let i = 0, row = 0; i < labels.length; i++, row += classes) {
    let highest = z[row]!;
    for (let c = 1; c < classes; c++) if (z[row + c]! > highest) highest = z[row + c]!;
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const e = Math.exp(z[row + c]! - highest);
      gradient[row + c] = e;
      sum += e;
    }
    const label = row + labels[i]!;
    const entropy = highest + Math.log(sum) - z[label]!;
    const p = gradient[label]! / sum;
    const power = (1 - p) ** gamma;
    loss += power * entropy;
    const slope = scale * (power + gamma * p * (1 - p) ** (gamma - 1) * entropy);
    const factor = slope / sum;
    for (let c = 0; c < classes; c++) gradient[row + c]! *= factor;
    gradient[label]! -= slope;
  }
  return loss * scale;
}

export function nll(x: Floats, labels: Int32Array, classes: number, gradient: Floats): number {
  const scale = 1 / labels.length;
  let loss = 0;
  gradient.fill(0);
  for (let i = 0; i < labels.length; i++) {
    const at = i * classes + labels[i]!;
    loss -= x[at]!;
    gradient[at] = -scale;
  }
  return loss * scale;
}

export function multiclassHinge(
  z: Floats,
  labels: Int32Array,
  classes: number,
  gradient: Floats,
  margin: number,
): number {
  const scale = 1 / labels.length;
  let loss = 0;
  gradient.fill(0);
  for (let i = 0, row = 0; i < labels.length; i++, row += classes) {
    const label = labels[i]!;
    let best = -1;
    let highest = -Infinity;
    for (let c = 0; c < classes; c++) {
      const score = z[row + c]! + (c === label ? 0 : margin);
      if (score > highest) {
        highest = score;
        best = c;
      }
    }
    loss += highest - z[row + label]!;
    if (best !== label) {
      gradient[row + best] = scale;
      gradient[row + label] = -scale;
    }
  }
  return loss * scale;
}
