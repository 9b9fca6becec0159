/** What rules with running means share. */
import { word } from '../lanes';
import { expm1Call, logCall } from '../math/calls';
import { all, Flag, has } from './update';

/**
 * 1 − β^t in both lanes, the weight of a running mean that started at 0. As −expm1(t·ln β) it keeps its digits where β^t
 * is close to 1, and takes half the time of a power.
 */
export function corrections(beta: v128, t: f64): v128 {
  return f64x2.neg(expm1Call<f64>(f64x2.mul(f64x2.splat(t), logCall<f64>(beta))));
}

/** The same, taken from scalars 1 to 3 where the step before has left it. */
// @ts-ignore: decorator
@inline export function prepared(op: usize, beta: v128, t: f64): v128 {
  const kept = word(op, 9) + 16;
  return load<f64>(kept) == t ? v128.load(kept, 8) : corrections(beta, t);
}

/** Leaves the corrections of the next step in scalars 1 to 3, behind the loop, where nothing waits for them. */
// @ts-ignore: decorator
@inline export function prepareNext(op: usize, beta: v128, t: f64): void {
  if (!has(op, Flag.LAST)) return;
  const kept = word(op, 9) + 16;
  v128.store(kept, corrections(beta, t + 1), 8);
  store<f64>(kept, t + 1);
}

/**
 * The size that is added to a root, at least so much that nothing is divided by 0 where ε is 0. It is too small to change
 * a bit of a root that is not 0, which is at least the root of the smallest number.
 */
// @ts-ignore: decorator
@inline export function floored<T>(epsilon: f64): v128 {
  return all<T>(max(epsilon, sizeof<T>() == 4 ? 1e-31 : 1e-180));
}
