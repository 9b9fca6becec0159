/** gatherRows, loadF32, loadF64, momentsF32, momentsF64: rows on their way to the products. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dtypes, eighths, paddedLength, rowMajor, sizeOf, unit } from '../helpers/numbers.ts';
import { sandbox } from '../helpers/sandbox.ts';

const UP_TO = 67;
const EDGES = [1, 2, 3, 4, 5, 8, 9, 33, 66, 67];
/** What a kernel reads of rows in the type of the user, and the kernels by that type. */
const sources = [
  { from: 'f32', load: 'loadF32', moments: 'momentsF32' },
  { from: 'f64', load: 'loadF64', moments: 'momentsF64' },
] as const;

test('gatherRows: rows of 4 and 8 bytes and of whole vectors, in the order of the index', () => {
  for (const bytes of [4, 8, 16, 32, 48, 272]) {
    for (const gap of bytes < 16 ? [0] : [0, 16, 64]) {
      for (let rows = 1; rows <= UP_TO; rows++) {
        const first = rows % 5;
        sandbox((box) => {
          const words = bytes / 4;
          const stride = (bytes + gap) / 4;
          // Element e of row i is 1000·i + e; the gap is −1.
          const from = Uint32Array.from({ length: 40 * stride }, (_, at) => {
            return at % stride < words ? 1000 * Math.floor(at / stride) + (at % stride) : 0xffffffff;
          });
          const index = Uint32Array.from({ length: first + rows }, (_, i) => (i * 17 + rows) % 40);
          const cursor = box.cursor({ start: first, row: 0, block: rows, index: box.input(index) });
          const to = box.output(new Uint32Array(rows * words));
          box.call('gatherRows', '', [cursor, box.input(from), to, bytes, bytes + gap]);
          const found = box.engine.u32.slice(to >>> 2, (to >>> 2) + rows * words);
          const expected = Uint32Array.from({ length: rows * words }, (_, at) => {
            return 1000 * index[first + Math.floor(at / words)]! + (at % words);
          });
          assert.equal(found, expected);
        });
      }
    }
  }
});

for (const dtype of dtypes) {
  for (const { from, load } of sources) {
    const check = (rows: number, columns: number, standardise: boolean, extra: number): void => {
      sandbox((box) => {
        const next = eighths(rows * 100 + columns);
        const staged = rowMajor(from, rows, columns, columns, () => next());
        const stride = paddedLength(dtype, columns) + (extra * 16) / sizeOf(dtype);
        // A factor that is no power of two, so that rounding before the end would be seen.
        const means = Float64Array.from({ length: columns }, (_, j) => j / 3 - 1);
        const factors = Float64Array.from({ length: columns }, (_, j) => 1 / (j + 3));
        const to = box.output(rowMajor(dtype, rows, 0, stride, () => 0, Number.NaN));
        const flag = box.output(new Uint32Array(1));
        const standard = standardise ? [box.input(means), box.input(factors)] : [0, 0];
        box.call(load, dtype, [box.input(staged), to, rows, columns, stride * sizeOf(dtype), ...standard, flag]);
        const scale = (value: number, j: number): number => (standardise ? (value - means[j]!) * factors[j]! : value);
        const expected = rowMajor(dtype, rows, columns, stride, (i, j) => scale(staged[i * columns + j]!, j));
        assert.equal(box.floats(dtype, to, rows * stride), expected, `${rows} × ${columns}`);
        assert.is(box.u32(flag), 0);
      });
    };

    test(`${load} ${dtype}: every number of columns and rows, padding zero`, () => {
      for (let columns = 1; columns <= UP_TO; columns++) {
        for (const rows of [1, 2, 7]) {
          check(rows, columns, false, columns % 3);
          check(rows, columns, true, columns % 2);
        }
      }
      for (let rows = 1; rows <= UP_TO; rows++) for (const columns of [1, 2, 5]) check(rows, columns, true, 0);
    });

    test(`${load} ${dtype}: what is not finite is noticed in every place`, () => {
      for (const bad of [Number.NaN, Infinity, -Infinity]) {
        for (const columns of [1, 2, 3, 4, 5]) {
          for (let place = 0; place < 3 * columns; place++) {
            sandbox((box) => {
              const staged = rowMajor(from, 3, columns, columns, () => 1);
              staged[place] = bad;
              const stride = paddedLength(dtype, columns);
              const to = box.output(rowMajor(dtype, 3, 0, stride, () => 0));
              const flag = box.output(new Uint32Array(1));
              box.call(load, dtype, [box.input(staged), to, 3, columns, stride * sizeOf(dtype), 0, 0, flag]);
              assert.is(box.u32(flag), 1, `${bad} at ${place} of 3 × ${columns}`);
            });
          }
        }
      }
    });
  }
}

test('loadF64 f32: a number that does not fit is noticed', () => {
  for (const [value, flagged] of [
    [3.4028234663852886e38, 0],
    [3.5e38, 1],
    [-1e300, 1],
    [1e-300, 0],
  ] as const) {
    sandbox((box) => {
      const flag = box.output(new Uint32Array(1));
      const to = box.output(new Float32Array(4));
      box.call('loadF64', 'f32', [box.input(Float64Array.of(value)), to, 1, 1, 16, 0, 0, flag]);
      assert.is(box.u32(flag), flagged, String(value));
    });
  }
});

for (const { from, moments } of sources) {
  const even = (n: number): number => Math.ceil(n / 2) * 2;

  /** Mean and sum of squared deviations of pieces of rows, one after the other. */
  const run = (columns: number, pieces: readonly (Float32Array | Float64Array)[]) =>
    sandbox((box) => {
      const bytes = even(columns);
      const [mean, m2, sum, square] = [0, 0, 0, 0].map(() => box.output(new Float64Array(bytes)));
      const seen = box.output(new Float64Array(1));
      for (const piece of pieces) {
        const rows = piece.length / columns;
        box.call(moments, '', [box.input(piece), rows, columns, mean!, m2!, seen, sum!, square!]);
      }
      return { mean: box.floats('f64', mean!, columns), m2: box.floats('f64', m2!, columns), seen: box.f64(seen) };
    });

  test(`${moments}: every number of columns and rows, by the two-pass formula`, () => {
    for (let columns = 1; columns <= UP_TO; columns++) {
      for (const rows of columns < 6 ? Array.from({ length: UP_TO }, (_, i) => i + 1) : EDGES) {
        const next = eighths(columns + rows);
        const x = rowMajor(from, rows, columns, columns, () => next());
        const { mean, m2, seen } = run(columns, [x]);
        assert.is(seen, rows);
        for (let j = 0; j < columns; j++) {
          const column = Array.from({ length: rows }, (_, i) => x[i * columns + j]!);
          // The sum of eighths is exact, so is all of the mean but its division.
          const expected = column.reduce((sum, value) => sum + value, 0) / rows;
          assert.is(mean[j], expected);
          const spread = column.reduce((sum, value) => sum + (value - expected) ** 2, 0);
          assert.ok(Math.abs(m2[j]! - spread) <= 4 * rows * unit.f64 * spread, `${m2[j]} for ${spread}`);
        }
      }
    }
  });

  test(`${moments}: pieces of any size make what all rows at once make`, () => {
    const columns = 5;
    const rows = 200;
    const next = eighths(3);
    // Far from zero: the sum of squares minus n·mean² would lose nine digits of the spread.
    const x = rowMajor(from, rows, columns, columns, () => 2 ** 15 + next());
    const whole = run(columns, [x]);
    for (const size of [1, 7, 64, 199]) {
      const pieces = [];
      for (let at = 0; at < rows; at += size) pieces.push(x.slice(at * columns, (at + size) * columns));
      const { mean, m2, seen } = run(columns, pieces);
      assert.is(seen, rows);
      for (let j = 0; j < columns; j++) {
        assert.ok(Math.abs(mean[j]! - whole.mean[j]!) <= 4 * unit.f64 * rows * 2 ** 15);
        assert.ok(Math.abs(m2[j]! / whole.m2[j]! - 1) <= 1e-10, `pieces of ${size}: ${m2[j]} for ${whole.m2[j]}`);
      }
    }
  });
}

test.run();
