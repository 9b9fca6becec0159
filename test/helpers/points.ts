/** Deterministic points for sweeps: mulberry32 (T. Ettinger, public domain), independent of what is under test. */
export function source(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `n` points spread evenly over [from, to]. */
export function evenly(n: number, from: number, to: number, seed = 1): number[] {
  const next = source(seed);
  return Array.from({ length: n }, (_, i) => from + ((to - from) * (i + next())) / n);
}

/** `n` points whose binary logarithms are spread evenly over [from, to]. */
export const magnitudes = (n: number, from: number, to: number): number[] =>
  evenly(n, from, to, 2).map((power) => 2 ** Math.max(power, -1074));

export const bothSigns = (points: readonly number[]): number[] => points.map((x, i) => (i % 2 ? -x : x));

/** Integers 0 … n − 1 in another order. */
export function shuffled(n: number, seed: number): number[] {
  const next = source(seed);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
