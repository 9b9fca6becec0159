/**
 * What is done to rows that a product has just stored: the activation of a layer, or the product with its slope, which
 * follows from what the layer has put out; and zeros in the padding.
 */
import { hyper, lanes, maskBelow } from '../lanes';
import { sigmoid, tanh } from '../math/sigmoid';

/** Numbered as in src/program/gemm.ts. */
export const enum Activation {
  NONE,
  RELU,
  LEAKY_RELU,
  TANH,
  SIGMOID,
}

/** f(z), rounded as math/ says. */
// @ts-ignore: decorator
@inline function value<T>(f: Activation, z: v128, slope: v128): v128 {
  const zero = i32x4.splat(0);
  if (f == Activation.RELU) return v128.pmax<T>(z, zero);
  if (f == Activation.LEAKY_RELU) return v128.bitselect(v128.mul<T>(z, slope), z, v128.lt<T>(z, zero));
  if (f == Activation.TANH) return tanh<T>(z);
  return sigmoid<T>(z);
}

/** d·f′(z) from y = f(z): relu d unless y ≤ 0, leaky relu αd unless y > 0, tanh d(1 − y²), sigmoid d·y(1 − y). */
// @ts-ignore: decorator
@inline function back<T>(f: Activation, d: v128, y: v128, slope: v128): v128 {
  const zero = i32x4.splat(0);
  if (f == Activation.RELU) return v128.andnot(d, v128.le<T>(y, zero));
  if (f == Activation.LEAKY_RELU) return v128.bitselect(d, v128.mul<T>(d, slope), v128.gt<T>(y, zero));
  const one = v128.splat<T>(<T>1);
  if (f == Activation.TANH) return v128.mul<T>(d, v128.sub<T>(one, v128.mul<T>(y, y)));
  return v128.mul<T>(d, v128.mul<T>(y, v128.sub<T>(one, y)));
}

// @ts-ignore: decorator
@inline function forward<T>(f: Activation, z: usize, end: usize, slope: v128): void {
  do {
    v128.store(z, value<T>(f, v128.load(z), slope));
    z += 16;
  } while (z < end);
}

// @ts-ignore: decorator
@inline function backward<T>(f: Activation, d: usize, end: usize, y: usize, slope: v128): void {
  do {
    v128.store(d, back<T>(f, v128.load(d), v128.load(y), slope));
    d += 16;
    y += 16;
  } while (d < end);
}

/** z ← f(z), `bytes` of it. Number 0 is the slope of leaky relu. */
export function activate<T>(f: Activation, numbers: usize, z: usize, bytes: usize): void {
  const end = z + bytes;
  const zero = i32x4.splat(0);
  if (f == Activation.RELU) forward<T>(Activation.RELU, z, end, zero);
  else if (f == Activation.LEAKY_RELU) {
    forward<T>(Activation.LEAKY_RELU, z, end, v128.splat<T>(hyper<T>(numbers, 0)));
  } else if (f == Activation.TANH) forward<T>(Activation.TANH, z, end, zero);
  else if (f == Activation.SIGMOID) forward<T>(Activation.SIGMOID, z, end, zero);
}

/** d ← d·f′, from what f has put out. */
export function multiplySlope<T>(f: Activation, numbers: usize, d: usize, bytes: usize, y: usize): void {
  const end = d + bytes;
  const zero = i32x4.splat(0);
  if (f == Activation.RELU) backward<T>(Activation.RELU, d, end, y, zero);
  else if (f == Activation.LEAKY_RELU) {
    backward<T>(Activation.LEAKY_RELU, d, end, y, v128.splat<T>(hyper<T>(numbers, 0)));
  } else if (f == Activation.TANH) backward<T>(Activation.TANH, d, end, y, zero);
  else if (f == Activation.SIGMOID) backward<T>(Activation.SIGMOID, d, end, y, zero);
}

/** Zeros behind the columns of `rows` rows. */
// @ts-ignore: decorator
@inline export function clearPadding<T>(c: usize, rows: u32, columns: u32, width: usize): void {
  const used = (<i32>columns) & (lanes<T>() - 1);
  if (used == 0) return;
  const mask = maskBelow<T>(used);
  let last = c + width - 16;
  const end = last + <usize>rows * width;
  do {
    v128.store(last, v128.and(v128.load(last), mask));
    last += width;
  } while (last < end);
}
