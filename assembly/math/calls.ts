/**
 * Functions of math/ that are called instead of copied: where a kernel needs several of them, or many kernels need one.
 * A call costs some 2 ns a vector; a copy costs 300 bytes of module.
 */
import { exp, expm1 } from './exp';
import { log, log1p, log1pUnit } from './log';
import { pow } from './pow';

export function expCall<T>(x: v128): v128 {
  return exp<T>(x);
}

export function expm1Call<T>(x: v128): v128 {
  return expm1<T>(x);
}

export function logCall<T>(x: v128): v128 {
  return log<T>(x);
}

export function log1pCall<T>(x: v128): v128 {
  return log1p<T>(x);
}

export function log1pUnitCall<T>(x: v128): v128 {
  return log1pUnit<T>(x);
}

export function powCall<T>(x: v128, y: v128): v128 {
  return pow<T>(x, y);
}
