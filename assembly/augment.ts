/**
 * Images of a batch, each moved on its way there: shifted, turned, scaled, mirrored about its middle. Pixel p of what comes
 * out is the input at
 *
 *   q = c + F·R(−φ)·(p − c − t)/s          c = ((width − 1)/2, (height − 1)/2), p and q = (column, row)
 *
 * with R(φ) the turn by φ from columns to rows (clockwise as seen), F = diag(±1, ±1), between four pixels, each way a + f·(b − a). Outside the input
 * there is `fill`.
 *
 * The row at position r of the epoch has the words w₀ … w₃ of counter r of the stream `augment`, substream epoch (random.ts).
 * With u = (w >>> 8)·2^-24: φ = rotate·(2u₀ − 1), s = low + span·u₁, t = shift·(2u₂ − 1, 2u₃ − 1); it is mirrored
 * from left to right where bit 0 of w₂, from top to bottom where bit 0 of w₃ is 1, if that is asked.
 */
import {
  CURSOR_BLOCK,
  CURSOR_INDEX,
  CURSOR_ROW,
  CURSOR_START,
  RANDOM_SEED_HI,
  RANDOM_SEED_LO,
  RANDOM_STREAM,
  RANDOM_SUBSTREAM,
} from './generated/fields';
import { hyper, lanes, madd, shift, word } from './lanes';
import { cosScalar, sinScalar } from './math/scalar';
import { words } from './random';

const STREAM: u32 = 5;
const STATE = memory.data(32, 8);
const WORDS = memory.data(64, 16);

const COLUMNS_F32 = memory.data<f32>([0, 1, 2, 3]);
const COLUMNS_F64 = memory.data<f64>([0, 1]);

/** q = (x0 + xx·column + yx·row, y0 + xy·column + yy·row). */
const PLACE = memory.data(48, 8);

/** Word `i` as a number in [0, 1). */
// @ts-ignore: decorator
@inline function unit(i: usize): f64 {
  return <f64>(load<u32>(WORDS + (i << 2)) >>> 8) * 5.960464477539063e-8;
}

/** Word `i` as a number in [−1, 1). */
// @ts-ignore: decorator
@inline function sign(i: usize): f64 {
  return 2 * unit(i) - 1;
}

/** −1 where bit 0 of word `i` is 1 and it is asked, else 1. */
// @ts-ignore: decorator
@inline function mirror(i: usize, asked: u32): f64 {
  return <f64>(1 - 2 * <i32>(load<u32>(WORDS + (i << 2)) & asked & 1));
}

/** What happens to the row at this position, into PLACE. */
function place(numbers: usize, position: u32): void {
  words(STATE, WORDS, 64, position, 0);
  const cx = 0.5 * (hyper<f64>(numbers, 1) - 1);
  const cy = 0.5 * (hyper<f64>(numbers, 0) - 1);
  const angle = hyper<f64>(numbers, 4) * sign(0);
  const scale = hyper<f64>(numbers, 5) + hyper<f64>(numbers, 6) * unit(1);
  const flips = <u32>hyper<f64>(numbers, 8);
  const mx = mirror(2, flips);
  const my = mirror(3, flips >> 1);
  const cos = cosScalar(angle) / scale;
  const sin = sinScalar(angle) / scale;
  const px = cx + hyper<f64>(numbers, 3) * sign(2);
  const py = cy + hyper<f64>(numbers, 3) * sign(3);
  store<f64>(PLACE, cx - mx * (cos * px + sin * py));
  store<f64>(PLACE, mx * cos, 8);
  store<f64>(PLACE, mx * sin, 16);
  store<f64>(PLACE, cy - my * (cos * py - sin * px), 24);
  store<f64>(PLACE, -my * sin, 32);
  store<f64>(PLACE, my * cos, 40);
}

/** Pairs of neighbours at the addresses of the lanes: between them, from the left one by f of the way. */
// @ts-ignore: decorator
@inline function between<T>(at: v128, f: v128): v128 {
  const p = <usize>i32x4.extract_lane(at, 0);
  const q = <usize>i32x4.extract_lane(at, 1);
  let a: v128;
  let b: v128;
  if (sizeof<T>() == 4) {
    const low = v128.load64_lane(q, v128.load64_zero(p), 1);
    const r = <usize>i32x4.extract_lane(at, 2);
    const s = <usize>i32x4.extract_lane(at, 3);
    const high = v128.load64_lane(s, v128.load64_zero(r), 1);
    a = v128.shuffle<i32>(low, high, 0, 2, 4, 6);
    b = v128.shuffle<i32>(low, high, 1, 3, 5, 7);
  } else {
    const low = v128.load(p);
    const high = v128.load(q);
    a = v128.shuffle<i64>(low, high, 0, 2);
    b = v128.shuffle<i64>(low, high, 1, 3);
  }
  return madd<T>(a, f, v128.sub<T>(b, a));
}

/** A coordinate within the frame of one pixel around the input. */
// @ts-ignore: decorator
@inline function clamped<T>(x: v128, top: v128): v128 {
  return v128.pmax<T>(v128.pmin<T>(x, top), v128.splat<T>(<T>-1));
}

/**
 * One channel, from a plane with a frame to one without. Whole vectors are written: up to lanes − 1 pixels beyond a row,
 * which the next row writes again.
 */
function resample<T>(plane: usize, to: usize, width: u32, height: u32): void {
  const across = v128.splat<T>(<T>(width + 2));
  const right = v128.splat<T>(<T>width);
  const bottom = v128.splat<T>(<T>height);
  // The pixel (0, 0) lies behind the frame.
  const first = i32x4.splat(<i32>plane + ((<i32>(width + 3)) << (<i32>shift<T>())));
  const below = i32x4.splat((<i32>(width + 2)) << (<i32>shift<T>()));
  const dx = v128.splat<T>(hyper<T>(PLACE, 1));
  const dy = v128.splat<T>(hyper<T>(PLACE, 4));
  const more = v128.splat<T>(<T>lanes<T>());
  let row: u32 = 0;
  do {
    const x1 = v128.splat<T>(<T>(hyper<f64>(PLACE, 0) + hyper<f64>(PLACE, 2) * <f64>row));
    const y1 = v128.splat<T>(<T>(hyper<f64>(PLACE, 3) + hyper<f64>(PLACE, 5) * <f64>row));
    let columns = v128.load(sizeof<T>() == 4 ? COLUMNS_F32 : COLUMNS_F64);
    let pixel = to;
    let left = <i32>width;
    do {
      const x = clamped<T>(madd<T>(x1, dx, columns), right);
      const y = clamped<T>(madd<T>(y1, dy, columns), bottom);
      const floorX = v128.floor<T>(x);
      const floorY = v128.floor<T>(y);
      const index = madd<T>(floorX, floorY, across);
      const whole = sizeof<T>() == 4 ? i32x4.trunc_sat_f32x4_s(index) : i32x4.trunc_sat_f64x2_s_zero(index);
      const at = i32x4.add(first, i32x4.shl(whole, <i32>shift<T>()));
      const fx = v128.sub<T>(x, floorX);
      const upper = between<T>(at, fx);
      const lower = between<T>(i32x4.add(at, below), fx);
      v128.store(pixel, madd<T>(upper, v128.sub<T>(y, floorY), v128.sub<T>(lower, upper)));
      columns = v128.add<T>(columns, more);
      pixel += 16;
      left -= lanes<T>();
    } while (left > 0);
    to += (<usize>width) << shift<T>();
  } while (++row < height);
}

/**
 * augment(cursor, random, from, bytes from row to row, to, bytes of a row, numbers, plane): the rows of the block side by
 * side, by the cursor's index if it has one. Numbers: height, width, channels, shift, rotate in radians, low, span, fill,
 * 1 and 2 for the ways to mirror. `plane` has room for (height + 3)·(width + 2) + 1 elements, then
 * height·width + 3.
 */
// @ts-ignore: decorator
@inline export function augment<T>(op: usize): void {
  const cursor = word(op, 2);
  const random = word(op, 3);
  const numbers = word(op, 8);
  const plane = word(op, 9);
  const height = <u32>hyper<f64>(numbers, 0);
  const width = <u32>hyper<f64>(numbers, 1);
  const channels = <u32>hyper<f64>(numbers, 2);
  const size: usize = sizeof<T>();
  const step = size * channels;
  const bytes = word(op, 7);
  const index = <usize>load<u32>(cursor, CURSOR_INDEX);
  let position = load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW);
  const end = position + load<u32>(cursor, CURSOR_BLOCK);
  let to = word(op, 6);
  store<u32>(STATE, load<u32>(random, RANDOM_SEED_LO), RANDOM_SEED_LO);
  store<u32>(STATE, load<u32>(random, RANDOM_SEED_HI), RANDOM_SEED_HI);
  store<u32>(STATE, load<u32>(random, RANDOM_SUBSTREAM), RANDOM_SUBSTREAM);
  store<u32>(STATE, STREAM, RANDOM_STREAM);
  let p = plane;
  const stop = plane + ((<usize>((height + 3) * (width + 2) + 1)) << shift<T>());
  const done = stop + ((<usize>(height * width)) << shift<T>());
  do {
    store<T>(p, hyper<T>(numbers, 7));
    p += size;
  } while (p < stop);
  do {
    place(numbers, position);
    const row = index ? load<u32>(index + ((<usize>position) << 2)) : position;
    const from = word(op, 4) + <usize>row * word(op, 5);
    let channel: usize = 0;
    do {
      let source = from + channel;
      let line = plane + ((<usize>(width + 3)) << shift<T>());
      let i = height;
      do {
        p = line;
        const last = p + ((<usize>width) << shift<T>());
        do {
          store<T>(p, load<T>(source));
          source += step;
          p += size;
        } while (p < last);
        line = last + 2 * size;
      } while (--i);
      resample<T>(plane, stop, width, height);
      source = to + channel;
      p = stop;
      do {
        store<T>(source, load<T>(p));
        source += step;
        p += size;
      } while (p < done);
      channel += size;
    } while (channel < step);
    p = to + step * width * height;
    to += bytes;
    // The padding is read by products.
    while (p < to) {
      store<T>(p, 0);
      p += size;
    }
  } while (++position < end);
}
