import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultEngine } from '#src/memory/engine.js';
import { bytesOf, floats, runKernel, zeros } from '../helpers/kernel.ts';

for (const dtype of ['f32', 'f64'] as const) {
  test(`copy ${dtype}`, () => {
    const from = floats(dtype, [1.5, -0, Number.NaN, 2 ** -140, Number.POSITIVE_INFINITY, 6, 7]);
    const to = zeros(dtype, 7);
    runKernel('copy', dtype, [from, to, from.byteLength]);
    assert.equal(bytesOf(to), bytesOf(from));
  });
}

test('the same array twice is one block, and the arena is left empty', () => {
  const values = Float32Array.of(1, 2, 3, 4);
  runKernel('copy', 'f32', [values, values, 16]);
  assert.equal([...values], [1, 2, 3, 4]);
  assert.is(defaultEngine().arena.blocks, 0);
});

test('writing past the padding is noticed', () => {
  const from = new Float32Array(40);
  assert.throws(() => runKernel('copy', 'f32', [from, new Float32Array(10), 128]), /past the padding/);
  runKernel('copy', 'f32', [from, new Float32Array(10), 64]);
});

test.run();
