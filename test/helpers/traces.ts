/** Traces of optimizers by other packages: see test/golden/README.md. */
import { readFileSync } from 'node:fs';

export interface Trace {
  readonly name: string;
  readonly optimizer: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly shape: readonly number[];
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  /** Parameters after each step. */
  readonly expected: readonly (readonly number[])[];
  /** What is evaluated after the last, where that is another point. */
  readonly evaluated: readonly number[] | undefined;
}

interface File {
  readonly init_v: readonly number[];
  readonly init_m: readonly number[];
  readonly grads_v: readonly (readonly number[])[];
  readonly grads_m: readonly (readonly number[])[];
  readonly cases: readonly {
    readonly name: string;
    readonly optimizer: string;
    readonly args: Readonly<Record<string, unknown>>;
    readonly shapes: readonly (readonly number[])[];
    readonly params_after_each_step: readonly (readonly (readonly number[])[])[];
    readonly eval_params_after_last_step?: readonly number[];
  }[];
}

const file = JSON.parse(readFileSync('test/golden/optim.json', 'utf8')) as File;

/** All traces of an optimizer by its name in the file. */
export const traces = (optimizer: string): Trace[] =>
  file.cases
    .filter((one) => one.optimizer === optimizer)
    .map(({ name, args, shapes, params_after_each_step, eval_params_after_last_step }) => {
      const shape = shapes[0]!;
      const vector = shape.length === 1;
      return {
        name,
        optimizer,
        args,
        shape,
        start: vector ? file.init_v : file.init_m,
        gradients: vector ? file.grads_v : file.grads_m,
        expected: params_after_each_step.map((tensors) => tensors[0]!),
        evaluated: eval_params_after_last_step,
      };
    });
