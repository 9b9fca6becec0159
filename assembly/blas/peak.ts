/** What no product can beat; the limits that benchmarks compare with. */
import { loadSplat, madd, word } from '../lanes';
import { ROWS, tile } from './micro';

/**
 * peak(from, to, turns > 0): twelve independent chains of a ← a·s + t in registers, a turn one step of each. `from` has s
 * and t; their sum goes to `to`.
 */
// @ts-ignore: decorator
@inline export function peak<T>(op: usize): void {
  const s = loadSplat<T>(word(op, 2));
  const t = loadSplat<T>(word(op, 2) + sizeof<T>());
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
  let l = t;
  do {
    a = madd<T>(t, a, s);
    b = madd<T>(t, b, s);
    c = madd<T>(t, c, s);
    d = madd<T>(t, d, s);
    e = madd<T>(t, e, s);
    f = madd<T>(t, f, s);
    g = madd<T>(t, g, s);
    h = madd<T>(t, h, s);
    i = madd<T>(t, i, s);
    j = madd<T>(t, j, s);
    k = madd<T>(t, k, s);
    l = madd<T>(t, l, s);
  } while (--turns != 0);
  a = v128.add<T>(v128.add<T>(v128.add<T>(a, b), v128.add<T>(c, d)), v128.add<T>(v128.add<T>(e, f), v128.add<T>(g, h)));
  v128.store(word(op, 3), v128.add<T>(a, v128.add<T>(v128.add<T>(i, j), v128.add<T>(k, l))));
}

/** tileOnly(a, b, depth > 0, c, times > 0): the micro-kernel over one panel of each factor, from the first-level cache. */
// @ts-ignore: decorator
@inline export function tileOnly<T>(op: usize): void {
  const b = word(op, 3);
  const end = b + (word(op, 4) << 5);
  const c = word(op, 5);
  let times = word(op, 6);
  do {
    tile<T>(word(op, 2), b, end, c, 32, 16, c, 32, 16, ROWS - 1);
  } while (--times != 0);
}
