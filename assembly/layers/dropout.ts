/**
 * Dropout: y = x/(1 − rate) where a word is below the threshold, 0 elsewhere; backward the same with ∂y. Nothing is kept of
 * the mask, the words are drawn again. Number e of the row at position r of the epoch, a row of n numbers with its padding,
 * has word r·n + e of the sequence (seed, stream = 2 + 256·number of the layer, substream = epoch): see random.ts.
 */
import {
  CURSOR_ROW,
  CURSOR_START,
  PROGRESS_EPOCH,
  RANDOM_SEED_LO,
  RANDOM_STREAM,
  RANDOM_SUBSTREAM,
} from '../generated/fields';
import { hyper, shift, word } from '../lanes';
import { BUFFER, BUFFER_BYTES, words } from '../random';
import { rowsOf } from './rows';

/** Key and counter of the sequence, laid out like `random`. */
const SEQUENCE = memory.data(16, 16);

/** dropout(cursor, skip, most, random, progress, stream, threshold, f64 1/(1 − rate), X, Y, bytes of a row) */
// @ts-ignore: decorator
@inline export function dropout<T>(op: usize): void {
  const rows = rowsOf(op);
  if (rows == 0) return;
  const cursor = word(op, 2);
  store<u64>(SEQUENCE, load<u64>(word(op, 5), RANDOM_SEED_LO), RANDOM_SEED_LO);
  store<u32>(SEQUENCE, <u32>word(op, 7), RANDOM_STREAM);
  store<u32>(SEQUENCE, <u32>load<f64>(word(op, 6), PROGRESS_EPOCH), RANDOM_SUBSTREAM);
  const limit = i32x4.splat(<i32>word(op, 8));
  const scale = v128.splat<T>(hyper<T>(word(op, 9), 0));
  let x = word(op, 10);
  let y = word(op, 11);
  const bytes = word(op, 12);
  const row = load<u32>(cursor, CURSOR_START) + load<u32>(cursor, CURSOR_ROW) + <u32>word(op, 3);
  // Of f64 a row may begin in the middle of a counter.
  let next = <u64>row * <u64>(bytes >> shift<T>());
  const end = x + <usize>rows * bytes;
  do {
    const counter = next >> 2;
    let from = BUFFER + (((<usize>next) & 3) << 2);
    const room = ((BUFFER + BUFFER_BYTES - from) >> 2) << shift<T>();
    const stop = min(end, x + room);
    const count = (stop - x) >> shift<T>();
    words(SEQUENCE, BUFFER, from - BUFFER + (count << 2), <u32>counter, <u32>(counter >> 32));
    next += count;
    do {
      let kept: v128;
      if (sizeof<T>() == 4) kept = i32x4.lt_u(v128.load(from), limit);
      else kept = i64x2.extend_low_i32x4_s(i32x4.lt_u(v128.load64_zero(from), limit));
      v128.store(y, v128.and(v128.mul<T>(v128.load(x), scale), kept));
      from += sizeof<T>() == 4 ? 16 : 8;
      x += 16;
      y += 16;
    } while (x < stop);
  } while (x < end);
}
