/** Traces of optimizers from their originals, see test/golden/README.md. */
import { readFileSync } from 'node:fs';

export interface OptimizerCase {
  readonly optimizer: string;
  /** PyTorch's names; what is left out has its default there. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly shape: readonly number[];
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  /** Parameters after every step. */
  readonly expected: readonly (readonly number[])[];
  /** What is evaluated after the last, where that is something else. */
  readonly evaluated?: readonly number[];
  /** Where it comes from. */
  readonly source: string;
}

interface File {
  readonly init_v: number[];
  readonly init_m: number[];
  readonly grads_v: number[][];
  readonly grads_m: number[][];
  readonly cases: {
    readonly optimizer: string;
    readonly args: Record<string, unknown>;
    readonly shapes: number[][];
    readonly params_after_each_step: number[][][];
    readonly eval_params_after_last_step?: number[];
    readonly source: string;
  }[];
}

const file = JSON.parse(readFileSync('test/golden/optim.json', 'utf8')) as File;

export const optimizerCases: readonly OptimizerCase[] = file.cases.map((one) => {
  const shape = one.shapes[0]!;
  const [start, gradients] = shape.length > 1 ? [file.init_m, file.grads_m] : [file.init_v, file.grads_v];
  const evaluated = one.eval_params_after_last_step;
  return {
    optimizer: one.optimizer,
    args: one.args,
    shape,
    start,
    gradients,
    expected: one.params_after_each_step.map((step) => step[0]!),
    ...(evaluated && { evaluated }),
    source: one.source,
  };
});
