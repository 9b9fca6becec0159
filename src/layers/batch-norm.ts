/** Batch normalisation. */
import type { LayerRow, Parameter } from '../program/layer.ts';
import { elementBytes } from '../program/layout.ts';
import type { Tape } from '../program/tape.ts';
import { boolean, type Fields, number } from '../spec.ts';
import { layers } from './family.ts';
import { type Layer, makeLayer } from './node.ts';
import { epsilonField, perChannel, type ScaleOptions } from './normalization.ts';
import { nameField, one } from './options.ts';
import { inSlices } from './rows.ts';

export interface BatchNormOptions extends ScaleOptions {
  /** Added to the variance, > 0. Default 1e-5. */
  readonly epsilon?: number;
  /** What the running statistics keep of themselves in a step, in [0, 1). Default 0.9. */
  readonly momentum?: number;
  /** Whether there is a shift `bias`. Default true. */
  readonly center?: boolean;
}

export interface BatchNormSpec extends Required<BatchNormOptions> {
  readonly kind: 'batchNorm';
}

export const batchNormKinds: { readonly batchNorm: Fields<Omit<BatchNormSpec, 'kind'>> } = {
  batchNorm: {
    epsilon: epsilonField(1e-5),
    momentum: number('[0, 1)', 0.9),
    scale: boolean(true),
    center: boolean(true),
    name: nameField,
  },
};

/**
 * Batch normalisation of each channel: y = weight·(x − μ)/√(σ² + ε) + bias. While training μ and σ² are mean and
 * population variance over the rows and positions of the batch, and m ← momentum·m + (1 − momentum)·batch goes into
 * `runningMean` and `runningVariance` (of the variance with N − 1); without training these two are taken. Ioffe and
 * Szegedy 2015. Defaults are PyTorch's, whose momentum is 1 − ours; Keras has momentum 0.99, epsilon 1e-3, and the population
 * variance in the running one.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const batchNorm = (options?: BatchNormOptions): Layer<BatchNormSpec> => makeLayer(layers, 'batchNorm', options);

const statistics = (name: string, channels: number, initializer: 'zeros' | 'ones'): Parameter => ({
  ...perChannel(name, channels, initializer),
  buffer: true,
});

const row: LayerRow<BatchNormSpec> = {
  shape: (_, inputs, name) => one(inputs, name),
  parameters({ scale, center }, [input]) {
    const channels = input!.at(-1)!;
    return [
      ...(scale ? [perChannel('weight', channels, 'ones')] : []),
      ...(center ? [perChannel('bias', channels, 'zeros')] : []),
      statistics('runningMean', channels, 'zeros'),
      statistics('runningVariance', channels, 'ones'),
    ];
  },
  compile({ epsilon, momentum, scale, center }, { dtype, rows, output }) {
    const { positions, channels, width, rowBytes } = output;
    const size = elementBytes(dtype);
    /** Mean, squares, slopes in the order of the module. */
    const sum = (
      tape: Tape,
      cursor: number,
      constants: number,
      kind: number,
      x: number,
      d: number,
      kept: number,
    ): void =>
      inSlices(rows, output, (skip, most, offset) => {
        tape.emit('batchSums', dtype, [cursor, skip, most, constants, kind, x + offset, d + offset, kept]);
      });
    return {
      constants: 24,
      write(engine, at) {
        engine.f64.set([epsilon, momentum], at >>> 3);
        engine.u32.set([positions, channels], (at + 16) >>> 2);
      },
      scratch: 4 * width,
      kept: (4 * 8 * width) / size,
      reads: { inputs: true, output: false },
      inPlace: true,
      wholeBatch: true,
      least: positions > 1 ? 1 : 2,
      rowCost: (3 * rowBytes) / size,
      forward(tape, { cursor, constants, inputs: [x], output: y, kept, scratch, training, parameter }) {
        if (training) {
          sum(tape, cursor, constants, 0, x!, 0, kept);
          sum(tape, cursor, constants, 1, x!, 0, kept);
        }
        const weight = scale ? parameter('weight') : 0;
        const bias = center ? parameter('bias') : 0;
        const running = [parameter('runningMean'), parameter('runningVariance')];
        inSlices(rows, output, (skip, most, offset) => {
          const pointers = [x! + offset, y + offset, weight, bias, ...running, training ? kept : 0, scratch];
          tape.emit('batchNorm', dtype, [cursor, skip, most, constants, ...pointers]);
        });
      },
      backward(tape, { cursor, constants, inputs: [x], kept, scratch, parameter, gradient, add, ...places }) {
        const { outputGradient: d, inputGradients } = places;
        const to = inputGradients[0]!;
        sum(tape, cursor, constants, 2, x!, d, kept);
        const weight = scale ? parameter('weight') : 0;
        const gradients = [scale ? gradient('weight') : 0, center ? gradient('bias') : 0];
        inSlices(to ? rows : 1, output, (skip, most, offset) => {
          const pointers = [x! + offset, d + offset, to && to + offset, weight, ...gradients];
          tape.emit('batchNormBack', dtype, [cursor, skip, most, constants, ...pointers, Number(add), kept, scratch]);
        });
      },
    };
  },
};

export const batchNormRows: { readonly batchNorm: LayerRow<BatchNormSpec> } = { batchNorm: row };
