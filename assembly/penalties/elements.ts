/**
 * Penalties and bounds of single elements. λ is number 0 of the block.
 *
 *              value     proximal step                        smallest subgradient from u
 *   ABSOLUTE   λΣ|θ|     soft(v, hλ)                          u + λ·sign θ; at θ = 0 soft(u, λ)
 *   SQUARE     λΣθ²      v/(1 + 2hλ)                          u + 2λθ
 *   BOUNDS     –         clamp(v, block[0], block[1])         u; at a bound only what points inwards
 *
 * A bound of NaN is none. Zeros are exact and have no sign, so that sparse parameters hold plain zeros.
 */
import { squares } from '../blas/measure';
import { madd, select, sumLanes, word } from '../lanes';
import { Act, report } from './act';

export { Act };

export const enum Element {
  ABSOLUTE,
  SQUARE,
  BOUNDS,
}

/** Sum of the magnitudes of the lanes, in f64. */
// @ts-ignore: decorator
@inline function magnitudes<T>(sum: v128, v: v128): v128 {
  const a = v128.abs<T>(v);
  if (sizeof<T>() == 8) return f64x2.add(sum, a);
  return f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(v128.shuffle<i64>(a, a, 1, 1))));
}

// @ts-ignore: decorator
@inline function value<T>(op: usize, E: Element): void {
  let p = word(op, 3);
  const end = p + word(op, 4);
  let g = word(op, 5);
  let mask = word(op, 8);
  const lambda = load<f64>(word(op, 7));
  const slope = v128.splat<T>(<T>(E == Element.SQUARE ? 2 * lambda : lambda));
  const sign = v128.splat<T>(<T>-0.0);
  const zero = i32x4.splat(0);
  let sum = zero;
  do {
    let v = v128.load(p);
    if (mask != 0) {
      v = v128.and(v, v128.load(mask));
      mask += 16;
    }
    sum = E == Element.SQUARE ? squares<T>(sum, v) : magnitudes<T>(sum, v);
    if (g != 0) {
      const u = v128.load(g);
      if (E == Element.SQUARE) v128.store(g, madd<T>(u, slope, v));
      else v128.store(g, v128.add<T>(u, v128.and(v128.or(slope, v128.and(v, sign)), v128.ne<T>(v, zero))));
      g += 16;
    }
    p += 16;
  } while (p < end);
  // 0 · ∞ must not make a NaN of a penalty that is not there.
  report(op, lambda == 0 ? 0 : lambda * sumLanes<f64>(sum));
}

// @ts-ignore: decorator
@inline function proximal<T>(op: usize, E: Element): void {
  let p = word(op, 3);
  const end = p + word(op, 4);
  const block = word(op, 7);
  let mask = word(op, 8);
  let steps = word(op, 10);
  const rate = load<f64>(word(op, 2));
  const zero = i32x4.splat(0);
  const one = v128.splat<T>(<T>1);
  const sign = v128.splat<T>(<T>-0.0);
  const strength = E == Element.SQUARE ? 2 * load<f64>(block) : load<f64>(block);
  const lambda = v128.splat<T>(<T>strength);
  const upper = v128.splat<T>(<T>load<f64>(block, 8));
  let by = v128.splat<T>(<T>(E == Element.SQUARE ? 1 + strength * rate : rate * strength));
  do {
    const v = v128.load(p);
    if (E != Element.BOUNDS && steps != 0) {
      by = v128.mul<T>(lambda, v128.load(steps));
      if (E == Element.SQUARE) by = v128.add<T>(one, by);
      steps += 16;
    }
    let r: v128;
    if (E == Element.ABSOLUTE) {
      r = v128.pmax<T>(v128.sub<T>(v128.abs<T>(v), by), zero);
      r = v128.or(r, v128.and(v128.and(v, sign), v128.ne<T>(r, zero)));
    } else if (E == Element.SQUARE) {
      r = v128.add<T>(v128.div<T>(v, by), zero);
    } else {
      r = v128.add<T>(v128.pmin<T>(v128.pmax<T>(v, lambda), upper), zero);
    }
    if (mask != 0) {
      r = select(r, v, v128.load(mask));
      mask += 16;
    }
    v128.store(p, r);
    p += 16;
  } while (p < end);
}

// @ts-ignore: decorator
@inline function slope<T>(op: usize, E: Element): void {
  let p = word(op, 3);
  const end = p + word(op, 4);
  let source = word(op, 5);
  let target = word(op, 6);
  const block = word(op, 7);
  let mask = word(op, 8);
  const zero = i32x4.splat(0);
  const sign = v128.splat<T>(<T>-0.0);
  const lambda = v128.splat<T>(<T>(E == Element.SQUARE ? 2 * load<f64>(block) : load<f64>(block)));
  const upper = v128.splat<T>(<T>load<f64>(block, 8));
  do {
    const t = v128.load(p);
    const u = v128.load(source);
    let r: v128;
    if (E == Element.ABSOLUTE) {
      const smooth = v128.add<T>(u, v128.or(lambda, v128.and(t, sign)));
      const shrunk = v128.or(v128.pmax<T>(v128.sub<T>(v128.abs<T>(u), lambda), zero), v128.and(u, sign));
      r = select(shrunk, smooth, v128.eq<T>(t, zero));
    } else if (E == Element.SQUARE) {
      r = v128.add<T>(u, v128.mul<T>(lambda, t));
    } else {
      r = select(v128.pmin<T>(u, zero), u, v128.le<T>(t, lambda));
      r = select(v128.pmax<T>(r, zero), r, v128.ge<T>(t, upper));
    }
    if (mask != 0) {
      r = select(r, u, v128.load(mask));
      mask += 16;
    }
    v128.store(target, r);
    p += 16;
    source += 16;
    target += 16;
  } while (p < end);
}

// @ts-ignore: decorator
@inline export function elements<T>(op: usize, act: Act, E: Element): void {
  if (act == Act.VALUE) value<T>(op, E);
  else if (act == Act.PROXIMAL) proximal<T>(op, E);
  else slope<T>(op, E);
}
