/** Metrics where predictions lie, against plain loops. */
import { metrics } from 'downhill';
import { computeMetrics, readMetrics } from '#src/program/metrics.js';
import { fullEngine } from '../test/helpers/full.ts';
import type { Case } from './harness.ts';
import { gaussian, mulberry32 } from './plain/random.ts';
import { rocAuc } from './plain/ranking.ts';

/** Scores of f32, all different or in few steps; in memory, or by the public API with everything copied in. */
function ranking(rows: number, where: 'in memory' | 'from arrays', floor?: number): Case {
  const random = gaussian(mulberry32(6));
  const labels = Uint8Array.from({ length: rows }, (_, i) => Number(i % 3 === 0));
  const scores = Float32Array.from(labels, (label) => random() + label);
  const engine = fullEngine();
  const [predictions, targets] = [0, 0].map(() => engine.arena.allocate(rows * 4 + 64)) as [number, number];
  engine.f32.set(scores, predictions >>> 2);
  engine.f32.set(labels, targets >>> 2);
  const asked = readMetrics('rocAuc');
  const layout = { engine, dtype: 'f32', rows, outputs: 1, predictionBytes: 4, indices: false, weights: 0 } as const;
  const judged = { ...layout, predictions, targets };
  const ours = (): number =>
    where === 'in memory' ? computeMetrics(asked, judged).rocAuc! : metrics.compute('rocAuc', scores, labels);
  const plain = (): number => rocAuc(scores, labels);
  return {
    name: `ROC AUC of ${rows.toLocaleString('en')} scores, ${where}`,
    unit: 'score',
    work: rows,
    ours,
    plain,
    agree: () => {
      if (Math.abs(ours() - plain()) > 1e-12) throw new Error(`areas differ: ${ours()}, ${plain()}`);
    },
    ...(floor === undefined ? {} : { floor }),
  };
}

export const metricCases = (): Case[] => [
  ranking(1_000_000, 'in memory', 3),
  ranking(1_000_000, 'from arrays'),
  ranking(1_000, 'in memory'),
];
