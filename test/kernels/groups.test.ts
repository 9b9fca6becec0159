/** Kernels of penalties on norms of groups: closed forms, and nothing outside of the groups is touched. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import { progress } from '#src/program/tape.js';
import { floats } from '../helpers/kernel.ts';
import { dtypes, reals, sizeOf, unit } from '../helpers/numbers.ts';
import { sandbox } from '../helpers/sandbox.ts';

const groups = [[1, 6, 3], [8], [15, 4, 5, 12, 2]];
const LENGTH = 16;

interface Run {
  readonly theta: readonly number[];
  readonly block: readonly number[];
  readonly source?: readonly number[];
  readonly rate?: number;
  readonly steps?: readonly number[];
  /** Whether the slope is written over its source. */
  readonly inPlace?: boolean;
}

function run(dtype: Dtype, kernel: string, { theta, block, source, rate = 1, steps, inPlace }: Run) {
  return sandbox((box) => {
    const size = sizeOf(dtype);
    const lists = box.input(Uint32Array.from(groups.flatMap((list) => [list.length, ...list.map((i) => i * size)])));
    const values = floats(dtype, theta);
    const at = kernel.endsWith('Proximal') ? box.output(values) : box.input(values);
    const given = source ? floats(dtype, source) : undefined;
    const written = kernel.endsWith('Value') || inPlace;
    const from = given ? (written ? box.output(given) : box.input(given)) : 0;
    const to =
      written || !given
        ? from
        : box.output(
            floats(
              dtype,
              theta.map(() => 9),
            ),
          );
    const sums = box.struct(progress, { rate, penalty: 7, smooth: 3 });
    const extra = kernel.endsWith('Value') ? 1 : steps ? box.input(floats(dtype, steps)) : 0;
    const words = [at, values.byteLength, from, to, box.input(Float64Array.from(block)), lists, groups.length, extra];
    const first = kernel.endsWith('Proximal') ? sums + progress.rate : sums;
    box.call(kernel, dtype, [first, ...words]);
    return {
      theta: [...box.floats(dtype, at, LENGTH)],
      target: to ? [...box.floats(dtype, to, LENGTH)] : [],
      penalty: box.f64(sums + progress.penalty),
      smooth: box.f64(sums + progress.smooth),
    };
  });
}

const norm = (values: readonly number[], list: readonly number[]): number => Math.hypot(...list.map((i) => values[i]!));

/** Element by element, group by group; what is in no group stays as it is. */
function expect(
  dtype: Dtype,
  found: readonly number[],
  before: readonly number[],
  inside: (i: number, list: readonly number[]) => number,
): void {
  found.forEach((value, i) => {
    const list = groups.find((group) => group.includes(i));
    if (!list) assert.is(value, before[i]);
    else {
      const expected = inside(i, list);
      assert.ok(Math.abs(value - expected) <= 8 * unit[dtype] * Math.max(1, Math.abs(expected)), `${i}: ${value}`);
      if (expected === 0) assert.ok(Object.is(value, 0));
    }
  });
}

for (const dtype of dtypes) {
  const next = reals(dtype, 7);
  const theta = Array.from({ length: LENGTH }, () => 2 * next());
  const source = Array.from({ length: LENGTH }, () => next());
  const weight = (list: readonly number[], scaled: number): number => 0.4 * (scaled ? Math.sqrt(list.length) : 1);

  test(`${dtype}: value and gradient of a group lasso`, () => {
    for (const scaled of [0, 1]) {
      const { penalty, smooth, target } = run(dtype, 'groupNormValue', { theta, source, block: [0.4, scaled] });
      const value = groups.reduce((sum, list) => sum + weight(list, scaled) * norm(theta, list), 0);
      assert.ok(Math.abs(penalty - value) <= 1e-15 * 8);
      assert.is(smooth, penalty);
      expect(dtype, target, source, (i, list) => source[i]! + (weight(list, scaled) * theta[i]!) / norm(theta, list));
      assert.equal(run(dtype, 'groupNormValue', { theta, block: [0.4, scaled] }), {
        theta,
        target: [],
        penalty,
        smooth: 0,
      });
    }
  });

  test(`${dtype}: proximal step of a group lasso, one rate or a step for each element`, () => {
    for (const rate of [0, 0.25, 1, 1.5, 1e300]) {
      const block = [0.4, 1];
      const shrunk = (i: number, list: readonly number[]): number =>
        theta[i]! * Math.max(0, 1 - (rate * weight(list, 1)) / norm(theta, list));
      expect(dtype, run(dtype, 'groupNormProximal', { theta, block, rate }).theta, theta, shrunk);
      if (rate > 1e30) continue;
      const steps = theta.map(() => rate);
      expect(dtype, run(dtype, 'groupNormProximal', { theta, block, rate: 9, steps }).theta, theta, shrunk);
    }
  });

  test(`${dtype}: smallest subgradient of a group lasso, in place or not`, () => {
    for (const lambda of [0.01, 0.4, 5]) {
      const point = theta.map((value, i) => (groups[0]!.includes(i) || groups[1]!.includes(i) ? 0 : value));
      for (const inPlace of [false, true]) {
        const { target } = run(dtype, 'groupNormSlope', { theta: point, source, block: [lambda, 1], inPlace });
        expect(dtype, target, source, (i, list) => {
          const w = lambda * Math.sqrt(list.length);
          const length = norm(point, list);
          if (length > 0) return source[i]! + (w * point[i]!) / length;
          return source[i]! * Math.max(0, 1 - w / norm(source, list));
        });
      }
    }
  });

  test(`${dtype}: maximum norm: projection, and what points inwards on the sphere`, () => {
    for (const max of [0.1, 1, 100]) {
      const { theta: held } = run(dtype, 'maximumNormProximal', { theta, block: [max] });
      expect(dtype, held, theta, (i, list) => theta[i]! * Math.min(1, max / norm(theta, list)));
      for (const inPlace of [false, true]) {
        const { target } = run(dtype, 'maximumNormSlope', { theta: held, source, block: [max], inPlace });
        expect(dtype, target, source, (i, list) => {
          const length = norm(held, list);
          const along = list.reduce((sum, j) => sum + source[j]! * held[j]!, 0) / length ** 2;
          return norm(theta, list) < max || along > 0 ? source[i]! : source[i]! - along * held[i]!;
        });
      }
    }
  });

  test(`${dtype}: a subgradient that is not finite stays visible`, () => {
    for (const bad of [Number.NaN, Infinity]) {
      const spoilt = source.map((value, i) => (i === 6 ? bad : value));
      for (const [kernel, block] of [
        ['groupNormSlope', [0.4, 1]],
        ['maximumNormSlope', [1]],
      ] as const) {
        for (const point of [theta, theta.map(() => 0)]) {
          const { target } = run(dtype, kernel, { theta: point, source: spoilt, block });
          assert.not.ok(Number.isFinite(target[6]));
        }
      }
    }
  });
}

test.run();
