/** Data sets and fits of other packages, see test/golden/README.md, and the objectives they minimise in plain loops. */
import { readFileSync } from 'node:fs';
import { ok } from 'uvu/assert';

const read = (name: string): unknown => JSON.parse(readFileSync(`test/golden/${name}`, 'utf8'));

export type Dataset = 'iris' | 'breast_cancer' | 'diabetes' | 'wine';

export interface SklearnCase {
  readonly model: string;
  readonly dataset: Dataset;
  readonly C?: number;
  readonly alpha?: number;
  readonly l1_ratio?: number;
  readonly coef: number[] | number[][];
  readonly intercept: number | number[];
  readonly objective_value?: number;
  readonly train_accuracy?: number;
  readonly alphas?: number[];
  readonly coefs?: number[][];
}

export interface RCase {
  readonly kind: 'lm' | 'glm' | 'glmnet';
  readonly name?: string;
  readonly dataset: Dataset;
  readonly coef?: number[];
  readonly loglik?: number;
  readonly r2?: number;
  readonly lambda?: number[];
  readonly a0?: number[] | number[][];
  readonly beta?: number[][] | Record<string, number[][]>;
}

const sklearn = read('linear-models.json') as {
  datasets: Record<Dataset, { X: number[][]; y: number[] }>;
  cases: SklearnCase[];
};

export const sklearnCases: readonly SklearnCase[] = sklearn.cases;
export const rCases: readonly RCase[] = (read('glmnet.json') as { cases: RCase[] }).cases;
export const seedLinear = read('seed-linear.json') as {
  x: number[];
  y: number[];
  intercept: number;
  slope: number;
  r2: number;
  rss: number;
  predictions: Record<string, number>;
  gd_mean_lr0p01_1000: [number, number];
  gd_mean_lr0p1_1000: [number, number];
};

/** Features and targets as published. */
export const dataset = (name: Dataset): { X: number[][]; y: number[] } => sklearn.datasets[name];

/** Features scaled to mean 0 and population deviation 1, by two plain passes. */
export function standardized(X: readonly number[][]): number[][] {
  const n = X.length;
  const mean = X[0]!.map((_, j) => X.reduce((sum, row) => sum + row[j]!, 0) / n);
  const sd = X[0]!.map((_, j) => Math.sqrt(X.reduce((sum, row) => sum + (row[j]! - mean[j]!) ** 2, 0) / n));
  return X.map((row) => row.map((x, j) => (x - mean[j]!) / sd[j]!));
}

/** Σ of squared residuals. */
export function rss(X: readonly number[][], y: readonly number[], w: ArrayLike<number>, b: number): number {
  return X.reduce((sum, row, i) => sum + (y[i]! - b - row.reduce((z, x, j) => z + x * w[j]!, 0)) ** 2, 0);
}

/** Σ of −log p of the class of each row: softmax over `W` (classes × features), or a logit of class 1 with one row. */
export function crossEntropy(
  X: readonly number[][],
  y: readonly number[],
  W: readonly ArrayLike<number>[],
  b: ArrayLike<number>,
): number {
  return X.reduce((sum, row, i) => {
    const z = W.map((w, k) => row.reduce((total, x, j) => total + x * w[j]!, b[k]!));
    if (z.length === 1) z.unshift(0);
    const top = Math.max(...z);
    return sum + top + Math.log(z.reduce((total, value) => total + Math.exp(value - top), 0)) - z[y[i]!]!;
  }, 0);
}

export const sumAbs = (w: ArrayLike<number>): number => Array.from(w).reduce((sum, v) => sum + Math.abs(v), 0);
export const sumSquares = (w: ArrayLike<number>): number => Array.from(w).reduce((sum, v) => sum + v * v, 0);

/** Rows of a flat matrix. */
export const rowsOf = (flat: ArrayLike<number>, columns: number): number[][] =>
  Array.from({ length: flat.length / columns }, (_, i) => Array.from(flat).slice(i * columns, (i + 1) * columns));

/** Every value within `tolerance` · the largest magnitude of what was expected, or · 1e-9 if that is less. */
export function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  const scale = Math.max(1e-9, ...Array.from(expected, Math.abs));
  ok(actual.length === expected.length, `${what}: ${expected.length} values expected, got ${actual.length}`);
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(actual[i]! - expected[i]!);
    ok(
      off <= tolerance * scale,
      `${what}[${i}]: ${actual[i]}, expected ${expected[i]}, ${off / scale} of the largest off`,
    );
  }
}

/** The same positions are exactly 0. */
export function sameZeros(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  for (let i = 0; i < expected.length; i++) {
    ok((actual[i] === 0) === (expected[i] === 0), `${what}[${i}]: ${actual[i]}, expected ${expected[i]}`);
  }
}

/** Not more than `tolerance` of itself above the least value known. */
export function notAbove(actual: number, least: number, tolerance: number, what: string): void {
  ok(actual <= least + tolerance * Math.abs(least), `${what}: ${actual}, the least known is ${least}`);
}
