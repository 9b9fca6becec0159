import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as dd from '../helpers/doubleDouble.ts';
import { floats, runKernel, zeros } from '../helpers/kernel.ts';
import { evenly, magnitudes } from '../helpers/points.ts';
import { ulps } from '../helpers/ulp.ts';

const N = 40_000;
const dtypes = ['f32', 'f64'] as const;

function pow(dtype: 'f32' | 'f64', x: readonly number[], y: readonly number[]): ArrayLike<number> {
  const to = zeros(dtype, x.length);
  runKernel('pow', dtype, [floats(dtype, x), floats(dtype, y), to, x.length]);
  return to;
}

const shuffled = (values: number[]): number[] => values.map((_, i) => values[(i * 7919) % values.length]!);

for (const dtype of dtypes) {
  test(`pow ${dtype} is within 1 ULP`, () => {
    const range = dtype === 'f32' ? 149 : 1074;
    const pairs: [number, number][] = [];
    const bases = [
      ...magnitudes(N, -range, range === 149 ? 127.9 : 1023.9),
      ...evenly(N, 0.5, 2),
      ...evenly(N, 0.99, 1.01),
    ];
    // Exponents that put the result anywhere from below the smallest to above the largest number.
    const logs = shuffled(evenly(bases.length, -range - 2, range));
    bases.forEach((x, i) => {
      pairs.push([x, logs[i]! / Math.log2(x)]);
    });
    for (const x of evenly(N, 0, 100)) pairs.push([x, (Math.round(x * 7919) % 21) - 10]);
    for (const x of evenly(N, 0, 10)) pairs.push([x, x / 3 - 1]);
    const x = floats(
      dtype,
      pairs.map(([base]) => base),
    );
    const y = floats(
      dtype,
      pairs.map(([, exponent]) => exponent),
    );
    const to = zeros(dtype, x.length);
    runKernel('pow', dtype, [x, y, to, x.length]);
    let worst = 0;
    let at = 0;
    for (let i = 0; i < x.length; i++) {
      if (x[i] === 0 || x[i] === 1) continue;
      const reference = dd.expRounded(dd.multiply([y[i]!, 0], dd.log([x[i]!, 0])));
      const distance = ulps(to[i]!, reference, dtype);
      if (distance > worst) [worst, at] = [distance, i];
    }
    if (process.env.VERBOSE) console.log('pow', dtype, worst, x[at], y[at], to[at]);
    assert.ok(worst <= 1, `${x[at]} ** ${y[at]} = ${to[at]}: ${worst} ULP`);
  });

  test(`pow ${dtype}: special cases of C99`, () => {
    const inf = Number.POSITIVE_INFINITY;
    const nan = Number.NaN;
    const tiny = dtype === 'f32' ? 2 ** -149 : 2 ** -1074;
    const big = dtype === 'f32' ? 2 ** 127 : 2 ** 1023;
    const cases: [x: number, y: number, expected: number][] = [
      [nan, 0, 1],
      [nan, -0, 1],
      [0, 0, 1],
      [-0, 0, 1],
      [inf, 0, 1],
      [-inf, -0, 1],
      [-3, 0, 1],
      [1, nan, 1],
      [1, inf, 1],
      [1, -inf, 1],
      [1, 5, 1],
      [-1, inf, 1],
      [-1, -inf, 1],
      [0, 1, 0],
      [-0, 1, -0],
      [-0, 3, -0],
      [0, 2, 0],
      [-0, 2, 0],
      [-0, 0.5, 0],
      [0, tiny, 0],
      [0, inf, 0],
      [-0, inf, 0],
      [0, -1, inf],
      [-0, -1, -inf],
      [-0, -3, -inf],
      [-0, -2, inf],
      [0, -tiny, inf],
      [0, -inf, inf],
      [-0, -inf, inf],
      [0.5, inf, 0],
      [0.5, -inf, inf],
      [2, inf, inf],
      [2, -inf, 0],
      [-0.5, inf, 0],
      [-2, inf, inf],
      [-2, -inf, 0],
      [inf, 2, inf],
      [inf, -2, 0],
      [inf, 0.5, inf],
      [inf, tiny, inf],
      [inf, -tiny, 0],
      [inf, inf, inf],
      [inf, -inf, 0],
      [-inf, 3, -inf],
      [-inf, 2, inf],
      [-inf, 0.5, inf],
      [-inf, -3, -0],
      [-inf, -2, 0],
      [-inf, -0.5, 0],
      [-2, 0.5, nan],
      [-2, 3, -8],
      [-2, -3, -0.125],
      [-2, 2, 4],
      [-1, 3, -1],
      [-1, 1e9, 1],
      [-tiny, 0.3, nan],
      [nan, 1, nan],
      [2, nan, nan],
      [nan, nan, nan],
      [0, nan, nan],
      [inf, nan, nan],
      [-2, nan, nan],
      [big, 3, inf],
      [-big, 3, -inf],
      [-big, -3, -0],
      [big, -3, 0],
      [2, 1e30, inf],
      [0.5, 1e30, 0],
      [-1.5, -1e30, 0],
      [3, 2, 9],
      [10, 3, 1000],
      [0.25, -0.5, 2],
      [tiny, 1, tiny],
      [big, 1, big],
    ];
    const got = pow(
      dtype,
      cases.map(([x]) => x),
      cases.map(([, y]) => y),
    );
    cases.forEach(([x, y, expected], i) => {
      const to = dtype === 'f32' ? Math.fround(expected) : expected;
      assert.ok(Object.is(got[i], to), `${x} ** ${y}: expected ${to}, got ${got[i]}`);
    });
  });
}

test.run();
