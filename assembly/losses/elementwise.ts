/**
 * Losses of one prediction and one target: value and gradient in one pass. One row of many elements (one output), or
 * many rows of few (several outputs), whose last vector is masked.
 *
 *   r = s · dℓ/dz · scale        Σ s·ℓ in f64        ℓ = 0 and r = 0 in the padding
 *
 * With one output, r and the values are written up to a multiple of four elements; with several, in whole vectors.
 */
import { CURSOR_BLOCK, CURSOR_ROW, CURSOR_SCALE, CURSOR_START } from '../generated/fields';
import { lanes, loadSplat, madd, maskBelow, select, shift, word } from '../lanes';
import { exp } from '../math/exp';
import { log1pUnit } from '../math/log';
import { signBit } from '../math/table';

export const enum Loss {
  /** (z − y)² */
  SQUARED,
  /**
   * (1 − y)·z + (1 + (w₊ − 1)·y)·softplus(−z) after y ← y(1 − ε) + ε/2, without its cancellations:
   * n·softplus(z) + p·softplus(−z), p = w₊·y, n = 1 − y. Block: w₊, ε.
   */
  BINARY,
}

/** Whose rows an operand holds. */
export const enum Rows {
  /** Those of the block. */
  BLOCK,
  /** All rows of the data, in order. */
  ALL,
}

/** p = w₊(y(1 − ε) + ε/2) is `positive` + y·`perPositive`, n = (1 − y)(1 − ε) + ε/2 is `negative` + (1 − y)·`perNegative`. */
const enum Shares {
  positive,
  perPositive,
  negative,
  perNegative,
}

// @ts-ignore: decorator
@inline function share<T>(L: Loss, block: usize, which: Shares): v128 {
  if (L != Loss.BINARY) return i32x4.splat(0);
  const weight = load<f64>(block);
  const epsilon = load<f64>(block, 8);
  if (which == Shares.positive) return v128.splat<T>(<T>(weight * 0.5 * epsilon));
  if (which == Shares.perPositive) return v128.splat<T>(<T>(weight * (1 - epsilon)));
  if (which == Shares.negative) return v128.splat<T>(<T>(0.5 * epsilon));
  return v128.splat<T>(<T>(1 - epsilon));
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
  const positive = share<T>(L, block, Shares.positive);
  const perPositive = share<T>(L, block, Shares.perPositive);
  const negative = share<T>(L, block, Shares.negative);
  const perNegative = share<T>(L, block, Shares.perNegative);
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
      const a = v128.and(v128.load(p), mask);
      const b = v128.and(v128.load(t), mask);
      let l: v128;
      let d: v128;
      if (L == Loss.SQUARED) {
        d = v128.sub<T>(a, b);
        l = v128.mul<T>(d, d);
        d = v128.add<T>(d, d);
      } else {
        // σ(|z|) and σ(−|z|) from e^−|z|; |z| stands with p where z < 0, with n elsewhere.
        const e = exp<T>(v128.or(a, signBit<T>()));
        const large = v128.div<T>(one, v128.add<T>(one, e));
        const small = v128.mul<T>(e, large);
        const below = v128.lt<T>(a, zero);
        const pos = madd<T>(positive, b, perPositive);
        const neg = madd<T>(negative, v128.sub<T>(one, b), perNegative);
        const linear = v128.mul<T>(v128.abs<T>(a), select(pos, neg, below));
        l = madd<T>(linear, v128.add<T>(pos, neg), log1pUnit<T>(e));
        const up = v128.mul<T>(neg, select(small, large, below));
        d = v128.sub<T>(up, v128.mul<T>(pos, select(large, small, below)));
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
