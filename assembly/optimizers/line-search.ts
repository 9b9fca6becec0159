/**
 * Gradient descent that finds its step length, full batch. One turn of the tape is one trial: the tape has just evaluated
 * objective and gradient at the trial; this op accepts or rejects it and makes the next.
 *
 *   trial    θ⁺ = prox(θ − a·∇f(θ))      a: the first is initial, after a rejection a · shrink, else by the rule
 *
 * Rules and conditions stand in `step-length.ts`.
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
  SEARCH_FIRST,
  SEARCH_HALVINGS,
  SEARCH_INITIAL,
  SEARCH_LOSS,
  SEARCH_MAX_HALVINGS,
  SEARCH_NORM,
  SEARCH_OBJECTIVE,
  SEARCH_PENALTY,
  SEARCH_REPORTED,
  SEARCH_RULE,
  SEARCH_SHRINK,
  SEARCH_STARTED,
  SEARCH_STEP,
  SEARCH_TOP,
  STOP_CONVERGED,
  STOP_LINE_SEARCH,
  STOP_NON_FINITE,
} from '../generated/fields';
import { advance, converged, finish, NonFinite } from '../flow';
import { OP_BYTES, word } from '../lanes';
import { acceptable, measureStep, nextStep, remember, Rule } from './step-length';

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
  if (started && bad == NonFinite.NONE) measureStep<T>(search, t, g, p, q, bytes);
  // Of f32, ε·16; of f64, ε·64.
  const rounding: f64 = sizeof<T>() == 4 ? 9.5367431640625e-7 : 1.4210854715202004e-14;
  if (!started || (bad == NonFinite.NONE && acceptable(search, f, objective, rounding))) {
    remember(search, objective, started);
    memory.copy(p, t, bytes);
    memory.copy(q, g, bytes);
    // A rule that never lets the objective rise reports the smaller of two values that differ by rounding.
    if (!started || load<u32>(search, SEARCH_RULE) != Rule.EXPAND || objective <= load<f64>(search, SEARCH_OBJECTIVE)) {
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
    a = started ? min(nextStep(search, a), sizeof<T>() == 4 ? 1e30 : 1e300) : load<f64>(search, SEARCH_INITIAL);
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
