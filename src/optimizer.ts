/** Optimizers for gradients that users compute by themselves. */
import { type AverageSpec, averages, type ClipSpec, clips, type PerturbationSpec, perturbations } from './around.ts';
import { describe } from './describe.ts';
import { ArgumentError, NonFiniteError, ShapeError } from './errors.ts';
import { type ParameterGroup, readGroups, regularizerField } from './groups.ts';
import { isLineSearch, type OptimizerSpec, optimizers } from './optimizers.ts';
import { ParameterSet } from './parameters.ts';
import type { PlateauState } from './plateau.ts';
import { GivenProgram } from './program/given.ts';
import { nonFiniteNames, STOP } from './program/kernels.ts';
import { readTensor } from './program/layout.ts';
import { bareOptions } from './program/training-options.ts';
import { keepAlike } from './program/updates.ts';
import type { RegularizerSpec } from './regularizers.ts';
import { type Rate, rate } from './schedules.ts';
import {
  type Field,
  integer,
  isPlain,
  nullable,
  number,
  oneOf,
  readOptions,
  spec,
  specs,
  take,
  validateSpec,
} from './spec.ts';

type Floats = Float32Array | Float64Array;

export interface OptimizerOptions {
  /** Penalties and constraints; they leave out biases, unless they say `intercept: true`. Default none. */
  readonly regularizer?: RegularizerSpec | readonly RegularizerSpec[];
  /** Parameters with options of their own. */
  readonly groups?: ParameterGroup | readonly ParameterGroup[];
  /** Clips the gradient before penalties are added; one or a list in order. Default none. */
  readonly clip?: ClipSpec | readonly ClipSpec[];
  /** Averages of the parameters, one or a list in order: see `evaluated`. Default none. */
  readonly average?: AverageSpec | readonly AverageSpec[];
  /** Takes the gradient at a perturbed point: `step` then needs a function. Default none. */
  readonly sam?: PerturbationSpec;
  /** What happens when a gradient is not finite: `'throw'` a `NonFiniteError`, or `'skip'` the step. Default throw. */
  readonly nonFinite?: 'throw' | 'skip';
  /** Steps of an epoch, ≥ 1, for schedules that count epochs. Default 1. */
  readonly stepsPerEpoch?: number;
}

/** What an optimizer keeps from step to step, as plain data: for `structuredClone`, not for JSON. */
export interface OptimizerState {
  readonly kind: 'optimizerState';
  /** Its spec; a rate that is a function is left out. */
  readonly optimizer: OptimizerSpec;
  readonly dtype: 'f32' | 'f64';
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Steps so far, those skipped included. */
  readonly step: number;
  readonly skipped: number;
  /** Where `reduceOnPlateau` stands, null for groups with other rates. */
  readonly plateaus: readonly (PlateauState | null)[];
  /** Counters, slots and averages. */
  readonly bytes: Uint8Array;
  /** Gradients of micro-batches that wait for a step: their sum, and of how many samples; null if there are none. */
  readonly accumulated: { readonly samples: number; readonly gradients: Floats } | null;
}

const any: Field<unknown> = { fallback: null, expected: () => '', read: (value) => value };

/** Parameters that have an optimizer. */
const taken = new WeakMap<ParameterSet, Optimizer>();

const programs =
  typeof FinalizationRegistry === 'function'
    ? new FinalizationRegistry<GivenProgram>((program) => program.release())
    : undefined;

/** Whether it has the parts of a state; what they say is looked at where it is used. */
const isState = (state: unknown): state is OptimizerState => {
  if (!isPlain(state) || state.kind !== 'optimizerState' || !isPlain(state.optimizer)) return false;
  const { step, skipped, bytes, plateaus, accumulated } = state as unknown as OptimizerState;
  const counts = [step, skipped, accumulated?.samples ?? 1].every((n) => Number.isSafeInteger(n) && n >= 0);
  const sums = accumulated === null || ArrayBuffer.isView(accumulated?.gradients);
  return counts && bytes instanceof Uint8Array && Array.isArray(plateaus) && sums;
};

export class Optimizer<N extends string = string> {
  /** How it updates. */
  readonly spec: OptimizerSpec;
  readonly parameters: ParameterSet<N>;
  readonly #program: GivenProgram;
  readonly #sam: boolean;
  readonly #epoch: number;
  #samples = 0;
  #sum: Floats | undefined;
  #released = false;

  /** @internal */
  constructor(parameters: ParameterSet<N>, given: OptimizerSpec, options: OptimizerOptions | undefined) {
    if (!(parameters instanceof ParameterSet)) {
      throw new ArgumentError(`createOptimizer: expected what parameters() returned, got ${describe(parameters)}`);
    }
    const { engine, dtype, tensors, bytes, block, gradientBlock } = parameters;
    this.spec = validateSpec(optimizers, given);
    if (isLineSearch(this.spec)) {
      throw new ArgumentError(`optimizer: ${this.spec.kind} evaluates the objective by itself: use minimize`);
    }
    const read = readOptions<{
      regularizer: readonly RegularizerSpec[];
      groups: unknown;
      clip: readonly ClipSpec[];
      average: readonly AverageSpec[];
      sam: PerturbationSpec | null;
      nonFinite: 'throw' | 'skip';
      stepsPerEpoch: number;
    }>(
      'createOptimizer',
      {
        regularizer: regularizerField,
        groups: any,
        clip: specs(clips),
        average: specs(averages),
        sam: nullable(spec(() => perturbations)),
        nonFinite: oneOf(['throw', 'skip'], 'throw'),
        stepsPerEpoch: integer('[1, ∞)', 1),
      },
      options,
    );
    if (taken.has(parameters)) {
      throw new ArgumentError('createOptimizer: these parameters have an optimizer; release() it first');
    }
    this.parameters = parameters;
    this.#sam = read.sam !== null;
    this.#epoch = read.stepsPerEpoch;
    this.#program = new GivenProgram(engine, dtype, tensors, bytes, {
      ...bareOptions,
      optimizer: this.spec,
      groups: readGroups(read.groups, this.spec, read.regularizer),
      regularizers: read.regularizer,
      clips: read.clip,
      averages: read.average,
      perturbation: read.sam,
      nonFinite: read.nonFinite,
      stepsPerEpoch: this.#epoch,
      at: { parameters: block, gradient: gradientBlock },
    });
    taken.set(parameters, this as unknown as Optimizer);
    programs?.register(this, this.#program, this);
  }

  #live(): GivenProgram {
    if (this.#released) throw new ArgumentError('this optimizer has been released', 'ERR_RELEASED');
    return this.#program;
  }

  /** Steps so far, those skipped included. */
  get steps(): number {
    return this.#live().read('step');
  }

  /** Steps left out because the gradient was not finite. */
  get skipped(): number {
    return this.#live().count('skipped');
  }

  /** The rate of the last step, of the first group. */
  get rate(): number {
    return this.#live().read('rate');
  }

  /** ‖g‖₂ of the last step, clipped, with penalties. */
  get gradientNorm(): number {
    return this.#live().read('gradientNorm');
  }

  /** The penalties at the parameters of the last step, before it. */
  get penalty(): number {
    return this.#live().read('penalty');
  }

  /**
   * Gives all parameters, or those of one group, another rate from the next step on; `state` does not keep it.
   * @param group position among the groups; the parameters that no group names come first.
   * @throws {ArgumentError} if it is no rate, or there is no such group.
   */
  setLearningRate(value: Rate, group?: number): void {
    this.#live().setRate(take(rate(), value, 'learningRate'), group);
  }

  /**
   * Tells `reduceOnPlateau` the metric that it watches, after an evaluation of your own; other rates do not listen.
   * @throws {ArgumentError} if it is not a number.
   */
  observe(metric: number): void {
    const value = take(number('[-∞, ∞]'), Number.isNaN(metric) ? Infinity : metric, 'observe: metric');
    this.#live().observe(() => value);
  }

  /**
   * Adds the gradients, as the mean over `samples`, to those that wait for the next `step`. The step then takes the mean
   * over all samples, the same whatever the sizes of the micro-batches.
   * @throws {ArgumentError} unless `samples` is an integer ≥ 1.
   */
  accumulate(samples = 1): void {
    const count = take(integer('[1, ∞)'), samples, 'accumulate: samples');
    const { engine, dtype } = this.parameters;
    const { bytes, gradientBlock } = this.parameters;
    this.#live();
    const length = bytes / (dtype === 'f32' ? 4 : 8);
    this.#sum ??= dtype === 'f32' ? new Float32Array(length) : new Float64Array(length);
    const gradient = engine.floats(dtype, gradientBlock, length);
    const sum = this.#sum;
    for (let i = 0; i < length; i++) sum[i]! += count * gradient[i]!;
    this.#samples += count;
  }

  /**
   * One step with the gradients as they are, or, after `accumulate`, with their mean. Gradients stay as they are but for
   * clipping and penalties, which are added to them.
   * @param evaluate with `sam`: called at the perturbed parameters, writes the gradients anew.
   * @throws {NonFiniteError} if a gradient or an update is not finite; parameters are as before.
   */
  step(evaluate?: () => unknown): void {
    const program = this.#live();
    if (this.#sam && typeof evaluate !== 'function') {
      throw new ArgumentError('step: sam needs a function that computes the gradients at the perturbed parameters');
    }
    const step = program.read('step');
    if (step === 0) program.startAverages();
    if (this.#samples > 0) this.#takeMean();
    const stop = program.turn(Infinity, 0, () => {
      evaluate!();
      return 0;
    });
    if (stop === STOP.nonFinite) {
      const what = nonFiniteNames[program.count('nonFinite')]!;
      program.set({ nonFinite: 0 });
      const cause = what === 'gradient' ? 'the gradients that were given' : 'the learning rate is too large';
      throw new NonFiniteError(`step ${step}: the ${what} is not finite; probable cause: ${cause}`, {
        step,
        what,
        tensor: undefined,
        cause,
      });
    }
  }

  #takeMean(): void {
    const { engine, dtype, gradientBlock } = this.parameters;
    const sum = this.#sum!;
    const gradient = engine.floats(dtype, gradientBlock, sum.length);
    for (let i = 0; i < sum.length; i++) gradient[i] = sum[i]! / this.#samples;
    sum.fill(0);
    this.#samples = 0;
  }

  /** Copies of the parameters that are to be evaluated: the last average, of schedule-free methods x, else the values. */
  get evaluated(): Readonly<Record<N, Floats>> {
    const program = this.#live();
    const { engine, dtype, tensors } = this.parameters;
    if (program.read('step') === 0) program.startAverages();
    program.publish();
    return Object.fromEntries(
      tensors.map((tensor) => [tensor.name, readTensor(engine, dtype, program.evaluated, tensor)]),
    ) as Record<N, Floats>;
  }

  /** What it keeps from step to step; the parameters' values are not part of it. */
  state(): OptimizerState {
    const program = this.#live();
    const { dtype, shapes } = this.parameters;
    if (program.read('step') === 0) program.startAverages();
    return {
      kind: 'optimizerState',
      optimizer: JSON.parse(JSON.stringify(this.spec)),
      dtype,
      shapes,
      step: program.read('step'),
      skipped: program.count('skipped'),
      plateaus: program.position.plateaus,
      bytes: program.keptState,
      accumulated: this.#samples > 0 ? { samples: this.#samples, gradients: this.#sum!.slice() } : null,
    };
  }

  /**
   * Goes on from a state: with the same values the same bits follow.
   * @throws {ArgumentError} if it is the state of another kind of optimizer, or of other options.
   * @throws {ShapeError} if it is that of other parameters; nothing has changed then.
   */
  restore(state: OptimizerState): void {
    const program = this.#live();
    const { dtype, shapes } = this.parameters;
    if (!isState(state)) throw new ArgumentError('restore: expected what state() returned');
    const { optimizer, step, skipped, plateaus, bytes, accumulated } = state;
    if (optimizer.kind !== this.spec.kind) {
      throw new ArgumentError(`restore: expected a state of ${this.spec.kind}, got one of ${optimizer.kind}`);
    }
    const found = JSON.stringify([state.dtype, state.shapes]);
    const expected = JSON.stringify([dtype, shapes]);
    if (found !== expected) throw new ShapeError(`restore: expected a state of ${expected}, got one of ${found}`);
    const size = program.keptState.length;
    const length = this.parameters.bytes / (dtype === 'f32' ? 4 : 8);
    if (accumulated && accumulated.gradients.length !== length) {
      throw new ShapeError(`restore: expected ${length} accumulated values, got ${accumulated.gradients.length}`);
    }
    if (bytes.length !== size) {
      throw new ArgumentError(
        `restore: expected ${size} bytes of state, got ${bytes.length}: options that keep state differ`,
      );
    }
    if (!keepAlike(optimizer, this.spec)) throw new ArgumentError('restore: options that keep state differ');
    program.keptState = bytes;
    program.resumeAt({ ...program.position, step, epoch: Math.floor(step / this.#epoch), plateaus });
    program.set({ skipped });
    this.#samples = accumulated?.samples ?? 0;
    this.#sum = accumulated?.gradients.slice();
  }

  /** Gives back its memory at once; else that happens when nothing refers to it any more. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    programs?.unregister(this);
    taken.delete(this.parameters as unknown as ParameterSet);
    this.#program.release();
  }
}

/**
 * An optimizer for gradients that you compute: write `parameters.gradients`, call `step()`, read `parameters.values`.
 * @throws {ArgumentError} on unknown options and values out of range, names that there are not, parameters that have an
 * optimizer already, a line search (use `minimize`), penalties that it refuses, a matrix method where there is no matrix.
 */
export function createOptimizer<N extends string>(
  parameters: ParameterSet<N>,
  optimizer: OptimizerSpec,
  options?: OptimizerOptions,
): Optimizer<N> {
  return new Optimizer(parameters, optimizer, options);
}
