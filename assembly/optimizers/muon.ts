/**
 * Muon (Jordan et al. 2024): momentum whose singular values are brought close to 1 by five Newton–Schulz steps. Matrices
 * only, one at a time, in the precision of the parameters.
 *
 *   b ← μb + (1 − μ)g        X = b, with Nesterov (1 − μ)g + μb        X ← X/max(‖X‖, 1e-7)
 *   wide:  A = XXᵀ           X ← (aI + bA + cA²)X
 *   tall:  A = XᵀX           X ← X(aI + bA + cA²)                      a, b, c = 3.4445, −4.775, 2.0315
 *   θ ← (1 − ηλ)θ − ηf·X     f = √max(1, rows/columns), or 0.2·√max(rows, columns), of the matrix as users see it
 *
 * A is symmetric, with the shorter side.
 *
 *   scratch   X | next X | A | A², then the polynomial          rows padded to whole vectors
 */
import { squares } from '../blas/measure';
import { panel } from '../blas/product';
import { madd, shift, sumLanes, word } from '../lanes';
import { all, Flag, has, option, rateOf, slot } from './update';

/** The start of every sum: two vectors of zeros. */
const ZEROS = memory.data(32, 16);

/** C = A·B, rows of B and C `width` bytes. With `half` the right of the diagonal and some of the left: C is symmetric. */
function multiply<T>(
  a: usize,
  rowStride: usize,
  columnStride: usize,
  m: u32,
  depth: u32,
  b: usize,
  width: usize,
  c: usize,
  half: bool,
): void {
  let at: usize = 0;
  do {
    const pair = at + 32 <= width;
    const next = at + (pair ? 32 : 16);
    const rows = half ? min(m, <u32>(next >> shift<T>())) : m;
    if (pair) panel<T>(2, a, rowStride, columnStride, rows, depth, b + at, width, ZEROS, 0, c + at, width);
    else panel<T>(1, a, rowStride, columnStride, rows, depth, b + at, width, ZEROS, 0, c + at, width);
    at = next;
  } while (at < width);
}

/** The sum of products of rows i and j, on both sides of the diagonal. */
// @ts-ignore: decorator
@inline function put<T>(a: usize, stride: usize, i: u32, j: u32, sum: v128): void {
  const value = sumLanes<T>(sum);
  store<T>(a + <usize>i * stride + ((<usize>j) << shift<T>()), value);
  store<T>(a + <usize>j * stride + ((<usize>i) << shift<T>()), value);
}

/**
 * A = XXᵀ, in tiles of 4 × 2 from the diagonal on. Rows missing at the end are the last row again. Padding of A is not
 * written: nothing but padding comes of it.
 */
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
    let from = a + ((<usize>i) << shift<T>());
    const end = to + ((<usize>i) << shift<T>());
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

/** Newton–Schulz steps on X, rows `rowBytes` long; `room` bytes from X to the next X. Returns where the result is. */
function orthogonalise<T>(x: usize, room: usize, rows: u32, columns: u32, rowBytes: usize, steps: i32): usize {
  let next = x + room;
  const wide = rows <= columns;
  const n = wide ? rows : columns;
  const stride = wide ? wholeVectors((<usize>n) << shift<T>()) : rowBytes;
  const a = next + room;
  const p = a + <usize>n * stride;
  while (steps > 0) {
    if (wide) gram<T>(x, rowBytes, n, a, stride);
    else {
      multiply<T>(x, sizeof<T>(), rowBytes, n, rows, x, stride, a, true);
      mirror<T>(a, stride, n);
    }
    multiply<T>(a, stride, sizeof<T>(), n, n, a, stride, p, true);
    mirror<T>(p, stride, n);
    polynomial<T>(a, p, stride, n);
    if (wide) multiply<T>(p, stride, sizeof<T>(), n, n, x, rowBytes, next, false);
    else multiply<T>(x, rowBytes, sizeof<T>(), rows, n, p, stride, next, false);
    const was = x;
    x = next;
    next = was;
    steps--;
  }
  return x;
}

// @ts-ignore: decorator
@inline function wholeVectors(bytes: usize): usize {
  return (bytes + 15) & ~15;
}

/** Moves `rows` of `used` bytes to other distances, over zeros. */
function relay(from: usize, fromStride: usize, to: usize, toStride: usize, used: usize, rows: u32, bytes: usize): void {
  memory.fill(to, 0, bytes);
  while (rows > 0) {
    memory.copy(to, from, used);
    from += fromStride;
    to += toStride;
    rows--;
  }
}

/** b and X = b or (1 − μ)g + μb, over ‖X‖, laid out as θ. */
// @ts-ignore: decorator
@inline function direction<T>(op: usize, x: usize, bytes: usize): void {
  const mu = option(op, 0);
  const keep = all<T>(mu);
  const share = all<T>(1 - mu);
  const nesterov = option(op, 2) != 0;
  let g = word(op, 4);
  let b = slot(op, 0);
  const end = x + bytes;
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
}

/** muon: block = μ, λ, 1 for Nesterov, steps, 1 to match the RMS of AdamW; slot b; scratch two tensors, two squares. */
// @ts-ignore: decorator
@inline export function muon<T>(op: usize): void {
  const bytes = word(op, 5);
  const rows = <u32>word(op, 11);
  const columns = <u32>word(op, 12);
  const given = word(op, 13);
  const used = (<usize>columns) << shift<T>();
  const rowBytes = wholeVectors(used);
  const room = max(bytes, <usize>rows * rowBytes);
  const scratch = word(op, 14);
  const other = scratch + room;
  direction<T>(op, given == rowBytes ? scratch : other, bytes);
  if (given != rowBytes) relay(other, given, scratch, rowBytes, used, rows, <usize>rows * rowBytes);
  let x = orthogonalise<T>(scratch, room, rows, columns, rowBytes, <i32>option(op, 3));
  if (given != rowBytes) {
    const to = x == scratch ? other : scratch;
    relay(x, rowBytes, to, given, used, rows, bytes);
    x = to;
  }
  const transposed = has(op, Flag.TRANSPOSED);
  const high = <f64>(transposed ? columns : rows);
  const across = <f64>(transposed ? rows : columns);
  const factor = option(op, 4) != 0 ? 0.2 * sqrt(max(high, across)) : sqrt(max(1, high / across));
  const rate = all<T>(rateOf(op) * factor);
  const shrink = all<T>(1 - rateOf(op) * option(op, 1));
  let p = word(op, 3);
  const end = p + bytes;
  do {
    v128.store(p, v128.sub<T>(v128.mul<T>(shrink, v128.load(p)), v128.mul<T>(rate, v128.load(x))));
    p += 16;
    x += 16;
  } while (p < end);
}
