/**
 * Activations: y = f(z), and a gradient times f′, which follows from y for those up to SOFTPLUS, so that z need not be
 * kept, and from z for the others. f(±∞) and f′(±∞) are the limits; NaN stays NaN.
 *
 *   RELU        max(z, 0)
 *   LEAKY_RELU  z, az for z < 0; a ≥ 0
 *   TANH, SIGMOID
 *   ELU         bz, a(e^z − 1) for z ≤ 0; a > 0, b > 0
 *   CLAMP       cz + d within [a, b]; c > 0
 *   SOFTPLUS    b·ln(1 + e^(az)), b = 1/a > 0
 *   GELU        zΦ(z)
 *   SWISH       zσ(z(a + bz²))
 *   MISH        z·tanh(ln(1 + e^z))
 *   HARD_SWISH  z·(cz + d within [a, b])
 *
 * a, b, c, d are f64 numbers in memory, as many as there are letters.
 */
import { hyper, lanes, madd, maskBelow } from '../lanes';
import { expCall, expm1Call, log1pUnitCall } from '../math/calls';
import { bell, bounded, erfc } from '../math/erf';
import { sigmoid, sigmoidFrom, tanh } from '../math/sigmoid';
import { entry, signBit } from '../math/table';

/** Numbered as in src/program/activations.ts. */
export const enum Activation {
  NONE,
  RELU,
  LEAKY_RELU,
  TANH,
  SIGMOID,
  ELU,
  CLAMP,
  SOFTPLUS,
  GELU,
  SWISH,
  MISH,
  HARD_SWISH,
}

const enum K {
  one,
  two,
  half,
  three,
  /** Beyond it every f of z is z or 0. */
  large,
  rootHalf,
  /** 1/√(2π) */
  peak,
}

const F32 = memory.data<f32>([1, 2, 0.5, 3, 1000, 0.7071067811865476, 0.3989422804014327]);
const F64 = memory.data<f64>([1, 2, 0.5, 3, 1000, 0.7071067811865476, 0.3989422804014327]);

// @ts-ignore: decorator
@inline function k<T>(i: i32): v128 {
  return entry<T>(F32, F64, i);
}

/** z ≥ −1000, so that z·0 is 0 at −∞. */
// @ts-ignore: decorator
@inline function above<T>(z: v128): v128 {
  return v128.pmax<T>(z, v128.neg<T>(k<T>(K.large)));
}

/** −1000 ≤ z ≤ 1000. */
// @ts-ignore: decorator
@inline function within<T>(z: v128): v128 {
  return v128.pmin<T>(above<T>(z), k<T>(K.large));
}

/** e^−|z|. */
// @ts-ignore: decorator
@inline function decay<T>(z: v128): v128 {
  return expCall<T>(v128.or(z, signBit<T>()));
}

// @ts-ignore: decorator
@inline function clamped<T>(z: v128, low: v128, high: v128): v128 {
  return v128.pmin<T>(v128.pmax<T>(z, low), high);
}

/** v where low < y < high, else 0. */
// @ts-ignore: decorator
@inline function inside<T>(v: v128, y: v128, low: v128, high: v128): v128 {
  return v128.andnot(v, v128.or(v128.le<T>(y, low), v128.ge<T>(y, high)));
}

/** Φ(z) from ½(1 − erf(|z|/√2)), which keeps its digits in the tail. */
// @ts-ignore: decorator
@inline function normal<T>(z: v128, a: v128, e: v128): v128 {
  const tail = v128.mul<T>(k<T>(K.half), erfc<T>(a, e));
  return v128.bitselect(tail, v128.sub<T>(k<T>(K.one), tail), v128.lt<T>(z, i32x4.splat(0)));
}

/** e^−|z| → tanh(ln(1 + e^z)) = n/(n + q), for z < 0 n = e(e + 2) and q = 2, else n = 1 + 2e and q = 2e². */
// @ts-ignore: decorator
@inline function mishParts<T>(e: v128, negative: v128, numerator: bool): v128 {
  const two = k<T>(K.two);
  const twice = v128.mul<T>(two, e);
  if (numerator) {
    return v128.bitselect(madd<T>(twice, e, e), v128.add<T>(k<T>(K.one), twice), negative);
  }
  return v128.bitselect(two, v128.mul<T>(twice, e), negative);
}

/** f(z). */
// @ts-ignore: decorator
@inline function value<T>(f: Activation, z: v128, a: v128, b: v128, c: v128, d: v128): v128 {
  const zero = i32x4.splat(0);
  if (f == Activation.RELU) return v128.pmax<T>(z, zero);
  if (f == Activation.LEAKY_RELU) return v128.bitselect(v128.mul<T>(z, a), z, v128.lt<T>(z, zero));
  if (f == Activation.TANH) return tanh<T>(z);
  if (f == Activation.SIGMOID) return sigmoid<T>(z);
  if (f == Activation.ELU) {
    return v128.bitselect(v128.mul<T>(z, b), v128.mul<T>(a, expm1Call<T>(z)), v128.gt<T>(z, zero));
  }
  if (f == Activation.CLAMP) return clamped<T>(madd<T>(d, c, z), a, b);
  if (f == Activation.SOFTPLUS) {
    const t = v128.mul<T>(a, z);
    return v128.mul<T>(b, v128.add<T>(v128.pmax<T>(t, zero), log1pUnitCall<T>(decay<T>(t))));
  }
  const t = above<T>(z);
  if (f == Activation.GELU) {
    const x = bounded<T>(v128.mul<T>(t, k<T>(K.rootHalf)));
    return v128.mul<T>(t, normal<T>(t, x, bell<T>(x)));
  }
  if (f == Activation.SWISH) {
    const u = within<T>(z);
    return v128.mul<T>(t, sigmoid<T>(v128.mul<T>(u, madd<T>(a, b, v128.mul<T>(u, u)))));
  }
  if (f == Activation.MISH) {
    const e = decay<T>(t);
    const negative = v128.lt<T>(t, zero);
    const n = mishParts<T>(e, negative, true);
    return v128.mul<T>(t, v128.div<T>(n, v128.add<T>(n, mishParts<T>(e, negative, false))));
  }
  return v128.mul<T>(t, clamped<T>(madd<T>(d, c, z), a, b));
}

/**
 * g·f′ from y = f(z):
 *
 *   relu g unless y ≤ 0, leaky relu ag unless y > 0, tanh g(1 − y²), sigmoid g·y(1 − y), elu g(y + a), gb if y > 0,
 *   clamp gc if a < y < b, softplus g(1 − e^(−ay))
 *
 * and from y = z:
 *
 *   gelu Φ + zφ, swish σ + zσ(1 − σ)(a + 3bz²), mish t + z(1 − t)(1 + t)σ, hard swish h + zc if a < h < b
 */
// @ts-ignore: decorator
@inline function back<T>(f: Activation, g: v128, y: v128, a: v128, b: v128, c: v128, d: v128): v128 {
  const zero = i32x4.splat(0);
  if (f == Activation.RELU) return v128.andnot(g, v128.le<T>(y, zero));
  if (f == Activation.LEAKY_RELU) return v128.bitselect(g, v128.mul<T>(g, a), v128.gt<T>(y, zero));
  const one = k<T>(K.one);
  if (f == Activation.TANH) return v128.mul<T>(g, v128.sub<T>(one, v128.mul<T>(y, y)));
  if (f == Activation.SIGMOID) return v128.mul<T>(g, v128.mul<T>(y, v128.sub<T>(one, y)));
  if (f == Activation.ELU) return v128.mul<T>(g, v128.bitselect(b, v128.add<T>(y, a), v128.gt<T>(y, zero)));
  if (f == Activation.CLAMP) return inside<T>(v128.mul<T>(g, c), y, a, b);
  if (f == Activation.SOFTPLUS) return v128.mul<T>(g, v128.neg<T>(expm1Call<T>(v128.neg<T>(v128.mul<T>(a, y)))));
  const u = within<T>(y);
  if (f == Activation.GELU) {
    const x = bounded<T>(v128.mul<T>(u, k<T>(K.rootHalf)));
    const e = bell<T>(x);
    return v128.mul<T>(g, madd<T>(normal<T>(u, x, e), u, v128.mul<T>(e, k<T>(K.peak))));
  }
  if (f == Activation.SWISH) {
    const square = v128.mul<T>(b, v128.mul<T>(u, u));
    // With e = e^−|v| and r = 1/(1 + e), σ(1 − σ) is er².
    const v = v128.mul<T>(u, v128.add<T>(a, square));
    const e = decay<T>(v);
    const r = v128.div<T>(one, v128.add<T>(one, e));
    const er = v128.mul<T>(e, r);
    const s = v128.bitselect(er, r, v128.lt<T>(v, zero));
    const inner = v128.mul<T>(v128.mul<T>(er, r), madd<T>(a, k<T>(K.three), square));
    return v128.mul<T>(g, madd<T>(s, u, inner));
  }
  if (f == Activation.MISH) {
    const e = decay<T>(u);
    const negative = v128.lt<T>(u, zero);
    const n = mishParts<T>(e, negative, true);
    const q = mishParts<T>(e, negative, false);
    const r = v128.div<T>(one, v128.add<T>(n, q));
    const t = v128.mul<T>(n, r);
    const inner = v128.mul<T>(v128.mul<T>(v128.mul<T>(q, r), v128.add<T>(one, t)), sigmoidFrom<T>(u, e));
    return v128.mul<T>(g, madd<T>(t, u, inner));
  }
  const h = clamped<T>(madd<T>(d, c, u), a, b);
  return v128.mul<T>(g, v128.add<T>(h, inside<T>(v128.mul<T>(u, c), h, a, b)));
}

/** Number `i`, where there are numbers. */
// @ts-ignore: decorator
@inline function number<T>(numbers: usize, i: i32): v128 {
  return v128.splat<T>(hyper<T>(numbers, i));
}

// @ts-ignore: decorator
@inline function forward<T>(f: Activation, numbers: usize, z: usize, y: usize, end: usize): void {
  const a = number<T>(numbers, 0);
  const b = number<T>(numbers, 1);
  const c = number<T>(numbers, 2);
  const d = number<T>(numbers, 3);
  do {
    v128.store(y, value<T>(f, v128.load(z), a, b, c, d));
    z += 16;
    y += 16;
  } while (z < end);
}

// @ts-ignore: decorator
@inline function backward<T>(f: Activation, numbers: usize, g: usize, to: usize, end: usize, y: usize): void {
  const a = number<T>(numbers, 0);
  const b = number<T>(numbers, 1);
  const c = number<T>(numbers, 2);
  const d = number<T>(numbers, 3);
  do {
    v128.store(to, back<T>(f, v128.load(g), v128.load(y), a, b, c, d));
    g += 16;
    to += 16;
    y += 16;
  } while (g < end);
}

/** y = f(z), `bytes` > 0 of it; y may be z. */
export function activate<T>(f: Activation, n: usize, z: usize, y: usize, bytes: usize): void {
  const end = z + bytes;
  switch (f) {
    case Activation.RELU:
      return forward<T>(Activation.RELU, n, z, y, end);
    case Activation.LEAKY_RELU:
      return forward<T>(Activation.LEAKY_RELU, n, z, y, end);
    case Activation.TANH:
      return forward<T>(Activation.TANH, n, z, y, end);
    case Activation.SIGMOID:
      return forward<T>(Activation.SIGMOID, n, z, y, end);
    case Activation.ELU:
      return forward<T>(Activation.ELU, n, z, y, end);
    case Activation.CLAMP:
      return forward<T>(Activation.CLAMP, n, z, y, end);
    case Activation.SOFTPLUS:
      return forward<T>(Activation.SOFTPLUS, n, z, y, end);
    case Activation.GELU:
      return forward<T>(Activation.GELU, n, z, y, end);
    case Activation.SWISH:
      return forward<T>(Activation.SWISH, n, z, y, end);
    case Activation.MISH:
      return forward<T>(Activation.MISH, n, z, y, end);
    case Activation.HARD_SWISH:
      return forward<T>(Activation.HARD_SWISH, n, z, y, end);
  }
}

/** to = g·f′, `bytes` > 0 of it, from what f has put out, or from what went in; `to` may be g. */
export function multiplySlope<T>(f: Activation, n: usize, g: usize, to: usize, bytes: usize, y: usize): void {
  const end = g + bytes;
  switch (f) {
    case Activation.RELU:
      return backward<T>(Activation.RELU, n, g, to, end, y);
    case Activation.LEAKY_RELU:
      return backward<T>(Activation.LEAKY_RELU, n, g, to, end, y);
    case Activation.TANH:
      return backward<T>(Activation.TANH, n, g, to, end, y);
    case Activation.SIGMOID:
      return backward<T>(Activation.SIGMOID, n, g, to, end, y);
    case Activation.ELU:
      return backward<T>(Activation.ELU, n, g, to, end, y);
    case Activation.CLAMP:
      return backward<T>(Activation.CLAMP, n, g, to, end, y);
    case Activation.SOFTPLUS:
      return backward<T>(Activation.SOFTPLUS, n, g, to, end, y);
    case Activation.GELU:
      return backward<T>(Activation.GELU, n, g, to, end, y);
    case Activation.SWISH:
      return backward<T>(Activation.SWISH, n, g, to, end, y);
    case Activation.MISH:
      return backward<T>(Activation.MISH, n, g, to, end, y);
    case Activation.HARD_SWISH:
      return backward<T>(Activation.HARD_SWISH, n, g, to, end, y);
  }
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
