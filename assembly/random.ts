/**
 * Random numbers from Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers, as easy as 1, 2, 3. SC 2011).
 *
 *   counter = (index low, index high, substream, stream)     key = (seed low, seed high)
 *
 * A counter gives four words. Whatever is drawn is a function of seed, stream, substream and position alone, so it does
 * not depend on how the work is cut. Word w of the sequence is word w mod 4 of counter w div 4.
 *
 *   uniform f32    (w >>> 8)·2^-24                                  one word an element
 *   uniform f64    ((w >>> 5)·2^26 + (w' >>> 6))·2^-53              two words an element, w first
 *   normal         Box–Muller: √(−2 ln u)·cos 2πv, √(−2 ln u)·sin 2πv
 *     f32          u = ((w >>> 1) + 1)·2^-31, v = w'·2^-32          words w, w' give two elements
 *     f64          u = ((w >>> 5)·2^26 + (w' >>> 6) + 1)·2^-53, v = w''·2^-32 + (w''' >>> 1)·2^-63
 *                                                                   a counter gives two elements
 *   permutation    see `permute`
 *   mask           w < threshold                                   one word an element, see layers/dropout.ts
 *
 * ln, cos and sin are those of math/; the angle is split into quarter turns in integers.
 */
import {
  RANDOM_DRAWS,
  RANDOM_POSITION,
  RANDOM_SEED_HI,
  RANDOM_SEED_LO,
  RANDOM_STREAM,
  RANDOM_SUBSTREAM,
} from './generated/fields';
import { shift, word } from './lanes';
import { log } from './math/log';
import { entry } from './math/table';
import { cosSmall, sinSmall, turned } from './math/trig';

export const enum Draw {
  Uniform,
  Normal,
}

/** Multipliers and steps of the key. */
const PHILOX = memory.data<u32>([0xd2511f53, 0xcd9e8d57, 0x9e3779b9, 0xbb67ae85]);
const LANES = memory.data<u32>([0, 1, 2, 3, 4, 5, 6, 7]);
const ROUNDS: i32 = 10;

/** Words of a sequence on their way to where they are used. */
export const BUFFER = memory.data(1024, 16);
export const BUFFER_BYTES: usize = 1024;
const BUFFERED: u32 = 256;

/** Four vectors, element i of each from counter i, to memory in the order of the counters. */
// @ts-ignore: decorator
@inline function storeTransposed(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to, v128.shuffle<i64>(ab, cd, 1, 3), 16);
  const ef = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const gh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ef, gh, 0, 2), 32);
  v128.store(to, v128.shuffle<i64>(ef, gh, 1, 3), 48);
}

/**
 * The words of the counters that begin with (low, high), in whole lines of 64 bytes. Eight counters are worked on at a
 * time, in two chains that do not wait for each other.
 */
export function words(random: usize, to: usize, bytes: usize, low: u32, high: u32): void {
  const end = to + bytes;
  const m0 = v128.load32_splat(PHILOX);
  const m1 = v128.load32_splat(PHILOX, 4);
  const w0 = v128.load32_splat(PHILOX, 8);
  const w1 = v128.load32_splat(PHILOX, 12);
  do {
    const first = i32x4.splat(low);
    let a = i32x4.add(first, v128.load(LANES));
    let b = i32x4.sub(i32x4.splat(high), i32x4.lt_u(a, first));
    let c = v128.load32_splat(random, RANDOM_SUBSTREAM);
    let d = v128.load32_splat(random, RANDOM_STREAM);
    let e = i32x4.add(first, v128.load(LANES, 16));
    let f = i32x4.sub(i32x4.splat(high), i32x4.lt_u(e, first));
    let g = c;
    let h = d;
    let key0 = v128.load32_splat(random, RANDOM_SEED_LO);
    let key1 = v128.load32_splat(random, RANDOM_SEED_HI);
    let round = ROUNDS;
    do {
      const p = i64x2.extmul_low_i32x4_u(a, m0);
      const q = i64x2.extmul_high_i32x4_u(a, m0);
      const r = i64x2.extmul_low_i32x4_u(c, m1);
      const s = i64x2.extmul_high_i32x4_u(c, m1);
      // The key meets the other words while the products are on their way.
      a = v128.xor(v128.shuffle<i32>(r, s, 1, 3, 5, 7), v128.xor(b, key0));
      b = v128.shuffle<i32>(r, s, 0, 2, 4, 6);
      c = v128.xor(v128.shuffle<i32>(p, q, 1, 3, 5, 7), v128.xor(d, key1));
      d = v128.shuffle<i32>(p, q, 0, 2, 4, 6);
      const t = i64x2.extmul_low_i32x4_u(e, m0);
      const u = i64x2.extmul_high_i32x4_u(e, m0);
      const v = i64x2.extmul_low_i32x4_u(g, m1);
      const w = i64x2.extmul_high_i32x4_u(g, m1);
      e = v128.xor(v128.shuffle<i32>(v, w, 1, 3, 5, 7), v128.xor(f, key0));
      f = v128.shuffle<i32>(v, w, 0, 2, 4, 6);
      g = v128.xor(v128.shuffle<i32>(t, u, 1, 3, 5, 7), v128.xor(h, key1));
      h = v128.shuffle<i32>(t, u, 0, 2, 4, 6);
      key0 = i32x4.add(key0, w0);
      key1 = i32x4.add(key1, w1);
    } while (--round);
    storeTransposed(to, a, b, c, d);
    if (to + 64 < end) storeTransposed(to + 64, e, f, g, h);
    to += 128;
    low += 8;
    if (low < 8) high++;
  } while (to < end);
}

/** randomWords(random, to, count > 0, low, high): the words themselves. */
export function randomWords(op: usize): void {
  words(word(op, 2), word(op, 3), word(op, 4) << 2, <u32>word(op, 5), <u32>word(op, 6));
}

const enum K {
  one,
  minusTwo,
  unit,
  unitOpen,
  quarter,
  /** f64 only: powers of two that put words in their places. */
  first,
  second,
  third,
}

const F32 = memory.data<f32>([1, -2, 5.960464477539063e-8, 4.656612873077393e-10, 3.657295198167899e-10]);
const F64 = memory.data<f64>([
  1, -2, 1.1102230246251565e-16, 1.1102230246251565e-16, 1.5707963267948966, 67108864, 2.3283064365386963e-10,
  4.336808689942018e-19,
]);

// @ts-ignore: decorator
@inline function k<T>(i: i32): v128 {
  return entry<T>(F32, F64, i);
}

/** (w >>> 5)·2^26 + (x >>> 6), a whole number below 2^53, of the two low lanes. */
// @ts-ignore: decorator
@inline function whole53(w: v128, x: v128): v128 {
  const high = f64x2.convert_low_i32x4_s(i32x4.shr_u(w, 5));
  const low = f64x2.convert_low_i32x4_s(i32x4.shr_u(x, 6));
  return f64x2.add(f64x2.mul(high, k<f64>(K.first)), low);
}

/** √(−2 ln u), u = (whole + 1)·unit. */
// @ts-ignore: decorator
@inline function radius<T>(whole: v128): v128 {
  const u = v128.mul<T>(v128.add<T>(whole, k<T>(K.one)), k<T>(K.unitOpen));
  return v128.sqrt<T>(v128.mul<T>(k<T>(K.minusTwo), log<T>(u)));
}

/** Quarter turns nearest to v = w·2^-32. */
// @ts-ignore: decorator
@inline function quarterTurns(w: v128): v128 {
  return i32x4.shr_u(i32x4.add(w, i32x4.splat(1 << 29)), 30);
}

/** The angle beyond them. */
// @ts-ignore: decorator
@inline function angle32(w: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(w, 2)), k<f32>(K.quarter));
}

/** The same with the bits of x below those of w, of the two low lanes. */
// @ts-ignore: decorator
@inline function angle64(w: v128, x: v128): v128 {
  const high = f64x2.mul(f64x2.convert_low_i32x4_s(i32x4.shl(w, 2)), k<f64>(K.second));
  const low = f64x2.mul(f64x2.convert_low_i32x4_s(i32x4.shr_u(x, 1)), k<f64>(K.third));
  return f64x2.mul(f64x2.add(high, low), k<f64>(K.quarter));
}

/** Eight f32 or four f64 from eight words. */
// @ts-ignore: decorator
@inline function uniform<T>(from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 16);
  if (sizeof<T>() == 4) {
    const unit = k<f32>(K.unit);
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(a, 8)), unit));
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(b, 8)), unit), 16);
  } else {
    const unit = k<f64>(K.unit);
    const c = whole53(v128.shuffle<i32>(a, a, 0, 2, 0, 2), v128.shuffle<i32>(a, a, 1, 3, 1, 3));
    const d = whole53(v128.shuffle<i32>(b, b, 0, 2, 0, 2), v128.shuffle<i32>(b, b, 1, 3, 1, 3));
    v128.store(to, f64x2.mul(c, unit));
    v128.store(to, f64x2.mul(d, unit), 16);
  }
}

/** Eight f32 or four f64 from eight words. */
// @ts-ignore: decorator
@inline function normal<T>(from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 16);
  let length: v128;
  let angle: v128;
  let n: v128;
  if (sizeof<T>() == 4) {
    const v = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
    length = radius<f32>(f32x4.convert_i32x4_s(i32x4.shr_u(v128.shuffle<i32>(a, b, 0, 2, 4, 6), 1)));
    angle = angle32(v);
    n = quarterTurns(v);
  } else {
    const v = v128.shuffle<i32>(a, b, 2, 6, 2, 6);
    length = radius<f64>(whole53(v128.shuffle<i32>(a, b, 0, 4, 0, 4), v128.shuffle<i32>(a, b, 1, 5, 1, 5)));
    angle = angle64(v, v128.shuffle<i32>(a, b, 3, 7, 3, 7));
    n = i64x2.extend_low_i32x4_u(quarterTurns(v));
  }
  const sin = sinSmall<T>(angle);
  const cos = cosSmall<T>(angle);
  const x = v128.mul<T>(length, turned<T>(sin, cos, n, false));
  const y = v128.mul<T>(length, turned<T>(sin, cos, n, true));
  if (sizeof<T>() == 4) {
    v128.store(to, v128.shuffle<i32>(x, y, 0, 4, 1, 5));
    v128.store(to, v128.shuffle<i32>(x, y, 2, 6, 3, 7), 16);
  } else {
    v128.store(to, v128.shuffle<i64>(x, y, 0, 2));
    v128.store(to, v128.shuffle<i64>(x, y, 1, 3), 16);
  }
}

/** draw(random, to, count > 0, low, high): `count` numbers from the counter (low, high) on, in units of 32 bytes. */
// @ts-ignore: decorator
@inline export function draw<T>(op: usize, kind: Draw): void {
  let to = word(op, 3);
  const end = to + (word(op, 4) << shift<T>());
  let counter = (<u64>word(op, 5)) | ((<u64>word(op, 6)) << 32);
  do {
    const bytes = min(BUFFER_BYTES, end - to);
    words(word(op, 2), BUFFER, bytes, <u32>counter, <u32>(counter >> 32));
    let from = BUFFER;
    const stop = to + bytes;
    do {
      if (kind == Draw.Uniform) uniform<T>(from, to);
      else normal<T>(from, to);
      from += 32;
      to += 32;
    } while (to < stop);
    counter += BUFFERED >> 2;
  } while (to < end);
}

/**
 * A random permutation of 0 … n − 1, n > 0, every one equally likely: the Fisher–Yates shuffle of the identity, inside
 * out (Durstenfeld 1964; Knuth, TAOCP 2, 3.4.2):
 *
 *   for i = 1 … n − 1:  j = below(i + 1);  indices[i] = indices[j];  indices[j] = i        indices[0] = 0
 *
 * below(m) is Lemire's (Fast random integer generation in an interval, 2019): x = w·m in 64 bits with the next word w,
 * drawn again while x mod 2^32 < 2^32 mod m; the result is x div 2^32.
 *
 * At most `budget` entries are placed in a call, the position and the number of words drawn are kept in `random` (both 0
 * at first). Returns whether it is finished. The permutation does not depend on the budgets.
 */
export function permute(random: usize, indices: usize, n: u32, budget: u32): bool {
  let i = load<u32>(random, RANDOM_POSITION);
  let draws = load<u32>(random, RANDOM_DRAWS);
  const stop = n - i > budget ? i + budget : n;
  if (i == 0) {
    store<u32>(indices, 0);
    i = 1;
  }
  while (i < stop) {
    words(random, BUFFER, BUFFER_BYTES, (draws & ~(BUFFERED - 1)) >> 2, 0);
    let from = BUFFER + ((draws & (BUFFERED - 1)) << 2);
    const start = from;
    do {
      const bound = i + 1;
      const product = <u64>load<u32>(from) * <u64>bound;
      from += 4;
      const low = <u32>product;
      if (low < bound && low < (0 - bound) % bound) continue;
      const here = indices + ((<usize>i) << 2);
      const there = indices + ((<usize>(product >> 32)) << 2);
      store<u32>(here, load<u32>(there));
      store<u32>(there, i);
      i = bound;
    } while (from < BUFFER + BUFFER_BYTES && i < stop);
    draws += (<u32>(from - start)) >> 2;
  }
  store<u32>(random, i, RANDOM_POSITION);
  store<u32>(random, draws, RANDOM_DRAWS);
  return i >= n;
}

/** permutation(random, indices, n > 0, budget > 0): `permute`; done when the position in `random` is n. */
export function permutation(op: usize): void {
  permute(word(op, 2), word(op, 3), <u32>word(op, 4), <u32>word(op, 5));
}
