/** Linear models as JSON that people read and write: coefficients by the names of features and classes. */
import type { Label } from '../data/targets.ts';
import { ArgumentError, gradientDescentLineSearch, type LossSpec } from '../index.ts';
import { isPlain, readOptions, string } from '../internals.ts';
import type { AnyEstimator } from '../models/estimator.ts';
import type { EstimatorSpec } from '../models/model.ts';
import type { ModelState } from '../models/model-state.ts';
import { parseJson } from './json.ts';
import { makeModel, restoreModel } from './restore.ts';

/** A linear model as JSON has it. */
export interface LinearJson {
  readonly format: 'downhill linear 1';
  readonly spec: EstimatorSpec;
  readonly loss: LossSpec;
  readonly classes: readonly Label[] | null;
  /** Of every output: intercept and coefficients by feature, on the original scale. */
  readonly outputs: readonly { readonly intercept: number; readonly coefficients: Readonly<Record<string, number>> }[];
  /** The same as it was fitted, of standardised features: to the bit. Without it, the above is taken. */
  readonly standardized?: {
    readonly mean: readonly number[];
    readonly scale: readonly number[];
    readonly weight: readonly number[];
    readonly bias: readonly number[];
  } | null;
}

const isLinear = (model: AnyEstimator): boolean => 'coefficients' in model && 'intercept' in model;

/**
 * A fitted linear model as JSON, with the names of features (`featureNames`, else `x0`, `x1`, …) and classes.
 * @throws {NotFittedError} before a fit. @throws {ArgumentError} on other models, and on pipelines.
 */
export function linearToJson(model: AnyEstimator): string {
  if (!isLinear(model)) throw new ArgumentError('linearToJson: expected a linear model');
  const { spec, loss, classes, features, outputs, parameters, standardization, steps } = model.state();
  if (steps.length > 0) throw new ArgumentError('linearToJson: a pipeline has steps as well: use save');
  const { coefficients, intercept } = model as unknown as { coefficients: Float64Array; intercept: Float64Array };
  const names = spec.featureNames ?? Array.from({ length: features }, (_, j) => `x${j}`);
  const json: LinearJson = {
    format: 'downhill linear 1',
    spec,
    loss,
    classes,
    outputs: Array.from({ length: outputs }, (_, k) => ({
      intercept: intercept[k]!,
      coefficients: Object.fromEntries(names.map((name, j) => [name, coefficients[k * features + j]!])),
    })),
    standardized: standardization && {
      mean: [...standardization.mean],
      scale: [...standardization.scale],
      weight: [...parameters.weight!],
      bias: [...parameters.bias!],
    },
  };
  return JSON.stringify(json, null, 2);
}

const fail = (what: string): never => {
  throw new ArgumentError(`linearFromJson: ${what}`, 'ERR_FILE');
};

const numbersOf = (value: unknown, what: string): number[] =>
  Array.isArray(value) && value.every(Number.isFinite) ? value : fail(`${what} must be a list of numbers`);

/** Names of the features, intercepts, and coefficients row after row. */
function readOutputs(given: unknown): { names: string[]; intercepts: number[]; rows: number[][] } {
  const list = Array.isArray(given) && given.length > 0 ? given : fail('outputs must be a non-empty list');
  const first = isPlain(list[0]) && isPlain(list[0].coefficients) ? Object.keys(list[0].coefficients) : [];
  if (first.length === 0) fail('outputs[0] has no coefficients');
  const rows = list.map((output, k) => {
    const { intercept, coefficients } = isPlain(output) ? output : ({} as Record<string, unknown>);
    if (!isPlain(coefficients) || Object.keys(coefficients).length !== first.length)
      fail(`outputs[${k}]: other features`);
    const values = first.map((name) => (coefficients as Record<string, unknown>)[name]);
    return numbersOf([intercept, ...values], `outputs[${k}]: intercept and coefficients`);
  });
  return { names: first, intercepts: rows.map(([one]) => one!), rows: rows.map(([, ...rest]) => rest) };
}

/**
 * The model that `linearToJson` wrote, to the bit; or one that somebody wrote by hand, with `outputs` alone.
 * @throws {ArgumentError} if the text is something else; nothing of it is trusted.
 */
export function linearFromJson(text: string): AnyEstimator {
  const any = { fallback: null, expected: () => 'anything', read: (value: unknown) => value };
  const read = readOptions<Record<string, unknown>>(
    'linearFromJson',
    { format: string(), spec: any, loss: any, classes: any, outputs: any, standardized: any },
    parseJson(text),
  );
  if (read.format !== 'downhill linear 1') fail('format must be "downhill linear 1"');
  const { names, intercepts, rows } = readOutputs(read.outputs);
  const model = makeModel(read.spec);
  if (!('coefficients' in model)) fail('spec must be that of a linear model');
  const { dtype } = model.spec;
  const exact = isPlain(read.standardized) ? read.standardized : undefined;
  const array = (values: readonly number[]): Float32Array | Float64Array =>
    dtype === 'f32' ? Float32Array.from(values) : Float64Array.from(values);
  const numbers = (name: string): number[] => numbersOf(exact?.[name], `standardized: ${name}`);
  const [features, outputs] = [names.length, rows.length];
  const state: ModelState = {
    kind: 'model',
    spec: model.spec,
    steps: [],
    features,
    outputs,
    classes: read.classes as ModelState['classes'],
    standardization: exact
      ? { mean: Float64Array.from(numbers('mean')), scale: Float64Array.from(numbers('scale')) }
      : null,
    loss: (read.loss ?? model.readLoss(null)) as LossSpec,
    optimizer: gradientDescentLineSearch(),
    spent: false,
    position: {
      ...{ step: 0, epoch: 0, rows: 0, start: 0, firstGradientMax: -1, lastObjective: Number.NaN },
      ...{ searchStep: 0, rateFactor: 1, plateaus: [] },
    },
    parameters: {
      weight: array(exact ? numbers('weight') : rows.flat()),
      bias: array(exact ? numbers('bias') : intercepts),
    },
    shapes: { weight: [outputs, features], bias: [outputs] },
    state: new Uint8Array(),
  };
  return restoreModel(state);
}
