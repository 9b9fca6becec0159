/** What the parts of the tour have in common. */
import type { FitResult, Parameters } from 'downhill';
import { drawCurve } from './chart.ts';
import { type Contest, compete, describe, type Effort, type Outcome } from './contest.ts';
import { fact } from './screen.ts';
import { type Asked, whyStopped } from './story.ts';

export interface Tour {
  /** Fewer epochs and shorter timing. */
  readonly quick: boolean;
}

/** A line of the summary. */
export interface Summary {
  readonly name: string;
  readonly model: string;
  readonly score: string;
  readonly seconds: number;
  readonly outcome: Outcome;
}

export const effort = ({ quick }: Tour): Effort => (quick ? { warmup: 30, rounds: 3 } : { warmup: 300, rounds: 9 });

/** Weights, then intercepts, on the scale of the standardised features. */
export const flat = ({ weight, bias }: Parameters): number[] => [...weight, ...bias];

/** The end of every part: the curve, why it stopped, and the contest. */
export function conclude(result: FitResult, asked: Asked, contest: Contest, tour: Tour): Outcome {
  drawCurve(result.history);
  fact('Stopped', whyStopped(result, asked));
  const outcome = compete(contest, effort(tour));
  fact('Speed', describe(outcome));
  return outcome;
}
