/** Why a run ends, whether it converged, and that a line search never rises. */
import {
  box,
  elasticNet,
  type FitOptions,
  gradientDescent,
  gradientDescentLineSearch,
  l1,
  l2,
  linearRegression,
  logisticRegression,
  nonNegative,
  type RegularizerSpec,
  sgd,
  softmaxRegression,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { close } from '../helpers/golden.js';
import { source } from '../helpers/points.js';
import { problem, values } from '../helpers/problems.js';

const { x, y, binary, ternary } = problem(60, 4);

/** ‖gradient of the mean squared error‖∞ at the parameters, in plain loops. */
function gradient(rows: number[][], targets: number[], w: ArrayLike<number>, b: number): number[] {
  const g = new Array<number>(rows[0]!.length + 1).fill(0);
  rows.forEach((row, i) => {
    const r = row.reduce((z, v, j) => z + v * w[j]!, b) - targets[i]!;
    row.forEach((v, j) => {
      g[j]! += (2 * r * v) / rows.length;
    });
    g[row.length]! += (2 * r) / rows.length;
  });
  return g;
}

const largest = (g: number[]): number => Math.max(...g.map(Math.abs));

test('tolerance: the first point whose gradient is small enough', () => {
  const first = largest(gradient(x, y, [0, 0, 0, 0], 0));
  for (const optimizer of [gradientDescent(0.1), gradientDescentLineSearch()]) {
    for (const tolerance of [1e-2, 1e-6, 1e-10]) {
      const model = linearRegression({ standardize: false });
      const result = model.fitSync(x, y, { optimizer, tolerance });
      assert.is(result.stopReason, 'converged');
      assert.is(result.converged, true);
      const bound = tolerance * Math.max(1, first);
      assert.ok(
        largest(gradient(x, y, model.parameters.weight, model.parameters.bias[0]!)) <= bound * (1 + 1e-6) + 1e-15,
      );
      const before = linearRegression({ standardize: false });
      assert.is(before.fitSync(x, y, { optimizer, tolerance, maxSteps: result.steps - 1 }).converged, false);
      assert.ok(largest(gradient(x, y, before.parameters.weight, before.parameters.bias[0]!)) > bound);
    }
  }
});

test('tolerance counts the penalty, and with L1 the smallest subgradient', () => {
  const model = linearRegression({ standardize: false });
  const result = model.fitSync(x, y, { regularizer: [l1(1), l2(0.1)], tolerance: 1e-9 });
  assert.is(result.converged, true);
  const g = gradient(x, y, model.parameters.weight, model.parameters.bias[0]!);
  const { weight } = model.parameters;
  assert.ok(weight.some((w) => w === 0) && weight.some((w) => w !== 0), `${weight}`);
  weight.forEach((w, j) => {
    if (w === 0) assert.ok(Math.abs(g[j]!) <= 1);
    else assert.ok(Math.abs(g[j]! + 0.2 * w + Math.sign(w)) < 1e-7);
  });
});

test('lossTolerance: the first step that changes the objective by less than its share', () => {
  for (const optimizer of [gradientDescent(0.1), gradientDescentLineSearch()]) {
    const free = linearRegression().fitSync(x, y, { optimizer, tolerance: null, epochs: 400, regularizer: l2(0.01) });
    const objectives = free.history.map(({ objective }) => objective);
    const lossTolerance = 1e-4;
    const stop = objectives.findIndex(
      (f, i) =>
        i > 0 &&
        Math.abs(f - objectives[i - 1]!) <= lossTolerance * Math.max(Math.abs(f), Math.abs(objectives[i - 1]!)),
    );
    const result = linearRegression().fitSync(x, y, {
      optimizer,
      tolerance: null,
      lossTolerance,
      regularizer: l2(0.01),
    });
    assert.is(result.stopReason, 'converged');
    assert.is(result.converged, true);
    // Gradient descent sees the objective at the start of a step, a line search at its end.
    assert.ok(Math.abs(result.steps - stop) <= 1, `${result.steps} and ${stop}`);
  }
});

test('converged is true, false, or null where nothing was asked', () => {
  const fit = (options: FitOptions<number[]>) => {
    const { converged, stopReason } = linearRegression().fitSync(x, y, options);
    return [converged, stopReason];
  };
  assert.equal(fit({}), [true, 'converged']);
  assert.equal(fit({ epochs: 2 }), [false, 'epochs']);
  assert.equal(fit({ maxSteps: 2 }), [false, 'steps']);
  assert.equal(fit({ epochs: 2, tolerance: null }), [null, 'epochs']);
  assert.equal(fit({ epochs: 2, tolerance: null, lossTolerance: 1e-12 }), [false, 'epochs']);
  assert.equal(fit({ optimizer: sgd(0.01), batchSize: 8, epochs: 2 }), [null, 'epochs']);
  assert.equal(fit({ optimizer: sgd(0.01), batchSize: 8, epochs: 2, maxSteps: 3 }), [null, 'steps']);
  // Nothing to do: the start is the optimum.
  assert.equal(
    linearRegression().fitSync(
      x,
      x.map(() => 0),
    ).steps,
    0,
  );
  assert.equal(
    linearRegression().fitSync(
      x,
      x.map(() => 0),
    ).converged,
    true,
  );
});

test('a line search that cannot go down says so', () => {
  const tight = linearRegression({ standardize: false }).fitSync(
    x.map((row) => row.map((v) => 1e4 * v)),
    y,
    { optimizer: gradientDescentLineSearch({ maxHalvings: 3 }) },
  );
  assert.is(tight.stopReason, 'lineSearch');
  assert.is(tight.steps, 0);
});

const penalties: Record<string, RegularizerSpec | RegularizerSpec[]> = {
  none: [],
  l2: l2(0.05),
  l1: l1(0.05),
  'l1, subgradient': l1({ lambda: 0.05, method: 'subgradient' }),
  elasticNet: elasticNet({ l1: 0.05, l2: 0.02 }),
  nonNegative: nonNegative(),
  box: box({ lower: -0.3, upper: 0.4 }),
  'box away from zero': box({ lower: 0.1, upper: 0.4, intercept: true }),
  'l1 and nonNegative': [l1(0.05), nonNegative()],
};

for (const dtype of ['f32', 'f64'] as const) {
  test(`the objective of a line search never rises, ${dtype}`, () => {
    const next = source(7);
    for (const [name, regularizer] of Object.entries(penalties)) {
      for (let k = 0; k < 12; k++) {
        const rows = 3 + Math.floor(next() * 40);
        const columns = 1 + Math.floor(next() * 12);
        const { x, y, binary, ternary } = problem(rows, columns, 100 + k);
        // Features of very different sizes, targets of any size.
        const sizes = x[0]!.map(() => 10 ** (4 * next() - 2));
        const scaled = x.map((row) => row.map((v, j) => v * sizes[j]!));
        const size = 10 ** (6 * next() - 3);
        const options = { regularizer, epochs: 150, tolerance: 0 };
        const standardize = k % 2 === 0;
        const runs = [
          linearRegression({ dtype, standardize }).fitSync(
            scaled,
            y.map((v) => size * v),
            options,
          ),
        ];
        if (new Set(binary).size === 2)
          runs.push(logisticRegression({ dtype, standardize }).fitSync(scaled, binary, options));
        if (new Set(ternary).size > 1)
          runs.push(softmaxRegression({ dtype, standardize }).fitSync(scaled, ternary, options));
        for (const { history } of runs) {
          for (let i = 1; i < history.length; i++) {
            assert.ok(
              history[i]!.objective <= history[i - 1]!.objective,
              `${name}, problem ${k}, step ${i + 1}: ${history[i]!.objective} after ${history[i - 1]!.objective}`,
            );
          }
        }
      }
    }
  });
}

test('constraints hold, the intercept is left alone unless asked', () => {
  for (const { make, y: targets } of [
    { make: () => linearRegression({ standardize: false }), y },
    { make: () => logisticRegression({ standardize: false }), y: binary },
    { make: () => softmaxRegression({ standardize: false }), y: ternary },
  ] as { make: () => ReturnType<typeof linearRegression>; y: number[] }[]) {
    for (const optimizer of [gradientDescentLineSearch(), sgd(0.05)]) {
      const fit = (regularizer: RegularizerSpec) => {
        const model = make();
        model.fitSync(x, targets, { optimizer, regularizer, epochs: 50 });
        return model.parameters;
      };
      assert.ok(fit(nonNegative()).weight.every((w) => w >= 0 && !Object.is(w, -0)));
      const boxed = fit(box({ lower: 0.1, upper: 0.2 }));
      assert.ok(boxed.weight.every((w) => w >= 0.1 && w <= 0.2));
      const held = fit(box({ lower: -0.01, upper: 0.01, intercept: true }));
      assert.ok([...held.weight, ...held.bias].every((v) => Math.abs(v) <= 0.01));
      assert.ok(fit(box({ lower: -0.01, upper: 0.01 })).bias.some((b) => Math.abs(b) > 0.01));
    }
  }
});

test('an L1 strong enough leaves exact zeros only, and the intercept is the mean', () => {
  for (const optimizer of [gradientDescentLineSearch(), gradientDescent(0.1)]) {
    const model = linearRegression();
    model.fitSync(x, y, { optimizer, regularizer: l1(100) });
    assert.ok(model.parameters.weight.every((w) => Object.is(w, 0)));
    close(model.intercept, [y.reduce((a, b) => a + b, 0) / y.length], 1e-7, 'intercept');
    assert.equal(values(model).slice(0, -1), [0, 0, 0, 0]);
  }
});

test.run();
