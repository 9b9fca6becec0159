/** Networks with convolutions and pooling: gradients, bits, incomplete batches. */
import {
  adam,
  averagePool1d,
  averagePool2d,
  conv1d,
  conv2d,
  dense,
  depthwiseConv2d,
  flatten,
  globalAveragePool,
  globalMaxPool,
  input,
  type LayerLike,
  maxPool1d,
  maxPool2d,
  meanSquaredError,
  sequential,
  sgd,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { copied, networkBits } from '../helpers/network.ts';
import { source } from '../helpers/points.ts';

const next = source(5);
const rows = 37;
const x = Array.from({ length: rows }, () => Array.from({ length: 7 * 6 * 2 }, () => 2 * next() - 1));
const y = x.map((row) => row[3]! - row[10]! * row[11]!);

const networks: Record<string, readonly (LayerLike | ReturnType<typeof input>)[]> = {
  images: [
    input(7, 6, 2),
    conv2d({ filters: 5, kernelSize: 3, padding: 'same', activation: 'tanh' }),
    maxPool2d({ poolSize: 2, strides: [1, 2] }),
    depthwiseConv2d({ kernelSize: 3, multiplier: 2, padding: 1, activation: 'sigmoid' }),
    conv2d({ filters: 6, kernelSize: 1, groups: 2 }),
    averagePool2d({ poolSize: 3, strides: 2, padding: 1 }),
    flatten(),
    dense(1),
  ],
  sequences: [
    input(21, 4),
    conv1d({ filters: 5, kernelSize: 4, dilation: 2, strides: 2, activation: 'tanh' }),
    averagePool1d(2),
    conv1d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'softplus' }),
    maxPool1d({ poolSize: 3, padding: 'same', strides: 1 }),
    globalAveragePool(),
    dense(1),
  ],
  'the largest of all': [input(7, 6, 2), conv2d({ filters: 3, kernelSize: [2, 3] }), globalMaxPool(), dense(1)],
};

const fit = { optimizer: adam(0.01), epochs: 3, batchSize: 8, seed: 4 } as const;

for (const [name, layers] of Object.entries(networks)) {
  test(`${name}: gradients are those of central differences`, () => {
    const model = sequential(layers, { loss: meanSquaredError(), dtype: 'f64' });
    model.fitSync(x, y, fit);
    const start = copied(model.parameters);
    // One step of rate 1 is the gradient, to a rounding of θ.
    model.partialFit(x, y, { optimizer: sgd(1) });
    const after = copied(model.parameters);
    model.parameters = start;
    const h = 1e-5;
    for (const [at, values] of Object.entries(model.parameters)) {
      const numeric = Array.from(values, (v, i) => {
        const loss = [h, -h].map((by) => {
          values[i] = v + by;
          return model.evaluate(x, y).loss;
        });
        values[i] = v;
        return (loss[0]! - loss[1]!) / (2 * h);
      });
      numeric.forEach((expected, i) => {
        const found = start[at]![i]! - after[at]![i]!;
        assert.ok(Math.abs(found - expected) <= 1e-8 * Math.max(1, Math.abs(expected)), `${at}[${i}]: ${found}`);
      });
      assert.ok(Math.max(...numeric.map(Math.abs)) > 1e-4, at);
    }
  });

  test(`${name}: fit and fitSync give the same bits, with a last batch of five`, async () => {
    for (const dtype of ['f32', 'f64'] as const) {
      const [one, two] = [0, 1].map(() => sequential(layers, { loss: meanSquaredError(), dtype }));
      one!.fitSync(x, y, fit);
      const { history } = await two!.fit(x, y, fit);
      assert.is(networkBits(one!), networkBits(two!));
      assert.ok(history.at(-1)!.loss < history[0]!.loss);
      // Rows by themselves and all at once.
      const all = Array.from(one!.predict(x) as ArrayLike<number>);
      assert.equal(
        x.flatMap((row) => Array.from(one!.predict([row]) as ArrayLike<number>)),
        all,
      );
    }
  });
}

test.run();
