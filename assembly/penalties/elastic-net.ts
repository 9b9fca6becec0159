/**
 * L1, L2 and their sum: λ₁Σ|θ| + λ₂Σθ². Value and gradient, and the proximal step, which also holds bounds.
 */
import {
  COMPOSITE_BYTES,
  COMPOSITE_LENGTH,
  COMPOSITE_OFFSET,
  COMPOSITE_L1,
  COMPOSITE_L2,
  COMPOSITE_LOWER,
  COMPOSITE_UPPER,
  PROGRESS_PENALTY,
  PROGRESS_RATE,
  PROGRESS_SMOOTH,
} from '../generated/fields';
import { squares } from '../blas/measure';
import { madd, sumLanes, word } from '../lanes';

/** Sum of the magnitudes of the lanes, in f64. */
// @ts-ignore: decorator
@inline function magnitudes<T>(sum: v128, v: v128): v128 {
  const a = v128.abs<T>(v);
  if (sizeof<T>() == 8) return f64x2.add(sum, a);
  return f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(v128.shuffle<i64>(a, a, 1, 1))));
}

/**
 * penalty(progress, θ, bytes > 0, gradient or 0, composite, first): adds the value to `progress`, from zero at the
 * first, and 2λ₂θ + λ₁·sign θ to the gradient.
 */
// @ts-ignore: decorator
@inline export function penalty<T>(op: usize): void {
  const progress = word(op, 2);
  let p = word(op, 3);
  const end = p + word(op, 4);
  let g = word(op, 5);
  const block = word(op, 6);
  const l1 = load<f64>(block, COMPOSITE_L1);
  const l2 = load<f64>(block, COMPOSITE_L2);
  const zero = i32x4.splat(0);
  let sum1 = zero;
  let sum2 = zero;
  const slope1 = v128.splat<T>(<T>l1);
  const slope2 = v128.splat<T>(<T>(2 * l2));
  const sign = v128.splat<T>(<T>-0.0);
  do {
    const v = v128.load(p);
    sum1 = magnitudes<T>(sum1, v);
    sum2 = squares<T>(sum2, v);
    if (g != 0) {
      const s = v128.and(v128.or(slope1, v128.and(v, sign)), v128.ne<T>(v, zero));
      v128.store(g, v128.add<T>(v128.load(g), madd<T>(s, slope2, v)));
      g += 16;
    }
    p += 16;
  } while (p < end);
  // 0 · ∞ must not make a NaN of a penalty that is not there.
  let value: f64 = 0;
  if (l1 != 0) value += l1 * sumLanes<f64>(sum1);
  if (l2 != 0) value += l2 * sumLanes<f64>(sum2);
  if (word(op, 7) != 0) {
    store<f64>(progress, 0, PROGRESS_PENALTY);
    store<f64>(progress, 0, PROGRESS_SMOOTH);
  }
  store<f64>(progress, load<f64>(progress, PROGRESS_PENALTY) + value, PROGRESS_PENALTY);
  if (word(op, 5) != 0) store<f64>(progress, load<f64>(progress, PROGRESS_SMOOTH) + value, PROGRESS_SMOOTH);
}

/**
 * proximal(progress, θ, list of composites, count > 0): for every stretch θ ← clamp(soft(θ, η·λ₁) / (1 + 2η·λ₂)),
 * η the rate in `progress`. Zeros are exact.
 */
// @ts-ignore: decorator
@inline export function proximal<T>(op: usize): void {
  const rate = load<f64>(word(op, 2), PROGRESS_RATE);
  const base = word(op, 3);
  let block = word(op, 4);
  const last = block + word(op, 5) * COMPOSITE_BYTES;
  const zero = i32x4.splat(0);
  const sign = v128.splat<T>(<T>-0.0);
  do {
    let p = base + <usize>load<u32>(block, COMPOSITE_OFFSET);
    const end = p + <usize>load<u32>(block, COMPOSITE_LENGTH);
    const threshold = v128.splat<T>(<T>(rate * load<f64>(block, COMPOSITE_L1)));
    const divisor = v128.splat<T>(<T>(1 + 2 * rate * load<f64>(block, COMPOSITE_L2)));
    const lower = v128.splat<T>(<T>load<f64>(block, COMPOSITE_LOWER));
    const upper = v128.splat<T>(<T>load<f64>(block, COMPOSITE_UPPER));
    do {
      const v = v128.load(p);
      const shrunk = v128.pmax<T>(v128.sub<T>(v128.abs<T>(v), threshold), zero);
      const divided = v128.div<T>(shrunk, divisor);
      // A zero keeps no sign, so that sparse parameters hold plain zeros.
      const signed = v128.or(divided, v128.and(v128.and(v, sign), v128.ne<T>(divided, zero)));
      v128.store(p, v128.pmin<T>(v128.pmax<T>(signed, lower), upper));
      p += 16;
    } while (p < end);
    block += COMPOSITE_BYTES;
  } while (block < last);
}

/** clearPadding(θ, rows > 0, bytes of a row, bytes used): zeros behind every row, where bounds exclude zero. */
// @ts-ignore: decorator
@inline export function clearPadding(op: usize): void {
  let p = word(op, 2);
  let rows = word(op, 3);
  const bytes = word(op, 4);
  const used = word(op, 5);
  do {
    memory.fill(p + used, 0, bytes - used);
    p += bytes;
  } while (--rows != 0);
}
