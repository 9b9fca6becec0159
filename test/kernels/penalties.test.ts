/** Kernels of penalties of single elements, and measure: closed forms, and an optimum found by hand. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import { progress } from '#src/program/tape.js';
import { sharedFullEngine } from '../helpers/full.ts';
import { floats } from '../helpers/kernel.ts';
import { dtypes, eighths, paddedLength, reals, rowMajor, sizeOf, unit } from '../helpers/numbers.ts';
import { sandbox } from '../helpers/sandbox.ts';

interface Terms {
  readonly l1?: number;
  readonly l2?: number;
  readonly lower?: number;
  readonly upper?: number;
}

const free = { l1: 0, l2: 0, lower: -Infinity, upper: Infinity };

/** Kernels and numbers of terms, in the order of the proximal step. */
function rows({ l1, l2, lower, upper }: Terms): readonly (readonly [string, Float64Array])[] {
  return [
    ...(l1 === undefined ? [] : [['absolute', Float64Array.of(l1, 0)] as const]),
    ...(l2 === undefined ? [] : [['square', Float64Array.of(l2, 0)] as const]),
    ...(lower === undefined && upper === undefined
      ? []
      : [['bounds', Float64Array.of(lower ?? Number.NaN, upper ?? Number.NaN)] as const]),
  ];
}

/** Ones where an element is meant. */
const maskOf = (dtype: Dtype, chosen: readonly boolean[]): Uint8Array =>
  Uint8Array.from({ length: chosen.length * sizeOf(dtype) }, (_, i) =>
    chosen[Math.floor(i / sizeOf(dtype))] ? 255 : 0,
  );

interface Selection {
  readonly chosen?: readonly boolean[];
  readonly steps?: readonly number[];
}

/** θ after the proximal steps. */
function proximal(dtype: Dtype, theta: readonly number[], rate: number, terms: Terms, selection: Selection = {}) {
  return sandbox((box) => {
    const values = floats(dtype, theta);
    const at = box.output(values);
    const { chosen, steps } = selection;
    const mask = chosen ? box.input(maskOf(dtype, chosen)) : 0;
    const h = steps ? box.input(floats(dtype, steps)) : 0;
    for (const [name, block] of rows(terms)) {
      const words = [box.input(Float64Array.of(rate)), at, values.byteLength, 0, 0, box.input(block), mask, 0, h];
      box.call(`${name}Proximal`, dtype, words);
    }
    return box.floats(dtype, at, values.length);
  });
}

const closed = (v: number, rate: number, terms: Terms): number => {
  const { l1, l2, lower, upper } = { ...free, ...terms };
  const soft = (Math.sign(v) * Math.max(Math.abs(v) - rate * l1, 0)) / (1 + 2 * rate * l2);
  return Math.min(Math.max(soft, lower), upper);
};

const menu: readonly Terms[] = [
  { l1: 0.5 },
  { l2: 0.75 },
  { l1: 0.25, l2: 2 },
  { lower: 0 },
  { lower: -0.5, upper: 0.25 },
  { l1: 0.5, lower: 0 },
  { l1: 0.125, l2: 0.5, lower: -1, upper: 1 },
  { l1: 1e9 },
  { lower: 0.5, upper: 0.5 },
  {},
];

for (const dtype of dtypes) {
  test(`proximal ${dtype}: closed forms at every length`, () => {
    for (let length = 1; length <= 67; length++) {
      if (length !== paddedLength(dtype, length)) continue;
      for (const rate of [1, 0.5]) {
        const next = eighths(length);
        for (const terms of menu) {
          const theta = Array.from({ length }, () => next());
          const found = proximal(dtype, theta, rate, terms);
          theta.forEach((value, i) => {
            const expected = closed(value, rate, terms);
            // Thresholds and divisors are exact here, so there is one rounding at the most.
            assert.is(found[i], dtype === 'f32' ? Math.fround(expected) : expected, JSON.stringify([value, terms]));
          });
        }
      }
    }
  });

  test(`proximal ${dtype}: a step for each element; elements that are not meant stay as they are`, () => {
    const length = 24;
    const next = eighths(3);
    const theta = Array.from({ length }, () => next());
    const steps = theta.map((_, i) => [0, 0.25, 1, 2][i % 4]!);
    const chosen = theta.map((_, i) => i % 3 !== 1);
    for (const terms of menu) {
      const found = proximal(dtype, theta, 99, terms, { steps, chosen });
      theta.forEach((value, i) => {
        const expected = chosen[i] ? closed(value, steps[i]!, terms) : value;
        assert.is(found[i], dtype === 'f32' ? Math.fround(expected) : expected, JSON.stringify([value, terms]));
      });
    }
  });

  test(`proximal ${dtype}: zeros are +0, NaN stays, infinity is held by bounds`, () => {
    const least = dtype === 'f32' ? 2 ** -149 : 2 ** -1074;
    const inputs = [-0, 0, 0.5, -0.5, -0.25, -least, -1e-30, 0.25];
    for (const value of proximal(dtype, inputs, 1, { l1: 0.5 })) assert.ok(Object.is(value, 0));
    const shrunk = proximal(dtype, [-least, least, -0, 0], 1, { l2: 3 });
    for (const value of shrunk) assert.ok(Object.is(value, 0), 'a number that vanishes in the division');
    for (const value of proximal(dtype, [-3, -0, -least, 0], 1, { lower: 0 })) assert.ok(Object.is(value, 0));
    assert.ok(Number.isNaN(proximal(dtype, [Number.NaN, 1, 1, 1], 1, { l1: 0.5, lower: -1, upper: 1 })[0]));
    assert.equal([...proximal(dtype, [Infinity, -Infinity, 1, 1], 1, { l1: 1, lower: -2, upper: 3 })], [3, -2, 0, 0]);
  });

  test(`value ${dtype}: value and gradient at every length`, () => {
    for (let length = 1; length <= 67; length++) {
      if (length !== paddedLength(dtype, length)) continue;
      for (const terms of [{ l1: 0.5 }, { l2: 0.25 }, { l1: 0 }, { l2: 0 }] as readonly Terms[]) {
        for (const masked of [false, true]) {
          for (const [first, smooth] of [
            [true, true],
            [true, false],
            [false, true],
            [false, false],
          ] as const) {
            sandbox((box) => {
              const next = eighths(length);
              const theta = rowMajor(dtype, 1, length, length, (_, j) => (j % 5 === 3 ? (j % 2 ? -0 : 0) : next()));
              const start = rowMajor(dtype, 1, length, length, next);
              const chosen = Array.from(theta, (_, j) => !masked || j % 4 !== 2);
              const at = box.struct(progress, { penalty: 7, smooth: 3 });
              const g = box.output(start);
              const [[name, block]] = rows(terms) as [readonly [string, Float64Array]];
              const words = [box.input(theta), theta.byteLength, smooth ? g : 0, 0, box.input(block)];
              const mask = masked ? box.input(maskOf(dtype, chosen)) : 0;
              box.call(`${name}Value`, dtype, [at, ...words, mask, 0, Number(first)]);
              const { l1 = 0, l2 = 0 } = terms;
              let expected = 0;
              theta.forEach((v: number, j: number) => {
                if (chosen[j]) expected += l1 * Math.abs(v) + l2 * v * v;
              });
              // Multiples of 1/8 and powers of two: exact in f64.
              assert.is(box.f64(at + progress.penalty), expected + (first ? 0 : 7));
              assert.is(box.f64(at + progress.smooth), (smooth ? expected : 0) + (first ? 0 : 3));
              const found = box.floats(dtype, g, length);
              for (let j = 0; j < length; j++) {
                const slope = chosen[j] ? l1 * Math.sign(theta[j]!) + 2 * l2 * theta[j]! : 0;
                assert.is(found[j], start[j]! + (smooth ? slope : 0));
              }
            });
          }
        }
      }
    }
  });

  test(`value ${dtype}: infinity counts only where there is a penalty`, () => {
    sandbox((box) => {
      const at = box.struct(progress, {});
      const theta = box.input(floats(dtype, [Infinity, 1, 1, 1]));
      for (const name of ['absolute', 'square']) {
        for (const lambda of [1, 0]) {
          const words = [theta, 4 * sizeOf(dtype), 0, 0, box.input(Float64Array.of(lambda, 0)), 0, 0, 1];
          box.call(`${name}Value`, dtype, [at, ...words]);
          assert.is(box.f64(at + progress.penalty), lambda === 0 ? 0 : Infinity);
        }
      }
    });
  });

  /** What `measure` says of a gradient, or of the smallest subgradient at θ: sum of squares and largest. */
  const measure = (gradient: ArrayLike<number>, theta?: readonly number[], terms: Terms = {}) =>
    sandbox((box) => {
      const g = floats(dtype, gradient);
      const at = box.struct(progress, { gradientNorm: 99, gradientMax: 99 });
      const point = theta ? box.input(floats(dtype, theta)) : 0;
      let from = box.input(g);
      for (const [name, block] of rows(terms)) {
        const to = box.output(g);
        box.call(`${name}Slope`, dtype, [at, point, g.byteLength, from, to, box.input(block), 0, 0, 0]);
        from = to;
      }
      const sums = box.input(Float64Array.of(6));
      const cursor = box.cursor({ scale: 0.25 });
      box.call('measure', dtype, [at, from, g.byteLength, 1, cursor, sums]);
      assert.is(box.f64(at + progress.loss), 1.5);
      return { squares: box.f64(at + progress.gradientNorm), max: box.f64(at + progress.gradientMax) };
    });

  test(`measure ${dtype}: Σg² and max|g| at every length, over several stretches`, () => {
    for (let length = 1; length <= 67; length++) {
      if (length !== paddedLength(dtype, length)) continue;
      const next = eighths(length);
      const first = Array.from({ length }, () => next());
      const second = Array.from({ length }, () => 2 * next());
      sandbox((box) => {
        const at = box.struct(progress, { gradientNorm: Number.NaN, gradientMax: Number.NaN });
        [first, second].forEach((values, i) => {
          const words = [box.input(floats(dtype, values)), length * sizeOf(dtype), Number(i === 0)];
          box.call('measure', dtype, [at, ...words, box.cursor({}), box.input(Float64Array.of(0))]);
        });
        const all = [...first, ...second];
        assert.is(
          box.f64(at + progress.gradientNorm),
          all.reduce((sum, g) => sum + g * g, 0),
        );
        assert.is(box.f64(at + progress.gradientMax), Math.max(...all.map(Math.abs)));
      });
    }
  });

  test(`measure ${dtype}: NaN is seen in the squares, infinity in the largest, in every lane`, () => {
    for (let lane = 0; lane < 8; lane++) {
      for (const composed of [false, true]) {
        const gradient = new Array<number>(8).fill(1);
        gradient[lane] = Number.NaN;
        const theta = composed ? new Array<number>(8).fill(1) : undefined;
        assert.ok(Number.isNaN(measure(gradient, theta, { l1: 1 }).squares));
        gradient[lane] = -Infinity;
        assert.is(measure(gradient, theta, { l1: 1 }).max, Infinity);
      }
    }
  });

  test(`measure ${dtype}: the smallest subgradient, case by case`, () => {
    // [θ, ∇f, terms, the element of ∂F of least magnitude]
    const cases: readonly [number, number, Terms, number][] = [
      [2, 0.5, { l1: 0.25 }, 0.75],
      [-2, 0.5, { l1: 0.25 }, 0.25],
      [0, 0.5, { l1: 0.25 }, 0.25],
      [0, -0.5, { l1: 0.25 }, -0.25],
      [0, 0.25, { l1: 0.25 }, 0],
      [-0, -0.125, { l1: 0.25 }, 0],
      [2, 0.5, { l2: 0.25 }, 1.5],
      [-2, 1.25, { l1: 0.25, l2: 0.25 }, 0],
      [0, -1, { lower: 0 }, -1],
      [0, 1, { lower: 0 }, 0],
      [0, -1, { l1: 0.25, lower: 0 }, -0.75],
      [0, -0.25, { l1: 0.25, lower: 0 }, 0],
      [0, 5, { l1: 0.25, lower: 0 }, 0],
      [1, -1, { upper: 1 }, 0],
      [1, 1, { upper: 1 }, 1],
      [1, -0.5, { l1: 1, upper: 1 }, 0.5],
      [1, -1.5, { l1: 1, upper: 1 }, 0],
      [0.5, 3, { lower: 0.5, upper: 0.5 }, 0],
      [0.5, -3, { lower: 0.5, upper: 0.5 }, 0],
      [0.25, -3, { lower: 0, upper: 0.5 }, -3],
    ];
    for (const [theta, gradient, terms, expected] of cases) {
      const { squares, max } = measure([gradient, 0, 0, 0], [theta, 1, 1, 1], { ...terms });
      const rest = measure([0, 0, 0, 0], [1, 1, 1, 1], terms);
      const others = (rest.squares / 4) * 3;
      assert.is(squares - others, expected ** 2, JSON.stringify([theta, gradient, terms]));
      assert.is(max, Math.max(Math.abs(expected), rest.max));
    }
  });

  test(`measure ${dtype}: zero exactly at the optimum of a lasso`, () => {
    // f = ½θ₀² + θ₁² + 2θ₂² + ½θ₃² − cᵀθ with c = (3, −5, ½, 1), λ₁ = 1, no coupling: θ = (2, −2, 0, 0) by
    // soft(c, 1)/(1, 2, 4, 1); both ways for a coefficient at zero: |c₂| < λ₁, |c₃| = λ₁.
    const theta = [2, -2, 0, 0];
    const curvature = [1, 2, 4, 1];
    const c = [3, -5, 0.5, 1];
    const gradient = (at: readonly number[]): number[] => at.map((value, i) => curvature[i]! * value - c[i]!);
    assert.equal(measure(gradient(theta), theta, { l1: 1 }), { squares: 0, max: 0 });
    for (let i = 0; i < 4; i++) {
      for (const step of [0.25, -0.25]) {
        const off = theta.map((value, j) => (i === j ? value + step : value));
        assert.ok(measure(gradient(off), off, { l1: 1 }).max > 0);
      }
    }
  });

  test(`readOnly ${dtype}: four sums over all vectors`, () => {
    for (let lines = 1; lines <= 67; lines++) {
      sandbox((box) => {
        const next = eighths(lines);
        const length = (lines * 64) / sizeOf(dtype);
        const from = rowMajor(dtype, 1, length, length, next);
        const lanes = 16 / sizeOf(dtype);
        const to = box.output(floats(dtype, new Array<number>(lanes).fill(0)));
        box.call('readOnly', dtype, [box.input(from), from.byteLength, to]);
        const expected = new Array<number>(lanes).fill(0);
        from.forEach((value: number, i: number) => {
          expected[i % lanes]! += value;
        });
        assert.equal([...box.floats(dtype, to, lanes)], expected);
      }, sharedFullEngine());
    }
  });

  test(`f32 and f64 agree: ${dtype} sums of squares and magnitudes are taken in f64`, () => {
    const next = reals(dtype, 5);
    const values = Array.from({ length: 400 }, () => next());
    const exact = values.reduce((sum, v) => sum + v * v, 0);
    assert.ok(Math.abs(measure(values).squares / exact - 1) <= 400 * unit.f64);
  });
}

test.run();
