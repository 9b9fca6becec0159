/** The steps of the tour in plain JavaScript, as far as bench/plain does not have them. f64. */

export interface Problem {
  /** Mean loss at θ; writes its gradient. */
  loss(theta: Float64Array, gradient: Float64Array): number;
  /** θ ← prox(θ) for a step of length a. Left out where there is no penalty. */
  proximal?(theta: Float64Array, a: number): void;
}

const DECREASE = 1e-4;
const MOST_HALVINGS = 60;

/**
 * Gradient descent with backtracking, as `gradientDescentLineSearch`: the length doubles before a step and halves until
 * f⁺ ≤ f − 1e-4·a‖g‖² (Armijo), with a penalty f⁺ ≤ f + g·d + ‖d‖²/(2a) (Beck and Teboulle).
 */
export function descend({ loss, proximal }: Problem, start: Float64Array, steps: number): Float64Array {
  let theta = start.slice();
  let gradient = new Float64Array(theta.length);
  let trial = new Float64Array(theta.length);
  let trialGradient = new Float64Array(theta.length);
  let f = loss(theta, gradient);
  let a = 1;
  for (let step = 0; step < steps; step++) {
    for (let halvings = 0; ; halvings++) {
      if (halvings > MOST_HALVINGS) throw new Error(`no decrease after ${MOST_HALVINGS} halvings in step ${step}`);
      for (let i = 0; i < theta.length; i++) trial[i] = theta[i]! - a * gradient[i]!;
      proximal?.(trial, a);
      const next = loss(trial, trialGradient);
      let slope = 0;
      let length = 0;
      for (let i = 0; i < theta.length; i++) {
        const d = trial[i]! - theta[i]!;
        slope += gradient[i]! * d;
        length += d * d;
      }
      if (next <= (proximal ? f + slope + length / (2 * a) : f + DECREASE * slope)) {
        f = next;
        break;
      }
      a /= 2;
    }
    [theta, trial] = [trial, theta];
    [gradient, trialGradient] = [trialGradient, gradient];
    a *= 2;
  }
  return theta;
}

/** The proximal step of λ·Σ|θ| over the first `weights` parameters: towards zero by aλ, and not beyond. */
export const softThreshold =
  (lambda: number, weights: number) =>
  (theta: Float64Array, a: number): void => {
    const by = a * lambda;
    for (let i = 0; i < weights; i++) {
      const value = theta[i]!;
      theta[i] = value > by ? value - by : value < -by ? value + by : 0;
    }
  };

/** Binary cross-entropy, the mean over rows with weights of mean 1, and its gradient. Weights first, intercept last. */
export function weightedLogistic(
  x: Float64Array,
  y: ArrayLike<number>,
  weights: Float64Array,
  columns: number,
  theta: Float64Array,
  gradient: Float64Array,
): number {
  gradient.fill(0);
  const rows = y.length;
  const intercept = theta[columns]!;
  let loss = 0;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const row = i * columns;
    let z = intercept;
    for (let j = 0; j < columns; j++) z += theta[j]! * x[row + j]!;
    const e = Math.exp(-Math.abs(z));
    const probability = z >= 0 ? 1 / (1 + e) : e / (1 + e);
    const weight = weights[i]!;
    loss += weight * (Math.max(z, 0) - y[i]! * z + Math.log1p(e));
    const residual = weight * (probability - y[i]!);
    total += residual;
    for (let j = 0; j < columns; j++) gradient[j]! += residual * x[row + j]!;
  }
  gradient[columns] = total;
  const scale = 1 / rows;
  for (let j = 0; j <= columns; j++) gradient[j]! *= scale;
  return loss * scale;
}
