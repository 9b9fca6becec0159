/** Convolutions against direct loops in f64 (test/helpers/windows.ts). */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { conv1d, conv2d, depthwiseConv2d } from '#src/layers/convolution.js';
import type { Dtype } from '#src/memory/engine.js';
import { dtypes, eighths, reals, unit } from '../helpers/numbers.ts';
import { apart, convolve, type Geometry, outputSize, runWindows, worstDifference } from '../helpers/windows.ts';

interface Setup {
  readonly dtype: Dtype;
  readonly size: readonly [number, number];
  readonly channels: number;
  readonly filters: number;
  readonly kernel: readonly [number, number];
  readonly stride?: readonly [number, number];
  readonly dilation?: readonly [number, number];
  readonly padding?: 'valid' | 'same' | readonly [number, number];
  readonly groups?: number;
  readonly rows?: number;
  readonly bias?: boolean;
  readonly depthwise?: boolean;
}

/** Zeros on either side as TensorFlow's documentation of SAME has it. */
function sides({ size, kernel, stride = [1, 1], dilation = [1, 1], padding = 'valid' }: Setup): Geometry['padding'] {
  const of = (axis: 0 | 1): [number, number] => {
    if (padding === 'valid') return [0, 0];
    if (padding !== 'same') return [padding[axis], padding[axis]];
    const reach = (kernel[axis] - 1) * dilation[axis] + 1;
    const rest = size[axis] % stride[axis];
    const total = Math.max(reach - (rest === 0 ? stride[axis] : rest), 0);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  };
  return [...of(0), ...of(1)];
}

function prepare(setup: Setup, next: () => number) {
  const { size, channels, filters, kernel, stride = [1, 1], dilation = [1, 1], padding = 'valid' } = setup;
  const { groups = 1, rows = 2, bias = true, depthwise } = setup;
  const g: Geometry = { size, channels, kernel, stride, dilation, padding: sides(setup) };
  const make = (n: number): Float64Array => Float64Array.from({ length: n }, next);
  const [high, wide] = outputSize(g);
  const data = {
    x: make(rows * size[0] * size[1] * channels),
    w: make((filters * channels * kernel[0] * kernel[1]) / groups),
    b: bias ? make(filters) : undefined,
    d: make(rows * high * wide * filters),
  };
  const options = { kernelSize: kernel, strides: stride, dilation, padding, bias };
  const layer = depthwise
    ? depthwiseConv2d({ multiplier: filters / channels, ...options })
    : conv2d({ filters, groups, ...options });
  const parameters = { weight: data.w, ...(bias && { bias: data.b! }) };
  const one = { layer, dtype: setup.dtype, rows, shape: [...size, channels], x: data.x, parameters, slope: data.d };
  return { data, one, expected: convolve(g, rows, filters, groups, data) };
}

/** Multiples of 1/8: all sums are exact. */
function exact(setup: Setup): void {
  const { one, expected } = prepare(setup, eighths(setup.channels + 7 * setup.filters));
  const found = runWindows(one);
  const text = JSON.stringify(setup);
  assert.equal(found.shape, [...expected.output, setup.filters], text);
  assert.equal(apart(found.y, expected.y), 0, `y ${text}`);
  assert.equal(apart(found.dx, expected.dx), 0, `∂x ${text}`);
  assert.equal(apart(found.gradients.weight!, expected.weight), 0, `∂w ${text}`);
  if (setup.bias ?? true) assert.equal(apart(found.gradients.bias!, expected.bias), 0, `∂b ${text}`);
}

const paddings = ['valid', 'same', [1, 2], [4, 0]] as const;

for (const dtype of dtypes) {
  test(`${dtype}: strides, paddings, dilations, with channels and filters that fill no vector`, () => {
    for (const padding of paddings) {
      for (const stride of [
        [1, 1],
        [2, 1],
        [3, 2],
      ] as const) {
        for (const dilation of [
          [1, 1],
          [2, 1],
          [1, 3],
        ] as const) {
          for (const [channels, filters] of [
            [1, 3],
            [3, 5],
            [5, 1],
            [4, 8],
          ] as const) {
            exact({ dtype, size: [7, 8], channels, filters, kernel: [3, 2], stride, dilation, padding });
          }
        }
      }
    }
  });

  test(`${dtype}: kernels of other sizes, one as large as its input, one tap`, () => {
    for (const kernel of [
      [1, 1],
      [1, 5],
      [5, 6],
      [2, 2],
    ] as const) {
      for (const stride of [
        [1, 1],
        [2, 3],
      ] as const) {
        for (const bias of [true, false]) {
          exact({ dtype, size: [5, 6], channels: 6, filters: 7, kernel, stride, bias });
          exact({ dtype, size: [5, 6], channels: 6, filters: 7, kernel, stride, bias, padding: [1, 1] });
        }
      }
    }
  });

  test(`${dtype}: groups`, () => {
    for (const [channels, filters, groups] of [
      [4, 6, 2],
      [6, 3, 3],
      [10, 15, 5],
      [16, 8, 2],
      [6, 2, 2],
    ] as const) {
      for (const kernel of [
        [3, 3],
        [1, 1],
      ] as const) {
        exact({ dtype, size: [6, 5], channels, filters, groups, kernel, padding: 'same' });
        exact({ dtype, size: [6, 5], channels, filters, groups, kernel, stride: [2, 2], bias: false });
      }
    }
  });

  test(`${dtype}: every channel by itself, as a layer of its own or with as many groups`, () => {
    for (const channels of [2, 3, 5, 8]) {
      for (const multiplier of [1, 2, 3]) {
        for (const depthwise of [true, false]) {
          const setup = { dtype, size: [6, 7], channels, filters: channels * multiplier, groups: channels } as const;
          exact({ ...setup, depthwise, kernel: [3, 3], padding: 'same' });
          exact({ ...setup, depthwise, kernel: [2, 3], stride: [2, 1], dilation: [1, 2], bias: false, rows: 3 });
        }
      }
    }
    exact({ dtype, size: [5, 5], channels: 1, filters: 3, groups: 1, depthwise: true, kernel: [3, 3] });
  });

  test(`${dtype}: numbers that round`, () => {
    const setup: Setup = { dtype, size: [12, 13], channels: 20, filters: 24, kernel: [3, 3], padding: 'same', rows: 3 };
    const { one, expected } = prepare(setup, reals(dtype, 5));
    const found = runWindows(one);
    // Sums of 180, 216 and 468 terms about 1/3 in size.
    const close = 16 * unit[dtype];
    assert.ok(apart(found.y, expected.y) < close);
    assert.ok(apart(found.dx, expected.dx) < close);
    assert.ok(apart(found.gradients.weight!, expected.weight) < close);
    assert.ok(apart(found.gradients.bias!, expected.bias) < close);
  });

  test(`${dtype}: the same bits however rows are cut in blocks and ops`, () => {
    const setups: Partial<Setup>[] = [
      {},
      { groups: 2 },
      { groups: 6, filters: 12 },
      { kernel: [1, 1], padding: 'valid' },
    ];
    for (const more of setups) {
      const base: Setup = { dtype, size: [9, 11], channels: 6, filters: 10, kernel: [3, 3], padding: 'same', rows: 7 };
      const { one } = prepare({ ...base, ...more }, reals(dtype, 6));
      const whole = runWindows(one);
      for (const blocks of [
        [3, 4],
        [1, 1, 5],
        [6, 1],
      ]) {
        assert.equal(runWindows({ ...one, blocks, most: 9 }), whole, String(blocks));
      }
    }
  });

  test(`${dtype}: gradients are added to within a leaf, or where asked, and stored where one begins`, () => {
    for (const more of [{}, { groups: 2 }, { groups: 4, filters: 4 }]) {
      const setup = { dtype, size: [4, 4], channels: 4, filters: 6, kernel: [3, 3], ...more } as const;
      const { one } = prepare(setup, eighths(3));
      const fresh = runWindows(one).gradients;
      assert.equal(runWindows({ ...one, row: 4096 }).gradients, fresh);
      const before = { weight: fresh.weight!.map((_, i) => i), bias: fresh.bias!.map((_, i) => -i) };
      const added = runWindows({ ...one, before }).gradients;
      assert.equal(
        added.weight,
        fresh.weight!.map((value, i) => value + i),
      );
      assert.equal(
        added.bias,
        fresh.bias!.map((value, i) => value - i),
      );
    }
  });

  test(`${dtype}: a fused activation`, () => {
    const setup: Setup = { dtype, size: [5, 5], channels: 3, filters: 5, kernel: [3, 3] };
    const { one, expected } = prepare(setup, eighths(9));
    const relu = runWindows({ ...one, activation: 'relu' });
    assert.equal(
      relu.y,
      expected.y.map((z) => Math.max(z, 0)),
    );
    const leaky = runWindows({ ...one, activation: 'leakyRelu' });
    assert.equal(
      leaky.y,
      expected.y.map((z) => (z < 0 ? z / 4 : z)),
    );
    const sigmoid = runWindows({ ...one, activation: 'sigmoid' });
    assert.ok(
      apart(
        sigmoid.y,
        expected.y.map((z) => 1 / (1 + Math.exp(-z))),
      ) <
        8 * unit[dtype],
    );
  });
}

test('a sequence is an image of height one', () => {
  for (const dtype of dtypes) {
    for (const options of [
      {},
      { strides: 2, padding: 'same' },
      { dilation: 2, padding: 3 },
      { groups: 3, strides: 3 },
    ] as const) {
      const layer = conv1d({ filters: 6, kernelSize: 3, ...options });
      const image = conv2d({ filters: 6, kernelSize: [1, 3], ...widened(options) });
      const next = eighths(4);
      const make = (n: number): Float64Array => Float64Array.from({ length: n }, next);
      const groups = layer.groups;
      const parameters = { weight: make((6 * 3 * 3) / groups), bias: make(6) };
      const x = make(2 * 10 * 3);
      const from = { dtype, rows: 2, x, parameters };
      const { y, shape } = runWindows({ ...from, layer, shape: [10, 3] });
      const slope = make(y.length);
      const found = runWindows({ ...from, layer, shape: [10, 3], slope });
      const expected = runWindows({ ...from, layer: image, shape: [1, 10, 3], slope });
      assert.equal([1, ...shape], expected.shape);
      assert.equal({ ...found, shape: 0 }, { ...expected, shape: 0 });
    }
  }
});

function widened({
  strides = 1,
  padding = 'valid',
  dilation = 1,
  groups = 1,
}: {
  strides?: number;
  padding?: string | number;
  dilation?: number;
  groups?: number;
}) {
  const wide = (value: number): [number, number] => [1, value];
  return {
    ...{ strides: wide(strides), dilation: wide(dilation), groups },
    padding: typeof padding === 'number' ? ([0, padding] as const) : (padding as 'same' | 'valid'),
  };
}

test('central differences', () => {
  const next = reals('f64', 11);
  const make = (n: number): Float64Array => Float64Array.from({ length: n }, next);
  const two = { kernelSize: 3, strides: 2, padding: 'same', dilation: 1 } as const;
  for (const [layer, shape, weights, filters] of [
    [conv2d({ filters: 3, ...two }), [4, 5, 2], 3 * 2 * 9, 3],
    [conv2d({ filters: 4, groups: 2, ...two, dilation: 2 }), [4, 5, 4], 4 * 2 * 9, 4],
    [depthwiseConv2d({ multiplier: 2, ...two }), [4, 4, 3], 6 * 9, 6],
    [conv1d({ filters: 2, kernelSize: 3, padding: 2 }), [6, 3], 2 * 3 * 3, 2],
  ] as const) {
    const x = make(2 * shape.reduce((a, b) => a * b, 1));
    const parameters = { weight: make(weights), bias: make(filters) };
    // Linear in each: nothing but rounding, 1e-16 over 1e-4.
    assert.ok(worstDifference({ layer, rows: 2, shape, x, parameters }, next) < 1e-10, layer.kind);
  }
});

test.run();
