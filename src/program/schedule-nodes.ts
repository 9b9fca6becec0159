/** From a schedule to the numbers that the module reads. */
import type { ReduceOnPlateauSpec, ScheduleSpec, StepRate, StepScheduleSpec } from '../schedules/options.ts';
import { fits, numbers } from './block.ts';
import { scheduleRows } from './schedule-rows.ts';

type OfKind<K> = Extract<StepScheduleSpec, { readonly kind: K }>;

/** Schedules without a form of their own in the module, or with nothing that the public ones of this name lack. */
type Part =
  | StepRate
  | { readonly kind: 'root' | 'triangles' | 'linear' | 'cosine'; readonly [option: string]: unknown };

/** The rate with which a schedule begins. */
type Start = (schedule: StepRate) => number;

/** Bytes from the beginning of a `reduceOnPlateau` to its factor. */
export const PLATEAU_FACTOR = 8;

/** From one rate to another; `kind` is the shape. */
function leg(kind: 'root' | 'linear' | 'cosine', initial: number, end: number, decaySteps: number): Part {
  return { kind, initial: Math.min(initial, Number.MAX_VALUE), end: Math.min(end, Number.MAX_VALUE), decaySteps };
}

const sequence = (schedules: readonly Part[], milestones: readonly number[]): Part =>
  ({ kind: 'sequence', schedules, milestones }) as Part;

const product = (schedules: readonly Part[]): Part => ({ kind: 'product', schedules }) as Part;

function oneCycle({ max, totalSteps, pct, div, finalDiv, anneal, threePhase }: OfKind<'oneCycle'>): Part {
  const first = max / div;
  const last = totalSteps - 1;
  const top = pct * totalSteps - 1;
  const bottom = threePhase ? 2 * top : last;
  const rise = leg(anneal, first, max, top);
  if (!threePhase) return sequence([rise, leg(anneal, max, first / finalDiv, last - top)], [top]);
  const falls = [leg(anneal, max, first, bottom - top), leg(anneal, first, first / finalDiv, last - bottom)];
  return sequence([rise, ...falls], [top, bottom]);
}

function noam({ modelSize, warmupSteps, factor }: OfKind<'noam'>): Part {
  const peak = factor / Math.sqrt(modelSize) / Math.sqrt(warmupSteps);
  const last = warmupSteps - 1;
  const decay = { kind: 'inverseSqrtDecay', initial: peak, decay: 1 / warmupSteps } as const;
  return sequence([leg('linear', peak / warmupSteps, peak, last), decay], [last]);
}

/** What schedules are made of. */
const forms: { readonly [K in StepScheduleSpec['kind']]?: (spec: OfKind<K>, start: Start) => Part } = {
  stepDecay: (spec) => ({ ...spec, kind: 'exponentialDecay', decay: null, staircase: true }),
  warmup: ({ warmupSteps, schedule, peak, warmupInitial }, start) =>
    sequence([leg('linear', warmupInitial, peak ?? start(schedule), warmupSteps), schedule], [warmupSteps]),
  warmupCosine: ({ peak, warmupSteps, totalSteps, end, warmupInitial }) =>
    sequence(
      [leg('linear', warmupInitial, peak, warmupSteps), leg('cosine', peak, end, totalSteps - warmupSteps)],
      [warmupSteps],
    ),
  oneCycle,
  cyclic: ({ base, max, up, down, mode, rate }) => ({
    kind: 'triangles',
    base,
    max,
    up,
    down: down ?? up,
    rate: mode === 'triangular2' ? 0.5 : rate,
    perStep: mode === 'expRange',
  }),
  noam,
  inverseSqrt: ({ peak, warmupSteps }) =>
    sequence(
      [leg('linear', 0, peak, warmupSteps), { kind: 'inverseSqrtDecay', initial: peak, decay: 1 / warmupSteps }],
      [warmupSteps],
    ),
  warmupStableDecay: ({ peak, warmupSteps, stableSteps, decaySteps, end, shape, warmupInitial }) =>
    sequence(
      [
        leg('linear', warmupInitial, peak, warmupSteps),
        peak,
        leg(shape === 'sqrt' ? 'root' : 'linear', peak, end, decaySteps),
      ],
      [warmupSteps, warmupSteps + stableSteps],
    ),
  constantThenLinear: ({ initial, constantSteps, totalSteps, end }) =>
    sequence([initial, leg('linear', initial, end, totalSteps - constantSteps)], [constantSteps]),
  scale: ({ schedule, factor }) => product([schedule, factor]),
};

const node = (name: string, ...values: number[]): number[] => [
  scheduleRows.findIndex((row) => row.name === name),
  ...values,
];

/** Parts one after the other, found by their distances, the last one first. */
function sequenceNodes(parts: readonly number[][], milestones: readonly number[]): number[] {
  const heads: number[] = [];
  let distance = 1 + 2 * parts.length;
  for (const [i, part] of parts.entries()) {
    // Before the first milestone there is nothing else, whatever the step.
    heads.unshift(i > 0 ? milestones[i - 1]! : 0, 8 * distance);
    distance += part.length;
  }
  return [...node('sequence'), ...heads, ...parts.flat()];
}

/** The nodes of a schedule as numbers, first the one that stands for all. */
export function scheduleNodes(schedule: number | ScheduleSpec, stepsPerEpoch: number, start: Start): number[] {
  const of = (part: unknown): number[] => scheduleNodes(part as ScheduleSpec, stepsPerEpoch, start);
  if (typeof schedule === 'number') return node('constant', schedule);
  switch (schedule.kind) {
    case 'perEpoch':
      return [...node('perEpoch', stepsPerEpoch), ...of(schedule.schedule)];
    case 'reduceOnPlateau':
      return [...node('plateau', 1, (schedule as ReduceOnPlateauSpec).minRate), ...of(schedule.schedule)];
    case 'sequence':
      return sequenceNodes(schedule.schedules.map(of), schedule.milestones);
    case 'product':
      // The second of two is all that follow.
      return schedule.schedules
        .map(of)
        .flatMap((part, i, { length }) =>
          i < length - 1 ? [...node('product', 8 * (4 + part.length), 0, 0), ...part] : part,
        );
  }
  const form = forms[schedule.kind] as ((spec: ScheduleSpec, start: Start) => Part) | undefined;
  if (form) return of(form(schedule, start));
  const row = scheduleRows.find((row) => fits(row, schedule))!;
  const own = node(row.name, ...numbers(row, schedule));
  return schedule.kind === 'multiStep' ? [...own, ...schedule.milestones, Infinity] : own;
}
