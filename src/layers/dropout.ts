/** Dropout: numbers left out at random while training. */
import { streams } from '../data/random.ts';
import type { LayerRow } from '../program/layer.ts';
import { elementBytes } from '../program/layout.ts';
import type { Tape } from '../program/tape.ts';
import { type Fields, number } from '../spec.ts';
import { layers } from './family.ts';
import { type Layer, makeLayer } from './node.ts';
import { type NamedOptions, nameField, one } from './options.ts';
import { emitCopy, inSlices } from './rows.ts';

export interface DropoutOptions extends NamedOptions {
  /** Share of the numbers that become 0, in [0, 1). */
  readonly rate: number;
}

export interface DropoutSpec extends Required<DropoutOptions> {
  readonly kind: 'dropout';
}

export const dropoutKinds: { readonly dropout: Fields<Omit<DropoutSpec, 'kind'>> } = {
  dropout: { rate: number('[0, 1)'), name: nameField },
};

/**
 * Dropout while training: a number x becomes 0 with probability `rate`, else x/(1 − rate); without training nothing
 * happens. Which numbers is a function of seed, epoch, place of the row in the epoch and layer; nothing is stored.
 * Srivastava et al. 2014. PyTorch `Dropout(p)` and Keras `Dropout(rate)` alike.
 * @throws {ArgumentError} on unknown options and values out of range.
 */
export const dropout = (options: number | DropoutOptions): Layer<DropoutSpec> =>
  makeLayer(layers, 'dropout', options, 'rate');

const row: LayerRow<DropoutSpec> = {
  shape: (_, inputs, name) => one(inputs, name),
  compile({ rate }, { dtype, number, rows, output }) {
    const { rowBytes } = output;
    const threshold = Math.min(2 ** 32 - 1, Math.max(1, Math.round((1 - rate) * 2 ** 32)));
    const stream = streams.dropout + 256 * number;
    const drop = (tape: Tape, words: readonly number[], scale: number, from: number, to: number): void => {
      inSlices(rows, output, (skip, most, offset) => {
        const [cursor, ...others] = words as [number];
        const pointers = [scale, from + offset, to + offset, rowBytes];
        tape.emit('dropout', dtype, [cursor, skip, most, ...others, stream, threshold, ...pointers]);
      });
    };
    return {
      constants: 8,
      write(engine, at) {
        engine.f64[at >>> 3] = 1 / (1 - rate);
      },
      reads: { inputs: false, output: false },
      inPlace: true,
      rowCost: (4 * rowBytes) / elementBytes(dtype),
      forward(tape, { cursor, random, progress, constants, inputs, output: to, training }) {
        if (!training || rate === 0) emitCopy(tape, cursor, inputs[0]!, to, output);
        else drop(tape, [cursor, random, progress], constants, inputs[0]!, to);
      },
      backward(tape, { cursor, random, progress, constants, outputGradient, inputGradients: [to] }) {
        if (!to) return;
        if (rate === 0) emitCopy(tape, cursor, outputGradient, to, output);
        else drop(tape, [cursor, random, progress], constants, outputGradient, to);
      },
    };
  },
};

export const dropoutRows: { readonly dropout: LayerRow<DropoutSpec> } = { dropout: row };
