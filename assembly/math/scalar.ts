/** The functions of one f64, by the same polynomials: what a vector gives in each of its lanes. */
import { exp } from './exp';
import { log, log1p } from './log';
import { pow } from './pow';
import { cosBeyond } from './trig';

export function expScalar(x: f64): f64 {
  return f64x2.extract_lane(exp<f64>(f64x2.splat(x)), 0);
}

export function logScalar(x: f64): f64 {
  return f64x2.extract_lane(log<f64>(f64x2.splat(x)), 0);
}

export function log1pScalar(x: f64): f64 {
  return f64x2.extract_lane(log1p<f64>(f64x2.splat(x)), 0);
}

/** Two powers in the time of one. */
export function powPair(x: v128, y: v128): v128 {
  return pow<f64>(x, y);
}

export function powScalar(x: f64, y: f64): f64 {
  return f64x2.extract_lane(powPair(f64x2.splat(x), f64x2.splat(y)), 0);
}

export function cosScalar(x: f64): f64 {
  return cosBeyond(x, 0);
}

export function sinScalar(x: f64): f64 {
  return cosBeyond(x, 3);
}
