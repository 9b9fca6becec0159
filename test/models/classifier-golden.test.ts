/** Logistic and softmax regression, against scikit-learn, R and glmnet. */
import { l1, l2, logisticRegression, type RegularizerSpec, softmaxRegression } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  close,
  crossEntropy,
  dataset,
  notAbove,
  rCases,
  rowsOf,
  sameZeros,
  sklearnCases,
  standardized,
  sumAbs,
  sumSquares,
} from '../helpers/golden.js';

interface Expected {
  /** Classes × features; one row for two classes. */
  readonly coef: number[][];
  readonly intercept: number[];
  readonly l1: number;
  readonly l2: number;
  readonly tolerance: number;
  readonly zeros?: boolean;
  readonly accuracy?: number | undefined;
}

const center = (values: readonly number[]): number[] => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.map((value) => value - mean);
};

/** Fits on features as they are, standardised by the model, and on standardised ones. */
function check(name: string, X: number[][], y: number[], expected: Expected): void {
  const Z = standardized(X);
  const n = X.length;
  const { coef, tolerance } = expected;
  const objective = (W: readonly ArrayLike<number>[], b: ArrayLike<number>): number => {
    const w = W.flatMap((row) => Array.from(row));
    return crossEntropy(Z, y, W, b) / n + expected.l1 * sumAbs(w) + expected.l2 * sumSquares(w);
  };
  const regularizer: RegularizerSpec[] = [];
  if (expected.l1 > 0) regularizer.push(l1(expected.l1));
  if (expected.l2 > 0) regularizer.push(l2(expected.l2));
  for (const [rows, standardize] of [
    [X, true],
    [Z, false],
  ] as const) {
    const at = `${name}, standardised ${standardize ? 'inside' : 'outside'}`;
    const make = coef.length === 1 ? logisticRegression : softmaxRegression;
    const model = make({ standardize });
    const result = model.fitSync(rows, y, { regularizer, epochs: 100_000, metrics: 'accuracy' });
    assert.is(result.converged, true, `${at}: ${result.stopReason} after ${result.steps} steps`);
    const { weight, bias } = model.parameters;
    const W = rowsOf(weight, X[0]!.length);
    notAbove(objective(W, bias), objective(coef, expected.intercept), 1e-8, `${at}: objective`);
    close(weight, coef.flat(), tolerance, `${at}: coefficients`);
    // Intercepts of softmax are free up to a constant, which nothing penalises.
    if (coef.length === 1) close(bias, expected.intercept, tolerance, `${at}: intercept`);
    else close(center(Array.from(bias)), center(expected.intercept), tolerance, `${at}: intercepts`);
    if (expected.zeros) sameZeros(weight, coef.flat(), at);
    if (expected.accuracy !== undefined) {
      assert.is(result.history.at(-1)!.metrics.accuracy, expected.accuracy, at);
      assert.is(model.predict(rows).filter((label, i) => label === y[i]).length / n, expected.accuracy, at);
    }
  }
}

for (const each of sklearnCases) {
  if (each.model !== 'LogisticRegression') continue;
  const { dataset: name, C, l1_ratio: ratio = 0 } = each;
  test(`logistic regression: scikit-learn on ${name}, C ${C}, l1_ratio ${ratio}`, () => {
    const { X, y } = dataset(name);
    const n = X.length;
    check(`${name} C=${C}`, X, y, {
      coef: each.coef as number[][],
      intercept: each.intercept as number[],
      l1: ratio / (n * C!),
      l2: (1 - ratio) / (2 * n * C!),
      tolerance: 1e-5,
      zeros: ratio > 0,
      accuracy: each.train_accuracy,
    });
  });
}

test('a logit model without penalty: R glm on breast cancer', () => {
  const { coef, loglik } = rCases.find(({ name }) => name === 'logit')!;
  const { X, y } = dataset('breast_cancer');
  const columns = X.map((row) => [1, 2, 5, 9].map((column) => row[column - 1]!));
  check('glm logit', columns, y, { coef: [coef!.slice(1)], intercept: [coef![0]!], l1: 0, l2: 0, tolerance: 1e-6 });
  const model = logisticRegression();
  model.fitSync(columns, y);
  assert.ok(Math.abs(model.evaluate(columns, y).loss * X.length + loglik!) < 1e-9 * Math.abs(loglik!));
});

test('lasso: glmnet, binomial', () => {
  const { lambda, a0, beta } = rCases.find(({ name }) => name === 'logit lasso')!;
  const { X, y } = dataset('breast_cancer');
  lambda!.forEach((each, k) => {
    const coef = [(beta as number[][]).map((row) => row[k]!)];
    check(`glmnet logit[${k}]`, X, y, { coef, intercept: [(a0 as number[])[k]!], l1: each, l2: 0, tolerance: 1e-4 });
  });
});

test('lasso: glmnet, multinomial', () => {
  const { lambda, a0, beta } = rCases.find(({ name }) => name === 'softmax lasso')!;
  const { X, y } = dataset('iris');
  lambda!.forEach((each, k) => {
    const classes = Object.values(beta as Record<string, number[][]>);
    const coef = classes.map((rows) => rows.map((row) => row[k]!));
    const intercept = (a0 as number[][]).map((row) => row[k]!);
    check(`glmnet softmax[${k}]`, X, y, { coef, intercept, l1: each, l2: 0, tolerance: 1e-4 });
  });
});

test.run();
