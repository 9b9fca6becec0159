/**
 * C = init + A·B, blocked for the caches, both factors packed.
 *
 *   for NC vectors of the columns
 *     for KC of the depth             B: packed, second-level cache
 *       for MC rows                   A: packed, second-level cache
 *         for 2 vectors               a panel of B stays in the first-level cache
 *           for ROWS rows             a tile
 *
 *   scratch  | panels of B, 128 bytes | panels of A, 256 bytes |
 *
 * Every element is one sum over the depth in order, started from `init` and stored between blocks of the depth: whatever
 * the blocks, and in small products (small.ts), the bits are the same.
 */
import { lanes, shift } from '../lanes';
import { ROWS, tile, VECTORS } from './micro';
import { pick, turn } from './pack';

/**
 * Sizes of blocks; `gemmScratch` in src/program/gemm.ts knows them too. A depth of 784 is three blocks, 128 rows are one;
 * rows are a multiple of both tiles.
 */
const KC: u32 = 264;
const MC: u32 = 132;
const NC: u32 = 128;

/** How the factors lie. */
export const enum Form {
  /** Both as they are. */
  NN,
  /** A transposed. */
  TN,
  /** B transposed. */
  NT,
}

function packA<T>(form: Form, a: usize, stride: usize, rows: u32, depth: u32, to: usize): void {
  if (form == Form.TN) pick<T>(ROWS, false, a, stride, rows, depth, to);
  else turn<T>(ROWS, a, stride, rows, depth, to);
}

function packB<T>(form: Form, b: usize, stride: usize, columns: u32, depth: u32, to: usize): void {
  const L = VECTORS * lanes<T>();
  if (form == Form.NT) turn<T>(L, b, stride, columns, depth, to);
  else pick<T>(L, true, b, stride, columns, depth, to);
}

/** Packed blocks: `vectors` of a row of C. */
function tiles<T>(
  a: usize,
  rows: u32,
  b: usize,
  vectors: u32,
  depth: u32,
  init: usize,
  initStride: usize,
  initStep: usize,
  c: usize,
  cStride: usize,
): void {
  const panel = (<usize>depth) << 5;
  const block = <usize>depth * ROWS * sizeof<T>();
  let j: u32 = 0;
  do {
    const next: usize = j + 1 < vectors ? 16 : 0;
    const initNext = min(next, initStep);
    const end = b + panel;
    let p = a;
    let n = init;
    let o = c;
    let i: u32 = 0;
    do {
      // Of 128 rows 2 are left behind tiles of 6.
      if (ROWS > 4 && rows - i <= 4) tile<T>(4, p, b, end, n, initStride, initNext, o, cStride, next, rows - i - 1);
      else tile<T>(ROWS, p, b, end, n, initStride, initNext, o, cStride, next, rows - i - 1);
      p += block;
      n += ROWS * initStride;
      o += ROWS * cStride;
      i += ROWS;
    } while (i < rows);
    b = end;
    init += initStep << 1;
    c += 32;
    j += VECTORS;
  } while (j < vectors);
}

/**
 * C has `rows` rows of `columns` elements; whole vectors of it are written. `init`: bytes from row to row and from
 * vector to vector (16, or 0 to start all of them from one). A stride of a factor is from row to row as it lies.
 */
export function gemm<T>(
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
  const size = sizeof<T>();
  const width = lanes<T>();
  const vectors = (columns + width - 1) / width;
  const panels = (min(vectors, NC) + 1) / VECTORS;
  const packed = (scratch + ((<usize>(panels * min(depth, KC))) << 5) + 128 + 63) & ~63;
  let j: u32 = 0;
  do {
    const wide = min(vectors - j, NC);
    let start = init + <usize>j * initStep;
    let stride = initStride;
    let step = initStep;
    const to = c + ((<usize>j) << 4);
    let k: u32 = 0;
    do {
      const deep = min(depth - k, KC);
      const along = (<usize>k) << shift<T>();
      const bAt =
        form == Form.NT ? b + <usize>(j * width) * bStride + along : b + <usize>k * bStride + ((<usize>j) << 4);
      packB<T>(form, bAt, bStride, min(wide * width, columns - j * width), deep, scratch);
      let i: u32 = 0;
      do {
        const tall = min(rows - i, MC);
        const aAt = form == Form.TN ? a + <usize>k * aStride + <usize>i * size : a + <usize>i * aStride + along;
        packA<T>(form, aAt, aStride, tall, deep, packed);
        const row = <usize>i;
        tiles<T>(packed, tall, scratch, wide, deep, start + row * stride, stride, step, to + row * cStride, cStride);
        i += tall;
      } while (i < rows);
      start = to;
      stride = cStride;
      step = 16;
      k += deep;
    } while (k < depth);
    j += wide;
  } while (j < vectors);
}
