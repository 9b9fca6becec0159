/**
 * The generator of the module, in JavaScript, bit for bit: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random
 * numbers, as easy as 1, 2, 3. SC 2011). The sequences are written down in `assembly/random.ts`.
 */
import { ArgumentError } from '../errors.ts';

/** Every consumer has a stream of its own, so that adding one never shifts the numbers of another. */
export const streams = {
  init: 0,
  shuffle: 1,
  dropout: 2,
  split: 3,
  user: 4,
  augment: 5,
} as const;

const TWO32 = 2 ** 32;

/** The high 32 bits of the product of two words. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // No sum reaches 2^32.
  const middle = aHigh * bLow + (Math.imul(aLow, bLow) >>> 16);
  const other = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + (middle >>> 16) + (other >>> 16);
}

/** The two words of the key: seed mod 2^32 and seed div 2^32. Throws {@link ArgumentError} unless a safe integer ≥ 0. */
export function seedWords(seed: number): readonly [low: number, high: number] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ArgumentError(`seed: expected an integer from 0 to 2^53 - 1, got ${String(seed)}`);
  }
  return [seed % TWO32, Math.floor(seed / TWO32)];
}

/** A sequence of random numbers: a function of seed, stream and substream alone. */
export class Philox {
  readonly #seed: readonly [number, number];
  readonly #stream: number;
  readonly #substream: number;
  /** The words of the current counter. */
  readonly #words = new Uint32Array(4);
  #low = 0;
  #high = 0;
  #used = 4;

  /** `seed` is an integer from 0 to 2^53 − 1, `stream` one of {@link streams}, `substream` an integer below 2^32. */
  constructor(seed: number, stream: number = streams.user, substream = 0) {
    this.#seed = seedWords(seed);
    this.#stream = stream >>> 0;
    this.#substream = substream >>> 0;
  }

  #block(): void {
    let a = this.#low;
    let b = this.#high;
    let c = this.#substream;
    let d = this.#stream;
    let [key0, key1] = this.#seed;
    for (let round = 0; round < 10; round++) {
      const high0 = multiplyHigh(0xd2511f53, a);
      const high1 = multiplyHigh(0xcd9e8d57, c);
      const low0 = Math.imul(0xd2511f53, a) >>> 0;
      a = (high1 ^ b ^ key0) >>> 0;
      b = Math.imul(0xcd9e8d57, c) >>> 0;
      c = (high0 ^ d ^ key1) >>> 0;
      d = low0;
      key0 = (key0 + 0x9e3779b9) >>> 0;
      key1 = (key1 + 0xbb67ae85) >>> 0;
    }
    const words = this.#words;
    words[0] = a;
    words[1] = b;
    words[2] = c;
    words[3] = d;
    this.#low = (this.#low + 1) >>> 0;
    if (this.#low === 0) this.#high = (this.#high + 1) >>> 0;
    this.#used = 0;
  }

  /** The next word: an integer from 0 to 2^32 − 1. */
  next(): number {
    if (this.#used === 4) this.#block();
    return this.#words[this.#used++]!;
  }

  /** A number in [0, 1) with 53 random bits, from two words. */
  uniform(): number {
    const high = this.next() >>> 5;
    return (high * 2 ** 26 + (this.next() >>> 6)) / 2 ** 53;
  }

  /**
   * An integer from 0 to n − 1, every one equally likely, 1 ≤ n ≤ 2^32, by Lemire's multiplication with rejection (Fast
   * random integer generation in an interval, 2019). One word, rarely more.
   */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > TWO32) {
      throw new ArgumentError(`below: expected an integer from 1 to 2^32, got ${String(n)}`);
    }
    if (n === TWO32) return this.next();
    let word = this.next();
    let low = Math.imul(word, n) >>> 0;
    if (low < n) {
      const threshold = (TWO32 - n) % n;
      while (low < threshold) {
        word = this.next();
        low = Math.imul(word, n) >>> 0;
      }
    }
    return multiplyHigh(word, n);
  }

  /**
   * A permutation of 0 … n − 1, every one equally likely: the Fisher–Yates shuffle of the identity, inside out. For
   * i = 1 … n − 1: j = below(i + 1), entry i becomes entry j, entry j becomes i.
   */
  permutation(n: number): Uint32Array<ArrayBuffer> {
    const indices = new Uint32Array(n);
    for (let i = 1; i < n; i++) {
      const j = this.below(i + 1);
      indices[i] = indices[j]!;
      indices[j] = i;
    }
    return indices;
  }
}
