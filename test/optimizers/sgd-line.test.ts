/** The SGD and AdaGrad lines by table: originals, the formulas, effective steps, places, bits, padding, extremes. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import type { SteppingSpec } from '#src/optimizers.js';
import { optimizerCases } from '../helpers/golden-optimizers.ts';
import { specOf } from '../helpers/golden-specs.ts';
import { dtypes, reals, unit } from '../helpers/numbers.ts';
import { type OptimizerRun, runOptimizer } from '../helpers/optimizer.ts';
import { literally, named } from '../helpers/sgd-line.ts';

const originals = ['SGDW', 'SignSGD', 'LARS', 'Rprop', 'ASGD', 'Adagrad', 'Adadelta', 'RMSprop', 'FTRL', 'Adafactor'];
const goldens = optimizerCases.filter(({ optimizer }) => originals.includes(optimizer));

const draws = (dtype: Dtype, count: number, length: number, seed: number): number[][] => {
  const next = reals(dtype, seed);
  return Array.from({ length: count }, () => Array.from({ length }, next));
};
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
/** Falls, and is 0 once. */
const falling = (t: number): number => (t === 3 ? 0 : 0.1 / (1 + t));
const wholeTensors = ({ kind }: SteppingSpec): boolean => kind === 'lars' || kind === 'adafactor';

function near(found: number, expected: number, tolerance: number, what: string): void {
  const off = Math.abs(found - expected);
  assert.ok(off <= tolerance * Math.max(1, Math.abs(expected)), `${what}: ${found} for ${expected}`);
}

test('golden: every case of these lines', () => {
  assert.is(goldens.length, 21);
});

for (const dtype of dtypes) {
  const tolerance = { f32: 1e-5, f64: 1e-12 }[dtype];

  for (const one of goldens) {
    const { optimizer, args, shape, start, gradients, expected } = one;
    for (const layout of ['dense', 'padded', 'transposed'] as const) {
      test(`golden ${dtype}, ${layout}: ${optimizer} ${JSON.stringify(args)}`, () => {
        const spec = specOf(one);
        const { steps } = runOptimizer({ dtype, spec, shape, start, gradients, layout });
        assert.is(steps.length, 25);
        expected.forEach((values, t) => {
          values.forEach((value, i) => {
            near(steps[t]![i]!, value, tolerance, `step ${t}, ${i}`);
          });
        });
      });
    }
  }

  for (const [name, spec] of named) {
    test(`${dtype} ${name}: θ, effective steps and what is evaluated by the formulas, at rates that change`, () => {
      for (const [shape, layout] of [
        [[7], 'dense'],
        [[3, 5], 'dense'],
        [[5, 3], 'padded'],
        [[4, 7], 'transposed'],
        [[1, 9], 'dense'],
        [[6, 1], 'dense'],
        [[16, 1], 'padded'],
        [[2, 3, 2], 'dense'],
      ] as const) {
        const length = sizeOf(shape);
        const [start] = draws(dtype, 1, length, 3) as [number[]];
        const gradients = draws(dtype, 30, length, 4);
        const found = runOptimizer({ dtype, spec, shape, start, gradients, layout, rate: falling });
        const two = shape.length > 1 ? [shape[0], length / shape[0]] : shape;
        const expected = literally(spec, two, start, gradients, falling, 2 * unit[dtype]);
        let left = 0;
        expected.forEach(({ theta, effective, near: close }, t) => {
          theta.forEach((value, i) => {
            if (dtype === 'f32' && close[i]) left++;
            else near(found.steps[t]![i]!, value, tolerance, `[${shape}] step ${t}, ${i}`);
            const h = found.effective[t]![i]!;
            const wanted = effective?.[i] ?? 0;
            assert.ok(Math.abs(h - wanted) <= 10 * tolerance * wanted, `h ${t}, ${i}: ${h} for ${wanted}`);
          });
        });
        assert.ok(left <= 0.05 * length * gradients.length, `${left} left out`);
        const last = expected.at(-1)!;
        last.evaluated.forEach((value, i) => {
          if (dtype === 'f64' || !last.near[i]) near(found.evaluated[i]!, value, tolerance, `evaluated ${i}`);
        });
      }
    });

    test(`${dtype} ${name}: the same bits at every length, in every place and over several stretches`, () => {
      const length = 19;
      const [start] = draws(dtype, 1, length, 5) as [number[]];
      const gradients = draws(dtype, 6, length, 6);
      const run = (more: Partial<OptimizerRun>) =>
        runOptimizer({ dtype, spec, shape: [length], start, gradients, rate: falling, ...more });
      const whole = run({});
      assert.equal(run({}), whole, 'repeated');
      if (wholeTensors(spec)) return;
      const check = (from: number, to: number, reverse: boolean): void => {
        const cut = (values: ArrayLike<number>): number[] => {
          const part = Array.from(values).slice(from, to);
          return reverse ? part.reverse() : part;
        };
        const part = run({ shape: [to - from], start: cut(start), gradients: gradients.map(cut) });
        part.steps.forEach((values, t) => {
          assert.equal([...values], cut(whole.steps[t]!), `${from} to ${to}, step ${t}`);
          assert.equal([...part.effective[t]!], cut(whole.effective[t]!));
        });
        assert.equal([...part.evaluated], cut(whole.evaluated));
      };
      for (let n = 1; n <= length; n++) check(0, n, false);
      for (let from = 1; from < 6; from++) check(from, length, from % 2 === 0);
      // More than one op updates; where it begins does not depend on the type.
      if (dtype === 'f32') return;
      const long = 2 ** 17 + 77;
      const tile = (values: readonly number[]): number[] => Array.from({ length: long }, (_, i) => values[i % length]!);
      const wide = run({ shape: [long], start: tile(start), gradients: gradients.slice(0, 2).map(tile) });
      const differ = wide.steps.some((values, t) =>
        values.some(
          (value, i) =>
            value !== whole.steps[t]![i % length] || wide.effective[t]![i] !== whole.effective[t]![i % length],
        ),
      );
      assert.not(differ);
    });

    test(`${dtype} ${name}: padding is +0 after 25 steps, in vectors and in rows`, () => {
      for (const shape of [[1], [3], [5], [9], [2, 3], [3, 5]]) {
        for (const layout of ['dense', 'padded', 'transposed'] as const) {
          const length = sizeOf(shape);
          const [start] = draws(dtype, 1, length, 7) as [number[]];
          const gradients = draws(dtype, 25, length, 8);
          const { padding } = runOptimizer({ dtype, spec, shape, start, gradients, layout, rate: falling });
          for (const value of padding) assert.ok(Object.is(value, 0), `${value} behind [${shape}]`);
        }
      }
    });

    test(`${dtype} ${name}: saved in the middle and restored, or cleared, the same bits`, () => {
      for (const shape of [[5], [2, 3]]) {
        const length = sizeOf(shape);
        const [start] = draws(dtype, 1, length, 9) as [number[]];
        const gradients = draws(dtype, 12, length, 10);
        const saved: Uint8Array[] = [];
        const run = { dtype, spec, shape, rate: falling };
        const all = runOptimizer({
          ...{ ...run, start, gradients },
          onState: (_, state) => {
            saved.push(state);
            return undefined;
          },
        });
        for (const from of [1, 2, 6, 11]) {
          const rest = runOptimizer({
            ...{ ...run, start: [...all.steps[from - 1]!], gradients: gradients.slice(from), from },
            onState: (t) => (t === 0 ? saved[from] : undefined),
          });
          assert.equal(rest.steps, all.steps.slice(from), `from step ${from}`);
          assert.equal(rest.evaluated, all.evaluated);
        }
        const at = { ...run, rate: () => 0.1 };
        const cleared = runOptimizer({
          ...{ ...at, start, gradients },
          onState: (t, state) => (t === 6 ? new Uint8Array(state.length) : undefined),
        });
        const fresh = runOptimizer({ ...at, start: [...cleared.steps[5]!], gradients: gradients.slice(6) });
        assert.equal(cleared.steps.slice(6), fresh.steps);
      }
    });

    if ('maximize' in spec) {
      test(`${dtype} ${name}: climbing is descending along −g`, () => {
        for (const shape of [[6], [2, 3]]) {
          const [start] = draws(dtype, 1, 6, 11) as [number[]];
          const gradients = draws(dtype, 8, 6, 12);
          const negative = gradients.map((g) => g.map((value) => -value));
          const other = { ...spec, maximize: !spec.maximize } as SteppingSpec;
          const one = runOptimizer({ dtype, spec, shape, start, gradients, rate: falling });
          const two = runOptimizer({ dtype, spec: other, shape, start, gradients: negative, rate: falling });
          assert.equal(one.steps, two.steps);
          assert.equal(one.effective, two.effective);
        }
      });
    }

    test(`${dtype} ${name}: zeros, subnormals and very large gradients give finite steps`, () => {
      const large = dtype === 'f32' ? 1e15 : 1e100;
      const small = dtype === 'f32' ? 1e-44 : 4e-323;
      const values = [0, -0, small, -small, large, -large];
      const mixed = [0, 1, 2, 3, 4, 5].map((shift) => values.map((_, i) => values[(i + shift) % 6]!));
      const same = (value: number): number[][] => mixed.map((g) => g.map(() => value));
      const sequences = [mixed, [...mixed].reverse(), mixed.map(() => values), same(0), same(small), same(large)];
      for (const gradients of sequences) {
        for (const first of [1, 0]) {
          for (const shape of [[6], [2, 3]]) {
            const start = values.map(() => first);
            const { steps, effective } = runOptimizer({ dtype, spec, shape, start, gradients, rate: () => 0.01 });
            for (const [t, step] of steps.entries()) {
              assert.ok(step.every(Number.isFinite), `step ${t}: ${step}`);
              assert.ok(effective[t]!.every(Number.isFinite), `effective step ${t}: ${effective[t]}`);
            }
          }
        }
      }
    });
  }
}

test.run();
