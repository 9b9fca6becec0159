/**
 * Adafactor (Shazeer & Stern 2018), as PyTorch's. o = t^decay of β₂, ρ = min(η, 1/√t).
 *
 *   matrix   R ← (1 − o)R + o·(row means of g²)      C likewise with columns      V = R·C/max(mean R, ε₁)
 *   vector   V ← (1 − o)V + o·g²
 *   u = ±g/max(√V, ε₁)
 *   a = max(ε₂, rms θ)·ρ/max(1, rms(u)/d)
 *   θ ← (1 − η·λ_w)·θ − a·u
 *
 * V of a matrix has rank one, so its roots are products of those of a row and of a column: two roots and divisions for
 * each row and column, none for an element. Three passes: means, rms of u, update. Sums are f64. What is beyond the type
 * counts as its largest number in R and C; V of a vector is infinite then, and u 0.
 */
import { squares } from '../blas/measure';
import { loadSplat, madd, shift, sumLanes, word } from '../lanes';
import { powScalar } from '../math/scalar';
import { all, Flag, has, option, rateOf, slot, time } from './update';

/** The factor of the row where there is but one, for which the work space is too small. */
const ONE = memory.data(16, 16);

/** ε₁, of the type if it is 0. */
// @ts-ignore: decorator
@inline function least<T>(op: usize): f64 {
  const epsilon = option(op, 1);
  if (epsilon == 0) return sizeof<T>() == 4 ? 1.1920928955078125e-7 : 2.220446049250313e-16;
  return max(epsilon, sizeof<T>() == 4 ? 1.1754943508222875e-38 : 2.2250738585072014e-308);
}

// @ts-ignore: decorator
@inline function largest<T>(): f64 {
  return sizeof<T>() == 4 ? 3.4028234663852886e38 : f64.MAX_VALUE;
}

// @ts-ignore: decorator
@inline function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1));
}

/** a, with the sums of the squares of θ and u. */
// @ts-ignore: decorator
@inline function length(op: usize, thetas: f64, us: f64): f64 {
  const count = <f64>word(op, 11) * <f64>word(op, 12);
  const step = max(option(op, 2), sqrt(thetas / count)) * min(rateOf(op), 1 / sqrt(time(op)));
  return step / max<f64>(1, sqrt(us / count) / option(op, 3));
}

// @ts-ignore: decorator
@inline function kept(op: usize): f64 {
  return 1 - rateOf(op) * option(op, 4);
}

// @ts-ignore: decorator
@inline function way(op: usize): f64 {
  return 1 - 2 * option(op, 5);
}

/** R, and column sums of g² in f64 to `sums`, unless there is but one row; returns Σθ². */
// @ts-ignore: decorator
@inline function means<T>(op: usize, fresh: f64, rowMeans: usize, sums: usize): f64 {
  let p = word(op, 3);
  let g = word(op, 4);
  const end = g + word(op, 5);
  const rowBytes = word(op, 13);
  let r = rowMeans;
  const share = fresh / <f64>word(op, 12);
  let size = i32x4.splat(0);
  const several = word(op, 11) > 1;
  if (several) memory.fill(sums, 0, sizeof<T>() == 4 ? rowBytes << 1 : rowBytes);
  do {
    const stop = g + rowBytes;
    let at = sums;
    let sum = i32x4.splat(0);
    do {
      const v = v128.load(g);
      size = squares<T>(size, v128.load(p));
      if (sizeof<T>() == 4) {
        const low = f64x2.promote_low_f32x4(v);
        const a = f64x2.mul(low, low);
        const b = f64x2.mul(high(v), high(v));
        sum = f64x2.add(sum, f64x2.add(a, b));
        if (several) {
          v128.store(at, f64x2.add(v128.load(at), a));
          v128.store(at, f64x2.add(v128.load(at, 16), b), 16);
          at += 32;
        }
      } else {
        const a = f64x2.mul(v, v);
        sum = f64x2.add(sum, a);
        if (several) {
          v128.store(at, f64x2.add(v128.load(at), a));
          at += 16;
        }
      }
      p += 16;
      g += 16;
    } while (g < stop);
    store<T>(r, <T>min((1 - fresh) * <f64>load<T>(r) + share * sumLanes<f64>(sum), largest<T>()));
    r += sizeof<T>();
  } while (g < end);
  return sumLanes<f64>(size);
}

/** C from the sums, or from the one row; 1/√C takes the place of the sums. */
// @ts-ignore: decorator
@inline function columnFactors<T>(op: usize, fresh: f64, columnMeans: usize, sums: usize): void {
  const single = word(op, 11) == 1;
  let c = columnMeans;
  const end = c + word(op, 13);
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

/** √(max(mean R, ε₁)/R) of every row. */
// @ts-ignore: decorator
@inline function rowFactors<T>(op: usize, rowMeans: usize, to: usize): void {
  const rows = word(op, 11);
  let mean: f64 = 0;
  let i: usize = 0;
  do {
    mean += <f64>load<T>(rowMeans + (i << shift<T>())) * (1 / <f64>rows);
    i++;
  } while (i < rows);
  mean = max(mean, least<T>(op));
  i = 0;
  do {
    const at = i << shift<T>();
    store<T>(to + at, <T>sqrt(mean / <f64>load<T>(rowMeans + at)));
    i++;
  } while (i < rows);
}

/** 1/max(√V, ε₁) of a vector of a row. */
// @ts-ignore: decorator
@inline function factor<T>(row: v128, column: usize, cap: v128): v128 {
  return v128.pmin<T>(v128.mul<T>(row, v128.load(column)), cap);
}

// @ts-ignore: decorator
@inline function squaredSteps<T>(op: usize, rowFactor: usize, columnFactor: usize): f64 {
  let g = word(op, 4);
  const end = g + word(op, 5);
  const rowBytes = word(op, 13);
  const cap = all<T>(1 / least<T>(op));
  let r = rowFactor;
  let sum = i32x4.splat(0);
  do {
    const row = loadSplat<T>(r);
    const stop = g + rowBytes;
    let c = columnFactor;
    do {
      sum = squares<T>(sum, v128.mul<T>(v128.load(g), factor<T>(row, c, cap)));
      g += 16;
      c += 16;
    } while (g < stop);
    r += sizeof<T>();
  } while (g < end);
  return sumLanes<f64>(sum);
}

// @ts-ignore: decorator
@inline function matrix<T>(op: usize): void {
  const rowMeans = word(op, 6);
  const rowBytes = word(op, 13);
  const columnFactor = word(op, 14);
  const rowFactor = word(op, 11) == 1 ? ONE : columnFactor + rowBytes;
  const fresh = powScalar(time(op), option(op, 0));
  const thetas = means<T>(op, fresh, rowMeans, columnFactor);
  columnFactors<T>(op, fresh, slot(op, 1), columnFactor);
  rowFactors<T>(op, rowMeans, rowFactor);
  const a = length(op, thetas, squaredSteps<T>(op, rowFactor, columnFactor));
  const cap = all<T>(1 / least<T>(op));
  const keep = all<T>(kept(op));
  const step = all<T>(a * way(op));
  const metric = all<T>(a);
  let p = word(op, 3);
  let g = word(op, 4);
  let h = word(op, 8);
  const end = g + word(op, 5);
  let r = rowFactor;
  do {
    const row = loadSplat<T>(r);
    const stop = g + rowBytes;
    let c = columnFactor;
    do {
      const f = factor<T>(row, c, cap);
      const u = v128.mul<T>(v128.load(g), f);
      v128.store(p, v128.sub<T>(v128.mul<T>(keep, v128.load(p)), v128.mul<T>(step, u)));
      if (h != 0) {
        v128.store(h, v128.mul<T>(metric, f));
        h += 16;
      }
      p += 16;
      g += 16;
      c += 16;
    } while (g < stop);
    r += sizeof<T>();
  } while (g < end);
}

// @ts-ignore: decorator
@inline function vector<T>(op: usize): void {
  const fresh = powScalar(time(op), option(op, 0));
  const old = all<T>(1 - fresh);
  const share = all<T>(fresh);
  const floor = all<T>(least<T>(op));
  const bytes = word(op, 5);
  let p = word(op, 3);
  let g = word(op, 4);
  let s = word(op, 6);
  let u = word(op, 14);
  let end = p + bytes;
  let size = i32x4.splat(0);
  let sum = i32x4.splat(0);
  do {
    const v = v128.load(g);
    const now = madd<T>(v128.mul<T>(old, v128.load(s)), share, v128.mul<T>(v, v));
    const step = v128.div<T>(v, v128.pmax<T>(v128.sqrt<T>(now), floor));
    v128.store(s, now);
    v128.store(u, step);
    size = squares<T>(size, v128.load(p));
    sum = squares<T>(sum, step);
    p += 16;
    g += 16;
    s += 16;
    u += 16;
  } while (p < end);
  const a = length(op, sumLanes<f64>(size), sumLanes<f64>(sum));
  const keep = all<T>(kept(op));
  const by = all<T>(a * way(op));
  p = word(op, 3);
  u = word(op, 14);
  do {
    v128.store(p, v128.sub<T>(v128.mul<T>(keep, v128.load(p)), v128.mul<T>(by, v128.load(u))));
    p += 16;
    u += 16;
  } while (p < end);
  let h = word(op, 8);
  if (h == 0) return;
  const metric = all<T>(a);
  s = word(op, 6);
  end = s + bytes;
  do {
    v128.store(h, v128.div<T>(metric, v128.pmax<T>(v128.sqrt<T>(v128.load(s)), floor)));
    h += 16;
    s += 16;
  } while (s < end);
}

/**
 * adafactor(op): options decay of β₂, ε₁ (0: of the type), ε₂, d, λ_w, 1 to maximize; slots R and C, or V of
 * what is no matrix.
 */
// @ts-ignore: decorator
@inline export function adafactor<T>(op: usize): void {
  if (has(op, Flag.MATRIX)) matrix<T>(op);
  else vector<T>(op);
}
