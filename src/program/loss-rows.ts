/** The table of losses: one row each. See kernels.ts. */
import type { KernelRow, Tie } from './kernels.ts';

/** What targets may be. */
export type TargetRange =
  | 'finite'
  | 'nonNegative'
  | 'positive'
  | 'unit'
  | 'binary'
  | 'sign'
  | 'index'
  /** A row of numbers ≥ 0, which sum to 1 unless the loss has `normalized: false`. */
  | 'probability';

/** A loss: operands of all losses as in `assembly/losses/elementwise.ts`. */
export interface LossRow extends KernelRow, Tie {
  /** What targets of a row are: a number for each output, one number, the index of a class, or nothing. */
  readonly targets: 'values' | 'value' | 'index' | 'none';
  readonly range: TargetRange;
  /** What a prediction has to go through to be what the loss is about: its mean, probability, class. */
  readonly link: 'identity' | 'log' | 'sigmoid' | 'softmax' | 'sign' | 'argmax';
  /** Whether the mean is over outputs, too, or over rows only. */
  readonly meanOver: 'outputs' | 'rows';
  /** Whether there is a value for each output, or for each row. */
  readonly each: 'output' | 'row';
  /** Largest slope of the gradient in the prediction, from which a safe rate is told; none if there is no largest. */
  readonly curvature?: number;
  /** For `lossAndGradient` alone: no row of predictions of a linear model makes sense of it. */
  readonly alone?: boolean;
  /** Whether its slope jumps: a line search stalls there, and subgradient descent is the default. */
  readonly kinked?: boolean;
  /** Columns of predictions: how many at least, at most, and of what a multiple. */
  readonly least?: number;
  readonly most?: number;
  readonly multiple?: number;
}

/** A loss of one prediction and one target each. */
const elementwise = (
  kind: string,
  variant: string,
  block: LossRow['block'],
  more: Pick<LossRow, 'range' | 'link'> & Partial<LossRow>,
): LossRow => ({
  name: kind,
  kind,
  file: 'losses/elementwise',
  fn: 'elementwise',
  args: `Loss.${variant}`,
  block,
  targets: 'values',
  meanOver: 'outputs',
  each: 'output',
  ...more,
});

/** A loss of a row of predictions; what stands first in blocks tells those of one kernel apart. */
const byRow = (
  kind: string,
  fn: string,
  block: LossRow['block'],
  more: Pick<LossRow, 'targets' | 'range' | 'link'> & Partial<LossRow>,
): LossRow => ({ name: fn, kind, file: `losses/${fn}`, fn, block, meanOver: 'rows', each: 'row', ...more });

const index = { targets: 'index', range: 'index', link: 'softmax', least: 2 } as const;
/** What is compared stands side by side in a row of predictions. */
const beside = { targets: 'value', range: 'finite', link: 'identity', alone: true, multiple: 2 } as const;
const normal = { ...beside, alone: false, most: 2 } as const;

// Blocks of distances: ε or margin, δ, whether linear, factor, quantile. See assembly/losses/distance.ts.
const real = { range: 'finite', link: 'identity' } as const;
const residual = { ...real, name: 'residual' } as const;
const kinked = { ...residual, kinked: true } as const;
const sign = { name: 'hinge', range: 'sign', link: 'sign' } as const;
const count = { range: 'nonNegative', link: 'log' } as const;

export const lossRows: readonly LossRow[] = [
  elementwise('meanSquaredError', 'SQUARED', [], { ...real, curvature: 2 }),
  elementwise('meanAbsoluteError', 'RESIDUAL', [0, 0, 1, 2, 0.5], kinked),
  elementwise('quantile', 'RESIDUAL', [0, 0, 1, 1, 'quantile'], kinked),
  elementwise('epsilonInsensitive', 'RESIDUAL', ['epsilon', Infinity, 0, 4, 0.5], {
    ...residual,
    when: { squared: true },
    curvature: 2,
  }),
  elementwise('epsilonInsensitive', 'RESIDUAL', ['epsilon', 0, 1, 2, 0.5], kinked),
  elementwise('huber', 'RESIDUAL', [0, 'delta', 0, 2, 0.5], { ...residual, curvature: 1 }),
  elementwise('logCosh', 'LOG_COSH', [], { ...real, curvature: 1 }),
  elementwise('hinge', 'MARGIN', ['margin', 0, 1, 1], { ...sign, kinked: true }),
  elementwise('squaredHinge', 'MARGIN', ['margin', Infinity, 0, 2], { ...sign, curvature: 2 }),
  elementwise('modifiedHuber', 'MARGIN', [1, 2, 0, 2], { ...sign, curvature: 2 }),
  elementwise('binaryCrossEntropy', 'PROBABILITY', ['posWeight', 'labelSmoothing'], {
    name: 'binaryFromProbabilities',
    when: { fromProbabilities: true },
    range: 'unit',
    link: 'identity',
    alone: true,
  }),
  elementwise('binaryCrossEntropy', 'BINARY', ['posWeight', 'labelSmoothing'], {
    range: 'unit',
    link: 'sigmoid',
    curvature: 0.25,
  }),
  elementwise('focal', 'FOCAL', ['gamma', 1, 2], { when: { alpha: null }, range: 'binary', link: 'sigmoid' }),
  elementwise('focal', 'FOCAL', ['gamma', 'alpha', 1], { range: 'binary', link: 'sigmoid' }),
  // Factor, least target with a constant, share of Stirling's last term. See assembly/losses/log-link.ts.
  elementwise('poisson', 'POISSON', [1, Infinity, 0], { ...count, when: { logInput: true, full: false } }),
  elementwise('poisson', 'POISSON', [1, 1, 0.5], { ...count, when: { logInput: true } }),
  elementwise('poisson', 'POISSON_MEAN', [1, Infinity, 0], {
    name: 'poissonMean',
    when: { full: false },
    range: 'nonNegative',
    link: 'identity',
  }),
  elementwise('poisson', 'POISSON_MEAN', [1, 1, 0.5], { name: 'poissonMean', range: 'nonNegative', link: 'identity' }),
  elementwise('gammaDeviance', 'GAMMA', [], { range: 'positive', link: 'log' }),
  elementwise('tweedieDeviance', 'POISSON', [2, 0, 0], { ...count, name: 'poisson', when: { power: 1 } }),
  elementwise('tweedieDeviance', 'GAMMA', [], {
    name: 'gammaDeviance',
    when: { power: 2 },
    range: 'positive',
    link: 'log',
  }),
  elementwise('tweedieDeviance', 'TWEEDIE', ['power'], count),
  elementwise('kullbackLeibler', 'KULLBACK_LEIBLER', [], {
    range: 'probability',
    link: 'identity',
    meanOver: 'rows',
    alone: true,
  }),
  byRow('softmaxCrossEntropy', 'softmax', ['labelSmoothing', 0, 0], {
    ...index,
    when: { targets: 'index' },
    curvature: 0.5,
  }),
  byRow('softmaxCrossEntropy', 'softmax', ['labelSmoothing', 1, 0], {
    ...index,
    targets: 'values',
    range: 'probability',
    curvature: 0.5,
  }),
  byRow('softmaxFocal', 'softmax', ['gamma', 2], index),
  byRow('nll', 'classes', [0], { ...index, link: 'identity', alone: true, least: 1 }),
  byRow('multiclassHinge', 'classes', [1, 'margin'], { ...index, link: 'argmax', kinked: true }),
  byRow('gaussianNll', 'gaussian', [0, 'full'], { ...normal, when: { input: 'variance' } }),
  byRow('gaussianNll', 'gaussian', [1, 'full'], normal),
  byRow('cosineEmbedding', 'vectors', ['margin'], { ...beside, name: 'cosine', args: 'Vectors.COSINE', range: 'sign' }),
  byRow('triplet', 'vectors', ['margin', 'swap'], {
    ...beside,
    name: 'triplet',
    args: 'Vectors.TRIPLET',
    targets: 'none',
    multiple: 3,
  }),
];

/** A kernel may serve several losses. */
export const lossKernels: readonly LossRow[] = lossRows.filter(
  ({ name }, at) => lossRows.findIndex((row) => row.name === name) === at,
);
