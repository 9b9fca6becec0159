/** The Adam line by table: originals, the formulas, effective steps, places, bits, zeros, extremes. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import type { AdamSpec, SteppingSpec } from '#src/optimizers.js';
import { literal } from '../helpers/adam-literal.ts';
import { adamSpecs } from '../helpers/adam-specs.ts';
import { optimizerCases } from '../helpers/golden-optimizers.ts';
import { specOf } from '../helpers/golden-specs.ts';
import { dtypes, reals } from '../helpers/numbers.ts';
import { runOptimizer } from '../helpers/optimizer.ts';

const originals = ['Adam', 'AdamW', 'Adamax', 'NAdam', 'RAdam', 'AdaBelief', 'Yogi', 'Lion', 'Adan', 'AdEMAMix'];
const goldens = optimizerCases.filter(({ optimizer }) => originals.includes(optimizer));
const draws = (dtype: Dtype, count: number, length: number, seed: number): number[][] => {
  const next = reals(dtype, seed);
  return Array.from({ length: count }, () => Array.from({ length }, next));
};
const halving = (t: number): number => 0.1 / (1 + t);

test('golden: every case of the Adam line', () => {
  assert.is(goldens.length, 23);
});

for (const dtype of dtypes) {
  for (const one of goldens) {
    const { optimizer, args, shape, start, gradients, expected } = one;
    test(`golden ${dtype}: ${optimizer} ${JSON.stringify(args)}`, () => {
      const spec = specOf(one);
      const { steps } = runOptimizer({ dtype, spec, shape, start, gradients });
      assert.is(steps.length, 25);
      const tolerance = dtype === 'f32' ? 1e-5 : optimizer === 'RAdam' ? 1e-11 : 1e-12;
      expected.forEach((values, t) => {
        values.forEach((value, i) => {
          const off = Math.abs(steps[t]![i]! - value);
          assert.ok(off <= tolerance * Math.max(1, Math.abs(value)), `step ${t}, ${i}: ${steps[t]![i]} for ${value}`);
        });
      });
    });
  }

  for (const [name, spec] of Object.entries(adamSpecs)) {
    test(`${dtype} ${name}: parameters and effective steps by the formulas, with a rate that changes`, () => {
      const [start] = draws(dtype, 1, 7, 3) as [number[]];
      const gradients = draws(dtype, 40, 7, 4);
      const { steps, effective } = runOptimizer({ dtype, spec, shape: [7], start, gradients, rate: halving });
      const tolerance = dtype === 'f32' ? 1e-5 : 1e-12;
      start.forEach((value, i) => {
        const column = gradients.map((g) => g[i]!);
        literal(spec, value, column, halving).forEach(({ theta, effective: h }, t) => {
          assert.ok(Math.abs(steps[t]![i]! - theta) <= tolerance, `step ${t}, ${i}: ${steps[t]![i]} for ${theta}`);
          const found = effective[t]![i]!;
          assert.ok(Math.abs(found - h) <= 3 * tolerance * h, `effective step ${t}, ${i}: ${found} for ${h}`);
        });
      });
    });

    test(`${dtype} ${name}: the same bits at every length and in every place`, () => {
      const length = 19;
      const [start] = draws(dtype, 1, length, 5) as [number[]];
      const gradients = draws(dtype, 6, length, 6);
      const whole = runOptimizer({ dtype, spec, shape: [length], start, gradients });
      const check = (from: number, to: number, reverse: boolean): void => {
        const cut = (values: ArrayLike<number>): number[] => {
          const part = Array.from(values).slice(from, to);
          return reverse ? part.reverse() : part;
        };
        const part = runOptimizer({
          ...{ dtype, spec, shape: [to - from], start: cut(start), gradients: gradients.map(cut) },
        });
        part.steps.forEach((values, t) => {
          assert.equal([...values], cut(whole.steps[t]!), `${from} to ${to}, step ${t}`);
          assert.equal([...part.effective[t]!], cut(whole.effective[t]!));
        });
      };
      for (let n = 1; n <= length; n++) check(0, n, false);
      for (let n = 1; n <= length; n++) {
        // Nobody asks for effective steps: the same parameters.
        const head = (values: readonly number[]): number[] => values.slice(0, n);
        const bare = { dtype, spec, shape: [n], start: head(start), gradients: gradients.map(head), stepped: false };
        runOptimizer(bare).steps.forEach((values, t) => {
          assert.equal([...values], [...whole.steps[t]!.slice(0, n)], `${n}, without effective steps, step ${t}`);
        });
      }
      for (let from = 1; from < 6; from++) check(from, length, from % 2 === 0);
    });

    test(`${dtype} ${name}: padding is +0 after 25 steps, in vectors and in rows`, () => {
      for (const shape of [[1], [3], [5], [9], [2, 3], [3, 5]]) {
        const length = shape.reduce((product, n) => product * n, 1);
        const [start] = draws(dtype, 1, length, 7) as [number[]];
        const gradients = draws(dtype, 25, length, 8);
        const { padding } = runOptimizer({ dtype, spec, shape, start, gradients, layout: 'padded' });
        for (const value of padding) assert.ok(Object.is(value, 0), `${value} behind [${shape}]`);
      }
    });

    test(`${dtype} ${name}: saved in the middle and restored, the same bits`, () => {
      const [start] = draws(dtype, 1, 5, 9) as [number[]];
      const gradients = draws(dtype, 12, 5, 10);
      const saved: Uint8Array[] = [];
      const all = runOptimizer({
        ...{ dtype, spec, shape: [5], start, gradients, rate: halving },
        onState: (_, state) => {
          saved.push(state);
          return undefined;
        },
      });
      for (const from of [1, 2, 6, 11]) {
        const rest = runOptimizer({
          ...{ dtype, spec, shape: [5], start: [...all.steps[from - 1]!], gradients: gradients.slice(from), from },
          rate: halving,
          onState: (t) => (t === 0 ? saved[from] : undefined),
        });
        assert.equal(rest.steps, all.steps.slice(from), `from step ${from}`);
      }
    });

    test(`${dtype} ${name}: climbing is descending along −g`, () => {
      const [start] = draws(dtype, 1, 6, 11) as [number[]];
      const gradients = draws(dtype, 8, 6, 12);
      const negative = gradients.map((g) => g.map((value) => -value));
      const other = { ...spec, maximize: !(spec as AdamSpec).maximize } as SteppingSpec;
      const one = runOptimizer({ dtype, spec, shape: [6], start, gradients });
      const two = runOptimizer({ dtype, spec: other, shape: [6], start, gradients: negative });
      assert.equal(one.steps, two.steps);
      assert.equal(one.effective, two.effective);
    });

    test(`${dtype} ${name}: a rate of 0 leaves θ and moves the state`, () => {
      const [start] = draws(dtype, 1, 3, 13) as [number[]];
      const gradients = draws(dtype, 4, 3, 14);
      const rate = (t: number): number => (t === 1 ? 0 : 0.1);
      const { steps } = runOptimizer({ dtype, spec, shape: [3], start, gradients, rate });
      assert.equal(steps[1], steps[0]);
      const tolerance = dtype === 'f32' ? 1e-5 : 1e-12;
      start.forEach((value, i) => {
        const column = gradients.map((g) => g[i]!);
        const { theta } = literal(spec, value, column, rate).at(-1)!;
        assert.ok(Math.abs(steps[3]![i]! - theta) <= tolerance, `${steps[3]![i]} for ${theta}`);
      });
    });

    test(`${dtype} ${name}: zeros, subnormals and very large gradients give finite steps`, () => {
      const large = dtype === 'f32' ? 1e15 : 1e100;
      const small = dtype === 'f32' ? 1e-44 : 4e-323;
      const values = [0, -0, small, -small, large, -large];
      const gradients = [0, 1, 2, 3, 4, 5].map((shift) => values.map((_, i) => values[(i + shift) % 6]!));
      for (const given of [gradients, [...gradients].reverse(), gradients.map(() => values)]) {
        const { steps, effective } = runOptimizer({
          ...{ dtype, spec, shape: [6], start: [1, 1, 1, 1, 1, 1], gradients: given },
        });
        for (const [t, step] of steps.entries()) {
          assert.ok(step.every(Number.isFinite), `step ${t}: ${step}`);
          assert.ok(effective[t]!.every(Number.isFinite), `effective step ${t}: ${effective[t]}`);
        }
      }
    });

    if ('epsilon' in spec) {
      test(`${dtype} ${name}: ε 0 and nothing but zeros: θ only decays`, () => {
        const other = { ...spec, epsilon: 0, weightDecay: 0, initialAccumulator: 0 } as SteppingSpec;
        const gradients = [[0], [0], [0]];
        const { steps, padding } = runOptimizer({ dtype, spec: other, shape: [1], start: [0.5], gradients });
        for (const step of steps) assert.is(step[0], 0.5);
        for (const value of padding) assert.ok(Object.is(value, 0));
      });
    }
  }
}

test.run();
