/** Embedding: rows of the table, sums of gradients in the order of rows and positions, numbers that name no row. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkIndices, type EmbeddingOptions, embedding } from '#src/layers/embedding.js';
import { layerRow } from '#src/layers/family.js';
import type { Shape } from '#src/program/layer.js';
import { sameBits } from '../helpers/close.ts';
import { weights } from '../helpers/dense.ts';
import { dtypes } from '../helpers/numbers.ts';
import { source } from '../helpers/points.ts';
import { runLayer, sizeOfShape, worstDifference } from '../helpers/run-layer.ts';
import { sandbox } from '../helpers/sandbox.ts';
import { throws } from '../throws.js';

function caseOf(dtype: 'f32' | 'f64', shape: Shape, rows: number, inputDim: number, outputDim: number) {
  const next = source(5);
  const round = dtype === 'f32' ? Math.fround : Number;
  const numbers = (n: number): Float64Array => Float64Array.from({ length: n }, () => round(2 * next() - 1));
  const x = Float64Array.from({ length: rows * sizeOfShape(shape) }, () => Math.floor(next() * inputDim));
  const weight = numbers(inputDim * outputDim);
  const slope = numbers(x.length * outputDim);
  const common = { layer: embedding({ inputDim, outputDim }), dtype, rows, inputs: [[shape, x]] as const };
  return { ...common, x, slope, parameters: { weight } };
}

const cases = [
  [[1], 6, 4, 3],
  [[5], 7, 11, 4],
  [[3, 2], 4, 2, 9],
  [[7], 300, 50, 70],
] as const;

test('rows of the table come out, and gradients are summed in order, bit for bit', () => {
  for (const dtype of dtypes) {
    const round = dtype === 'f32' ? Math.fround : Number;
    for (const [shape, rows, inputDim, outputDim] of cases) {
      const { x, slope, parameters, ...common } = caseOf(dtype, shape, rows, inputDim, outputDim);
      const run = runLayer({ ...common, slope, parameters, asked: false });
      const what = `${dtype} ${shape} ${inputDim} × ${outputDim}`;
      assert.equal(run.shape, [...shape, outputDim]);
      const gradient = new Float64Array(inputDim * outputDim);
      const output = new Float64Array(x.length * outputDim);
      x.forEach((index, i) => {
        for (let j = 0; j < outputDim; j++) {
          output[i * outputDim + j] = parameters.weight[index * outputDim + j]!;
          const at = index * outputDim + j;
          gradient[at] = round(gradient[at]! + slope[i * outputDim + j]!);
        }
      });
      sameBits(run.output, output, what);
      sameBits(run.gradients.weight!, gradient, `∂ ${what}`);
      const half = Math.floor(rows / 2);
      const cut = runLayer({ ...common, slope, parameters, asked: false, blocks: [half, rows - half] });
      sameBits(cut.output, output, what);
      sameBits(cut.gradients.weight!, gradient, `∂ ${what}`);
    }
  }
});

test('the gradient is that of a dense layer of one-hot rows, bit for bit', () => {
  for (const dtype of dtypes) {
    const [rows, p, m] = [60, 13, 10];
    const { x, slope, parameters, ...common } = caseOf(dtype, [1], rows, p, m);
    const run = runLayer({ ...common, slope, parameters, asked: false });
    const floats = (values: Float64Array) => (dtype === 'f32' ? Float32Array.from(values) : values);
    const hot = new Float64Array(rows * p);
    x.forEach((index, i) => {
      hot[i * p + index] = 1;
    });
    const zero = { w: floats(new Float64Array(p * m)), b: floats(new Float64Array(m)) };
    const values = { x: floats(hot), z: floats(slope), ...zero };
    const dense = sandbox((box) => weights(box, { dtype, n: rows, p, m }, values, zero, { noBias: true }));
    sameBits(run.gradients.weight!, Float64Array.from(dense.w), dtype);
  }
});

test('central differences, and gradients that are added', () => {
  const { x, slope, ...common } = caseOf('f64', [4], 5, 6, 3);
  const next = source(2);
  const row = layerRow(common.layer);
  assert.is(row.indices!(common.layer.spec), 6);
  const run = runLayer({ ...common, slope, asked: false });
  const before = { weight: new Float64Array(18).fill(2) };
  const added = runLayer({ ...common, slope, before, asked: false });
  added.gradients.weight!.forEach((value, i) => {
    assert.ok(Math.abs(value - 2 - run.gradients.weight![i]!) < 1e-14);
  });
  assert.ok(worstDifference({ ...common, asked: false }, () => 2 * next() - 1) < 1e-9);
});

test('numbers that name no row are refused, and never read elsewhere', () => {
  const check = (values: number[], columns: number, stride = columns, first = 0): void =>
    checkIndices('embedding1', 10, values, columns, stride, first);
  check([0, 9, 3, 4], 2);
  check([1, 2, Number.NaN, 3, 4, 77], 2, 3);
  const bad = (values: number[], where: string, got: string, ...more: [number?, number?]): void =>
    throws(
      () => check(values, 2, ...more),
      'ERR_DATA',
      `features: ${where}: embedding1 expects integers from 0 to 9, got ${got}`,
    );
  bad([0, 10], 'row 0, column 1', '10');
  bad([0, 1, -1, 3], 'row 1, column 0', '-1');
  bad([0, 1, 2, 3.5], 'row 1, column 1', '3.5');
  bad([0, 1, 2, Number.NaN], 'row 1, column 1', 'NaN');
  bad([0, 1, 99, 2, Infinity, 99], 'row 101, column 1', 'Infinity', 3, 100);
  const weight = [1, 2, 3];
  for (const dtype of dtypes) {
    const x = [-5, 0, 2, 3, 1e30, Number.NaN, -Infinity];
    const inputs = [[[7], x]] as const;
    const run = runLayer({
      ...{ layer: embedding({ inputDim: 3, outputDim: 1 }), dtype, rows: 1, inputs, parameters: { weight } },
      ...{ slope: [1, 1, 1, 1, 1, 1, 1], asked: false },
    });
    assert.equal([...run.output], [1, 1, 3, 3, 3, 1, 1]);
    assert.equal([...run.gradients.weight!], [4, 0, 3]);
  }
});

test('options', () => {
  const spec = { kind: 'embedding', inputDim: 10, outputDim: 4, lazy: false, name: 'words' };
  assert.equal(JSON.parse(JSON.stringify(embedding({ inputDim: 10, outputDim: 4, name: 'words' }))), spec);
  const bad = (options: object, message: string): void =>
    throws(() => embedding(options as EmbeddingOptions), 'ERR_ARGUMENT', `embedding: ${message}`);
  bad({ outputDim: 4 }, 'inputDim is required: an integer in [1, 16777216]');
  bad({ inputDim: 0, outputDim: 4 }, 'inputDim must be an integer in [1, 16777216], got 0');
  bad({ inputDim: 5, outputDim: 0 }, 'outputDim must be an integer ≥ 1, got 0');
});

test.run();
