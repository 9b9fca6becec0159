/** Clipping, averages and the ascent of SAM: golden traces, formulas in plain f64, and what must not change. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AverageSpec, ema, lookahead, swa } from '#src/around.js';
import type { Dtype } from '#src/memory/engine.js';
import { averageRows } from '#src/program/around-rows.js';
import { fits, numbers } from '#src/program/block.js';
import { bytesOf, floats } from '../helpers/kernel.ts';
import { dtypes, paddedLength, reals, sizeOf, unit } from '../helpers/numbers.ts';
import { type Sandbox, sandbox } from '../helpers/sandbox.ts';

type Vector = readonly number[];

interface Golden {
  readonly clips: readonly {
    readonly kind: 'clip_by_global_norm' | 'clip_by_value';
    readonly v: Vector;
    readonly max_norm: number;
    readonly norm: number;
    readonly limit: number;
    readonly result: Vector;
  }[];
  readonly wrappers: readonly {
    readonly kind: 'ema' | 'swa' | 'lookahead' | 'sam';
    readonly base: { readonly lr: number };
    readonly args: Readonly<Record<string, number>>;
    readonly ema_after_each_step: readonly Vector[];
    readonly swa_after_each_step: readonly (Vector | null)[];
    readonly params_after_each_step: readonly Vector[];
    readonly x0: Vector;
  }[];
}

const golden = JSON.parse(readFileSync('test/golden/classic.json', 'utf8')) as Golden;
const { init_v: start, grads_v: gradients } = JSON.parse(readFileSync('test/golden/optim.json', 'utf8')) as {
  init_v: Vector;
  grads_v: readonly Vector[];
};
const wrapper = (kind: string) => golden.wrappers.find((one) => one.kind === kind)!;

const largest = { f32: 3.4028234663852886e38, f64: Number.MAX_VALUE } as const;

/** Within the bound of golden traces. */
function near(dtype: Dtype, found: ArrayLike<number>, expected: Vector, what: string): void {
  expected.forEach((value, i) => {
    const bound = (dtype === 'f64' ? 1e-12 : 1e-5) * Math.max(1, Math.abs(value));
    assert.ok(Math.abs(found[i]! - value) <= bound, `${what}[${i}]: ${found[i]} for ${value}`);
  });
}

/** A vector padded with zeros. */
function vector(dtype: Dtype, values: ArrayLike<number>): Float32Array | Float64Array {
  const block = floats(dtype, new Array<number>(paddedLength(dtype, values.length)).fill(0));
  block.set(values);
  return block;
}

const bitsOf = (block: Float32Array | Float64Array): number[] => [...bytesOf(block)];

/** Clips stretches of one gradient by their common norm; what is left of them, and the two sums. */
function clipped(dtype: Dtype, max: number, ...stretches: readonly ArrayLike<number>[]) {
  return sandbox((box) => {
    const sum = box.output(Float64Array.of(7, 7));
    const limit = box.input(Float64Array.of(max));
    const blocks = stretches.map((values) => vector(dtype, values));
    const places = blocks.map((block) => box.output(block));
    places.forEach((at, i) => {
      box.call('norm', dtype, [sum, at, blocks[i]!.byteLength, Number(i === 0)]);
    });
    places.forEach((at, i) => {
      assert.equal(bitsOf(box.floats(dtype, at, blocks[i]!.length)), bitsOf(blocks[i]!));
    });
    places.forEach((at, i) => {
      box.call('clipNorm', dtype, [sum, limit, at, blocks[i]!.byteLength]);
    });
    return {
      blocks: places.map((at, i) => box.floats(dtype, at, blocks[i]!.length)),
      squares: box.f64(sum),
      scaled: box.f64(sum + 8),
    };
  });
}

/** ‖v‖, scaled by the largest so that nothing overflows. */
function norm(values: ArrayLike<number>): { scale: number; length: number } {
  const scale = Math.max(...Array.from(values, Math.abs));
  return { scale, length: Math.sqrt(Array.from(values).reduce((sum, value) => sum + (value / scale) ** 2, 0)) };
}

for (const dtype of dtypes) {
  test(`${dtype}: golden clips`, () => {
    assert.is(golden.clips.length, 3);
    for (const { kind, v, max_norm, norm, limit, result } of golden.clips) {
      if (kind === 'clip_by_global_norm') {
        const { blocks, squares } = clipped(dtype, max_norm, v);
        assert.ok(Math.abs(Math.sqrt(squares) - norm) <= (dtype === 'f64' ? 1e-14 : 1e-6));
        near(dtype, blocks[0]!, result, kind);
      } else {
        sandbox((box) => {
          const at = box.output(vector(dtype, v));
          box.call('clipValue', dtype, [box.input(Float64Array.of(limit)), at, v.length * sizeOf(dtype)]);
          assert.equal(box.floats(dtype, at, v.length), floats(dtype, result));
        });
      }
    }
  });

  test(`${dtype}: the norm is summed in f64, in the order that is written`, () => {
    for (let n = 1; n <= 41; n++) {
      const draw = reals(dtype, n);
      const values = Array.from({ length: n }, draw);
      // Element i to accumulator ⌊i/2⌋ mod 4, lane i mod 2.
      const parts = new Array<number>(8).fill(0);
      values.forEach((value, i) => {
        parts[i % 8]! += value * value;
      });
      const lane = (j: number): number => parts[j]! + parts[2 + j]! + (parts[4 + j]! + parts[6 + j]!);
      const { squares, blocks } = clipped(dtype, 100, values);
      assert.is(squares, lane(0) + lane(1), `${n}`);
      assert.equal(bitsOf(blocks[0]!), bitsOf(vector(dtype, values)));
    }
  });

  test(`${dtype}: several stretches are clipped by one norm, as one would be`, () => {
    const draw = reals(dtype, 5);
    const parts = [17, 1, 8, 30].map((n) => Array.from({ length: n }, draw));
    const whole = parts.flat();
    const { scale, length } = norm(whole);
    const { blocks, squares } = clipped(dtype, 0.5, ...parts);
    assert.ok(Math.abs(Math.sqrt(squares) / (scale * length) - 1) <= 1e-14);
    parts.forEach((part, k) => {
      const padded = vector(dtype, part);
      padded.forEach((value, i) => {
        const expected = (value * 0.5) / (scale * length);
        assert.ok(Math.abs(blocks[k]![i]! - expected) <= 8 * unit[dtype] * Math.abs(expected), `${k} ${i}`);
      });
    });
    const after = norm(blocks.flatMap((block) => [...block]));
    assert.ok(Math.abs((after.scale * after.length) / 0.5 - 1) <= 4 * unit[dtype]);
  });

  test(`${dtype}: at the norm and below it not a bit changes; above it by one digit it does`, () => {
    const odd = [3, -4, -0, dtype === 'f32' ? 2 ** -149 : 2 ** -1074, 0];
    for (const max of [5, 5.000001, 1e9, 1e300]) {
      assert.equal(bitsOf(clipped(dtype, max, odd).blocks[0]!), bitsOf(vector(dtype, odd)), `${max}`);
    }
    const less = clipped(dtype, 4.999999, odd).blocks[0]!;
    assert.ok(less[0]! < 3 && less[1]! > -4 && less[4] === 0);
  });

  test(`${dtype}: zero stays zero`, () => {
    const { blocks, squares } = clipped(dtype, 1e-300, [0, 0, -0]);
    assert.is(squares, 0);
    assert.equal(bitsOf(blocks[0]!), bitsOf(vector(dtype, [0, 0, -0])));
  });

  test(`${dtype}: a gradient that is not finite is left as it is`, () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      for (const at of [0, 1, 2, 3, 4, 5, 6, 7, 12]) {
        const values = Array.from({ length: 13 }, (_, i) => (i === at ? bad : 1e3 + i));
        const { blocks } = clipped(dtype, 1, [1, 2], values, [3]);
        assert.equal(
          blocks.map((block) => bitsOf(block)),
          [[1, 2], values, [3]].map((part) => bitsOf(vector(dtype, part))),
          `${bad} ${at}`,
        );
      }
    }
  });

  test(`${dtype}: very large gradients are clipped to max, whatever their squares do`, () => {
    const top = largest[dtype];
    const sizes = dtype === 'f32' ? [1e15, 1e30, top / 4, top] : [1e100, 1e153, 1e154, 1e155, 1e200, 1e307, top];
    for (const size of sizes) {
      for (const max of [1, 1e-6, 1e6]) {
        const values = [1, -0.5, 0.25, 1, 0, 1e-3, -1].map((value) => value * size);
        const given = vector(dtype, values);
        const { length } = norm(given);
        for (const parts of [[values], [values.slice(0, 3), values.slice(3)], [[1, 2], values, [3]]]) {
          const found = clipped(dtype, max, ...parts).blocks;
          const flat = parts.flatMap((part, k) => [...found[k]!.subarray(0, part.length)]);
          const from = parts.length === 3 ? 2 : 0;
          values.forEach((_, i) => {
            const expected = (max * (given[i]! / given[0]!)) / length;
            const off = Math.abs(flat[from + i]! - expected);
            assert.ok(off <= 8 * unit[dtype] * Math.abs(expected), `${size} ${max} ${i}: ${flat[from + i]}`);
          });
        }
      }
    }
  });

  test(`${dtype}: a maximum that is itself larger than most squares`, () => {
    if (dtype === 'f32') {
      assert.equal(clipped('f32', 1e39, [3e38, 3e38]).blocks[0]!.subarray(0, 2), Float32Array.of(3e38, 3e38));
      return;
    }
    assert.equal(clipped('f64', 1e300, [1e299, 1e299]).blocks[0], Float64Array.of(1e299, 1e299));
    const [a, b] = clipped('f64', 1e300, [1e305, 1e305]).blocks[0]!;
    assert.ok(Math.abs(a! / (1e300 * Math.SQRT1_2) - 1) <= 1e-15 && a === b);
  });

  test(`${dtype}: by value: clamps, NaN survives, signs of zeros too`, () => {
    const top = largest[dtype];
    const values = [Number.NaN, Infinity, -Infinity, top, -top, 0.5, -0.5, 0.25, -0.25, 0, -0, -Number.NaN, 1e-30];
    const want = [Number.NaN, 0.5, -0.5, 0.5, -0.5, 0.5, -0.5, 0.25, -0.25, 0, -0, Number.NaN, 1e-30];
    sandbox((box) => {
      const block = vector(dtype, values);
      const at = box.output(block);
      box.call('clipValue', dtype, [box.input(Float64Array.of(0.5)), at, block.byteLength]);
      const found = box.floats(dtype, at, values.length);
      const expected = floats(dtype, want);
      expected.forEach((value, i) => {
        assert.ok(Object.is(found[i], value), `${i}: ${found[i]} for ${value}`);
      });
    });
  });
}

interface Averaging {
  readonly theta: Vector;
  readonly average: Vector;
}

/** θ after each step of `move`, and the average; `cut` are the ends of stretches, in elements. */
function averaging(
  dtype: Dtype,
  spec: AverageSpec,
  start: Vector,
  steps: number,
  move: (theta: Vector, t: number) => Vector,
  cut: readonly number[] = [],
): Averaging[] {
  return sandbox((box: Sandbox) => {
    const n = start.length;
    const padded = paddedLength(dtype, n);
    const row = averageRows.find((one) => fits(one, spec))!;
    const settings = box.input(Float64Array.from(numbers(row, spec)));
    const kept = box.output(new Float64Array(2));
    const p = box.output(vector(dtype, start));
    const e = box.output(vector(dtype, start));
    const ends = [...cut, padded];
    return Array.from({ length: steps }, (_, t) => {
      box.engine.floats(dtype, p, n).set(move([...box.floats(dtype, p, n)], t));
      ends.forEach((end, i) => {
        const from = (ends[i - 1] ?? 0) * sizeOf(dtype);
        const bytes = end * sizeOf(dtype) - from;
        const flags = Number(i === 0) + 2 * Number(i === ends.length - 1);
        box.call(row.name, dtype, [settings, kept, p + from, e + from, bytes, flags]);
      });
      for (const at of [p, e])
        assert.ok(
          box
            .floats(dtype, at, padded)
            .subarray(n)
            .every((value) => value === 0),
        );
      return { theta: [...box.floats(dtype, p, n)], average: [...box.floats(dtype, e, n)] };
    });
  });
}

const descend =
  (rate: number) =>
  (theta: Vector, t: number): Vector =>
    theta.map((value, i) => value - rate * gradients[t]![i]!);

for (const dtype of dtypes) {
  test(`${dtype}: golden averages around SGD`, () => {
    const { base, args, ema_after_each_step } = wrapper('ema');
    averaging(dtype, ema(args.decay), start, 25, descend(base.lr)).forEach(({ average }, t) => {
      near(dtype, average, ema_after_each_step[t]!, `ema, step ${t}`);
    });
    const late = wrapper('swa');
    const spec = swa({ start: late.args.start_step!, every: late.args.every! });
    let before = 0;
    averaging(dtype, spec, start, 25, descend(late.base.lr)).forEach(({ theta, average }, t) => {
      const expected = late.swa_after_each_step[t]!;
      if (expected) near(dtype, average, expected, `swa, step ${t}`);
      else {
        assert.equal(average, theta);
        before++;
      }
    });
    assert.is(before, 9);
    const slow = wrapper('lookahead');
    const every = lookahead({ steps: slow.args.k!, alpha: slow.args.alpha! });
    averaging(dtype, every, start, 25, descend(slow.base.lr)).forEach(({ theta, average }, t) => {
      near(dtype, theta, slow.params_after_each_step[t]!, `lookahead, step ${t}`);
      if (t % 5 === 4) assert.equal(average, theta);
    });
  });

  test(`${dtype}: ema with warm-up: min(d, (1 + t)/(10 + t)), t from 0`, () => {
    const found = averaging(dtype, ema({ decay: 0.4, warmup: true }), start, 25, descend(0.01));
    let e = [...start];
    found.forEach(({ theta, average }, t) => {
      const d = Math.min(0.4, (1 + t) / (10 + t));
      e = e.map((value, i) => d * value + (1 - d) * theta[i]!);
      near(dtype, average, e, `step ${t}`);
    });
  });

  test(`${dtype}: ema: parameters that stay are their average; with decay 0 it is they`, () => {
    const draw = reals(dtype, 3);
    const point = Array.from(floats(dtype, Array.from({ length: 11 }, draw)));
    for (const decay of [0, 0.3, 0.5, 0.9999]) {
      for (const { average } of averaging(dtype, ema(decay), point, 50, (theta) => theta)) {
        assert.equal(average, point);
      }
    }
    averaging(dtype, ema(0), [1e10, 1], 3, (_, t) => [1e-3 * (t + 1), -t]).forEach(({ theta, average }) => {
      assert.equal(average, theta);
    });
  });

  test(`${dtype}: swa takes every k-th update from its start on`, () => {
    const points = Array.from({ length: 12 }, (_, t) => [2 ** t, 3 * t, -t]);
    for (const [first, every, taken] of [
      [0, 1, (t: number) => t >= 1],
      [0, 3, (t: number) => t % 3 === 0],
      [4, 2, (t: number) => t >= 4 && t % 2 === 0],
      [5, 4, (t: number) => t === 5 || t === 9],
      [12, 1, (t: number) => t === 12],
      [13, 1, () => false],
    ] as const) {
      const seen: Vector[] = [];
      averaging(dtype, swa({ start: first, every }), [9, 9, 9], 12, (_, t) => points[t]!).forEach(
        ({ theta, average }, t) => {
          assert.equal(theta, points[t]);
          if (taken(t + 1)) seen.push(theta);
          const mean = theta.map((_, i) => seen.reduce((sum, point) => sum + point[i]!, 0) / seen.length);
          if (seen.length <= 1) assert.equal(average, seen[0] ?? theta);
          else near(dtype, average, mean, `${first}, ${every}, update ${t + 1}`);
        },
      );
    }
  });

  test(`${dtype}: lookahead: the slow weights move after every k-th update only`, () => {
    const found = averaging(dtype, lookahead({ steps: 3, alpha: 0.25 }), [0, 8], 7, (theta) => theta.map((v) => v + 4));
    // Up by 12 in three updates, back to a quarter of that.
    assert.equal(
      found.map(({ theta }) => theta[0]),
      [4, 8, 3, 7, 11, 6, 10],
    );
    assert.equal(
      found.map(({ average }) => average[1]),
      [8, 8, 11, 11, 11, 14, 14],
    );
    averaging(dtype, lookahead({ steps: 1, alpha: 1 }), [0.1, 7], 4, (theta, t) => theta.map((v) => v / 3 + t)).forEach(
      ({ theta, average }) => {
        assert.equal(theta, average);
      },
    );
  });

  test(`${dtype}: averages have the same bits in one stretch and in several`, () => {
    const draw = reals(dtype, 8);
    const point = Array.from({ length: 37 }, draw);
    const specs = [ema(0.9), ema({ decay: 0.99, warmup: true }), swa({ start: 2, every: 2 }), lookahead({ steps: 2 })];
    for (const spec of specs) {
      const step = (theta: Vector, t: number): Vector => theta.map((value, i) => value * 0.9 - Math.sin(i + t));
      const whole = averaging(dtype, spec, point, 9, step);
      assert.equal(averaging(dtype, spec, point, 9, step, [4, 8, 20]), whole);
      // Alone, at another position.
      const one = averaging(dtype, spec, point.slice(5, 8), 9, (theta, t) =>
        theta.map((value, i) => value * 0.9 - Math.sin(i + 5 + t)),
      );
      one.forEach(({ average }, t) => {
        assert.equal(average, whole[t]!.average.slice(5, 8));
      });
    }
  });
}

/** Ascends, looks, restores. */
function ascended(dtype: Dtype, rho: number, theta: Vector, gradient: Vector) {
  return sandbox((box) => {
    const block = vector(dtype, theta);
    const bytes = block.byteLength;
    const sum = box.output(new Float64Array(2));
    const p = box.output(block);
    const g = box.input(vector(dtype, gradient));
    const kept = box.output(
      vector(
        dtype,
        theta.map(() => Number.NaN),
      ),
    );
    box.call('norm', dtype, [sum, g, bytes, 1]);
    box.call('samAscend', dtype, [sum, box.input(Float64Array.of(rho)), p, g, bytes, kept]);
    const above = box.floats(dtype, p, block.length);
    box.call('move', '', [kept, p, bytes]);
    assert.equal(bitsOf(box.floats(dtype, p, block.length)), bitsOf(block));
    return above;
  });
}

for (const dtype of dtypes) {
  test(`${dtype}: golden: SAM on Rosenbrock`, () => {
    const { base, args, x0, params_after_each_step } = wrapper('sam');
    const slope = ([x, y]: Vector): Vector => [-400 * x! * (y! - x! * x!) - 2 * (1 - x!), 200 * (y! - x! * x!)];
    const round = (values: Vector): number[] => [...floats(dtype, values)];
    let theta = round(x0);
    params_after_each_step.forEach((expected, t) => {
      const above = ascended(dtype, args.rho!, theta, slope(theta));
      const g = slope([...above]);
      theta = round(theta.map((value, i) => value - base.lr * g[i]!));
      expected.forEach((value, i) => {
        const bound = dtype === 'f64' ? 1e-12 : 2e-5;
        assert.ok(Math.abs(theta[i]! - value) <= bound * Math.max(1, Math.abs(value)), `step ${t}: ${theta[i]}`);
      });
    });
  });

  test(`${dtype}: the ascent is of length ρ, wherever the gradient is not tiny; padding stays zero`, () => {
    const top = largest[dtype];
    const sizes = dtype === 'f32' ? [1e-3, 1, 1e15, 1e30, top] : [1e-3, 1, 1e100, 1e155, 1e200, top];
    for (const size of sizes) {
      const gradient = [1, -0.5, 0.25, 0, 1].map((value) => value * size);
      const above = ascended(dtype, 0.05, [0, 0, 0, 0, 0], gradient);
      const { length } = norm([1, 0.5, 0.25, 0, 1]);
      [1, -0.5, 0.25, 0, 1].forEach((value, i) => {
        const expected = (0.05 * value) / length;
        assert.ok(Math.abs(above[i]! - expected) <= 1e-8 * Math.abs(expected) + 8 * unit[dtype], `${size} ${i}`);
      });
      assert.ok(above.subarray(5).every((value) => value === 0));
    }
    // ‖g‖ = 1e-12: half of ρ.
    const [half] = ascended(dtype, 0.05, [0, 0], [1e-12, 0]);
    assert.ok(Math.abs(half! - 0.025) <= 1e-6);
    assert.equal(ascended(dtype, 0.05, [1, -2], [0, 0]).subarray(0, 2), floats(dtype, [1, -2]));
  });

  test(`${dtype}: where the gradient is not finite the ascent is not`, () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      assert.ok(!Number.isFinite(ascended(dtype, 0.05, [1, 2, 3], [1, bad, 1])[1]));
    }
  });
}

test.run();
