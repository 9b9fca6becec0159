/**
 * Keeps the last finite parameters: where gradient times rate is so large that an update may overflow, parameters are
 * copied before it and looked at behind it.
 */
import {
  CONTROL_END,
  CONTROL_STOP,
  PROGRESS_GRADIENT_MAX,
  PROGRESS_NON_FINITE,
  PROGRESS_SKIP_NON_FINITE,
  PROGRESS_TOP_RATE,
  STOP_NON_FINITE,
} from '../generated/fields';
import { NonFinite } from '../flow';
import { OP_BYTES, word } from '../lanes';

/** guard(progress, θ, bytes > 0, copy, behind the update, state, bytes of state): state is cleared when a step is skipped. */
// @ts-ignore: decorator
@inline export function guard<T>(control: usize, op: usize): usize {
  const progress = word(op, 2);
  const next = op + OP_BYTES;
  const reach = load<f64>(progress, PROGRESS_GRADIENT_MAX) * load<f64>(progress, PROGRESS_TOP_RATE);
  // Far enough below the largest number that momentum cannot carry a step across.
  if (reach <= (sizeof<T>() == 4 ? 1e28 : 1e280)) return next;
  let p = word(op, 3);
  const bytes = word(op, 4);
  const kept = word(op, 5);
  if (word(op, 6) == 0) {
    memory.copy(kept, p, bytes);
    return next;
  }
  const end = p + bytes;
  let bad = i32x4.splat(0);
  do {
    const v = v128.load(p);
    bad = v128.or(bad, v128.sub<T>(v, v));
    p += 16;
  } while (p < end);
  // x − x is zero for finite x and NaN for the rest.
  if (!v128.any_true(bad)) return next;
  // What overflowed stays in the copy, to be looked at.
  p = word(op, 3);
  let q = kept;
  do {
    const v = v128.load(p);
    v128.store(p, v128.load(q));
    v128.store(q, v);
    p += 16;
    q += 16;
  } while (p < end);
  store<u32>(progress, NonFinite.PARAMETERS, PROGRESS_NON_FINITE);
  if (load<u32>(progress, PROGRESS_SKIP_NON_FINITE) != 0) {
    memory.fill(word(op, 7), 0, word(op, 8));
    return next;
  }
  store<u32>(control, STOP_NON_FINITE, CONTROL_STOP);
  return <usize>load<u32>(control, CONTROL_END);
}
