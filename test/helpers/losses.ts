/** The losses as formulas in f64, row by row, and their kernels run by themselves. */
import type { Dtype, Engine } from '#src/memory/engine.js';
import { paddedLength, rowMajor, sizeOf } from './numbers.ts';
import { sandbox } from './sandbox.ts';

export interface LossCase {
  readonly name: string;
  readonly kernel: string;
  /** Numbers that the kernel reads. */
  readonly block: readonly number[];
  readonly targets: 'real' | 'unit' | 'index' | 'distribution' | 'value';
  /** Whether there is one value for each row; softmax is known by its name. */
  readonly byRow?: boolean;
  /** Value and gradient of one row; `size` is what rounding errors of the gradient are relative to. */
  readonly reference: (z: readonly number[], y: readonly number[]) => Row;
}

export interface Row {
  readonly value: number;
  readonly gradient: readonly number[];
  readonly size: readonly number[];
}

const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const sigmoid = (z: number): number => (z < 0 ? Math.exp(z) / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z)));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const squared: LossCase = {
  name: 'meanSquaredError',
  kernel: 'meanSquaredError',
  block: [],
  targets: 'real',
  reference: (z, y) => ({
    value: sum(z.map((value, k) => (value - y[k]!) ** 2)),
    gradient: z.map((value, k) => 2 * (value - y[k]!)),
    size: z.map((value, k) => 2 * Math.abs(value - y[k]!)),
  }),
};

/**
 * (1 − y)z + q·softplus(−z), q = 1 + (w − 1)y, y ← y(1 − ε) + ε/2, with z = softplus(z) − softplus(−z) and
 * 1 = σ(z) + σ(−z) put in, which leaves sums of positive terms.
 */
const binary = (weight: number, smoothing: number): LossCase => {
  const positive = (y: number): number => weight * (y * (1 - smoothing) + smoothing / 2);
  const negative = (y: number): number => (1 - y) * (1 - smoothing) + smoothing / 2;
  return {
    name: `binaryCrossEntropy, positive weight ${weight}, smoothing ${smoothing}`,
    kernel: 'binaryCrossEntropy',
    block: [weight, smoothing],
    targets: 'unit',
    reference: (z, y) => ({
      value: sum(z.map((v, k) => negative(y[k]!) * softplus(v) + positive(y[k]!) * softplus(-v))),
      gradient: z.map((v, k) => negative(y[k]!) * sigmoid(v) - positive(y[k]!) * sigmoid(-v)),
      size: z.map((v, k) => negative(y[k]!) * sigmoid(v) + positive(y[k]!) * sigmoid(-v)),
    }),
  };
};

const softmax = (targets: 'index' | 'distribution', smoothing: number): LossCase => ({
  name: `softmaxCrossEntropy, ${targets}, smoothing ${smoothing}`,
  kernel: 'softmax',
  block: [smoothing, targets === 'index' ? 0 : 1],
  targets,
  reference: (z, y) => {
    const given = z.map((_, k) => (targets === 'index' ? Number(y[0] === k) : y[k]!));
    const q = given.map((value) => value * (1 - smoothing) + smoothing / z.length);
    const peak = Math.max(...z);
    const exps = z.map((value) => Math.exp(value - peak));
    const norm = sum(exps);
    const mass = sum(q);
    return {
      value: sum(q.map((value, k) => (value === 0 ? 0 : value * (peak - z[k]! + Math.log(norm))))),
      gradient: q.map((value, k) => (mass * exps[k]!) / norm - value),
      // The difference to the peak is rounded before its exponential is taken.
      size: q.map((value, k) => ((1 + (peak - z[k]!) / (z.length + 8)) * mass * exps[k]! || 0) / norm + value),
    };
  },
});

export const losses: readonly LossCase[] = [
  squared,
  binary(1, 0),
  binary(2.5, 0),
  binary(0.25, 0.1),
  softmax('index', 0),
  softmax('index', 0.1),
  softmax('distribution', 0),
  softmax('distribution', 0.2),
];

export const isSoftmax = (loss: LossCase): boolean => loss.kernel.startsWith('softmax');

export interface LossInput {
  /** Predictions and targets of the rows of the block; an index target is one number. */
  readonly z: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
  readonly weights?: readonly number[];
  readonly scale?: number;
  /** Rows before the block, in the operands that hold all rows. */
  readonly first?: number;
  readonly allZ?: boolean;
  readonly allY?: boolean;
  /** Vectors of a row beyond those of its outputs. */
  readonly extra?: number;
  /** What the sum of the loss starts with. */
  readonly before?: number;
  /** Whether the gradient is left out. */
  readonly valueOnly?: boolean;
}

export interface LossOutput {
  readonly sum: number;
  /** Gradient, a row for each, and all that was written of it. */
  readonly gradient: number[][];
  readonly raw: Float32Array | Float64Array;
  /** Losses of rows (of elements, with several outputs that are no classes). */
  readonly values: Float32Array | Float64Array;
  readonly width: number;
}

const four = (rows: number): number => Math.ceil(rows / 4) * 4;

/** Runs the kernel of a loss over a block, with NaN around everything that it may read. */
export function runLoss(dtype: Dtype, loss: LossCase, input: LossInput, engine?: Engine): LossOutput {
  const { z, y, weights, scale = 1, first = 0, allZ = false, allY = false, extra = 0, before = 0, valueOnly } = input;
  return sandbox((box) => {
    const rows = z.length;
    const outputs = z[0]!.length;
    const byRow = isSoftmax(loss) || !!loss.byRow;
    const single = outputs === 1 && !byRow;
    const width = single ? 1 : paddedLength(dtype, outputs) + (extra * 16) / sizeOf(dtype);
    const zBefore = allZ ? first : 0;
    const yBefore = allY ? first : 0;
    const operand = (values: readonly (readonly number[])[], skip: number): number => {
      const at = (i: number, k: number): number => (i < skip ? Number.NaN : values[i - skip]![k]!);
      return box.input(rowMajor(dtype, skip + values.length, outputs, width, at, Number.NaN));
    };
    const labels = (): number => {
      return box.input(Int32Array.from({ length: yBefore + rows }, (_, i) => (i < yBefore ? -1 : y[i - yBefore]![0]!)));
    };
    const one = (values: readonly (readonly number[])[], skip: number): number =>
      box.input(
        rowMajor(dtype, 1, skip + values.length, skip + values.length, (_, i) =>
          i < skip ? Number.NaN : values[i - skip]![0]!,
        ),
      );
    const length = single ? four(rows) : rows * width;
    // Vectors beyond those of the outputs are left as they are: zeros.
    const fill = extra > 0 ? 0 : Number.NaN;
    const blank = (size = length) => rowMajor(dtype, 1, 0, size, () => 0, fill);
    const r = valueOnly ? 0 : box.output(blank());
    const valuesLength = isSoftmax(loss) ? rows : byRow ? four(rows) : length;
    const values = box.output(blank(valuesLength));
    const sums = box.output(Float64Array.of(before));
    const s = weights ? [...new Array<number>(yBefore).fill(Number.NaN), ...weights].map((value) => [value]) : [];
    const cursor = box.cursor({ scale, start: Math.min(first, 2), row: first - Math.min(first, 2), block: rows });
    const words = [
      cursor,
      operand(z, zBefore),
      loss.targets === 'index' ? labels() : loss.targets === 'value' ? one(y, yBefore) : operand(y, yBefore),
      weights ? box.input(rowMajor(dtype, s.length, 1, 1, (i) => s[i]![0]!)) : 0,
      r,
      sums,
      single ? 0 : outputs,
      width * sizeOf(dtype),
      box.input(Float64Array.from([...loss.block, 0])),
      values,
      Number(allZ),
      Number(allY),
    ];
    box.call(loss.kernel, dtype, words);
    const raw = r ? box.floats(dtype, r, length) : blank().fill(0);
    return {
      sum: box.f64(sums),
      gradient: z.map((row, i) => row.map((_, k) => raw[i * width + k]!)),
      raw,
      values: box.floats(dtype, values, valuesLength),
      width,
    };
  }, engine);
}
