/**
 * The error function.
 *
 *   a = |x| < 1: erf a = a + a·P(a²)                    P of 7 (f32) or 12 (f64) terms
 *   a ≥ 1:       1 − erf a = e^(−a²)·Q(u)/(a + 2.5)     u = (a − 2.5)/(a + 2.5), Q of 9 (f32) or 20 (f64) terms
 *
 * From a = 28 on what is missing from 1 is 0 in both types.
 */
import { madd } from '../lanes';
import { expCall } from './calls';
import { entry, polynomial, signBit } from './table';

const enum K {
  one,
  most,
  shift,
  half,
  near,
}

const F32 = memory.data<f32>([
  1, 28, 2.5, 0.5, 0.12837916612625122, -0.3761262595653534, 0.1128358542919159, -0.026853810995817184,
  0.005188327748328447, -0.0008010192541405559, 0.00007853857823647559, 1.0540318489074707, -0.8046519756317139,
  0.4539135992527008, -0.17124539613723755, 0.028365394100546837, 0.008332648314535618, -0.004789105616509914,
  -0.00024368916638195515, 0.00047881933278404176,
]);

const F64 = memory.data<f64>([
  1, 28, 2.5, 0.5, 0.12837916709551256, -0.3761263890318352, 0.11283791670944185, -0.02686617064311141,
  0.005223977606118087, -0.0008548325929298763, 0.00012055293576488257, -0.000014924712294900434,
  0.00000164471314911882, -1.6206313191096486e-7, 1.3710978104522273e-8, -7.779464455936523e-10, 1.054031820305718,
  -0.8046518494391492, 0.4539141166481022, -0.17125114524597992, 0.028361550131411773, 0.008393044299359729,
  -0.004818785500409835, -0.0004392082104340156, 0.0007026932672817989, 0.000058307461193043624,
  -0.00011259985927746488, -0.000019534176087243954, 0.000018215696995844732, 0.000006791437491420798,
  -0.000002260681482534651, -0.0000021407125022719894, 7.042843633508348e-9, 7.295008651733289e-7,
  -1.3855240923881285e-7, -2.987324122527446e-8,
]);

// @ts-ignore: decorator
@inline function k<T>(i: i32): v128 {
  return entry<T>(F32, F64, i);
}

/** |x|, at most 28. */
// @ts-ignore: decorator
@inline export function bounded<T>(x: v128): v128 {
  return v128.pmin<T>(v128.abs<T>(x), k<T>(K.most));
}

/** e^(−a²). */
// @ts-ignore: decorator
@inline export function bell<T>(a: v128): v128 {
  return expCall<T>(v128.neg<T>(v128.mul<T>(a, a)));
}

/** erf a, 0 ≤ a < 1. */
// @ts-ignore: decorator
@inline function near<T>(a: v128): v128 {
  return madd<T>(a, a, polynomial<T>(F32, F64, K.near, sizeof<T>() == 4 ? 7 : 12, v128.mul<T>(a, a)));
}

/** 1 − erf a, 1 ≤ a ≤ 28, from e = e^(−a²). */
// @ts-ignore: decorator
@inline function far<T>(a: v128, e: v128): v128 {
  const float = sizeof<T>() == 4;
  const r = v128.div<T>(k<T>(K.one), v128.add<T>(a, k<T>(K.shift)));
  const u = v128.mul<T>(v128.sub<T>(a, k<T>(K.shift)), r);
  const q = polynomial<T>(F32, F64, K.near + (float ? 7 : 12), float ? 9 : 20, u);
  return v128.mul<T>(e, v128.mul<T>(r, q));
}

/** 1 − erf a for 0 ≤ a ≤ 28 or NaN, from e = e^(−a²), accurate also where it is small. */
export function erfc<T>(a: v128, e: v128): v128 {
  const one = k<T>(K.one);
  return v128.bitselect(v128.sub<T>(one, near<T>(a)), far<T>(a, e), v128.lt<T>(a, one));
}

/** erf x = 2/√π·∫₀ˣ e^(−t²) dt, at most 1 ULP from the rounded value in f32, 1 in f64; keeps the sign of zero. */
// @ts-ignore: decorator
@inline export function erf<T>(x: v128): v128 {
  const a = bounded<T>(x);
  const one = k<T>(K.one);
  const y = v128.bitselect(near<T>(a), v128.sub<T>(one, far<T>(a, bell<T>(a))), v128.lt<T>(a, one));
  return v128.or(y, v128.and(x, signBit<T>()));
}
