/**
 * 100 points of y = 2x + 1 + noise: the line of least squares, and how far gradient descent gets in 1,000 steps.
 *
 * A version of this example circulates whose loop is
 *
 *     gradient = 2 * (X - X @ theta)
 *     theta -= 0.01 * gradient
 *
 * and which estimates nothing: the gradient does not contain y; it lacks Xᵀ and the mean over the rows; its sign is
 * reversed; X has the shape (100, 1) and Xθ (100,), so their difference is 100 × 100 and the second iteration fails; and
 * without an intercept no slope can meet y = 2x + 1 (the best is 3.68). The gradient of the mean squared error is
 *
 *     ∂/∂slope = 2/n Σ (slope·xᵢ + intercept − yᵢ)·xᵢ        ∂/∂intercept = 2/n Σ (slope·xᵢ + intercept − yᵢ)
 */
import { gradientDescent, linearRegression } from 'downhill';
import { loadSeed } from '../data/index.ts';

export interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** Mean of the squared residuals. */
  readonly loss: number;
  readonly steps: number;
  readonly converged: boolean | null;
}

export interface Estimates {
  /** 1,000 steps from zero at a fixed rate. */
  readonly descents: readonly (Line & { readonly rate: number })[];
  /** The default, a line search, until the gradient is below 1e-12. */
  readonly leastSquares: Line;
  readonly predictions: readonly { readonly x: number; readonly y: number }[];
  /** Eigenvalues of the Hessian of the loss: how steeply it curves, flattest direction first. */
  readonly curvature: readonly [number, number];
}

export const STEPS = 1000;
export const RATES: readonly number[] = [0.01, 0.1];
export const QUESTIONS: readonly number[] = [0.5, 1, 1.5];

/** Eigenvalues of 2/n · [[n, Σx], [Σx, Σx²]]. */
function curvatureOf(x: Float64Array): [number, number] {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const square = x.reduce((sum, value) => sum + value * value, 0) / x.length;
  const root = Math.hypot(1 - square, 2 * mean);
  return [1 + square - root, 1 + square + root];
}

export function estimate(): Estimates {
  const { x, y, shape } = loadSeed();
  const points = { data: x, shape };

  // Standardising changes the path of gradient descent, not where it ends. Here it is the plain one that is told of.
  const model = linearRegression({ standardize: false });
  const line = (options: Parameters<typeof model.fitSync>[2]): Line => {
    const { steps, converged } = model.fitSync(points, y, options);
    const { loss } = model.evaluate(points, y);
    return { intercept: model.intercept[0]!, slope: model.coefficients[0]!, loss, steps, converged };
  };
  const descents = RATES.map((rate) => ({
    rate,
    ...line({ optimizer: gradientDescent(rate), epochs: STEPS }),
  }));
  const leastSquares = line({ tolerance: 1e-12 });
  const answers = model.predict(QUESTIONS.map((value) => [value]));
  return {
    descents,
    leastSquares,
    predictions: QUESTIONS.map((value, i) => ({ x: value, y: answers[i]! })),
    curvature: curvatureOf(x),
  };
}
