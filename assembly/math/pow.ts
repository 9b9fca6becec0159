/**
 * x^y.
 *
 *   f32: 2^(y·log2|x|) in f64 with short polynomials, rounded to f32
 *   f64: 2^(y·log2|x|), logarithm and product as sums of two doubles, after the scheme of FreeBSD's e_pow.c (Sun
 *        Microsystems, 1993) with coefficients of our own:
 *
 *     |x| = 2^k·m, √½ ≤ m < √2;  s = (m − 1)/(m + 1);  z = s²
 *     ln m = 2/3·s·(3 + z + z²·P(z))       P of 8 terms
 *     a "head" is a value cut to 26 bits, so that products of two heads are exact
 *
 * Special cases are those of C99 (F.9.4.4): x^±0 = 1 and 1^y = 1 even for NaN, (−1)^±∞ = 1; x < 0 with y not an
 * integer is NaN.
 */
import { madd } from '../lanes';
import { expTail, scale } from './exp';
import { exponent as power, mantissa, split } from './log';
import { entry, infinity, polynomial, signBit } from './table';

const enum K {
  normal,
  up,
  digits,
  one,
  three,
  magic,
  range,
  ln2,
  ln2Head,
  ln2Tail,
  factor,
  factorHead,
  factorTail,
  p,
}

const F64 = memory.data<f64>([
  2.2250738585072014e-308, 4503599627370496, 52, 1, 3, 6755399441055744, 1100, 0.6931471805599453, 0.6931471675634384,
  1.2996506893889889e-8, 0.9617966939259756, 0.9617966860532761, 7.872699542894897e-9, 0.5999999999999996,
  0.4285714285716767, 0.33333333326305, 0.2727272830543495, 0.2307683530900988, 0.20004476032771223,
  0.17512229682940197, 0.1798350392617991,
]);

const HEAD = memory.data<u64>([0xfffffffff8000000]);

const enum C {
  one,
  half,
  limit,
}

/** |y| beyond `limit` gives what `limit` gives. */
const COMMON_F32 = memory.data<f32>([1, 0.5, 1e20]);
const COMMON_F64 = memory.data<f64>([1, 0.5, 1e20]);

// @ts-ignore: decorator
@inline function k(i: i32): v128 {
  return entry<f64>(0, F64, i);
}

// @ts-ignore: decorator
@inline function common<T>(i: i32): v128 {
  return entry<T>(COMMON_F32, COMMON_F64, i);
}

// @ts-ignore: decorator
@inline function head(v: v128): v128 {
  return v128.and(v, v128.load64_splat(HEAD));
}

const enum R {
  one,
  magic,
  range,
  log2,
  exp2 = 8,
}

const ROUGH = memory.data<f64>([
  1, 6755399441055744, 1000, 2.885390081790147, 0.961796673275909, 0.5770835961150169, 0.4116721146704356,
  0.3407403462637018, 0.9999999999616822, 0.6931471807284447, 0.2402265119815786, 0.05550410353454607,
  0.009618027253647082, 0.0013333922558523936, 0.00015469291147020194, 0.000015201922709067304,
]);

/** x^y for normal x > 0 and |y| ≤ 1e20, to 2^-30: for a result in f32. */
// @ts-ignore: decorator
@inline function rough(x: v128, y: v128): v128 {
  const one = entry<f64>(0, ROUGH, R.one);
  const magic = entry<f64>(0, ROUGH, R.magic);
  const range = entry<f64>(0, ROUGH, R.range);
  const moved = split<f64>(x);
  const m = mantissa<f64>(moved);
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one));
  const log2 = madd<f64>(power<f64>(moved), s, polynomial<f64>(0, ROUGH, R.log2, 5, f64x2.mul(s, s)));
  const e = f64x2.pmin(f64x2.pmax(f64x2.mul(y, log2), f64x2.neg(range)), range);
  const rounded = f64x2.add(e, magic);
  const p = polynomial<f64>(0, ROUGH, R.exp2, 8, f64x2.sub(e, f64x2.sub(rounded, magic)));
  return f64x2.mul(p, i64x2.add(i64x2.shl(rounded, 52), one));
}

/** x^y for finite x > 0 and |y| ≤ 1e20. Every sum and product is rounded by itself. */
// @ts-ignore: decorator
@inline function precise(x: v128, y: v128): v128 {
  const one = k(K.one);
  const small = f64x2.lt(x, k(K.normal));
  const moved = split<f64>(v128.bitselect(f64x2.mul(x, k(K.up)), x, small));
  const whole = f64x2.sub(power<f64>(moved), v128.and(k(K.digits), small));
  const m = mantissa<f64>(moved);

  // s = sHead + sTail = f/(m + 1)
  const f = f64x2.sub(m, one);
  const d = f64x2.add(m, one);
  const reciprocal = f64x2.div(one, d);
  const s = f64x2.mul(f, reciprocal);
  const sHead = head(s);
  const dHead = head(d);
  const dTail = f64x2.sub(m, f64x2.sub(dHead, one));
  const rest = f64x2.sub(f64x2.sub(f, f64x2.mul(sHead, dHead)), f64x2.mul(sHead, dTail));
  const sTail = f64x2.mul(reciprocal, rest);

  // t = tHead + tTail = 3 + z + z²·P(z)
  const z = f64x2.mul(s, s);
  const series = f64x2.mul(f64x2.mul(z, z), polynomial<f64>(0, F64, K.p, 8, z));
  const tail = f64x2.add(series, f64x2.mul(sTail, f64x2.add(sHead, s)));
  const square = f64x2.mul(sHead, sHead);
  const tHead = head(f64x2.add(f64x2.add(k(K.three), square), tail));
  const tTail = f64x2.sub(tail, f64x2.sub(f64x2.sub(tHead, k(K.three)), square));

  // log2 m = a + b = 2/(3·ln 2)·s·t
  const u = f64x2.mul(sHead, tHead);
  const v = f64x2.add(f64x2.mul(sTail, tHead), f64x2.mul(tTail, s));
  const pHead = head(f64x2.add(u, v));
  const pTail = f64x2.sub(v, f64x2.sub(pHead, u));
  const a = f64x2.mul(k(K.factorHead), pHead);
  const b = f64x2.add(f64x2.mul(k(K.factorTail), pHead), f64x2.mul(pTail, k(K.factor)));

  // log2 x = lHead + lTail; y·log2 x = eHead + eTail
  const lHead = head(f64x2.add(f64x2.add(a, b), whole));
  const lTail = f64x2.sub(b, f64x2.sub(f64x2.sub(lHead, whole), a));
  const yHead = head(y);
  const product = f64x2.mul(yHead, lHead);
  const range = k(K.range);
  const eHead = f64x2.pmin(f64x2.pmax(product, f64x2.neg(range)), range);
  const outside = f64x2.ne(eHead, product);
  const eTail = v128.andnot(f64x2.add(f64x2.mul(f64x2.sub(y, yHead), lHead), f64x2.mul(y, lTail)), outside);

  // 2^(eHead + eTail) = 2^n·e^(g + h)
  const rounded = f64x2.add(f64x2.add(eHead, eTail), k(K.magic));
  const left = f64x2.sub(eHead, f64x2.sub(rounded, k(K.magic)));
  const cut = head(f64x2.add(left, eTail));
  const c = f64x2.mul(cut, k(K.ln2Head));
  const e = f64x2.add(f64x2.mul(f64x2.sub(eTail, f64x2.sub(cut, left)), k(K.ln2)), f64x2.mul(cut, k(K.ln2Tail)));
  const g = f64x2.add(c, e);
  const h = f64x2.sub(e, f64x2.sub(g, c));
  const correction = f64x2.add(h, f64x2.mul(h, g));
  return scale<f64>(f64x2.add(one, f64x2.add(g, f64x2.add(expTail<f64>(g), correction))), rounded);
}

/** x^y, at most 1 ULP from the rounded value in f32 and f64. */
// @ts-ignore: decorator
@inline export function pow<T>(x: v128, y: v128): v128 {
  const zero = i32x4.splat(0);
  const one = common<T>(C.one);
  const size = v128.abs<T>(x);
  const limit = common<T>(C.limit);
  const exponent = v128.pmin<T>(v128.pmax<T>(y, v128.neg<T>(limit)), limit);
  const infinite = v128.eq<T>(size, infinity<T>());
  let r: v128;
  if (sizeof<T>() == 4) {
    const low = rough(f64x2.promote_low_f32x4(size), f64x2.promote_low_f32x4(exponent));
    const high = rough(
      f64x2.promote_low_f32x4(v128.shuffle<i64>(size, size, 1, 1)),
      f64x2.promote_low_f32x4(v128.shuffle<i64>(exponent, exponent, 1, 1)),
    );
    r = v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
  } else {
    r = precise(size, exponent);
  }
  // 0 and ∞: ∞ where the exponent turns 0 over, or leaves ∞ as it is.
  const huge = v128.and(infinity<T>(), v128.xor(infinite, v128.lt<T>(y, zero)));
  r = v128.bitselect(huge, r, v128.or(v128.eq<T>(size, zero), infinite));
  const half = v128.mul<T>(y, common<T>(C.half));
  const whole = v128.eq<T>(v128.nearest<T>(y), y);
  const odd = v128.andnot(whole, v128.eq<T>(v128.nearest<T>(half), half));
  r = v128.xor(r, v128.and(v128.and(x, signBit<T>()), odd));
  const undefined_ = v128.andnot(v128.lt<T>(x, zero), v128.or(whole, infinite));
  r = v128.or(r, v128.or(undefined_, v128.or(v128.ne<T>(x, x), v128.ne<T>(y, y))));
  return v128.bitselect(one, r, v128.or(v128.eq<T>(x, one), v128.eq<T>(y, zero)));
}
