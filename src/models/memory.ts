/** What a network takes of linear memory, beside data. */
import { readGroups } from '../groups.ts';
import { meanSquaredError } from '../losses.ts';
import type { Engine } from '../memory/engine.ts';
import type { OptimizerSpec } from '../optimizers.ts';
import { EvaluationProgram } from '../program/evaluation.ts';
import type { ModelProgram } from '../program/model.ts';
import { RowsObjective } from '../program/objective.ts';
import { isBias } from '../program/penalties.ts';
import { TrainingProgram } from '../program/training.ts';
import { bareOptions } from '../program/training-options.ts';

/** Makes what a run makes, looks at what the arena has given, and gives it back. */
export function memoryOf(engine: Engine, model: ModelProgram, batch: number, optimizer: OptimizerSpec | null): number {
  const before = engine.arena.used;
  const data = { rows: 2 * batch, x: 0, stride: model.stride, y: 0, targetBytes: model.predictionBytes, weights: 0 };
  if (!optimizer) {
    const program = new EvaluationProgram(engine, model, { ...data, rows: batch }, undefined, 0, true);
    const used = engine.arena.used - before;
    program.release();
    return used + model.bytes;
  }
  const objective = new RowsObjective(model, data, meanSquaredError(), { batch, shuffle: true });
  const biases = objective.tensors.filter(isBias).map(({ name }) => name);
  const groups = readGroups(null, optimizer, [], biases);
  const program = new TrainingProgram(engine, objective, { ...bareOptions, optimizer, groups });
  const used = engine.arena.used - before;
  program.release();
  return used;
}
