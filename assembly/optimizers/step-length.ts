/**
 * When a trial θ⁺ is good enough, and what step length a comes next. s = θ⁺ − θ, y = ∇f⁺ − ∇f, F = f + terms by prox.
 *
 *   expand   a · expand                            monotone
 *   bb1, bb2 s·s/s·y, s·y/y·y; a if s·y ≤ 0        non-monotone (Barzilai & Borwein 1988)
 *
 *   monotone       smooth      f⁺ ≤ f − c·a·‖∇f‖²                     (Armijo)
 *                  with prox   f⁺ ≤ f + ∇f·s + ‖s‖²/(2a)              (Beck & Teboulle 2009)
 *   non-monotone   smooth      F⁺ ≤ largest of the last F − c·a·‖∇f‖² (Grippo, Lampariello & Lucidi 1986; Raydan 1997)
 *                  with prox   F⁺ ≤ largest of the last F − c‖s‖²/(2a) (Wright, Nowak & Figueiredo 2009)
 *
 * Close to the optimum f⁺ − f is lost in rounding; where F changes by less than its rounding the gradients decide. The
 * monotone conditions have a twin in them, equal for a quadratic (the approximate Wolfe condition of Hager & Zhang 2005);
 * the non-monotone ones take ½(∇f + ∇f⁺)·s for the change of f.
 */
import {
  SEARCH_BEFORE,
  SEARCH_BEHIND,
  SEARCH_COMPOSITE,
  SEARCH_CURVATURE,
  SEARCH_DECREASE,
  SEARCH_EXPAND,
  SEARCH_FIRST,
  SEARCH_LENGTH,
  SEARCH_LOSS,
  SEARCH_MEMORY,
  SEARCH_OBJECTIVE,
  SEARCH_PAST0,
  SEARCH_PASTS,
  SEARCH_RULE,
  SEARCH_STEP,
  SEARCH_TOP,
  SEARCH_VALUE,
} from '../generated/fields';
import { sumLanes } from '../lanes';

export const enum Rule {
  EXPAND,
  BB1,
  BB2,
}

/** x·y with x and y in T and the sum in f64. */
// @ts-ignore: decorator
@inline function accumulate<T>(sum: v128, x: v128, y: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.add(sum, f64x2.mul(x, y));
  const low = f64x2.mul(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y));
  const x1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
  const y1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(y, y, 1, 1));
  return f64x2.add(sum, f64x2.add(low, f64x2.mul(x1, y1)));
}

/** s·s, ∇f·s, ∇f⁺·s, y·y. t, g: trial and its gradient; p, q: accepted point and its gradient. */
export function measureStep<T>(search: usize, t: usize, g: usize, p: usize, q: usize, bytes: usize): void {
  const end = t + bytes;
  let length = i32x4.splat(0);
  let before = i32x4.splat(0);
  let behind = i32x4.splat(0);
  let curvature = i32x4.splat(0);
  do {
    const s = v128.sub<T>(v128.load(t), v128.load(p));
    const old = v128.load(q);
    const new_ = v128.load(g);
    const y = v128.sub<T>(new_, old);
    length = accumulate<T>(length, s, s);
    before = accumulate<T>(before, old, s);
    behind = accumulate<T>(behind, new_, s);
    curvature = accumulate<T>(curvature, y, y);
    t += 16;
    g += 16;
    p += 16;
    q += 16;
  } while (t < end);
  store<f64>(search, sumLanes<f64>(length), SEARCH_LENGTH);
  store<f64>(search, sumLanes<f64>(before), SEARCH_BEFORE);
  store<f64>(search, sumLanes<f64>(behind), SEARCH_BEHIND);
  store<f64>(search, sumLanes<f64>(curvature), SEARCH_CURVATURE);
}

/** The largest of the values that are remembered. */
function largestPast(search: usize): f64 {
  const count = load<u32>(search, SEARCH_PASTS);
  let top = load<f64>(search, SEARCH_PAST0);
  for (let i: u32 = 1; i < min(count, load<u32>(search, SEARCH_MEMORY)); i++) {
    top = max(top, load<f64>(search + ((<usize>i) << 3), SEARCH_PAST0));
  }
  return top;
}

/** Keeps the value of the point that is accepted; behind a trial it is what `acceptable` has worked out. */
export function remember(search: usize, objective: f64, started: bool): void {
  const size = load<u32>(search, SEARCH_MEMORY);
  if (!started) store<f64>(search, objective, SEARCH_VALUE);
  if (size == 0) return;
  const count = started ? load<u32>(search, SEARCH_PASTS) : 0;
  store<f64>(search + ((<usize>(count % size)) << 3), load<f64>(search, SEARCH_VALUE), SEARCH_PAST0);
  store<u32>(search, count + 1, SEARCH_PASTS);
}

/** The non-monotone conditions; without memory every finite value will do. */
function nonMonotone(search: usize, f: f64, objective: f64, rounding: f64): bool {
  const was = load<f64>(search, SEARCH_OBJECTIVE);
  const before = load<f64>(search, SEARCH_BEFORE);
  let value = objective;
  if (abs(objective - was) <= rounding) {
    const proximal = objective - f - (was - load<f64>(search, SEARCH_LOSS));
    value = load<f64>(search, SEARCH_VALUE) + (0.5 * (before + load<f64>(search, SEARCH_BEHIND)) + proximal);
  }
  if (load<u32>(search, SEARCH_MEMORY) == 0) return abs(value) <= f64.MAX_VALUE;
  const promised =
    load<u32>(search, SEARCH_COMPOSITE) != 0
      ? load<f64>(search, SEARCH_LENGTH) / (-2 * load<f64>(search, SEARCH_STEP))
      : // s = −a·∇f, so ∇f·s = −a‖∇f‖².
        before;
  if (!(value <= largestPast(search) + load<f64>(search, SEARCH_DECREASE) * promised)) return false;
  store<f64>(search, value, SEARCH_VALUE);
  return true;
}

/** Is the trial good enough, by its f and F and what `measureStep` has left? `unit` is the rounding of a sum of 1. */
export function acceptable(search: usize, f: f64, objective: f64, unit: f64): bool {
  const was = load<f64>(search, SEARCH_OBJECTIVE);
  // Residuals are differences of numbers as large as at the start, so their squares are uncertain by ε·√(F·F₀).
  const rounding = unit * sqrt(abs(was) * max(abs(was), load<f64>(search, SEARCH_FIRST)));
  const length = load<f64>(search, SEARCH_LENGTH);
  // A step that is lost in rounding is none.
  if (length == 0 && load<f64>(search, SEARCH_TOP) > 0) return false;
  if (load<u32>(search, SEARCH_RULE) != Rule.EXPAND) return nonMonotone(search, f, objective, rounding);
  // NaN and a rise end here.
  if (!(objective <= was + rounding)) return false;
  const a = load<f64>(search, SEARCH_STEP);
  const f0 = load<f64>(search, SEARCH_LOSS);
  const before = load<f64>(search, SEARCH_BEFORE);
  const behind = load<f64>(search, SEARCH_BEHIND);
  const decides = was - objective <= rounding;
  if (load<u32>(search, SEARCH_COMPOSITE) != 0) {
    if (objective <= was && f <= f0 + before + length / (2 * a)) return true;
    return decides && behind - before <= length / a;
  }
  // s = −a·∇f, so ∇f·s = −a‖∇f‖².
  const c = load<f64>(search, SEARCH_DECREASE);
  if (f <= f0 + c * before) return true;
  return decides && behind <= (2 * c - 1) * before;
}

/** The step length that is tried next, behind the accepted length a. */
export function nextStep(search: usize, a: f64): f64 {
  const rule = load<u32>(search, SEARCH_RULE);
  if (rule == Rule.EXPAND) return a * load<f64>(search, SEARCH_EXPAND);
  const sy = load<f64>(search, SEARCH_BEHIND) - load<f64>(search, SEARCH_BEFORE);
  const next = rule == Rule.BB1 ? load<f64>(search, SEARCH_LENGTH) / sy : sy / load<f64>(search, SEARCH_CURVATURE);
  return sy > 0 && next > 0 ? next : a;
}
