/** Sums that metrics are made of, over predictions that lie in memory; all in f64. */
import { shift, word } from './lanes';

/**
 * correct(z, labels, weights or 0, rows > 0, classes, bytes of a row of z, out): out = Σ s·[argmax z = label], Σ s. With
 * one class the label is 1 where z > 0.
 */
// @ts-ignore: decorator
@inline export function correct<T>(op: usize): void {
  let z = word(op, 2);
  let y = word(op, 3);
  let s = word(op, 4);
  let rows = word(op, 5);
  const classes = <i32>word(op, 6);
  const stride = word(op, 7);
  const out = word(op, 8);
  let hits: f64 = 0;
  let all: f64 = 0;
  do {
    let best = load<T>(z);
    let label: i32 = classes == 1 ? i32(best > 0) : 0;
    for (let k: i32 = 1; k < classes; k++) {
      const v = load<T>(z + ((<usize>k) << shift<T>()));
      if (v > best) {
        best = v;
        label = k;
      }
    }
    const weight = s != 0 ? <f64>load<T>(s) : 1;
    // Labels of two classes lie as numbers of T, 0 or −1 and 1; of more as i32.
    const truth = classes == 1 ? i32(load<T>(y) > 0) : load<i32>(y);
    if (label == truth) hits += weight;
    all += weight;
    z += stride;
    y += classes == 1 ? sizeof<T>() : 4;
    if (s != 0) s += sizeof<T>();
  } while (--rows != 0);
  store<f64>(out, hits);
  store<f64>(out, all, 8);
}

/**
 * residuals(z, y, weights or 0, rows > 0, bytes of a row, column, out): of one output, with mean ȳ in out[4] and r = z − y:
 * out = Σ s·r², Σ s·|r|, Σ s·y, Σ s·(y − ȳ)²; out[5] = Σ s.
 */
// @ts-ignore: decorator
@inline export function residuals<T>(op: usize): void {
  const stride = word(op, 6);
  const column = word(op, 7) << shift<T>();
  let z = word(op, 2) + column;
  let y = word(op, 3) + column;
  let s = word(op, 4);
  let rows = word(op, 5);
  const out = word(op, 8);
  const mean = load<f64>(out, 32);
  let squares: f64 = 0;
  let magnitudes: f64 = 0;
  let sum: f64 = 0;
  let spread: f64 = 0;
  let all: f64 = 0;
  do {
    const weight = s != 0 ? <f64>load<T>(s) : 1;
    const target = <f64>load<T>(y);
    const r = <f64>load<T>(z) - target;
    squares += weight * r * r;
    magnitudes += weight * abs(r);
    sum += weight * target;
    spread += weight * (target - mean) * (target - mean);
    all += weight;
    z += stride;
    y += stride;
    if (s != 0) s += sizeof<T>();
  } while (--rows != 0);
  store<f64>(out, squares);
  store<f64>(out, magnitudes, 8);
  store<f64>(out, sum, 16);
  store<f64>(out, spread, 24);
  store<f64>(out, all, 40);
}
