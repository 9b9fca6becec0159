/** What rules with running means of the gradient share. */
import { type Rate, rate } from '../schedules.ts';
import { boolean, number } from '../spec.ts';

/** Options of all rules with running means. */
export interface MomentOptions {
  /** η: a number, a schedule or a function of the step. */
  readonly learningRate?: Rate;
  /** Decay of the mean of the gradient, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of its square, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** ε ≥ 0, beside the root. Default 1e-8. */
  readonly epsilon?: number;
  /** Coupled decay λ ≥ 0: adds λθ to the gradient. Default 0. */
  readonly weightDecay?: number;
  /** Whether to climb: uses −g. Default false. */
  readonly maximize?: boolean;
}

/** Fields of the options of all rules with running means. @internal */
export const moments = (learningRate: number, epsilon = 1e-8, beta1 = 0.9, beta2 = 0.999, weightDecay = 0) => ({
  learningRate: rate(learningRate),
  beta1: number('[0, 1)', beta1),
  beta2: number('[0, 1)', beta2),
  epsilon: number('[0, ∞)', epsilon),
  weightDecay: number('[0, ∞)', weightDecay),
  maximize: boolean(false),
});
