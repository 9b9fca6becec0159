/**
 * Data on their way in: rows as they came (f32 or f64, tightly packed, in a staging block) become rows of T, padded
 * with zeros and standardised; and the moments of the columns. Two columns at a time, all arithmetic in f64.
 */
import { word } from '../lanes';

export const enum Source {
  F32,
  F64,
}

/** Two neighbouring elements as f64. The one behind the last column of a row may be anything. */
// @ts-ignore: decorator
@inline function pair(S: Source, p: usize): v128 {
  return S == Source.F64 ? v128.load(p) : f64x2.promote_low_f32x4(v128.load64_zero(p));
}

/**
 * loadRows(from, to, rows > 0, columns > 0, bytes of a row of `to`, means or 0, factors, flag): to = (from − mean) ·
 * factor, in f64 before it is rounded to T. Sets the u32 at `flag` if anything was not finite.
 */
// @ts-ignore: decorator
@inline export function loadRows<T>(op: usize, S: Source): void {
  let from = word(op, 2);
  let to = word(op, 3);
  let rows = word(op, 4);
  const columns = word(op, 5);
  const stride = word(op, 6);
  const means = word(op, 7);
  const factors = word(op, 8);
  const element: usize = S == Source.F64 ? 8 : 4;
  let bad = i32x4.splat(0);
  do {
    let j: usize = 0;
    do {
      let v = pair(S, from + j * element);
      if (means != 0) {
        v = f64x2.mul(f64x2.sub(v, v128.load(means + (j << 3))), v128.load(factors + (j << 3)));
      }
      if (j + 1 == columns) v = v128.and(v, i64x2(-1, 0));
      if (sizeof<T>() == 4) {
        v = f32x4.demote_f64x2_zero(v);
        bad = v128.or(bad, f32x4.sub(v, v));
        v128.store64_lane(to + (j << 2), v, 0);
      } else {
        bad = v128.or(bad, f64x2.sub(v, v));
        v128.store(to + (j << 3), v);
      }
      j += 2;
    } while (j < columns);
    const used = j * sizeof<T>();
    if (used < stride) memory.fill(to + used, 0, stride - used);
    from += columns * element;
    to += stride;
  } while (--rows != 0);
  if (v128.any_true(bad)) store<u32>(word(op, 9), 1);
}

/**
 * moments(from, rows > 0, columns > 0, mean, m2, seen, sum, square): adds rows to the mean and the sum of squared
 * deviations of every column, by two passes over these rows and the update of Chan, Golub & LeVeque (1979). `seen` (f64)
 * counts the rows; the last two are scratch. All four hold an even number of f64.
 */
// @ts-ignore: decorator
@inline export function moments(op: usize, S: Source): void {
  const from = word(op, 2);
  const rows = word(op, 3);
  const columns = word(op, 4);
  const mean = word(op, 5);
  const m2 = word(op, 6);
  const seen = word(op, 7);
  const sum = word(op, 8);
  const square = word(op, 9);
  const element: usize = S == Source.F64 ? 8 : 4;
  const bytes = ((columns + 1) & ~1) << 3;
  const before = load<f64>(seen);
  const n = <f64>rows;
  memory.fill(sum, 0, bytes);
  memory.fill(square, 0, bytes);
  let row = from;
  const end = from + rows * columns * element;
  do {
    let j: usize = 0;
    do {
      v128.store(sum + (j << 3), f64x2.add(v128.load(sum + (j << 3)), pair(S, row + j * element)));
      j += 2;
    } while (j < columns);
    row += columns * element;
  } while (row < end);
  const inverse = f64x2.splat(n);
  let at: usize = 0;
  do {
    v128.store(sum + at, f64x2.div(v128.load(sum + at), inverse));
    at += 16;
  } while (at < bytes);
  row = from;
  do {
    let j: usize = 0;
    do {
      const d = f64x2.sub(pair(S, row + j * element), v128.load(sum + (j << 3)));
      v128.store(square + (j << 3), f64x2.add(v128.load(square + (j << 3)), f64x2.mul(d, d)));
      j += 2;
    } while (j < columns);
    row += columns * element;
  } while (row < end);
  const share = f64x2.splat(n / (before + n));
  const cross = f64x2.splat((before * n) / (before + n));
  at = 0;
  do {
    const old = v128.load(mean + at);
    const delta = f64x2.sub(v128.load(sum + at), old);
    v128.store(mean + at, f64x2.add(old, f64x2.mul(delta, share)));
    const spread = f64x2.add(v128.load(square + at), f64x2.mul(f64x2.mul(delta, delta), cross));
    v128.store(m2 + at, f64x2.add(v128.load(m2 + at), spread));
    at += 16;
  } while (at < bytes);
  store<f64>(seen, before + n);
}
