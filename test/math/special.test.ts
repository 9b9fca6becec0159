/** Edges, and that an element depends on nothing but its own argument. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesOf, floats, runKernel, zeros } from '../helpers/kernel.ts';
import { bothSigns, evenly, magnitudes } from '../helpers/points.ts';

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const dtypes = ['f32', 'f64'] as const;
const names = ['exp', 'expm1', 'log', 'log1p', 'cos', 'sin', 'tanh', 'sigmoid', 'softplus', 'erf'] as const;

function apply(kernel: string, dtype: 'f32' | 'f64', x: readonly number[]): ArrayLike<number> {
  const to = zeros(dtype, x.length);
  runKernel(kernel, dtype, [floats(dtype, x), to, x.length]);
  return to;
}

/** Exact values: limits, fixed points, signs of zero, what is undefined. */
const exact: Record<(typeof names)[number], [x: number, value: number][]> = {
  exp: [
    [0, 1],
    [-0, 1],
    [inf, inf],
    [-inf, 0],
    [1e4, inf],
    [-1e4, 0],
    [1e300, inf],
    [nan, nan],
  ],
  expm1: [
    [0, 0],
    [-0, -0],
    [inf, inf],
    [-inf, -1],
    [1e4, inf],
    [-1e4, -1],
    [-800, -1],
    [nan, nan],
  ],
  log: [
    [1, 0],
    [0, -inf],
    [-0, -inf],
    [-1, nan],
    [-1e-40, nan],
    [-inf, nan],
    [inf, inf],
    [nan, nan],
  ],
  log1p: [
    [0, 0],
    [-0, -0],
    [-1, -inf],
    [-1.5, nan],
    [-inf, nan],
    [inf, inf],
    [nan, nan],
  ],
  cos: [
    [0, 1],
    [-0, 1],
    [inf, nan],
    [-inf, nan],
    [nan, nan],
    [2 ** 21, nan],
    [-(2 ** 21), nan],
  ],
  sin: [
    [0, 0],
    [-0, -0],
    [inf, nan],
    [-inf, nan],
    [nan, nan],
    [2 ** 21, nan],
    [-(2 ** 21), nan],
  ],
  tanh: [
    [0, 0],
    [-0, -0],
    [inf, 1],
    [-inf, -1],
    [800, 1],
    [-1e4, -1],
    [nan, nan],
  ],
  sigmoid: [
    [0, 0.5],
    [-0, 0.5],
    [inf, 1],
    [-inf, 0],
    [800, 1],
    [-800, 0],
    [1e4, 1],
    [-1e4, 0],
    [nan, nan],
  ],
  softplus: [
    [inf, inf],
    [-inf, 0],
    [800, 800],
    [-800, 0],
    [1e4, 1e4],
    [-1e4, 0],
    [nan, nan],
  ],
  erf: [
    [0, 0],
    [-0, -0],
    [inf, 1],
    [-inf, -1],
    [6, 1],
    [-6, -1],
    [1e300, 1],
    [nan, nan],
  ],
};

/** Functions that are x near zero, down to the smallest numbers. */
const likeX = ['expm1', 'log1p', 'sin', 'tanh'] as const;

for (const dtype of dtypes) {
  for (const name of names) {
    test(`${name} ${dtype}: edges`, () => {
      const got = apply(
        name,
        dtype,
        exact[name].map(([x]) => x),
      );
      exact[name].forEach(([x, value], i) => {
        assert.ok(Object.is(got[i], value), `${name}(${x}): expected ${value}, got ${got[i]}`);
      });
    });

    test(`${name} ${dtype}: the same wherever the element stands, in place too`, () => {
      const points = [...bothSigns(magnitudes(400, -30, 8)), ...evenly(200, -800, 800), nan, inf, -inf, 0, -0];
      const x = floats(dtype, points);
      const whole = zeros(dtype, x.length);
      runKernel(name, dtype, [x, whole, x.length]);
      for (let shift = 1; shift < 4; shift++) {
        const part = x.slice(shift);
        runKernel(name, dtype, [part, part, part.length]);
        assert.equal(bytesOf(part), bytesOf(whole.slice(shift)));
      }
    });
  }

  test(`${dtype}: NaN with any payload stays NaN`, () => {
    const n = 64;
    const x = zeros(dtype, n);
    const view = new DataView(x.buffer);
    for (let i = 0; i < n; i++) {
      const sign = i % 2 ? 0x80000000 : 0;
      const payload = i < 32 ? 1 << (i % 22) : 0x3fffff;
      if (dtype === 'f32') view.setUint32(4 * i, (sign | 0x7fc00000 | payload) >>> 0, true);
      else {
        view.setUint32(8 * i, i < 32 ? payload : 0xffffffff, true);
        view.setUint32(8 * i + 4, (sign | 0x7ff80000 | (payload & 0x7ffff)) >>> 0, true);
      }
    }
    assert.ok(x.every((value) => Number.isNaN(value)));
    for (const name of names) {
      const to = zeros(dtype, n);
      runKernel(name, dtype, [x, to, n]);
      to.forEach((value, i) => {
        assert.ok(Number.isNaN(value), `${name} of NaN ${i} is ${value}`);
      });
    }
  });

  test(`${dtype}: tiny arguments`, () => {
    const x = bothSigns(magnitudes(300, dtype === 'f32' ? -149 : -1074, dtype === 'f32' ? -30 : -60));
    const rounded = floats(dtype, x);
    for (const name of likeX) {
      const got = apply(name, dtype, x);
      rounded.forEach((value, i) => {
        assert.ok(Object.is(got[i], value), `${name}(${value}) is ${got[i]}`);
      });
    }
    assert.ok(Array.from(apply('exp', dtype, x)).every((value) => value === 1));
  });
}

test('softplus and sigmoid tend to exp far below zero', () => {
  for (const dtype of dtypes) {
    const x = dtype === 'f32' ? [-90, -100, -103] : [-700, -720, -745];
    const exp = apply('exp', dtype, x);
    assert.ok(Array.from(exp).every((value) => value > 0));
    assert.equal(apply('softplus', dtype, x), exp);
    assert.equal(apply('sigmoid', dtype, x), exp);
  }
});

test.run();
