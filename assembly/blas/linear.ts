/**
 * A linear model with one output over a block of rows: margins z = X·w + b, and the gradient Xᵀ·r. The two run over
 * the same block one after the other, so that a row of X comes from memory once.
 *
 *   X  | row 0 | padding || row 1 | padding || …      rows padded with zeros to whole vectors
 *
 * Four rows at a time; missing rows of the last four are the last row again, with a residual of zero.
 */
import { CURSOR_BLOCK, CURSOR_INDEX, CURSOR_ROW, CURSOR_START, LEAF_ROWS } from '../generated/fields';
import { loadSplat, madd, shift, sumLanes, word } from '../lanes';

/** Address of row `i` of the data, through the index of a shuffled batch if there is one. */
// @ts-ignore: decorator
@inline function rowAt(x: usize, stride: usize, index: usize, i: u32): usize {
  return x + (index ? <usize>load<u32>(index + ((<usize>i) << 2)) : <usize>i) * stride;
}

/** Sums of the lanes of four vectors, as four (f32) or twice two (f64) lanes. */
// @ts-ignore: decorator
@inline function storeSums<T>(z: usize, a: v128, b: v128, c: v128, d: v128, bias: v128): void {
  if (sizeof<T>() == 4) {
    const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
    const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 2, 4, 6), v128.shuffle<f32>(c, d, 1, 3, 5, 7));
    const all = f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
    v128.store(z, f32x4.add(all, bias));
  } else {
    const ab = f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3));
    const cd = f64x2.add(v128.shuffle<f64>(c, d, 0, 2), v128.shuffle<f64>(c, d, 1, 3));
    v128.store(z, f64x2.add(ab, bias));
    v128.store(z, f64x2.add(cd, bias), 16);
  }
}

/**
 * Reads a line of the cache each 64 bytes, in order: the processor fetches ahead along one such stream, which it does not
 * along four rows at once. Leaves something at `sink`, so that the loop stays.
 */
// @ts-ignore: decorator
@inline function touch(p: usize, end: usize, sink: usize): void {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  do {
    a = v128.or(a, v128.load(p));
    b = v128.or(b, v128.load(p, 64));
    a = v128.or(a, v128.load(p, 128));
    b = v128.or(b, v128.load(p, 192));
    p += 256;
  } while (p < end);
  v128.store(sink, v128.or(a, b));
}

/** margin(cursor, X, stride, row bytes > 0, w, b, z, z holds all rows): z = X·w + b for the rows of the block. */
// @ts-ignore: decorator
@inline export function margin<T>(op: usize): void {
  const cursor = word(op, 2);
  const x = word(op, 3);
  const stride = word(op, 4);
  const bytes = word(op, 5);
  const w = word(op, 6);
  const bias = loadSplat<T>(word(op, 7));
  let z = word(op, 8);
  const index = <usize>load<u32>(cursor, CURSOR_INDEX);
  let row = load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW);
  const end = row + load<u32>(cursor, CURSOR_BLOCK);
  const last = end - 1;
  const stop = w + bytes;
  const pairs = w + (bytes & ~31);
  if (word(op, 9) != 0) z += (<usize>row) << shift<T>();
  // What it leaves at z is overwritten.
  if (index == 0) touch(x + <usize>row * stride, x + <usize>end * stride, z);
  do {
    let p0 = rowAt(x, stride, index, row);
    let p1 = rowAt(x, stride, index, min(row + 1, last));
    let p2 = rowAt(x, stride, index, min(row + 2, last));
    let p3 = rowAt(x, stride, index, min(row + 3, last));
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let c = i32x4.splat(0);
    let d = i32x4.splat(0);
    let q = w;
    // Two vectors a turn; the order within a row is that of one.
    while (q < pairs) {
      const v = v128.load(q);
      const u = v128.load(q, 16);
      a = madd<T>(a, v128.load(p0), v);
      b = madd<T>(b, v128.load(p1), v);
      c = madd<T>(c, v128.load(p2), v);
      d = madd<T>(d, v128.load(p3), v);
      a = madd<T>(a, v128.load(p0, 16), u);
      b = madd<T>(b, v128.load(p1, 16), u);
      c = madd<T>(c, v128.load(p2, 16), u);
      d = madd<T>(d, v128.load(p3, 16), u);
      q += 32;
      p0 += 32;
      p1 += 32;
      p2 += 32;
      p3 += 32;
    }
    if (q < stop) {
      const v = v128.load(q);
      a = madd<T>(a, v128.load(p0), v);
      b = madd<T>(b, v128.load(p1), v);
      c = madd<T>(c, v128.load(p2), v);
      d = madd<T>(d, v128.load(p3), v);
    }
    storeSums<T>(z, a, b, c, d, bias);
    z += (<usize>4) << shift<T>();
    row += 4;
  } while (row < end);
}

/**
 * gradient(cursor, X, stride, row bytes > 0, r, g, gb): g += Xᵀ·r and gb += Σr, from zero at the first block of a
 * leaf. The residuals are zero up to a multiple of four rows.
 */
// @ts-ignore: decorator
@inline export function gradient<T>(op: usize): void {
  const cursor = word(op, 2);
  const x = word(op, 3);
  const stride = word(op, 4);
  const bytes = word(op, 5);
  let r = word(op, 6);
  const g = word(op, 7);
  const gb = word(op, 8);
  const index = <usize>load<u32>(cursor, CURSOR_INDEX);
  const first = load<u32>(cursor, CURSOR_ROW);
  let row = load<u32>(cursor, CURSOR_START) + first;
  const end = row + load<u32>(cursor, CURSOR_BLOCK);
  const last = end - 1;
  if ((first & (LEAF_ROWS - 1)) == 0) {
    memory.fill(g, 0, bytes);
    store<T>(gb, <T>0);
  }
  let bias = i32x4.splat(0);
  const stop = g + bytes;
  const pairs = g + (bytes & ~31);
  do {
    let p0 = rowAt(x, stride, index, row);
    let p1 = rowAt(x, stride, index, min(row + 1, last));
    let p2 = rowAt(x, stride, index, min(row + 2, last));
    let p3 = rowAt(x, stride, index, min(row + 3, last));
    bias = v128.add<T>(bias, v128.load(r));
    if (sizeof<T>() == 8) bias = v128.add<T>(bias, v128.load(r, 16));
    const r0 = loadSplat<T>(r);
    const r1 = loadSplat<T>(r + sizeof<T>());
    const r2 = loadSplat<T>(r + 2 * sizeof<T>());
    const r3 = loadSplat<T>(r + 3 * sizeof<T>());
    let q = g;
    while (q < pairs) {
      const ab = madd<T>(v128.mul<T>(v128.load(p0), r0), v128.load(p1), r1);
      const cd = madd<T>(v128.mul<T>(v128.load(p2), r2), v128.load(p3), r3);
      const ef = madd<T>(v128.mul<T>(v128.load(p0, 16), r0), v128.load(p1, 16), r1);
      const gh = madd<T>(v128.mul<T>(v128.load(p2, 16), r2), v128.load(p3, 16), r3);
      v128.store(q, v128.add<T>(v128.load(q), v128.add<T>(ab, cd)));
      v128.store(q, v128.add<T>(v128.load(q, 16), v128.add<T>(ef, gh)), 16);
      q += 32;
      p0 += 32;
      p1 += 32;
      p2 += 32;
      p3 += 32;
    }
    if (q < stop) {
      const ab = madd<T>(v128.mul<T>(v128.load(p0), r0), v128.load(p1), r1);
      const cd = madd<T>(v128.mul<T>(v128.load(p2), r2), v128.load(p3), r3);
      v128.store(q, v128.add<T>(v128.load(q), v128.add<T>(ab, cd)));
    }
    r += (<usize>4) << shift<T>();
    row += 4;
  } while (row < end);
  store<T>(gb, load<T>(gb) + sumLanes<T>(bias));
}
