/**
 * LARS (You, Gitman & Ginsburg 2017): momentum whose rate is scaled for each tensor. Two passes: norms, update.
 *
 *   u = ±g + λ_w·θ
 *   d = η·r·u      r = trust·‖θ‖/(‖u‖ + ε), 1 where either norm is 0
 *   b ← μ·b + d
 *   θ ← θ − b, or − (d + μ·b) with Nesterov
 *
 * Norms are f64. Those of f64 overflow from 1e154 on: r is 0 then.
 */
import { squares } from '../blas/measure';
import { madd, sumLanes, word } from '../lanes';
import { all, coupled, option, rateOf, slot } from './update';

/** η·r of this tensor. */
// @ts-ignore: decorator
@inline function scale<T>(op: usize, way: v128, decay: v128): f64 {
  let p = word(op, 3);
  let g = word(op, 4);
  const end = p + word(op, 5);
  let size = i32x4.splat(0);
  let slope = i32x4.splat(0);
  do {
    const v = v128.load(p);
    size = squares<T>(size, v);
    slope = squares<T>(slope, coupled<T>(way, v128.load(g), decay, v));
    p += 16;
    g += 16;
  } while (p < end);
  const a = sqrt(sumLanes<f64>(size));
  const b = sqrt(sumLanes<f64>(slope));
  if (a == 0 || b == 0) return rateOf(op);
  // Either norm is beyond f64: r is 0.
  if (a == Infinity) return 0;
  return (rateOf(op) * option(op, 1) * a) / (b + option(op, 2));
}

/** lars(op): options μ, trust, ε, λ_w, 1 for Nesterov, 1 to maximize; slot b. */
// @ts-ignore: decorator
@inline export function lars<T>(op: usize): void {
  const decay = all<T>(option(op, 3));
  const way = all<T>(1 - 2 * option(op, 5));
  const factor = scale<T>(op, way, decay);
  // The factor of denormal gradients may be beyond f32, their steps are not: in two factors then.
  const lift: f64 = sizeof<T>() == 4 && factor > 1e30 ? 7.922816251426434e28 : 1;
  const up = all<T>(lift);
  const by = all<T>(factor / lift);
  const mu = all<T>(option(op, 0));
  const nesterov = option(op, 4) != 0;
  let p = word(op, 3);
  let g = word(op, 4);
  let b = slot(op, 0);
  const end = p + word(op, 5);
  do {
    const v = v128.load(p);
    const d = v128.mul<T>(by, v128.mul<T>(up, coupled<T>(way, v128.load(g), decay, v)));
    const m = madd<T>(d, mu, v128.load(b));
    v128.store(b, m);
    v128.store(p, v128.sub<T>(v, nesterov ? madd<T>(d, mu, m) : m));
    p += 16;
    g += 16;
    b += 16;
  } while (p < end);
}
