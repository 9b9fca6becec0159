/**
 * Gradient descent with backtracking, full batch. One turn of the tape is one trial: the tape has just evaluated
 * objective and gradient at the trial; this op accepts or rejects it and makes the next.
 *
 *   trial    θ⁺ = prox(θ − a·∇f(θ))      a: last · expand (the first: initial), · shrink after a rejection
 *   smooth   f⁺ ≤ f − c·a·‖∇f‖²                                   (Armijo)
 *   with prox, f⁺ ≤ f + ∇f·(θ⁺ − θ) + ‖θ⁺ − θ‖²/(2a)              (Beck & Teboulle 2009)
 *
 * Close to the optimum f⁺ − f is lost in rounding. Both conditions then have a twin in the gradients, equal for a
 * quadratic (the approximate Wolfe condition of Hager & Zhang 2005). It decides where the objective changes by less than
 * its rounding; what is reported is then the smaller of the two values, so the objective never rises.
 */
import {
  CONTROL_END,
  CONTROL_STOP,
  PROGRESS_GRADIENT_MAX,
  PROGRESS_GRADIENT_NORM,
  PROGRESS_LOSS,
  PROGRESS_NON_FINITE,
  PROGRESS_OBJECTIVE,
  PROGRESS_PENALTY,
  PROGRESS_RATE,
  PROGRESS_SMOOTH,
  SEARCH_COMPOSITE,
  SEARCH_DECREASE,
  SEARCH_EXPAND,
  SEARCH_FIRST,
  SEARCH_HALVINGS,
  SEARCH_INITIAL,
  SEARCH_LOSS,
  SEARCH_MAX_HALVINGS,
  SEARCH_NORM,
  SEARCH_OBJECTIVE,
  SEARCH_PENALTY,
  SEARCH_REPORTED,
  SEARCH_SHRINK,
  SEARCH_STARTED,
  SEARCH_STEP,
  SEARCH_TOP,
  STOP_CONVERGED,
  STOP_LINE_SEARCH,
  STOP_NON_FINITE,
} from '../generated/fields';
import { advance, converged, finish, NonFinite } from '../flow';
import { OP_BYTES, sumLanes, word } from '../lanes';

/** x·y with x and y in T and the sum in f64. */
// @ts-ignore: decorator
@inline function accumulate<T>(sum: v128, x: v128, y: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.add(sum, f64x2.mul(x, y));
  const low = f64x2.mul(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y));
  const x1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
  const y1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(y, y, 1, 1));
  return f64x2.add(sum, f64x2.add(low, f64x2.mul(x1, y1)));
}

/** Is the trial good enough? t, g: trial and its gradient; p, q: accepted point and its gradient. */
// @ts-ignore: decorator
@inline function acceptable<T>(
  search: usize,
  f: f64,
  objective: f64,
  t: usize,
  g: usize,
  p: usize,
  q: usize,
  bytes: usize,
): bool {
  const was = load<f64>(search, SEARCH_OBJECTIVE);
  // Residuals are differences of numbers as large as at the start, so their squares are uncertain by ε·√(F·F₀).
  const scale = sqrt(abs(was) * max(abs(was), load<f64>(search, SEARCH_FIRST)));
  const rounding = (sizeof<T>() == 4 ? 9.5367431640625e-7 : 1.4210854715202004e-14) * scale;
  // NaN and a rise end here.
  if (!(objective <= was + rounding)) return false;
  const a = load<f64>(search, SEARCH_STEP);
  const f0 = load<f64>(search, SEARCH_LOSS);
  const end = t + bytes;
  let d2 = i32x4.splat(0);
  let qd = i32x4.splat(0);
  let gd = i32x4.splat(0);
  do {
    const d = v128.sub<T>(v128.load(t), v128.load(p));
    d2 = accumulate<T>(d2, d, d);
    qd = accumulate<T>(qd, v128.load(q), d);
    gd = accumulate<T>(gd, v128.load(g), d);
    t += 16;
    g += 16;
    p += 16;
    q += 16;
  } while (t < end);
  const length = sumLanes<f64>(d2);
  // A step that is lost in rounding is none.
  if (length == 0 && load<f64>(search, SEARCH_TOP) > 0) return false;
  const before = sumLanes<f64>(qd);
  const behind = sumLanes<f64>(gd);
  const decides = was - objective <= rounding;
  if (load<u32>(search, SEARCH_COMPOSITE) != 0) {
    if (objective <= was && f <= f0 + before + length / (2 * a)) return true;
    return decides && behind - before <= length / a;
  }
  // d = −a·∇f, so ∇f·d = −a‖∇f‖².
  const c = load<f64>(search, SEARCH_DECREASE);
  if (f <= f0 + c * before) return true;
  return decides && behind <= (2 * c - 1) * before;
}

/** What is reported is the accepted point. */
// @ts-ignore: decorator
@inline function report(progress: usize, search: usize): void {
  store<f64>(progress, load<f64>(search, SEARCH_OBJECTIVE), PROGRESS_OBJECTIVE);
  store<f64>(progress, load<f64>(search, SEARCH_REPORTED), PROGRESS_LOSS);
  store<f64>(progress, load<f64>(search, SEARCH_PENALTY), PROGRESS_PENALTY);
  store<f64>(progress, load<f64>(search, SEARCH_NORM), PROGRESS_GRADIENT_NORM);
  store<f64>(progress, load<f64>(search, SEARCH_TOP), PROGRESS_GRADIENT_MAX);
}

/**
 * lineSearch(progress, search, cursor, θ trial, g trial, bytes > 0, θ accepted, g accepted). The proximal step, where
 * there is one, follows on the tape with the step length as rate.
 */
// @ts-ignore: decorator
@inline export function lineSearch<T>(control: usize, op: usize): usize {
  const progress = word(op, 2);
  const search = word(op, 3);
  const t = word(op, 5);
  const g = word(op, 6);
  const bytes = word(op, 7);
  const p = word(op, 8);
  const q = word(op, 9);
  const end = <usize>load<u32>(control, CONTROL_END);
  const bad = finish(progress);
  const f = load<f64>(progress, PROGRESS_LOSS) + load<f64>(progress, PROGRESS_SMOOTH);
  const objective = load<f64>(progress, PROGRESS_OBJECTIVE);
  const started = load<u32>(search, SEARCH_STARTED) != 0;
  if (!started && bad != NonFinite.NONE) {
    store<u32>(progress, bad, PROGRESS_NON_FINITE);
    store<u32>(control, STOP_NON_FINITE, CONTROL_STOP);
    return end;
  }
  let a = load<f64>(search, SEARCH_STEP);
  if (!started || (bad == NonFinite.NONE && acceptable<T>(search, f, objective, t, g, p, q, bytes))) {
    memory.copy(p, t, bytes);
    memory.copy(q, g, bytes);
    if (!started || objective <= load<f64>(search, SEARCH_OBJECTIVE)) {
      store<f64>(search, f, SEARCH_LOSS);
      store<f64>(search, objective, SEARCH_OBJECTIVE);
      store<f64>(search, load<f64>(progress, PROGRESS_LOSS), SEARCH_REPORTED);
      store<f64>(search, load<f64>(progress, PROGRESS_PENALTY), SEARCH_PENALTY);
    }
    if (!started) store<f64>(search, abs(objective), SEARCH_FIRST);
    store<f64>(search, load<f64>(progress, PROGRESS_GRADIENT_NORM), SEARCH_NORM);
    store<f64>(search, load<f64>(progress, PROGRESS_GRADIENT_MAX), SEARCH_TOP);
    report(progress, search);
    store<u32>(search, 0, SEARCH_HALVINGS);
    store<u32>(search, 1, SEARCH_STARTED);
    if (started) {
      store<f64>(progress, a, PROGRESS_RATE);
      advance(control, progress, word(op, 4), 0);
    }
    if (converged(progress)) {
      store<u32>(control, STOP_CONVERGED, CONTROL_STOP);
      return end;
    }
    a = started
      ? min(a * load<f64>(search, SEARCH_EXPAND), sizeof<T>() == 4 ? 1e30 : 1e300)
      : load<f64>(search, SEARCH_INITIAL);
  } else {
    report(progress, search);
    const halvings = load<u32>(search, SEARCH_HALVINGS) + 1;
    store<u32>(search, halvings, SEARCH_HALVINGS);
    if (halvings > load<u32>(search, SEARCH_MAX_HALVINGS)) {
      memory.copy(t, p, bytes);
      store<u32>(control, STOP_LINE_SEARCH, CONTROL_STOP);
      return end;
    }
    a *= load<f64>(search, SEARCH_SHRINK);
  }
  store<f64>(search, a, SEARCH_STEP);
  store<f64>(progress, a, PROGRESS_RATE);
  const step = v128.splat<T>(<T>a);
  let at: usize = 0;
  do {
    v128.store(t + at, v128.sub<T>(v128.load(p + at), v128.mul<T>(step, v128.load(q + at))));
    at += 16;
  } while (at < bytes);
  return op + OP_BYTES;
}
