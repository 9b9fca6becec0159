/**
 * Rows that a step has touched: a bit a row, in words of 64, and a word of zeros behind. What acts on them goes from run to
 * run of neighbours.
 */
import { OP_BYTES, word } from './lanes';
import { Flag } from './optimizers/update';

/** The first row from `from` on whose bit is set, with a `flip` of −1 not set; `rows` if there is none. */
function seek(marks: usize, from: u32, rows: u32, flip: u64): u32 {
  let at = from & ~63;
  let bits = (load<u64>(marks + (at >>> 3)) ^ flip) & (~(<u64>0) << ((<u64>from) & 63));
  while (bits == 0) {
    at += 64;
    if (at >= rows) return rows;
    bits = load<u64>(marks + (at >>> 3)) ^ flip;
  }
  return at + <u32>ctz(bits);
}

// @ts-ignore: decorator
@inline export function touch(marks: usize, row: usize): void {
  const at = marks + (row >>> 3);
  store<u8>(at, load<u8>(at) | (1 << ((<u8>row) & 7)));
}

/** Sets the rows of a table of `width` bytes a row to zero; `all`: and begins anew. */
export function wipe(marks: usize, rows: u32, table: usize, width: usize, all: bool): void {
  let row = seek(marks, 0, rows, 0);
  while (row < rows) {
    const end = seek(marks, row, rows, -1);
    memory.fill(table + row * width, 0, (end - row) * width);
    row = seek(marks, end, rows, 0);
  }
  if (all) memory.fill(marks, 0, ((rows >>> 6) << 3) + 8);
}

/**
 * eachRow(marks, rows, bytes of a row, most rows of a run, row to go on from, row of the next op, words of it that move,
 * its word of bytes, flags of an update at the last run or 0): the next op and a jump back here for every run.
 */
export function eachRow(control: usize, op: usize): usize {
  const next = op + OP_BYTES;
  const marks = word(op, 2);
  const rows = <u32>word(op, 3);
  const row = seek(marks, <u32>word(op, 6), rows, 0);
  if (row == rows) {
    store<u32>(op, 0, 24);
    return next + 2 * OP_BYTES;
  }
  const end = min(seek(marks, row, rows, -1), row + <u32>word(op, 5));
  const by = (row - <u32>word(op, 7)) * <u32>word(op, 4);
  const bytes = (end - row) * <u32>word(op, 4);
  store<u32>(op, end, 24);
  store<u32>(op, row, 28);
  let moves = <u32>word(op, 8);
  do {
    const at = next + ((<usize>ctz(moves)) << 2);
    store<u32>(at, load<u32>(at) + by);
    moves &= moves - 1;
  } while (moves != 0);
  store<u32>(next + (word(op, 9) << 2), bytes);
  store<u32>(next, 1 + (bytes >>> 2), 4);
  if (word(op, 10) != 0) store<u32>(next, seek(marks, end, rows, 0) < rows ? 0 : Flag.LAST, 40);
  return next;
}
