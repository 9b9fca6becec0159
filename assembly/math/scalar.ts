import { exp } from './exp';
import { log } from './log';
export function expScalar(x: f64): f64 {
  return f64x2.extract_lane(exp<f64>(f64x2.splat(x)), 0);
}
export function logScalar(x: f64): f64 {
  return f64x2.extract_lane(log<f64>(f64x2.splat(x)), 0);
}
export function powScalar(x: f64, y: f64): f64 {
  return expScalar(y * logScalar(x));
}
