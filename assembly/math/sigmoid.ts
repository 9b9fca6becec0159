// @ts-ignore: decorator
@inline export function sigmoid<T>(v: v128): v128 {
  if (sizeof<T>() == 4) {
    return f32x4(<f32>(1/(1+Math.exp(-(<f64>f32x4.extract_lane(v, 0))))), <f32>(1/(1+Math.exp(-(<f64>f32x4.extract_lane(v, 1))))), <f32>(1/(1+Math.exp(-(<f64>f32x4.extract_lane(v, 2))))), <f32>(1/(1+Math.exp(-(<f64>f32x4.extract_lane(v, 3))))));
  }
  return f64x2((1/(1+Math.exp(-(<f64>f64x2.extract_lane(v, 0))))), (1/(1+Math.exp(-(<f64>f64x2.extract_lane(v, 1))))));
}
