/**
 * Rprop (Riedmiller & Braun 1993), as iRprop− (Igel & Hüsken 2003): only signs of gradients count.
 *
 *   Δ ← clip(Δ·f, min, max)      f = η⁺ where the sign of g is that of the last step, η⁻ where it is the opposite, else 1
 *   g ← 0 where the sign is the opposite
 *   θ ← θ − Δ·sign g
 *
 * Δ starts at η. What is kept is sign g, so that no product overflows or vanishes.
 */
import { select, word } from '../lanes';
import { all, fill, option, rateOf, slot, time } from './update';

/** rprop(op): options η⁻, η⁺, min, max, 1 to maximize; slots sign g, Δ. */
// @ts-ignore: decorator
@inline export function rprop<T>(op: usize): void {
  let p = word(op, 3);
  let g = word(op, 4);
  let s = slot(op, 0);
  let d = slot(op, 1);
  let h = word(op, 8);
  const end = p + word(op, 5);
  if (time(op) == 1) fill<T>(d, word(op, 5), rateOf(op));
  const down = all<T>(option(op, 0));
  const up = all<T>(option(op, 1));
  const least = all<T>(option(op, 2));
  const most = all<T>(option(op, 3));
  const sign = v128.splat<T>(<T>-0.0);
  const flip = option(op, 4) != 0 ? sign : i32x4.splat(0);
  const one = all<T>(1);
  const zero = i32x4.splat(0);
  do {
    const u = v128.load(g);
    const now = v128.and(v128.or(v128.and(v128.xor(u, flip), sign), one), v128.ne<T>(u, zero));
    const e = v128.mul<T>(now, v128.load(s));
    const turned = v128.lt<T>(e, zero);
    const factor = select(down, select(up, one, v128.gt<T>(e, zero)), turned);
    const step = v128.pmin<T>(v128.pmax<T>(v128.mul<T>(v128.load(d), factor), least), most);
    const goes = v128.andnot(now, turned);
    v128.store(s, goes);
    v128.store(d, step);
    v128.store(p, v128.sub<T>(v128.load(p), v128.mul<T>(goes, step)));
    if (h != 0) {
      v128.store(h, step);
      h += 16;
    }
    p += 16;
    g += 16;
    s += 16;
    d += 16;
  } while (p < end);
}
