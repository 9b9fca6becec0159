/** Specs of the traces in test/golden/optim.json, and where their rules switch. */
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
  asgd,
  ftrl,
  lamb,
  lars,
  lion,
  muon,
  nadam,
  prodigy,
  radam,
  rmsprop,
  rprop,
  type SteppingSpec,
  scheduleFreeAdamW,
  scheduleFreeSgd,
  sgd,
  sgdW,
  signSgd,
  yogi,
} from 'downhill';
import type { OptimizerCase } from './golden-optimizers.ts';

type Make = (options: Record<string, unknown>) => SteppingSpec;

const originals: Readonly<Record<string, Make>> = {
  SGD: sgd,
  SGDW: sgdW,
  SignSGD: signSgd,
  LARS: lars,
  Rprop: rprop,
  ASGD: asgd,
  Adagrad: adagrad,
  Adadelta: adadelta,
  RMSprop: rmsprop,
  FTRL: ftrl,
  Adafactor: adafactor,
  Adam: adam,
  AdamW: adamW,
  Adamax: adamax,
  NAdam: nadam,
  RAdam: radam,
  AdaBelief: adaBelief,
  Yogi: yogi,
  Lion: lion,
  Adan: adan,
  AdEMAMix: adEMAMix,
  LAMB: lamb,
  Muon: muon,
  ScheduleFreeSGD: scheduleFreeSgd,
  ScheduleFreeAdamW: scheduleFreeAdamW,
  Prodigy: prodigy,
};

/** Our names for the originals' options; those that are lists or have values of their own are below. */
const names: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  weight_decay: 'weightDecay',
  momentum: 'momentum',
  nesterov: 'nesterov',
  trust_coefficient: 'trustCoefficient',
  lambd: 'lambda',
  alpha: 'alpha',
  t0: 't0',
  eps: 'epsilon',
  centered: 'centered',
  lambda_1: 'l1',
  lambda_2: 'l2',
  beta2_decay: 'beta2Decay',
  d: 'clipThreshold',
  amsgrad: 'amsgrad',
  decoupled_weight_decay: 'decoupled',
  initial_accumulator: 'initialAccumulator',
  T: 'T',
  warmup_steps: 'warmupSteps',
  d0: 'd0',
  use_bias_correction: 'useBiasCorrection',
};

const lists: Readonly<Record<string, readonly string[]>> = {
  betas: ['beta1', 'beta2', 'beta3'],
  etas: ['etaMinus', 'etaPlus'],
  step_sizes: ['minStep', 'maxStep'],
};

/** The spec of a trace. Throws at an argument that has no name here. */
export function specOf({ optimizer, args }: OptimizerCase): SteppingSpec {
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(args)) {
    const list = lists[name];
    if (list) {
      (value as unknown[]).forEach((one, i) => {
        options[list[i]!] = one;
      });
    } else if (name === 'adjust_lr_fn') options.matchRmsAdamW = value === 'match_rms_adamw';
    else if (names[name]) options[names[name]] = value;
    else throw new Error(`${optimizer} has an argument ${name}`);
  }
  const make = originals[optimizer];
  if (!make) throw new Error(`no optimizer of ours for ${optimizer}`);
  return make(options);
}

/** How far what decides is from where the rule switches, at every step of one coordinate; no steps where it never does. */
export function switches(spec: SteppingSpec, gradients: readonly number[], theta: readonly number[]): number[] {
  let [m, z, n] = [0, 0, 0];
  return gradients.flatMap((g, t) => {
    switch (spec.kind) {
      case 'rprop':
        return Math.abs(g);
      case 'signSgd':
        m = spec.momentum * m + (1 - spec.momentum) * g;
        return Math.abs(m);
      case 'lion': {
        const mixed = spec.beta1 * m + (1 - spec.beta1) * g;
        m = spec.beta2 * m + (1 - spec.beta2) * g;
        return Math.abs(mixed);
      }
      case 'yogi': {
        const v = t === 0 ? spec.initialAccumulator : n;
        n = v - (1 - spec.beta2) * Math.sign(v - g * g) * g * g;
        return Math.abs(v - g * g);
      }
      case 'ftrl': {
        const next = n + g * g;
        z += g - ((Math.sqrt(next) - Math.sqrt(n)) / (spec.learningRate as number)) * theta[t]!;
        n = next;
        return Math.abs(Math.abs(z) - spec.l1);
      }
      default:
        return [];
    }
  });
}
