/** The baseline of the benchmarks: formulas in f64, central differences, closed forms. A baseline that is wrong is worth nothing. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Floats, plain } from '../../bench/plain/index.ts';
import { fill, gaussian, mulberry32, permutation } from '../../bench/plain/random.ts';
import { loadSeed } from '../../examples/data/index.ts';

const dtypes = ['f32', 'f64'] as const;
type Dtype = (typeof dtypes)[number];

const loops = { f32: await plain('f32'), f64: await plain('f64') };
const array = (dtype: Dtype, length: number): Floats =>
  dtype === 'f32' ? new Float32Array(length) : new Float64Array(length);

/** Inputs are rounded to the precision first, so only the results carry its error. */
const tolerance = { f32: 1e-6, f64: 1e-13 };

function near(actual: number, expected: number, within: number, what = ''): void {
  const scale = Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= within * scale, `${what} expected ${expected}, got ${actual}`);
}

/** Central differences of `f` at `theta`, in f64. */
function differences(f: (theta: Float64Array) => number, theta: Floats): number[] {
  const h = 1e-5;
  return Array.from(theta, (_, i) => {
    const at = (step: number): number => f(Float64Array.from(theta, (value, j) => value + (i === j ? step : 0)));
    return (at(h) - at(-h)) / (2 * h);
  });
}

/** Differences with h = 1e-5 are good for some 1e-9; rounding to f32 costs 1e-6. */
function sameGradient(dtype: Dtype, actual: Floats, f: (theta: Float64Array) => number, theta: Floats): void {
  differences(f, theta).forEach((expected, i) => {
    near(actual[i]!, expected, dtype === 'f32' ? 1e-6 : 1e-8, `gradient ${i}`);
  });
}

/** Scores of one row by the formula: theta holds the weights output by output, then the intercepts. */
function score(x: Floats, row: number, columns: number, theta: Floats, output = 0, outputs = 1): number {
  const weights = theta.subarray(output * columns, (output + 1) * columns);
  return [...weights].reduce((sum, w, j) => sum + w * x[row * columns + j]!, theta[outputs * columns + output]!);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const all = (rows: number): number[] => Array.from({ length: rows }, (_, i) => i);

function problem(dtype: Dtype, rows: number, columns: number, outputs = 1) {
  const normal = gaussian(mulberry32(7 * rows + columns));
  return {
    x: fill(array(dtype, rows * columns), normal),
    y: fill(array(dtype, rows * outputs), normal),
    theta: fill(array(dtype, (columns + 1) * outputs), normal),
    gradient: array(dtype, (columns + 1) * outputs),
    indices: permutation(rows, mulberry32(3)),
  };
}

for (const dtype of dtypes) {
  const js = loops[dtype];

  for (const name of ['linearGradient', 'linearGradientByFour'] as const) {
    for (const rows of [1, 4, 23]) {
      test(`${dtype} ${name}: mean squared error of ${rows} rows`, () => {
        const { x, y, theta, gradient } = problem(dtype, rows, 5);
        const loss = (at: Floats): number => mean(all(rows).map((i) => (score(x, i, 5, at) - y[i]!) ** 2));
        near(js[name](x, y, rows, 5, theta, gradient), loss(theta), tolerance[dtype]);
        sameGradient(dtype, gradient, loss, theta);
      });
    }
  }

  test(`${dtype} sgdEpoch: every row once, in order, each step at the parameters of the moment`, () => {
    const { x, y, theta, indices } = problem(dtype, 12, 3);
    const rate = 0.01;
    const expected = Float64Array.from(theta);
    const losses = Array.from(indices, (i) => {
      const residual = score(x, i, 3, expected) - y[i]!;
      for (let j = 0; j < 3; j++) expected[j]! -= 2 * rate * residual * x[i * 3 + j]!;
      expected[3]! -= 2 * rate * residual;
      return residual ** 2;
    });
    near(js.sgdEpoch(x, y, 3, indices, theta, rate), mean(losses), tolerance[dtype]);
    theta.forEach((value, j) => {
      near(value, expected[j]!, tolerance[dtype]);
    });
  });

  test(`${dtype} logisticGradient: cross-entropy of the rows chosen`, () => {
    const { x, y, theta, gradient, indices } = problem(dtype, 20, 4);
    y.forEach((value, i) => {
      y[i] = Number(value > 0);
    });
    const rows = [...indices.subarray(5, 16)];
    const loss = (at: Floats): number =>
      mean(
        rows.map((i) => {
          const probability = 1 / (1 + Math.exp(-score(x, i, 4, at)));
          return -Math.log(y[i] === 1 ? probability : 1 - probability);
        }),
      );
    near(js.logisticGradient(x, y, 4, indices, 5, 16, theta, gradient), loss(theta), tolerance[dtype]);
    sameGradient(dtype, gradient, loss, theta);
  });

  // 11 rows, 7 columns: tiles stick out at every edge.
  for (const outputs of [1, 3, 4, 10]) {
    test(`${dtype} softmaxGradient: ${outputs} classes`, () => {
      const { x, theta, gradient, indices } = problem(dtype, 20, 7, outputs);
      const labels = Int32Array.from({ length: 20 }, (_, i) => (i * 3) % outputs);
      const rows = [...indices.subarray(4, 15)];
      const loss = (at: Floats): number =>
        mean(
          rows.map((i) => {
            const exps = all(outputs).map((c) => Math.exp(score(x, i, 7, at, c, outputs)));
            return -Math.log(exps[labels[i]!]! / exps.reduce((sum, e) => sum + e));
          }),
        );
      const scores = array(dtype, 11 * outputs);
      const value = js.softmaxGradient(x, labels, 7, outputs, indices, 4, 15, theta, gradient, scores);
      near(value, loss(theta), tolerance[dtype]);
      sameGradient(dtype, gradient, loss, theta);
    });

    test(`${dtype} targetsGradient: ${outputs} targets`, () => {
      const { x, y, theta, gradient, indices } = problem(dtype, 20, 7, outputs);
      const rows = [...indices.subarray(4, 15)];
      const loss = (at: Floats): number =>
        mean(rows.flatMap((i) => all(outputs).map((c) => (score(x, i, 7, at, c, outputs) - y[i * outputs + c]!) ** 2)));
      const scores = array(dtype, 11 * outputs);
      const value = js.targetsGradient(x, y, 7, outputs, indices, 4, 15, theta, gradient, scores);
      near(value, loss(theta), tolerance[dtype]);
      sameGradient(dtype, gradient, loss, theta);
    });
  }

  test(`${dtype} epochs: batches of 4, 4 and 3 rows, each with its own gradient; the loss is the mean over rows`, () => {
    const { x, theta, gradient, indices } = problem(dtype, 11, 3);
    const several = problem(dtype, 11, 3, 2);
    const labels = Int32Array.from({ length: 11 }, (_, i) => i % 2);
    const zeroOne = array(dtype, 11);
    zeroOne.set(labels);
    const scores = array(dtype, 8);
    const seen: number[][] = [];
    const record = (_: Floats, g: Floats): void => {
      seen.push([...g]);
    };
    const check = (loss: number, one: (from: number, to: number) => number, g: Floats): void => {
      assert.is(seen.length, 3);
      const losses = [0, 4, 8].map((from, i) => {
        const to = Math.min(from + 4, 11);
        const value = (to - from) * one(from, to);
        assert.equal(seen[i], [...g]);
        return value;
      });
      near(loss, losses.reduce((sum, value) => sum + value) / 11, tolerance[dtype]);
      seen.length = 0;
    };
    check(
      js.logisticEpoch(x, zeroOne, 3, indices, 4, theta, gradient, record),
      (from, to) => js.logisticGradient(x, zeroOne, 3, indices, from, to, theta, gradient),
      gradient,
    );
    check(
      js.softmaxEpoch(x, labels, 3, 2, indices, 4, several.theta, several.gradient, scores, record),
      (from, to) => js.softmaxGradient(x, labels, 3, 2, indices, from, to, several.theta, several.gradient, scores),
      several.gradient,
    );
    check(
      js.targetsEpoch(x, several.y, 3, 2, indices, 4, several.theta, several.gradient, scores, record),
      (from, to) => js.targetsGradient(x, several.y, 3, 2, indices, from, to, several.theta, several.gradient, scores),
      several.gradient,
    );
  });

  test(`${dtype} optimizers: the sums that the recurrences stand for`, () => {
    const [rate, mu, steps] = [0.1, 0.9, 6];
    const normal = gaussian(mulberry32(11));
    const start = fill(array(dtype, 5), normal);
    const gradients = all(steps).map(() => fill(array(dtype, 5), normal));
    // b_t = Σ_{s ≤ t} μ^{t−s} g_s, so g_s has moved θ by −η Σ_{t ≥ s} μ^{t−s} = −η (1 − μ^{n−s}) / (1 − μ) after n steps.
    const weights = {
      sgd: () => 1,
      momentum: (s: number) => (1 - mu ** (steps - s)) / (1 - mu),
      nesterov: (s: number) => 1 + (mu * (1 - mu ** (steps - s))) / (1 - mu),
    };
    for (const name of ['sgd', 'momentum', 'nesterov'] as const) {
      const theta = start.slice();
      const buffer = array(dtype, 5);
      for (const g of gradients) {
        if (name === 'sgd') js.sgd(theta, g, rate);
        else js[name](theta, g, buffer, rate, mu);
      }
      theta.forEach((value, i) => {
        const moved = gradients.reduce((sum, g, s) => sum + weights[name](s) * g[i]!, 0);
        near(value, start[i]! - rate * moved, tolerance[dtype], name);
      });
    }
  });

  test(`${dtype} losses: value by the formula, gradient by differences`, () => {
    const normal = gaussian(mulberry32(5));
    const predictions = fill(array(dtype, 12), normal);
    const targets = fill(array(dtype, 12), normal);
    const halves = targets.map((_, i) => (i % 3) / 2) as Floats;
    const labels = Int32Array.from([2, 0, 1, 2]);
    const gradient = array(dtype, 12);
    const mse = (z: Floats): number => mean([...z].map((value, i) => (value - targets[i]!) ** 2));
    near(js.meanSquaredError(predictions, targets, gradient), mse(predictions), tolerance[dtype]);
    sameGradient(dtype, gradient, mse, predictions);
    const bce = (z: Floats): number =>
      mean([...z].map((value, i) => Math.log(1 + Math.exp(value)) - halves[i]! * value));
    near(js.binaryCrossEntropy(predictions, halves, gradient), bce(predictions), tolerance[dtype]);
    sameGradient(dtype, gradient, bce, predictions);
    const softmax = (z: Floats): number =>
      mean(
        [...labels].map((label, i) => {
          const exps = [...z.subarray(3 * i, 3 * i + 3)].map(Math.exp);
          return -Math.log(exps[label]! / exps.reduce((sum, e) => sum + e));
        }),
      );
    near(js.softmaxCrossEntropy(predictions, labels, 3, gradient), softmax(predictions), tolerance[dtype]);
    sameGradient(dtype, gradient, softmax, predictions);
  });

  test(`${dtype} losses: finite at logits of ±800`, () => {
    const logits = array(dtype, 2);
    logits.set([800, -800]);
    const gradient = array(dtype, 2);
    const wrong = array(dtype, 2);
    wrong.set([0, 1]);
    assert.is(js.binaryCrossEntropy(logits, wrong, gradient), 800);
    assert.equal([...gradient], [0.5, -0.5]);
    assert.is(js.softmaxCrossEntropy(logits, Int32Array.from([1]), 2, gradient), 1600);
    assert.equal([...gradient], [1, -1]);
  });

  test(`${dtype} math: constants and identities`, () => {
    const run = (f: (x: Floats, out: Floats) => void, values: number[]): number[] => {
      const x = array(dtype, values.length);
      x.set(values);
      const out = array(dtype, values.length);
      f(x, out);
      return [...out];
    };
    const check = (actual: number[], expected: number[]): void => {
      actual.forEach((value, i) => {
        near(value, expected[i]!, dtype === 'f32' ? 2 ** -24 : 2 ** -52);
      });
    };
    // e, 1/√e, ln 2, ln 10, √2, cos 1, tanh ½, σ(1), softplus(1): published constants.
    check(run(js.exp, [0, 1, -0.5]), [1, Math.E, 0.6065306597126334]);
    check(run(js.log, [1, 2, 10]), [0, Math.LN2, Math.LN10]);
    check(run(js.sqrt, [0, 2, 9]), [0, Math.SQRT2, 3]);
    check(
      run((x, out) => js.pow(x, 1.5, out), [0, 4, 9]),
      [0, 8, 27],
    );
    check(run(js.cos, [0, 1]), [1, 0.5403023058681398]);
    check(run(js.tanh, [0, 0.5, -0.5]), [0, 0.46211715726000974, -0.46211715726000974]);
    check(run(js.sigmoid, [0, 1, -1]), [0.5, 0.7310585786300049, 0.2689414213699951]);
    check(run(js.softplus, [0, 1, 800, -800]), [Math.LN2, 1.3132616875182228, 800, 0]);
  });

  // Beyond one block in depth and width, and with rows and columns that fill no tile.
  for (const [m, n, k] of [
    [1, 1, 1],
    [4, 8, 16],
    [5, 263, 259],
  ] as const) {
    test(`${dtype} gemm ${m} × ${n} × ${k}: as it stands and with either factor transposed`, () => {
      const random = mulberry32(m + n + k);
      const a = fill(array(dtype, m * k), random);
      const b = fill(array(dtype, k * n), random);
      const room = js.workspace(dtype);
      for (const [aRow, aColumn] of [[k, 1] as const, [1, m] as const]) {
        for (const [bRow, bColumn] of [[n, 1] as const, [1, k] as const]) {
          const expected = Float64Array.from({ length: m * n }, (_, at) => {
            const [i, j] = [Math.floor(at / n), at % n];
            return all(k).reduce((sum, l) => sum + a[i * aRow + l * aColumn]! * b[l * bRow + j * bColumn]!, 0);
          });
          const c = array(dtype, m * n).fill(Number.NaN) as Floats;
          for (const loops of [js.gemmNaive, js.gemmRows]) {
            loops(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c);
            c.forEach((value, at) => {
              near(value, expected[at]!, tolerance[dtype]);
            });
            c.fill(Number.NaN);
          }
          js.gemmBlocked(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, room);
          c.forEach((value, at) => {
            near(value, expected[at]!, tolerance[dtype]);
          });
        }
      }
    });
  }
}

test('gradientDescent: 1,000 steps on the seed data end where the reference says', () => {
  const { x, y, shape, reference } = loadSeed();
  for (const [rate, [intercept, slope]] of [
    [0.01, reference.gd_mean_lr0p01_1000],
    [0.1, reference.gd_mean_lr0p1_1000],
  ] as const) {
    const theta = new Float64Array(2);
    const loss = loops.f64.gradientDescent(x, y, shape[0], 1, theta, new Float64Array(2), rate, 1000);
    near(theta[0]!, slope, 1e-12);
    near(theta[1]!, intercept, 1e-12);
    if (rate === 0.1) near(loss, reference.rss / 100, 1e-12);
  }
});

test('mulberry32: the original in C, in integers of 32 bits', () => {
  const mask = 0xffffffffn;
  let x = 12345n;
  const next = (): bigint => {
    x = (x + 0x6d2b79f5n) & mask;
    let z = ((x ^ (x >> 15n)) * (x | 1n)) & mask;
    z ^= (z + (z ^ (z >> 7n)) * (z | 61n)) & mask;
    return z ^ (z >> 14n);
  };
  const random = mulberry32(12345);
  for (let i = 0; i < 1000; i++) assert.is(random(), Number(next()) / 2 ** 32);
});

test('gaussian: moments and the share within one deviation, to four standard errors', () => {
  const n = 1e5;
  const values = [...fill(new Float64Array(n), gaussian(mulberry32(1)))];
  const error = 4 / Math.sqrt(n);
  near(mean(values), 0, error);
  near(mean(values.map((z) => z ** 2)), 1, error * Math.SQRT2);
  near(mean(values.map((z) => z ** 3)), 0, error * Math.sqrt(15));
  near(mean(values.map((z) => Number(Math.abs(z) < 1))), 0.6826894921, error / 2);
});

test('permutation: every index once, every index as often in front', () => {
  const random = mulberry32(2);
  const front = new Array<number>(5).fill(0);
  for (let i = 0; i < 5000; i++) {
    const indices = permutation(5, random);
    assert.equal([...indices].sort(), all(5));
    front[indices[0]!]!++;
  }
  // 1,000 each, to four standard deviations.
  for (const count of front) assert.ok(Math.abs(count - 1000) < 4 * Math.sqrt(5000 * 0.2 * 0.8), String(front));
});

test.run();
