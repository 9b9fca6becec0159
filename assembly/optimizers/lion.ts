/** Lion (Chen et al. 2023): the sign of a mixture of gradient and mean. One pass. */
import { madd, word } from '../lanes';
import { signBit } from '../math/table';
import { all, option, rateOf, slot } from './update';

/**
 * θ ← (1 − ηλ)θ − η·sign(β1·m + (1 − β1)u), then m ← β2·m + (1 − β2)u, u = ±g; the sign of 0 is 0.
 *
 * Slot: m. Options: β1, β2, λ, 1 to maximize.
 */
// @ts-ignore: decorator
@inline export function lion<T>(op: usize): void {
  let p = word(op, 3);
  let g = word(op, 4);
  const end = p + word(op, 5);
  let mAt = slot(op, 0);
  const rate = all<T>(rateOf(op));
  const stay = all<T>(1 - rateOf(op) * option(op, 2));
  const sign = all<T>(1 - 2 * option(op, 3));
  const keep1 = all<T>(option(op, 0));
  const share1 = all<T>(1 - option(op, 0));
  const keep2 = all<T>(option(op, 1));
  const share2 = all<T>(1 - option(op, 1));
  const bit = signBit<T>();
  const zero = all<T>(0);
  do {
    const u = v128.mul<T>(sign, v128.load(g));
    const m = v128.load(mAt);
    const mixed = madd<T>(v128.mul<T>(share1, u), keep1, m);
    const step = v128.and(v128.or(rate, v128.and(mixed, bit)), v128.ne<T>(mixed, zero));
    v128.store(p, v128.sub<T>(v128.mul<T>(stay, v128.load(p)), step));
    v128.store(mAt, madd<T>(v128.mul<T>(share2, u), keep2, m));
    p += 16;
    g += 16;
    mAt += 16;
  } while (p < end);
}
