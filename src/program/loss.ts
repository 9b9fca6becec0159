/** Losses on a tape. */
import type { LossSpec } from '../losses.ts';
import { fits, numbers } from './block.ts';
import { type LossRow, lossRows } from './loss-rows.ts';
import type { ModelProgram } from './model.ts';
import type { Tape } from './tape.ts';

/** The row of the table for a loss. */
export const lossRow = (loss: LossSpec): LossRow => lossRows.find((row) => fits(row, loss))!;

/** The numbers of a loss: those that go with the data, or those of its options. */
export const lossNumbersOf = (data: { readonly lossBlock?: readonly number[] }, loss: LossSpec): readonly number[] =>
  data.lossBlock ?? numbers(lossRow(loss), loss);

/** Operands of a loss over the rows of a block, see assembly/losses/elementwise.ts. */
export function emitLoss(
  tape: Tape,
  model: ModelProgram,
  loss: LossSpec,
  at: {
    readonly cursor: number;
    readonly z: number;
    /** Whether z holds all rows, or those of the block. */
    readonly allZ: boolean;
    readonly y: number;
    readonly weights: number;
    /** Whether targets and weights hold all rows. */
    readonly allY: boolean;
    readonly residuals: number;
    readonly sums: number;
    readonly block: number;
  },
): void {
  const elements = model.outputs === 1 ? 0 : model.outputs;
  tape.emit(lossRow(loss).name, model.dtype, [
    at.cursor,
    at.z,
    at.y,
    at.weights,
    at.residuals,
    at.sums,
    elements,
    model.predictionBytes,
    at.block,
    0,
    Number(at.allZ),
    Number(at.allY),
  ]);
}
