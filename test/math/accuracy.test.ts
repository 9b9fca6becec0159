/**
 * Largest distance from the rounded value, over a few hundred thousand points and the edges. References: the engine's
 * Math in f64 for f32 (its error is 2^-29 of a f32 ULP), sums of two doubles for f64.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as dd from '../helpers/doubleDouble.ts';
import { floats, runKernel, zeros } from '../helpers/kernel.ts';
import { bothSigns, evenly, magnitudes } from '../helpers/points.ts';
import { ulps } from '../helpers/ulp.ts';

const N = 40_000;
const dtypes = ['f32', 'f64'] as const;

interface Case {
  readonly kernel: string;
  /** Largest distance allowed in f32 and f64: what the docstrings state. */
  readonly limit: readonly [f32: number, f64: number];
  readonly points: readonly number[];
  readonly reference: readonly [f32: (x: number) => number, f64: (x: number) => number];
}

const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const wide = [
  ...bothSigns(magnitudes(N, -140, 10)),
  ...evenly(N, -2, 2),
  ...evenly(N, -20, 20),
  ...evenly(N, -110, 95),
  ...evenly(N, -760, 715),
  ...[0, 2 ** -149, 2 ** -1074, 800, 1e4, 0.625, 88.722839, 88.72284, 709.782712893384, 709.7827128933841].flatMap(
    (x) => [x, -x],
  ),
];
const positive = [
  ...magnitudes(N, -149, 128),
  ...magnitudes(N, -1074, 1024),
  ...evenly(N, 0.5, 2),
  ...evenly(N, 0.999, 1.001),
  ...evenly(N, 0, 1e4),
];

const angles = [
  ...bothSigns(magnitudes(N, -140, 20)),
  ...evenly(N, -10, 10),
  ...evenly(N, -(2 ** 20), 2 ** 20),
  // The doubles nearest to multiples of π/2, where cancellation is worst.
  ...Array.from({ length: N }, (_, n) => (n * Math.PI) / 2),
];

const cases: readonly Case[] = [
  { kernel: 'exp', limit: [1, 1], points: wide, reference: [Math.exp, (x) => dd.expRounded([x, 0])] },
  {
    kernel: 'expm1',
    limit: [2, 2],
    points: wide,
    reference: [Math.expm1, (x) => (x > 709 ? dd.expRounded([x, 0]) : x < -50 ? -1 : dd.expm1([x, 0])[0])],
  },
  { kernel: 'log', limit: [1, 1], points: positive, reference: [Math.log, (x) => dd.log([x, 0])[0]] },
  {
    kernel: 'log1p',
    limit: [2, 2],
    points: [...positive, ...evenly(N, -1, 1), ...bothSigns(magnitudes(N, -1074, -1))],
    reference: [Math.log1p, (x) => dd.log1p([x, 0])[0]],
  },
  { kernel: 'cos', limit: [2, 2], points: angles, reference: [Math.cos, (x) => dd.cos(x)[0]] },
  { kernel: 'sin', limit: [2, 2], points: angles, reference: [Math.sin, (x) => dd.sin(x)[0]] },
  { kernel: 'tanh', limit: [1, 2], points: wide, reference: [Math.tanh, (x) => dd.tanh(x)[0]] },
  { kernel: 'sigmoid', limit: [2, 2], points: wide, reference: [sigmoid, dd.sigmoidRounded] },
  { kernel: 'softplus', limit: [2, 2], points: wide, reference: [softplus, dd.softplusRounded] },
  { kernel: 'erf', limit: [1, 1], points: wide, reference: [(x) => dd.erf(x)[0], (x) => dd.erf(x)[0]] },
];

for (const { kernel, limit, points, reference } of cases) {
  for (const [i, dtype] of dtypes.entries()) {
    test(`${kernel} ${dtype}`, () => {
      const x = floats(dtype, points);
      const y = zeros(dtype, x.length);
      runKernel(kernel, dtype, [x, y, x.length]);
      let worst = 0;
      let at = 0;
      x.forEach((value, j) => {
        const distance = ulps(y[j]!, reference[i]!(value), dtype);
        if (distance > worst) [worst, at] = [distance, j];
      });
      if (process.env.VERBOSE) console.log(kernel, dtype, worst, x[at]);
      assert.ok(worst <= limit[i]!, `${kernel}(${x[at]}) = ${y[at]}, ${worst} ULP from ${reference[i]!(x[at]!)}`);
    });
  }
}

test.run();
