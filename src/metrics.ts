/**
 * Metrics, as specs: what `metrics` of `fit` and `evaluate` takes beside names. In formulas s are the weights of rows, ŷ
 * predictions, y targets; of a class, TP is Σ s of its rows that are right, FN of its others, FP of other classes' rows that
 * are predicted as it. Targets that are distributions count as their likeliest class.
 */
import { type Average, type Metric, type MetricSpec, metricFamily } from './program/metrics.ts';
import { makeSpec } from './spec.ts';

export { type ConfusionMatrix, compute, confusionMatrix, type JudgeOptions } from './judge.ts';
export type { Average, Metric, MetricSpec };

type Of<K extends MetricSpec['kind']> = Extract<MetricSpec, { readonly kind: K }>;

export interface AverageOptions {
  /**
   * `'binary'`: the score of the second of two classes; `'micro'`: of all decisions together; `'macro'`: the mean over the
   * classes that occur; `'weighted'`: the mean weighed by Σ s of each class. Default `'binary'`, which more than two
   * classes refuse.
   */
  readonly average?: Average;
}

export interface TopKAccuracyOptions {
  /** How many of the largest predictions count, an integer ≥ 1. Default 2. */
  readonly k?: number;
}

/**
 * Σ s·[ŷ = y] / Σ s: the share of rows whose label is right.
 *
 * Elsewhere: scikit-learn `accuracy_score`, Keras `Accuracy`, torchmetrics `Accuracy` (micro).
 * Use: classes of about equal size, errors of about equal cost.
 * Not: where one class is rare: predicting the other is then nearly always right.
 * Source: Sokal & Michener 1958, as simple matching.
 * Direction: max.
 * @example
 * metrics.compute('accuracy', [0, 1, 1, 0], [0, 1, 0, 0]); // → 0.75
 */
export const accuracy = (): Of<'accuracy'> => makeSpec(metricFamily, 'accuracy');

/**
 * The mean over the classes that occur of TP / (TP + FN): accuracy as if all classes were of one size.
 *
 * Elsewhere: scikit-learn `balanced_accuracy_score` (`adjusted: false`).
 * Use: classes of different size that matter alike.
 * Not: where classes of a few rows make it jump.
 * Source: Brodersen et al. 2010.
 * Direction: max.
 * @example
 * metrics.compute('balancedAccuracy', [0, 1, 1, 0], [0, 1, 0, 0]); // → 0.8333
 */
export const balancedAccuracy = (): Of<'balancedAccuracy'> => makeSpec(metricFamily, 'balancedAccuracy');

/**
 * Σ s·[y is among the k largest of ŷ] / Σ s. Of equal predictions the first counts as the larger.
 *
 * Elsewhere: scikit-learn `top_k_accuracy_score` (of equal ones the last), Keras `TopKCategoricalAccuracy` (k = 5).
 * Use: many classes, of which several are offered.
 * Not: where k is near the number of classes: nearly all rows are then right.
 * Source: Russakovsky et al. 2015, of ImageNet.
 * Direction: max.
 * @example
 * const scores = [[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]];
 * metrics.compute(metrics.topKAccuracy(2), scores, [1, 2], { classes: [0, 1, 2] }); // → 0.5
 */
export const topKAccuracy = (options?: TopKAccuracyOptions | number): Of<'topKAccuracy'> =>
  makeSpec(metricFamily, 'topKAccuracy', options, 'k');

/**
 * TP / (TP + FP): the share of what is predicted as a class that is of it; 0 where nothing is predicted as it.
 *
 * Elsewhere: scikit-learn `precision_score` (`zero_division: 0`), Keras `Precision`.
 * Use: where a false alarm is dear.
 * Not: alone: one sure prediction makes it 1.
 * Source: van Rijsbergen 1979.
 * Direction: max.
 * @example
 * metrics.compute('precision', [0, 1, 1, 0], [0, 1, 0, 0]); // → 0.5
 */
export const precision = (options?: AverageOptions): Of<'precision'> => makeSpec(metricFamily, 'precision', options);

/**
 * TP / (TP + FN): the share of a class that is found; 0 where there are no rows of it.
 *
 * Elsewhere: scikit-learn `recall_score` (`zero_division: 0`), Keras `Recall`; also called sensitivity.
 * Use: where a miss is dear.
 * Not: alone: predicting one class always makes its recall 1.
 * Source: van Rijsbergen 1979.
 * Direction: max.
 * @example
 * metrics.compute('recall', [0, 1, 0, 0], [0, 1, 1, 0]); // → 0.5
 */
export const recall = (options?: AverageOptions): Of<'recall'> => makeSpec(metricFamily, 'recall', options);

/**
 * 2·TP / (2·TP + FP + FN): the harmonic mean of precision and recall; 0 where both are.
 *
 * Elsewhere: scikit-learn `f1_score`, Keras `F1Score` (one score a class by default).
 * Use: a rare class that is to be found without many false alarms.
 * Not: where rows that are rightly left out count, too: it does not see them.
 * Source: Dice 1945; van Rijsbergen 1979.
 * Direction: max.
 * @example
 * metrics.compute('f1', [0, 1, 1, 0], [0, 1, 0, 0]); // → 0.6667
 * metrics.compute(metrics.f1({ average: 'macro' }), [0, 1, 1, 0], [0, 1, 0, 0]); // → 0.7333
 */
export const f1 = (options?: AverageOptions): Of<'f1'> => makeSpec(metricFamily, 'f1', options);

/**
 * Area under the curve of TP / (TP + FN) over FP / (FP + TN) for all thresholds: the probability that a row of the class
 * has a larger score than one of the rest, equal ones counting ½. Of more than two classes the mean over each against the
 * rest. NaN where a class has no rows or all.
 *
 * Elsewhere: scikit-learn `roc_auc_score` (`multi_class: 'ovr'`; throws where ours is NaN), exact; Keras `AUC` cuts into 200
 * thresholds.
 * Use: how well scores put rows in order, whatever the threshold and the size of the classes.
 * Not: a very rare class: see averagePrecision; and it does not say whether probabilities are right: see logLoss.
 * Source: Hanley & McNeil 1982.
 * Direction: max.
 * @example
 * metrics.compute('rocAuc', [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]); // → 0.75
 */
export const rocAuc = (): Of<'rocAuc'> => makeSpec(metricFamily, 'rocAuc');

/**
 * Σₜ (Rₜ − Rₜ₋₁)·Pₜ over all thresholds t, largest first, with recall R and precision P: the area under precision over
 * recall, in steps. Of more than two classes the mean over each against the rest; 0 for a class without rows.
 *
 * Elsewhere: scikit-learn `average_precision_score`, torchmetrics `AveragePrecision`.
 * Use: a rare class among many others.
 * Not: to compare data in which the class is differently frequent: that is what a random order scores.
 * Source: Buckley & Voorhees 2000.
 * Direction: max.
 * @example
 * metrics.compute('averagePrecision', [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]); // → 0.8333
 */
export const averagePrecision = (): Of<'averagePrecision'> => makeSpec(metricFamily, 'averagePrecision');

/**
 * −Σ s·ln p / Σ s, with p the probability of the label, from the logits, so that it is finite wherever they are.
 *
 * Elsewhere: scikit-learn `log_loss` (from probabilities, which it clips), PyTorch `cross_entropy` without its options.
 * Use: whether probabilities are right.
 * Not: where a single wrong label must not weigh much: see brier.
 * Source: Good 1952.
 * Direction: min.
 * @example
 * metrics.compute('logLoss', [0.8, 0.4], [1, 0]); // → 0.36698
 */
export const logLoss = (): Of<'logLoss'> => makeSpec(metricFamily, 'logLoss');

/**
 * Σ s·(p − y)² / Σ s, with p the probability of the second of two classes and y 1 for its rows; of more classes
 * Σ s·Σₖ (pₖ − [k = y])² / Σ s, which lies in [0, 2].
 *
 * Elsewhere: scikit-learn `brier_score_loss` (`scale_by_half: 'auto'`), Brier (1950) without the half.
 * Use: whether probabilities are right, without end for none that is wrong.
 * Not: very rare classes: differences among small probabilities hardly count.
 * Source: Brier 1950.
 * Direction: min.
 * @example
 * metrics.compute('brier', [0.8, 0.4], [1, 0]); // → 0.1
 */
export const brier = (): Of<'brier'> => makeSpec(metricFamily, 'brier');

/**
 * 1 − Σ s·(ŷ − y)² / Σ s·(y − ȳ)², the mean over outputs. Where all targets are equal 1 if all are hit, else 0; NaN for a
 * single row.
 *
 * Elsewhere: scikit-learn `r2_score`; `R2Score` of Keras weighs outputs alike, too.
 * Use: the share of the variance that is explained, whatever the unit.
 * Not: to compare data of different spread; below 0 the mean is the better prediction.
 * Source: Wright 1921.
 * Direction: max.
 * @example
 * metrics.compute('r2', [2.5, 0, 2, 8], [3, -0.5, 2, 7]); // → 0.94861
 */
export const r2 = (): Of<'r2'> => makeSpec(metricFamily, 'r2');

/**
 * 1 − Var(y − ŷ) / Var y with weighted variances, the mean over outputs: R² that forgives a constant error. Where all
 * targets are equal 1 if all residuals are, else 0.
 *
 * Elsewhere: scikit-learn `explained_variance_score`.
 * Use: beside r2: the difference between both is bias.
 * Not: alone, where a constant error matters.
 * Source: scikit-learn, user guide, explained variance score.
 * Direction: max.
 * @example
 * metrics.compute('explainedVariance', [2.5, 0, 2, 8], [3, -0.5, 2, 7]); // → 0.95717
 */
export const explainedVariance = (): Of<'explainedVariance'> => makeSpec(metricFamily, 'explainedVariance');

/**
 * Σ s·(ŷ − y)² / Σ s, without ½, the mean over outputs.
 *
 * Elsewhere: scikit-learn `mean_squared_error`, PyTorch `mse_loss`, Keras `MeanSquaredError`.
 * Use: where large errors count more than in proportion; means are estimated.
 * Not: outliers: one of them may outweigh all other rows.
 * Source: Gauss 1823.
 * Direction: min.
 * @example
 * metrics.compute('meanSquaredError', [2.5, 0, 2, 8], [3, -0.5, 2, 7]); // → 0.375
 */
export const meanSquaredError = (): Of<'meanSquaredError'> => makeSpec(metricFamily, 'meanSquaredError');

/**
 * √(Σ s·(ŷ − y)² / Σ s), the mean over outputs of their roots.
 *
 * Elsewhere: scikit-learn `root_mean_squared_error`; Keras `RootMeanSquaredError` takes one root over all outputs.
 * Use: meanSquaredError in the unit of the targets.
 * Not: outliers, as meanSquaredError.
 * Source: Gauss 1823.
 * Direction: min.
 * @example
 * metrics.compute('rootMeanSquaredError', [2.5, 0, 2, 8], [3, -0.5, 2, 7]); // → 0.61237
 */
export const rootMeanSquaredError = (): Of<'rootMeanSquaredError'> => makeSpec(metricFamily, 'rootMeanSquaredError');

/**
 * Σ s·|ŷ − y| / Σ s, the mean over outputs.
 *
 * Elsewhere: scikit-learn `mean_absolute_error`, PyTorch `l1_loss`, Keras `MeanAbsoluteError`.
 * Use: errors in the unit of the targets, in which outliers count no more than they are.
 * Not: where a large error is worse than many small ones.
 * Source: Willmott & Matsuura 2005.
 * Direction: min.
 * @example
 * metrics.compute('meanAbsoluteError', [2.5, 0, 2, 8], [3, -0.5, 2, 7]); // → 0.5
 */
export const meanAbsoluteError = (): Of<'meanAbsoluteError'> => makeSpec(metricFamily, 'meanAbsoluteError');

/**
 * Σ s·|ŷ − y| / max(|y|, 2.2e-16) / Σ s, the mean over outputs: a share, not per cent.
 *
 * Elsewhere: scikit-learn `mean_absolute_percentage_error`; Keras multiplies by 100.
 * Use: positive targets of very different size.
 * Not: targets that may be 0 or near it: one of them outweighs all others; it favours predictions that are too small.
 * Source: de Myttenaere et al. 2016.
 * Direction: min.
 * @example
 * metrics.compute('meanAbsolutePercentageError', [2.5, 0, 2, 8], [3, -0.5, 2, 7]); // → 0.32738
 */
export const meanAbsolutePercentageError = (): Of<'meanAbsolutePercentageError'> =>
  makeSpec(metricFamily, 'meanAbsolutePercentageError');

/**
 * Σ s·2(y·ln(y/ŷ) − y + ŷ) / Σ s, the mean over outputs; y ≥ 0 and ŷ > 0, else it is not finite.
 *
 * Elsewhere: scikit-learn `mean_poisson_deviance` (throws where ours is not finite).
 * Use: counts and rates, whose variance grows with their mean.
 * Not: targets below 0.
 * Source: Nelder & Wedderburn 1972.
 * Direction: min.
 * @example
 * metrics.compute('poissonDeviance', [1, 2], [1, 1]); // → 0.30685
 */
export const poissonDeviance = (): Of<'poissonDeviance'> => makeSpec(metricFamily, 'poissonDeviance');
