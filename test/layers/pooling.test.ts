/** Pooling against direct loops in f64 (test/helpers/windows.ts). */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  averagePool1d,
  averagePool2d,
  globalAveragePool,
  globalMaxPool,
  maxPool1d,
  maxPool2d,
} from '#src/layers/pooling.js';
import { dtypes, eighths, reals, unit } from '../helpers/numbers.ts';
import {
  apart,
  everyTap,
  type Geometry,
  type Numbers,
  outputSize,
  runWindows,
  worstDifference,
} from '../helpers/windows.ts';

type Way = 'max' | 'average' | 'padded';

/** Pooling and its gradient by the definition; of several that are the largest, the first. */
function pool(g: Geometry, rows: number, way: Way, x: Numbers, d: Numbers) {
  const [high, wide] = outputSize(g);
  const { channels } = g;
  const windows = rows * high * wide;
  const taps: number[][] = Array.from({ length: windows }, () => []);
  everyTap(g, rows, (_, window, __, position) => taps[window]!.push(position));
  const y = new Float64Array(windows * channels);
  const dx = new Float64Array(rows * g.size[0] * g.size[1] * channels);
  for (let i = 0; i < y.length; i++) {
    const c = i % channels;
    const at = taps[Math.floor(i / channels)]!.map((position) => position * channels + c);
    const values = at.map((one) => x[one]!);
    if (way === 'max') {
      y[i] = Math.max(...values);
      const first = values.findIndex((value) => value === y[i] || (Number.isNaN(value) && Number.isNaN(y[i]!)));
      dx[at[first]!]! += d[i]!;
    } else {
      const n = way === 'padded' ? g.kernel[0] * g.kernel[1] : values.length;
      y[i] = values.reduce((a, b) => a + b, 0) / n;
      for (const one of at) dx[one]! += d[i]! / n;
    }
  }
  return { y, dx, shape: [high, wide, channels] };
}

const layers = {
  max: maxPool2d,
  average: averagePool2d,
  padded: (options: object) => averagePool2d({ ...options, countIncludePad: true }),
};

/** Zeros that SAME puts before and behind. */
function same(size: number, kernel: number, stride: number): [number, number] {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

for (const dtype of dtypes) {
  test(`${dtype}: sizes, strides and paddings`, () => {
    for (const way of ['max', 'average', 'padded'] as const) {
      for (const poolSize of [
        [2, 2],
        [3, 2],
        [1, 1],
        [3, 3],
      ] as const) {
        for (const strides of [null, [1, 1], [2, 3]] as const) {
          for (const padding of ['valid', 'same', 'half'] as const) {
            for (const channels of [1, 3, 5, 8]) {
              const size = [7, 9] as const;
              const stride = strides ?? poolSize;
              const half = poolSize.map((n) => Math.floor(n / 2)) as [number, number];
              const sides = ([0, 1] as const).flatMap((axis) =>
                padding === 'same'
                  ? same(size[axis], poolSize[axis], stride[axis])
                  : padding === 'half'
                    ? [half[axis], half[axis]]
                    : [0, 0],
              );
              const g: Geometry = {
                ...{ size, channels, kernel: poolSize, stride, dilation: [1, 1] },
                padding: sides as unknown as Geometry['padding'],
              };
              const next = eighths(channels);
              const x = Float64Array.from({ length: 2 * 63 * channels }, next);
              const [high, wide] = outputSize(g);
              const slope = Float64Array.from({ length: 2 * high * wide * channels }, next);
              const layer = layers[way]({ poolSize, strides, padding: padding === 'half' ? half : padding });
              const found = runWindows({ layer, dtype, rows: 2, shape: [...size, channels], x, slope });
              const expected = pool(g, 2, way, x, slope);
              const text = `${way} ${poolSize} ${strides} ${padding} ${channels}`;
              assert.equal(found.shape, expected.shape, text);
              // Means are products with 1/n: three roundings.
              const close = way === 'max' ? 0 : 4 * unit[dtype];
              assert.ok(apart(found.y, expected.y) <= close, `y ${text}`);
              assert.ok(apart(found.dx, expected.dx) <= close, `∂x ${text}`);
            }
          }
        }
      }
    }
  });

  test(`${dtype}: of equal values the first takes the gradient; NaN is the largest; −∞ is a value`, () => {
    const layer = maxPool2d(2);
    const run = (x: number[]) => runWindows({ layer, dtype, rows: 1, shape: [2, 2, 1], x, slope: [3] });
    assert.equal([...run([1, 1, 1, 1]).dx], [3, 0, 0, 0]);
    assert.equal([...run([0, 2, 2, 1]).dx], [0, 3, 0, 0]);
    const all = Array(4).fill(Number.NEGATIVE_INFINITY);
    assert.equal([...run(all).y], [Number.NEGATIVE_INFINITY]);
    assert.equal([...run(all).dx], [3, 0, 0, 0]);
    for (let i = 0; i < 4; i++) {
      const x = [5, 6, 7, 8];
      x[i] = Number.NaN;
      const { y, dx } = run(x);
      assert.ok(Number.isNaN(y[0]));
      assert.equal(
        [...dx],
        [0, 1, 2, 3].map((k) => (k === i ? 3 : 0)),
      );
    }
    // A negative image with padding: −∞, not 0.
    const padded = runWindows({
      ...{ layer: maxPool2d({ poolSize: 3, padding: 'same', strides: 1 }), dtype, rows: 1, shape: [1, 2, 1] },
      x: [-4, -2],
    });
    assert.equal([...padded.y], [-2, -2]);
  });

  test(`${dtype}: over all positions`, () => {
    for (const shape of [
      [5, 7, 3],
      [9, 8],
      [4, 1, 1],
    ]) {
      const channels = shape.at(-1)!;
      const positions = shape.slice(0, -1).reduce((a, b) => a * b, 1);
      const next = eighths(2);
      const x = Float64Array.from({ length: 3 * positions * channels }, next);
      const slope = Float64Array.from({ length: 3 * channels }, next);
      const g: Geometry = {
        ...{ size: [1, positions], channels, kernel: [1, positions], stride: [1, 1], dilation: [1, 1] },
        padding: [0, 0, 0, 0],
      };
      for (const way of ['max', 'average'] as const) {
        const layer = way === 'max' ? globalMaxPool() : globalAveragePool();
        const found = runWindows({ layer, dtype, rows: 3, shape, x, slope });
        const expected = pool(g, 3, way, x, slope);
        assert.equal(found.shape, [channels]);
        assert.ok(apart(found.y, expected.y) <= 4 * unit[dtype]);
        assert.ok(apart(found.dx, expected.dx) <= 4 * unit[dtype]);
      }
    }
  });

  test(`${dtype}: sequences are images of height one`, () => {
    const x = Float64Array.from({ length: 2 * 11 * 3 }, eighths(8));
    for (const padding of ['same', 1] as const) {
      const options = { poolSize: 3, strides: 2, padding };
      const zeros = padding === 1 ? ([0, 1] as const) : padding;
      const wide = { poolSize: [1, 3], strides: [1, 2], padding: zeros } as const;
      for (const [one, two] of [
        [maxPool1d(options), maxPool2d(wide)],
        [averagePool1d(options), averagePool2d(wide)],
      ] as const) {
        const from = { dtype, rows: 2, x };
        const { y } = runWindows({ ...from, layer: one, shape: [11, 3] });
        const slope = Float64Array.from(y, eighths(9));
        const found = runWindows({ ...from, layer: one, shape: [11, 3], slope });
        const expected = runWindows({ ...from, layer: two, shape: [1, 11, 3], slope });
        assert.equal([found.y, found.dx], [expected.y, expected.dx]);
      }
    }
  });

  test(`${dtype}: the same bits however rows are cut`, () => {
    for (const layer of [maxPool2d(2), averagePool2d({ poolSize: 3, strides: 2, padding: 1 }), globalAveragePool()]) {
      const next = reals(dtype, 3);
      const x = Float64Array.from({ length: 7 * 30 * 6 }, next);
      const one = { layer, dtype, rows: 7, shape: [5, 6, 6], x };
      const slope = Float64Array.from(runWindows(one).y, next);
      const whole = runWindows({ ...one, slope });
      for (const blocks of [
        [3, 4],
        [1, 1, 5],
      ])
        assert.equal(runWindows({ ...one, slope, blocks }), whole);
    }
  });
}

test('central differences', () => {
  const next = reals('f64', 12);
  for (const layer of [
    maxPool2d({ poolSize: 3, strides: 2, padding: 'same' }),
    averagePool2d({ poolSize: 3, strides: 1, padding: 1 }),
    averagePool2d({ poolSize: 2, padding: 1, countIncludePad: true }),
    globalMaxPool(),
    globalAveragePool(),
  ]) {
    const x = Float64Array.from({ length: 2 * 5 * 4 * 3 }, next);
    assert.ok(worstDifference({ layer, rows: 2, shape: [5, 4, 3], x }, next) < 1e-10, layer.kind);
  }
});

test.run();
