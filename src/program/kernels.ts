/**
 * The table of all kernels and of the structures that lie in linear memory: one row each.
 *
 * `scripts/generate.ts` writes opcodes, dispatch, exports and field offsets of the module from it; TypeScript derives
 * the same numbers from it at run time. An opcode is a position in this list, dense from 0, flow first.
 *
 * A kernel is `fn<T>(op)` (or `fn(op)` where `types` is empty) in `assembly/<file>.ts`; `args` are compile-time
 * constants behind `op`, so that variants share one source. A constant of the form `Name.MEMBER` is imported from the
 * same file.
 */
import { aroundKernels } from './around-rows.ts';
import { gemmKernels } from './gemm-rows.ts';
import { layerKernels } from './layer-rows.ts';
import { lossKernels } from './loss-rows.ts';
import { optimizerKernels } from './optimizer-rows.ts';
import { penaltyKernels } from './penalty-rows.ts';

export interface KernelRow {
  readonly name: string;
  readonly file: string;
  readonly fn?: string;
  readonly args?: string;
  readonly types?: readonly ('f32' | 'f64')[];
}

/** What ties a spec to numbers in memory: options by name, in the order in which the module reads them. */
export interface Tie {
  /** Kind of the spec. */
  readonly kind: string;
  /** Options that the spec must have for this row; the first row that fits is taken. */
  readonly when?: Readonly<Record<string, unknown>>;
  /** Options that become numbers (false and null are 0, true is 1), and numbers. */
  readonly block: readonly (string | number)[];
}

export const flowKernels: readonly KernelRow[] = [
  { name: 'nextBlock', file: 'flow', types: [] },
  { name: 'jump', file: 'flow', types: [] },
  { name: 'check', file: 'flow', types: [] },
  { name: 'record', file: 'flow', types: [] },
  { name: 'shuffle', file: 'flow', types: [] },
  { name: 'eachRow', file: 'touched', types: [] },
  { name: 'guard', file: 'optimizers/guard' },
  { name: 'lineSearch', file: 'optimizers/line-search' },
];

const map = (name: string): KernelRow => ({
  name,
  file: 'maps',
  fn: 'map',
  args: `Map.${name[0]!.toUpperCase()}${name.slice(1)}`,
});

export const workKernels: readonly KernelRow[] = [
  { name: 'snapshot', file: 'flow', types: [] },
  { name: 'beginBatch', file: 'flow', types: [] },
  { name: 'gatherRows', file: 'blas/gather', types: [] },
  { name: 'augment', file: 'augment' },
  { name: 'margin', file: 'blas/linear' },
  { name: 'gradient', file: 'blas/linear' },
  { name: 'product1', file: 'blas/product', fn: 'product', args: '1' },
  { name: 'product2', file: 'blas/product', fn: 'product', args: '2' },
  { name: 'product3', file: 'blas/product', fn: 'product', args: '3' },
  { name: 'product4', file: 'blas/product', fn: 'product', args: '4' },
  ...gemmKernels,
  ...layerKernels,
  { name: 'leaf', file: 'blas/tree' },
  { name: 'measure', file: 'blas/measure' },
  { name: 'clean', file: 'optimizers/clean', types: [] },
  ...lossKernels,
  ...penaltyKernels,
  { name: 'rate', file: 'schedules', types: [] },
  { name: 'rates', file: 'schedules', types: [] },
  ...optimizerKernels,
  ...aroundKernels,
  { name: 'loadF32', file: 'blas/load', fn: 'loadRows', args: 'Source.F32' },
  { name: 'loadF64', file: 'blas/load', fn: 'loadRows', args: 'Source.F64' },
  { name: 'momentsF32', file: 'blas/load', fn: 'moments', args: 'Source.F32', types: [] },
  { name: 'momentsF64', file: 'blas/load', fn: 'moments', args: 'Source.F64', types: [] },
  map('exp'),
  map('sigmoid'),
  { name: 'widen', file: 'metrics/classes' },
  { name: 'argmax', file: 'metrics/classes', types: [] },
  { name: 'tally', file: 'metrics/classes', types: [] },
  { name: 'topK', file: 'metrics/classes', types: [] },
  { name: 'ofLogits', file: 'metrics/probabilities', fn: 'logProbabilities', args: 'Given.LOGITS', types: [] },
  {
    name: 'ofProbabilities',
    file: 'metrics/probabilities',
    fn: 'logProbabilities',
    args: 'Given.PROBABILITIES',
    types: [],
  },
  { name: 'scoring', file: 'metrics/probabilities', types: [] },
  { name: 'scores', file: 'metrics/ranking' },
  { name: 'radix', file: 'metrics/ranking' },
  { name: 'curve', file: 'metrics/ranking' },
  { name: 'residuals', file: 'metrics/residuals', types: [] },
];

/**
 * Kernels that nothing in the package calls by themselves: functions and random numbers as tests and benchmarks see them.
 * Only the module of the target `full` has them, with opcodes behind all others.
 */
export const extraKernels: readonly KernelRow[] = [
  { name: 'copy', file: 'blas/level1' },
  { name: 'readOnly', file: 'blas/measure' },
  { name: 'peak', file: 'blas/peak' },
  { name: 'tileOnly', file: 'blas/peak' },
  { name: 'rootDivide', file: 'optimizers/limits' },
  { name: 'moveFour', file: 'optimizers/limits' },
  map('expm1'),
  map('log'),
  map('log1p'),
  map('cos'),
  map('sin'),
  map('tanh'),
  map('softplus'),
  map('erf'),
  { name: 'uniform', file: 'random', fn: 'draw', args: 'Draw.Uniform' },
  { name: 'normal', file: 'random', fn: 'draw', args: 'Draw.Normal' },
  { name: 'pow', file: 'maps' },
  { name: 'randomWords', file: 'random', types: [] },
  { name: 'permutation', file: 'random', types: [] },
];

/** The last values of a non-monotone line search. */
const past = ['past0', 'past1', 'past2', 'past3', 'past4', 'past5', 'past6', 'past7', 'past8', 'past9'] as const;

/** Structures in linear memory. f64 fields come first, so that all are aligned. */
export const structs = {
  /** Where a tape stands. */
  control: {
    f64: ['turns'],
    u32: ['begin', 'end', 'position', 'stop'],
  },
  /** Which rows of the data the current block covers: `block` rows from `start + row` on. */
  cursor: {
    f64: ['scale'],
    u32: ['rows', 'batch', 'start', 'count', 'row', 'block', 'limit', 'index', 'outputs'],
  },
  /** What a training run has done so far, and when it is to stop. */
  progress: {
    f64: [
      'step',
      'limit',
      'epoch',
      'loss',
      'penalty',
      'smooth',
      'objective',
      'rate',
      'gradientNorm',
      'gradientMax',
      'lossMean',
      'lossRows',
      'tolerance',
      'lossTolerance',
      'firstGradientMax',
      'lastObjective',
      'rateFactor',
      'topRate',
    ],
    u32: [
      'stepsToEvent',
      'period',
      'log',
      'logCapacity',
      'logCount',
      'yieldAtEvent',
      'yieldAtStep',
      'skipNonFinite',
      'skipped',
      'nonFinite',
    ],
  },
  /** Where a sequence of random numbers comes from (Philox: key and counter), and how far a permutation has got. */
  random: {
    f64: [],
    u32: ['seedLo', 'seedHi', 'stream', 'substream', 'position', 'draws'],
  },
  /** How windows move over what comes in: of convolutions and pooling. Sizes of positions and rows are bytes. */
  window: {
    f64: [],
    u32: [
      'height',
      'width',
      'inputBytes',
      'outputHeight',
      'outputWidth',
      'outputBytes',
      'kernelHeight',
      'kernelWidth',
      'strideY',
      'strideX',
      'top',
      'left',
      'dilationY',
      'dilationX',
      'countPadding',
      'channels',
      'groups',
      'filters',
      'chunk',
      'patchBytes',
      'tile',
      'weights',
      'packed',
    ],
  },
  /** Line search: numbers of the accepted point and of the trial. */
  search: {
    f64: [
      'step',
      'loss',
      'objective',
      'reported',
      'penalty',
      'initial',
      'expand',
      'shrink',
      'decrease',
      'first',
      'norm',
      'top',
      'length',
      'before',
      'behind',
      'curvature',
      'value',
      ...past,
    ],
    u32: ['started', 'halvings', 'maxHalvings', 'composite', 'rule', 'memory', 'pasts'],
  },
} as const satisfies Record<string, { readonly f64: readonly string[]; readonly u32: readonly string[] }>;

/** Size of a structure, a multiple of 8. */
export function structBytes(name: keyof typeof structs): number {
  const { f64, u32 } = structs[name];
  return f64.length * 8 + Math.ceil(u32.length / 2) * 8;
}

/** One record of the log: what an event reports. */
export const logFields = [
  'epoch',
  'step',
  'loss',
  'penalty',
  'objective',
  'rate',
  'gradientNorm',
  'gradientMax',
] as const;

/** Why a tape has stopped by itself. */
export const STOP = { none: 0, event: 1, converged: 2, nonFinite: 3, lineSearch: 4 } as const;

/** What was not finite, by `NonFinite` of the module. */
export const nonFiniteNames = ['', 'loss', 'gradient', 'parameters'] as const;

/** Rows of a leaf of the pairwise tree: part of what the numbers are, not a tuning knob. */
export const LEAF_ROWS = 4096;
