/** What a program needs to know of a model: its parameters, and its ops forward and backward. */
import type { Dtype, Engine } from '../memory/engine.ts';
import type { Tensor } from './layout.ts';
import type { Tape } from './tape.ts';

/** Rows of data in memory: X padded to whole vectors. */
export interface Rows {
  readonly x: number;
  /** Bytes from row to row. */
  readonly stride: number;
}

/** Where a block of rows is worked on. */
export interface Block {
  readonly cursor: number;
  readonly rows: Rows;
  /** Where the shuffled rows of a block lie side by side, copied there before; 0 if the rows are taken in order. */
  readonly gathered: number;
  readonly parameters: number;
  /** Predictions; behind the loss its gradient with respect to them. */
  readonly z: number;
  /** Whether z holds all rows of the data instead of those of the block. */
  readonly keep?: boolean;
  /** Most rows of a block, as `sizes` was asked. */
  readonly limit: number;
  /** Of a run of training: where its counters and its seed lie; 0 where rows are only looked at. */
  readonly progress: number;
  readonly random: number;
  /** Work space by name, see `sizes`. */
  readonly work: Readonly<Record<string, number>>;
}

export interface ModelProgram {
  readonly dtype: Dtype;
  readonly features: number;
  readonly outputs: number;
  readonly tensors: readonly Tensor[];
  /** Bytes of all parameters. */
  readonly bytes: number;
  /** Bytes of a row of X, and from row to row. */
  readonly rowBytes: number;
  readonly stride: number;
  /** Bytes of a row of predictions. */
  readonly predictionBytes: number;
  /** Work units of a pass over one row. */
  readonly rowCost: number;
  /** Whether shuffled rows are copied side by side before they are looked at. */
  readonly gathers: boolean | 'always';
  /** Most rows of one block. */
  blockRows(shuffled: boolean, training: boolean): number;
  /** What draws at random in a pass of training, so that a pass over the same rows gives another loss. */
  readonly random?: string | undefined;
  /** @throws {ArgumentError} on batches that the model cannot be trained with. */
  checkBatch?(rows: number, batch: number): void;
  /** What takes the memory of a block of so many rows, and which batch would fit into `free` bytes. */
  explainMemory?(rows: number, free: number): string;
  /** Bytes of work space by name for blocks of so many rows, with what gradients need or without. */
  sizes(rows: number, training: boolean): Readonly<Record<string, number>>;
  /** Writes what stays the same, into work space by name. */
  write?(engine: Engine, work: Readonly<Record<string, number>>): void;
  /** Predictions of the block. */
  forward(tape: Tape, block: Block): void;
  /** Adds the gradient of the block, that with respect to the predictions in z, to that of the leaf at `gradient`. */
  backward(tape: Tape, block: Block, gradient: number): void;
}
