import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeLabels } from '#src/data/targets.js';
import { rowWeights } from '#src/data/weights.js';
import { throws } from '../throws.js';

const labels = encodeLabels(['a', 'b', 'a', 'c', 'a', 'b']);
const near = (got: ArrayLike<number> | undefined, want: readonly number[]): void => {
  assert.is(got?.length, want.length);
  want.forEach((value, i) => {
    assert.ok(Math.abs(got![i]! - value) <= 1e-15 * 8, `${i}: ${got![i]} instead of ${value}`);
  });
};

test('none asked, none given', () => {
  assert.is(rowWeights({ rows: 6 }), undefined);
  assert.is(rowWeights({ rows: 6, sampleWeights: null, classWeights: undefined, labels }), undefined);
});

test('sample weights are scaled to mean 1', () => {
  for (const sampleWeights of [[1, 2, 3], Float32Array.of(1, 2, 3), { data: [1, 2, 3], shape: [3] }]) {
    near(rowWeights({ rows: 3, sampleWeights }), [0.5, 1, 1.5]);
  }
  assert.equal([...rowWeights({ rows: 3, sampleWeights: [7, 7, 7] })!], [1, 1, 1]);
  near(rowWeights({ rows: 2, sampleWeights: [1e308, 1e308] }), [1, 1]);
  near(rowWeights({ rows: 2, sampleWeights: [5e-324, 0] }), [2, 0]);
});

test('weights are scaled over the training rows alone, in their order', () => {
  const index = Uint32Array.of(3, 0);
  near(rowWeights({ rows: 4, sampleWeights: [1, 50, 90, 3], index }), [1.5, 0.5]);
});

test('balanced: n/(K·nₖ), as scikit-learn', () => {
  // compute_sample_weight('balanced', y) = 6/(3·3), 6/(3·2), 6/(3·1), whose mean is 1.
  const [a, b, c] = [2 / 3, 1, 2];
  near(rowWeights({ rows: 6, classWeights: 'balanced', labels }), [a, b, a, c, a, b]);
  // Over the training rows 0, 1, 2 and 4 there is no c.
  const index = Uint32Array.of(0, 1, 2, 4);
  near(rowWeights({ rows: 6, classWeights: 'balanced', labels, index }), [2 / 3, 2, 2 / 3, 2 / 3]);
});

test('class weights in order or by label, and together with sample weights', () => {
  near(rowWeights({ rows: 6, classWeights: [1, 2, 5], labels }), [0.5, 1, 0.5, 2.5, 0.5, 1]);
  near(rowWeights({ rows: 6, classWeights: { b: 2, c: 5 }, labels }), [0.5, 1, 0.5, 2.5, 0.5, 1]);
  near(
    rowWeights({ rows: 6, classWeights: { c: 2 }, sampleWeights: [1, 1, 1, 2, 2, 2], labels }),
    [1, 1, 1, 4, 2, 2].map((w) => (w * 6) / 11),
  );
  const binary = encodeLabels([true, false]);
  near(rowWeights({ rows: 2, classWeights: { true: 3 }, labels: binary }), [1.5, 0.5]);
});

test('the mean is 1 and proportions stay', () => {
  const weights = fc
    .array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 })
    .filter((values) => values.some((value) => value > 1e-6));
  fc.assert(
    fc.property(weights, (sampleWeights) => {
      const scaled = rowWeights({ rows: sampleWeights.length, sampleWeights })!;
      const mean = scaled.reduce((a, b) => a + b, 0) / scaled.length;
      assert.ok(Math.abs(mean - 1) < 1e-13, String(mean));
      const given = sampleWeights.reduce((a, b) => a + b, 0) / scaled.length;
      // Quotients below the normal range keep fewer digits.
      scaled.forEach((value, i) => {
        assert.ok(Math.abs(value - sampleWeights[i]! / given) <= 1e-13 * value + 1e-307);
      });
    }),
  );
});

test('bad weights', () => {
  const bad = (sampleWeights: unknown, classWeights?: unknown): (() => unknown) => {
    return () => rowWeights({ rows: 6, sampleWeights, classWeights, labels });
  };
  throws(bad([1, 2]), 'ERR_SHAPE', 'sampleWeights: expected 6 rows, one per row of features, got 2');
  throws(bad([1, 1, -1, 1, 1, 1]), 'ERR_DATA', 'sampleWeights: row 2 must be a number ≥ 0, got -1');
  throws(bad([1, 1, Number.NaN, 1, 1, 1]), 'ERR_DATA', 'sampleWeights: row 2 is NaN');
  throws(bad(Float64Array.of(1, Number.POSITIVE_INFINITY, 1, 1, 1, 1)), 'ERR_DATA', 'sampleWeights: row 1 is Infinity');
  throws(bad(new Float64Array(6)), 'ERR_DATA', 'sample and class weights are 0 for every training row');
  throws(bad([1, 0, 1, 0, 1, 0], [0, 1, 1]), 'ERR_DATA', 'sample and class weights are 0 for every training row');
  throws(bad(undefined, [1, 2]), 'ERR_ARGUMENT', 'classWeights: expected 3, one per class, got 2');
  throws(bad(undefined, { d: 2 }), 'ERR_ARGUMENT', 'classWeights: "d" is none of the classes a, b, c');
  throws(bad(undefined, { b: -2 }), 'ERR_ARGUMENT', 'classWeights: of class "b" must be a number ≥ 0, got -2');
  throws(bad(undefined, [1, 1, '1']), 'ERR_ARGUMENT', 'classWeights: of class "c" must be a number ≥ 0, got "1"');
  throws(
    bad(undefined, 'equal'),
    'ERR_ARGUMENT',
    'classWeights must be "balanced", an array or an object by label, got "equal"',
  );
  throws(
    () => rowWeights({ rows: 6, classWeights: 'balanced' }),
    'ERR_ARGUMENT',
    'classWeights need class labels as targets',
  );
});

test.run();
