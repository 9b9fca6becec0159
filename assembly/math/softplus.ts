// @ts-ignore: decorator
@inline export function softplus<T>(v: v128): v128 {
  if (sizeof<T>() == 4) {
    return f32x4(<f32>(max<f64>(<f64>f32x4.extract_lane(v, 0),0)+Math.log1p(Math.exp(-abs(<f64>f32x4.extract_lane(v, 0))))), <f32>(max<f64>(<f64>f32x4.extract_lane(v, 1),0)+Math.log1p(Math.exp(-abs(<f64>f32x4.extract_lane(v, 1))))), <f32>(max<f64>(<f64>f32x4.extract_lane(v, 2),0)+Math.log1p(Math.exp(-abs(<f64>f32x4.extract_lane(v, 2))))), <f32>(max<f64>(<f64>f32x4.extract_lane(v, 3),0)+Math.log1p(Math.exp(-abs(<f64>f32x4.extract_lane(v, 3))))));
  }
  return f64x2((max<f64>(<f64>f64x2.extract_lane(v, 0),0)+Math.log1p(Math.exp(-abs(<f64>f64x2.extract_lane(v, 0))))), (max<f64>(<f64>f64x2.extract_lane(v, 1),0)+Math.log1p(Math.exp(-abs(<f64>f64x2.extract_lane(v, 1))))));
}
