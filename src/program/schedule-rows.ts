/** Schedules that the module knows by themselves; all others are made of these in schedule.ts. */
import type { Tie } from './kernels.ts';

/** A schedule, in the order of its number in the module. */
export type ScheduleRow = Tie & { readonly name: string };

const row = (name: string, kind: string, ...block: (string | number)[]): ScheduleRow => ({ name, kind, block });

export const scheduleRows: readonly ScheduleRow[] = [
  row('table', ''),
  row('constant', 'constant', 'initial'),
  {
    name: 'exponentialRate',
    kind: 'exponentialDecay',
    when: { decay: null },
    block: ['initial', 'rate', 'decaySteps', 'staircase'],
  },
  row('exponential', 'exponentialDecay', 'initial', 'decay'),
  row('square', 'squareDecay', 'initial', 'decay'),
  row('inverseTime', 'inverseTimeDecay', 'initial', 'decay', 'decaySteps', 'staircase'),
  row('inverseSqrt', 'inverseSqrtDecay', 'initial', 'decay'),
  row('multiStep', 'multiStep', 'initial', 'rate'),
  row('linear', 'linear', 'initial', 'end', 'decaySteps'),
  row('polynomial', 'polynomial', 'initial', 'end', 'decaySteps', 'power'),
  row('root', 'root', 'initial', 'end', 'decaySteps'),
  row('cosine', 'cosine', 'initial', 'end', 'decaySteps', 'periodic'),
  row('restarts', 'cosineRestarts', 'initial', 'end', 'decaySteps', 'mult'),
  row('cyclic', 'triangles', 'max', 'base', 'up', 'down', 'rate', 'perStep'),
  row('perEpoch', ''),
  row('sequence', ''),
  row('product', ''),
  row('plateau', ''),
];
