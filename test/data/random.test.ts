import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Philox } from '#src/data/random.js';

test('seed, stream and substream give numbers of their own, the same ones every time', () => {
  const first = (seed: number, stream: number, substream: number): string =>
    new Philox(seed, stream, substream).permutation(50).join();
  const all = [first(0, 3, 0), first(1, 3, 0), first(2 ** 32, 3, 0), first(0, 2, 0), first(0, 3, 1)];
  assert.is(new Set(all).size, all.length);
  assert.is(first(0, 3, 0), all[0]);
});

test('a permutation holds every number once; all orders of three come up equally often', () => {
  const random = new Philox(7, 3, 0);
  for (const n of [0, 1, 2, 1000]) {
    const order = random.permutation(n);
    assert.equal(
      [...order].sort((a, b) => a - b),
      Array.from({ length: n }, (_, i) => i),
    );
  }
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = random.permutation(3).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.is(counts.size, 6);
  // χ² with 5 degrees of freedom is above 20.5 with probability 0.001; the seed is fixed.
  const chi = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  assert.ok(chi < 20.5, String(chi));
});

test('uniform lies in [0, 1), below(n) in [0, n)', () => {
  const random = new Philox(3, 0, 0);
  let sum = 0;
  for (let i = 0; i < 10000; i++) {
    const u = random.uniform();
    assert.ok(u >= 0 && u < 1);
    sum += u;
    assert.ok(random.below(7) < 7);
  }
  // Four standard errors of the mean of 10000 uniform numbers.
  assert.ok(Math.abs(sum / 10000 - 0.5) < 4 / Math.sqrt(12 * 10000));
  assert.is(random.below(1), 0);
});

test.run();
