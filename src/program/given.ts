/** A program whose loss and gradient come from JavaScript: it writes them before every turn of the tape. */
import type { Dtype, Engine } from '../memory/engine.ts';
import type { Tensor } from './layout.ts';
import { GivenObjective } from './objective.ts';
import { control } from './tape.ts';
import { TrainingProgram } from './training.ts';
import type { TrainingOptions } from './training-options.ts';

/** Leaves the gradient at `program.gradient` and returns the loss. */
export type Evaluate = () => number;

/** More than any turn costs, but for the second evaluation of SAM, at which it stops. */
const TURN = 2 ** 30;

export class GivenProgram extends TrainingProgram {
  constructor(engine: Engine, dtype: Dtype, tensors: readonly Tensor[], bytes: number, options: TrainingOptions) {
    super(engine, new GivenObjective(dtype, tensors, bytes), options);
  }

  /**
   * One turn: a step, or a trial of a line search.
   * @param again evaluates a second time, where the optimizer asks for it.
   * @returns why it stopped by itself, by `STOP`.
   */
  turn(limit: number, loss: number, again?: Evaluate): number {
    const { engine, sums } = this;
    const stop = (this.control + control.stop) >>> 2;
    const turns = (this.control + control.turns) >>> 3;
    this.askRates(limit);
    engine.f64[sums >>> 3] = loss;
    engine.u32[stop] = 0;
    const before = engine.f64[turns]!;
    engine.exports.walk(this.control, TURN);
    while (engine.f64[turns] === before) {
      const value = again!();
      engine.f64[sums >>> 3] = value;
      engine.exports.walk(this.control, TURN);
    }
    return engine.u32[stop]!;
  }
}
