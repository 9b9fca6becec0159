/**
 * Convolutions of the rows of an op: Y = f(X ∗ W + b), the kernel not turned round.
 *
 *   X  rows × [height, width, channels]    W  (taps · channels of a group) × filters    Y, ∂Z  rows × [height, width, filters]
 *
 * A convolution is a product: windows of X side by side in scratch, `chunk` of them, times W. A kernel of one tap that moves
 * by one needs no copy. With groups the columns of a group are copied to scratch, and back. Where every channel has filters
 * of its own (depthwise), channels are lanes; of several filters a channel, X is first copied so often.
 *
 * Sums are over the taps for Y, over the windows, row after row, for ∂W and ∂X: cutting rows or chunks changes no bit.
 */
import {
  WINDOW_CHANNELS,
  WINDOW_CHUNK,
  WINDOW_DILATION_X,
  WINDOW_FILTERS,
  WINDOW_GROUPS,
  WINDOW_HEIGHT,
  WINDOW_INPUT_BYTES,
  WINDOW_KERNEL_HEIGHT,
  WINDOW_KERNEL_WIDTH,
  WINDOW_OUTPUT_BYTES,
  WINDOW_OUTPUT_HEIGHT,
  WINDOW_OUTPUT_WIDTH,
  WINDOW_PACKED,
  WINDOW_PATCH_BYTES,
  WINDOW_TILE,
  WINDOW_WEIGHTS,
  WINDOW_WIDTH,
} from '../generated/fields';
import { Form } from '../blas/gemm';
import { shift, word } from '../lanes';
import { activate, Activation, clearPadding } from './activate';
import { padded, product, sumRows, ZEROS } from './dense';
import { fresh, rowsOf } from './rows';
import { Act, field, walk } from './window';

const enum Pass {
  FORWARD,
  WEIGHTS,
  INPUTS,
}

// @ts-ignore: decorator
@inline function taps(g: usize): u32 {
  return field(g, WINDOW_KERNEL_HEIGHT) * field(g, WINDOW_KERNEL_WIDTH);
}

// @ts-ignore: decorator
@inline function windows(g: usize): u32 {
  return field(g, WINDOW_OUTPUT_HEIGHT) * field(g, WINDOW_OUTPUT_WIDTH);
}

// @ts-ignore: decorator
@inline function places(g: usize): u32 {
  return field(g, WINDOW_HEIGHT) * field(g, WINDOW_WIDTH);
}

/** `count` rows of `columns` elements from one matrix to another. */
function move<T>(from: usize, stride: usize, to: usize, width: usize, count: u32, columns: u32): void {
  do {
    let j: usize = 0;
    do {
      store<T>(to + j, load<T>(from + j));
      j += sizeof<T>();
    } while (j < (<usize>columns) << shift<T>());
    from += stride;
    to += width;
  } while (--count != 0);
}

/** The three products of one group, chunk by chunk. x, w, b, z: where its channels, columns and filters lie. */
function group<T>(pass: Pass, g: usize, rows: u32, x: usize, w: usize, b: usize, z: usize, scratch: usize): void {
  const groups = field(g, WINDOW_GROUPS);
  const channels = field(g, WINDOW_CHANNELS);
  const filters = field(g, WINDOW_FILTERS) / groups;
  const inputBytes = <usize>field(g, WINDOW_INPUT_BYTES);
  const outputBytes = <usize>field(g, WINDOW_OUTPUT_BYTES);
  const chunk = field(g, WINDOW_CHUNK);
  const depth = taps(g) * channels;
  const tap = (<usize>channels) << shift<T>();
  const packed = scratch + <usize>field(g, WINDOW_PACKED);
  const patchBytes = <usize>field(g, WINDOW_PATCH_BYTES);
  // Of one tap there is nothing to copy: its windows are the positions.
  const plain = patchBytes == 0;
  const alone = groups == 1;
  const bytes = alone ? inputBytes : tap;
  const run = alone && tap == inputBytes && field(g, WINDOW_DILATION_X) == 1;
  const width = alone ? outputBytes : padded<T>(filters);
  const stride = plain ? inputBytes : patchBytes;
  let wAt = w;
  let tile = scratch + <usize>field(g, WINDOW_TILE);
  if (!alone) {
    wAt = scratch + <usize>field(g, WINDOW_WEIGHTS);
    move<T>(w, outputBytes, wAt, width, depth, filters);
  }
  let at: u32 = 0;
  const all = rows * windows(g);
  do {
    const n = min(all - at, chunk);
    const to = z + <usize>at * outputBytes;
    if (alone) tile = to;
    let patches = scratch;
    if (plain) patches = x + <usize>at * inputBytes;
    else if (pass != Pass.INPUTS) walk<T>(Act.COPY, g, at, n, x, patches, tap, patchBytes, 0, 0, bytes, run);
    if (pass == Pass.FORWARD) {
      product<T>(Form.NN, patches, stride, wAt, width, n, filters, depth, b, 0, b == ZEROS ? 0 : 16, tile, packed);
      if (!alone) move<T>(tile, width, to, outputBytes, n, filters);
    } else {
      if (!alone) move<T>(to, outputBytes, tile, width, n, filters);
      if (pass == Pass.WEIGHTS) {
        product<T>(Form.TN, patches, stride, tile, width, depth, filters, n, wAt, width, 16, wAt, packed);
      } else {
        product<T>(Form.NT, tile, width, wAt, width, n, depth, filters, ZEROS, 0, 0, patches, packed);
        if (!plain) walk<T>(Act.SCATTER, g, at, n, x, patches, tap, patchBytes, 0, 0, bytes, run);
      }
    }
    at += n;
  } while (at < all);
  if (!alone && pass == Pass.WEIGHTS) move<T>(wAt, width, w, outputBytes, depth, filters);
}

/** Channel c to filters c·m … c·m + m − 1 of scratch; back: the sum of these to channel c. */
function repeat<T>(back: bool, x: usize, scratch: usize, positions: u32, channels: u32, m: u32, width: usize): void {
  const stride = padded<T>(channels);
  do {
    let p = x;
    let q = scratch;
    let c = channels;
    do {
      const end = q + ((<usize>m) << shift<T>());
      let sum = <T>0;
      do {
        if (back) sum = <T>(sum + load<T>(q));
        else store<T>(q, load<T>(p));
        q += sizeof<T>();
      } while (q < end);
      if (back) store<T>(p, sum);
      p += sizeof<T>();
    } while (--c != 0);
    x += stride;
    scratch += width;
  } while (--positions != 0);
}

/** Every channel by itself, with filters of its own. */
function channelwise<T>(pass: Pass, g: usize, rows: u32, x: usize, w: usize, b: usize, z: usize, scratch: usize): void {
  const what = pass == Pass.FORWARD ? Act.MULTIPLY : pass == Pass.INPUTS ? Act.MULTIPLY_INPUTS : Act.MULTIPLY_WEIGHTS;
  const channels = field(g, WINDOW_GROUPS);
  const m = field(g, WINDOW_FILTERS) / channels;
  const width = <usize>field(g, WINDOW_OUTPUT_BYTES);
  const image = places(g);
  const all = windows(g);
  if (pass == Pass.FORWARD) {
    if (b == ZEROS) memory.fill(z, 0, <usize>(rows * all) * width);
    else memory.repeat(z, b, width, rows * all);
  }
  do {
    let from = x;
    if (m != 1) {
      from = scratch;
      if (pass == Pass.INPUTS) memory.fill(scratch, 0, <usize>image * width);
      else repeat<T>(false, x, scratch, image, channels, m, width);
    }
    walk<T>(what, g, 0, all, from, w, width, 0, z, 0, width, false);
    if (m != 1 && pass == Pass.INPUTS) repeat<T>(true, x, scratch, image, channels, m, width);
    x += <usize>image * padded<T>(channels);
    z += <usize>all * width;
  } while (--rows != 0);
}

/** All groups. x, w, b, z: where the first one lies. */
function pass<T>(what: Pass, g: usize, rows: u32, x: usize, w: usize, b: usize, z: usize, scratch: usize): void {
  const groups = field(g, WINDOW_GROUPS);
  const channels = field(g, WINDOW_CHANNELS);
  if (groups > 1 && channels == 1) {
    channelwise<T>(what, g, rows, x, w, b, z, scratch);
    return;
  }
  const filters = (<usize>(field(g, WINDOW_FILTERS) / groups)) << shift<T>();
  const next = b == ZEROS ? 0 : filters;
  let k = groups;
  do {
    group<T>(what, g, rows, x, w, b, z, scratch);
    x += (<usize>channels) << shift<T>();
    w += filters;
    b += next;
    z += filters;
  } while (--k != 0);
}

/** convolution(cursor, skip, most, window, X, W, b or 0, Y, scratch, activation, its numbers) */
// @ts-ignore: decorator
@inline export function convolution<T>(op: usize): void {
  const rows = rowsOf(op);
  if (rows == 0) return;
  const g = word(op, 5);
  const b = word(op, 8);
  const y = word(op, 9);
  pass<T>(Pass.FORWARD, g, rows, word(op, 6), word(op, 7), b == 0 ? ZEROS : b, y, word(op, 10));
  const f = <Activation>word(op, 11);
  if (f != Activation.NONE)
    activate<T>(f, word(op, 12), y, y, <usize>(rows * windows(g)) * field(g, WINDOW_OUTPUT_BYTES));
}

/** convolutionWeights(cursor, skip, most, window, X, ∂W, ∂b or 0, ∂Z, scratch, add) */
// @ts-ignore: decorator
@inline export function convolutionWeights<T>(op: usize): void {
  const rows = rowsOf(op);
  if (rows == 0) return;
  const g = word(op, 5);
  const w = word(op, 7);
  const b = word(op, 8);
  const z = word(op, 9);
  const first = fresh(op) && word(op, 11) == 0;
  const filters = field(g, WINDOW_FILTERS);
  const width = <usize>field(g, WINDOW_OUTPUT_BYTES);
  const depth = taps(g) * field(g, WINDOW_CHANNELS);
  if (first) memory.fill(w, 0, <usize>depth * width);
  pass<T>(Pass.WEIGHTS, g, rows, word(op, 6), w, ZEROS, z, word(op, 10));
  clearPadding<T>(w, depth, filters, width);
  if (b != 0) sumRows<T>(first, b, z, rows * windows(g), filters);
}

/** convolutionInputs(cursor, skip, most, window, ∂X, W, 0, ∂Z, scratch) */
// @ts-ignore: decorator
@inline export function convolutionInputs<T>(op: usize): void {
  const rows = rowsOf(op);
  if (rows == 0) return;
  const g = word(op, 5);
  const x = word(op, 6);
  memory.fill(x, 0, <usize>(rows * places(g)) * padded<T>(field(g, WINDOW_CHANNELS) * field(g, WINDOW_GROUPS)));
  pass<T>(Pass.INPUTS, g, rows, x, word(op, 7), ZEROS, word(op, 9), word(op, 10));
}
