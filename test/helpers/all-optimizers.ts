/** The table that every optimizer is in: what test/optimizers/all-*.test.ts go through. */
import {
  adaBelief,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamW,
  adan,
  adEMAMix,
  amsgrad,
  asgd,
  cosine,
  ftrl,
  gradientDescent,
  lamb,
  lars,
  lion,
  muon,
  nadam,
  onlineGradientDescent,
  prodigy,
  type Rate,
  radam,
  rmsprop,
  rprop,
  type SteppingSpec,
  scheduleFreeAdamW,
  scheduleFreeSgd,
  sgd,
  sgdW,
  signSgd,
  warmupCosine,
  yogi,
} from 'downhill';

export interface OptimizerRow {
  readonly name: string;
  /** The spec with a rate. */
  readonly of: (rate: Rate) => SteppingSpec;
  /** Largest rate, and how much of the value at the start may be left, on `bowl` after 300 steps. */
  readonly bowl: readonly [rate: number, share: number];
  /** The same on `valley` after 2,000 steps. */
  readonly valley: readonly [rate: number, share: number];
  /** What of the parameters an update of one of them depends on. */
  readonly sees: 'element' | 'tensor' | 'all';
  /**
   * Of which multiple of λ the optimum is that L1 comes to; `'heuristic'`: exact zeros, but of no fixed problem; or
   * refused. What it is and why stands in docs/differences.md.
   */
  readonly l1: number | 'heuristic' | 'refused';
  /** Largest rate for a lasso. Default 0.1. */
  readonly lasso?: number;
  /** Wants a rate that stays. */
  readonly constant?: true;
  /** Starts with a warm-up: early steps of this rule are not bounded. */
  readonly warm?: true;
}

const row = (
  name: string,
  of: OptimizerRow['of'],
  bowl: OptimizerRow['bowl'],
  valley: OptimizerRow['valley'],
  l1: OptimizerRow['l1'],
  more: Partial<OptimizerRow> = {},
): OptimizerRow => ({ name, of, bowl, valley, l1, sees: 'element', ...more });

const tensor = { sees: 'tensor' } as const;

/** A row for every kind, and one for every kernel and branch of it. Shares are what was found, times three. */
export const optimizerTable: readonly OptimizerRow[] = [
  row('gradientDescent', gradientDescent, [0.2, 2e-11], [0.005, 2e-3], 1),
  row('onlineGradientDescent', onlineGradientDescent, [0.2, 2e-11], [0.005, 2e-3], 1),
  row('sgd', sgd, [0.2, 2e-11], [0.005, 2e-3], 1),
  row(
    'sgd, dampening',
    (learningRate) => sgd({ learningRate, momentum: 0.5, dampening: 0.25 }),
    [0.2, 2e-11],
    [0.005, 4e-5],
    0.5 / 0.75,
  ),
  row(
    'sgd, nesterov',
    (learningRate) => sgd({ learningRate, momentum: 0.9, nesterov: true }),
    [0.1, 2e-11],
    [0.001, 4e-6],
    0.1,
  ),
  row(
    'sgdW',
    (learningRate) => sgdW({ learningRate, momentum: 0.9, weightDecay: 1e-9 }),
    [0.05, 2e-11],
    [0.002, 4e-10],
    0.1,
  ),
  row('signSgd', signSgd, [0.03, 6e-8], [0.005, 2e-6], 'heuristic'),
  row(
    'lars',
    (learningRate) => lars({ learningRate, trustCoefficient: 0.01 }),
    [0.1, 9e-9],
    [0.1, 4e-10],
    'heuristic',
    tensor,
  ),
  row('rprop', rprop, [0.01, 2e-11], [0.2, 1e-5], 'heuristic'),
  row('asgd', (learningRate) => asgd({ learningRate, t0: 100 }), [0.2, 5e-9], [0.005, 9e-3], 'refused'),
  row('adagrad', adagrad, [1, 2e-11], [0.3, 4e-3], 1, { lasso: 1 }),
  row(
    'adagrad, decay and start',
    (learningRate) => adagrad({ learningRate, learningRateDecay: 1e-3, initialAccumulator: 0.1 }),
    [1, 2e-11],
    [0.3, 8e-3],
    1,
    { lasso: 1 },
  ),
  row('adadelta', (learningRate) => adadelta({ learningRate, epsilon: 1e-4 }), [1, 3e-10], [0.1, 4e-4], 1, {
    lasso: 1,
  }),
  row('rmsprop', (learningRate) => rmsprop({ learningRate, decay: 0.9 }), [0.3, 2e-11], [0.02, 2e-4], 1),
  row(
    'rmsprop, momentum',
    (learningRate) => rmsprop({ learningRate, decay: 0.9, momentum: 0.5 }),
    [0.3, 2e-11],
    [0.01, 4e-8],
    0.5,
  ),
  row(
    'rmsprop, centered',
    (learningRate) => rmsprop({ learningRate, centered: true, epsilon: 0.01 }),
    [0.3, 2e-11],
    [0.01, 2e-4],
    1,
  ),
  row(
    'rmsprop, centered, momentum',
    (learningRate) => rmsprop({ learningRate, centered: true, momentum: 0.5, epsilon: 0.1 }),
    [0.3, 2e-11],
    [0.01, 4e-7],
    0.5,
  ),
  row('ftrl', ftrl, [1, 2e-11], [0.3, 4e-4], 'refused', { constant: true }),
  row('ftrl, power', (learningRate) => ftrl({ learningRate, power: -0.4 }), [1, 2e-11], [0.2, 3e-4], 'refused', {
    constant: true,
  }),
  row('adafactor', adafactor, [0.3, 2e-11], [0.03, 4e-4], 1, tensor),
  row('adam', adam, [1, 2e-11], [0.3, 2e-12], 1),
  row('amsgrad', amsgrad, [1, 2e-11], [0.3, 2e-12], 1),
  row('adamW', (learningRate) => adamW({ learningRate, weightDecay: 1e-9 }), [1, 2e-11], [0.3, 2e-12], 1),
  row(
    'adamW, amsgrad',
    (learningRate) => adamW({ learningRate, amsgrad: true, weightDecay: 1e-9 }),
    [1, 2e-11],
    [0.3, 2e-12],
    1,
  ),
  row('adamax', adamax, [1, 2e-11], [0.3, 4e-4], 1),
  row('nadam', nadam, [0.3, 2e-11], [0.05, 2e-4], 1),
  row('radam', radam, [0.5, 2e-11], [0.3, 7e-6], 1, { warm: true, lasso: 0.3 }),
  row('adaBelief', adaBelief, [0.3, 2e-11], [0.3, 2e-12], 1),
  row('yogi', yogi, [1, 2e-11], [0.3, 2e-12], 1),
  row('lion', lion, [0.1, 6e-9], [0.01, 7e-7], 'heuristic'),
  row('adan', adan, [1, 2e-11], [0.05, 2e-12], 1),
  row('adEMAMix', (learningRate) => adEMAMix({ learningRate, beta3: 0.99, alpha: 2 }), [1, 3e-11], [0.2, 2e-12], 1 / 3),
  row('lamb', lamb, [0.1, 8e-7], [0.05, 3e-7], 'heuristic', tensor),
  row(
    'muon',
    (learningRate) => muon({ learningRate, weightDecay: 0 }),
    [0.1, 6e-10],
    [0.02, 3e-11],
    'heuristic',
    tensor,
  ),
  row('scheduleFreeSgd', scheduleFreeSgd, [1, 2e-11], [0.01, 2e-4], 'refused', { constant: true }),
  row('scheduleFreeAdamW', scheduleFreeAdamW, [0.5, 5e-11], [0.1, 6e-5], 'refused', { constant: true }),
  row('prodigy', prodigy, [1, 2e-11], [1, 4e-7], 1, { sees: 'all', lasso: 0.03 }),
];

/** Falls from a rate to 0 in so many steps, where the rule takes a schedule. */
export function falling({ constant, warm }: OptimizerRow, rate: number, steps: number): Rate {
  if (constant) return rate;
  return warm
    ? warmupCosine({ peak: rate, warmupSteps: steps / 20, totalSteps: steps })
    : cosine({ initial: rate, decaySteps: steps });
}

/** Writes the gradient and returns the value. */
export type Objective = (θ: ArrayLike<number>, gradient: { [i: number]: number; length: number }) => number;

const centre = [1, -2, 0.5, 3, -1, 0.25];

/** ½(θ − c)ᵀH(θ − c), H tridiagonal with 1 to 6 between ½: 0 at c. */
export const bowl: Objective = (θ, gradient) => {
  const r = centre.map((c, i) => θ[i]! - c);
  let value = 0;
  r.forEach((ri, i) => {
    const slope = (i + 1) * ri + 0.5 * ((r[i - 1] ?? 0) + (r[i + 1] ?? 0));
    gradient[i] = slope;
    value += (slope * ri) / 2;
  });
  return value;
};

/** Rosenbrock's function of every two: 0 at 1. */
export const valley: Objective = (θ, gradient) => {
  let value = 0;
  for (let i = 0; i < θ.length; i += 2) {
    const [x, y] = [θ[i]!, θ[i + 1]!];
    gradient[i] = -2 * (1 - x) - 400 * x * (y - x * x);
    gradient[i + 1] = 200 * (y - x * x);
    value += (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  }
  return value;
};
