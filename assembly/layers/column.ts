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
  // Whole vectors: what is stored in parts is read as a whole only after a wait.
  while (p + 64 <= end) {
    if (way == Way.TO_COLUMN) {
      let low = v128.load(p);
      let high = v128.load(p, 32);
      if (sizeof<T>() == 4) {
        low = v128.shuffle<i32>(low, v128.load(p, 16), 0, 4, 0, 4);
        high = v128.shuffle<i32>(high, v128.load(p, 48), 0, 4, 0, 4);
        v128.store(q, v128.shuffle<i64>(low, high, 0, 2));
      } else {
        v128.store(q, v128.shuffle<i64>(low, v128.load(p, 16), 0, 2));
        v128.store(q, v128.shuffle<i64>(high, v128.load(p, 48), 0, 2), 16);
      }
    } else {
      const zero = i32x4.splat(0);
      const v = v128.load(q);
      if (sizeof<T>() == 4) {
        v128.store(p, v128.shuffle<i32>(v, zero, 0, 4, 4, 4));
        v128.store(p, v128.shuffle<i32>(v, zero, 1, 4, 4, 4), 16);
        v128.store(p, v128.shuffle<i32>(v, zero, 2, 4, 4, 4), 32);
        v128.store(p, v128.shuffle<i32>(v, zero, 3, 4, 4, 4), 48);
      } else {
        const u = v128.load(q, 16);
        v128.store(p, v128.shuffle<i64>(v, zero, 0, 2));
        v128.store(p, v128.shuffle<i64>(v, zero, 1, 2), 16);
        v128.store(p, v128.shuffle<i64>(u, zero, 0, 2), 32);
        v128.store(p, v128.shuffle<i64>(u, zero, 1, 2), 48);
      }
    }
    p += 64;
    q += 4 * sizeof<T>();
  }
  while (p < end) {
    if (way == Way.TO_COLUMN) {
      store<T>(q, load<T>(p));
    } else {
      v128.store(p, i32x4.splat(0));
      store<T>(p, load<T>(q));
    }
    p += 16;
    q += sizeof<T>();
  }
}

/** toPredictions(cursor, rows of the block, predictions, whether these are of all rows, bytes of a row) */
export function toPredictions(op: usize): void {
  const cursor = word(op, 2);
  const bytes = word(op, 6);
  const first = word(op, 5) != 0 ? load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW) : 0;
  memory.copy(word(op, 4) + <usize>first * bytes, word(op, 3), <usize>load<u32>(cursor, CURSOR_BLOCK) * bytes);
}
