/**
 * Areas under curves over all thresholds: scores are sorted by the bytes of their bits, least significant first: 256
 * places to write to stay in the caches, 2,048 do not.
 *
 *   item     key, ordered as the score is | weight, negative where the row is not of the class
 *
 * Both are as wide as the score: 8 bytes an item in f32, 16 in f64. Equal scores are one threshold.
 */
import { word } from '../lanes';

/** Values of a byte. */
const VALUES: usize = 256;

/** Bytes of an item. */
// @ts-ignore: decorator
@inline function bytes<T>(): usize {
  return 2 * sizeof<T>();
}

/**
 * scores(z, bytes of a row, labels, class, weights or 0, rows > 0, items, counts, out): items of the rows whose weight is
 * not 0; out = how many; counts = how often each value of each byte of the keys occurs, from zeros on.
 */
// @ts-ignore: decorator
@inline export function scores<T>(op: usize): void {
  let z = word(op, 2);
  const stride = word(op, 3);
  let y = word(op, 4);
  const positive = <u32>word(op, 5);
  let s = word(op, 6);
  let rows = word(op, 7);
  const items = word(op, 8);
  const counts = word(op, 9);
  let item = items;
  do {
    let weight: T = <T>1;
    if (s != 0) {
      weight = load<T>(s);
      s += sizeof<T>();
    }
    if (weight != 0) {
      // −0 is 0.
      const score = load<T>(z) + <T>0;
      if (sizeof<T>() == 4) {
        const bits = reinterpret<u32>(<f32>score);
        store<u32>(item, bits ^ ((<u32>((<i32>bits) >> 31)) | 0x80000000));
      } else {
        const bits = reinterpret<u64>(<f64>score);
        store<u64>(item, bits ^ ((<u64>((<i64>bits) >> 63)) | 0x8000000000000000));
      }
      const sign = u32(load<u32>(y) != positive);
      if (sizeof<T>() == 4) store<u32>(item, reinterpret<u32>(<f32>weight) ^ (sign << 31), 4);
      else store<u64>(item, reinterpret<u64>(<f64>weight) ^ ((<u64>sign) << 63), 8);
      for (let i: usize = 0; i < sizeof<T>(); i++) {
        const at = counts + ((i * VALUES + <usize>load<u8>(item + i)) << 2);
        store<u32>(at, load<u32>(at) + 1);
      }
      item += bytes<T>();
    }
    z += stride;
    y += 4;
  } while (--rows != 0);
  store<u32>(word(op, 10), <u32>((item - items) / bytes<T>()));
}

/** radix(from, to, items > 0, i, counts): items in the order of byte `i` of their keys, equal ones as they were. */
// @ts-ignore: decorator
@inline export function radix<T>(op: usize): void {
  let from = word(op, 2);
  const to = word(op, 3);
  const end = from + word(op, 4) * bytes<T>();
  const i = word(op, 5);
  const places = word(op, 6) + ((i * VALUES) << 2);
  let place = to;
  for (let at = places; at < places + (VALUES << 2); at += 4) {
    const count: usize = load<u32>(at);
    store<u32>(at, <u32>place);
    place += count * bytes<T>();
  }
  do {
    const at = places + ((<usize>load<u8>(from + i)) << 2);
    const target: usize = load<u32>(at);
    if (sizeof<T>() == 4) store<u64>(target, load<u64>(from));
    else v128.store(target, v128.load(from));
    store<u32>(at, <u32>(target + bytes<T>()));
    from += bytes<T>();
  } while (from < end);
}

/**
 * curve(items in order, items, out): with P and N the weights of the class and of the rest from the largest score down to
 * a threshold, and p and n those at it, out = Σ n·(P − p/2), Σ p·P/(P + N), all P, all N.
 */
// @ts-ignore: decorator
@inline export function curve<T>(op: usize): void {
  const begin = word(op, 2);
  let item = begin + word(op, 3) * bytes<T>();
  const out = word(op, 4);
  let area: f64 = 0;
  let precision: f64 = 0;
  let all: f64 = 0;
  let rest: f64 = 0;
  while (item > begin) {
    item -= bytes<T>();
    let p: f64 = 0;
    let n: f64 = 0;
    let more = true;
    const key = sizeof<T>() == 4 ? <u64>load<u32>(item) : load<u64>(item);
    do {
      // Which sum a row belongs to cannot be foretold: no branch.
      const weight = reinterpret<u64>(<f64>load<T>(item + sizeof<T>()));
      const other = <u64>((<i64>weight) >> 63);
      p += reinterpret<f64>(weight & ~other);
      n += reinterpret<f64>(weight & other & 0x7fffffffffffffff);
      if (item == begin) break;
      const before = item - bytes<T>();
      more = (sizeof<T>() == 4 ? <u64>load<u32>(before) : load<u64>(before)) == key;
      if (more) item = before;
    } while (more);
    area += n * (all + 0.5 * p);
    all += p;
    rest += n;
    precision += p * (all / (all + rest));
  }
  store<f64>(out, area);
  store<f64>(out, precision, 8);
  store<f64>(out, all, 16);
  store<f64>(out, rest, 24);
}
