/** Seeded test data. */
import type { Floats } from './index.ts';

export type Random = () => number;

/** Uniform numbers in [0, 1) with 32 random bits: mulberry32 by Tommy Ettinger, public domain. */
export function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers: Box and Muller 1958. */
export function gaussian(random: Random): Random {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** Fills an array with the next numbers of `random`. */
export function fill<A extends Floats>(array: A, random: Random): A {
  for (let i = 0; i < array.length; i++) array[i] = random();
  return array;
}

/** 0 … n − 1 in random order: Fisher and Yates. */
export function permutation(n: number, random: Random): Uint32Array {
  const indices = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [indices[i], indices[j]] = [indices[j]!, indices[i]!];
  }
  return indices;
}
