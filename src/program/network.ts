/**
 * A network of dense layers as ops. Layer i keeps inputs × outputs, rows padded; what it puts out lies in a buffer of its
 * own while gradients are asked, else in one of two that are used in turn.
 */
import type { Dtype } from '../memory/engine.ts';
import {
  emitDense,
  emitDenseInputs,
  emitDenseWeights,
  type Fused,
  type FusedActivation,
  gemmScratch,
  type Rows as Matrix,
} from './gemm.ts';
import { elementBytes, padded, type Tensor } from './layout.ts';
import type { Block, ModelProgram } from './model.ts';
import type { Tape } from './tape.ts';

/** A dense layer with what follows it. */
export interface DenseLayer {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: FusedActivation;
}

/** Multiply-adds of one block, so that a product stays below a millisecond or so, and rows of a block. */
const BLOCK_WORK = 2 ** 25;
const MOST_ROWS = 256;

export class NetworkProgram implements ModelProgram {
  readonly dtype: Dtype;
  readonly features: number;
  readonly outputs: number;
  readonly layers: readonly DenseLayer[];
  readonly tensors: readonly Tensor[];
  readonly bytes: number;
  readonly rowBytes: number;
  readonly stride: number;
  readonly predictionBytes: number;
  readonly gathers = true;
  readonly #size: number;

  constructor(dtype: Dtype, layers: readonly DenseLayer[]) {
    this.dtype = dtype;
    this.layers = layers;
    this.#size = elementBytes(dtype);
    this.features = layers[0]!.inputs;
    this.outputs = layers.at(-1)!.outputs;
    this.rowBytes = this.#width(this.features);
    this.stride = this.rowBytes;
    this.predictionBytes = this.outputs === 1 ? this.#size : this.#width(this.outputs);
    let offset = 0;
    this.tensors = layers.flatMap(({ name, inputs, outputs }) => {
      const rowBytes = this.#width(outputs);
      const place = (
        rows: number,
      ): { offset: number; rows: number; columns: number; rowBytes: number; bytes: number } => {
        const bytes = rows * rowBytes;
        offset += bytes;
        return { offset: offset - bytes, rows, columns: outputs, rowBytes, bytes };
      };
      return [
        { name: `${name}.weight`, shape: [outputs, inputs], ...place(inputs), transposed: true },
        { name: `${name}.bias`, shape: [outputs], ...place(1), transposed: false },
      ];
    });
    this.bytes = offset;
  }

  /** Bytes of a row of so many elements. */
  #width(elements: number): number {
    return padded(elements * this.#size, 16);
  }

  get rowCost(): number {
    return this.layers.reduce((sum, { inputs, outputs }) => sum + 0.3 * inputs * outputs + 2 * outputs, 0);
  }

  blockRows(): number {
    const work = this.layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
    return Math.min(MOST_ROWS, Math.max(4, Math.floor(BLOCK_WORK / work / 4) * 4));
  }

  sizes(rows: number, training: boolean): Readonly<Record<string, number>> {
    const scratch = Math.max(
      ...this.layers.map(({ inputs, outputs }) => gemmScratch(this.dtype, rows, inputs, outputs)),
    );
    const hidden = this.layers.slice(0, -1).map(({ outputs }) => rows * this.#width(outputs) + 64);
    const widest = Math.max(0, ...hidden);
    const sizes: Record<string, number> = { scratch0: scratch, last: this.outputs === 1 ? rows * 16 + 64 : 0 };
    if (training) {
      hidden.forEach((bytes, i) => {
        sizes[`layer${i}`] = bytes;
      });
    }
    // What layers put out while nothing is kept, and gradients on their way back.
    return { ...sizes, turn0: widest, turn1: widest };
  }

  /** Where the parameters of layer `i`, or their gradients, lie. */
  #layer(i: number, base: number, scratch: number) {
    const { inputs, outputs } = this.layers[i]!;
    const weight = base + this.tensors[2 * i]!.offset;
    return { inputs, outputs, weight, bias: base + this.tensors[2 * i + 1]!.offset, scratch };
  }

  #input({ rows, gathered }: Block): Matrix & { readonly stride: number } {
    return gathered ? { at: gathered, stride: this.rowBytes } : { at: rows.x, all: true, stride: rows.stride };
  }

  /** What layer `i` puts out. */
  #output(i: number, { z, keep, work }: Block): Matrix & { readonly stride: number } {
    const stride = this.#width(this.layers[i]!.outputs);
    if (i < this.layers.length - 1) return { at: work[`layer${i}`] ?? work[`turn${i % 2}`]!, stride };
    return this.outputs === 1 ? { at: work.last!, stride } : { at: z, all: !!keep, stride };
  }

  forward(tape: Tape, block: Block): void {
    const { cursor, parameters, z, keep, work } = block;
    let from = this.#input(block);
    this.layers.forEach(({ activation }, i) => {
      const to = this.#output(i, block);
      emitDense(tape, this.dtype, cursor, this.#layer(i, parameters, work.scratch0!), from, to, { activation });
      from = to;
    });
    if (this.outputs === 1) tape.emit('toColumn', this.dtype, [cursor, work.last!, z, Number(!!keep)]);
  }

  backward(tape: Tape, block: Block, gradient: number): void {
    const { cursor, parameters, z, work } = block;
    const { dtype } = this;
    const last = this.layers.length - 1;
    let slope: Matrix = { at: z };
    if (this.outputs === 1) {
      slope = { at: work.last! };
      tape.emit('toRows', dtype, [cursor, work.last!, z, 0]);
    }
    for (let i = last; i >= 0; i--) {
      const from = i > 0 ? this.#output(i - 1, block) : this.#input(block);
      emitDenseWeights(tape, dtype, cursor, this.#layer(i, gradient, work.scratch0!), from, slope);
      if (i === 0) break;
      const f: Fused = { activation: this.layers[i - 1]!.activation };
      const to = work[`turn${i % 2}`]!;
      emitDenseInputs(tape, dtype, cursor, this.#layer(i, parameters, work.scratch0!), slope, to, f, from);
      slope = { at: to };
    }
  }
}
