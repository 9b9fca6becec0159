/** Loss functions, as specs. Predictions come first, targets second; the mean is over rows (and outputs). */
import { type Family, makeSpec, number, oneOf } from './spec.ts';

export interface MeanSquaredErrorSpec {
  readonly kind: 'meanSquaredError';
}

export interface BinaryCrossEntropyOptions {
  /** Weight of the positive class, > 0. Default 1. */
  readonly posWeight?: number;
  /** ε in [0, 1]: targets become y(1 − ε) + ε/2, before anything else. Default 0. */
  readonly labelSmoothing?: number;
}

export interface BinaryCrossEntropySpec extends Required<BinaryCrossEntropyOptions> {
  readonly kind: 'binaryCrossEntropy';
}

export interface SoftmaxCrossEntropyOptions {
  /** ε in [0, 1]: the target distribution q becomes q(1 − ε) + ε/K. Default 0. */
  readonly labelSmoothing?: number;
  /** What targets are: class indices, or a row of class probabilities each. Never guessed. Default `'index'`. */
  readonly targets?: 'index' | 'distribution';
}

export interface SoftmaxCrossEntropySpec extends Required<SoftmaxCrossEntropyOptions> {
  readonly kind: 'softmaxCrossEntropy';
}

export type LossSpec = MeanSquaredErrorSpec | BinaryCrossEntropySpec | SoftmaxCrossEntropySpec;

/** @internal */
export const losses: Family<LossSpec> = {
  name: 'loss',
  kinds: {
    meanSquaredError: {},
    binaryCrossEntropy: { posWeight: number('(0, ∞)', 1), labelSmoothing: number('[0, 1]', 0) },
    softmaxCrossEntropy: {
      labelSmoothing: number('[0, 1]', 0),
      targets: oneOf(['index', 'distribution'], 'index'),
    },
  },
};

/**
 * (ŷ − y)², without ½, as in PyTorch and Keras.
 * @throws {ArgumentError} on options: it takes none.
 */
export function meanSquaredError(options?: Readonly<Record<string, never>>): MeanSquaredErrorSpec {
  return makeSpec(losses, 'meanSquaredError', options);
}

/**
 * Cross-entropy of two classes from one logit z: (1 − y)z + (1 + (w − 1)y)·softplus(−z), with w the weight of the
 * positive class. Targets lie in [0, 1].
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export function binaryCrossEntropy(options?: BinaryCrossEntropyOptions): BinaryCrossEntropySpec {
  return makeSpec(losses, 'binaryCrossEntropy', options);
}

/**
 * Cross-entropy of K classes from K logits: −Σₖ qₖ(zₖ − logsumexp z).
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export function softmaxCrossEntropy(options?: SoftmaxCrossEntropyOptions): SoftmaxCrossEntropySpec {
  return makeSpec(losses, 'softmaxCrossEntropy', options);
}
