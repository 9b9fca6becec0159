/**
 * Muon (Jordan et al. 2024): momentum whose singular values are brought close to 1 by five Newton–Schulz steps. Matrices
 * only, one at a time, in the precision of the parameters.
 *
 *   b ← μb + (1 − μ)g        X = b, with Nesterov (1 − μ)g + μb        X ← X/max(‖X‖, 1e-7)
 *   wide:  A = XXᵀ           X ← (aI + bA + cA²)X
 *   tall:  A = XᵀX           X ← X(aI + bA + cA²)                      a, b, c = 3.4445, −4.775, 2.0315
 *   θ ← (1 − ηλ)θ − ηf·X     f = √max(1, rows/columns), or 0.2·√max(rows, columns), of the matrix as users see it
 *
 * A is square with the shorter side, symmetric, its rows padded to whole vectors.
 *
 *   scratch   X (as θ) | next X (as θ) | A | A², then the polynomial
 */
import { squares } from '../blas/measure';
import { panel } from '../blas/product';
import { madd, shift, sumLanes, word } from '../lanes';
import { all, Flag, has, option, rateOf, slot } from './update';

/** The start of every sum: two vectors of zeros. */
const ZEROS = memory.data(32, 16);

/**
 * C = A·B, `width` bytes of every row of B and C. With `half` what lies right of the diagonal and some left of it: C is
 * symmetric.
 */
function multiply<T>(
  a: usize,
  rowStride: usize,
  columnStride: usize,
  m: u32,
  depth: u32,
  b: usize,
  bStride: usize,
  c: usize,
  cStride: usize,
  width: usize,
  half: bool,
): void {
  let at: usize = 0;
  do {
    const pair = at + 32 <= width;
    const next = at + (pair ? 32 : 16);
    const rows = half ? min(m, <u32>(next >> shift<T>())) : m;
    if (pair) panel<T>(2, a, rowStride, columnStride, rows, depth, b + at, bStride, ZEROS, 0, c + at, cStride);
    else panel<T>(1, a, rowStride, columnStride, rows, depth, b + at, bStride, ZEROS, 0, c + at, cStride);
    at = next;
  } while (at < width);
}

/** The sum of products of rows i and j, on both sides of the diagonal. */
// @ts-ignore: decorator
@inline function put<T>(a: usize, stride: usize, i: u32, j: u32, sum: v128): void {
  const value = sumLanes<T>(sum);
  store<T>(a + <usize>i * stride + (<usize>j << shift<T>()), value);
  store<T>(a + <usize>j * stride + (<usize>i << shift<T>()), value);
}

/** A = XXᵀ, in tiles of 4 × 2 from the diagonal on. Rows missing at the end are the last row again. */
function gram<T>(x: usize, rowBytes: usize, n: u32, a: usize, stride: usize): void {
  const last = n - 1;
  let i: u32 = 0;
  do {
    const i1 = min(i + 1, last);
    const i2 = min(i + 2, last);
    const i3 = min(i + 3, last);
    const p0 = x + <usize>i * rowBytes;
    const p1 = x + <usize>i1 * rowBytes;
    const p2 = x + <usize>i2 * rowBytes;
    const p3 = x + <usize>i3 * rowBytes;
    let j = i;
    do {
      const j1 = min(j + 1, last);
      const q0 = x + <usize>j * rowBytes;
      const q1 = x + <usize>j1 * rowBytes;
      let s00 = i32x4.splat(0);
      let s01 = i32x4.splat(0);
      let s10 = i32x4.splat(0);
      let s11 = i32x4.splat(0);
      let s20 = i32x4.splat(0);
      let s21 = i32x4.splat(0);
      let s30 = i32x4.splat(0);
      let s31 = i32x4.splat(0);
      let at: usize = 0;
      do {
        const y0 = v128.load(q0 + at);
        const y1 = v128.load(q1 + at);
        let v = v128.load(p0 + at);
        s00 = madd<T>(s00, v, y0);
        s01 = madd<T>(s01, v, y1);
        v = v128.load(p1 + at);
        s10 = madd<T>(s10, v, y0);
        s11 = madd<T>(s11, v, y1);
        v = v128.load(p2 + at);
        s20 = madd<T>(s20, v, y0);
        s21 = madd<T>(s21, v, y1);
        v = v128.load(p3 + at);
        s30 = madd<T>(s30, v, y0);
        s31 = madd<T>(s31, v, y1);
        at += 16;
      } while (at < rowBytes);
      put<T>(a, stride, i, j, s00);
      put<T>(a, stride, i, j1, s01);
      put<T>(a, stride, i1, j, s10);
      put<T>(a, stride, i1, j1, s11);
      put<T>(a, stride, i2, j, s20);
      put<T>(a, stride, i2, j1, s21);
      put<T>(a, stride, i3, j, s30);
      put<T>(a, stride, i3, j1, s31);
      j += 2;
    } while (j < n);
    i += 4;
  } while (i < n);
}

/** Copies what is right of the diagonal to the other side. */
function mirror<T>(a: usize, stride: usize, n: u32): void {
  for (let i: u32 = 1; i < n; i++) {
    let to = a + <usize>i * stride;
    let from = a + (<usize>i << shift<T>());
    const end = to + (<usize>i << shift<T>());
    do {
      store<T>(to, load<T>(from));
      to += sizeof<T>();
      from += stride;
    } while (to < end);
  }
}

/** P = aI + bA + cA² in the place of A². */
function polynomial<T>(a: usize, p: usize, stride: usize, n: u32): void {
  const b = all<T>(-4.775);
  const c = all<T>(2.0315);
  let from = a;
  let to = p;
  const end = p + <usize>n * stride;
  do {
    v128.store(to, madd<T>(v128.mul<T>(c, v128.load(to)), b, v128.load(from)));
    to += 16;
    from += 16;
  } while (to < end);
  const last = p + <usize>n * (stride + sizeof<T>());
  for (to = p; to < last; to += stride + sizeof<T>()) store<T>(to, load<T>(to) + <T>3.4445);
}

/** Newton–Schulz steps on X (rows × columns) with the block behind it; returns where the result is. */
function orthogonalise<T>(x: usize, bytes: usize, rows: u32, columns: u32, rowBytes: usize, steps: i32): usize {
  let next = x + bytes;
  const wide = rows <= columns;
  const n = wide ? rows : columns;
  const stride = ((<usize>n << shift<T>()) + 15) & ~15;
  const a = next + bytes;
  const p = a + <usize>n * stride;
  // Padding that is read as part of vectors and not written here.
  memory.fill(next, 0, bytes + <usize>n * stride);
  while (steps > 0) {
    if (wide) gram<T>(x, rowBytes, n, a, stride);
    else {
      multiply<T>(x, sizeof<T>(), rowBytes, n, rows, x, rowBytes, a, stride, stride, true);
      mirror<T>(a, stride, n);
    }
    multiply<T>(a, stride, sizeof<T>(), n, n, a, stride, p, stride, stride, true);
    mirror<T>(p, stride, n);
    polynomial<T>(a, p, stride, n);
    if (wide) multiply<T>(p, stride, sizeof<T>(), n, n, x, rowBytes, next, rowBytes, rowBytes, false);
    else multiply<T>(x, rowBytes, sizeof<T>(), rows, n, p, stride, next, rowBytes, stride, false);
    const was = x;
    x = next;
    next = was;
    steps--;
  }
  return x;
}

/** muon: block = μ, λ, 1 for Nesterov, steps, 1 to match the RMS of AdamW; slot b; scratch two tensors, two squares. */
// @ts-ignore: decorator
@inline export function muon<T>(op: usize): void {
  const mu = option(op, 0);
  const keep = all<T>(mu);
  const share = all<T>(1 - mu);
  const nesterov = option(op, 2) != 0;
  const bytes = word(op, 5);
  const rows = <u32>word(op, 11);
  const columns = <u32>word(op, 12);
  let x = word(op, 14);
  let g = word(op, 4);
  let b = slot(op, 0);
  let end = x + bytes;
  let sum = i32x4.splat(0);
  do {
    const fresh = v128.mul<T>(share, v128.load(g));
    let v = madd<T>(fresh, keep, v128.load(b));
    v128.store(b, v);
    if (nesterov) v = madd<T>(fresh, keep, v);
    v128.store(x, v);
    sum = squares<T>(sum, v);
    x += 16;
    g += 16;
    b += 16;
  } while (x < end);
  const norm = all<T>(max(sqrt(sumLanes<f64>(sum)), 1e-7));
  x -= bytes;
  do {
    v128.store(x, v128.div<T>(v128.load(x), norm));
    x += 16;
  } while (x < end);
  x = orthogonalise<T>(x - bytes, bytes, rows, columns, word(op, 13), <i32>option(op, 3));
  const transposed = has(op, Flag.TRANSPOSED);
  const high = <f64>(transposed ? columns : rows);
  const across = <f64>(transposed ? rows : columns);
  const factor = option(op, 4) != 0 ? 0.2 * sqrt(max(high, across)) : sqrt(max(1, high / across));
  const rate = all<T>(rateOf(op) * factor);
  const shrink = all<T>(1 - rateOf(op) * option(op, 1));
  let p = word(op, 3);
  end = p + bytes;
  do {
    v128.store(p, v128.sub<T>(v128.mul<T>(shrink, v128.load(p)), v128.mul<T>(rate, v128.load(x))));
    p += 16;
    x += 16;
  } while (p < end);
}
