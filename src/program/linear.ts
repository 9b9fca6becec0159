/**
 * The linear model as ops: predictions X·W + b of a block of rows, and the gradient Xᵀ·R.
 *
 *   one output       weight | p values | padding |          bias | 1 value |
 *   several          weight | K values | padding | × p      bias | K values | padding |
 */
import type { Dtype } from '../memory/engine.ts';
import { elementBytes, padded, type Tensor } from './layout.ts';
import type { Block, ModelProgram } from './model.ts';
import type { Tape } from './tape.ts';

/**
 * Rows of X of one block stay within this many bytes, so that the second look at them comes from the cache. With one
 * output the first look is a burst of reads in order, which works best when it is short.
 */
const BLOCK_BYTES = { one: 4 * 1024, shuffled: 24 * 1024, several: 192 * 1024 };
const MAX_BLOCK_ROWS = 1024;

export class LinearProgram implements ModelProgram {
  readonly dtype: Dtype;
  readonly features: number;
  readonly outputs: number;
  readonly tensors: readonly [weight: Tensor, bias: Tensor];
  /** Bytes of all parameters. */
  readonly bytes: number;
  /** Bytes of a row of X. */
  readonly rowBytes: number;
  /** Bytes of a row of predictions. */
  readonly predictionBytes: number;
  readonly #product: string;

  constructor(dtype: Dtype, features: number, outputs: number) {
    this.dtype = dtype;
    this.features = features;
    this.outputs = outputs;
    const size = elementBytes(dtype);
    const single = outputs === 1;
    const vectors = Math.ceil((outputs * size) / 16);
    // Panels of up to four vectors; of four where that is no wider than three.
    const panel = vectors <= 4 ? vectors : Math.ceil(vectors / 4) * 4 <= Math.ceil(vectors / 3) * 3 ? 4 : 3;
    const width = Math.ceil(vectors / panel) * panel * 16;
    this.#product = `product${panel}`;
    this.rowBytes = padded(features * size, 16);
    this.predictionBytes = single ? size : width;
    const [rows, columns, rowBytes] = single ? [1, features, this.rowBytes] : [features, outputs, width];
    const bytes = rows * rowBytes;
    const last = single ? 16 : width;
    this.tensors = [
      { name: 'weight', shape: [outputs, features], offset: 0, rows, columns, rowBytes, bytes, transposed: !single },
      {
        name: 'bias',
        shape: [outputs],
        offset: bytes,
        rows: 1,
        columns: outputs,
        rowBytes: last,
        bytes: last,
        transposed: false,
      },
    ];
    this.bytes = bytes + last;
  }

  /** Most rows of one block; shuffled rows of one output are read one by one anyway. */
  blockRows(shuffled: boolean): number {
    const bytes = this.outputs > 1 ? BLOCK_BYTES.several : shuffled ? BLOCK_BYTES.shuffled : BLOCK_BYTES.one;
    return Math.min(MAX_BLOCK_ROWS, Math.max(4, Math.floor(bytes / this.rowBytes / 4) * 4));
  }

  get gathers(): boolean {
    return this.outputs > 1;
  }

  sizes(): Readonly<Record<string, number>> {
    return {};
  }

  /** Bytes from row to row of X: not a multiple of a page, whose rows would all fall into one set of the cache. */
  get stride(): number {
    return this.outputs > 1 && this.rowBytes % 1024 === 0 ? this.rowBytes + 64 : this.rowBytes;
  }

  /** Work units of a pass over one row. */
  get rowCost(): number {
    return this.features * (this.outputs === 1 ? 1 : this.outputs * 0.5) + 4 * this.outputs;
  }

  /** Predictions of the block. */
  forward(tape: Tape, block: Block): void {
    const { cursor, rows, parameters, z, keep } = block;
    const bias = parameters + this.tensors[1].offset;
    if (this.outputs === 1) {
      const words = [cursor, rows.x, rows.stride, this.rowBytes, parameters, bias, z, Number(!!keep)];
      tape.emit('margin', this.dtype, words);
      return;
    }
    this.#emitProduct(tape, block, 0, [parameters, this.predictionBytes, bias, z, 0, 0, Number(!!keep)]);
  }

  /** Adds the gradient of the block, residuals in z, to that of the leaf at `gradient`. */
  backward(tape: Tape, block: Block, gradient: number): void {
    const { cursor, rows, parameters, z } = block;
    const bias = gradient + this.tensors[1].offset;
    if (this.outputs === 1) {
      tape.emit('gradient', this.dtype, [cursor, rows.x, rows.stride, this.rowBytes, z, gradient, bias]);
      return;
    }
    this.#emitProduct(tape, block, 2, [parameters, this.predictionBytes, 0, z, gradient, bias]);
  }

  #emitProduct(tape: Tape, { cursor, rows, gathered }: Block, mode: number, words: readonly number[]): void {
    const x = gathered ? [mode + 1, gathered, this.rowBytes] : [mode, rows.x, rows.stride];
    tape.emit(this.#product, this.dtype, [cursor, ...x, this.features, ...words]);
  }
}
