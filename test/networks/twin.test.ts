/** What networks compute, against the same network in plain JavaScript. */
import { adam, meanSquaredError, mlp, sgd, softmaxCrossEntropy } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { closeTo } from '../helpers/close.js';
import { copied, logLoss, rowsOf, softmaxSlope, Twin } from '../helpers/network.js';

const tolerance = { f32: 1e-5, f64: 1e-12 } as const;

for (const dtype of ['f32', 'f64'] as const) {
  for (const activation of ['relu', 'tanh', 'sigmoid'] as const) {
    test(`forward, ${activation}, ${dtype}`, () => {
      for (const inputs of [1, 3, 9]) {
        for (const hidden of [[], [1], [4], [7, 6], [33, 2, 5]]) {
          for (const outputs of [1, 2, 5]) {
            const { x } = rowsOf(37, inputs);
            const targets = x.map((row) => Array.from({ length: outputs }, (_, k) => row[0]! * (k + 1)));
            const model = mlp({ inputs, hidden, outputs, activation, dtype, loss: meanSquaredError() });
            model.fitSync(x, targets, { optimizer: sgd(0.05), epochs: 2, batchSize: 8 });
            const sizes = [inputs, ...hidden, outputs];
            const rows = dtype === 'f32' ? x.map((row) => Float32Array.from(row)) : x;
            const expected = new Twin(sizes, activation, model.parameters).forward(rows);
            const what = `${sizes.join('-')}`;
            closeTo(model.predictRaw(x), expected.flat(), tolerance[dtype], what);
            closeTo(model.predict(x) as Float64Array, expected.flat(), tolerance[dtype], what);
            // A row by itself is the same to rounding: sums have one order, whatever the rows beside it.
            closeTo(model.predictRaw(x.slice(5, 6)), expected[5]!, tolerance[dtype], what);
            const out = dtype === 'f32' ? new Float32Array(37 * outputs) : new Float64Array(37 * outputs);
            assert.is(model.predict(x, { out: out as never }), out);
            assert.equal(out, model.predictRaw(x));
          }
        }
      }
    });
  }

  test(`twenty steps of Adam at batches of 128, 20-16-8-3, ${dtype}`, () => {
    const { x, ternary } = rowsOf(20 * 128, 20);
    for (const activation of ['relu', 'tanh', 'sigmoid'] as const) {
      const options = { inputs: 20, hidden: [16, 8], outputs: 3, activation, dtype, loss: softmaxCrossEntropy() };
      const model = mlp(options);
      model.partialFit(x, ternary, { optimizer: sgd(0) });
      const twin = new Twin([20, 16, 8, 3], activation, model.parameters);
      const before = copied(model.parameters);
      const { steps } = model.fitSync(x, ternary, {
        optimizer: adam(1e-2),
        batchSize: 128,
        epochs: 1,
        shuffle: false,
      });
      assert.is(steps, 20);
      for (let t = 0; t < 20; t++) {
        const rows = x.slice(128 * t, 128 * (t + 1));
        const labels = ternary.slice(128 * t, 128 * (t + 1));
        const slope = (z: readonly number[], i: number) => softmaxSlope(z, labels[i]!).map((d) => d / 128);
        twin.adam(twin.gradient(rows, slope), 1e-2);
      }
      const most = dtype === 'f32' ? 1e-4 : 1e-10;
      for (const [name, values] of Object.entries(model.parameters)) {
        closeTo(values, twin.parameters[name]!, most, `${activation} ${name}`);
        assert.not.equal(values, before[name]);
      }
      const loss = twin.forward(x).reduce((sum, z, i) => sum + logLoss(z, ternary[i]!), 0) / x.length;
      closeTo([model.evaluate(x, ternary).loss], [loss], most, activation);
    }
  });
}

test('batches longer than a block and than 4,096 rows, and a short last one', () => {
  const { x, three } = rowsOf(9001, 6);
  const start = mlp({
    inputs: 6,
    hidden: [5, 4],
    outputs: 3,
    activation: 'tanh',
    dtype: 'f64',
    loss: meanSquaredError(),
  });
  start.partialFit(x, three, { optimizer: sgd(0) });
  const begin = copied(start.parameters);
  for (const batchSize of [7000, 300, 'full'] as const) {
    for (const shuffle of [false, true]) {
      // The order of rows matters unless there is one batch.
      if (shuffle && batchSize !== 'full') continue;
      const model = start.clone();
      model.fitSync(x, three, { optimizer: sgd(0.1), batchSize, shuffle, epochs: 1 });
      const twin = new Twin([6, 5, 4, 3], 'tanh', begin);
      const size = batchSize === 'full' ? x.length : batchSize;
      for (let at = 0; at < x.length; at += size) {
        const rows = x.slice(at, at + size);
        const targets = three.slice(at, at + size);
        const gradient = twin.gradient(rows, (z, i) =>
          z.map((value, k) => (2 * (value - targets[i]![k]!)) / (3 * rows.length)),
        );
        for (const [name, θ] of Object.entries(twin.parameters)) {
          gradient[name]!.forEach((g, i) => {
            θ[i]! -= 0.1 * g;
          });
        }
      }
      for (const [name, values] of Object.entries(model.parameters)) {
        closeTo(values, twin.parameters[name]!, 1e-12, `${batchSize} ${name}`);
      }
    }
  }
});

test.run();
