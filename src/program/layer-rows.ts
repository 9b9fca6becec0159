/**
 * Kernels of layers. Their ops begin with cursor, skip, most: the op is for the rows of the block from `skip` on, `most` of
 * them at the most, and its pointers are those of the first of these rows. See `rowsOf` in assembly/layers/rows.ts.
 */
import type { KernelRow } from './kernels.ts';

const activationKernels: readonly KernelRow[] = [
  { name: 'activation', file: 'layers/activation' },
  { name: 'activationSlope', file: 'layers/activation' },
  { name: 'softmaxForward', file: 'layers/activation' },
  { name: 'softmaxSlope', file: 'layers/activation' },
];

const convolutionKernels: readonly KernelRow[] = [
  { name: 'convolution', file: 'layers/convolution' },
  { name: 'convolutionWeights', file: 'layers/convolution' },
  { name: 'convolutionInputs', file: 'layers/convolution' },
];

const poolingKernels: readonly KernelRow[] = [
  { name: 'maxPool', file: 'layers/pooling', fn: 'pool', args: 'Pool.MAX' },
  { name: 'maxPoolBack', file: 'layers/pooling', fn: 'pool', args: 'Pool.MAX_BACK' },
  { name: 'averagePool', file: 'layers/pooling', fn: 'pool', args: 'Pool.AVERAGE' },
  { name: 'averagePoolBack', file: 'layers/pooling', fn: 'pool', args: 'Pool.AVERAGE_BACK' },
];

const normalizationKernels: readonly KernelRow[] = [
  { name: 'batchSums', file: 'layers/batch-norm' },
  { name: 'batchNorm', file: 'layers/batch-norm' },
  { name: 'batchNormBack', file: 'layers/batch-norm' },
  { name: 'layerNorm', file: 'layers/layer-norm' },
  { name: 'layerNormBack', file: 'layers/layer-norm' },
];

const dropoutKernels: readonly KernelRow[] = [{ name: 'dropout', file: 'layers/dropout' }];

const embeddingKernels: readonly KernelRow[] = [
  { name: 'embedding', file: 'layers/embedding' },
  { name: 'embeddingBack', file: 'layers/embedding' },
];

const branchKernels: readonly KernelRow[] = [
  { name: 'repack', file: 'layers/branch', types: [] },
  { name: 'plus', file: 'layers/branch' },
];

export const layerKernels: readonly KernelRow[] = [
  ...activationKernels,
  ...convolutionKernels,
  ...poolingKernels,
  ...normalizationKernels,
  ...dropoutKernels,
  ...embeddingKernels,
  ...branchKernels,
];
