/**
 * The pairwise tree over leaves of 4,096 rows, as a binary counter: leaf k is added to the partial sums of the levels
 * that are full, lowest first. The order is the same whoever computes the leaves.
 *
 *   stack  | level 0 | level 1 | …      each: gradient (bytes of T), then the sum of the loss (f64)
 */
import { CURSOR_BLOCK, CURSOR_COUNT, CURSOR_ROW, LEAF_ROWS } from '../generated/fields';
import { word } from '../lanes';

/** The block at `to` becomes from + to. */
// @ts-ignore: decorator
@inline function add<T>(from: usize, to: usize, bytes: usize, sums: usize): void {
  store<f64>(sums, load<f64>(from + bytes) + load<f64>(sums));
  const end = to + bytes;
  do {
    v128.store(to, v128.add<T>(v128.load(from), v128.load(to)));
    from += 16;
    to += 16;
  } while (to < end);
}

/** leaf(cursor, gradient, bytes > 0, sums, stack): at the end of a leaf; at the last one the sum of all is in place. */
// @ts-ignore: decorator
@inline export function leaf<T>(op: usize): void {
  const cursor = word(op, 2);
  const row = load<u32>(cursor, CURSOR_ROW);
  const count = load<u32>(cursor, CURSOR_COUNT);
  const next = row + load<u32>(cursor, CURSOR_BLOCK);
  if (count <= LEAF_ROWS || (next < count && (next & (LEAF_ROWS - 1)) != 0)) return;
  const gradient = word(op, 3);
  const bytes = word(op, 4);
  const sums = word(op, 5);
  const size = bytes + 64;
  let level = word(op, 6);
  let full = row / LEAF_ROWS;
  while ((full & 1) != 0) {
    add<T>(level, gradient, bytes, sums);
    level += size;
    full >>= 1;
  }
  if (next < count) {
    memory.copy(level, gradient, bytes);
    store<f64>(level + bytes, load<f64>(sums));
    store<f64>(sums, 0);
    return;
  }
  while (full != 0) {
    level += size;
    full >>= 1;
    if ((full & 1) != 0) add<T>(level, gradient, bytes, sums);
  }
}
