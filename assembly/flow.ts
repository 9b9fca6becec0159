/** Kernels that decide where the walker goes on: loops over row blocks and jumps. */
import { CURSOR_BLOCK, CURSOR_COUNT, CURSOR_LIMIT, CURSOR_ROW, LEAF_ROWS } from './generated/fields';
import { OP_BYTES, word } from './lanes';

/**
 * nextBlock(cursor, exit): moves the cursor to the next block of rows of the batch, or goes to `exit` when there is
 * none. A block never crosses a leaf of the pairwise tree.
 */
export function nextBlock(control: usize, op: usize): usize {
  const cursor = word(op, 2);
  const row = load<u32>(cursor, CURSOR_ROW) + load<u32>(cursor, CURSOR_BLOCK);
  const count = load<u32>(cursor, CURSOR_COUNT);
  if (row >= count) {
    store<u32>(cursor, 0, CURSOR_ROW);
    store<u32>(cursor, 0, CURSOR_BLOCK);
    return word(op, 3);
  }
  const leaf = LEAF_ROWS - (row & (LEAF_ROWS - 1));
  store<u32>(cursor, row, CURSOR_ROW);
  store<u32>(cursor, min(min(load<u32>(cursor, CURSOR_LIMIT), count - row), leaf), CURSOR_BLOCK);
  return op + OP_BYTES;
}

/** jump(target) */
export function jump(control: usize, op: usize): usize {
  return word(op, 2);
}
