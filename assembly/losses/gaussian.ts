/**
 * Negative log-likelihood of normal distributions, each with its own variance: rows of two predictions, one target.
 *
 *   variance v, at least 1e-6     ½(ln v + r²/v)          r/v, ½(1/v − r²/v²)
 *   its logarithm q               ½(q + r²·e^−q)          r·e^−q, ½(1 − r²·e^−q)        r = μ − y
 *
 * Operands of every loss; targets and values are one a row, in order. As many rows at once as a vector has lanes. Block:
 * which of them, whether ½ ln 2π is added. r·√e^−q stays finite where e^−q does not.
 */
import { CURSOR_BLOCK, CURSOR_ROW, CURSOR_SCALE, CURSOR_START } from '../generated/fields';
import { hyper, lanes, madd, maskBelow, shift, word } from '../lanes';
import { expCall, logCall } from '../math/calls';
import { Rows } from './elementwise';

const enum Input {
  VARIANCE,
  LOG_VARIANCE,
}

const HALF_LN_2PI: f64 = 0.9189385332046727;

/** One element of each of the rows from p on. */
// @ts-ignore: decorator
@inline function column<T>(p: usize, stride: usize): v128 {
  if (sizeof<T>() == 8) return v128.load64_lane(p + stride, v128.load64_zero(p), 1);
  const two = v128.load32_lane(p + stride, v128.load32_zero(p), 1);
  const three = v128.load32_lane(p + 2 * stride, two, 2);
  return v128.load32_lane(p + 3 * stride, three, 3);
}

/** Two elements of a row from two vectors, zeros behind them. */
// @ts-ignore: decorator
@inline function put<T>(p: usize, a: v128, b: v128, upper: bool): void {
  if (sizeof<T>() == 8) {
    v128.store(p, upper ? v128.shuffle<f64>(a, b, 1, 3) : v128.shuffle<f64>(a, b, 0, 2));
    return;
  }
  const pair = upper ? v128.shuffle<f32>(a, b, 1, 5, 3, 7) : v128.shuffle<f32>(a, b, 0, 4, 2, 6);
  v128.store(p, v128.shuffle<i64>(pair, i32x4.splat(0), 0, 2));
}

// @ts-ignore: decorator
@inline export function gaussian<T>(op: usize): void {
  const cursor = word(op, 2);
  let z = word(op, 3);
  let y = word(op, 4);
  let s = word(op, 5);
  let r = word(op, 6);
  const sums = word(op, 7);
  const stride = word(op, 9);
  let values = word(op, 11);
  const first = <usize>(load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW));
  if (word(op, 12) == Rows.ALL) z += first * stride;
  if (word(op, 13) == Rows.ALL) {
    y += first << shift<T>();
    if (s != 0) s += first << shift<T>();
  }
  const scale = v128.splat<T>(<T>load<f64>(cursor, CURSOR_SCALE));
  const input = <i32>hyper<f64>(word(op, 10), 0);
  const added = v128.splat<T>(<T>(hyper<f64>(word(op, 10), 1) * HALF_LN_2PI));
  const one = v128.splat<T>(<T>1);
  const half = v128.splat<T>(<T>0.5);
  const least = v128.splat<T>(<T>1e-6);
  const most = v128.splat<T>(sizeof<T>() == 4 ? <T>f32.MAX_VALUE : <T>f64.MAX_VALUE);
  let even = i32x4.splat(0);
  let odd = even;
  let left = <i32>load<u32>(cursor, CURSOR_BLOCK);
  do {
    const mask = maskBelow<T>(left);
    const d = v128.and(v128.sub<T>(column<T>(z, stride), v128.load(y)), mask);
    const q = v128.and(column<T>(z + sizeof<T>(), stride), mask);
    let l: v128;
    let dm: v128;
    let dq: v128;
    if (input == Input.VARIANCE) {
      const v = v128.pmax<T>(q, least);
      const inverse = v128.div<T>(one, v);
      dm = v128.mul<T>(d, inverse);
      l = madd<T>(logCall<T>(v), d, dm);
      dq = v128.sub<T>(inverse, v128.mul<T>(dm, dm));
    } else {
      const root = v128.pmin<T>(expCall<T>(v128.mul<T>(q, v128.neg<T>(half))), most);
      const t = v128.mul<T>(d, root);
      const square = v128.mul<T>(t, t);
      dm = v128.mul<T>(t, root);
      l = v128.add<T>(q, square);
      dq = v128.sub<T>(one, square);
    }
    l = v128.add<T>(v128.mul<T>(l, half), added);
    let c = v128.and(scale, mask);
    if (s != 0) {
      const weight = v128.load(s);
      l = v128.mul<T>(l, weight);
      c = v128.and(v128.mul<T>(c, weight), mask);
      s += 16;
    }
    l = v128.and(l, mask);
    if (values != 0) {
      v128.store(values, l);
      values += 16;
    }
    if (sizeof<T>() == 4) {
      even = f64x2.add(even, f64x2.promote_low_f32x4(l));
      odd = f64x2.add(odd, f64x2.promote_low_f32x4(v128.shuffle<i64>(l, l, 1, 1)));
    } else {
      even = f64x2.add(even, l);
    }
    if (r != 0) {
      dm = v128.mul<T>(dm, c);
      dq = v128.mul<T>(v128.mul<T>(dq, half), c);
      put<T>(r, dm, dq, false);
      if (left > 1) put<T>(r + stride, dm, dq, true);
      if (sizeof<T>() == 4 && left > 2) {
        dm = v128.shuffle<i64>(dm, dm, 1, 0);
        dq = v128.shuffle<i64>(dq, dq, 1, 0);
        put<T>(r + 2 * stride, dm, dq, false);
        if (left > 3) put<T>(r + 3 * stride, dm, dq, true);
      }
      r += <usize>lanes<T>() * stride;
    }
    z += <usize>lanes<T>() * stride;
    y += 16;
    left -= lanes<T>();
  } while (left > 0);
  const sum = f64x2.add(even, odd);
  store<f64>(sums, load<f64>(sums) + (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
}
