/** As elsewhere.ts, of optimizers and schedules: names in PyTorch, Keras and optax. */
import { type Counterpart, says, type Three } from './others.ts';

const none = undefined;

const rate: Three = ['lr', 'learning_rate', 'learning_rate'];
const beta1: Three = ['betas[0]', 'beta_1', 'b1'];
const beta2: Three = ['betas[1]', 'beta_2', 'b2'];
const epsilon: Three = ['eps', 'epsilon', 'eps'];
const decay: Three = ['weight_decay', 'weight_decay', 'weight_decay'];
/** Coupled, or in Keras decoupled. */
const coupled: Three = ['weight_decay', 'weight_decay (decoupled)', none];
const moments = { learningRate: rate, beta1, beta2, epsilon };
const only = (cells: Readonly<Record<string, Three>>, columns: readonly [boolean, boolean, boolean]): typeof cells =>
  Object.fromEntries(
    Object.entries(cells).map(([key, three]) => [key, columns.map((on, i) => (on ? three[i] : none)) as never]),
  );
const withoutKeras = [true, false, true] as const;

export const optimizers: Readonly<Record<string, Counterpart>> = {
  gradientDescent: { names: ['optim.SGD', 'optimizers.SGD', 'optax.sgd'], options: { learningRate: rate } },
  sgd: {
    names: ['optim.SGD', 'optimizers.SGD', 'optax.sgd'],
    options: {
      learningRate: rate,
      momentum: ['momentum', 'momentum', 'momentum'],
      dampening: ['dampening', none, none],
      nesterov: ['nesterov', 'nesterov', 'nesterov'],
      weightDecay: coupled,
      maximize: ['maximize', none, none],
    },
  },
  sgdW: {
    names: ['pytorch_optimizer.SGDW', 'optimizers.SGD(weight_decay)', none],
    options: {
      learningRate: ['lr', 'learning_rate', none],
      momentum: ['momentum', 'momentum', none],
      dampening: ['dampening', none, none],
      nesterov: ['nesterov', 'nesterov', none],
      weightDecay: ['weight_decay', 'weight_decay', none],
    },
  },
  signSgd: {
    names: ['pytorch_optimizer.SignSGD', none, 'optax.signum'],
    options: { learningRate: ['lr', none, 'learning_rate'], momentum: ['momentum', none, 'beta'] },
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
    },
  },
  rprop: {
    names: ['optim.Rprop', none, 'optax.rprop'],
    options: {
      learningRate: ['lr', none, 'learning_rate'],
      etaMinus: ['etas[0]', none, 'eta_minus'],
      etaPlus: ['etas[1]', none, 'eta_plus'],
      minStep: ['step_sizes[0]', none, 'min_step_size'],
      maxStep: ['step_sizes[1]', none, 'max_step_size'],
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
    },
  },
  adadelta: {
    names: ['optim.Adadelta', 'optimizers.Adadelta', 'optax.adadelta'],
    options: { learningRate: rate, rho: ['rho', 'rho', 'rho'], epsilon, weightDecay: decay },
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
      initialAccumulator: [says('always 0'), 'initial_accumulator_value', none],
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
    },
  },
  adam: {
    names: ['optim.Adam', 'optimizers.Adam', 'optax.adam'],
    options: { ...moments, weightDecay: coupled, amsgrad: ['amsgrad', 'amsgrad', none] },
  },
  amsgrad: {
    names: ['optim.Adam(amsgrad=True)', 'optimizers.Adam(amsgrad=True)', 'optax.amsgrad'],
    options: { ...moments, weightDecay: coupled },
  },
  adamW: {
    names: ['optim.AdamW', 'optimizers.AdamW', 'optax.adamw'],
    options: { ...moments, weightDecay: decay, amsgrad: ['amsgrad', 'amsgrad', none] },
  },
  adamax: {
    names: ['optim.Adamax', 'optimizers.Adamax', 'optax.adamax'],
    options: { ...moments, weightDecay: coupled },
  },
  nadam: {
    names: ['optim.NAdam', 'optimizers.Nadam', 'optax.nadam'],
    options: {
      ...moments,
      momentumDecay: ['momentum_decay', none, none],
      weightDecay: coupled,
      decoupled: ['decoupled_weight_decay', none, none],
    },
  },
  radam: {
    names: ['optim.RAdam', none, 'optax.radam'],
    options: {
      ...only(moments, withoutKeras),
      weightDecay: ['weight_decay', none, none],
      decoupled: ['decoupled_weight_decay', none, none],
    },
  },
  adaBelief: {
    names: ['pytorch_optimizer.AdaBelief', none, 'optax.adabelief'],
    options: only({ ...moments, weightDecay: decay }, withoutKeras),
  },
  yogi: {
    names: ['pytorch_optimizer.Yogi', none, 'optax.yogi'],
    options: {
      ...only(moments, withoutKeras),
      initialAccumulator: ['initial_accumulator', none, none],
    },
  },
  lion: {
    names: ['pytorch_optimizer.Lion', 'optimizers.Lion', 'optax.lion'],
    options: { learningRate: rate, beta1, beta2, weightDecay: decay },
  },
  lamb: {
    names: ['pytorch_optimizer.Lamb', 'optimizers.Lamb', 'optax.lamb'],
    options: { ...moments, weightDecay: decay },
  },
  adan: {
    names: ['pytorch_optimizer.Adan', none, 'optax.adan'],
    options: only({ ...moments, beta3: ['betas[2]', none, 'b3'], weightDecay: decay }, withoutKeras),
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
      steps: ['ns_steps', 'ns_steps', 'ns_steps'],
      matchRmsAdamW: ['adjust_lr_fn', 'rms_rate', 'consistent_rms'],
    },
  },
  scheduleFreeSgd: {
    names: ['schedulefree.SGDScheduleFree', none, 'optax.contrib.schedule_free_sgd'],
    options: {
      learningRate: ['lr', none, 'learning_rate'],
      beta: ['momentum', none, 'b1'],
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
      beta: beta1,
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
      biasCorrection: ['use_bias_correction', none, none],
      weightDecay: ['weight_decay', none, 'weight_decay'],
    },
  },
};

const initial: Three = [says('the rate of the optimizer'), 'initial_learning_rate', 'init_value'];

export const schedules: Readonly<Record<string, Counterpart>> = {
  constant: { names: [none, none, 'optax.constant_schedule'], options: { initial: [none, none, 'value'] } },
  exponentialDecay: {
    names: ['ExponentialLR, StepLR', 'schedules.ExponentialDecay', 'optax.exponential_decay'],
    options: {
      initial,
      rate: ['ExponentialLR.gamma, StepLR.gamma', 'decay_rate', 'decay_rate'],
      decaySteps: ['step_size', 'decay_steps', 'transition_steps'],
      staircase: [says('`StepLR`'), 'staircase', 'staircase'],
      decay: [],
    },
  },
  squareDecay: { names: ['LambdaLR', none, none], options: { initial: [initial[0]], decay: [] } },
  inverseSqrtDecay: { names: ['LambdaLR', none, none], options: { initial: [initial[0]], decay: [] } },
  inverseTimeDecay: {
    names: ['LambdaLR', 'schedules.InverseTimeDecay', none],
    options: {
      initial: [initial[0], initial[1], none],
      decay: [none, 'decay_rate', none],
      decaySteps: [none, 'decay_steps', none],
      staircase: [none, 'staircase', none],
    },
  },
  stepDecay: {
    names: ['StepLR', 'schedules.ExponentialDecay(staircase)', 'optax.exponential_decay(staircase)'],
    options: {
      initial,
      rate: ['gamma', 'decay_rate', 'decay_rate'],
      decaySteps: ['step_size', 'decay_steps', 'transition_steps'],
    },
  },
  multiStep: {
    names: ['MultiStepLR', 'schedules.PiecewiseConstantDecay', 'optax.piecewise_constant_schedule'],
    options: {
      initial: [initial[0], 'values', 'init_value'],
      milestones: ['milestones', 'boundaries', 'boundaries_and_scales'],
      rate: ['gamma', none, none],
    },
  },
  polynomial: {
    names: ['PolynomialLR', 'schedules.PolynomialDecay', 'optax.polynomial_schedule'],
    options: {
      initial,
      end: [says('always 0'), 'end_learning_rate', 'end_value'],
      decaySteps: ['total_iters', 'decay_steps', 'transition_steps'],
      power: ['power', 'power', 'power'],
    },
  },
  linear: {
    names: ['LinearLR', none, 'optax.linear_schedule'],
    options: {
      initial: ['start_factor', none, 'init_value'],
      end: ['end_factor', none, 'end_value'],
      decaySteps: ['total_iters', none, 'transition_steps'],
    },
  },
  cosine: {
    names: ['CosineAnnealingLR', 'schedules.CosineDecay', 'optax.cosine_decay_schedule'],
    options: {
      initial,
      end: ['eta_min', 'alpha (a factor)', 'alpha (a factor)'],
      decaySteps: ['T_max', 'decay_steps', 'decay_steps'],
      periodic: [says('always'), says('never'), says('never')],
    },
  },
  cosineRestarts: {
    names: ['CosineAnnealingWarmRestarts', 'schedules.CosineDecayRestarts', 'optax.sgdr_schedule'],
    options: {
      initial: [initial[0], initial[1], 'cosine_kwargs'],
      end: ['eta_min', 'alpha (a factor)', 'cosine_kwargs'],
      decaySteps: ['T_0', 'first_decay_steps', 'cosine_kwargs'],
      mult: ['T_mult', 't_mul', none],
    },
  },
  warmup: {
    names: ['SequentialLR', none, 'optax.join_schedules'],
    options: {
      warmupSteps: ['milestones', none, 'boundaries'],
      schedule: ['schedulers', none, 'schedules'],
      peak: [],
      warmupInitial: [],
    },
  },
  warmupCosine: {
    names: [none, 'schedules.CosineDecay', 'optax.warmup_cosine_decay_schedule'],
    options: {
      warmupInitial: [none, 'initial_learning_rate', 'init_value'],
      peak: [none, 'warmup_target', 'peak_value'],
      warmupSteps: [none, 'warmup_steps', 'warmup_steps'],
      totalSteps: [none, 'decay_steps (without warm-up)', 'decay_steps'],
      end: [none, 'alpha (a factor)', 'end_value'],
    },
  },
  oneCycle: {
    names: ['OneCycleLR', none, 'optax.cosine_onecycle_schedule, optax.linear_onecycle_schedule'],
    options: {
      max: ['max_lr', none, 'peak_value'],
      totalSteps: ['total_steps', none, 'transition_steps'],
      pct: ['pct_start', none, 'pct_start'],
      div: ['div_factor', none, 'div_factor'],
      finalDiv: ['final_div_factor', none, 'final_div_factor'],
      anneal: ['anneal_strategy', none, says('two functions')],
      threePhase: ['three_phase', none, none],
    },
    differs: { anneal: 'the same, in full' },
  },
  cyclic: {
    names: ['CyclicLR', none, none],
    options: {
      base: ['base_lr'],
      max: ['max_lr'],
      up: ['step_size_up'],
      down: ['step_size_down'],
      mode: ['mode'],
      rate: ['gamma'],
    },
  },
  noam: { names: [], options: { modelSize: [], warmupSteps: [], factor: [] } },
  inverseSqrt: { names: [], options: { peak: [], warmupSteps: [] } },
  warmupStableDecay: {
    names: [],
    options: { peak: [], warmupSteps: [], stableSteps: [], decaySteps: [], end: [], shape: [], warmupInitial: [] },
  },
  constantThenLinear: { names: [], options: { initial: [], constantSteps: [], totalSteps: [], end: [] } },
  sequence: {
    names: ['SequentialLR', none, 'optax.join_schedules'],
    options: { schedules: ['schedulers', none, 'schedules'], milestones: ['milestones', none, 'boundaries'] },
  },
  product: { names: ['ChainedScheduler', none, none], options: { schedules: ['schedulers'] } },
  scale: { names: [], options: { schedule: [], factor: [] } },
  perEpoch: { names: [], options: { schedule: [] } },
  reduceOnPlateau: {
    names: ['ReduceLROnPlateau', 'callbacks.ReduceLROnPlateau', 'optax.contrib.reduce_on_plateau'],
    options: {
      schedule: [],
      monitor: [says('given to `step`'), 'monitor', says('given to `update`')],
      factor: ['factor', 'factor', 'factor'],
      patience: ['patience', 'patience', 'patience'],
      threshold: ['threshold', 'min_delta', 'rtol, atol'],
      thresholdMode: ['threshold_mode', none, none],
      cooldown: ['cooldown', 'cooldown', 'cooldown'],
      minRate: ['min_lr', 'min_lr', 'min_scale (a factor)'],
      mode: ['mode', 'mode', none],
      epsilon: ['eps', none, none],
    },
    differs: { mode: 'the metric declares its own' },
  },
};
