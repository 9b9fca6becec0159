/** Which data a run is over. */
import { hex, xxh32 } from '../hash.ts';
import type { Dtype, Engine } from '../memory/engine.ts';
import { elementBytes } from '../program/layout.ts';
import type { DataBlock } from '../program/objective.ts';

/** Numbers of rows, and one hash of features as the model sees them, targets and weights of all blocks. */
export function fingerprintOf(engine: Engine, dtype: Dtype, blocks: readonly DataBlock[]): string {
  let hash = 0;
  for (const { rows, x, stride, y, targetBytes, weights } of blocks) {
    const parts = [
      [x, stride],
      [y, targetBytes],
      [weights, weights ? elementBytes(dtype) : 0],
    ] as const;
    for (const [at, bytes] of parts) hash = xxh32(engine.u8.subarray(at, at + rows * bytes), hash);
  }
  return `${blocks.map(({ rows }) => rows).join('+')} rows ${hex(hash)}`;
}
