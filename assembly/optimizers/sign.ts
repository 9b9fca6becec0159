/**
 * Sign descent with momentum.
 *
 *   g ← ±g + λ_w·θ
 *   b ← μ·b + (1 − μ)·g
 *   θ ← θ − η·sign b      sign 0 = 0
 */
import { madd, word } from '../lanes';
import { all, coupled, option, rateOf, slot } from './update';

/** Updates one vector. */
// @ts-ignore: decorator
@inline function one<T>(
  p: usize,
  g: usize,
  b: usize,
  rate: v128,
  mu: v128,
  share: v128,
  decay: v128,
  way: v128,
  sign: v128,
  zero: v128,
): void {
  const v = v128.load(p);
  const u = coupled<T>(way, v128.load(g), decay, v);
  const m = madd<T>(v128.mul<T>(share, u), mu, v128.load(b));
  v128.store(b, m);
  const step = v128.and(v128.or(rate, v128.and(m, sign)), v128.ne<T>(m, zero));
  v128.store(p, v128.sub<T>(v, step));
}

/** signSgd(op): options μ, λ_w, 1 to maximize; slot b. */
// @ts-ignore: decorator
@inline export function signSgd<T>(op: usize): void {
  let p = word(op, 3);
  let g = word(op, 4);
  let b = slot(op, 0);
  const end = p + word(op, 5);
  const pairs = p + (word(op, 5) & ~31);
  const rate = all<T>(rateOf(op));
  const mu = all<T>(option(op, 0));
  const share = all<T>(1 - option(op, 0));
  const decay = all<T>(option(op, 1));
  const way = all<T>(1 - 2 * option(op, 2));
  const sign = v128.splat<T>(<T>-0.0);
  const zero = i32x4.splat(0);
  while (p < pairs) {
    one<T>(p, g, b, rate, mu, share, decay, way, sign, zero);
    one<T>(p + 16, g + 16, b + 16, rate, mu, share, decay, way, sign, zero);
    p += 32;
    g += 32;
    b += 32;
  }
  if (p < end) one<T>(p, g, b, rate, mu, share, decay, way, sign, zero);
}
