/**
 * Parameter estimation on a SIMD WebAssembly core.
 *
 * @module
 */
export * from './errors.ts';
export type { FitEvent, FitResult, Metrics, StopReason } from './events.ts';
export * from './losses.ts';
export * from './optimizers.ts';
export * from './regularizers.ts';
export * from './schedules.ts';
export * from './early-stopping.ts';
export { rateAt, rates } from './program/schedule.ts';
export { linearRegression, type LinearRegression, type RegressionTargets } from './models/linear-regression.ts';
export {
  type ClassifierOptions,
  type LogisticRegression,
  logisticRegression,
  type SoftmaxRegression,
  softmaxRegression,
} from './models/classifier.ts';
export type { ModelOptions, ModelSpec, Parameters } from './models/linear-model.ts';
export type { FitOptions, Validation } from './models/options.ts';
export type { MetricName } from './metrics.ts';
export type { Run } from './run.ts';
export { matrix, type Matrix, type MatrixLike, type TypedArray } from './data/matrix.ts';
export type { Label, Labels } from './data/targets.ts';
export type { ClassWeights } from './data/weights.ts';
export { trainTestSplit, type TrainTestSplit, type TrainTestSplitOptions } from './data/split.ts';
export { standardScaler, type StandardScaler, type Transformed } from './data/scaler.ts';
export { oneHot, type OneHot, type OneHotOptions, type Categorical } from './data/encoders.ts';
