/** The table of optimizers: one row each, and what a spec becomes in its terms. Kernels: see assembly/optimizers/update.ts. */
import type { KernelRow, Tie } from './kernels.ts';

/** An update: its kernel, and what it needs around it. */
export interface OptimizerRow extends KernelRow, Tie {
  /** Vectors of the size of the parameters that it keeps from step to step. */
  readonly slots: number;
  /**
   * In what a proximal step is measured: an effective step for each element, which the kernel writes; the rate; or nothing,
   * so that penalties with a proximal step are refused.
   */
  readonly metric: 'elements' | 'rate' | 'none';
  /** It sees whole tensors, not stretches of elements. */
  readonly per?: 'tensor';
  /** It moves padding off zero. */
  readonly dirty?: boolean;
  /** Work space: this many times the largest stretch, and this many square matrices of its shorter side. */
  readonly scratch?: number;
  readonly squares?: number;
  /** State of a matrix: a number a row and a number a column, instead of slots. */
  readonly factored?: boolean;
  /** A pass over everything before the update. */
  readonly before?: string;
  /** One memory for all groups. */
  readonly shared?: boolean;
  /** The slot with the parameters that are evaluated. */
  readonly evaluates?: number;
}

const sgdBlock = ['momentum', 'dampening', 'weightDecay', 'maximize'];
const sgd = { file: 'optimizers/sgd', fn: 'sgd', metric: 'rate' } as const;
const plain = { ...sgd, args: 'Momentum.NONE', block: sgdBlock, slots: 0 } as const;

export const optimizerRows: readonly OptimizerRow[] = [
  // Gradient descent and SGD.
  { ...plain, name: 'plainDescent', kind: 'sgd', when: { momentum: 0 } },
  {
    ...sgd,
    name: 'nesterov',
    args: 'Momentum.NESTEROV',
    kind: 'sgd',
    when: { nesterov: true },
    block: sgdBlock,
    slots: 1,
  },
  { ...sgd, name: 'heavyBall', args: 'Momentum.HEAVY_BALL', kind: 'sgd', block: sgdBlock, slots: 1 },
];

/** Specs that are others by another name. */
export const sameUpdate: Readonly<Record<string, string>> = { gradientDescent: 'sgd', onlineGradientDescent: 'sgd' };

/** Passes that rows name in `before`. */
export const optimizerPasses: readonly KernelRow[] = [];

export const optimizerKernels: readonly KernelRow[] = [...optimizerPasses, ...optimizerRows];
