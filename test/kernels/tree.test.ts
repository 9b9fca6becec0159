/** leaf: the pairwise tree, against a recursive one, bit for bit; and where a block ends in a batch. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import { LEAF_ROWS } from '#src/program/kernels.js';
import { cursor as fields, writeFields } from '#src/program/tape.js';
import { bytesOf } from '../helpers/kernel.ts';
import { dtypes, reals, sizeOf } from '../helpers/numbers.ts';
import { pairwise } from '../helpers/pairwise.ts';
import { sandbox } from '../helpers/sandbox.ts';

/** Elements of the gradient: from one vector to more than a line. */
const lengths = (dtype: Dtype): number[] => [1, 2, 3, 4, 5, 9, 17].map((vectors) => (vectors * 16) / sizeOf(dtype));

function check(dtype: Dtype, leaves: number, length: number, lastRows: number): void {
  sandbox((box) => {
    const next = reals(dtype, leaves * 31 + length);
    const fill = () => Array.from({ length }, () => next());
    const parts = Array.from({ length: leaves }, () => ({ gradient: fill(), loss: next() }));
    const bytes = length * sizeOf(dtype);
    const levels = Math.ceil(Math.log2(leaves)) + 1;
    const gradient = box.output(dtype === 'f32' ? new Float32Array(length) : new Float64Array(length));
    const sums = box.output(new Float64Array(1));
    const stack = box.output(new Uint8Array(levels * (bytes + 64)).fill(0xff));
    const count = (leaves - 1) * LEAF_ROWS + lastRows;
    const cursor = box.cursor({ start: 5, count });
    const { engine } = box;
    parts.forEach((part, k) => {
      // Blocks of a leaf before its last: the tree must wait. Gradient and sum grow meanwhile.
      const rows = k === leaves - 1 ? lastRows : LEAF_ROWS;
      const blocks = rows > 1000 ? [1000, rows - 1000] : [rows];
      let row = k * LEAF_ROWS;
      for (const block of blocks) {
        writeFields(engine, cursor, fields, { row, block });
        const done = row + block === k * LEAF_ROWS + rows;
        engine.floats(dtype, gradient, length).set(done ? part.gradient : part.gradient.map((value) => value / 2));
        engine.f64[sums >>> 3] = done ? part.loss : part.loss / 2;
        box.call('leaf', dtype, [cursor, gradient, bytes, sums, stack]);
        if (!done) assert.is(box.f64(sums), part.loss / 2);
        row += block;
      }
      if (k < leaves - 1) assert.is(box.f64(sums), 0, 'the sum of the next leaf starts at zero');
    });
    const round = dtype === 'f32' ? Math.fround : (value: number) => value;
    const expected = pairwise(parts, (a, b) => ({
      gradient: a.gradient.map((value, i) => round(value + b.gradient[i]!)),
      loss: a.loss + b.loss,
    }));
    const found = box.floats(dtype, gradient, length);
    const typed = dtype === 'f32' ? Float32Array.from(expected.gradient) : Float64Array.from(expected.gradient);
    assert.equal(bytesOf(found), bytesOf(typed), `${dtype}, ${leaves} leaves of ${length} elements`);
    assert.is(box.f64(sums), expected.loss);
  });
}

for (const dtype of dtypes) {
  test(`leaf ${dtype}: every number of leaves, every length, as the recursive tree`, () => {
    for (let leaves = 2; leaves <= 67; leaves++) {
      for (const length of leaves < 18 ? lengths(dtype) : [4])
        check(dtype, leaves, length, 1 + ((leaves * 611) % 4096));
    }
    for (const leaves of [2, 3, 4, 7, 8]) check(dtype, leaves, 8, LEAF_ROWS);
  });

  test(`leaf ${dtype}: one leaf is left alone`, () => {
    for (const count of [1, 1000, LEAF_ROWS]) {
      sandbox((box) => {
        const gradient = box.input(dtype === 'f32' ? Float32Array.of(1, 2, 3, 4) : Float64Array.of(1, 2));
        const sums = box.input(Float64Array.of(7));
        const cursor = box.cursor({ count, row: 0, block: count });
        box.call('leaf', dtype, [cursor, gradient, 16, sums, box.input(new Uint8Array(80))]);
      });
    }
  });
}

test('nextBlock: blocks cover every row once, in order, within a leaf', () => {
  for (const limit of [4, 12, 100, 1000, 4096]) {
    for (const rows of [1, 3, 4, 13, 4095, 4096, 4097, 12_289]) {
      for (const batch of [rows, Math.ceil(rows / 3)]) {
        sandbox((box) => {
          const { engine } = box;
          const cursor = box.cursor({ rows, batch, limit, outputs: 3 });
          const field = (name: 'count' | 'row' | 'block'): number => box.u32(cursor + fields[name]);
          const sums = box.output(Float64Array.of(9));
          let covered = 0;
          while (covered < rows) {
            writeFields(engine, cursor, fields, { start: covered });
            box.call('beginBatch', '', [cursor, sums]);
            assert.is(box.f64(sums), 0);
            assert.is(field('count'), Math.min(batch, rows - covered));
            assert.is(engine.f64[cursor >>> 3], 1 / (3 * field('count')));
            let within = 0;
            while (box.flow('nextBlock', '', (exit) => [cursor, exit]).next === 'next') {
              assert.is(field('row'), within);
              const size = field('block');
              assert.ok(size > 0 && size <= limit);
              const last = within + size - 1;
              assert.is(Math.floor(within / LEAF_ROWS), Math.floor(last / LEAF_ROWS), 'a block crosses a leaf');
              within += size;
            }
            assert.is(within, field('count'));
            covered += within;
          }
        });
      }
    }
  }
});

test.run();
