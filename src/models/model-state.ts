/** A fitted model as plain data. */

import type { Label } from '../data/targets.ts';
import { type StepState, stepStates } from '../data/transformer.ts';
import type { LossSpec } from '../losses.ts';
import type { OptimizerSpec } from '../optimizers.ts';
import type { Standardization } from '../program/data.ts';
import type { Tensor } from '../program/layout.ts';
import type { Position } from '../program/training-options.ts';
import { marked } from '../stored.ts';
import type { EstimatorSpec, Fitted } from './model.ts';

/** What a model needs to know before it has parameters. */
export interface ModelFrame {
  readonly spec: EstimatorSpec;
  /** What the steps of the pipeline have learnt. */
  readonly steps: readonly StepState[];
  readonly features: number;
  readonly outputs: number;
  readonly classes: readonly Label[] | null;
  readonly standardization: Standardization | null;
  readonly loss: LossSpec;
}

/** A fitted model as plain data, see `model.state()`. */
export interface ModelState extends ModelFrame {
  readonly kind: 'model';
  /** A rate that was a function is `{ kind: 'function' }`. */
  readonly optimizer: OptimizerSpec;
  readonly spent: boolean;
  readonly position: Position;
  /** In the shapes of `shapes`. */
  readonly parameters: Readonly<Record<string, Float32Array | Float64Array>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** What optimizer and averages keep. */
  readonly state: Uint8Array;
}

/** @internal */
export function modelFrame(
  spec: EstimatorSpec,
  fitted: Pick<Fitted, 'steps' | 'features' | 'outputs' | 'classes' | 'standardization' | 'loss'>,
): ModelFrame {
  const { steps, features, outputs, classes = null, standardization, loss } = fitted;
  return {
    spec: marked(spec),
    steps: stepStates(steps),
    features,
    outputs,
    classes: classes && [...classes],
    standardization: standardization && {
      mean: standardization.mean.slice(),
      scale: standardization.scale.slice(),
    },
    loss: marked(loss),
  };
}

/** @internal */
export function modelState(spec: EstimatorSpec, fitted: Fitted, tensors: readonly Tensor[]): ModelState {
  const { optimizer, spent, position, parameters, state } = fitted;
  return {
    kind: 'model',
    ...modelFrame(spec, fitted),
    optimizer: marked(optimizer),
    spent,
    position,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values.slice()])),
    shapes: Object.fromEntries(tensors.map(({ name, shape }) => [name, shape])),
    state: state.slice(),
  };
}
