/** Options that several layers have. */
import { ArgumentError } from '../errors.ts';
import { type Field, integer, nullable } from '../spec.ts';
import { type ActivationName, type ActivationSpec, activationOption } from './activations.ts';

export type { ActivationName, ActivationSpec } from './activations.ts';
export { type NamedOptions, nameField } from './name.ts';

export const units: Field<number> = integer('[1, ∞)');

/** An activation by name or by spec; null is none. */
export const activationField: Field<ActivationName | ActivationSpec | null> = nullable(activationOption);

/** @throws {ArgumentError} where a layer gets another number of inputs than one. */
export function one<T>(inputs: readonly T[], name: string): T {
  if (inputs.length !== 1) throw new ArgumentError(`${name}: expected one input, got ${inputs.length}`);
  return inputs[0]!;
}
