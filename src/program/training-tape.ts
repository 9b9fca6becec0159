/**
 * The tape of a training run.
 *
 *   shuffle? · beginBatch · loop: nextBlock · forward · gather? · loss · backward · leaf? · jump
 *   values · slopes · measure · then
 *     an update     check · rate · guard · update · proximal? · guard · record
 *     a line search lineSearch · proximal?
 */
import { LEAF_ROWS } from './kernels.ts';
import { elementBytes } from './layout.ts';
import type { Block } from './linear.ts';
import { emitLoss } from './loss.ts';
import type { PenaltyPlaces } from './penalties.ts';
import { Label, Tape } from './tape.ts';
import type { TrainingMemory } from './training-memory.ts';

/** Loss and gradient of a batch. */
function emitObjective(tape: Tape, memory: TrainingMemory): void {
  const { model, data, options, state, work, shuffled, limit } = memory;
  const { dtype, bytes } = model;
  const { cursor } = state;
  const block: Block = {
    cursor,
    rows: data,
    gathered: shuffled && model.outputs > 1 ? work.gathered : 0,
    parameters: state.parameters,
    z: work.z,
  };
  const loop = new Label();
  const exit = new Label();
  if (shuffled) tape.emit('shuffle', '', [cursor, state.random, work.index]);
  tape.emit('beginBatch', '', [cursor, work.sums]);
  tape.place(loop);
  tape.emit('nextBlock', '', [cursor, exit], 2 * limit * model.rowCost);
  model.forward(tape, block);
  const weights = data.weights && shuffled ? work.weights : data.weights;
  if (shuffled) {
    const { targetBytes } = data;
    const size = elementBytes(dtype);
    tape.emit('gatherRows', '', [cursor, data.y, work.targets, targetBytes, targetBytes]);
    if (weights) tape.emit('gatherRows', '', [cursor, data.weights, weights, size, size]);
  }
  emitLoss(tape, model, options.loss, {
    cursor,
    z: work.z,
    allZ: false,
    y: shuffled ? work.targets : data.y,
    weights,
    allY: !shuffled,
    residuals: work.residuals,
    sums: work.sums,
    block: work.lossBlock,
  });
  model.backward(tape, { ...block, z: work.residuals }, work.gradient);
  if (options.batch > LEAF_ROWS) {
    tape.emit('leaf', dtype, [cursor, work.gradient, bytes, work.sums, work.tree], bytes / 4);
  }
  tape.emit('jump', '', [loop]);
  tape.place(exit);
}

/** Where the ops of penalties find what they need. */
export const penaltyPlaces = ({ model, state, work }: TrainingMemory): PenaltyPlaces => ({
  dtype: model.dtype,
  progress: state.progress,
  parameters: state.parameters,
  gradient: work.gradient,
  terms: work.penalties,
});

/** Penalties with their gradients, and what is measured of the sum. */
function emitPenalties(tape: Tape, memory: TrainingMemory): void {
  const { model, regularization, state, work } = memory;
  const places = penaltyPlaces(memory);
  regularization.emitValues(tape, places);
  const where = regularization.emitSlopes(tape, places, work.slopes);
  model.tensors.forEach((tensor, i) => {
    const words = [where(tensor), tensor.rows * tensor.rowBytes, Number(i === 0), state.cursor, work.sums];
    tape.emit('measure', model.dtype, [state.progress, ...words], model.bytes / 4);
  });
}

/** The ops of one turn. */
export function trainingTape(memory: TrainingMemory): Tape {
  const { model, data, options, applied, regularization, state, work, shuffled } = memory;
  const { dtype, bytes } = model;
  const { progress, parameters } = state;
  const tape = new Tape();
  const end = new Label();
  emitObjective(tape, memory);
  emitPenalties(tape, memory);
  const slots = applied && applied.row.slots > 0 ? state.slots : 0;
  const guard = [progress, parameters, bytes, work.kept];
  if (applied) {
    tape.emit('check', '', [progress, end, Number(options.batch === data.rows)]);
    tape.emit('rate', '', [progress, work.schedule]);
    tape.emit('guard', dtype, [...guard, 0]);
    tape.emit(
      applied.row.name,
      dtype,
      [progress, parameters, work.gradient, bytes, slots, work.updateBlock],
      bytes / 4,
    );
  } else {
    const trial = [parameters, work.gradient, bytes, state.accepted, work.acceptedGradient];
    tape.emit('lineSearch', dtype, [progress, state.search, state.cursor, ...trial], bytes);
  }
  regularization.emitProximal(tape, penaltyPlaces(memory));
  if (applied) {
    tape.emit('guard', dtype, [...guard, 1, slots, applied.row.slots * bytes]);
    tape.place(end);
    tape.emit('record', '', [progress, state.cursor, shuffled ? state.random : 0]);
  }
  return tape;
}
