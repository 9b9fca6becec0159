/** Initialisers: range and moments by the sampling distribution, exact values, orthogonality, independence of order. */
import { dense, initializers, meanSquaredError, sequential, sgd } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Philox } from '#src/data/random.js';
import { fansOf, type InitializerSpec, initialize, startOf } from '#src/program/initialize.js';
import { copied } from '../helpers/network.js';
import { throws } from '../throws.js';

function draw(initializer: InitializerSpec, shape: readonly number[] = [80, 60], seed = 1): Float64Array {
  return initialize({ name: 'weight', shape, rows: 0, columns: 0, initializer }, undefined, new Philox(seed));
}

const moment = (x: Float64Array, power: number): number => x.reduce((sum, v) => sum + v ** power, 0) / x.length;

/** Mean 0 and variance σ² within five standard errors; `fourth`: E x⁴/σ⁴. */
function moments(x: Float64Array, variance: number, fourth: number, what: string): void {
  const n = x.length;
  assert.ok(Math.abs(moment(x, 1)) < 5 * Math.sqrt(variance / n), `${what}: mean ${moment(x, 1)}`);
  const off = moment(x, 2) / variance - 1;
  assert.ok(Math.abs(off) < 5 * Math.sqrt((fourth - 1) / n), `${what}: variance off by ${off}`);
}

// Shape [80, 60]: 60 inputs of a unit, 80 units of an input. Variances by the papers that the comments name.
const uniforms: [InitializerSpec, number][] = [
  [initializers.uniform(0.3), 0.3],
  [initializers.uniform(), 0.05],
  [initializers.glorotUniform(), Math.sqrt(6 / 140)],
  [initializers.glorotUniform(5 / 3), (5 / 3) * Math.sqrt(6 / 140)],
  [initializers.heUniform(), Math.sqrt(6 / 60)],
  [initializers.heUniform({ fan: 'out' }), Math.sqrt(6 / 80)],
  [initializers.heUniform({ slope: 0.5 }), Math.sqrt(6 / (1.25 * 60))],
  [initializers.lecunUniform(), Math.sqrt(3 / 60)],
  [initializers.torchLinear(), 1 / Math.sqrt(60)],
];

for (const [spec, bound] of uniforms) {
  test(`${JSON.stringify(spec)}`, () => {
    const x = draw(spec);
    const n = x.length;
    // E x⁴ = a⁴/5, σ² = a²/3.
    moments(x, bound ** 2 / 3, 9 / 5, spec.kind);
    assert.ok(x.every((v) => v >= -bound && v < bound));
    // P(nothing above a(1 − 40/n)) = (1 − 20/n)ⁿ < e⁻²⁰.
    assert.ok(Math.max(...x) > bound * (1 - 40 / n) && Math.min(...x) < -bound * (1 - 40 / n));
  });
}

// Of a normal distribution cut at 2: E x⁴ and E x² by partial integration, φ(2) = 0.05399096651318806, P = 0.9544997361036416.
const second = 1 - (4 * 0.05399096651318806) / 0.9544997361036416;
const fourth = (3 * second - (16 * 0.05399096651318806) / 0.9544997361036416) / second ** 2;

const gaussians: [InitializerSpec, number, boolean][] = [
  [initializers.normal(0.3), 0.09, false],
  [initializers.normal(), 0.0025, false],
  [initializers.truncatedNormal(0.3), 0.09, true],
  [initializers.glorotNormal(), 2 / 140, false],
  [initializers.glorotNormal({ gain: 2, truncated: true }), 8 / 140, true],
  [initializers.heNormal(), 2 / 60, false],
  [initializers.heNormal({ fan: 'out', slope: 1, truncated: true }), 1 / 80, true],
  [initializers.lecunNormal(), 1 / 60, false],
  [initializers.lecunNormal({ truncated: true }), 1 / 60, true],
];

for (const [spec, variance, truncated] of gaussians) {
  test(`${JSON.stringify(spec)}`, () => {
    const x = draw(spec);
    moments(x, variance, truncated ? fourth : 3, spec.kind);
    const cut = (2 * Math.sqrt(variance)) / Math.sqrt(second);
    const beyond = x.filter((v) => Math.abs(v) > cut).length;
    if (truncated) assert.is(beyond, 0);
    // P(|x| > 2.2738σ) = 0.02298, of 4,800.
    else assert.ok(Math.abs(beyond - 110) < 5 * Math.sqrt(110), `${beyond}`);
  });
}

test('normal numbers: 200,000 of them against the distribution function', () => {
  const x = draw(initializers.normal(1), [200, 1000]).sort();
  // Kolmogorov: sup |F − Φ| > 1.95/√n has probability 1e-3. Φ at the deciles, from tables.
  const deciles = [-1.2815515655446, -0.8416212335729, -0.524400512708, -0.2533471031358, 0];
  deciles.forEach((z, i) => {
    const share = x.filter((v) => v < z).length / x.length;
    assert.ok(Math.abs(share - (i + 1) / 10) < 1.95 / Math.sqrt(x.length), `${share} below ${z}`);
  });
  // Neighbours, of which every two come from one pair of uniform numbers, are uncorrelated.
  const y = draw(initializers.normal(1), [200, 1000]);
  for (const gap of [1, 2]) {
    let sum = 0;
    for (let i = 0; i + gap < y.length; i++) sum += y[i]! * y[i + gap]!;
    assert.ok(Math.abs(sum / y.length) < 5 / Math.sqrt(y.length));
  }
  // By the logarithm of the engine, which is rounded better than ours needs to be.
  const random = new Philox(1);
  const pair = (): [number, number] => {
    const [u, v] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
    const s = u * u + v * v;
    if (s >= 1 || s === 0) return pair();
    const length = Math.sqrt((-2 * Math.log(s)) / s);
    return [u * length, v * length];
  };
  for (let i = 0; i < 5000; i += 2) {
    pair().forEach((value, j) => {
      assert.ok(Math.abs(y[i + j]! - value) < 1e-14 * Math.max(1, Math.abs(value)));
    });
  }
});

test('zeros, ones, constant', () => {
  assert.ok(draw(initializers.zeros()).every((v) => Object.is(v, 0)));
  assert.ok(draw(initializers.ones()).every((v) => v === 1));
  assert.ok(draw(initializers.constant(-0.25)).every((v) => v === -0.25));
});

test('orthogonal: rows or columns are orthonormal, whichever are fewer', () => {
  for (const [shape, gain] of [
    [[5, 5], 1],
    [[12, 7], 1],
    [[7, 12], Math.SQRT2],
    [[4, 3, 3, 3], 1],
    [[1, 6], 1],
    [[6, 1], 2],
    [[1, 1], 1],
    [[100, 60], 1],
  ] as const) {
    const w = draw(initializers.orthogonal(gain), shape);
    const r = shape[0];
    const c = w.length / r;
    const wide = r <= c;
    const at = (k: number, i: number): number => (wide ? w[k * c + i]! : w[i * c + k]!);
    for (let a = 0; a < Math.min(r, c); a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let i = 0; i < Math.max(r, c); i++) sum += at(a, i) * at(b, i);
        assert.ok(Math.abs(sum / gain ** 2 - Number(a === b)) < 1e-14, `${shape}: ${a} ${b} ${sum}`);
      }
    }
  }
});

test('orthogonal is the Q of the normal matrix it is made of, with R upper triangular and its diagonal positive', () => {
  const [r, c] = [9, 4];
  const q = draw(initializers.orthogonal(), [r, c]);
  const a = draw(initializers.normal(1), [r, c]);
  for (let i = 0; i < c; i++) {
    for (let j = 0; j < c; j++) {
      let sum = 0;
      for (let k = 0; k < r; k++) sum += q[k * c + i]! * a[k * c + j]!;
      if (i > j) assert.ok(Math.abs(sum) < 1e-13);
      if (i === j) assert.ok(sum > 0.1);
    }
  }
});

test('orthogonal 1 × 1 is a sign, both occur', () => {
  const signs = Array.from({ length: 40 }, (_, seed) => draw(initializers.orthogonal(), [1, 1], seed)[0]!);
  assert.ok(signs.every((v) => Math.abs(v) === 1));
  assert.ok(signs.includes(1) && signs.includes(-1));
});

test('fans by shape, as PyTorch counts them', () => {
  assert.equal(fansOf([20, 30]), [30, 20]);
  // torch.nn.init._calculate_fan_in_and_fan_out of a weight of Conv2d(16, 32, 3) and Conv2d(16, 32, 3, groups=4).
  assert.equal(fansOf([32, 16, 3, 3]), [144, 288]);
  assert.equal(fansOf([32, 4, 3, 3]), [36, 288]);
});

test('parameters of a layer are independent, and of other layers; nothing depends on the order', () => {
  const layer = { kernelInitializer: 'torchLinear', biasInitializer: 'torchLinear' } as const;
  const start = (units: readonly number[], first: object = layer) => {
    const list = units.map((n, i) => dense({ units: n, ...(i === 0 ? first : layer) }));
    const model = sequential(list, { dtype: 'f64', loss: meanSquaredError() });
    const x = [Array.from({ length: 30 }, () => 1)];
    model.fitSync(x, [Array.from({ length: units.at(-1)! }, () => 0)], { optimizer: sgd(0), epochs: 1, seed: 4 });
    return copied(model.parameters);
  };
  const two = start([30, 30]);
  const bound = 1 / Math.sqrt(30);
  for (const values of Object.values(two)) {
    assert.ok((values as Float64Array).every((v) => Math.abs(v) <= bound && v !== 0));
  }
  // No number occurs twice.
  const all = Object.values(two).flatMap((values) => [...values]);
  assert.is(new Set(all).size, all.length);
  // What comes behind a layer, and what its weights draw, changes nothing.
  const three = start([30, 30, 5]);
  const others = start([30, 30], { ...layer, kernelInitializer: 'zeros' });
  for (const name of ['dense1.bias', 'dense2.weight', 'dense2.bias']) {
    assert.equal(three[name], two[name]);
    assert.equal(others[name], two[name]);
  }
  assert.ok((others['dense1.weight'] as Float64Array).every((v) => v === 0));
  // Biases are U(±1/√inputs) as weights: variance 1/(3·inputs).
  const biases = new Float64Array(
    Array.from({ length: 100 }, (_, i) => [
      ...initialize(
        { name: 'bias', shape: [30], rows: 1, columns: 30, fans: [30, 30], initializer: initializers.torchLinear() },
        undefined,
        startOf(i, 0, 1),
      ),
    ]).flat(),
  );
  moments(biases, 1 / 90, 9 / 5, 'bias');
});

test('by name, by spec, as data; bad input', () => {
  const spec = (kernelInitializer: unknown) => dense({ units: 2, kernelInitializer } as never).spec.kernelInitializer;
  assert.equal(spec('heNormal'), initializers.heNormal());
  assert.equal(spec(initializers.orthogonal(2)), { kind: 'orthogonal', gain: 2 });
  assert.is(spec(undefined), null);
  const bad = (value: unknown, message: string): void => throws(() => spec(value), 'ERR_ARGUMENT', message);
  const kinds = Object.keys(initializers).filter((name) => name !== 'constant');
  assert.equal(
    kinds
      .map(spec)
      .map((one) => one!.kind)
      .sort(),
    kinds.sort(),
  );
  bad('constant', 'dense: kernelInitializer: constant: value is required: a number in (-∞, ∞)');
  bad(
    0.5,
    'dense: kernelInitializer must be an initializer such as "heNormal" or initializers.constant(0.1) or null, got 0.5',
  );
  bad({ kind: 'heUniform', fan: 'both' }, 'dense: kernelInitializer: heUniform: fan must be "in" or "out", got "both"');
  throws(() => initializers.uniform(0), 'ERR_ARGUMENT', 'uniform: bound must be a number > 0, got 0');
  throws(() => initializers.glorotUniform(-1), 'ERR_ARGUMENT', 'glorotUniform: gain must be a number > 0, got -1');
});

test.run();
