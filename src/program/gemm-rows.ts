/** Products of dense layers; operands in assembly/layers/dense.ts. */
import type { KernelRow } from './kernels.ts';

export const gemmKernels: readonly KernelRow[] = [
  { name: 'dense', file: 'layers/dense' },
  { name: 'denseWeights', file: 'layers/dense' },
  { name: 'denseInputs', file: 'layers/dense' },
  { name: 'toColumn', file: 'layers/column', fn: 'column', args: 'Way.TO_COLUMN' },
  { name: 'toRows', file: 'layers/column', fn: 'column', args: 'Way.TO_ROWS' },
  { name: 'toPredictions', file: 'layers/column', types: [] },
];
