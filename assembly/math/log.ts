/**
 * ln x and ln(1 + x), after the scheme of FreeBSD's e_log.c (Sun Microsystems, 1993) with coefficients of our own.
 *
 *   x = 2^k·m, √½ ≤ m < √2;  f = m − 1;  s = f/(2 + f);  z = s²
 *   ln m = f − (f²/2 − s·(f²/2 + z·P(z)))       P of 3 (f32) or 7 (f64) terms
 *   ln x = k·ln 2 + ln m                        ln 2 in two parts, k·(first) exact
 *
 * For 0 ≤ x ≤ 1, ln(1 + x) needs neither k nor m: f = x, s ≤ ⅓, with a P of 4 (f32) or 10 (f64) terms.
 */
import { madd } from '../lanes';
import { addBits, entry, infinity, mantissaBits, polynomial, shiftRight, signBit, subBits } from './table';

const enum K {
  sqrtHalf,
  whole,
  biased,
  one,
  two,
  half,
  ln2a,
  ln2b,
  normal,
  up,
  digits,
  large,
  top,
  p,
}

const F32 = memory.data<f32>([
  0.7071067811865476, 8388608, 8388735, 1, 2, 0.5, 0.693115234375, 0.000031946184945309415, 1.1754943508222875e-38,
  8388608, 23, 1.2676506002282294e30, 1.7014118346046923e38, 0.6666677594184875, 0.3997753858566284,
  0.29871854186058044, 0.6666641235351562, 0.40021705627441406, 0.27999037504196167, 0.28025004267692566,
]);

const F64 = memory.data<f64>([
  0.7071067811865476, 4503599627370496, 4503599627371519, 1, 2, 0.5, 0.6931471803691238, 1.9082149292705877e-10,
  2.2250738585072014e-308, 4503599627370496, 52, 1.0715086071862673e301, 8.98846567431158e307, 0.6666666666666734,
  0.3999999999941435, 0.2857142874246879, 0.2222219856415597, 0.18183564829645016, 0.15314036834964234,
  0.147960949375535, 0.6666666666666631, 0.40000000000157365, 0.2857142854783751, 0.22222223970803962,
  0.18181743885375293, 0.15386560799699267, 0.13300961663943703, 0.12106183605200932, 0.08339663641028422,
  0.1701940885734077,
]);

// @ts-ignore: decorator
@inline function k<T>(i: i32): v128 {
  return entry<T>(F32, F64, i);
}

/** Bits of u, moved so that the exponent field holds k + bias, and what is below it counts from √½. */
// @ts-ignore: decorator
@inline export function split<T>(u: v128): v128 {
  return addBits<T>(u, subBits<T>(k<T>(K.one), k<T>(K.sqrtHalf)));
}

/** k as a float, from `split`. */
// @ts-ignore: decorator
@inline export function exponent<T>(moved: v128): v128 {
  return v128.sub<T>(v128.or(shiftRight<T>(moved, mantissaBits<T>()), k<T>(K.whole)), k<T>(K.biased));
}

/** m, from `split`. */
// @ts-ignore: decorator
@inline export function mantissa<T>(moved: v128): v128 {
  return addBits<T>(v128.andnot(moved, infinity<T>()), k<T>(K.sqrtHalf));
}

/** ln(1 + f) + n·ln 2 for √½ − 1 ≤ f < √2 − 1. */
// @ts-ignore: decorator
@inline function combine<T>(f: v128, n: v128): v128 {
  const s = v128.div<T>(f, v128.add<T>(k<T>(K.two), f));
  const z = v128.mul<T>(s, s);
  const q = polynomial<T>(F32, F64, K.p, sizeof<T>() == 4 ? 3 : 7, z);
  const square = v128.mul<T>(v128.mul<T>(f, f), k<T>(K.half));
  const tail = madd<T>(v128.mul<T>(n, k<T>(K.ln2b)), s, madd<T>(square, z, q));
  return v128.sub<T>(v128.mul<T>(n, k<T>(K.ln2a)), v128.sub<T>(v128.sub<T>(square, tail), f));
}

/** What x = 0, x < 0, ∞ and NaN give, put in place of `y`; `at` is 0 where the argument makes the result −∞. */
// @ts-ignore: decorator
@inline function specials<T>(y: v128, x: v128, at: v128): v128 {
  const zero = i32x4.splat(0);
  let r = v128.add<T>(y, v128.and(v128.eq<T>(at, zero), v128.or(infinity<T>(), signBit<T>())));
  r = v128.bitselect(r, x, v128.lt<T>(x, infinity<T>()));
  return v128.or(r, v128.lt<T>(at, zero));
}

/** ln x, at most 1 ULP from the rounded value in f32 and f64, below the normal range too. ln 0 = −∞, ln(< 0) = NaN. */
// @ts-ignore: decorator
@inline export function log<T>(x: v128): v128 {
  const small = v128.lt<T>(x, k<T>(K.normal));
  const u = v128.bitselect(v128.mul<T>(x, k<T>(K.up)), x, small);
  const moved = split<T>(u);
  const n = v128.sub<T>(exponent<T>(moved), v128.and(k<T>(K.digits), small));
  return specials<T>(combine<T>(v128.sub<T>(mantissa<T>(moved), k<T>(K.one)), n), x, x);
}

/** ln(1 + x) for −1 < x < 2^100, with f corrected by what rounding 1 + x has lost. */
// @ts-ignore: decorator
@inline function corrected<T>(x: v128, u: v128): v128 {
  const moved = split<T>(u);
  const field = i32x4.min_s(v128.and(moved, infinity<T>()), k<T>(K.large));
  const lost = v128.sub<T>(x, v128.sub<T>(u, k<T>(K.one)));
  const f = madd<T>(v128.sub<T>(mantissa<T>(moved), k<T>(K.one)), lost, subBits<T>(k<T>(K.top), field));
  return combine<T>(f, exponent<T>(moved));
}

/**
 * ln(1 + x), at most 2 ULP from the rounded value in f32 and f64; keeps the sign of zero. log1p(−1) = −∞,
 * log1p(< −1) = NaN.
 */
// @ts-ignore: decorator
@inline export function log1p<T>(x: v128): v128 {
  const u = v128.add<T>(k<T>(K.one), x);
  return v128.or(specials<T>(corrected<T>(x, u), x, u), v128.and(x, signBit<T>()));
}

/** ln(1 + x) for 0 ≤ x ≤ 1 or NaN. */
// @ts-ignore: decorator
@inline export function log1pUnit<T>(x: v128): v128 {
  const s = v128.div<T>(x, v128.add<T>(k<T>(K.two), x));
  const z = v128.mul<T>(s, s);
  const float = sizeof<T>() == 4;
  const q = polynomial<T>(F32, F64, K.p + (float ? 3 : 7), float ? 4 : 10, z);
  const square = v128.mul<T>(v128.mul<T>(x, x), k<T>(K.half));
  return v128.sub<T>(x, v128.sub<T>(square, v128.mul<T>(s, madd<T>(square, z, q))));
}
