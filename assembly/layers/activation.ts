/** Activations as layers of their own, and softmax over the last axis. Padding of what is read may be anything. */
import { lanes, maskBelow, maxLanes, select, shift, sumLanes, word } from '../lanes';
import { expCall } from '../math/calls';
import { activate, Activation, multiplySlope } from './activate';
import { rowsOf } from './rows';

/** activation(cursor, skip, most, f, its numbers, z, y, bytes of a row): y = f(z); y may be z. */
// @ts-ignore: decorator
@inline export function activation<T>(op: usize): void {
  const bytes = <usize>rowsOf(op) * word(op, 9);
  if (bytes != 0) activate<T>(<Activation>word(op, 5), word(op, 6), word(op, 7), word(op, 8), bytes);
}

/**
 * activationSlope(cursor, skip, most, f, its numbers, ∂y, ∂z, bytes of a row, y or z): ∂z = ∂y ⊙ f′, from y or z as
 * `activate` has it; ∂z may be ∂y.
 */
// @ts-ignore: decorator
@inline export function activationSlope<T>(op: usize): void {
  const bytes = <usize>rowsOf(op) * word(op, 9);
  if (bytes != 0) {
    multiplySlope<T>(<Activation>word(op, 5), word(op, 6), word(op, 7), word(op, 8), bytes, word(op, 10));
  }
}

// @ts-ignore: decorator
@inline function tailMask<T>(channels: i32): v128 {
  return maskBelow<T>(((channels - 1) & (lanes<T>() - 1)) + 1);
}

/** Bytes of all vectors of a position but the last. */
// @ts-ignore: decorator
@inline function wholeBytes<T>(channels: i32): usize {
  return ((((<usize>channels) << shift<T>()) - 1) >> 4) << 4;
}

/**
 * softmax(cursor, skip, most, z, y, positions of a row, channels): yₖ = e^(zₖ − max z)/Σ e^(z − max z) of every position;
 * y may be z.
 */
// @ts-ignore: decorator
@inline export function softmaxForward<T>(op: usize): void {
  let left = rowsOf(op) * <u32>word(op, 7);
  if (left == 0) return;
  let z = word(op, 5);
  let y = word(op, 6);
  const channels = <i32>word(op, 8);
  const tail = wholeBytes<T>(channels);
  const mask = tailMask<T>(channels);
  const lowest = v128.splat<T>(<T>-Infinity);
  do {
    let top = select(v128.load(z + tail), lowest, mask);
    let at: usize = 0;
    while (at < tail) {
      top = v128.pmax<T>(top, v128.load(z + at));
      at += 16;
    }
    top = v128.splat<T>(maxLanes<T>(top));
    const last = expCall<T>(v128.sub<T>(select(v128.load(z + tail), lowest, mask), top));
    let sum = last;
    at = 0;
    while (at < tail) {
      const e = expCall<T>(v128.sub<T>(v128.load(z + at), top));
      v128.store(y + at, e);
      sum = v128.add<T>(sum, e);
      at += 16;
    }
    v128.store(y + tail, last);
    const whole = v128.splat<T>(sumLanes<T>(sum));
    at = 0;
    do {
      v128.store(y + at, v128.div<T>(v128.load(y + at), whole));
      at += 16;
    } while (at <= tail);
    z += at;
    y += at;
  } while (--left);
}

/** softmaxSlope(cursor, skip, most, ∂y, ∂z, positions of a row, channels, y): ∂z = y ⊙ (∂y − Σ ∂y·y); ∂z may be ∂y. */
// @ts-ignore: decorator
@inline export function softmaxSlope<T>(op: usize): void {
  let left = rowsOf(op) * <u32>word(op, 7);
  if (left == 0) return;
  let g = word(op, 5);
  let to = word(op, 6);
  const channels = <i32>word(op, 8);
  let y = word(op, 9);
  const tail = wholeBytes<T>(channels);
  const mask = tailMask<T>(channels);
  do {
    let sum = v128.and(v128.mul<T>(v128.load(g + tail), v128.load(y + tail)), mask);
    let at: usize = 0;
    while (at < tail) {
      sum = v128.add<T>(sum, v128.mul<T>(v128.load(g + at), v128.load(y + at)));
      at += 16;
    }
    const whole = v128.splat<T>(sumLanes<T>(sum));
    at = 0;
    do {
      v128.store(to + at, v128.mul<T>(v128.load(y + at), v128.sub<T>(v128.load(g + at), whole)));
      at += 16;
    } while (at <= tail);
    g += at;
    to += at;
    y += at;
  } while (--left);
}
