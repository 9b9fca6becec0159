/** Compiles a model to a tape that only looks: predictions of rows, and their loss if one is asked. */
import type { LossSpec } from '../losses.ts';
import type { Engine } from '../memory/engine.ts';
import { LEAF_ROWS } from './kernels.ts';
import { allocatePlaces, padded } from './layout.ts';
import { emitLoss, lossNumbersOf, lossRow } from './loss.ts';
import type { ModelProgram } from './model.ts';
import type { DataBlock } from './objective.ts';
import { control, cursor, Label, progress, Tape, writeFields } from './tape.ts';

export class EvaluationProgram {
  readonly #engine: Engine;
  readonly #model: ModelProgram;
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
    model: ModelProgram,
    data: DataBlock,
    loss: LossSpec | undefined,
    parameters: number,
    keep: boolean,
  ) {
    this.#engine = engine;
    this.#model = model;
    this.#data = data;
    const limit = Math.min(model.blockRows(false, false), padded(data.rows, 4));
    const levels = Math.ceil(Math.log2(Math.max(2, Math.ceil(data.rows / LEAF_ROWS)))) + 1;
    const block = loss ? lossNumbersOf(data, loss) : [];
    const places = allocatePlaces(engine, {
      control: control.bytes,
      cursor: cursor.bytes,
      progress: progress.bytes,
      sums: 16,
      noGradient: 16,
      block: padded(block.length * 8 + 8, 64),
      tree: levels * (16 + 64),
      ...model.sizes(limit, false),
      predictions: ((keep ? data.rows : limit) + 4) * model.predictionBytes + 64,
    });
    this.#blocks.push(places.base);
    const { cursor: at, sums, noGradient } = places;
    this.#control = places.control;
    this.#progress = places.progress;
    this.predictions = places.predictions;
    const meanOver = loss && lossRow(loss).meanOver === 'outputs' ? model.outputs : 1;
    writeFields(engine, at, cursor, {
      rows: data.rows,
      batch: data.rows,
      limit,
      outputs: meanOver,
    });
    engine.f64.set(block, places.block >>> 3);
    model.write?.(engine, places);

    const tape = new Tape();
    const loop = new Label();
    const exit = new Label();
    tape.emit('beginBatch', '', [at, sums]);
    tape.place(loop);
    tape.emit('nextBlock', '', [at, exit], limit * model.rowCost);
    const z = this.predictions;
    const looking = { progress: 0, random: 0, gathered: 0, limit, keep, work: places };
    model.forward(tape, { cursor: at, rows: data, parameters, z, ...looking });
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
        block: places.block,
      });
      if (data.rows > LEAF_ROWS) tape.emit('leaf', model.dtype, [at, noGradient, 16, sums, places.tree]);
    }
    tape.emit('jump', '', [loop]);
    tape.place(exit);
    tape.emit('measure', model.dtype, [this.#progress, noGradient, 16, 1, at, sums, 0, 0]);
    try {
      const begin = engine.arena.allocate(tape.bytes);
      this.#blocks.push(begin);
      tape.write(engine, begin);
      writeFields(engine, this.#control, control, { begin, end: begin + tape.bytes, position: begin });
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
