import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oneHot } from '#src/data/encoders.js';
import { type Matrix, readMatrix } from '#src/data/matrix.js';
import { throws } from '../throws.js';

const rowsOf = ({ data, rows, columns }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);

test('one column: a column a category, in order', () => {
  const colour = oneHot(['red', 'blue', 'red', 'green']);
  assert.equal(colour.names, ['blue', 'green', 'red']);
  assert.equal(colour.categories, { '': ['blue', 'green', 'red'] });
  assert.equal(rowsOf(colour), [
    [0, 0, 1],
    [1, 0, 0],
    [0, 0, 1],
    [0, 1, 0],
  ]);
  assert.equal(rowsOf(colour.transform(['green'])), [[0, 1, 0]]);
  assert.is(readMatrix(colour).columns, 3);
});

test('columns by name', () => {
  const encoded = oneHot({ colour: ['red', 'blue'], doors: Uint8Array.of(5, 3), used: [true, false] });
  assert.equal(encoded.names, ['colour=blue', 'colour=red', 'doors=3', 'doors=5', 'used=false', 'used=true']);
  assert.equal(rowsOf(encoded), [
    [0, 1, 0, 1, 0, 1],
    [1, 0, 1, 0, 1, 0],
  ]);
  // The order of columns is that of the first time.
  assert.equal(rowsOf(encoded.transform({ used: [true], doors: [3], colour: ['red'] })), [[0, 1, 1, 0, 0, 1]]);
});

test('dropFirst leaves out the first category of every column', () => {
  const encoded = oneHot({ a: ['x', 'y', 'z'], b: [1, 2, 1] }, { dropFirst: true });
  assert.equal(encoded.names, ['a=y', 'a=z', 'b=2']);
  assert.equal(rowsOf(encoded), [
    [0, 0, 0],
    [1, 0, 1],
    [0, 1, 0],
  ]);
});

test('categories that are given keep their order, and need not all occur', () => {
  const size = oneHot(['M', 'S'], { categories: ['S', 'M', 'L'] });
  assert.equal(size.names, ['S', 'M', 'L']);
  assert.equal(rowsOf(size), [
    [0, 1, 0],
    [1, 0, 0],
  ]);
  const named = oneHot({ a: ['x', 'y'], b: [2, 1] }, { categories: { b: [3, 2, 1] } });
  assert.equal(named.names, ['a=x', 'a=y', 'b=3', 'b=2', 'b=1']);
  throws(() => oneHot({ a: ['x', 'y'] }, { categories: { c: ['x'] } }), 'ERR_SHAPE', 'oneHot: no column "c" among "a"');
});

test('unknown values: an error, or a row of zeros', () => {
  throws(() => oneHot(['a', 'b']).transform(['a', 'c']), 'ERR_DATA', 'oneHot: row 1 is "c", not one of "a", "b"');
  throws(() => oneHot(['a', 'c'], { categories: ['a', 'b'] }), 'ERR_DATA', 'oneHot: row 1 is "c", not one of "a", "b"');
  throws(
    () => oneHot({ colour: ['red', 'blue'] }).transform({ colour: ['pink'] }),
    'ERR_DATA',
    'colour: row 0 is "pink", not one of "blue", "red"',
  );
  const lenient = oneHot(['a', 'b'], { unknown: 'ignore' });
  assert.equal(rowsOf(lenient.transform(['c', 'b'])), [
    [0, 0],
    [0, 1],
  ]);
  throws(
    () => lenient.transform([null] as never),
    'ERR_DATA',
    'oneHot: row 0 must be a finite number, a string or a boolean, got null',
  );
});

test('each row has one 1 in each column of categories, at the name of its value', () => {
  const column = fc.array(fc.constantFrom('p', 'q', 'r'), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(column, column, (a, b) => {
      const encoded = oneHot({ a, b });
      rowsOf(encoded).forEach((row, i) => {
        const set = encoded.names.filter((_, j) => row[j] === 1);
        assert.equal(set, [`a=${a[i]}`, `b=${b[i]}`]);
      });
    }),
  );
});

test('bad input', () => {
  throws(() => oneHot([]), 'ERR_SHAPE', 'matrix: expected at least one row, got none');
  throws(() => oneHot(3 as never), 'ERR_SHAPE', 'oneHot: expected a list of categories, or lists by name, got 3');
  throws(
    () => oneHot({ a: 3 } as never),
    'ERR_SHAPE',
    'oneHot: expected a list of categories, or lists by name, got an object',
  );
  throws(() => oneHot({ a: [1, 2], b: [1] }), 'ERR_SHAPE', 'oneHot: "b" has 1 rows, expected 2 as in "a"');
  throws(() => oneHot({ a: [1] }).transform([1]), 'ERR_SHAPE', 'oneHot: no column "" among "a"');
  throws(
    () => oneHot({ a: [1], b: [2] }).transform({ a: [1] }),
    'ERR_SHAPE',
    'oneHot: "b" has 0 rows, expected 1 as in "a"',
  );
  throws(() => oneHot(['a', 1]), 'ERR_DATA', 'oneHot: row 1 is 1, a number among labels of type string');
  throws(
    () => oneHot(['a'], { drop: true } as never),
    'ERR_ARGUMENT',
    'oneHot: unknown option drop; did you mean dropFirst?',
  );
  throws(
    () => oneHot(['a'], { categories: 3 as never }),
    'ERR_ARGUMENT',
    'oneHot: categories must be a list, or lists by name, got 3',
  );
});

test.run();
