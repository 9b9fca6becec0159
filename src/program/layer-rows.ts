/**
 * Kernels of layers. Their ops begin with cursor, skip, most: the op is for the rows of the block from `skip` on, `most` of
 * them at the most, and its pointers are those of the first of these rows. See `rowsOf` in assembly/layers/rows.ts.
 */
import type { KernelRow } from './kernels.ts';

const activationKernels: readonly KernelRow[] = [];

const convolutionKernels: readonly KernelRow[] = [];

const poolingKernels: readonly KernelRow[] = [];

const normalizationKernels: readonly KernelRow[] = [];

const dropoutKernels: readonly KernelRow[] = [];

const embeddingKernels: readonly KernelRow[] = [];

const branchKernels: readonly KernelRow[] = [];

export const layerKernels: readonly KernelRow[] = [
  ...activationKernels,
  ...convolutionKernels,
  ...poolingKernels,
  ...normalizationKernels,
  ...dropoutKernels,
  ...embeddingKernels,
  ...branchKernels,
];
