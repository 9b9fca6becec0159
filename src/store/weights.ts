/** Parameters of PyTorch and Keras from their safetensors files, by name. */

import type { Label } from '../data/targets.ts';
import { ArgumentError, gradientDescentLineSearch, type LossSpec, NotFittedError } from '../index.ts';
import { Network } from '../internals.ts';
import type { AnyEstimator } from '../models/estimator.ts';
import type { Fitted } from '../models/model.ts';
import type { Tensor } from '../program/layout.ts';
import { elementsOf, readSafetensors, type StoredTensor } from './safetensors.ts';

export interface WeightsOptions {
  /**
   * Names in the file by names here, as an object or a function. Names left out: the same name; else, if there are as many
   * layers in the file as here, layer by layer in the order of their numbers.
   */
  readonly names?: Readonly<Record<string, string>> | ((name: string) => string | undefined);
  /** Whether anything missing, of another shape or left over is an error. Default true. */
  readonly strict?: boolean;
  /** Of a network that has not been fitted: its loss, if its options do not say it. */
  readonly loss?: LossSpec;
  /** Of a network of classes that has not been fitted: all labels. Default 0, 1, 2, … */
  readonly classes?: readonly Label[];
}

/** What became of every name. */
export interface WeightsReport {
  /** Names here, names in the file. */
  readonly loaded: readonly (readonly [name: string, from: string])[];
  /** Names here for which there was nothing. */
  readonly missing: readonly string[];
  /** What had another shape or could not be read. */
  readonly unfit: readonly { readonly name: string; readonly from: string; readonly why: string }[];
  /** Names in the file that nothing was taken from. */
  readonly unused: readonly string[];
}

/** The layer and the part of it, under one name each for PyTorch, Keras and here. */
function split(name: string): readonly [layer: string, part: string] {
  const [, layer = '', last = ''] = /^(?:(.*)[./])?([^./]+)$/.exec(name.replace(/:\d+$/, '')) ?? [];
  const part = last.toLowerCase().replaceAll('_', '');
  const parts: Readonly<Record<string, string>> = {
    ...{
      kernel: 'weight',
      gamma: 'weight',
      scale: 'weight',
      embeddings: 'weight',
      depthwisekernel: 'weight',
      beta: 'bias',
    },
    ...{ movingmean: 'runningmean', movingvariance: 'runningvar', runningvariance: 'runningvar' },
  };
  return [layer, parts[part] ?? part];
}

const natural = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

const layersOf = (names: readonly string[]): string[] => [...new Set(names.map((name) => split(name)[0]))];

/** Pairs names here with names in the file. */
function pair(own: readonly string[], theirs: readonly string[], names: WeightsOptions['names']): Map<string, string> {
  const pairs = new Map<string, string>();
  const ownLayers = layersOf(own);
  // A counter of batches is no parameter.
  const layers = layersOf(theirs.filter((name) => !name.endsWith('num_batches_tracked'))).sort(natural);
  for (const name of own) {
    const given =
      typeof names === 'function' ? names(name) : names && Object.hasOwn(names, name) ? names[name] : undefined;
    const [layer, part] = split(name);
    const other = layers.length === ownLayers.length ? layers[ownLayers.indexOf(layer)] : undefined;
    const from =
      given ?? (theirs.includes(name) ? name : theirs.find((one) => split(one)[0] === other && split(one)[1] === part));
    if (from !== undefined) pairs.set(name, from);
  }
  return pairs;
}

/** The axes of a kernel of Keras in the order that PyTorch has: the last are inputs and outputs there. */
const torchAxes = (rank: number): number[] =>
  rank < 2
    ? Array.from({ length: rank }, (_, i) => i)
    : [rank - 1, rank - 2, ...Array.from({ length: rank - 2 }, (_, i) => i)];

function transpose(values: ArrayLike<number>, shape: readonly number[], axes: readonly number[]): Float64Array {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const to = axes.map((axis) => shape[axis]!);
  return Float64Array.from(values, (_, at) => {
    let from = 0;
    for (let i = axes.length - 1, rest = at; i >= 0; i--) {
      from += (rest % to[i]!) * strides[axes[i]!]!;
      rest = Math.floor(rest / to[i]!);
    }
    return values[from]!;
  });
}

/** The numbers of a tensor in our shape, or why not. */
function fit(name: string, stored: StoredTensor, expected: readonly number[]): ArrayLike<number> | string {
  const axes = /kernel(:\d+)?$/.test(name) ? torchAxes(stored.shape.length) : stored.shape.map((_, i) => i);
  const shape = axes.map((axis) => stored.shape[axis]!);
  const plain = (list: readonly number[]): string => list.filter((one, i) => one !== 1 || i < 2).join();
  if (shape.join() !== expected.join() && plain(shape) !== plain(expected)) {
    return `expected [${expected.join(', ')}], got [${shape.join(', ')}]`;
  }
  try {
    const values = elementsOf(stored);
    return axes.every((axis, i) => axis === i) ? values : transpose(values, stored.shape, axes);
  } catch (error) {
    return (error as Error).message;
  }
}

/** Gives a network that has not been fitted parameters, all zero. */
function prepare(model: AnyEstimator, { loss: given, classes }: WeightsOptions): readonly Tensor[] {
  const { inputs, input } = model.spec as { inputs?: number; input?: readonly number[] | null };
  const features = inputs ?? input?.reduce((a, b) => a * b, 1);
  if (!(model instanceof Network) || features === undefined) {
    throw new NotFittedError('loadWeights needs a fitted model, or a network that knows its inputs');
  }
  const outputs = model.graphOf(features).nodes.at(-1)!.shape[0]!;
  const loss = model.readLoss(given ?? null);
  const { dtype, tensors } = model.compile(features, outputs);
  const count = outputs === 1 ? 2 : outputs;
  const labels = classes ?? model.spec.classes ?? Array.from({ length: count }, (_, i) => i);
  if (labels.length !== count) throw new ArgumentError(`classes: expected ${count}, got ${labels.length}`);
  const Floats = dtype === 'f32' ? Float32Array : Float64Array;
  const fitted: Fitted = {
    features,
    outputs,
    parameters: Object.fromEntries(tensors.map(({ name, rows, columns }) => [name, new Floats(rows * columns)])),
    standardization: null,
    loss,
    optimizer: model.usualOptimizer ?? gradientDescentLineSearch(),
    state: new Uint8Array(),
    position: {
      ...{ step: 0, epoch: 0, rows: 0, start: 0, firstGradientMax: -1, lastObjective: Number.NaN },
      ...{ searchStep: 0, rateFactor: 1, plateaus: [] },
    },
    spent: false,
    steps: model.steps,
  };
  model.adopt(fitted);
  if (model.task === 'classification') model.adopt({ ...fitted, classes: Object.freeze([...labels]) });
  return tensors;
}

/**
 * Loads parameters from a safetensors file of PyTorch (`state_dict`) or Keras (kernels are turned, `gamma`, `beta` and moving
 * statistics known) into a model.
 * @param model a fitted model, or a network that has not been fitted: it can predict then.
 * @returns what became of every name.
 * @throws {ArgumentError} if the file is damaged; if anything does not fit, unless `strict` is false: nothing has changed
 * then.
 */
export function loadWeights(model: AnyEstimator, file: Uint8Array, options: WeightsOptions = {}): WeightsReport {
  const { tensors: stored } = readSafetensors(file);
  const fresh = model.fitted === undefined;
  const work = fresh ? model.clone() : model;
  const tensors = fresh ? prepare(work, options) : work.compile(work.fitted!.features, work.fitted!.outputs).tensors;
  const pairs = pair(
    tensors.map(({ name }) => name),
    [...stored.keys()],
    options.names,
  );
  const values: Record<string, ArrayLike<number>> = {};
  const loaded: [string, string][] = [];
  const missing: string[] = [];
  const unfit: { name: string; from: string; why: string }[] = [];
  for (const { name, shape } of tensors) {
    const from = pairs.get(name);
    const found = from === undefined ? undefined : stored.get(from);
    if (from === undefined || !found) {
      missing.push(name);
      continue;
    }
    const given = fit(from, found, shape);
    if (typeof given === 'string') unfit.push({ name, from, why: given });
    else {
      values[name] = given;
      loaded.push([name, from]);
    }
  }
  const taken = new Set(pairs.values());
  const unused = [...stored.keys()].filter((name) => !taken.has(name));
  const left = unused.filter((name) => !name.endsWith('num_batches_tracked'));
  if ((options.strict ?? true) && missing.length + unfit.length + left.length > 0) {
    const lines = [
      ...missing.map((name) => `${name}: nothing in the file`),
      ...unfit.map(({ name, from, why }) => `${name} from ${from}: ${why}`),
      ...left.map((name) => `${name} in the file: nothing here`),
    ];
    throw new ArgumentError(`loadWeights: ${lines.slice(0, 20).join('; ')}${lines.length > 20 ? '; …' : ''}`);
  }
  work.parameters = values;
  if (fresh) model.adopt(work.fitted!);
  return { loaded, missing, unfit, unused };
}
