/**
 * Averages e of the parameters θ, taken after an update. t counts updates from 1; e starts as θ before the first.
 *
 *   ema        e ← d·e + (1 − d)·θ          warm-up: d = min(d, t/(9 + t))
 *   swa        n ← n + 1, e ← e + (θ − e)/n if t ≥ start and t − start is a multiple of every; e = θ while n = 0
 *   lookahead  e ← e + α(θ − e), θ ← e      if t is a multiple of k
 */
import { madd, word } from '../lanes';
import { Flag } from '../optimizers/update';

export const enum Average {
  EMA,
  SWA,
  LOOKAHEAD,
}

/**
 * e ← e + share·(θ − e), and θ ← e with `back`. From the end that is nearer, so that e stays where θ is the same and is
 * θ if the share is 1.
 */
// @ts-ignore: decorator
@inline function blend<T>(p: usize, e: usize, bytes: usize, share: f64, back: bool): void {
  const near = share < 0.5;
  const factor = v128.splat<T>(<T>(near ? share : 1 - share));
  let from = near ? e : p;
  let to = near ? p : e;
  const end = e + bytes;
  do {
    const v = v128.load(from);
    const m = madd<T>(v, factor, v128.sub<T>(v128.load(to), v));
    v128.store(e, m);
    if (back) v128.store(p, m);
    from += 16;
    to += 16;
    e += 16;
    if (back) p += 16;
  } while (e < end);
}

/** How much of θ goes into the average of the update behind `t` others; `n` is the count of those averaged, this one too. */
// @ts-ignore: decorator
@inline function shareOf(A: Average, settings: usize, t: f64, n: f64, due: bool): f64 {
  const first = load<f64>(settings);
  if (A == Average.EMA) {
    return 1 - (load<f64>(settings, 8) != 0 ? min(first, (1 + t) / (10 + t)) : first);
  }
  if (A == Average.SWA) return due ? 1 / n : n == 0 ? 1 : 0;
  return due ? load<f64>(settings, 8) : 0;
}

/**
 * average(settings, memory, θ, e, bytes > 0, flags)
 *
 *   settings   f64   ema: d, 1 to warm up   swa: start, every   lookahead: k, α
 *   memory     f64   t | n                  zero at the start, written by the last stretch
 */
// @ts-ignore: decorator
@inline export function average<T>(op: usize, A: Average): void {
  const settings = word(op, 2);
  const kept = word(op, 3);
  const t = load<f64>(kept);
  let n = load<f64>(kept, 8);
  let due = false;
  if (A == Average.SWA) {
    const since = t + 1 - load<f64>(settings);
    due = since >= 0 && <u64>since % <u64>load<f64>(settings, 8) == 0;
    if (due) n += 1;
  }
  if (A == Average.LOOKAHEAD) due = <u64>(t + 1) % <u64>load<f64>(settings) == 0;
  const share = shareOf(A, settings, t, n, due);
  if (share > 0) blend<T>(word(op, 4), word(op, 5), word(op, 6), share, A == Average.LOOKAHEAD);
  if ((word(op, 7) & Flag.LAST) != 0) {
    store<f64>(kept, t + 1);
    if (A == Average.SWA) store<f64>(kept, n, 8);
  }
}
