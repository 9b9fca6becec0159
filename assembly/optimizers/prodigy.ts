/**
 * Prodigy (Mishchenko & Defazio 2024): Adam with an estimate d of how far the start is from the minimum as its rate, one d
 * over all parameters. Two passes: the first ends with the new d, the second steps.
 *
 *   e = dη·(√c₂/c₁ with bias correction)      the old d; c = 1 − βᵏ, k counts steps that moved
 *   num ← β₃num + (d/d₀)e·⟨g, θ₀ − θ⟩
 *   m ← β₁m + (1 − β₁)dg      v ← β₂v + (1 − β₂)(dg)²      s ← β₃s + (d/d₀)(d with safeguard, else e)g
 *   d̂ = dCoefficient·num/‖s‖₁     d ← max(d, d̂) while d = d₀     d_max ← max(d_max, d̂)     d ← min(d_max, d·growth)
 *   θ ← (1 − λe)θ − e·m/(√v + dε)             the old e, the new d
 *
 * With ‖s‖₁ = 0 only m, v and s are kept: θ, d, num and k stay.
 */
import { madd, sumLanes, word } from '../lanes';
import { powScalar } from '../math/scalar';
import { all, Flag, has, option, rateOf, scalar, setScalar, slot, time } from './update';

const enum Kept {
  D,
  D_MAX,
  NUMERATOR,
  /** k */
  STEPS,
  /** (d/d₀)e·⟨g, θ₀ − θ⟩ and ‖s‖₁ of this step. */
  PRODUCT,
  NORM,
  /** The d that this step began with. */
  OLD_D,
}

/** Options in the order of the block. */
const enum Option {
  BETA1,
  BETA2,
  BETA3,
  EPSILON,
  DECAY,
  D0,
  COEFFICIENT,
  GROWTH,
  BIAS_CORRECTION,
  SAFEGUARD,
}

/** e of step k from the d that it began with. */
// @ts-ignore: decorator
@inline function lengthOf(op: usize, d: f64, k: f64): f64 {
  const e = d * rateOf(op);
  if (option(op, Option.BIAS_CORRECTION) == 0) return e;
  const c1 = 1 - powScalar(option(op, Option.BETA1), k);
  const c2 = 1 - powScalar(option(op, Option.BETA2), k);
  return (e * sqrt(c2)) / c1;
}

/** The lanes added in f64: 0 + 2 and 1 + 3 of f32. */
// @ts-ignore: decorator
@inline function widen<T>(v: v128): v128 {
  if (sizeof<T>() == 8) return v;
  return f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1)));
}

/** x·y with the products in f64. */
// @ts-ignore: decorator
@inline function products<T>(x: v128, y: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.mul(x, y);
  const x1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
  const y1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(y, y, 1, 1));
  return f64x2.add(f64x2.mul(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y)), f64x2.mul(x1, y1));
}

/** The new d, from the sums over all parameters. */
function estimate(op: usize, beta3: f64): void {
  const old = scalar(op, Kept.D);
  setScalar(op, Kept.OLD_D, old);
  const norm = scalar(op, Kept.NORM);
  if (norm == 0) return;
  const numerator = beta3 * scalar(op, Kept.NUMERATOR) + scalar(op, Kept.PRODUCT);
  const found = (option(op, Option.COEFFICIENT) * numerator) / norm;
  const growth = option(op, Option.GROWTH);
  const d = old == option(op, Option.D0) ? max(old, found) : old;
  const top = max(scalar(op, Kept.D_MAX), found);
  setScalar(op, Kept.D, growth > 0 ? min(top, d * growth) : top);
  setScalar(op, Kept.D_MAX, top);
  setScalar(op, Kept.NUMERATOR, numerator);
  setScalar(op, Kept.STEPS, scalar(op, Kept.STEPS) + 1);
}

/** prodigyMeasure: the sums, m, v and s, and behind the last stretch the new d. Slots m, v, s, θ₀. */
// @ts-ignore: decorator
@inline export function prodigyMeasure<T>(op: usize): void {
  const bytes = word(op, 5);
  const start = time(op) == 1;
  const d0 = option(op, Option.D0);
  let p = word(op, 3);
  let g = word(op, 4);
  let m = slot(op, 0);
  let v = slot(op, 1);
  let s = slot(op, 2);
  let origin = slot(op, 3);
  if (has(op, Flag.FIRST)) {
    if (start) {
      setScalar(op, Kept.D, d0);
      setScalar(op, Kept.D_MAX, d0);
    }
    setScalar(op, Kept.PRODUCT, 0);
    setScalar(op, Kept.NORM, 0);
  }
  if (start) memory.copy(origin, p, bytes);
  const d = scalar(op, Kept.D);
  const e = lengthOf(op, d, scalar(op, Kept.STEPS) + 1);
  const beta1 = option(op, Option.BETA1);
  const beta2 = option(op, Option.BETA2);
  const given = option(op, Option.BETA3);
  const beta3 = given > 0 ? given : sqrt(beta2);
  const keep1 = all<T>(beta1);
  const share1 = all<T>(1 - beta1);
  const keep2 = all<T>(beta2);
  const share2 = all<T>(1 - beta2);
  const keep3 = all<T>(beta3);
  const weight = all<T>((d / d0) * (option(op, Option.SAFEGUARD) != 0 ? d : e));
  const reach = all<T>(d);
  let product = i32x4.splat(0);
  let norm = i32x4.splat(0);
  const end = p + bytes;
  do {
    const slope = v128.load(g);
    const scaled = v128.mul<T>(reach, slope);
    v128.store(m, madd<T>(v128.mul<T>(share1, scaled), keep1, v128.load(m)));
    v128.store(v, madd<T>(v128.mul<T>(share2, v128.mul<T>(scaled, scaled)), keep2, v128.load(v)));
    const sum = madd<T>(v128.mul<T>(weight, slope), keep3, v128.load(s));
    v128.store(s, sum);
    product = f64x2.add(product, products<T>(slope, v128.sub<T>(v128.load(origin), v128.load(p))));
    norm = f64x2.add(norm, widen<T>(v128.abs<T>(sum)));
    p += 16;
    g += 16;
    m += 16;
    v += 16;
    s += 16;
    origin += 16;
  } while (p < end);
  setScalar(op, Kept.PRODUCT, scalar(op, Kept.PRODUCT) + (d / d0) * e * sumLanes<f64>(product));
  setScalar(op, Kept.NORM, scalar(op, Kept.NORM) + sumLanes<f64>(norm));
  if (has(op, Flag.LAST)) estimate(op, beta3);
}

/** prodigy: the step. hᵢ = e·d/(√v + dε) with the old d above. */
// @ts-ignore: decorator
@inline export function prodigy<T>(op: usize): void {
  let p = word(op, 3);
  const bytes = word(op, 5);
  let h = word(op, 8);
  if (scalar(op, Kept.NORM) == 0) {
    if (h != 0) memory.fill(h, 0, bytes);
    return;
  }
  const old = scalar(op, Kept.OLD_D);
  const e = lengthOf(op, old, scalar(op, Kept.STEPS));
  let m = slot(op, 0);
  let v = slot(op, 1);
  const length = all<T>(e);
  const factor = all<T>(e * old);
  const shrink = all<T>(1 - option(op, Option.DECAY) * e);
  const epsilon = all<T>(scalar(op, Kept.D) * option(op, Option.EPSILON));
  const end = p + bytes;
  do {
    const below = v128.add<T>(v128.sqrt<T>(v128.load(v)), epsilon);
    const move = v128.div<T>(v128.mul<T>(length, v128.load(m)), below);
    v128.store(p, v128.sub<T>(v128.mul<T>(shrink, v128.load(p)), move));
    if (h != 0) {
      v128.store(h, v128.div<T>(factor, below));
      h += 16;
    }
    p += 16;
    m += 16;
    v += 16;
  } while (p < end);
}
