/**
 * The worked example against examples/data/seed-linear.json: least squares in exact rational arithmetic, and 1,000 steps
 * of gradient descent in NumPy (f64).
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadSeed } from '../../examples/data/index.ts';
import { estimate } from '../../examples/linear-regression/estimate.ts';

const { descents, leastSquares, predictions, curvature } = estimate();
const { reference, x } = loadSeed();

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `expected ${expected} ± ${tolerance}, got ${actual}`);
}

test('1,000 steps at 0.01 and 0.1 end where they must, and say that they have not converged', () => {
  const expected = [reference.gd_mean_lr0p01_1000, reference.gd_mean_lr0p1_1000];
  assert.equal(
    descents.map(({ rate }) => rate),
    [0.01, 0.1],
  );
  descents.forEach(({ intercept, slope, steps, converged }, i) => {
    near(intercept, expected[i]![0], 1e-12);
    near(slope, expected[i]![1], 1e-12);
    assert.is(steps, 1000);
    assert.is(converged, false);
  });
});

test('the line search meets least squares', () => {
  near(leastSquares.intercept, reference.intercept, 1e-9);
  near(leastSquares.slope, reference.slope, 1e-9);
  near(leastSquares.loss, reference.rss / 100, 1e-12);
  assert.is(leastSquares.converged, true);
});

test('predictions at 0.5, 1 and 1.5', () => {
  assert.equal(
    predictions.map(({ x }) => x),
    [0.5, 1, 1.5],
  );
  for (const { x, y } of predictions) near(y, reference.predictions[x]!, 1e-9);
});

test('the curvatures have the sum and the product of the eigenvalues of the Hessian', () => {
  const mean = x.reduce((sum, value) => sum + value, 0) / 100;
  const square = x.reduce((sum, value) => sum + value * value, 0) / 100;
  near(curvature[0] + curvature[1], 2 + 2 * square, 1e-14);
  near(curvature[0] * curvature[1], 4 * (square - mean * mean), 1e-14);
});

test.run();
