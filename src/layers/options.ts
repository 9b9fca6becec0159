/** Options that several layers have. */
import { ArgumentError } from '../errors.ts';
import { type Field, integer, nullable, oneOf, string } from '../spec.ts';

/** Activations by name, as options of dense and convolutional layers have them. */
export const activationNames = ['relu', 'tanh', 'sigmoid'] as const;
export type ActivationName = (typeof activationNames)[number];

/** Options of every layer. */
export interface NamedOptions {
  /** What the layer is called in parameters, summaries and messages. Default kind and number: `dense1`. */
  readonly name?: string | null;
}

/** Name of a layer: no dots, which stand before the names of parameters. */
export const nameField: Field<string | null> = nullable({
  ...string(),
  expected: () => 'a name without a dot',
  read: (value) => (typeof value === 'string' && /^[^.\s]+$/.test(value) ? value : undefined),
});

export const units: Field<number> = integer('[1, ∞)');

export const activationField: Field<ActivationName | null> = nullable(oneOf(activationNames));

/** @throws {ArgumentError} where a layer gets another number of inputs than one. */
export function one<T>(inputs: readonly T[], name: string): T {
  if (inputs.length !== 1) throw new ArgumentError(`${name}: expected one input, got ${inputs.length}`);
  return inputs[0]!;
}
