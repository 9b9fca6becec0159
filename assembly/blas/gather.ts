/** Rows of a shuffled batch, copied side by side. */
import { CURSOR_BLOCK, CURSOR_INDEX, CURSOR_ROW, CURSOR_START } from '../generated/fields';
import { word } from '../lanes';

/**
 * gatherRows(cursor, from, to, bytes of a row, bytes from row to row): the rows of the block, by the cursor's index; in order
 * if it has none.
 */
export function gatherRows(op: usize): void {
  const cursor = word(op, 2);
  const from = word(op, 3);
  let to = word(op, 4);
  const bytes = word(op, 5);
  const stride = word(op, 6);
  const first = load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW);
  const indices = <usize>load<u32>(cursor, CURSOR_INDEX);
  if (indices == 0) {
    let row = from + <usize>first * stride;
    const last = to + <usize>load<u32>(cursor, CURSOR_BLOCK) * bytes;
    do {
      memory.copy(to, row, bytes);
      row += stride;
      to += bytes;
    } while (to < last);
    return;
  }
  let index = indices + ((<usize>first) << 2);
  const end = index + ((<usize>load<u32>(cursor, CURSOR_BLOCK)) << 2);
  if (bytes == 4) {
    do {
      store<u32>(to, load<u32>(from + <usize>load<u32>(index) * stride));
      index += 4;
      to += 4;
    } while (index < end);
  } else if (bytes == 8) {
    do {
      store<u64>(to, load<u64>(from + <usize>load<u32>(index) * stride));
      index += 4;
      to += 8;
    } while (index < end);
  } else {
    do {
      let row = from + <usize>load<u32>(index) * stride;
      const last = to + bytes;
      do {
        v128.store(to, v128.load(row));
        row += 16;
        to += 16;
      } while (to < last);
      index += 4;
    } while (index < end);
  }
}
