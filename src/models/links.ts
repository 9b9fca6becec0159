/** From predictions of a linear model to what the loss is about. */
import type { LossSpec } from '../losses.ts';
import type { Engine } from '../memory/engine.ts';
import type { Judged } from '../metrics.ts';
import { elementBytes } from '../program/layout.ts';
import type { LinearProgram } from '../program/linear.ts';
import { lossRow } from '../program/loss.ts';
import { call } from '../program/tape.ts';
import type { DataBlock } from '../program/training.ts';
import { heads } from './targets.ts';

type Floats = Float32Array | Float64Array;

/** A function of the module on every value, in place. */
export function mapInModule(engine: Engine, kernel: 'exp' | 'sigmoid', values: Floats): void {
  const dtype = values instanceof Float32Array ? 'f32' : 'f64';
  engine.arena.scope(() => {
    const at = engine.arena.allocate(values.byteLength + 64);
    engine.floats(dtype, at, values.length).set(values);
    call(engine, kernel, dtype, [at, at, values.length]);
    values.set(engine.floats(dtype, at, values.length));
  });
}

/** exp(z − max z) / Σ of every row of `columns`, in place; the exponentials by the module. */
export function softmaxRows(engine: Engine, values: Floats, columns: number): void {
  const { length } = values;
  for (let from = 0; from < length; from += columns) {
    let top = values[from]!;
    for (let k = from + 1; k < from + columns; k++) top = Math.max(top, values[k]!);
    for (let k = from; k < from + columns; k++) values[k] = values[k]! - top;
  }
  mapInModule(engine, 'exp', values);
  for (let from = 0; from < length; from += columns) {
    let sum = 0;
    for (let k = from; k < from + columns; k++) sum += values[k]!;
    for (let k = from; k < from + columns; k++) values[k] = values[k]! / sum;
  }
}

/** Predictions of all rows as metrics see them: behind the link where they are numbers, made in place. */
export function judge(
  engine: Engine,
  { dtype, outputs, predictionBytes }: LinearProgram,
  loss: LossSpec,
  { rows, y: targets, weights }: DataBlock,
  predictions: number,
): Judged {
  const row = lossRow(loss);
  const judged = { engine, dtype, predictions, targets, weights, rows, outputs, predictionBytes };
  const size = elementBytes(dtype);
  const width = predictionBytes / size;
  if (row.link === 'log') call(engine, 'exp', dtype, [predictions, predictions, rows * width]);
  if (heads(row) === 1) return judged;
  // The means, side by side as the targets.
  const all = engine.floats(dtype, predictions, rows * width);
  for (let i = 1; i < rows; i++) all[i] = all[i * width]!;
  return { ...judged, outputs: 1, predictionBytes: size };
}
