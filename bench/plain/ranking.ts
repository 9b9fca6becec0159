/** Area under the receiver operating characteristic, by sorting. */

/**
 * Labels are 0 or 1; equal scores count half. The bits of a score, made to be ordered as it is, and its label fit into the
 * 53 bits of one number, so that the sort is that of a typed array without a function: half the time of one with.
 */
export function rocAuc(scores: Float32Array, labels: Uint8Array): number {
  const { length } = scores;
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, length);
  const keys = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const b = bits[i]!;
    // Below 0 all bits are turned, else the sign; −0 is 0.
    const ordered = b === 0x80000000 ? b : b & 0x80000000 ? ~b >>> 0 : (b | 0x80000000) >>> 0;
    keys[i] = 2 * ordered + labels[i]!;
  }
  keys.sort();
  let area = 0;
  let below = 0;
  let positives = 0;
  for (let i = 0; i < length; ) {
    const score = Math.floor(keys[i]! / 2);
    let own = 0;
    let rest = 0;
    for (; i < length && Math.floor(keys[i]! / 2) === score; i++) {
      if (keys[i]! % 2 === 1) own++;
      else rest++;
    }
    area += own * (below + rest / 2);
    below += rest;
    positives += own;
  }
  return area / (positives * below);
}
