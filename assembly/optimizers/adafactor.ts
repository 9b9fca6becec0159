/**
 * Adafactor (Shazeer & Stern 2018), as PyTorch's. o = t^decay of β₂, ρ = min(η, 1/√t).
 *
 *   matrix   R ← (1 − o)R + o·(row means of g²)      C likewise with columns      V = R·C/max(mean R, ε₁)
 *   vector   V ← (1 − o)V + o·g²
 *   u = ±g/max(√V, ε₁)
 *   a = max(ε₂, rms θ)·ρ/max(1, rms(u)/d)
 *   θ ← (1 − η·λ_w)·θ − a·u
 *
 * V of a matrix has rank one, so its roots are products of those of a row and of a column: a root and a division for each
 * row and column, none for an element. Rows may lie side by side: what is left of one is a masked vector, whose other lanes
 * are stored as they were. Three passes: means, rms of u, update. Sums are f64. What is beyond the type
 * counts as its largest number in R and C; V of a vector is infinite then, and u 0.
 */
import { squares } from '../blas/measure';
import { madd, sumLanes, word } from '../lanes';
import { powScalar } from '../math/scalar';
import { matrix } from './adafactor-matrix';
import { kept, least, length, way } from './adafactor-step';
import { all, Flag, has, option, time } from './update';

// @ts-ignore: decorator
@inline function vector<T>(op: usize): void {
  const fresh = powScalar(time(op), option(op, 0));
  const old = all<T>(1 - fresh);
  const share = all<T>(fresh);
  const floor = all<T>(least<T>(op));
  const bytes = word(op, 5);
  let p = word(op, 3);
  let g = word(op, 4);
  let s = word(op, 6);
  let u = word(op, 14);
  let end = p + bytes;
  let size = i32x4.splat(0);
  let sum = i32x4.splat(0);
  do {
    const v = v128.load(g);
    const now = madd<T>(v128.mul<T>(old, v128.load(s)), share, v128.mul<T>(v, v));
    const step = v128.div<T>(v, v128.pmax<T>(v128.sqrt<T>(now), floor));
    v128.store(s, now);
    v128.store(u, step);
    size = squares<T>(size, v128.load(p));
    sum = squares<T>(sum, step);
    p += 16;
    g += 16;
    s += 16;
    u += 16;
  } while (p < end);
  const a = length(op, sumLanes<f64>(size), sumLanes<f64>(sum));
  const keep = all<T>(kept(op));
  const by = all<T>(a * way(op));
  p = word(op, 3);
  u = word(op, 14);
  do {
    v128.store(p, v128.sub<T>(v128.mul<T>(keep, v128.load(p)), v128.mul<T>(by, v128.load(u))));
    p += 16;
    u += 16;
  } while (p < end);
  let h = word(op, 8);
  if (h == 0) return;
  const metric = all<T>(a);
  s = word(op, 6);
  end = s + bytes;
  do {
    v128.store(h, v128.div<T>(metric, v128.pmax<T>(v128.sqrt<T>(v128.load(s)), floor)));
    h += 16;
    s += 16;
  } while (s < end);
}

/**
 * adafactor(op): options decay of β₂, ε₁ (0: of the type), ε₂, d, λ_w, 1 to maximize; slots R and C, or V of
 * what is no matrix.
 */
// @ts-ignore: decorator
@inline export function adafactor<T>(op: usize): void {
  if (has(op, Flag.MATRIX)) matrix<T>(op);
  else vector<T>(op);
}
