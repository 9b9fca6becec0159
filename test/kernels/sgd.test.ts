/** Gradient descent and SGD: PyTorch's traces, the recurrence written out, padding; and the guard around an update. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import { type SgdOptions, sgd } from '#src/optimizers.js';
import { STOP } from '#src/program/kernels.js';
import { progress } from '#src/program/tape.js';
import { bytesOf, floats } from '../helpers/kernel.ts';
import { dtypes, reals, unit } from '../helpers/numbers.ts';
import { runOptimizer } from '../helpers/optimizer.ts';
import { sandbox } from '../helpers/sandbox.ts';

type Options = Omit<SgdOptions, 'learningRate'>;

/** Parameters after every step with the gradients given, padding included. */
function run(
  dtype: Dtype,
  options: Options,
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  rate: (step: number) => number,
  from = 0,
): (readonly number[])[] {
  const spec = sgd({ ...options, learningRate: 1 });
  const { steps, padding } = runOptimizer({ dtype, spec, shape: [start.length], start, gradients, rate, from });
  return steps.map((theta) => [...theta, ...padding]);
}

/** algorithms as published (PyTorch's documentation of SGD), each operation rounded to the type. */
function literal(
  dtype: Dtype,
  { momentum = 0, dampening = 0, nesterov = false, weightDecay = 0, maximize = false }: Options,
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  rate: (step: number) => number,
): number[][] {
  const r = dtype === 'f32' ? Math.fround : (value: number): number => value;
  let theta = start.map(r);
  let buffer: number[] | undefined;
  return gradients.map((given, t) => {
    let g = given.map((value) => (maximize ? -r(value) : r(value)));
    if (weightDecay !== 0) g = g.map((value, i) => r(value + r(r(weightDecay) * theta[i]!)));
    if (momentum !== 0) {
      const share = r(1 - dampening);
      const last = buffer;
      const b = last ? g.map((value, i) => r(r(share * value) + r(r(momentum) * last[i]!))) : g;
      buffer = b;
      g = nesterov ? g.map((value, i) => r(value + r(r(momentum) * b[i]!))) : b;
    }
    theta = theta.map((value, i) => r(value - r(r(rate(t)) * g[i]!)));
    return theta;
  });
}

interface Golden {
  readonly init_v: readonly number[];
  readonly grads_v: readonly (readonly number[])[];
  readonly cases: readonly {
    readonly args: {
      readonly lr: number;
      readonly momentum?: number;
      readonly nesterov?: boolean;
      readonly weight_decay?: number;
    };
    readonly params_after_each_step: readonly (readonly (readonly number[])[])[];
  }[];
}

const golden = JSON.parse(readFileSync('test/golden/optim.json', 'utf8')) as Golden;

const menu: readonly Options[] = [
  {},
  { weightDecay: 0.01 },
  { maximize: true },
  { weightDecay: 0.1, maximize: true },
  { momentum: 0.9 },
  { momentum: 0.9, dampening: 0.5 },
  { momentum: 0.9, dampening: 1 },
  { momentum: 0.5, weightDecay: 0.05 },
  { momentum: 0.9, dampening: 0.25, weightDecay: 0.01, maximize: true },
  { momentum: 0.9, nesterov: true },
  { momentum: 0.8, nesterov: true, weightDecay: 0.02, maximize: true },
];

for (const dtype of dtypes) {
  for (const { args, params_after_each_step } of golden.cases) {
    test(`golden ${dtype}: SGD ${JSON.stringify(args)}`, () => {
      const { lr, momentum = 0, nesterov = false, weight_decay: weightDecay = 0 } = args;
      const found = run(dtype, { momentum, nesterov, weightDecay }, golden.init_v, golden.grads_v, () => lr);
      assert.is(found.length, 25);
      found.forEach((theta, t) => {
        params_after_each_step[t]![0]!.forEach((expected, i) => {
          const bound = (dtype === 'f64' ? 1e-12 : 1e-5) * Math.max(1, Math.abs(expected));
          assert.ok(Math.abs(theta[i]! - expected) <= bound, `step ${t}: ${theta[i]} for ${expected}`);
        });
      });
    });
  }

  for (const options of menu) {
    test(`${dtype} ${JSON.stringify(options)}: the recurrence, bit for bit, at every length`, () => {
      for (let length = 1; length <= 67; length++) {
        const next = reals(dtype, length);
        const draw = (): number[] => Array.from({ length }, next);
        const start = draw();
        const gradients = Array.from({ length: 5 }, draw);
        const rate = (t: number): number => 0.3 / (1 + t);
        const found = run(dtype, options, start, gradients, rate);
        literal(dtype, options, start, gradients, rate).forEach((expected, t) => {
          expected.forEach((value, i) => {
            assert.is(found[t]![i], value, `element ${i} of ${length}, step ${t}`);
          });
        });
      }
    });

    test(`${dtype} ${JSON.stringify(options)}: padding stays +0 over 25 steps`, () => {
      for (const length of [1, 2, 3, 5, 6, 9, 17, 33]) {
        const next = reals(dtype, length);
        const draw = (): number[] => Array.from({ length }, next);
        const last = run(dtype, options, draw(), Array.from({ length: 25 }, draw), () => 0.1).at(-1)!;
        for (let i = length; i < last.length; i++) assert.ok(Object.is(last[i], 0), `element ${i} behind ${length}`);
      }
    });
  }

  test(`${dtype}: the first gradient is not dampened; every later one is`, () => {
    // One parameter, gradients 1, 1, 1: b = 1; 0.5 + 0.5 = 1 with μ = d = ½ …
    const options = { momentum: 0.5, dampening: 0.75 };
    const gradients = [[1], [1], [1]];
    const steps = run(dtype, options, [0], gradients, () => 1).map((theta) => theta[0]!);
    // b = 1, 0.5 + 0.25, 0.375 + 0.25
    assert.equal(steps, [-1, -1.75, -2.375]);
    // Resumed behind the first step, from an empty buffer: dampened at once.
    const resumed = run(dtype, options, [0], gradients, () => 1, 1).map((theta) => theta[0]!);
    assert.equal(resumed, [-0.25, -0.625, -1.0625]);
  });

  test(`${dtype}: a rate of zero still moves the buffer`, () => {
    const rates = [0, 1];
    const steps = run(dtype, { momentum: 0.5 }, [0], [[1], [1]], (t) => rates[t]!).map((theta) => theta[0]!);
    assert.equal(steps, [0, -1.5]);
  });

  test(`${dtype}: Nesterov and the heavy ball agree with plain descent at momentum near zero`, () => {
    const gradients = [[1, -2, 3]];
    const plain = run(dtype, {}, [1, 2, 3], gradients, () => 0.1)[0]!;
    for (const options of [{ momentum: 1e-12 }, { momentum: 1e-12, nesterov: true }]) {
      const found = run(dtype, options, [1, 2, 3], gradients, () => 0.1)[0]!;
      found.forEach((value: number, i: number) => {
        assert.ok(Math.abs(value - plain[i]!) <= 4 * Math.max(unit[dtype], 1e-12));
      });
    }
  });

  test(`guard ${dtype}: the last finite parameters are kept`, () => {
    const far = dtype === 'f32' ? 1e30 : 1e290;
    const cases = [
      { reach: far, after: [1, 2, Infinity, 4], skip: 0, stops: true },
      { reach: far, after: [1, Number.NaN, 3, 4], skip: 1, stops: false },
      { reach: far, after: [9, 9, 9, 9], skip: 0, stops: undefined },
      { reach: 1, after: [9, 9, 9, Number.NaN], skip: 0, stops: undefined },
    ];
    for (const { reach, after, skip, stops } of cases) {
      sandbox((box) => {
        const { engine } = box;
        const before = floats(dtype, [1, 2, 3, 4]);
        const bytes = before.byteLength;
        const theta = box.output(before);
        const kept = box.output(floats(dtype, [0, 0, 0, 0]));
        const state = box.output(floats(dtype, [5, 6, 7, 8]));
        const at = box.struct(progress, { gradientMax: reach, topRate: 1, skipNonFinite: skip });
        const guard = (behind: number) => {
          return box.flow('guard', dtype, () => [at, theta, bytes, kept, behind, state, bytes]);
        };
        assert.equal(guard(0), { next: 'next', stop: STOP.none });
        const updated = floats(dtype, after);
        engine.floats(dtype, theta, 4).set(updated);
        const end = guard(1);
        const found = bytesOf(box.floats(dtype, theta, 4));
        assert.equal(found, bytesOf(stops === undefined ? updated : before));
        assert.is(box.u32(at + progress.nonFinite), stops === undefined ? 0 : 3);
        assert.equal(end, stops ? { next: 'end', stop: STOP.nonFinite } : { next: 'next', stop: STOP.none });
        assert.equal([...box.floats(dtype, state, 4)], stops === false ? [0, 0, 0, 0] : [5, 6, 7, 8]);
      });
    }
  });
}

test.run();
