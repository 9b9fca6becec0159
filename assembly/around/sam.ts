/**
 * Sharpness-aware minimisation: θ goes up by ρ along the gradient, is kept, and comes back as it was.
 *
 *   kept ← θ, θ ← θ + ρ·g/(‖g‖ + 10⁻¹²)       then the gradient there       θ ← kept
 */
import { madd, word } from '../lanes';
import { before, normOf, smallNormOf } from './clip';

const EPSILON: f64 = 1e-12;

/** samAscend(sum, ρ, θ, g, bytes > 0, kept): `sum` as `norm` leaves it. θ is not finite where g is not. */
// @ts-ignore: decorator
@inline export function samAscend<T>(op: usize): void {
  const sum = word(op, 2);
  const rho = load<f64>(word(op, 3));
  const length = normOf<T>(sum) + EPSILON;
  const first = before<T>(rho / length);
  const factor = v128.splat<T>(<T>(rho / (first == 1 ? length : smallNormOf<T>(sum))));
  const down = v128.splat<T>(<T>first);
  let p = word(op, 4);
  let g = word(op, 5);
  const end = p + word(op, 6);
  let kept = word(op, 7);
  do {
    const v = v128.load(p);
    v128.store(kept, v);
    v128.store(p, madd<T>(v, factor, v128.mul<T>(v128.load(g), down)));
    p += 16;
    g += 16;
    kept += 16;
  } while (p < end);
}

/** move(from, to, bytes): a copy. */
export function move(op: usize): void {
  memory.copy(word(op, 3), word(op, 2), word(op, 4));
}
