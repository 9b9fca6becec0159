/** Gradients of every parameter against central differences of the loss that `evaluate` gives. */
import {
  binaryCrossEntropy,
  type LossSpec,
  l2,
  meanSquaredError,
  mlp,
  poisson,
  sgd,
  softmaxCrossEntropy,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { copied, rowsOf } from '../helpers/network.js';

const { x, y, three, binary, ternary, counts, weights } = rowsOf(23, 5);
const losses: { name: string; loss: LossSpec; targets: unknown; outputs: number }[] = [
  { name: 'one number', loss: meanSquaredError(), targets: y, outputs: 1 },
  { name: 'three numbers', loss: meanSquaredError(), targets: three, outputs: 3 },
  { name: 'two classes', loss: binaryCrossEntropy(), targets: binary, outputs: 1 },
  { name: 'three classes', loss: softmaxCrossEntropy(), targets: ternary, outputs: 3 },
  { name: 'counts', loss: poisson(), targets: counts, outputs: 1 },
];
const λ = 0.03;
const H = 1e-5;

for (const hidden of [[], [4], [7, 6]]) {
  for (const activation of ['relu', 'tanh', 'sigmoid'] as const) {
    for (const { name, loss, targets, outputs } of losses) {
      test(`${name}, ${activation}, hidden [${hidden.join(', ')}]`, () => {
        const model = mlp({ inputs: 5, hidden, outputs, activation, loss, dtype: 'f64' });
        for (const weighted of [false, true]) {
          const more = weighted ? { sampleWeights: weights } : {};
          model.fitSync(x, targets as never, { optimizer: sgd(0.05), epochs: 2, batchSize: 8, seed: 3 });
          // Biases off zero, so that they matter.
          for (const [at, values] of Object.entries(model.parameters)) {
            if (at.endsWith('bias'))
              values.forEach((_, i) => {
                values[i]! += 0.1 * (i + 1);
              });
          }
          const start = copied(model.parameters);
          // One step of rate 1 is the gradient, to a rounding of θ.
          model.partialFit(x, targets as never, { optimizer: sgd(1), regularizer: weighted ? l2(λ) : [], ...more });
          const after = copied(model.parameters);
          model.parameters = start;
          const objective = (): number => {
            const squares = Object.entries(model.parameters)
              .filter(([at]) => at.endsWith('weight'))
              .reduce((sum, [, values]) => sum + (values as Float64Array).reduce((s, v) => s + v * v, 0), 0);
            return model.evaluate(x, targets as never, more).loss + (weighted ? λ * squares : 0);
          };
          let largest = 0;
          for (const [at, values] of Object.entries(model.parameters)) {
            for (let i = 0; i < values.length; i++) {
              const v = values[i]!;
              values[i] = v + H;
              const above = objective();
              values[i] = v - H;
              const below = objective();
              values[i] = v;
              const numeric = (above - below) / (2 * H);
              const analytic = start[at]![i]! - after[at]![i]!;
              largest = Math.max(largest, Math.abs(analytic));
              assert.ok(
                Math.abs(numeric - analytic) <= 1e-8 * Math.max(1, Math.abs(numeric)),
                `${at}[${i}]: ${analytic} for ${numeric}`,
              );
            }
          }
          assert.ok(largest > 1e-3);
        }
      });
    }
  }
}

test.run();
