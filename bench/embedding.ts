/** A step that changes only the rows of a table that its batch has used, against one that updates all of them. */
import { adam, dense, embedding, flatten, input, meanSquaredError, sequential } from 'downhill';
import { RowsObjective } from '#src/program/objective.js';
import { TrainingProgram } from '#src/program/training.js';
import { bareOptions } from '#src/program/training-options.js';
import { fullEngine } from '../test/helpers/full.ts';
import { type Case, same } from './harness.ts';
import { fill, mulberry32 } from './plain/random.ts';

const [ROWS, COLUMNS, TABLE, WIDTH] = [32, 8, 100_000, 32];

/** All rows of the batch, step after step. */
function stepper(lazy: boolean) {
  const engine = fullEngine();
  const random = mulberry32(4);
  const loss = meanSquaredError();
  const layers = [input(COLUMNS), embedding({ inputDim: TABLE, outputDim: WIDTH, lazy }), flatten(), dense(1)] as const;
  const model = sequential(layers, { loss }).compile(COLUMNS, 1);
  const indices = Float32Array.from({ length: ROWS * COLUMNS }, () => Math.floor(random() * TABLE));
  const x = engine.arena.allocate(indices.byteLength + 64);
  const y = engine.arena.allocate(4 * ROWS + 64);
  engine.f32.set(indices, x >>> 2);
  engine.f32.set(fill(new Float32Array(ROWS), random), y >>> 2);
  const data = { rows: ROWS, x, stride: model.stride, y, targetBytes: 4, weights: 0 };
  const objective = new RowsObjective(model, data, loss, { batch: ROWS, shuffle: false });
  const program = new TrainingProgram(engine, objective, { ...bareOptions, optimizer: adam(1e-4), seed: 1 });
  const start = fill(new Float32Array(model.bytes / 4), random);
  program.setParameters((base) => engine.f32.set(start, base >>> 2));
  const run = (steps: number): void => {
    const until = program.read('step') + steps;
    while (program.read('step') < until) program.run(until, 2 ** 30);
  };
  // The rows of the table are a multiple of whole vectors; what lies behind them is a weight and a bias.
  const values = () => engine.f32.slice(program.parameters >>> 2, (program.parameters + model.bytes) >>> 2);
  return { run, values, release: () => program.release() };
}

export function embeddingCase(): Case {
  const name = `step of ${ROWS} rows of ${COLUMNS} words from a table of ${TABLE} × ${WIDTH}, Adam: lazy against all rows`;
  const lazy = stepper(true);
  const all = stepper(false);
  return {
    ...{ name, unit: 'step', work: 100, plainWork: 1, ours: () => lazy.run(100), plain: () => all.run(1), floor: 20 },
    agree: () => {
      // Every batch is the same, so that rows that are not in it have no moments.
      const both = [true, false].map(stepper);
      for (const { run } of both) run(5);
      same(both[0]!.values(), both[1]!.values(), 0, name);
      for (const { release } of both) release();
    },
  };
}
