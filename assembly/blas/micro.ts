/**
 * The micro-kernel: a tile of C, ROWS × 2 vectors, from a panel of A and a panel of B.
 *
 *   A  | rows 0 … ROWS−1 of depth 0 | of depth 1 | …        B  | vectors 0, 1 of depth 0 | of depth 1 | …
 *
 * Every element is one sum over the depth in order. Eight accumulators stay in registers in every engine (twelve with
 * fused multiply-add): with ten, V8 11 halves the speed and V8 14 gains 7 %. Nor is the loop over the depth unrolled.
 */
import { loadSplat, madd } from '../lanes';

/** Rows of a tile. */
// @ts-ignore: decorator
@inline export const ROWS: u32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

/** Vectors of a tile. */
// @ts-ignore: decorator
@inline export const VECTORS: u32 = 2;

/**
 * C = init + A·B, the first R rows of the panel of A. Rows behind `last` are missing: they lie on row `last`, which is stored after them. So does the second
 * vector on the first where `next`, the bytes between them, is 0. `initNext` is the same for `init`.
 */
// @ts-ignore: decorator
@inline export function tile<T>(
  R: u32,
  a: usize,
  b: usize,
  bEnd: usize,
  init: usize,
  initStride: usize,
  initNext: usize,
  c: usize,
  cStride: usize,
  next: usize,
  last: u32,
): void {
  const r1 = <usize>min(1, last);
  const r2 = <usize>min(2, last);
  const r3 = <usize>min(3, last);
  const r4: usize = R > 4 ? min(4, last) : 0;
  const r5: usize = R > 4 ? min(5, last) : 0;
  let n = init;
  let c00 = v128.load(n);
  let c01 = v128.load(n + initNext);
  n = init + r1 * initStride;
  let c10 = v128.load(n);
  let c11 = v128.load(n + initNext);
  n = init + r2 * initStride;
  let c20 = v128.load(n);
  let c21 = v128.load(n + initNext);
  n = init + r3 * initStride;
  let c30 = v128.load(n);
  let c31 = v128.load(n + initNext);
  n = init + r4 * initStride;
  let c40 = R > 4 ? v128.load(n) : c00;
  let c41 = R > 4 ? v128.load(n + initNext) : c00;
  n = init + r5 * initStride;
  let c50 = R > 4 ? v128.load(n) : c00;
  let c51 = R > 4 ? v128.load(n + initNext) : c00;
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let s = loadSplat<T>(a);
    c00 = madd<T>(c00, s, b0);
    c01 = madd<T>(c01, s, b1);
    s = sizeof<T>() == 4 ? v128.load32_splat(a, 4) : v128.load64_splat(a, 8);
    c10 = madd<T>(c10, s, b0);
    c11 = madd<T>(c11, s, b1);
    s = sizeof<T>() == 4 ? v128.load32_splat(a, 8) : v128.load64_splat(a, 16);
    c20 = madd<T>(c20, s, b0);
    c21 = madd<T>(c21, s, b1);
    s = sizeof<T>() == 4 ? v128.load32_splat(a, 12) : v128.load64_splat(a, 24);
    c30 = madd<T>(c30, s, b0);
    c31 = madd<T>(c31, s, b1);
    if (R > 4) {
      s = sizeof<T>() == 4 ? v128.load32_splat(a, 16) : v128.load64_splat(a, 32);
      c40 = madd<T>(c40, s, b0);
      c41 = madd<T>(c41, s, b1);
      s = sizeof<T>() == 4 ? v128.load32_splat(a, 20) : v128.load64_splat(a, 40);
      c50 = madd<T>(c50, s, b0);
      c51 = madd<T>(c51, s, b1);
    }
    a += ROWS * sizeof<T>();
    b += 32;
  } while (b < bEnd);
  let o: usize;
  if (R > 4) {
    o = c + r5 * cStride;
    v128.store(o + next, c51);
    v128.store(o, c50);
    o = c + r4 * cStride;
    v128.store(o + next, c41);
    v128.store(o, c40);
  }
  o = c + r3 * cStride;
  v128.store(o + next, c31);
  v128.store(o, c30);
  o = c + r2 * cStride;
  v128.store(o + next, c21);
  v128.store(o, c20);
  o = c + r1 * cStride;
  v128.store(o + next, c11);
  v128.store(o, c10);
  v128.store(c + next, c01);
  v128.store(c, c00);
}
