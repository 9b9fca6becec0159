/** A model with steps before it. */
import type { Transformer } from '../data/transformer.ts';
import { describe } from '../describe.ts';
import { ArgumentError } from '../errors.ts';
import { type AnyEstimator, Estimator } from './estimator.ts';

/**
 * A model with steps before it, as scikit-learn's `make_pipeline`. `fit` fits the steps on the training rows alone (not
 * on those held out by `validation` or by a fold), `predict` and `evaluate` apply them, `partialFit` of a fresh model
 * fits them on its first rows. Everything else is that of the model: `coefficients` are those of the last step's columns.
 *
 * ```js
 * const curve = pipeline([polynomialFeatures({ degree: 3 }), linearRegression()]);
 * curve.fitSync(x, y);
 * ```
 * @param steps transformers and, last, a model. The model is copied, as yet unfitted; neither it nor the transformers
 * are changed, now or later.
 * @throws {ArgumentError} if one is not what it must be.
 */
export function pipeline<M extends AnyEstimator>(steps: readonly [...Transformer[], M]): M {
  const model = steps.at(-1);
  if (!(model instanceof Estimator))
    throw new ArgumentError(`pipeline: the last must be a model, got ${describe(model)}`);
  const before = steps.slice(0, -1) as Transformer[];
  before.forEach((step, i) => {
    if (typeof step?.transform !== 'function' || (step.fit && !step.clone)) {
      throw new ArgumentError(`pipeline[${i}] must have transform, and clone if it has fit, got ${describe(step)}`);
    }
  });
  return model.clone({}, [...before, ...model.steps]) as M;
}
