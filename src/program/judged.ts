/** Sums that metrics are made of, by kernels over predictions and targets in memory; each is taken once. */
import type { Dtype, Engine } from '../memory/engine.ts';
import { elementBytes } from './layout.ts';
import { call } from './tape.ts';

/** What predictions lie at, with their targets. */
export interface Judged {
  readonly engine: Engine;
  readonly dtype: Dtype;
  readonly rows: number;
  readonly outputs: number;
  readonly predictions: number;
  /** Bytes from row to row of predictions, and of targets unless they are indices. */
  readonly predictionBytes: number;
  /** What predictions of classes are; of one output that of the second class. Default logits. */
  readonly given?: 'logits' | 'scores' | 'probabilities';
  /** Predicted labels, i32, if there are any beside the predictions. */
  readonly labels?: number;
  readonly targets: number;
  /** Whether targets are indices of classes, i32; else numbers as the predictions. */
  readonly indices: boolean;
  /** Weights of the rows, or 0. */
  readonly weights: number;
}

/** Σ s by class: of rows that are right, that are of the class, that are predicted as it. */
export interface Tally {
  readonly right: Float64Array;
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
  /** Label × predicted label, if it was asked. */
  readonly matrix: Float64Array;
}

/** What metrics see of predictions and targets. */
export interface View {
  readonly rows: number;
  tally(matrix?: boolean): Tally;
  /** The share of rows whose label is among the k largest predictions. */
  topK(k: number): number;
  /** Areas under the curves of all thresholds: receiver operating characteristic, and precision over recall. */
  curves(): readonly [rocAuc: number, averagePrecision: number];
  scoring(): readonly [logLoss: number, brier: number];
  /** What the kernel `residuals` gives, for each output. */
  residuals(deviances: boolean): readonly Float64Array[];
}

function once<R>(make: () => R): () => R {
  let made: { readonly value: R } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Values of a byte: keys are sorted byte by byte. */
const VALUES = 256;

/** Areas under both curves of the scores of one class. */
function areas(
  { engine, rows }: Judged,
  dtype: Dtype,
  at: number,
  bytes: number,
  labels: number,
  positive: number,
  weights: number,
): [number, number] {
  const { arena } = engine;
  return arena.scope(() => {
    const size = elementBytes(dtype);
    const counts = arena.allocate(size * VALUES * 4);
    const out = arena.allocate(32);
    let [from, to] = [0, 0].map(() => arena.allocate(rows * 2 * size + 64)) as [number, number];
    engine.u32.fill(0, counts >>> 2, (counts >>> 2) + size * VALUES);
    call(engine, 'scores', dtype, [at, bytes, labels, positive, weights, rows, from, counts, out]);
    const items = engine.u32[out >>> 2]!;
    for (let i = 0; items > 0 && i < size; i++) {
      const first = (counts >>> 2) + i * VALUES;
      // Nothing moves where all have the same byte.
      if (engine.u32.subarray(first, first + VALUES).includes(items)) continue;
      call(engine, 'radix', dtype, [from, to, items, i, counts]);
      [from, to] = [to, from];
    }
    call(engine, 'curve', dtype, [from, items, out]);
    const [area, precision, all, rest] = engine.f64.subarray(out >>> 3, (out >>> 3) + 4) as never as number[];
    return [area! / (all! * rest!), all === 0 ? 0 : precision! / all!];
  });
}

/** To be used within a scope of the arena. */
export function look(judged: Judged): View {
  const { engine, dtype, rows, outputs, predictions, predictionBytes, targets, weights } = judged;
  const { given = 'logits' } = judged;
  const { arena } = engine;
  const classes = Math.max(2, outputs);
  const allocate = (length: number): number => arena.allocate(length * 8 + 64);
  const read = (at: number, length: number): Float64Array => engine.f64.slice(at >>> 3, (at >>> 3) + length);
  /** As f64 side by side. */
  const wide = (from: number, bytes: number, columns: number): number => {
    if (dtype === 'f64' && bytes === columns * 8) return from;
    const to = allocate(rows * columns);
    call(engine, 'widen', dtype, [from, bytes, rows, columns, to]);
    return to;
  };
  const argmax = (from: number): number => {
    const to = allocate(rows);
    call(engine, 'argmax', '', [from, rows, outputs, to]);
    return to;
  };
  const z = once(() => wide(predictions, predictionBytes, outputs));
  const y = once(() => wide(targets, predictionBytes, outputs));
  const s = once(() => weights && wide(weights, elementBytes(dtype), 1));
  const truth = once(() => (judged.indices ? targets : argmax(y())));
  const predicted = once(() => judged.labels ?? argmax(z()));
  const logs = once(() => {
    const to = allocate(rows * classes);
    call(engine, given === 'logits' ? 'ofLogits' : 'ofProbabilities', '', [z(), rows, outputs, to]);
    return to;
  });
  const tally = (matrix = false): Tally => {
    const length = classes * (3 + (matrix ? classes : 0));
    const at = allocate(length);
    engine.f64.fill(0, at >>> 3, (at >>> 3) + length);
    const ofMatrix = matrix ? at + 24 * classes : 0;
    call(engine, 'tally', '', [truth(), predicted(), s(), rows, classes, at, ofMatrix]);
    const [right, own, other, rest] = [0, 1, 2, 3].map((i) =>
      read(at + 8 * i * classes, i < 3 ? classes : length - 3 * classes),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array];
    return { right, truth: own, predicted: other, matrix: rest };
  };
  const counted = once(tally);
  const sums = (kernel: string, words: readonly number[], length: number): Float64Array => {
    const out = allocate(length);
    call(engine, kernel, '', [...words, out]);
    return read(out, length);
  };
  const residuals = (deviances: boolean): Float64Array[] =>
    Array.from({ length: outputs }, (_, k) =>
      sums('residuals', [z() + 8 * k, y() + 8 * k, 8 * outputs, s(), rows, Number(deviances)], 7),
    );
  const plain = once(() => residuals(false));
  return {
    rows,
    tally: (matrix) => (matrix ? tally(true) : counted()),
    topK(k) {
      if (k >= classes) return 1;
      if (outputs === 1) return rowsRight(counted());
      const [hits, all] = sums('topK', [z(), truth(), s(), rows, classes, k], 2) as never as number[];
      return hits! / all!;
    },
    curves: once(() => {
      if (outputs === 1) return areas(judged, dtype, predictions, predictionBytes, truth(), 1, weights);
      // The order of rows by the probability of a class is not that by its logit.
      const at = given === 'logits' ? logs() : z();
      // Of two classes the second is meant.
      const of = outputs === 2 ? [1] : Array.from({ length: outputs }, (_, k) => k);
      const each = of.map((k) => areas(judged, 'f64', at + 8 * k, 8 * outputs, truth(), k, s()));
      return [0, 1].map((i) => each.reduce((total, area) => total + area[i]!, 0) / each.length) as [number, number];
    }),
    scoring: once(() => {
      const [loss, square, all] = sums('scoring', [logs(), truth(), s(), rows, classes], 3) as never as number[];
      return [loss! / all!, square! / all! / (classes === 2 ? 2 : 1)];
    }),
    residuals: (deviances) => (deviances ? residuals(true) : plain()),
  };
}

const rowsRight = ({ right, truth }: Tally): number => (right[0]! + right[1]!) / (truth[0]! + truth[1]!);
