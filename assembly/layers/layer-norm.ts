/**
 * Layer normalisation: y = γ(x − μ)/s + β, s = √(Σ(x − μ)²/C + ε), over the C channels of each position; root mean square
 * normalisation is the same with μ = 0. Backward, with x̂ = (x − μ)/s and sums over channels,
 *
 *   ∂β += ∂y     ∂γ += ∂y·x̂     ∂x = (γ∂y − Σγ∂y/C − x̂·Σγ∂y·x̂/C)/s     (without Σγ∂y/C if μ = 0)
 *
 * Positions follow each other, so the order of sums is fixed. Nothing is kept: μ and s are computed again.
 */
import { lanes, madd, maskBelow, shift, sumLanes, word } from '../lanes';
import { fresh, rowsOf } from './rows';

/** As in src/layers/layer-norm.ts. */
const enum Flag {
  /** μ = 0. */
  ROOT = 1,
  /** Gradients are added in any case. */
  ADD = 2,
}

/** What counts of the last vector of a position. */
// @ts-ignore: decorator
@inline function lastMask<T>(channels: u32): v128 {
  const used = (<i32>channels) & (lanes<T>() - 1);
  return used == 0 ? i32x4.splat(-1) : maskBelow<T>(used);
}

// @ts-ignore: decorator
@inline function widthOf<T>(channels: u32): usize {
  return (((<usize>channels) << shift<T>()) + 15) & ~15;
}

function meanOf<T>(x: usize, last: usize, mask: v128, count: T): T {
  let sum = v128.and(v128.load(last), mask);
  while (x < last) {
    sum = v128.add<T>(sum, v128.load(x));
    x += 16;
  }
  return <T>(sumLanes<T>(sum) / count);
}

/** 1/s */
function inverseOf<T>(x: usize, last: usize, mask: v128, count: T, mean: v128, epsilon: f64): T {
  const far = v128.and(v128.sub<T>(v128.load(last), mean), mask);
  let sum = v128.mul<T>(far, far);
  while (x < last) {
    const away = v128.sub<T>(v128.load(x), mean);
    sum = madd<T>(sum, away, away);
    x += 16;
  }
  return <T>(1 / sqrt(<f64>sumLanes<T>(sum) / <f64>count + epsilon));
}

/** layerNorm(cursor, skip, most, f64 ε, X, Y, positions, channels, γ, β, flags) */
// @ts-ignore: decorator
@inline export function layerNorm<T>(op: usize): void {
  const rows = rowsOf(op);
  if (rows == 0) return;
  const epsilon = load<f64>(word(op, 5));
  let x = word(op, 6);
  let y = word(op, 7);
  const channels = <u32>word(op, 9);
  const root = (word(op, 12) & Flag.ROOT) != 0;
  const width = widthOf<T>(channels);
  const mask = lastMask<T>(channels);
  const count = <T>channels;
  const end = x + <usize>rows * word(op, 8) * width;
  do {
    const next = x + width;
    const last = next - 16;
    const mean = v128.splat<T>(root ? 0 : meanOf<T>(x, last, mask, count));
    const inverse = v128.splat<T>(inverseOf<T>(x, last, mask, count, mean, epsilon));
    let gamma = word(op, 10);
    let beta = word(op, 11);
    do {
      const normal = v128.mul<T>(v128.sub<T>(v128.load(x), mean), inverse);
      v128.store(y, madd<T>(v128.load(beta), normal, v128.load(gamma)));
      x += 16;
      y += 16;
      gamma += 16;
      beta += 16;
    } while (x < next);
  } while (x < end);
}

/** layerNormBack(cursor, skip, most, f64 ε, X, ∂Y, ∂X or 0, positions, channels, γ, ∂γ or 0, ∂β or 0, flags) */
// @ts-ignore: decorator
@inline export function layerNormBack<T>(op: usize): void {
  const rows = rowsOf(op);
  if (rows == 0) return;
  const epsilon = load<f64>(word(op, 5));
  let x = word(op, 6);
  let d = word(op, 7);
  let to = word(op, 8);
  const channels = <u32>word(op, 10);
  const flags = word(op, 14);
  const root = (flags & Flag.ROOT) != 0;
  const width = widthOf<T>(channels);
  const mask = lastMask<T>(channels);
  const count = <T>channels;
  if (fresh(op) && (flags & Flag.ADD) == 0) {
    if (word(op, 12) != 0) memory.fill(word(op, 12), 0, width);
    if (word(op, 13) != 0) memory.fill(word(op, 13), 0, width);
  }
  const end = x + <usize>rows * word(op, 9) * width;
  do {
    const next = x + width;
    const last = next - 16;
    const mean = v128.splat<T>(root ? 0 : meanOf<T>(x, last, mask, count));
    const scale = inverseOf<T>(x, last, mask, count, mean, epsilon);
    const inverse = v128.splat<T>(scale);
    let sum = i32x4.splat(0);
    let dot = i32x4.splat(0);
    let at: usize = 0;
    do {
      const used = x + at == last ? mask : i32x4.splat(-1);
      const slope = v128.and(v128.load(d + at), used);
      const normal = v128.and(v128.mul<T>(v128.sub<T>(v128.load(x + at), mean), inverse), used);
      const scaled = v128.mul<T>(slope, v128.load(word(op, 11) + at));
      sum = v128.add<T>(sum, scaled);
      dot = madd<T>(dot, scaled, normal);
      if (word(op, 12) != 0) v128.store(word(op, 12) + at, madd<T>(v128.load(word(op, 12) + at), slope, normal));
      if (word(op, 13) != 0) v128.store(word(op, 13) + at, v128.add<T>(v128.load(word(op, 13) + at), slope));
      at += 16;
    } while (at < width);
    if (to != 0) {
      const shifted = v128.splat<T>(root ? 0 : <T>(-sumLanes<T>(sum) / count));
      const turned = v128.splat<T>(<T>(-sumLanes<T>(dot) / count));
      at = 0;
      do {
        const normal = v128.mul<T>(v128.sub<T>(v128.load(x + at), mean), inverse);
        const scaled = v128.mul<T>(v128.load(d + at), v128.load(word(op, 11) + at));
        const sum = madd<T>(v128.add<T>(scaled, shifted), normal, turned);
        v128.store(to + at, v128.mul<T>(sum, inverse));
        at += 16;
      } while (at < width);
      to += width;
    }
    x = next;
    d += width;
  } while (x < end);
}
