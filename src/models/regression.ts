/** Linear models whose predictions are numbers. */
import type { MatrixLike, TypedArray } from '../data/matrix.ts';
import type { Features } from '../data/transformer.ts';
import { LinearModel } from './linear-model.ts';
import { meansOf } from './predictions.ts';

/** One number a row, or a row of several. */
export type RegressionTargets = readonly number[] | TypedArray | MatrixLike;

export class Regression extends LinearModel<RegressionTargets> {
  /**
   * Predicted means (quantiles, medians, as the loss has it): rows × targets, row after row, f32 or f64 as the model.
   * Losses of a logarithm go through exp; of a mean and a variance, the mean.
   * @param options `out`: where to put them, of the right length.
   */
  predict<A extends Float32Array | Float64Array>(x: Features, options?: { readonly out?: A }): A {
    const { loss } = this.requireFitted('predict');
    return meansOf<A>(this.engine, loss, (given) => this.predictRaw(x, given), options);
  }
}
