/** Metrics by name. */

import { describe, didYouMean } from './describe.ts';
import { ArgumentError } from './errors.ts';
import type { Metrics } from './events.ts';
import type { Dtype, Engine } from './memory/engine.ts';
import { call } from './program/tape.ts';

/** What predictions lie at, with their targets. */
export interface Judged {
  readonly engine: Engine;
  readonly dtype: Dtype;
  readonly predictions: number;
  readonly targets: number;
  /** Weights of the rows, or 0. */
  readonly weights: number;
  readonly rows: number;
  readonly outputs: number;
  readonly predictionBytes: number;
}

export type Task = 'regression' | 'classification';

/**
 * Names of metrics: `accuracy` for classifiers; `r2`, `meanSquaredError`, `rootMeanSquaredError` and
 * `meanAbsoluteError` (the mean over outputs) for regressions. All weigh rows by their sample weights.
 */
export type MetricName = 'accuracy' | 'r2' | 'meanSquaredError' | 'rootMeanSquaredError' | 'meanAbsoluteError';

const table: Readonly<Record<MetricName, { readonly task: Task; readonly mode: 'min' | 'max' }>> = {
  accuracy: { task: 'classification', mode: 'max' },
  r2: { task: 'regression', mode: 'max' },
  meanSquaredError: { task: 'regression', mode: 'min' },
  rootMeanSquaredError: { task: 'regression', mode: 'min' },
  meanAbsoluteError: { task: 'regression', mode: 'min' },
};

/** Whether less or more is better of a metric, or of anything else that is watched. */
export function metricMode(name: string): 'min' | 'max' {
  return Object.hasOwn(table, name) ? table[name as MetricName].mode : 'min';
}

/**
 * Reads the `metrics` option.
 * @throws {ArgumentError} if a name is unknown or does not belong to the task.
 */
export function readMetrics(value: unknown, task: Task): readonly MetricName[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map((name) => {
    const known = Object.entries(table)
      .filter(([, row]) => row.task === task)
      .map(([key]) => key);
    if (typeof name === 'string' && known.includes(name)) return name as MetricName;
    if (typeof name === 'string') {
      throw new ArgumentError(`metrics: ${describe(name)} is none of a ${task}${didYouMean(name, known)}`);
    }
    throw new ArgumentError(`metrics: expected names among ${known.join(', ')}, got ${describe(name)}`);
  });
}

/** Sums of `residuals` for one output, twice: the spread is about the mean of the first pass. */
function residualSums(judged: Judged, column: number): Float64Array {
  const { engine, dtype, predictions, targets, weights, rows, predictionBytes } = judged;
  return engine.arena.scope(() => {
    const out = engine.arena.allocate(64);
    const at = out >>> 3;
    const words = [predictions, targets, weights, rows, predictionBytes, column, out];
    engine.f64[at + 4] = 0;
    call(engine, 'residuals', dtype, words);
    engine.f64[at + 4] = engine.f64[at + 2]! / engine.f64[at + 5]!;
    call(engine, 'residuals', dtype, words);
    return engine.f64.slice(at, at + 6);
  });
}

function accuracy({ engine, dtype, predictions, targets, weights, rows, outputs, predictionBytes }: Judged): number {
  return engine.arena.scope(() => {
    const out = engine.arena.allocate(16);
    call(engine, 'correct', dtype, [predictions, targets, weights, rows, outputs, predictionBytes, out]);
    return engine.f64[out >>> 3]! / engine.f64[(out >>> 3) + 1]!;
  });
}

/** Computes metrics where the predictions lie. */
export function computeMetrics(names: readonly MetricName[], judged: Judged): Metrics {
  const metrics: Record<string, number> = {};
  let sums: Float64Array[] | undefined;
  const mean = (of: (sums: Float64Array) => number): number => {
    sums ??= Array.from({ length: judged.outputs }, (_, k) => residualSums(judged, k));
    return sums.reduce((total, each) => total + of(each), 0) / judged.outputs;
  };
  for (const name of names) {
    switch (name) {
      case 'accuracy':
        metrics[name] = accuracy(judged);
        break;
      case 'r2':
        metrics[name] = mean((s) => (s[3] === 0 ? Number(s[0] === 0) : 1 - s[0]! / s[3]!));
        break;
      case 'meanSquaredError':
        metrics[name] = mean((s) => s[0]! / s[5]!);
        break;
      case 'rootMeanSquaredError':
        metrics[name] = Math.sqrt(mean((s) => s[0]! / s[5]!));
        break;
      case 'meanAbsoluteError':
        metrics[name] = mean((s) => s[1]! / s[5]!);
    }
  }
  return Object.freeze(metrics);
}
