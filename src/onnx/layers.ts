/** Layers as operators of ONNX. Values are rows × axes × channels, channels last, as ours. */
import { ArgumentError } from '../index.ts';
import { activationOf, type GraphNode, windowOf } from '../internals.ts';
import type { Activation } from '../program/activations.ts';
import type { Shape } from '../program/layer.ts';
import type { WindowOptions } from '../program/window.ts';
import type { Graph } from './graph.ts';

/** Where a layer finds its values and parameters. */
export interface LayerInputs {
  readonly graph: Graph;
  readonly node: GraphNode;
  readonly inputs: readonly string[];
  readonly shapes: readonly Shape[];
  /** A parameter of the layer as a constant; in another shape if one is given. Nothing if there is none. */
  constant(name: string, shape?: readonly number[]): string | undefined;
  numbers(name: string): ArrayLike<number> | undefined;
}

/** f(z), of operators that every precision has. */
function activate(graph: Graph, z: string, { code, numbers }: Activation, axis: number): string {
  const number = (value: number): string => graph.constant([value], [1]);
  const op = (name: string, ...inputs: string[]): string => graph.node(name, inputs);
  const times = (x: string, value: number): string => (value === 1 ? x : op('Mul', x, number(value)));
  const plus = (x: string, value: number): string => op('Add', x, number(value));
  const clamp = (x: string, [low, high, a, b]: readonly number[]): string =>
    op('Min', op('Max', plus(times(x, a!), b! + 0), number(low!)), number(high!));
  const softplus = (x: string, beta: number): string => {
    const scaled = times(x, beta);
    const small = op('Log', plus(op('Exp', op('Neg', op('Abs', scaled))), 1));
    return op('Add', op('Max', x, number(0)), times(small, 1 / beta));
  };
  const [a = 1, b = 1] = numbers;
  switch (code) {
    case 'none':
      return z;
    case 'relu':
      return op('Relu', z);
    case 'tanh':
      return op('Tanh', z);
    case 'sigmoid':
      return op('Sigmoid', z);
    case 'leakyRelu':
      return op('Add', op('Max', z, number(0)), times(op('Min', z, number(0)), a));
    case 'elu':
      return op('Add', times(op('Max', z, number(0)), b), times(plus(op('Exp', op('Min', z, number(0))), -1), a));
    case 'clamp':
      return clamp(z, numbers);
    case 'hardSwish':
      return op('Mul', z, clamp(z, numbers));
    case 'softplus':
      return softplus(z, a);
    case 'swish': {
      const cubic = b === 0 ? times(z, a) : op('Add', times(z, a), times(op('Mul', z, op('Mul', z, z)), b));
      return op('Mul', z, op('Sigmoid', cubic));
    }
    case 'gelu':
      return op('Mul', times(z, 0.5), plus(op('Erf', times(z, Math.SQRT1_2)), 1));
    case 'mish':
      return op('Mul', z, op('Tanh', softplus(z, 1)));
    case 'softmax':
      return graph.node('Softmax', [z], { axis });
  }
}

const axesOf = (rank: number, first: boolean): number[] =>
  first
    ? [0, rank, ...Array.from({ length: rank - 1 }, (_, i) => i + 1)]
    : [0, ...Array.from({ length: rank - 1 }, (_, i) => i + 2), 1];

/** An operator that wants channels first. */
function channelsFirst(graph: Graph, x: string, rank: number, body: (x: string) => string): string {
  const moved = graph.node('Transpose', [x], { perm: axesOf(rank, true) });
  return graph.node('Transpose', [body(moved)], { perm: axesOf(rank, false) });
}

/** Attributes of a window. */
function windowed(options: WindowOptions, shape: Shape, name: string): Record<string, number | number[]> {
  const axes = (shape.length - 1) as 1 | 2;
  const { input, kernel, strides, dilation, before, output } = windowOf(options, shape, axes, name);
  const own = <T>(pair: readonly T[]): T[] => pair.slice(2 - axes);
  const after = output.map((out, i) =>
    Math.max(0, (out - 1) * strides[i]! + dilation[i]! * (kernel[i]! - 1) + 1 - input[i]! - before[i]!),
  );
  return {
    kernel_shape: own(kernel),
    strides: own(strides),
    dilations: own(dilation),
    pads: [...own(before), ...own(after)],
  };
}

function convolution({ graph, node, inputs: [x], shapes: [shape], constant }: LayerInputs): string {
  const spec = node.spec as unknown as WindowOptions & { kind: string; groups?: number };
  const group = spec.kind === 'depthwiseConv2d' ? shape!.at(-1)! : (spec.groups ?? 1);
  const bias = constant('bias');
  return channelsFirst(graph, x!, shape!.length, (x) =>
    graph.node('Conv', [x, constant('weight')!, ...(bias ? [bias] : [])], {
      ...windowed(spec, shape!, node.name),
      group,
    }),
  );
}

function pool({ graph, node, inputs: [x], shapes: [shape] }: LayerInputs): string {
  const { kind, poolSize, strides, padding, countIncludePad } = node.spec as unknown as {
    kind: string;
    poolSize: WindowOptions['kernelSize'];
    strides: WindowOptions['strides'] | null;
    padding: WindowOptions['padding'];
    countIncludePad?: boolean;
  };
  const options = {
    kernelSize: poolSize,
    strides: strides ?? poolSize,
    padding,
    dilation: Array.isArray(poolSize) ? ([1, 1] as const) : 1,
  };
  const { dilations: _, ...attributes } = windowed(options, shape!, node.name);
  const mean = kind.startsWith('average');
  const more = mean ? { count_include_pad: Number(countIncludePad) } : {};
  return channelsFirst(graph, x!, shape!.length, (x) =>
    graph.node(mean ? 'AveragePool' : 'MaxPool', [x], { ...attributes, ...more }),
  );
}

/** (x − μ)/√(σ² + ε) · weight + bias with statistics that stay: one product and one sum. */
function batchNorm({ graph, node, inputs: [x], numbers }: LayerInputs): string {
  const { epsilon } = node.spec as unknown as { epsilon: number };
  const mean = numbers('runningMean')!;
  const weight = numbers('weight');
  const bias = numbers('bias');
  const scale = Float64Array.from(numbers('runningVariance')!, (v, i) => (weight?.[i] ?? 1) / Math.sqrt(v + epsilon));
  const shift = scale.map((s, i) => (bias?.[i] ?? 0) - mean[i]! * s);
  const scaled = graph.node('Mul', [x!, graph.constant(scale, [scale.length])]);
  return graph.node('Add', [scaled, graph.constant(shift, [shift.length])]);
}

/** Over the last axis; `rmsNorm` does not centre. */
function layerNorm({ graph, node, inputs: [x], shapes: [shape], constant }: LayerInputs): string {
  const { kind, epsilon } = node.spec as unknown as { kind: string; epsilon: number };
  const axes = [shape!.length];
  const centred =
    kind === 'rmsNorm' ? x! : graph.node('Sub', [x!, graph.node('ReduceMean', [x!], { axes, keepdims: 1 })]);
  const square = graph.node('ReduceMean', [graph.node('Mul', [centred, centred])], { axes, keepdims: 1 });
  const root = graph.node('Sqrt', [graph.node('Add', [square, graph.constant([epsilon], [1])])]);
  const scaled = graph.node('Div', [centred, root]);
  const [weight, bias] = [constant('weight'), constant('bias')];
  const weighted = weight ? graph.node('Mul', [scaled, weight]) : scaled;
  return bias ? graph.node('Add', [weighted, bias]) : weighted;
}

function dense({ graph, inputs: [x], numbers, constant, node, shapes: [shape] }: LayerInputs): string {
  const weight = numbers('weight')!;
  const [columns, units] = [shape!.at(-1)!, node.shape.at(-1)!];
  const turned = Float64Array.from(
    { length: weight.length },
    (_, i) => weight[(i % units) * columns + Math.floor(i / units)]!,
  );
  const product = graph.node('MatMul', [x!, graph.constant(turned, [columns, units])]);
  const bias = constant('bias');
  return bias ? graph.node('Add', [product, bias]) : product;
}

const reduce =
  (operator: string) =>
  ({ graph, inputs: [x], shapes: [shape] }: LayerInputs): string =>
    graph.node(operator, [x!], { axes: Array.from({ length: shape!.length - 1 }, (_, i) => i + 1), keepdims: 0 });

const reshaped = ({ graph, node, inputs: [x] }: LayerInputs): string =>
  graph.node('Reshape', [x!, graph.constant([-1, ...node.shape], [node.shape.length + 1], 'i64')]);

function embedded({ graph, inputs: [x], constant }: LayerInputs): string {
  return graph.node('Gather', [constant('weight')!, graph.node('Cast', [x!], { to: 7 })], { axis: 0 });
}

const kinds: Readonly<Record<string, (layer: LayerInputs) => string>> = {
  dense,
  batchNorm,
  layerNorm,
  rmsNorm: layerNorm,
  conv1d: convolution,
  conv2d: convolution,
  depthwiseConv2d: convolution,
  maxPool1d: pool,
  maxPool2d: pool,
  averagePool1d: pool,
  averagePool2d: pool,
  globalMaxPool: reduce('ReduceMax'),
  globalAveragePool: reduce('ReduceMean'),
  flatten: reshaped,
  reshape: reshaped,
  embedding: embedded,
  dropout: ({ inputs: [x] }) => x!,
  add: ({ graph, inputs: [first, ...others] }) => others.reduce((sum, x) => graph.node('Add', [sum, x]), first!),
  concatenate: ({ graph, inputs, node }) => graph.node('Concat', inputs, { axis: node.shape.length }),
};

/** What a layer makes of its inputs. @throws {ArgumentError} on layers that are not exported. */
export function layerOf(layer: LayerInputs): string {
  const { graph, node, inputs } = layer;
  const { kind } = node.spec;
  const axis = node.shape.length;
  if (Object.hasOwn(kinds, kind)) {
    const out = kinds[kind]!(layer);
    return node.activation ? activate(graph, out, node.activation, axis) : out;
  }
  let activation: Activation;
  try {
    activation = activationOf(node.spec as Parameters<typeof activationOf>[0]);
  } catch {
    throw new ArgumentError(`toOnnx: ${node.name}: layers of kind ${kind} cannot be exported`);
  }
  return activate(graph, inputs[0]!, activation, axis);
}
