/** Steps measured against a norm of the whole tensor: LAMB, Muon. */
import { type Rate, rate } from '../schedules.ts';
import { boolean, type Field, integer, makeSpec, nullable, number, spec } from '../spec.ts';
import { optimizers, type SteppingSpec } from './family.ts';
import { isLineSearch } from './line-search.ts';

export interface LambOptions {
  /** η. Default 1e-3. */
  readonly learningRate?: Rate;
  /** Decay of the mean of gradients, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** ε > 0, outside the root. Default 1e-6. */
  readonly epsilon?: number;
  /** λ ≥ 0: adds λθ to the direction, before its norm is taken. Default 0. */
  readonly weightDecay?: number;
  /** Whether to climb: uses −g. Default false. */
  readonly maximize?: boolean;
}

export interface LambSpec extends Required<LambOptions> {
  readonly kind: 'lamb';
}

export interface MuonOptions {
  /** η. Default 1e-3. */
  readonly learningRate?: Rate;
  /** μ in [0, 1). Default 0.95. */
  readonly momentum?: number;
  /** Decoupled decay λ ≥ 0. Default 0.1. */
  readonly weightDecay?: number;
  /** Whether to take (1 − μ)g + μb in place of b. Default true. */
  readonly nesterov?: boolean;
  /** Newton–Schulz steps, ≥ 1. Default 5. */
  readonly nsSteps?: number;
  /** Whether f is 0.2·√max(rows, columns), with which rates of AdamW fit, and not √max(1, rows/columns). Default false. */
  readonly matchRmsAdamW?: boolean;
  /**
   * Optimizer of the parameters that are no matrix. It has a rate of its own. Default `adamW()`. Null: there
   * must be none.
   */
  readonly rest?: SteppingSpec | null;
}

export interface MuonSpec extends Required<MuonOptions> {
  readonly kind: 'muon';
}

const share = (fallback: number): Field<number> => number('[0, 1)', fallback);

/** @internal */
export const trustKinds = {
  lamb: {
    learningRate: rate(1e-3),
    beta1: share(0.9),
    beta2: share(0.999),
    epsilon: number('(0, ∞)', 1e-6),
    weightDecay: number('[0, ∞)', 0),
    maximize: boolean(false),
  },
  muon: {
    learningRate: rate(1e-3),
    momentum: share(0.95),
    weightDecay: number('[0, ∞)', 0.1),
    nesterov: boolean(true),
    nsSteps: integer('[1, ∞)', 5),
    matchRmsAdamW: boolean(false),
    rest: {
      ...nullable(spec(() => optimizers)),
      fallback: { kind: 'adamW' },
    } as Field<SteppingSpec | null>,
  },
};

/** @internal */
export const muonRule = ({ rest }: MuonSpec): string | false =>
  rest !== null &&
  (rest.kind === 'muon' || isLineSearch(rest)) &&
  `rest must be an optimizer of vectors with a rate, or null, got ${rest.kind}`;

/**
 * LAMB: Adam's direction, as long as the tensor is times η. m ← β₁m + (1 − β₁)g,
 * v ← β₂v + (1 − β₂)g², u = (m/(1 − β₁ᵗ))/(√(v/(1 − β₂ᵗ)) + ε) + λθ, θ ← θ − η(‖θ‖/‖u‖)u, a tensor at a time, with 1
 * in place of the ratio where a norm is 0. The gradient is not clipped first and the ratio has no ceiling, as in optax
 * and Keras. Where g² overflows, m/√v is 0 (f32: above 1.8e19); a tensor of zeros moves by ηu. A
 * proximal step is taken with the length η, which is a heuristic.
 *
 * Elsewhere: Keras and optax alike. `pytorch_optimizer` clips the gradient first; PyTorch has none.
 * Use: networks in very large batches.
 * Not: batches of ordinary size; parameters whose size says nothing about their steps.
 * Source: You et al. 2020.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options and values out of range.
 * @example
 * const model = linearRegression();
 * model.fitSync([[1], [2], [3], [4]], [3, 5, 7, 9], { optimizer: lamb(0.01), epochs: 1000 });
 * model.predict([[5]]); // → [11.07]
 */
export function lamb(options?: Rate | LambOptions): LambSpec {
  return makeSpec(optimizers, 'lamb', options, 'learningRate');
}

/**
 * Muon: momentum whose singular values are brought close to 1. b ← μb + (1 − μ)g,
 * X = (1 − μ)g + μb with `nesterov`, else b; X ← X/max(‖X‖, 1e-7); five times A = XXᵀ,
 * X ← 3.4445X + (−4.775A + 2.0315A²)X; θ ← (1 − ηλ)θ − ηfX with f = √max(1, rows/columns). Singular values end
 * between about 0.7 and 1.2. Matrices only; `rest` updates the other parameters. A proximal step is taken with the length η,
 * which is a heuristic. Where ‖X‖ is beyond f64 (|g| from 1e154) X is 0.
 *
 * Elsewhere: PyTorch `Muon` computes X in bfloat16; here it is in the precision of the parameters. Keras and optax have Adam
 * for the rest.
 * Use: weight matrices of hidden layers.
 * Not: embeddings and last layers: give them to `rest`; linear models, whose weights are a vector.
 * Source: Jordan et al. 2024.
 * @param options η, or all options.
 * @throws {ArgumentError} on unknown options, values out of range, and a `rest` that is a line search or `muon`.
 * @example
 * const weights = parameters({ w: [2, 2] });
 * const optimizer = createOptimizer(weights, muon({ learningRate: 0.1, weightDecay: 0 }));
 * weights.gradients.w.set([3, 0, 0, 1]);
 * optimizer.step();
 * weights.values.w; // → [-0.0753, 0, 0, -0.1134]
 */
export function muon(options?: Rate | MuonOptions): MuonSpec {
  return makeSpec(optimizers, 'muon', options, 'learningRate');
}
