import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { matrix } from '#src/data/matrix.js';
import { standardScaler } from '#src/data/scaler.js';
import { NotFittedError } from '#src/errors.js';
import { throws } from '../throws.js';

test('the example of scikit-learn: StandardScaler', () => {
  const scaler = standardScaler().fit([
    [0, 0],
    [0, 0],
    [1, 1],
    [1, 1],
  ]);
  assert.equal([...scaler.mean], [0.5, 0.5]);
  assert.equal([...scaler.scale], [0.5, 0.5]);
  assert.equal(scaler.transform([[2, 2]]), [[3, 3]]);
});

test('the deviation is that of the population', () => {
  const { mean, scale } = standardScaler().fit([[2], [4], [4], [4], [5], [5], [7], [9]]);
  assert.equal([mean[0], scale[0]], [5, 2]);
});

test('a constant column is left at scale 1, also with rounding noise in it', () => {
  const scaler = standardScaler().fit([
    [0.1, 0.1 + 0.2],
    [0.1, 0.3],
    [0.1, 0.3],
  ]);
  assert.equal([...scaler.scale], [1, 1]);
  assert.is(scaler.mean[0], 0.1);
  assert.equal(scaler.transform([[0.1, scaler.mean[1]!]]), [[0, 0]]);
});

test('large means do not cost digits', () => {
  // Population deviation of 0, 1, 2 is √(2/3), wherever they stand.
  const { mean, scale } = standardScaler().fit([[1e9], [1e9 + 1], [1e9 + 2]]);
  assert.is(mean[0], 1e9 + 1);
  assert.ok(Math.abs(scale[0]! - Math.sqrt(2 / 3)) < 1e-15);
});

test('rows give rows, flat data a matrix; f32 stays f32', () => {
  const rows = [
    [1, 2],
    [3, 6],
  ];
  const want = [
    [-1, -1],
    [1, 1],
  ];
  assert.equal(standardScaler().fitTransform(rows), want);
  assert.equal(standardScaler().fitTransform(rows.map((row) => Float32Array.from(row))), want);
  const f32 = standardScaler().fitTransform({ data: Float32Array.from(rows.flat()), shape: [2, 2] });
  assert.equal(f32, { data: Float32Array.from(want.flat()), rows: 2, columns: 2 });
  const f64 = standardScaler().fitTransform(matrix(Int32Array.from(rows.flat()), 2, 2));
  assert.equal(f64, { data: Float64Array.from(want.flat()), rows: 2, columns: 2 });
});

test('columns of the result have mean 0 and deviation 1; the inverse gives back what was given', () => {
  const data = fc
    .record({ rows: fc.integer({ min: 2, max: 30 }), columns: fc.integer({ min: 1, max: 5 }) })
    .chain(({ rows, columns }) =>
      fc.array(
        fc.array(
          fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1000),
          { minLength: columns, maxLength: columns },
        ),
        {
          minLength: rows,
          maxLength: rows,
        },
      ),
    );
  fc.assert(
    fc.property(data, (x) => {
      const scaler = standardScaler();
      const z = scaler.fitTransform(x);
      scaler.inverseTransform(z).forEach((row, i) => {
        row.forEach((value, j) => {
          const size = Math.max(Math.abs(scaler.mean[j]!), Math.abs(x[i]![j]!), scaler.scale[j]!);
          assert.ok(Math.abs(value - x[i]![j]!) <= 1e-15 * 4 * size, `${value} ${x[i]![j]}`);
        });
      });
      scaler.scale.forEach((scale, j) => {
        const column = z.map((row) => row[j]!);
        const mean = column.reduce((a, b) => a + b, 0) / z.length;
        const size = Math.max(1, Math.abs(scaler.mean[j]!) / scale);
        assert.ok(Math.abs(mean) <= 1e-14 * size, `mean ${mean}`);
        const square = column.reduce((a, b) => a + (b - mean) ** 2, 0) / z.length;
        if (scale !== 1) assert.ok(Math.abs(square - 1) <= 1e-13 * size, `variance ${square}`);
      });
    }),
  );
});

test('bad input', () => {
  const scaler = standardScaler();
  for (const use of [
    () => scaler.mean,
    () => scaler.scale,
    () => scaler.transform([[1]]),
    () => scaler.inverseTransform([[1]]),
  ]) {
    assert.throws(
      use,
      (error: unknown) => error instanceof NotFittedError && /fit has not been called/.test(error.message),
    );
  }
  throws(() => scaler.fit([]), 'ERR_SHAPE', 'features: expected at least one row, got none');
  throws(
    () => scaler.fit({ data: Float64Array.of(1, Number.NaN), shape: [1, 2] }),
    'ERR_DATA',
    'features: row 0, column 1 is NaN',
  );
  scaler.fit([
    [1, 2],
    [3, 4],
  ]);
  throws(() => scaler.transform([[1]]), 'ERR_SHAPE', 'features: expected 2 columns, got 1');
});

test.run();
