/**
 * Linear and logistic regression, one output. Features `x` lie row by row; `theta` and `gradient` hold the weights, then
 * the intercept.
 */
import type { Floats } from './index.ts';

/** Mean squared error over all rows, and its gradient: prediction, residual and gradient in one pass over `x`. */
export function linearGradient(
  x: Floats,
  y: Floats,
  rows: number,
  columns: number,
  theta: Floats,
  gradient: Floats,
): number {
  gradient.fill(0);
  const intercept = theta[columns]!;
  let loss = 0;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const row = i * columns;
    let prediction = intercept;
    for (let j = 0; j < columns; j++) prediction += theta[j]! * x[row + j]!;
    const residual = prediction - y[i]!;
    loss += residual * residual;
    total += residual;
    for (let j = 0; j < columns; j++) gradient[j]! += residual * x[row + j]!;
  }
  gradient[columns] = total;
  const scale = 2 / rows;
  for (let j = 0; j <= columns; j++) gradient[j]! *= scale;
  return loss / rows;
}

/**
 * The same, four rows at a time: weights and gradient are read and written a quarter as often, and four sums run side by
 * side. 1.5 to 2 times the speed of one row at a time, for those who go as far as that.
 */
export function linearGradientByFour(
  x: Floats,
  y: Floats,
  rows: number,
  columns: number,
  theta: Floats,
  gradient: Floats,
): number {
  gradient.fill(0);
  const intercept = theta[columns]!;
  let loss = 0;
  let total = 0;
  let i = 0;
  for (; i + 3 < rows; i += 4) {
    const rowA = i * columns;
    const rowB = rowA + columns;
    const rowC = rowB + columns;
    const rowD = rowC + columns;
    let a = intercept;
    let b = intercept;
    let c = intercept;
    let d = intercept;
    for (let j = 0; j < columns; j++) {
      const weight = theta[j]!;
      a += weight * x[rowA + j]!;
      b += weight * x[rowB + j]!;
      c += weight * x[rowC + j]!;
      d += weight * x[rowD + j]!;
    }
    a -= y[i]!;
    b -= y[i + 1]!;
    c -= y[i + 2]!;
    d -= y[i + 3]!;
    loss += a * a + b * b + c * c + d * d;
    total += a + b + c + d;
    for (let j = 0; j < columns; j++) {
      gradient[j]! += a * x[rowA + j]! + b * x[rowB + j]! + c * x[rowC + j]! + d * x[rowD + j]!;
    }
  }
  for (; i < rows; i++) {
    const row = i * columns;
    let residual = intercept - y[i]!;
    for (let j = 0; j < columns; j++) residual += theta[j]! * x[row + j]!;
    loss += residual * residual;
    total += residual;
    for (let j = 0; j < columns; j++) gradient[j]! += residual * x[row + j]!;
  }
  gradient[columns] = total;
  const scale = 2 / rows;
  for (let j = 0; j <= columns; j++) gradient[j]! *= scale;
  return loss / rows;
}

/** Full-batch gradient descent on the mean squared error. Gives the loss before the last step. */
export function gradientDescent(
  x: Floats,
  y: Floats,
  rows: number,
  columns: number,
  theta: Floats,
  gradient: Floats,
  rate: number,
  steps: number,
): number {
  let loss = Number.NaN;
  for (let step = 0; step < steps; step++) {
    loss = linearGradient(x, y, rows, columns, theta, gradient);
    for (let j = 0; j <= columns; j++) theta[j]! -= rate * gradient[j]!;
  }
  return loss;
}

/** One pass of stochastic gradient descent, a row at a time. Gives the mean of the losses met on the way. */
export function sgdEpoch(
  x: Floats,
  y: Floats,
  columns: number,
  indices: Uint32Array,
  theta: Floats,
  rate: number,
): number {
  let loss = 0;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    const row = index * columns;
    let prediction = theta[columns]!;
    for (let j = 0; j < columns; j++) prediction += theta[j]! * x[row + j]!;
    const residual = prediction - y[index]!;
    loss += residual * residual;
    const step = 2 * rate * residual;
    for (let j = 0; j < columns; j++) theta[j]! -= step * x[row + j]!;
    theta[columns]! -= step;
  }
  return loss / indices.length;
}

/** Mean binary cross-entropy over the rows `indices[from]` … `indices[to - 1]`, and its gradient. `y` is 0 or 1. */
export function logisticGradient(
  x: Floats,
  y: Floats,
  columns: number,
  indices: Uint32Array,
  from: number,
  to: number,
  theta: Floats,
  gradient: Floats,
): number {
  gradient.fill(0);
  const intercept = theta[columns]!;
  let loss = 0;
  let total = 0;
  for (let i = from; i < to; i++) {
    const index = indices[i]!;
    const row = index * columns;
    let z = intercept;
    for (let j = 0; j < columns; j++) z += theta[j]! * x[row + j]!;
    const e = Math.exp(-Math.abs(z));
    const probability = z >= 0 ? 1 / (1 + e) : e / (1 + e);
    loss += Math.max(z, 0) - y[index]! * z + Math.log1p(e);
    const residual = probability - y[index]!;
    total += residual;
    for (let j = 0; j < columns; j++) gradient[j]! += residual * x[row + j]!;
  }
  gradient[columns] = total;
  const scale = 1 / (to - from);
  for (let j = 0; j <= columns; j++) gradient[j]! *= scale;
  return loss * scale;
}

/**
 * One pass over `indices` in batches of `batch` rows, the last one perhaps shorter; `update` takes the step. Gives the
 * mean of the losses met on the way.
 */
export function logisticEpoch(
  x: Floats,
  y: Floats,
  columns: number,
  indices: Uint32Array,
  batch: number,
  theta: Floats,
  gradient: Floats,
  update: (theta: Floats, gradient: Floats) => void,
): number {
  let loss = 0;
  for (let from = 0; from < indices.length; from += batch) {
    const to = Math.min(from + batch, indices.length);
    loss += (to - from) * logisticGradient(x, y, columns, indices, from, to, theta, gradient);
    update(theta, gradient);
  }
  return loss / indices.length;
}
