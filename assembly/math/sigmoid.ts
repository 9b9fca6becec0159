/** Functions of the logistic family, from e^−|x|, so that nothing overflows. */
import { entry, polynomial, signBit } from './table';
import { exp, expBelow } from './exp';
import { log1pUnit } from './log';
import { madd } from '../lanes';

const enum K {
  one,
  two,
  small,
  p,
}

const F32 = memory.data<f32>([
  1, 2, 0.625, -0.3333328068256378, 0.13331441581249237, -0.05373971536755562, 0.02063908614218235,
  -0.005704986862838268,
]);

const F64 = memory.data<f64>([
  1, 2, 0.625, -0.33333333333332854, 0.13333333333262093, -0.0539682539312679, 0.021869487576097527,
  -0.008863221002655108, 0.0035919891739348503, -0.0014549588783163722, 0.000586316540736261, -0.00022856421090915795,
  0.00007714436553967659, -0.00001607256881163864,
]);

// @ts-ignore: decorator
@inline function k<T>(i: i32): v128 {
  return entry<T>(F32, F64, i);
}

/** e^−|x|, what both functions below are made of. */
// @ts-ignore: decorator
@inline export function decay<T>(x: v128): v128 {
  return expBelow<T>(v128.or(x, signBit<T>()));
}

/** The sigmoid of x from e = e^−|x|. */
// @ts-ignore: decorator
@inline export function sigmoidFrom<T>(x: v128, e: v128): v128 {
  const one = k<T>(K.one);
  return v128.div<T>(v128.bitselect(e, one, v128.lt<T>(x, i32x4.splat(0))), v128.add<T>(one, e));
}

/** The softplus of x from e = e^−|x|. */
// @ts-ignore: decorator
@inline export function softplusFrom<T>(x: v128, e: v128): v128 {
  return v128.add<T>(v128.pmax<T>(x, i32x4.splat(0)), log1pUnit<T>(e));
}

/** 1/(1 + e^−x) = e/(1 + e) for x < 0, e = e^−|x|; at most 2 ULP from the rounded value in f32 and f64. */
// @ts-ignore: decorator
@inline export function sigmoid<T>(x: v128): v128 {
  return sigmoidFrom<T>(x, decay<T>(x));
}

/** max(x, 0) + ln(1 + e^−|x|), at most 2 ULP from the rounded value in f32 and f64. */
// @ts-ignore: decorator
@inline export function softplus<T>(x: v128): v128 {
  return softplusFrom<T>(x, decay<T>(x));
}

/**
 * tanh x, at most 1 ULP from the rounded value in f32, 2 in f64; keeps the sign of zero.
 *
 *   |x| < 0.625: |x| + |x|·z·P(z), z = x², P of 5 (f32) or 11 (f64) terms;  else 1 − 2/(e^2|x| + 1)
 */
// @ts-ignore: decorator
@inline export function tanh<T>(x: v128): v128 {
  const a = v128.abs<T>(x);
  const z = v128.mul<T>(a, a);
  const q = polynomial<T>(F32, F64, K.p, sizeof<T>() == 4 ? 5 : 11, z);
  const near = madd<T>(a, v128.mul<T>(a, z), q);
  const one = k<T>(K.one);
  const two = k<T>(K.two);
  const far = v128.sub<T>(one, v128.div<T>(two, v128.add<T>(exp<T>(v128.add<T>(a, a)), one)));
  return v128.or(v128.bitselect(near, far, v128.lt<T>(a, k<T>(K.small))), v128.and(x, signBit<T>()));
}
