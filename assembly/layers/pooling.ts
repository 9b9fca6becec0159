/**
 * Pooling of the rows of an op: the largest or the mean of a window, channel by channel. Padding counts as −∞ for the
 * largest; for the mean it is left out, or counted as 0. ∂ of the largest goes to the first position that has it.
 */
import {
  WINDOW_COUNT_PADDING,
  WINDOW_HEIGHT,
  WINDOW_INPUT_BYTES,
  WINDOW_KERNEL_HEIGHT,
  WINDOW_KERNEL_WIDTH,
  WINDOW_LEFT,
  WINDOW_OUTPUT_BYTES,
  WINDOW_OUTPUT_HEIGHT,
  WINDOW_OUTPUT_WIDTH,
  WINDOW_STRIDE_X,
  WINDOW_STRIDE_Y,
  WINDOW_TOP,
  WINDOW_WIDTH,
} from '../generated/fields';
import { word } from '../lanes';
import { rowsOf } from './rows';
import { Act, field, walk } from './window';

export const enum Pool {
  MAX,
  MAX_BACK,
  AVERAGE,
  AVERAGE_BACK,
}

function fill<T>(t: usize, bytes: usize, value: T): void {
  const v = v128.splat<T>(value);
  const end = t + bytes;
  do {
    v128.store(t, v);
    t += 16;
  } while (t < end);
}

/** Places of a window from `begin` on within `length`. */
// @ts-ignore: decorator
@inline function inside(begin: i32, taps: i32, length: i32): u32 {
  return <u32>(min(begin + taps, length) - max(begin, 0));
}

/** Every window times 1 / its places. */
function divide<T>(g: usize, rows: u32, y: usize): void {
  const bytes = <usize>field(g, WINDOW_OUTPUT_BYTES);
  const high = field(g, WINDOW_KERNEL_HEIGHT);
  const wide = field(g, WINDOW_KERNEL_WIDTH);
  const height = field(g, WINDOW_HEIGHT);
  const width = field(g, WINDOW_WIDTH);
  do {
    let oy: u32 = 0;
    do {
      const lines = inside(<i32>(oy * field(g, WINDOW_STRIDE_Y) - field(g, WINDOW_TOP)), high, height);
      let ox: u32 = 0;
      do {
        const across = inside(<i32>(ox * field(g, WINDOW_STRIDE_X) - field(g, WINDOW_LEFT)), wide, width);
        const count = field(g, WINDOW_COUNT_PADDING) != 0 ? high * wide : lines * across;
        const scale = v128.splat<T>(<T>(1 / <f64>count));
        const end = y + bytes;
        do {
          v128.store(y, v128.mul<T>(v128.load(y), scale));
          y += 16;
        } while (y < end);
      } while (++ox < field(g, WINDOW_OUTPUT_WIDTH));
    } while (++oy < field(g, WINDOW_OUTPUT_HEIGHT));
  } while (--rows != 0);
}

/**
 * maxPool, averagePool (cursor, skip, most, window, X, Y)
 * maxPoolBack (cursor, skip, most, window, X, Y, ∂X, ∂Y), averagePoolBack (…, window, ∂X, ∂Y): ∂Y is used up.
 */
// @ts-ignore: decorator
@inline export function pool<T>(op: usize, what: Pool): void {
  const rows = rowsOf(op);
  if (rows == 0) return;
  const g = word(op, 5);
  const x = word(op, 6);
  const y = word(op, 7);
  const count = rows * field(g, WINDOW_OUTPUT_HEIGHT) * field(g, WINDOW_OUTPUT_WIDTH);
  const bytes = <usize>field(g, WINDOW_OUTPUT_BYTES);
  const size = <usize>count * bytes;
  const image = <usize>(rows * field(g, WINDOW_HEIGHT) * field(g, WINDOW_WIDTH)) * field(g, WINDOW_INPUT_BYTES);
  if (what == Pool.MAX) {
    fill<T>(y, size, <T>-Infinity);
    walk<T>(Act.MAX, g, 0, count, x, 0, 0, 0, y, 0, bytes, false);
  } else if (what == Pool.MAX_BACK) {
    const to = word(op, 8);
    memory.fill(to, 0, image);
    walk<T>(Act.MAX_BACK, g, 0, count, x, word(op, 9), 0, bytes, y, to - x, bytes, false);
  } else if (what == Pool.AVERAGE) {
    memory.fill(y, 0, size);
    walk<T>(Act.SUM, g, 0, count, x, 0, 0, 0, y, 0, bytes, false);
    divide<T>(g, rows, y);
  } else {
    divide<T>(g, rows, y);
    memory.fill(x, 0, image);
    walk<T>(Act.SPREAD, g, 0, count, x, 0, 0, 0, y, 0, bytes, false);
  }
}
