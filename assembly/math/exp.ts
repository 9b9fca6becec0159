// @ts-ignore: decorator
@inline export function exp<T>(v: v128): v128 {
  if (sizeof<T>() == 4) {
    return f32x4(<f32>Math.exp(f32x4.extract_lane(v, 0)), <f32>Math.exp(f32x4.extract_lane(v, 1)), <f32>Math.exp(f32x4.extract_lane(v, 2)), <f32>Math.exp(f32x4.extract_lane(v, 3)));
  }
  return f64x2(Math.exp(f64x2.extract_lane(v, 0)), Math.exp(f64x2.extract_lane(v, 1)));
}
