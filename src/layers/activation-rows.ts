/** What activations are to the module, and as layers. */
import {
  type Activation,
  activationCost,
  emitActivation,
  emitSlope,
  NUMBERS_BYTES,
  slopeFromOutput,
  writeNumbers,
} from '../program/activations.ts';
import type { LayerRow } from '../program/layer.ts';
import { type ActivationName, type ActivationSpec, activationKinds, activationSpec } from './activations.ts';
import { one } from './options.ts';

/** λ and λα of Klambauer et al. 2017. */
const SELU = [1.0507009873554805, 1.7580993408473766] as const;

/** √(8/π) and 0.044715 of it: Φ(z) ≈ σ(√(8/π)·(z + 0.044715z³)). */
const GELU = [1.5957691216057308, 0.07135481627260025] as const;

/** What an activation is to the module. */
export function activationOf(given: ActivationName | ActivationSpec): Activation {
  const spec = activationSpec(given);
  switch (spec.kind) {
    case 'leakyRelu':
      return { code: 'leakyRelu', numbers: [spec.slope] };
    case 'elu':
      return { code: 'elu', numbers: [spec.alpha, 1] };
    case 'selu':
      return { code: 'elu', numbers: [SELU[1], SELU[0]] };
    case 'gelu':
      return spec.approximate === 'none' ? { code: 'gelu', numbers: [] } : { code: 'swish', numbers: GELU };
    case 'silu':
      return { code: 'swish', numbers: [1, 0] };
    case 'softplus':
      return { code: 'softplus', numbers: [spec.beta, 1 / spec.beta] };
    // z + (−0) is z, the sign of 0 included.
    case 'hardTanh':
      return { code: 'clamp', numbers: [spec.min, spec.max, 1, -0] };
    case 'hardSigmoid':
      return { code: 'clamp', numbers: [0, 1, 1 / 6, 0.5] };
    case 'hardSwish':
      return { code: 'hardSwish', numbers: [0, 1, 1 / 6, 0.5] };
    default:
      return { code: spec.kind, numbers: [] };
  }
}

const row: LayerRow<ActivationSpec> = {
  shape: (_, inputs, name) => one(inputs, name),
  compile(spec, { dtype, output: value }) {
    const activation = activationOf(spec);
    const { code, numbers } = activation;
    const fromOutput = slopeFromOutput(code);
    return {
      constants: numbers.length > 0 ? NUMBERS_BYTES : 0,
      write: (engine, at) => writeNumbers(engine, at, activation),
      reads: { inputs: !fromOutput, output: fromOutput },
      inPlace: fromOutput,
      rowCost: value.positions * value.channels * activationCost(code),
      forward(tape, { cursor, constants, inputs, output }) {
        emitActivation(tape, dtype, code, { cursor, value, numbers: constants, from: inputs[0]!, to: output });
      },
      backward(tape, { cursor, constants, inputs, output, outputGradient, inputGradients }) {
        const to = inputGradients[0]!;
        const at = fromOutput ? output : inputs[0]!;
        if (to !== 0) {
          emitSlope(tape, dtype, code, { cursor, value, numbers: constants, from: outputGradient, to, at });
        }
      },
    };
  },
};

export const activationRows = Object.fromEntries(Object.keys(activationKinds).map((kind) => [kind, row])) as {
  readonly [K in ActivationSpec['kind']]: LayerRow<ActivationSpec>;
};
