/** Where networks start: He before relu, Glorot otherwise, each layer from numbers of its own. */

import type { MlpOptions } from 'downhill';
import { meanSquaredError, mlp, sgd } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { copied } from '../helpers/network.js';

function start(
  hidden: MlpOptions['hidden'],
  activation: 'relu' | 'tanh' | 'sigmoid',
  seed = 0,
  dtype: 'f32' | 'f64' = 'f64',
) {
  const model = mlp({ inputs: 64, hidden, outputs: 2, activation, dtype, loss: meanSquaredError() });
  model.fitSync([Array.from({ length: 64 }, () => 0.5)], [[1, 2]], { optimizer: sgd(0), epochs: 1, seed });
  return copied(model.parameters);
}

/** U(−a, a): mean 0, variance a²/3, both within five standard errors; nearly the whole width is used. */
function uniform(values: Float32Array | Float64Array, a: number): void {
  const n = values.length;
  const mean = (values as Float64Array).reduce((sum, v) => sum + v, 0) / n;
  const variance = (values as Float64Array).reduce((sum, v) => sum + v * v, 0) / n;
  const largest = Math.max(...values);
  const smallest = Math.min(...values);
  assert.ok(Math.abs(mean) < (5 * a) / Math.sqrt(3 * n), `mean ${mean}`);
  // Var v² = a⁴(1/5 − 1/9).
  assert.ok(Math.abs(variance - a ** 2 / 3) < 5 * a ** 2 * Math.sqrt((1 / 5 - 1 / 9) / n), `variance ${variance}`);
  assert.ok(largest < a && smallest >= -a);
  // P(all below a·(1 − 40/n)) = (1 − 20/n)ⁿ < e⁻²⁰.
  assert.ok(largest > a * (1 - 40 / n) && smallest < -a * (1 - 40 / n));
}

for (const dtype of ['f32', 'f64'] as const) {
  test(`bounds and moments, ${dtype}`, () => {
    const relu = start([100, 40], 'relu', 0, dtype);
    uniform(relu['dense1.weight']!, Math.sqrt(6 / 64));
    uniform(relu['dense2.weight']!, Math.sqrt(6 / 100));
    // No activation behind the last layer.
    uniform(relu['dense3.weight']!, Math.sqrt(6 / (40 + 2)));
    for (const activation of ['tanh', 'sigmoid'] as const) {
      const other = start([100, 40], activation, 0, dtype);
      uniform(other['dense1.weight']!, Math.sqrt(6 / (64 + 100)));
      uniform(other['dense2.weight']!, Math.sqrt(6 / (100 + 40)));
      uniform(other['dense3.weight']!, Math.sqrt(6 / (40 + 2)));
    }
    for (const [name, values] of Object.entries(relu)) {
      if (name.endsWith('bias')) assert.ok((values as Float64Array).every((v) => v === 0));
    }
  });
}

test('a layer starts the same whatever comes behind it', () => {
  const two = start([30, 20], 'relu');
  const three = start([30, 20, 10], 'relu');
  assert.equal(three['dense1.weight'], two['dense1.weight']);
  assert.equal(three['dense2.weight'], two['dense2.weight']);
  assert.equal(start([30], 'relu')['dense1.weight'], two['dense1.weight']);
});

test('another seed, another start; layers of one size differ', () => {
  const a = start([64, 64], 'tanh', 1);
  const b = start([64, 64], 'tanh', 2);
  assert.not.equal(a['dense1.weight'], b['dense1.weight']);
  assert.not.equal(a['dense1.weight'], a['dense2.weight']);
  assert.equal(start([64, 64], 'tanh', 1), a);
  // f32 is f64 rounded.
  assert.equal(start([64, 64], 'tanh', 1, 'f32')['dense1.weight'], Float32Array.from(a['dense1.weight']!));
});

test('weights are never all zero, and no unit is', () => {
  for (const hidden of [[], 1, [1, 1], [3]] as const) {
    for (let seed = 0; seed < 20; seed++) {
      for (const [name, values] of Object.entries(start(hidden, 'relu', seed))) {
        if (name.endsWith('weight'))
          assert.ok(
            (values as Float64Array).every((v) => v !== 0),
            `${name}, seed ${seed}`,
          );
      }
    }
  }
});

test.run();
