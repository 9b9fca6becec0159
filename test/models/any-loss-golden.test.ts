/** Linear models of other losses against scikit-learn, R, linear programs and plain formulas. */
import {
  epsilonInsensitive,
  focal,
  gammaDeviance,
  gradientDescentLineSearch,
  hinge,
  huber,
  type LossSpec,
  l1,
  l2,
  linearModel,
  logCosh,
  meanAbsoluteError,
  modifiedHuber,
  multiclassHinge,
  poisson,
  quantile,
  type RegularizerSpec,
  squaredHinge,
  tweedieDeviance,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  close,
  type Dataset,
  dataset,
  notAbove,
  rCases,
  sklearnCases,
  standardized,
  sumAbs,
  sumSquares,
} from '../helpers/golden.js';

const { X, y } = dataset('diabetes');
const Z = standardized(X);
const n = X.length;

/** ŷ − y or z of every row, by plain loops. */
const raw = (features: readonly number[][], w: ArrayLike<number>, b: number): number[] =>
  features.map((row) => row.reduce((z, x, j) => z + x * w[j]!, b));

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

interface Fit {
  readonly name: string;
  readonly loss: LossSpec;
  readonly value: (z: number, y: number) => number;
  readonly lambda: number;
  readonly coef: readonly number[];
  readonly intercept: number;
  /** Of the largest coefficient, 1e-5 unless told. */
  readonly tolerance?: number;
}

/** Objective at most 1e-8 of itself above theirs, coefficients within the tolerance. */
function check({ name, loss, value, lambda, coef, intercept, tolerance = 1e-5 }: Fit): void {
  test(name, () => {
    const model = linearModel({ loss });
    const result = model.fitSync(X, y, { regularizer: l2(lambda), tolerance: 1e-10 });
    assert.is(result.converged, true, `${result.stopReason} after ${result.steps} steps`);
    const { weight, bias } = model.parameters;
    const objective = (w: ArrayLike<number>, b: number): number =>
      mean(raw(Z, w, b).map((z, i) => value(z, y[i]!))) + lambda * sumSquares(w);
    notAbove(objective(weight, bias[0]!), objective(coef, intercept), 1e-8, 'objective');
    close(weight, coef, tolerance, 'coefficients');
    close(bias, [intercept], tolerance, 'intercept');
  });
}

const sklearn = (name: string) => sklearnCases.find(({ model }) => model === name)!;
const ofSklearn = (name: string): Pick<Fit, 'coef' | 'intercept'> => {
  const { coef, intercept } = sklearn(name);
  return { coef: coef as number[], intercept: intercept as number };
};

// Theirs is half the mean deviance + α/2·‖w‖²; e^z − y·z is half the deviance of a count but for a constant.
check({
  name: 'PoissonRegressor',
  loss: poisson(),
  value: (z, y) => Math.exp(z) - y * z,
  lambda: sklearn('PoissonRegressor').alpha! / 2,
  ...ofSklearn('PoissonRegressor'),
});

const tweedie = (p: number) => (z: number, y: number) =>
  2 * (y ** (2 - p) / ((1 - p) * (2 - p)) - (y * Math.exp((1 - p) * z)) / (1 - p) + Math.exp((2 - p) * z) / (2 - p));

check({
  name: 'TweedieRegressor of power 1.5',
  loss: tweedieDeviance({ power: 1.5 }),
  value: tweedie(1.5),
  lambda: sklearn('TweedieRegressor').alpha!,
  ...ofSklearn('TweedieRegressor'),
});

// Theirs minimises Σ(σ + σ·H(r/σ)) + α‖w‖² in w and σ, H = 2·huber of δ = ε. At their σ what is left is 2/σ times a
// sum of huber of δ = εσ, so the coefficients are those of λ = ασ/(2n).
{
  const { epsilon, scale, alpha } = sklearn('HuberRegressor') as unknown as Record<string, number>;
  const delta = epsilon! * scale!;
  check({
    name: 'HuberRegressor, at the scale that it found',
    loss: huber({ delta }),
    value: (z, y) => (Math.abs(z - y) <= delta ? (z - y) ** 2 / 2 : delta * (Math.abs(z - y) - delta / 2)),
    lambda: (alpha! * scale!) / (2 * n),
    // Their L-BFGS stopped early: the gradient of ours is 1e-10 of the first.
    tolerance: 1e-4,
    ...ofSklearn('HuberRegressor'),
  });
}

for (const [name, loss, value] of [
  ['poisson', poisson(), (z: number, y: number) => Math.exp(z) - y * z],
  ['gamma log', gammaDeviance(), (z: number, y: number) => 2 * (z - Math.log(y) - 1 + y * Math.exp(-z))],
] as const) {
  const { coef } = rCases.find((each) => each.name === name)!;
  check({ name: `R glm, ${name}`, loss, value, lambda: 0, coef: coef!.slice(1), intercept: coef![0]! });
}

test('R glm, poisson and gamma: deviances and means', () => {
  for (const [name, loss] of [
    ['poisson', tweedieDeviance({ power: 1 })],
    ['gamma log', tweedieDeviance({ power: 2 })],
  ] as const) {
    const expected = rCases.find((each) => each.name === name) as unknown as { deviance: number };
    const model = linearModel({ loss });
    model.fitSync(X, y);
    close([model.evaluate(X, y).loss * n], [expected.deviance], 1e-10, name);
    // The score of an intercept: means add up as the targets do, for counts.
    if (name === 'poisson') close([mean(Array.from(model.predict(X)))], [mean(y)], 1e-7, name);
  }
});

/**
 * Losses with kinks, without any option of `fit`: within 1e-4 of the optimum, with an L1 penalty 1e-3. Where it comes from: `pinball_sum` of
 * scikit-learn; the rest, the same problem as a linear program, by scipy 1.17.1, linprog (HiGHS).
 */
const { pinball_sum: pinball } = sklearn('QuantileRegressor') as unknown as { pinball_sum: number };
for (const { loss, data = 'diabetes', regularizer, optimum } of [
  { loss: quantile(), optimum: pinball / n },
  { loss: meanAbsoluteError(), optimum: (2 * pinball) / n },
  { loss: quantile({ quantile: 0.9 }), optimum: 9.087896783858508 },
  { loss: epsilonInsensitive({ epsilon: 10 }), optimum: 33.74966784294829 },
  { loss: hinge(), data: 'breast_cancer', regularizer: l1(0.01), optimum: 0.115879707232873 },
  { loss: multiclassHinge(), data: 'iris', regularizer: l1(0.01), optimum: 0.14945905175309812 },
] as { loss: LossSpec; data?: Dataset; regularizer?: RegularizerSpec; optimum: number }[]) {
  test(`${JSON.stringify(loss)} on ${data}: close to the optimum without choosing a rate`, () => {
    const { X, y } = dataset(data);
    const model = linearModel({ loss });
    const result = model.fitSync(X, y as never, regularizer ? { regularizer } : {});
    assert.is(result.stopReason, 'epochs');
    assert.is(result.steps, 2000);
    assert.is(result.converged, null);
    const found = model.evaluate(X, y as never).loss + (regularizer ? 0.01 * sumAbs(model.parameters.weight) : 0);
    assert.ok(found >= optimum * (1 - 1e-12), `${found} is below the optimum ${optimum}`);
    notAbove(found, optimum, regularizer ? 1e-3 : 1e-4, 'objective');
    // A line search creeps from kink to kink: it does not converge, and says so.
    const search = linearModel({ loss });
    const optimizer = gradientDescentLineSearch();
    const stuck = search.fitSync(X, y as never, { optimizer, ...(regularizer ? { regularizer } : {}) });
    assert.is(stuck.converged, false, stuck.stopReason);
  });
}

/** Slopes by algebra, for losses that no other package fits: the gradient at the solution is 0. */
const sign = (y: number): number => 2 * y - 1;
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
for (const { loss, data, slope } of [
  { loss: logCosh(), data: 'diabetes', slope: (z, y) => Math.tanh(z - y) },
  {
    loss: epsilonInsensitive({ epsilon: 10, squared: true }),
    data: 'diabetes',
    slope: (z, y) => 2 * Math.sign(z - y) * Math.max(0, Math.abs(z - y) - 10),
  },
  { loss: squaredHinge(), data: 'breast_cancer', slope: (z, y) => -2 * sign(y) * Math.max(0, 1 - sign(y) * z) },
  {
    loss: modifiedHuber(),
    data: 'breast_cancer',
    slope: (z, y) => -2 * sign(y) * Math.min(2, Math.max(0, 1 - sign(y) * z)),
  },
  {
    loss: focal({ gamma: 1, alpha: null }),
    data: 'breast_cancer',
    // d/dx of σ(x)·softplus(x), x = ∓z.
    slope: (z, y) => {
      const x = -sign(y) * z;
      return -sign(y) * sigmoid(x) * (sigmoid(x) + sigmoid(-x) * Math.log1p(Math.exp(x)));
    },
  },
] as { loss: LossSpec; data: Dataset; slope: (z: number, y: number) => number }[]) {
  test(`${JSON.stringify(loss)} on ${data}: the gradient vanishes`, () => {
    const { X, y } = dataset(data);
    const features = standardized(X);
    const model = linearModel({ loss });
    const result = model.fitSync(X, y as never, { regularizer: l2(0.01) });
    assert.is(result.converged, true, `${result.stopReason} after ${result.steps} steps`);
    const { weight, bias } = model.parameters;
    const gradient = (w: ArrayLike<number>, b: number): number[] => {
      const slopes = raw(features, w, b).map((z, i) => slope(z, y[i]!));
      const of = features[0]!.map((_, j) => mean(slopes.map((s, i) => s * features[i]![j]!)) + 0.02 * w[j]!);
      return [...of, mean(slopes)];
    };
    const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
    const first = largest(gradient(new Float64Array(weight.length), 0));
    assert.ok(largest(gradient(weight, bias[0]!)) <= 1.01e-8 * Math.max(1, first));
  });
}

test.run();
