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
  /** State begins with something else than zeros unless this option is 0 (`kind` never is). */
  readonly starts?: string;
}

const sgdBlock = ['momentum', 'dampening', 'weightDecay', 'maximize', 0];
const sgd = { file: 'optimizers/sgd', fn: 'sgd', metric: 'rate' } as const;
const plain = { ...sgd, args: 'Momentum.NONE', block: sgdBlock, slots: 0 } as const;
const sgdW = {
  ...sgd,
  kind: 'sgdW',
  block: ['momentum', 'dampening', 0, 'maximize', 'weightDecay'],
  slots: 1,
} as const;
const scaled = ['epsilon', 'weightDecay', 'maximize'];
const scale = { name: 'scaled', file: 'optimizers/adagrad', metric: 'elements' } as const;
const rms = { ...scale, kind: 'rmsprop', block: ['decay', 1, 0, 0, ...scaled, 'momentum', 'centered'] } as const;
const ftrl = { file: 'optimizers/ftrl', fn: 'ftrl', kind: 'ftrl', metric: 'none' } as const;
const ftrlBlock = ['power', 'beta', 'l1', 'l2'];

/** A rule of assembly/optimizers/adam.ts; `decoupled` is an option or 1. */
const moments = (
  kind: string,
  rule: string,
  decoupled: string | 1 = 'decoupled',
  more: Partial<OptimizerRow> = {},
  ...options: string[]
): OptimizerRow => ({
  name: kind,
  file: 'optimizers/adam',
  fn: 'adam',
  args: `Adam.${rule}`,
  kind,
  block: ['beta1', 'beta2', 'epsilon', 'weightDecay', decoupled, 'maximize', ...options],
  slots: 2,
  metric: 'elements',
  ...more,
});
const largest = (name: string) => ({ name, when: { amsgrad: true }, slots: 3 });
const freeBlock = ['weightDecay', 'warmupSteps', 'r', 'weightPower'];
const free = { file: 'optimizers/schedule-free', fn: 'scheduleFree', metric: 'none', evaluates: 1 } as const;
const prodigyBlock = [
  ...['beta1', 'beta2', 'beta3', 'epsilon', 'weightDecay', 'd0', 'dCoefficient', 'growthRate'],
  ...['useBiasCorrection', 'safeguardWarmup'],
];

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
  // Momentum, signs, norms, averages.
  { ...sgdW, name: 'plainDescent', args: 'Momentum.NONE', when: { momentum: 0 }, slots: 0 },
  { ...sgdW, name: 'nesterov', args: 'Momentum.NESTEROV', when: { nesterov: true } },
  { ...sgdW, name: 'heavyBall', args: 'Momentum.HEAVY_BALL' },
  {
    name: 'signSgd',
    file: 'optimizers/sign',
    kind: 'signSgd',
    block: ['momentum', 'weightDecay', 'maximize'],
    slots: 1,
    metric: 'rate',
  },
  {
    name: 'lars',
    file: 'optimizers/lars',
    kind: 'lars',
    block: ['momentum', 'trustCoefficient', 'epsilon', 'weightDecay', 'nesterov', 'maximize'],
    slots: 1,
    metric: 'rate',
    per: 'tensor',
  },
  {
    name: 'rprop',
    file: 'optimizers/rprop',
    kind: 'rprop',
    block: ['etaMinus', 'etaPlus', 'minStep', 'maxStep', 'maximize'],
    slots: 2,
    metric: 'elements',
    starts: 'kind',
  },
  {
    name: 'asgd',
    file: 'optimizers/asgd',
    kind: 'asgd',
    block: ['lambda', 'alpha', 't0', 'weightDecay', 'maximize'],
    slots: 1,
    metric: 'none',
    evaluates: 0,
  },
  // The line of AdaGrad.
  {
    ...scale,
    kind: 'adagrad',
    block: [1, 0, 'learningRateDecay', 'initialAccumulator', ...scaled, 0, 0],
    slots: 1,
    starts: 'initialAccumulator',
  },
  {
    name: 'adadelta',
    file: 'optimizers/adagrad',
    kind: 'adadelta',
    block: ['rho', ...scaled],
    slots: 2,
    metric: 'elements',
  },
  { ...rms, when: { momentum: 0, centered: false }, slots: 1 },
  { ...rms, when: { momentum: 0 }, slots: 2 },
  { ...rms, when: { centered: false }, slots: 2 },
  { ...rms, slots: 3 },
  { ...ftrl, name: 'ftrl', args: 'Power.ROOT', when: { power: -0.5 }, block: ftrlBlock, slots: 2 },
  { ...ftrl, name: 'ftrlPower', args: 'Power.GENERAL', block: ftrlBlock, slots: 3, starts: 'kind' },
  {
    name: 'adafactor',
    file: 'optimizers/adafactor',
    kind: 'adafactor',
    block: ['beta2Decay', 'epsilon', 'clipThreshold', 'weightDecay', 'maximize'],
    slots: 1,
    metric: 'elements',
    per: 'tensor',
    scratch: 1,
    factored: true,
  },
  // The Adam line.
  moments('adam', 'AMSGRAD', 'decoupled', largest('amsgrad')),
  moments('adam', 'ADAM'),
  moments('adamW', 'AMSGRAD', 1, largest('amsgradW')),
  moments('adamW', 'ADAM', 1),
  moments('adamax', 'ADAMAX'),
  moments('nadam', 'NADAM', 'decoupled', {}, 'momentumDecay'),
  moments('radam', 'RADAM'),
  moments('adaBelief', 'ADA_BELIEF', 1),
  moments('yogi', 'YOGI', 'decoupled', { dirty: true, starts: 'initialAccumulator' }, 'initialAccumulator'),
  {
    name: 'lion',
    file: 'optimizers/lion',
    kind: 'lion',
    block: ['beta1', 'beta2', 'weightDecay', 'maximize'],
    slots: 1,
    metric: 'rate',
  },
  {
    name: 'adan',
    file: 'optimizers/adan',
    kind: 'adan',
    block: ['beta1', 'beta2', 'beta3', 'epsilon', 'weightDecay', 'maximize'],
    slots: 4,
    metric: 'elements',
    starts: 'kind',
  },
  {
    name: 'adEMAMix',
    file: 'optimizers/ad-ema-mix',
    kind: 'adEMAMix',
    block: ['beta1', 'beta2', 'beta3', 'alpha', 'T', 'epsilon', 'weightDecay', 'maximize'],
    slots: 3,
    metric: 'elements',
  },

  // Norms of whole tensors; no schedule, or no rate.
  {
    name: 'lamb',
    file: 'optimizers/lamb',
    kind: 'lamb',
    block: ['beta1', 'beta2', 'epsilon', 'weightDecay', 'maximize'],
    slots: 2,
    metric: 'rate',
    per: 'tensor',
    scratch: 1,
  },
  {
    name: 'muon',
    file: 'optimizers/muon',
    kind: 'muon',
    block: ['momentum', 'weightDecay', 'nesterov', 'nsSteps', 'matchRmsAdamW'],
    slots: 1,
    metric: 'rate',
    per: 'tensor',
    scratch: 2,
    squares: 2,
  },
  {
    ...free,
    name: 'scheduleFreeSgd',
    args: 'Free.SGD',
    kind: 'scheduleFreeSgd',
    block: ['momentum', ...freeBlock],
    slots: 2,
  },
  {
    ...free,
    name: 'scheduleFreeAdamW',
    args: 'Free.ADAM',
    kind: 'scheduleFreeAdamW',
    block: ['beta1', ...freeBlock, 'beta2', 'epsilon'],
    slots: 3,
  },
  {
    name: 'prodigy',
    file: 'optimizers/prodigy',
    kind: 'prodigy',
    block: prodigyBlock,
    slots: 4,
    metric: 'elements',
    before: 'prodigyMeasure',
    shared: true,
  },
];

/** Specs that are others by another name. */
export const sameUpdate: Readonly<Record<string, string>> = { gradientDescent: 'sgd', onlineGradientDescent: 'sgd' };

/** Passes that rows name in `before`. */
export const optimizerPasses: readonly KernelRow[] = [{ name: 'prodigyMeasure', file: 'optimizers/prodigy' }];

/** Rows may share a kernel, by its name. */
export const optimizerKernels: readonly KernelRow[] = [
  ...optimizerPasses,
  ...optimizerRows.filter(({ name }, i) => optimizerRows.findIndex((row) => row.name === name) === i),
];
