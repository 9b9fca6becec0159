/**
 * Batch normalisation: y = γ(x − μ)/√(σ² + ε) + β with mean and variance of each channel over the N = rows · positions of
 * a batch. N numbers are summed one after the other in f64: first for μ, then for σ² = Σ(x − μ)²/N, and on the way back
 *
 *   ∂β = Σ∂y     ∂γ = Σ∂y·(x − μ)/s     ∂x = γ/s·(∂y − ∂β/N − (x − μ)/s·∂γ/N)     s = √(σ² + ε)
 *
 *   constants  f64 | ε | momentum |   u32 | positions | channels |
 *   sums       f64, a number a channel of whole vectors | μ | Σ(x − μ)² | Σ∂y | Σ∂y(x − μ) |
 */
import { CURSOR_BLOCK } from '../generated/fields';
import { madd, shift, word } from '../lanes';
import { fresh, rowsOf } from './rows';

const FINITE: f64 = f64.MAX_VALUE;

/** What is summed. */
const enum Sum {
  MEAN,
  SQUARES,
  SLOPES,
}

// @ts-ignore: decorator
@inline function positionsOf(constants: usize): u32 {
  return load<u32>(constants, 16);
}

// @ts-ignore: decorator
@inline function channelsOf(constants: usize): u32 {
  return load<u32>(constants, 20);
}

/** Channels in whole vectors. */
// @ts-ignore: decorator
@inline function wholeOf<T>(constants: usize): usize {
  const lanes: usize = 16 / sizeof<T>();
  return (<usize>channelsOf(constants) + lanes - 1) & ~(lanes - 1);
}

/** Numbers of a channel in a batch. */
// @ts-ignore: decorator
@inline function countOf(op: usize, constants: usize): f64 {
  return <f64>load<u32>(word(op, 2), CURSOR_BLOCK) * <f64>positionsOf(constants);
}

/** Two elements as f64. */
// @ts-ignore: decorator
@inline function pair<T>(p: usize): v128 {
  if (sizeof<T>() == 4) return f64x2.promote_low_f32x4(v128.load64_zero(p));
  return v128.load(p);
}

// @ts-ignore: decorator
@inline function accumulate<T>(kind: Sum, x: usize, d: usize, end: usize, sums: usize, whole: usize): void {
  const bytes = whole << 3;
  const width = whole << shift<T>();
  do {
    let s = sums;
    const last = x + width;
    do {
      const v = pair<T>(x);
      if (kind == Sum.MEAN) {
        v128.store(s, f64x2.add(v128.load(s), v));
      } else {
        const away = f64x2.sub(v, v128.load(s));
        if (kind == Sum.SQUARES) {
          v128.store(s + bytes, f64x2.add(v128.load(s + bytes), f64x2.mul(away, away)));
        } else {
          const slope = pair<T>(d);
          const t = s + 2 * bytes;
          v128.store(t, f64x2.add(v128.load(t), slope));
          v128.store(t + bytes, f64x2.add(v128.load(t + bytes), f64x2.mul(slope, away)));
          d += 2 << shift<T>();
        }
      }
      x += 2 << shift<T>();
      s += 16;
    } while (x < last);
  } while (x < end);
}

/** batchSums(cursor, skip, most, constants, what: `Sum`, X, ∂Y, sums): the rows, added to the sums of the rows before. */
// @ts-ignore: decorator
@inline export function batchSums<T>(op: usize): void {
  const rows = rowsOf(op);
  if (rows == 0) return;
  const constants = word(op, 5);
  const kind = <Sum>word(op, 6);
  const x = word(op, 7);
  const d = word(op, 8);
  const sums = word(op, 9);
  const whole = wholeOf<T>(constants);
  const bytes = whole << 3;
  const end = x + <usize>rows * <usize>positionsOf(constants) * (whole << shift<T>());
  const first = word(op, 3) == 0;
  if (kind == Sum.MEAN) {
    if (first) memory.fill(sums, 0, bytes);
    accumulate<T>(Sum.MEAN, x, d, end, sums, whole);
  } else if (kind == Sum.SQUARES) {
    if (first) {
      const count = f64x2.splat(countOf(op, constants));
      let s = sums;
      do {
        v128.store(s, f64x2.div(v128.load(s), count));
        v128.store(s + bytes, i32x4.splat(0));
        s += 16;
      } while (s < sums + bytes);
    }
    accumulate<T>(Sum.SQUARES, x, d, end, sums, whole);
  } else {
    if (first) memory.fill(sums + 2 * bytes, 0, 2 * bytes);
    accumulate<T>(Sum.SLOPES, x, d, end, sums, whole);
  }
}

/** kept·momentum + found·(1 − momentum), but what is not finite is not kept. */
// @ts-ignore: decorator
@inline function blend<T>(at: usize, found: f64, momentum: f64): void {
  const value = <T>(momentum * <f64>load<T>(at) + (1 - momentum) * found);
  if (abs(<f64>value) <= FINITE) store<T>(at, value);
}

/**
 * batchNorm(cursor, skip, most, constants, X, Y, γ or 0, β or 0, running mean, running variance, sums or 0, scratch): with
 * sums those of the batch, which go into the running statistics, of the variance Σ(x − μ)²/(N − 1); without by these.
 */
// @ts-ignore: decorator
@inline export function batchNorm<T>(op: usize): void {
  const rows = rowsOf(op);
  if (rows == 0) return;
  const constants = word(op, 5);
  let x = word(op, 6);
  let y = word(op, 7);
  const sums = word(op, 12);
  const scratch = word(op, 13);
  const whole = wholeOf<T>(constants);
  const width = whole << shift<T>();
  const epsilon = load<f64>(constants);
  const momentum = load<f64>(constants, 8);
  const count = countOf(op, constants);
  const channels = <usize>channelsOf(constants);
  let c: usize = 0;
  do {
    const at = c << shift<T>();
    let mean: f64;
    let variance: f64;
    if (sums != 0) {
      mean = load<f64>(sums + (c << 3));
      const squares = load<f64>(sums + ((whole + c) << 3));
      variance = squares / count;
      if (word(op, 3) == 0) {
        blend<T>(word(op, 10) + at, mean, momentum);
        blend<T>(word(op, 11) + at, squares / max<f64>(count - 1, 1), momentum);
      }
    } else {
      mean = <f64>load<T>(word(op, 10) + at);
      variance = <f64>load<T>(word(op, 11) + at);
    }
    const gamma = word(op, 8) != 0 ? <f64>load<T>(word(op, 8) + at) : 1;
    store<T>(scratch + at, <T>mean);
    store<T>(scratch + width + at, <T>(gamma / sqrt(variance + epsilon)));
    store<T>(scratch + 2 * width + at, word(op, 9) != 0 ? load<T>(word(op, 9) + at) : 0);
  } while (++c < channels);
  const end = x + <usize>rows * <usize>positionsOf(constants) * width;
  do {
    let s = scratch;
    const last = x + width;
    do {
      const away = v128.sub<T>(v128.load(x), v128.load(s));
      v128.store(y, madd<T>(v128.load(s + 2 * width), away, v128.load(s + width)));
      x += 16;
      y += 16;
      s += 16;
    } while (x < last);
  } while (x < end);
}

/** A gradient of parameters, padding included. */
// @ts-ignore: decorator
@inline function put<T>(at: usize, value: f64, stored: bool): void {
  store<T>(at, stored ? <T>value : load<T>(at) + <T>value);
}

/**
 * batchNormBack(cursor, skip, most, constants, X, ∂Y, ∂X or 0, γ or 0, ∂γ or 0, ∂β or 0, whether gradients are added in any
 * case, sums, scratch)
 */
// @ts-ignore: decorator
@inline export function batchNormBack<T>(op: usize): void {
  const rows = rowsOf(op);
  if (rows == 0) return;
  const constants = word(op, 5);
  let x = word(op, 6);
  let d = word(op, 7);
  let to = word(op, 8);
  const sums = word(op, 13);
  const scratch = word(op, 14);
  const whole = wholeOf<T>(constants);
  const width = whole << shift<T>();
  const bytes = whole << 3;
  const epsilon = load<f64>(constants);
  const count = countOf(op, constants);
  const channels = <usize>channelsOf(constants);
  const first = word(op, 3) == 0;
  const stored = fresh(op) && word(op, 12) == 0;
  let c: usize = 0;
  do {
    const at = c << shift<T>();
    const s = sums + (c << 3);
    const deviation = sqrt(load<f64>(s + bytes) / count + epsilon);
    const bias = c < channels ? load<f64>(s + 2 * bytes) : 0;
    const weight = c < channels ? load<f64>(s + 3 * bytes) / deviation : 0;
    if (first) {
      if (word(op, 10) != 0) put<T>(word(op, 10) + at, weight, stored);
      if (word(op, 11) != 0) put<T>(word(op, 11) + at, bias, stored);
    }
    const a = (word(op, 9) != 0 ? <f64>load<T>(word(op, 9) + at) : 1) / deviation;
    store<T>(scratch + at, <T>load<f64>(s));
    store<T>(scratch + width + at, <T>a);
    store<T>(scratch + 2 * width + at, <T>((-a * bias) / count));
    store<T>(scratch + 3 * width + at, <T>((-a * weight) / (deviation * count)));
  } while (++c < whole);
  if (to == 0) return;
  const end = x + <usize>rows * <usize>positionsOf(constants) * width;
  do {
    let s = scratch;
    const last = x + width;
    do {
      const away = v128.sub<T>(v128.load(x), v128.load(s));
      const slope = madd<T>(v128.load(s + 2 * width), v128.load(d), v128.load(s + width));
      v128.store(to, madd<T>(slope, away, v128.load(s + 3 * width)));
      x += 16;
      d += 16;
      to += 16;
      s += 16;
    } while (x < last);
  } while (x < end);
}
