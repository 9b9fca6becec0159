/** Between a single number a row and rows of whole vectors that hold it first. */
import { CURSOR_BLOCK, CURSOR_ROW, CURSOR_START } from '../generated/fields';
import { shift, word } from '../lanes';

export const enum Way {
  /** From rows of 16 bytes to numbers side by side. */
  TO_COLUMN,
  /** From numbers side by side to rows of 16 bytes, padded with zeros. */
  TO_ROWS,
}

/** column(cursor, rows of 16 bytes, numbers, whether the numbers are of all rows and not only those of the block) */
// @ts-ignore: decorator
@inline export function column<T>(op: usize, way: Way): void {
  const cursor = word(op, 2);
  let p = word(op, 3);
  const first = word(op, 5) != 0 ? load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW) : 0;
  let q = word(op, 4) + ((<usize>first) << shift<T>());
  const end = p + ((<usize>load<u32>(cursor, CURSOR_BLOCK)) << 4);
  do {
    if (way == Way.TO_COLUMN) {
      store<T>(q, load<T>(p));
    } else {
      v128.store(p, i32x4.splat(0));
      store<T>(p, load<T>(q));
    }
    p += 16;
    q += sizeof<T>();
  } while (p < end);
}

/** toPredictions(cursor, rows of the block, predictions, whether these are of all rows, bytes of a row) */
export function toPredictions(op: usize): void {
  const cursor = word(op, 2);
  const bytes = word(op, 6);
  const first = word(op, 5) != 0 ? load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW) : 0;
  memory.copy(word(op, 4) + <usize>first * bytes, word(op, 3), <usize>load<u32>(cursor, CURSOR_BLOCK) * bytes);
}
