import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { matrix } from '#src/data/matrix.js';
import { splitIndices, takeRows, trainTestSplit } from '#src/data/split.js';
import { encodeLabels } from '#src/data/targets.js';
import { throws } from '../throws.js';

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

test('a split is a partition, of the size asked, the same for the same seed', () => {
  const cases = fc.record({
    rows: fc.integer({ min: 2, max: 200 }),
    size: fc.oneof(fc.double({ min: 0.001, max: 0.99, noNaN: true }), fc.integer({ min: 1, max: 199 })),
    seed: fc.maxSafeNat(),
    shuffle: fc.boolean(),
  });
  fc.assert(
    fc.property(cases, ({ rows, size, seed, shuffle }) => {
      const want = size < 1 ? Math.ceil(rows * size) : size;
      fc.pre(want < rows);
      const { train, test } = splitIndices(rows, size, seed, undefined, shuffle);
      assert.ok(Math.abs(test.length - want) <= (Number.isInteger(size) ? 0 : 1));
      assert.equal(
        [...train, ...test].sort((a, b) => a - b),
        count(rows),
      );
      const again = splitIndices(rows, size, seed, undefined, shuffle);
      assert.equal([...again.train], [...train]);
      assert.equal([...again.test], [...test]);
    }),
  );
});

test('fractions are rounded up, but not on account of a rounding error', () => {
  const test = (rows: number, size: number): number => splitIndices(rows, size).test.length;
  // The sizes scikit-learn 1.x gives for these: ceil(rows · size).
  assert.is(test(150, 0.25), 38);
  assert.is(test(442, 0.2), 89);
  assert.is(test(10, 0.01), 1);
  assert.is(test(100, 0.5), 50);
  // 0.07 · 100 = 7.000000000000001 in floating point.
  assert.is(test(100, 0.07), 7);
});

test('it is shuffled, differently for other seeds, and not the last rows', () => {
  const { train, test } = splitIndices(100, 0.2, 1);
  assert.not.equal(
    [...test].sort((a, b) => a - b),
    count(100).slice(80),
  );
  assert.not.equal(
    [...train].sort((a, b) => a - b),
    [...train],
  );
  assert.not.equal([...splitIndices(100, 0.2, 2).test], [...test]);
});

test('without shuffling the last rows are the test part, in order', () => {
  const { train, test } = splitIndices(5, 2, 0, undefined, false);
  assert.equal([...train], [0, 1, 2]);
  assert.equal([...test], [3, 4]);
});

test('stratified: in proportion, the rest by largest remainder', () => {
  const labelled = (...sizes: number[]): ReturnType<typeof encodeLabels> =>
    encodeLabels(sizes.flatMap((size, k) => new Array<number>(size).fill(k)));
  const taken = (sizes: number[], size: number): number[] => {
    const labels = labelled(...sizes);
    const { test } = splitIndices(labels.indices.length, size, 5, labels);
    return sizes.map((_, k) => [...test].filter((row) => labels.indices[row] === k).length);
  };
  // 12.5, 7.5 and 5: one is left, and the first of equals gets it.
  assert.equal(taken([50, 30, 20], 0.25), [13, 7, 5]);
  // 1.4, 2.8 and 2.8.
  assert.equal(taken([10, 20, 20], 7), [1, 3, 3]);
  // A single row is trained on.
  assert.equal(taken([1, 9], 2), [0, 2]);
  // 1.8 ten times and 900: each small class keeps a row to train on, so the large one gives more.
  assert.equal(taken([...new Array<number>(10).fill(2), 1000], 918), [...new Array<number>(10).fill(1), 908]);
  throws(
    () => taken([2, 2], 3),
    'ERR_DATA',
    'stratify: with 3 of 4 rows in the test part, not every one of 2 classes keeps a row to train on',
  );
});

test('stratified splits are partitions with each class within one of its share', () => {
  const cases = fc.record({
    y: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 20, maxLength: 120 }).filter((y) => new Set(y).size > 1),
    size: fc.double({ min: 0.1, max: 0.6, noNaN: true }),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(cases, ({ y, size, seed }) => {
      const labels = encodeLabels(y);
      const { train, test } = splitIndices(y.length, size, seed, labels);
      assert.equal(
        [...train, ...test].sort((a, b) => a - b),
        count(y.length),
      );
      labels.classes.forEach((_, k) => {
        const of = (part: Uint32Array): number => [...part].filter((row) => labels.indices[row] === k).length;
        const all = of(train) + of(test);
        assert.ok(of(train) >= 1);
        if (all >= 10) assert.ok(Math.abs(of(test) - (all * test.length) / y.length) <= 1);
      });
    }),
  );
});

test('each part needs a row', () => {
  const message = (count: number, rows = 3): string =>
    `${rows} rows cannot be split with ${count} in the test part: each part needs at least one`;
  throws(() => splitIndices(3, 3), 'ERR_DATA', message(3));
  throws(() => splitIndices(3, 0.9), 'ERR_DATA', message(3));
  throws(() => splitIndices(1, 0.5), 'ERR_DATA', message(1, 1));
});

test('parts are of the kind given, and rows stay together with their targets', () => {
  const rows = count(8).map((i) => [i, 10 * i]);
  const data = Float32Array.from(rows.flat());
  const parts = trainTestSplit(rows, Float64Array.from(count(8)), { testSize: 2, seed: 3 });
  assert.is(parts.xTest.length, 2);
  assert.instance(parts.yTrain, Float64Array);
  parts.trainIndices.forEach((row, i) => {
    assert.is(parts.xTrain[i], rows[row]);
    assert.is(parts.yTrain[i], row);
  });
  const own = trainTestSplit(matrix(data, 8, 2), count(8).map(String), { testSize: 2, seed: 3 });
  assert.instance(own.xTrain.data, Float32Array);
  assert.is(own.xTrain.rows, 6);
  assert.equal([...own.xTest.data], parts.xTest.flat());
  assert.equal(own.yTest, [...parts.testIndices].map(String));
  const shaped = trainTestSplit({ data, shape: [8, 2] }, { data: count(8), shape: [8] }, { testSize: 2, seed: 3 });
  assert.equal(shaped.xTest, { data: Float32Array.from(parts.xTest.flat()), shape: [2, 2] });
  assert.equal(shaped.yTest, { data: [...parts.testIndices], shape: [2] });
  const plain = trainTestSplit({ data: [...data], rows: 8, columns: 2 }, count(8), { testSize: 2, seed: 3 });
  assert.equal(plain.xTest, { data: parts.xTest.flat(), rows: 2, columns: 2 });
});

test('taking rows by number, also twice', () => {
  assert.equal(takeRows(['a', 'b', 'c'], Uint32Array.of(2, 0, 2)), ['c', 'a', 'c']);
  assert.equal(takeRows(Uint8Array.of(7, 8), Uint32Array.of(1, 1)), Uint8Array.of(8, 8));
});

test('stratify by targets or by labels of their own', () => {
  const x = count(40).map((i) => [i]);
  const y = count(40).map((i) => (i < 30 ? 'no' : 'yes'));
  const yes = (labels: readonly string[]): number => labels.filter((label) => label === 'yes').length;
  const parts = trainTestSplit(x, y, { stratify: true, testSize: 0.2 });
  assert.is(yes(parts.yTest), 2);
  const other = trainTestSplit(x, count(40), { stratify: y, testSize: 0.2 });
  assert.is(yes([...other.testIndices].map((row) => y[row]!)), 2);
});

test('bad input', () => {
  const x = [[1], [2], [3], [4]];
  const y = [1, 2, 3, 4];
  const bad = (options: object, message: string): void =>
    throws(() => trainTestSplit(x, y, options as never), 'ERR_ARGUMENT', `trainTestSplit: ${message}`);
  bad({ testSize: 0 }, 'testSize must be a fraction in (0, 1) or a number of rows, got 0');
  bad({ testSize: 1.5 }, 'testSize must be a fraction in (0, 1) or a number of rows, got 1.5');
  bad({ testSize: Number.NaN }, 'testSize must be a fraction in (0, 1) or a number of rows, got NaN');
  bad({ seed: -1 }, 'seed must be an integer ≥ 0, got -1');
  bad({ stratify: 'y' }, 'stratify must be true, false or labels, got "y"');
  bad({ test_size: 0.2 }, 'unknown option test_size; did you mean testSize?');
  bad({ stratify: true, shuffle: false }, 'stratify needs shuffle');
  throws(() => trainTestSplit(x, [1, 2, 3]), 'ERR_SHAPE', 'targets: expected 4 rows, one per row of features, got 3');
  throws(
    () => trainTestSplit(x, y, { stratify: [1, 2, 1] }),
    'ERR_SHAPE',
    'targets: expected 4 rows, one per row of features, got 3',
  );
  throws(
    () => trainTestSplit(Float32Array.of(1, 2, 3, 4), y),
    'ERR_SHAPE',
    'features: expected rows, a matrix or { data, shape: [rows, columns] }, got a Float32Array',
  );
  throws(() => trainTestSplit({} as never, y), 'ERR_SHAPE', 'features: expected rows or a matrix, got an object');
  throws(() => trainTestSplit(x, null as never), 'ERR_SHAPE', 'targets: expected rows or a matrix, got null');
});

test.run();
