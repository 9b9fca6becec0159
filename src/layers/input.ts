/** Where a network begins. */
import { ArgumentError } from '../errors.ts';
import { take } from '../spec.ts';
import { Node } from './node.ts';
import { units } from './options.ts';

/**
 * What goes into a network: rows of this shape, `input(784)`, or `input(28, 28, 1)` for images of height × width × channels.
 * @throws {ArgumentError} on sizes that are no integers ≥ 1.
 */
export function input(...shape: number[]): Node {
  if (shape.length === 0) throw new ArgumentError('input: expected sizes, such as input(28, 28, 1)');
  const sizes = shape.map((size, i) => take(units, size, `input: size ${i + 1}`));
  return new Node(null, {}, [], Object.freeze(sizes));
}
