/** Linear regression: least squares, one target or several. */
import type { MatrixLike, TypedArray } from '../data/matrix.ts';
import { readTargets } from '../data/targets.ts';
import type { Features } from '../data/transformer.ts';
import { ShapeError } from '../errors.ts';
import { type LossSpec, meanSquaredError } from '../losses.ts';
import type { Task } from '../program/metrics.ts';
import { type KnownTarget, LinearModel, type ModelOptions, type ReadTarget } from './linear-model.ts';

/** One number a row, or a row of several. */
export type RegressionTargets = readonly number[] | TypedArray | MatrixLike;

export class LinearRegression extends LinearModel<RegressionTargets> {
  readonly task: Task = 'regression';
  protected readonly defaultLoss: LossSpec = meanSquaredError();

  /** @internal */
  readTarget(y: unknown, rows: number, _loss: LossSpec, known?: KnownTarget, what = 'targets'): ReadTarget {
    const values = readTargets(y, rows, what);
    if (known && known.outputs !== values.columns) {
      throw new ShapeError(`${what}: expected ${known.outputs} columns, got ${values.columns}`);
    }
    return { outputs: values.columns, values };
  }

  /**
   * Predicted means: rows × targets, row after row, f32 or f64 as the model.
   * @param options `out`: where to put them, of the right length.
   */
  predict<A extends Float32Array | Float64Array>(x: Features, options?: { readonly out?: A }): A {
    return this.predictRaw(x, options);
  }
}

/**
 * Least squares: minimises mean (y − Xw − b)², the mean over rows and targets. Without options f64, standardised, full
 * batch with a line search to a gradient of 1e-8.
 * @throws {ArgumentError} on unknown options and wrong types.
 */
export function linearRegression(options?: ModelOptions): LinearRegression {
  return new LinearRegression('linearRegression', options);
}
