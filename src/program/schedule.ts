/** Schedules as nodes in linear memory, and their values by themselves. */
import type { Engine } from '../memory/engine.ts';
import type { Rate, ScheduleSpec } from '../schedules.ts';

/** Kinds of nodes, in the order of `Schedule` in assembly/schedules.ts. */
const nodeKinds = [
  'table',
  'constant',
  'exponential',
  'exponentialRate',
  'square',
  'inverseTime',
  'inverseSqrt',
  'perEpoch',
] as const;
type NodeKind = (typeof nodeKinds)[number];

/** Bytes of a node. */
const NODE_BYTES = 64;

/** Steps that a table of a rate function covers. */
export const TABLE_STEPS = 256;

function numbers(spec: ScheduleSpec): readonly [NodeKind, ...number[]] {
  switch (spec.kind) {
    case 'constant':
      return ['constant', spec.initial];
    case 'exponentialDecay':
      return spec.decay === undefined
        ? ['exponentialRate', spec.initial, spec.rate, spec.decaySteps, Number(spec.staircase)]
        : ['exponential', spec.initial, spec.decay];
    case 'squareDecay':
      return ['square', spec.initial, spec.decay];
    case 'inverseTimeDecay':
      return ['inverseTime', spec.initial, spec.decay, spec.decaySteps, Number(spec.staircase)];
    case 'inverseSqrtDecay':
      return ['inverseSqrt', spec.initial, spec.decay];
    case 'perEpoch':
      throw new RangeError('perEpoch has a node of its own');
  }
}
