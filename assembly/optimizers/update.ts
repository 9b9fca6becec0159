/**
 * What every update finds in its op: one stretch of parameters with its gradient and its state, laid out alike, whole
 * vectors, padding included.
 *
 *   word  2  settings: f64 | rate η of this step | options in the order of the row |
 *         3  θ         4  g, not written        5  bytes > 0, a multiple of 16
 *         6  slots: this stretch of slot 0      7  bytes from slot to slot
 *         8  steps: where the effective steps hᵢ go, laid out like θ, or 0 if no proximal step follows
 *         9  memory: f64 | t | 7 scalars | kept from step to step
 *        10  flags     11  rows    12  columns    13  bytes from row to row (of rules that see whole tensors)
 *        14  scratch
 *
 * t is 1 at the first update. Slots and scalars are zero then: a kernel gives them their start, whatever else it is, where
 * t is 1. So clearing memory and slots is a fresh start. Scalars that change once a step are written by the last stretch.
 */
import { word } from '../lanes';

export const enum Flag {
  /** The first and the last stretch of the parameters that share `memory`. */
  FIRST = 1,
  LAST = 2,
  /** Users see the transpose of this tensor. */
  TRANSPOSED = 4,
  /** Users see two dimensions or more. */
  MATRIX = 8,
}

/** η of this step. */
// @ts-ignore: decorator
@inline export function rateOf(op: usize): f64 {
  return load<f64>(word(op, 2));
}

/** Option `i` of the row's block. */
// @ts-ignore: decorator
@inline export function option(op: usize, i: i32): f64 {
  return load<f64>(word(op, 2) + 8 + ((<usize>i) << 3));
}

/** t, 1 at the first update. */
// @ts-ignore: decorator
@inline export function time(op: usize): f64 {
  return load<f64>(word(op, 9));
}

// @ts-ignore: decorator
@inline export function scalar(op: usize, i: i32): f64 {
  return load<f64>(word(op, 9) + 8 + ((<usize>i) << 3));
}

// @ts-ignore: decorator
@inline export function setScalar(op: usize, i: i32, value: f64): void {
  store<f64>(word(op, 9) + 8 + ((<usize>i) << 3), value);
}

/** This stretch of slot `i`. */
// @ts-ignore: decorator
@inline export function slot(op: usize, i: i32): usize {
  return word(op, 6) + <usize>i * word(op, 7);
}

// @ts-ignore: decorator
@inline export function has(op: usize, flag: Flag): bool {
  return (word(op, 10) & flag) != 0;
}

/** One number in every lane. */
// @ts-ignore: decorator
@inline export function all<T>(value: f64): v128 {
  return v128.splat<T>(<T>value);
}

/** The largest number, in every lane. */
// @ts-ignore: decorator
@inline export function largest<T>(): v128 {
  return all<T>(sizeof<T>() == 4 ? 3.4028234663852886e38 : 1.7976931348623157e308);
}

/** Sets every element of `bytes` > 0. */
export function fill<T>(p: usize, bytes: usize, value: f64): void {
  const v = v128.splat<T>(<T>value);
  const end = p + bytes;
  do {
    v128.store(p, v);
    p += 16;
  } while (p < end);
}

/** ±g + λθ: the gradient that is climbed or descended, with coupled decay. `sign` is 1 or −1. */
// @ts-ignore: decorator
@inline export function coupled<T>(sign: v128, g: v128, decay: v128, theta: v128): v128 {
  return v128.add<T>(v128.mul<T>(sign, g), v128.mul<T>(decay, theta));
}
