/**
 * What the functions of this folder share. Each is one polynomial scheme for f32 and f64 on a v128; every element is
 * computed by itself, so a result depends neither on the lane nor on the position.
 *
 * Only + − × ÷ √, integer operations, comparisons and selections are used: the same bits in every engine. Steps that
 * are exact by design are written as plain `mul` and `sub`, never as `madd`, so that fusing cannot touch them.
 *
 * Constants are read from static memory where they are used: V8 would rebuild a `v128.const` in every turn of a loop,
 * and keeping all of them in registers gains 15 % in a bare map and spills in anything larger.
 *
 * Coefficients without another source are those that scripts/fit prints.
 */
import { madd } from '../lanes';

/** Element `i` of the table of T, in every lane. */
// @ts-ignore: decorator
@inline export function entry<T>(f32s: usize, f64s: usize, i: i32): v128 {
  if (sizeof<T>() == 4) return v128.load32_splat(f32s + ((<usize>i) << 2));
  return v128.load64_splat(f64s + ((<usize>i) << 3));
}

/**
 * Σ c[j]·x^j over `terms` (2 … 20) coefficients from `at` on: pairs c + c'·x by Horner's rule in x². The chain of
 * dependent operations is half as long as Horner's in x, which makes f64 a third faster.
 */
// @ts-ignore: decorator
@inline export function polynomial<T>(f32s: usize, f64s: usize, at: i32, terms: i32, x: v128): v128 {
  const z = v128.mul<T>(x, x);
  let q = entry<T>(f32s, f64s, at + terms - 1);
  if ((terms & 1) == 0) q = madd<T>(entry<T>(f32s, f64s, at + terms - 2), q, x);
  if (terms > 18) q = madd<T>(madd<T>(entry<T>(f32s, f64s, at + 16), entry<T>(f32s, f64s, at + 17), x), q, z);
  if (terms > 16) q = madd<T>(madd<T>(entry<T>(f32s, f64s, at + 14), entry<T>(f32s, f64s, at + 15), x), q, z);
  if (terms > 14) q = madd<T>(madd<T>(entry<T>(f32s, f64s, at + 12), entry<T>(f32s, f64s, at + 13), x), q, z);
  if (terms > 12) q = madd<T>(madd<T>(entry<T>(f32s, f64s, at + 10), entry<T>(f32s, f64s, at + 11), x), q, z);
  if (terms > 10) q = madd<T>(madd<T>(entry<T>(f32s, f64s, at + 8), entry<T>(f32s, f64s, at + 9), x), q, z);
  if (terms > 8) q = madd<T>(madd<T>(entry<T>(f32s, f64s, at + 6), entry<T>(f32s, f64s, at + 7), x), q, z);
  if (terms > 6) q = madd<T>(madd<T>(entry<T>(f32s, f64s, at + 4), entry<T>(f32s, f64s, at + 5), x), q, z);
  if (terms > 4) q = madd<T>(madd<T>(entry<T>(f32s, f64s, at + 2), entry<T>(f32s, f64s, at + 3), x), q, z);
  if (terms > 2) q = madd<T>(madd<T>(entry<T>(f32s, f64s, at), entry<T>(f32s, f64s, at + 1), x), q, z);
  return q;
}

const enum Bits {
  sign,
  infinity,
}

const F32 = memory.data<f32>([-0.0, Infinity]);
const F64 = memory.data<f64>([-0.0, Infinity]);

/** The bit of the sign. */
// @ts-ignore: decorator
@inline export function signBit<T>(): v128 {
  return entry<T>(F32, F64, Bits.sign);
}

// @ts-ignore: decorator
@inline export function infinity<T>(): v128 {
  return entry<T>(F32, F64, Bits.infinity);
}

/** Bits of a mantissa. */
// @ts-ignore: decorator
@inline export function mantissaBits<T>(): i32 {
  return sizeof<T>() == 4 ? 23 : 52;
}

/** Lanes as integers, shifted left. */
// @ts-ignore: decorator
@inline export function shiftLeft<T>(v: v128, n: i32): v128 {
  return sizeof<T>() == 4 ? i32x4.shl(v, n) : i64x2.shl(v, n);
}

/** Lanes as unsigned integers, shifted right. */
// @ts-ignore: decorator
@inline export function shiftRight<T>(v: v128, n: i32): v128 {
  return sizeof<T>() == 4 ? i32x4.shr_u(v, n) : i64x2.shr_u(v, n);
}

/** Lanes as integers, added. */
// @ts-ignore: decorator
@inline export function addBits<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.add(a, b) : i64x2.add(a, b);
}

/** Lanes as integers, subtracted. */
// @ts-ignore: decorator
@inline export function subBits<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.sub(a, b) : i64x2.sub(a, b);
}
