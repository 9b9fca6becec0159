/** Layer and root mean square normalisation: their formulas in plain f64, central differences, the order of sums. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type LayerNormOptions, layerNorm, rmsNorm } from '#src/layers/layer-norm.js';
import type { Dtype } from '#src/memory/engine.js';
import type { Shape } from '#src/program/layer.js';
import { sameBits } from '../helpers/close.ts';
import { dtypes } from '../helpers/numbers.ts';
import { source } from '../helpers/points.ts';
import { type LayerCase, type Numbers, runLayer, sizeOfShape, worstDifference } from '../helpers/run-layer.ts';
import { throws } from '../throws.js';

function drawn(dtype: Dtype, n: number, seed: number, offset = 0): Float64Array {
  const next = source(seed);
  return Float64Array.from({ length: n }, () => {
    const value = 2 * next() - 1 + offset;
    return dtype === 'f32' ? Math.fround(value) : value;
  });
}

/** y, ∂x, ∂γ, ∂β by the formulas of assembly/layers/layer-norm.ts, all in f64. */
function twin(root: boolean, x: Numbers, d: Numbers, gamma: Numbers, beta: Numbers, epsilon: number) {
  const channels = gamma.length;
  const out = {
    output: new Float64Array(x.length),
    slope: new Float64Array(x.length),
    weight: new Float64Array(channels),
    bias: new Float64Array(channels),
  };
  for (let first = 0; first < x.length; first += channels) {
    const row = Array.from({ length: channels }, (_, c) => x[first + c]!);
    const mean = root ? 0 : row.reduce((a, b) => a + b) / channels;
    const s = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / channels + epsilon);
    const normal = row.map((value) => (value - mean) / s);
    const scaled = normal.map((_, c) => gamma[c]! * d[first + c]!);
    const sum = root ? 0 : scaled.reduce((a, b) => a + b) / channels;
    const dot = scaled.reduce((total, value, c) => total + value * normal[c]!, 0) / channels;
    normal.forEach((value, c) => {
      out.output[first + c] = gamma[c]! * value + beta[c]!;
      out.slope[first + c] = (scaled[c]! - sum - value * dot) / s;
      out.weight[c]! += d[first + c]! * value;
      out.bias[c]! += d[first + c]!;
    });
  }
  return out;
}

const cases: readonly (readonly [Shape, number])[] = [
  [[3], 5],
  [[5], 33],
  [[8], 7],
  [[4, 3], 6],
  [[3, 2, 6], 4],
  [[40, 130], 30],
];

function caseOf(dtype: Dtype, shape: Shape, rows: number) {
  const channels = shape.at(-1)!;
  const x = drawn(dtype, rows * sizeOfShape(shape), 1, 0.5);
  const parameters = { weight: drawn(dtype, channels, 3, 1.5), bias: drawn(dtype, channels, 4) };
  return { dtype, rows, inputs: [[shape, x]] as const, x, slope: drawn(dtype, x.length, 2), parameters };
}

function near(found: Numbers, expected: Numbers, tolerance: number, what: string): void {
  const top = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(found[i]! - expected[i]!);
    worst = Number.isNaN(off) ? Infinity : Math.max(worst, off / top);
  }
  assert.ok(found.length === expected.length && worst <= tolerance, `${what}: ${worst}`);
}

test('forward and backward are the formulas', () => {
  for (const dtype of dtypes) {
    // Two units in the last place an element, and what sums of so many cost.
    const tolerance = dtype === 'f32' ? 1e-6 : 2e-15;
    for (const [shape, rows] of cases) {
      const { x, slope, parameters, ...common } = caseOf(dtype, shape, rows);
      for (const root of [false, true]) {
        const { weight, bias } = parameters;
        const own = root ? { weight } : parameters;
        const layer = root ? rmsNorm() : layerNorm();
        const run = runLayer({ layer, ...common, slope, parameters: own });
        const none = new Float64Array(weight.length);
        const expected = twin(root, x, slope, weight, root ? none : bias, root ? 1e-6 : 1e-5);
        const what = `${layer.kind} ${dtype} ${shape}`;
        near(run.output, expected.output, tolerance, what);
        near(run.slopes[0]!, expected.slope, 3 * tolerance, `∂x ${what}`);
        near(run.gradients.weight!, expected.weight, rows * 2 ** -2 * tolerance + tolerance, `∂γ ${what}`);
        if (!root) near(run.gradients.bias!, expected.bias, rows * 2 ** -2 * tolerance + tolerance, `∂β ${what}`);
      }
    }
  }
});

test('central differences', () => {
  const next = source(11);
  const check = (test: LayerCase, what: string): void => {
    const worst = worstDifference(test, () => 2 * next() - 1);
    assert.ok(worst < 1e-8, `${what}: ${worst}`);
  };
  for (const [shape, rows] of [[[5], 3] as const, [[2, 3, 6], 2] as const]) {
    const { x, slope, parameters, ...common } = caseOf('f64', shape, rows);
    const { weight, bias } = parameters;
    check({ layer: layerNorm(), ...common, parameters }, `${shape}`);
    check({ layer: layerNorm({ scale: false }), ...common, parameters: { bias } }, `no scale ${shape}`);
    check(
      { layer: layerNorm({ center: false, epsilon: 0.1 }), ...common, parameters: { weight } },
      `no center ${shape}`,
    );
    check({ layer: layerNorm({ scale: false, center: false }), ...common }, `neither ${shape}`);
    check({ layer: rmsNorm(), ...common, parameters: { weight } }, `root ${shape}`);
    check({ layer: rmsNorm({ scale: false }), ...common }, `root, no scale ${shape}`);
  }
});

test('the same bits however the rows are cut, in place, and whether gradients are added', () => {
  for (const dtype of dtypes) {
    for (const layer of [layerNorm(), rmsNorm()]) {
      const { x, slope, parameters, ...common } = caseOf(dtype, [3, 7], 20);
      const { weight } = parameters;
      const own = layer.kind === 'rmsNorm' ? { weight } : parameters;
      const all = runLayer({ layer, ...common, slope, parameters: own });
      const cut = runLayer({ layer, ...common, slope, parameters: own, blocks: [4, 1, 12, 3] });
      sameBits(cut.output, all.output);
      sameBits(cut.slopes[0]!, all.slopes[0]!);
      for (const [name, values] of Object.entries(all.gradients)) sameBits(cut.gradients[name]!, values, name);
      const inferred = runLayer({ layer, ...common, parameters: own, inPlace: true, training: false });
      sameBits(inferred.output, all.output);
      const before = Object.fromEntries(Object.keys(own).map((name) => [name, new Float64Array(7).fill(1000)]));
      const added = runLayer({ layer, ...common, slope, parameters: own, before, asked: false });
      for (const [name, values] of Object.entries(all.gradients)) {
        near(
          added.gradients[name]!,
          values.map((value) => 1000 + value),
          dtype === 'f32' ? 1e-5 : 1e-13,
          name,
        );
      }
    }
  }
});

test('a large mean does not cost the spread; equal numbers give the shift', () => {
  const x = Float64Array.from({ length: 64 }, (_, i) => 1000 + (i % 8) / 8);
  const parameters = { weight: new Float64Array(8).fill(1), bias: new Float64Array(8) };
  const { output } = runLayer({ layer: layerNorm(), rows: 8, inputs: [[[8], x]], parameters });
  const expected = twin(false, x, x, parameters.weight, parameters.bias, 1e-5).output;
  near(output, expected, 1e-6, 'large mean');
  const bias = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const equal = { rows: 1, inputs: [[[8], new Float64Array(8).fill(3)]] as const };
  sameBits(runLayer({ layer: layerNorm(), ...equal, parameters: { ...parameters, bias } }).output, bias);
});

test('options', () => {
  const spec = { kind: 'layerNorm', epsilon: 1e-5, scale: true, center: true, name: null };
  assert.equal(JSON.parse(JSON.stringify(layerNorm())), spec);
  assert.equal(JSON.parse(JSON.stringify(rmsNorm())), { kind: 'rmsNorm', epsilon: 1e-6, scale: true, name: null });
  throws(() => layerNorm({ epsilon: -1 }), 'ERR_ARGUMENT', 'layerNorm: epsilon must be a number > 0, got -1');
  throws(
    () => rmsNorm({ center: true } as LayerNormOptions),
    'ERR_ARGUMENT',
    'rmsNorm: unknown option center; there are epsilon, scale, name',
  );
});

test.run();
