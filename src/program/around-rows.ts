/** What lies around an update: clipping, averages, perturbation. */
import type { KernelRow, Tie } from './kernels.ts';

type AroundRow = KernelRow & Tie;

/** Operands (sum, max, g, bytes) of clipNorm, (max, g, bytes) of clipValue. */
export const clipRows: readonly AroundRow[] = [
  { name: 'clipValue', file: 'around/clip', kind: 'clipByValue', block: ['max'] },
  { name: 'clipNorm', file: 'around/clip', kind: 'clipByNorm', block: ['max'] },
  { name: 'clipNorm', file: 'around/clip', kind: 'clipByGlobalNorm', block: ['max'] },
];

const average = (name: string, block: readonly string[]): AroundRow => ({
  name,
  file: 'around/average',
  fn: 'average',
  args: `Average.${name.toUpperCase()}`,
  kind: name,
  block,
});

/** Operands (settings, memory, θ, e, bytes, flags). */
export const averageRows: readonly AroundRow[] = [
  average('ema', ['decay', 'warmup']),
  average('swa', ['start', 'every']),
  average('lookahead', ['steps', 'alpha']),
];

/** Operands (sum, ρ, θ, g, bytes, kept). */
export const perturbationRows: readonly AroundRow[] = [
  { name: 'samAscend', file: 'around/sam', kind: 'sam', block: ['rho'] },
];

export const aroundKernels: readonly KernelRow[] = [
  { name: 'norm', file: 'around/clip' },
  // Clipping by the norm of a tensor and by that of all is one kernel.
  ...clipRows.filter(({ name }, i) => clipRows.findIndex((row) => row.name === name) === i),
  ...averageRows,
  ...perturbationRows,
  { name: 'move', file: 'around/sam', types: [] },
];
