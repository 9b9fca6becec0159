/** The table of penalties and constraints: one row each, and what a spec becomes in its terms. */
import type { KernelRow } from './kernels.ts';

/**
 * A penalty or a constraint: three kernels of one source, see assembly/penalties/act.ts. Its `fn` takes an act before
 * `args`. Rows are in the order of the proximal step, in which the steps of all of them together are one exact step:
 * shrinking keeps signs and directions, so a division goes behind it.
 */
export interface PenaltyRow extends Required<Omit<KernelRow, 'types'>> {
  /** What it acts on: single elements, groups of features over all outputs, or the weights into each output. */
  readonly over: 'elements' | 'groups' | 'outputs';
  /** Whether it has a value; a constraint has none. */
  readonly value: boolean;
  readonly ties: readonly PenaltyTie[];
}

/** A spec of this kind becomes this row, with these numbers: options by name, or constants; null is
 * NaN, which stands for none, and true is 1. */
export interface PenaltyTie {
  readonly kind: string;
  readonly block: readonly (string | number | null)[];
  /** Its gradient is added to that of the loss; a spec with the method `'subgradient'` does so, too. */
  readonly smooth?: boolean;
  /** A projection behind all other steps, which it may undo: exact beside penalties of single elements only. */
  readonly last?: boolean;
  /** Zero does not stay zero, so padding must be left out. */
  readonly masked?: boolean;
}

export const penaltyRows: readonly PenaltyRow[] = [
  {
    name: 'absolute',
    file: 'penalties/elements',
    fn: 'elements',
    args: 'Element.ABSOLUTE',
    over: 'elements',
    value: true,
    ties: [
      { kind: 'l1', block: ['lambda'] },
      { kind: 'elasticNet', block: ['l1'] },
    ],
  },
  {
    name: 'bounds',
    file: 'penalties/elements',
    fn: 'elements',
    args: 'Element.BOUNDS',
    over: 'elements',
    value: false,
    ties: [
      { kind: 'nonNegative', block: [0, null] },
      { kind: 'box', block: ['lower', 'upper'], last: true, masked: true },
    ],
  },
  {
    name: 'groupNorm',
    file: 'penalties/groups',
    fn: 'groups',
    args: 'Group.LASSO',
    over: 'groups',
    value: true,
    ties: [{ kind: 'groupLasso', block: ['lambda', 'scaleBySize'] }],
  },
  {
    name: 'square',
    file: 'penalties/elements',
    fn: 'elements',
    args: 'Element.SQUARE',
    over: 'elements',
    value: true,
    ties: [
      { kind: 'l2', block: ['lambda'], smooth: true },
      { kind: 'elasticNet', block: ['l2'] },
    ],
  },
  {
    name: 'maximumNorm',
    file: 'penalties/groups',
    fn: 'groups',
    args: 'Group.MAXIMUM',
    over: 'outputs',
    value: false,
    ties: [{ kind: 'maxNorm', block: ['max'], last: true }],
  },
];

export const penaltyActs = { value: 'Act.VALUE', proximal: 'Act.PROXIMAL', slope: 'Act.SLOPE' } as const;

export type PenaltyAct = keyof typeof penaltyActs;

/** Name of the kernel that does it. */
export function penaltyKernel(row: PenaltyRow, act: PenaltyAct): string {
  return row.name + act[0]!.toUpperCase() + act.slice(1);
}

export const penaltyKernels: readonly KernelRow[] = penaltyRows.flatMap((row) =>
  (Object.keys(penaltyActs) as PenaltyAct[])
    .filter((act) => act !== 'value' || row.value)
    .map((act) => ({
      name: penaltyKernel(row, act),
      file: row.file,
      fn: row.fn,
      args: `${penaltyActs[act]}, ${row.args}`,
    })),
);
