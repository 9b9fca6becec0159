/** What no update can beat; the limits that benchmarks compare with. */
import { word } from '../lanes';
import { all, slot } from './update';

/** Operands of an update with two slots: θ ← 1/√(slot 1), one root and one division a vector, and nothing else. */
// @ts-ignore: decorator
@inline export function rootDivide<T>(op: usize): void {
  let p = word(op, 3);
  const end = p + word(op, 5);
  let v = slot(op, 1);
  const one = all<T>(1);
  do {
    v128.store(p, v128.div<T>(one, v128.sqrt<T>(v128.load(v))));
    p += 16;
    v += 16;
  } while (p < end);
}

/** Operands of an update with two slots: reads θ, g and both slots, writes θ and both slots. */
// @ts-ignore: decorator
@inline export function moveFour<T>(op: usize): void {
  let p = word(op, 3);
  let g = word(op, 4);
  const end = p + word(op, 5);
  let a = slot(op, 0);
  let b = slot(op, 1);
  do {
    const x = v128.load(g);
    v128.store(p, v128.xor(v128.load(p), x));
    v128.store(a, v128.xor(v128.load(a), x));
    v128.store(b, v128.xor(v128.load(b), x));
    p += 16;
    g += 16;
    a += 16;
    b += 16;
  } while (p < end);
}
