/** Losses of classes, distributions and likeness. */
import { makeSpec } from '../spec.ts';
import { losses } from './family.ts';
import type {
  BinaryCrossEntropyOptions,
  BinaryCrossEntropySpec,
  ClassOptions,
  CosineEmbeddingOptions,
  CosineEmbeddingSpec,
  FocalOptions,
  FocalSpec,
  HingeSpec,
  KullbackLeiblerOptions,
  KullbackLeiblerSpec,
  MarginOptions,
  ModifiedHuberSpec,
  MulticlassHingeSpec,
  NllSpec,
  SoftmaxCrossEntropyOptions,
  SoftmaxCrossEntropySpec,
  SoftmaxFocalOptions,
  SoftmaxFocalSpec,
  SquaredHingeSpec,
  TripletOptions,
  TripletSpec,
} from './options.ts';
import type { NoOptions } from './values.ts';

/**
 * Cross-entropy of two classes from one logit z: (1 − y)z + (1 + (w − 1)y)·softplus(−z), with w the weight of the
 * positive class; slope (1 − y)·σ(z) − w·y·σ(−z). Targets lie in [0, 1]. With `fromProbabilities`
 * −w·y·max(ln p, −100) − (1 − y)·max(ln(1 − p), −100).
 *
 * @param options `posWeight` > 0, default 1; `labelSmoothing` in [0, 1], default 0, before anything else;
 * `fromProbabilities`, default false.
 *
 * Elsewhere: PyTorch `binary_cross_entropy_with_logits`, and `binary_cross_entropy` from probabilities; Keras
 * `BinaryCrossentropy` takes probabilities by default and clips them to [1e-7, 1 − 1e-7].
 * Source: Cox 1958; label smoothing: Szegedy et al. 2016.
 * Use: two classes, or several labels that exclude nothing.
 * Not: classes of which one is right: `softmaxCrossEntropy`.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * lossAndGradient(binaryCrossEntropy(), [0, 2], [1, 1]); // → { value: 0.41004, gradient: [-0.25, -0.0596] }
 */
export function binaryCrossEntropy(options?: BinaryCrossEntropyOptions): BinaryCrossEntropySpec {
  return makeSpec(losses, 'binaryCrossEntropy', options);
}

/**
 * Focal loss of two classes from one logit: a·(1 − pₜ)^γ times cross-entropy, pₜ the probability of the right class,
 * a = α for class 1, 1 − α for class 0. Targets are 0 or 1. With γ = 0 and α null it is `binaryCrossEntropy`.
 *
 * @param options `gamma` ≥ 0, default 2; `alpha` in [0, 1] or null, default 0.25.
 *
 * Elsewhere: torchvision `sigmoid_focal_loss` alike, unreduced by default; Keras `BinaryFocalCrossentropy` leaves α out
 * by default.
 * Source: Lin et al. 2017.
 * Use: one class is rare and most rows are easy.
 * Not: where probabilities are read off: it makes them less sure.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * lossAndGradient(focal(), [0, 2], [1, 1], { reduction: 'none' }).value; // → [0.04332, 0.00045]
 */
export function focal(options?: FocalOptions): FocalSpec {
  return makeSpec(losses, 'focal', options);
}

/**
 * Focal loss of K classes from K logits, −(1 − p_y)^γ ln p_y. Targets are class indices. With γ = 0 it is
 * `softmaxCrossEntropy`.
 *
 * @param options `gamma` ≥ 0, default 2.
 *
 * Elsewhere: Keras `CategoricalFocalCrossentropy` takes probabilities and has α = 0.25; PyTorch has none.
 * Source: Lin et al. 2017.
 * Use: some classes are rare and most rows are easy.
 * Not: where probabilities are read off.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * lossAndGradient(softmaxFocal(), [[0, 0]], [1]).value; // → 0.17329
 */
export function softmaxFocal(options?: SoftmaxFocalOptions): SoftmaxFocalSpec {
  return makeSpec(losses, 'softmaxFocal', options);
}

/**
 * Hinge loss h = max(0, m − y·z), slope −y where h > 0. Targets are −1 or 1.
 *
 * @param options `margin` m ≥ 0, default 1.
 *
 * Elsewhere: scikit-learn `LinearSVC(loss="hinge")` alike; Keras `Hinge` turns 0 into −1 silently.
 * Source: Cortes & Vapnik 1995.
 * Use: support-vector classification.
 * Not: where probabilities are needed.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * lossAndGradient(hinge(), [0.5, -1], [1, 1]); // → { value: 1.25, gradient: [-0.5, -0.5] }
 */
export function hinge(options?: number | MarginOptions): HingeSpec {
  return makeSpec(losses, 'hinge', options, 'margin');
}

/**
 * Squared hinge loss h², h = max(0, m − y·z), slope −2y·h. Targets are −1 or 1.
 *
 * @param options `margin` m ≥ 0, default 1.
 *
 * Elsewhere: scikit-learn `LinearSVC` by default; Keras `SquaredHinge` turns 0 into −1 silently.
 * Source: Lee & Mangasarian 2001.
 * Use: support-vector classification with a slope that has no steps.
 * Not: with wrong labels, which count by their square.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * lossAndGradient(squaredHinge(), [0.5, -1], [1, 1]); // → { value: 2.125, gradient: [-0.5, -2] }
 */
export function squaredHinge(options?: number | MarginOptions): SquaredHingeSpec {
  return makeSpec(losses, 'squaredHinge', options, 'margin');
}

/**
 * Modified Huber loss of m = y·z: 0 from 1 on, (1 − m)² from −1 to 1, −4m below. Targets are −1 or 1.
 *
 * Elsewhere: scikit-learn `SGDClassifier(loss="modified_huber")` alike; neither PyTorch nor Keras has it.
 * Source: Zhang 2004.
 * Use: squared hinge with some wrong labels.
 * Not: where probabilities must be calibrated.
 * @throws {ArgumentError} on options: it takes none.
 * @example
 * lossAndGradient(modifiedHuber(), [0.5, -2], [1, 1]); // → { value: 4.125, gradient: [-0.5, -2] }
 */
export function modifiedHuber(options?: NoOptions): ModifiedHuberSpec {
  return makeSpec(losses, 'modifiedHuber', options);
}

/**
 * Hinge loss of K classes by Crammer and Singer: maxₖ(zₖ + m·[k ≠ y]) − z_y; slope 1 at the largest (the lowest index
 * of several), −1 at y, 0 if they are one. Targets are class indices.
 *
 * @param options `margin` m ≥ 0, default 1.
 *
 * Elsewhere: scikit-learn `LinearSVC(multi_class="crammer_singer")`; PyTorch `multi_margin_loss` is another loss, the
 * mean over all wrong classes; Keras `CategoricalHinge` takes 0 for the largest wrong logit where all of them are below 0.
 * Source: Crammer & Singer 2001.
 * Use: support-vector classification of several classes at once.
 * Not: where probabilities are needed.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * lossAndGradient(multiclassHinge(), [[2, 1.5, 0]], [0]); // → { value: 0.5, gradient: [-1, 1, 0] }
 */
export function multiclassHinge(options?: number | MarginOptions): MulticlassHingeSpec {
  return makeSpec(losses, 'multiclassHinge', options, 'margin');
}

/**
 * Cross-entropy of K classes from K logits: −Σₖ q̃ₖ(zₖ − logsumexp z), q̃ₖ = wₖqₖ; slope pₖ·Σq̃ − q̃ₖ. The mean over
 * class indices divides by Σ w_y over the rows that are not ignored, that over distributions by the number of rows.
 *
 * @param options `targets`: `'index'` or `'distribution'`; `labelSmoothing` in [0, 1], default 0; `classWeights`, one
 * ≥ 0 a class; `ignoreIndex`, an integer; `normalized: false` takes distributions that do not sum to 1.
 *
 * Elsewhere: PyTorch `cross_entropy` alike, `ignore_index` −100 and NaN where all rows are ignored, which throws here;
 * Keras `SparseCategoricalCrossentropy` and `CategoricalCrossentropy` take probabilities by default.
 * Source: Bridle 1990; label smoothing: Szegedy et al. 2016.
 * Use: classes of which one is right.
 * Not: labels that do not exclude each other: `binaryCrossEntropy`.
 * @throws {ArgumentError} on unknown options, values out of range, and class weights that are all 0.
 * @example
 * const { value, gradient } = lossAndGradient(softmaxCrossEntropy(), [[0, 0, 0]], [1]);
 * value; // → 1.09861
 * gradient; // → [0.3333, -0.6667, 0.3333]
 */
export function softmaxCrossEntropy(options?: SoftmaxCrossEntropyOptions): SoftmaxCrossEntropySpec {
  return makeSpec(losses, 'softmaxCrossEntropy', options);
}

/**
 * Negative log-likelihood −w_y·x_y of log-probabilities x; slope −w_y at y. Targets are class indices. The mean divides
 * by Σ w_y over the rows that are not ignored.
 *
 * @param options `classWeights`, one ≥ 0 a class; `ignoreIndex`, an integer.
 *
 * Elsewhere: PyTorch `nll_loss` alike, with `ignore_index` −100; Keras has none.
 * Source: the likelihood of a categorical distribution.
 * Use: predictions that are log-probabilities already. `lossAndGradient` alone.
 * Not: logits: `softmaxCrossEntropy`.
 * @throws {ArgumentError} on unknown options, values out of range, and class weights that are all 0.
 * @example
 * const logProbabilities = [[Math.log(0.25), Math.log(0.75)]];
 * lossAndGradient(nll(), logProbabilities, [1]); // → { value: 0.28768, gradient: [0, -1] }
 */
export function nll(options?: ClassOptions): NllSpec {
  return makeSpec(losses, 'nll', options);
}

/**
 * Kullback–Leibler divergence Σₖ yₖ(ln yₖ − xₖ) of log-probabilities x, 0 where y = 0; slope −yₖ. The mean divides by
 * rows.
 *
 * @param options `normalized: false` takes targets that do not sum to 1.
 *
 * Elsewhere: PyTorch `kl_div` with `reduction="batchmean"`, its `mean` divides by all elements; Keras `KLDivergence`
 * takes probabilities.
 * Source: Kullback & Leibler 1951.
 * Use: the distribution of another model is the target. `lossAndGradient` alone.
 * Not: logits: `softmaxCrossEntropy` with distributions has the same slopes.
 * @throws {ArgumentError} on unknown options.
 * @example
 * const logProbabilities = [[Math.log(0.5), Math.log(0.5)]];
 * const { value } = lossAndGradient(kullbackLeibler(), logProbabilities, [[0.25, 0.75]]);
 * value; // → 0.13081
 */
export function kullbackLeibler(options?: KullbackLeiblerOptions): KullbackLeiblerSpec {
  return makeSpec(losses, 'kullbackLeibler', options);
}

/**
 * Cosine embedding loss of two vectors a and b, c = a·b/√((‖a‖² + 1e-12)(‖b‖² + 1e-12)): 1 − c where the target is 1,
 * max(0, c − m) where it is −1. A row of predictions is a and b beside each other, 2d columns; targets, one a row.
 *
 * @param options `margin` m in [−1, 1], default 0.
 *
 * Elsewhere: PyTorch `cosine_embedding_loss` alike; Keras `CosineSimilarity` is −c.
 * Source: PyTorch.
 * Use: pairs that are alike or not. `lossAndGradient` alone.
 * Not: where lengths matter: `triplet`.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * lossAndGradient(cosineEmbedding(), [[1, 0, 1, 1]], [1]).value; // → 0.29289
 */
export function cosineEmbedding(options?: number | CosineEmbeddingOptions): CosineEmbeddingSpec {
  return makeSpec(losses, 'cosineEmbedding', options, 'margin');
}

/**
 * Triplet loss max(0, d(a, p) − d(a, n) + m), d(u, v) = ‖u − v + 1e-6‖₂, of an anchor, a positive and a negative. A row
 * of predictions is a, p and n beside each other, 3d columns; there are no targets.
 *
 * @param options `margin` m ≥ 0, default 1; `swap` takes min(d(a, n), d(p, n)) for d(a, n), default false.
 *
 * Elsewhere: PyTorch `triplet_margin_loss` alike; Keras has none.
 * Source: Balntas et al. 2016.
 * Use: embeddings in which like is near like. `lossAndGradient` alone.
 * Not: few triplets that break the margin: most rows have slope 0.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * lossAndGradient(triplet(), [[0, 0, 3, 4, 0, 5.5]]).value; // → 0.5000
 */
export function triplet(options?: TripletOptions): TripletSpec {
  return makeSpec(losses, 'triplet', options);
}
