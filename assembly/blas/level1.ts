/** Level 1: vectors. */
import { word } from '../lanes';

/** copy(from, to, bytes > 0): whole vectors. */
// @ts-ignore: decorator
@inline export function copy<T>(op: usize): void {
  memory.copy(word(op, 3), word(op, 2), word(op, 4));
}
