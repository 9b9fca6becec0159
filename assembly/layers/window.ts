/**
 * Windows over images of positions: what convolutions and pooling do at every tap of every window.
 *
 * Windows are those of `count` output positions from `first` on, numbered through all rows of the op; a tap outside of the
 * image is left out, or zero where patches are copied. Positions and taps come in order, so a sum over them has one order.
 */
import {
  WINDOW_DILATION_X,
  WINDOW_DILATION_Y,
  WINDOW_HEIGHT,
  WINDOW_INPUT_BYTES,
  WINDOW_KERNEL_HEIGHT,
  WINDOW_KERNEL_WIDTH,
  WINDOW_LEFT,
  WINDOW_OUTPUT_BYTES,
  WINDOW_OUTPUT_HEIGHT,
  WINDOW_OUTPUT_WIDTH,
  WINDOW_STRIDE_X,
  WINDOW_STRIDE_Y,
  WINDOW_TOP,
  WINDOW_WIDTH,
} from '../generated/fields';

/** What is done at a tap. x: a position that comes in; w: of the tap; y: of the window. */
export const enum Act {
  /** w ← x, or 0 outside. */
  COPY,
  /** x += w. */
  SCATTER,
  /** y += x. */
  SUM,
  /** x += y. */
  SPREAD,
  /** y ← max(y, x); NaN wins. */
  MAX,
  /** The first x that is y takes all of w, its ∂, to the position as far behind x as `shift` says. */
  MAX_BACK,
  /** y += x·w. */
  MULTIPLY,
  /** x += y·w. */
  MULTIPLY_INPUTS,
  /** w += x·y. */
  MULTIPLY_WEIGHTS,
}

// @ts-ignore: decorator
@inline export function field(g: usize, at: usize): u32 {
  return load<u32>(g + at);
}

/** t += s, whole vectors, then single elements. */
function add<T>(t: usize, s: usize, bytes: usize): void {
  let end = t + (bytes & ~15);
  while (t < end) {
    v128.store(t, v128.add<T>(v128.load(t), v128.load(s)));
    t += 16;
    s += 16;
  }
  end = t + (bytes & 15);
  while (t < end) {
    store<T>(t, <T>(load<T>(t) + load<T>(s)));
    t += sizeof<T>();
    s += sizeof<T>();
  }
}

function copy(t: usize, s: usize, bytes: usize): void {
  let end = t + (bytes & ~15);
  while (t < end) {
    v128.store(t, v128.load(s));
    t += 16;
    s += 16;
  }
  end = t + (bytes & 15);
  while (t < end) {
    store<i32>(t, load<i32>(s));
    t += 4;
    s += 4;
  }
}

/** t += a·b */
function multiply<T>(t: usize, a: usize, b: usize, bytes: usize): void {
  const end = t + bytes;
  do {
    v128.store(t, v128.add<T>(v128.load(t), v128.mul<T>(v128.load(a), v128.load(b))));
    t += 16;
    a += 16;
    b += 16;
  } while (t < end);
}

function maximum<T>(y: usize, x: usize, bytes: usize): void {
  const end = y + bytes;
  do {
    v128.store(y, v128.max<T>(v128.load(y), v128.load(x)));
    y += 16;
    x += 16;
  } while (y < end);
}

function maximumBack<T>(y: usize, x: usize, d: usize, to: usize, bytes: usize): void {
  const end = y + bytes;
  do {
    const u = v128.load(x);
    const v = v128.load(y);
    const left = v128.load(d);
    // NaN is where NaN is the largest.
    const here = v128.or(v128.eq<T>(u, v), v128.and(v128.ne<T>(u, u), v128.ne<T>(v, v)));
    v128.store(to, v128.add<T>(v128.load(to), v128.and(left, here)));
    v128.store(d, v128.andnot(left, here));
    y += 16;
    x += 16;
    d += 16;
    to += 16;
  } while (y < end);
}

function act<T>(what: Act, x: usize, w: usize, y: usize, shift: usize, bytes: usize): void {
  switch (what) {
    case Act.COPY:
      copy(w, x, bytes);
      break;
    case Act.SCATTER:
      add<T>(x, w, bytes);
      break;
    case Act.SUM:
      add<T>(y, x, bytes);
      break;
    case Act.SPREAD:
      add<T>(x, y, bytes);
      break;
    case Act.MAX:
      maximum<T>(y, x, bytes);
      break;
    case Act.MAX_BACK:
      maximumBack<T>(y, x, w, x + shift, bytes);
      break;
    case Act.MULTIPLY:
      multiply<T>(y, x, w, bytes);
      break;
    case Act.MULTIPLY_INPUTS:
      multiply<T>(x, y, w, bytes);
      break;
    default:
      multiply<T>(w, x, y, bytes);
  }
}

/** Zeros, at most three elements more than asked for. */
function clear(t: usize, bytes: usize): void {
  const end = t + bytes;
  while (t < end) {
    v128.store(t, i32x4.splat(0));
    t += 16;
  }
}

/**
 * Walks the windows. x: position 0 of the first row. w: of the first tap of the first window, from where it is `tap` bytes to
 * the next tap and `window` bytes to the next window. y: the first window. `bytes` are touched at a position. `run`: whether
 * the taps of a line lie side by side in x as in w, so that they can be taken as one (COPY, SCATTER).
 */
export function walk<T>(
  what: Act,
  g: usize,
  first: u32,
  count: u32,
  x: usize,
  w: usize,
  tap: usize,
  window: usize,
  y: usize,
  shift: usize,
  bytes: usize,
  run: bool,
): void {
  const height = field(g, WINDOW_HEIGHT);
  const width = field(g, WINDOW_WIDTH);
  const wide = field(g, WINDOW_OUTPUT_WIDTH);
  const high = field(g, WINDOW_OUTPUT_HEIGHT);
  const inputBytes = <usize>field(g, WINDOW_INPUT_BYTES);
  const outputBytes = <usize>field(g, WINDOW_OUTPUT_BYTES);
  const taps = field(g, WINDOW_KERNEL_WIDTH);
  const line = <usize>width * inputBytes;
  const strideX = field(g, WINDOW_STRIDE_X);
  const strideY = field(g, WINDOW_STRIDE_Y);
  const dilationX = field(g, WINDOW_DILATION_X);
  const dilationY = field(g, WINDOW_DILATION_Y);
  const top = field(g, WINDOW_TOP);
  const left = field(g, WINDOW_LEFT);
  let ox = first % wide;
  let oy = (first / wide) % high;
  x += <usize>(first / wide / high) * height * line;
  do {
    let v = w;
    // Negative coordinates are large ones.
    let iy = oy * strideY - top;
    const begin = ox * strideX - left;
    let ky = field(g, WINDOW_KERNEL_HEIGHT);
    do {
      const row = x + <usize>iy * line;
      if (iy >= height) {
        if (what == Act.COPY) clear(v, taps * tap);
        v += taps * tap;
      } else if (run) {
        const from = min(max(-(<i32>begin), 0), <i32>taps);
        const to = max(min(<i32>width - <i32>begin, <i32>taps), from);
        if (what == Act.COPY) clear(v, <usize>from * tap);
        const inside = v + <usize>from * tap;
        const bytes = <usize>(to - from) * tap;
        if (bytes != 0) act<T>(what, row + <usize>(begin + from) * inputBytes, inside, y, shift, bytes);
        v += taps * tap;
        if (what == Act.COPY) clear(inside + bytes, v - inside - bytes);
      } else {
        let ix = begin;
        let kx = taps;
        do {
          const p = row + <usize>ix * inputBytes;
          if (ix < width) {
            // One vector without a call.
            if (bytes == 16 && what == Act.COPY) v128.store(v, v128.load(p));
            else if (bytes == 16 && what == Act.SCATTER) v128.store(p, v128.add<T>(v128.load(p), v128.load(v)));
            else act<T>(what, p, v, y, shift, bytes);
          } else if (what == Act.COPY) clear(v, tap);
          ix += dilationX;
          v += tap;
        } while (--kx != 0);
      }
      iy += dilationY;
    } while (--ky != 0);
    w += window;
    y += outputBytes;
    if (++ox == wide) {
      ox = 0;
      if (++oy == high) {
        oy = 0;
        x += <usize>height * line;
      }
    }
  } while (--count != 0);
}
