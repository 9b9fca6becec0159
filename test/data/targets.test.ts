import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeLabels, type Label, readTargets, requireTwoClasses } from '#src/data/targets.js';
import { throws } from '../throws.js';

test('numeric targets: one a row or several, and as many as features', () => {
  assert.is(readTargets([1, 2, 3], 3).columns, 1);
  assert.is(readTargets(Float32Array.of(1, 2), 2).dtype, 'f32');
  assert.is(
    readTargets(
      [
        [1, 2],
        [3, 4],
      ],
      2,
    ).columns,
    2,
  );
  assert.is(readTargets({ data: [1, 2, 3, 4], shape: [2, 2] }, 2).columns, 2);
  throws(
    () => readTargets(new Float64Array(149), 150),
    'ERR_SHAPE',
    'targets: expected 150 rows, one per row of features, got 149',
  );
  throws(() => readTargets([], 3), 'ERR_SHAPE', 'targets: expected at least one row, got none');
});

test('classes are sorted: numbers by value, strings by code unit, false before true', () => {
  const cases: [unknown, Label[], number[]][] = [
    [
      [10, 9, -1, 10],
      [-1, 9, 10],
      [2, 1, 0, 2],
    ],
    [
      ['b', 'a', 'B', 'é', 'b'],
      ['B', 'a', 'b', 'é'],
      [2, 1, 0, 3, 2],
    ],
    [
      [true, false, true],
      [false, true],
      [1, 0, 1],
    ],
    [Uint8Array.of(3, 1, 3), [1, 3], [1, 0, 1]],
    [{ data: Float32Array.of(3, 1, 3), shape: [3] }, [1, 3], [1, 0, 1]],
    [{ data: [3, 1, 3], rows: 3, columns: 1 }, [1, 3], [1, 0, 1]],
    [
      ['10', '9'],
      ['10', '9'],
      [0, 1],
    ],
    [
      [0, -0, 1],
      [0, 1],
      [0, 0, 1],
    ],
  ];
  for (const [y, classes, indices] of cases) {
    const encoded = encodeLabels(y);
    assert.equal(encoded.classes, classes);
    assert.equal([...encoded.indices], indices);
    assert.instance(encoded.indices, Int32Array);
  }
});

test('labels round trip', () => {
  const some = (label: fc.Arbitrary<Label>): fc.Arbitrary<Label[]> =>
    fc.array(label, { minLength: 2, maxLength: 40 }).filter((labels) => new Set(labels).size > 1);
  const labels = fc.oneof(
    some(fc.integer()),
    some(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
    some(fc.string()),
    some(fc.boolean()),
  );
  fc.assert(
    fc.property(labels, (y) => {
      const { classes, indices } = encodeLabels(y);
      assert.equal(
        [...indices].map((k) => classes[k]),
        y,
      );
      assert.is(classes.length, new Set(y).size);
      for (let k = 1; k < classes.length; k++) assert.ok(classes[k - 1]! < classes[k]!);
      assert.equal([...encodeLabels(y, classes).indices], [...indices]);
    }),
  );
});

test('known classes keep their order and need not all occur', () => {
  const encoded = encodeLabels(['cat', 'cat'], ['dog', 'cat', 'owl']);
  assert.equal(encoded, { classes: ['dog', 'cat', 'owl'], indices: Int32Array.of(1, 1) });
  throws(
    () => encodeLabels(['cat', 'owl'], ['dog', 'cat']),
    'ERR_DATA',
    'targets: row 1 is "owl", not one of "dog", "cat"',
  );
  throws(() => encodeLabels([1], [1, 1]), 'ERR_ARGUMENT', 'classes: 1 is there twice');
  throws(() => encodeLabels([1], [1, 'a']), 'ERR_DATA', 'classes[1] is "a", a string among labels of type number');
  throws(() => encodeLabels(['a'], ['a']), 'ERR_DATA', 'targets: expected at least two classes, got only "a"');
});

test('bad labels', () => {
  throws(() => encodeLabels([1, 2, 'x']), 'ERR_DATA', 'targets: row 2 is "x", a string among labels of type number');
  throws(() => encodeLabels(['a', 1]), 'ERR_DATA', 'targets: row 1 is 1, a number among labels of type string');
  throws(() => encodeLabels([true, 0]), 'ERR_DATA', 'targets: row 1 is 0, a number among labels of type boolean');
  const must = 'must be a finite number, a string or a boolean, got';
  throws(() => encodeLabels([1, Number.NaN]), 'ERR_DATA', `targets: row 1 ${must} NaN`);
  throws(
    () => encodeLabels(Float64Array.of(1, Number.POSITIVE_INFINITY)),
    'ERR_DATA',
    `targets: row 1 ${must} Infinity`,
  );
  throws(() => encodeLabels([1, null]), 'ERR_DATA', `targets: row 1 ${must} null`);
  throws(() => encodeLabels(['a', undefined]), 'ERR_DATA', `targets: row 1 ${must} undefined`);
  throws(() => encodeLabels([[1], [2]]), 'ERR_DATA', `targets: row 0 ${must} an array of length 1`);
  throws(() => encodeLabels([1n, 2n]), 'ERR_DATA', `targets: row 0 ${must} 1n`);
  throws(() => encodeLabels(['a', 'a']), 'ERR_DATA', 'targets: expected at least two classes, got only "a"');
  throws(() => encodeLabels([]), 'ERR_DATA', 'targets: expected at least two classes, got only none');
  throws(
    () => encodeLabels(['a', 'b'], undefined, 3),
    'ERR_SHAPE',
    'targets: expected 3 rows, one per row of features, got 2',
  );
  const list = 'targets: expected a list of labels (numbers, strings or booleans), got';
  throws(() => encodeLabels('ab'), 'ERR_SHAPE', `${list} "ab"`);
  throws(() => encodeLabels(null), 'ERR_SHAPE', `${list} null`);
  throws(() => encodeLabels({ data: [1, 2], shape: [1, 2] }), 'ERR_SHAPE', 'targets: expected 1 columns, got 2');
});

test('models of two classes', () => {
  requireTwoClasses([0, 1], 'logisticRegression');
  throws(
    () => requireTwoClasses([0, 1, 2], 'logisticRegression'),
    'ERR_DATA',
    'logisticRegression: expected two classes, got 3: 0, 1, 2',
  );
  throws(
    () =>
      requireTwoClasses(
        Array.from({ length: 12 }, (_, i) => i),
        'logisticRegression',
      ),
    'ERR_DATA',
    'logisticRegression: expected two classes, got 12: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …',
  );
});

test.run();
