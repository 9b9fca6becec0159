/**
 * c = a · b: `a` is m × k, `b` is k × n, `c` is m × n row by row. A factor is given as array, distance between rows and
 * distance between columns, so a transposed one is the same array with the distances swapped.
 */
import type { Floats } from './index.ts';

/** Three loops. */
export function gemmNaive(
  m: number,
  n: number,
  k: number,
  a: Floats,
  aRow: number,
  aColumn: number,
  b: Floats,
  bRow: number,
  bColumn: number,
  c: Floats,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += a[i * aRow + l * aColumn]! * b[l * bRow + j * bColumn]!;
      c[i * n + j] = sum;
    }
  }
}

/** Three loops, the innermost along rows of `b` and `c`: what suits a single row. */
export function gemmRows(
  m: number,
  n: number,
  k: number,
  a: Floats,
  aRow: number,
  aColumn: number,
  b: Floats,
  bRow: number,
  bColumn: number,
  c: Floats,
): void {
  c.fill(0);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const factor = a[i * aRow + l * aColumn]!;
      for (let j = 0; j < n; j++) c[i * n + j]! += factor * b[l * bRow + j * bColumn]!;
    }
  }
}

/** Depth and width of a block of `b`: 256 × 256 f32 fit the second-level cache. */
const DEPTH = 256;
const WIDTH = 256;

/** Room for packed factors, to be made once per precision. */
export interface Workspace {
  readonly a: Floats;
  readonly b: Floats;
}

export function workspace(dtype: 'f32' | 'f64'): Workspace {
  const make = (length: number): Floats => (dtype === 'f32' ? new Float32Array(length) : new Float64Array(length));
  return { a: make(2 * DEPTH), b: make(DEPTH * WIDTH) };
}

/**
 * Blocked for the caches: a block of `b` is packed into panels of four columns, two rows of `a` side by side, and tiles
 * of two by four are summed in registers.
 */
export function gemmBlocked(
  m: number,
  n: number,
  k: number,
  a: Floats,
  aRow: number,
  aColumn: number,
  b: Floats,
  bRow: number,
  bColumn: number,
  c: Floats,
  room: Workspace,
): void {
  const packedA = room.a;
  const packedB = room.b;
  c.fill(0);
  for (let k0 = 0; k0 < k; k0 += DEPTH) {
    const depth = Math.min(DEPTH, k - k0);
    for (let j0 = 0; j0 < n; j0 += WIDTH) {
      const width = Math.min(WIDTH, n - j0);
      pack(b, k0 * bRow + j0 * bColumn, bColumn, bRow, width, depth, 4, packedB);
      for (let i = 0; i < m; i += 2) {
        pack(a, i * aRow + k0 * aColumn, aRow, aColumn, Math.min(2, m - i), depth, 2, packedA);
        for (let j = 0; j < width; j += 4) tile(depth, packedA, packedB, j * depth, c, n, i, j0 + j, m);
      }
    }
  }
}

/** Copies `count` lines into panels of `lines` lines, element by element across the panel; fills up with zeros. */
function pack(
  from: Floats,
  start: number,
  lineStep: number,
  step: number,
  count: number,
  depth: number,
  lines: number,
  to: Floats,
): void {
  for (let line = 0; line < count; line += lines) {
    for (let q = 0; q < lines; q++) {
      let at = line * depth + q;
      if (line + q < count) {
        let source = start + (line + q) * lineStep;
        for (let l = 0; l < depth; l++, at += lines, source += step) to[at] = from[source]!;
      } else {
        for (let l = 0; l < depth; l++, at += lines) to[at] = 0;
      }
    }
  }
}

/** Adds a tile of two rows by four columns to `c`, as far as it lies in it. */
function tile(
  depth: number,
  a: Floats,
  b: Floats,
  panel: number,
  c: Floats,
  n: number,
  i: number,
  j: number,
  m: number,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  let t3 = 0;
  for (let l = 0, p = 0, q = panel; l < depth; l++, p += 2, q += 4) {
    const s = a[p]!;
    const t = a[p + 1]!;
    const b0 = b[q]!;
    const b1 = b[q + 1]!;
    const b2 = b[q + 2]!;
    const b3 = b[q + 3]!;
    s0 += s * b0;
    s1 += s * b1;
    s2 += s * b2;
    s3 += s * b3;
    t0 += t * b0;
    t1 += t * b1;
    t2 += t * b2;
    t3 += t * b3;
  }
  let at = i * n + j;
  c[at]! += s0;
  if (j + 1 < n) c[at + 1]! += s1;
  if (j + 2 < n) c[at + 2]! += s2;
  if (j + 3 < n) c[at + 3]! += s3;
  if (i + 1 === m) return;
  at += n;
  c[at]! += t0;
  if (j + 1 < n) c[at + 1]! += t1;
  if (j + 2 < n) c[at + 2]! += t2;
  if (j + 3 < n) c[at + 3]! += t3;
}
