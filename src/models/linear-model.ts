/** Linear models: predictions X·W + b. */
import { ArgumentError } from '../errors.ts';
import { type LossSpec, losses } from '../losses.ts';
import { writeTensor } from '../program/layout.ts';
import { LinearProgram } from '../program/linear.ts';
import { lossRow } from '../program/loss.ts';
import type { Task } from '../program/metrics.ts';
import type { ModelProgram } from '../program/model.ts';
import type { TrainingProgram } from '../program/training.ts';
import { type Field, spec, validateSpec } from '../spec.ts';
import { Estimator, type StartingPoint } from './estimator.ts';
import { type ModelOptions, type ModelSpec, modelFields, named } from './model.ts';
import { startOf } from './start.ts';
import { taskOf } from './targets.ts';

export class LinearModel<Y = unknown> extends Estimator<Y, ModelSpec, 'weight' | 'bias'> {
  readonly task: Task;
  /** The loss that this model minimises. */
  readonly #loss: LossSpec;

  /** `clone` calls it with what `spec` holds. @param more options of this kind of model alone. */
  constructor(kind: string, options: ModelOptions | undefined, more: Readonly<Record<string, Field<unknown>>> = {}) {
    const own = named[kind]?.();
    super(kind, options, { ...modelFields, ...(own ? {} : { loss: spec(() => losses) }), ...more } as never);
    this.#loss = own ?? this.spec.loss!;
    this.task = taskOf(lossRow(this.#loss));
    this.readLoss(this.#loss);
  }

  /** @internal */
  override compile(features: number, outputs: number): ModelProgram {
    return new LinearProgram(this.spec.dtype, features, outputs);
  }

  /** @internal */
  override begin(program: TrainingProgram, { dtype, tensors }: ModelProgram, at: StartingPoint): void {
    const start = at.going ? undefined : startOf(at.loss, at.target, at.index, at.weights);
    if (start) program.setParameters((base) => writeTensor(program.engine, dtype, base, tensors[1]!, start));
  }

  /** @internal */
  override readLoss(given: LossSpec | null): LossSpec {
    const own = this.#loss;
    if (given === null) return own;
    const loss = validateSpec(losses, given);
    if (loss.kind !== own.kind) {
      throw new ArgumentError(`loss: ${this.spec.kind} minimises ${own.kind}, got ${loss.kind}`);
    }
    if (lossRow(loss).alone) {
      throw new ArgumentError(`loss: ${loss.kind} with these options is for lossAndGradient alone`);
    }
    return loss;
  }

  /** Coefficients on the original scale of the features: outputs × features, row after row. */
  get coefficients(): Float64Array {
    const { parameters, standardization, features } = this.requireFitted('coefficients');
    const weight = Float64Array.from(parameters.weight);
    return standardization ? weight.map((w, i) => w / standardization.scale[i % features]!) : weight;
  }

  /** Intercepts on the original scale, one for each output. */
  get intercept(): Float64Array {
    const { parameters, standardization, features } = this.requireFitted('intercept');
    const { coefficients } = this;
    return Float64Array.from(parameters.bias, (bias, k) => {
      let value = bias;
      if (standardization) {
        for (let j = 0; j < features; j++) value -= coefficients[k * features + j]! * standardization.mean[j]!;
      }
      return value;
    });
  }
}
