/** Linear models whose predictions are numbers. */
import type { MatrixLike, TypedArray } from '../data/matrix.ts';
import type { Features } from '../data/transformer.ts';
import { lossRow } from '../program/loss.ts';
import { readOptions } from '../spec.ts';
import { outField } from './estimator.ts';
import { LinearModel } from './linear-model.ts';
import { mapInModule } from './links.ts';

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
    const { link, targets } = lossRow(loss);
    if (targets === 'value') {
      const raw = this.predictRaw<A>(x);
      const means = raw.filter((_, i) => i % 2 === 0) as A;
      const { out } = readOptions<{ out: A | null }>('predict', { out: outField<A>(means.length) }, options);
      out?.set(means);
      return out ?? means;
    }
    const raw = this.predictRaw<A>(x, options);
    if (link === 'log') mapInModule(this.engine, 'exp', raw);
    return raw;
  }
}
