/** What no product can beat; the limits that benchmarks compare with. */
import { loadSplat, word } from '../lanes';
import { ROWS, tile } from './micro';

/**
 * peak(from, to, turns > 0): seven chains of a ← a·s and seven of a ← a + s in registers, independent of each other, a turn
 * one step of each. `from` has s; the sum of all goes to `to`.
 */
// @ts-ignore: decorator
@inline export function peak<T>(op: usize): void {
  const s = loadSplat<T>(word(op, 2));
  let turns = word(op, 4);
  let a = s;
  let b = s;
  let c = s;
  let d = s;
  let e = s;
  let f = s;
  let g = s;
  let h = s;
  let i = s;
  let j = s;
  let k = s;
  let l = s;
  let m = s;
  let n = s;
  do {
    a = v128.mul<T>(a, s);
    h = v128.add<T>(h, s);
    b = v128.mul<T>(b, s);
    i = v128.add<T>(i, s);
    c = v128.mul<T>(c, s);
    j = v128.add<T>(j, s);
    d = v128.mul<T>(d, s);
    k = v128.add<T>(k, s);
    e = v128.mul<T>(e, s);
    l = v128.add<T>(l, s);
    f = v128.mul<T>(f, s);
    m = v128.add<T>(m, s);
    g = v128.mul<T>(g, s);
    n = v128.add<T>(n, s);
  } while (--turns != 0);
  a = v128.add<T>(a, b);
  a = v128.add<T>(a, c);
  a = v128.add<T>(a, d);
  a = v128.add<T>(a, e);
  a = v128.add<T>(a, f);
  a = v128.add<T>(a, g);
  a = v128.add<T>(a, h);
  a = v128.add<T>(a, i);
  a = v128.add<T>(a, j);
  a = v128.add<T>(a, k);
  a = v128.add<T>(a, l);
  a = v128.add<T>(a, m);
  a = v128.add<T>(a, n);
  v128.store(word(op, 3), a);
}

/** tileOnly(a, b, depth > 0, c, times > 0): the micro-kernel over one panel of each factor, from the first-level cache. */
// @ts-ignore: decorator
@inline export function tileOnly<T>(op: usize): void {
  const b = word(op, 3);
  const end = b + (word(op, 4) << 5);
  const c = word(op, 5);
  let times = word(op, 6);
  do {
    tile<T>(ROWS, word(op, 2), b, end, c, 32, 16, c, 32, 16, ROWS - 1);
  } while (--times != 0);
}
