/** Networks from layers. */
import { ArgumentError } from '../errors.ts';
import type { LayerLike } from '../layers/composite.ts';
import { planOf } from '../layers/graph.ts';
import { Node } from '../layers/node.ts';
import { Network, type NetworkOptions } from './network.ts';

/**
 * Layers one behind the other: `sequential([input(784), dense(128), relu(), dense(10)])`. The first may be `input(…)`, the
 * shape of a row; without it that is the columns of X.
 * @throws {ArgumentError} on what is not a layer, and on unknown options.
 * @throws {ShapeError} where shapes do not fit.
 */
export function sequential(layers: readonly (LayerLike | Node)[], options: NetworkOptions = {}): Network {
  if (!Array.isArray(layers)) throw new ArgumentError('sequential: layers must be a non-empty list of layers');
  const [first] = layers;
  const given = first instanceof Node;
  if (given && !first.shape) throw new ArgumentError('sequential: only input(…) and layers can stand in the list');
  return new Network('sequential', {
    ...options,
    input: given ? first.shape : null,
    layers: given ? layers.slice(1) : layers,
  });
}

/**
 * A network from the functional form: `const x = input(28, 28, 1); const y = dense(10)(flatten()(x)); network(x, y)`.
 * @param x where it begins.
 * @param y what comes out.
 * @throws {ArgumentError} if y does not come from x alone.
 * @throws {ShapeError} where shapes do not fit.
 */
export function network(x: Node, y: Node, options: NetworkOptions = {}): Network {
  if (!(x instanceof Node) || !x.shape) throw new ArgumentError('network: x must be what input(…) returns');
  if (!(y instanceof Node)) throw new ArgumentError('network: y must be what a layer returns');
  const { specs, steps } = planOf(x, y);
  return new Network('network', { ...options, input: x.shape, layers: specs, steps });
}
