/** Logistic and softmax regression. */
import type { MatrixLike } from '../data/matrix.ts';
import { encodeLabels, type Label, type Labels, readTargets, requireTwoClasses } from '../data/targets.ts';
import type { Features } from '../data/transformer.ts';
import { ShapeError } from '../errors.ts';
import { checkTargets } from '../losses/targets.ts';
import { binaryCrossEntropy, type LossSpec, softmaxCrossEntropy } from '../losses.ts';
import { lossRow } from '../program/loss.ts';
import type { Task } from '../program/metrics.ts';
import { call } from '../program/tape.ts';
import type { Field } from '../spec.ts';
import { type KnownTarget, LinearModel, type ModelOptions, type ReadTarget } from './linear-model.ts';

export interface ClassifierOptions extends ModelOptions {
  /** All labels, where the first rows may not show every one (`partialFit`). Default null: those that occur, sorted. */
  readonly classes?: readonly Label[] | null;
}

const classes: Field<readonly Label[] | null> = {
  fallback: null,
  expected: () => 'a list of labels',
  read: (value) => (value === null ? null : encodeLabels(value, value as readonly Label[]).classes),
};

abstract class Classifier extends LinearModel<Labels | MatrixLike> {
  readonly task: Task = 'classification';
  constructor(kind: string, options?: ClassifierOptions) {
    super(kind, options, { classes });
  }

  /** The classes if they were given. @internal */
  protected get given(): readonly Label[] | undefined {
    return this.spec.classes ?? undefined;
  }

  /** Labels in the order of their numbers. */
  get classes(): readonly Label[] {
    return this.requireFitted('classes').classes!;
  }

  /** @internal */
  readTarget(y: unknown, rows: number, loss: LossSpec, known?: KnownTarget, what?: string): ReadTarget {
    const ignored = 'ignoreIndex' in loss ? loss.ignoreIndex : null;
    const labels = encodeLabels(y, known?.classes ?? this.given, rows, what, ignored ?? undefined);
    return { outputs: this.outputsFor(labels.classes), labels, classes: labels.classes };
  }

  /** @internal */
  protected abstract outputsFor(classes: readonly Label[]): number;

  /** The label of the likeliest class of every row. */
  predict(x: Features): Label[] {
    const { outputs } = this.requireFitted('predict');
    const { classes } = this;
    const raw = this.predictRaw(x);
    const rows = raw.length / outputs;
    return Array.from({ length: rows }, (_, row) => {
      if (outputs === 1) return classes[Number(raw[row]! > 0)]!;
      let best = 0;
      for (let k = 1; k < outputs; k++) if (raw[row * outputs + k]! > raw[row * outputs + best]!) best = k;
      return classes[best]!;
    });
  }
}

export class LogisticRegression extends Classifier {
  protected readonly defaultLoss: LossSpec = binaryCrossEntropy();

  /** @internal */
  protected outputsFor(classes: readonly Label[]): number {
    requireTwoClasses(classes, 'logisticRegression');
    return 1;
  }

  /**
   * Probability of the second class, `classes[1]`, of every row.
   * @param options `out`: where to put them, one a row.
   */
  predictProbability<A extends Float32Array | Float64Array>(x: Features, options?: { readonly out?: A }): A {
    const raw = this.predictRaw<A>(x, options);
    const { engine } = this;
    const dtype = raw instanceof Float32Array ? 'f32' : 'f64';
    return engine.arena.scope(() => {
      const at = engine.arena.allocate(raw.byteLength + 64);
      engine.floats(dtype, at, raw.length).set(raw);
      call(engine, 'sigmoid', dtype, [at, at, raw.length]);
      raw.set(engine.floats(dtype, at, raw.length));
      return raw;
    });
  }
}

export class SoftmaxRegression extends Classifier {
  protected readonly defaultLoss: LossSpec = softmaxCrossEntropy();

  /** @internal */
  protected outputsFor(classes: readonly Label[]): number {
    return classes.length;
  }

  /** @internal */
  override readTarget(y: unknown, rows: number, loss: LossSpec, known?: KnownTarget, what = 'targets'): ReadTarget {
    if (loss.kind !== 'softmaxCrossEntropy' || loss.targets === 'index') {
      return super.readTarget(y, rows, loss, known, what);
    }
    const values = readTargets(y, rows, what);
    const classes = known?.classes ?? this.given ?? Array.from({ length: values.columns }, (_, k) => k);
    if (values.columns < 2 || values.columns !== classes.length) {
      throw new ShapeError(
        `${what}: expected a distribution over ${Math.max(2, classes.length)} classes, got ${values.columns}`,
      );
    }
    const all = new Float64Array(rows * values.columns);
    values.copyRows(all, values.columns, 0, rows);
    checkTargets(lossRow(loss), loss, all, values.columns, values.columns, what);
    return { outputs: values.columns, values, classes };
  }

  /**
   * Probabilities of all classes: rows × classes, row after row.
   * @param options `out`: where to put them, of the right length.
   */
  predictProbability<A extends Float32Array | Float64Array>(x: Features, options?: { readonly out?: A }): A {
    const raw = this.predictRaw<A>(x, options);
    const { outputs } = this.requireFitted('predict');
    const { engine } = this;
    const dtype = raw instanceof Float32Array ? 'f32' : 'f64';
    // exp(z − max z) / Σ, the exponentials by the module.
    const { length } = raw;
    for (let from = 0; from < length; from += outputs) {
      let top = raw[from]!;
      for (let k = from + 1; k < from + outputs; k++) top = Math.max(top, raw[k]!);
      for (let k = from; k < from + outputs; k++) raw[k] = raw[k]! - top;
    }
    engine.arena.scope(() => {
      const at = engine.arena.allocate(raw.byteLength + 64);
      engine.floats(dtype, at, length).set(raw);
      call(engine, 'exp', dtype, [at, at, length]);
      raw.set(engine.floats(dtype, at, length));
    });
    for (let from = 0; from < length; from += outputs) {
      let sum = 0;
      for (let k = from; k < from + outputs; k++) sum += raw[k]!;
      for (let k = from; k < from + outputs; k++) raw[k] = raw[k]! / sum;
    }
    return raw;
  }
}

/**
 * Two classes from one logit, by binary cross-entropy. Labels are numbers, strings or booleans; the second in order is
 * the positive one.
 * @throws {ArgumentError} on unknown options and wrong types.
 */
export function logisticRegression(options?: ClassifierOptions): LogisticRegression {
  return new LogisticRegression('logisticRegression', options);
}

/**
 * K ≥ 2 classes from K logits, by softmax cross-entropy. Labels are numbers, strings or booleans.
 * @throws {ArgumentError} on unknown options and wrong types.
 */
export function softmaxRegression(options?: ClassifierOptions): SoftmaxRegression {
  return new SoftmaxRegression('softmaxRegression', options);
}
