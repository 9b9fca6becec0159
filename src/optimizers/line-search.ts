/** Optimizers that find the length of their steps by themselves. */
import { integer, makeSpec, number } from '../spec.ts';
import { optimizers } from './family.ts';

export interface GradientDescentLineSearchOptions {
  /** Step length tried first, > 0. Default 1. */
  readonly initialStep?: number;
  /** Factor ≥ 1 on the last accepted step length, which is what the next step tries first. Default 2. */
  readonly expand?: number;
  /** Factor in (0, 1) on a step length that is refused. Default 0.5. */
  readonly shrink?: number;
  /** κ in (0, 1): how much of the decrease that the gradient promises must come true. Default 1e-4. */
  readonly sufficientDecrease?: number;
  /** How often a step length is shrunk before the search gives up, ≥ 1. Default 60. */
  readonly maxHalvings?: number;
}

export interface GradientDescentLineSearchSpec extends Required<GradientDescentLineSearchOptions> {
  readonly kind: 'gradientDescentLineSearch';
}

/** @internal */
export const lineSearchKinds = {
  gradientDescentLineSearch: {
    initialStep: number('(0, ∞)', 1),
    expand: number('[1, ∞)', 2),
    shrink: number('(0, 1)', 0.5),
    sufficientDecrease: number('(0, 1)', 1e-4),
    maxHalvings: integer('[1, ∞)', 60),
  },
};

/** Specs of line searches: without a rate, for full batches. */
export type LineSearchSpec = GradientDescentLineSearchSpec;

/** Whether an optimizer finds the length of its steps by itself. @internal */
export const isLineSearch = (spec: { readonly kind: string }): spec is LineSearchSpec =>
  Object.hasOwn(lineSearchKinds, spec.kind);

/**
 * Gradient descent over all rows, the step length a by backtracking: a starts at `expand` times the last one and shrinks
 * until f(θ − ag) ≤ f(θ) − κa‖g‖² (Armijo). With an L1 penalty or a constraint the proximal condition
 * f(θ⁺) ≤ f(θ) + g·(θ⁺ − θ) + ‖θ⁺ − θ‖²/(2a) takes its place (Beck and Teboulle 2009). The objective never rises.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export function gradientDescentLineSearch(options?: GradientDescentLineSearchOptions): GradientDescentLineSearchSpec {
  return makeSpec(optimizers, 'gradientDescentLineSearch', options);
}
