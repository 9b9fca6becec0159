/**
 * What a run has changed, as plain data, taken between two turns of its tape. Numbers are taken by name and arrays as they
 * lie: there is no pointer among them, and settings are those of the run that takes it up.
 */
import type { Engine } from '../memory/engine.ts';
import type { PlateauState } from '../plateau.ts';
import type { Rate } from '../schedules.ts';
import { marked } from '../stored.ts';
import { structs } from './kernels.ts';
import { cursor, progress, random, search } from './tape.ts';
import type { TrainingMemory } from './training-memory.ts';

/** Fields that are options, pointers, or made anew in every turn. */
const left: Readonly<Record<'progress' | 'search' | 'cursor' | 'random', readonly string[]>> = {
  progress: [
    ...['limit', 'tolerance', 'lossTolerance', 'period', 'log', 'logCapacity', 'logCount'],
    ...['yieldAtEvent', 'yieldAtStep', 'skipNonFinite', 'nonFinite'],
  ],
  search: ['expand', 'shrink', 'decrease', 'maxHalvings', 'composite', 'rule', 'memory'],
  cursor: ['scale', 'rows', 'batch', 'count', 'row', 'block', 'limit', 'index', 'outputs'],
  // The order of the rows is drawn again.
  random: ['seedLo', 'seedHi', 'stream', 'position', 'draws'],
};

export type Name = keyof typeof left;
/** Where the fields lie. */
export const offsets = { progress, search, cursor, random } as const;
/** The structures that change. */
export const names = Object.keys(left) as Name[];

type Numbers = Readonly<Record<string, number>>;

/** Numbers by structure, and parameters, memory, slots and averages. */
export interface CapturedState extends Readonly<Record<Name, Numbers>> {
  readonly bytes: Uint8Array;
}

/** See the head of this file. */
export interface CapturedRun {
  readonly now: CapturedState;
  /** In the middle of an epoch its begin, where a run may go back to it. */
  readonly epoch: CapturedState | null;
  /** Of a line search, the accepted point and the gradient there. */
  readonly accepted: Uint8Array;
  readonly acceptedGradient: Uint8Array;
  /** Rates of the groups, functions marked, and those in force. */
  readonly rates: readonly Rate[];
  readonly inForce: readonly number[];
  readonly plateaus: readonly (PlateauState | null)[];
}

/** Fields of a structure that are taken, and whether they are u32. */
export const fieldsOf = (name: Name): readonly (readonly [field: string, whole: boolean])[] => {
  const { f64, u32 } = structs[name] as { readonly f64: readonly string[]; readonly u32: readonly string[] };
  const kept = (list: readonly string[], whole: boolean) =>
    list.filter((field) => !left[name].includes(field)).map((field) => [field, whole] as const);
  return [...kept(f64, false), ...kept(u32, true)];
};

function captureState({ u8, f64, u32 }: Engine, { state }: TrainingMemory, shift: number): CapturedState {
  const numbers = names.map((name) => {
    const at = state[name] + (name === 'search' ? 0 : shift);
    const places = offsets[name] as unknown as Numbers;
    const values = fieldsOf(name).map(([field, whole]) => [
      field,
      whole ? u32[(at + places[field]!) >>> 2]! : f64[(at + places[field]!) >>> 3]!,
    ]);
    return [name, Object.fromEntries(values)];
  });
  return { ...Object.fromEntries(numbers), bytes: u8.slice(state.parameters + shift, state.accepted + shift) };
}

/** How far the copy of what a step changes lies behind it; 0 if there is none. */
export const shiftOf = ({ options, state, work }: TrainingMemory): number =>
  options.nonFinite === 'rollback' ? work.snapshot - state.progress : 0;

/** Between two turns. */
export function capture(engine: Engine, memory: TrainingMemory): CapturedRun {
  const { state, work, updates, objective, rates } = memory;
  const shift = shiftOf(memory);
  const search = updates ? 0 : objective.bytes;
  const now = captureState(engine, memory, 0);
  return {
    now,
    epoch: shift && now.cursor.start! > 0 ? captureState(engine, memory, shift) : null,
    accepted: engine.u8.slice(state.accepted, state.accepted + search),
    acceptedGradient: engine.u8.slice(work.acceptedGradient, work.acceptedGradient + search),
    rates: marked(rates.given),
    inForce: rates.given.map((_, i) => engine.f64[updates!.settingsAt(work.settings, i) >>> 3]!),
    plateaus: rates.state,
  };
}
