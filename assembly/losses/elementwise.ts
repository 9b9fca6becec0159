/**
 * Losses of one prediction and one target: value and gradient in one pass. One row of many elements (one output), or
 * many rows of few (several outputs), whose last vector is masked.
 *
 *   r = s · dℓ/dz · scale        Σ s·ℓ in f64        ℓ = 0 and r = 0 in the padding
 *
 * What differs from loss to loss is picked at compile time: five constants, up to five values that the loss and its slope
 * share, the loss, the slope. With one output, r and the values are written up to a multiple of four elements; with
 * several, in whole vectors.
 */
import { CURSOR_BLOCK, CURSOR_ROW, CURSOR_SCALE, CURSOR_START } from '../generated/fields';
import { lanes, loadSplat, maskBelow, shift, word } from '../lanes';
import {
  distanceConstant,
  distanceFirst,
  distanceSecond,
  distanceSlope,
  distanceThird,
  distanceValue,
} from './distance';
import { logLinkConstant, logLinkFirst, logLinkSecond, logLinkSlope, logLinkValue } from './log-link';
import {
  logisticConstant,
  logisticFifth,
  logisticFirst,
  logisticFourth,
  logisticSecond,
  logisticSlope,
  logisticThird,
  logisticValue,
} from './logistic';
import { Loss } from './variants';

export { Loss } from './variants';

/** Whose rows an operand holds. */
export const enum Rows {
  /** Those of the block. */
  BLOCK,
  /** All rows of the data, in order. */
  ALL,
}

// @ts-ignore: decorator
@inline function isDistance(L: Loss): bool {
  return L == Loss.RESIDUAL || L == Loss.MARGIN || L == Loss.LOG_COSH;
}

// @ts-ignore: decorator
@inline function isLogistic(L: Loss): bool {
  return L == Loss.BINARY || L == Loss.PROBABILITY || L == Loss.FOCAL;
}

// @ts-ignore: decorator
@inline function constant<T>(L: Loss, block: usize, i: i32): v128 {
  if (L == Loss.SQUARED) return i32x4.splat(0);
  if (isDistance(L)) return distanceConstant<T>(L, block, i);
  if (isLogistic(L)) return logisticConstant<T>(L, block, i);
  return logLinkConstant<T>(L, block, i);
}

/**
 * loss(cursor, z, y, s or 0, r or 0, sums, elements of a row or 0, bytes of a row, block, values or 0, whose z, whose y
 * and s). With 0 elements there is one output, and the rows of the block are one row.
 */
// @ts-ignore: decorator
@inline export function elementwise<T>(op: usize, L: Loss): void {
  const cursor = word(op, 2);
  let z = word(op, 3);
  let y = word(op, 4);
  let s = word(op, 5);
  let r = word(op, 6);
  const sums = word(op, 7);
  const outputs = <i32>word(op, 8);
  const block = word(op, 10);
  let values = word(op, 11);
  const rows = load<u32>(cursor, CURSOR_BLOCK);
  const first = <usize>(load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW));
  const single = outputs == 0;
  const stride = single ? sizeof<T>() : word(op, 9);
  if (word(op, 12) == Rows.ALL) z += first * stride;
  if (word(op, 13) == Rows.ALL) {
    y += first * stride;
    if (s != 0) s += first << shift<T>();
  }
  const scale = v128.splat<T>(<T>load<f64>(cursor, CURSOR_SCALE));
  const count = single ? <i32>rows : outputs;
  const step = single ? (<usize>rows) << shift<T>() : stride;
  const c0 = constant<T>(L, block, 0);
  const c1 = constant<T>(L, block, 1);
  const c2 = constant<T>(L, block, 2);
  const c3 = constant<T>(L, block, 3);
  const c4 = constant<T>(L, block, 4);
  const zero = i32x4.splat(0);
  const one = v128.splat<T>(<T>1);
  // Two sums, of the first and of the second half of four elements, in both types.
  let even = zero;
  let odd = zero;
  let row: u32 = single ? rows - 1 : 0;
  do {
    let left = count;
    let p = z;
    let t = y;
    let o = r;
    let w = s;
    let u = values;
    let half: i32 = 0;
    do {
      const mask = maskBelow<T>(left);
      // What is read beyond the last element is masked in what comes of it.
      const a = v128.load(p);
      const b = v128.load(t);
      let l: v128;
      let d: v128;
      if (L == Loss.SQUARED) {
        d = v128.sub<T>(a, b);
        l = v128.mul<T>(d, d);
        d = v128.add<T>(d, d);
      } else if (isDistance(L)) {
        const e = distanceFirst<T>(L, a, b, c0);
        const h = distanceSecond<T>(L, e, c0);
        const k = distanceThird<T>(L, h, c1, c2, one);
        l = distanceValue<T>(L, e, h, k, c1, c2, c3, c4);
        d = distanceSlope<T>(L, b, e, h, k, c2, c3, c4);
      } else if (isLogistic(L)) {
        const e = logisticFirst<T>(L, a, one);
        const v = logisticSecond<T>(L, b, e, c0, c1, one);
        const w = logisticThird<T>(L, a, b, c0, c1, c2, c3, one);
        const x = logisticFourth<T>(L, b, e, c2, c3, one);
        const f = logisticFifth<T>(L, b, w, x, c0, c1, c2, one);
        l = logisticValue<T>(L, a, e, v, w, x, f, c4);
        d = logisticSlope<T>(L, a, b, e, v, w, x, f, c0, one);
      } else {
        const e = logLinkFirst<T>(L, a, b, c0, c4);
        const v = logLinkSecond<T>(L, a, b, c1);
        l = logLinkValue<T>(L, a, b, e, v, c0, c1, c2, c3, c4, one);
        d = logLinkSlope<T>(L, b, e, v, c0, one);
      }
      if (s != 0) {
        const weight = single ? v128.load(w) : loadSplat<T>(w);
        l = v128.mul<T>(l, weight);
        d = v128.mul<T>(d, weight);
      }
      l = v128.and(l, mask);
      d = v128.and(d, mask);
      if (o != 0) v128.store(o, v128.mul<T>(d, scale));
      if (u != 0) v128.store(u, l);
      if (sizeof<T>() == 4) {
        even = f64x2.add(even, f64x2.promote_low_f32x4(l));
        odd = f64x2.add(odd, f64x2.promote_low_f32x4(v128.shuffle<i64>(l, l, 1, 1)));
      } else {
        if (half == 0) even = f64x2.add(even, l);
        else odd = f64x2.add(odd, l);
        half ^= 1;
      }
      p += 16;
      t += 16;
      if (o != 0) o += 16;
      if (u != 0) u += 16;
      if (single) w += 16;
      left -= lanes<T>();
      // One output: the residuals are zero up to a multiple of four rows.
    } while (left > 0 || (sizeof<T>() == 8 && single && half != 0));
    z += step;
    y += step;
    if (r != 0) r += step;
    if (values != 0) values += step;
    if (s != 0) s += sizeof<T>();
    row++;
  } while (row < rows);
  const sum = f64x2.add(even, odd);
  store<f64>(sums, load<f64>(sums) + (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
}
