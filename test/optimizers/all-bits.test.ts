/**
 * Every optimizer gives the same bits: on repeat, after saving and restoring in the middle, whatever stands beside a
 * tensor and how the block is laid out. Padding is zero after 25 steps.
 */
import { createOptimizer, ema, parameters } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { falling, optimizerTable } from '../helpers/all-optimizers.ts';
import { sameBits } from '../helpers/close.ts';
import { dtypes } from '../helpers/numbers.ts';
import { stepThrough, trace } from '../helpers/stepping.ts';

const steps = 25;
/** Matrices, for Muon; none fills whole vectors. */
const shapes = { a: [3, 3], c: [1, 5], v: [7, 1] };

for (const dtype of dtypes) {
  for (const row of optimizerTable) {
    const spec = row.of(falling(row, row.bowl[0], steps));
    const name = `${dtype} ${row.name}`;
    const whole = { ...trace(dtype, shapes, steps, 5), spec };

    test(`${name}: the same bits on repeat`, () => {
      assert.equal(stepThrough(whole), stepThrough(whole));
    });

    test(`${name}: the same bits after saving and restoring, at every step`, () => {
      const once = stepThrough(whole);
      // 24: what the last step needs of the ones before.
      for (const cut of [0, 1, 2, 5, 12, 24]) assert.equal(stepThrough({ ...whole, cut }), once, `before step ${cut}`);
    });

    test(`${name}: going back to a state leaves nothing of what came after it`, () => {
      const θ = parameters(shapes, { dtype });
      const optimizer = createOptimizer(θ, spec);
      const go = (from: number, to: number) => {
        for (const given of whole.gradients.slice(from, to)) {
          for (const [key, array] of Object.entries(given)) θ.gradients[key as 'a'].set(array);
          optimizer.step();
        }
        return { a: [...θ.values.a], c: [...θ.values.c], v: [...θ.values.v], state: optimizer.state() };
      };
      for (const [key, array] of Object.entries(whole.start)) θ.values[key as 'a'].set(array);
      const early = go(0, 10);
      const late = go(10, steps);
      assert.not.equal(late, early);
      for (const key of ['a', 'c', 'v'] as const) θ.values[key].set(early[key]);
      optimizer.restore(early.state);
      assert.equal(optimizer.state(), early.state);
      assert.equal(go(10, steps), late);
      optimizer.release();
    });

    test(`${name}: padding of values and gradients is zero after 25 steps`, () => {
      for (const options of [{}, { average: ema(0.5) }]) {
        const { padding, values } = stepThrough({ ...whole, options });
        assert.is(padding.length, dtype === 'f32' ? 2 * (3 + 3 + 1) : 2 * (1 + 1 + 1));
        for (const value of padding) assert.ok(Object.is(value, 0), String(value));
        for (const value of Object.values(values).flat()) assert.ok(Number.isFinite(value));
      }
    });

    test(`${name}: a tensor by itself, and beside others in every order`, () => {
      if (row.sees === 'all') return together();
      const all = stepThrough(whole).values;
      for (const order of [['v', 'a', 'c'], ['c', 'v', 'a'], ['a'], ['c'], ['v'], ['c', 'a']] as (
        | 'a'
        | 'c'
        | 'v'
      )[][]) {
        const pick = <T>(of: Readonly<Record<string, T>>) => Object.fromEntries(order.map((key) => [key, of[key]!]));
        const found = stepThrough({
          ...whole,
          shapes: pick(shapes),
          start: pick(whole.start),
          gradients: whole.gradients.map(pick),
        });
        for (const key of order) sameBits(found.values[key]!, all[key]!, `${key} of ${order}`);
      }
    });

    /** What depends on all parameters sees the same numbers wherever they are. */
    const together = (): void => {
      const all = stepThrough(whole).values;
      const order = ['v', 'c', 'a'] as const;
      const pick = <T>(of: Readonly<Record<string, T>>) => Object.fromEntries(order.map((key) => [key, of[key]!]));
      const found = stepThrough({
        ...whole,
        shapes: pick(shapes),
        start: pick(whole.start),
        gradients: whole.gradients.map(pick),
      });
      const bound = dtype === 'f32' ? 1e-6 : 1e-14;
      for (const key of order) {
        all[key]!.forEach((value, i) => {
          assert.ok(
            Math.abs(found.values[key]![i]! - value) <= bound,
            `${key}, ${i}: ${found.values[key]![i]} for ${value}`,
          );
        });
      }
    };

    if (row.sees !== 'element' || spec.kind === 'muon') continue;

    test(`${name}: one vector, or cut into several`, () => {
      const n = 23;
      const one = { ...trace(dtype, { w: [n] }, steps, 9), spec };
      const { w } = stepThrough(one).values as { w: number[] };
      for (const cuts of [
        [1, 2, 20],
        [4, 8, 11],
        [7, 7, 9],
        [22, 1],
      ]) {
        const split = (values: readonly number[]) => {
          let from = 0;
          return Object.fromEntries(
            cuts.map((count, i) => {
              from += count;
              return [`w${i}`, values.slice(from - count, from)];
            }),
          );
        };
        const found = stepThrough({
          ...one,
          shapes: Object.fromEntries(cuts.map((count, i) => [`w${i}`, [count]])),
          start: split(one.start.w!),
          gradients: one.gradients.map(({ w }) => split(w!)),
        });
        sameBits(Object.values(found.values).flat(), w, cuts.join(' + '));
      }
    });
  }
}

test.run();
