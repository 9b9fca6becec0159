/** What Adafactor does alike for matrices and vectors. */
import { word } from '../lanes';
import { option, rateOf, time } from './update';

/** ε₁, of the type if it is 0. */
// @ts-ignore: decorator
@inline export function least<T>(op: usize): f64 {
  const epsilon = option(op, 1);
  if (epsilon == 0) return sizeof<T>() == 4 ? 1.1920928955078125e-7 : 2.220446049250313e-16;
  return max(epsilon, sizeof<T>() == 4 ? 1.1754943508222875e-38 : 2.2250738585072014e-308);
}

/** a, with the sums of the squares of θ and u. */
// @ts-ignore: decorator
@inline export function length(op: usize, thetas: f64, us: f64): f64 {
  const count = <f64>word(op, 11) * <f64>word(op, 12);
  const step = max(option(op, 2), sqrt(thetas / count)) * min(rateOf(op), 1 / sqrt(time(op)));
  return step / max<f64>(1, sqrt(us / count) / option(op, 3));
}

// @ts-ignore: decorator
@inline export function kept(op: usize): f64 {
  return 1 - rateOf(op) * option(op, 4);
}

// @ts-ignore: decorator
@inline export function way(op: usize): f64 {
  return 1 - 2 * option(op, 5);
}
