/** Products without packing, by the tiles of product.ts: few columns, few rows. Bits as in gemm.ts. */
import { lanes, loadSplat, madd, shift } from '../lanes';
import { Form } from './gemm';
import { turn } from './pack';
import { panel } from './product';

/** Operands of `gemm`. Four vectors of the columns at a time. */
export function small<T>(
  form: Form,
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  rows: u32,
  columns: u32,
  depth: u32,
  init: usize,
  initStride: usize,
  initStep: usize,
  c: usize,
  cStride: usize,
  scratch: usize,
): void {
  const along = form == Form.TN ? sizeof<T>() : aStride;
  const across = form == Form.TN ? aStride : sizeof<T>();
  const width = <u32>lanes<T>();
  let j: u32 = 0;
  do {
    const left = (columns - j + width - 1) / width;
    const V = <i32>min(left, 4);
    let q = b + ((<usize>j) << shift<T>());
    let stride = bStride;
    if (form == Form.NT) {
      turn<T>(<u32>V * width, b + <usize>j * bStride, bStride, min(columns - j, 4 * width), depth, scratch);
      q = scratch;
      stride = (<usize>V) << 4;
    }
    panel<T>(V, a, along, across, rows, depth, q, stride, init, initStride, c, cStride);
    init += initStep << 2;
    c += 64;
    j += 4 * width;
  } while (j < columns);
}

/** Element `k` of up to a vector of rows, side by side; those missing are the last row again. */
// @ts-ignore: decorator
@inline function across<T>(p: usize, stride: usize, last: u32): v128 {
  const p1 = p + <usize>min(1, last) * stride;
  if (sizeof<T>() == 8) return v128.load64_lane(p1, v128.load64_splat(p), 1);
  let v = v128.load32_lane(p1, v128.load32_splat(p), 1);
  v = v128.load32_lane(p + <usize>min(2, last) * stride, v, 2);
  return v128.load32_lane(p + <usize>min(3, last) * stride, v, 3);
}

/** The depth outside: a vector across rows of B serves all rows of A. */
function tinyTurned<T>(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  rows: u32,
  columns: u32,
  depth: u32,
  init: usize,
  initStride: usize,
  c: usize,
): void {
  const end = c + ((<usize>rows) << 4);
  do {
    const v = across<T>(b, bStride, columns - 1);
    let p = a;
    let o = c;
    do {
      v128.store(o, madd<T>(v128.load(init), loadSplat<T>(p), v));
      p += aStride;
      init += initStride;
      o += 16;
    } while (o < end);
    a += sizeof<T>();
    b += sizeof<T>();
    init = c;
    initStride = 16;
  } while (--depth != 0);
}

/**
 * The same for one vector of columns, row by row: for so few multiply-adds that to set up a tile takes longer than to
 * multiply.
 */
// @ts-ignore: decorator
@inline export function tiny<T>(
  form: Form,
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  rows: u32,
  columns: u32,
  depth: u32,
  init: usize,
  initStride: usize,
  c: usize,
): void {
  if (form == Form.NT) {
    tinyTurned<T>(a, aStride, b, bStride, rows, columns, depth, init, initStride, c);
    return;
  }
  const along = form == Form.TN ? sizeof<T>() : aStride;
  const step = form == Form.TN ? aStride : sizeof<T>();
  const bEnd = b + <usize>depth * bStride;
  const end = c + ((<usize>rows) << 4);
  do {
    let sum = v128.load(init);
    let p = a;
    let q = b;
    do {
      sum = madd<T>(sum, loadSplat<T>(p), v128.load(q));
      p += step;
      q += bStride;
    } while (q < bEnd);
    v128.store(c, sum);
    a += along;
    init += initStride;
    c += 16;
  } while (c < end);
}
