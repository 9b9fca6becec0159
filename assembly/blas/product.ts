/**
 * Products with a thin right-hand side: C = init + A·B, where B and C have V vectors a row (several outputs, several
 * classes). A is read through a row and a column stride, so the same tile serves X·W and Xᵀ·R.
 *
 *   tile: R rows × V vectors, R·V ≤ 9 accumulators     V = 1: 8 rows, 2: 4, 3: 3, 4: 2
 *
 * Every element is one sum over the depth in order, whatever the tile. Rows missing at the end are the last row again.
 */
import { CURSOR_BLOCK, CURSOR_ROW, CURSOR_START, LEAF_ROWS } from '../generated/fields';
import { loadSplat, madd, word } from '../lanes';

/** Rows of a tile of V vectors. */
// @ts-ignore: decorator
@inline function tileRows(V: i32): u32 {
  return V == 1 ? 8 : V == 2 ? 4 : V == 3 ? 3 : 2;
}

/** One panel of V vectors: `m` rows of C. */
// @ts-ignore: decorator
@inline function tiles<T>(
  V: i32,
  a: usize,
  rowStride: usize,
  columnStride: usize,
  m: u32,
  depth: u32,
  b: usize,
  bStride: usize,
  init: usize,
  initStride: usize,
  c: usize,
  cStride: usize,
): void {
  const R = tileRows(V);
  const last = m - 1;
  const bEnd = b + <usize>depth * bStride;
  let i: u32 = 0;
  do {
    const i1 = <usize>min(i + 1, last);
    const i2 = <usize>min(i + 2, last);
    const i3 = <usize>min(i + 3, last);
    const i4 = <usize>min(i + 4, last);
    const i5 = <usize>min(i + 5, last);
    const i6 = <usize>min(i + 6, last);
    const i7 = <usize>min(i + 7, last);
    const start = <usize>i;
    let a0 = a + start * rowStride;
    let a1 = a + i1 * rowStride;
    let a2 = a + i2 * rowStride;
    let a3 = a + i3 * rowStride;
    let a4 = a + i4 * rowStride;
    let a5 = a + i5 * rowStride;
    let a6 = a + i6 * rowStride;
    let a7 = a + i7 * rowStride;
    const n0 = init + start * initStride;
    const n1 = init + i1 * initStride;
    const n2 = init + i2 * initStride;
    const n3 = init + i3 * initStride;
    const n4 = init + i4 * initStride;
    const n5 = init + i5 * initStride;
    const n6 = init + i6 * initStride;
    const n7 = init + i7 * initStride;
    let c00 = v128.load(n0);
    let c01 = V > 1 ? v128.load(n0, 16) : c00;
    let c02 = V > 2 ? v128.load(n0, 32) : c00;
    let c03 = V > 3 ? v128.load(n0, 48) : c00;
    let c10 = v128.load(n1);
    let c11 = V > 1 ? v128.load(n1, 16) : c00;
    let c12 = V > 2 ? v128.load(n1, 32) : c00;
    let c13 = V > 3 ? v128.load(n1, 48) : c00;
    let c20 = R > 2 ? v128.load(n2) : c00;
    let c21 = R > 2 && V > 1 ? v128.load(n2, 16) : c00;
    let c22 = R > 2 && V > 2 ? v128.load(n2, 32) : c00;
    let c30 = R > 3 ? v128.load(n3) : c00;
    let c31 = R > 3 && V > 1 ? v128.load(n3, 16) : c00;
    let c40 = R > 4 ? v128.load(n4) : c00;
    let c50 = R > 4 ? v128.load(n5) : c00;
    let c60 = R > 4 ? v128.load(n6) : c00;
    let c70 = R > 4 ? v128.load(n7) : c00;
    let q = b;
    do {
      const b0 = v128.load(q);
      const b1 = V > 1 ? v128.load(q, 16) : b0;
      const b2 = V > 2 ? v128.load(q, 32) : b0;
      const b3 = V > 3 ? v128.load(q, 48) : b0;
      let s = loadSplat<T>(a0);
      c00 = madd<T>(c00, s, b0);
      if (V > 1) c01 = madd<T>(c01, s, b1);
      if (V > 2) c02 = madd<T>(c02, s, b2);
      if (V > 3) c03 = madd<T>(c03, s, b3);
      s = loadSplat<T>(a1);
      c10 = madd<T>(c10, s, b0);
      if (V > 1) c11 = madd<T>(c11, s, b1);
      if (V > 2) c12 = madd<T>(c12, s, b2);
      if (V > 3) c13 = madd<T>(c13, s, b3);
      a0 += columnStride;
      a1 += columnStride;
      if (R > 2) {
        s = loadSplat<T>(a2);
        c20 = madd<T>(c20, s, b0);
        if (V > 1) c21 = madd<T>(c21, s, b1);
        if (V > 2) c22 = madd<T>(c22, s, b2);
        a2 += columnStride;
      }
      if (R > 3) {
        s = loadSplat<T>(a3);
        c30 = madd<T>(c30, s, b0);
        if (V > 1) c31 = madd<T>(c31, s, b1);
        a3 += columnStride;
      }
      if (R > 4) {
        c40 = madd<T>(c40, loadSplat<T>(a4), b0);
        c50 = madd<T>(c50, loadSplat<T>(a5), b0);
        c60 = madd<T>(c60, loadSplat<T>(a6), b0);
        c70 = madd<T>(c70, loadSplat<T>(a7), b0);
        a4 += columnStride;
        a5 += columnStride;
        a6 += columnStride;
        a7 += columnStride;
      }
      q += bStride;
    } while (q < bEnd);
    let o = c + start * cStride;
    v128.store(o, c00);
    if (V > 1) v128.store(o, c01, 16);
    if (V > 2) v128.store(o, c02, 32);
    if (V > 3) v128.store(o, c03, 48);
    o = c + i1 * cStride;
    v128.store(o, c10);
    if (V > 1) v128.store(o, c11, 16);
    if (V > 2) v128.store(o, c12, 32);
    if (V > 3) v128.store(o, c13, 48);
    if (R > 2) {
      o = c + i2 * cStride;
      v128.store(o, c20);
      if (V > 1) v128.store(o, c21, 16);
      if (V > 2) v128.store(o, c22, 32);
    }
    if (R > 3) {
      o = c + i3 * cStride;
      v128.store(o, c30);
      if (V > 1) v128.store(o, c31, 16);
    }
    if (R > 4) {
      v128.store(c + i4 * cStride, c40);
      v128.store(c + i5 * cStride, c50);
      v128.store(c + i6 * cStride, c60);
      v128.store(c + i7 * cStride, c70);
    }
    i += R;
  } while (i < m);
}

function panel1<T>(
  a: usize,
  rowStride: usize,
  columnStride: usize,
  m: u32,
  depth: u32,
  b: usize,
  bStride: usize,
  init: usize,
  initStride: usize,
  c: usize,
  cStride: usize,
): void {
  tiles<T>(1, a, rowStride, columnStride, m, depth, b, bStride, init, initStride, c, cStride);
}

function panel2<T>(
  a: usize,
  rowStride: usize,
  columnStride: usize,
  m: u32,
  depth: u32,
  b: usize,
  bStride: usize,
  init: usize,
  initStride: usize,
  c: usize,
  cStride: usize,
): void {
  tiles<T>(2, a, rowStride, columnStride, m, depth, b, bStride, init, initStride, c, cStride);
}

function panel3<T>(
  a: usize,
  rowStride: usize,
  columnStride: usize,
  m: u32,
  depth: u32,
  b: usize,
  bStride: usize,
  init: usize,
  initStride: usize,
  c: usize,
  cStride: usize,
): void {
  tiles<T>(3, a, rowStride, columnStride, m, depth, b, bStride, init, initStride, c, cStride);
}

function panel4<T>(
  a: usize,
  rowStride: usize,
  columnStride: usize,
  m: u32,
  depth: u32,
  b: usize,
  bStride: usize,
  init: usize,
  initStride: usize,
  c: usize,
  cStride: usize,
): void {
  tiles<T>(4, a, rowStride, columnStride, m, depth, b, bStride, init, initStride, c, cStride);
}

/**
 * One panel of V vectors: `m` rows of C. `initStride` 0 starts every row from the same one. All products share these four
 * functions.
 */
// @ts-ignore: decorator
@inline export function panel<T>(
  V: i32,
  a: usize,
  rowStride: usize,
  columnStride: usize,
  m: u32,
  depth: u32,
  b: usize,
  bStride: usize,
  init: usize,
  initStride: usize,
  c: usize,
  cStride: usize,
): void {
  if (V == 1) panel1<T>(a, rowStride, columnStride, m, depth, b, bStride, init, initStride, c, cStride);
  else if (V == 2) panel2<T>(a, rowStride, columnStride, m, depth, b, bStride, init, initStride, c, cStride);
  else if (V == 3) panel3<T>(a, rowStride, columnStride, m, depth, b, bStride, init, initStride, c, cStride);
  else panel4<T>(a, rowStride, columnStride, m, depth, b, bStride, init, initStride, c, cStride);
}

/** How the operands of `product` lie. */
export const enum Mode {
  /** Z = X·W + b: A is a block of rows in place. */
  FORWARD,
  /** As FORWARD, the rows gathered side by side. */
  FORWARD_GATHERED,
  /** G += Xᵀ·R, from zero at the first block of a leaf. */
  BACKWARD,
  BACKWARD_GATHERED,
}

/**
 * product(cursor, mode, X, stride, features > 0, W, row bytes of W, b, Z, G, gb, Z holds all rows): forward Z = X·W + b; backward, with
 * the residuals in Z, G += Xᵀ·Z and gb += Σ Z. V is the number of vectors of a panel; a row may have several panels.
 */
// @ts-ignore: decorator
@inline export function product<T>(op: usize, V: i32): void {
  const cursor = word(op, 2);
  const mode = <i32>word(op, 3);
  const stride = word(op, 5);
  const features = <u32>word(op, 6);
  const width = word(op, 8);
  const row = load<u32>(cursor, CURSOR_ROW);
  const first = <usize>(load<u32>(cursor, CURSOR_START) + row);
  const z = word(op, 10) + (word(op, 13) != 0 ? first * width : 0);
  const rows = load<u32>(cursor, CURSOR_BLOCK);
  const gathered = (mode & 1) != 0;
  const x = word(op, 4) + (gathered ? 0 : first * stride);
  let at: usize = 0;
  if (mode < Mode.BACKWARD) {
    const w = word(op, 7);
    const bias = word(op, 9);
    do {
      panel<T>(V, x, stride, sizeof<T>(), rows, features, w + at, width, bias + at, 0, z + at, width);
      at += (<usize>V) << 4;
    } while (at < width);
    return;
  }
  const g = word(op, 11);
  const gb = word(op, 12);
  if ((row & (LEAF_ROWS - 1)) == 0) {
    memory.fill(g, 0, <usize>features * width);
    memory.fill(gb, 0, width);
  }
  do {
    panel<T>(V, x, sizeof<T>(), stride, features, rows, z + at, width, g + at, width, g + at, width);
    let j: usize = 0;
    do {
      const o = gb + at + j;
      let sum = v128.load(o);
      let r = z + at + j;
      const end = r + <usize>rows * width;
      do {
        sum = v128.add<T>(sum, v128.load(r));
        r += width;
      } while (r < end);
      v128.store(o, sum);
      j += 16;
    } while (j < (<usize>V) << 4);
    at += (<usize>V) << 4;
  } while (at < width);
}
