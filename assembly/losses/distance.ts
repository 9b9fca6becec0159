/**
 * Losses of a distance h ≥ 0, linear or quadratic up to δ and linear from there:
 *
 *   residual   h = max(|z − y| − ε, 0)      slope ± with the sign of z − y
 *   margin     h = max(m − y·z, 0)          slope with the sign of −y
 *
 *   linear     ℓ = c·h                      c where h > 0, else 0
 *   quadratic  ℓ = c·k·(h − k/2)            c·k, k = min(h, δ)
 *
 * Block: ε or m, δ, whether it is linear, c, q. Below the target c is c·q, above it c·(1 − q); margins take c alone.
 *
 *                          ε | m   δ   linear   c   q
 *   mean absolute error      0     –     1      2   ½
 *   quantile                 0     –     1      1   q
 *   ε-insensitive            ε     –     1      2   ½
 *   the same, squared        ε     ∞     0      4   ½
 *   Huber                    0     δ     0      2   ½
 *   hinge                    m     –     1      1   –
 *   squared hinge            m     ∞     0      2   –
 *   modified Huber           1     2     0      2   –
 */
import { hyper, select } from '../lanes';
import { expm1Call, log1pCall } from '../math/calls';
import { signBit } from '../math/table';
import { Loss } from './variants';

const enum Block {
  offset,
  delta,
  linear,
  factor,
  quantile,
}

/** What stays the same for all elements: ε or m, δ, ½ or 0, c below, c above. */
// @ts-ignore: decorator
@inline export function distanceConstant<T>(L: Loss, block: usize, i: i32): v128 {
  if (L == Loss.LOG_COSH) return v128.splat<T>(<T>(i == 0 ? -2 : i == 1 ? 0.5 : 2));
  const factor = hyper<f64>(block, Block.factor);
  const q = hyper<f64>(block, Block.quantile);
  if (i == 0) return v128.splat<T>(hyper<T>(block, Block.offset));
  if (i == 1) return v128.splat<T>(hyper<T>(block, Block.delta));
  if (i == 2) return v128.splat<T>(hyper<f64>(block, Block.linear) != 0 ? <T>0 : <T>0.5);
  if (i == 3) return v128.splat<T>(<T>(L == Loss.RESIDUAL ? factor * q : factor));
  return v128.splat<T>(<T>(factor * (1 - q)));
}

/** z − y; of margins the distance. */
// @ts-ignore: decorator
@inline export function distanceFirst<T>(L: Loss, a: v128, b: v128, c0: v128): v128 {
  if (L == Loss.MARGIN) return v128.pmax<T>(v128.sub<T>(c0, v128.mul<T>(b, a)), i32x4.splat(0));
  return v128.sub<T>(a, b);
}

/** The distance; of log cosh e^(−2|r|) − 1. */
// @ts-ignore: decorator
@inline export function distanceSecond<T>(L: Loss, u: v128, c0: v128): v128 {
  if (L == Loss.MARGIN) return u;
  const size = v128.abs<T>(u);
  if (L == Loss.LOG_COSH) return expm1Call<T>(v128.mul<T>(size, c0));
  return v128.pmax<T>(v128.sub<T>(size, c0), i32x4.splat(0));
}

/** k; 1 or 0 where the loss is linear. */
// @ts-ignore: decorator
@inline export function distanceThird<T>(L: Loss, h: v128, c1: v128, c2: v128, one: v128): v128 {
  const zero = i32x4.splat(0);
  if (L == Loss.LOG_COSH) return zero;
  return select(v128.and(one, v128.gt<T>(h, zero)), v128.pmin<T>(h, c1), v128.eq<T>(c2, zero));
}

// @ts-ignore: decorator
@inline function factor<T>(L: Loss, u: v128, c3: v128, c4: v128): v128 {
  return L == Loss.MARGIN ? c3 : select(c3, c4, v128.lt<T>(u, i32x4.splat(0)));
}

// @ts-ignore: decorator
@inline export function distanceValue<T>(
  L: Loss,
  u: v128,
  h: v128,
  k: v128,
  c1: v128,
  c2: v128,
  c3: v128,
  c4: v128,
): v128 {
  // |r| + ln((1 + e^(−2|r|))/2)
  if (L == Loss.LOG_COSH) return v128.add<T>(v128.abs<T>(u), log1pCall<T>(v128.mul<T>(h, c1)));
  return v128.mul<T>(factor<T>(L, u, c3, c4), v128.mul<T>(k, v128.sub<T>(h, v128.mul<T>(c2, k))));
}

// @ts-ignore: decorator
@inline export function distanceSlope<T>(
  L: Loss,
  b: v128,
  u: v128,
  h: v128,
  k: v128,
  c2: v128,
  c3: v128,
  c4: v128,
): v128 {
  if (L == Loss.MARGIN) return v128.mul<T>(v128.mul<T>(c3, k), v128.neg<T>(b));
  const sign = v128.and(u, signBit<T>());
  // tanh|r| = (1 − e^(−2|r|))/(1 + e^(−2|r|))
  if (L == Loss.LOG_COSH) return v128.xor(v128.neg<T>(v128.div<T>(h, v128.add<T>(c2, h))), sign);
  return v128.or(v128.mul<T>(factor<T>(L, u, c3, c4), k), sign);
}
