/**
 * Rules that divide a running mean m of the gradient by the root of a running size v of it. One pass; one root and one
 * division a vector, the floor.
 *
 *   u ← g ± λθ if coupled, else g,  m ← β1·m + (1 − β1)u,  c1 = 1 − β1ᵗ,  c2 = 1 − β2ᵗ
 *   θ ← (1 − ηλ if decoupled)θ − front/(√v + ε') · what
 *
 *               v                                front            ε'      what
 *   ADAM        β2·v + (1 − β2)u²                η√c2/c1          ε√c2    m
 *   AMSGRAD     the largest of these so far      η√c2/c1          ε√c2    m
 *   ADAMAX      max(β2·v, |u| + ε)               η/c1, over v itself      m
 *   NADAM       as ADAM                          η√c2             ε√c2    (1 − μ)/(1 − Π)·u + μ'/(1 − Πμ')·m
 *   RADAM       as ADAM                          η·r·√c2/c1       ε       m; early η/c1 over 1
 *   ADA_BELIEF  β2·v + (1 − β2)(u − m)² + ε      η√c2/c1          ε√c2    m
 *   YOGI        v − (1 − β2)·sign(v − u²)·u²     η√c2/c1          ε√c2    m
 *
 * front/(√v + ε√c2) with √c2 in it is 1/(√v/√c2 + ε), a product cheaper. To climb is to step by −front; means are those of
 * g then, too. The effective step is what stands before the corrected mean, m/c1, of NADAM before `what`.
 */
import { madd, word } from '../lanes';
import { powPair } from '../math/scalar';
import { signBit } from '../math/table';
import { floored, prepared, prepareNext } from './moments';
import { all, fill, Flag, has, option, rateOf, scalar, setScalar, slot, time } from './update';

export const enum Adam {
  ADAM,
  AMSGRAD,
  ADAMAX,
  NADAM,
  RADAM,
  ADA_BELIEF,
  YOGI,
}

/** The next v. */
// @ts-ignore: decorator
@inline function size<T>(R: Adam, v: v128, u: v128, m: v128, keep: v128, share: v128, epsilon: v128): v128 {
  if (R == Adam.ADAMAX) return v128.pmax<T>(v128.add<T>(v128.abs<T>(u), epsilon), v128.mul<T>(keep, v));
  const x = R == Adam.ADA_BELIEF ? v128.sub<T>(u, m) : u;
  const square = v128.mul<T>(x, x);
  const part = v128.mul<T>(share, square);
  if (R == Adam.YOGI) {
    const signed = v128.xor(part, v128.and(v128.sub<T>(v, square), signBit<T>()));
    return v128.sub<T>(v, v128.and(signed, v128.ne<T>(v, square)));
  }
  const next = madd<T>(part, keep, v);
  return R == Adam.ADA_BELIEF ? v128.add<T>(next, epsilon) : next;
}

/** One vector of ADAM without coupled decay and effective steps: the general loop's arithmetic. */
// @ts-ignore: decorator
@inline function one<T>(
  p: usize,
  g: usize,
  mAt: usize,
  vAt: usize,
  keep1: v128,
  share1: v128,
  keep2: v128,
  share2: v128,
  added: v128,
  step: v128,
  stay: v128,
): void {
  const u = v128.load(g);
  const m = madd<T>(v128.mul<T>(share1, u), keep1, v128.load(mAt));
  const v = size<T>(Adam.ADAM, v128.load(vAt), u, m, keep2, share2, added);
  v128.store(mAt, m);
  v128.store(vAt, v);
  const ratio = v128.div<T>(step, v128.add<T>(v128.sqrt<T>(v), added));
  v128.store(p, v128.sub<T>(v128.mul<T>(stay, v128.load(p)), v128.mul<T>(ratio, m)));
}

/** NADAM's shares of gradient and mean in a step. */
const SHARES = memory.data(32, 16);

/** RAdam's r, or 0 while the variance cannot be judged. */
// @ts-ignore: decorator
@inline function rectified(beta2: f64, t: f64, c2: f64): f64 {
  const limit = 2 / (1 - beta2) - 1;
  const length = limit - (2 * t * (1 - c2)) / c2;
  if (!(length > 5)) return 0;
  return sqrt(((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length));
}

/**
 * Slots: m, v, of AMSGRAD the largest v. Options: β1, β2, ε, λ, 1 if decoupled, 1 to climb; behind them ψ of NADAM,
 * where m and v start of YOGI. Scalar 0 is NADAM's Π, 1 to 3 are c1 and c2 of the next step.
 */
// @ts-ignore: decorator
@inline export function adam<T>(op: usize, R: Adam): void {
  let p = word(op, 3);
  let g = word(op, 4);
  const bytes = word(op, 5);
  const end = p + bytes;
  let mAt = slot(op, 0);
  let vAt = slot(op, 1);
  let topAt = R == Adam.AMSGRAD ? slot(op, 2) : 0;
  let h = word(op, 8);
  const rate = rateOf(op);
  const t = time(op);
  const beta1 = option(op, 0);
  const beta2 = option(op, 1);
  const lambda = option(op, 3);
  const decoupled = option(op, 4) != 0;
  const sign = 1 - 2 * option(op, 5);
  const betas = f64x2(beta1, beta2);
  const both = prepared(op, betas, t);
  const c1 = f64x2.extract_lane(both, 0);
  const c2 = f64x2.extract_lane(both, 1);
  const root = R == Adam.ADAMAX ? 1 : sqrt(c2);
  let epsilon = option(op, 2);
  let front = (rate * root) / c1;
  let back = sign * c1;
  let early = false;
  let ofGradient = all<T>(0);
  let ofMean = all<T>(0);
  if (R == Adam.NADAM) {
    const psi = option(op, 6);
    const decays = powPair(f64x2.splat(0.96), f64x2(t * psi, (t + 1) * psi));
    const now = beta1 * (1 - 0.5 * f64x2.extract_lane(decays, 0));
    const next = beta1 * (1 - 0.5 * f64x2.extract_lane(decays, 1));
    const product = t == 1 ? now : scalar(op, 0) * now;
    if (has(op, Flag.LAST)) setScalar(op, 0, product);
    // By way of memory: Node 20 would divide anew in every turn of the loop.
    v128.store(SHARES, all<T>((1 - now) / (1 - product)));
    v128.store(SHARES, all<T>(next / (1 - product * next)), 16);
    ofGradient = v128.load(SHARES);
    ofMean = v128.load(SHARES, 16);
    front = rate * root;
    back = sign;
  }
  if (R == Adam.RADAM) {
    const r = rectified(beta2, t, c2);
    early = r == 0;
    front = early ? rate / c1 : front * r;
  } else epsilon *= root;
  if (R == Adam.YOGI && t == 1) {
    fill<T>(mAt, bytes, sign * option(op, 6));
    fill<T>(vAt, bytes, option(op, 6));
  }
  const coupled = lambda != 0 && !decoupled;
  const decay = all<T>(sign * lambda);
  const stay = all<T>(decoupled ? 1 - rate * lambda : 1);
  const keep1 = all<T>(beta1);
  const share1 = all<T>(1 - beta1);
  const keep2 = all<T>(beta2);
  const share2 = all<T>(1 - beta2);
  const added = floored<T>(epsilon);
  const grown = all<T>(option(op, 2));
  const step = all<T>(sign * front);
  if (R == Adam.ADAM && !coupled && h == 0) {
    // Two vectors a turn bring 1,000 parameters from 1.15 to 1.12 times what roots and divisions alone take.
    const pairs = p + (bytes & ~31);
    while (p < pairs) {
      one<T>(p, g, mAt, vAt, keep1, share1, keep2, share2, added, step, stay);
      one<T>(p + 16, g + 16, mAt + 16, vAt + 16, keep1, share1, keep2, share2, added, step, stay);
      p += 32;
      g += 32;
      mAt += 32;
      vAt += 32;
    }
  }
  while (p < end) {
    const theta = v128.load(p);
    let u = v128.load(g);
    if (coupled) u = madd<T>(u, decay, theta);
    const m = madd<T>(v128.mul<T>(share1, u), keep1, v128.load(mAt));
    v128.store(mAt, m);
    let d = size<T>(R, v128.load(vAt), u, m, keep2, share2, R == Adam.ADAMAX ? added : grown);
    v128.store(vAt, d);
    if (R == Adam.AMSGRAD) {
      d = v128.pmax<T>(d, v128.load(topAt));
      v128.store(topAt, d);
      topAt += 16;
    }
    if (R != Adam.ADAMAX) d = v128.add<T>(v128.sqrt<T>(d), added);
    if (R == Adam.RADAM && early) d = all<T>(1);
    const ratio = v128.div<T>(step, d);
    const what = R == Adam.NADAM ? madd<T>(v128.mul<T>(ofMean, m), ofGradient, u) : m;
    v128.store(p, v128.sub<T>(v128.mul<T>(stay, theta), v128.mul<T>(ratio, what)));
    if (h != 0) {
      v128.store(h, v128.mul<T>(ratio, all<T>(back)));
      h += 16;
    }
    p += 16;
    g += 16;
    mAt += 16;
    vAt += 16;
  }
  prepareNext(op, betas, t);
}
