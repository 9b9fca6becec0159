/** Least squares with and without penalties, against scikit-learn, R and glmnet. */
import {
  elasticNet,
  gradientDescent,
  type LinearRegression,
  l1,
  l2,
  linearRegression,
  type RegularizerSpec,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  close,
  dataset,
  notAbove,
  rCases,
  rss,
  sameZeros,
  seedLinear,
  sklearnCases,
  standardized,
  sumAbs,
  sumSquares,
} from '../helpers/golden.js';

const { X, y } = dataset('diabetes');
const Z = standardized(X);
const n = X.length;

interface Expected {
  readonly coef: number[];
  readonly intercept: number;
  /** λ of mean r² + λ₁Σ|w| + λ₂Σw². */
  readonly l1: number;
  readonly l2: number;
  /** Of the largest coefficient. */
  readonly tolerance: number;
  readonly zeros?: boolean;
}

function penalty(expected: Expected): { regularizer?: RegularizerSpec } {
  if (expected.l1 === 0 && expected.l2 === 0) return {};
  if (expected.l1 === 0) return { regularizer: l2(expected.l2) };
  return { regularizer: expected.l2 === 0 ? l1(expected.l1) : elasticNet({ l1: expected.l1, l2: expected.l2 }) };
}

function judge(model: LinearRegression, name: string, expected: Expected): void {
  const { coef, intercept, tolerance } = expected;
  const { weight, bias } = model.parameters;
  const objective = (w: ArrayLike<number>, b: number): number =>
    rss(Z, y, w, b) / n + expected.l1 * sumAbs(w) + expected.l2 * sumSquares(w);
  notAbove(objective(weight, bias[0]!), objective(coef, intercept), 1e-8, `${name}: objective`);
  close(weight, coef, tolerance, `${name}: coefficients`);
  close(bias, [intercept], tolerance, `${name}: intercept`);
  if (expected.zeros) sameZeros(weight, coef, name);
}

/**
 * Fits on features as they are, standardised by the model, and on standardised ones. Two of the features are nearly the
 * same: the default tolerance leaves 5e-6 there.
 */
function check(name: string, expected: Expected): void {
  const inside = linearRegression();
  const result = inside.fitSync(X, y, { ...penalty(expected), tolerance: 1e-10 });
  assert.is(result.converged, true, `${name}: ${result.stopReason} after ${result.steps} steps`);
  judge(inside, `${name}, standardised inside`, expected);
  const outside = linearRegression({ standardize: false });
  const plain = outside.fitSync(Z, y, { ...penalty(expected), tolerance: 1e-10 });
  assert.is(plain.converged, true, `${name}: ${plain.stopReason} after ${plain.steps} steps`);
  judge(outside, `${name}, standardised outside`, expected);
  // Both predict the same, the first from the original scale.
  close(inside.predict(X), outside.predict(Z), 1e-7, `${name}: predictions`);
}

test('least squares: R lm on diabetes', () => {
  const { coef, r2 } = rCases.find(({ kind }) => kind === 'lm')!;
  check('lm', { coef: coef!.slice(1), intercept: coef![0]!, l1: 0, l2: 0, tolerance: 1e-6 });
  const model = linearRegression();
  model.fitSync(X, y);
  const judged = model.evaluate(X, y, { metrics: 'r2' });
  assert.ok(Math.abs(judged.r2! - r2!) < 1e-12);
});

for (const { model, alpha, l1_ratio: ratio, coef, intercept, alphas, coefs } of sklearnCases) {
  const base = { intercept: intercept as number, tolerance: 1e-6 };
  if (model === 'Ridge') {
    test(`ridge: scikit-learn, alpha ${alpha}`, () => {
      check('Ridge', { ...base, coef: coef as number[], l1: 0, l2: alpha! / n });
    });
  } else if (model === 'ElasticNet') {
    test(`elastic net: scikit-learn, alpha ${alpha}, l1_ratio ${ratio}`, () => {
      check('ElasticNet', {
        ...base,
        coef: coef as number[],
        l1: 2 * alpha! * ratio!,
        l2: alpha! * (1 - ratio!),
        zeros: true,
      });
    });
  } else if (model === 'lasso_path') {
    test('lasso path: scikit-learn', () => {
      const mean = y.reduce((a, b) => a + b, 0) / n;
      alphas!.forEach((alpha, k) => {
        const path = coefs![0]!.length === alphas!.length ? coefs!.map((row) => row[k]!) : coefs![k]!;
        // The path is solved to a duality gap, not to a gradient.
        check(`lasso_path[${k}]`, { coef: path, intercept: mean, l1: 2 * alpha, l2: 0, tolerance: 1e-5, zeros: true });
      });
    });
  }
}

test('lasso: glmnet, gaussian', () => {
  const { lambda, a0, beta } = rCases.find(({ name }) => name === 'lasso')!;
  lambda!.forEach((each, k) => {
    const coef = (beta as number[][]).map((row) => row[k]!);
    check(`glmnet lasso[${k}]`, { coef, intercept: (a0 as number[])[k]!, l1: 2 * each, l2: 0, tolerance: 1e-4 });
  });
});

test('the worked example: the exact least-squares line', () => {
  const { x, intercept, slope, r2, predictions } = seedLinear;
  const rows = x.map((value) => [value]);
  for (const standardize of [true, false]) {
    const model = linearRegression({ standardize });
    const result = model.fitSync(rows, seedLinear.y, { tolerance: 1e-14, metrics: ['r2', 'meanSquaredError'] });
    close(model.coefficients, [slope], 1e-12, 'slope');
    close(model.intercept, [intercept], 1e-12, 'intercept');
    const last = result.history.at(-1)!;
    assert.ok(Math.abs(last.metrics.r2! - r2) < 1e-12);
    assert.ok(Math.abs(last.metrics.meanSquaredError! - seedLinear.rss / 100) < 1e-12);
    for (const [at, value] of Object.entries(predictions))
      close(model.predict([[Number(at)]]), [value], 1e-12, `at ${at}`);
  }
});

test('the worked example: 1,000 steps of gradient descent', () => {
  const rows = seedLinear.x.map((value) => [value]);
  for (const [rate, expected] of [
    [0.01, seedLinear.gd_mean_lr0p01_1000],
    [0.1, seedLinear.gd_mean_lr0p1_1000],
  ] as const) {
    const model = linearRegression({ standardize: false });
    const result = model.fitSync(rows, seedLinear.y, { optimizer: gradientDescent(rate), maxSteps: 1000 });
    assert.is(result.steps, 1000);
    assert.is(result.stopReason, 'steps');
    assert.is(result.converged, false);
    close([model.intercept[0]!, model.coefficients[0]!], expected, 1e-12, `rate ${rate}`);
  }
});

test.run();
