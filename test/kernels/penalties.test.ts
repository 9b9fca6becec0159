/** penalty, proximal, clearPadding and measure: closed forms, golden operators, and an optimum found by hand. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import { composite, progress } from '#src/program/tape.js';
import { sharedFullEngine } from '../helpers/full.ts';
import { floats } from '../helpers/kernel.ts';
import { dtypes, eighths, paddedLength, reals, rowMajor, sizeOf, unit } from '../helpers/numbers.ts';
import { type Sandbox, sandbox } from '../helpers/sandbox.ts';

interface Terms {
  readonly l1?: number;
  readonly l2?: number;
  readonly lower?: number;
  readonly upper?: number;
}

const free = { l1: 0, l2: 0, lower: -Infinity, upper: Infinity };

/** Composites side by side, each for `length` elements of θ, one behind the other. */
function composites(box: Sandbox, dtype: Dtype, list: readonly Terms[], length: number): number {
  const at = box.output(new Uint8Array(list.length * composite.bytes));
  list.forEach((terms, i) => {
    const { l1, l2, lower, upper } = { ...free, ...terms };
    const stretch = length * sizeOf(dtype);
    const words = [i * stretch, stretch];
    box.engine.f64.set([l1, l2, lower, upper], (at + i * composite.bytes) >>> 3);
    box.engine.u32.set(words, (at + i * composite.bytes + composite.offset) >>> 2);
  });
  return at;
}

/** θ after the proximal step. */
function proximal(dtype: Dtype, theta: readonly number[], rate: number, ...list: readonly Terms[]) {
  return sandbox((box) => {
    const values = floats(dtype, theta);
    const at = box.output(values);
    const words = [box.struct(progress, { rate }), at, composites(box, dtype, list, values.length / list.length)];
    box.call('proximal', dtype, [...words, list.length]);
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

interface Operator {
  readonly kind: string;
  readonly v: readonly number[];
  readonly step?: number;
  readonly lam?: number;
  readonly l1?: number;
  readonly l2?: number;
  readonly lower?: number;
  readonly upper?: number;
  readonly result: readonly number[];
}

const golden = JSON.parse(readFileSync('test/golden/classic.json', 'utf8')) as { readonly operators: Operator[] };

const asTerms = (operator: Operator): Terms => {
  const { kind, lam = 0, l1 = 0, l2 = 0, lower = -Infinity, upper = Infinity } = operator;
  if (kind === 'prox_l1') return { l1: lam };
  if (kind === 'prox_l2') return { l2: lam };
  if (kind === 'non_negative') return { lower: 0 };
  return { l1, l2, lower, upper };
};

for (const dtype of dtypes) {
  test(`proximal ${dtype}: golden operators`, () => {
    assert.is(golden.operators.length, 6);
    for (const operator of golden.operators) {
      const found = proximal(dtype, operator.v, operator.step ?? 1, asTerms(operator));
      operator.result.forEach((expected, i) => {
        const error = Math.abs(found[i]! - expected);
        const bound = (dtype === 'f64' ? 1e-12 : 4 * unit.f32) * Math.max(1, Math.abs(expected));
        assert.ok(error <= bound, `${operator.kind}: ${found[i]} for ${expected}`);
        assert.is(found[i] === 0, expected === 0);
      });
    }
  });

  test(`proximal ${dtype}: closed forms at every length, stretches side by side`, () => {
    for (let length = 1; length <= 67; length++) {
      if (length !== paddedLength(dtype, length)) continue;
      for (const rate of [1, 0.5]) {
        const next = eighths(length);
        const theta = Array.from({ length: length * menu.length }, () => next());
        const found = proximal(dtype, theta, rate, ...menu);
        theta.forEach((value, i) => {
          const terms = menu[Math.floor(i / length)]!;
          const expected = closed(value, rate, terms);
          // Thresholds and divisors are exact here, so there is one rounding at the most.
          assert.is(found[i], dtype === 'f32' ? Math.fround(expected) : expected, JSON.stringify([value, terms]));
        });
      }
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

  test(`penalty ${dtype}: value and gradient at every length`, () => {
    const values: readonly Terms[] = [{ l1: 0.5 }, { l2: 0.25 }, { l1: 2, l2: 0.5 }, {}];
    for (let length = 1; length <= 67; length++) {
      if (length !== paddedLength(dtype, length)) continue;
      for (const terms of values) {
        for (const first of [true, false]) {
          for (const smooth of [true, false]) {
            sandbox((box) => {
              const next = eighths(length);
              const theta = rowMajor(dtype, 1, length, length, (_, j) => (j % 5 === 3 ? (j % 2 ? -0 : 0) : next()));
              const start = rowMajor(dtype, 1, length, length, next);
              const at = box.struct(progress, { penalty: 7, smooth: 3 });
              const g = box.output(start);
              const words = [box.input(theta), theta.byteLength, smooth ? g : 0];
              box.call('penalty', dtype, [at, ...words, composites(box, dtype, [terms], length), Number(first)]);
              const { l1 = 0, l2 = 0 } = terms;
              let expected = 0;
              for (const v of theta) expected += l1 * Math.abs(v) + l2 * v * v;
              // Multiples of 1/8 and powers of two: exact in f64.
              assert.is(box.f64(at + progress.penalty), expected + (first ? 0 : 7));
              assert.is(box.f64(at + progress.smooth), (smooth ? expected : 0) + (first ? 0 : 3));
              const found = box.floats(dtype, g, length);
              for (let j = 0; j < length; j++) {
                const slope = l1 * Math.sign(theta[j]!) + 2 * l2 * theta[j]!;
                assert.is(found[j], start[j]! + (smooth ? slope : 0));
              }
            });
          }
        }
      }
    }
  });

  test(`penalty ${dtype}: infinity counts only where there is a penalty`, () => {
    sandbox((box) => {
      const at = box.struct(progress, {});
      const theta = box.input(floats(dtype, [Infinity, 1, 1, 1]));
      box.call('penalty', dtype, [at, theta, 4 * sizeOf(dtype), 0, composites(box, dtype, [{ l1: 1 }], 4), 1]);
      assert.is(box.f64(at + progress.penalty), Infinity);
      box.call('penalty', dtype, [at, theta, 4 * sizeOf(dtype), 0, composites(box, dtype, [{}], 4), 1]);
      assert.is(box.f64(at + progress.penalty), 0);
    });
  });

  /** What `measure` says of a gradient at θ: sum of squares and largest. */
  const measure = (gradient: ArrayLike<number>, theta?: readonly number[], terms?: Terms) =>
    sandbox((box) => {
      const g = floats(dtype, gradient);
      const at = box.struct(progress, { gradientNorm: 99, gradientMax: 99 });
      const point = theta ? [box.input(floats(dtype, theta)), composites(box, dtype, [terms!], g.length)] : [0, 0];
      const sums = box.input(Float64Array.of(6));
      const cursor = box.cursor({ scale: 0.25 });
      box.call('measure', dtype, [at, box.input(g), g.byteLength, 1, cursor, sums, ...point]);
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
          box.call('measure', dtype, [at, ...words, box.cursor({}), box.input(Float64Array.of(0)), 0, 0]);
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

test('clearPadding: zeros behind every row, and nowhere else', () => {
  for (const [bytes, used] of [
    [16, 4],
    [16, 12],
    [48, 40],
    [64, 64],
  ] as const) {
    for (const rows of [1, 2, 7]) {
      sandbox((box) => {
        const theta = box.output(new Uint8Array(rows * bytes).fill(0x55));
        box.call('clearPadding', '', [theta, rows, bytes, used]);
        for (let at = 0; at < rows * bytes; at++) {
          assert.is(box.engine.u8[theta + at], at % bytes < used ? 0x55 : 0, `byte ${at}`);
        }
      });
    }
  }
});

test.run();
