/** Compiles a model to a tape that only looks: predictions of rows, and their loss if one is asked. */
import type { LossSpec } from '../losses.ts';
import type { Engine } from '../memory/engine.ts';
import { numbers } from './block.ts';
import { LEAF_ROWS } from './kernels.ts';
import { Plan, padded } from './layout.ts';
import type { LinearProgram } from './linear.ts';
import { control, cursor, Label, progress, Tape, writeFields } from './tape.ts';
import { type DataBlock, emitLoss, lossRow } from './training.ts';

export class EvaluationProgram {
  readonly #engine: Engine;
  readonly #model: LinearProgram;
  readonly #data: Pick<DataBlock, 'rows'>;
  readonly #blocks: number[] = [];
  readonly #control: number;
  readonly #progress: number;
  /** Predictions of all rows if they are kept, else of a block. */
  readonly predictions: number;

  /**
   * @param loss the loss to take, or nothing.
   * @param parameters where they lie; they are read at every run.
   * @param keep whether the predictions of all rows are kept.
   */
  constructor(
    engine: Engine,
    model: LinearProgram,
    data: DataBlock,
    loss: LossSpec | undefined,
    parameters: number,
    keep: boolean,
  ) {
    this.#engine = engine;
    this.#model = model;
    this.#data = data;
    const limit = model.blockRows(false);
    const levels = Math.ceil(Math.log2(Math.max(2, Math.ceil(data.rows / LEAF_ROWS)))) + 1;
    const plan = new Plan();
    const controlAt = plan.add(control.bytes);
    const cursorAt = plan.add(cursor.bytes);
    const progressAt = plan.add(progress.bytes);
    const sumsAt = plan.add(16);
    const noGradientAt = plan.add(16);
    const lossBlock = data.lossBlock ?? (loss ? numbers(lossRow(loss), loss) : []);
    const blockAt = plan.add(padded(lossBlock.length * 8 + 8, 64));
    const treeAt = plan.add(levels * (16 + 64));
    const predictionsAt = plan.add(((keep ? data.rows : limit) + 4) * model.predictionBytes + 64);
    const base = this.#allocate(plan.bytes);
    engine.u8.fill(0, base, base + plan.bytes);
    this.#control = base + controlAt;
    this.#progress = base + progressAt;
    this.predictions = base + predictionsAt;
    const at = base + cursorAt;
    const sums = base + sumsAt;
    const meanOver = loss && lossRow(loss).meanOver === 'outputs' ? model.outputs : 1;
    writeFields(engine, at, cursor, {
      rows: data.rows,
      batch: data.rows,
      limit: Math.min(limit, padded(data.rows, 4)),
      outputs: meanOver,
    });
    engine.f64.set(lossBlock, (base + blockAt) >>> 3);

    const tape = new Tape();
    const loop = new Label();
    const exit = new Label();
    tape.emit('beginBatch', '', [at, sums]);
    tape.place(loop);
    tape.emit('nextBlock', '', [at, exit], limit * model.rowCost);
    model.forward(tape, { cursor: at, rows: data, gathered: 0, parameters, z: this.predictions, keep });
    if (loss) {
      emitLoss(tape, model, loss, {
        cursor: at,
        z: this.predictions,
        allZ: keep,
        y: data.y,
        weights: data.weights,
        allY: true,
        residuals: 0,
        sums,
        block: base + blockAt,
      });
      if (data.rows > LEAF_ROWS) tape.emit('leaf', model.dtype, [at, base + noGradientAt, 16, sums, base + treeAt]);
    }
    tape.emit('jump', '', [loop]);
    tape.place(exit);
    tape.emit('measure', model.dtype, [this.#progress, base + noGradientAt, 16, 1, at, sums, 0, 0]);
    const tapeAt = this.#allocate(tape.bytes);
    tape.write(engine, tapeAt);
    writeFields(engine, this.#control, control, { begin: tapeAt, end: tapeAt + tape.bytes, position: tapeAt });
  }

  #allocate(bytes: number): number {
    try {
      const block = this.#engine.arena.allocate(bytes);
      this.#blocks.push(block);
      return block;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Goes on for `budget` work units; whether all rows have been looked at. */
  run(budget: number): boolean {
    const { f64, exports } = this.#engine;
    const turns = f64[(this.#control + control.turns) >>> 3]!;
    exports.walk(this.#control, budget);
    return this.#engine.f64[(this.#control + control.turns) >>> 3]! > turns;
  }

  /** The mean loss of the last complete run. */
  get loss(): number {
    return this.#engine.f64[(this.#progress + progress.loss) >>> 3]!;
  }

  /** Copies predictions, rows × outputs, to `out` from element `offset` on. */
  copyPredictions(out: Float32Array | Float64Array, offset = 0): void {
    const { dtype, outputs, predictionBytes } = this.#model;
    const { rows } = this.#data;
    if (outputs === 1) {
      out.set(this.#engine.floats(dtype, this.predictions, rows), offset);
      return;
    }
    const width = predictionBytes / (dtype === 'f32' ? 4 : 8);
    const all = this.#engine.floats(dtype, this.predictions, rows * width);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < outputs; k++) out[offset + row * outputs + k] = all[row * width + k]!;
    }
  }

  release(): void {
    for (const block of this.#blocks) this.#engine.arena.free(block);
    this.#blocks.length = 0;
  }
}
