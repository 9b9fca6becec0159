/** Adan (Xie et al. 2022, the authors' code): means of the gradient and of its differences. One pass, one division. */
import { madd, word } from '../lanes';
import { powPair, powScalar } from '../math/scalar';
import { corrections, floored } from './moments';
import { all, option, rateOf, slot, time } from './update';

/**
 * u = ±g, δ = u − last u (0 at the first step)
 * m ← β1·m + (1 − β1)u,  v ← β2·v + (1 − β2)δ,  n ← β3·n + (1 − β3)(u + β2·δ)²
 * θ ← (θ − η(m/c1 + β2·v/c2)/(√n/√c3 + ε))/(1 + ηλ),  c = 1 − βᵗ
 *
 * Slots: m, v, n, last u. Options: β1, β2, β3, ε, λ, 1 to maximize. The effective step is η/(√n/√c3 + ε).
 */
// @ts-ignore: decorator
@inline export function adan<T>(op: usize): void {
  let p = word(op, 3);
  let g = word(op, 4);
  const end = p + word(op, 5);
  let mAt = slot(op, 0);
  let vAt = slot(op, 1);
  let nAt = slot(op, 2);
  let lastAt = slot(op, 3);
  let h = word(op, 8);
  const t = time(op);
  const rate = rateOf(op);
  const beta1 = option(op, 0);
  const beta2 = option(op, 1);
  const beta3 = option(op, 2);
  const powers = powPair(f64x2(beta1, beta2), f64x2.splat(t));
  const keep1 = all<T>(beta1);
  const share1 = all<T>(1 - beta1);
  const keep2 = all<T>(beta2);
  const share2 = all<T>(1 - beta2);
  const keep3 = all<T>(beta3);
  const share3 = all<T>(1 - beta3);
  const ofMean = all<T>(1 / (1 - f64x2.extract_lane(powers, 0)));
  const ofDifference = all<T>(beta2 / (1 - f64x2.extract_lane(powers, 1)));
  const root = all<T>(1 / sqrt(1 - powScalar(beta3, t)));
  const epsilon = floored<T>(option(op, 3));
  const length = all<T>(rate);
  const stay = all<T>(1 / (1 + rate * option(op, 4)));
  const sign = all<T>(1 - 2 * option(op, 5));
  const later = i32x4.splat(t == 1 ? 0 : -1);
  do {
    const u = v128.mul<T>(sign, v128.load(g));
    const difference = v128.and(v128.sub<T>(u, v128.load(lastAt)), later);
    v128.store(lastAt, u);
    const m = madd<T>(v128.mul<T>(share1, u), keep1, v128.load(mAt));
    const v = madd<T>(v128.mul<T>(share2, difference), keep2, v128.load(vAt));
    const ahead = madd<T>(u, keep2, difference);
    const n = madd<T>(v128.mul<T>(share3, v128.mul<T>(ahead, ahead)), keep3, v128.load(nAt));
    v128.store(mAt, m);
    v128.store(vAt, v);
    v128.store(nAt, n);
    const ratio = v128.div<T>(length, madd<T>(epsilon, v128.sqrt<T>(n), root));
    const what = madd<T>(v128.mul<T>(ofMean, m), ofDifference, v);
    v128.store(p, v128.mul<T>(stay, v128.sub<T>(v128.load(p), v128.mul<T>(ratio, what))));
    if (h != 0) {
      v128.store(h, ratio);
      h += 16;
    }
    p += 16;
    g += 16;
    mAt += 16;
    vAt += 16;
    nAt += 16;
    lastAt += 16;
  } while (p < end);
}
