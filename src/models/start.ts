/** Where a fit starts, and how it goes on where the loss has kinks. */
import type { RowIndex } from '../data/matrix.ts';
import type { LossSpec } from '../losses.ts';
import type { Engine } from '../memory/engine.ts';
import { type OptimizerSpec, sgd } from '../optimizers.ts';
import { lossRow } from '../program/loss.ts';
import type { ModelProgram } from '../program/model.ts';
import type { DataBlock } from '../program/objective.ts';
import type { RegularizerSpec } from '../regularizers.ts';
import { exponentialDecay } from '../schedules.ts';
import { heads, type ReadTarget, valuesOf } from './targets.ts';

/** ln x of x > 0 by + − × ÷ alone, so that a start has the same bits everywhere: 2·artanh s as a series. */
function log(x: number): number {
  let power = 0;
  let rest = x;
  for (; rest >= 2; power++) rest /= 2;
  for (; rest < 1; power--) rest *= 2;
  const s = (rest - 1) / (rest + 1);
  let sum = 0;
  for (let i = 33; i > 0; i -= 2) sum = sum * s * s + 1 / i;
  return power * Math.LN2 + 2 * s * sum;
}

/** Targets of the training rows, a list for each column; their weighted mean and variance. */
function columnsOf(target: ReadTarget, index: RowIndex | undefined, weights: ArrayLike<number> | undefined) {
  const { columns } = target.values!;
  const all = valuesOf(target.values!);
  const rows = index ?? all.slice(0, all.length / columns).map((_, i) => i);
  return Array.from({ length: columns }, (_, k) => {
    const values = Float64Array.from(rows, (row) => all[row * columns + k]!);
    const mean = (of: (y: number) => number): number =>
      values.reduce((sum, y, i) => sum + (weights?.[i] ?? 1) * of(y), 0) / values.length;
    const center = mean((y) => y);
    return { values, center, variance: mean((y) => (y - center) * (y - center)) };
  });
}

/** The value that a share q of the weight lies below. */
function quantileOf(values: Float64Array, q: number, weights: ArrayLike<number> | undefined): number {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  let at = 0;
  for (let below = 0; at < order.length - 1; at++) {
    below += weights?.[order[at]!] ?? 1;
    if (below >= q * values.length) break;
  }
  return values[order[at]!]!;
}

/**
 * Intercepts to start from, the best ones without features where they are plain: ln ȳ behind a log link, ȳ of means that
 * must not be 0, mean and variance of a normal distribution, the quantile of losses with kinks. Nothing: 0.
 */
export function startOf(
  loss: LossSpec,
  target: ReadTarget,
  index: RowIndex | undefined,
  weights: ArrayLike<number> | undefined,
): Float64Array | undefined {
  const row = lossRow(loss);
  const two = heads(row) === 2;
  if (!target.values || target.classes || !(row.link === 'log' || row.kinked || row.range !== 'finite' || two)) {
    return undefined;
  }
  const columns = columnsOf(target, index, weights);
  return Float64Array.from(
    columns.flatMap(({ values, center, variance }) => {
      if (row.link === 'log') return center > 0 ? log(center) : 0;
      if (row.kinked) return quantileOf(values, 'quantile' in loss ? loss.quantile : 0.5, weights);
      const spread = variance > 0 ? variance : 1;
      return two ? [center, 'input' in loss && loss.input === 'logVariance' ? log(spread) : spread] : center;
    }),
  );
}

/** Penalties whose proximal step is measured by the rate alone, which is not the step of a heavy ball. */
const THRESHOLDS = ['l1', 'elasticNet', 'groupLasso'];

/**
 * Subgradient descent whose rate falls geometrically by a factor of 10⁶ in `steps` steps: it goes to a sharp minimum at
 * that pace (Goffin 1977). With a heavy ball, μ = 0.9, unless a penalty sets parameters to 0; then with ten times the
 * rate. The first rate is twice the spread of the targets (1 for labels), for features whose mean square is 1, and never
 * more than the curvature of penalties allows.
 */
export function subgradientDescent(
  steps: number,
  target: ReadTarget,
  index: RowIndex | undefined,
  regularizers: readonly RegularizerSpec[],
  at: { engine: Engine; linear: ModelProgram; data: DataBlock; standard: unknown },
): OptimizerSpec {
  const { engine, linear, data, standard } = at;
  let variance = 1;
  if (target.values) {
    const columns = columnsOf(target, index, undefined);
    variance = columns.reduce((sum, column) => sum + column.variance, 0) / columns.length || 1;
  }
  let squares = 0;
  for (let row = 0; row < data.rows && !standard; row++) {
    for (const x of engine.floats(linear.dtype, data.x + row * data.stride, linear.features)) squares += x * x;
  }
  const size = squares / (data.rows * linear.features) || 1;
  const curvature = regularizers.reduce(
    (sum, one) => sum + (one.kind === 'l2' ? one.lambda : one.kind === 'elasticNet' ? one.l2 : 0),
    0,
  );
  const plain = regularizers.some(({ kind }) => THRESHOLDS.includes(kind));
  const initial = Math.min(((plain ? 20 : 2) * Math.sqrt(variance)) / size, 0.5 / curvature);
  const learningRate = exponentialDecay({ initial, decay: 13.815510557964274 / steps });
  return sgd({ learningRate, momentum: plain ? 0 : 0.9 });
}
