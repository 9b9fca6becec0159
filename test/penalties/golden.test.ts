/** Group lasso and constraints against scikit-learn: multi-task lasso, and elastic nets with coefficients ≥ 0. */
import { readFileSync } from 'node:fs';
import { elasticNet, groupLasso, linearRegression, nonNegative } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { close, type Dataset, dataset, sameZeros, standardized } from '../helpers/golden.ts';

interface Case {
  readonly model: string;
  readonly dataset: Dataset;
  readonly features?: readonly [number, number];
  readonly targets?: readonly [number, number];
  readonly alpha: number;
  readonly l1_ratio?: number;
  readonly coef: number[] | number[][];
  readonly intercept: number | number[];
}

const { cases } = JSON.parse(readFileSync('test/golden/regularized.json', 'utf8')) as { cases: Case[] };

for (const { model: name, dataset: data, features, targets, alpha, l1_ratio: ratio, coef, intercept } of cases) {
  if (name !== 'MultiTaskLasso' && name !== 'ElasticNet') continue;
  test(`${name} on ${data}, alpha ${alpha}`, () => {
    const { X, y } = dataset(data);
    const Z = standardized(X);
    const model = linearRegression({ standardize: false });
    if (name === 'MultiTaskLasso') {
      const x = Z.map((row) => row.slice(...features!));
      const Y = Z.map((row) => row.slice(...targets!));
      const regularizer = groupLasso({ lambda: (2 * alpha) / Y[0]!.length, scaleBySize: false });
      assert.is(model.fitSync(x, Y, { regularizer, tolerance: 1e-12 }).converged, true);
    } else {
      const regularizer = [elasticNet({ l1: 2 * alpha * ratio!, l2: alpha * (1 - ratio!) }), nonNegative()];
      assert.is(model.fitSync(Z, y, { regularizer, tolerance: 1e-12 }).converged, true);
    }
    const expected = (coef as number[][]).flat();
    close(model.parameters.weight, expected, 1e-7, 'coefficients');
    sameZeros(model.parameters.weight, expected, 'coefficients');
    assert.ok(expected.some((value) => value === 0) || alpha === 0.05);
    if (typeof intercept === 'number') close(model.parameters.bias, [intercept], 1e-10, 'intercept');
  });
}

test.run();
