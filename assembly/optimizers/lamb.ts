/**
 * LAMB (You et al. 2020): Adam's direction, as long as the tensor is times η. A tensor at a time, in two passes.
 *
 *   m ← β₁m + (1 − β₁)g      v ← β₂v + (1 − β₂)g²
 *   u = (m/c₁)/(√(v/c₂) + ε) + λθ                        c = 1 − βᵗ
 *   θ ← θ − ηr·u             r = ‖θ‖/‖u‖, 1 where either is 0
 *
 * u waits in scratch for the norms, which are sums in f64.
 */
import { squares } from '../blas/measure';
import { madd, sumLanes, word } from '../lanes';
import { powScalar } from '../math/scalar';
import { all, option, rateOf, slot, time } from './update';

/** lamb: block = β₁, β₂, ε, λ, 1 to maximize; slots m, v; scratch one tensor. */
// @ts-ignore: decorator
@inline export function lamb<T>(op: usize): void {
  const beta1 = option(op, 0);
  const beta2 = option(op, 1);
  const t = time(op);
  const keep1 = all<T>(beta1);
  const share1 = all<T>(1 - beta1);
  const keep2 = all<T>(beta2);
  const share2 = all<T>(1 - beta2);
  const scale1 = all<T>(1 / (1 - powScalar(beta1, t)));
  const scale2 = all<T>(1 / sqrt(1 - powScalar(beta2, t)));
  const epsilon = all<T>(option(op, 2));
  const decay = all<T>(option(op, 3));
  const sign = all<T>(1 - 2 * option(op, 4));
  const bytes = word(op, 5);
  const scratch = word(op, 14);
  let p = word(op, 3);
  let g = word(op, 4);
  let m = slot(op, 0);
  let v = slot(op, 1);
  let u = scratch;
  let length = i32x4.splat(0);
  let stride = i32x4.splat(0);
  const end = p + bytes;
  do {
    const theta = v128.load(p);
    const slope = v128.mul<T>(sign, v128.load(g));
    const mean = madd<T>(v128.mul<T>(share1, slope), keep1, v128.load(m));
    const square = madd<T>(v128.mul<T>(share2, v128.mul<T>(slope, slope)), keep2, v128.load(v));
    v128.store(m, mean);
    v128.store(v, square);
    const adam = v128.div<T>(v128.mul<T>(scale1, mean), madd<T>(epsilon, v128.sqrt<T>(square), scale2));
    const move = madd<T>(adam, decay, theta);
    v128.store(u, move);
    length = squares<T>(length, theta);
    stride = squares<T>(stride, move);
    p += 16;
    g += 16;
    m += 16;
    v += 16;
    u += 16;
  } while (p < end);
  const above = sqrt(sumLanes<f64>(length));
  const below = sqrt(sumLanes<f64>(stride));
  const rate = all<T>(rateOf(op) * (above > 0 && below > 0 ? above / below : 1));
  p -= bytes;
  u = scratch;
  do {
    v128.store(p, v128.sub<T>(v128.load(p), v128.mul<T>(rate, v128.load(u))));
    p += 16;
    u += 16;
  } while (p < end);
}
