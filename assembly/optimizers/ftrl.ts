/**
 * FTRL-proximal (McMahan et al. 2013).
 *
 *   n′ = n + g²      σ = (n′^q − n^q)/η      q = −power
 *   z ← z + g − σ·θ      n ← n′
 *   θ ← 0 where |z| ≤ λ₁, else −(z − λ₁·sign z)/((β + n^q)/η + λ₂)
 *
 * Where η is 0, n and z take the gradient and θ stays. Where n or n^q is beyond the type they stay the largest number.
 */
import { madd, word } from '../lanes';
import { powCall } from '../math/calls';
import { powPair } from '../math/scalar';
import { all, fill, largest, option, rateOf, slot, time } from './update';

export const enum Power {
  ROOT,
  GENERAL,
}

// @ts-ignore: decorator
@inline function raised<T>(n: v128, q: v128): v128 {
  return sizeof<T>() == 4 ? powCall<f32>(n, q) : powPair(n, q);
}

/** ftrl(op): options power, β, λ₁, λ₂; slots z, n, and n^q where it is no root. */
// @ts-ignore: decorator
@inline export function ftrl<T>(op: usize, P: Power): void {
  let p = word(op, 3);
  let g = word(op, 4);
  let z = slot(op, 0);
  let n = slot(op, 1);
  let s = slot(op, 2);
  const end = p + word(op, 5);
  const rate = rateOf(op);
  const still = rate == 0;
  const inverse = still ? 0 : 1 / rate;
  const by = all<T>(inverse);
  const q = all<T>(-option(op, 0));
  const base = all<T>(option(op, 1) * inverse + option(op, 3));
  const l1 = all<T>(option(op, 2));
  if (P == Power.GENERAL && option(op, 0) == 0 && time(op) == 1) fill<T>(s, word(op, 5), 1);
  const sign = v128.splat<T>(<T>-0.0);
  const zero = i32x4.splat(0);
  const most = largest<T>();
  do {
    const theta = v128.load(p);
    const u = v128.load(g);
    const was = v128.load(n);
    const now = v128.pmin<T>(madd<T>(was, u, u), most);
    const root = P == Power.ROOT ? v128.sqrt<T>(now) : v128.pmin<T>(raised<T>(now, q), most);
    const last = P == Power.ROOT ? v128.sqrt<T>(was) : v128.load(s);
    const sigma = v128.mul<T>(by, v128.sub<T>(root, last));
    const next = v128.sub<T>(v128.add<T>(v128.load(z), u), v128.mul<T>(sigma, theta));
    v128.store(n, now);
    if (P == Power.GENERAL) {
      v128.store(s, root);
      s += 16;
    }
    v128.store(z, next);
    if (!still) {
      const rest = v128.sub<T>(v128.abs<T>(next), l1);
      const size = v128.div<T>(rest, madd<T>(base, root, by));
      const moved = v128.xor(size, v128.andnot(sign, next));
      v128.store(p, v128.andnot(moved, v128.le<T>(rest, zero)));
    }
    p += 16;
    g += 16;
    z += 16;
    n += 16;
  } while (p < end);
}
