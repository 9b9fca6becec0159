/** Training tapes: the same bits however the work is cut up, and the sums of the tree. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { binaryCrossEntropy, type LossSpec, meanSquaredError, softmaxCrossEntropy } from '#src/losses.js';
import { type Dtype, defaultEngine } from '#src/memory/engine.js';
import { gradientDescentLineSearch, type OptimizerSpec, sgd } from '#src/optimizers.js';
import { EvaluationProgram } from '#src/program/evaluation.js';
import { LEAF_ROWS, logFields, STOP } from '#src/program/kernels.js';
import { elementBytes } from '#src/program/layout.js';
import { LinearProgram } from '#src/program/linear.js';
import { lossRow } from '#src/program/loss.js';
import { type DataBlock, RowsObjective } from '#src/program/objective.js';
import { call, cursor, Label, opcode, progress, Tape } from '#src/program/tape.js';
import { TrainingProgram } from '#src/program/training.js';
import { bareOptions } from '#src/program/training-options.js';
import { elasticNet, l1, type RegularizerSpec } from '#src/regularizers.js';
import { squareDecay } from '#src/schedules.js';
import { bytesOf, floats } from '../helpers/kernel.ts';
import { dtypes, unit } from '../helpers/numbers.ts';
import { pairwise } from '../helpers/pairwise.ts';
import { source } from '../helpers/points.ts';
import { sandbox } from '../helpers/sandbox.ts';

const engine = defaultEngine();

interface Setup {
  readonly dtype: Dtype;
  readonly rows: number;
  readonly features: number;
  readonly outputs: number;
  readonly loss: LossSpec;
  readonly optimizer: OptimizerSpec;
  readonly regularizers?: readonly RegularizerSpec[];
  readonly batch?: number;
  readonly shuffle?: boolean;
  readonly weighted?: boolean;
}

/** Data in the arena, of the caller's scope. */
function load({ dtype, rows, features, outputs, loss, weighted }: Setup, model: LinearProgram): DataBlock {
  const size = elementBytes(dtype);
  const next = source(rows);
  const { stride, predictionBytes } = model;
  const fill = (bytes: number, columns: number): number => {
    const pointer = engine.arena.allocate(rows * bytes + 256);
    engine.u8.fill(0, pointer, pointer + rows * bytes + 256);
    for (let i = 0; i < rows; i++) {
      const row = engine.floats(dtype, pointer + i * bytes, columns);
      for (let j = 0; j < columns; j++) row[j] = 2 * next() - 1;
    }
    return pointer;
  };
  const x = fill(stride, features);
  let y: number;
  let targetBytes = outputs === 1 ? size : predictionBytes;
  if (loss.kind === 'softmaxCrossEntropy' && loss.targets === 'index') {
    targetBytes = 4;
    y = engine.arena.allocate(rows * 4 + 64);
    for (let i = 0; i < rows; i++) engine.i32[(y >>> 2) + i] = Math.floor(next() * outputs);
  } else {
    y = fill(targetBytes, outputs);
    if (loss.kind !== 'meanSquaredError') {
      const width = targetBytes / size;
      const all = engine.floats(dtype, y, rows * width);
      for (let i = 0; i < all.length; i++) if (i % width < outputs) all[i] = Number(all[i]! > 0);
    }
  }
  const weights = weighted ? fill(size, 1) : 0;
  if (weights) {
    const all = engine.floats(dtype, weights, rows);
    for (let i = 0; i < rows; i++) all[i] = Math.abs(all[i]!);
  }
  return { rows, x, stride, y, targetBytes, weights };
}

function compile(setup: Setup): { program: TrainingProgram; data: DataBlock; model: LinearProgram } {
  const { dtype, rows, features, outputs, loss, optimizer, regularizers = [], batch = rows, shuffle = false } = setup;
  const model = new LinearProgram(dtype, features, outputs);
  const data = load(setup, model);
  const objective = new RowsObjective(model, data, loss, { batch, shuffle });
  const program = new TrainingProgram(engine, objective, {
    ...bareOptions,
    optimizer,
    regularizers,
    seed: 7,
    period: 1,
  });
  return { program, data, model };
}

/** Parameters, slots and log after some steps, as bytes. */
function train(setup: Setup, steps: number, budgets: () => number) {
  return engine.arena.scope(() => {
    const { program, model } = compile(setup);
    let entries = 0;
    while (program.read('step') < steps) {
      const stop = program.run(steps, budgets());
      assert.ok(stop === STOP.none || stop === STOP.event);
      entries++;
    }
    const bytes = (at: number, length: number): Uint8Array => engine.u8.slice(at, at + length);
    const out = {
      parameters: bytes(program.parameters, model.bytes),
      state: program.state,
      log: bytes(program.log, steps * logFields.length * 8),
    };
    program.release();
    return { ...out, entries };
  });
}

/** Predictions of some rows by the formula; inputs and parameters are below 1 in magnitude or not much above. */
function checkPredictions(
  dtype: Dtype,
  program: EvaluationProgram,
  { rows, x, stride }: DataBlock,
  { features, outputs, tensors: [weight, bias] }: LinearProgram,
  parameters: Float32Array | Float64Array,
): void {
  const size = elementBytes(dtype);
  const predictions = floats(dtype, new Array<number>(rows * outputs).fill(0));
  program.copyPredictions(predictions);
  for (const i of [0, 1, 767, 768, 4095, 4096, rows - 1]) {
    const row = engine.floats(dtype, x + i * stride, features);
    for (let k = 0; k < outputs; k++) {
      let sum = parameters[bias.offset / size + k]!;
      row.forEach((value: number, j: number) => {
        sum += value * parameters[weight.offset / size + (outputs === 1 ? j : (j * weight.rowBytes) / size + k)]!;
      });
      const error = Math.abs(predictions[i * outputs + k]! - sum);
      assert.ok(error <= 2 * (features + 1) * unit[dtype], `row ${i}: off by ${error}`);
    }
  }
}

const descent = sgd({ learningRate: squareDecay({ initial: 0.1, decay: 0.1 }), momentum: 0.9 });
const rows = 3 * LEAF_ROWS + 517;

const setups: readonly (readonly [string, Omit<Setup, 'dtype'>])[] = [
  ['one output', { rows, features: 7, outputs: 1, loss: meanSquaredError(), optimizer: descent }],
  [
    'one output, weighted, composite',
    {
      rows,
      features: 5,
      outputs: 1,
      loss: binaryCrossEntropy({ posWeight: 2 }),
      optimizer: descent,
      regularizers: [l1(0.001)],
      weighted: true,
    },
  ],
  ['several outputs', { rows, features: 9, outputs: 3, loss: meanSquaredError(), optimizer: descent }],
  [
    'classes, by a line search',
    {
      rows,
      features: 6,
      outputs: 10,
      loss: softmaxCrossEntropy(),
      optimizer: gradientDescentLineSearch(),
      regularizers: [elasticNet({ l1: 1e-3, l2: 1e-3 })],
    },
  ],
  [
    'shuffled batches of several leaves',
    {
      rows,
      features: 5,
      outputs: 1,
      loss: meanSquaredError(),
      optimizer: descent,
      batch: 2 * LEAF_ROWS + 99,
      shuffle: true,
      weighted: true,
    },
  ],
  [
    'shuffled batches of classes',
    {
      rows: 9000,
      features: 4,
      outputs: 3,
      loss: softmaxCrossEntropy({ labelSmoothing: 0.1 }),
      optimizer: descent,
      batch: LEAF_ROWS + 1,
      shuffle: true,
    },
  ],
  [
    'small shuffled batches, an odd last one',
    {
      rows: 101,
      features: 3,
      outputs: 2,
      loss: softmaxCrossEntropy({ targets: 'distribution' }),
      optimizer: descent,
      batch: 7,
      shuffle: true,
      weighted: true,
    },
  ],
];

for (const dtype of dtypes) {
  for (const [name, setup] of setups) {
    test(`${name}, ${dtype}: the same bits with every budget`, () => {
      const steps = 5;
      const whole = train({ dtype, ...setup }, steps, () => 2 ** 30);
      assert.ok(whole.parameters.some((byte) => byte !== 0));
      const next = source(3);
      const mixed = (): number => 1 + Math.floor(next() ** 4 * 1e6);
      for (const budget of [() => 1, () => 2, () => 7, () => 1000, () => 100_000, mixed]) {
        const cut = train({ dtype, ...setup }, steps, budget);
        assert.equal(cut.parameters, whole.parameters);
        assert.equal(cut.state, whole.state);
        assert.equal(cut.log, whole.log);
        if (budget() === 1) assert.ok(cut.entries > whole.entries);
      }
    });
  }

  for (const outputs of [1, 3]) {
    test(`the gradient of a step, ${outputs} outputs, ${dtype}: the pairwise tree over leaves, bit for bit`, () => {
      for (const rows of [LEAF_ROWS, LEAF_ROWS + 1, 3 * LEAF_ROWS + 517, 5 * LEAF_ROWS]) {
        sandbox((box) => {
          const loss = meanSquaredError();
          const setup: Setup = { dtype, rows, features: 5, outputs, loss, optimizer: sgd(0.5) };
          const { program, data, model } = compile(setup);
          const lengths = model.bytes / elementBytes(dtype);
          const theta = floats(
            dtype,
            Array.from({ length: lengths }, (_, i) => Math.sin(i + 1)),
          );
          // Padding is zero, as a program keeps it.
          const start = theta.map(() => 0);
          for (const { offset, rows, rowBytes, columns } of model.tensors) {
            for (let row = 0; row < rows; row++) {
              const at = (offset + row * rowBytes) / elementBytes(dtype);
              for (let j = 0; j < columns; j++) start[at + j] = theta[at + j]!;
            }
          }
          program.setParameters((base) => engine.floats(dtype, base, lengths).set(start));
          const parameters = box.input(start);
          program.run(1, 2 ** 30);
          const found = box.floats(dtype, program.gradient, lengths);

          // The leaves one by one, in the blocks that the program takes, without the tree.
          const most = model.blockRows(false);
          const sums = box.output(new Float64Array(1));
          const g = box.output(start.map(() => 0));
          const z = box.output(new Uint8Array((most + 4) * model.predictionBytes));
          const r = box.output(new Uint8Array((most + 4) * model.predictionBytes));
          const scale = 1 / (rows * outputs);
          const parts = [];
          for (let leaf = 0; leaf < rows; leaf += LEAF_ROWS) {
            engine.f64[sums >>> 3] = 0;
            const end = Math.min(leaf + LEAF_ROWS, rows);
            for (let row = leaf; row < end; row += most) {
              const block = Math.min(most, end - row);
              const at = box.struct(cursor, { scale, row, block, count: rows });
              const tape: { kernel: string; dtype: Dtype | ''; words: readonly number[] }[] = [];
              const recorder = {
                emit: (kernel: string, dtype: Dtype | '', words: readonly number[]) =>
                  tape.push({ kernel, dtype, words }),
              } as unknown as Tape;
              model.forward(recorder, {
                cursor: at,
                rows: data,
                gathered: 0,
                limit: most,
                progress: 0,
                random: 0,
                parameters,
                z,
                work: {},
              });
              const elements = outputs === 1 ? 0 : outputs;
              const words = [at, z, data.y, 0, r, sums, elements, model.predictionBytes, 0, 0, 0, 1];
              tape.push({ kernel: lossRow(loss).name, dtype, words });
              model.backward(
                recorder,
                {
                  cursor: at,
                  rows: data,
                  gathered: 0,
                  limit: most,
                  progress: 0,
                  random: 0,
                  parameters,
                  z: r,
                  work: {},
                },
                g,
              );
              for (const op of tape) call(engine, op.kernel, op.dtype, op.words);
            }
            parts.push({ gradient: [...box.floats(dtype, g, lengths)], loss: box.f64(sums) });
          }
          const round = dtype === 'f32' ? Math.fround : (value: number): number => value;
          const expected = pairwise(parts, (a, b) => ({
            gradient: a.gradient.map((value, i) => round(value + b.gradient[i]!)),
            loss: a.loss + b.loss,
          }));
          assert.equal(bytesOf(found), bytesOf(floats(dtype, expected.gradient)), `${rows} rows`);
          assert.is(program.read('loss'), expected.loss * scale);
          program.release();
        });
      }
    });
  }

  test(`objective, gradient, update: parts of a step, ${dtype}`, () => {
    for (const loss of [meanSquaredError(), binaryCrossEntropy(), softmaxCrossEntropy()]) {
      engine.arena.scope(() => {
        const outputs = loss.kind === 'softmaxCrossEntropy' ? 4 : 1;
        const optimizer = sgd(0.25);
        const setup: Setup = { dtype, rows: 9001, features: 6, outputs, loss, optimizer, weighted: true };
        const { program, data, model } = compile(setup);
        const length = model.bytes / elementBytes(dtype);
        // The objective by itself is that of the next step, bit for bit, in one piece or in many, keeping all predictions or not.
        for (const [keep, budget] of [
          [false, 2 ** 30],
          [false, 1],
          [true, 1000],
        ] as const) {
          const before = engine.floats(dtype, program.parameters, length).slice();
          const objective = new EvaluationProgram(engine, model, data, loss, program.parameters, keep);
          while (!objective.run(budget));
          const alone = objective.loss;
          if (keep) checkPredictions(dtype, objective, data, model, before);
          objective.release();
          program.run(program.read('step') + 1, 2 ** 30);
          assert.is(program.read('loss'), alone);
          // The update is the gradient times the rate, from where the objective was taken.
          const g = engine.floats(dtype, program.gradient, length);
          const after = engine.floats(dtype, program.parameters, length);
          const round = dtype === 'f32' ? Math.fround : (value: number): number => value;
          for (let i = 0; i < length; i++) assert.is(after[i], round(before[i]! - round(0.25 * g[i]!)));
        }
        program.release();
      });
    }
  });
}

test('the tape: labels, jumps and costs as they lie in memory', () => {
  sandbox((box) => {
    const tape = new Tape();
    const loop = new Label();
    const exit = new Label();
    tape.place(loop);
    tape.emit('nextBlock', '', [1, exit], 9.2);
    tape.emit('margin', 'f32', [1, 2, 3]);
    tape.emit('jump', '', [loop], 2 ** 40);
    tape.place(exit);
    assert.is(tape.bytes, 3 * 64);
    const at = box.output(new Uint8Array(tape.bytes).fill(0xee));
    tape.write(box.engine, at);
    box.check('write');
    const words = [...box.engine.u32.slice(at >>> 2, (at >>> 2) + 48)];
    const pad = (op: number[]): number[] => [...op, ...new Array<number>(16 - op.length).fill(0)];
    assert.equal(words, [
      ...pad([opcode('nextBlock', ''), 11, 1, at + 3 * 64]),
      ...pad([opcode('margin', 'f32'), 1, 1, 2, 3]),
      ...pad([opcode('jump', ''), 1 + 2 ** 30, at]),
    ]);
  });
  assert.throws(() => opcode('nothing', 'f32'), /no kernel nothing for f32/);
});

test('progress counts what the log says', () => {
  engine.arena.scope(() => {
    const { program } = compile({
      dtype: 'f64',
      rows: 10,
      features: 2,
      outputs: 1,
      loss: meanSquaredError(),
      optimizer: sgd(0.1),
      batch: 4,
    });
    program.run(7, 2 ** 30);
    assert.is(program.read('step'), 7);
    assert.is(program.read('epoch'), 2);
    assert.is(program.count('logCount'), 7);
    const steps = Array.from({ length: 7 }, (_, i) => engine.f64[(program.log >>> 3) + i * logFields.length + 1]);
    assert.equal(steps, [1, 2, 3, 4, 5, 6, 7]);
    assert.is(engine.f64[(program.progress + progress.rate) >>> 3], 0.1);
    program.release();
  });
});

test.run();
