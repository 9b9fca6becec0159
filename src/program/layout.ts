/** How things lie in linear memory. */
import type { Dtype, Engine } from '../memory/engine.ts';

export const elementBytes = (dtype: Dtype): number => (dtype === 'f32' ? 4 : 8);

export const padded = (bytes: number, unit: number): number => Math.ceil(bytes / unit) * unit;

/** A named array of parameters: `rows` of `columns` elements, `rowBytes` apart. */
export interface Tensor {
  readonly name: string;
  /** Shape that users see. */
  readonly shape: readonly number[];
  /** Bytes from the start of the parameters. */
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowBytes: number;
  /** Bytes in all, a multiple of 16. */
  readonly bytes: number;
  /** Whether users see the transpose. */
  readonly transposed: boolean;
  /** Of convolutions: row k·C + c is tap k of channel c, and users see columns × C × taps. Default 1. */
  readonly taps?: number | undefined;
  /** Whether decay and penalties leave it out unless asked. Default: by its name. */
  readonly plain?: boolean | undefined;
  /** Whether no optimizer updates it: the forward pass does. */
  readonly buffer?: boolean | undefined;
  /** Whether a step changes only rows that its batch has touched: see touched.ts. */
  readonly lazy?: boolean | undefined;
}

/** Position of element (row, column) of a tensor in the array that users see. */
function userIndex(tensor: Tensor, row: number, column: number): number {
  const { rows, columns, transposed, taps = 1 } = tensor;
  if (!transposed) return row * columns + column;
  const channels = rows / taps;
  return column * rows + (row % channels) * taps + Math.floor(row / channels);
}

/** A tensor as users see it, from parameters at `base`. */
export function readTensor(engine: Engine, dtype: Dtype, base: number, tensor: Tensor): Float32Array | Float64Array {
  const { rows, columns } = tensor;
  const out = dtype === 'f32' ? new Float32Array(rows * columns) : new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const from = engine.floats(dtype, base + tensor.offset + row * tensor.rowBytes, columns);
    for (let column = 0; column < columns; column++) out[userIndex(tensor, row, column)] = from[column]!;
  }
  return out;
}

/** Writes what `readTensor` reads; padding is left as it is. */
export function writeTensor(
  engine: Engine,
  dtype: Dtype,
  base: number,
  tensor: Tensor,
  values: Float32Array | Float64Array,
): void {
  const { rows, columns } = tensor;
  for (let row = 0; row < rows; row++) {
    const to = engine.floats(dtype, base + tensor.offset + row * tensor.rowBytes, columns);
    for (let column = 0; column < columns; column++) to[column] = values[userIndex(tensor, row, column)]!;
  }
}

/** Blocks by name that are allocated as one, each on a boundary of 64 bytes and all zero. */
export type Places<K extends string> = Readonly<Record<K, number>> & {
  /** Where the whole begins: what is to be freed. */
  readonly base: number;
  /** Bytes of the whole. */
  readonly bytes: number;
};

/** Allocates blocks of these sizes in bytes. Throws `OutOfMemoryError`; nothing is allocated then. */
export function allocatePlaces<K extends string>(engine: Engine, sizes: Readonly<Record<K, number>>): Places<K> {
  const entries = Object.entries<number>(sizes);
  const bytes = entries.reduce((sum, [, size]) => sum + padded(size, 64), 0);
  const base = engine.arena.allocate(bytes);
  engine.u8.fill(0, base, base + bytes);
  const places: Record<string, number> = { base, bytes };
  let at = base;
  for (const [name, size] of entries) {
    places[name] = at;
    at += padded(size, 64);
  }
  return places as Places<K>;
}
