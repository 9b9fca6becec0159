/**
 * Norms of gradients, and clipping by them and by value.
 *
 *   norm       *sum ← *sum + Σg²                  clear: from zero
 *   clipNorm   g ← g·max/‖g‖ if ‖g‖ > max         ‖g‖ = √*sum
 *   clipValue  g ← min(max(g, −max), max)
 *
 * `sum` is two f64: Σg² and, of gradients in f64, Σ(g·2⁻⁶⁰⁰)², which is there where the first one overflows.
 */
import { sumLanes, word } from '../lanes';

/** Above this a sum of squares has overflowed. */
const FINITE: f64 = f64.MAX_VALUE;

/** 2⁻⁶⁴ and 2⁻⁶⁰⁰: what keeps a quotient by a very large norm from becoming subnormal. */
// @ts-ignore: decorator
@inline function small<T>(): f64 {
  return sizeof<T>() == 4 ? 5.421010862427522e-20 : 2.409919865102884e-181;
}

/** ‖g‖ from its sums. */
// @ts-ignore: decorator
@inline export function normOf<T>(sum: usize): f64 {
  const squares = load<f64>(sum);
  if (sizeof<T>() == 4 || squares <= FINITE) return sqrt(squares);
  return sqrt(load<f64>(sum, 8)) / small<T>();
}

/** ‖g‖·`small` from its sums: finite wherever g is. */
// @ts-ignore: decorator
@inline export function smallNormOf<T>(sum: usize): f64 {
  const squares = load<f64>(sum);
  if (sizeof<T>() == 4 || squares <= FINITE) return sqrt(squares) * small<T>();
  return sqrt(load<f64>(sum, 8));
}

/** What g is multiplied with first: 1, or `small` where `quotient` by the norm has few digits left. */
// @ts-ignore: decorator
@inline export function before<T>(quotient: f64): f64 {
  return quotient >= (sizeof<T>() == 4 ? 1e-30 : 1e-290) ? 1 : small<T>();
}

/** Σ(g·2⁻⁶⁰⁰)² of f64. */
function scaledSquares(g: usize, end: usize): f64 {
  const scale = f64x2.splat(small<f64>());
  let sum = i32x4.splat(0);
  do {
    const v = f64x2.mul(scale, v128.load(g));
    sum = f64x2.add(sum, f64x2.mul(v, v));
    g += 16;
  } while (g < end);
  return sumLanes<f64>(sum);
}

// @ts-ignore: decorator
@inline function addSquares(sum: v128, v: v128): v128 {
  return f64x2.add(sum, f64x2.mul(v, v));
}

// @ts-ignore: decorator
@inline function low<T>(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

// @ts-ignore: decorator
@inline function high<T>(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1));
}

/**
 * norm(sum, g, bytes > 0, clear). Element i of a stretch goes to accumulator ⌊i/2⌋ mod 4, lane i mod 2; they are added as
 * (0 + 1) + (2 + 3), then the lanes, then to what is there.
 */
// @ts-ignore: decorator
@inline export function norm<T>(op: usize): void {
  const sum = word(op, 2);
  const start = word(op, 3);
  const end = start + word(op, 4);
  let g = start;
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const turn: usize = 8 * sizeof<T>();
  const whole = end - ((end - start) & (turn - 1));
  while (g < whole) {
    const v = v128.load(g);
    const w = v128.load(g, 16);
    if (sizeof<T>() == 4) {
      a = addSquares(a, low<T>(v));
      b = addSquares(b, high<T>(v));
      c = addSquares(c, low<T>(w));
      d = addSquares(d, high<T>(w));
    } else {
      a = addSquares(a, v);
      b = addSquares(b, w);
      c = addSquares(c, v128.load(g, 32));
      d = addSquares(d, v128.load(g, 48));
    }
    g += turn;
  }
  if (g < end) {
    const v = v128.load(g);
    if (sizeof<T>() == 4) {
      a = addSquares(a, low<T>(v));
      b = addSquares(b, high<T>(v));
    } else {
      a = addSquares(a, v);
      if (g + 16 < end) b = addSquares(b, v128.load(g, 16));
      if (g + 32 < end) c = addSquares(c, v128.load(g, 32));
    }
  }
  const squares = sumLanes<f64>(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)));
  const clear = word(op, 5) != 0;
  store<f64>(sum, clear ? squares : load<f64>(sum) + squares);
  if (sizeof<T>() == 8) {
    const scaled = squares <= FINITE ? squares * small<T>() * small<T>() : scaledSquares(start, end);
    store<f64>(sum, clear ? scaled : load<f64>(sum, 8) + scaled, 8);
  }
}

/** clipNorm(sum, max, g, bytes > 0): g stays as it is, bit for bit, if its norm is within max or not finite. */
// @ts-ignore: decorator
@inline export function clipNorm<T>(op: usize): void {
  const sum = word(op, 2);
  const max = load<f64>(word(op, 3));
  const length = normOf<T>(sum);
  // A norm beyond the largest number is one of a finite gradient if the scaled one is finite.
  const scaled = smallNormOf<T>(sum);
  if (!(length > max) || !(scaled <= FINITE)) return;
  const first = before<T>(max / length);
  const factor = v128.splat<T>(<T>(max / (first == 1 ? length : scaled)));
  const down = v128.splat<T>(<T>first);
  let g = word(op, 4);
  const end = g + word(op, 5);
  do {
    v128.store(g, v128.mul<T>(v128.mul<T>(v128.load(g), down), factor));
    g += 16;
  } while (g < end);
}

/** clipValue(max, g, bytes > 0): NaN stays NaN. */
// @ts-ignore: decorator
@inline export function clipValue<T>(op: usize): void {
  const max = <T>load<f64>(word(op, 2));
  const top = v128.splat<T>(max);
  const bottom = v128.splat<T>(-max);
  let g = word(op, 3);
  const end = g + word(op, 4);
  do {
    v128.store(g, v128.pmin<T>(v128.pmax<T>(v128.load(g), bottom), top));
    g += 16;
  } while (g < end);
}
