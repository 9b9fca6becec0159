/** Every loss with some of its options, and random rows that it takes. */
import {
  binaryCrossEntropy,
  cosineEmbedding,
  epsilonInsensitive,
  focal,
  gammaDeviance,
  gaussianNll,
  hinge,
  huber,
  kullbackLeibler,
  type LossSpec,
  logCosh,
  meanAbsoluteError,
  meanSquaredError,
  modifiedHuber,
  multiclassHinge,
  nll,
  poisson,
  quantile,
  softmaxCrossEntropy,
  softmaxFocal,
  squaredHinge,
  triplet,
  tweedieDeviance,
} from 'downhill';
import type { Dtype } from '#src/memory/engine.js';
import { lossRow } from '#src/program/loss.js';
import { floats } from './kernel.ts';
import { source } from './points.ts';

export const lossSpecs: readonly LossSpec[] = [
  meanSquaredError(),
  meanAbsoluteError(),
  huber(),
  huber({ delta: 0.4 }),
  logCosh(),
  quantile({ quantile: 0.1 }),
  quantile({ quantile: 0.75 }),
  epsilonInsensitive({ epsilon: 0.3 }),
  epsilonInsensitive({ epsilon: 0.3, squared: true }),
  poisson(),
  poisson({ full: true }),
  poisson({ logInput: false }),
  poisson({ logInput: false, full: true }),
  gammaDeviance(),
  tweedieDeviance({ power: 1 }),
  tweedieDeviance({ power: 1.2 }),
  tweedieDeviance({ power: 1.9 }),
  tweedieDeviance({ power: 2 }),
  binaryCrossEntropy(),
  binaryCrossEntropy({ posWeight: 2.5, labelSmoothing: 0.1 }),
  binaryCrossEntropy({ fromProbabilities: true }),
  binaryCrossEntropy({ fromProbabilities: true, posWeight: 2.5, labelSmoothing: 0.1 }),
  focal(),
  focal({ gamma: 0.5, alpha: null }),
  hinge({ margin: 0.7 }),
  squaredHinge(),
  modifiedHuber(),
  kullbackLeibler(),
  softmaxCrossEntropy(),
  softmaxCrossEntropy({ classWeights: [1, 2, 0.5, 0, 3, 1], ignoreIndex: -7 }),
  softmaxCrossEntropy({ labelSmoothing: 0.2, classWeights: [1, 2, 0.5, 0, 3, 1], ignoreIndex: 2 }),
  softmaxCrossEntropy({ targets: 'distribution', classWeights: [1, 2, 0.5, 0, 3, 1] }),
  softmaxCrossEntropy({ targets: 'distribution', labelSmoothing: 0.2, normalized: false }),
  nll(),
  nll({ classWeights: [1, 2, 0.5, 0, 3, 1], ignoreIndex: -100 }),
  softmaxFocal(),
  softmaxFocal({ gamma: 0.5 }),
  multiclassHinge(),
  gaussianNll(),
  gaussianNll({ full: true }),
  gaussianNll({ input: 'logVariance', full: true }),
  cosineEmbedding({ margin: 0.2 }),
  triplet(),
  triplet({ margin: 2, swap: true }),
];

export const nameOf = ({ kind, ...options }: LossSpec): string => `${kind} ${JSON.stringify(options)}`;

/** Columns of predictions to try. Six where a class has its own weight. */
export function columnsOf(loss: LossSpec): number[] {
  if ('classWeights' in loss && loss.classWeights) return [6];
  const { least = 1, most, multiple = 1 } = lossRow(loss);
  if (most) return [most];
  return [1, 2, 3, 4, 5, 9].map((n) => n * multiple).filter((n) => n >= least);
}

export interface LossRows {
  readonly z: number[][];
  /** Targets of each row; none for losses without. */
  readonly y: number[][];
  readonly weights: number[];
}

/** Random rows that the loss takes, rounded to the type. */
export function lossRows(dtype: Dtype, loss: LossSpec, rows: number, columns: number, seed: number): LossRows {
  const next = source(seed);
  const row = lossRow(loss);
  const round = (values: number[]): number[] => [...floats(dtype, values)];
  const list = (n: number, from: () => number): number[] => Array.from({ length: n }, from);
  const probabilities = 'fromProbabilities' in loss && loss.fromProbabilities;
  const means = 'logInput' in loss && !loss.logInput;
  const prediction = (): number => {
    if (probabilities) return 0.02 + 0.96 * next();
    return means ? 0.1 + 3 * next() : 6 * next() - 3;
  };
  const draw: Record<typeof row.range, () => number> = {
    finite: () => 6 * next() - 3,
    nonNegative: () => (next() < 0.2 ? 0 : 5 * next()),
    positive: () => 0.1 + 4 * next(),
    unit: () => Math.min(Math.max(2 * next() - 0.5, 0), 1),
    binary: () => Number(next() < 0.5),
    sign: () => (next() < 0.5 ? -1 : 1),
    index: () => Math.floor(next() * columns),
    probability: () => next(),
  };
  const targets = (): number[] => {
    if (row.targets === 'none') return [];
    const n = row.targets === 'values' ? columns : 1;
    const y = list(n, draw[row.range]);
    if (row.range !== 'probability' || ('normalized' in loss && !loss.normalized)) return round(y);
    const sum = y.reduce((a, b) => a + b, 0);
    return round(y.map((value) => value / sum));
  };
  const z = list(rows, () => 0).map(() => round(list(columns, prediction)));
  if (loss.kind === 'gaussianNll' && loss.input === 'variance') {
    for (const pair of z) pair[1] = floats(dtype, [0.2 + Math.abs(pair[1]!)])[0]!;
  }
  const y = z.map(targets);
  const ignore = 'ignoreIndex' in loss ? loss.ignoreIndex : null;
  if (ignore !== null) for (let i = 1; i < rows; i += 4) y[i] = [ignore];
  return { z, y, weights: round(list(rows, () => 0.1 + 2 * next())) };
}
