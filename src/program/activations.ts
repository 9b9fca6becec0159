/** Activations as ops: assembly/layers/activate.ts. */
import type { Dtype, Engine } from '../memory/engine.ts';
import type { Value } from './layer.ts';
import type { Tape } from './tape.ts';

/** By their numbers in the module. The slope of those up to softplus follows from what they put out. */
export const activationCodes = [
  'none',
  'relu',
  'leakyRelu',
  'tanh',
  'sigmoid',
  'elu',
  'clamp',
  'softplus',
  'gelu',
  'swish',
  'mish',
  'hardSwish',
] as const;
export type ActivationCode = (typeof activationCodes)[number];

/** Those that a product can apply to what it stores. */
export type FusedActivation = 'none' | 'relu' | 'leakyRelu' | 'tanh' | 'sigmoid' | 'elu' | 'clamp' | 'softplus';

/** What an activation is to the module. */
export interface Activation {
  readonly code: ActivationCode | 'softmax';
  /** f64 numbers that the op reads. */
  readonly numbers: readonly number[];
}

/** Whether the slope follows from what the activation puts out, else from what goes in. */
export const slopeFromOutput = (code: Activation['code']): boolean =>
  code === 'softmax' || activationCodes.indexOf(code) <= activationCodes.indexOf('softplus');

/** Whether a product can apply it to what it stores. */
export const isFused = (code: Activation['code']): code is FusedActivation =>
  code !== 'softmax' && slopeFromOutput(code);

/** Work units of an element. */
export const activationCost = (code: Activation['code']): number =>
  ['none', 'relu', 'leakyRelu', 'clamp', 'hardSwish'].includes(code) ? 0.5 : 4;

/** Bytes of the numbers of any activation. */
export const NUMBERS_BYTES = 32;

/** Writes the numbers where `numbers` of the ops points to. */
export function writeNumbers(engine: Engine, at: number, { numbers }: Activation): void {
  engine.f64.set(numbers, at >>> 3);
}

interface Places {
  readonly cursor: number;
  readonly value: Value;
  /** Where the numbers of the activation lie, if it has any. */
  readonly numbers?: number;
}

/** y = f(z) for the rows of the block: `from` is z, `to` y, which may be the same. */
export function emitActivation(
  tape: Tape,
  dtype: Dtype,
  code: Activation['code'],
  { cursor, value, numbers = 0, from, to }: Places & { readonly from: number; readonly to: number },
  cost = 0,
): void {
  const { positions, channels, rowBytes } = value;
  const rows = [cursor, 0, 0xffffffff];
  if (code === 'softmax') tape.emit('softmaxForward', dtype, [...rows, from, to, positions, channels], cost);
  else tape.emit('activation', dtype, [...rows, activationCodes.indexOf(code), numbers, from, to, rowBytes], cost);
}

/**
 * ∂z = ∂y ⊙ f′ for the rows of the block: `from` is ∂y, `to` ∂z, which may be the same, and `at` is y or z, as
 * `slopeFromOutput` has it.
 */
export function emitSlope(
  tape: Tape,
  dtype: Dtype,
  code: Activation['code'],
  {
    cursor,
    value,
    numbers = 0,
    from,
    to,
    at,
  }: Places & { readonly from: number; readonly to: number; readonly at: number },
  cost = 0,
): void {
  const { positions, channels, rowBytes } = value;
  const rows = [cursor, 0, 0xffffffff];
  if (code === 'softmax') tape.emit('softmaxSlope', dtype, [...rows, from, to, positions, channels, at], cost);
  else {
    const words = [...rows, activationCodes.indexOf(code), numbers, from, to, rowBytes, at];
    tape.emit('activationSlope', dtype, words, cost);
  }
}
