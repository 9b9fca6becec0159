/** Dense layers with relu between them, trained by Adam: plain loops over flat arrays, rows outside, outputs innermost. */
import type { Floats } from './index.ts';

export interface PlainNetwork {
  /** Units of every layer, inputs first. */
  readonly sizes: readonly number[];
  /** Inputs × outputs, then biases, of every layer. */
  readonly theta: Floats;
  readonly gradient: Floats;
  readonly m: Floats;
  readonly v: Floats;
  /** What every layer puts out, inputs first, for the rows of a batch; and slopes. */
  readonly out: readonly Floats[];
  readonly slope: readonly Floats[];
}

export function plainNetwork(make: (length: number) => Floats, sizes: readonly number[], batch: number): PlainNetwork {
  let count = 0;
  for (let i = 1; i < sizes.length; i++) count += (sizes[i - 1]! + 1) * sizes[i]!;
  const [theta, gradient, m, v] = [count, count, count, count].map(make) as [Floats, Floats, Floats, Floats];
  return {
    sizes,
    theta,
    gradient,
    m,
    v,
    out: sizes.map((n) => make(n * batch)),
    slope: sizes.map((n) => make(n * batch)),
  };
}

function forward({ sizes, theta, out }: PlainNetwork, rows: number): void {
  let at = 0;
  for (let layer = 1; layer < sizes.length; layer++) {
    const p = sizes[layer - 1]!;
    const n = sizes[layer]!;
    const x = out[layer - 1]!;
    const z = out[layer]!;
    const bias = at + p * n;
    for (let row = 0; row < rows; row++) {
      const to = row * n;
      for (let j = 0; j < n; j++) z[to + j] = theta[bias + j]!;
      for (let k = 0; k < p; k++) {
        const value = x[row * p + k]!;
        const from = at + k * n;
        for (let j = 0; j < n; j++) z[to + j]! += value * theta[from + j]!;
      }
      if (layer < sizes.length - 1) for (let j = to; j < to + n; j++) if (z[j]! < 0) z[j] = 0;
    }
    at = bias + n;
  }
}

function backward({ sizes, theta, gradient, out, slope }: PlainNetwork, rows: number): void {
  gradient.fill(0);
  let end = theta.length;
  for (let layer = sizes.length - 1; layer > 0; layer--) {
    const p = sizes[layer - 1]!;
    const n = sizes[layer]!;
    const bias = end - n;
    const at = bias - p * n;
    const x = out[layer - 1]!;
    const r = slope[layer]!;
    const back = slope[layer - 1]!;
    for (let row = 0; row < rows; row++) {
      const from = row * n;
      for (let j = 0; j < n; j++) gradient[bias + j]! += r[from + j]!;
      for (let k = 0; k < p; k++) {
        const value = x[row * p + k]!;
        const w = at + k * n;
        let sum = 0;
        if (layer > 1) {
          for (let j = 0; j < n; j++) {
            gradient[w + j]! += value * r[from + j]!;
            sum += theta[w + j]! * r[from + j]!;
          }
          back[row * p + k] = value > 0 ? sum : 0;
        } else {
          for (let j = 0; j < n; j++) gradient[w + j]! += value * r[from + j]!;
        }
      }
    }
    end = at;
  }
}

/** A product and its room, as in gemm.ts. */
export interface Product {
  readonly multiply: typeof import('./gemm.ts').gemmBlocked;
  readonly room: import('./gemm.ts').Workspace;
}

function forwardBlocked({ sizes, theta, out }: PlainNetwork, rows: number, { multiply, room }: Product): void {
  let at = 0;
  for (let layer = 1; layer < sizes.length; layer++) {
    const p = sizes[layer - 1]!;
    const n = sizes[layer]!;
    const z = out[layer]!;
    const bias = at + p * n;
    multiply(rows, n, p, out[layer - 1]!, p, 1, theta.subarray(at, bias), n, 1, z.subarray(0, rows * n), room);
    const hidden = layer < sizes.length - 1;
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < n; j++) {
        const value = z[row * n + j]! + theta[bias + j]!;
        z[row * n + j] = hidden && value < 0 ? 0 : value;
      }
    }
    at = bias + n;
  }
}

function backwardBlocked({ sizes, theta, gradient, out, slope }: PlainNetwork, rows: number, product: Product): void {
  const { multiply, room } = product;
  let end = theta.length;
  for (let layer = sizes.length - 1; layer > 0; layer--) {
    const p = sizes[layer - 1]!;
    const n = sizes[layer]!;
    const bias = end - n;
    const at = bias - p * n;
    const x = out[layer - 1]!;
    const r = slope[layer]!;
    gradient.fill(0, bias, end);
    for (let row = 0; row < rows; row++) for (let j = 0; j < n; j++) gradient[bias + j]! += r[row * n + j]!;
    multiply(p, n, rows, x, 1, p, r, n, 1, gradient.subarray(at, bias), room);
    if (layer > 1) {
      const back = slope[layer - 1]!;
      multiply(rows, p, n, r, n, 1, theta.subarray(at, bias), 1, n, back.subarray(0, rows * p), room);
      for (let i = 0; i < rows * p; i++) if (!(x[i]! > 0)) back[i] = 0;
    }
    end = at;
  }
}

/**
 * One step of Adam, which is given, on a batch; returns its mean loss. Targets are classes if there are several outputs, else
 * numbers: softmax or squares. With a product the matrices are multiplied by that.
 */
export function plainStep(
  network: PlainNetwork,
  x: Floats,
  y: ArrayLike<number>,
  order: ArrayLike<number>,
  start: number,
  rows: number,
  t: number,
  rate: number,
  adam: typeof import('./adam.ts').adam,
  product?: Product,
): number {
  const { sizes, out, slope } = network;
  const p = sizes[0]!;
  const last = sizes.length - 1;
  const n = sizes[last]!;
  const z = out[last]!;
  const r = slope[last]!;
  for (let row = 0; row < rows; row++) {
    const from = order[start + row]! * p;
    for (let k = 0; k < p; k++) out[0]![row * p + k] = x[from + k]!;
  }
  if (product) forwardBlocked(network, rows, product);
  else forward(network, rows);
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const target = y[order[start + row]!]!;
    const at = row * n;
    if (n === 1) {
      const off = z[at]! - target;
      loss += off * off;
      r[at] = (2 * off) / rows;
      continue;
    }
    let top = z[at]!;
    for (let j = 1; j < n; j++) top = Math.max(top, z[at + j]!);
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const e = Math.exp(z[at + j]! - top);
      r[at + j] = e;
      sum += e;
    }
    loss += top + Math.log(sum) - z[at + target]!;
    for (let j = 0; j < n; j++) r[at + j] = (r[at + j]! / sum - Number(j === target)) / rows;
  }
  if (product) backwardBlocked(network, rows, product);
  else backward(network, rows);
  adam(network.theta, network.gradient, network.m, network.v, t, rate);
  return loss / rows;
}
