/**
 * Generic SIMD over f32 and f64, and the operands of a tape op. The only file that may mention relaxed SIMD.
 *
 * Four elements are the unit everywhere: one v128 of f32, two v128 of f64. Sums therefore have one order in both types.
 */

/** Bytes of one op: opcode, cost, then 14 operands of 4 bytes. */
export const OP_BYTES: usize = 64;

/** Elements of a v128. */
// @ts-ignore: decorator
@inline export function lanes<T>(): i32 {
  return 16 / <i32>sizeof<T>();
}

/** log2 of an element's bytes. */
// @ts-ignore: decorator
@inline export function shift<T>(): usize {
  return <usize>alignof<T>();
}

/** Operand `i` of an op, as pointer or count. */
// @ts-ignore: decorator
@inline export function word(op: usize, i: i32): usize {
  return load<u32>(op + ((<usize>i) << 2));
}

/** Number `i` of a block of f64 hyper-parameters, as T. */
// @ts-ignore: decorator
@inline export function hyper<T>(block: usize, i: i32): T {
  return <T>load<f64>(block + ((<usize>i) << 3));
}

/** a + x·y: two roundings in the strict module, one in the fast one. */
// @ts-ignore: decorator
@inline export function madd<T>(a: v128, x: v128, y: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(x, y, a);
  return v128.add<T>(a, v128.mul<T>(x, y));
}

/** One element in every lane, read from memory. */
// @ts-ignore: decorator
@inline export function loadSplat<T>(p: usize): v128 {
  if (sizeof<T>() == 4) return v128.load32_splat(p);
  return v128.load64_splat(p);
}

/** Sum of the lanes: (0 + 1) + (2 + 3) for f32, 0 + 1 for f64. */
// @ts-ignore: decorator
@inline export function sumLanes<T>(v: v128): T {
  if (sizeof<T>() == 4) {
    return <T>(
      (f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3)))
    );
  }
  return <T>(f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1));
}

/** Lanes 0 and 1, 2 and 3 changed for each other. */
// @ts-ignore: decorator
@inline export function swapPairs<T>(v: v128): v128 {
  return sizeof<T>() == 4 ? v128.shuffle<i32>(v, v, 1, 0, 3, 2) : v128.shuffle<i64>(v, v, 1, 0);
}

/** The largest lane. */
// @ts-ignore: decorator
@inline export function maxLanes<T>(v: v128): T {
  let top = v128.max<T>(v, v128.shuffle<i64>(v, v, 1, 0));
  if (sizeof<T>() == 4) top = v128.max<T>(top, v128.shuffle<i32>(top, top, 1, 0, 3, 2));
  return v128.extract_lane<T>(top, 0);
}

/** Lanes below `n` all ones, the others zero. */
// @ts-ignore: decorator
@inline export function maskBelow<T>(n: i32): v128 {
  if (sizeof<T>() == 4) return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n));
  return i64x2.lt_s(i64x2(0, 1), i64x2.splat(<i64>n));
}

/** a where the mask is set, b elsewhere. */
// @ts-ignore: decorator
@inline export function select(a: v128, b: v128, mask: v128): v128 {
  return v128.bitselect(a, b, mask);
}
