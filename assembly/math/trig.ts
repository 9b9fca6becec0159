/**
 * cos x and sin x.
 *
 *   x = n·π/2 + r, |r| ≤ π/4        n by the magic constant 1.5·2^52
 *   f32: π/2 in two f64 parts, r rounded to f32 at the end
 *   f64: π/2 in four parts of 33 bits, n·(each of the first three) exact, what the subtractions lose is kept
 *   sin r = r + r·z·P(z), cos r = 1 − z/2 + z²·Q(z), z = r²        P and Q of 3 (f32) or 6 (f64) terms
 *
 * Accurate for |x| ≤ 2^20, where n has 20 bits at most; NaN beyond, and for ±∞ and NaN.
 */
import { madd } from '../lanes';
import { addBits, entry, polynomial, shiftLeft, signBit, subBits } from './table';

const enum K {
  one,
  half,
  limit,
  sin,
}

const F32 = memory.data<f32>([
  1, 0.5, 1048576, -0.16666655242443085, 0.00833216030150652, -0.00019515281019266695, 0.04166664555668831,
  -0.0013887316454201937, 0.000024433154976577498,
]);

const F64 = memory.data<f64>([
  1, 0.5, 1048576, -0.1666666666666663, 0.008333333333322118, -0.0001984126982958933, 0.0000027557313621309714,
  -2.50507477504766e-8, 1.589622941365549e-10, 0.041666666666666595, -0.0013888888888873056, 0.000024801587288851484,
  -2.755731417923034e-7, 2.0875700832633665e-9, -1.1358536022895362e-11,
]);

const enum R {
  twoOverPi,
  magic,
  part,
  rest = 6,
}

const REDUCTION = memory.data<f64>([
  0.6366197723675814, 6755399441055744, 1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21,
  8.4784276603689e-32, 6.077100506506192e-11,
]);

const ONE_U32 = memory.data<u32>([1]);
const ONE_U64 = memory.data<u64>([1]);

// @ts-ignore: decorator
@inline function k<T>(i: i32): v128 {
  return entry<T>(F32, F64, i);
}

// @ts-ignore: decorator
@inline function c(i: i32): v128 {
  return v128.load64_splat(REDUCTION + ((<usize>i) << 3));
}

// @ts-ignore: decorator
@inline function integerOne<T>(): v128 {
  return entry<T>(ONE_U32, ONE_U64, 0);
}

/** sin r, |r| ≤ π/4. */
// @ts-ignore: decorator
@inline export function sinSmall<T>(r: v128): v128 {
  const z = v128.mul<T>(r, r);
  return madd<T>(r, v128.mul<T>(r, z), polynomial<T>(F32, F64, K.sin, sizeof<T>() == 4 ? 3 : 6, z));
}

/** cos r, |r| ≤ π/4; 1 − z/2 is followed by what its rounding has lost. */
// @ts-ignore: decorator
@inline export function cosSmall<T>(r: v128): v128 {
  const z = v128.mul<T>(r, r);
  const one = k<T>(K.one);
  const half = v128.mul<T>(z, k<T>(K.half));
  const w = v128.sub<T>(one, half);
  const lost = v128.sub<T>(v128.sub<T>(one, w), half);
  const terms = sizeof<T>() == 4 ? 3 : 6;
  return v128.add<T>(w, madd<T>(lost, v128.mul<T>(z, z), polynomial<T>(F32, F64, K.sin + terms, terms, z)));
}

/** x·2/π plus the magic constant: n in the low bits. */
// @ts-ignore: decorator
@inline function quarters(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, c(R.twoOverPi)), c(R.magic));
}

/** x − n·π/2 to some 2^-70: enough for a result in f32. */
// @ts-ignore: decorator
@inline function rest32(x: v128, rounded: v128): v128 {
  const n = f64x2.sub(rounded, c(R.magic));
  return f64x2.sub(f64x2.sub(x, f64x2.mul(n, c(R.part))), f64x2.mul(n, c(R.rest)));
}

/** x − n·π/2, rounded once. */
// @ts-ignore: decorator
@inline function rest64(x: v128, rounded: v128): v128 {
  const n = f64x2.sub(rounded, c(R.magic));
  const first = f64x2.sub(x, f64x2.mul(n, c(R.part)));
  const second = f64x2.mul(n, c(R.part + 1));
  const third = f64x2.mul(n, c(R.part + 2));
  const a = f64x2.sub(first, second);
  const b = f64x2.sub(a, third);
  const lost = f64x2.add(f64x2.sub(f64x2.sub(first, a), second), f64x2.sub(f64x2.sub(a, b), third));
  return f64x2.add(b, f64x2.sub(lost, f64x2.mul(n, c(R.part + 3))));
}

/**
 * cos or sin of r + n·π/2, from sin r and cos r, n an integer in the low bits: cos r, −sin r, −cos r, sin r for
 * n = 0 … 3; sin is a quarter turn behind.
 */
// @ts-ignore: decorator
@inline export function turned<T>(sin: v128, cos: v128, n: v128, sine: bool): v128 {
  const one = integerOne<T>();
  const odd = subBits<T>(i32x4.splat(0), v128.and(n, one));
  if (sine) return v128.xor(v128.bitselect(cos, sin, odd), v128.and(shiftLeft<T>(n, top<T>()), signBit<T>()));
  const next = addBits<T>(n, one);
  return v128.xor(v128.bitselect(sin, cos, odd), v128.and(shiftLeft<T>(next, top<T>()), signBit<T>()));
}

/** How far bit 1 is from the sign. */
// @ts-ignore: decorator
@inline function top<T>(): i32 {
  return sizeof<T>() == 4 ? 30 : 62;
}

// @ts-ignore: decorator
@inline function trig<T>(x: v128, sine: bool): v128 {
  let r: v128;
  let n: v128;
  if (sizeof<T>() == 8) {
    n = quarters(x);
    r = rest64(x, n);
  } else {
    const low = f64x2.promote_low_f32x4(x);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
    const a = quarters(low);
    const b = quarters(high);
    n = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
    r = v128.shuffle<i64>(f32x4.demote_f64x2_zero(rest32(low, a)), f32x4.demote_f64x2_zero(rest32(high, b)), 0, 2);
  }
  const inside = v128.le<T>(v128.abs<T>(x), k<T>(K.limit));
  return v128.or(turned<T>(sinSmall<T>(r), cosSmall<T>(r), n, sine), v128.not(inside));
}

/** cos x, at most 2 ULP from the rounded value in f32 and f64 for |x| ≤ 2^20; NaN beyond. */
// @ts-ignore: decorator
@inline export function cos<T>(x: v128): v128 {
  return trig<T>(x, false);
}

/** sin x, at most 2 ULP from the rounded value in f32 and f64 for |x| ≤ 2^20; NaN beyond; keeps the sign of zero. */
// @ts-ignore: decorator
@inline export function sin<T>(x: v128): v128 {
  return v128.or(trig<T>(x, true), v128.and(x, v128.eq<T>(x, i32x4.splat(0))));
}

/** cos(x + k·π/2) of one f64, k ≥ 0: the quarter turns are exact. NaN for |x| > 2^20. */
export function cosBeyond(x: f64, k: i64): f64 {
  const v = f64x2.splat(x);
  const n = quarters(v);
  const r = rest64(v, n);
  const y = turned<f64>(sinSmall<f64>(r), cosSmall<f64>(r), i64x2.add(n, i64x2.splat(k)), false);
  return abs(x) <= 1048576 ? f64x2.extract_lane(y, 0) : f64.NaN;
}
