/** How parameters begin. */
import type { Philox } from './data/random.ts';
import type { Parameter } from './program/layer.ts';
import type { Spec } from './spec.ts';

export type InitializerSpec = Spec;

/** The start of a parameter, in the order that users see. `follows`: kind of the activation behind its layer. */
export function initialize(parameter: Parameter, follows: string | undefined, random: Philox): Float64Array {
  const { rows, columns, plain, initializer, fans = [rows, columns] } = parameter;
  const values = new Float64Array(rows * columns);
  if (initializer?.kind === 'ones') return values.fill(1);
  if (plain) return values;
  const [inputs, outputs] = fans;
  const bound = Math.sqrt(6 / (follows === 'relu' ? inputs : inputs + outputs));
  return values.map(() => bound * (2 * random.uniform() - 1));
}
