/** Why a run stopped, in a sentence. */
import type { FitResult } from 'downhill';
import { count } from './screen.ts';

/** What was asked of the run. */
export interface Asked {
  /** Change of the objective, relative, below which to stop; the gradient was watched if left out. */
  readonly lossTolerance?: number;
  readonly tolerance?: number;
  readonly patience?: number;
  readonly restoreBest?: boolean;
}

export function whyStopped(result: FitResult, asked: Asked): string {
  const { stopReason, converged, bestEpoch, epochs, steps } = result;
  const best =
    asked.restoreBest && bestEpoch !== null ? ` The parameters of the best, epoch ${bestEpoch}, were put back.` : '';
  const after = `${count(steps)} steps`;
  const open = converged === false ? ' It has not converged.' : '';
  switch (stopReason) {
    case 'converged':
      return asked.lossTolerance === undefined
        ? `converged in ${after}: the gradient is zero to a tolerance of ${asked.tolerance?.toExponential()}.`
        : `converged in ${after}: the last one changed the objective by less than ${asked.lossTolerance.toExponential()} of itself.`;
    case 'earlyStopping':
      return `early, after epoch ${epochs}: the validation loss has not improved for ${asked.patience} epochs.${best}`;
    case 'epochs':
      return `the ${count(epochs)} epochs asked for are done.${best}${open}`;
    case 'steps':
      return `the ${count(steps)} steps asked for are done.${open}`;
    case 'lineSearch':
      return `after ${after}: no step along the gradient lowers the objective any more.${open}`;
    case 'aborted':
      return `aborted after ${after}.${open}`;
    case 'callback':
      return `a callback said so, after ${after}.${open}`;
  }
}
