/**
 * The table of all kernels and of the structures that lie in linear memory: one row each.
 *
 * `scripts/generate.ts` writes opcodes, dispatch, exports and field offsets of the module from it; TypeScript derives
 * the same numbers from it at run time. An opcode is a position in this list, dense from 0, flow first.
 *
 * A kernel is `fn<T>(op)` (or `fn(op)` where `types` is empty) in `assembly/<file>.ts`; `args` are compile-time
 * constants behind `op`, so that variants share one source.
 */
export interface KernelRow {
  readonly name: string;
  readonly file: string;
  readonly fn?: string;
  readonly args?: string;
  readonly types?: readonly ('f32' | 'f64')[];
}

const both = ['f32', 'f64'] as const;

/** Flow kernels get the control block as well and return the op to go on with. */
export const flowKernels: readonly KernelRow[] = [
  { name: 'nextBlock', file: 'flow', types: [] },
  { name: 'jump', file: 'flow', types: [] },
];

const map = (name: string): KernelRow => ({
  name,
  file: 'maps',
  fn: 'map',
  args: `Map.${name[0]!.toUpperCase()}${name.slice(1)}`,
  types: both,
});

export const workKernels: readonly KernelRow[] = [
  { name: 'copy', file: 'blas/level1', types: both },
  map('exp'),
  map('expm1'),
  map('log'),
  map('log1p'),
  map('cos'),
  map('sin'),
  map('tanh'),
  map('sigmoid'),
  map('softplus'),
  { name: 'pow', file: 'maps', types: both },
  { name: 'uniform', file: 'random', fn: 'draw', args: 'Draw.Uniform', types: both },
  { name: 'normal', file: 'random', fn: 'draw', args: 'Draw.Normal', types: both },
  { name: 'randomWords', file: 'random', types: [] },
  { name: 'permutation', file: 'random', types: [] },
];

/** Structures in linear memory. Fields are laid out in order; f64 fields come first so that all are aligned. */
export const structs = {
  /** Where a tape stands. */
  control: {
    f64: ['turns'],
    u32: ['begin', 'end', 'position', 'stop'],
  },
  /** Which rows of the data the current block covers. */
  cursor: {
    f64: ['scale'],
    u32: ['rows', 'batch', 'start', 'count', 'row', 'block', 'limit', 'index'],
  },
  /** Where a sequence of random numbers comes from, and how far a permutation has got. */
  random: {
    f64: [],
    u32: ['seedLo', 'seedHi', 'stream', 'substream', 'position', 'draws'],
  },
} as const satisfies Record<string, { readonly f64: readonly string[]; readonly u32: readonly string[] }>;

/** Rows of a leaf of the pairwise tree: part of what the numbers are, not a tuning knob. */
export const LEAF_ROWS = 4096;
