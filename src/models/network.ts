/** Neural networks: layers one behind the other, or joined. */
import type { MatrixLike, RowSource, TypedArray } from '../data/matrix.ts';
import type { Label, Labels } from '../data/targets.ts';
import type { Features } from '../data/transformer.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { type ActivationName, type ActivationSpec, activationOption } from '../layers/activations.ts';
import { chain } from '../layers/composite.ts';
import { checkIndices } from '../layers/embedding.ts';
import { type LayerSpec, layers } from '../layers/family.ts';
import { buildGraph, type Graph, type NetworkPlan, type Step } from '../layers/graph.ts';
import { units } from '../layers/options.ts';
import { type LossSpec, losses } from '../losses.ts';
import { adam, isLineSearch, type OptimizerSpec, optimizers } from '../optimizers.ts';
import { initialize, startOf } from '../program/initialize.ts';
import { writeTensor } from '../program/layout.ts';
import { lossRow } from '../program/loss.ts';
import type { Task } from '../program/metrics.ts';
import type { ModelProgram } from '../program/model.ts';
import { NetworkProgram } from '../program/network.ts';
import type { TrainingProgram } from '../program/training.ts';
import { boolean, type Field, list, nullable, number, oneOf, readOptions, spec, take, validateSpec } from '../spec.ts';
import { classesField } from './classifier.ts';
import { Estimator, type StartingPoint } from './estimator.ts';
import { memoryOf } from './memory.ts';
import { type EstimatorSpec, estimatorFields, type ModelOptions } from './model.ts';
import type { FitOptions } from './options.ts';
import { labelsOf, meansOf, probabilitiesOf } from './predictions.ts';
import { prepare } from './prepare.ts';
import { type LayerStatistics, statisticsOf } from './statistics.ts';
import { summaryOf } from './summary.ts';
import { taskOf } from './targets.ts';

type Floats = Float32Array | Float64Array;

/** Options of every network. */
export interface NetworkOptions extends ModelOptions {
  /** What is minimised, if fits do not say. Default null. */
  readonly loss?: LossSpec | null;
  /** Of classes: all labels, where the first rows may not show every one. Default null: those that occur, sorted. */
  readonly classes?: readonly Label[] | null;
  /** Precision. Default `'f32'`. */
  readonly dtype?: 'f32' | 'f64';
  /** Whether features are scaled to mean 0 and standard deviation 1 first. Default false. */
  readonly standardize?: boolean;
}

export interface MlpOptions extends NetworkOptions {
  /** Features of a row. */
  readonly inputs: number;
  /** Units of each hidden layer; a number is one layer, `[]` none. */
  readonly hidden: number | readonly number[];
  /** Numbers that come out: targets of a row, 1 of two classes, K of K classes. */
  readonly outputs: number;
  /** Of the hidden layers: a name, or an activation with its options. Default `'relu'`. */
  readonly activation?: ActivationName | ActivationSpec;
  /** Share of each hidden layer that is dropped while training, in [0, 1). Default 0. */
  readonly dropout?: number;
}

/** A network as data. */
export interface NetworkSpec extends EstimatorSpec {
  readonly loss: LossSpec | null;
  /** Of `mlp`. */
  readonly inputs?: number;
  readonly hidden?: readonly number[];
  readonly outputs?: number;
  readonly activation?: ActivationName | ActivationSpec;
  readonly dropout?: number;
  /** Of `sequential` and `network`: shape of a row; null: the columns of X. */
  readonly input?: readonly number[] | null;
  readonly layers?: readonly LayerSpec[];
  /** Of `network`: uses of the layers in order. Value 0 is the input, value i + 1 what step i gives; the last comes out. */
  readonly steps?: readonly Step[];
}

/** Targets of a network, as its loss has them. */
export type NetworkTargets = Labels | MatrixLike | readonly number[] | TypedArray;

const common = {
  loss: nullable(spec(() => losses)),
  classes: classesField,
  dtype: oneOf(['f32', 'f64'], 'f32'),
  standardize: boolean(false),
  ...estimatorFields,
};

const stepList: Field<readonly Step[]> = {
  expected: () => 'a list of { layer, inputs }, inputs from before',
  read: (value) =>
    Array.isArray(value) &&
    value.every(
      (step, i) =>
        Number.isSafeInteger(step?.layer) &&
        step.layer >= 0 &&
        Array.isArray(step.inputs) &&
        step.inputs.every((v: unknown) => Number.isSafeInteger(v) && (v as number) >= 0 && (v as number) <= i),
    )
      ? Object.freeze(value.map(({ layer, inputs }) => Object.freeze({ layer, inputs: Object.freeze([...inputs]) })))
      : undefined,
};

const shape = nullable(list(units));

const memoryFields = { optimizer: nullable(spec(() => optimizers)), training: boolean(true) };

const fields: Readonly<Record<string, object>> = {
  mlp: {
    inputs: units,
    hidden: {
      ...list(units),
      expected: () => 'an integer ≥ 1 or a list of them',
      read: (value: unknown, at: string) =>
        Array.isArray(value) && value.length === 0 ? [] : list(units).read(value, at),
    },
    outputs: units,
    activation: { ...activationOption, fallback: 'relu' },
    dropout: number('[0, 1)', 0),
    ...common,
  },
  sequential: { input: shape, layers: chain, ...common },
  network: { input: shape, layers: chain, steps: stepList, ...common },
};

/** The layers of a network. */
function planOf({ kind, hidden, outputs, activation, dropout, layers: given, steps }: NetworkSpec): NetworkPlan {
  if (kind !== 'mlp') return { layers: given!, steps: steps ?? null };
  const layer = (units: number, f: ActivationName | ActivationSpec | null): unknown => ({
    kind: 'dense',
    units,
    activation: f,
  });
  const list = hidden!.flatMap((units) => [
    layer(units, activation!),
    ...(dropout! > 0 ? [{ kind: 'dropout', rate: dropout }] : []),
  ]);
  return { layers: [...list, layer(outputs!, null)].map((one) => validateSpec(layers, one)), steps: null };
}

export class Network extends Estimator<NetworkTargets, NetworkSpec> {
  readonly #plan: NetworkPlan;
  /** Of the copy that `statistics` looks into. */
  #watched = false;
  #graph: Graph | undefined;

  constructor(kind: string, options: unknown) {
    super(kind, options, fields[kind] as never);
    if (this.spec.loss) this.readLoss(this.spec.loss);
    this.#plan = planOf(this.spec);
    const columns = this.#columns;
    if (columns !== undefined) this.graphOf(columns);
  }

  /** Whether predictions are numbers or classes, as the loss has it. */
  override get task(): Task {
    return taskOf(lossRow(this.fitted?.loss ?? this.readLoss(null)));
  }

  /** @internal */
  override get usualOptimizer(): OptimizerSpec {
    return adam(1e-3);
  }

  /** Columns of X, if the network says. */
  get #columns(): number | undefined {
    const { input, inputs } = this.spec;
    return inputs ?? input?.reduce((a, b) => a * b, 1);
  }

  /** The graph for so many features. @internal */
  graphOf(features: number): Graph {
    if (this.#graph?.features === features) return this.#graph;
    const graph = buildGraph(this.#plan, this.spec.input ?? [features]);
    const { name, shape } = graph.nodes.at(-1)!;
    if (shape.length > 1) {
      throw new ShapeError(`${name}: expected one axis to come out, got [${shape.join(', ')}]: flatten() makes it one`);
    }
    this.#graph = graph;
    return graph;
  }

  /** @internal */
  override compile(features: number, outputs: number): NetworkProgram {
    const { kind, dtype } = this.spec;
    const columns = this.#columns ?? features;
    if (features !== columns) {
      throw new ShapeError(`features: expected ${columns} columns, the inputs of ${kind}, got ${features}`);
    }
    const graph = this.graphOf(features);
    const [out] = graph.nodes.at(-1)!.shape;
    if (outputs !== out) {
      throw new ShapeError(`targets: expected ${out} outputs, those of ${kind}, got targets of ${outputs}`);
    }
    return new NetworkProgram(dtype, graph, this.#watched);
  }

  /** @internal */
  override checkFeatures(source: RowSource, standardize: boolean): void {
    const { rows, columns } = source;
    if (this.#columns !== undefined && this.#columns !== columns) return;
    const { indices } = this.graphOf(columns);
    if (indices.length === 0) return;
    if (standardize) throw new ArgumentError(`standardize: ${indices[0]!.name} takes integers: standardize: false`);
    const piece = Math.max(1, Math.floor(65536 / columns));
    const values = new Float64Array(piece * columns);
    for (let from = 0; from < rows; from += piece) {
      const count = Math.min(piece, rows - from);
      source.copyRows(values, columns, from, count);
      const read = values.subarray(0, count * columns);
      for (const { name, count } of indices) checkIndices(name, count, read, columns, columns, from);
    }
  }

  /**
   * Parameters get their start from the initialisers of their layers, each parameter from a substream of its own.
   * @internal
   */
  override begin(program: TrainingProgram, { dtype, tensors }: ModelProgram, { seed }: StartingPoint): void {
    const { nodes } = this.#graph!;
    program.setParameters((base) => {
      nodes.forEach(({ name: layer, parameters, owner, number, follows }, i) => {
        if (owner !== i) return;
        for (const [k, parameter] of parameters.entries()) {
          const tensor = tensors.find(({ name }) => name === `${layer}.${parameter.name}`)!;
          writeTensor(program.engine, dtype, base, tensor, initialize(parameter, follows, startOf(seed, number, k)));
        }
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

  /** The graph, of a network that knows what comes in. */
  #known(what: string): Graph {
    const columns = this.#columns ?? this.fitted?.features;
    if (columns === undefined) {
      throw new ArgumentError(`${what}: ${this.spec.kind} does not know its input yet: begin with input(…), or fit it`);
    }
    return this.graphOf(columns);
  }

  /**
   * A table of the layers: name, shape of what comes out, number of parameters.
   * @param print what prints it; null only returns it.
   * @throws {ArgumentError} if neither options nor a fit say what comes in.
   */
  summary(print: ((text: string) => void) | null = console.log): string {
    const text = summaryOf(this.#known('summary'));
    print?.(text);
    return text;
  }

  /**
   * Looks inside: what every layer puts out on these rows, the gradients, and how far a step of the optimizer with its
   * present state moves the parameters. The model stays as it is.
   * @param x at most 4,096 rows. @param y their targets.
   * @param options `optimizer`, `loss`: default those of the last fit.
   * @throws {NotFittedError} before a fit. @throws {ArgumentError} on more rows.
   */
  statistics(
    x: Features,
    y: NetworkTargets,
    options: Pick<FitOptions<NetworkTargets>, 'optimizer' | 'loss'> = {},
  ): LayerStatistics[] {
    const { optimizer, spent } = this.requireFitted('statistics');
    const copy = this.copy();
    copy.#watched = true;
    const going = isLineSearch(optimizer) || spent ? this.usualOptimizer : optimizer;
    const one = { epochs: 1, maxSteps: 1, batchSize: 'full', shuffle: false, tolerance: null, continue: true };
    return statisticsOf(prepare(copy, x, y, { optimizer: going, ...options, ...one }, false), copy.#graph!);
  }

  /**
   * Bytes of linear memory that a fit takes beside its data, or `predict` with `training: false`.
   * @param batchSize rows of a batch; of `predict` all rows.
   * @param options `optimizer`: default Adam; `training`: default true.
   * @throws {ArgumentError} if neither options nor a fit say what comes in. @throws {OutOfMemoryError} if it is not there.
   */
  memory(batchSize: number, options?: { readonly optimizer?: OptimizerSpec; readonly training?: boolean }): number {
    const read = readOptions<{ optimizer: OptimizerSpec | null; training: boolean }>('memory', memoryFields, options);
    const rows = take(units, batchSize, 'memory: batchSize');
    const program = new NetworkProgram(this.spec.dtype, this.#known('memory'));
    const optimizer = read.training ? (read.optimizer ?? this.usualOptimizer) : null;
    return memoryOf(this.engine, program, rows, optimizer);
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
