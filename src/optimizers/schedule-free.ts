/** Optimizers that need no schedule, or no rate: schedule-free SGD and AdamW, Prodigy. */
import { type Rate, rate } from '../schedules.ts';
import { boolean, integer, makeSpec, nullable, number } from '../spec.ts';
import { optimizers } from './family.ts';

interface AverageOptions {
  /** Steps ≥ 0 over which η rises to the rate, as t/warmupSteps. Default 0. */
  readonly warmupSteps?: number;
  /** r ≥ 0: step t weighs tʳ in the average. Default 0. */
  readonly r?: number;
  /** p ≥ 0: and the p-th power of the largest η so far. Default 2. */
  readonly weightPower?: number;
}

export interface ScheduleFreeSgdOptions extends AverageOptions {
  /** A number or `constant(…)`: there is no schedule beside `warmupSteps`. Default 1. */
  readonly learningRate?: Rate;
  /** β in [0, 1]: gradients are taken at y = βx + (1 − β)z. Default 0.9. */
  readonly momentum?: number;
  /** Coupled decay λ ≥ 0: adds λy to the gradient. Default 0. */
  readonly weightDecay?: number;
}

export interface ScheduleFreeSgdSpec extends Required<ScheduleFreeSgdOptions> {
  readonly kind: 'scheduleFreeSgd';
}

export interface ScheduleFreeAdamWOptions extends AverageOptions {
  /** A number or `constant(…)`: there is no schedule beside `warmupSteps`. Default 2.5e-3. */
  readonly learningRate?: Rate;
  /** β in [0, 1]: gradients are taken at y = βx + (1 − β)z. Default 0.9. */
  readonly beta1?: number;
  /** Decoupled decay λ ≥ 0: z moves by ηλy. Default 0. */
  readonly weightDecay?: number;
  /** Decay of the mean of squared gradients, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** ε > 0, outside the root. Default 1e-8. */
  readonly epsilon?: number;
}

export interface ScheduleFreeAdamWSpec extends Required<ScheduleFreeAdamWOptions> {
  readonly kind: 'scheduleFreeAdamW';
}

export interface ProdigyOptions {
  /** Factor η on the rate that is found: leave it 1, or give a schedule that is 1 at its largest. Default 1. */
  readonly learningRate?: Rate;
  /** Decay of the mean of gradients, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** Decay of the sums behind d, in (0, 1). Default null: √β₂. */
  readonly beta3?: number | null;
  /** ε > 0, outside the root; d times that is added. Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled decay λ ≥ 0. Default 0. */
  readonly weightDecay?: number;
  /** d of the first step, > 0. Default 1e-6. */
  readonly d0?: number;
  /** Factor > 0 on the estimates of d. Default 1. */
  readonly dCoefficient?: number;
  /** Largest factor ≥ 1 by which d grows in a step. Default null: no limit. */
  readonly growthRate?: number | null;
  /** Whether η is multiplied by √(1 − β₂ᵏ)/(1 − β₁ᵏ). Default false. */
  readonly useBiasCorrection?: boolean;
  /** Whether steps weigh in ‖s‖₁ as if η were 1, for warm-ups. Default false. */
  readonly safeguardWarmup?: boolean;
}

export interface ProdigySpec extends Required<ProdigyOptions> {
  readonly kind: 'prodigy';
}

const share = number('[0, 1)', 0.9);
const nonNegative = number('[0, ∞)', 0);

const between = number('[0, 1]', 0.9);

const free = {
  weightDecay: nonNegative,
  warmupSteps: integer('[0, ∞)', 0),
  r: nonNegative,
  weightPower: number('[0, ∞)', 2),
};

/** @internal */
export const scheduleFreeKinds = {
  scheduleFreeSgd: { learningRate: rate(1), momentum: between, ...free },
  scheduleFreeAdamW: {
    learningRate: rate(2.5e-3),
    beta1: between,
    ...free,
    beta2: number('[0, 1)', 0.999),
    epsilon: number('(0, ∞)', 1e-8),
  },
  prodigy: {
    learningRate: rate(1),
    beta1: share,
    beta2: number('[0, 1)', 0.999),
    beta3: nullable(number('(0, 1)')),
    epsilon: number('(0, ∞)', 1e-8),
    weightDecay: nonNegative,
    d0: number('(0, ∞)', 1e-6),
    dCoefficient: number('(0, ∞)', 1),
    growthRate: nullable(number('[1, ∞]')),
    useBiasCorrection: boolean(false),
    safeguardWarmup: boolean(false),
  },
};

/** @internal */
export const scheduleFreeRule = ({ learningRate }: ScheduleFreeSgdSpec | ScheduleFreeAdamWSpec): string | false =>
  typeof learningRate !== 'number' &&
  (typeof learningRate === 'function' || learningRate.kind !== 'constant') &&
  'learningRate must be a number or constant(…): the average takes the place of a schedule';

/**
 * Schedule-free SGD: steps are taken by z, z ← z − η(g + λy); their average is
 * x ← (1 − c)x + cz with c = w/Σw, w = tʳ·η_maxᵖ; gradients are taken at y = βx + (1 − β)z, which are the parameters
 * while it trains. What is evaluated is x. All three begin at the start. η = rate·min(1, t/warmupSteps). Proximal
 * penalties are refused: x is an average and never sparse.
 *
 * Elsewhere: The authors' `schedulefree` alike. optax has no `r`.
 * Use: as `sgd` with momentum, where the number of steps is open.
 * Not: with a rate as for `sgd`: it takes larger ones; to read θ in between, which is y and not x.
 * Source: Defazio et al. 2024.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options, values out of range, and a rate that is a schedule.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: scheduleFreeSgd(0.1), epochs: 200 });
 * model.predict([[5]]); // → [11.05]
 */
export function scheduleFreeSgd(options?: Rate | ScheduleFreeSgdOptions): ScheduleFreeSgdSpec {
  return makeSpec(optimizers, 'scheduleFreeSgd', options, 'learningRate');
}

/**
 * Schedule-free AdamW: as `scheduleFreeSgd` with v ← β₂v + (1 − β₂)g² and
 * z ← z − ηλy − ηg/(√(v/(1 − β₂ᵗ)) + ε). There is no mean of gradients: the average does its work. A gradient whose
 * square overflows (f32: above 1.8e19) moves nothing.
 *
 * Elsewhere: The authors' `schedulefree` alike. Keras and optax have no `r`.
 * Use: networks, where the number of steps is open.
 * Not: to read θ in between, which is y and not x.
 * Source: Defazio et al. 2024.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options, values out of range, and a rate that is a schedule.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: scheduleFreeAdamW(0.1), epochs: 1000 });
 * model.predict([[5]]); // → [11.01]
 */
export function scheduleFreeAdamW(options?: Rate | ScheduleFreeAdamWOptions): ScheduleFreeAdamWSpec {
  return makeSpec(optimizers, 'scheduleFreeAdamW', options, 'learningRate');
}

/**
 * Prodigy: Adam that finds its rate, from an estimate d of how far the start is from the
 * minimum, one over all parameters. With e = dη: m ← β₁m + (1 − β₁)dg, v ← β₂v + (1 − β₂)(dg)²,
 * s ← β₃s + (d/d₀)eg, n ← β₃n + (d/d₀)e⟨g, θ₀ − θ⟩, d̂ = dCoefficient·n/‖s‖₁, d grows to d̂ and never shrinks,
 * θ ← θ − λeθ − e·m/(√v + dε) with the old d in e. Until a gradient is not 0, nothing moves. A gradient with
 * (dg)² beyond the largest number moves nothing.
 *
 * Elsewhere: The authors' `prodigyopt` alike; optax has no `growth_rate`.
 * Use: where there is no time to look for a rate; with a schedule that is 1 at its largest, as a cosine.
 * Not: a start at the solution or far from typical: d is measured from there; little memory: four vectors of state.
 * Source: Mishchenko & Defazio 2024.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: prodigy(), epochs: 200 });
 * model.predict([[5]]); // → [10.9998]
 */
export function prodigy(options?: Rate | ProdigyOptions): ProdigySpec {
  return makeSpec(optimizers, 'prodigy', options, 'learningRate');
}
