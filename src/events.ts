/** What a training run reports. */

/** Metrics by name. */
export type Metrics = Readonly<Record<string, number>>;

/** One report of a run: of an epoch unless `every` says otherwise. */
export interface FitEvent {
  /** Epochs complete. */
  readonly epoch: number;
  /** Optimizer steps complete. */
  readonly step: number;
  /** Data loss without penalties: the mean over the rows seen since the last event. */
  readonly loss: number;
  /** Sum of the penalties, of the last step. */
  readonly penalty: number;
  /** loss + penalty. */
  readonly objective: number;
  /** Learning rate (step length) of the last step. */
  readonly rate: number;
  /** Euclidean norm of the gradient of the last step, penalties included. */
  readonly gradientNorm: number;
  /** Metrics of the training rows, for the parameters as they are now. */
  readonly metrics: Metrics;
  /** Loss and metrics of the validation rows. */
  readonly validation?: { readonly loss: number; readonly metrics: Metrics };
  /** Seconds since the start of the run. */
  readonly seconds: number;
}

export type StopReason = 'converged' | 'epochs' | 'steps' | 'earlyStopping' | 'aborted' | 'callback' | 'lineSearch';

/** What a finished run says. */
export interface FitResult {
  /** All events. */
  readonly history: readonly FitEvent[];
  readonly stopReason: StopReason;
  /** Whether a tolerance that was asked has been reached; null if none was asked. */
  readonly converged: boolean | null;
  /** Epoch of the best evaluation, with early stopping; else null. */
  readonly bestEpoch: number | null;
  /** Optimizer steps of this run. */
  readonly steps: number;
  /** Epochs of this run. */
  readonly epochs: number;
  /** How often the run went back to the begin of an epoch (`nonFinite: 'rollback'`). */
  readonly rollbacks: number;
  /** Steps left out because a value was not finite (`nonFinite: 'skip'`). */
  readonly skipped: number;
  readonly seconds: number;
  readonly seed: number;
}
