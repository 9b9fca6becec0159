/** Batch normalisation: its formulas in plain JavaScript, bit for bit; central differences; running statistics. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type BatchNormOptions, batchNorm } from '#src/layers/batch-norm.js';
import { layerRow } from '#src/layers/family.js';
import type { Dtype } from '#src/memory/engine.js';
import { describeValue, type Shape } from '#src/program/layer.js';
import { sameBits } from '../helpers/close.ts';
import { dtypes } from '../helpers/numbers.ts';
import { source } from '../helpers/points.ts';
import { type Numbers, runLayer, sizeOfShape, worstDifference } from '../helpers/run-layer.ts';
import { throws } from '../throws.js';

interface Twin {
  readonly output: Float64Array;
  readonly slope: Float64Array;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** The formulas of assembly/layers/batch-norm.ts: sums in f64 row after row, the rest rounded as the type says. */
function twin(
  dtype: Dtype,
  x: Numbers,
  d: Numbers,
  gamma: Numbers,
  beta: Numbers,
  epsilon: number,
  stats?: Twin,
): Twin {
  const round = dtype === 'f32' ? Math.fround : Number;
  const channels = gamma.length;
  const n = x.length / channels;
  const made = () => new Float64Array(channels);
  const [mean, squares, bias, weight] = [made(), made(), made(), made()];
  const each = (f: (c: number, i: number) => void): void => {
    for (let i = 0; i < x.length; i++) f(i % channels, i);
  };
  each((c, i) => {
    mean[c]! += x[i]!;
  });
  if (stats) mean.set(stats.mean);
  else mean.set(mean.map((sum) => sum / n));
  each((c, i) => {
    const away = x[i]! - mean[c]!;
    squares[c]! += away * away;
    bias[c]! += d[i]!;
    weight[c]! += d[i]! * away;
  });
  const deviation = squares.map((sum, c) => Math.sqrt((stats ? stats.variance[c]! : sum / n) + epsilon));
  weight.set(weight.map((sum, c) => sum / deviation[c]!));
  const output = new Float64Array(x.length);
  const slope = new Float64Array(x.length);
  each((c, i) => {
    const away = round(x[i]! - round(mean[c]!));
    const factor = gamma[c]! / deviation[c]!;
    output[i] = round(beta[c]! + round(away * round(factor)));
    const shifted = round(round((-factor * bias[c]!) / n) + round(d[i]! * round(factor)));
    slope[i] = round(shifted + round(away * round((-factor * weight[c]!) / (deviation[c]! * n))));
  });
  return {
    output,
    slope,
    weight: weight.map(round),
    bias: bias.map(round),
    mean,
    variance: squares.map((s) => s / (n - 1)),
  };
}

function drawn(dtype: Dtype, n: number, seed: number, offset = 0): Float64Array {
  const next = source(seed);
  return Float64Array.from({ length: n }, () => {
    const value = 2 * next() - 1 + offset;
    return dtype === 'f32' ? Math.fround(value) : value;
  });
}

function caseOf(dtype: Dtype, shape: Shape, rows: number) {
  const channels = shape.at(-1)!;
  const x = drawn(dtype, rows * sizeOfShape(shape), 1, 3);
  const slope = drawn(dtype, x.length, 2);
  const gamma = drawn(dtype, channels, 3, 1.5);
  const beta = drawn(dtype, channels, 4);
  const runningMean = drawn(dtype, channels, 5);
  const runningVariance = drawn(dtype, channels, 6, 2);
  const parameters = { weight: gamma, bias: beta, runningMean, runningVariance };
  return { dtype, rows, inputs: [[shape, x]] as const, x, slope, gamma, beta, parameters };
}

const shapes = [[1], [5], [8], [4, 3], [3, 2, 6], [70, 128]] as const;

test('forward and backward are the formulas, bit for bit', () => {
  for (const dtype of dtypes) {
    for (const shape of shapes) {
      for (const rows of shape.length === 1 ? [2, 33] : [1, 24]) {
        const { x, slope, gamma, beta, ...common } = caseOf(dtype, shape, rows);
        const what = `${dtype} ${rows} × ${shape}`;
        const run = runLayer({ layer: batchNorm(), ...common, slope });
        const expected = twin(dtype, x, slope, gamma, beta, 1e-5);
        sameBits(run.output, expected.output, what);
        sameBits(run.slopes[0]!, expected.slope, `∂x ${what}`);
        sameBits(run.gradients.weight!, expected.weight, `∂γ ${what}`);
        sameBits(run.gradients.bias!, expected.bias, `∂β ${what}`);
        const round = dtype === 'f32' ? Math.fround : Number;
        const blend = (kept: Numbers, found: Float64Array): Float64Array =>
          found.map((value, c) => round(0.9 * kept[c]! + (1 - 0.9) * value));
        sameBits(run.parameters.runningMean!, blend(common.parameters.runningMean, expected.mean), what);
        sameBits(run.parameters.runningVariance!, blend(common.parameters.runningVariance, expected.variance), what);
        sameBits(run.parameters.weight!, gamma, what);
      }
    }
  }
});

test('each channel comes out with mean 0 and variance 1', () => {
  const { x, ...common } = caseOf('f64', [6, 3], 50);
  const { output } = runLayer({ layer: batchNorm({ scale: false, center: false, epsilon: 1e-12 }), ...common });
  for (let c = 0; c < 3; c++) {
    const values = output.filter((_, i) => i % 3 === c);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((a, b) => a + b * b, 0) / values.length;
    assert.ok(Math.abs(mean) < 1e-13 && Math.abs(variance - 1) < 1e-10, `${mean} ${variance}`);
  }
});

test('central differences', () => {
  const next = source(11);
  for (const options of [
    {} as BatchNormOptions,
    { scale: false },
    { center: false, epsilon: 0.1 },
    { scale: false, center: false },
  ]) {
    for (const shape of [[3], [2, 2, 5]]) {
      const { x, slope, gamma, beta, parameters, ...common } = caseOf('f64', shape, 6);
      const { weight, bias, ...running } = parameters;
      const own = {
        ...(options.scale === false ? {} : { weight }),
        ...(options.center === false ? {} : { bias }),
        ...running,
      };
      const worst = worstDifference({ layer: batchNorm(options), ...common, parameters: own }, () => 2 * next() - 1);
      assert.ok(worst < 1e-8, `${JSON.stringify(options)} ${shape}: ${worst}`);
    }
  }
});

test('without training the running statistics are taken, and stay', () => {
  for (const dtype of dtypes) {
    for (const inPlace of [false, true]) {
      const { x, slope, gamma, beta, parameters, ...common } = caseOf(dtype, [70, 130], 18);
      const { runningMean: mean, runningVariance: variance } = parameters;
      const run = runLayer({ layer: batchNorm(), ...common, parameters, training: false, inPlace, blocks: [3, 15] });
      const expected = twin(dtype, x, slope, gamma, beta, 1e-5, { mean, variance } as unknown as Twin);
      sameBits(run.output, expected.output);
      for (const [name, values] of Object.entries(parameters)) sameBits(run.parameters[name]!, values, name);
    }
  }
});

test('∂input may lie where ∂output lies, gradients may be added, and nobody may ask for ∂input', () => {
  for (const dtype of dtypes) {
    const { x, slope, gamma, beta, ...common } = caseOf(dtype, [5], 9);
    const expected = twin(dtype, x, slope, gamma, beta, 1e-5);
    const before = { weight: drawn(dtype, 5, 8), bias: drawn(dtype, 5, 9), runningMean: [], runningVariance: [] };
    const run = runLayer({ layer: batchNorm(), ...common, slope, before, asked: false });
    const round = dtype === 'f32' ? Math.fround : Number;
    sameBits(
      run.gradients.weight!,
      expected.weight.map((value, c) => round(before.weight[c]! + value)),
    );
    sameBits(
      run.gradients.bias!,
      expected.bias.map((value, c) => round(before.bias[c]! + value)),
    );
    const ops = layerRow({ kind: 'batchNorm' }).compile(JSON.parse(JSON.stringify(batchNorm())), {
      ...{ dtype, name: 'norm', number: 1, activation: 'none', rows: 4 },
      ...{ inputs: [describeValue([5], dtype)], output: describeValue([5], dtype) },
    });
    assert.is(ops.inPlace, true);
    assert.is(ops.wholeBatch, true);
    assert.is(ops.least, 2);
  }
});

test('what is not finite does not spoil the running statistics', () => {
  const parameters = { weight: [1, 1], bias: [0, 0], runningMean: [3, 4], runningVariance: [5, 6] };
  const x = [1, 2, Number.NaN, 4];
  const run = runLayer({ layer: batchNorm({ momentum: 0.5 }), dtype: 'f64', rows: 2, inputs: [[[2], x]], parameters });
  assert.equal([...run.parameters.runningMean!], [3, 3.5]);
  assert.equal([...run.parameters.runningVariance!], [5, 4]);
  assert.ok(Number.isNaN(run.output[0]) && Number.isFinite(run.output[1]!));
});

test('options', () => {
  const spec = { kind: 'batchNorm', epsilon: 1e-5, momentum: 0.9, scale: true, center: true, name: null };
  assert.equal(JSON.parse(JSON.stringify(batchNorm())), spec);
  const bad = (options: object, message: string): void =>
    throws(() => batchNorm(options as BatchNormOptions), 'ERR_ARGUMENT', `batchNorm: ${message}`);
  bad({ epsilon: 0 }, 'epsilon must be a number > 0, got 0');
  bad({ momentum: 1 }, 'momentum must be a number in [0, 1), got 1');
  bad({ scale: 1 }, 'scale must be true or false, got 1');
  bad({ eps: 1 }, 'unknown option eps; did you mean epsilon?');
});

test.run();
