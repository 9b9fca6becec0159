/**
 * Gradient descent and SGD with momentum: one pass over parameters, gradient and buffer.
 *
 *   g ← ±g + λ·θ                        maximize, coupled weight decay
 *   θ ← (1 − η·λ_w)·θ                   decoupled weight decay
 *   b ← g at the first step, else μ·b + (1 − d)·g
 *   θ ← θ − η·u        u = g (no momentum), b (heavy ball), g + μ·b (Nesterov)
 *
 * The rate stands outside the buffer, as in PyTorch and optax.
 */
import { madd, word } from '../lanes';
import { all, coupled, option, rateOf, slot, time } from './update';

export const enum Momentum {
  NONE,
  HEAVY_BALL,
  NESTEROV,
}

/** Updates one vector. */
// @ts-ignore: decorator
@inline function one<T>(
  M: Momentum,
  plain: bool,
  p: usize,
  g: usize,
  b: usize,
  rate: v128,
  mu: v128,
  share: v128,
  decay: v128,
  sign: v128,
  keep: v128,
): void {
  let v = v128.load(p);
  let u = v128.load(g);
  if (!plain) {
    u = coupled<T>(sign, u, decay, v);
    v = v128.mul<T>(keep, v);
  }
  if (M != Momentum.NONE) {
    const m = madd<T>(v128.mul<T>(share, u), mu, v128.load(b));
    v128.store(b, m);
    u = M == Momentum.NESTEROV ? madd<T>(u, mu, m) : m;
  }
  v128.store(p, v128.sub<T>(v, v128.mul<T>(rate, u)));
}

/** sgd(op): options μ, d, λ, 1 to maximize, λ_w; slot b with momentum. */
// @ts-ignore: decorator
@inline export function sgd<T>(op: usize, M: Momentum): void {
  let p = word(op, 3);
  let g = word(op, 4);
  const end = p + word(op, 5);
  let b = slot(op, 0);
  const rate = all<T>(rateOf(op));
  const mu = all<T>(option(op, 0));
  const share = all<T>(time(op) == 1 ? 1 : 1 - option(op, 1));
  const decay = all<T>(option(op, 2));
  const keep = all<T>(1 - rateOf(op) * option(op, 4));
  const sign = all<T>(1 - 2 * option(op, 3));
  const plain = option(op, 2) == 0 && option(op, 3) == 0 && option(op, 4) == 0;
  if (plain) {
    // Four vectors a turn.
    const quads = p + ((end - p) & ~63);
    while (p < quads) {
      one<T>(M, true, p, g, b, rate, mu, share, decay, sign, keep);
      one<T>(M, true, p + 16, g + 16, b + 16, rate, mu, share, decay, sign, keep);
      one<T>(M, true, p + 32, g + 32, b + 32, rate, mu, share, decay, sign, keep);
      one<T>(M, true, p + 48, g + 48, b + 48, rate, mu, share, decay, sign, keep);
      p += 64;
      g += 64;
      if (M != Momentum.NONE) b += 64;
    }
  }
  while (p < end) {
    one<T>(M, plain, p, g, b, rate, mu, share, decay, sign, keep);
    p += 16;
    g += 16;
    if (M != Momentum.NONE) b += 16;
  }
}
