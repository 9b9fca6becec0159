/** From predictions of a linear model to what the loss is about. */
import { ArgumentError } from '../errors.ts';
import type { Metrics } from '../events.ts';
import type { LossSpec } from '../losses.ts';
import type { Engine } from '../memory/engine.ts';
import { elementBytes } from '../program/layout.ts';
import { lossRow } from '../program/loss.ts';
import { computeMetrics, type KeyedMetric, metricTakes, readMetrics } from '../program/metrics.ts';
import type { ModelProgram } from '../program/model.ts';
import type { DataBlock } from '../program/objective.ts';
import { call } from '../program/tape.ts';
import { heads, taskOf } from './targets.ts';

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

/** What predictions of classes are to metrics. */
const GIVEN = { sigmoid: 'logits', softmax: 'logits' } as Readonly<Record<string, 'logits'>>;

/**
 * Reads the `metrics` option.
 * @throws {ArgumentError} as readMetrics, and if the loss gives no probabilities where they are needed.
 */
export function readMetricsOf(value: unknown, loss: LossSpec, outputs: number): readonly KeyedMetric[] {
  const row = lossRow(loss);
  const metrics = readMetrics(value, taskOf(row), outputs);
  const bad = GIVEN[row.link] ? undefined : metrics.find(({ spec }) => metricTakes(spec.kind) === 'probabilities');
  if (bad) throw new ArgumentError(`metrics: ${bad.spec.kind} needs probabilities, which ${loss.kind} does not give`);
  return metrics;
}

/** Metrics of rows, where an evaluation has left their predictions: numbers are put through the link in place. */
export function metricsOf(
  metrics: readonly KeyedMetric[],
  engine: Engine,
  { dtype, outputs, predictionBytes }: ModelProgram,
  { rows, y: targets, weights }: DataBlock,
  loss: LossSpec,
  predictions: number,
): Metrics {
  const row = lossRow(loss);
  const indices = row.targets === 'index';
  const given: 'logits' | 'scores' = GIVEN[row.link] ?? 'scores';
  const judged = { engine, dtype, rows, outputs, predictions, predictionBytes, given, targets, indices, weights };
  const size = elementBytes(dtype);
  const width = predictionBytes / size;
  if (row.link === 'log') call(engine, 'exp', dtype, [predictions, predictions, rows * width]);
  if (heads(row) === 1) return computeMetrics(metrics, judged);
  // The means, side by side as the targets.
  const all = engine.floats(dtype, predictions, rows * width);
  for (let i = 1; i < rows; i++) all[i] = all[i * width]!;
  return computeMetrics(metrics, { ...judged, outputs: 1, predictionBytes: size });
}
