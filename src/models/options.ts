/** The options of `fit`, read by one table. */

import { type AverageSpec, averages, type ClipSpec, clips, type PerturbationSpec, perturbations } from '../around.ts';
import { type CheckpointEvery, type CheckpointFrame, checkpointField } from '../checkpoint.ts';
import { type AugmentImagesSpec, augmentations } from '../data/augment.ts';
import type { MatrixLike } from '../data/matrix.ts';
import type { ClassWeights } from '../data/weights.ts';
import { type EarlyStoppingSpec, earlyStoppings } from '../early-stopping.ts';
import type { FitEvent } from '../events.ts';
import { type ParameterGroup, regularizerField } from '../groups.ts';
import { type LossSpec, losses } from '../losses.ts';
import { type OptimizerSpec, optimizers } from '../optimizers.ts';
import type { Metric } from '../program/metrics.ts';
import type { RegularizerSpec } from '../regularizers.ts';
import {
  boolean,
  callback,
  type Field,
  integer,
  nullable,
  number,
  oneOf,
  readOptions,
  signalField,
  spec,
  specs,
} from '../spec.ts';
import { anything, marked } from '../stored.ts';

/** Validation rows: a share of those given, or rows of their own. */
export type Validation<Y> =
  | number
  | { readonly fraction: number; readonly stratify?: boolean }
  | { readonly x: MatrixLike; readonly y: Y };

export interface FitOptions<Y = unknown> {
  /** What is minimised. Each model has its own; options such as label smoothing can be set here. */
  readonly loss?: LossSpec;
  /** How. Default: gradient descent with a line search, which needs no rate; of networks `adam(1e-3)`. */
  readonly optimizer?: OptimizerSpec;
  /** Penalties and constraints, one or a list; they act on the coefficients as standardised. Default none. */
  readonly regularizer?: RegularizerSpec | readonly RegularizerSpec[];
  /**
   * Parameters (`'weight'`, `'bias'`; of networks `'dense1.weight'`, …) with options of their own. Intercepts have no
   * weight decay unless a group names them.
   */
  readonly groups?: ParameterGroup | readonly ParameterGroup[];
  /** Clips the gradient of the loss, before penalties are added; one or a list in order. Default none. */
  readonly clip?: ClipSpec | readonly ClipSpec[];
  /**
   * Averages of the parameters, one or a list in order; the last one is evaluated, watched by early stopping and handed
   * to the model. Default none.
   */
  readonly average?: AverageSpec | readonly AverageSpec[];
  /** Takes gradients at a perturbed point: `sam()`. Default none. */
  readonly sam?: PerturbationSpec;
  /**
   * Training rows are images that are moved in another way every epoch: `augmentImages(…)`. Rows that are only looked at
   * stay as they are. Default none.
   */
  readonly augmentation?: AugmentImagesSpec | null;
  /**
   * Batches whose gradients make one step, ≥ 1: the mean over all their rows, so that a short last batch counts as what
   * it is. Rows are read in blocks anyway: the bits are those of `batchSize` times as large. Default 1.
   */
  readonly accumulate?: number;
  /**
   * Passes over the rows, ≥ 1. Default 10 for mini-batches and networks, 10,000 for full batches, 1 for online gradient
   * descent.
   */
  readonly epochs?: number;
  /**
   * Rows of a step, from 1 to the number of rows, or `'full'`. Default: `'full'` for gradient descent, line searches and
   * `rprop`, 1 for online gradient descent, 32 for the others (or all rows if there are fewer).
   */
  readonly batchSize?: number | 'full';
  /** Whether every epoch takes the rows in a new random order. Default true; never for online gradient descent. */
  readonly shuffle?: boolean;
  /** Seed of everything random, an integer ≥ 0. Default 0. */
  readonly seed?: number;
  /**
   * Full batches only: stop when ‖gradient‖∞ ≤ tolerance · max(1, ‖first gradient‖∞); null never. With L1 or bounds
   * the gradient is the smallest subgradient. Default 1e-8 for f64, 1e-5 for f32.
   */
  readonly tolerance?: number | null;
  /** Full batches only: stop when the objective changes by less than this share of itself in a step. Default null. */
  readonly lossTolerance?: number | null;
  /** Steps after which to stop, ≥ 1. Default null: only `epochs` counts. */
  readonly maxSteps?: number | null;
  /**
   * Metrics by name or spec, computed at every event for the training rows and the validation rows. In events they stand
   * by kind; where several of one kind are asked, with their options: `f1(macro)`.
   */
  readonly metrics?: Metric | readonly Metric[];
  /** One weight ≥ 0 a row; scaled to mean 1 over the training rows. */
  readonly sampleWeights?: ArrayLike<number>;
  /** Classifiers: a weight for each class, in order, by label, or `'balanced'`. */
  readonly classWeights?: ClassWeights;
  /** Rows held out, by a seeded shuffle; or rows of their own. Default none. */
  readonly validation?: Validation<Y>;
  readonly earlyStopping?: EarlyStoppingSpec;
  /**
   * What happens when loss or gradient is not finite: `'throw'` a `NonFiniteError`, `'skip'` the step, or `'rollback'` to
   * the begin of the epoch with half the rate, three times at most. Default throw.
   */
  readonly nonFinite?: 'throw' | 'skip' | 'rollback';
  /** How often there is an event. Default `{ epochs: 1 }`. */
  readonly every?: { readonly epochs: number } | { readonly steps: number };
  /** Goes on with the parameters, the optimizer's state and the counters of the last fit. Default false. */
  readonly continue?: boolean;
  /** Aborts the run. */
  readonly signal?: AbortSignal;
  /**
   * Hands checkpoints to a function: `{ epochs }`, `{ steps }` or `{ seconds }`, each how many at least between two, and
   * `write(checkpoint)`. The run waits for a promise of `write`; an error of it ends the run. See `run.checkpoint()`.
   */
  readonly checkpointEvery?: CheckpointEvery;
  /** Called with every event, the model being up to date; false stops the run. */
  onEpoch?(event: FitEvent): unknown;
  /** Called after every step; false stops the run. */
  onStep?(event: FitEvent): unknown;
}

const batchSize: Field<number | 'full' | null> = {
  fallback: null,
  expected: () => 'an integer ≥ 1 or "full"',
  read: (value) =>
    value === null || value === 'full' || (Number.isSafeInteger(value) && (value as number) >= 1)
      ? (value as number)
      : undefined,
};

const tolerance: Field<number | null | 'auto'> = {
  fallback: 'auto',
  expected: () => 'a number ≥ 0 or null',
  read: (value) =>
    value === 'auto' || value === null || (typeof value === 'number' && value >= 0 && value < Infinity)
      ? (value as number)
      : undefined,
};

const every: Field<{ epochs?: number; steps?: number }> = {
  fallback: { epochs: 1 },
  expected: () => '{ epochs } or { steps }',
  read(value, at) {
    const read = readOptions<{ epochs: number | null; steps: number | null }>(
      at,
      { epochs: nullable(integer('[1, ∞)')), steps: nullable(integer('[1, ∞)')) },
      value,
    );
    if ((read.epochs === null) === (read.steps === null)) return undefined;
    return read.epochs === null ? { steps: read.steps! } : { epochs: read.epochs };
  },
};

const fields = {
  loss: nullable(spec(() => losses)),
  optimizer: nullable(spec(() => optimizers)),
  regularizer: regularizerField,
  groups: anything,
  clip: specs(clips),
  average: specs(averages),
  sam: nullable(spec(() => perturbations)),
  augmentation: nullable(spec(() => augmentations)),
  accumulate: integer('[1, ∞)', 1),
  epochs: nullable(integer('[1, ∞)')),
  batchSize,
  shuffle: boolean(true),
  seed: integer('[0, ∞)', 0),
  tolerance,
  lossTolerance: nullable(number('[0, ∞)')),
  maxSteps: nullable(integer('[1, ∞)')),
  metrics: anything,
  sampleWeights: anything,
  classWeights: anything,
  validation: anything,
  earlyStopping: nullable(spec(() => earlyStoppings)),
  nonFinite: oneOf(['throw', 'skip', 'rollback'], 'throw'),
  every,
  continue: boolean(false),
  signal: signalField,
  checkpointEvery: checkpointField,
  onEpoch: callback,
  onStep: callback,
};

type Read<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** Options as read. */
export type ReadFitOptions = Read<typeof fields>;

/** @throws {ArgumentError} on unknown options, wrong types and values out of range. */
export function readFitOptions(options: unknown): ReadFitOptions {
  return readOptions('fit', fields as never, options ?? undefined) as ReadFitOptions;
}

/** A validation option as read. */
export type ReadValidation =
  | { readonly fraction: number; readonly stratify: boolean }
  | { readonly x: unknown; readonly y: unknown }
  | undefined;

/** @throws {ArgumentError} if it is neither a fraction, nor `{ fraction }`, nor `{ x, y }`. */
export function readValidation(value: unknown): ReadValidation {
  if (value === null || value === undefined) return undefined;
  const fraction = number('(0, 1)');
  if (typeof value === 'object' && ('x' in value || 'y' in value)) {
    return readOptions<{ x: unknown; y: unknown }>('validation', { x: anything, y: anything }, value);
  }
  const given = typeof value === 'number' ? { fraction: value } : value;
  return readOptions('validation', { fraction, stratify: boolean(false) }, given);
}

/** Options that are not stored; of these some have to be given again. */
const apart = ['continue', 'signal', 'onEpoch', 'onStep', 'checkpointEvery'];

/** What can be stored of options, and the names of those that must be given again. @internal */
export function storedOptions(options: ReadFitOptions): Pick<CheckpointFrame, 'options' | 'needs'> {
  const { sampleWeights, validation, ...rest } = options;
  const rows = typeof validation === 'object' && validation !== null && 'x' in validation;
  const entries = Object.entries({ ...rest, validation: rows ? null : validation });
  const needs = [sampleWeights !== null && 'sampleWeights', rows && 'validation'].filter((name) => name !== false);
  return { options: marked(Object.fromEntries(entries.filter(([key]) => !apart.includes(key)))), needs };
}
