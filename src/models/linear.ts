/** The linear models by name, and the one of any loss. */
import { type LossSpec, losses } from '../losses.ts';
import { lossRow } from '../program/loss.ts';
import { isPlain, validateSpec } from '../spec.ts';
import { Classifier, type ClassifierOptions } from './classifier.ts';
import type { ModelOptions } from './model.ts';
import { Regression } from './regression.ts';
import { taskOf } from './targets.ts';

export type LinearRegression = Regression;
export type LogisticRegression = Classifier;
export type SoftmaxRegression = Classifier;

/** Kinds of losses of classes. */
type OfClasses =
  | ('binaryCrossEntropy' | 'focal' | 'hinge' | 'squaredHinge' | 'modifiedHuber')
  | ('softmaxCrossEntropy' | 'softmaxFocal' | 'multiclassHinge');

export type LinearModelOptions<L extends LossSpec = LossSpec> = (L['kind'] extends OfClasses
  ? ClassifierOptions
  : ModelOptions) & {
  /** What is minimised. */
  readonly loss: L;
};

/**
 * Least squares: minimises mean (y − Xw − b)², the mean over rows and targets. Without options f64, standardised, full
 * batch with a line search to a gradient of 1e-8.
 * @throws {ArgumentError} on unknown options and wrong types.
 */
export function linearRegression(options?: ModelOptions): LinearRegression {
  return new Regression('linearRegression', options);
}

/**
 * Two classes from one logit, by binary cross-entropy. Labels are numbers, strings or booleans; the second in order is
 * the positive one.
 * @throws {ArgumentError} on unknown options and wrong types.
 */
export function logisticRegression(options?: ClassifierOptions): LogisticRegression {
  return new Classifier('logisticRegression', options);
}

/**
 * K ≥ 2 classes from K logits, by softmax cross-entropy. Labels are numbers, strings or booleans.
 * @throws {ArgumentError} on unknown options and wrong types.
 */
export function softmaxRegression(options?: ClassifierOptions): SoftmaxRegression {
  return new Classifier('softmaxRegression', options);
}

/**
 * A linear model of any loss that makes something of a row of predictions: `poisson()`, `gammaDeviance()`,
 * `tweedieDeviance()` (means through exp), `huber()`, `quantile()`, `epsilonInsensitive()`, `meanAbsoluteError()`,
 * `logCosh()`, `gaussianNll()` (a mean and a variance), `hinge()`, `squaredHinge()`, `modifiedHuber()`, `focal()`,
 * `multiclassHinge()` (classes). Losses with kinks are minimised by subgradient descent unless an optimizer is given.
 * @param options `loss`, and those of the other models.
 * @returns a regression, or a classifier where the loss is one of classes.
 * @throws {ArgumentError} on unknown options, wrong types, and losses that are for `lossAndGradient` alone.
 */
export function linearModel<const L extends LossSpec>(
  options: LinearModelOptions<L>,
): L['kind'] extends OfClasses ? Classifier : Regression {
  const loss = validateSpec(losses, isPlain(options) ? options.loss : undefined, 'linearModel: loss');
  const Model = taskOf(lossRow(loss)) === 'regression' ? Regression : Classifier;
  return new Model('linearModel', options) as never;
}
