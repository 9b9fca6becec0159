/**
 * Losses of vectors that lie beside each other in a row of predictions.
 *
 *   cosine    | a: d | b: d |          c = a·b/(‖a‖‖b‖), ‖·‖² + 1e-12; target 1: 1 − c, −1: max(0, c − m)
 *                                      gradient ±(b/‖b‖ − c·a/‖a‖)/‖a‖
 *   triplet   | a: d | p: d | n: d |   max(0, d(a, p) − d(a, n) + m), d(u, v) = ‖u − v + 1e-6‖; swap: min(d(a, n), d(p, n))
 *                                      gradient: unit vectors
 *
 * Operands of every loss; targets (of the cosine) and values are one a row, in order. Block: m; triplet: whether to swap.
 * Sums are f64.
 */
import { CURSOR_BLOCK, CURSOR_ROW, CURSOR_SCALE, CURSOR_START } from '../generated/fields';
import { hyper, lanes, maskBelow, shift, word } from '../lanes';
import { Rows } from './elementwise';

export const enum Vectors {
  COSINE,
  TRIPLET,
}

/** sum + a·b in f64, pairs of lanes. */
// @ts-ignore: decorator
@inline function accumulate<T>(sum: v128, a: v128, b: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.add(sum, f64x2.mul(a, b));
  const upperA = v128.shuffle<i64>(a, a, 1, 1);
  const upperB = v128.shuffle<i64>(b, b, 1, 1);
  const low = f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
  return f64x2.add(f64x2.add(sum, low), f64x2.mul(f64x2.promote_low_f32x4(upperA), f64x2.promote_low_f32x4(upperB)));
}

// @ts-ignore: decorator
@inline function both(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** u − v + 1e-6. */
// @ts-ignore: decorator
@inline function apart<T>(u: v128, v: v128): v128 {
  return v128.add<T>(v128.sub<T>(u, v), v128.splat<T>(<T>1e-6));
}

// @ts-ignore: decorator
@inline function inverse(x: f64): f64 {
  return x > 0 ? 1 / x : 0;
}

/** Stores the first `left` lanes and leaves the others. */
// @ts-ignore: decorator
@inline function keep<T>(p: usize, v: v128, left: i32): void {
  v128.store(p, left >= lanes<T>() ? v : v128.bitselect(v, v128.load(p), maskBelow<T>(left)));
}

// @ts-ignore: decorator
@inline export function vectors<T>(op: usize, kind: Vectors): void {
  const cursor = word(op, 2);
  let z = word(op, 3);
  let y = word(op, 4);
  let s = word(op, 5);
  let r = word(op, 6);
  const sums = word(op, 7);
  const columns = <i32>word(op, 8);
  const stride = word(op, 9);
  const margin = hyper<f64>(word(op, 10), 0);
  const swap = kind == Vectors.TRIPLET && hyper<f64>(word(op, 10), 1) != 0;
  let values = word(op, 11);
  const first = <usize>(load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW));
  if (word(op, 12) == Rows.ALL) z += first * stride;
  if (word(op, 13) == Rows.ALL) {
    y += first << shift<T>();
    if (s != 0) s += first << shift<T>();
  }
  const scale = load<f64>(cursor, CURSOR_SCALE);
  const size = columns / (kind == Vectors.COSINE ? 2 : 3);
  const bytes = (<usize>size) << shift<T>();
  let total: f64 = 0;
  let rows = load<u32>(cursor, CURSOR_BLOCK);
  do {
    // Cosine: ‖a‖², ‖b‖², a·b. Triplet: the squares of d(a, p), d(a, n), d(p, n).
    let first = i32x4.splat(0);
    let second = first;
    let third = first;
    let left = size;
    let p = z;
    do {
      const mask = maskBelow<T>(left);
      let a = v128.load(p);
      let b = v128.load(p + bytes);
      if (kind == Vectors.COSINE) {
        a = v128.and(a, mask);
        b = v128.and(b, mask);
        first = accumulate<T>(first, a, a);
        second = accumulate<T>(second, b, b);
        third = accumulate<T>(third, a, b);
      } else {
        const n = v128.load(p + 2 * bytes);
        const ab = v128.and(apart<T>(a, b), mask);
        const an = v128.and(apart<T>(a, n), mask);
        first = accumulate<T>(first, ab, ab);
        second = accumulate<T>(second, an, an);
        if (swap) {
          const bn = v128.and(apart<T>(b, n), mask);
          third = accumulate<T>(third, bn, bn);
        }
      }
      p += 16;
      left -= lanes<T>();
    } while (left > 0);
    const weight = s != 0 ? <f64>load<T>(s) : 1;
    let loss: f64;
    let sign: f64 = 1;
    // Factors of a and b, or of the differences.
    let ka: f64;
    let kb: f64;
    let kc: f64 = 0;
    let cosine: f64 = 0;
    if (kind == Vectors.COSINE) {
      ka = 1 / sqrt(both(first) + 1e-12);
      kb = 1 / sqrt(both(second) + 1e-12);
      cosine = both(third) * ka * kb;
      if (<f64>load<T>(y) > 0) {
        loss = 1 - cosine;
        sign = -1;
      } else {
        loss = cosine - margin;
        if (!(loss > 0)) sign = 0;
        // NaN stays.
        loss = loss < 0 ? 0 : loss;
      }
      y += sizeof<T>();
    } else {
      const near = sqrt(both(first));
      const far = sqrt(both(second));
      const other = sqrt(both(third));
      const swapped = swap && other < far;
      loss = near - (swapped ? other : far) + margin;
      if (!(loss > 0)) sign = 0;
      loss = loss < 0 ? 0 : loss;
      ka = inverse(near);
      kb = swapped ? 0 : inverse(far);
      kc = swapped ? inverse(other) : 0;
    }
    total += weight * loss;
    if (r != 0) {
      const c = weight * scale * sign;
      const inner = kind == Vectors.COSINE ? 1 : c;
      const va = v128.splat<T>(<T>(ka * inner));
      const vb = v128.splat<T>(<T>(kb * inner));
      const vc = v128.splat<T>(<T>(kind == Vectors.COSINE ? cosine : kc * inner));
      const outer = v128.splat<T>(<T>c);
      left = size;
      p = z;
      let o = r;
      // The padding of the row.
      v128.store(r + ((((<usize>columns) << shift<T>()) - 1) & ~15), i32x4.splat(0));
      do {
        const a = v128.load(p);
        const b = v128.load(p + bytes);
        if (kind == Vectors.COSINE) {
          const unitA = v128.mul<T>(a, va);
          const unitB = v128.mul<T>(b, vb);
          const da = v128.mul<T>(v128.sub<T>(unitB, v128.mul<T>(vc, unitA)), va);
          const db = v128.mul<T>(v128.sub<T>(unitA, v128.mul<T>(vc, unitB)), vb);
          keep<T>(o, v128.mul<T>(da, outer), left);
          keep<T>(o + bytes, v128.mul<T>(db, outer), left);
        } else {
          const n = v128.load(p + 2 * bytes);
          const ab = v128.mul<T>(apart<T>(a, b), va);
          const an = v128.mul<T>(apart<T>(a, n), vb);
          const bn = v128.mul<T>(apart<T>(b, n), vc);
          keep<T>(o, v128.sub<T>(ab, an), left);
          keep<T>(o + bytes, v128.neg<T>(v128.add<T>(ab, bn)), left);
          keep<T>(o + 2 * bytes, v128.add<T>(an, bn), left);
        }
        p += 16;
        o += 16;
        left -= lanes<T>();
      } while (left > 0);
      r += stride;
    }
    if (values != 0) {
      store<T>(values, <T>(weight * loss));
      values += sizeof<T>();
    }
    z += stride;
    if (s != 0) s += sizeof<T>();
  } while (--rows != 0);
  store<f64>(sums, load<f64>(sums) + total);
}
