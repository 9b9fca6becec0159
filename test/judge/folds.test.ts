/** Folds: partitions whatever is asked; without shuffling those of scikit-learn, see test/golden/README.md. */
import { readFileSync } from 'node:fs';
import { type Fold, kFold, stratifiedKFold } from 'downhill';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { throws } from '../throws.js';

const golden = JSON.parse(readFileSync('test/golden/judge.json', 'utf8')) as {
  kFold: { rows: number; folds: number; test: number[][] }[];
  stratified: { labels: (number | string)[]; folds: number; test: number[][] }[];
};

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const tests = (folds: readonly Fold[]): number[][] => folds.map(({ test }) => [...test]);

/** Every row is tested once and trained on in all other folds; numbers ascend. */
function partition(folds: readonly Fold[], rows: number): void {
  const ascending = (list: Uint32Array): number[] => [...list].sort((a, b) => a - b);
  assert.equal(
    tests(folds)
      .flat()
      .sort((a, b) => a - b),
    count(rows),
  );
  for (const { train, test } of folds) {
    assert.instance(train, Uint32Array);
    assert.equal([...train], ascending(train));
    assert.equal([...test], ascending(test));
    const tested = new Set(test);
    assert.equal(
      [...train],
      count(rows).filter((row) => !tested.has(row)),
    );
  }
}

test('unshuffled folds are those of KFold', () => {
  for (const { rows, folds, test } of golden.kFold) {
    assert.equal(tests(kFold(rows, { folds, shuffle: false })), test);
  }
});

test('unshuffled stratified folds are those of StratifiedKFold', () => {
  for (const { labels, folds, test } of golden.stratified) {
    assert.equal(tests(stratifiedKFold(labels as string[], { folds, shuffle: false })), test);
  }
});

test('k folds: a partition, sizes differ by at most one, the same for the same seed', () => {
  const cases = fc.record({
    rows: fc.integer({ min: 2, max: 150 }),
    folds: fc.integer({ min: 2, max: 12 }),
    seed: fc.maxSafeNat(),
    shuffle: fc.boolean(),
  });
  fc.assert(
    fc.property(cases, ({ rows, ...options }) => {
      fc.pre(options.folds <= rows);
      const folds = kFold(rows, options);
      assert.is(folds.length, options.folds);
      partition(folds, rows);
      // The first n mod K are larger by one.
      assert.equal(
        folds.map(({ test }) => test.length),
        count(options.folds).map((k) => Math.floor(rows / options.folds) + Number(k < rows % options.folds)),
      );
      assert.equal(tests(kFold(rows, options)), tests(folds));
    }),
  );
});

test('stratified folds: a partition, every class and all rows spread as evenly as can be', () => {
  const cases = fc.record({
    labels: fc.array(fc.constantFrom('x', 'a', 'm'), { minLength: 12, maxLength: 120 }),
    folds: fc.integer({ min: 2, max: 6 }),
    seed: fc.nat(),
    shuffle: fc.boolean(),
  });
  fc.assert(
    fc.property(cases, ({ labels, ...options }) => {
      const classes = [...new Set(labels)];
      const members = (rows: Iterable<number>, label: string): number =>
        [...rows].filter((row) => labels[row] === label).length;
      fc.pre(classes.length > 1 && classes.every((label) => members(labels.keys(), label) >= options.folds));
      const folds = stratifiedKFold(labels, options);
      partition(folds, labels.length);
      for (const label of [...classes, undefined]) {
        const sizes = folds.map(({ test }) => (label === undefined ? test.length : members(test, label)));
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `${label}: ${sizes}`);
      }
      assert.equal(tests(stratifiedKFold(labels, options)), tests(folds));
    }),
  );
});

test('rows are shuffled unless told, differently for other seeds, not as the split is', () => {
  const first = tests(kFold(100));
  assert.is(first.length, 5);
  assert.not.equal(first, tests(kFold(100, { shuffle: false })));
  assert.not.equal(first, tests(kFold(100, { seed: 1 })));
  const labels = count(100).map((i) => i % 2);
  const stratified = tests(stratifiedKFold(labels));
  assert.not.equal(stratified, tests(stratifiedKFold(labels, { shuffle: false })));
  assert.not.equal(stratified, tests(stratifiedKFold(labels, { seed: 1 })));
});

test('the rows themselves may be given, of any kind', () => {
  const data = new Float32Array(14);
  for (const rows of [count(7), data.subarray(7), { data, rows: 7, columns: 2 }, { colour: 'abcdefg'.split('') }]) {
    assert.equal(tests(kFold(rows, { folds: 3 })), tests(kFold(7, { folds: 3 })));
  }
});

test('bad input', () => {
  throws(() => kFold(3), 'ERR_DATA', '5 folds need at least as many rows, got 3');
  throws(() => kFold(0), 'ERR_ARGUMENT', 'kFold: rows must be an integer ≥ 1, got 0');
  throws(() => kFold(2.5), 'ERR_ARGUMENT', 'kFold: rows must be an integer ≥ 1, got 2.5');
  throws(() => kFold(9, { folds: 1 }), 'ERR_ARGUMENT', 'kFold: folds must be an integer ≥ 2, got 1');
  throws(
    () => kFold(9, { n_splits: 3 } as never),
    'ERR_ARGUMENT',
    'kFold: unknown option n_splits; there are folds, shuffle, seed',
  );
  throws(() => kFold(null as never), 'ERR_SHAPE', 'kFold: rows: expected rows or a matrix, got null');
  throws(
    () => stratifiedKFold([...'aaabbbbbb'], { folds: 4 }),
    'ERR_DATA',
    '4 folds need at least as many rows of every class, got 3',
  );
  throws(
    () => stratifiedKFold([1, 1, 1], { folds: 2 }),
    'ERR_DATA',
    'stratifiedKFold: labels: expected at least two classes, got only 1',
  );
});

test.run();
