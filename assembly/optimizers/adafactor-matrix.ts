/** Adafactor on a matrix: see adafactor.ts. */
import { squares } from '../blas/measure';
import { lanes, maskBelow, select, shift, sumLanes, word } from '../lanes';
import { powScalar } from '../math/scalar';
import { kept, least, length, way } from './adafactor-step';
import { all, option, slot, time } from './update';

// @ts-ignore: decorator
@inline function largest<T>(): f64 {
  return sizeof<T>() == 4 ? 3.4028234663852886e38 : f64.MAX_VALUE;
}

// @ts-ignore: decorator
@inline function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1));
}

/** Bytes of whole vectors in a row. */
// @ts-ignore: decorator
@inline function wholeBytes<T>(op: usize): usize {
  return (word(op, 12) << shift<T>()) & ~15;
}

/** Elements of a row behind them. */
// @ts-ignore: decorator
@inline function restOf<T>(op: usize): i32 {
  return (<i32>word(op, 12)) & (lanes<T>() - 1);
}

/**
 * Adds g² of a stretch of a row to the column sums in f64 at `to`, if that is not 0, and θ² to those at `size`; returns the
 * sum of g². Not inlined here and below: whole vectors and the rest are two calls of one source.
 */
function addSquares<T>(p: usize, g: usize, to: usize, bytes: usize, mask: v128, size: usize): v128 {
  const end = g + bytes;
  let thetas = v128.load(size);
  let sum = i32x4.splat(0);
  while (g < end) {
    const v = v128.and(v128.load(g), mask);
    thetas = squares<T>(thetas, v128.and(v128.load(p), mask));
    if (sizeof<T>() == 8) {
      const a = f64x2.mul(v, v);
      sum = f64x2.add(sum, a);
      if (to != 0) {
        v128.store(to, f64x2.add(v128.load(to), a));
        to += 16;
      }
    } else {
      const low = f64x2.promote_low_f32x4(v);
      const a = f64x2.mul(low, low);
      const b = f64x2.mul(high(v), high(v));
      sum = f64x2.add(sum, f64x2.add(a, b));
      if (to != 0) {
        v128.store(to, f64x2.add(v128.load(to), a));
        v128.store(to, f64x2.add(v128.load(to, 16), b), 16);
        to += 32;
      }
    }
    p += 16;
    g += 16;
  }
  v128.store(size, thetas);
  return sum;
}

/** Sums that a row leaves. */
const SIZE = memory.data(16, 16);

/** R, and column sums of g² in f64 to `sums`, unless there is but one row; returns Σθ². */
// @ts-ignore: decorator
@inline function means<T>(op: usize, fresh: f64, sums: usize): f64 {
  let p = word(op, 3);
  let g = word(op, 4);
  const whole = wholeBytes<T>(op);
  const rest: usize = restOf<T>(op) != 0 ? 16 : 0;
  const mask = maskBelow<T>(restOf<T>(op));
  const ones = i32x4.splat(-1);
  const rowBytes = word(op, 13);
  let r = word(op, 6);
  const end = r + (word(op, 11) << shift<T>());
  const share = fresh / <f64>word(op, 12);
  const wide: usize = sizeof<T>() == 4 ? 1 : 0;
  const several = word(op, 11) > 1;
  if (several) memory.fill(sums, 0, (whole + rest) << wide);
  v128.store(SIZE, i32x4.splat(0));
  do {
    let sum = addSquares<T>(p, g, several ? sums : 0, whole, ones, SIZE);
    const to = several ? sums + (whole << wide) : 0;
    sum = f64x2.add(sum, addSquares<T>(p + whole, g + whole, to, rest, mask, SIZE));
    store<T>(r, <T>min((1 - fresh) * <f64>load<T>(r) + share * sumLanes<f64>(sum), largest<T>()));
    p += rowBytes;
    g += rowBytes;
    r += sizeof<T>();
  } while (r < end);
  return sumLanes<f64>(v128.load(SIZE));
}

/** C from the sums, or from the one row; 1/√C takes the place of the sums. */
// @ts-ignore: decorator
@inline function columnFactors<T>(op: usize, fresh: f64, columnMeans: usize, sums: usize): void {
  const single = word(op, 11) == 1;
  let c = columnMeans;
  const end = c + (word(op, 12) << shift<T>());
  let from = single ? word(op, 4) : sums;
  let to = sums;
  const old = f64x2.splat(1 - fresh);
  const share = f64x2.splat(fresh / <f64>word(op, 11));
  const most = f64x2.splat(largest<T>());
  const one = all<T>(1);
  do {
    const was = v128.load(c);
    let now: v128;
    let a = v128.load(from);
    from += 16;
    if (sizeof<T>() == 4) {
      let b: v128;
      if (single) {
        b = high(a);
        a = f64x2.promote_low_f32x4(a);
        a = f64x2.mul(a, a);
        b = f64x2.mul(b, b);
      } else {
        b = v128.load(from);
        from += 16;
      }
      a = f64x2.add(f64x2.mul(old, f64x2.promote_low_f32x4(was)), f64x2.mul(share, a));
      b = f64x2.add(f64x2.mul(old, high(was)), f64x2.mul(share, b));
      a = f32x4.demote_f64x2_zero(f64x2.pmin(a, most));
      b = f32x4.demote_f64x2_zero(f64x2.pmin(b, most));
      now = v128.shuffle<i64>(a, b, 0, 2);
    } else {
      if (single) a = f64x2.mul(a, a);
      now = f64x2.pmin(f64x2.add(f64x2.mul(old, was), f64x2.mul(share, a)), most);
    }
    v128.store(c, now);
    v128.store(to, v128.div<T>(one, v128.sqrt<T>(now)));
    to += 16;
    c += 16;
  } while (c < end);
}

/** max(mean R, ε₁) */
// @ts-ignore: decorator
@inline function meanOf<T>(op: usize): f64 {
  const r = word(op, 6);
  const rows = word(op, 11);
  const share = 1 / <f64>rows;
  let mean: f64 = 0;
  let i: usize = 0;
  do {
    mean += <f64>load<T>(r + (i << shift<T>())) * share;
    i++;
  } while (i < rows);
  return max(mean, least<T>(op));
}

/** √(mean/R) of the row. */
// @ts-ignore: decorator
@inline function rowFactor<T>(r: usize, mean: f64): v128 {
  return all<T>(sqrt(mean / <f64>load<T>(r)));
}

/** 1/max(√V, ε₁) */
// @ts-ignore: decorator
@inline function factor<T>(row: v128, column: usize, cap: v128): v128 {
  return v128.pmin<T>(v128.mul<T>(row, v128.load(column)), cap);
}

/** Σu² of a stretch of a row. */
function squaredSteps<T>(g: usize, columns: usize, bytes: usize, mask: v128, row: v128, cap: v128): v128 {
  const end = g + bytes;
  let sum = i32x4.splat(0);
  while (g < end) {
    sum = squares<T>(sum, v128.mul<T>(v128.and(v128.load(g), mask), factor<T>(row, columns, cap)));
    g += 16;
    columns += 16;
  }
  return sum;
}

/** Moves a stretch of a row. */
function move<T>(
  p: usize,
  g: usize,
  h: usize,
  columns: usize,
  bytes: usize,
  mask: v128,
  row: v128,
  cap: v128,
  keep: v128,
  step: v128,
): void {
  const end = p + bytes;
  const metric = v128.abs<T>(step);
  while (p < end) {
    const f = factor<T>(row, columns, cap);
    const v = v128.load(p);
    const u = v128.mul<T>(v128.load(g), f);
    v128.store(p, select(v128.sub<T>(v128.mul<T>(keep, v), v128.mul<T>(step, u)), v, mask));
    if (h != 0) {
      v128.store(h, select(v128.mul<T>(metric, f), v128.load(h), mask));
      h += 16;
    }
    p += 16;
    g += 16;
    columns += 16;
  }
}

// @ts-ignore: decorator
@inline export function matrix<T>(op: usize): void {
  const columns = word(op, 14);
  const fresh = powScalar(time(op), option(op, 0));
  const thetas = means<T>(op, fresh, columns);
  columnFactors<T>(op, fresh, slot(op, 1), columns);
  const mean = meanOf<T>(op);
  const cap = all<T>(1 / least<T>(op));
  const whole = wholeBytes<T>(op);
  const rest: usize = restOf<T>(op) != 0 ? 16 : 0;
  const mask = maskBelow<T>(restOf<T>(op));
  const ones = i32x4.splat(-1);
  const rowBytes = word(op, 13);
  let g = word(op, 4);
  let r = word(op, 6);
  const end = r + (word(op, 11) << shift<T>());
  let us = i32x4.splat(0);
  do {
    const row = rowFactor<T>(r, mean);
    us = f64x2.add(us, squaredSteps<T>(g, columns, whole, ones, row, cap));
    us = f64x2.add(us, squaredSteps<T>(g + whole, columns + whole, rest, mask, row, cap));
    g += rowBytes;
    r += sizeof<T>();
  } while (r < end);
  const step = all<T>(length(op, thetas, sumLanes<f64>(us)) * way(op));
  const keep = all<T>(kept(op));
  let p = word(op, 3);
  let h = word(op, 8);
  g = word(op, 4);
  r = word(op, 6);
  do {
    const row = rowFactor<T>(r, mean);
    move<T>(p, g, h, columns, whole, ones, row, cap, keep, step);
    move<T>(p + whole, g + whole, h != 0 ? h + whole : 0, columns + whole, rest, mask, row, cap, keep, step);
    p += rowBytes;
    g += rowBytes;
    if (h != 0) h += rowBytes;
    r += sizeof<T>();
  } while (r < end);
}
