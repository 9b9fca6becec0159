/** The Adam line: a name for each spec that is tried. */
import {
  adaBelief,
  adam,
  adamax,
  adamW,
  adan,
  adEMAMix,
  amsgrad,
  lion,
  nadam,
  radam,
  type SteppingSpec,
  yogi,
} from '#src/optimizers.js';

const decay = { learningRate: 0.05, weightDecay: 0.1 };
const odd = { learningRate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-3 };

export const adamSpecs: Readonly<Record<string, SteppingSpec>> = {
  adam: adam(0.05),
  'adam, other options': adam({ ...odd, weightDecay: 0.1 }),
  'adam, maximize': adam({ ...decay, maximize: true }),
  amsgrad: amsgrad(0.05),
  'amsgrad, other options': amsgrad({ ...odd, weightDecay: 0.1, maximize: true }),
  adamW: adamW(0.05),
  'adamW, amsgrad, maximize': adamW({ ...odd, weightDecay: 0.1, amsgrad: true, maximize: true }),
  adamax: adamax(0.05),
  'adamax, other options': adamax({ ...odd, weightDecay: 0.1, maximize: true }),
  nadam: nadam(0.05),
  'nadam, other options': nadam({ ...odd, weightDecay: 0.1, momentumDecay: 0.1, maximize: true }),
  'nadam, decoupled': nadam({ ...decay, decoupled: true }),
  radam: radam(0.05),
  'radam, other options': radam({ ...odd, weightDecay: 0.1, maximize: true }),
  'radam, decoupled': radam({ ...decay, decoupled: true }),
  'radam, never rectified': radam({ learningRate: 0.05, beta2: 0.6 }),
  adaBelief: adaBelief(0.05),
  'adaBelief, other options': adaBelief({ ...odd, weightDecay: 0.1, maximize: true }),
  yogi: yogi(0.05),
  'yogi, other options': yogi({ ...odd, weightDecay: 0.1, initialAccumulator: 0.1, maximize: true }),
  lion: lion(0.05),
  'lion, other options': lion({ learningRate: 0.05, beta1: 0.8, beta2: 0.95, weightDecay: 0.1, maximize: true }),
  adan: adan(0.05),
  'adan, other options': adan({ ...odd, beta3: 0.9, weightDecay: 0.1, maximize: true }),
  adEMAMix: adEMAMix(0.05),
  'adEMAMix, other options': adEMAMix({ ...odd, beta3: 0.99, alpha: 2, T: 9, weightDecay: 0.1, maximize: true }),
};
