/** Linear models whose predictions are classes. */
import type { MatrixLike } from '../data/matrix.ts';
import { encodeLabels, type Label, type Labels } from '../data/targets.ts';
import type { Features } from '../data/transformer.ts';
import { ArgumentError } from '../errors.ts';
import { lossRow } from '../program/loss.ts';
import type { Field } from '../spec.ts';
import { LinearModel } from './linear-model.ts';
import { mapInModule, softmaxRows } from './links.ts';
import type { ModelOptions } from './model.ts';

export interface ClassifierOptions extends ModelOptions {
  /** All labels, where the first rows may not show every one (`partialFit`). Default null: those that occur, sorted. */
  readonly classes?: readonly Label[] | null;
}

const classes: Field<readonly Label[] | null> = {
  fallback: null,
  expected: () => 'a list of labels',
  read: (value) => (value === null ? null : encodeLabels(value, value as readonly Label[]).classes),
};

export class Classifier extends LinearModel<Labels | MatrixLike> {
  constructor(kind: string, options?: ClassifierOptions) {
    super(kind, options, { classes });
  }

  /** Labels in the order of their numbers. */
  get classes(): readonly Label[] {
    return this.requireFitted('classes').classes!;
  }

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

  /**
   * Probabilities. With one output that of the second class, `classes[1]`, of every row; with several those of all
   * classes, row after row.
   * @param options `out`: where to put them, of the right length.
   * @throws {ArgumentError} if the loss is not one of probabilities (hinge losses).
   */
  predictProbability<A extends Float32Array | Float64Array>(x: Features, options?: { readonly out?: A }): A {
    const { loss, outputs } = this.requireFitted('predictProbability');
    const { link } = lossRow(loss);
    if (link !== 'sigmoid' && link !== 'softmax') {
      throw new ArgumentError(`predictProbability: ${loss.kind} knows classes, not probabilities: use predictRaw`);
    }
    const raw = this.predictRaw<A>(x, options);
    if (link === 'sigmoid') mapInModule(this.engine, 'sigmoid', raw);
    else softmaxRows(this.engine, raw, outputs);
    return raw;
  }
}
