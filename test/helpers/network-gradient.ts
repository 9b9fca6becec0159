/** Loss and gradient of a network as a training step sees them: batch statistics, dropped units and all. */
import { type Network, sgd } from 'downhill';
import { prepare } from '#src/models/prepare.js';
import { readTensor } from '#src/program/layout.js';
import type { Numbers } from './network.js';

/** Behind a fit; the model stays as it is, so that the next call sees the same epoch. */
export function stepOf(model: Network, x: unknown, y: unknown): { loss: number; gradient: Numbers } {
  const options = {
    optimizer: sgd(0.1),
    batchSize: 'full',
    shuffle: false,
    tolerance: null,
    epochs: 1,
    continue: true,
  };
  const { program, load, release } = prepare(model, x, y, options, false);
  try {
    while (load && !load.next().done);
    program.run(program.read('step') + 1, 2 ** 30);
    const { tensors, dtype } = program.objective;
    const gradient = tensors.map(
      (one) => [one.name, readTensor(program.engine, dtype, program.gradient, one)] as const,
    );
    return { loss: program.read('loss'), gradient: Object.fromEntries(gradient) };
  } finally {
    release();
  }
}

/** The largest error of a gradient against central differences, relative to 1 or the gradient. */
export function differences(model: Network, x: unknown, y: unknown, step = 1e-5): { error: number; largest: number } {
  const { gradient } = stepOf(model, x, y);
  let error = 0;
  let largest = 0;
  for (const [name, slopes] of Object.entries(gradient)) {
    const values = model.parameters[name]!;
    slopes.forEach((analytic, i) => {
      const v = values[i]!;
      values[i] = v + step;
      const above = stepOf(model, x, y).loss;
      values[i] = v - step;
      const below = stepOf(model, x, y).loss;
      values[i] = v;
      const numeric = (above - below) / (2 * step);
      largest = Math.max(largest, Math.abs(analytic));
      error = Math.max(error, Math.abs(numeric - analytic) / Math.max(1, Math.abs(numeric)));
    });
  }
  return { error, largest };
}
