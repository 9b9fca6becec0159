/**
 * e^x and e^x − 1.
 *
 *   x = n·ln 2 + r, |r| ≤ ½ ln 2        n by the magic constant 1.5·2^mantissa, ln 2 in two parts, n·(first) exact
 *   e^r = 1 + r + r²/2 + r³·P(r)        P of 4 (f32) or 9 (f64) terms
 *   2^n as two factors, so that results below the normal range are rounded gradually
 */
import { addBits, entry, infinity, mantissaBits, polynomial, shiftLeft, signBit, subBits } from './table';

const enum K {
  low,
  high,
  log2e,
  magic,
  ln2a,
  ln2b,
  one,
  below,
  tiny,
  up,
  down,
  /** The coefficients of P follow. */
  half,
}

const F32 = memory.data<f32>([
  -104, 89, 1.4426950408889634, 12582912, 0.693115234375, 0.000031946184945309415, 1, -18, 5.9604645e-8,
  1.8446744073709552e19, 5.421010862427522e-20, 0.5, 0.16666549444198608, 0.04166685417294502, 0.008366035297513008,
  0.0013898223405703902,
]);

const F64 = memory.data<f64>([
  -746, 710, 1.4426950408889634, 6755399441055744, 0.6931471803691238, 1.9082149292705877e-10, 1, -40,
  1.1102230246251565e-16, 1.3407807929942597e154, 7.458340731200207e-155, 0.5, 0.16666666666666602, 0.04166666666662003,
  0.00833333333338836, 0.0013888888920484295, 0.0001984126970938206, 0.000024801516384428038, 0.0000027557425063930783,
  2.7622210557877325e-7, 2.504589475798276e-8,
]);

// @ts-ignore: decorator
@inline function k<T>(i: i32): v128 {
  return entry<T>(F32, F64, i);
}

/** e^r − 1 for |r| ≤ ½ ln 2, without the term r: r²·(½ + r·P(r)). */
// @ts-ignore: decorator
@inline export function expTail<T>(r: v128): v128 {
  const q = polynomial<T>(F32, F64, K.half, sizeof<T>() == 4 ? 5 : 10, r);
  return v128.mul<T>(v128.mul<T>(r, r), q);
}

/**
 * p·2^n, where n is the integer in the low bits of `rounded`, a sum with the magic constant, and |n| ≤ 2·bias − 2.
 * The exponent lies in the upper 32 bits of an element, so that 32-bit shifts serve both types.
 */
// @ts-ignore: decorator
@inline export function scale<T>(p: v128, rounded: v128): v128 {
  const n = shiftLeft<T>(rounded, mantissaBits<T>());
  const first = v128.and(i32x4.shr_s(n, 1), v128.or(infinity<T>(), signBit<T>()));
  const second = subBits<T>(n, first);
  const one = k<T>(K.one);
  return v128.mul<T>(v128.mul<T>(p, addBits<T>(first, one)), addBits<T>(second, one));
}

/** e^t for t within the limits; where t ≤ 0, one factor of fixed size serves for results below the normal range. */
// @ts-ignore: decorator
@inline function power<T>(t: v128, below: bool): v128 {
  const rounded = v128.add<T>(v128.mul<T>(t, k<T>(K.log2e)), k<T>(K.magic));
  const n = v128.sub<T>(rounded, k<T>(K.magic));
  const r = v128.sub<T>(v128.sub<T>(t, v128.mul<T>(n, k<T>(K.ln2a))), v128.mul<T>(n, k<T>(K.ln2b)));
  const p = v128.add<T>(k<T>(K.one), v128.add<T>(r, expTail<T>(r)));
  if (!below) return scale<T>(p, rounded);
  const first = addBits<T>(shiftLeft<T>(rounded, mantissaBits<T>()), k<T>(K.up));
  return v128.mul<T>(v128.mul<T>(p, first), k<T>(K.down));
}

/**
 * e^x, at most 1 ULP from the rounded value in f32 and f64. Results below the normal range are kept; overflow gives
 * Infinity, underflow 0, NaN stays NaN.
 */
// @ts-ignore: decorator
@inline export function exp<T>(x: v128): v128 {
  return power<T>(v128.pmin<T>(v128.pmax<T>(x, k<T>(K.low)), k<T>(K.high)), false);
}

/** e^x for x ≤ 0 or NaN: the bits of `exp` with fewer operations. */
// @ts-ignore: decorator
@inline export function expBelow<T>(x: v128): v128 {
  return power<T>(v128.pmax<T>(x, k<T>(K.low)), true);
}

/**
 * e^x − 1 = 2·(2^(n−1)·(e^r − 1) + (2^(n−1) − ½)), at most 2 ULP from the rounded value in f32 and f64; x itself where
 * |x| < 2^-24 (f32) or 2^-53 (f64), so that tiny values and the sign of zero are kept.
 */
// @ts-ignore: decorator
@inline export function expm1<T>(x: v128): v128 {
  const t = v128.pmin<T>(v128.pmax<T>(x, k<T>(K.below)), k<T>(K.high));
  const rounded = v128.add<T>(v128.mul<T>(t, k<T>(K.log2e)), k<T>(K.magic));
  const n = v128.sub<T>(rounded, k<T>(K.magic));
  const r = v128.sub<T>(v128.sub<T>(t, v128.mul<T>(n, k<T>(K.ln2a))), v128.mul<T>(n, k<T>(K.ln2b)));
  const p = v128.add<T>(r, expTail<T>(r));
  const half = k<T>(K.half);
  const power = addBits<T>(shiftLeft<T>(rounded, mantissaBits<T>()), half);
  const y = v128.add<T>(v128.mul<T>(p, power), v128.sub<T>(power, half));
  return v128.bitselect(x, v128.add<T>(y, y), v128.lt<T>(v128.abs<T>(x), k<T>(K.tiny)));
}
