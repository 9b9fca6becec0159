/** Barzilai–Borwein steps in a fit: the optimum that others find, in fewer steps; what it shares with the line search. */
import {
  barzilaiBorwein,
  findLearningRate,
  gradientDescentLineSearch,
  l1,
  l2,
  linearRegression,
  logisticRegression,
  nonNegative,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { close, dataset, sameZeros } from '../helpers/golden.ts';
import { throws } from '../throws.ts';

const { X, y } = dataset('diabetes');
const cancer = dataset('breast_cancer');
const menu = [
  barzilaiBorwein(),
  barzilaiBorwein({ variant: 'bb2' }),
  barzilaiBorwein({ memory: 1 }),
  barzilaiBorwein({ safeguard: false }),
];

for (const dtype of ['f32', 'f64'] as const) {
  for (const [name, make, data, regularizer, steps] of [
    ['least squares', linearRegression, { X, y }, undefined, 1000],
    ['lasso', linearRegression, { X, y }, l1(1), 200],
    ['non-negative', linearRegression, { X, y }, [l2(1e-2), nonNegative()], 200],
    ['logistic', logisticRegression, cancer, l2(1e-3), 300],
    ['sparse logistic', logisticRegression, cancer, l1(1e-2), 400],
  ] as const) {
    test(`${dtype}: ${name}: the optimum of backtracking, in fewer steps`, () => {
      const fit = (optimizer: ReturnType<typeof barzilaiBorwein | typeof gradientDescentLineSearch>) => {
        const model = make({ dtype });
        const options = { optimizer, ...(regularizer && { regularizer: regularizer as never }) };
        const result = model.fitSync(data.X, data.y as never, options);
        return { result, model };
      };
      const known = fit(gradientDescentLineSearch());
      for (const optimizer of menu) {
        const { result, model } = fit(optimizer);
        assert.is(result.stopReason, 'converged');
        assert.ok(result.steps < steps && result.steps < known.result.steps, `${result.steps}`);
        const objective = (r: typeof result): number => r.history.at(-1)!.objective;
        const above = objective(result) / objective(known.result) - 1;
        assert.ok(above <= (dtype === 'f32' ? 1e-6 : 1e-10), `${above}`);
        const coefficients = [...model.coefficients] as number[];
        const expected = [...known.model.coefficients] as number[];
        if (regularizer && name !== 'logistic') sameZeros(coefficients, expected, name);
        if (dtype === 'f64') close(coefficients, expected, 1e-4, name);
      }
    });
  }
}

test('the same bits again; memory 1 never lets the objective rise', () => {
  const run = (optimizer = barzilaiBorwein()) => {
    const model = linearRegression();
    const { history } = model.fitSync(X, y, { optimizer, every: { steps: 1 } });
    return { objectives: history.map(({ objective }) => objective), coefficients: model.coefficients };
  };
  assert.equal(run(), run());
  const { objectives } = run(barzilaiBorwein({ memory: 1 }));
  objectives.forEach((value, k) => {
    assert.ok(k === 0 || value <= objectives[k - 1]! * (1 + 1e-12), `step ${k}`);
  });
  const largest = (values: readonly number[]): number => Math.max(...values);
  run().objectives.forEach((value, k, all) => {
    assert.ok(k < 2 || value <= largest(all.slice(Math.max(0, k - 10), k)) * (1 + 1e-12), `step ${k}`);
  });
});

test('goes on from where it was, in two halves', () => {
  const optimizer = barzilaiBorwein();
  const model = linearRegression();
  model.fitSync(X, y, { optimizer, maxSteps: 10 });
  const { stopReason } = model.fitSync(X, y, { optimizer, continue: true });
  assert.is(stopReason, 'converged');
  const whole = linearRegression();
  whole.fitSync(X, y, { optimizer });
  close(model.coefficients as never, whole.coefficients as never, 1e-4, 'coefficients');
});

test('where it does not fit', () => {
  const optimizer = barzilaiBorwein();
  const model = linearRegression();
  throws(
    () => model.fitSync(X, y, { optimizer, batchSize: 32 }),
    'ERR_ARGUMENT',
    'barzilaiBorwein needs full batches: batchSize must be "full"',
  );
  throws(
    () => model.partialFit(X, y, { optimizer }),
    'ERR_ARGUMENT',
    'partialFit takes one step of a given rate: it needs another optimizer than a line search',
  );
  throws(
    () => findLearningRate(linearRegression(), X, y, { optimizer: optimizer as never }),
    'ERR_ARGUMENT',
    'findLearningRate: barzilaiBorwein has no learning rate to find',
  );
});

test.run();
