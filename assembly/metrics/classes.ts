/** Classes that are predicted, and how often they are right. Labels are i32; sums and weights f64. */
import { shift, word } from '../lanes';

/** widen(from, bytes of a row, rows > 0, columns > 0, to): to = the same numbers as f64, side by side. */
// @ts-ignore: decorator
@inline export function widen<T>(op: usize): void {
  let from = word(op, 2);
  const skip = word(op, 3) - (word(op, 5) << shift<T>());
  let rows = word(op, 4);
  let to = word(op, 6);
  do {
    let left = word(op, 5);
    do {
      store<f64>(to, <f64>load<T>(from));
      from += sizeof<T>();
      to += 8;
    } while (--left != 0);
    from += skip;
  } while (--rows != 0);
}

/**
 * argmax(z, rows > 0, columns, to): the first of the largest numbers of every row; of one column 1 where z > 0.
 */
export function argmax(op: usize): void {
  let z = word(op, 2);
  let rows = word(op, 3);
  const columns = <i32>word(op, 4);
  let to = word(op, 5);
  do {
    let best = load<f64>(z);
    let label: i32 = columns == 1 ? i32(best > 0) : 0;
    z += 8;
    for (let k: i32 = 1; k < columns; k++) {
      const v = load<f64>(z);
      if (v > best) {
        best = v;
        label = k;
      }
      z += 8;
    }
    store<i32>(to, label);
    to += 4;
  } while (--rows != 0);
}

/**
 * tally(labels, predicted, weights or 0, rows > 0, classes K, sums, matrix or 0): adds to the sums Σ s of the rows of each
 * class that are right, that are of it, and that are predicted as it: 3 × K; to the matrix Σ s of label × predicted.
 */
export function tally(op: usize): void {
  let y = word(op, 2);
  let p = word(op, 3);
  let s = word(op, 4);
  let rows = word(op, 5);
  const classes = word(op, 6);
  const right = word(op, 7);
  const truth = right + (classes << 3);
  const predicted = truth + (classes << 3);
  const matrix = word(op, 8);
  do {
    const label: usize = load<u32>(y);
    const guess: usize = load<u32>(p);
    let weight: f64 = 1;
    if (s != 0) {
      weight = load<f64>(s);
      s += 8;
    }
    if (label == guess) add(right + (label << 3), weight);
    add(truth + (label << 3), weight);
    add(predicted + (guess << 3), weight);
    if (matrix != 0) add(matrix + ((label * classes + guess) << 3), weight);
    y += 4;
    p += 4;
  } while (--rows != 0);
}

// @ts-ignore: decorator
@inline function add(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

/**
 * topK(z, labels, weights or 0, rows > 0, classes, k, out): out = Σ s·[the label is among the k largest], Σ s. Of equal
 * numbers the first counts as the larger.
 */
export function topK(op: usize): void {
  let z = word(op, 2);
  let y = word(op, 3);
  let s = word(op, 4);
  let rows = word(op, 5);
  const classes = word(op, 6);
  const k = word(op, 7);
  const out = word(op, 8);
  let hits: f64 = 0;
  let all: f64 = 0;
  do {
    const own = z + ((<usize>load<u32>(y)) << 3);
    const score = load<f64>(own);
    const end = z + (classes << 3);
    let above: usize = 0;
    do {
      const v = load<f64>(z);
      above += usize(v > score) | (usize(v == score) & usize(z < own));
      z += 8;
    } while (z < end);
    let weight: f64 = 1;
    if (s != 0) {
      weight = load<f64>(s);
      s += 8;
    }
    if (above < k) hits += weight;
    all += weight;
    y += 4;
  } while (--rows != 0);
  store<f64>(out, hits);
  store<f64>(out, all, 8);
}
