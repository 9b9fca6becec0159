/**
 * What a run has changed, as plain data, taken between two turns of its tape. Numbers are taken by name and arrays as they
 * lie: there is no pointer among them, and settings are those of the run that takes it up.
 */
import { ArgumentError } from '../errors.ts';
import type { Engine } from '../memory/engine.ts';
import { type PlateauState, plateausField } from '../plateau.ts';
import type { Rate } from '../schedules.ts';
import { type Field, integer, nullable, readOptions, take } from '../spec.ts';
import { bytes, listOf, marked, real } from '../stored.ts';
import { structs } from './kernels.ts';
import { cursor, progress, random, search, writeFields } from './tape.ts';
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

type Name = keyof typeof left;
const offsets = { progress, search, cursor, random } as const;
const names = Object.keys(left) as Name[];

type Numbers = Readonly<Record<string, number>>;

/** Numbers by structure, and parameters, memory, slots and averages. */
export interface CapturedState extends Readonly<Record<Name, Numbers>> {
  readonly bytes: Uint8Array;
}

/** See the head of this file. */
export interface CapturedRun {
  readonly now: CapturedState;
  /** The begin of the epoch, where a run may go back to it. */
  readonly epoch: CapturedState | null;
  /** Of a line search, the accepted point and the gradient there. */
  readonly accepted: Uint8Array;
  readonly acceptedGradient: Uint8Array;
  /** Rates of the groups, functions marked, and those in force. */
  readonly rates: readonly Rate[];
  readonly inForce: readonly number[];
  readonly plateaus: readonly (PlateauState | null)[];
}

const fieldsOf = (name: Name): readonly (readonly [field: string, whole: boolean])[] => {
  const { f64, u32 } = structs[name] as { readonly f64: readonly string[]; readonly u32: readonly string[] };
  const kept = (list: readonly string[], whole: boolean) =>
    list.filter((field) => !left[name].includes(field)).map((field) => [field, whole] as const);
  return [...kept(f64, false), ...kept(u32, true)];
};

const whole = integer('[0, 4294967295]');

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

const stateField = ({ state, objective }: TrainingMemory, sameRows: boolean): Field<CapturedState> => ({
  expected: () => 'the state of a run',
  read(value, at) {
    const fields = Object.fromEntries(
      names.map((name) => {
        const kept = Object.fromEntries(fieldsOf(name).map(([field, isWhole]) => [field, isWhole ? whole : real]));
        return [name, { expected: () => name, read: (one: unknown) => readOptions(`${at}: ${name}`, kept, one) }];
      }),
    );
    const length = state.accepted - state.parameters;
    const read = readOptions<CapturedState>(at, { ...fields, bytes: bytes(length) } as never, value);
    const { step, epoch, stepsToEvent } = read.progress as Record<string, number>;
    const start = read.cursor.start!;
    if (!Number.isSafeInteger(step) || !Number.isSafeInteger(epoch) || step! < 0 || epoch! < 0 || stepsToEvent === 0) {
      throw new ArgumentError(`${at}: counters must be integers ≥ 0`);
    }
    if (sameRows && start >= objective.rows) throw new ArgumentError(`${at}: row ${start} of ${objective.rows}`);
    return sameRows ? read : { ...read, cursor: { start: 0 } };
  },
});

function restoreState(engine: Engine, { state }: TrainingMemory, shift: number, from: CapturedState): void {
  for (const name of names) {
    // The search is not among what a step changes.
    if (name === 'search' && shift) continue;
    writeFields(engine, state[name] + shift, offsets[name] as never, from[name] as never);
  }
  engine.u8.set(from.bytes, state.parameters + shift);
}

/** How far the copy of what a step changes lies behind it; 0 if there is none. */
const shiftOf = ({ options, state, work }: TrainingMemory): number =>
  options.nonFinite === 'rollback' ? work.snapshot - state.progress : 0;

/** @param rates rates of the groups. */
export function capture(
  engine: Engine,
  memory: TrainingMemory,
  rates: readonly Rate[],
  plateaus: readonly (PlateauState | null)[],
): CapturedRun {
  const { state, work, updates, objective } = memory;
  const shift = shiftOf(memory);
  const search = updates ? 0 : objective.bytes;
  return {
    now: captureState(engine, memory, 0),
    epoch: shift ? captureState(engine, memory, shift) : null,
    accepted: engine.u8.slice(state.accepted, state.accepted + search),
    acceptedGradient: engine.u8.slice(work.acceptedGradient, work.acceptedGradient + search),
    rates: marked(rates),
    inForce: rates.map((_, i) => engine.f64[updates!.settingsAt(work.settings, i) >>> 3]!),
    plateaus,
  };
}

/**
 * Takes up what another run of the same options has changed.
 * @param sameRows whether it was over the same rows; else an epoch begins.
 * @throws {ArgumentError} if it is not that of such a run; nothing has changed then.
 */
export function restoreCapture(
  engine: Engine,
  memory: TrainingMemory,
  given: unknown,
  sameRows: boolean,
): Pick<CapturedRun, 'rates' | 'plateaus'> {
  const { state, work, updates, objective } = memory;
  const shift = shiftOf(memory);
  const search = bytes(updates ? 0 : objective.bytes);
  const field = stateField(memory, sameRows);
  const read = readOptions<CapturedRun>(
    'resume: run',
    {
      now: field,
      epoch: shift ? field : nullable(field),
      accepted: search,
      acceptedGradient: search,
      rates: listOf((rate) => rate as Rate),
      inForce: listOf((rate, at) => take(real, rate, at)),
      plateaus: plateausField,
    },
    given,
  );
  const groups = updates?.groups.length ?? 0;
  const counts = [read.rates, read.inForce, read.plateaus].map(({ length }) => length);
  if (counts.some((count) => count !== groups)) {
    throw new ArgumentError(`resume: expected ${groups} groups, got ${counts[0]}`);
  }
  restoreState(engine, memory, 0, read.now);
  if (shift) {
    // Settings and pointers are those of this run.
    engine.u8.copyWithin(state.progress + shift, state.progress, state.parameters);
    restoreState(engine, memory, shift, read.epoch!);
  }
  engine.u8.set(read.accepted, state.accepted);
  engine.u8.set(read.acceptedGradient, work.acceptedGradient);
  read.inForce.forEach((rate, i) => {
    engine.f64[updates!.settingsAt(work.settings, i) >>> 3] = rate;
  });
  return read;
}
