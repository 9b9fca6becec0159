/** Fits with every regularizer end where they must: −∇f is a subgradient of the penalties, and zeros are exact. */
import {
  box,
  elasticNet,
  gradientDescent,
  groupLasso,
  l1,
  l2,
  linearRegression,
  logisticRegression,
  maxNorm,
  nonNegative,
  type OptimizerSpec,
  onlineGradientDescent,
  type RegularizerSpec,
  sgd,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { standardized } from '../helpers/golden.ts';
import { offOptimum } from '../helpers/optimality.ts';
import { source } from '../helpers/points.ts';
import { problem } from '../helpers/problems.ts';
import { throws } from '../throws.ts';

const rows = 120;
const features = 6;
const made = problem(rows, features, 3);
const Z = standardized(made.x);
const noise = source(9);
/** Targets of three outputs; features 2 and 5 say little. */
const targets = Z.map((row) => [
  row[0]! - 2 * row[1]! + 0.05 * row[2]! + noise(),
  0.5 * row[1]! + row[3]! - 0.7 * row[4]! + noise(),
  row[0]! + row[1]! + row[3]! + row[4]! + noise(),
]);

/** −∇ of the mean squared error at the parameters, outputs × features, in plain loops. */
function descent(y: readonly (readonly number[])[], w: readonly (readonly number[])[], b: ArrayLike<number>) {
  const K = w.length;
  const s = w.map((row) => row.map(() => 0));
  Z.forEach((x, i) => {
    for (let k = 0; k < K; k++) {
      const r = y[i]![k]! - b[k]! - x.reduce((z, value, j) => z + value * w[k]![j]!, 0);
      for (let j = 0; j < features; j++) s[k]![j]! += (2 * r * x[j]!) / (rows * K);
    }
  });
  return s;
}

const single: Readonly<Record<string, readonly RegularizerSpec[]>> = {
  l1: [l1(0.4)],
  'l1 of some features': [l1({ lambda: 0.4, features: [1, 2, 5] })],
  elasticNet: [elasticNet({ l1: 0.3, l2: 0.1 })],
  'l2 of some features': [l2({ lambda: 0.4, features: [0, 4] })],
  groupLasso: [groupLasso(0.3)],
  'groupLasso, groups': [groupLasso({ lambda: 0.2, groups: [[0, 4], [2, 5], [1]] })],
  'sparse groups': [groupLasso({ lambda: 0.1, groups: [[0, 4], [2, 5], [1]] }), l1(0.1), l2(0.05)],
  'sparse groups ≥ 0': [groupLasso({ lambda: 0.1, groups: [[0, 4], [2, 5], [1]] }), l1(0.05), nonNegative()],
  nonNegative: [nonNegative()],
  'nonNegative of some features': [nonNegative({ features: [1] }), l1(0.1)],
  box: [box({ lower: -0.3, upper: 0.2 })],
  'box without zero': [box({ lower: 0.1, upper: 0.2 })],
  maxNorm: [maxNorm(0.5)],
  'maxNorm, l1': [maxNorm(0.5), l1(0.1)],
  'maxNorm ≥ 0': [maxNorm(0.5), nonNegative()],
};

const optimizers: Readonly<Record<string, OptimizerSpec | undefined>> = {
  'line search': undefined,
  'gradient descent': gradientDescent(0.05),
  sgd: sgd(0.05),
};

/** Coefficients, outputs × features. */
const rowsOf = (weight: Float32Array | Float64Array, outputs: number): number[][] =>
  Array.from({ length: outputs }, (_, k) => [...weight.subarray(k * features, (k + 1) * features)]);

for (const [name, regularizer] of Object.entries(single)) {
  test(`${name}: the fixed point, one output and three, line search, gradient descent, SGD`, () => {
    for (const outputs of [1, 3]) {
      const y = targets.map((row) => row.slice(0, outputs));
      for (const [how, optimizer] of Object.entries(optimizers)) {
        const model = linearRegression({ standardize: false });
        const result = model.fitSync(Z, outputs === 1 ? y.map(([value]) => value!) : y, {
          regularizer,
          batchSize: 'full',
          tolerance: 1e-11,
          epochs: 20_000,
          ...(optimizer ? { optimizer } : {}),
        });
        const at = `${name}, ${outputs} outputs, ${how}`;
        assert.is(result.stopReason, 'converged', `${at}: ${result.stopReason} after ${result.steps}`);
        const { weight, bias } = model.parameters;
        const w = rowsOf(weight, outputs);
        const off = offOptimum(regularizer, w, descent(y, w, bias), 1e-14);
        assert.ok(off <= 1e-10, `${at}: ${off}`);
        if (name === 'groupLasso' && outputs === 3) {
          // A feature is out for all outputs, or for none.
          const zeros = w[0]!.map((_, j) => w.map((row) => row[j] === 0));
          assert.ok(zeros.some((column) => column.every(Boolean)));
          assert.ok(zeros.every((column) => column.every((zero) => zero === column[0])));
        }
      }
    }
  });
}

test('momentum: the step is η, the mean gradient moves by η/(1 − μ), so a proximal λ acts as λ(1 − μ)', () => {
  const scaled = (spec: RegularizerSpec): RegularizerSpec => {
    if (spec.kind === 'l1' || spec.kind === 'groupLasso') return { ...spec, lambda: spec.lambda / 5 };
    return spec.kind === 'elasticNet' ? { ...spec, l1: spec.l1 / 5, l2: spec.l2 / 5 } : spec;
  };
  for (const nesterov of [false, true]) {
    for (const [name, regularizer] of Object.entries(single)) {
      const model = linearRegression({ standardize: false });
      const optimizer = sgd({ learningRate: 0.02, momentum: 0.8, nesterov });
      model.fitSync(Z, targets, { regularizer, optimizer, batchSize: 'full', tolerance: null, epochs: 5000 });
      const w = rowsOf(model.parameters.weight, 3);
      const off = offOptimum(regularizer.map(scaled), w, descent(targets, w, model.parameters.bias));
      assert.ok(off <= 1e-11, `${name}: ${off}`);
    }
  }
});

test('shuffled mini-batches: exact zeros, and close to the optimum of all rows', () => {
  for (const regularizer of [
    [l1(0.4)],
    [
      groupLasso({
        lambda: 0.3,
        groups: [
          [0, 1],
          [2, 5],
          [3, 4],
        ],
      }),
    ],
  ]) {
    const y = targets.map(([value]) => value!);
    const exact = linearRegression({ standardize: false });
    exact.fitSync(Z, y, { regularizer });
    const model = linearRegression({ standardize: false });
    const optimizer = sgd({ learningRate: (step) => 0.1 / (1 + step / 20) });
    model.fitSync(Z, y, { regularizer, optimizer, batchSize: 8, epochs: 400 });
    exact.parameters.weight.forEach((value, j) => {
      const found = model.parameters.weight[j]!;
      assert.is(found === 0, value === 0, `feature ${j}: ${found} for ${value}`);
      assert.ok(Math.abs(found - value) <= 2e-2, `feature ${j}: ${found} for ${value}`);
    });
  }
});

test('a group lasso of groups of one is a lasso; √|g| is a factor of λ', () => {
  const y = targets.map(([value]) => value!);
  const fit = (regularizer: RegularizerSpec, given: unknown = y) => {
    const model = linearRegression({ standardize: false });
    model.fitSync(Z, given as number[], { regularizer, tolerance: 1e-11 });
    return [...model.parameters.weight];
  };
  const near = (a: readonly number[], b: readonly number[]): void => {
    a.forEach((value, j) => {
      assert.ok(Math.abs(value - b[j]!) <= 1e-9, `${value} for ${b[j]}`);
    });
  };
  near(fit(groupLasso(0.4)), fit(l1(0.4)));
  near(
    fit(groupLasso({ lambda: 0.3, groups: [[0, 1, 2, 3], [4], [5]] })),
    fit([
      groupLasso({ lambda: 0.6, groups: [[0, 1, 2, 3]], scaleBySize: false }),
      groupLasso({ lambda: 0.3, groups: [[4], [5]] }),
    ] as never),
  );
  near(fit(groupLasso(0.3), targets), fit(groupLasso({ lambda: 0.3 * Math.sqrt(3), scaleBySize: false }), targets));
});

test('intercepts are left out unless asked', () => {
  const y = targets.map(([value]) => value! + 5);
  const fit = (regularizer: RegularizerSpec, optimizer?: OptimizerSpec) => {
    const model = linearRegression({ standardize: false });
    model.fitSync(Z, y, { regularizer, ...(optimizer ? { optimizer, batchSize: 'full' } : {}) });
    return model.parameters.bias[0]!;
  };
  const mean = y.reduce((sum, value) => sum + value, 0) / rows;
  const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) <= 1e-6, `${a} for ${b}`);
  for (const optimizer of [undefined, gradientDescent(0.1)]) {
    // Features are centred, so the intercept is soft(mean, λ/2), mean/(1 + λ), or the mean held by its bound.
    for (const intercept of [false, true]) {
      near(fit(l1({ lambda: 1, intercept }), optimizer), intercept ? mean - 0.5 : mean);
      near(fit(l2({ lambda: 1, intercept }), optimizer), intercept ? mean / 2 : mean);
      near(fit(groupLasso({ lambda: 1, intercept }), optimizer), intercept ? mean - 0.5 : mean);
      near(fit(groupLasso({ lambda: 1, groups: [[0, 1]], intercept }), optimizer), intercept ? mean - 0.5 : mean);
      near(fit(box({ upper: 3, intercept }), optimizer), intercept ? 3 : mean);
      near(fit(maxNorm({ max: 2, intercept }), optimizer), intercept ? 2 : mean);
      near(fit(l1({ lambda: 1, features: [0], intercept }), optimizer), intercept ? mean - 0.5 : mean);
    }
  }
});

test('features by name are the features by index', () => {
  const featureNames = ['a', 'b', 'c', 'd', 'e', 'f'];
  const y = targets.map(([value]) => Number(value! > 0));
  const fit = (regularizer: RegularizerSpec) => {
    const model = logisticRegression({ featureNames });
    model.fitSync(Z, y, { regularizer, epochs: 30 });
    return model.parameters.weight;
  };
  assert.equal(fit(l1({ lambda: 0.05, features: ['b', 'f'] })), fit(l1({ lambda: 0.05, features: [1, 5] })));
  assert.equal(
    fit(groupLasso({ lambda: 0.05, groups: [['a', 'f'], ['c']] })),
    fit(groupLasso({ lambda: 0.05, groups: [[0, 5], [2]] })),
  );
  const bad = (regularizer: RegularizerSpec, message: string): void => {
    throws(() => fit(regularizer), 'ERR_ARGUMENT', message);
  };
  bad(l1({ lambda: 1, features: ['g'] }), 'l1: features: unknown feature "g"; did you mean a?');
  bad(l1({ lambda: 1, features: [6] }), 'l1: features: expected indices below 6, the number of features, got 6');
  bad(
    groupLasso({ lambda: 1, groups: [[0, 7]] }),
    'groupLasso: groups: expected indices below 6, the number of features, got 7',
  );
  bad(groupLasso({ lambda: 1, groups: [[0], ['a']] }), 'groupLasso: groups overlap: feature a is in two of them');
  const nameless = linearRegression();
  throws(
    () => nameless.fitSync(Z, y, { regularizer: nonNegative({ features: ['a'] }) }),
    'ERR_ARGUMENT',
    'nonNegative: features: unknown feature "a"; featureNames of the model are not set',
  );
});

test('a line search refuses two whose steps do not combine; an update takes one behind the other', () => {
  const refused: readonly (readonly [readonly RegularizerSpec[], string])[] = [
    [[groupLasso(0.1), box({ lower: -1 })], 'groupLasso and box'],
    [[groupLasso({ lambda: 0.1, groups: [[0, 1]] }), maxNorm(1)], 'groupLasso and maxNorm'],
    [[maxNorm(1), box({ upper: 0.5 })], 'box and maxNorm'],
    [
      [groupLasso({ lambda: 0.1, groups: [[0, 1]] }), groupLasso({ lambda: 0.1, groups: [[1, 2]] })],
      'groupLasso and groupLasso',
    ],
  ];
  const y = targets.map(([value]) => value!);
  for (const [regularizer, both] of refused) {
    throws(
      () => linearRegression().fitSync(Z, y, { regularizer }),
      'ERR_ARGUMENT',
      `gradientDescentLineSearch: ${both} on the same parameters have no common proximal step`,
    );
    const model = linearRegression();
    model.fitSync(Z, y, { regularizer, optimizer: gradientDescent(0.05), epochs: 500 });
    for (const spec of regularizer) {
      const { weight } = model.parameters;
      if (spec.kind === 'maxNorm') assert.ok(Math.hypot(...weight) <= spec.max * (1 + 1e-15));
      if (spec.kind === 'box')
        assert.ok(weight.every((w) => w >= (spec.lower ?? -Infinity) && w <= (spec.upper ?? Infinity)));
    }
  }
  // On different features they do.
  const apart = [groupLasso({ lambda: 0.1, groups: [[0, 1]] }), box({ lower: 0.1, features: [2, 3] })];
  const model = linearRegression({ standardize: false });
  assert.is(model.fitSync(Z, y, { regularizer: apart, tolerance: 1e-11 }).converged, true);
  const w = [[...model.parameters.weight]];
  assert.ok(offOptimum(apart, w, descent(targets, w, model.parameters.bias)) <= 1e-10);
});

test('a projection of online gradient descent may be any constraint', () => {
  const y = targets.map(([value]) => value!);
  const model = linearRegression({ standardize: false });
  const optimizer = onlineGradientDescent({
    learningRate: 0.05,
    projection: [nonNegative({ features: [1] }), maxNorm(0.5)],
  });
  model.fitSync(Z, y, { optimizer });
  const { weight } = model.parameters;
  assert.ok(Math.hypot(...weight) <= 0.5 * (1 + 1e-15));
  assert.ok(weight[1]! >= 0 && weight.some((w) => w < 0));
});

test('f32 and odd numbers of outputs: padding stays out of bounds and norms', () => {
  const y = Z.map((row) => Array.from({ length: 5 }, (_, k) => row[k]! + noise()));
  for (const regularizer of [[box({ lower: 0.1, upper: 0.2 })], [maxNorm(0.3)], [groupLasso(0.1)]]) {
    const model = linearRegression({ dtype: 'f32' });
    const wide = linearRegression();
    const { converged } = model.fitSync(Z, y, { regularizer });
    assert.is(converged, true);
    wide.fitSync(Z, y, { regularizer });
    model.parameters.weight.forEach((value, i) => {
      assert.ok(Math.abs(value - wide.parameters.weight[i]!) <= 1e-4);
    });
  }
});

test.run();
