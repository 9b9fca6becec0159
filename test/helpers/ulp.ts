/** Distances in units in the last place. */
import type { Dtype } from '#src/memory/engine.js';

const bytes = new DataView(new ArrayBuffer(8));

/** Position of x among the values of its type, in order, −0 and 0 alike. */
function rank(x: number, dtype: Dtype): number | bigint {
  if (dtype === 'f32') {
    bytes.setFloat32(0, x);
    const bits = bytes.getInt32(0);
    return bits < 0 ? -(bits & 0x7fffffff) : bits;
  }
  bytes.setFloat64(0, x);
  const bits = bytes.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

/** How many values of the type lie between `a` and `b`; `b` is rounded first. NaN is 0 from NaN, infinitely far else. */
export function ulps(a: number, b: number, dtype: Dtype): number {
  const to = dtype === 'f32' ? Math.fround(b) : b;
  if (a === to) return 0;
  if (Number.isNaN(a) || Number.isNaN(to)) return Number.isNaN(a) && Number.isNaN(to) ? 0 : Number.POSITIVE_INFINITY;
  const distance = Number(BigInt(rank(a, dtype)) - BigInt(rank(to, dtype)));
  return Math.abs(distance);
}
