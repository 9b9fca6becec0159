/** Sums over the residuals r = z − y of one output, all in f64. */
import { word } from '../lanes';
import { logScalar } from '../math/scalar';

/** A target nearer to 0 counts as this near where it divides, as in scikit-learn. */
const TINY: f64 = 2.220446049250313e-16;

/**
 * residuals(z, y, bytes of a row, weights or 0, rows > 0, deviances?, out): out = Σ s, Σ s·r², Σ s·|r|, Σ s·|r| / |y|,
 * Σ s·(y − ȳ)², Σ s·(r − r̄)² and, where asked, Σ s·2(y·ln(y/z) − y + z).
 */
export function residuals(op: usize): void {
  const stride = word(op, 4);
  const out = word(op, 8);
  const deviances = word(op, 7) != 0;
  let all: f64 = 0;
  let squares: f64 = 0;
  let magnitudes: f64 = 0;
  let shares: f64 = 0;
  let deviance: f64 = 0;
  let meanTarget: f64 = 0;
  let meanResidual: f64 = 0;
  let z = word(op, 2);
  let y = word(op, 3);
  let s = word(op, 5);
  let rows = word(op, 6);
  do {
    let weight: f64 = 1;
    if (s != 0) {
      weight = load<f64>(s);
      s += 8;
    }
    const target = load<f64>(y);
    const value = load<f64>(z);
    const r = value - target;
    z += stride;
    y += stride;
    // A row of weight 0 is not there, whatever its loss.
    if (weight == 0) continue;
    all += weight;
    meanTarget += weight * target;
    meanResidual += weight * r;
    squares += weight * r * r;
    magnitudes += weight * abs(r);
    shares += (weight * abs(r)) / max(abs(target), TINY);
    if (deviances) {
      // 0·ln 0 is 0.
      const log = target == 0 ? 0 : target * logScalar(target / value);
      deviance += weight * 2 * (log + r);
    }
  } while (--rows != 0);
  meanTarget /= all;
  meanResidual /= all;
  let spread: f64 = 0;
  let scatter: f64 = 0;
  z = word(op, 2);
  y = word(op, 3);
  s = word(op, 5);
  rows = word(op, 6);
  do {
    let weight: f64 = 1;
    if (s != 0) {
      weight = load<f64>(s);
      s += 8;
    }
    const target = load<f64>(y);
    const off = target - meanTarget;
    const r = load<f64>(z) - target - meanResidual;
    z += stride;
    y += stride;
    if (weight == 0) continue;
    spread += weight * off * off;
    scatter += weight * r * r;
  } while (--rows != 0);
  store<f64>(out, all);
  store<f64>(out, squares, 8);
  store<f64>(out, magnitudes, 16);
  store<f64>(out, shares, 24);
  store<f64>(out, spread, 32);
  store<f64>(out, scatter, 40);
  store<f64>(out, deviance, 48);
}
