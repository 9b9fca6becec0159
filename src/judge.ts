/** Metrics by themselves, on arrays. */
import { type Matrix, type MatrixLike, readMatrix, type TypedArray } from './data/matrix.ts';
import { encodeLabels, type Label, labelList } from './data/targets.ts';
import { rowWeights } from './data/weights.ts';
import { DataError, ShapeError } from './errors.ts';
import { defaultEngine, type Engine } from './memory/engine.ts';
import { loadIndices, loadNumbers, loadRows } from './program/data.ts';
import { type Judged, look } from './program/judged.ts';
import { elementBytes } from './program/layout.ts';
import { computeMetrics, type Metric, metricTakes, readMetrics } from './program/metrics.ts';
import { type Field, readOptions } from './spec.ts';

export interface JudgeOptions {
  /** One weight ≥ 0 a row. Default all 1. */
  readonly sampleWeights?: ArrayLike<number>;
  /** All classes, in the order of the columns of predictions. Default: the labels that occur, sorted. */
  readonly classes?: readonly Label[];
}

/** Σ s of label × predicted label, row after row. */
export interface ConfusionMatrix extends Matrix<Float64Array> {
  /** The labels of rows and columns. */
  readonly classes: readonly Label[];
}

type Values = MatrixLike | readonly Label[] | TypedArray;

/** Loads the weights of so many rows; 0 if there are none. */
type Weigh = (rows: number) => number;

const any: Field<unknown> = { fallback: null, expected: () => '', read: (value) => value };

/** Runs `body` with what both read: the classes, and the weights. */
function judge<R>(
  name: string,
  options: unknown,
  body: (engine: Engine, classes: readonly Label[] | undefined, weigh: Weigh) => R,
): R {
  const list: Field<unknown> = {
    fallback: null,
    expected: () => 'a list of labels',
    read: (value) => (value === null || Array.isArray(value) ? value : undefined),
  };
  const fields = { sampleWeights: any, classes: list };
  const { sampleWeights, classes } = readOptions<{ sampleWeights: unknown; classes: unknown }>(name, fields, options);
  const known = classes === null ? undefined : (classes as readonly Label[]);
  const engine = defaultEngine();
  return engine.arena.scope(() =>
    body(engine, known, (rows) =>
      // Checked and then taken as they are: neither means nor counts want them scaled.
      rowWeights({ rows, sampleWeights }) ? loadNumbers(engine, 'f64', sampleWeights as ArrayLike<number>) : 0,
    ),
  );
}

/** Labels of both kinds, numbered alike, in memory. */
function labelled(
  engine: Engine,
  predictions: unknown,
  targets: unknown,
  known: readonly Label[] | undefined,
  weigh: Weigh,
): { readonly classes: readonly Label[]; readonly judged: Judged } {
  const truth = Array.from(labelList(targets, 'targets'));
  const guesses = Array.from(labelList(predictions, 'predictions'));
  const rows = truth.length;
  if (guesses.length !== rows) {
    throw new ShapeError(`predictions: expected ${rows} labels, one per target, got ${guesses.length}`);
  }
  const { classes, indices } = encodeLabels([...truth, ...guesses] as Label[], known, undefined, 'labels');
  const judged: Judged = {
    engine,
    dtype: 'f64',
    rows,
    outputs: classes.length,
    predictions: 0,
    predictionBytes: 0,
    labels: loadIndices(engine, indices.subarray(rows)),
    targets: loadIndices(engine, indices.subarray(0, rows)),
    indices: true,
    weights: weigh(rows),
  };
  return { classes, judged };
}

/**
 * One metric of predictions that are at hand.
 * @param metric name or spec.
 * @param predictions labels for metrics of labels (accuracy, balancedAccuracy, precision, recall, f1); scores or
 * probabilities, one a row for the second of two classes or rows × classes, for the other metrics of classes; numbers for
 * those of regressions.
 * @param targets labels, or numbers as the predictions.
 * @throws {ArgumentError} on an unknown metric, shapes that do not fit, unknown labels, and probabilities outside [0, 1].
 */
export function compute(metric: Metric, predictions: Values, targets: Values, options?: JudgeOptions): number {
  const takes = metricTakes(readMetrics(metric)[0]!.spec.kind);
  return judge('compute', options, (engine, known, weigh) => {
    const value = (judged: Judged): number => {
      const [one] = readMetrics(metric, undefined, takes === 'numbers' ? 2 : judged.outputs);
      return computeMetrics([one!], judged)[one!.key]!;
    };
    if (takes === 'labels') return value(labelled(engine, predictions, targets, known, weigh).judged);
    const expected = { what: 'predictions', vector: true };
    const z = readMatrix(predictions, expected);
    const { rows, columns: outputs } = z;
    let y: number;
    if (takes === 'numbers') {
      const what = { what: 'targets', rows, columns: outputs, vector: true };
      y = loadRows(engine, 'f64', readMatrix(targets, what), 8 * outputs, what);
    } else {
      const { classes, indices } = encodeLabels(targets, known, rows);
      if (classes.length !== Math.max(2, outputs)) {
        throw new ShapeError(`predictions: expected a column for each of ${classes.length} classes, got ${outputs}`);
      }
      y = loadIndices(engine, indices);
    }
    const weights = weigh(rows);
    // Scores of f32 are put in order as they are; weights are never rounded.
    const dtype = takes === 'scores' && weights === 0 ? z.dtype : 'f64';
    const predictionBytes = outputs * elementBytes(dtype);
    const at = loadRows(engine, dtype, z, predictionBytes, expected);
    const given = takes === 'probabilities' ? takes : 'scores';
    if (takes === 'probabilities') {
      const wrong = engine.floats('f64', at, rows * outputs).find((p) => p < 0 || p > 1);
      if (wrong !== undefined) throw new DataError(`predictions: expected probabilities in [0, 1], got ${wrong}`);
    }
    const indices = takes !== 'numbers';
    const layout = { engine, dtype, rows, outputs, predictions: at, predictionBytes, given, indices, weights } as const;
    return value({ ...layout, targets: y });
  });
}

/**
 * How often each label is predicted as each: entry (i, j) is Σ s of the rows of class i that are predicted as class j.
 *
 * Elsewhere: scikit-learn `confusion_matrix`, which takes the targets first.
 * Use: to see which classes are taken for which.
 * Not: for one number: a metric; and where errors of different rows differ in cost.
 * Source: Miller & Nicely 1955.
 * @param predictions labels.
 * @param targets labels.
 * @throws {ArgumentError} on lists of different length, unknown labels, and unknown options.
 * @example
 * metrics.confusionMatrix([0, 1, 1, 0], [0, 1, 0, 0]).data; // → [2, 1, 0, 1]
 */
export function confusionMatrix(
  predictions: readonly Label[] | TypedArray,
  targets: readonly Label[] | TypedArray,
  options?: JudgeOptions,
): ConfusionMatrix {
  return judge('confusionMatrix', options, (engine, known, weigh) => {
    const { classes, judged } = labelled(engine, predictions, targets, known, weigh);
    const { length } = classes;
    return { data: look(judged).tally(true).matrix, rows: length, columns: length, classes };
  });
}
