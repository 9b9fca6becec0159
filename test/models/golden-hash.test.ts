/**
 * Bits that every engine must give: small fixed runs, FNV-1a (32 bits) over the bytes of the parameters. The data are made
 * without functions of the host. Where a change of the arithmetic is meant, the failure prints the new content of
 * test/golden/hashes.json.
 */
import { readFileSync } from 'node:fs';
import {
  adam,
  adamW,
  dense,
  elasticNet,
  ema,
  embedding,
  exponentialDecay,
  flatten,
  gradientDescent,
  l1,
  layerNorm,
  linearRegression,
  logisticRegression,
  onlineGradientDescent,
  perEpoch,
  rmsNorm,
  sequential,
  sgd,
  softmaxCrossEntropy,
  softmaxRegression,
  squareDecay,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { networks } from '../helpers/networks.js';
import { problem } from '../helpers/problems.js';

function fnv(arrays: readonly (Float32Array | Float64Array)[]): string {
  let hash = 0x811c9dc5;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

const { x, y, binary, ternary } = problem(101, 7);
const pairs = y.map((v, i) => [v, v * binary[i]! - 1]);
const momentum = sgd({ learningRate: squareDecay({ initial: 0.05, decay: 0.01 }), momentum: 0.9 });
const nesterov = sgd({
  learningRate: perEpoch(exponentialDecay({ initial: 0.05, decay: 0.3 })),
  momentum: 0.5,
  nesterov: true,
});
const ways: Record<string, object> = {
  'line search': { epochs: 25, tolerance: null },
  'line search, L1': { epochs: 25, tolerance: null, regularizer: l1(0.02) },
  'gradient descent, elastic net': {
    optimizer: gradientDescent(0.05),
    epochs: 25,
    tolerance: null,
    regularizer: elasticNet({ l1: 0.01, l2: 0.01 }),
  },
  'momentum, shuffled batches of 16': { optimizer: momentum, batchSize: 16, epochs: 4, seed: 42 },
  'nesterov, validation, weights': {
    optimizer: nesterov,
    batchSize: 16,
    epochs: 3,
    seed: 2 ** 40,
    validation: 0.2,
    sampleWeights: x.map((_, i) => 1 + (i % 3)),
  },
  online: { optimizer: onlineGradientDescent(), regularizer: l1(0.001) },
};

const actual: Record<string, string> = {};
for (const [name, make, targets] of [
  ['linear', linearRegression, y],
  ['two targets', linearRegression, pairs],
  ['logistic', logisticRegression, binary],
  ['softmax', softmaxRegression, ternary],
] as [string, typeof linearRegression, number[]][]) {
  for (const dtype of ['f32', 'f64'] as const) {
    for (const [way, options] of Object.entries(ways)) {
      const model = make({ dtype });
      model.fitSync(x, targets, options);
      actual[`${name}, ${dtype}, ${way}`] = fnv([model.parameters.weight, model.parameters.bias]);
    }
  }
}
// More rows than one leaf of the tree of sums.
for (const dtype of ['f32', 'f64'] as const) {
  const large = problem(10_000, 3);
  const model = logisticRegression({ dtype });
  model.fitSync(large.x, large.binary, { epochs: 5, tolerance: null });
  actual[`logistic, ${dtype}, 10,000 rows`] = fnv([model.parameters.weight, model.parameters.bias]);
}

// Networks of every kind of layer, and an embedding; the last batch is incomplete.
const many = problem(101, 48);
for (const [name, make] of Object.entries(networks)) {
  for (const dtype of ['f32', 'f64'] as const) {
    const model = make({ dtype, loss: softmaxCrossEntropy() });
    model.fitSync(many.x, many.ternary, { optimizer: adam(0.01), batchSize: 16, epochs: 2, seed: 42 });
    actual[`network, ${dtype}, ${name}`] = fnv(Object.values(model.parameters));
  }
}
for (const dtype of ['f32', 'f64'] as const) {
  const words = many.x.map((row) => row.slice(0, 5).map((v) => Math.floor(4 + 1.5 * v) & 7));
  const layers = [embedding({ inputDim: 8, outputDim: 3 }), flatten(), layerNorm(), rmsNorm(), dense(3)];
  const model = sequential(layers, { dtype, loss: softmaxCrossEntropy() });
  model.fitSync(words, many.ternary, { optimizer: adamW(0.01), batchSize: 16, epochs: 2, average: ema(0.9) });
  actual[`network, ${dtype}, embedding and norms`] = fnv(Object.values(model.parameters));
}

test('fixed runs give the bits they always gave', () => {
  const expected = JSON.parse(readFileSync('test/golden/hashes.json', 'utf8')) as Record<string, string>;
  const wrong = Object.keys({ ...expected, ...actual }).filter((name) => actual[name] !== expected[name]);
  assert.ok(
    wrong.length === 0,
    `${wrong.length} of ${Object.keys(actual).length} differ: ${wrong.join('; ')}\n${JSON.stringify(actual, null, 2)}`,
  );
});

test.run();
