/** Ops of layers over the rows of a block, as several layers need them. */
import type { Dtype } from '../memory/engine.ts';
import type { Value } from '../program/layer.ts';
import { elementBytes } from '../program/layout.ts';
import type { Tape } from '../program/tape.ts';

/** Bytes of the rows of one op, so that it stays below a millisecond. */
const SLICE = 2 ** 19;

/** The rows of a block in slices: `skip` and `most` of an op, and how many bytes further the rows lie. */
export function inSlices(
  rows: number,
  { rowBytes }: Value,
  emit: (skip: number, most: number, offset: number) => void,
): void {
  const most = Math.max(1, Math.floor(SLICE / rowBytes));
  for (let skip = 0; skip < rows; skip += most) emit(skip, most, skip * rowBytes);
}

/** A row of a value, or a part of it: `channels` of each position from `at` on. */
export interface Part {
  readonly at: number;
  readonly value: Value;
  readonly channels?: number;
}

const ALL = [0, 0xffffffff];

/** Copies the numbers of each row in their order; both parts have as many. */
export function emitRepack(tape: Tape, dtype: Dtype, cursor: number, from: Part, to: Part): void {
  const size = elementBytes(dtype);
  const side = ({ at, value, channels = value.channels }: Part): number[] =>
    channels * size === value.width
      ? [at, value.rowBytes, value.rowBytes, value.rowBytes]
      : [at, channels * size, value.width, value.rowBytes];
  const { positions, channels } = from.value;
  const bytes = positions * (from.channels ?? channels) * size;
  tape.emit('repack', '', [cursor, ...ALL, ...side(from), ...side(to), bytes]);
}

/** Copies rows of the same shape, unless they are where they shall be. */
export function emitCopy(tape: Tape, cursor: number, from: number, to: number, { rowBytes }: Value): void {
  if (from === to) return;
  const row = [rowBytes, rowBytes, rowBytes];
  tape.emit('repack', '', [cursor, ...ALL, from, ...row, to, ...row, rowBytes]);
}

/** Y = A + B, values of one shape; Y may be A. */
export function emitPlus(
  tape: Tape,
  dtype: Dtype,
  cursor: number,
  a: number,
  b: number,
  y: number,
  { rowBytes }: Value,
): void {
  tape.emit('plus', dtype, [cursor, ...ALL, a, b, y, rowBytes]);
}
