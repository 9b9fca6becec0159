/** Properties that hold for all data. */
import { elasticNet, gradientDescent, l1, linearRegression, logisticRegression } from 'downhill';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { close } from '../helpers/golden.js';
import { problem } from '../helpers/problems.js';

const options = { numRuns: 40, seed: 20 };
const shapes = fc.record({
  rows: fc.integer({ min: 8, max: 60 }),
  columns: fc.integer({ min: 1, max: 6 }),
  seed: fc.integer({ min: 1, max: 1000 }),
});
const tight = { tolerance: 1e-12, epochs: 20_000 };

test('a feature times c has a coefficient of 1/c as much; the penalty does not see the scale', () => {
  fc.assert(
    fc.property(
      shapes,
      fc.double({ min: -6, max: 6, noNaN: true }),
      fc.boolean(),
      ({ rows, columns, seed }, power, penalised) => {
        const { x, y } = problem(rows, columns, seed);
        const c = 10 ** power;
        const fit = (features: number[][]) => {
          const model = linearRegression();
          model.fitSync(features, y, { ...tight, ...(penalised ? { regularizer: l1(0.1) } : {}) });
          return model;
        };
        const plain = fit(x);
        const scaled = fit(x.map(([first, ...rest]) => [c * first!, ...rest]));
        const [first, ...rest] = scaled.coefficients;
        close([c * first!, ...rest], plain.coefficients, 1e-8, 'coefficients');
        close(scaled.intercept, plain.intercept, 1e-7, 'intercept');
      },
    ),
    options,
  );
});

test('a constant added to a feature changes the intercept only', () => {
  fc.assert(
    fc.property(shapes, fc.double({ min: -1e3, max: 1e3, noNaN: true }), ({ rows, columns, seed }, shift) => {
      const { x, y } = problem(rows, columns, seed);
      const fit = (features: number[][]) => {
        const model = linearRegression();
        model.fitSync(features, y, { ...tight, regularizer: elasticNet({ l1: 0.05, l2: 0.05 }) });
        return model;
      };
      const plain = fit(x);
      const shifted = fit(x.map(([first, ...rest]) => [first! + shift, ...rest]));
      close(shifted.coefficients, plain.coefficients, 1e-8, 'coefficients');
      const expected = plain.intercept[0]! - shift * plain.coefficients[0]!;
      assert.ok(Math.abs(shifted.intercept[0]! - expected) <= 1e-8 * (1 + Math.abs(shift)));
    }),
    options,
  );
});

test('scaling and shifting targets scales and shifts the line', () => {
  fc.assert(
    fc.property(
      shapes,
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: -100, max: 100, noNaN: true }),
      ({ rows, columns, seed }, a, b) => {
        const { x, y } = problem(rows, columns, seed);
        const plain = linearRegression();
        plain.fitSync(x, y, tight);
        const other = linearRegression();
        other.fitSync(
          x,
          y.map((v) => a * v + b),
          tight,
        );
        close(
          other.coefficients,
          plain.coefficients.map((w) => a * w),
          1e-6,
          'coefficients',
        );
        assert.ok(Math.abs(other.intercept[0]! - (a * plain.intercept[0]! + b)) <= 1e-6 * (1 + a + Math.abs(b)));
      },
    ),
    options,
  );
});

test('the order of features does not matter, nor, to rounding, that of rows', () => {
  fc.assert(
    fc.property(shapes, ({ rows, columns, seed }) => {
      const { x, y } = problem(rows, columns, seed);
      const fit = (features: number[][], targets: number[]) => {
        const model = linearRegression();
        model.fitSync(features, targets, { optimizer: gradientDescent(0.05), maxSteps: 30, tolerance: null });
        return model;
      };
      const plain = fit(x, y);
      close(
        fit(
          x.map((row) => [...row].reverse()),
          y,
        ).coefficients.reverse(),
        plain.coefficients,
        1e-12,
        'features',
      );
      close(fit([...x].reverse(), [...y].reverse()).coefficients, plain.coefficients, 1e-12, 'rows');
    }),
    options,
  );
});

test('L1: where a coefficient is not 0 the gradient is ∓λ, where it is 0 no more than λ', () => {
  fc.assert(
    fc.property(shapes, fc.double({ min: -3, max: 0, noNaN: true }), ({ rows, columns, seed }, power) => {
      const { x, binary } = problem(rows, columns, seed);
      fc.pre(new Set(binary).size === 2);
      const lambda = 10 ** power;
      const model = logisticRegression({ standardize: false });
      const { converged } = model.fitSync(x, binary, { regularizer: l1(lambda), tolerance: 1e-9, epochs: 50_000 });
      assert.is(converged, true);
      const { weight, bias } = model.parameters;
      const residuals = x.map(
        (row, i) => 1 / (1 + Math.exp(-row.reduce((z, v, j) => z + v * weight[j]!, bias[0]!))) - binary[i]!,
      );
      weight.forEach((w, j) => {
        const g = x.reduce((sum, row, i) => sum + row[j]! * residuals[i]!, 0) / rows;
        if (w === 0) assert.ok(Math.abs(g) <= lambda * (1 + 1e-6), `${g}, λ ${lambda}`);
        else assert.ok(Math.abs(g + Math.sign(w) * lambda) <= 1e-8, `${g}, λ ${lambda}`);
      });
      assert.ok(Math.abs(residuals.reduce((a, b) => a + b, 0) / rows) <= 1e-8);
    }),
    options,
  );
});

test('a proximal step is soft thresholding, with exact zeros', () => {
  // From 0 with one step of rate η: θ = soft(−ηg, ηλ), g the gradient at 0.
  fc.assert(
    fc.property(shapes, fc.double({ min: -2, max: 1, noNaN: true }), ({ rows, columns, seed }, power) => {
      const { x, y } = problem(rows, columns, seed);
      const lambda = 10 ** power;
      const rate = 0.125;
      const model = linearRegression({ standardize: false });
      model.fitSync(x, y, { optimizer: gradientDescent(rate), regularizer: l1(lambda), maxSteps: 1, tolerance: null });
      model.parameters.weight.forEach((w, j) => {
        const g = x.reduce((sum, row, i) => sum - 2 * row[j]! * y[i]!, 0) / rows;
        const soft = -Math.sign(g) * Math.max(rate * Math.abs(g) - rate * lambda, 0);
        if (Math.abs(Math.abs(g) - lambda) < 1e-9) return;
        assert.is(w === 0, soft === 0);
        assert.ok(!Object.is(w, -0));
        assert.ok(Math.abs(w - soft) <= 1e-13 * (1 + Math.abs(g)));
      });
    }),
    options,
  );
});

test.run();
