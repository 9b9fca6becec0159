/** Weights of convolutions are filters × channels × taps, as PyTorch has them, whatever lies in memory. */
import { conv1d, conv2d, dense, flatten, input, meanSquaredError, sequential, sgd } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { source } from '../helpers/points.js';

const f64 = { dtype: 'f64', loss: meanSquaredError() } as const;
const start = { optimizer: sgd(0), epochs: 1 } as const;

test('conv2d: what weight[f][c][i][j] multiplies', () => {
  const [size, channels, filters, kernel] = [4, 2, 3, 2];
  const next = source(3);
  const x = Array.from({ length: size * size * channels }, () => 2 * next() - 1);
  const conv = conv2d({ filters, kernelSize: kernel, bias: false, name: 'conv' });
  const out = size - kernel + 1;
  const model = sequential([input(size, size, channels), conv, flatten(), dense({ units: 1, bias: false })], f64);
  model.fitSync([x], [0], start);
  const w = Float64Array.from({ length: filters * channels * kernel * kernel }, () => 2 * next() - 1);
  assert.is(model.parameters['conv.weight']!.length, w.length);
  for (let at = 0; at < out * out * filters; at++) {
    const pick = new Float64Array(out * out * filters);
    pick[at] = 1;
    model.parameters = { 'conv.weight': w, 'dense1.weight': pick };
    const f = at % filters;
    const [row, column] = [Math.floor(at / filters / out), Math.floor(at / filters) % out];
    let expected = 0;
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < kernel; i++) {
        for (let j = 0; j < kernel; j++) {
          const value = x[((row + i) * size + column + j) * channels + c]!;
          expected += w[((f * channels + c) * kernel + i) * kernel + j]! * value;
        }
      }
    }
    assert.ok(Math.abs(model.predictRaw([x])[0]! - expected) < 1e-14);
  }
});

test('conv1d: biases and weights of PyTorch', () => {
  const options = {
    name: 'conv',
    filters: 4,
    kernelSize: 5,
    kernelInitializer: 'torchLinear',
    biasInitializer: 'torchLinear',
  } as const;
  const model = sequential([input(9, 3), conv1d(options), flatten(), dense(1)], f64);
  model.fitSync([Array.from({ length: 27 }, () => 1)], [0], start);
  for (const name of ['conv.weight', 'conv.bias']) {
    const values = [...model.parameters[name]!];
    const bound = 1 / Math.sqrt(15);
    assert.ok(values.every((v) => v !== 0 && Math.abs(v) <= bound));
    assert.ok(Math.max(...values.map(Math.abs)) > bound / 4);
  }
});

test.run();
