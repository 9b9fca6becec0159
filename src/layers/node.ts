/** Layers as functions that join nodes, and specs all the same. */
import { ArgumentError } from '../errors.ts';
import { type Family, isPlain, makeSpec, type Spec } from '../spec.ts';

/** What a layer gives in the functional form: a value of the network to come. */
export class Node {
  /** The layer as data; null of an input. */
  readonly spec: Spec | null;
  /** What is called: one layer called twice has one set of parameters. */
  readonly layer: object;
  readonly inputs: readonly Node[];
  /** Of an input, its shape without the rows. */
  readonly shape: readonly number[] | null;

  /** @internal */
  constructor(spec: Spec | null, layer: object, inputs: readonly Node[], shape: readonly number[] | null = null) {
    this.spec = spec;
    this.layer = layer;
    this.inputs = inputs;
    this.shape = shape;
  }
}

/**
 * A layer: its options can be read (`layer.units`), `JSON.stringify` gives its spec, and called with nodes it joins them to
 * a network. Called twice it is one layer with one set of parameters.
 */
export type Layer<S extends Spec = Spec> = S & {
  (...inputs: Node[]): Node;
  /** The layer as frozen plain data. */
  readonly spec: S;
  toJSON(): S;
};

/** Wraps a spec. @internal */
export function layerOf<S extends Spec>(spec: S): Layer<S> {
  const layer = (...inputs: Node[]): Node => {
    const wrong = inputs.find((one) => !(one instanceof Node));
    if (wrong !== undefined || inputs.length === 0) {
      throw new ArgumentError(`${spec.kind}: expected what a layer or input(…) returns, got ${typeof wrong}`);
    }
    return new Node(spec, layer, inputs);
  };
  const own = { ...spec, spec, toJSON: () => spec };
  for (const [key, value] of Object.entries(own)) {
    Object.defineProperty(layer, key, { value, enumerable: key !== 'spec' && key !== 'toJSON', configurable: true });
  }
  return Object.freeze(layer) as unknown as Layer<S>;
}

/** Makes a layer from options; `main` is the option that may stand by itself. @internal */
export function makeLayer<S extends Spec, K extends S['kind']>(
  family: Family<S>,
  kind: K,
  options?: unknown,
  main?: string,
): Layer<Extract<S, { readonly kind: K }>> {
  return layerOf(makeSpec(family, kind, options, main));
}

/** The spec of a layer, which may be plain data. @internal */
export const specOf = (layer: unknown): unknown =>
  typeof layer === 'function' && isPlain((layer as { spec?: unknown }).spec)
    ? (layer as { spec?: unknown }).spec
    : layer;
