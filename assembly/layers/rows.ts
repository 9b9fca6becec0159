/** Which rows an op of a layer is for: op = (cursor, skip, most, …). */
import { CURSOR_BLOCK, CURSOR_ROW, LEAF_ROWS } from '../generated/fields';
import { word } from '../lanes';

/** Rows of the block from `skip` on, `most` of them at the most; perhaps none. */
// @ts-ignore: decorator
@inline export function rowsOf(op: usize): u32 {
  const block = load<u32>(word(op, 2), CURSOR_BLOCK);
  const skip = <u32>word(op, 3);
  return block > skip ? min(block - skip, <u32>word(op, 4)) : 0;
}

/** Whether gradients of parameters are stored instead of added: at the first rows of a leaf. */
// @ts-ignore: decorator
@inline export function fresh(op: usize): bool {
  return word(op, 3) == 0 && (load<u32>(word(op, 2), CURSOR_ROW) & (LEAF_ROWS - 1)) == 0;
}
