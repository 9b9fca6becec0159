/** From layers to a graph of them: names, shapes, what is fused into what. */
import { ArgumentError, ShapeError } from '../errors.ts';
import { type Activation, isFused } from '../program/activations.ts';
import type { LayerRow, Parameter, Shape } from '../program/layer.ts';
import type { Spec } from '../spec.ts';
import { activationOf } from './activation-rows.ts';
import { type ActivationName, type ActivationSpec, activationKinds, activationSpec } from './activations.ts';
import { layerRow } from './family.ts';
import type { Node } from './node.ts';

/** A use of a layer: which one, and the values it takes. Value 0 is what goes in, value i + 1 what step i gives. */
export interface Step {
  /** Position of the layer among `layers`. */
  readonly layer: number;
  readonly inputs: readonly number[];
}

/** A network as plain data. */
export interface NetworkPlan {
  readonly layers: readonly Spec[];
  /** Nothing: one layer behind the other. */
  readonly steps: readonly Step[] | null;
}

export interface GraphNode {
  readonly name: string;
  readonly spec: Spec;
  readonly row: LayerRow;
  readonly inputs: readonly number[];
  readonly shape: Shape;
  readonly parameters: readonly Parameter[];
  /** The first node of the same layer, whose parameters it has. */
  readonly owner: number;
  /** Number among the layers with parameters of their own, for random numbers. */
  readonly number: number;
  /** What the layer applies to what it stores. */
  readonly activation: Activation | undefined;
  /** Kind of the activation that follows, fused or not. */
  readonly follows: string | undefined;
}

export interface Graph {
  /** Columns of X. */
  readonly features: number;
  readonly input: Shape;
  readonly nodes: readonly GraphNode[];
  /** Layers that take columns of X as integers below a count. */
  readonly indices: readonly { readonly name: string; readonly count: number }[];
}

/** A use before names and shapes are known; `key` says which layer it is. */
interface Use {
  readonly key: string;
  readonly spec: Spec;
  readonly inputs: readonly number[];
  /** Of a part of a layer, whose name it has: what comes behind it. */
  readonly part?: string;
}

const isActivation = (spec: Spec): spec is ActivationSpec => Object.hasOwn(activationKinds, spec.kind);

const show = (shape: Shape): string => `[${shape.join(', ')}]`;

export const product = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** Reads what `network(x, y)` is given: layers in the order in which they are computed. */
export function planOf(input: Node, output: Node): { specs: Spec[]; steps: Step[] } {
  const layers: object[] = [];
  const specs: Spec[] = [];
  const steps: Step[] = [];
  const values = new Map<Node, number>([[input, 0]]);
  const open = new Set<Node>();
  const visit = (node: Node): number => {
    const known = values.get(node);
    if (known !== undefined) return known;
    if (!node.spec) throw new ArgumentError('network: an input is not the one that network was given');
    if (open.has(node)) throw new ArgumentError(`network: ${node.spec.kind} is behind itself: a cycle`);
    open.add(node);
    const inputs = node.inputs.map(visit);
    open.delete(node);
    let layer = layers.indexOf(node.layer);
    if (layer < 0) {
      layer = layers.push(node.layer) - 1;
      specs.push(node.spec);
    }
    const value = steps.push({ layer, inputs });
    values.set(node, value);
    return value;
  };
  if (visit(output) === 0) throw new ArgumentError('network: there is no layer between input and output');
  return { specs, steps };
}

/** Composite layers and activations as options become layers of their own. */
function expand({ layers, steps }: NetworkPlan): Use[] {
  const uses: Use[] = [];
  const add = (key: string, spec: Spec, inputs: readonly number[], part?: string): number => {
    const { layers: inner, branches } = spec as Spec & {
      layers?: readonly Spec[];
      branches?: readonly (readonly Spec[])[];
    };
    if (inner || branches) {
      const chain = (list: readonly Spec[], at: string): number =>
        list.reduce((value, one, i) => add(`${at}/${i}`, one, [value]), inputs[0]!);
      const ends = inner ? [chain(inner, key), inputs[0]!] : branches!.map((list, b) => chain(list, `${key}/${b}`));
      const join = inner ? { kind: 'add', name: null } : { kind: 'concatenate', name: null };
      return uses.push({ key: `${key}/join`, spec: join, inputs: ends });
    }
    const value = uses.push({ key, spec, inputs, ...(part ? { part } : {}) });
    const { activation } = spec as Spec & { activation?: ActivationName | ActivationSpec | null };
    if (!activation) return value;
    const next = activationSpec(activation);
    return add(`${key}/f`, next, [value], next.kind);
  };
  if (!steps) layers.reduce((value, spec, i) => add(String(i), spec, [value]), 0);
  else {
    const values = [0];
    for (const { layer, inputs } of steps)
      values.push(
        add(
          String(layer),
          layers[layer]!,
          inputs.map((v) => values[v]!),
        ),
      );
  }
  return uses;
}

/** What each value goes into instead, where an activation is applied by the layer before. */
function fuse(uses: readonly Use[]): { kept: Use[]; fused: Map<Use, Use>; follows: Map<Use, string> } {
  const takers = (v: number): Use[] => uses.filter(({ inputs }) => inputs.includes(v));
  const fused = new Map<Use, Use>();
  const follows = new Map<Use, string>();
  uses.forEach((use, i) => {
    const [next, ...others] = takers(i + 1);
    if (!next || others.length > 0) return;
    follows.set(use, next.spec.kind);
    if (layerRow(use.spec).fuses && isActivation(next.spec) && isFused(activationOf(next.spec).code))
      fused.set(use, next);
  });
  const gone = new Set(fused.values());
  const value = [0];
  const kept: Use[] = [];
  for (const use of uses) {
    const inputs = use.inputs.map((v) => value[v]!);
    if (gone.has(use)) value.push(inputs[0]!);
    else {
      const renumbered = { ...use, inputs };
      value.push(kept.push(renumbered));
      const next = fused.get(use);
      if (next) fused.set(renumbered, next);
      const kind = follows.get(use);
      if (kind) follows.set(renumbered, kind);
    }
  }
  return { kept, fused, follows };
}

/**
 * Puts a network together.
 * @throws {ShapeError} where shapes do not fit; it names the layer and both shapes.
 */
export function buildGraph(plan: NetworkPlan, input: Shape): Graph {
  const features = product(input);
  const uses = expand(plan);
  if (input.length > 1) {
    const reshape = { key: 'input', spec: { kind: 'reshape', shape: input, name: 'input' }, inputs: [0] };
    const moved = uses.map((use) => ({ ...use, inputs: use.inputs.map((v) => v + 1) }));
    uses.splice(0, uses.length, reshape, ...moved);
  }
  const { kept, fused, follows } = fuse(uses);
  const counts = new Map<string, number>();
  const owners = new Map<string, number>();
  const names = new Set<string>();
  const nodes: GraphNode[] = [];
  const shapes: Shape[] = [[features]];
  let number = 0;
  const indices: { name: string; count: number }[] = [];
  /** Values that are X, be it in another shape. */
  const columns = new Set([0]);
  for (const use of kept) {
    const { spec, inputs, key } = use;
    const row = layerRow(spec);
    const owner = owners.get(key);
    const name = owner === undefined ? nameOf(use, counts, nodes) : nodes[owner]!.name;
    if (owner === undefined) {
      if (names.has(name)) throw new ArgumentError(`${name}: two layers have this name`);
      names.add(name);
      owners.set(key, nodes.length);
    }
    const given = inputs.map((v) => shapes[v]!);
    const shape = row.shape(spec, given, name);
    const parameters = row.parameters?.(spec, given) ?? [];
    if (owner !== undefined) {
      const first = nodes[owner]!.inputs.map((v) => shapes[v]!);
      if (parameters.some((one, k) => `${one.shape}` !== `${nodes[owner]!.parameters[k]!.shape}`)) {
        throw new ShapeError(`${name}: expected ${first.map(show)} as at its first use, got ${given.map(show)}`);
      }
    }
    const count = row.indices?.(spec);
    if (count !== undefined) {
      if (!columns.has(inputs[0]!))
        throw new ArgumentError(`${name}: expected columns of X, got what a layer puts out`);
      indices.push({ name, count });
    }
    if (['flatten', 'reshape'].includes(spec.kind) && columns.has(inputs[0]!)) columns.add(nodes.length + 1);
    const next = fused.get(use)?.spec as ActivationSpec | undefined;
    nodes.push({
      name,
      spec,
      row,
      inputs,
      shape,
      parameters,
      owner: owner ?? nodes.length,
      number: owner === undefined ? (parameters.length > 0 ? number++ : nodes.length) : nodes[owner]!.number,
      activation: next && activationOf(next),
      follows: follows.get(use),
    });
    shapes.push(shape);
  }
  return { features, input, nodes, indices };
}

/** A given name, or kind and number; parts of a layer have its name before theirs. */
function nameOf({ spec, part, inputs }: Use, counts: Map<string, number>, nodes: readonly GraphNode[]): string {
  const { kind, name } = spec as Spec & { name?: string | null };
  if (name) return name;
  if (part) return `${nodes[inputs[0]! - 1]!.name}.${part}`;
  const n = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, n);
  return `${kind}${/\d/.test(kind) ? '_' : ''}${n}`;
}
