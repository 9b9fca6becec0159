/**
 * Packing: lines side by side. A panel of L lines holds, for each step of the depth, one element of each line. Lines are
 * rows or columns of a matrix: `turn` takes lines that lie along a row, `pick` lines that lie across rows.
 *
 * Both may write up to three steps behind the end of a panel; the next panel is packed later.
 */
import { shift } from '../lanes';

/** Copies L neighbouring elements; the second vector from `next` bytes behind the first. */
// @ts-ignore: decorator
@inline function take<T>(L: u32, from: usize, to: usize, next: usize): void {
  const bytes = <usize>L * sizeof<T>();
  v128.store(to, v128.load(from));
  if (bytes >= 32) v128.store(to, v128.load(from + next), 16);
  if (bytes >= 48) v128.store(to, v128.load(from, 32), 32);
  const at = bytes & ~15;
  if ((bytes & 8) != 0) store<i64>(to + at, load<i64>(from + at));
  if ((bytes & 4) != 0) store<i32>(to + at, load<i32>(from + at));
}

/** One line that lies across rows. */
// @ts-ignore: decorator
@inline function single<T>(from: usize, stride: usize, depth: u32, to: usize, step: usize): void {
  do {
    store<T>(to, load<T>(from));
    from += stride;
    to += step;
  } while (--depth != 0);
}

/** Two lines along rows. */
// @ts-ignore: decorator
@inline function two<T>(p0: usize, p1: usize, depth: u32, to: usize, step: usize): void {
  const end = p0 + ((<usize>depth) << shift<T>());
  do {
    const a = v128.load(p0);
    const b = v128.load(p1);
    if (sizeof<T>() == 4) {
      const low = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const high = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      v128.store64_lane(to, low, 0);
      to += step;
      v128.store64_lane(to, low, 1);
      to += step;
      v128.store64_lane(to, high, 0);
      to += step;
      v128.store64_lane(to, high, 1);
    } else {
      v128.store(to, v128.shuffle<i64>(a, b, 0, 2));
      to += step;
      v128.store(to, v128.shuffle<i64>(a, b, 1, 3));
    }
    to += step;
    p0 += 16;
    p1 += 16;
  } while (p0 < end);
}

/** Four lines along rows. */
// @ts-ignore: decorator
@inline function four<T>(p0: usize, p1: usize, p2: usize, p3: usize, depth: u32, to: usize, step: usize): void {
  const end = p0 + ((<usize>depth) << shift<T>());
  do {
    const a = v128.load(p0);
    const b = v128.load(p1);
    const c = v128.load(p2);
    const d = v128.load(p3);
    if (sizeof<T>() == 4) {
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const AB = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const CD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
      to += step;
      v128.store(to, v128.shuffle<i64>(ab, cd, 1, 3));
      to += step;
      v128.store(to, v128.shuffle<i64>(AB, CD, 0, 2));
      to += step;
      v128.store(to, v128.shuffle<i64>(AB, CD, 1, 3));
    } else {
      v128.store(to, v128.shuffle<i64>(a, b, 0, 2));
      v128.store(to, v128.shuffle<i64>(c, d, 0, 2), 16);
      to += step;
      v128.store(to, v128.shuffle<i64>(a, b, 1, 3));
      v128.store(to, v128.shuffle<i64>(c, d, 1, 3), 16);
    }
    to += step;
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  } while (p0 < end);
}

/**
 * Lines along rows, `stride` bytes apart, `count` of them, into panels of L lines, L even; those missing at the end are the
 * last one again. Rows are read as whole vectors.
 */
export function turn<T>(L: u32, from: usize, stride: usize, count: u32, depth: u32, to: usize): void {
  const step = <usize>L * sizeof<T>();
  const last = count - 1;
  let i: u32 = 0;
  do {
    let group: u32 = 0;
    do {
      const at = i + group;
      const p0 = from + <usize>min(at, last) * stride;
      const p1 = from + <usize>min(at + 1, last) * stride;
      const p2 = from + <usize>min(at + 2, last) * stride;
      const p3 = from + <usize>min(at + 3, last) * stride;
      four<T>(p0, p1, p2, p3, depth, to + ((<usize>group) << shift<T>()), step);
      group += 4;
    } while (group + 4 <= L);
    if (group < L) {
      const p0 = from + <usize>min(i + group, last) * stride;
      const p1 = from + <usize>min(i + group + 1, last) * stride;
      two<T>(p0, p1, depth, to + ((<usize>group) << shift<T>()), step);
    }
    to += <usize>depth * step;
    i += L;
  } while (i < count);
}

/**
 * Lines across rows, `count` of them, into panels of L lines. Where the last panel is not full: with `whole` vectors its
 * second one is the first again, else its missing lines are the last one again.
 */
// @ts-ignore: decorator
@inline export function pick<T>(
  L: u32,
  whole: bool,
  from: usize,
  stride: usize,
  count: u32,
  depth: u32,
  to: usize,
): void {
  const step = <usize>L * sizeof<T>();
  const panel = <usize>depth * step;
  const full = whole ? count : count - (count % L);
  // Four rows at a time: whole lines of the cache on both sides.
  let left = depth;
  let row = from;
  let out = to;
  while (left != 0 && full != 0) {
    const n = min(left, 4);
    let at = row;
    let p = out;
    let i: u32 = 0;
    do {
      const next: usize = whole && i + L / 2 >= count ? 0 : 16;
      let source = at;
      let target = p;
      let k = n;
      do {
        take<T>(L, source, target, next);
        source += stride;
        target += step;
      } while (--k != 0);
      at += step;
      p += panel;
      i += L;
    } while (i < full);
    row += <usize>n * stride;
    out += <usize>n * step;
    left -= n;
  }
  if (full == count) return;
  let line: u32 = 0;
  out = to + <usize>(full / L) * panel;
  do {
    const source = from + ((<usize>min(full + line, count - 1)) << shift<T>());
    single<T>(source, stride, depth, out + ((<usize>line) << shift<T>()), step);
    line++;
  } while (line < L);
}
