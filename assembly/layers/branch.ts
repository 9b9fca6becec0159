/** Values that are copied, joined and added. */
import { word } from '../lanes';
import { rowsOf } from './rows';

/** A multiple of 4 bytes. */
// @ts-ignore: decorator
@inline function copyBytes(from: usize, to: usize, bytes: usize): void {
  const end = to + bytes;
  const whole = to + (bytes & ~15);
  while (to < whole) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  while (to < end) {
    store<u32>(to, load<u32>(from));
    from += 4;
    to += 4;
  }
}

/**
 * repack(cursor, skip, most, X, bytes of a piece, bytes from piece to piece, bytes from row to row, Y, the same three of Y,
 * bytes of a row without gaps): the numbers of a row of X in their order become those of a row of Y. Gaps of Y stay as they are.
 */
export function repack(op: usize): void {
  let rows = rowsOf(op);
  if (rows == 0) return;
  let x = word(op, 5);
  const piece = word(op, 6);
  const step = word(op, 7);
  let y = word(op, 9);
  const part = word(op, 10);
  const stride = word(op, 11);
  do {
    let from = x;
    let to = y;
    let left = word(op, 13);
    let give = piece;
    let take = part;
    do {
      const bytes = min(give, take);
      copyBytes(from, to, bytes);
      from += bytes;
      to += bytes;
      give -= bytes;
      take -= bytes;
      if (give == 0) {
        from += step - piece;
        give = piece;
      }
      if (take == 0) {
        to += stride - part;
        take = part;
      }
      left -= bytes;
    } while (left != 0);
    x += word(op, 8);
    y += word(op, 12);
  } while (--rows);
}

/** plus(cursor, skip, most, A, B, Y, bytes of a row): Y = A + B; Y may be A. */
// @ts-ignore: decorator
@inline export function plus<T>(op: usize): void {
  const rows = rowsOf(op);
  if (rows == 0) return;
  let a = word(op, 5);
  let b = word(op, 6);
  let y = word(op, 7);
  const end = y + <usize>rows * word(op, 8);
  do {
    v128.store(y, v128.add<T>(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    y += 16;
  } while (y < end);
}
