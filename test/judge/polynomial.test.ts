/** Polynomial features against those of scikit-learn, see test/golden/README.md. */
import { readFileSync } from 'node:fs';
import { matrix, NotFittedError, polynomialFeatures } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { throws } from '../throws.js';

interface Case {
  readonly options: { degree: number; interaction_only?: boolean; include_bias?: boolean };
  readonly x: number[][];
  readonly names: string[];
  readonly features: number[][];
}

const { polynomial } = JSON.parse(readFileSync('test/golden/judge.json', 'utf8')) as { polynomial: Case[] };

test('names, order and values are those of PolynomialFeatures, to the last bit', () => {
  for (const { options, x, names, features } of polynomial) {
    const { degree, interaction_only: interactionOnly = false, include_bias: bias = false } = options;
    const made = polynomialFeatures({ degree, interactionOnly, bias });
    assert.equal(made.fitTransform(x), features, JSON.stringify(options));
    assert.equal(made.names(), names);
  }
});

test('names of your own', () => {
  const made = polynomialFeatures({ bias: true }).fit([[1, 2]]);
  assert.equal(made.names(['a', 'b']), ['1', 'a', 'b', 'a^2', 'a b', 'b^2']);
  throws(() => made.names(['a']), 'ERR_SHAPE', 'names: expected 2, one per feature, got 1');
});

test('rows give rows, a matrix gives a matrix of f64', () => {
  const made = polynomialFeatures();
  assert.equal(made.fitTransform([Float32Array.of(2, 3)]), [[2, 3, 4, 6, 9]]);
  const out = made.transform(matrix(Float32Array.of(2, 3, 0.1, 1), 2, 2));
  const f = Math.fround(0.1);
  assert.equal(out, { data: Float64Array.of(2, 3, 4, 6, 9, f, 1, f * f, f, 1), rows: 2, columns: 5 });
});

test('a clone has learnt nothing', () => {
  const made = polynomialFeatures({ degree: 3 }).fit([[1]]);
  const fresh = made.clone();
  assert.throws(
    () => fresh.transform([[1]]),
    (error: Error) =>
      error instanceof NotFittedError && /polynomialFeatures: fit has not been called/.test(error.message),
  );
  assert.throws(() => fresh.names(), /fit has not been called/);
  assert.equal(fresh.fitTransform([[2]]), [[2, 4, 8]]);
});

test('products of different features end by themselves', () => {
  assert.equal(polynomialFeatures({ degree: 1e9, interactionOnly: true }).fitTransform([[2, 3]]), [[2, 3, 6]]);
});

test('bad input', () => {
  const made = polynomialFeatures().fit([[1, 2]]);
  throws(() => made.transform([[1]]), 'ERR_SHAPE', 'features: expected 2 columns, got 1');
  throws(
    () => made.transform(matrix(Float64Array.of(1, Number.NaN), 1, 2)),
    'ERR_DATA',
    'features: row 0, column 1 is NaN',
  );
  throws(
    () => polynomialFeatures({ degree: 0 }),
    'ERR_ARGUMENT',
    'polynomialFeatures: degree must be an integer ≥ 1, got 0',
  );
  throws(
    () => polynomialFeatures({ degree: 9 }).fit([new Array<number>(50).fill(1)]),
    'ERR_ARGUMENT',
    'polynomialFeatures: degree 9 of 50 features makes more than 1048576 terms',
  );
});

test.run();
