/** Tensors of which a step changes only the rows that its batch has used: see assembly/touched.ts. */
import type { Tensor } from './layout.ts';
import { Label, type Tape } from './tape.ts';

/** One op is for no more bytes than this. */
const CHUNK = 2 ** 20;

type Work = Readonly<Record<string, number>>;

/** Work space by name: a bit a row, and zeros. */
export const marksSize = ({ offset, rows }: Tensor): readonly [name: string, bytes: number] => [
  `marks${offset}`,
  rows / 8 + 32,
];

/** Where the bits of the tensor at `offset` lie, or 0. */
export const marksAt = (work: Work, offset: number): number => work[`marks${offset}`] ?? 0;

/** Where 16 bytes are zero, behind the bits. */
export const zerosAt = (work: Work, { offset, rows }: Tensor): number => marksAt(work, offset) + (rows >>> 6) * 8 + 8;

/**
 * What `emit` writes, one op for the first row, is walked for every run of touched rows. `moves` are its words that point to
 * a row, `bytes` the one that says how many. `last`: flags of an update, at the last run.
 */
export function emitRows(
  tape: Tape,
  { offset, rows, rowBytes }: Tensor,
  work: Work,
  [moves, bytes, last]: readonly [moves: readonly number[], bytes: number, last: number],
  emit: () => void,
): void {
  const loop = new Label();
  tape.place(loop);
  const most = Math.max(1, Math.floor(CHUNK / rowBytes));
  const mask = moves.reduce((sum, word) => sum + 2 ** word, 0);
  tape.emit('eachRow', '', [marksAt(work, offset), rows, rowBytes, most, 0, 0, mask, bytes, last]);
  emit();
  tape.emit('jump', '', [loop]);
}
