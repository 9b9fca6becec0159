/** From what a model puts out to labels, means and probabilities. */
import type { Label } from '../data/targets.ts';
import { ArgumentError } from '../errors.ts';
import type { LossSpec } from '../losses.ts';
import type { Engine } from '../memory/engine.ts';
import { lossRow } from '../program/loss.ts';
import { readOptions } from '../spec.ts';
import { outField } from './estimator.ts';
import { mapInModule, softmaxRows } from './links.ts';
import { taskOf } from './targets.ts';

type Floats = Float32Array | Float64Array;

/** Predictions before the link; `out` is where to put them. */
type Raw = <A extends Floats>(options?: { readonly out?: A }) => A;

/** The label of the likeliest class of every row. */
export function labelsOf(raw: Floats, outputs: number, classes: readonly Label[]): Label[] {
  const rows = raw.length / outputs;
  return Array.from({ length: rows }, (_, row) => {
    if (outputs === 1) return classes[Number(raw[row]! > 0)]!;
    let best = 0;
    for (let k = 1; k < outputs; k++) if (raw[row * outputs + k]! > raw[row * outputs + best]!) best = k;
    return classes[best]!;
  });
}

/** Probabilities, by the link of the loss. @throws {ArgumentError} if it is not one of probabilities. */
export function probabilitiesOf<A extends Floats>(
  engine: Engine,
  loss: LossSpec,
  outputs: number,
  raw: Raw,
  options: { readonly out?: A } | undefined,
): A {
  const { link } = lossRow(loss);
  if (link !== 'sigmoid' && link !== 'softmax') {
    const known = taskOf(lossRow(loss)) === 'regression' ? 'numbers' : 'classes';
    throw new ArgumentError(`predictProbability: ${loss.kind} knows ${known}, not probabilities: use predictRaw`);
  }
  const values = raw<A>(options);
  if (link === 'sigmoid') mapInModule(engine, 'sigmoid', values);
  else softmaxRows(engine, values, outputs);
  return values;
}

/** Means, by the link of the loss; of a mean and a variance the mean. */
export function meansOf<A extends Floats>(
  engine: Engine,
  loss: LossSpec,
  raw: Raw,
  options: { readonly out?: A } | undefined,
): A {
  const { link, targets } = lossRow(loss);
  if (targets === 'value') {
    const means = raw<A>().filter((_, i) => i % 2 === 0) as A;
    const { out } = readOptions<{ out: A | null }>('predict', { out: outField<A>(means.length) }, options);
    out?.set(means);
    return out ?? means;
  }
  const values = raw<A>(options);
  if (link === 'log') mapInModule(engine, 'exp', values);
  return values;
}
