/**
 * Decodes LZMA (Igor Pavlov's LZMA SDK, lzma-specification.txt) with lc = 3, lp = 0, pb = 2, the usual numbers. A module of
 * its own, in which the text of the other is unpacked: as a script this takes 30 to 40 ms in a cold process.
 */

// Where the probabilities of each kind of bit begin, u16 each; those of MATCH and LONG by state and position.
const MATCH: usize = 0;
const LONG: usize = 48;
const REPEAT: usize = 96;
const WHICH: usize = 108;
const LENGTH: usize = 144;
const REPEAT_LENGTH: usize = 658;
const SLOT: usize = 1172;
const DISTANCE: usize = 1428;
const ALIGN: usize = 1543;
const LITERAL: usize = 1560;
const ODDS = LITERAL + 6144;
/** Where they lie; below 1,024 nothing may. */
const BASE: usize = 1024;

let at: usize = 0;
let range: u32 = 0;
let code: u32 = 0;

function fill(): void {
  range <<= 8;
  code = (code << 8) | load<u8>(at++);
}

/** A character is six bits, `=` 0 and so on to `}`, without the backslash. */
function six(p: usize): u32 {
  const c: u32 = load<u8>(p);
  return c - 61 - u32(c > 92);
}

/** From characters to the bytes, in place. */
function decode(from: usize, to: usize): void {
  let out = from;
  do {
    const v = (six(from) << 18) | (six(from + 1) << 12) | (six(from + 2) << 6) | six(from + 3);
    store<u8>(out, v >>> 16);
    store<u8>(out + 1, v >>> 8);
    store<u8>(out + 2, v);
    from += 4;
    out += 3;
  } while (from < to);
}

function bit(i: usize): u32 {
  const p = BASE + (i << 1);
  const odd: u32 = load<u16>(p);
  const bound = (range >>> 11) * odd;
  const one = code >= bound;
  if (one) {
    range -= bound;
    code -= bound;
    store<u16>(p, odd - (odd >>> 5));
  } else {
    range = bound;
    store<u16>(p, odd + ((2048 - odd) >>> 5));
  }
  if (range < 1 << 24) fill();
  return one;
}

/** The highest bit first. `end` is a power of 2. */
function tree(base: usize, end: u32): u32 {
  let m: u32 = 1;
  do {
    m = m * 2 + bit(base + m);
  } while (m < end);
  return m - end;
}

/** The lowest bit first; `bits` > 0. */
function reversed(base: usize, bits: u32): u32 {
  let value: u32 = 0;
  let m: u32 = 1;
  let i: u32 = 0;
  do {
    const b = bit(base + m);
    m = m * 2 + b;
    value += b << i;
  } while (++i < bits);
  return value;
}

function length(base: usize, place: u32): u32 {
  const low = base + 2 + place * 8;
  if (!bit(base)) return tree(low, 8);
  return bit(base + 1) ? 16 + tree(base + 258, 256) : 8 + tree(low + 32, 8);
}

function far(slot: u32): u32 {
  if (slot < 4) return slot;
  let bits = (slot >>> 1) - 1;
  let distance = (2 + (slot & 1)) << bits;
  if (slot < 14) return distance + reversed(DISTANCE + distance - slot - 1, bits);
  do {
    range >>>= 1;
    bits--;
    if (code >= range) {
      code -= range;
      distance += 1 << bits;
    }
    if (range < 1 << 24) fill();
  } while (bits > 4);
  return distance + reversed(ALIGN, 4);
}

/** A byte after `before`; `other` is the byte that the last match would have gone on with, or 0 behind a literal. */
function literal(before: u32, other: u32, high: bool): u32 {
  const base = LITERAL + (before >>> 5) * 768;
  let m: u32 = 1;
  while (m < 256) {
    const expected = (other >>> 7) & 1;
    other <<= 1;
    const b = bit(base + m + (high ? 256 + expected * 256 : 0));
    m = m * 2 + b;
    if (b != expected) high = false;
  }
  return m;
}

/** The number of an instruction of `count` from `first` on, or of `count` more behind them, changed for its twin. */
function twin(number: u32, first: u32, count: u32): u32 {
  if (number - first < count) return number + count;
  return number - first - count < count ? number - count : number;
}

/**
 * @param coded The range coder's bytes, without the header and the first byte, which is always 0, as text up to `end`.
 * @param size Bytes that come out, > 0, from `out` on; the byte before is 0.
 * @param from Where f32 and f64 are changed for each other, as in scripts/twins.ts, up to `to`.
 */
export function unpack(coded: usize, end: usize, out: usize, size: usize, from: usize, to: usize): void {
  let p = BASE;
  do {
    store<u16>(p, 1024);
    p += 2;
  } while (p < BASE + ODDS * 2);
  decode(coded, end);
  at = coded;
  fill();
  fill();
  fill();
  fill();
  range = -1;
  let state: u32 = 0;
  let back: u32 = 0;
  let back1: u32 = 0;
  let back2: u32 = 0;
  let back3: u32 = 0;
  const start = out;
  const whole = out + size;
  do {
    const place = (<u32>(out - start)) & 3;
    const high = state > 6;
    if (!bit(MATCH + state * 4 + place)) {
      store<u8>(out, literal(load<u8>(out - 1), high ? load<u8>(out - back - 1) : 0, high));
      out++;
      state -= state < 4 ? state : state < 10 ? 3 : 6;
      continue;
    }
    let count: u32 = 1;
    if (bit(REPEAT + state)) {
      let short = false;
      if (bit(WHICH + state)) {
        let next = back1;
        if (bit(WHICH + 12 + state)) {
          next = back2;
          if (bit(WHICH + 24 + state)) {
            next = back3;
            back3 = back2;
          }
          back2 = back1;
        }
        back1 = back;
        back = next;
      } else short = !bit(LONG + state * 4 + place);
      if (!short) count = 2 + length(REPEAT_LENGTH, place);
      state = high ? 11 : short ? 9 : 8;
    } else {
      back3 = back2;
      back2 = back1;
      back1 = back;
      const more = length(LENGTH, place);
      count = 2 + more;
      back = far(tree(SLOT + min(more, 3) * 64, 64));
      state = high ? 10 : 7;
    }
    do {
      store<u8>(out, load<u8>(out - back - 1));
      out++;
    } while (--count > 0);
  } while (out < whole);
  while (from + 1 < to) {
    if (load<u8>(from++) != 0xfd) continue;
    let number: u32 = load<u8>(from);
    number = twin(number, 0x09, 1);
    number = twin(number, 0x13, 1);
    number = twin(number, 0x1f, 2);
    number = twin(number, 0x41, 6);
    number = twin(number, 0x5c, 1);
    number = twin(number, 0xe0, 12);
    store<u8>(from++, number);
  }
}
