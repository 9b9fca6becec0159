/**
 * Models as ONNX files.
 *
 * @module
 */

import type { StepState } from './data/transformer.ts';
import { ArgumentError } from './index.ts';
import { boolean, lossRow, makePolynomial, Network, nullable, oneOf, readOptions } from './internals.ts';
import type { AnyEstimator } from './models/estimator.ts';
import type { ModelState } from './models/model-state.ts';
import { Graph } from './onnx/graph.ts';
import { layerOf } from './onnx/layers.ts';
import type { Shape } from './program/layer.ts';

export interface OnnxOptions {
  /** Precision of the graph. Default null: that of the model. */
  readonly dtype?: 'f32' | 'f64' | null;
  /** Whether predictions before the link come out as well, as `raw`. Default false. */
  readonly raw?: boolean;
}

/** (x − mean)/scale. */
function scaled(graph: Graph, x: string, mean: Float64Array, scale: Float64Array): string {
  const centred = graph.node('Sub', [x, graph.constant(mean, [1, mean.length])]);
  return graph.node('Div', [centred, graph.constant(scale, [1, scale.length])]);
}

/** Products of columns: as many factors each as the degree, of a column of ones where there are fewer. */
function products(graph: Graph, x: string, state: StepState & { kind: 'polynomialFeatures' }): string {
  const { features, degree, kind: _, ...options } = state;
  const terms = makePolynomial({ degree, ...options }, features)
    .names()
    .map((name) =>
      name === '1'
        ? []
        : name.split(' ').flatMap((factor) => {
            const [column, power = '1'] = factor.slice(1).split('^');
            return Array.from({ length: Number(power) }, () => Number(column));
          }),
    );
  // x · 0 + 1, so that there are as many ones as rows.
  const first = graph.node('Gather', [x, graph.constant([0], [1], 'i64')], { axis: 1 });
  const zeros = graph.node('Mul', [first, graph.constant([0], [1])]);
  const ones = graph.node('Add', [zeros, graph.constant([1], [1])]);
  const columns = graph.node('Concat', [x, ones], { axis: 1 });
  const factor = (i: number): string => {
    const indices = terms.map((term) => term[i] ?? features);
    return graph.node('Gather', [columns, graph.constant(indices, [indices.length], 'i64')], { axis: 1 });
  };
  let out = factor(0);
  for (let i = 1; i < degree; i++) out = graph.node('Mul', [out, factor(i)]);
  return out;
}

function step(graph: Graph, x: string, state: StepState): string {
  if (state.kind === 'standardScaler') return scaled(graph, x, state.mean, state.scale);
  if (state.kind === 'polynomialFeatures') return products(graph, x, state);
  throw new ArgumentError(
    `toOnnx: ${state.kind} takes categories: export the model behind it, which takes its columns`,
  );
}

/** What the model makes of standardised features, before the link. */
function body(graph: Graph, x: string, model: AnyEstimator, { parameters, shapes, features }: ModelState): string {
  const constantOf = (name: string, shape: readonly number[] = shapes[name]!): string =>
    graph.constant(parameters[name]!, shape);
  if (!(model instanceof Network))
    return graph.node('Gemm', [x, constantOf('weight'), constantOf('bias')], { transB: 1 });
  const { nodes } = model.graphOf(features);
  const values = [x];
  const sizes: Shape[] = [[features]];
  for (const node of nodes) {
    const name = (parameter: string): string => `${nodes[node.owner]!.name}.${parameter}`;
    values.push(
      layerOf({
        graph,
        node,
        inputs: node.inputs.map((i) => values[i]!),
        shapes: node.inputs.map((i) => sizes[i]!),
        numbers: (parameter) => parameters[name(parameter)],
        constant: (parameter, shape) => (parameters[name(parameter)] ? constantOf(name(parameter), shape) : undefined),
      }),
    );
    sizes.push(node.shape);
  }
  return values.at(-1)!;
}

/** Numbers of the likeliest classes. */
function classOf(graph: Graph, raw: string, outputs: number): string {
  if (outputs > 1) return graph.node('ArgMax', [raw], { axis: 1, keepdims: 0 });
  const above = graph.node('Greater', [raw, graph.constant([0], [1])]);
  const column = graph.node('Cast', [above], { to: 7 });
  return graph.node('Squeeze', [column, graph.constant([1], [1], 'i64')]);
}

function emit(graph: Graph, model: AnyEstimator, state: ModelState, withRaw: boolean): void {
  const { features, outputs, standardization, steps, loss, classes } = state;
  const [first] = steps;
  const columns =
    first?.kind === 'polynomialFeatures'
      ? first.features
      : first?.kind === 'standardScaler'
        ? first.mean.length
        : features;
  let x = graph.input('features', [columns]);
  for (const one of steps) x = step(graph, x, one);
  if (standardization) x = scaled(graph, x, standardization.mean, standardization.scale);
  const raw = body(graph, x, model, state);
  const { link, targets } = lossRow(loss);
  if (withRaw) graph.output(raw, 'raw', [outputs]);
  if (classes) {
    graph.output(classOf(graph, raw, outputs), 'class', [], 'i64');
    if (link === 'sigmoid') graph.output(graph.node('Sigmoid', [raw]), 'probabilities', [outputs]);
    if (link === 'softmax') graph.output(graph.node('Softmax', [raw], { axis: 1 }), 'probabilities', [outputs]);
    return;
  }
  const means = Array.from({ length: outputs / 2 }, (_, i) => 2 * i);
  const mean =
    targets === 'value' ? graph.node('Gather', [raw, graph.constant(means, [means.length], 'i64')], { axis: 1 }) : raw;
  const out = link === 'log' ? graph.node('Exp', [mean]) : mean;
  graph.output(out, 'predictions', [targets === 'value' ? means.length : outputs]);
}

/**
 * A fitted model as an ONNX file (opset 17): linear models and networks of every layer, with their standardisation and with `standardScaler` and
 * `polynomialFeatures` before them. In: `features`, rows × columns. Out: of regressions `predictions`, rows × targets; of
 * classes `class`, the position among `classes`, and where the loss knows them `probabilities`, as `predictProbability` has
 * them. The metadata have `kind`, `classes` and `featureNames` as JSON.
 * @throws {NotFittedError} before a fit. @throws {ArgumentError} on what cannot be exported: `oneHot`, steps of your own,
 * other models.
 */
export function toOnnx(model: AnyEstimator, options?: OnnxOptions): Uint8Array {
  const { dtype, raw } = readOptions<Required<OnnxOptions>>(
    'toOnnx',
    { dtype: nullable(oneOf(['f32', 'f64'])), raw: boolean(false) },
    options,
  );
  const state = model.state();
  const graph = new Graph(dtype ?? state.spec.dtype);
  emit(graph, model, state, raw);
  const { kind, featureNames } = state.spec;
  return graph.bytes({
    kind,
    classes: JSON.stringify(state.classes),
    featureNames: JSON.stringify(featureNames),
  });
}
