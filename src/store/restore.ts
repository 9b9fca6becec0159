/** From plain data back to a model. */
import type { Label } from '../data/targets.ts';
import { ArgumentError, linearModel, linearRegression, logisticRegression, mlp, softmaxRegression } from '../index.ts';
import {
  anything,
  boolean,
  indexLabels,
  integer,
  isPlain,
  losses,
  Network,
  oneOf,
  optimizers,
  readOptions,
  spec,
} from '../internals.ts';
import type { LossSpec } from '../losses.ts';
import type { Engine } from '../memory/engine.ts';
import type { AnyEstimator } from '../models/estimator.ts';
import type { Fitted } from '../models/model.ts';
import type { ModelFrame, ModelState } from '../models/model-state.ts';
import type { Position } from '../program/training-options.ts';
import type { Field } from '../spec.ts';
import { bytes, floats, listOf, missingRate, real, unmarked } from './fields.ts';
import { plateausField } from './restore-run.ts';
import { readStatistics, restoreStep } from './steps.ts';

/** Makers of models, by the kind of their specs. */
const makers: Readonly<Record<string, (options: never) => AnyEstimator>> = {
  linearRegression,
  logisticRegression,
  softmaxRegression,
  linearModel,
  mlp,
  // As their specs have them: a list of layers and how they are joined.
  sequential: (options) => new Network('sequential', options),
  network: (options) => new Network('network', options),
};

/** The model of a spec, not fitted. @throws {ArgumentError} if it is none. @internal */
export function makeModel(given: unknown, engine?: Engine | null): AnyEstimator {
  const { kind, ...options } = isPlain(given) ? given : {};
  if (typeof kind === 'string' && Object.hasOwn(makers, kind)) {
    return makers[kind]!({ ...options, engine: engine ?? null } as never);
  }
  throw new ArgumentError(`spec: there are models of kind ${Object.keys(makers).join(', ')}, got ${String(kind)}`);
}

const count = integer('[0, ∞)');

const positionField: Field<Position> = {
  expected: () => 'a position',
  read: (value, at) =>
    readOptions<Position>(
      at,
      {
        step: count,
        epoch: count,
        rows: count,
        start: count,
        firstGradientMax: real,
        lastObjective: real,
        searchStep: real,
        rateFactor: real,
        plateaus: plateausField,
      },
      value,
    ),
};

const statistics = (features: number): Field<ModelFrame['standardization']> => ({
  expected: () => 'means and scales',
  read: (value, at) => (value === null ? null : readStatistics(at, value, features)),
});

const labels: Field<readonly Label[] | null> = {
  expected: () => 'a list of labels',
  read: (value, at) =>
    value === null ? null : Array.isArray(value) ? indexLabels(value, at, value as Label[]).classes : undefined,
};

type Frame = Pick<Fitted, 'features' | 'outputs' | 'classes' | 'standardization' | 'loss' | 'steps'>;

/** What a model needs to know before it has parameters. @internal */
export function readFrame(at: string, model: AnyEstimator, frame: ModelFrame): Frame {
  const features = integer('[1, 2147483647]').read(frame.features, at);
  const fields = {
    features: integer('[1, 2147483647]'),
    outputs: integer('[1, 2147483647]'),
    classes: labels,
    standardization: statistics(features ?? 0),
    loss: spec<LossSpec>(() => losses),
    steps: listOf(restoreStep),
  };
  const { outputs, steps, classes, standardization, loss } = frame;
  const read = readOptions<Record<string, unknown>>(at, fields as never, {
    features: frame.features,
    outputs,
    steps,
    classes,
    standardization,
    loss,
  }) as unknown as Frame;
  model.readLoss(read.loss);
  const expected = read.outputs === 1 ? 2 : read.outputs;
  if (read.classes && read.classes.length !== expected) {
    throw new ArgumentError(`${at}: expected ${expected} classes, got ${read.classes.length}`);
  }
  return { ...read, classes: read.classes ?? undefined };
}

const stateFields = {
  kind: oneOf(['model']),
  spec: anything,
  steps: anything,
  features: anything,
  outputs: anything,
  classes: anything,
  standardization: anything,
  loss: anything,
  shapes: anything,
  optimizer: anything,
  spent: boolean(),
  position: positionField,
  parameters: anything,
  state: bytes(),
};

/**
 * The model of a state: it predicts, evaluates and goes on (`continue`, `partialFit`) as the one that the state is of, bit
 * for bit. A rate that was a function is asked for again: give the optimizer.
 * @param state what `model.state()` gave, here or in another thread.
 * @param options `engine`: the instance of the module to compute in.
 * @throws {ArgumentError} if it is no such state; nothing of it is trusted.
 */
export function restoreModel(state: ModelState, options: { readonly engine?: Engine } = {}): AnyEstimator {
  const at = 'restoreModel';
  const read = readOptions(at, stateFields as never, state) as ModelState;
  const model = makeModel(read.spec, options.engine);
  const frame = readFrame(at, model, read);
  const { dtype, tensors } = model.compile(frame.features, frame.outputs);
  const size = new Map(tensors.map(({ name, rows, columns }) => [name, rows * columns]));
  const fields = Object.fromEntries(Array.from(size, ([name, length]) => [name, floats(dtype, length)]));
  model.adopt({
    ...frame,
    parameters: { ...readOptions<Fitted['parameters']>(`${at}: parameters`, fields, read.parameters) },
    optimizer: spec(() => optimizers).read(unmarked(read.optimizer, missingRate), `${at}: optimizer`)!,
    spent: read.spent,
    position: read.position,
    state: read.state,
  });
  return model;
}
