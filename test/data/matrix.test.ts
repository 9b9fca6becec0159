import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  findNonFinite,
  isTyped,
  type MatrixLike,
  matrix,
  type RowSource,
  readMatrix,
  requireFinite,
  type TypedArray,
} from '#src/data/matrix.js';
import { throws } from '../throws.js';

/** All rows, by way of a padded staging array full of rubbish. */
function rowsOf(source: RowSource, stride = source.columns, index?: Uint32Array): number[][] {
  const count = index?.length ?? source.rows;
  const target = new Float64Array(count * stride).fill(77);
  source.copyRows(target, stride, 0, count, index);
  return Array.from({ length: count }, (_, i) => {
    const row = [...target.subarray(i * stride, (i + 1) * stride)];
    assert.ok(row.slice(source.columns).every((value) => value === 0));
    return row.slice(0, source.columns);
  });
}

const rows = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
  [10, 11, 12],
];
const values = rows.flat();

const forms: Record<string, MatrixLike> = {
  nested: rows,
  'typed rows': rows.map((row) => Float32Array.from(row)),
  'mixed rows': rows.map((row, i) => (i % 2 ? row : Float64Array.from(row))),
  'flat with shape': { data: Float32Array.from(values), shape: [4, 3] },
  'flat with rows and columns': { data: Float64Array.from(values), rows: 4, columns: 3 },
  'plain flat': { data: values, shape: [4, 3] },
  'our matrix': matrix(Uint8Array.from(values), 4, 3),
};

for (const [name, form] of Object.entries(forms)) {
  test(`${name}: every way of copying gives the same rows`, () => {
    const source = readMatrix(form);
    assert.is(source.rows, 4);
    assert.is(source.columns, 3);
    assert.is(source.vector, false);
    assert.equal(rowsOf(source), rows);
    assert.equal(rowsOf(source, 4), rows);
    assert.equal(rowsOf(source, 8, Uint32Array.of(3, 0, 3)), [rows[3], rows[0], rows[3]]);
    assert.equal(rowsOf(source, 3, Uint32Array.of(2, 1)), [rows[2], rows[1]]);
    const part = new Float32Array(2 * 3);
    source.copyRows(part, 3, 1, 2);
    assert.equal([...part], [4, 5, 6, 7, 8, 9]);
    source.copyRows(part, 3, 1, 2, Uint32Array.of(0, 3, 2, 1));
    assert.equal([...part], [10, 11, 12, 7, 8, 9]);
  });
}

test('copying is the same for nested and flat data, whatever stride, range and index', () => {
  const cases = fc
    .record({
      rows: fc.integer({ min: 1, max: 20 }),
      columns: fc.integer({ min: 1, max: 9 }),
      pad: fc.integer({ min: 0, max: 5 }),
    })
    .chain((size) =>
      fc.record({
        size: fc.constant(size),
        index: fc.option(fc.array(fc.nat(size.rows - 1), { minLength: 1, maxLength: 30 })),
        from: fc.nat(),
        count: fc.nat(),
      }),
    );
  fc.assert(
    fc.property(cases, ({ size, index, from, count }) => {
      const data = Float64Array.from({ length: size.rows * size.columns }, (_, i) => i + 1);
      const nested = Array.from({ length: size.rows }, (_, i) => [
        ...data.subarray(i * size.columns, (i + 1) * size.columns),
      ]);
      const listed = index ?? nested.map((_, i) => i);
      const start = from % listed.length;
      const number = count % (listed.length - start + 1);
      const stride = size.columns + size.pad;
      const want = listed.slice(start, start + number).flatMap((i) => [...nested[i]!, ...new Array(size.pad).fill(0)]);
      for (const form of [nested, { data, shape: [size.rows, size.columns] }]) {
        const target = new Float64Array(number * stride).fill(-1);
        readMatrix(form).copyRows(target, stride, start, number, index ? Uint32Array.from(index) : undefined);
        assert.equal([...target], want);
      }
    }),
  );
});

test('the type that holds every value exactly', () => {
  const dtype = (data: TypedArray): string => readMatrix({ data, shape: [1, 1] }).dtype;
  for (const Type of [Float32Array, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array]) {
    assert.is(dtype(new Type(1)), 'f32');
  }
  for (const Type of [Float64Array, Int32Array, Uint32Array]) assert.is(dtype(new Type(1)), 'f64');
  assert.is(readMatrix([[1]]).dtype, 'f64');
  assert.is(readMatrix([Float32Array.of(1), Float32Array.of(1)]).dtype, 'f32');
  assert.is(readMatrix([Float32Array.of(1), [1]]).dtype, 'f64');
});

test('vectors, where they are taken', () => {
  const expected = { what: 'targets', vector: true };
  for (const form of [[1, 2, 3], Float32Array.of(1, 2, 3), { data: Int8Array.of(1, 2, 3), shape: [3] }]) {
    const source = readMatrix(form, expected);
    assert.is(source.vector, true);
    assert.equal(rowsOf(source, 2), [[1], [2], [3]]);
  }
  assert.is(readMatrix([[1], [2]], expected).vector, false);
  assert.is(readMatrix({ data: [1, 2], shape: [2, 1] }, expected).vector, false);
  throws(() => readMatrix([1, Number.NaN], expected), 'ERR_DATA', 'targets: row 1 is NaN');
  throws(() => readMatrix([1, '2'], expected), 'ERR_DATA', 'targets: row 1 must be a number, got "2"');
});

test('a flat array without a shape, and what is no data at all', () => {
  const say = 'features: expected rows, a matrix or { data, shape: [rows, columns] }, got';
  for (const [x, got] of [
    [Float32Array.of(1, 2), 'a Float32Array'],
    [[1, 2, 3], 'an array of length 3'],
    [null, 'null'],
    [undefined, 'undefined'],
    ['rows', '"rows"'],
    [{}, 'an object'],
    [{ data: 3, shape: [1, 1] }, 'an object'],
    [{ data: [1], shape: [1] }, 'an object'],
    [new BigInt64Array(2), 'a BigInt64Array'],
    [new DataView(new ArrayBuffer(8)), 'a DataView'],
    [new ArrayBuffer(8), 'an ArrayBuffer'],
  ] as const) {
    throws(() => readMatrix(x), 'ERR_SHAPE', `${say} ${got}`);
  }
  throws(
    () => readMatrix(3, { what: 'targets', vector: true }),
    'ERR_SHAPE',
    'targets: expected numbers, rows, a matrix or { data, shape: [rows, columns] }, got 3',
  );
});

test('shapes', () => {
  const shape =
    (shape: unknown, data: unknown = [1, 2, 3, 4]): (() => unknown) =>
    () =>
      readMatrix({ data, shape });
  throws(shape([2, 3]), 'ERR_SHAPE', 'features: shape [2, 3] needs 6 values, got 4');
  throws(shape([2, 2, 1]), 'ERR_SHAPE', 'features: shape must be [rows, columns], got [2, 2, 1]');
  throws(shape([2, 2.5]), 'ERR_SHAPE', 'features: shape must be [rows, columns], got [2, 2.5]');
  throws(shape(['2', 2]), 'ERR_SHAPE', 'features: shape must be [rows, columns], got ["2", 2]');
  throws(shape([-2, -2]), 'ERR_SHAPE', 'features: shape must be [rows, columns], got [-2, -2]');
  throws(shape(undefined), 'ERR_SHAPE', 'features: shape must be [rows, columns], got [undefined, undefined]');
  throws(shape([]), 'ERR_SHAPE', 'features: shape must be [rows, columns], got []');
  throws(shape([0, 3], []), 'ERR_SHAPE', 'features: expected at least one row, got none');
  throws(shape([3, 0], []), 'ERR_SHAPE', 'features: expected at least one column, got none');
  throws(() => readMatrix([]), 'ERR_SHAPE', 'features: expected at least one row, got none');
  throws(() => readMatrix(new Float64Array()), 'ERR_SHAPE', 'features: expected at least one row, got none');
  throws(() => readMatrix([[], []]), 'ERR_SHAPE', 'features: expected at least one column, got none');
  throws(() => readMatrix([[1, 2], [3]]), 'ERR_SHAPE', 'features: row 1 has 1 values, expected 2 as in row 0');
  throws(() => readMatrix([[1], 2]), 'ERR_SHAPE', 'features: row 1 must be an array, got 2');
  throws(() => readMatrix([[1], null]), 'ERR_SHAPE', 'features: row 1 must be an array, got null');
  throws(
    () => readMatrix([[1], [2]], { what: 'targets', rows: 3 }),
    'ERR_SHAPE',
    'targets: expected 3 rows, one per row of features, got 2',
  );
  throws(
    () => readMatrix([[1, 2]], { what: 'features', columns: 3 }),
    'ERR_SHAPE',
    'features: expected 3 columns, got 2',
  );
});

test('values in plain arrays must be finite numbers; messages name the column', () => {
  const at = (value: unknown, names?: string[]): (() => unknown) => {
    return () =>
      readMatrix(
        [
          [1, 2, 3],
          [1, 2, 3],
          [1, 2, value],
        ],
        { what: 'features', names },
      );
  };
  throws(at(Number.NaN), 'ERR_DATA', 'features: row 2, column 2 is NaN');
  throws(at(Number.NEGATIVE_INFINITY), 'ERR_DATA', 'features: row 2, column 2 is -Infinity');
  throws(at(Number.NaN, ['a', 'b', 'age']), 'ERR_DATA', 'features: row 2, column 2 (age) is NaN');
  throws(at('7'), 'ERR_DATA', 'features: row 2, column 2 must be a number, got "7"');
  throws(at(null), 'ERR_DATA', 'features: row 2, column 2 must be a number, got null');
  throws(at(true), 'ERR_DATA', 'features: row 2, column 2 must be a number, got true');
  throws(at(1n), 'ERR_DATA', 'features: row 2, column 2 must be a number, got 1n');
  throws(at(undefined), 'ERR_DATA', 'features: row 2, column 2 must be a number, got undefined');
  throws(
    () => readMatrix({ data: [1, 2, 3, Number.NaN], shape: [2, 2] }),
    'ERR_DATA',
    'features: row 1, column 1 is NaN',
  );
  throws(() => readMatrix([[1], Float64Array.of(Number.NaN)]), 'ERR_DATA', 'features: row 1, column 0 is NaN');
  throws(
    () => readMatrix([[1, 2], new Array(2)]),
    'ERR_DATA',
    'features: row 1, column 0 must be a number, got undefined',
  );
});

test('typed data: the first value that is not finite, on request', () => {
  const data = Float64Array.of(1, 2, 3, 1e39, 5, Number.NaN);
  const source = readMatrix({ data, shape: [3, 2] });
  assert.equal(findNonFinite(source), { row: 2, column: 1, value: Number.NaN });
  assert.equal(findNonFinite(source, 'f32'), { row: 1, column: 1, value: 1e39 });
  assert.is(findNonFinite(readMatrix(rows)), undefined);
  const expected = { what: 'features', names: ['a', 'b'] };
  throws(() => requireFinite(source, expected), 'ERR_DATA', 'features: row 2, column 1 (b) is NaN');
  throws(
    () => requireFinite(source, expected, 'f32'),
    'ERR_DATA',
    'features: row 1, column 1 (b) is 1e+39, too large for f32',
  );
  const vector = readMatrix(data, { what: 'targets', vector: true });
  throws(() => requireFinite(vector, { what: 'targets' }), 'ERR_DATA', 'targets: row 5 is NaN');
  requireFinite(readMatrix(rows), expected, 'f32');
});

test('our own matrix keeps a typed array and checks its size', () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6);
  const own = matrix(data, 2, 3);
  assert.is(own.data, data);
  assert.equal({ ...own, data: [...own.data] }, { data: [1, 2, 3, 4, 5, 6], rows: 2, columns: 3 });
  assert.instance(matrix([1, 2], 1, 2).data, Float64Array);
  throws(() => matrix(data, 2, 2), 'ERR_SHAPE', 'matrix: shape [2, 2] needs 4 values, got 6');
  throws(() => matrix(data, 0, 3), 'ERR_SHAPE', 'matrix: shape [0, 3] needs 0 values, got 6');
  throws(() => matrix([1, Number.NaN], 1, 2), 'ERR_DATA', 'matrix: row 0, column 1 is NaN');
});

test('typed arrays are told from what only looks like them', () => {
  for (const value of [new Float32Array(1), new Uint8ClampedArray(1), new Float64Array(new SharedArrayBuffer(8))]) {
    assert.ok(isTyped(value));
  }
  for (const value of [new BigUint64Array(1), new DataView(new ArrayBuffer(1)), [1], null, { length: 1, 0: 1 }]) {
    assert.not(isTyped(value));
  }
});

test.run();
