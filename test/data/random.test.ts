import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Philox, streams } from '#src/data/random.js';
import { random as fields } from '#src/program/tape.js';
import { bytesOf, runKernel, zeros } from '../helpers/kernel.ts';

/** The structure that a kernel draws from. */
function sequence(seed: number, stream = 0, substream = 0): Uint32Array {
  const words = new Uint32Array(fields.bytes / 4);
  words[fields.seedLo / 4] = seed % 2 ** 32;
  words[fields.seedHi / 4] = Math.floor(seed / 2 ** 32);
  words[fields.stream / 4] = stream;
  words[fields.substream / 4] = substream;
  return words;
}

function words(from: Uint32Array, count: number, low = 0, high = 0): Uint32Array {
  const to = new Uint32Array(count);
  runKernel('randomWords', undefined, [from, to, count, low, high]);
  return to;
}

function draw(kernel: 'uniform' | 'normal', dtype: 'f32' | 'f64', from: Uint32Array, count: number, low = 0) {
  const to = zeros(dtype, count);
  runKernel(kernel, dtype, [from, to, count, low, 0]);
  return to;
}

const mean = (x: ArrayLike<number>, power = 1): number =>
  Array.from(x).reduce((sum, value) => sum + value ** power, 0) / x.length;

// Known answers for philox4x32-10 from Random123 1.14, tests/kat_vectors (D. E. Shaw Research, BSD 3-clause).
const known = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const;

test('the known answers of Random123', () => {
  for (const [counter, key, answer] of known) {
    const from = new Uint32Array(fields.bytes / 4);
    from[fields.seedLo / 4] = key[0];
    from[fields.seedHi / 4] = key[1];
    from[fields.stream / 4] = counter[3];
    from[fields.substream / 4] = counter[2];
    assert.equal([...words(from, 4, counter[0], counter[1])], [...answer]);
  }
  const twin = new Philox(0, 0, 0);
  assert.equal([twin.next(), twin.next(), twin.next(), twin.next()], [...known[0][2]]);
});

test('module and JavaScript give the same words', () => {
  for (const seed of [0, 42, 2 ** 32, 2 ** 53 - 1, 123456789012345]) {
    for (const stream of Object.values(streams)) {
      const substream = (seed % 1000) * stream;
      const twin = new Philox(seed, stream, substream);
      assert.equal(
        [...words(sequence(seed, stream, substream), 333)],
        Array.from({ length: 333 }, () => twin.next()),
      );
    }
  }
});

test('the index carries into its high word, and a cut changes nothing', () => {
  const from = sequence(7, 2, 3);
  const across = words(from, 32, 2 ** 32 - 3, 8);
  assert.equal([...across.subarray(12)], [...words(from, 20, 0, 9)]);
  const whole = words(from, 1000);
  for (const start of [1, 2, 5, 64, 100]) {
    assert.equal([...words(from, 100, start)], [...whole.subarray(4 * start, 4 * start + 100)]);
  }
});

test('uniform is made of the words as written down', () => {
  const from = sequence(5, streams.dropout, 9);
  const w = words(from, 2000);
  assert.equal(
    [...draw('uniform', 'f32', from, 1001)],
    [...w.subarray(0, 1001)].map((x) => (x >>> 8) / 2 ** 24),
  );
  const twin = new Philox(5, streams.dropout, 9);
  assert.equal(
    [...draw('uniform', 'f64', from, 1000)],
    Array.from({ length: 1000 }, () => twin.uniform()),
  );
  assert.equal(draw('uniform', 'f32', from, 40, 3), draw('uniform', 'f32', from, 52).subarray(12));
  assert.equal(draw('uniform', 'f64', from, 40, 3), draw('uniform', 'f64', from, 46).subarray(6));
});

test('normal is made of the words as written down', () => {
  const from = sequence(6, streams.init, 1);
  const n = 4000;
  const w = words(from, 2 * n);
  const single = draw('normal', 'f32', from, n);
  const double = draw('normal', 'f64', from, n);
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(((w[i]! >>> 1) + 1) / 2 ** 31));
    const angle = (2 * Math.PI * w[i + 1]!) / 2 ** 32;
    const f32 = 2e-6;
    assert.ok(Math.abs(single[i]! - radius * Math.cos(angle)) < f32, `f32 ${i}`);
    assert.ok(Math.abs(single[i + 1]! - radius * Math.sin(angle)) < f32, `f32 ${i + 1}`);
    const [a, b, c, d] = w.subarray(2 * i, 2 * i + 4) as unknown as [number, number, number, number];
    const length = Math.sqrt(-2 * Math.log(((a >>> 5) * 2 ** 26 + (b >>> 6) + 1) / 2 ** 53));
    const turn = 2 * Math.PI * (c / 2 ** 32 + (d >>> 1) / 2 ** 63);
    assert.ok(Math.abs(double[i]! - length * Math.cos(turn)) < 1e-14, `f64 ${i}`);
    assert.ok(Math.abs(double[i + 1]! - length * Math.sin(turn)) < 1e-14, `f64 ${i + 1}`);
  }
  assert.equal(draw('normal', 'f32', from, 40, 3), single.slice(12, 52));
  assert.equal(draw('normal', 'f64', from, 40, 3), double.slice(6, 46));
});

/** Pearson's statistic for equally likely buckets. */
function chiSquare(buckets: ArrayLike<number>, n: number): number {
  const expected = n / buckets.length;
  return Array.from(buckets).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

for (const dtype of ['f32', 'f64'] as const) {
  const n = 400_000;

  test(`uniform ${dtype}: range, moments, 1000 buckets, independence of neighbours and streams`, () => {
    const x = draw('uniform', dtype, sequence(11, streams.user), n);
    assert.ok(x.every((value) => value >= 0 && value < 1));
    // Four standard errors.
    assert.ok(Math.abs(mean(x) - 1 / 2) < 4 * Math.sqrt(1 / 12 / n));
    assert.ok(Math.abs(mean(x, 2) - 1 / 3) < 4 * Math.sqrt(4 / 45 / n));
    const buckets = new Uint32Array(1000);
    for (const value of x) buckets[Math.floor(value * 1000)]!++;
    // Quantiles 0.0005 and 0.9995 of χ² with 999 degrees of freedom.
    const statistic = chiSquare(buckets, n);
    assert.ok(statistic > 858 && statistic < 1153, `${statistic}`);
    const other = draw('uniform', dtype, sequence(11, streams.shuffle), n);
    const next = draw('uniform', dtype, sequence(11, streams.user, 1), n);
    for (const y of [x.subarray(1), other, next]) {
      let sum = 0;
      for (let i = 0; i + 1 < n; i++) sum += (x[i]! - 0.5) * (y[i]! - 0.5);
      assert.ok(Math.abs((sum / n) * 12) < 4 / Math.sqrt(n));
    }
  });

  test(`normal ${dtype}: moments and tails`, () => {
    const x = draw('normal', dtype, sequence(12, streams.init), n);
    // Four standard errors; the variances of x, x², x³, x⁴ are 1, 2, 15, 96.
    assert.ok(Math.abs(mean(x)) < 4 * Math.sqrt(1 / n));
    assert.ok(Math.abs(mean(x, 2) - 1) < 4 * Math.sqrt(2 / n));
    assert.ok(Math.abs(mean(x, 3)) < 4 * Math.sqrt(15 / n));
    assert.ok(Math.abs(mean(x, 4) - 3) < 4 * Math.sqrt(96 / n));
    // P(|x| > 1, 2, 3, 4) from tables of the normal distribution.
    [0.3173105078629141, 0.04550026389635842, 0.0026997960632601866, 6.334248366623993e-5].forEach((p, i) => {
      const beyond = Array.from(x).filter((value) => Math.abs(value) > i + 1).length;
      assert.ok(Math.abs(beyond - n * p) < 4 * Math.sqrt(n * p * (1 - p)), `${beyond} beyond ${i + 1}`);
    });
  });
}

function permutation(n: number, seed: number, substream: number, budget = 2 ** 32 - 1): Uint32Array {
  const from = sequence(seed, streams.shuffle, substream);
  const to = new Uint32Array(n);
  let calls = 0;
  do {
    runKernel('permutation', undefined, [from, to, n, budget]);
    calls++;
  } while (from[fields.position / 4]! < n);
  assert.ok(calls >= Math.ceil(n / budget));
  return to;
}

test('a permutation contains every index once, and equals that of JavaScript', () => {
  for (const n of [1, 2, 3, 255, 256, 257, 1000, 60_000]) {
    const ours = permutation(n, 9, n);
    assert.equal(
      [...ours].sort((a, b) => a - b),
      Array.from({ length: n }, (_, i) => i),
    );
    assert.equal(bytesOf(ours), bytesOf(new Philox(9, streams.shuffle, n).permutation(n)));
  }
});

test('a permutation does not depend on the budget', () => {
  const whole = permutation(2000, 3, 4);
  for (const budget of [1, 7, 255, 256, 257, 1999, 2000])
    assert.equal(bytesOf(permutation(2000, 3, 4, budget)), bytesOf(whole));
});

test('all 24 permutations of 4 are equally likely', () => {
  const counts = new Map<string, number>();
  const n = 24_000;
  for (let i = 0; i < n; i++) {
    const key = new Philox(1, streams.shuffle, i).permutation(4).join('');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assert.is(counts.size, 24);
  // Quantiles 0.0005 and 0.9995 of χ² with 23 degrees of freedom.
  const statistic = chiSquare([...counts.values()], n);
  assert.ok(statistic > 6.9 && statistic < 52, `${statistic}`);
});

test('in a long permutation every entry is equally likely everywhere', () => {
  const size = 100;
  const rounds = 2000;
  const quarters = new Uint32Array(16);
  for (let i = 0; i < rounds; i++) {
    for (const [at, value] of permutation(size, 2, i).entries()) {
      quarters[4 * Math.floor((4 * at) / size) + Math.floor((4 * value) / size)]!++;
    }
  }
  // Rows and columns have fixed sums: 9 degrees of freedom; quantiles 0.0005 and 0.9995.
  const statistic = chiSquare(quarters, size * rounds);
  assert.ok(statistic > 0.97 && statistic < 29.7, `${statistic}`);
});

test('below is unbiased where the interval does not divide 2^32, and reaches both ends', () => {
  const random = new Philox(4);
  const n = 3 * 2 ** 30;
  const thirds = new Uint32Array(3);
  for (let i = 0; i < 60_000; i++) thirds[Math.floor(random.below(n) / 2 ** 30)]!++;
  // Without rejection one value in three would be twice as likely. χ² with 2 degrees of freedom: 0.9995 quantile.
  assert.ok(chiSquare(thirds, 60_000) < 15.2);
  const seen = new Set(Array.from({ length: 100 }, () => random.below(3)));
  assert.equal([...seen].sort(), [0, 1, 2]);
  assert.is(random.below(1), 0);
  assert.ok(random.below(2 ** 32) >= 0);
});

test('bad seeds and bounds are refused', () => {
  for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) assert.throws(() => new Philox(seed), /seed: expected an integer/);
  for (const n of [0, -1, 1.5, 2 ** 32 + 1]) assert.throws(() => new Philox(0).below(n), /below: expected an integer/);
});

test.run();
