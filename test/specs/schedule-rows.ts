/** Schedules for the table of specs: what the call gives is the whole spec, defaults filled in. */
import {
  constantThenLinear,
  cosine,
  cosineRestarts,
  cyclic,
  inverseSqrt,
  linear,
  multiStep,
  noam,
  oneCycle,
  perEpoch,
  polynomial,
  product,
  reduceOnPlateau,
  scale,
  schedules,
  sequence,
  stepDecay,
  warmup,
  warmupCosine,
  warmupStableDecay,
} from '#src/schedules.js';

const quarter = { kind: 'constant', initial: 0.25 } as const;

const plateau = {
  kind: 'reduceOnPlateau',
  monitor: 'validation.loss',
  mode: null,
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdMode: 'rel',
  cooldown: 0,
  minRate: 0,
  epsilon: 1e-8,
};

export const scheduleRows = [
  [
    schedules,
    () => stepDecay({ initial: 1, decaySteps: 3 }),
    { kind: 'stepDecay', initial: 1, decaySteps: 3, rate: 0.1 },
  ],
  [
    schedules,
    () => multiStep({ initial: 1, milestones: [3, 3, 5] }),
    { kind: 'multiStep', initial: 1, milestones: [3, 3, 5], rate: 0.1 },
  ],
  [
    schedules,
    () => polynomial({ initial: 1, decaySteps: 3 }),
    { kind: 'polynomial', initial: 1, decaySteps: 3, end: 0, power: 1 },
  ],
  [
    schedules,
    () => linear({ initial: 0, end: 1, decaySteps: 3 }),
    { kind: 'linear', initial: 0, end: 1, decaySteps: 3 },
  ],
  [
    schedules,
    () => cosine({ initial: 1, decaySteps: 3 }),
    { kind: 'cosine', initial: 1, decaySteps: 3, end: 0, periodic: false },
  ],
  [
    schedules,
    () => cosineRestarts({ initial: 1, decaySteps: 3 }),
    { kind: 'cosineRestarts', initial: 1, decaySteps: 3, mult: 1, end: 0 },
  ],
  [
    schedules,
    () => warmup({ warmupSteps: 3, schedule: quarter }),
    { kind: 'warmup', warmupSteps: 3, schedule: quarter, peak: null, warmupInitial: 0 },
  ],
  [
    schedules,
    () => warmup({ warmupSteps: 0, schedule: 0.5, peak: 2, warmupInitial: 0.1 }),
    { kind: 'warmup', warmupSteps: 0, schedule: 0.5, peak: 2, warmupInitial: 0.1 },
  ],
  [
    schedules,
    () => warmupCosine({ peak: 1, warmupSteps: 3, totalSteps: 9 }),
    { kind: 'warmupCosine', peak: 1, warmupSteps: 3, totalSteps: 9, end: 0, warmupInitial: 0 },
  ],
  [
    schedules,
    () => oneCycle({ max: 1, totalSteps: 9 }),
    {
      kind: 'oneCycle',
      max: 1,
      totalSteps: 9,
      pct: 0.3,
      div: 25,
      finalDiv: 1e4,
      anneal: 'cosine',
      threePhase: false,
    },
  ],
  [
    schedules,
    () => cyclic({ base: 0.1, max: 1, up: 4 }),
    { kind: 'cyclic', base: 0.1, max: 1, up: 4, down: null, mode: 'triangular', rate: 1 },
  ],
  [
    schedules,
    () => noam({ modelSize: 64, warmupSteps: 5 }),
    { kind: 'noam', modelSize: 64, warmupSteps: 5, factor: 1 },
  ],
  [schedules, () => inverseSqrt({ peak: 1, warmupSteps: 5 }), { kind: 'inverseSqrt', peak: 1, warmupSteps: 5 }],
  [
    schedules,
    () => warmupStableDecay({ peak: 1, warmupSteps: 1, stableSteps: 2, decaySteps: 3 }),
    {
      kind: 'warmupStableDecay',
      peak: 1,
      warmupSteps: 1,
      stableSteps: 2,
      decaySteps: 3,
      end: 0,
      shape: 'linear',
      warmupInitial: 0,
    },
  ],
  [
    schedules,
    () => constantThenLinear({ initial: 1, constantSteps: 2, totalSteps: 4 }),
    { kind: 'constantThenLinear', initial: 1, constantSteps: 2, totalSteps: 4, end: 0 },
  ],
  [schedules, () => sequence([0.5, quarter], [2]), { kind: 'sequence', schedules: [0.5, quarter], milestones: [2] }],
  [schedules, () => product([quarter, 0.5]), { kind: 'product', schedules: [quarter, 0.5] }],
  [schedules, () => scale(quarter, 2), { kind: 'scale', schedule: quarter, factor: 2 }],
  [schedules, () => reduceOnPlateau(0.5), { ...plateau, schedule: 0.5 }],
  [
    schedules,
    () => reduceOnPlateau(perEpoch(quarter)),
    { ...plateau, schedule: { kind: 'perEpoch', schedule: quarter } },
  ],
] as const;
