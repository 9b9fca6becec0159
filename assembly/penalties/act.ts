/**
 * What penalties and constraints have in common. One source a penalty, three kernels of it:
 *
 *   value      adds the penalty to `progress`, and its (sub)gradient to that of the loss
 *   proximal   θ ← argmin penalty(θ) + ½Σ(θᵢ − vᵢ)²/hᵢ, with h the rate or a vector of steps; or the projection
 *   slope      from the gradient of the rest, the smallest subgradient of the sum: zero exactly at the optimum
 *
 * Operands: (progress, θ, bytes > 0, source, target, block, members, count, extra)
 *
 *   value      source: gradient to add to, or 0; extra: not 0 clears the sums first
 *   proximal   extra: steps hᵢ laid out like θ, or 0 for the rate; `progress` is where the rate lies
 *   slope      source: the gradient of the rest; target: where the result goes, which may be the source
 *
 * `members` says what of θ is meant: for single elements a mask of θ's size, or 0 for all; for groups `count` lists
 * | n | n offsets in bytes | … | of u32.
 */
import { PROGRESS_PENALTY, PROGRESS_SMOOTH } from '../generated/fields';
import { word } from '../lanes';

export const enum Act {
  VALUE,
  PROXIMAL,
  SLOPE,
}

/** Adds the value of a penalty to what `progress` holds. */
// @ts-ignore: decorator
@inline export function report(op: usize, value: f64): void {
  const progress = word(op, 2);
  if (word(op, 10) != 0) {
    store<f64>(progress, 0, PROGRESS_PENALTY);
    store<f64>(progress, 0, PROGRESS_SMOOTH);
  }
  store<f64>(progress, load<f64>(progress, PROGRESS_PENALTY) + value, PROGRESS_PENALTY);
  if (word(op, 5) != 0) store<f64>(progress, load<f64>(progress, PROGRESS_SMOOTH) + value, PROGRESS_SMOOTH);
}
