/** The functions of one f64, by the same polynomials: what a vector gives in each of its lanes. */
import { powCall } from './calls';
import { exp } from './exp';
import { log, log1p } from './log';
import { cos, sin } from './trig';

export function expScalar(x: f64): f64 {
  return f64x2.extract_lane(exp<f64>(f64x2.splat(x)), 0);
}

export function logScalar(x: f64): f64 {
  return f64x2.extract_lane(log<f64>(f64x2.splat(x)), 0);
}

export function log1pScalar(x: f64): f64 {
  return f64x2.extract_lane(log1p<f64>(f64x2.splat(x)), 0);
}

export function powScalar(x: f64, y: f64): f64 {
  return f64x2.extract_lane(powCall<f64>(f64x2.splat(x), f64x2.splat(y)), 0);
}

export function cosScalar(x: f64): f64 {
  return f64x2.extract_lane(cos<f64>(f64x2.splat(x)), 0);
}

export function sinScalar(x: f64): f64 {
  return f64x2.extract_lane(sin<f64>(f64x2.splat(x)), 0);
}
