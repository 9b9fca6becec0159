/** Options that several layers have. */
import { ArgumentError } from '../errors.ts';
import { type Initializer, type InitializerSpec, initializerField } from '../program/initialize.ts';
import { type Field, type Fields, integer, nullable } from '../spec.ts';
import { type ActivationName, type ActivationSpec, activationOption } from './activations.ts';

export type { ActivationName, ActivationSpec } from './activations.ts';
export { type NamedOptions, nameField } from './name.ts';

export const units: Field<number> = integer('[1, ∞)');

/** An activation by name or by spec; null is none. */
export const activationField: Field<ActivationName | ActivationSpec | null> = nullable(activationOption);

/** Options of layers with weights and biases. */
export interface InitializerOptions {
  /** How weights begin, by name or as `initializers.heNormal({ truncated: true })`. Default null: by the activation. */
  readonly kernelInitializer?: Initializer | null;
  /** How biases begin. Default null: 0. */
  readonly biasInitializer?: Initializer | null;
}

export interface InitializerFields {
  readonly kernelInitializer: InitializerSpec | null;
  readonly biasInitializer: InitializerSpec | null;
}

export const initializerFields: Fields<InitializerFields> = {
  kernelInitializer: initializerField,
  biasInitializer: initializerField,
};

/** @throws {ArgumentError} where a layer gets another number of inputs than one. */
export function one<T>(inputs: readonly T[], name: string): T {
  if (inputs.length !== 1) throw new ArgumentError(`${name}: expected one input, got ${inputs.length}`);
  return inputs[0]!;
}
