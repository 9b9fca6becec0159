/**
 * Losses of a probability of two classes.
 *
 *   logit         n·softplus(z) + p·softplus(−z), which is (1 − y)·z + (1 + (w₊ − 1)·y)·softplus(−z) after
 *                 y ← y(1 − ε) + ε/2, without its cancellations: p = w₊·y, n = 1 − y
 *   probability   −p·max(ln π, −100) − n·max(ln(1 − π), −100); slope (n·π − p·(1 − π))/max(π(1 − π), 1e-12)
 *   focal         a·σ(x)^γ·softplus(x), x = z where y = 0, −z where y = 1; slope in x a·σ(x)^γ·(σ(x) + γ·σ(−x)·softplus(x))
 *
 * Block: w₊, ε; focal: γ, α, and what α and the weight of the other class make together.
 */
import { hyper, madd, select } from '../lanes';
import { expCall, log1pUnitCall, logCall } from '../math/calls';
import { expBelow } from '../math/exp';
import { log1pUnit } from '../math/log';
import { signBit } from '../math/table';
import { Loss } from './variants';

/** p = w₊(y(1 − ε) + ε/2) is c0 + y·c1, n = (1 − y)(1 − ε) + ε/2 is c2 + (1 − y)·c3. */
// @ts-ignore: decorator
@inline export function logisticConstant<T>(L: Loss, block: usize, i: i32): v128 {
  if (L == Loss.FOCAL) {
    if (i == 0) return v128.splat<T>(-hyper<T>(block, 0));
    if (i == 1) return v128.splat<T>(hyper<T>(block, 1));
    return v128.splat<T>(<T>(hyper<f64>(block, 2) - hyper<f64>(block, 1)));
  }
  const weight = hyper<f64>(block, 0);
  const epsilon = hyper<f64>(block, 1);
  if (i == 0) return v128.splat<T>(<T>(weight * 0.5 * epsilon));
  if (i == 1) return v128.splat<T>(<T>(weight * (1 - epsilon)));
  if (i == 2) return v128.splat<T>(<T>(0.5 * epsilon));
  if (i == 3) return v128.splat<T>(<T>(1 - epsilon));
  return v128.splat<T>(L == Loss.PROBABILITY ? <T>-100 : <T>0);
}

/** e^−|z|; of probabilities 1 − π. */
// @ts-ignore: decorator
@inline export function logisticFirst<T>(L: Loss, a: v128, one: v128): v128 {
  if (L == Loss.PROBABILITY) return v128.sub<T>(one, a);
  const x = v128.or(a, signBit<T>());
  return L == Loss.BINARY ? expBelow<T>(x) : expCall<T>(x);
}

/** σ(|z|); of probabilities p. */
// @ts-ignore: decorator
@inline export function logisticSecond<T>(L: Loss, b: v128, u: v128, c0: v128, c1: v128, one: v128): v128 {
  if (L == Loss.PROBABILITY) return madd<T>(c0, b, c1);
  return v128.div<T>(one, v128.add<T>(one, u));
}

/** x of the focal loss; p of a logit, n of a probability. */
// @ts-ignore: decorator
@inline export function logisticThird<T>(
  L: Loss,
  a: v128,
  b: v128,
  c0: v128,
  c1: v128,
  c2: v128,
  c3: v128,
  one: v128,
): v128 {
  if (L == Loss.FOCAL) return v128.xor(a, v128.and(v128.eq<T>(b, one), signBit<T>()));
  if (L == Loss.BINARY) return madd<T>(c0, b, c1);
  return madd<T>(c2, v128.sub<T>(one, b), c3);
}

/** n of a logit; of the focal loss ln(1 + e^−|z|). */
// @ts-ignore: decorator
@inline export function logisticFourth<T>(L: Loss, b: v128, u: v128, c2: v128, c3: v128, one: v128): v128 {
  if (L == Loss.FOCAL) return log1pUnitCall<T>(u);
  if (L == Loss.BINARY) return madd<T>(c2, v128.sub<T>(one, b), c3);
  return one;
}

/** a·σ(x)^γ = a·e^(−γ·softplus(−x)). */
// @ts-ignore: decorator
@inline export function logisticFifth<T>(
  L: Loss,
  b: v128,
  w: v128,
  x: v128,
  c0: v128,
  c1: v128,
  c2: v128,
  one: v128,
): v128 {
  if (L != Loss.FOCAL) return one;
  const other = v128.add<T>(v128.pmax<T>(v128.neg<T>(w), i32x4.splat(0)), x);
  return v128.mul<T>(select(c1, c2, v128.eq<T>(b, one)), expCall<T>(v128.mul<T>(c0, other)));
}

// @ts-ignore: decorator
@inline export function logisticValue<T>(
  L: Loss,
  a: v128,
  u: v128,
  v: v128,
  w: v128,
  x: v128,
  f: v128,
  c4: v128,
): v128 {
  const zero = i32x4.splat(0);
  if (L == Loss.PROBABILITY) {
    const hit = v128.mul<T>(v, v128.pmax<T>(logCall<T>(a), c4));
    return v128.neg<T>(madd<T>(hit, w, v128.pmax<T>(logCall<T>(u), c4)));
  }
  if (L == Loss.FOCAL) return v128.mul<T>(f, v128.add<T>(v128.pmax<T>(w, zero), x));
  // |z| stands with p where z < 0, with n elsewhere.
  const linear = v128.mul<T>(v128.abs<T>(a), select(w, x, v128.lt<T>(a, zero)));
  return madd<T>(linear, v128.add<T>(w, x), log1pUnit<T>(u));
}

// @ts-ignore: decorator
@inline export function logisticSlope<T>(
  L: Loss,
  a: v128,
  b: v128,
  u: v128,
  v: v128,
  w: v128,
  x: v128,
  f: v128,
  c0: v128,
  one: v128,
): v128 {
  const zero = i32x4.splat(0);
  if (L == Loss.PROBABILITY) {
    const spread = v128.pmax<T>(v128.mul<T>(a, u), v128.splat<T>(<T>1e-12));
    return v128.div<T>(v128.sub<T>(v128.mul<T>(w, a), v128.mul<T>(v, u)), spread);
  }
  const small = v128.mul<T>(u, v);
  if (L == Loss.FOCAL) {
    const below = v128.lt<T>(w, zero);
    const own = select(small, v, below);
    const bent = v128.mul<T>(
      v128.mul<T>(v128.neg<T>(c0), select(v, small, below)),
      v128.add<T>(v128.pmax<T>(w, zero), x),
    );
    const slope = v128.mul<T>(f, v128.add<T>(own, bent));
    return v128.xor(slope, v128.and(v128.eq<T>(b, one), signBit<T>()));
  }
  const below = v128.lt<T>(a, zero);
  const up = v128.mul<T>(x, select(small, v, below));
  return v128.sub<T>(up, v128.mul<T>(w, select(v, small, below)));
}
