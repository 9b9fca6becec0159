/** The table of metrics, and how they are computed where predictions lie. */
import { describe, didYouMean } from '../describe.ts';
import { ArgumentError } from '../errors.ts';
import type { Metrics } from '../events.ts';
import { type Family, type Field, integer, isPlain, oneOf, type Spec, validateSpec } from '../spec.ts';
import { type Judged, look, type View } from './judged.ts';

export type Task = 'regression' | 'classification';

/** How scores of classes become one: that of the second of two; of all decisions; their mean; weighed by class. */
export type Average = 'binary' | 'micro' | 'macro' | 'weighted';

type Of<K, O = unknown> = K extends string ? { readonly kind: K } & Readonly<O> : never;

/** A metric as data. */
export type MetricSpec =
  | Of<
      | 'accuracy'
      | 'balancedAccuracy'
      | 'rocAuc'
      | 'averagePrecision'
      | 'logLoss'
      | 'brier'
      | 'r2'
      | 'explainedVariance'
      | 'meanSquaredError'
      | 'rootMeanSquaredError'
      | 'meanAbsoluteError'
      | 'meanAbsolutePercentageError'
      | 'poissonDeviance'
    >
  | Of<'topKAccuracy', { k: number }>
  | Of<'precision' | 'recall' | 'f1', { average: Average }>;

/** Names of metrics; with options they are specs. */
export type MetricName = MetricSpec['kind'];

/** A metric by name, with its defaults, or as a spec. */
export type Metric = MetricName | MetricSpec;

interface Row<S> {
  /** What it takes: labels, scores or probabilities of classes, or numbers. */
  readonly of: 'labels' | 'scores' | 'probabilities' | 'numbers';
  /** Whether less or more is better. */
  readonly mode: 'min' | 'max';
  readonly fields: Readonly<Record<string, Field<unknown>>>;
  value(view: View, spec: S): number;
}

/** 0 where nothing is divided by nothing. */
const share = (part: number, all: number): number => (all > 0 ? part / all : 0);

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

type Counts = (right: number, truth: number, predicted: number) => number;

const labels = (value: Row<MetricSpec>['value']) => ({ of: 'labels', mode: 'max', fields: {}, value }) as const;

/** A score of each class, from Σ s of its rows that are right, that are of it, and that are predicted as it. */
const averaged = (of: Counts) => ({
  of: 'labels' as const,
  mode: 'max' as const,
  fields: { average: oneOf(['binary', 'micro', 'macro', 'weighted'], 'binary') },
  value(view: View, { average }: { readonly average: Average }): number {
    const { right, truth, predicted } = view.tally();
    if (average === 'binary') return of(right[1]!, truth[1]!, predicted[1]!);
    const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
    if (average === 'micro') return of(sum(right), sum(truth), sum(predicted));
    let total = 0;
    let all = 0;
    truth.forEach((own, k) => {
      // A class that no row has or is given does not count.
      const weight = average === 'weighted' ? own : Number(own > 0 || predicted[k]! > 0);
      total += weight * of(right[k]!, own, predicted[k]!);
      all += weight;
    });
    return share(total, all);
  },
});

/** The mean over outputs of what their sums give. */
const numbers = (mode: 'min' | 'max', of: (sums: Float64Array, rows: number) => number, deviances = false) => ({
  of: 'numbers' as const,
  mode,
  fields: {},
  value: (view: View) => mean(view.residuals(deviances).map((sums) => of(sums, view.rows))),
});

/** 1 − part/all; where all is 0, 1 if part is 0, too, else 0. */
const explained = (part: number, all: number): number => (all === 0 ? Number(part === 0) : 1 - part / all);

const rows: { readonly [K in MetricName]: Row<Extract<MetricSpec, { readonly kind: K }>> } = {
  accuracy: labels((view) => {
    const { right, truth } = view.tally();
    return share(
      right.reduce((a, b) => a + b, 0),
      truth.reduce((a, b) => a + b, 0),
    );
  }),
  balancedAccuracy: labels((view) => {
    const { right, truth } = view.tally();
    return mean(Array.from(truth, (all, k) => right[k]! / all).filter((recall) => !Number.isNaN(recall)));
  }),
  topKAccuracy: {
    of: 'scores',
    mode: 'max',
    fields: { k: integer('[1, ∞)', 2) },
    value: (view, { k }) => view.topK(k),
  },
  precision: averaged((right, _, predicted) => share(right, predicted)),
  recall: averaged((right, truth) => share(right, truth)),
  f1: averaged((right, truth, predicted) => share(2 * right, truth + predicted)),
  rocAuc: { of: 'scores', mode: 'max', fields: {}, value: (view) => view.curves()[0] },
  averagePrecision: { of: 'scores', mode: 'max', fields: {}, value: (view) => view.curves()[1] },
  logLoss: { of: 'probabilities', mode: 'min', fields: {}, value: (view) => view.scoring()[0] },
  brier: { of: 'probabilities', mode: 'min', fields: {}, value: (view) => view.scoring()[1] },
  r2: numbers('max', (s, rows) => (rows < 2 ? Number.NaN : explained(s[1]!, s[4]!))),
  explainedVariance: numbers('max', (s) => explained(s[5]!, s[4]!)),
  meanSquaredError: numbers('min', (s) => s[1]! / s[0]!),
  rootMeanSquaredError: numbers('min', (s) => Math.sqrt(s[1]! / s[0]!)),
  meanAbsoluteError: numbers('min', (s) => s[2]! / s[0]!),
  meanAbsolutePercentageError: numbers('min', (s) => s[3]! / s[0]!),
  poissonDeviance: numbers('min', (s) => s[6]! / s[0]!, true),
};

const row = (kind: MetricName): Row<Spec> => rows[kind] as never;

/** @internal */
export const metricFamily: Family<MetricSpec> = {
  name: 'metric',
  kinds: /* @__PURE__ */ Object.fromEntries(
    /* @__PURE__ */ Object.entries(rows).map(([kind, { fields }]) => [kind, fields]),
  ) as never,
};

/** What a metric takes. */
export const metricTakes = (kind: MetricName): Row<Spec>['of'] => row(kind).of;

/** Whether less or more is better of a metric (by its key in an event), or of anything else that is watched. */
export function metricMode(key: string): 'min' | 'max' {
  const kind = key.replace(/\(.*/, '');
  return Object.hasOwn(rows, kind) ? row(kind as MetricName).mode : 'min';
}

/** A metric and its key in events: the kind; where several of a kind are asked, with its options. */
export interface KeyedMetric {
  readonly key: string;
  readonly spec: MetricSpec;
}

/**
 * Reads the `metrics` option.
 * @param classes how many there are, where there are classes.
 * @throws {ArgumentError} if a name is unknown or does not belong to the task; on specs that are none.
 */
export function readMetrics(value: unknown, task?: Task, classes = 2): readonly KeyedMetric[] {
  if (value === undefined || value === null) return [];
  const belongs = (kind: string): boolean =>
    !task || (row(kind as MetricName).of === 'numbers') === (task === 'regression');
  const specs = (Array.isArray(value) ? Array.from(value) : [value]).map((one): MetricSpec => {
    const kind = isPlain(one) && Object.hasOwn(one, 'kind') ? one.kind : one;
    const known = Object.keys(rows).filter(belongs);
    if (typeof kind !== 'string') {
      throw new ArgumentError(`metrics: expected names among ${known.join(', ')}, or specs, got ${describe(one)}`);
    }
    if (!known.includes(kind)) {
      const what = task ? `is none of a ${task}` : 'is no metric';
      throw new ArgumentError(`metrics: ${describe(kind)} ${what}${didYouMean(kind, known)}`);
    }
    const spec = validateSpec(metricFamily, kind === one ? { kind } : one, 'metrics');
    if ('average' in spec && spec.average === 'binary' && classes > 2) {
      throw new ArgumentError(`metrics: ${kind} of ${classes} classes needs an average: micro, macro or weighted`);
    }
    return spec;
  });
  return specs.map((spec) => {
    const { kind, ...options } = spec;
    const alone = specs.every((other) => other === spec || other.kind !== kind);
    return { key: alone ? kind : `${kind}(${Object.values(options).join()})`, spec };
  });
}

/** Computes metrics where the predictions lie. */
export function computeMetrics(metrics: readonly KeyedMetric[], judged: Judged): Metrics {
  return judged.engine.arena.scope(() => {
    const view = look(judged);
    return Object.freeze(Object.fromEntries(metrics.map(({ key, spec }) => [key, row(spec.kind).value(view, spec)])));
  });
}
