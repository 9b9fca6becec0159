/**
 * Parameter estimation on a SIMD WebAssembly core.
 *
 * @module
 */

export {
  type AverageSpec,
  type ClipByGlobalNormSpec,
  type ClipByNormSpec,
  type ClipByValueSpec,
  type ClipOptions,
  type ClipSpec,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  type EmaOptions,
  type EmaSpec,
  ema,
  type LookaheadOptions,
  type LookaheadSpec,
  lookahead,
  type PerturbationSpec,
  type SamOptions,
  type SamSpec,
  type SwaOptions,
  type SwaSpec,
  sam,
  swa,
} from './around.ts';
export { type Categorical, type OneHot, type OneHotOptions, oneHot } from './data/encoders.ts';
export { type Fold, type KFoldOptions, kFold, stratifiedKFold } from './data/folds.ts';
export { type Matrix, type MatrixLike, matrix, type TypedArray } from './data/matrix.ts';
export { type PolynomialFeatures, type PolynomialFeaturesOptions, polynomialFeatures } from './data/polynomial.ts';
export { type StandardScaler, standardScaler, type Transformed } from './data/scaler.ts';
export { type TrainTestSplit, type TrainTestSplitOptions, trainTestSplit } from './data/split.ts';
export type { Label, Labels } from './data/targets.ts';
export type { Features, Transformer } from './data/transformer.ts';
export type { ClassWeights } from './data/weights.ts';
export {
  EarlyStopper,
  type EarlyStopperState,
  type EarlyStopperVerdict,
  type EarlyStoppingOptions,
  type EarlyStoppingSpec,
  earlyStopping,
} from './early-stopping.ts';
export * from './errors.ts';
export type { FitEvent, FitResult, Metrics, StopReason } from './events.ts';
export type { ParameterGroup } from './groups.ts';
export { type LossAndGradient, type LossOptions, lossAndGradient } from './loss-and-gradient.ts';
export {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropySpec,
  binaryCrossEntropy,
  type ClassOptions,
  type CosineEmbeddingOptions,
  type CosineEmbeddingSpec,
  cosineEmbedding,
  type EpsilonInsensitiveOptions,
  type EpsilonInsensitiveSpec,
  epsilonInsensitive,
  type FocalOptions,
  type FocalSpec,
  focal,
  type GammaDevianceSpec,
  type GaussianNllOptions,
  type GaussianNllSpec,
  gammaDeviance,
  gaussianNll,
  type HingeSpec,
  type HuberOptions,
  type HuberSpec,
  hinge,
  huber,
  type KullbackLeiblerOptions,
  type KullbackLeiblerSpec,
  kullbackLeibler,
  type LogCoshSpec,
  type LossSpec,
  logCosh,
  type MarginOptions,
  type MeanAbsoluteErrorSpec,
  type MeanSquaredErrorSpec,
  type ModifiedHuberSpec,
  type MulticlassHingeSpec,
  meanAbsoluteError,
  meanSquaredError,
  modifiedHuber,
  multiclassHinge,
  type NllSpec,
  type NoOptions,
  nll,
  type PoissonOptions,
  type PoissonSpec,
  poisson,
  type QuantileOptions,
  type QuantileSpec,
  quantile,
  type SoftmaxCrossEntropyOptions,
  type SoftmaxCrossEntropySpec,
  type SoftmaxFocalOptions,
  type SoftmaxFocalSpec,
  type SquaredHingeSpec,
  softmaxCrossEntropy,
  softmaxFocal,
  squaredHinge,
  type TripletOptions,
  type TripletSpec,
  type TweedieDevianceOptions,
  type TweedieDevianceSpec,
  triplet,
  tweedieDeviance,
} from './losses.ts';
export * as metrics from './metrics.ts';
export {
  type MinimizeOptions,
  type MinimizeResult,
  minimize,
  minimizeAsync,
  type ObjectiveFunction,
} from './minimize.ts';
export type { Classifier, ClassifierOptions } from './models/classifier.ts';
export {
  type LinearModelOptions,
  type LinearRegression,
  type LogisticRegression,
  linearModel,
  linearRegression,
  logisticRegression,
  type SoftmaxRegression,
  softmaxRegression,
} from './models/linear.ts';
export type { ModelOptions, ModelSpec, Parameters } from './models/model.ts';

export type { FitOptions, Validation } from './models/options.ts';
export { pipeline } from './models/pipeline.ts';
export type { Regression, RegressionTargets } from './models/regression.ts';
export {
  createOptimizer,
  type Optimizer,
  type OptimizerOptions,
  type OptimizerState,
} from './optimizer.ts';
export {
  type BarzilaiBorweinOptions,
  type BarzilaiBorweinSpec,
  barzilaiBorwein,
  dynamicGradientDescent,
  type GradientDescentLineSearchOptions,
  type GradientDescentLineSearchSpec,
  type GradientDescentOptions,
  type GradientDescentSpec,
  gradientDescent,
  gradientDescentLineSearch,
  type LineSearchSpec,
  type OnlineGradientDescentOptions,
  type OnlineGradientDescentSpec,
  type OptimizerSpec,
  onlineGradientDescent,
  type SgdOptions,
  type SgdSpec,
  type SteppingSpec,
  sgd,
} from './optimizers.ts';
export { type ParameterSet, type ParametersOptions, parameters, type Shape } from './parameters.ts';
export type { Metric, MetricName, MetricSpec } from './program/metrics.ts';
export { rateAt, rates } from './program/schedule.ts';
export {
  type BoxOptions,
  type BoxSpec,
  box,
  type ConstraintSpec,
  type ElasticNetOptions,
  type ElasticNetSpec,
  elasticNet,
  type Feature,
  type GroupLassoOptions,
  type GroupLassoSpec,
  groupLasso,
  type L1Options,
  type L1Spec,
  type L2Options,
  type L2Spec,
  l1,
  l2,
  type MaxNormOptions,
  type MaxNormSpec,
  maxNorm,
  type NonNegativeSpec,
  nonNegative,
  type PenaltySpec,
  type RegularizerSpec,
  type SelectionOptions,
} from './regularizers.ts';
export type { Run } from './run.ts';
export {
  type ConstantOptions,
  type ConstantSpec,
  constant,
  type ExponentialDecayOptions,
  type ExponentialDecaySpec,
  exponentialDecay,
  type InverseSqrtDecayOptions,
  type InverseSqrtDecaySpec,
  type InverseTimeDecayOptions,
  type InverseTimeDecaySpec,
  inverseSqrtDecay,
  inverseTimeDecay,
  type PerEpochSpec,
  perEpoch,
  type Rate,
  type ScheduleSpec,
  type SquareDecayOptions,
  type SquareDecaySpec,
  type StepScheduleSpec,
  squareDecay,
} from './schedules.ts';
export {
  type CheckedCoordinate,
  type CheckGradientOptions,
  type CheckLossOptions,
  checkGradient,
  type GradientCheck,
  type Objective,
} from './selection/check-gradient.ts';
export {
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
  crossValidateSync,
  type Score,
} from './selection/cross-validate.ts';
export {
  type FindLearningRateOptions,
  findLearningRate,
  type LearningRates,
} from './selection/learning-rate.ts';
export {
  penaltyGradient,
  penaltyValue,
  proximal,
} from './standalone.ts';
