/**
 * Losses of one prediction and one target: value and gradient in one pass. One row of many elements (one output), or
 * many rows of few (several outputs), whose last vector is masked.
 *
 *   r = s · dℓ/dz · scale        Σ s·ℓ in f64        ℓ = 0 and r = 0 in the padding
 */
import { CURSOR_BLOCK, CURSOR_ROW, CURSOR_SCALE, CURSOR_START } from '../generated/fields';
import { hyper, lanes, loadSplat, madd, maskBelow, shift, word } from '../lanes';
import { decay, sigmoidFrom, softplusFrom } from '../math/sigmoid';

export const enum Loss {
  /** (z − y)² */
  SQUARED,
  /** (1 − y)·z + q·softplus(−z), q = 1 + (w₊ − 1)·y, after y ← y(1 − ε) + ε/2. Block: w₊, ε. */
  BINARY,
}

/** Whose rows an operand holds. */
export const enum Rows {
  /** Those of the block. */
  BLOCK,
  /** All rows of the data, in order. */
  ALL,
}

// @ts-ignore: decorator
@inline function target<T>(L: Loss, y: v128, block: usize): v128 {
  if (L == Loss.BINARY) {
    const epsilon = hyper<T>(block, 1);
    return madd<T>(v128.splat<T>(<T>0.5 * epsilon), y, v128.splat<T>(<T>1 - epsilon));
  }
  return y;
}

// @ts-ignore: decorator
@inline function value<T>(L: Loss, z: v128, y: v128, e: v128, block: usize): v128 {
  if (L == Loss.SQUARED) {
    const d = v128.sub<T>(z, y);
    return v128.mul<T>(d, d);
  }
  const one = v128.splat<T>(<T>1);
  const q = madd<T>(one, v128.splat<T>(hyper<T>(block, 0) - <T>1), y);
  return madd<T>(v128.mul<T>(v128.sub<T>(one, y), z), q, softplusFrom<T>(v128.neg<T>(z), e));
}

// @ts-ignore: decorator
@inline function slope<T>(L: Loss, z: v128, y: v128, e: v128, block: usize): v128 {
  if (L == Loss.SQUARED) {
    const d = v128.sub<T>(z, y);
    return v128.add<T>(d, d);
  }
  const one = v128.splat<T>(<T>1);
  const q = madd<T>(one, v128.splat<T>(hyper<T>(block, 0) - <T>1), y);
  return v128.sub<T>(v128.sub<T>(one, y), v128.mul<T>(q, sigmoidFrom<T>(v128.neg<T>(z), e)));
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
  // Two sums, of the first and of the second half of four elements, in both types.
  let even = i32x4.splat(0);
  let odd = i32x4.splat(0);
  let row: u32 = single ? rows - 1 : 0;
  do {
    let left = count;
    let p = z;
    let t = y;
    let o = r;
    let w = s;
    let u = values;
    do {
      for (let half: usize = 0; half < 4; half += lanes<T>()) {
        const at = half << shift<T>();
        const mask = maskBelow<T>(left - <i32>half);
        const a = v128.and(v128.load(p + at), mask);
        const b = target<T>(L, v128.and(v128.load(t + at), mask), block);
        // Value and slope share the exponential.
        const e = L == Loss.BINARY ? decay<T>(a) : a;
        let l = v128.and(value<T>(L, a, b, e, block), mask);
        let d = v128.and(slope<T>(L, a, b, e, block), mask);
        if (s != 0) {
          const weight = single ? v128.load(w + at) : loadSplat<T>(w);
          l = v128.and(v128.mul<T>(l, weight), mask);
          d = v128.and(v128.mul<T>(d, weight), mask);
        }
        if (o != 0) v128.store(o + at, v128.mul<T>(d, scale));
        if (u != 0) v128.store(u + at, l);
        if (sizeof<T>() == 4) {
          even = f64x2.add(even, f64x2.promote_low_f32x4(l));
          odd = f64x2.add(odd, f64x2.promote_low_f32x4(v128.shuffle<i64>(l, l, 1, 1)));
        } else if (half == 0) {
          even = f64x2.add(even, l);
        } else {
          odd = f64x2.add(odd, l);
        }
      }
      p += 4 * sizeof<T>();
      t += 4 * sizeof<T>();
      if (o != 0) o += 4 * sizeof<T>();
      if (u != 0) u += 4 * sizeof<T>();
      if (single) w += 4 * sizeof<T>();
      left -= 4;
    } while (left > 0);
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
