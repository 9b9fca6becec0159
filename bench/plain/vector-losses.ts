/** Losses of rows of several vectors as means, value and gradient. */
import type { Floats } from './index.ts';

/** Rows of mean and variance. */
export function gaussianNll(z: Floats, y: Floats, gradient: Floats): number {
  const scale = 1 / y.length;
  let loss = 0;
  for (let i = 0; i < y.length; i++) {
    const r = z[2 * i]! - y[i]!;
    const v = Math.max(z[2 * i + 1]!, 1e-6);
    const ratio = r / v;
    loss += 0.5 * (Math.log(v) + r * ratio);
    gradient[2 * i] = scale * ratio;
    gradient[2 * i + 1] = 0.5 * scale * (1 / v - ratio * ratio);
  }
  return loss * scale;
}

/** Rows of mean and logarithm of the variance. */
export function gaussianLogNll(z: Floats, y: Floats, gradient: Floats): number {
  const scale = 1 / y.length;
  let loss = 0;
  for (let i = 0; i < y.length; i++) {
    const r = z[2 * i]! - y[i]!;
    const ratio = r * Math.exp(-z[2 * i + 1]!);
    loss += 0.5 * (z[2 * i + 1]! + r * ratio);
    gradient[2 * i] = scale * ratio;
    gradient[2 * i + 1] = 0.5 * scale * (1 - r * ratio);
  }
  return loss * scale;
}

/** Rows of two vectors of `size`, targets ±1. */
export function cosineEmbedding(z: Floats, y: Floats, size: number, gradient: Floats, margin: number): number {
  const scale = 1 / y.length;
  let loss = 0;
  for (let i = 0, a = 0; i < y.length; i++, a += 2 * size) {
    const b = a + size;
    let aa = 1e-12;
    let bb = 1e-12;
    let ab = 0;
    for (let k = 0; k < size; k++) {
      aa += z[a + k]! * z[a + k]!;
      bb += z[b + k]! * z[b + k]!;
      ab += z[a + k]! * z[b + k]!;
    }
    const norm = Math.sqrt(aa * bb);
    const c = ab / norm;
    const like = y[i]! > 0;
    loss += like ? 1 - c : Math.max(0, c - margin);
    const factor = like ? -scale : c > margin ? scale : 0;
    for (let k = 0; k < size; k++) {
      gradient[a + k] = factor * (z[b + k]! / norm - (c * z[a + k]!) / aa);
      gradient[b + k] = factor * (z[a + k]! / norm - (c * z[b + k]!) / bb);
    }
  }
  return loss * scale;
}

/** Rows of anchor, positive and negative, vectors of `size`. */
export function triplet(z: Floats, rows: number, size: number, gradient: Floats, margin: number): number {
  const scale = 1 / rows;
  let loss = 0;
  for (let i = 0, a = 0; i < rows; i++, a += 3 * size) {
    const p = a + size;
    const n = p + size;
    let near = 0;
    let far = 0;
    for (let k = 0; k < size; k++) {
      const toPositive = z[a + k]! - z[p + k]! + 1e-6;
      const toNegative = z[a + k]! - z[n + k]! + 1e-6;
      near += toPositive * toPositive;
      far += toNegative * toNegative;
    }
    near = Math.sqrt(near);
    far = Math.sqrt(far);
    const value = near - far + margin;
    const factor = value > 0 ? scale : 0;
    loss += Math.max(value, 0);
    for (let k = 0; k < size; k++) {
      const toPositive = (factor * (z[a + k]! - z[p + k]! + 1e-6)) / near;
      const toNegative = (factor * (z[a + k]! - z[n + k]! + 1e-6)) / far;
      gradient[a + k] = toPositive - toNegative;
      gradient[p + k] = -toPositive;
      gradient[n + k] = toNegative;
    }
  }
  return loss * scale;
}
