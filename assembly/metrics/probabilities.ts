/** Judging probabilities, by way of their logarithms: finite wherever the logits are. All in f64. */
import { word } from '../lanes';
import { expScalar, log1pScalar, logScalar } from '../math/scalar';

/** Probabilities nearer to 0 or 1 count as this near, as in scikit-learn. */
const TINY: f64 = 2.220446049250313e-16;

/** What is given. */
export const enum Given {
  LOGITS,
  PROBABILITIES,
}

/**
 * logProbabilities(from, rows > 0, columns, to): ln p of all classes of every row, by softmax of logits. One column is
 * that of the second of two classes, by a sigmoid; `to` has two then. Probabilities are brought to a sum of 1.
 */
// @ts-ignore: decorator
@inline export function logProbabilities(op: usize, given: Given): void {
  let from = word(op, 2);
  let rows = word(op, 3);
  const columns = word(op, 4);
  let to = word(op, 5);
  const classes = max<usize>(columns, 2);
  do {
    const end = to + (classes << 3);
    let p = to;
    if (columns == 1) {
      store<f64>(to, given == Given.LOGITS ? 0 : 1 - load<f64>(from));
      p += 8;
    }
    do {
      store<f64>(p, load<f64>(from));
      from += 8;
      p += 8;
    } while (p < end);
    if (given == Given.LOGITS) {
      let top = to;
      for (p = to + 8; p < end; p += 8) if (load<f64>(p) > load<f64>(top)) top = p;
      const largest = load<f64>(top);
      let sum: f64 = 0;
      for (p = to; p < end; p += 8) if (p != top) sum += expScalar(load<f64>(p) - largest);
      const shift = log1pScalar(sum);
      for (p = to; p < end; p += 8) store<f64>(p, load<f64>(p) - largest - shift);
    } else {
      let sum: f64 = 0;
      for (p = to; p < end; p += 8) {
        const v = min(max(load<f64>(p), TINY), 1 - TINY);
        store<f64>(p, v);
        sum += v;
      }
      for (p = to; p < end; p += 8) store<f64>(p, logScalar(load<f64>(p) / sum));
    }
    to = end;
  } while (--rows != 0);
}

/**
 * scoring(ln p, labels, weights or 0, rows > 0, classes, out): out = −Σ s·ln p of the label, Σ s·Σₖ (pₖ − [k = label])²,
 * Σ s.
 */
export function scoring(op: usize): void {
  let p = word(op, 2);
  let y = word(op, 3);
  let s = word(op, 4);
  let rows = word(op, 5);
  const classes = word(op, 6);
  const out = word(op, 7);
  let logs: f64 = 0;
  let squares: f64 = 0;
  let all: f64 = 0;
  do {
    let weight: f64 = 1;
    if (s != 0) {
      weight = load<f64>(s);
      s += 8;
    }
    const own = p + ((<usize>load<u32>(y)) << 3);
    const end = p + (classes << 3);
    y += 4;
    // A row of weight 0 is not there, whatever its loss.
    if (weight == 0) {
      p = end;
      continue;
    }
    logs -= weight * load<f64>(own);
    let square: f64 = 0;
    do {
      const off = expScalar(load<f64>(p)) - f64(p == own);
      square += off * off;
      p += 8;
    } while (p < end);
    squares += weight * square;
    all += weight;
  } while (--rows != 0);
  store<f64>(out, logs);
  store<f64>(out, squares, 8);
  store<f64>(out, all, 16);
}
