/** Linear models whose predictions are classes. */
import type { MatrixLike } from '../data/matrix.ts';
import { encodeLabels, type Label, type Labels } from '../data/targets.ts';
import type { Features } from '../data/transformer.ts';
import type { Field } from '../spec.ts';
import { LinearModel } from './linear-model.ts';
import type { ModelOptions } from './model.ts';
import { labelsOf, probabilitiesOf } from './predictions.ts';

export interface ClassifierOptions extends ModelOptions {
  /** All labels, where the first rows may not show every one (`partialFit`). Default null: those that occur, sorted. */
  readonly classes?: readonly Label[] | null;
}

/** All labels in order. @internal */
export const classesField: Field<readonly Label[] | null> = {
  fallback: null,
  expected: () => 'a list of labels',
  read: (value) => (value === null ? null : encodeLabels(value, value as readonly Label[]).classes),
};

export class Classifier extends LinearModel<Labels | MatrixLike> {
  constructor(kind: string, options?: ClassifierOptions) {
    super(kind, options, { classes: classesField });
  }

  /** Labels in the order of their numbers. */
  get classes(): readonly Label[] {
    return this.requireFitted('classes').classes!;
  }

  /** The label of the likeliest class of every row. */
  predict(x: Features): Label[] {
    const { outputs } = this.requireFitted('predict');
    return labelsOf(this.predictRaw(x), outputs, this.classes);
  }

  /**
   * Probabilities. With one output that of the second class, `classes[1]`, of every row; with several those of all
   * classes, row after row.
   * @param options `out`: where to put them, of the right length.
   * @throws {ArgumentError} if the loss is not one of probabilities (hinge losses).
   */
  predictProbability<A extends Float32Array | Float64Array>(x: Features, options?: { readonly out?: A }): A {
    const { loss, outputs } = this.requireFitted('predictProbability');
    return probabilitiesOf<A>(this.engine, loss, outputs, (given) => this.predictRaw(x, given), options);
  }
}
