/**
 * A dense layer over the block of rows that the cursor shows: p inputs, m outputs, Y = f(X·W + b).
 *
 *   X  n × p     W  p × m (inputs × outputs)     b  m     Y, ∂Z  n × m     ∂X  n × p
 *
 * All lie row by row, rows padded to whole vectors, of X with a distance of its own. Padding of what is read may be
 * anything (of X too); padding of what is written becomes zero.
 *
 * The order of sums is fixed: over the inputs for Y, over the outputs for ∂X, over the rows for ∂W and ∂b, one after the
 * other. How the rows of a leaf are cut into blocks changes no bit.
 */
import { CURSOR_BLOCK, CURSOR_ROW, CURSOR_START, LEAF_ROWS } from '../generated/fields';
import { shift, word } from '../lanes';
import { Form, gemm } from '../blas/gemm';
import { small, tiny } from '../blas/small';
import { activate, Activation, clearPadding, multiplySlope } from './activate';

/** Flags, as in src/program/gemm.ts. */
const enum Flag {
  /** X, or Y of the layer before, holds all rows and not only those of the block. */
  INPUT_ROWS = 1,
  /** Y or ∂Z holds all rows. */
  OUTPUT_ROWS = 2,
  /** The gradients are added to what is there also at the first block of a leaf. */
  ADD = 4,
  /** From here on: rows of X for one of the data. */
  POSITIONS = 8,
}

/** Rows of X for one of the data. */
// @ts-ignore: decorator
@inline function positions(flags: usize): u32 {
  return <u32>(flags / Flag.POSITIONS);
}

/** Four vectors that a sum may start from. */
export const ZEROS = memory.data(64, 16);

/** With fewer rows or vectors of columns packing costs more than it gains. */
const SMALL_ROWS: u32 = 8;
const SMALL_BYTES: usize = 64;

/** So few vectors are multiplied one after the other. */
const TINY: u32 = 32;

// @ts-ignore: decorator
@inline export function padded<T>(n: u32): usize {
  return (((<usize>n) << shift<T>()) + 15) & ~15;
}

/** C = init + A·B as in gemm.ts, rows of C padded to whole vectors; padding of what is put out may be anything. */
// @ts-ignore: decorator
@inline export function product<T>(
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
  scratch: usize,
): void {
  const width = padded<T>(columns);
  if (width == 16 && rows * depth <= TINY) {
    tiny<T>(form, a, aStride, b, bStride, rows, columns, depth, init, initStride, c);
  } else if (rows < SMALL_ROWS || width <= SMALL_BYTES) {
    small<T>(form, a, aStride, b, bStride, rows, columns, depth, init, initStride, initStep, c, width, scratch);
  } else gemm<T>(form, a, aStride, b, bStride, rows, columns, depth, init, initStride, initStep, c, width, scratch);
}

/** to += Σ of the rows one after the other, or from zero. */
export function sumRows<T>(fresh: bool, to: usize, from: usize, rows: u32, columns: u32): void {
  const width = padded<T>(columns);
  let at: usize = 0;
  do {
    let sum = fresh ? i32x4.splat(0) : v128.load(to + at);
    let r = from + at;
    const end = r + <usize>rows * width;
    do {
      sum = v128.add<T>(sum, v128.load(r));
      r += width;
    } while (r < end);
    v128.store(to + at, sum);
    at += 16;
  } while (at < width);
  clearPadding<T>(to, 1, columns, width);
}

/** dense(cursor, flags, X, stride of X, p > 0, W, b or 0, Y, m > 0, activation, its numbers, scratch): Y = f(X·W + b). */
// @ts-ignore: decorator
@inline export function dense<T>(op: usize): void {
  const cursor = word(op, 2);
  const flags = word(op, 3);
  const stride = word(op, 5);
  const inputs = <u32>word(op, 6);
  const bias = word(op, 8);
  const outputs = <u32>word(op, 10);
  const times = positions(flags);
  const first = <usize>((load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW)) * times);
  const rows = load<u32>(cursor, CURSOR_BLOCK) * times;
  const width = padded<T>(outputs);
  const x = word(op, 4) + ((flags & Flag.INPUT_ROWS) != 0 ? first * stride : 0);
  const y = word(op, 9) + ((flags & Flag.OUTPUT_ROWS) != 0 ? first * width : 0);
  const init = bias != 0 ? bias : ZEROS;
  const step: usize = bias != 0 ? 16 : 0;
  const scratch = word(op, 13);
  product<T>(Form.NN, x, stride, word(op, 7), width, rows, outputs, inputs, init, 0, step, y, scratch);
  const f = <Activation>word(op, 11);
  if (f != Activation.NONE) activate<T>(f, word(op, 12), y, y, <usize>rows * width);
  clearPadding<T>(y, rows, outputs, width);
}

/**
 * denseWeights(cursor, flags, X, stride of X, p > 0, ∂Z, m > 0, ∂W, ∂b or 0, scratch): ∂W += Xᵀ·∂Z, ∂b += Σ ∂Z, from zero
 * at the first block of a leaf.
 */
// @ts-ignore: decorator
@inline export function denseWeights<T>(op: usize): void {
  const cursor = word(op, 2);
  const flags = word(op, 3);
  const stride = word(op, 5);
  const inputs = <u32>word(op, 6);
  const outputs = <u32>word(op, 8);
  const row = load<u32>(cursor, CURSOR_ROW);
  const times = positions(flags);
  const first = <usize>((load<u32>(cursor, CURSOR_START) + row) * times);
  const rows = load<u32>(cursor, CURSOR_BLOCK) * times;
  const width = padded<T>(outputs);
  const x = word(op, 4) + ((flags & Flag.INPUT_ROWS) != 0 ? first * stride : 0);
  const z = word(op, 7) + ((flags & Flag.OUTPUT_ROWS) != 0 ? first * width : 0);
  const g = word(op, 9);
  const fresh = (flags & Flag.ADD) == 0 && (row & (LEAF_ROWS - 1)) == 0;
  const init = fresh ? ZEROS : g;
  const initStride = fresh ? 0 : width;
  const step: usize = fresh ? 0 : 16;
  product<T>(Form.TN, x, stride, z, width, inputs, outputs, rows, init, initStride, step, g, word(op, 11));
  clearPadding<T>(g, inputs, outputs, width);
  const bias = word(op, 10);
  if (bias != 0) sumRows<T>(fresh, bias, z, rows, outputs);
}

/**
 * denseInputs(cursor, flags, ∂Z, m > 0, W, ∂X, p > 0, activation, its numbers, Y, scratch): ∂X = (∂Z·Wᵀ) ⊙ f′, where f is
 * the activation of the layer before and Y what that has put out. ∂X holds the rows of the block.
 */
// @ts-ignore: decorator
@inline export function denseInputs<T>(op: usize): void {
  const cursor = word(op, 2);
  const flags = word(op, 3);
  const outputs = <u32>word(op, 5);
  const inputs = <u32>word(op, 8);
  const times = positions(flags);
  const first = <usize>((load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW)) * times);
  const rows = load<u32>(cursor, CURSOR_BLOCK) * times;
  const width = padded<T>(outputs);
  const wide = padded<T>(inputs);
  const z = word(op, 4) + ((flags & Flag.OUTPUT_ROWS) != 0 ? first * width : 0);
  const to = word(op, 7);
  product<T>(Form.NT, z, width, word(op, 6), width, rows, inputs, outputs, ZEROS, 0, 0, to, word(op, 12));
  const f = <Activation>word(op, 9);
  if (f != Activation.NONE) {
    const y = word(op, 11) + ((flags & Flag.INPUT_ROWS) != 0 ? first * wide : 0);
    multiplySlope<T>(f, word(op, 10), to, to, <usize>rows * wide, y);
  }
  clearPadding<T>(to, rows, inputs, wide);
}
