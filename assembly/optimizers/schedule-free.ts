/**
 * Schedule-free descent (Defazio et al. 2024): steps are taken by z, their average x is what is evaluated, and gradients
 * are taken between them, at y, which is θ.
 *
 *   s = min(1, t/warmup)    η = rate·s    η_max ← max(η_max, η)    w = tʳ·η_maxᵖ    W ← W + w    c = w/W
 *   SGD     g ← g + λy      z ← z − ηg
 *   AdamW   v ← β₂v + (1 − β₂)g²          z ← z − η(g/(√(v/c₂) + ε) + λy)
 *   both    x ← (1 − c)x + cz             y ← βx + (1 − β)z
 *
 * z and x start at θ. Scalars: η_max, W.
 */
import { madd, word } from '../lanes';
import { powScalar } from '../math/scalar';
import { all, Flag, has, option, rateOf, scalar, setScalar, slot, time } from './update';

export const enum Free {
  SGD,
  ADAM,
}

/** scheduleFree: block = β, λ, warmup, r, p, with ADAM β₂ and ε as well; slots z, x, with ADAM v. */
// @ts-ignore: decorator
@inline export function scheduleFree<T>(op: usize, F: Free): void {
  const t = time(op);
  const warmup = option(op, 2);
  const rate = t < warmup ? rateOf(op) * (t / warmup) : rateOf(op);
  const top = max(scalar(op, 0), rate);
  const weight = powScalar(t, option(op, 3)) * powScalar(top, option(op, 4));
  const sum = scalar(op, 1) + weight;
  if (has(op, Flag.LAST)) {
    setScalar(op, 0, top);
    setScalar(op, 1, sum);
  }
  // No weight yet: x stays where it is.
  const c = sum > 0 ? weight / sum : 0;
  const beta = option(op, 0);
  const step = all<T>(rate);
  const decay = all<T>(option(op, 1));
  const old = all<T>(1 - c);
  const fresh = all<T>(c);
  const inner = all<T>(beta);
  const outer = all<T>(1 - beta);
  const beta2 = F == Free.ADAM ? option(op, 5) : 0;
  const keep = all<T>(beta2);
  const share = all<T>(1 - beta2);
  const scale = all<T>(F == Free.ADAM ? 1 / sqrt(1 - powScalar(beta2, t)) : 1);
  const epsilon = all<T>(F == Free.ADAM ? option(op, 6) : 0);
  const bytes = word(op, 5);
  let p = word(op, 3);
  let g = word(op, 4);
  let z = slot(op, 0);
  let x = slot(op, 1);
  let v = F == Free.ADAM ? slot(op, 2) : 0;
  if (t == 1) {
    memory.copy(z, p, bytes);
    memory.copy(x, p, bytes);
  }
  const end = p + bytes;
  do {
    const y = v128.load(p);
    let slope = v128.load(g);
    if (F == Free.SGD) slope = madd<T>(slope, decay, y);
    if (F == Free.ADAM) {
      const square = madd<T>(v128.mul<T>(share, v128.mul<T>(slope, slope)), keep, v128.load(v));
      v128.store(v, square);
      slope = v128.div<T>(slope, madd<T>(epsilon, v128.sqrt<T>(square), scale));
      slope = madd<T>(slope, decay, y);
      v += 16;
    }
    const stepped = v128.sub<T>(v128.load(z), v128.mul<T>(step, slope));
    const average = madd<T>(v128.mul<T>(old, v128.load(x)), fresh, stepped);
    v128.store(z, stepped);
    v128.store(x, average);
    v128.store(p, madd<T>(v128.mul<T>(inner, average), outer, stepped));
    p += 16;
    g += 16;
    z += 16;
    x += 16;
  } while (p < end);
}
