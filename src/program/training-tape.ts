/**
 * The tape of a training run.
 *
 *   shuffle? · beginBatch · loop: nextBlock · forward · gather? · loss · backward · leaf? · jump
 *   penalties · measure · then
 *     an update     check · rate · guard · update · proximal? · guard · record
 *     a line search lineSearch · proximal?
 */
import { LEAF_ROWS } from './kernels.ts';
import { elementBytes } from './layout.ts';
import type { Block } from './linear.ts';
import { emitLoss } from './loss.ts';
import { composite, Label, Tape } from './tape.ts';
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

/** Penalties with their gradients, and what is measured of the sum. */
function emitPenalties(tape: Tape, memory: TrainingMemory): void {
  const { model, regularization, state, work } = memory;
  const { dtype, bytes } = model;
  const { penalties, composites } = regularization;
  penalties.forEach(({ tensor, smooth }, i) => {
    const { offset, rows, rowBytes } = tensor;
    const words = [state.progress, state.parameters + offset, rows * rowBytes, smooth ? work.gradient + offset : 0];
    tape.emit('penalty', dtype, [...words, work.penalties + i * composite.bytes, Number(i === 0)], bytes / 4);
  });
  model.tensors.forEach((tensor, i) => {
    const { offset, rows, rowBytes } = tensor;
    const found = composites.findIndex((terms) => terms.tensor === tensor);
    const words = [state.progress, work.gradient + offset, rows * rowBytes, Number(i === 0), state.cursor, work.sums];
    const terms = found < 0 ? 0 : work.composites + found * composite.bytes;
    tape.emit('measure', dtype, [...words, state.parameters + offset, terms], bytes / 4);
  });
}

/** The ops of one turn. */
export function trainingTape(memory: TrainingMemory): Tape {
  const { model, data, options, applied, regularization, state, work, shuffled } = memory;
  const { dtype, bytes } = model;
  const { composites } = regularization;
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
  if (composites.length > 0) {
    tape.emit('proximal', dtype, [progress, parameters, work.composites, composites.length], bytes / 4);
  }
  for (const { tensor, lower, upper } of composites) {
    if (lower <= 0 && upper >= 0) continue;
    const used = tensor.columns * elementBytes(dtype);
    tape.emit('clearPadding', '', [parameters + tensor.offset, tensor.rows, tensor.rowBytes, used], bytes / 4);
  }
  if (applied) {
    tape.emit('guard', dtype, [...guard, 1, slots, applied.row.slots * bytes]);
    tape.place(end);
    tape.emit('record', '', [progress, state.cursor, shuffled ? state.random : 0]);
  }
  return tape;
}
