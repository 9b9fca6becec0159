/** dense, denseWeights, denseInputs: the three products of a dense layer against the sums written out in f64. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import { expected, type Floats, forward, inputs, naive, type Shape, valuesOf, weights } from '../helpers/dense.ts';
import { bytesOf, floats } from '../helpers/kernel.ts';
import { dtypes, eighths, reals, unit } from '../helpers/numbers.ts';
import { sandbox } from '../helpers/sandbox.ts';

/** Sizes around tiles, vectors and panels of both types; all-sizes.test.ts has every one up to 40. */
const SIZES = [1, 2, 3, 5, 8, 9, 17, 33, 64, 100];

function same(found: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  assert.is(found.length, wanted.length, what);
  for (let i = 0; i < wanted.length; i++) {
    if (found[i] !== wanted[i]) assert.unreachable(`${what}: ${found[i]} for ${wanted[i]} at ${i}`);
  }
}

/** Products of eighths are exact, so that results are compared bit by bit. */
function checkExactly(shape: Shape): void {
  const { n, p, m } = shape;
  const name = `${n} × ${p} → ${m}`;
  const values = valuesOf(shape, eighths(n + 128 * (p + 128 * m)));
  const right = expected(shape, values);
  sandbox((box) => same(forward(box, shape, values), right.y, `Y, ${name}`));
  const nowhere = { w: values.w.map(() => Number.NaN) as Floats, b: values.b.map(() => Number.NaN) as Floats };
  sandbox((box) => {
    const gradient = weights(box, shape, values, nowhere);
    same(gradient.w, right.w, `∂W, ${name}`);
    same(gradient.b, right.b, `∂b, ${name}`);
  });
  sandbox((box) => same(inputs(box, shape, values), right.x, `∂X, ${name}`));
}

for (const dtype of dtypes) {
  for (const p of SIZES) {
    test(`dense ${dtype}: ${p} inputs, every number of rows and outputs`, () => {
      for (const n of SIZES) for (const m of SIZES) checkExactly({ dtype, n, p, m, gap: (n + m) % 3 });
    });
  }

  test(`dense ${dtype}: around the blocks of the cache`, () => {
    // 264 of the depth, 132 rows, 128 vectors: each in each of the three products.
    const lanes = dtype === 'f32' ? 4 : 2;
    const edges = [119, 120, 121, 131, 132, 133, 241, 263, 264, 265, 397, 529];
    for (const size of [...edges, 128 * lanes - 1, 128 * lanes, 128 * lanes + 1, 256 * lanes + 5]) {
      checkExactly({ dtype, n: size, p: 9, m: 34 });
      checkExactly({ dtype, n: 9, p: size, m: 34 });
      checkExactly({ dtype, n: 9, p: 34, m: size });
    }
    checkExactly({ dtype, n: 130, p: 300, m: 128 * lanes + 3 });
  });

  test(`dense ${dtype}: without a bias`, () => {
    for (const m of [3, 40]) {
      const shape = { dtype, n: 10, p: 7, m };
      const values = valuesOf(shape, eighths(m));
      const zero = { ...values, b: values.b.map(() => 0) as Floats };
      sandbox((box) => same(forward(box, shape, values, { noBias: true }), expected(shape, zero).y, 'Y'));
      sandbox((box) => same(weights(box, shape, values, values, { noBias: true }).w, expected(shape, values).w, '∂W'));
    }
  });

  test(`denseWeights ${dtype}: from zero at the first block of a leaf, else and on request added`, () => {
    for (const m of [3, 40]) {
      const shape = { dtype, n: 11, p: 13, m };
      const values = valuesOf(shape, eighths(m));
      const start = valuesOf(shape, eighths(m + 1));
      const fresh = expected(shape, values);
      const added = { w: fresh.w.map((v, i) => v + start.w[i]!), b: fresh.b.map((v, i) => v + start.b[i]!) };
      for (const [row, add, right] of [
        [0, false, fresh],
        [4096, false, fresh],
        [8192, true, added],
        [0, true, added],
        [1, false, added],
        [4095, false, added],
      ] as const) {
        sandbox((box) => {
          const gradient = weights(box, shape, values, start, { row, add });
          same(gradient.w, right.w, `∂W at row ${row}`);
          same(gradient.b, right.b, `∂b at row ${row}`);
        });
      }
    }
  });

  test(`dense ${dtype}: no bit depends on how rows are cut into blocks`, () => {
    for (const [p, m] of [
      [70, 41],
      [300, 10],
      [5, 70],
      [3, 1],
    ] as const) {
      const shape = { dtype, n: 130, p, m };
      const values = valuesOf(shape, reals(dtype, p));
      const all = (blocks: readonly number[]) =>
        sandbox((box) => {
          const gradient = weights(box, shape, values, values, { blocks });
          const made = [forward(box, shape, values, { blocks }), gradient.w, gradient.b];
          return [...made, inputs(box, shape, values, { blocks })].map(bytesOf);
        });
      const whole = all([130]);
      const each = new Array<number>(130).fill(1);
      for (const blocks of [each, [1, 3, 8, 118], [7, 8, 9, 64, 42], [128, 2]]) assert.equal(all(blocks), whole);
    }
  });

  test(`dense ${dtype}: rounding within n·u·Σ|ab|`, () => {
    const shape = { dtype, n: 203, p: 517, m: 45 };
    const values = valuesOf(shape, reals(dtype, 7));
    const right = expected(shape, values);
    const size = (array: Floats): Floats => array.map(Math.abs) as Floats;
    const bound = expected(shape, {
      ...{ x: size(values.x), w: size(values.w), b: size(values.b), z: size(values.z) },
    });
    // Higham, Accuracy and Stability (2002), 3.1; twice, for our own sum.
    const factor = (terms: number): number => (dtype === 'f64' ? 2 : 1.001) * (terms + 1) * unit[dtype];
    const check = (found: Floats, wanted: Float64Array, of: Float64Array, terms: number, what: string): void => {
      found.forEach((value, i) => {
        const off = Math.abs(value - wanted[i]!);
        if (!(off <= factor(terms) * of[i]!)) assert.unreachable(`${what}: ${value} for ${wanted[i]}`);
      });
    };
    sandbox((box) => {
      check(forward(box, shape, values), right.y, bound.y, shape.p, 'Y');
      const gradient = weights(box, shape, values, values);
      check(gradient.w, right.w, bound.w, shape.n, '∂W');
      check(gradient.b, right.b, bound.b, shape.n, '∂b');
      check(inputs(box, shape, values), right.x, bound.x, shape.m, '∂X');
    });
  });

  test(`dense ${dtype}: what is not finite reaches all that is made of it, and nothing else`, () => {
    const shapes: [n: number, p: number, m: number][] = [
      [3, 5, 6],
      [30, 31, 33],
    ];
    for (const [n, p, m] of shapes) {
      for (const bad of [Number.NaN, Infinity, -Infinity]) {
        const shape: Shape = { dtype, n, p, m };
        const clean = valuesOf(shape, eighths(5));
        for (const what of ['x', 'w', 'b', 'z'] as const) {
          const values = { ...clean, [what]: clean[what].slice() };
          values[what][what === 'b' ? 1 : m + 1] = bad;
          const right = expected(shape, values);
          const equal = (found: Floats, wanted: Float64Array): void => {
            assert.equal([...found], [...wanted], `${bad} in ${what}`);
          };
          sandbox((box) => {
            equal(forward(box, shape, values), right.y);
            const gradient = weights(box, shape, values, values);
            equal(gradient.w, right.w);
            equal(gradient.b, right.b);
            equal(inputs(box, shape, values), right.x);
          });
        }
      }
    }
  });
}

test('the sum written out is the product: 2 × 2 by hand', () => {
  const product = naive(
    2,
    2,
    2,
    (i, k) =>
      [
        [1, 2],
        [3, 4],
      ][i]![k]!,
    (k, j) =>
      [
        [5, 6],
        [7, 8],
      ][k]![j]!,
  );
  assert.equal([...product], [19, 22, 43, 50]);
});

const shapeOf = (dtype: Dtype, m: number): Shape => ({ dtype, n: 12, p: 9, m });

for (const dtype of dtypes) {
  const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
  /** f, f′ by y and z, and how far f may be from Math: the errors that math/ states, and one of Math itself. */
  const activations = [
    { activation: 'none', f: (z: number) => z, slope: () => 1, ulp: 0 },
    { activation: 'relu', f: (z: number) => Math.max(z, 0), slope: (z: number) => Number(z > 0), ulp: 0 },
    {
      activation: 'leakyRelu',
      numbers: [0.25],
      f: (z: number) => (z < 0 ? z / 4 : z),
      slope: (z: number) => (z > 0 ? 1 : 0.25),
      ulp: 0,
    },
    { activation: 'tanh', f: Math.tanh, slope: (z: number) => 1 - Math.tanh(z) ** 2, ulp: 4 },
    { activation: 'sigmoid', f: logistic, slope: (z: number) => logistic(z) * (1 - logistic(z)), ulp: 4 },
    {
      activation: 'elu',
      numbers: [0.5, 2],
      f: (z: number) => (z > 0 ? 2 * z : 0.5 * Math.expm1(z)),
      slope: (z: number) => (z > 0 ? 2 : 0.5 * Math.exp(z)),
      ulp: 4,
    },
    {
      activation: 'clamp',
      numbers: [-0.875, 0.75, 0.5, 0.0625],
      f: (z: number) => Math.min(Math.max(0.5 * z + 0.0625, -0.875), 0.75),
      slope: (z: number) => (0.5 * z + 0.0625 > -0.875 && 0.5 * z + 0.0625 < 0.75 ? 0.5 : 0),
      ulp: 0,
    },
    {
      activation: 'softplus',
      numbers: [2, 0.5],
      f: (z: number) => (Math.max(2 * z, 0) + Math.log1p(Math.exp(-2 * Math.abs(z)))) / 2,
      slope: (z: number) => logistic(2 * z),
      ulp: 4,
    },
  ] as const;

  for (const { activation, f, slope, ulp, ...numbers } of activations) {
    test(`${activation} ${dtype} in the store, and its slope from what it has put out`, () => {
      for (const m of [1, 3, 10, 40]) {
        const shape = shapeOf(dtype, m);
        const next = eighths(m);
        const values = valuesOf(shape, () => next() / 4);
        const fused = { activation, ...numbers };
        const before = expected(shape, values).y;
        const y = sandbox((box) => forward(box, shape, values, fused));
        y.forEach((value, i) => {
          const right = f(before[i]!);
          assert.ok(Math.abs(value - right) <= 2 * ulp * unit[dtype] * Math.abs(right), `${value} for ${right}`);
        });
        // The next layer sends its gradient back through this one: its ∂X has the shape of Y.
        const above: Shape = { dtype, n: shape.n, p: m, m: 7 };
        const next2 = eighths(m + 1);
        const upper = { ...valuesOf(above, next2), x: y };
        const right = expected(above, upper).x;
        const found = sandbox((box) => inputs(box, above, upper, fused, y));
        found.forEach((value, i) => {
          const exact = right[i]! * slope(before[i]!);
          // 1 − y² and 1 − y lose what is near 1: an absolute error of some ulp of 1.
          assert.ok(Math.abs(value - exact) <= 4 * ulp * unit[dtype] * Math.abs(right[i]!), `${value} for ${exact}`);
        });
      }
    });
  }

  test(`activations ${dtype}: NaN stays NaN; relu of it too, and its slope lets a gradient through`, () => {
    const shape: Shape = { dtype, n: 1, p: 1, m: 3 };
    const values = {
      ...{ x: floats(dtype, [1]), w: floats(dtype, [Number.NaN, -1, 2]), b: floats(dtype, [0, 0, 0]) },
      z: floats(dtype, [0, 0, 0]),
    };
    for (const activation of ['relu', 'leakyRelu', 'tanh', 'sigmoid', 'elu', 'clamp', 'softplus'] as const) {
      const y = sandbox((box) => forward(box, shape, values, { activation, numbers: [0.5, 1, 1, 0] }));
      assert.ok(Number.isNaN(y[0]) && Number.isFinite(y[1]) && Number.isFinite(y[2]), activation);
    }
    const back: Shape = { dtype, n: 1, p: 4, m: 1 };
    const upper = {
      ...{ x: floats(dtype, [0, 0, 0, 0]), w: floats(dtype, [3, 3, 3, 3]), b: floats(dtype, [0]) },
      z: floats(dtype, [2]),
    };
    const y = floats(dtype, [Number.NaN, -0, 0, 1]);
    const dx = sandbox((box) => inputs(box, back, upper, { activation: 'relu' }, y));
    assert.equal([...dx], [6, 0, 0, 6]);
  });
}

test.run();
