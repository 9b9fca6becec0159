/** Losses: what options and data they refuse, and that the table says all there is to know of each. */
import {
  binaryCrossEntropy,
  epsilonInsensitive,
  focal,
  gammaDeviance,
  gaussianNll,
  hinge,
  huber,
  kullbackLeibler,
  type LossSpec,
  lossAndGradient,
  meanAbsoluteError,
  modifiedHuber,
  multiclassHinge,
  nll,
  poisson,
  quantile,
  softmaxCrossEntropy,
  softmaxFocal,
  squaredHinge,
  triplet,
  tweedieDeviance,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { losses } from '#src/losses.js';
import { lossRow } from '#src/program/loss.js';
import { lossRows } from '#src/program/loss-rows.js';
import { lossSpecs } from '../helpers/loss-specs.ts';
import { throws } from '../throws.ts';

const options = (call: () => unknown, message: string): void => throws(call, 'ERR_ARGUMENT', message);

/** Runs a loss on one row of three outputs (or as given) and these targets. */
const on = (loss: LossSpec, y: unknown, z: unknown = [[0.1, 0.2, 0.3]]) => {
  return () => lossAndGradient(loss, z as never, y as never);
};

test('options out of range', () => {
  options(() => quantile({ quantile: 0 }), 'quantile: quantile must be a number in (0, 1), got 0');
  options(() => quantile({ quantile: 1 }), 'quantile: quantile must be a number in (0, 1), got 1');
  options(() => huber({ delta: 0 }), 'huber: delta must be a number > 0, got 0');
  options(() => epsilonInsensitive({ epsilon: -1 }), 'epsilonInsensitive: epsilon must be a number ≥ 0, got -1');
  options(() => tweedieDeviance({ power: 0 }), 'tweedieDeviance: power must be a number in [1, 2], got 0');
  options(() => focal({ gamma: -1 }), 'focal: gamma must be a number ≥ 0, got -1');
  options(() => hinge({ margin: -1 }), 'hinge: margin must be a number ≥ 0, got -1');
  options(() => meanAbsoluteError({ delta: 1 } as never), 'meanAbsoluteError: unknown option delta; there are none');
  for (const make of [softmaxCrossEntropy, nll]) {
    options(() => make({ classWeights: [0, 0] }), `${make.name}: classWeights: at least one must be > 0, all are 0`);
  }
  options(
    () => softmaxCrossEntropy({ classWeights: [1, -1] }),
    'softmaxCrossEntropy: classWeights[1] must be a number ≥ 0, got -1',
  );
});

const data = (call: () => unknown, message: string): void => throws(call, 'ERR_DATA', message);

test('targets that the loss does not take', () => {
  data(on(poisson(), [[1, -1, 0]]), 'targets: value 1 must be a finite number ≥ 0, got -1');
  data(on(tweedieDeviance(), [[1, 2, -0.5]]), 'targets: value 2 must be a finite number ≥ 0, got -0.5');
  data(on(gammaDeviance(), [[1, 0, 2]]), 'targets: value 1 must be a finite number > 0, got 0');
  for (const make of [hinge, squaredHinge, modifiedHuber]) {
    data(on(make(), [[1, -1, 0]]), 'targets: value 2 must be -1 or 1, got 0');
  }
  data(on(binaryCrossEntropy(), [[0, 1.5, 1]]), 'targets: value 1 must be a number in [0, 1], got 1.5');
  data(on(focal(), [[0, 0.5, 1]]), 'targets: value 1 must be 0 or 1, got 0.5');
  const index = 'the index of a class, an integer in [0, 3)';
  for (const make of [softmaxCrossEntropy, nll, softmaxFocal, multiclassHinge]) {
    data(on(make(), [3]), `targets: value 0 must be ${index}, got 3`);
    data(on(make(), [-100]), `targets: value 0 must be ${index}, got -100`);
  }
  data(on(softmaxCrossEntropy({ ignoreIndex: -1 }), [-2]), `targets: value 0 must be ${index}, got -2`);
  for (const make of [softmaxCrossEntropy, nll]) {
    data(on(make({ ignoreIndex: -1 }), [-1]), 'targets: expected a row that counts, all are -1, which is ignored');
  }
});

test('distributions sum to 1 within 1e-6, or are said not to', () => {
  const message = 'targets: row 0 must be a distribution, numbers ≥ 0 that sum to 1, got a sum of 1.5';
  data(on(softmaxCrossEntropy({ targets: 'distribution' }), [[0.5, 0.5, 0.5]]), message);
  data(on(kullbackLeibler(), [[0.5, 0.5, 0.5]]), message);
  data(
    on(softmaxCrossEntropy({ targets: 'distribution' }), [[1.5, -0.5, 0]]),
    'targets: value 1 must be a probability ≥ 0, got -0.5',
  );
  on(softmaxCrossEntropy({ targets: 'distribution' }), [[0.5, 0.5, 9e-7]])();
  on(softmaxCrossEntropy({ targets: 'distribution', normalized: false }), [[0.5, 0.5, 0.5]])();
  on(kullbackLeibler({ normalized: false }), [[0.5, 0.5, 0.5]])();
});

test('shapes, predictions and class weights that do not fit', () => {
  const shape = (call: () => unknown, message: string): void => throws(call, 'ERR_SHAPE', message);
  shape(on(softmaxCrossEntropy(), [0], [[1]]), 'predictions: softmaxCrossEntropy needs at least two columns, got 1');
  shape(on(gaussianNll(), [0]), 'predictions: gaussianNll needs a multiple of 2 columns, got 3');
  shape(on(gaussianNll(), [0], [[1, 2, 3, 4]]), 'predictions: gaussianNll needs 2 columns, got 4');
  shape(on(triplet(), null, [[1, 2, 3, 4]]), 'predictions: triplet needs a multiple of 3 columns, got 4');
  options(on(triplet(), [1]), 'targets: triplet takes none');
  options(on(softmaxCrossEntropy({ classWeights: [1, 2] }), [0]), 'classWeights: expected 3, one per class, got 2');
  data(
    on(binaryCrossEntropy({ fromProbabilities: true }), [1], [1.5]),
    'predictions: value 0 must be a number in [0, 1], got 1.5',
  );
});

test('focal losses without focus are cross-entropies, bit for bit', () => {
  const z = [
    [2, -3, 0.5],
    [-40, 90, 1e-3],
  ];
  const y = [
    [1, 0, 1],
    [1, 1, 0],
  ];
  for (const dtype of ['f32', 'f64'] as const) {
    assert.equal(
      lossAndGradient(focal({ gamma: 0, alpha: null }), z, y, { dtype }),
      lossAndGradient(binaryCrossEntropy(), z, y, { dtype }),
    );
    assert.equal(
      lossAndGradient(softmaxFocal({ gamma: 0 }), z, [1, 2], { dtype }),
      lossAndGradient(softmaxCrossEntropy(), z, [1, 2], { dtype }),
    );
  }
});

test('symmetries and kinks', () => {
  const at = (loss: LossSpec, z: number, y: number) => {
    const { value, gradient } = lossAndGradient(loss, [z], [y]);
    return [value, gradient[0]!] as const;
  };
  // The median is half the absolute error; Huber is it times δ, far away.
  assert.equal(at(quantile(), 3, 1), [1, 0.5]);
  assert.equal(at(meanAbsoluteError(), 3, 1), [2, 1]);
  assert.equal(at(huber({ delta: 0.5 }), 3, 1), [0.875, 0.5]);
  for (const loss of [meanAbsoluteError(), quantile({ quantile: 0.2 }), huber(), epsilonInsensitive()]) {
    assert.is(Math.abs(at(loss, 2, 2)[1]), 0);
  }
  assert.equal(at(hinge(), 1, 1), [0, -0]);
  assert.equal(at(modifiedHuber(), -1, 1), [4, -4]);
  // Ties go to the lowest index: here the wrong class, then the right one.
  const hingeOf = (y: number) => lossAndGradient(multiclassHinge(), [[1, 0]], [y]);
  assert.equal([...lossAndGradient(multiclassHinge(), [[1, 1, 1]], [0]).gradient], [-1, 1, 0]);
  assert.equal([...lossAndGradient(multiclassHinge(), [[0, 1]], [1]).gradient], [1, -1]);
  assert.is(hingeOf(0).value, 0);
  assert.is(hingeOf(1).value, 2);
  // Shifted logits are the same distribution.
  const shifted = (by: number) => lossAndGradient(softmaxFocal(), [[1 + by, 2 + by, 4 + by]], [1]).value;
  assert.ok(Math.abs(shifted(0) - shifted(64)) < 2 ** -46);
});

test('the table: every kind has a row that takes the rest, every row its range and link', () => {
  for (const kind of Object.keys(losses.kinds)) {
    assert.ok(
      lossSpecs.some((loss) => loss.kind === kind),
      `${kind} is among the losses that are tested`,
    );
    assert.ok(
      lossRows.some((row) => row.kind === kind),
      `${kind} has a row`,
    );
  }
  for (const loss of lossSpecs) {
    const row = lossRow(loss);
    assert.ok(row.range && row.link && row.each && row.meanOver, loss.kind);
  }
});

test.run();
