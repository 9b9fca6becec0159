/**
 * Parameter estimation on a SIMD WebAssembly core.
 *
 * @module
 */

export { type Categorical, type OneHot, type OneHotOptions, oneHot } from './data/encoders.ts';
export { type Fold, type KFoldOptions, kFold, stratifiedKFold } from './data/folds.ts';
export { type Matrix, type MatrixLike, matrix, type TypedArray } from './data/matrix.ts';
export { type PolynomialFeatures, type PolynomialFeaturesOptions, polynomialFeatures } from './data/polynomial.ts';
export { type StandardScaler, standardScaler, type Transformed } from './data/scaler.ts';
export { type TrainTestSplit, type TrainTestSplitOptions, trainTestSplit } from './data/split.ts';
export type { Label, Labels } from './data/targets.ts';
export type { Features, Transformer } from './data/transformer.ts';
export type { ClassWeights } from './data/weights.ts';
export * from './early-stopping.ts';
export * from './errors.ts';
export type { FitEvent, FitResult, Metrics, StopReason } from './events.ts';
export { type LossAndGradient, type LossOptions, lossAndGradient } from './loss-and-gradient.ts';
export * from './losses.ts';
export * as metrics from './metrics.ts';
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
export type { ModelOptions, ModelSpec, Parameters } from './models/linear-model.ts';

export type { FitOptions, Validation } from './models/options.ts';
export { pipeline } from './models/pipeline.ts';
export type { Regression, RegressionTargets } from './models/regression.ts';
export * from './optimizers.ts';
export type { Metric, MetricName, MetricSpec } from './program/metrics.ts';
export { rateAt, rates } from './program/schedule.ts';
export * from './regularizers.ts';
export type { Run } from './run.ts';
export * from './schedules.ts';
export * from './selection/check-gradient.ts';
export * from './selection/cross-validate.ts';
export * from './selection/learning-rate.ts';
export {
  penaltyGradient,
  penaltyValue,
  proximal,
} from './standalone.ts';
