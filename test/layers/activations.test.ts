/** Activations: values of PyTorch, formulas, slopes by central differences, limits, NaN, places and blocks. */
import { readFileSync } from 'node:fs';
import type { ActivationSpec } from 'downhill';
import * as downhill from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { layerRow } from '#src/layers/family.js';
import { closeTo, sameBits } from '../helpers/close.ts';
import { erf } from '../helpers/doubleDouble.ts';
import { type LayerCase, runLayer, worstGradient } from '../helpers/layer.ts';
import { dtypes } from '../helpers/numbers.ts';
import { source } from '../helpers/points.ts';

const inf = Number.POSITIVE_INFINITY;

interface Row {
  readonly spec: ActivationSpec;
  readonly f: (z: number) => number;
  /** f(∞), f(−∞), f′(∞), f′(−∞) */
  readonly limits: readonly [number, number, number, number];
  /** Where the slope jumps. */
  readonly bends?: readonly number[];
}

const σ = (z: number): number => 1 / (1 + Math.exp(-z));
const clamp = (z: number, low: number, high: number): number => Math.min(Math.max(z, low), high);
/** α and λ of selu in closed form (Klambauer et al. 2017, equation 14). */
const c = (1 - erf(Math.SQRT1_2)[0]) * Math.exp(0.5);
const α = Math.sqrt(2 / Math.PI) / (1 - c);
const λ =
  ((1 - c) * Math.sqrt(2 * Math.PI)) /
  Math.sqrt(2 * (1 - erf(Math.SQRT2)[0]) * Math.exp(2) + Math.PI * c * c - 2 * (2 + Math.PI) * c + Math.PI + 2);

const rows: readonly Row[] = [
  { spec: downhill.relu().spec, f: (z) => Math.max(z, 0), limits: [inf, 0, 1, 0], bends: [0] },
  { spec: downhill.leakyRelu().spec, f: (z) => (z < 0 ? 0.01 * z : z), limits: [inf, -inf, 1, 0.01], bends: [0] },
  { spec: downhill.leakyRelu(0).spec, f: (z) => Math.max(z, 0), limits: [inf, Number.NaN, 1, 0], bends: [0] },
  { spec: downhill.leakyRelu(0.3).spec, f: (z) => (z < 0 ? 0.3 * z : z), limits: [inf, -inf, 1, 0.3], bends: [0] },
  { spec: downhill.elu().spec, f: (z) => (z < 0 ? Math.expm1(z) : z), limits: [inf, -1, 1, 0], bends: [0] },
  { spec: downhill.elu(0.5).spec, f: (z) => (z < 0 ? 0.5 * Math.expm1(z) : z), limits: [inf, -0.5, 1, 0], bends: [0] },
  {
    spec: downhill.selu().spec,
    f: (z) => λ * (z < 0 ? α * Math.expm1(z) : z),
    limits: [inf, -λ * α, λ, 0],
    bends: [0],
  },
  { spec: downhill.gelu().spec, f: (z) => (z / 2) * (1 + erf(z / Math.SQRT2)[0]), limits: [inf, 0, 1, 0] },
  {
    spec: downhill.gelu('tanh').spec,
    f: (z) => (z / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3))),
    limits: [inf, 0, 1, 0],
  },
  { spec: downhill.silu().spec, f: (z) => z * σ(z), limits: [inf, 0, 1, 0] },
  { spec: downhill.mish().spec, f: (z) => z * Math.tanh(Math.log1p(Math.exp(z))), limits: [inf, 0, 1, 0] },
  { spec: downhill.softplus().spec, f: (z) => Math.log1p(Math.exp(z)), limits: [inf, 0, 1, 0] },
  { spec: downhill.softplus(3).spec, f: (z) => Math.log1p(Math.exp(3 * z)) / 3, limits: [inf, 0, 1, 0] },
  { spec: downhill.tanh().spec, f: Math.tanh, limits: [1, -1, 0, 0] },
  { spec: downhill.sigmoid().spec, f: σ, limits: [1, 0, 0, 0] },
  { spec: downhill.hardSigmoid().spec, f: (z) => clamp(z + 3, 0, 6) / 6, limits: [1, 0, 0, 0], bends: [-3, 3] },
  { spec: downhill.hardTanh().spec, f: (z) => clamp(z, -1, 1), limits: [1, -1, 0, 0], bends: [-1, 1] },
  {
    spec: downhill.hardTanh({ min: 0.5, max: 2 }).spec,
    f: (z) => clamp(z, 0.5, 2),
    limits: [2, 0.5, 0, 0],
    bends: [0.5, 2],
  },
  {
    spec: downhill.hardSwish().spec,
    f: (z) => (z * clamp(z + 3, 0, 6)) / 6,
    limits: [inf, 0, 1, 0],
    bends: [-3, 3],
  },
];

const nameOf = ({ spec }: Row): string => JSON.stringify(spec).replace(/["{}]|,name:null|kind:/g, '');
const caseOf = (
  spec: ActivationSpec,
  shape: readonly number[],
  n: number,
  more: Partial<LayerCase> = {},
): LayerCase => ({
  row: layerRow(spec) as never,
  spec,
  shapes: [shape],
  rows: n,
  ...more,
});

/** f of every z, and slopes times 1. */
function apply(spec: ActivationSpec, z: readonly number[], dtype: 'f32' | 'f64' = 'f64') {
  const { output, inputGradients } = runLayer(caseOf(spec, [z.length], 1, { dtype }), {
    inputs: [z],
    gradient: z.map(() => 1),
  });
  return { y: output, slope: inputGradients[0]! };
}

const golden = JSON.parse(readFileSync('test/golden/losses.json', 'utf8')) as {
  cases: { loss: string; inputs: { input: { data: number[] } }; value: number[]; grad_of_sum: { input: number[] } }[];
};
const torch: Record<string, ActivationSpec> = {
  sigmoid: downhill.sigmoid().spec,
  softplus: downhill.softplus().spec,
  tanh: downhill.tanh().spec,
  relu: downhill.relu().spec,
  gelu: downhill.gelu().spec,
  silu: downhill.silu().spec,
  mish: downhill.mish().spec,
  elu: downhill.elu().spec,
  selu: downhill.selu().spec,
  hardswish: downhill.hardSwish().spec,
  leaky_relu: downhill.leakyRelu().spec,
  relu6: downhill.hardTanh({ min: 0, max: 6 }).spec,
  'gelu tanh': downhill.gelu({ approximate: 'tanh' }).spec,
};

for (const [name, spec] of Object.entries(torch)) {
  test(`PyTorch ${name}`, () => {
    const { inputs, value, grad_of_sum } = golden.cases.find(({ loss }) => loss === `activation ${name}`)!;
    // PyTorch's softplus is z from 20 on.
    const z = inputs.input.data.filter((one) => name !== 'softplus' || one <= 20);
    const { y, slope } = apply(spec, z);
    closeTo(y, value.slice(0, z.length), 2e-15);
    closeTo(slope, grad_of_sum.input.slice(0, z.length), 2e-15);
  });
}

for (const one of rows) {
  const name = nameOf(one);
  const { spec, f, limits, bends = [] } = one;
  const next = source(3);
  const far = (z: number): boolean => bends.every((bend) => Math.abs(z - bend) > 1e-3);
  const z = [...Array.from({ length: 997 }, () => 16 * next() - 8).filter(far), 0.999, 1.001, -1e-9, 1e-9, -30, 30];

  test(`${name}: the formula`, () => {
    closeTo(apply(spec, z).y, z.map(f), 1e-14);
    const single = z.map(Math.fround);
    closeTo(apply(spec, single, 'f32').y, single.map(f), 4e-7);
  });

  test(`${name}: slopes by central differences, in f32 those of f64`, () => {
    const some = z.slice(-60).map(Math.fround).filter(far);
    const layer = caseOf(spec, [some.length], 1);
    assert.ok(
      worstGradient(layer, { inputs: [some] }, 2e-6) < 1e-8,
      `${worstGradient(layer, { inputs: [some] }, 2e-6)}`,
    );
    closeTo(apply(spec, some, 'f32').slope, apply(spec, some).slope, 1e-6);
  });

  test(`${name}: limits, NaN, large arguments`, () => {
    for (const dtype of dtypes) {
      const huge = dtype === 'f32' ? 3e38 : 1e308;
      const { y, slope } = apply(spec, [inf, -inf, huge, -huge, 1e4, -1e4, Number.NaN, 0], dtype);
      const round = dtype === 'f32' ? Math.fround : (v: number): number => v;
      const [top, bottom, up, down] = limits;
      const exactly = (found: number, expected: number, what: string): void =>
        assert.ok(
          Number.isNaN(expected) || found === round(expected) || Math.abs(found - expected) < 2e-15,
          `${what}: ${found} for ${expected}`,
        );
      exactly(y[0]!, top, 'f(∞)');
      exactly(y[1]!, bottom, 'f(−∞)');
      if (top !== inf) exactly(y[2]!, top, 'f(huge)');
      else assert.ok(y[2]! >= 0.99 * huge, `${y[2]}`);
      if (bottom > -inf) exactly(y[3]!, bottom, 'f(−huge)');
      [0, 2, 4].forEach((i) => {
        exactly(slope[i]!, up, `slope ${i}`);
        exactly(slope[i + 1]!, down, `slope ${i + 1}`);
      });
      assert.ok(Number.isNaN(y[6]!));
      assert.ok(!Number.isNaN(y[7]!));
    }
  });

  test(`${name}: in place, and in blocks, are the same bits`, () => {
    for (const dtype of dtypes) {
      const n = 11;
      const numbers = {
        inputs: [Array.from({ length: n * 21 }, () => 12 * next() - 6)],
        gradient: Array.from({ length: n * 21 }, () => 2 * next() - 1),
      };
      const whole = runLayer(caseOf(spec, [3, 7], n, { dtype }), numbers);
      for (const more of [{ blocks: [4, 7] }, { inPlace: true }, { blocks: [1, 10], inPlace: true }]) {
        const other = runLayer(caseOf(spec, [3, 7], n, { dtype, ...more }), numbers);
        sameBits(other.output, whole.output);
        sameBits(other.inputGradients[0]!, whole.inputGradients[0]!);
      }
    }
  });
}

test('signs of zero are kept where f(0) is 0', () => {
  for (const { spec } of rows) {
    const y = apply(spec, [0, -0]).y;
    if (y[0] === 0 && !['relu', 'hardSwish'].includes(spec.kind)) sameBits(y, [0, -0], spec.kind);
  }
});

test('gelu keeps its digits far below zero', () => {
  // zΦ(z) by mpmath 1.3.0 at 100 digits.
  const expected = [-1.4332578593959695e-6, -7.619853024160526e-23, -5.506449298969126e-50];
  const { y } = apply(downhill.gelu().spec, [-5, -10, -15]);
  expected.forEach((value, i) => {
    assert.ok(Math.abs(y[i]! / value - 1) < 2e-13, `${y[i]} for ${value}`);
  });
});

const softmax = downhill.softmax().spec;

test('softmax: PyTorch', () => {
  const { inputs, value, grad_of_sum } = golden.cases.find(({ loss }) => loss === 'softmax')!;
  for (const [dtype, tolerance] of [
    ['f64', 1e-15],
    ['f32', 2e-7],
  ] as const) {
    const found = runLayer(caseOf(softmax, [3], 5, { dtype }), {
      inputs: [inputs.input.data],
      gradient: value.map(() => 1),
    });
    closeTo(found.output, value, tolerance);
    closeTo(found.inputGradients[0]!, grad_of_sum.input, tolerance);
  }
});

test('softmax: central differences, every number of channels, in place and in blocks', () => {
  for (let channels = 1; channels <= 10; channels++) {
    const next = source(channels);
    const n = 4;
    const inputs = [Array.from({ length: n * 2 * channels }, () => 6 * next() - 3)];
    const layer = caseOf(softmax, [2, channels], n);
    assert.ok(worstGradient(layer, { inputs }) < 1e-9);
    for (const dtype of dtypes) {
      const numbers = { inputs, gradient: inputs[0]!.map(() => next()) };
      const whole = runLayer({ ...layer, dtype }, numbers);
      const other = runLayer({ ...layer, dtype, blocks: [1, 3], inPlace: true }, numbers);
      sameBits(other.output, whole.output);
      sameBits(other.inputGradients[0]!, whole.inputGradients[0]!);
      for (let i = 0; i < whole.output.length; i += channels) {
        const sum = [...whole.output.slice(i, i + channels)].reduce((a: number, b: number) => a + b, 0);
        assert.ok(Math.abs(sum - 1) < (dtype === 'f32' ? 3e-7 : 1e-15), `${sum}`);
      }
    }
  }
});

test('softmax: large logits, −∞ and NaN', () => {
  const run = (z: readonly number[]) => [...runLayer(caseOf(softmax, [z.length], 1), { inputs: [z] }).output];
  assert.equal(run([1e300, -1e300, 0]), [1, 0, 0]);
  assert.equal(run([Number.NEGATIVE_INFINITY, 2, 2]), [0, 0.5, 0.5]);
  assert.ok(run([1, Number.NaN, 2]).every(Number.isNaN));
  assert.equal(run([-1e4]), [1]);
});

test('specs: data, defaults, bad input', () => {
  assert.equal(JSON.parse(JSON.stringify(downhill.leakyRelu())), { kind: 'leakyRelu', slope: 0.01, name: null });
  assert.equal(downhill.swish().spec, downhill.silu().spec);
  assert.throws(() => downhill.leakyRelu(-1), /leakyRelu: slope must be a number ≥ 0, got -1/);
  assert.throws(() => downhill.elu(0), /elu: alpha must be/);
  assert.throws(() => downhill.hardTanh({ min: 1, max: 1 }), /hardTanh: min must be below max, got 1 and 1/);
  assert.throws(() => downhill.gelu('erf' as never), /gelu: approximate must be "none" or "tanh"/);
  assert.throws(() => downhill.relu({ slope: 1 } as never), /relu: unknown option slope/);
});

test.run();
