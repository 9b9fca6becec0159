/**
 * Penalties and constraints on the norms ‖θ_g‖ of groups of elements.
 *
 *             value              proximal step                      smallest subgradient from u
 *   LASSO     Σ w_g·‖θ_g‖        v_g·max(0, 1 − h·w_g/‖v_g‖)        u_g + w_g·θ_g/‖θ_g‖; at θ_g = 0 u_g·max(0, 1 − w_g/‖u_g‖)
 *   MAXIMUM   –                  v_g·min(1, c/‖v_g‖)                u_g; at ‖θ_g‖ = c without what points outwards
 *
 * LASSO: w_g = λ·√|g|, or λ; block: λ, 1 for the root. MAXIMUM: block: c. Norms are taken in f64, element by element.
 */
import { word } from '../lanes';
import { Act, report } from './act';

export { Act };

export const enum Group {
  LASSO,
  MAXIMUM,
}

/** ‖v_g‖; the squares of very small and very large elements are scaled by a power of two. */
function norm<T>(v: usize, list: usize, end: usize): f64 {
  let top: f64 = 0;
  let at = list;
  do {
    top = max<f64>(top, abs<f64>(<f64>load<T>(v + <usize>load<u32>(at))));
    at += 4;
  } while (at < end);
  if (top == 0 || top == f64.POSITIVE_INFINITY) return top;
  // 2^±600
  const unit: f64 = top < 1e-100 ? 4.149515568880993e180 : top > 1e100 ? 2.409919865102884e-181 : 1;
  let sum: f64 = 0;
  at = list;
  do {
    const x = <f64>load<T>(v + <usize>load<u32>(at)) * unit;
    sum += x * x;
    at += 4;
  } while (at < end);
  return sqrt<f64>(sum) / unit;
}

/** v_g ← factor·v_g, with plain zeros. */
function scale<T>(v: usize, list: usize, end: usize, factor: f64): void {
  do {
    const at = v + <usize>load<u32>(list);
    store<T>(at, factor == 0 ? <T>0 : <T>(<f64>load<T>(at) * factor) + <T>0);
    list += 4;
  } while (list < end);
}

/** u_g ← u_g + w·θ_g/‖θ_g‖ */
function add<T>(u: usize, theta: usize, list: usize, end: usize, w: f64, length: f64): void {
  do {
    const i = <usize>load<u32>(list);
    store<T>(u + i, <T>(<f64>load<T>(u + i) + w * (<f64>load<T>(theta + i) / length)));
    list += 4;
  } while (list < end);
}

/** u_g·θ_g */
function dot<T>(u: usize, theta: usize, list: usize, end: usize): f64 {
  let sum: f64 = 0;
  do {
    const i = <usize>load<u32>(list);
    sum += <f64>load<T>(u + i) * <f64>load<T>(theta + i);
    list += 4;
  } while (list < end);
  return sum;
}

/**
 * The step in the metric of h: 0 where Σ(vᵢ/(hᵢw))² ≤ 1, else θᵢ = vᵢν/(ν + hᵢw) with F(ν) = Σ(vᵢ/(ν + hᵢw))² = 1.
 * 1/√F is concave in ν, so Newton's method from below the root never passes it. Where all hᵢ are equal it starts there.
 */
function shrink<T>(v: usize, steps: usize, list: usize, end: usize, w: f64): void {
  let at = list;
  let inside: f64 = 0;
  let highest: f64 = 0;
  let root: f64 = 0;
  do {
    const i = <usize>load<u32>(at);
    const x = abs<f64>(<f64>load<T>(v + i));
    const a = <f64>load<T>(steps + i) * w;
    if (x != 0) inside += (x / a) * (x / a);
    highest = max<f64>(highest, a);
    root = max<f64>(root, x - a);
    at += 4;
  } while (at < end);
  if (inside <= 1) {
    scale<T>(v, list, end, 0);
    return;
  }
  root = max<f64>(root, norm<T>(v, list, end) - highest);
  for (let turn = 0; turn < 60; turn++) {
    let f: f64 = 0;
    let s: f64 = 0;
    at = list;
    do {
      const i = <usize>load<u32>(at);
      const x = <f64>load<T>(v + i);
      if (x != 0) {
        const below = root + <f64>load<T>(steps + i) * w;
        const r = x / below;
        f += r * r;
        s += (r * r) / below;
      }
      at += 4;
    } while (at < end);
    const next = root + ((sqrt<f64>(f) - 1) * f) / s;
    // What is left is rounding; infinity and NaN end here, too.
    if (!(next > root * (1 + 2.220446049250313e-16) && next < f64.POSITIVE_INFINITY)) break;
    root = next;
  }
  at = list;
  do {
    const i = <usize>load<u32>(at);
    const x = <f64>load<T>(v + i);
    const a = <f64>load<T>(steps + i) * w;
    // A step of zero leaves the element as it is.
    if (a > 0) store<T>(v + i, <T>(x * (root / (root + a))) + <T>0);
    at += 4;
  } while (at < end);
}

/** One function for all: acts and groups are told apart outside of the loops over elements. */
export function groups<T>(op: usize, act: Act, G: Group): void {
  const theta = word(op, 3);
  const source = word(op, 5);
  const target = word(op, 6);
  const block = word(op, 7);
  let list = word(op, 8);
  let count = word(op, 9);
  const strength = load<f64>(block);
  const rate = load<f64>(word(op, 2));
  const steps = word(op, 10);
  let total: f64 = 0;
  if (act == Act.SLOPE && source != target) memory.copy(target, source, word(op, 4));
  do {
    const n = load<u32>(list);
    list += 4;
    const end = list + ((<usize>n) << 2);
    const length = norm<T>(theta, list, end);
    if (G == Group.MAXIMUM) {
      if (act == Act.PROXIMAL) {
        // What is not finite must not vanish.
        const by = length < f64.POSITIVE_INFINITY ? strength / length : f64.NaN;
        if (!(length <= strength)) scale<T>(theta, list, end, by);
      } else if (length >= strength * (1 - (sizeof<T>() == 4 ? 2.384185791015625e-7 : 8.881784197001252e-16))) {
        // On the sphere, up to rounding: −u may point outwards as far as it likes.
        const outwards = dot<T>(target, theta, list, end) / length;
        if (outwards < 0) add<T>(target, theta, list, end, -outwards, length);
      }
    } else {
      const w = load<f64>(block, 8) != 0 ? strength * sqrt<f64>(<f64>n) : strength;
      if (act == Act.VALUE) {
        if (w != 0) total += w * length;
        if (source != 0 && length > 0) add<T>(source, theta, list, end, w, length);
      } else if (act == Act.SLOPE) {
        if (length > 0) {
          add<T>(target, theta, list, end, w, length);
        } else {
          const least = norm<T>(target, list, end);
          scale<T>(target, list, end, least <= w ? 0 : (least - w) / least);
        }
      } else if (steps != 0) {
        if (w > 0) shrink<T>(theta, steps, list, end, w);
      } else {
        const by = rate * w;
        if (by > 0) scale<T>(theta, list, end, length <= by ? 0 : (length - by) / length);
      }
    }
    list = end;
  } while (--count != 0);
  if (act == Act.VALUE) report(op, total);
}
