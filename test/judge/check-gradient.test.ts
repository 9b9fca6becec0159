/** The gradient check: right gradients pass, planted mistakes are found and named. */
import {
  binaryCrossEntropy,
  checkGradient,
  lossAndGradient,
  meanSquaredError,
  type Objective,
  softmaxCrossEntropy,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { source } from '../helpers/points.js';
import { throws } from '../throws.js';

/** Rosenbrock's function in n dimensions, and its gradient by hand. */
const rosenbrock: Objective = (θ, gradient) => {
  gradient.fill(0);
  let value = 0;
  for (let i = 0; i + 1 < θ.length; i++) {
    const a = θ[i + 1]! - θ[i]! ** 2;
    const b = 1 - θ[i]!;
    value += 100 * a * a + b * b;
    gradient[i]! += -400 * a * θ[i]! - 2 * b;
    gradient[i + 1]! += 200 * a;
  }
  return value;
};

const next = source(3);
const numbers = (n: number): number[] => Array.from({ length: n }, () => 4 * next() - 2);

test('a right gradient passes, near its optimum and far from it', () => {
  for (const θ of [numbers(5), [1, 1, 1], [0, 0], [1e3, -1e3, 1e4], [1e-9, 1]]) {
    const { ok, maxError, checked, worst } = checkGradient(rosenbrock, θ);
    assert.ok(ok, `${θ}: ${JSON.stringify(worst)}`);
    // At the optimum both are 0, and what is left is judged against the floor.
    assert.ok(maxError < (worst.analytic === 0 ? 1e-6 : 1e-8), `${maxError}`);
    assert.is(maxError, worst.error);
    assert.is(checked, θ.length);
  }
});

test('a mistake in one coordinate is found and named', () => {
  const θ = numbers(6);
  for (let planted = 0; planted < θ.length; planted++) {
    for (const factor of [1 + 1e-4, -1, 0]) {
      const wrong: Objective = (θ, gradient) => {
        const value = rosenbrock(θ, gradient);
        gradient[planted]! *= factor;
        return value;
      };
      const names = θ.map((_, i) => `θ${i}`);
      const { ok, worst, maxError } = checkGradient(wrong, θ, { names });
      assert.not(ok);
      assert.is(worst.index, planted);
      assert.is(worst.name, `θ${planted}`);
      // Relative to the larger of the two.
      const expected = factor === -1 ? 2 : factor === 0 ? 1 : 1e-4 / factor;
      assert.ok(Math.abs(maxError / expected - 1) < 1e-3, `${maxError}, expected ${expected}`);
      assert.is(Math.sign(worst.analytic), factor === 0 ? 0 : Math.sign(factor * worst.numeric));
    }
  }
});

test('a coordinate that is not filled in is found', () => {
  const { ok, worst } = checkGradient(
    (θ, gradient) => {
      gradient[0] = 2 * θ[0]!;
      return θ[0]! ** 2 + θ[1]! ** 2;
    },
    [1, 2],
  );
  assert.not(ok);
  assert.is(worst.index, 1);
  assert.is(worst.error, Infinity);
  assert.ok(Number.isNaN(worst.analytic));
  assert.not('name' in worst);
});

test('a value that is no number, or not finite, fails', () => {
  for (const value of [undefined, Number.NaN, Infinity]) {
    const { ok, maxError } = checkGradient(() => value as number, [1]);
    assert.is(ok, false);
    assert.is(maxError, Infinity);
  }
});

test('the built-in losses pass at their predictions', () => {
  const z = { data: numbers(12), rows: 4, columns: 3 };
  for (const [loss, predictions, targets] of [
    [meanSquaredError(), numbers(7), numbers(7)],
    [meanSquaredError(), z, { ...z, data: numbers(12) }],
    [binaryCrossEntropy({ posWeight: 3, labelSmoothing: 0.1 }), numbers(5), [0, 1, 0.3, 1, 0]],
    [softmaxCrossEntropy({ labelSmoothing: 0.2 }), z, [0, 2, 1, 1]],
  ] as const) {
    for (const sampleWeights of [
      undefined,
      [1, 0.5, 3, 2, 1, 1, 4].slice(0, Array.isArray(targets) ? targets.length : 4),
    ]) {
      const { ok, worst } = checkGradient(loss, predictions as number[], {
        targets: targets as number[],
        ...(sampleWeights && { sampleWeights }),
      });
      assert.ok(ok, `${loss.kind}: ${JSON.stringify(worst)}`);
    }
  }
  const { worst } = checkGradient(softmaxCrossEntropy(), z, { targets: [0, 2, 1, 1], tolerance: 1e-30 });
  assert.is(worst.name, `row ${Math.floor(worst.index / 3)}, output ${worst.index % 3}`);
});

test('of many coordinates a seeded choice is looked at', () => {
  const n = 1000;
  const looked = (options: object): Set<number> => {
    const found = new Set<number>();
    const before = new Float64Array(n);
    let calls = 0;
    const θ = Float64Array.from(before);
    const { checked } = checkGradient(
      (θ, gradient) => {
        calls++;
        θ.forEach((value, i) => {
          if (value !== 0) found.add(i);
        });
        gradient.set(θ);
        return θ.reduce((sum, value) => sum + (value * value) / 2, 0);
      },
      θ,
      options,
    );
    assert.equal(θ, before);
    assert.is(calls, 1 + 4 * checked);
    assert.is(found.size, checked);
    return found;
  };
  const first = looked({});
  assert.is(first.size, 256);
  assert.equal(looked({}), first);
  assert.not.equal(looked({ seed: 1 }), first);
  assert.is(looked({ samples: 7 }).size, 7);
  assert.is(looked({ samples: 5000 }).size, n);
});

test('at a kink the mean of both sides meets one of them', () => {
  const absolute: Objective = (θ, gradient) => {
    gradient[0] = Math.sign(θ[0]!);
    return Math.abs(θ[0]!);
  };
  assert.ok(checkGradient(absolute, [0]).ok);
  assert.ok(checkGradient(absolute, [0.01]).ok);
  const relu: Objective = (θ, gradient) => {
    gradient[0] = Number(θ[0]! > 0);
    return Math.max(0, θ[0]!);
  };
  const { ok, worst } = checkGradient(relu, [0]);
  assert.not(ok);
  assert.is(worst.analytic, 0);
  assert.ok(Math.abs(worst.numeric - 0.5) < 1e-9);
});

test('an objective in f32 passes with a step and tolerance that fit it', () => {
  const targets = numbers(6);
  const objective: Objective = (z, gradient) => {
    const result = lossAndGradient(meanSquaredError(), z, targets, { dtype: 'f32' });
    gradient.set(result.gradient);
    return result.value;
  };
  assert.ok(checkGradient(objective, numbers(6), { step: 0.01, tolerance: 1e-3 }).ok);
});

test('bad input', () => {
  const bad = (call: () => unknown, message: string, code = 'ERR_ARGUMENT'): void => throws(call, code, message);
  bad(() => checkGradient(rosenbrock, []), 'parameters: expected at least one row, got none', 'ERR_SHAPE');
  bad(() => checkGradient(rosenbrock, [1], { step: 0 }), 'checkGradient: step must be a number > 0, got 0');
  bad(
    () => checkGradient(rosenbrock, [1], { stepp: 1 } as never),
    'checkGradient: unknown option stepp; did you mean step?',
  );
  bad(
    () => checkGradient(meanSquaredError(), [1], {} as never),
    'targets: expected numbers, rows, a matrix or { data, shape: [rows, columns] }, got undefined',
    'ERR_SHAPE',
  );
});

test.run();
