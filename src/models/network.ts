/** Neural networks: layers one behind the other. */
import type { MatrixLike, TypedArray } from '../data/matrix.ts';
import { Philox, streams } from '../data/random.ts';
import type { Label, Labels } from '../data/targets.ts';
import type { Features } from '../data/transformer.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { type LossSpec, losses } from '../losses.ts';
import { adam, type OptimizerSpec } from '../optimizers.ts';
import { writeTensor } from '../program/layout.ts';
import { lossRow } from '../program/loss.ts';
import type { Task } from '../program/metrics.ts';
import type { ModelProgram } from '../program/model.ts';
import { type DenseLayer, NetworkProgram } from '../program/network.ts';
import type { TrainingProgram } from '../program/training.ts';
import { boolean, integer, list, nullable, oneOf, spec, validateSpec } from '../spec.ts';
import { classesField } from './classifier.ts';
import { Estimator, type StartingPoint } from './estimator.ts';
import { type EstimatorSpec, estimatorFields, type ModelOptions } from './model.ts';
import { labelsOf, meansOf, probabilitiesOf } from './predictions.ts';
import { taskOf } from './targets.ts';

type Floats = Float32Array | Float64Array;

export type MlpActivation = 'relu' | 'tanh' | 'sigmoid';

export interface MlpOptions extends ModelOptions {
  /** Features of a row. */
  readonly inputs: number;
  /** Units of each hidden layer; a number is one layer, `[]` none. */
  readonly hidden: number | readonly number[];
  /** Numbers that come out: targets of a row, 1 of two classes, K of K classes. */
  readonly outputs: number;
  /** Of the hidden layers. Default `'relu'`. */
  readonly activation?: MlpActivation;
  /** What is minimised, if fits do not say. Default null. */
  readonly loss?: LossSpec | null;
  /** Of classes: all labels, where the first rows may not show every one. Default null: those that occur, sorted. */
  readonly classes?: readonly Label[] | null;
  /** Precision. Default `'f32'`. */
  readonly dtype?: 'f32' | 'f64';
  /** Whether features are scaled to mean 0 and standard deviation 1 first. Default false. */
  readonly standardize?: boolean;
}

export interface MlpSpec extends EstimatorSpec {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly activation: MlpActivation;
  readonly loss: LossSpec | null;
}

/** Targets of a network, as its loss has them. */
export type NetworkTargets = Labels | MatrixLike | readonly number[] | TypedArray;

const units = integer('[1, ∞)');

const fields = {
  inputs: units,
  hidden: {
    ...list(units),
    expected: () => 'an integer ≥ 1 or a list of them',
    read: (value: unknown, at: string) =>
      Array.isArray(value) && value.length === 0 ? [] : list(units).read(value, at),
  },
  outputs: units,
  activation: oneOf(['relu', 'tanh', 'sigmoid'], 'relu'),
  loss: nullable(spec(() => losses)),
  classes: classesField,
  dtype: oneOf(['f32', 'f64'], 'f32'),
  standardize: boolean(false),
  ...estimatorFields,
};

export class Network extends Estimator<NetworkTargets, MlpSpec> {
  constructor(kind: string, options: unknown) {
    super(kind, options, fields as never);
    if (this.spec.loss) this.readLoss(this.spec.loss);
  }

  /** Whether predictions are numbers or classes, as the loss has it. */
  override get task(): Task {
    return taskOf(lossRow(this.fitted?.loss ?? this.readLoss(null)));
  }

  /** @internal */
  override get usualOptimizer(): OptimizerSpec {
    return adam(1e-3);
  }

  get #layers(): readonly DenseLayer[] {
    const { inputs, hidden, outputs, activation } = this.spec;
    const sizes = [inputs, ...hidden, outputs];
    return sizes.slice(1).map((units, i) => ({
      name: `dense${i + 1}`,
      inputs: sizes[i]!,
      outputs: units,
      activation: i < hidden.length ? activation : 'none',
    }));
  }

  /** @internal */
  override compile(features: number, outputs: number): ModelProgram {
    const { kind, ...spec } = this.spec;
    if (features !== spec.inputs) {
      throw new ShapeError(`features: expected ${spec.inputs} columns, the inputs of ${kind}, got ${features}`);
    }
    if (outputs !== spec.outputs) {
      throw new ShapeError(`targets: expected ${spec.outputs} outputs, those of ${kind}, got targets of ${outputs}`);
    }
    return new NetworkProgram(spec.dtype, this.#layers);
  }

  /**
   * Weights U(−a, a), biases 0: a = √(6/inputs) before relu (He et al. 2015), √(6/(inputs + outputs)) otherwise (Glorot and
   * Bengio 2010). Each layer draws from a substream of its own.
   * @internal
   */
  override begin(program: TrainingProgram, { dtype, tensors }: ModelProgram, { seed }: StartingPoint): void {
    program.setParameters((base) => {
      this.#layers.forEach(({ inputs, outputs, activation }, i) => {
        const random = new Philox(seed, streams.init, i);
        const bound = Math.sqrt(6 / (activation === 'relu' ? inputs : inputs + outputs));
        const values = Float64Array.from({ length: inputs * outputs }, () => bound * (2 * random.uniform() - 1));
        writeTensor(program.engine, dtype, base, tensors[2 * i]!, values);
      });
    });
  }

  /** @internal */
  override readLoss(given: LossSpec | null): LossSpec {
    const loss = given === null ? (this.spec.loss ?? this.fitted?.loss) : validateSpec(losses, given);
    if (!loss) throw new ArgumentError(`loss: ${this.spec.kind} needs one, such as loss: softmaxCrossEntropy()`);
    const row = lossRow(loss);
    if (this.spec.classes && taskOf(row) === 'regression') throw new ArgumentError(`classes: ${loss.kind} has none`);
    if (row.alone) {
      throw new ArgumentError(`loss: ${loss.kind} with these options is for lossAndGradient alone`);
    }
    return loss;
  }

  /** Labels in the order of their numbers. @throws {ArgumentError} if the loss is not one of classes. */
  get classes(): readonly Label[] {
    const { classes, loss } = this.requireFitted('classes');
    if (!classes) throw new ArgumentError(`classes: ${loss.kind} has none`);
    return classes;
  }

  /** The label of the likeliest class of every row, or means, row after row, as the loss of the fit has it. */
  predict<A extends Floats>(x: Features, options?: { readonly out?: A }): A | Label[] {
    const { loss, outputs, classes } = this.requireFitted('predict');
    if (classes) return labelsOf(this.predictRaw(x), outputs, classes);
    return meansOf<A>(this.engine, loss, (given) => this.predictRaw(x, given), options);
  }

  /**
   * Probabilities: with one output that of the second class of every row, with several those of all classes, row after row.
   * @param options `out`: where to put them, of the right length.
   * @throws {ArgumentError} if the loss is not one of probabilities.
   */
  predictProbability<A extends Floats>(x: Features, options?: { readonly out?: A }): A {
    const { loss, outputs } = this.requireFitted('predictProbability');
    return probabilitiesOf<A>(this.engine, loss, outputs, (given) => this.predictRaw(x, given), options);
  }
}

/**
 * A multilayer perceptron: dense layers with an activation between them. Without further options f32, `adam(1e-3)`, batches
 * of 32 rows, 10 epochs. Parameters are called `dense1.weight` (outputs × inputs), `dense1.bias` and so on.
 * @throws {ArgumentError} on unknown options, wrong types, sizes that are no integers ≥ 1.
 */
export function mlp(options: MlpOptions): Network {
  return new Network('mlp', options);
}
