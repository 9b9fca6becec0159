/**
 * Other libraries, for the benchmarks alone: nothing of the package and of its tests needs them. To have them compared:
 *
 *     npm ci --prefix bench/others --ignore-scripts
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
// It registers the gradients.
import '@tensorflow/tfjs-layers';
import brain from 'brain.js';

wasm.setThreadsCount(1);
wasm.setWasmPaths(`${dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm/package.json')))}/dist/`);
await tf.setBackend('wasm');

/**
 * Trains dense layers, relu between them, by Adam: batches of rows in the order given, softmax of classes if there are
 * several outputs, else squares. `start` and what is returned: inputs × outputs, then biases, of every layer.
 */
export function tensorFlow(sizes, x, y, orders, rows, batch, start) {
  const [p, outputs] = [sizes[0], sizes.at(-1)];
  let at = 0;
  const take = (...shape) => {
    const length = shape.reduce((a, b) => a * b);
    at += length;
    return tf.variable(tf.tensor(Float32Array.from(start.slice(at - length, at)), shape));
  };
  const layers = sizes.slice(1).map((units, i) => ({ w: take(sizes[i], units), b: take(units) }));
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  const variables = layers.flatMap(({ w, b }) => [w, b]);
  for (const order of orders) {
    for (let from = 0; from < rows; from += batch) {
      const n = Math.min(batch, rows - from);
      const values = new Float32Array(n * p);
      const targets = new Float32Array(n * outputs);
      for (let i = 0; i < n; i++) {
        const row = order[from + i];
        values.set(x.subarray(row * p, (row + 1) * p), i * p);
        if (outputs > 1) targets[i * outputs + y[row]] = 1;
        else targets[i] = y[row];
      }
      tf.tidy(() => {
        const right = tf.tensor2d(targets, [n, outputs]);
        const input = tf.tensor2d(values, [n, p]);
        optimizer.minimize(
          () => {
            let z = input;
            layers.forEach(({ w, b }, i) => {
              z = tf.add(tf.matMul(z, w), b);
              if (i < layers.length - 1) z = tf.relu(z);
            });
            return outputs > 1 ? tf.losses.softmaxCrossEntropy(right, z) : tf.losses.meanSquaredError(right, z);
          },
          false,
          variables,
        );
      });
    }
  }
  const theta = variables.flatMap((one) => [...one.dataSync()]);
  optimizer.dispose();
  for (const one of variables) one.dispose();
  return theta;
}

/** Trains a 2-3-1 network on the four rows of XOR; what it makes of them. */
export function brainXor(iterations) {
  const net = new brain.NeuralNetwork({ hiddenLayers: [3], activation: 'sigmoid', learningRate: 0.5 });
  const rows = [0, 1, 2, 3].map((i) => [i >> 1, i & 1]);
  net.train(
    rows.map((input) => ({ input, output: [input[0] ^ input[1]] })),
    { iterations, errorThresh: 1e-12 },
  );
  return rows.map((row) => net.run(row)[0]);
}
