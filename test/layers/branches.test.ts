/** Shapes and branches: every number at its place, forward and backward. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { add, concatenate } from '#src/layers/branches.js';
import { layerRow } from '#src/layers/family.js';
import { flatten, reshape } from '#src/layers/shapes.js';
import { describeValue, type Shape } from '#src/program/layer.js';
import { sameBits } from '../helpers/close.ts';
import { dtypes } from '../helpers/numbers.ts';
import { runLayer, sizeOfShape } from '../helpers/run-layer.ts';
import { throws } from '../throws.js';

const counted = (n: number, from = 1): Float64Array => Float64Array.from({ length: n }, (_, i) => from + i);

test('flatten and reshape keep the order of the numbers', () => {
  for (const dtype of dtypes) {
    for (const [from, to] of [
      [[12], [3, 4]],
      [[3, 4], [12]],
      [[2, 3, 5], [30]],
      [[30], [2, 3, 5]],
      [
        [5, 3],
        [3, 5],
      ],
      [
        [3, 10],
        [6, 5],
      ],
      [[7, 1], [7]],
      [[7], [1, 7]],
    ] as readonly [Shape, Shape][]) {
      const rows = 5;
      const x = counted(rows * sizeOfShape(from));
      const slope = x.map((value) => -value);
      const layer = to.length === 1 ? flatten() : reshape(to);
      const run = runLayer({ layer, dtype, rows, inputs: [[from, x]], slope, blocks: [2, 3] });
      assert.equal(run.shape, to);
      sameBits(run.output, x, `${dtype} ${from} → ${to}`);
      sameBits(run.slopes[0]!, slope, `∂ ${dtype} ${from} → ${to}`);
    }
  }
});

test('a view is what lies alike', () => {
  const view = (dtype: 'f32' | 'f64', from: Shape, to: readonly number[]): boolean => {
    const spec = JSON.parse(JSON.stringify(reshape(to)));
    const values = { inputs: [describeValue(from, dtype)], output: describeValue(to, dtype) };
    const context = { dtype, name: 'reshape1', number: 1, activation: 'none', rows: 4, ...values } as const;
    return layerRow(spec).compile(spec, context).view!;
  };
  assert.ok(view('f32', [3, 4], [12]) && view('f64', [3, 4], [12]) && view('f64', [5, 2], [10]));
  assert.ok(view('f32', [2, 2, 3], [4, 3]) && view('f32', [7], [1, 7]) && view('f32', [8, 4], [2, 16]));
  assert.not(view('f32', [5, 2], [10]));
  assert.not(view('f32', [10], [5, 2]));
  assert.not(view('f64', [4, 3], [12]));
  assert.not(view('f32', [7, 1], [7]));
  // In place there is nothing to do.
  const x = counted(24);
  const run = runLayer({ layer: flatten(), rows: 2, inputs: [[[3, 4], x]], slope: x, inPlace: true });
  sameBits(run.output, x);
  sameBits(run.slopes[0]!, x);
});

test('reshape finds a length that is left open', () => {
  const shape = (to: number[], from: Shape): Shape => {
    const spec = JSON.parse(JSON.stringify(reshape(to)));
    return layerRow(spec).shape(spec, [from], 'reshape1');
  };
  assert.equal(shape([-1], [2, 3]), [6]);
  assert.equal(shape([4, -1, 3], [24]), [4, 2, 3]);
  throws(() => shape([5, 2], [3, 4]), 'ERR_SHAPE', 'reshape1: expected 10 numbers for [5, 2], got 12 of [3, 4]');
  throws(
    () => shape([5, -1], [3, 4]),
    'ERR_SHAPE',
    'reshape1: expected a multiple of 5 numbers for [5, -1], got 12 of [3, 4]',
  );
  const bad = (value: unknown, got: string): void =>
    throws(
      () => reshape(value as number[]),
      'ERR_ARGUMENT',
      `reshape: shape must be a list of integers ≥ 1, of which one may be -1, got ${got}`,
    );
  bad([], 'an array of length 0');
  for (const list of [[0], [1.5], ['3']]) bad(list, 'an array of length 1');
  bad([-1, -1], 'an array of length 2');
  bad(3, '3');
});

test('sums of two and three values', () => {
  for (const dtype of dtypes) {
    for (const shape of [[1], [6], [3, 5]]) {
      for (const count of [2, 3]) {
        const rows = 7;
        const n = rows * sizeOfShape(shape);
        const inputs = Array.from({ length: count }, (_, k) => [shape, counted(n, 10 ** k)] as const);
        const slope = counted(n, 0.5);
        const run = runLayer({ layer: add(), dtype, rows, inputs, slope, blocks: [3, 4] });
        const sum = counted(n, 0).map((_, i) => inputs.reduce((total, [, values]) => total + values[i]!, 0));
        sameBits(run.output, sum, `${dtype} ${shape} ${count}`);
        for (const found of run.slopes) sameBits(found, slope);
      }
    }
  }
});

test('values behind each other along the last axis', () => {
  for (const dtype of dtypes) {
    for (const [leading, channels] of [
      [[], [3, 5]],
      [[4], [1, 2, 9]],
      [
        [2, 3],
        [4, 4],
      ],
      [[5], [16, 3]],
    ] as const) {
      const rows = 4;
      const positions = rows * sizeOfShape(leading);
      const inputs = channels.map((c, k) => [[...leading, c], counted(positions * c, 1000 * k)] as const);
      const total = channels.reduce((a, b) => a + b, 0);
      const slope = counted(positions * total, 0.5);
      const run = runLayer({ layer: concatenate(), dtype, rows, inputs, slope, blocks: [1, 3] });
      assert.equal(run.shape, [...leading, total]);
      let first = 0;
      channels.forEach((c, k) => {
        for (let p = 0; p < positions; p++) {
          for (let j = 0; j < c; j++) {
            const at = p * total + first + j;
            assert.is(run.output[at], inputs[k]![1][p * c + j], `${dtype} ${leading} input ${k} ${p} ${j}`);
            assert.is(run.slopes[k]![p * c + j], slope[at]);
          }
        }
        first += c;
      });
    }
  }
});

test('inputs that do not fit, and options', () => {
  const shape = (layer: object, ...shapes: Shape[]): unknown => {
    const spec = JSON.parse(JSON.stringify(layer));
    return layerRow(spec).shape(spec, shapes, 'sum');
  };
  const two = 'sum: expected two inputs or more, got 1';
  throws(() => shape(add(), [3]), 'ERR_ARGUMENT', two);
  throws(() => shape(concatenate(), [3]), 'ERR_ARGUMENT', two);
  throws(() => shape(add(), [3], [3], [1, 3]), 'ERR_SHAPE', 'sum: expected inputs of one shape, got [3] and [1, 3]');
  const last = 'sum: expected inputs that agree but for the last axis, got [4, 3] and [5, 3]';
  throws(() => shape(concatenate(), [4, 3], [5, 3]), 'ERR_SHAPE', last);
  throws(() => shape(flatten(), [4], [5]), 'ERR_ARGUMENT', 'sum: expected one input, got 2');
  throws(() => add({ axis: 1 } as never), 'ERR_ARGUMENT', 'add: unknown option axis; there are name');
});

test.run();
