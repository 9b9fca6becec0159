/** As elsewhere.ts, of schedules and what goes around a step: names in PyTorch, Keras and optax. */
import { type Counterpart, says, type Three } from './others.ts';

const none = undefined;

/** Where it is an option or a function that docs/other-defaults.json does not have, words say so. */
export const around: Readonly<Record<string, Counterpart>> = {
  clipByValue: {
    names: [],
    options: {
      max: [says('`clip_value` of `clip_grad_value_`'), says('`clipvalue`'), says('`max_delta` of `clip`')],
    },
  },
  clipByNorm: { names: [], options: { max: [none, says('`clipnorm`'), none] } },
  clipByGlobalNorm: {
    names: [],
    options: {
      max: [
        says('`max_norm` of `clip_grad_norm_`'),
        says('`global_clipnorm`'),
        says('`max_norm` of `clip_by_global_norm`'),
      ],
    },
  },
  ema: {
    names: [],
    options: {
      decay: [says('`decay` of `get_ema_avg_fn`'), says('`ema_momentum`'), says('`decay` of `ema`')],
      warmup: [],
    },
  },
  swa: { names: [], options: { start: [says('when it is called')], every: [says('when it is called')] } },
  lookahead: {
    names: ['pytorch_optimizer.Lookahead', none, 'optax.lookahead'],
    options: { steps: ['k', none, 'sync_period'], alpha: ['alpha', none, 'slow_step_size'] },
  },
  sam: {
    names: ['pytorch_optimizer.SAM', none, 'optax.contrib.sam'],
    options: { rho: ['rho', none, says('the rate of `adv_optimizer`')] },
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
