/**
 * The tape of a training run.
 *
 *   snapshot? · objective · (norm · ascent · objective again · back)? · clips · values · slopes · measure · then
 *     an update     check · rates · guard · updates · proximal? · guard · averages · record
 *     a line search lineSearch · proximal?
 */
import { type AroundPlaces, emitAscent, emitAverages, emitClips } from './around.ts';
import type { PenaltyPlaces } from './penalties.ts';
import { progress as fields, Label, Tape } from './tape.ts';
import { emitRows, zerosAt } from './touched.ts';
import type { TrainingMemory } from './training-memory.ts';

const aroundPlaces = ({ objective, state, work }: TrainingMemory): AroundPlaces => ({
  dtype: objective.dtype,
  parameters: state.parameters,
  gradient: work.gradient,
  bytes: objective.bytes,
  options: work.around,
  norm: work.norm,
});

/** Neighbours up to so many bytes are measured as one. */
const STRETCH = 2 ** 16;

/** What is measured of the gradient; `from` is where that of a tensor lies. */
function emitMeasure(
  tape: Tape,
  { objective, state, work }: TrainingMemory,
  loss: boolean,
  from: (tensor: TrainingMemory['objective']['tensors'][number]) => number,
): void {
  const stretches: { at: number; bytes: number }[] = [];
  const lazy = objective.tensors.filter((tensor) => tensor.lazy);
  for (const tensor of objective.tensors) {
    if (tensor.lazy) continue;
    const last = stretches.at(-1);
    const at = from(tensor);
    if (last && at === last.at + last.bytes && last.bytes + tensor.bytes <= STRETCH) last.bytes += tensor.bytes;
    else stretches.push({ at, bytes: tensor.bytes });
  }
  if (stretches.length === 0) stretches.push({ at: zerosAt(work, lazy[0]!), bytes: 16 });
  const emit = (at: number, bytes: number, clear: number): void =>
    tape.emit('measure', objective.dtype, [state.progress, at, bytes, clear, state.cursor, work.sums], bytes / 4);
  stretches.forEach(({ at, bytes }, i) => {
    emit(at, bytes, i === 0 ? (loss ? 1 : 2) : 0);
  });
  for (const tensor of lazy) emitRows(tape, tensor, work, [[3], 4, 0], () => emit(from(tensor), tensor.bytes, 0));
}

/** Loss and gradient of a batch. */
function emitObjective(tape: Tape, memory: TrainingMemory): void {
  const { objective, options, state, work } = memory;
  const { gradient, sums } = work;
  const { cursor, progress, random, parameters } = state;
  const places = { cursor, progress, random, parameters, gradient, sums };
  objective.emit(tape, places, work);
  if (!options.perturbation) return;
  // The loss that is reported is that of θ, not of θ + e.
  emitMeasure(tape, memory, true, ({ offset }) => gradient + offset);
  emitAscent(tape, options, aroundPlaces(memory), work.origin);
  objective.emit(tape, places, work, true);
  tape.emit('move', '', [work.origin, state.parameters, objective.bytes], objective.bytes / 4);
}

/** Where the ops of penalties find what they need. */
const penaltyPlaces = ({ objective, state, work }: TrainingMemory): PenaltyPlaces => ({
  dtype: objective.dtype,
  progress: state.progress,
  parameters: state.parameters,
  gradient: work.gradient,
  terms: work.penalties,
});

/** Proximal steps and projections: with a line search in its step, else in that of the update of each tensor. */
export function emitProximal(tape: Tape, memory: TrainingMemory): void {
  const { updates, regularization, state, work } = memory;
  regularization.emitProximal(tape, penaltyPlaces(memory), (tensor) =>
    updates
      ? {
          rate: updates.settingsAt(work.settings, updates.groupOf(tensor)),
          steps: updates.writesSteps(tensor) ? work.steps : 0,
        }
      : { rate: state.progress + fields.rate, steps: 0 },
  );
}

/** Rates, updates, averages. */
function emitUpdates(tape: Tape, memory: TrainingMemory): void {
  const { objective, options, regularization, state, work } = memory;
  const updates = memory.updates!;
  const { dtype, bytes } = objective;
  const { progress, parameters, cursor } = state;
  const end = new Label();
  tape.emit('check', '', [progress, end, Number(objective.batch === objective.rows)]);
  updates.groups.forEach((_, i) => {
    const node = memory.rates.node(i);
    const { at, owner } = updates.memoryAt(state.memory, i);
    tape.emit('rate', '', [progress, node, updates.settingsAt(work.settings, i), owner ? at : 0, Number(i === 0)]);
  });
  const guard = [progress, parameters, bytes, work.kept];
  tape.emit('guard', dtype, [...guard, 0]);
  updates.emit(
    tape,
    { ...state, ...work, parameters, work },
    (tensor) => regularization.proximal(tensor) !== undefined,
  );
  emitProximal(tape, memory);
  // Counters and slots lie side by side.
  tape.emit('guard', dtype, [...guard, 1, state.memory, state.averages - state.memory]);
  emitAverages(tape, options, aroundPlaces(memory), state.averages);
  tape.place(end);
  tape.emit('record', '', [progress, cursor, state.random]);
}

/** The ops of one turn. */
export function trainingTape(memory: TrainingMemory): Tape {
  const { objective, options, updates, regularization, state, work, changing } = memory;
  const tape = new Tape();
  if (options.nonFinite === 'rollback') {
    tape.emit('snapshot', '', [state.cursor, state.progress, work.snapshot, changing], changing / 16);
  }
  emitObjective(tape, memory);
  emitClips(tape, options.clips, objective.tensors, aroundPlaces(memory));
  const places = penaltyPlaces(memory);
  regularization.emitValues(tape, places);
  const where = regularization.emitSlopes(tape, places, work.slopes);
  emitMeasure(tape, memory, !options.perturbation, where);
  if (updates) {
    emitUpdates(tape, memory);
  } else {
    const trial = [state.parameters, work.gradient, objective.bytes, state.accepted, work.acceptedGradient];
    tape.emit('lineSearch', objective.dtype, [state.progress, state.search, state.cursor, ...trial], objective.bytes);
    emitProximal(tape, memory);
  }
  return tape;
}
