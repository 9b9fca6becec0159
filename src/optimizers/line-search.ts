/** Optimizers that find the length of their steps by themselves. */
import { boolean, integer, makeSpec, number, oneOf } from '../spec.ts';
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

export interface BarzilaiBorweinOptions {
  /** s·s/s·y (`'bb1'`, the longer) or s·y/y·y (`'bb2'`). Default `'bb1'`. */
  readonly variant?: 'bb1' | 'bb2';
  /** Step length of the first step, > 0. Default 1. */
  readonly initialStep?: number;
  /** Whether steps after which the objective is too large are refused and shortened. Default true. */
  readonly safeguard?: boolean;
  /** M in [1, 10]: from how many of the last objectives the largest is what a step is measured against. Default 10. */
  readonly memory?: number;
  /** Factor in (0, 1) on a step length that is refused. Default 0.5. */
  readonly shrink?: number;
  /** κ in (0, 1): how much of the decrease that the gradient promises must come true. Default 1e-4. */
  readonly sufficientDecrease?: number;
  /** How often a step length is shrunk before the search gives up, ≥ 1. Default 60. */
  readonly maxHalvings?: number;
}

export interface BarzilaiBorweinSpec extends Required<BarzilaiBorweinOptions> {
  readonly kind: 'barzilaiBorwein';
}

const backtracking = {
  shrink: number('(0, 1)', 0.5),
  sufficientDecrease: number('(0, 1)', 1e-4),
  maxHalvings: integer('[1, ∞)', 60),
};

/** @internal */
export const lineSearchKinds = {
  gradientDescentLineSearch: {
    initialStep: number('(0, ∞)', 1),
    expand: number('[1, ∞)', 2),
    ...backtracking,
  },
  barzilaiBorwein: {
    variant: oneOf(['bb1', 'bb2'], 'bb1'),
    initialStep: number('(0, ∞)', 1),
    safeguard: boolean(true),
    memory: integer('[1, 10]', 10),
    ...backtracking,
  },
};

/** Specs of line searches: without a rate, for full batches. */
export type LineSearchSpec = GradientDescentLineSearchSpec | BarzilaiBorweinSpec;

/** Whether an optimizer finds the length of its steps by itself. @internal */
export const isLineSearch = (spec: { readonly kind: string }): spec is LineSearchSpec =>
  Object.hasOwn(lineSearchKinds, spec.kind);

/**
 * Gradient descent over all rows, the step length a by backtracking: a starts at `expand` times the last one and shrinks
 * until f(θ − ag) ≤ f(θ) − κa‖g‖² (Armijo). With an L1 penalty or a constraint the proximal condition
 * f(θ⁺) ≤ f(θ) + g·(θ⁺ − θ) + ‖θ⁺ − θ‖²/(2a) takes its place (Beck and Teboulle 2009). The objective never rises.
 *
 * Elsewhere: optax has the search apart, `scale_by_backtracking_linesearch`; PyTorch and Keras have none.
 * Use: full batches without a rate to choose; the default of `minimize` and of linear models.
 * Not: mini-batches, whose objective changes with the rows; badly conditioned problems: `barzilaiBorwein`.
 * Source: Armijo 1966; Beck & Teboulle 2009.
 * @param options all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: gradientDescentLineSearch() });
 * model.predict([[5]]); // → [11.0000]
 */
export function gradientDescentLineSearch(options?: GradientDescentLineSearchOptions): GradientDescentLineSearchSpec {
  return makeSpec(optimizers, 'gradientDescentLineSearch', options);
}

/**
 * Gradient descent over all rows with the step length of Barzilai and Borwein: s·s/s·y or s·y/y·y with s = Δθ and y = Δg of
 * the last step; where s·y ≤ 0 the last length. Much faster than a fixed rate, but the objective may rise on the way.
 * With `safeguard` a step is shortened until f(θ − ag) ≤ f_max − κa‖g‖², f_max the largest of the last M objectives
 * (Grippo, Lampariello and Lucidi 1986; Raydan 1997). With an L1 penalty or a constraint f(θ⁺) ≤ f_max − κ‖θ⁺ − θ‖²/(2a)
 * takes its place (SpaRSA, Wright, Nowak and Figueiredo 2009).
 *
 * Elsewhere: None in PyTorch, Keras and optax.
 * Use: full batches of badly conditioned problems, smooth or sparse, where a fixed rate crawls.
 * Not: mini-batches, whose differences of gradients are noise.
 * Source: Barzilai & Borwein 1988.
 * @param options all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: barzilaiBorwein() });
 * model.predict([[5]]); // → [11.0000]
 */
export function barzilaiBorwein(options?: BarzilaiBorweinOptions): BarzilaiBorweinSpec {
  return makeSpec(optimizers, 'barzilaiBorwein', options);
}
