/**
 * Gradient descent and SGD with momentum: one pass over parameters, gradient and buffer.
 *
 *   g ← ±g + λ_w·θ                      maximize, coupled weight decay
 *   b ← g at the first step, else μ·b + (1 − d)·g
 *   θ ← θ − η·u        u = g (no momentum), b (heavy ball), g + μ·b (Nesterov)
 *
 * The rate stands outside the buffer, as in PyTorch and optax.
 */
import { PROGRESS_RATE, PROGRESS_STEP } from '../generated/fields';
import { hyper, madd, word } from '../lanes';

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
): void {
  const v = v128.load(p);
  let u = v128.load(g);
  if (!plain) u = madd<T>(v128.mul<T>(sign, u), decay, v);
  if (M != Momentum.NONE) {
    const m = madd<T>(v128.mul<T>(share, u), mu, v128.load(b));
    v128.store(b, m);
    u = M == Momentum.NESTEROV ? madd<T>(u, mu, m) : m;
  }
  v128.store(p, v128.sub<T>(v, v128.mul<T>(rate, u)));
}

/** sgd(progress, θ, g, bytes > 0, b, block): block = μ, d, λ_w, 1 to maximize. */
// @ts-ignore: decorator
@inline export function sgd<T>(op: usize, M: Momentum): void {
  const progress = word(op, 2);
  let p = word(op, 3);
  let g = word(op, 4);
  const end = p + word(op, 5);
  let b = word(op, 6);
  const block = word(op, 7);
  const rate = v128.splat<T>(<T>load<f64>(progress, PROGRESS_RATE));
  const mu = v128.splat<T>(hyper<T>(block, 0));
  const first = load<f64>(progress, PROGRESS_STEP) == 0;
  const share = v128.splat<T>(first ? <T>1 : <T>(1 - load<f64>(block, 8)));
  const decay = v128.splat<T>(hyper<T>(block, 2));
  const sign = v128.splat<T>(<T>1 - <T>2 * hyper<T>(block, 3));
  const plain = load<f64>(block, 16) == 0 && load<f64>(block, 24) == 0;
  if (plain) {
    // Four vectors a turn.
    const quads = p + ((end - p) & ~63);
    while (p < quads) {
      one<T>(M, true, p, g, b, rate, mu, share, decay, sign);
      one<T>(M, true, p + 16, g + 16, b + 16, rate, mu, share, decay, sign);
      one<T>(M, true, p + 32, g + 32, b + 32, rate, mu, share, decay, sign);
      one<T>(M, true, p + 48, g + 48, b + 48, rate, mu, share, decay, sign);
      p += 64;
      g += 64;
      if (M != Momentum.NONE) b += 64;
    }
  }
  while (p < end) {
    one<T>(M, plain, p, g, b, rate, mu, share, decay, sign);
    p += 16;
    g += 16;
    if (M != Momentum.NONE) b += 16;
  }
}
