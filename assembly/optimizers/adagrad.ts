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
import { all, coupled, fill, largest, option, rateOf, slot, time } from './update';

/** ε, but never less than the smallest normal number: 0/ε is to be 0. */
// @ts-ignore: decorator
@inline function positive<T>(epsilon: f64): v128 {
  return all<T>(max(epsilon, sizeof<T>() == 4 ? 1.1754943508222875e-38 : 2.2250738585072014e-308));
}

/**
 * scaled(op): AdaGrad and RMSprop. Options how much of the old sum stays, whether the rest is g² (a mean) or g² is added,
 * k, start of the sum, ε, λ_w, 1 to maximize, μ, 1 if centered; slots sum, a where centered, b with momentum.
 */
// @ts-ignore: decorator
@inline export function scaled<T>(op: usize): void {
  const t = time(op);
  const centered = option(op, 8) != 0;
  const momentum = option(op, 7) != 0;
  let p = word(op, 3);
  let g = word(op, 4);
  let s = slot(op, 0);
  let a = centered ? slot(op, 1) : 0;
  let b = momentum ? slot(op, centered ? 2 : 1) : 0;
  let h = word(op, 8);
  const end = p + word(op, 5);
  const start = option(op, 3);
  if (t == 1 && start != 0) fill<T>(s, word(op, 5), start);
  const rate = all<T>(rateOf(op) / (1 + (t - 1) * option(op, 2)));
  const keep = all<T>(option(op, 0));
  const share = all<T>(1 - option(op, 0) * option(op, 1));
  const epsilon = positive<T>(option(op, 4));
  const decay = all<T>(option(op, 5));
  const way = all<T>(1 - 2 * option(op, 6));
  const mu = all<T>(option(op, 7));
  const over = momentum ? all<T>(1) : rate;
  const most = largest<T>();
  const zero = i32x4.splat(0);
  do {
    const theta = v128.load(p);
    const u = coupled<T>(way, v128.load(g), decay, theta);
    let w = madd<T>(v128.mul<T>(keep, v128.load(s)), share, v128.mul<T>(u, u));
    v128.store(s, w);
    if (centered) {
      const mean = madd<T>(v128.mul<T>(keep, v128.load(a)), share, u);
      v128.store(a, mean);
      // Rounding may leave less than 0, and ∞ − ∞ is no number.
      w = v128.pmax<T>(v128.sub<T>(w, v128.pmin<T>(v128.mul<T>(mean, mean), most)), zero);
      a += 16;
    }
    let q = v128.div<T>(over, v128.add<T>(v128.sqrt<T>(w), epsilon));
    let move = v128.mul<T>(q, u);
    if (momentum) {
      move = madd<T>(v128.mul<T>(mu, v128.load(b)), q, u);
      v128.store(b, move);
      move = v128.mul<T>(rate, move);
      q = v128.mul<T>(rate, q);
      b += 16;
    }
    v128.store(p, v128.sub<T>(theta, move));
    if (h != 0) {
      v128.store(h, q);
      h += 16;
    }
    p += 16;
    g += 16;
    s += 16;
  } while (p < end);
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
