/**
 * Softmax cross-entropy on logits: −Σₖ qₖ log pₖ, log p = z − lse z, gradient p·Σq − q. Targets are class indices,
 * q = (1 − ε)·onehot + ε/K, or distributions, q = (1 − ε)·y + ε/K, as declared; with class weights w⊙q. Focal loss:
 * −(1 − p_y)^γ·log p_y, whose gradient is f·(p − onehot), f = (1 − p_y)^γ − γ·p_y·(1 − p_y)^(γ−1)·log p_y.
 *
 *   z, r, distributions  | K classes | padding |    a row each; the padding of r is zero
 */
import { CURSOR_BLOCK, CURSOR_ROW, CURSOR_SCALE, CURSOR_START } from '../generated/fields';
import { hyper, lanes, maskBelow, select, shift, swapPairs, word } from '../lanes';
import { expBelow } from '../math/exp';
import { log } from '../math/log';
import { expScalar, logScalar } from '../math/scalar';
import { Rows } from './elementwise';

const enum Targets {
  INDEX,
  DISTRIBUTION,
  FOCAL,
}

/** Of the rows that share a logarithm: Σ e^(z − max), the largest logit, ln Σ. A lane a row. */
const SCRATCH = memory.data(48, 16);

/** All ones in lane `i`, zero in the others. */
// @ts-ignore: decorator
@inline function laneAt<T>(i: i32): v128 {
  if (sizeof<T>() == 4) return i32x4.eq(i32x4(0, 1, 2, 3), i32x4.splat(i));
  return i64x2.eq(i64x2(0, 1), i64x2.splat(<i64>i));
}

/** q of class k. */
// @ts-ignore: decorator
@inline function portion<T>(
  kind: i32,
  y: usize,
  label: usize,
  k: usize,
  epsilon: f64,
  share: f64,
  block: usize,
  weighted: bool,
): f64 {
  const y1 = kind == Targets.DISTRIBUTION ? <f64>load<T>(y + (k << shift<T>())) : <f64>(k == label);
  const q = (1 - epsilon) * y1 + share;
  return weighted ? q * load<f64>(block + (k << 3), 24) : q;
}

/**
 * softmax(cursor, z, y, s or 0, r or 0, sums, classes, bytes of a row, block, values or 0, whose z, whose y and s):
 * the operands of every loss. Block: ε or γ, what targets are and
 * whether the loss is focal, whether there are class weights, these.
 */
// @ts-ignore: decorator
@inline export function softmax<T>(op: usize): void {
  const cursor = word(op, 2);
  let z = word(op, 3);
  let y = word(op, 4);
  let s = word(op, 5);
  let r = word(op, 6);
  const sums = word(op, 7);
  const classes = <i32>word(op, 8);
  const stride = word(op, 9);
  const block = word(op, 10);
  const gamma = hyper<f64>(block, 0);
  const kind = <i32>hyper<f64>(block, 1);
  const epsilon = kind == Targets.FOCAL ? 0 : gamma;
  const weighted = kind != Targets.FOCAL && hyper<f64>(block, 2) != 0;
  let values = word(op, 11);
  const yStride: usize = kind == Targets.DISTRIBUTION ? stride : 4;
  const first = <usize>(load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW));
  if (word(op, 12) == Rows.ALL) z += first * stride;
  if (word(op, 13) == Rows.ALL) {
    y += first * yStride;
    if (s != 0) s += first << shift<T>();
  }
  const scale = load<f64>(cursor, CURSOR_SCALE);
  const share = epsilon / <f64>classes;
  // All vectors of a row but the last are whole.
  const tail = (<usize>((classes - 1) / lanes<T>())) << 4;
  const mask = maskBelow<T>(((classes - 1) & (lanes<T>() - 1)) + 1);
  const lowest = v128.splat<T>(<T>-Infinity);
  const zero = i32x4.splat(0);
  let total: f64 = 0;
  let rows = load<u32>(cursor, CURSOR_BLOCK);
  do {
    // One logarithm serves as many rows as a vector has lanes; each is what it would be by itself.
    const group = min<i32>(lanes<T>(), rows);
    let norms = v128.splat<T>(<T>1);
    let peaks = zero;
    let row: i32 = 0;
    let p = z;
    let e = r;
    do {
      let top = select(v128.load(p + tail), lowest, mask);
      let at: usize = 0;
      while (at < tail) {
        top = v128.pmax<T>(top, v128.load(p + at));
        at += 16;
      }
      top = v128.pmax<T>(top, swapPairs<T>(top));
      if (sizeof<T>() == 4) top = v128.pmax<T>(top, v128.shuffle<i64>(top, top, 1, 0));
      let sum = zero;
      at = 0;
      while (at < tail) {
        const power = expBelow<T>(v128.sub<T>(v128.load(p + at), top));
        sum = v128.add<T>(sum, power);
        if (e != 0) v128.store(e + at, power);
        at += 16;
      }
      const last = v128.and(expBelow<T>(v128.sub<T>(v128.load(p + tail), top)), mask);
      sum = v128.add<T>(sum, last);
      if (e != 0) {
        v128.store(e + tail, last);
        e += stride;
      }
      sum = v128.add<T>(sum, swapPairs<T>(sum));
      if (sizeof<T>() == 4) sum = v128.add<T>(sum, v128.shuffle<i64>(sum, sum, 1, 0));
      const here = laneAt<T>(row);
      norms = select(sum, norms, here);
      peaks = select(top, peaks, here);
      p += stride;
    } while (++row < group);
    store<v128>(SCRATCH, norms);
    store<v128>(SCRATCH, peaks, 16);
    store<v128>(SCRATCH, log<T>(norms), 32);
    row = 0;
    do {
      const from = SCRATCH + ((<usize>row) << shift<T>());
      const norm = <f64>load<T>(from);
      const lse = <f64>load<T>(from, 16) + <f64>load<T>(from, 32);
      const weight = s != 0 ? <f64>load<T>(s) : 1;
      // Σq, of which distributions need not make one, and the value.
      let mass: f64 = 1;
      let loss: f64 = 0;
      const label: usize = kind == Targets.DISTRIBUTION ? 0 : <usize>load<i32>(y);
      if (kind == Targets.FOCAL) {
        loss = lse - <f64>load<T>(z + (label << shift<T>()));
        const p = expScalar(-loss);
        // The usual γ needs no power function.
        const rest = 1 - p;
        const power = gamma == 2 ? rest * rest : p < 1 ? expScalar(gamma * logScalar(rest)) : <f64>(gamma == 0);
        // −log p/(1 − p) is 1 at p = 1.
        mass = power + gamma * p * power * (p < 1 ? loss / rest : 1);
        loss *= power;
      } else if (kind == Targets.INDEX && epsilon == 0) {
        loss = lse - <f64>load<T>(z + (label << shift<T>()));
      } else {
        mass = 0;
        for (let k: usize = 0; k < <usize>classes; k++) {
          const q = portion<T>(kind, y, label, k, epsilon, share, block, weighted);
          mass += q;
          // A logit of −∞ costs nothing where no mass is.
          if (q != 0) loss += q * (lse - <f64>load<T>(z + (k << shift<T>())));
        }
      }
      total += weight * loss;
      if (r != 0) {
        const c = weight * scale;
        const factor = v128.splat<T>(<T>((c * mass) / norm));
        const spread = v128.splat<T>(weighted ? <T>0 : <T>(c * share));
        const given = v128.splat<T>(<T>(c * (1 - epsilon)));
        let at: usize = 0;
        do {
          let g = v128.sub<T>(v128.mul<T>(v128.load(r + at), factor), spread);
          if (kind == Targets.DISTRIBUTION && !weighted) g = v128.sub<T>(g, v128.mul<T>(v128.load(y + at), given));
          v128.store(r + at, at == tail ? v128.and(g, mask) : g);
          at += 16;
        } while (at <= tail);
        if (weighted) {
          for (let k: usize = 0; k < <usize>classes; k++) {
            const o = r + (k << shift<T>());
            const q = portion<T>(kind, y, label, k, epsilon, share, block, weighted);
            store<T>(o, <T>(<f64>load<T>(o) - c * q));
          }
        } else if (kind != Targets.DISTRIBUTION) {
          const o = r + (label << shift<T>());
          store<T>(o, <T>(<f64>load<T>(o) - c * (kind == Targets.FOCAL ? mass : 1 - epsilon)));
        }
        r += stride;
      }
      if (values != 0) {
        store<T>(values, <T>(weight * loss));
        values += sizeof<T>();
      }
      z += stride;
      y += yStride;
      if (s != 0) s += sizeof<T>();
      rows--;
    } while (++row < group);
  } while (rows != 0);
  store<f64>(sums, load<f64>(sums) + total);
}
