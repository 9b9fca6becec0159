/** Embeddings: rows of a table by their numbers. */
import { DataError } from '../errors.ts';
import type { LayerRow } from '../program/layer.ts';
import { elementBytes } from '../program/layout.ts';
import { boolean, type Fields, integer } from '../spec.ts';
import { layers } from './family.ts';
import { type Layer, makeLayer } from './node.ts';
import { type NamedOptions, nameField, one } from './options.ts';
import { inSlices } from './rows.ts';

export interface EmbeddingOptions extends NamedOptions {
  /** Rows of the table: what comes in are integers from 0 to `inputDim` − 1. At most 2²⁴. */
  readonly inputDim: number;
  /** Numbers that come out of each. */
  readonly outputDim: number;
  /**
   * Whether a step changes only the rows of `weight` that its batch has used, and what the optimizer keeps of them. Default
   * false.
   */
  readonly lazy?: boolean;
}

export interface EmbeddingSpec extends Required<EmbeddingOptions> {
  readonly kind: 'embedding';
}

export const embeddingKinds: { readonly embedding: Fields<Omit<EmbeddingSpec, 'kind'>> } = {
  embedding: {
    inputDim: integer(`[1, ${2 ** 24}]`),
    outputDim: integer('[1, ∞)'),
    lazy: boolean(false),
    name: nameField,
  },
};

/**
 * An embedding: each number of a row, an integer from 0 to inputDim − 1, becomes a row of `weight` (inputDim × outputDim):
 * [T] becomes [T, outputDim]. Its gradient is that of a dense layer without bias over one-hot rows, bit for bit. Takes
 * columns of X: it stands first, behind nothing but `flatten` and `reshape`. Keras `Embedding(input_dim, output_dim)`;
 * PyTorch `Embedding(num_embeddings, embedding_dim)`.
 *
 * With `lazy` a row that no row of the batch names stays as it is, and so do its moments: no momentum, no decay. The time of
 * bias corrections counts all steps. This is PyTorch's `SparseAdam`; the time of a step does not grow with inputDim. Not
 * with penalties on `weight`, line searches, and optimizers whose update is not one of each number by itself that begins
 * with zeros: `fit` throws an `ArgumentError` then.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const embedding = (options: EmbeddingOptions): Layer<EmbeddingSpec> => makeLayer(layers, 'embedding', options);

/**
 * Looks at what an embedding is given.
 * @param values rows of `columns` numbers, `stride` apart.
 * @param first number of the first row.
 * @throws {DataError} that says where the first number is that is not an integer from 0 to `count` − 1.
 */
export function checkIndices(
  name: string,
  count: number,
  values: ArrayLike<number>,
  columns: number,
  stride: number = columns,
  first = 0,
): void {
  for (let at = 0; at < values.length; at += stride) {
    for (let column = 0; column < columns; column++) {
      const value = values[at + column]!;
      if (Number.isInteger(value) && value >= 0 && value < count) continue;
      const where = `row ${first + at / stride}, column ${column}`;
      throw new DataError(`features: ${where}: ${name} expects integers from 0 to ${count - 1}, got ${value}`);
    }
  }
}

const row: LayerRow<EmbeddingSpec> = {
  indices: ({ inputDim }) => inputDim,
  shape: ({ outputDim }, inputs, name) => [...one(inputs, name), outputDim],
  parameters({ inputDim, outputDim, lazy }) {
    const fans = [inputDim, outputDim] as const;
    return [{ name: 'weight', shape: [inputDim, outputDim], rows: inputDim, columns: outputDim, fans, lazy }];
  },
  compile({ inputDim, outputDim }, { dtype, rows, inputs: [input], output }) {
    const { positions, channels, rowBytes } = input!;
    const count = [positions, channels];
    return {
      reads: { inputs: true, output: false },
      rowCost: output.rowBytes / elementBytes(dtype),
      forward(tape, { cursor, inputs: [x], output: y, parameter }) {
        inSlices(rows, output, (skip, most, offset) => {
          const pointers = [x! + skip * rowBytes, y + offset, ...count, parameter('weight'), inputDim, outputDim];
          tape.emit('embedding', dtype, [cursor, skip, most, ...pointers]);
        });
      },
      backward(tape, { cursor, inputs: [x], outputGradient: d, gradient, add, marks }) {
        inSlices(rows, output, (skip, most, offset) => {
          const pointers = [x! + skip * rowBytes, d + offset, ...count, gradient('weight'), inputDim, outputDim];
          tape.emit('embeddingBack', dtype, [cursor, skip, most, ...pointers, Number(add), marks?.('weight') ?? 0]);
        });
      },
    };
  },
};

export const embeddingRows: { readonly embedding: LayerRow<EmbeddingSpec> } = { embedding: row };
