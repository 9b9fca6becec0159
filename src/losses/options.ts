/** Specs of losses and their options. */

export interface MeanSquaredErrorSpec {
  readonly kind: 'meanSquaredError';
}

export interface MeanAbsoluteErrorSpec {
  readonly kind: 'meanAbsoluteError';
}

export interface HuberOptions {
  /** Residual up to which the loss is quadratic, > 0. Default 1. */
  readonly delta?: number;
}

export interface HuberSpec extends Required<HuberOptions> {
  readonly kind: 'huber';
}

export interface LogCoshSpec {
  readonly kind: 'logCosh';
}

export interface QuantileOptions {
  /** Which quantile is estimated, in (0, 1). Default 0.5, the median. */
  readonly quantile?: number;
}

export interface QuantileSpec extends Required<QuantileOptions> {
  readonly kind: 'quantile';
}

export interface EpsilonInsensitiveOptions {
  /** Residual that costs nothing, ≥ 0. Default 0.1. */
  readonly epsilon?: number;
  /** Whether what lies beyond it is squared. Default false. */
  readonly squared?: boolean;
}

export interface EpsilonInsensitiveSpec extends Required<EpsilonInsensitiveOptions> {
  readonly kind: 'epsilonInsensitive';
}

export interface PoissonOptions {
  /** Whether predictions are logarithms of means, or means. Default true. */
  readonly logInput?: boolean;
  /** Whether Stirling's term y ln y − y + ½ ln 2πy is added where y > 1. Default false. */
  readonly full?: boolean;
}

export interface PoissonSpec extends Required<PoissonOptions> {
  readonly kind: 'poisson';
}

export interface GammaDevianceSpec {
  readonly kind: 'gammaDeviance';
}

export interface TweedieDevianceOptions {
  /** p in [1, 2]: the variance is proportional to μᵖ; 1 is Poisson, 2 gamma. Default 1.5. */
  readonly power?: number;
}

export interface TweedieDevianceSpec extends Required<TweedieDevianceOptions> {
  readonly kind: 'tweedieDeviance';
}

export interface BinaryCrossEntropyOptions {
  /** Weight of the positive class, > 0. Default 1. */
  readonly posWeight?: number;
  /** ε in [0, 1]: targets become y(1 − ε) + ε/2, before anything else. Default 0. */
  readonly labelSmoothing?: number;
  /** Whether predictions are probabilities in [0, 1] instead of logits. Default false. */
  readonly fromProbabilities?: boolean;
}

export interface BinaryCrossEntropySpec extends Required<BinaryCrossEntropyOptions> {
  readonly kind: 'binaryCrossEntropy';
}

export interface FocalOptions {
  /** γ ≥ 0: how much less what is already right counts; 0 is cross-entropy. Default 2. */
  readonly gamma?: number;
  /** α in [0, 1], the weight of the positive class, 1 − α that of the other; null is 1 for both. Default 0.25. */
  readonly alpha?: number | null;
}

export interface FocalSpec extends Required<FocalOptions> {
  readonly kind: 'focal';
}

export interface MarginOptions {
  /** Margin up to which right predictions cost something, ≥ 0. Default 1. */
  readonly margin?: number;
}

export interface HingeSpec extends Required<MarginOptions> {
  readonly kind: 'hinge';
}

export interface SquaredHingeSpec extends Required<MarginOptions> {
  readonly kind: 'squaredHinge';
}

export interface ModifiedHuberSpec {
  readonly kind: 'modifiedHuber';
}

export interface KullbackLeiblerOptions {
  /** Whether rows of targets must sum to 1 within 1e-6. Default true. */
  readonly normalized?: boolean;
}

export interface KullbackLeiblerSpec extends Required<KullbackLeiblerOptions> {
  readonly kind: 'kullbackLeibler';
}

export interface ClassOptions {
  /** A weight ≥ 0 for each class, in order, not all 0; null is 1 for all. Default null. */
  readonly classWeights?: readonly number[] | null;
  /** Rows with this target, an integer, do not count; null ignores none. Default null. */
  readonly ignoreIndex?: number | null;
}

export interface SoftmaxCrossEntropyOptions extends ClassOptions {
  /** ε in [0, 1]: the target distribution q becomes q(1 − ε) + ε/K. Default 0. */
  readonly labelSmoothing?: number;
  /** What targets are: class indices, or a row of class probabilities each. Never guessed. Default `'index'`. */
  readonly targets?: 'index' | 'distribution';
  /** Whether rows of distributions must sum to 1 within 1e-6. Default true. */
  readonly normalized?: boolean;
}

export interface SoftmaxCrossEntropySpec extends Required<SoftmaxCrossEntropyOptions> {
  readonly kind: 'softmaxCrossEntropy';
}

export interface NllSpec extends Required<ClassOptions> {
  readonly kind: 'nll';
}

export interface SoftmaxFocalOptions {
  /** γ ≥ 0: how much less what is already right counts; 0 is cross-entropy. Default 2. */
  readonly gamma?: number;
}

export interface SoftmaxFocalSpec extends Required<SoftmaxFocalOptions> {
  readonly kind: 'softmaxFocal';
}

export interface MulticlassHingeSpec extends Required<MarginOptions> {
  readonly kind: 'multiclassHinge';
}

export interface GaussianNllOptions {
  /** What stands beside the mean: the variance, or its logarithm. Default `'variance'`. */
  readonly input?: 'variance' | 'logVariance';
  /** Whether ½ ln 2π is added. Default false. */
  readonly full?: boolean;
}

export interface GaussianNllSpec extends Required<GaussianNllOptions> {
  readonly kind: 'gaussianNll';
}

export interface CosineEmbeddingOptions {
  /** Cosine up to which unlike pairs cost nothing, in [−1, 1]. Default 0. */
  readonly margin?: number;
}

export interface CosineEmbeddingSpec extends Required<CosineEmbeddingOptions> {
  readonly kind: 'cosineEmbedding';
}

export interface TripletOptions extends MarginOptions {
  /** Whether the negative is compared with the positive, too, and the nearer distance counts. Default false. */
  readonly swap?: boolean;
}

export interface TripletSpec extends Required<TripletOptions> {
  readonly kind: 'triplet';
}

export type LossSpec =
  | MeanSquaredErrorSpec
  | MeanAbsoluteErrorSpec
  | HuberSpec
  | LogCoshSpec
  | QuantileSpec
  | EpsilonInsensitiveSpec
  | PoissonSpec
  | GammaDevianceSpec
  | TweedieDevianceSpec
  | BinaryCrossEntropySpec
  | FocalSpec
  | HingeSpec
  | SquaredHingeSpec
  | ModifiedHuberSpec
  | KullbackLeiblerSpec
  | SoftmaxCrossEntropySpec
  | NllSpec
  | SoftmaxFocalSpec
  | MulticlassHingeSpec
  | GaussianNllSpec
  | CosineEmbeddingSpec
  | TripletSpec;
