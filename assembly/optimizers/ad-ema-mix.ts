/** AdEMAMix (Pagliardini et al. 2024): AdamW with a second, slow mean of the gradient. One pass, one division. */
import { madd, word } from '../lanes';
import { expScalar, logScalar, powPair } from '../math/scalar';
import { corrections, floored } from './moments';
import { all, option, rateOf, slot, time } from './update';

/**
 * m ← β1·m + (1 − β1)u,  s ← β3ₜ·s + (1 − β3ₜ)u,  v ← β2·v + (1 − β2)u²,  u = ±g
 * θ ← (1 − ηλ)θ − η(m/c1 + αₜ·s)/(√v/√c2 + ε),  c = 1 − βᵗ; s is not corrected
 *
 * αₜ and β3ₜ rise to α and β3 in T steps: x = t/T, αₜ = min(xα, α), β3ₜ = min(exp(1/((1 − x)/ln β1 + x/ln β3)), β3).
 *
 * Slots: m, s, v. Options: β1, β2, β3, α, T or 0, ε, λ, 1 to maximize. The effective step is η/(√v/√c2 + ε).
 */
// @ts-ignore: decorator
@inline export function adEMAMix<T>(op: usize): void {
  let p = word(op, 3);
  let g = word(op, 4);
  const end = p + word(op, 5);
  let mAt = slot(op, 0);
  let sAt = slot(op, 1);
  let vAt = slot(op, 2);
  let h = word(op, 8);
  const t = time(op);
  const rate = rateOf(op);
  const beta1 = option(op, 0);
  const beta2 = option(op, 1);
  let beta3 = option(op, 2);
  let alpha = option(op, 3);
  const rise = option(op, 4);
  if (t < rise) {
    const x = t / rise;
    alpha *= x;
    beta3 = min(expScalar(1 / ((1 - x) / logScalar(beta1) + x / logScalar(beta3))), beta3);
  }
  const powers = powPair(f64x2(beta1, beta2), f64x2.splat(t));
  const keep1 = all<T>(beta1);
  const share1 = all<T>(1 - beta1);
  const keep2 = all<T>(beta2);
  const share2 = all<T>(1 - beta2);
  const keep3 = all<T>(beta3);
  const share3 = all<T>(1 - beta3);
  const ofMean = all<T>(1 / (1 - f64x2.extract_lane(powers, 0)));
  const ofSlow = all<T>(alpha);
  const root = all<T>(1 / sqrt(1 - f64x2.extract_lane(powers, 1)));
  const epsilon = floored<T>(option(op, 5));
  const length = all<T>(rate);
  const stay = all<T>(1 - rate * option(op, 6));
  const sign = all<T>(1 - 2 * option(op, 7));
  do {
    const u = v128.mul<T>(sign, v128.load(g));
    const m = madd<T>(v128.mul<T>(share1, u), keep1, v128.load(mAt));
    const s = madd<T>(v128.mul<T>(share3, u), keep3, v128.load(sAt));
    const v = madd<T>(v128.mul<T>(share2, v128.mul<T>(u, u)), keep2, v128.load(vAt));
    v128.store(mAt, m);
    v128.store(sAt, s);
    v128.store(vAt, v);
    const ratio = v128.div<T>(length, madd<T>(epsilon, v128.sqrt<T>(v), root));
    const what = madd<T>(v128.mul<T>(ofMean, m), ofSlow, s);
    v128.store(p, v128.sub<T>(v128.mul<T>(stay, v128.load(p)), v128.mul<T>(ratio, what)));
    if (h != 0) {
      v128.store(h, ratio);
      h += 16;
    }
    p += 16;
    g += 16;
    mAt += 16;
    sAt += 16;
    vAt += 16;
  } while (p < end);
}
