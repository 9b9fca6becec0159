/** Where a run stands, as plain data. */
import type { EarlyStopperState } from './early-stopping.ts';
import type { StopReason } from './events.ts';
import type { HistoryState } from './history.ts';
import type { ModelFrame } from './models/model-state.ts';
import type { CapturedRun } from './program/capture.ts';
import { type Field, integer, nullable, number, readOptions } from './spec.ts';

/** Where the loop around the steps stands. */
export interface LoopState {
  /** Whether the last event is yet to be evaluated and told. */
  readonly looking: boolean;
  readonly ending: StopReason | null;
  readonly rollbacks: number;
  readonly firstStep: number;
  readonly firstEpoch: number;
  readonly seconds: number;
  readonly stopper: EarlyStopperState | null;
  /** Parameters of the best evaluation, as they lie in memory. */
  readonly best: { readonly bytes: Uint8Array; readonly epoch: number } | null;
  readonly history: HistoryState;
}

/** What a checkpoint says of model, options and data. */
export interface CheckpointFrame {
  readonly model: ModelFrame;
  /** Options of `fit` that can be stored. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Options of `fit` that cannot and have to be given again. */
  readonly needs: readonly string[];
  /** Numbers of rows, and a hash of features, targets and weights. */
  readonly data: string;
}

/** What `run.checkpoint()` gives: plain data that survives `structuredClone`; `save` of `downhill/store` makes bytes of it. */
export interface Checkpoint extends CheckpointFrame {
  readonly kind: 'checkpoint';
  readonly run: CapturedRun;
  readonly loop: LoopState;
}

/** When checkpoints are written, and how. */
export interface CheckpointEvery {
  readonly epochs?: number | null;
  readonly steps?: number | null;
  readonly seconds?: number | null;
  /** Takes a checkpoint. The run waits for a promise; an error ends it. */
  readonly write: (checkpoint: Checkpoint) => unknown;
}

const every = nullable(integer('[1, ∞)'));

/** When checkpoints are written. @internal */
export const checkpointField: Field<CheckpointEvery | null> = {
  fallback: null,
  expected: () => '{ epochs, steps or seconds, write }',
  read(value, at) {
    if (value === null) return null;
    const write: Field<CheckpointEvery['write']> = {
      expected: () => 'a function',
      read: (one) => (typeof one === 'function' ? (one as never) : undefined),
    };
    const read = readOptions<Required<CheckpointEvery>>(
      at,
      { epochs: every, steps: every, seconds: nullable(number('(0, ∞)')), write },
      value,
    );
    const given = [read.epochs, read.steps, read.seconds].filter((one) => one !== null);
    return given.length === 1 ? read : undefined;
  },
};
