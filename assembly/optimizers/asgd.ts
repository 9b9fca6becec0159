/**
 * Averaged SGD (Polyak & Juditsky 1992), as PyTorch's ASGD. With k = t − 1 steps behind it,
 *
 *   a = η/(1 + λ·η·k)^α      μ = 1/max(1, k − t₀)
 *   g ← ±g + λ_w·θ
 *   θ ← (1 − λ·a)·θ − a·g
 *   x ← θ where μ is 1, else x + μ·(θ − x)
 */
import { madd, word } from '../lanes';
import { powScalar } from '../math/scalar';
import { all, coupled, option, rateOf, slot, time } from './update';

/** asgd(op): options λ, α, t₀, λ_w, 1 to maximize; slot x. */
// @ts-ignore: decorator
@inline export function asgd<T>(op: usize): void {
  let p = word(op, 3);
  let g = word(op, 4);
  let x = slot(op, 0);
  const end = p + word(op, 5);
  const lambda = option(op, 0);
  const behind = time(op) - 1;
  const eta = rateOf(op) / powScalar(1 + lambda * rateOf(op) * behind, option(op, 1));
  const mean = 1 / max<f64>(1, behind - option(op, 2));
  const averages = mean < 1;
  const rate = all<T>(eta);
  const keep = all<T>(1 - lambda * eta);
  const mu = all<T>(mean);
  const decay = all<T>(option(op, 3));
  const way = all<T>(1 - 2 * option(op, 4));
  do {
    const v = v128.load(p);
    const u = coupled<T>(way, v128.load(g), decay, v);
    const next = v128.sub<T>(v128.mul<T>(keep, v), v128.mul<T>(rate, u));
    v128.store(p, next);
    if (averages) {
      const was = v128.load(x);
      v128.store(x, madd<T>(was, mu, v128.sub<T>(next, was)));
    } else {
      v128.store(x, next);
    }
    p += 16;
    g += 16;
    x += 16;
  } while (p < end);
}
