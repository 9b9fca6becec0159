/** Layers that work in place do not overwrite what is read again, be it by a layer before a `flatten`: central differences. */
import {
  conv2d,
  dense,
  dropout,
  flatten,
  input,
  type LayerLike,
  maxPool2d,
  sequential,
  sgd,
  softmaxCrossEntropy,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { source } from '../helpers/points.js';

const next = source(5);
const rows = 6;
const x = Array.from({ length: rows }, () => Array.from({ length: 64 }, next));
const y = [0, 1, 2, 0, 1, 2];
const options = { batchSize: 'full', epochs: 1, seed: 1, shuffle: false } as const;

const chains: Record<string, () => LayerLike[]> = {
  'pooling, flatten, dropout': () => [
    conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }),
    maxPool2d(2),
    flatten(),
    dropout(0.3),
  ],
  'tanh, flatten, dropout': () => [conv2d({ filters: 3, kernelSize: 3, activation: 'tanh' }), flatten(), dropout(0.3)],
  'pooling, dropout, flatten': () => [conv2d({ filters: 3, kernelSize: 3 }), maxPool2d(2), dropout(0.3), flatten()],
};

for (const [name, chain] of Object.entries(chains)) {
  test(`${name}: the gradient is that of central differences`, () => {
    /** The second step, whose dropout is the same every time, from a start with one weight moved. */
    const step = (rate: number, i: number, by: number) => {
      const model = sequential([input(8, 8, 1), ...chain(), dense(3)], { loss: softmaxCrossEntropy(), dtype: 'f64' });
      model.fitSync(x, y, { ...options, optimizer: sgd(0) });
      const weight = model.parameters['conv2d_1.weight']! as Float64Array;
      weight[i]! += by;
      const before = weight[i]!;
      const { history } = model.fitSync(x, y, { ...options, optimizer: sgd(rate), continue: true });
      return { loss: history[0]!.loss, gradient: before - model.parameters['conv2d_1.weight']![i]! };
    };
    for (const i of [0, 5, 13, 26]) {
      const h = 1e-5;
      const slope = (step(0, i, h).loss - step(0, i, -h).loss) / (2 * h);
      const { gradient } = step(1, i, 0);
      assert.ok(Math.abs(gradient - slope) < 1e-8, `weight ${i}: ${gradient} for ${slope}`);
    }
  });
}

test.run();
