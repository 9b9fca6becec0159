/** Weights of PyTorch and Keras. Values: y = x·Wᵀ + b (PyTorch's Linear), x·K + b (Keras' Dense), by hand. */
import {
  batchNorm,
  conv2d,
  flatten,
  input,
  linearRegression,
  meanSquaredError,
  mlp,
  sequential,
  softmaxCrossEntropy,
} from 'downhill';
import { loadWeights, type StoredTensor, writeSafetensors } from 'downhill/store';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const f32 = (shape: readonly number[], values: readonly number[]): StoredTensor => ({
  dtype: 'F32',
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});
const loss = meanSquaredError();

test('PyTorch: layers in the order of their numbers', () => {
  // Twelve layers, so that "10" comes behind "2"; layer i multiplies by i + 1 and adds i.
  const layers = Array.from({ length: 12 }, (_, i) => i);
  const file = writeSafetensors(
    [...layers].reverse().flatMap((i): [string, StoredTensor][] => [
      [`${2 * i}.bias`, f32([1], [i])],
      [`${2 * i}.weight`, f32([1, 1], [i + 1])],
    ]),
  );
  const model = mlp({ inputs: 1, hidden: layers.slice(1).map(() => 1), outputs: 1, loss });
  const report = loadWeights(model, file);
  assert.is(report.loaded.length, 24);
  assert.equal(report.loaded[20], ['dense11.weight', '20.weight']);
  assert.equal([report.missing, report.unfit, report.unused], [[], [], []]);
  // ((1·2 + 0)·2 + 1)·3 + 2 … with relu, which sees nothing below zero here.
  const expected = layers.reduce((x, i) => x * (i + 1) + i, 2);
  assert.equal([...(model.predict([[2]]) as Float32Array)], [Math.fround(expected)]);
});

test('PyTorch: names of its own, and rows of classes', () => {
  const file = writeSafetensors([
    ['fc.weight', f32([3, 2], [1, 0, 0, 1, 1, 1])],
    ['fc.bias', f32([3], [0, 0, -5])],
  ]);
  const model = mlp({ inputs: 2, hidden: [], outputs: 3, loss: softmaxCrossEntropy() });
  loadWeights(model, file, {
    classes: ['a', 'b', 'c'],
    names: { 'dense1.weight': 'fc.weight', 'dense1.bias': 'fc.bias' },
  });
  assert.equal(
    model.predict([
      [2, 1],
      [1, 2],
      [9, 9],
    ]),
    ['a', 'b', 'c'],
  );
  const again = mlp({ inputs: 2, hidden: [], outputs: 3, loss: softmaxCrossEntropy() });
  loadWeights(again, file, { names: (name) => name.replace('dense1', 'fc') });
  assert.equal(
    again.predict([
      [2, 1],
      [1, 2],
    ]),
    [0, 1],
  );
  // It goes on from there.
  again.partialFit(
    [
      [2, 1],
      [1, 2],
      [9, 9],
    ],
    [0, 1, 2],
  );
});

test('Keras: kernels are turned', () => {
  const file = writeSafetensors([
    ['dense/kernel', f32([2, 3], [1, 2, 3, 4, 5, 6])],
    ['dense/bias', f32([3], [0.5, 0, 0])],
  ]);
  const model = mlp({ inputs: 2, hidden: [], outputs: 3, loss });
  loadWeights(model, file);
  assert.equal([...(model.predict([[1, 10]]) as Float32Array)], [41.5, 52, 63]);
});

test('Keras: a convolution and batch normalisation', () => {
  // 3 × 3 pixels of two channels, three filters of 2 × 2: kernel [2, 2, 2, 3], value 1000a + 100b + 10c + d.
  const kernel: number[] = [];
  for (let a = 0; a < 2; a++)
    for (let b = 0; b < 2; b++)
      for (let c = 0; c < 2; c++) for (let d = 0; d < 3; d++) kernel.push(1000 * a + 100 * b + 10 * c + d);
  const file = writeSafetensors([
    ['conv2d_1/kernel', f32([2, 2, 2, 3], kernel)],
    ['conv2d_1/bias', f32([3], [0, 0, 0])],
    ['conv2d_2/gamma', f32([3], [1, 1, 2])],
    ['conv2d_2/beta', f32([3], [0, 0, 1])],
    ['conv2d_2/moving_mean', f32([3], [0, 0, 0])],
    ['conv2d_2/moving_variance', f32([3], [1, 1, 1])],
  ]);
  const layers = [input(3, 3, 2), conv2d({ filters: 3, kernelSize: 2 }), batchNorm({ epsilon: 1e-30 }), flatten()];
  const model = sequential(layers, { loss });
  loadWeights(model, file);
  // A single 1 at row 1, column 0, channel 1.
  const x = new Array(18).fill(0);
  x[(1 * 3 + 0) * 2 + 1] = 1;
  const out = [...(model.predict([x]) as Float32Array)];
  // Output (0, 0) sees it at a = 1, b = 0, c = 1; (1, 0) at a = 0, b = 0.
  const at = (row: number, column: number): number[] => out.slice((row * 2 + column) * 3, (row * 2 + column) * 3 + 3);
  assert.equal(at(0, 0), [1010, 1011, 2 * 1012 + 1]);
  assert.equal(at(1, 0), [10, 11, 2 * 12 + 1]);
  assert.equal(at(0, 1), [0, 0, 1]);
});

test('f16 and bf16 become f32', () => {
  const half: StoredTensor = { dtype: 'BF16', shape: [1, 1], bytes: new Uint8Array([0x40, 0x40]) };
  const file = writeSafetensors([
    ['0.weight', half],
    ['0.bias', { dtype: 'F16', shape: [1], bytes: new Uint8Array([0, 0x3c]) }],
  ]);
  const model = mlp({ inputs: 1, hidden: [], outputs: 1, loss });
  loadWeights(model, file);
  assert.equal([...(model.predict([[2]]) as Float32Array)], [7]);
});

test('what does not fit is said, and nothing has changed then', () => {
  const file = writeSafetensors([
    ['0.weight', f32([1, 3], [1, 2, 3])],
    ['0.bias', { dtype: 'I64', shape: [1], bytes: new Uint8Array(8) }],
    ['0.more', f32([1], [1])],
  ]);
  const model = linearRegression();
  assert.throws(() => loadWeights(model, file), /loadWeights needs a fitted model/);
  model.fitSync(
    [
      [1, 2],
      [2, 1],
      [0, 1],
    ],
    [1, 2, 3],
  );
  const before = { ...model.parameters };
  assert.throws(
    () => loadWeights(model, file),
    /weight from 0.weight: expected \[1, 2\], got \[1, 3\]; bias from 0.bias: elements of type I64 are not read; 0.more in the file: nothing here/,
  );
  assert.equal(model.parameters, before);
  const report = loadWeights(model, file, { strict: false, names: { bias: '0.more' } });
  assert.equal(report.loaded, [['bias', '0.more']]);
  assert.is(report.unfit.length, 1);
  assert.equal(report.unused, ['0.bias']);
  assert.is(model.parameters.bias[0], 1);
  const network = mlp({ inputs: 2, hidden: [], outputs: 1, loss });
  assert.throws(() => loadWeights(network, writeSafetensors([])), /dense1.weight: nothing in the file/);
  assert.throws(() => network.predict([[1, 2]]), /fitted/);
  const unknown = mlp({ inputs: 2, hidden: [], outputs: 1 });
  assert.throws(() => loadWeights(unknown, file), /loss/);
  const classes = mlp({ inputs: 2, hidden: [], outputs: 3, loss: softmaxCrossEntropy() });
  assert.throws(() => loadWeights(classes, file, { classes: ['a'] }), /expected 3, got 1/);
});

test.run();
