/** What layers that normalise have in common. */
import type { Parameter } from '../program/layer.ts';
import { type Field, number } from '../spec.ts';
import type { NamedOptions } from './options.ts';

/** Options of layers that normalise. */
export interface ScaleOptions extends NamedOptions {
  /** Added to the variance (to the mean square in `rmsNorm`), > 0. */
  readonly epsilon?: number;
  /** Whether there is a factor `weight`. Default true. */
  readonly scale?: boolean;
}

export const epsilonField = (fallback: number): Field<number> => number('(0, ∞)', fallback);

/** A number a channel. */
export const perChannel = (name: string, channels: number, initializer: 'zeros' | 'ones'): Parameter => ({
  name,
  shape: [channels],
  rows: 1,
  columns: channels,
  initializer: { kind: initializer },
  plain: true,
});
