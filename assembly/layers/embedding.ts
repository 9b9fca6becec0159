/**
 * Embedding: every number of X is the number of a row of W. Backward the rows of ∂Y are added to those rows of ∂W, one after
 * the other in the order of rows and positions: the sums of a dense layer of one-hot rows.
 */
import { lanes, maskBelow, shift, word } from '../lanes';
import { CURSOR_ROW } from '../generated/fields';
import { touch, wipe } from '../touched';
import { fresh, rowsOf } from './rows';

// @ts-ignore: decorator
@inline function widthOf<T>(count: u32): usize {
  return (((<usize>count) << shift<T>()) + 15) & ~15;
}

/** The row of W that a number names; whatever it is, there is such a row. */
// @ts-ignore: decorator
@inline function rowOf<T>(x: usize, most: u32): usize {
  return <usize>min(<u32>load<T>(x), most);
}

/** embedding(cursor, skip, most, X, Y, positions of X, channels of X, W, rows of W, columns of W) */
// @ts-ignore: decorator
@inline export function embedding<T>(op: usize): void {
  const rows = rowsOf(op);
  if (rows == 0) return;
  let x = word(op, 5);
  let y = word(op, 6);
  const channels = <u32>word(op, 8);
  const table = word(op, 9);
  const most = <u32>word(op, 10) - 1;
  const width = widthOf<T>(<u32>word(op, 11));
  const gap = widthOf<T>(channels) - ((<usize>channels) << shift<T>());
  let positions = rows * <u32>word(op, 7);
  do {
    let left = channels;
    do {
      let from = table + rowOf<T>(x, most) * width;
      const end = y + width;
      do {
        v128.store(y, v128.load(from));
        from += 16;
        y += 16;
      } while (y < end);
      x += sizeof<T>();
    } while (--left);
    x += gap;
  } while (--positions);
}

/**
 * embeddingBack(cursor, skip, most, X, ∂Y, positions of X, channels of X, ∂W, rows of W, columns of W, whether gradients are
 * added in any case, where rows are marked that are touched, or 0)
 */
// @ts-ignore: decorator
@inline export function embeddingBack<T>(op: usize): void {
  const rows = rowsOf(op);
  const table = word(op, 9);
  const columns = <u32>word(op, 11);
  const width = widthOf<T>(columns);
  const marks = word(op, 13);
  if (fresh(op) && word(op, 12) == 0) {
    // What earlier leaves of the batch have touched stays marked.
    if (marks != 0) wipe(marks, <u32>word(op, 10), table, width, load<u32>(word(op, 2), CURSOR_ROW) == 0);
    else memory.fill(table, 0, word(op, 10) * width);
  }
  if (rows == 0) return;
  let x = word(op, 5);
  let d = word(op, 6);
  const channels = <u32>word(op, 8);
  const most = <u32>word(op, 10) - 1;
  const gap = widthOf<T>(channels) - ((<usize>channels) << shift<T>());
  const used = (<i32>columns) & (lanes<T>() - 1);
  const mask = used == 0 ? i32x4.splat(-1) : maskBelow<T>(used);
  let positions = rows * <u32>word(op, 7);
  do {
    let left = channels;
    do {
      const row = rowOf<T>(x, most);
      if (marks != 0) touch(marks, row);
      let to = table + row * width;
      const last = to + width - 16;
      while (to < last) {
        v128.store(to, v128.add<T>(v128.load(to), v128.load(d)));
        to += 16;
        d += 16;
      }
      v128.store(to, v128.add<T>(v128.load(to), v128.and(v128.load(d), mask)));
      d += 16;
      x += sizeof<T>();
    } while (--left);
    x += gap;
  } while (--positions);
}
