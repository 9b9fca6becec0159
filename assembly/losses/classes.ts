/**
 * Losses of the index of a class that look at few of the predictions: the gradient is zero but for one or two.
 *
 *   negative log-likelihood      −x_y                             slope −1 at y
 *   multiclass hinge             maxₖ(zₖ + m·[k ≠ y]) − z_y       1 at the largest, −1 at y; 0 if they are one
 *
 * Operands of every loss; a row of predictions each, one i32 a row as target. Block: which of them, m.
 */
import { CURSOR_BLOCK, CURSOR_ROW, CURSOR_SCALE, CURSOR_START } from '../generated/fields';
import { hyper, lanes, maskBelow, maxLanes, select, shift, word } from '../lanes';
import { Rows } from './elementwise';

const enum Score {
  LIKELIHOOD,
  HINGE,
}

/** Which of the lanes, the first of which is class k, is class `label`. */
// @ts-ignore: decorator
@inline function isLabel<T>(k: i32, label: i32): v128 {
  if (sizeof<T>() == 4) return i32x4.eq(i32x4(0, 1, 2, 3), i32x4.splat(label - k));
  return i64x2.eq(i64x2(0, 1), i64x2.splat(<i64>(label - k)));
}

// @ts-ignore: decorator
@inline export function classes<T>(op: usize): void {
  const cursor = word(op, 2);
  let z = word(op, 3);
  let y = word(op, 4);
  let s = word(op, 5);
  let r = word(op, 6);
  const sums = word(op, 7);
  // One class is one output, which is written as 0.
  const count = max<i32>(1, <i32>word(op, 8));
  const stride = word(op, 9);
  const kind = <i32>hyper<f64>(word(op, 10), 0);
  const margin = v128.splat<T>(hyper<T>(word(op, 10), 1));
  let values = word(op, 11);
  const first = <usize>(load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW));
  if (word(op, 12) == Rows.ALL) z += first * stride;
  if (word(op, 13) == Rows.ALL) {
    y += first << 2;
    if (s != 0) s += first << shift<T>();
  }
  const scale = load<f64>(cursor, CURSOR_SCALE);
  const lowest = v128.splat<T>(<T>-Infinity);
  let total: f64 = 0;
  let rows = load<u32>(cursor, CURSOR_BLOCK);
  if (kind == Score.LIKELIHOOD && s == 0 && values == 0 && r != 0 && (stride & 15) == 0) {
    // Four rows a turn, their values summed apart: nothing here waits for anything.
    const own = <T>-scale;
    const wide = stride << 2;
    const zero = i32x4.splat(0);
    let a: f64 = 0;
    let b: f64 = 0;
    let c: f64 = 0;
    let d: f64 = 0;
    while (rows >= 4) {
      const labels = v128.load(y);
      const i = (<usize>i32x4.extract_lane(labels, 0)) << shift<T>();
      const j = ((<usize>i32x4.extract_lane(labels, 1)) << shift<T>()) + stride;
      const k = ((<usize>i32x4.extract_lane(labels, 2)) << shift<T>()) + 2 * stride;
      const l = ((<usize>i32x4.extract_lane(labels, 3)) << shift<T>()) + 3 * stride;
      let at = r;
      r += wide;
      do {
        v128.store(at, zero);
        v128.store(at, zero, 16);
        v128.store(at, zero, 32);
        v128.store(at, zero, 48);
        at += 64;
      } while (at < r);
      at = r - wide;
      store<T>(at + i, own);
      store<T>(at + j, own);
      store<T>(at + k, own);
      store<T>(at + l, own);
      a -= <f64>load<T>(z + i);
      b -= <f64>load<T>(z + j);
      c -= <f64>load<T>(z + k);
      d -= <f64>load<T>(z + l);
      z += wide;
      y += 16;
      rows -= 4;
    }
    total = a + b + (c + d);
  }
  if (r != 0 && rows != 0) memory.fill(r, 0, <usize>rows * stride);
  while (rows != 0) {
    rows--;
    const label = load<i32>(y);
    const own = <f64>load<T>(z + ((<usize>label) << shift<T>()));
    const weight = s != 0 ? <f64>load<T>(s) : 1;
    let loss = -own;
    let best = label;
    if (kind == Score.HINGE) {
      let top = lowest;
      let k = 0;
      let p = z;
      do {
        const v = v128.load(p);
        const held = select(v, v128.add<T>(v, margin), isLabel<T>(k, label));
        top = v128.max<T>(top, select(held, lowest, maskBelow<T>(count - k)));
        k += lanes<T>();
        p += 16;
      } while (k < count);
      const peak = maxLanes<T>(top);
      const peaks = v128.splat<T>(peak);
      k = 0;
      p = z;
      do {
        const v = v128.load(p);
        const held = select(v, v128.add<T>(v, margin), isLabel<T>(k, label));
        const equal = v128.and(v128.eq<T>(held, peaks), maskBelow<T>(count - k));
        const hits = sizeof<T>() == 4 ? i32x4.bitmask(equal) : i64x2.bitmask(equal);
        if (hits != 0) {
          best = k + ctz(hits);
          break;
        }
        k += lanes<T>();
        p += 16;
      } while (k < count);
      loss = <f64>peak - own;
    }
    total += weight * loss;
    if (r != 0) {
      const c = <T>(weight * scale);
      if (kind == Score.LIKELIHOOD) {
        store<T>(r + ((<usize>label) << shift<T>()), -c);
      } else if (best != label) {
        store<T>(r + ((<usize>label) << shift<T>()), -c);
        store<T>(r + ((<usize>best) << shift<T>()), c);
      }
      r += stride;
    }
    if (values != 0) {
      store<T>(values, <T>(weight * loss));
      values += sizeof<T>();
    }
    z += stride;
    y += 4;
    if (s != 0) s += sizeof<T>();
  }
  store<f64>(sums, load<f64>(sums) + total);
}
