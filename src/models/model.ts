/** What a model is: its options, its spec, and what a fit leaves behind. */
import type { Label } from '../data/targets.ts';
import type { Transformer } from '../data/transformer.ts';
import { binaryCrossEntropy, type LossSpec, meanSquaredError, softmaxCrossEntropy } from '../losses.ts';
import { type Dtype, type Engine, engineField } from '../memory/engine.ts';
import type { OptimizerSpec } from '../optimizers.ts';
import type { Standardization } from '../program/data.ts';
import type { Position } from '../program/training-options.ts';
import { boolean, type Field, oneOf } from '../spec.ts';

export interface ModelOptions {
  /** Precision of data, parameters and arithmetic. Default `'f64'`. */
  readonly dtype?: Dtype;
  /**
   * Whether every feature is scaled to mean 0 and standard deviation 1 while fitting. Penalties then act on comparable
   * coefficients; results are reported on the original scale. Default true.
   */
  readonly standardize?: boolean;
  /** Names of the features, for messages and reports. Default null. */
  readonly featureNames?: readonly string[] | null;
  /** What computes: an engine of its own, or `fast` of `downhill/fast`. Default the shared strict one. */
  readonly engine?: Engine;
}

/** A model as data: what all models have. */
export interface EstimatorSpec {
  readonly kind: string;
  readonly dtype: Dtype;
  readonly standardize: boolean;
  readonly featureNames: readonly string[] | null;
  /** Of classifiers: all labels in order, if they were given. */
  readonly classes?: readonly Label[] | null;
}

/** A linear model as data. */
export interface ModelSpec extends EstimatorSpec {
  /** Of `linearModel`: what it minimises. */
  readonly loss?: LossSpec;
}

/** Parameters by name, on the scale of the standardised features if the model standardises. */
export type Parameters<N extends string = 'weight' | 'bias'> = Readonly<Record<N, Float32Array | Float64Array>>;

/** What a fit leaves behind. */
export interface Fitted<N extends string = string> {
  readonly features: number;
  readonly outputs: number;
  readonly parameters: Parameters<N>;
  readonly standardization: Standardization | null;
  readonly classes?: readonly Label[] | undefined;
  readonly loss: LossSpec;
  readonly optimizer: OptimizerSpec;
  /** What optimizer and averages keep. */
  readonly state: Uint8Array;
  readonly position: Position;
  /** Whether the rate of the optimizer has run out, so that the next one starts anew. */
  readonly spent: boolean;
  readonly steps: readonly Transformer[];
}

const names: Field<readonly string[] | null> = {
  fallback: null,
  expected: () => 'a list of different names',
  read: (value) =>
    value === null
      ? null
      : Array.isArray(value) && value.every((name) => typeof name === 'string') && new Set(value).size === value.length
        ? Object.freeze([...value])
        : undefined,
};

/** Options of every model, as read. */
export const estimatorFields = { featureNames: names, engine: engineField };

/** Options of every linear model. */
export const modelFields = {
  dtype: oneOf(['f32', 'f64'], 'f64'),
  standardize: boolean(true),
  ...estimatorFields,
};

/** What the named models minimise. */
export const named: Readonly<Record<string, () => LossSpec>> = {
  linearRegression: meanSquaredError,
  logisticRegression: binaryCrossEntropy,
  softmaxRegression: softmaxCrossEntropy,
};
