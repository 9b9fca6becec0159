/** As elsewhere.ts, of optimizers: names in PyTorch, Keras and optax. */
import { type Counterpart, says, type Three } from './others.ts';

const none = undefined;

const rate: Three = ['lr', 'learning_rate', 'learning_rate'];
const beta1: Three = ['betas[0]', 'beta_1', 'b1'];
const beta2: Three = ['betas[1]', 'beta_2', 'b2'];
const epsilon: Three = ['eps', 'epsilon', 'eps'];
const decay: Three = ['weight_decay', 'weight_decay', 'weight_decay'];
/** Coupled, or in Keras decoupled. */
const coupled: Three = ['weight_decay', 'weight_decay (decoupled)', none];
const maximize: Three = ['maximize', none, none];
const moments = { learningRate: rate, beta1, beta2, epsilon };
const only = (cells: Readonly<Record<string, Three>>, columns: readonly [boolean, boolean, boolean]): typeof cells =>
  Object.fromEntries(
    Object.entries(cells).map(([key, three]) => [key, columns.map((on, i) => (on ? three[i] : none)) as never]),
  );
const withoutKeras = [true, false, true] as const;

export const optimizers: Readonly<Record<string, Counterpart>> = {
  gradientDescent: {
    names: ['optim.SGD', 'optimizers.SGD', 'optax.sgd'],
    options: { learningRate: rate },
    differs: { learningRate: "Keras' default." },
  },
  onlineGradientDescent: {
    names: ['optim.SGD', 'optimizers.SGD', 'optax.sgd'],
    options: { learningRate: rate, projection: [says('by hand'), says('constraints of layers'), says('by hand')] },
    differs: { learningRate: 'Regret grows as √t only with a rate that falls as 1/√t.' },
  },
  gradientDescentLineSearch: {
    names: [],
    options: { initialStep: [], expand: [], shrink: [], sufficientDecrease: [], maxHalvings: [] },
  },
  barzilaiBorwein: {
    names: [],
    options: {
      variant: [],
      initialStep: [],
      safeguard: [],
      memory: [],
      shrink: [],
      sufficientDecrease: [],
      maxHalvings: [],
    },
  },
  sgd: {
    names: ['optim.SGD', 'optimizers.SGD', 'optax.sgd'],
    options: {
      learningRate: rate,
      momentum: ['momentum', 'momentum', 'momentum'],
      dampening: ['dampening', none, none],
      nesterov: ['nesterov', 'nesterov', 'nesterov'],
      weightDecay: coupled,
      maximize,
    },
    differs: { learningRate: "Keras' default." },
  },
  sgdW: {
    names: ['pytorch_optimizer.SGDW', 'optimizers.SGD(weight_decay)', none],
    options: {
      learningRate: ['lr', 'learning_rate', none],
      momentum: ['momentum', 'momentum', none],
      dampening: ['dampening', none, none],
      nesterov: ['nesterov', 'nesterov', none],
      weightDecay: ['weight_decay', 'weight_decay', none],
      maximize,
    },
    differs: {
      learningRate: 'That of `sgd`.',
      weightDecay: 'The decay is what it is chosen for: that of `adamW`.',
    },
  },
  signSgd: {
    names: ['pytorch_optimizer.SignSGD', none, 'optax.signum'],
    options: {
      learningRate: ['lr', none, 'learning_rate'],
      momentum: ['momentum', none, 'beta'],
      weightDecay: ['weight_decay (decoupled)', none, none],
      maximize,
    },
  },
  lars: {
    names: ['pytorch_optimizer.LARS', none, 'optax.lars'],
    options: {
      learningRate: ['lr', none, 'learning_rate'],
      momentum: ['momentum', none, 'momentum'],
      nesterov: ['nesterov', none, 'nesterov'],
      trustCoefficient: ['trust_coefficient', none, 'trust_coefficient'],
      weightDecay: ['weight_decay', none, 'weight_decay'],
      epsilon: [none, none, 'eps'],
      maximize,
    },
    differs: { learningRate: 'With the trust coefficient 0.001 a step is a thousandth of the norm of the tensor.' },
  },
  rprop: {
    names: ['optim.Rprop', none, 'optax.rprop'],
    options: {
      learningRate: ['lr', none, 'learning_rate'],
      etaMinus: ['etas[0]', none, 'eta_minus'],
      etaPlus: ['etas[1]', none, 'eta_plus'],
      minStep: ['step_sizes[0]', none, 'min_step_size'],
      maxStep: ['step_sizes[1]', none, 'max_step_size'],
      maximize,
    },
  },
  asgd: {
    names: ['optim.ASGD', none, none],
    options: {
      learningRate: ['lr', none, none],
      lambda: ['lambd', none, none],
      alpha: ['alpha', none, none],
      t0: ['t0', none, none],
      weightDecay: ['weight_decay', none, none],
      maximize,
    },
  },
  adagrad: {
    names: ['optim.Adagrad', 'optimizers.Adagrad', 'optax.adagrad'],
    options: {
      learningRate: rate,
      learningRateDecay: ['lr_decay', none, none],
      initialAccumulator: ['initial_accumulator_value', 'initial_accumulator_value', 'initial_accumulator_value'],
      epsilon: ['eps', 'epsilon', 'eps (inside the root)'],
      weightDecay: coupled,
      maximize,
    },
  },
  adadelta: {
    names: ['optim.Adadelta', 'optimizers.Adadelta', 'optax.adadelta'],
    options: { learningRate: rate, rho: ['rho', 'rho', 'rho'], epsilon, weightDecay: decay, maximize },
  },
  rmsprop: {
    names: ['optim.RMSprop', 'optimizers.RMSprop', 'optax.rmsprop'],
    options: {
      learningRate: rate,
      decay: ['alpha', 'rho', 'decay'],
      epsilon: ['eps', 'epsilon (inside the root)', 'eps, eps_in_sqrt'],
      momentum: ['momentum', 'momentum', 'momentum'],
      centered: ['centered', 'centered', 'centered'],
      weightDecay: coupled,
      maximize,
    },
  },
  ftrl: {
    names: ['pytorch_optimizer.FTRL', 'optimizers.Ftrl', none],
    options: {
      learningRate: ['lr', 'learning_rate', none],
      beta: ['beta', 'beta', none],
      l1: ['lambda_1', 'l1_regularization_strength', none],
      l2: ['lambda_2', 'l2_regularization_strength', none],
      power: ['lr_power', 'learning_rate_power', none],
    },
    differs: {
      learningRate: 'That of `adagrad`.',
      beta: 'That of the paper: rates are bounded by η/β from the first step on.',
    },
  },
  adafactor: {
    names: ['optim.Adafactor', 'optimizers.Adafactor', 'optax.adafactor'],
    options: {
      learningRate: rate,
      beta2Decay: ['beta2_decay', 'beta_2_decay', 'decay_rate (its negative)'],
      clipThreshold: ['d', 'clip_threshold', 'clipping_threshold'],
      epsilon: ['eps', 'epsilon_1, epsilon_2', 'eps'],
      weightDecay: ['weight_decay', 'weight_decay', 'weight_decay_rate'],
      maximize,
    },
  },
  adam: {
    names: ['optim.Adam', 'optimizers.Adam', 'optax.adam'],
    options: { ...moments, weightDecay: coupled, maximize, amsgrad: ['amsgrad', 'amsgrad', none] },
  },
  amsgrad: {
    names: ['optim.Adam(amsgrad=True)', 'optimizers.Adam(amsgrad=True)', 'optax.amsgrad'],
    options: { ...moments, weightDecay: coupled, maximize },
  },
  adamW: {
    names: ['optim.AdamW', 'optimizers.AdamW', 'optax.adamw'],
    options: { ...moments, weightDecay: decay, maximize, amsgrad: ['amsgrad', 'amsgrad', none] },
  },
  adamax: {
    names: ['optim.Adamax', 'optimizers.Adamax', 'optax.adamax'],
    options: { ...moments, weightDecay: coupled, maximize },
  },
  nadam: {
    names: ['optim.NAdam', 'optimizers.Nadam', 'optax.nadam'],
    options: {
      ...moments,
      momentumDecay: ['momentum_decay', none, none],
      weightDecay: coupled,
      maximize,
      decoupled: ['decoupled_weight_decay', none, none],
    },
  },
  radam: {
    names: ['optim.RAdam', none, 'optax.radam'],
    options: {
      ...only(moments, withoutKeras),
      weightDecay: ['weight_decay', none, none],
      maximize,
      decoupled: ['decoupled_weight_decay', none, none],
    },
  },
  adaBelief: {
    names: ['pytorch_optimizer.AdaBelief', none, 'optax.adabelief'],
    options: only({ ...moments, weightDecay: decay, maximize }, withoutKeras),
  },
  yogi: {
    names: ['pytorch_optimizer.Yogi', none, 'optax.yogi'],
    options: {
      ...only(moments, withoutKeras),
      initialAccumulator: ['initial_accumulator', none, none],
      weightDecay: ['weight_decay (decoupled)', none, none],
      maximize,
    },
  },
  lion: {
    names: ['pytorch_optimizer.Lion', 'optimizers.Lion', 'optax.lion'],
    options: { learningRate: rate, beta1, beta2, weightDecay: decay, maximize },
  },
  lamb: {
    names: ['pytorch_optimizer.Lamb', 'optimizers.Lamb', 'optax.lamb'],
    options: { ...moments, weightDecay: decay, maximize },
  },
  adan: {
    names: ['pytorch_optimizer.Adan', none, 'optax.adan'],
    options: only({ ...moments, beta3: ['betas[2]', none, 'b3'], weightDecay: decay, maximize }, withoutKeras),
  },
  adEMAMix: {
    names: ['pytorch_optimizer.AdEMAMix', none, 'optax.contrib.ademamix'],
    options: only(
      {
        ...moments,
        beta3: ['betas[2]', none, 'b3'],
        alpha: ['alpha', none, 'alpha'],
        T: ['t_alpha_beta3', none, none],
        weightDecay: decay,
        maximize,
      },
      withoutKeras,
    ),
  },
  muon: {
    names: ['optim.Muon', 'optimizers.Muon', 'optax.contrib.muon'],
    options: {
      learningRate: rate,
      momentum: ['momentum', 'momentum', 'beta'],
      nesterov: ['nesterov', 'nesterov', 'nesterov'],
      weightDecay: decay,
      nsSteps: ['ns_steps', 'ns_steps', 'ns_steps'],
      matchRmsAdamW: ["adjust_lr_fn='match_rms_adamw'", 'rms_rate', 'consistent_rms'],
      rest: [says('another optimizer by hand'), says('Adam, built in'), says('Adam, built in')],
    },
  },
  scheduleFreeSgd: {
    names: ['schedulefree.SGDScheduleFree', none, 'optax.contrib.schedule_free_sgd'],
    options: {
      learningRate: ['lr', none, 'learning_rate'],
      momentum: ['momentum', none, 'b1'],
      warmupSteps: ['warmup_steps', none, 'warmup_steps'],
      r: ['r', none, none],
      weightPower: ['weight_lr_power', none, 'weight_lr_power'],
      weightDecay: ['weight_decay', none, 'weight_decay'],
    },
  },
  scheduleFreeAdamW: {
    names: ['schedulefree.AdamWScheduleFree', 'optimizers.ScheduleFreeAdamW', 'optax.contrib.schedule_free_adamw'],
    options: {
      learningRate: rate,
      beta1,
      beta2,
      epsilon,
      warmupSteps: ['warmup_steps', 'warmup_steps', 'warmup_steps'],
      r: ['r', none, none],
      weightPower: ['weight_lr_power', none, 'weight_lr_power'],
      weightDecay: decay,
    },
  },
  prodigy: {
    names: ['prodigyopt.Prodigy', none, 'optax.contrib.prodigy'],
    options: {
      learningRate: ['lr', none, 'learning_rate'],
      beta1: ['betas[0]', none, 'betas[0]'],
      beta2: ['betas[1]', none, 'betas[1]'],
      beta3: ['beta3', none, 'beta3'],
      epsilon: ['eps', none, 'eps'],
      d0: ['d0', none, 'estim_lr0'],
      dCoefficient: ['d_coef', none, 'estim_lr_coef'],
      growthRate: ['growth_rate', none, none],
      safeguardWarmup: ['safeguard_warmup', none, 'safeguard_warmup'],
      useBiasCorrection: ['use_bias_correction', none, none],
      weightDecay: ['weight_decay', none, 'weight_decay'],
    },
  },
};
