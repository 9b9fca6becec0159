/** What a run minimises: the part of its tape that computes loss and gradient of a batch. */
import type { AugmentImagesSpec } from '../data/augment.ts';
import type { LossSpec } from '../losses.ts';
import type { Dtype, Engine } from '../memory/engine.ts';
import { augmentBytes, emitAugment, writeAugment } from './augment.ts';
import { LEAF_ROWS } from './kernels.ts';
import { elementBytes, padded, type Tensor } from './layout.ts';
import { emitLoss, lossNumbersOf, lossRow } from './loss.ts';
import type { Block, ModelProgram } from './model.ts';
import { Label, type Tape } from './tape.ts';

/** Training or validation data in memory. */
export interface DataBlock {
  readonly rows: number;
  readonly x: number;
  readonly stride: number;
  readonly y: number;
  /** Bytes of the target of a row. */
  readonly targetBytes: number;
  /** Weights of the rows, or 0. */
  readonly weights: number;
  /** The numbers of the loss over these rows, if options alone do not say them. */
  readonly lossBlock?: readonly number[];
}

/** Where an objective finds what all objectives have. */
export interface ObjectivePlaces {
  readonly cursor: number;
  readonly progress: number;
  readonly random: number;
  readonly parameters: number;
  readonly gradient: number;
  readonly sums: number;
}

export interface Objective {
  readonly dtype: Dtype;
  readonly tensors: readonly Tensor[];
  /** Bytes of all parameters. */
  readonly bytes: number;
  /** Rows of an epoch, of a batch, of a block. */
  readonly rows: number;
  readonly batch: number;
  readonly limit: number;
  /** What a mean is over beside rows. */
  readonly outputs: number;
  /** Whether every epoch has an order of its own. */
  readonly shuffled: boolean;
  /** Bytes of work space by name. */
  sizes(): Readonly<Record<string, number>>;
  write(engine: Engine, work: Readonly<Record<string, number>>): void;
  /** Loss and gradient of the next batch, or of the same batch `again`. */
  emit(tape: Tape, places: ObjectivePlaces, work: Readonly<Record<string, number>>, again?: boolean): void;
}

/** The loss of a model over rows that lie in memory. */
export class RowsObjective implements Objective {
  readonly model: ModelProgram;
  readonly data: DataBlock;
  readonly loss: LossSpec;
  readonly batch: number;
  readonly shuffled: boolean;
  readonly limit: number;
  readonly tensors: readonly Tensor[];
  readonly augmentation: AugmentImagesSpec | null;

  constructor(
    model: ModelProgram,
    data: DataBlock,
    loss: LossSpec,
    options: { batch: number; shuffle: boolean; augmentation?: AugmentImagesSpec | null },
  ) {
    this.model = model;
    this.tensors = model.tensors.filter(({ buffer }) => !buffer);
    this.data = data;
    this.loss = loss;
    this.batch = options.batch;
    this.augmentation = options.augmentation ?? null;
    this.shuffled = options.shuffle && options.batch < data.rows;
    model.checkBatch?.(data.rows, options.batch);
    this.limit = Math.min(model.blockRows(this.shuffled, true), padded(options.batch, 4));
  }

  get dtype(): Dtype {
    return this.model.dtype;
  }

  get bytes(): number {
    return this.model.bytes;
  }

  get rows(): number {
    return this.data.rows;
  }

  get outputs(): number {
    return lossRow(this.loss).meanOver === 'outputs' ? this.model.outputs : 1;
  }

  /** Whether the rows of a block are laid side by side. */
  get #gathers(): boolean {
    const { gathers } = this.model;
    return !!this.augmentation || gathers === 'always' || (this.shuffled && gathers);
  }

  sizes(): Readonly<Record<string, number>> {
    const { model, data, batch, shuffled, limit, augmentation } = this;
    const levels = Math.ceil(Math.log2(Math.max(2, Math.ceil(batch / LEAF_ROWS)))) + 1;
    // Kernels work on four rows at a time and on whole vectors.
    const predictions = (limit + 4) * model.predictionBytes + 64;
    return {
      z: predictions,
      residuals: predictions,
      gathered: this.#gathers ? limit * model.rowBytes : 0,
      augment: augmentation ? augmentBytes(augmentation, model.dtype) : 0,
      targets: shuffled ? limit * data.targetBytes + 64 : 0,
      weights: shuffled && data.weights ? limit * elementBytes(model.dtype) + 64 : 0,
      tree: batch > LEAF_ROWS ? levels * (model.bytes + 64) : 0,
      lossBlock: padded(lossNumbersOf(data, this.loss).length * 8 + 8, 64),
      index: shuffled ? data.rows * 4 : 0,
      ...model.sizes(limit, true),
    };
  }

  write(engine: Engine, work: Readonly<Record<string, number>>): void {
    engine.f64.set(lossNumbersOf(this.data, this.loss), work.lossBlock! >>> 3);
    this.model.write?.(engine, work);
    if (this.augmentation) writeAugment(engine, this.augmentation, work.augment!);
  }

  emit(tape: Tape, places: ObjectivePlaces, work: Readonly<Record<string, number>>, again = false): void {
    const { model, data, loss, batch, shuffled, limit, augmentation } = this;
    const { cursor, progress, random, parameters, gradient, sums } = places;
    const { dtype, bytes } = model;
    const gathered = this.#gathers ? work.gathered! : 0;
    const block: Block = { cursor, progress, random, limit, rows: data, gathered, parameters, z: work.z!, work };
    const loop = new Label();
    const exit = new Label();
    if (shuffled && !again) tape.emit('shuffle', '', [cursor, random, work.index!]);
    tape.emit('beginBatch', '', [cursor, sums]);
    tape.place(loop);
    tape.emit('nextBlock', '', [cursor, exit], 2 * limit * model.rowCost);
    if (augmentation) {
      const at = { cursor, random, rows: data, to: gathered, rowBytes: model.rowBytes, work: work.augment! };
      emitAugment(tape, augmentation, dtype, at, limit);
    } else if (gathered) {
      tape.emit('gatherRows', '', [cursor, data.x, gathered, model.rowBytes, data.stride]);
    }
    model.forward(tape, block);
    const weights = data.weights && shuffled ? work.weights! : data.weights;
    if (shuffled) {
      const { targetBytes } = data;
      const size = elementBytes(dtype);
      tape.emit('gatherRows', '', [cursor, data.y, work.targets!, targetBytes, targetBytes]);
      if (weights) tape.emit('gatherRows', '', [cursor, data.weights, weights, size, size]);
    }
    emitLoss(tape, model, loss, {
      cursor,
      z: work.z!,
      allZ: false,
      y: shuffled ? work.targets! : data.y,
      weights,
      allY: !shuffled,
      residuals: work.residuals!,
      sums,
      block: work.lossBlock!,
    });
    model.backward(tape, { ...block, z: work.residuals! }, gradient);
    if (batch > LEAF_ROWS) {
      tape.emit('leaf', dtype, [cursor, gradient, bytes, sums, work.tree!], bytes / 4);
    }
    // A batch of one block needs no way back.
    if (batch > limit) tape.emit('jump', '', [loop]);
    tape.place(exit);
  }
}

/** Loss and gradient that come from outside: JavaScript writes them before the tape is walked. */
export class GivenObjective implements Objective {
  readonly dtype: Dtype;
  readonly tensors: readonly Tensor[];
  readonly bytes: number;
  readonly rows = 1;
  readonly batch = 1;
  readonly limit = 1;
  readonly outputs = 1;
  readonly shuffled = false;

  constructor(dtype: Dtype, tensors: readonly Tensor[], bytes: number) {
    this.dtype = dtype;
    this.tensors = tensors;
    this.bytes = bytes;
  }

  sizes(): Readonly<Record<string, number>> {
    return {};
  }

  write(): void {}

  /** The walker stops before the second evaluation: the op costs more than any budget. */
  emit(tape: Tape, _places: ObjectivePlaces, _work: Readonly<Record<string, number>>, again = false): void {
    if (!again) return;
    const next = new Label();
    tape.emit('jump', '', [next], Infinity);
    tape.place(next);
  }
}
