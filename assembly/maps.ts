/** Functions applied to every element. Whole vectors are processed: blocks are padded to 64 bytes. */
import { shift, word } from './lanes';
import { erf } from './math/erf';
import { exp, expm1 } from './math/exp';
import { log, log1p } from './math/log';
import { pow as power } from './math/pow';
import { sigmoid, softplus, tanh } from './math/sigmoid';
import { cos, sin } from './math/trig';

export const enum Map {
  Exp,
  Expm1,
  Log,
  Log1p,
  Cos,
  Sin,
  Tanh,
  Sigmoid,
  Softplus,
  Erf,
}

// @ts-ignore: decorator
@inline function apply<T>(map: Map, x: v128): v128 {
  if (map == Map.Exp) return exp<T>(x);
  if (map == Map.Expm1) return expm1<T>(x);
  if (map == Map.Log) return log<T>(x);
  if (map == Map.Log1p) return log1p<T>(x);
  if (map == Map.Cos) return cos<T>(x);
  if (map == Map.Sin) return sin<T>(x);
  if (map == Map.Tanh) return tanh<T>(x);
  if (map == Map.Sigmoid) return sigmoid<T>(x);
  if (map == Map.Erf) return erf<T>(x);
  return softplus<T>(x);
}

/** map(from, to, count > 0): to = f(from); `to` may be `from`. */
// @ts-ignore: decorator
@inline export function map<T>(op: usize, f: Map): void {
  let x = word(op, 2);
  let y = word(op, 3);
  const end = x + (word(op, 4) << shift<T>());
  do {
    v128.store(y, apply<T>(f, v128.load(x)));
    x += 16;
    y += 16;
  } while (x < end);
}

/** pow(x, y, to, count > 0): to = x^y, element by element; `to` may be `x` or `y`. */
// @ts-ignore: decorator
@inline export function pow<T>(op: usize): void {
  let x = word(op, 2);
  let y = word(op, 3);
  let to = word(op, 4);
  const end = x + (word(op, 5) << shift<T>());
  do {
    v128.store(to, power<T>(v128.load(x), v128.load(y)));
    x += 16;
    y += 16;
    to += 16;
  } while (x < end);
}
