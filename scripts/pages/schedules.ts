/** Schedules elsewhere, and what their pictures show. */
import type { Library, PlateauClass } from './catalogue.ts';
import type { Counterpart } from './elsewhere.ts';
import type { Picture } from './page.ts';
import { plot } from './plot.ts';

const none = undefined;

type Three = readonly [pytorch?: string | undefined, keras?: string | undefined, optax?: string | undefined];

const initial: Three = ['`lr` of the optimizer', '`initial_learning_rate`', '`init_value`'];
const schedule: Three = ['`lr` of the optimizer', '`lr` of the optimizer', none];

/** Names and defaults in PyTorch, Keras and optax. */
export const schedules: Readonly<Record<string, Counterpart>> = {
  constant: {
    names: [none, none, 'constant_schedule'],
    options: { initial: ['`lr` of the optimizer', '`learning_rate`', '`value`'] },
  },
  exponentialDecay: {
    names: ['ExponentialLR, StepLR', 'ExponentialDecay', 'exponential_decay'],
    options: {
      initial,
      decay: [],
      rate: ['`gamma` (StepLR: 0.1)', '`decay_rate`', '`decay_rate`'],
      decaySteps: ['1, `step_size`', '`decay_steps`', '`transition_steps`'],
      staircase: ['false, true', 'staircase=False', 'staircase=False'],
    },
  },
  squareDecay: { names: [none, none, none], options: { initial, decay: [] } },
  inverseSqrtDecay: { names: [none, none, none], options: { initial, decay: [] } },
  inverseTimeDecay: {
    names: ['optim.Adagrad(lr_decay)', 'InverseTimeDecay', none],
    options: {
      initial: [initial[0], initial[1], none],
      decay: ['lr_decay=0', '`decay_rate`', none],
      decaySteps: [none, '`decay_steps`', none],
      staircase: [none, 'staircase=False', none],
    },
  },
  stepDecay: {
    names: ['StepLR', 'ExponentialDecay(staircase=True)', 'exponential_decay(staircase=True)'],
    options: {
      initial,
      decaySteps: ['`step_size`', '`decay_steps`', '`transition_steps`'],
      rate: ['gamma=0.1', '`decay_rate`', '`decay_rate`'],
    },
  },
  multiStep: {
    names: ['MultiStepLR', 'PiecewiseConstantDecay', 'piecewise_constant_schedule'],
    options: {
      initial: [initial[0], 'first of `values`', initial[2]],
      milestones: ['`milestones`', '`boundaries`', 'keys of `boundaries_and_scales`'],
      rate: ['gamma=0.1', 'ratios of `values`', 'values of `boundaries_and_scales`'],
    },
  },
  polynomial: {
    names: ['PolynomialLR', 'PolynomialDecay', 'polynomial_schedule'],
    options: {
      initial,
      decaySteps: ['total_iters=5', '`decay_steps`', '`transition_steps`'],
      end: ['0', 'end_learning_rate=0.0001', '`end_value`'],
      power: ['power=1.0', 'power=1.0', '`power`'],
    },
  },
  linear: {
    names: ['LinearLR', 'PolynomialDecay', 'linear_schedule'],
    options: {
      initial: ['start_factor=1/3', initial[1], initial[2]],
      end: ['end_factor=1.0', 'end_learning_rate=0.0001', '`end_value`'],
      decaySteps: ['total_iters=5', '`decay_steps`', '`transition_steps`'],
    },
  },
  cosine: {
    names: ['CosineAnnealingLR', 'CosineDecay', 'cosine_decay_schedule'],
    options: {
      initial,
      decaySteps: ['`T_max`', '`decay_steps`', '`decay_steps`'],
      end: ['eta_min=0.0', 'alpha=0.0', 'alpha=0.0'],
      periodic: ['true', 'false', 'false'],
    },
  },
  cosineRestarts: {
    names: ['CosineAnnealingWarmRestarts', 'CosineDecayRestarts', 'sgdr_schedule'],
    options: {
      initial: [initial[0], initial[1], '`init_value` of each cycle'],
      decaySteps: ['`T_0`', '`first_decay_steps`', '`decay_steps` of each cycle'],
      mult: ['T_mult=1', 't_mul=2.0', none],
      end: ['eta_min=0.0', 'alpha=0.0', '`end_value` of each cycle'],
    },
  },
  warmup: {
    names: ['SequentialLR', none, 'join_schedules'],
    options: {
      warmupSteps: ['`total_iters` of LinearLR', none, '`transition_steps` of linear_schedule'],
      schedule: ['the second scheduler', none, 'the second schedule'],
      peak: ['`end_factor` of LinearLR', none, '`end_value` of linear_schedule'],
      warmupInitial: ['`start_factor` of LinearLR', none, '`init_value` of linear_schedule'],
    },
  },
  warmupCosine: {
    names: [none, 'CosineDecay', 'warmup_cosine_decay_schedule'],
    options: {
      peak: [none, 'warmup_target=None', '`peak_value`'],
      warmupSteps: [none, 'warmup_steps=0', '`warmup_steps`'],
      totalSteps: [none, '`decay_steps`, without the warm-up', '`decay_steps`'],
      end: [none, 'alpha=0.0', 'end_value=0.0'],
      warmupInitial: [none, initial[1], initial[2]],
    },
  },
  oneCycle: {
    names: ['OneCycleLR', none, 'cosine_onecycle_schedule, linear_onecycle_schedule'],
    options: {
      max: ['`max_lr`', none, '`peak_value`'],
      totalSteps: ['total_steps=None', none, '`transition_steps`'],
      pct: ['pct_start=0.3', none, 'pct_start=0.3'],
      div: ['div_factor=25.0', none, 'div_factor=25.0'],
      finalDiv: ['final_div_factor=1e4', none, 'final_div_factor=1e4'],
      anneal: ["anneal_strategy='cos'", none, 'two functions'],
      threePhase: ['three_phase=False', none, none],
    },
  },
  cyclic: {
    names: ['CyclicLR', none, none],
    options: {
      base: ['`base_lr`'],
      max: ['`max_lr`'],
      up: ['step_size_up=2000'],
      down: ['step_size_down=None'],
      mode: ["mode='triangular'"],
      rate: ['gamma=1.0'],
    },
  },
  noam: { names: [none, none, none], options: { modelSize: [], warmupSteps: [], factor: [] } },
  inverseSqrt: { names: [none, none, none], options: { peak: [], warmupSteps: [] } },
  warmupStableDecay: {
    names: [none, none, none],
    options: { peak: [], warmupSteps: [], stableSteps: [], decaySteps: [], end: [], shape: [], warmupInitial: [] },
  },
  constantThenLinear: {
    names: [none, none, none],
    options: { initial: [], constantSteps: [], totalSteps: [], end: [] },
  },
  sequence: {
    names: ['SequentialLR', none, 'join_schedules'],
    options: { schedules: ['`schedulers`', none, '`schedules`'], milestones: ['`milestones`', none, '`boundaries`'] },
  },
  product: { names: ['ChainedScheduler', none, none], options: { schedules: ['`schedulers`', none, none] } },
  scale: { names: [none, none, none], options: { schedule: [], factor: [] } },
  perEpoch: { names: [none, none, none], options: { schedule } },
  reduceOnPlateau: {
    names: ['ReduceLROnPlateau', 'callbacks.ReduceLROnPlateau', 'contrib.reduce_on_plateau'],
    options: {
      schedule,
      monitor: ['given to `step`', "monitor='val_loss'", '`value` of `update`'],
      mode: ["mode='min'", "mode='auto'", 'always min'],
      factor: ['factor=0.1', 'factor=0.1', 'factor=0.1'],
      patience: ['patience=10', '10, one evaluation less', '10, one evaluation less'],
      threshold: ['threshold=1e-4', 'min_delta=1e-4', 'rtol=1e-4, atol=0.0'],
      thresholdMode: ["threshold_mode='rel'", 'absolute', 'both'],
      cooldown: ['cooldown=0', 'cooldown=0', 'cooldown=0'],
      minRate: ['min_lr=0', 'min_lr=0.0', 'min_scale=0.0'],
      epsilon: ['eps=1e-8', none, none],
    },
  },
};

/** The calls that are drawn, over 100 steps. */
const drawn: Readonly<Record<string, string>> = {
  constant: 'constant(0.8)',
  exponentialDecay: 'exponentialDecay({ initial: 1, decay: 0.03 })',
  squareDecay: 'squareDecay({ initial: 1, decay: 0.03 })',
  inverseSqrtDecay: 'inverseSqrtDecay({ initial: 1, decay: 0.1 })',
  inverseTimeDecay: 'inverseTimeDecay({ initial: 1, decay: 0.05 })',
  stepDecay: 'stepDecay({ initial: 1, decaySteps: 30, rate: 0.5 })',
  multiStep: 'multiStep({ initial: 1, milestones: [20, 70], rate: 0.4 })',
  polynomial: 'polynomial({ initial: 1, decaySteps: 80, power: 2 })',
  linear: 'linear({ initial: 1, end: 0.1, decaySteps: 80 })',
  cosine: 'cosine({ initial: 1, decaySteps: 80, end: 0.1 })',
  cosineRestarts: 'cosineRestarts({ initial: 1, decaySteps: 15, mult: 2 })',
  warmup: 'warmup({ warmupSteps: 20, schedule: inverseTimeDecay({ initial: 1, decay: 0.05 }) })',
  warmupCosine: 'warmupCosine({ peak: 1, warmupSteps: 20, totalSteps: 90 })',
  oneCycle: 'oneCycle({ max: 1, totalSteps: 100 })',
  cyclic: "cyclic({ base: 0.1, max: 1, up: 10, down: 20, mode: 'triangular2' })",
  noam: 'noam({ modelSize: 1, warmupSteps: 10, factor: 3 })',
  inverseSqrt: 'inverseSqrt({ peak: 1, warmupSteps: 20 })',
  warmupStableDecay: 'warmupStableDecay({ peak: 1, warmupSteps: 10, stableSteps: 50, decaySteps: 30 })',
  constantThenLinear: 'constantThenLinear({ initial: 1, constantSteps: 40, totalSteps: 90 })',
  sequence: 'sequence([0.3, cosine({ initial: 1, decaySteps: 60 })], [30])',
  product: 'product([cosine({ initial: 1, decaySteps: 90 }), cyclic({ base: 0.5, max: 1, up: 5 })])',
  scale: 'scale(linear({ initial: 1, end: 0, decaySteps: 80 }), 0.5)',
  perEpoch: 'perEpoch(exponentialDecay({ initial: 1, rate: 0.97 }))',
};

/** A loss that falls as far as the rate lets it, and the rate that follows it. */
const plateau = 'reduceOnPlateau({ schedule: 1, factor: 0.5, patience: 5, threshold: 0.01 })';

const STEPS = 101;

/** The spec that a call makes. */
function evaluate(library: Library, call: string): unknown {
  const names = Object.keys(library).filter((name) => new RegExp(`\\b${name}\\(`).test(call));
  return new Function(...names, `return ${call}`)(...names.map((name) => library[name]));
}

export function schedulePicture(library: Library, Plateau: PlateauClass, name: string): Picture {
  const x = [...Array(STEPS).keys()];
  const call = drawn[name] ?? plateau;
  const spec = evaluate(library, call);
  const axis = name === 'perEpoch' ? 'epoch' : 'step';
  if (drawn[name]) {
    const value = library.rates(spec, STEPS);
    return {
      svg: plot({ title: name, axis, x, value, names: ['rate'], every: 20 }),
      caption: `The rates of \`${call}\`.`,
    };
  }
  const rule = new Plateau(spec);
  const value: number[] = [];
  const loss: number[] = [];
  for (let rate = 1, at = 1; value.length < STEPS; at += 0.2 * (0.6 * rate - at)) {
    value.push(rate);
    loss.push(at);
    rate = rule.update(at, rate) ?? rate;
  }
  return {
    svg: plot({ title: name, axis: 'evaluation', x, value, gradient: loss, names: ['rate', 'loss'], every: 20 }),
    caption: `The rates of \`${call}\`, watching a loss that falls as far as the rate lets it.`,
  };
}
