/** Every optimizer goes down: a convex function, Rosenbrock's, by `createOptimizer` and by `minimize`. */
import { barzilaiBorwein, gradientDescentLineSearch, minimize } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { optimizers } from '#src/optimizers/family.js';
import { bowl, falling, optimizerTable, valley } from '../helpers/all-optimizers.ts';
import { dtypes } from '../helpers/numbers.ts';
import { descend } from '../helpers/stepping.ts';

const lineSearches = [gradientDescentLineSearch(), barzilaiBorwein(), barzilaiBorwein({ variant: 'bb2' })];

test('every kind is in the table', () => {
  const kinds = new Set<string>([...optimizerTable.map(({ of }) => of(0.1).kind), ...lineSearches.map((s) => s.kind)]);
  assert.equal([...kinds].sort(), Object.keys(optimizers.kinds).sort());
});

test('the functions: their gradients are those of central differences', () => {
  for (const f of [bowl, valley]) {
    const at = [0.3, -0.7, 0.9, 0.2, -0.4, 0.6];
    const gradient = new Float64Array(6);
    f(at, gradient);
    at.forEach((value, i) => {
      const there = (x: number): number =>
        f(
          at.map((v, j) => (i === j ? x : v)),
          [],
        );
      const slope = (there(value + 1e-5) - there(value - 1e-5)) / 2e-5;
      assert.ok(Math.abs(gradient[i]! - slope) < 1e-6 * Math.max(1, Math.abs(slope)), `${i}: ${gradient[i]}`);
    });
  }
});

const places = {
  bowl: { f: bowl, shape: [2, 3], start: [0, 0, 0, 0, 0, 0], steps: 300 },
  valley: { f: valley, shape: [2, 2], start: [-0.5, 0.5, 0.5, -0.5], steps: 2000 },
} as const;

for (const dtype of dtypes) {
  for (const row of optimizerTable) {
    for (const name of ['bowl', 'valley'] as const) {
      const { f, ...place } = places[name];
      test(`${dtype} ${row.name}: down the ${name}`, () => {
        const [rate, share] = row[name];
        const { value } = descend(f, row.of(falling(row, rate, place.steps)), { dtype, ...place });
        const bound = share * f(place.start, []);
        assert.ok(value <= bound, `${value} after ${place.steps} steps, expected at most ${bound}`);
      });
    }
  }
}

for (const spec of lineSearches) {
  for (const dtype of dtypes) {
    test(`${dtype} ${JSON.stringify(spec)}: to the bottom of both`, () => {
      const array = dtype === 'f32' ? Float32Array : Float64Array;
      const round = minimize(bowl, array.from(places.bowl.start) as never, { optimizer: spec });
      assert.is(round.converged, true);
      assert.ok(round.value <= (dtype === 'f32' ? 1e-7 : 1e-14), String(round.value));
      const long = minimize(valley, array.from(places.valley.start) as never, { optimizer: spec, maxSteps: 50_000 });
      assert.ok(long.value <= (dtype === 'f32' ? 1e-3 : 1e-8), `${long.value}, ${long.stopReason}`);
    });
  }
}

for (const row of optimizerTable) {
  const spec = row.of(falling(row, row.bowl[0], 20));
  const { f, start } = places.bowl;
  const options = { optimizer: spec, maxSteps: 20, tolerance: null };

  test(`${row.name}: minimize takes the same steps`, () => {
    if (spec.kind === 'muon') {
      assert.throws(() => minimize(f, [...start], options), /^muon is for matrices, got parameters of shape \[6\]$/);
      return;
    }
    for (const dtype of dtypes) {
      const array = dtype === 'f32' ? Float32Array : Float64Array;
      const { parameters } = minimize(f, array.from(start) as never, options);
      const { θ } = descend(f, spec, { dtype, shape: [6], start, steps: 20 });
      assert.equal([...parameters], θ);
    }
  });
}

test.run();
