/** What is measured of a gradient, and the pass that only reads. */
import { CURSOR_SCALE, PROGRESS_GRADIENT_MAX, PROGRESS_GRADIENT_NORM, PROGRESS_LOSS } from '../generated/fields';
import { maxLanes, sumLanes, word } from '../lanes';

/** Sum of the squares of the lanes, in f64. */
// @ts-ignore: decorator
@inline export function squares<T>(sum: v128, v: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.add(sum, f64x2.mul(v, v));
  const low = f64x2.promote_low_f32x4(v);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1));
  return f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
}

/**
 * measure(progress, gradient, bytes, first, cursor, sums): Σg² and max|g| of a stretch of the gradient, added to what
 * `progress` holds, from zero at the first stretch, which also takes the loss (2: but not the loss).
 */
// @ts-ignore: decorator
@inline export function measure<T>(op: usize): void {
  const progress = word(op, 2);
  let g = word(op, 3);
  const end = g + word(op, 4);
  const first = word(op, 5);
  if (first != 0) {
    store<f64>(progress, 0, PROGRESS_GRADIENT_NORM);
    store<f64>(progress, 0, PROGRESS_GRADIENT_MAX);
  }
  if (first == 1) {
    store<f64>(progress, load<f64>(word(op, 7)) * load<f64>(word(op, 6), CURSOR_SCALE), PROGRESS_LOSS);
  }
  let sum = i32x4.splat(0);
  let top = i32x4.splat(0);
  do {
    const v = v128.load(g);
    sum = squares<T>(sum, v);
    top = v128.pmax<T>(top, v128.abs<T>(v));
    g += 16;
  } while (g < end);
  store<f64>(progress, load<f64>(progress, PROGRESS_GRADIENT_NORM) + sumLanes<f64>(sum), PROGRESS_GRADIENT_NORM);
  const largest = max(load<f64>(progress, PROGRESS_GRADIENT_MAX), <f64>maxLanes<T>(top));
  store<f64>(progress, largest, PROGRESS_GRADIENT_MAX);
}

/** readOnly(from, bytes > 0 in multiples of 64, to): one pass that only reads; the limit that benchmarks compare with. */
// @ts-ignore: decorator
@inline export function readOnly<T>(op: usize): void {
  let p = word(op, 2);
  const end = p + word(op, 3);
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  do {
    a = v128.add<T>(a, v128.load(p));
    b = v128.add<T>(b, v128.load(p, 16));
    c = v128.add<T>(c, v128.load(p, 32));
    d = v128.add<T>(d, v128.load(p, 48));
    p += 64;
  } while (p < end);
  v128.store(word(op, 4), v128.add<T>(v128.add<T>(a, b), v128.add<T>(c, d)));
}
