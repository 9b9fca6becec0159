/**
 * Losses of counts and amounts whose mean is μ = e^z, and of log-probabilities.
 *
 *   Poisson            c·(e^z − y·z + k)                       c·(e^z − y)
 *   Poisson of μ       μ − y·ln(μ + 1e-8) + k                  1 − y/(μ + 1e-8)
 *   gamma              2(z − ln y − 1 + y·e^−z)                2(1 − y·e^−z)
 *   Tweedie            2(y^β/(αβ) − y·e^αz/α + e^βz/β)         2(e^βz − y·e^αz),  α = 1 − p, β = 2 − p
 *   Kullback–Leibler   y·(ln y − z), 0 where y = 0             −y
 *
 * k, which depends on the target alone, is y·ln y − y + h·ln(2πy) where y > t, else 0: Stirling's formula with h = ½,
 * t = 1, the deviance with h = t = 0. Block: c, t (Infinity without k), h; Tweedie: p.
 *
 * y·e^−z is (y·√e^−z)·√e^−z: it stays finite where e^−z does not.
 */
import { hyper, madd } from '../lanes';
import { expCall, logCall } from '../math/calls';
import { log } from '../math/log';
import { infinity } from '../math/table';
import { Loss } from './variants';

const LN_2PI: f64 = 1.8378770664093453;

/** Poisson: c, t, h, h·ln 2π. Tweedie: β, α/2, 2/(αβ), −2/α, 2/β. Gamma: −½, 2. */
// @ts-ignore: decorator
@inline export function logLinkConstant<T>(L: Loss, block: usize, i: i32): v128 {
  if (L == Loss.GAMMA) return v128.splat<T>(i == 1 ? <T>-0.5 : <T>2);
  if (L == Loss.TWEEDIE) {
    const alpha = 1 - hyper<f64>(block, 0);
    const beta = 2 - hyper<f64>(block, 0);
    if (i == 0) return v128.splat<T>(<T>beta);
    if (i == 1) return v128.splat<T>(<T>(0.5 * alpha));
    if (i == 2) return v128.splat<T>(<T>(2 / (alpha * beta)));
    if (i == 3) return v128.splat<T>(<T>(-2 / alpha));
    return v128.splat<T>(<T>(2 / beta));
  }
  if (i == 3) return v128.splat<T>(<T>(hyper<f64>(block, 2) * LN_2PI));
  if (i == 4) return v128.splat<T>(<T>1e-8);
  return v128.splat<T>(hyper<T>(block, i));
}

/** e^z, e^βz; μ + 1e-8; ln y of a divergence. */
// @ts-ignore: decorator
@inline export function logLinkFirst<T>(L: Loss, a: v128, b: v128, c0: v128, c4: v128): v128 {
  if (L == Loss.KULLBACK_LEIBLER) return log<T>(b);
  if (L == Loss.GAMMA) return logCall<T>(b);
  if (L == Loss.POISSON_MEAN) return v128.add<T>(a, c4);
  return expCall<T>(L == Loss.TWEEDIE ? v128.mul<T>(c0, a) : a);
}

/** y·e^−z, y·e^αz. The root is kept finite, so that it counts for nothing where y = 0. */
// @ts-ignore: decorator
@inline export function logLinkSecond<T>(L: Loss, a: v128, b: v128, c1: v128): v128 {
  if (L != Loss.GAMMA && L != Loss.TWEEDIE) return b;
  const most = v128.splat<T>(sizeof<T>() == 4 ? <T>f32.MAX_VALUE : <T>f64.MAX_VALUE);
  const root = v128.pmin<T>(expCall<T>(v128.mul<T>(a, c1)), most);
  return v128.mul<T>(v128.mul<T>(b, root), root);
}

/** k. */
// @ts-ignore: decorator
@inline function constant<T>(b: v128, c1: v128, c2: v128, c3: v128): v128 {
  if (!v128.any_true(v128.ne<T>(c1, infinity<T>()))) return i32x4.splat(0);
  const l = logCall<T>(b);
  const k = v128.add<T>(v128.sub<T>(v128.mul<T>(b, l), b), madd<T>(c3, c2, l));
  return v128.and(k, v128.gt<T>(b, c1));
}

// @ts-ignore: decorator
@inline export function logLinkValue<T>(
  L: Loss,
  a: v128,
  b: v128,
  u: v128,
  v: v128,
  c0: v128,
  c1: v128,
  c2: v128,
  c3: v128,
  c4: v128,
  one: v128,
): v128 {
  if (L == Loss.KULLBACK_LEIBLER) {
    return v128.and(v128.mul<T>(b, v128.sub<T>(u, a)), v128.gt<T>(b, i32x4.splat(0)));
  }
  if (L == Loss.GAMMA) return v128.mul<T>(c0, v128.add<T>(v128.sub<T>(a, u), v128.sub<T>(v, one)));
  if (L == Loss.TWEEDIE) {
    const own = expCall<T>(v128.mul<T>(c0, logCall<T>(b)));
    return madd<T>(madd<T>(v128.mul<T>(c3, v), c4, u), c2, own);
  }
  const k = constant<T>(b, c1, c2, c3);
  if (L == Loss.POISSON_MEAN) return v128.add<T>(v128.sub<T>(a, v128.mul<T>(b, logCall<T>(u))), k);
  return v128.mul<T>(c0, v128.add<T>(v128.sub<T>(u, v128.mul<T>(b, a)), k));
}

// @ts-ignore: decorator
@inline export function logLinkSlope<T>(L: Loss, b: v128, u: v128, v: v128, c0: v128, one: v128): v128 {
  if (L == Loss.KULLBACK_LEIBLER) return v128.neg<T>(b);
  if (L == Loss.GAMMA) return v128.mul<T>(c0, v128.sub<T>(one, v));
  if (L == Loss.TWEEDIE) {
    const d = v128.sub<T>(u, v);
    return v128.add<T>(d, d);
  }
  if (L == Loss.POISSON_MEAN) return v128.sub<T>(one, v128.div<T>(b, u));
  return v128.mul<T>(c0, v128.sub<T>(u, b));
}
