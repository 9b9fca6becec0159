/**
 * The line of AdaGrad: the gradient over the root of what its squares add up to.
 *
 *   AdaGrad    G ← G + g²                         θ ← θ − η/(1 + (t − 1)k)·g/(√G + ε)
 *   RMSprop    v ← αv + (1 − α)g²                 θ ← θ − η·g/(√w + ε)      w = v
 *   centered   a ← αa + (1 − α)g                                            w = max(v − a², 0)
 *   momentum   b ← μb + g/(√w + ε)                θ ← θ − η·b
 *   Adadelta   v ← ρv + (1 − ρ)g²                 d = √(u + ε)/√(v + ε)·g
 *              u ← ρu + (1 − ρ)d²                 θ ← θ − η·d
 *
 * with g ← ±g + λ_w·θ first. Where g² is beyond the type the sum is infinite and the step 0 from then on.
 */
import { madd, word } from '../lanes';
import { all, coupled, fill, option, rateOf, slot, time } from './update';

export const enum Rms {
  PLAIN = 0,
  CENTERED = 1,
  MOMENTUM = 2,
  BOTH = 3,
}

/** ε, but never less than the smallest normal number: 0/ε is to be 0. */
// @ts-ignore: decorator
@inline function positive<T>(epsilon: f64): v128 {
  return all<T>(max(epsilon, sizeof<T>() == 4 ? 1.1754943508222875e-38 : 2.2250738585072014e-308));
}

/** AdaGrad and RMSprop, which differ in the factors of the old sum and of g². Options from `i` on: ε, λ_w, maximize, μ. */
// @ts-ignore: decorator
@inline function scaled<T>(op: usize, R: Rms, old: f64, fresh: f64, eta: f64, i: i32): void {
  let p = word(op, 3);
  let g = word(op, 4);
  let s = slot(op, 0);
  let a = slot(op, 1);
  let b = slot(op, (R & Rms.CENTERED) != 0 ? 2 : 1);
  let h = word(op, 8);
  const end = p + word(op, 5);
  const keep = all<T>(old);
  const share = all<T>(fresh);
  const rate = all<T>(eta);
  const epsilon = positive<T>(option(op, i));
  const decay = all<T>(option(op, i + 1));
  const way = all<T>(1 - 2 * option(op, i + 2));
  const mu = (R & Rms.MOMENTUM) != 0 ? all<T>(option(op, i + 3)) : rate;
  const over = (R & Rms.MOMENTUM) != 0 ? all<T>(1) : rate;
  const zero = i32x4.splat(0);
  do {
    const theta = v128.load(p);
    const u = coupled<T>(way, v128.load(g), decay, theta);
    let w = madd<T>(v128.mul<T>(keep, v128.load(s)), share, v128.mul<T>(u, u));
    v128.store(s, w);
    if ((R & Rms.CENTERED) != 0) {
      const mean = madd<T>(v128.mul<T>(keep, v128.load(a)), share, u);
      v128.store(a, mean);
      // Rounding may leave less than 0.
      w = v128.pmax<T>(v128.sub<T>(w, v128.mul<T>(mean, mean)), zero);
      a += 16;
    }
    let q = v128.div<T>(over, v128.add<T>(v128.sqrt<T>(w), epsilon));
    if ((R & Rms.MOMENTUM) != 0) {
      const m = madd<T>(v128.mul<T>(mu, v128.load(b)), q, u);
      v128.store(b, m);
      v128.store(p, v128.sub<T>(theta, v128.mul<T>(rate, m)));
      q = v128.mul<T>(rate, q);
      b += 16;
    } else {
      v128.store(p, v128.sub<T>(theta, v128.mul<T>(q, u)));
    }
    if (h != 0) {
      v128.store(h, q);
      h += 16;
    }
    p += 16;
    g += 16;
    s += 16;
  } while (p < end);
}

/** adagrad(op): options k, start of G, ε, λ_w, 1 to maximize; slot G. */
// @ts-ignore: decorator
@inline export function adagrad<T>(op: usize): void {
  const t = time(op);
  if (t == 1) fill<T>(slot(op, 0), word(op, 5), option(op, 1));
  scaled<T>(op, Rms.PLAIN, 1, 1, rateOf(op) / (1 + (t - 1) * option(op, 0)), 2);
}

/** rmsprop(op): options α, ε, λ_w, 1 to maximize, μ; slots v, a where centered, b with momentum. */
// @ts-ignore: decorator
@inline export function rmsprop<T>(op: usize, R: Rms): void {
  scaled<T>(op, R, option(op, 0), 1 - option(op, 0), rateOf(op), 1);
}

/** adadelta(op): options ρ, ε, λ_w, 1 to maximize; slots v, u. */
// @ts-ignore: decorator
@inline export function adadelta<T>(op: usize): void {
  let p = word(op, 3);
  let g = word(op, 4);
  let s = slot(op, 0);
  let r = slot(op, 1);
  let h = word(op, 8);
  const end = p + word(op, 5);
  const rate = all<T>(rateOf(op));
  const keep = all<T>(option(op, 0));
  const share = all<T>(1 - option(op, 0));
  const epsilon = positive<T>(option(op, 1));
  const decay = all<T>(option(op, 2));
  const way = all<T>(1 - 2 * option(op, 3));
  do {
    const theta = v128.load(p);
    const u = coupled<T>(way, v128.load(g), decay, theta);
    const w = madd<T>(v128.mul<T>(keep, v128.load(s)), share, v128.mul<T>(u, u));
    const moved = v128.load(r);
    // Two roots: the ratio of the squares may be beyond the type.
    const q = v128.div<T>(v128.sqrt<T>(v128.add<T>(moved, epsilon)), v128.sqrt<T>(v128.add<T>(w, epsilon)));
    const d = v128.mul<T>(q, u);
    v128.store(s, w);
    v128.store(r, madd<T>(v128.mul<T>(keep, moved), share, v128.mul<T>(d, d)));
    v128.store(p, v128.sub<T>(theta, v128.mul<T>(rate, d)));
    if (h != 0) {
      v128.store(h, v128.mul<T>(rate, q));
      h += 16;
    }
    p += 16;
    g += 16;
    s += 16;
    r += 16;
  } while (p < end);
}
