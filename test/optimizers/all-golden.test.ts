/** Every trace of test/golden/optim.json by way of `createOptimizer`: 25 steps with gradients that are given. */
import { createOptimizer, parameters, sgd, sgdW } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type OptimizerCase, optimizerCases } from '../helpers/golden-optimizers.ts';
import { specOf, switches } from '../helpers/golden-specs.ts';
import { dtypes } from '../helpers/numbers.ts';

/** test/golden/README.md says which originals are less exact; the first trace of Muon ran in bfloat16. */
function tolerance({ optimizer, shape, source }: OptimizerCase, dtype: 'f32' | 'f64'): number {
  if (optimizer === 'Muon' && source.startsWith('PyTorch')) return 1e-2;
  if (dtype === 'f32') return 1e-5;
  if (optimizer === 'Muon') return 1e-10;
  assert.ok(shape.length < 3);
  return /^(RAdam|Prodigy|ScheduleFree)/.test(optimizer) ? 1e-11 : 1e-12;
}

function near(
  found: ArrayLike<number>,
  expected: readonly number[],
  bound: number,
  left: readonly boolean[],
  at: string,
) {
  assert.is(found.length, expected.length);
  expected.forEach((value, i) => {
    if (left[i]) return;
    const off = Math.abs(found[i]! - value);
    assert.ok(off <= bound * Math.max(1, Math.abs(value)), `${at}, ${i}: ${found[i]} for ${value}`);
  });
}

/** Coordinates that come within 1e-6 of where the rule switches, but not to the very place. */
function closeToSwitch(one: OptimizerCase): boolean[] {
  const spec = specOf(one);
  return one.start.map((start, i) => {
    const theta = [start, ...one.expected.map((values) => values[i]!)];
    const column = one.gradients.map((g) => g[i]!);
    return switches(spec, column, theta).some((distance) => distance > 0 && distance < 1e-6);
  });
}

test('every trace is there', () => {
  assert.is(optimizerCases.length, 60);
});

const left: string[] = [];
for (const dtype of dtypes) {
  optimizerCases.forEach((one, index) => {
    const { optimizer, args, shape, start, gradients, expected, evaluated } = one;
    test(`golden ${dtype}: ${index} ${optimizer} ${JSON.stringify(args)} ${shape.join('×')}`, () => {
      const θ = parameters({ w: shape }, { dtype });
      θ.values.w.set(start);
      const made = createOptimizer(θ, specOf(one));
      const skip = dtype === 'f32' ? closeToSwitch(one) : [];
      for (const [i, close] of skip.entries()) if (close) left.push(`${index} ${optimizer}, ${i}`);
      const bound = tolerance(one, dtype);
      assert.is(expected.length, 25);
      gradients.forEach((g, t) => {
        θ.gradients.w.set(g);
        made.step();
        near(θ.values.w, expected[t]!, bound, skip, `step ${t}`);
      });
      // Of averaged SGD the trace has no average.
      if (optimizer !== 'ASGD') near(made.evaluated.w, evaluated ?? expected.at(-1)!, bound, skip, 'evaluated');
      made.release();
    });
  });
}

test('f32: coordinates left out because a sign or a threshold is close', () => {
  // A gradient of 1e-9, whose sign f32 has as well.
  assert.equal(left, ['22 Rprop, 1', '29 Rprop, 1', '46 SignSGD, 1']);
});

test('dampening, which no trace has: b is g at the first step, and takes 1 − d of it from the second', () => {
  for (const dtype of dtypes) {
    for (const make of [sgd, sgdW]) {
      const θ = parameters({ w: [3] }, { dtype });
      const spec = make({ learningRate: 1, momentum: 0.5, dampening: 0.25, weightDecay: 0 });
      const optimizer = createOptimizer(θ, spec);
      θ.gradients.w.fill(1);
      // b = 1, ½ + ¾, ⅝ + ¾
      for (const expected of [-1, -2.25, -3.625]) {
        optimizer.step();
        assert.equal([...θ.values.w], [expected, expected, expected]);
      }
      optimizer.release();
    }
  }
});

test.run();
