/** A run takes up what another one has changed. */

import { ArgumentError } from '../index.ts';
import {
  fieldsOf,
  integer,
  marked,
  names,
  nullable,
  offsets,
  rate,
  readOptions,
  shiftOf,
  take,
  writeFields,
} from '../internals.ts';
import type { Engine } from '../memory/engine.ts';
import type { PlateauState } from '../plateau.ts';
import type { CapturedRun, CapturedState } from '../program/capture.ts';
import type { TrainingProgram } from '../program/training.ts';
import type { TrainingMemory } from '../program/training-memory.ts';
import type { Rate } from '../schedules.ts';
import type { Field } from '../spec.ts';
import { bytes, listOf, missingRate, real, unmarked } from './fields.ts';

const whole = integer('[0, 4294967295]');
const count = integer('[0, ∞)');

/** Where plateaus stand. */
export const plateausField: Field<readonly (PlateauState | null)[]> = listOf((value, at) =>
  value === null
    ? null
    : readOptions<PlateauState>(at, { best: nullable(real), bad: count, cooldown: count, factor: real }, value),
);

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

/**
 * Takes up what another run of the same options has changed.
 * @param sameRows whether it was over the same rows; else an epoch begins.
 * @param keepRates whether rates are those of this run, else what they had been set to.
 * @throws {ArgumentError} if it is not that of such a run.
 */
export function restoreRun(program: TrainingProgram, given: unknown, sameRows: boolean, keepRates: boolean): void {
  const { engine, memory } = program;
  const { state, work, updates, objective, rates } = memory;
  const shift = shiftOf(memory);
  const search = bytes(updates ? 0 : objective.bytes);
  const field = stateField(memory, sameRows);
  const read = readOptions<CapturedRun>(
    'resume: run',
    {
      now: field,
      epoch: nullable(field),
      accepted: search,
      acceptedGradient: search,
      rates: listOf((one) => one as Rate),
      inForce: listOf((one, at) => take(real, one, at)),
      plateaus: plateausField,
    },
    given,
  );
  const groups = updates?.groups.length ?? 0;
  const counts = [read.rates, read.inForce, read.plateaus].map(({ length }) => length);
  if (counts.some((count) => count !== groups)) {
    throw new ArgumentError(`resume: expected ${groups} groups, got ${counts[0]}`);
  }
  if (shift && read.now.cursor.start! > 0 && !read.epoch)
    throw new ArgumentError('resume: the begin of the epoch is missing');
  restoreState(engine, memory, 0, read.now);
  if (shift && read.epoch) {
    // Settings and pointers are those of this run.
    engine.u8.copyWithin(state.progress + shift, state.progress, state.parameters);
    restoreState(engine, memory, shift, read.epoch);
  }
  engine.u8.set(read.accepted, state.accepted);
  engine.u8.set(read.acceptedGradient, work.acceptedGradient);
  read.inForce.forEach((value, i) => {
    engine.f64[updates!.settingsAt(work.settings, i) >>> 3] = value;
  });
  const own = marked(rates.given);
  read.rates.forEach((stored, i) => {
    if (keepRates || JSON.stringify(stored) === JSON.stringify(own[i])) return;
    program.setRate(take(rate(), unmarked(stored, missingRate), `resume: rate ${i}`), i);
  });
  rates.state = read.plateaus;
  program.publish();
}
