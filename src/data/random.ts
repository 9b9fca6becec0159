/**
 * Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011). Streams keep consumers apart: adding one never shifts
 * another's numbers.
 */

/** Numbers of the streams. */
export const streams = { init: 0, shuffle: 1, dropout: 2, split: 3 } as const;

const high = (a: number, b: number): number => {
  const low = (a & 0xffff) * (b & 0xffff);
  const middle = (a >>> 16) * (b & 0xffff) + (low >>> 16);
  const other = (a & 0xffff) * (b >>> 16) + (middle & 0xffff);
  return ((a >>> 16) * (b >>> 16) + Math.floor(middle / 65536) + Math.floor(other / 65536)) >>> 0;
};

/** Four words from a counter of four words and a key of two, ten rounds. */
export function philox(counter: Uint32Array, key: Uint32Array): Uint32Array {
  let [c0, c1, c2, c3] = counter as unknown as [number, number, number, number];
  let [k0, k1] = key as unknown as [number, number];
  for (let round = 0; round < 10; round++) {
    [c0, c1, c2, c3] = [
      high(0xcd9e8d57, c2) ^ c1 ^ k0,
      Math.imul(0xcd9e8d57, c2),
      high(0xd2511f53, c0) ^ c3 ^ k1,
      Math.imul(0xd2511f53, c0),
    ];
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  return Uint32Array.of(c0, c1, c2, c3);
}

export class Philox {
  readonly #key: Uint32Array;
  readonly #counter: Uint32Array;
  #block: Uint32Array = new Uint32Array(4);
  #used = 4;

  /** @param seed an integer in [0, 2⁵³). */
  constructor(seed: number, stream: number, substream = 0) {
    this.#key = Uint32Array.of(seed % 2 ** 32, Math.floor(seed / 2 ** 32));
    this.#counter = Uint32Array.of(0, 0, stream, substream);
  }

  /** The next 32 bits. */
  next(): number {
    if (this.#used === 4) {
      this.#block = philox(this.#counter, this.#key);
      this.#used = 0;
      if (++this.#counter[0]! === 0) this.#counter[1]!++;
    }
    return this.#block[this.#used++]!;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return ((this.next() >>> 5) * 2 ** 26 + (this.next() >>> 6)) / 2 ** 53;
  }

  /** Uniform integer in [0, n), n in [1, 2³²]; refuses the few words that would favour some. */
  below(n: number): number {
    const limit = 2 ** 32 - (2 ** 32 % n);
    let word = this.next();
    while (word >= limit) word = this.next();
    return word % n;
  }

  /** A random order of 0 … n − 1 (Fisher–Yates, from the end). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    return order;
  }
}
