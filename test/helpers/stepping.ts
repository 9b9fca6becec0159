/** Optimizers by `createOptimizer`, on gradients or functions that are given. */
import { createOptimizer, type OptimizerOptions, type OptimizerSpec, type OptimizerState, parameters } from 'downhill';
import type { Dtype } from '#src/memory/engine.js';
import type { ParameterSet } from '#src/parameters.js';
import type { Objective } from './all-optimizers.ts';
import { reals } from './numbers.ts';

type Values = Readonly<Record<string, readonly number[]>>;

export interface Stepping {
  readonly dtype: Dtype;
  readonly spec: OptimizerSpec;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly start: Values;
  /** Gradients of step t. */
  readonly gradients: readonly Values[];
  readonly options?: OptimizerOptions;
  /** Before this step everything is made anew and the state restored. */
  readonly cut?: number;
}

export interface Stepped {
  readonly values: Values;
  readonly evaluated: Values;
  readonly state: OptimizerState;
  /** Values and gradients behind the last element of every tensor. */
  readonly padding: readonly number[];
  readonly rates: readonly number[];
  /** Values after every step. */
  readonly points: readonly Values[];
  /** Values before the last step, and with SAM where it takes the gradient. */
  readonly before: Values;
  readonly perturbed: Values;
}

/** What lies between the elements of tensors and the next. */
function paddingOf(θ: ParameterSet): number[] {
  const { engine, dtype, tensors, block, gradientBlock } = θ;
  const size = dtype === 'f32' ? 4 : 8;
  return tensors.flatMap(({ offset, rows, columns, bytes }) => {
    const used = rows * columns * size;
    const count = (bytes - used) / size;
    return count === 0
      ? []
      : [block, gradientBlock].flatMap((base) => [...engine.floats(dtype, base + offset + used, count)]);
  });
}

const copy = (values: Readonly<Record<string, ArrayLike<number>>>): Values =>
  Object.fromEntries(Object.entries(values).map(([name, array]) => [name, Array.from(array)]));

/** Steps through all gradients. With `sam` the gradients at the perturbed point are those given, half as large. */
export function stepThrough({ dtype, spec, shapes, start, gradients, options, cut }: Stepping): Stepped {
  const make = (values: Values) => {
    const θ = parameters(shapes, { dtype });
    for (const [name, array] of Object.entries(values)) θ.values[name]!.set(array);
    return { θ, optimizer: createOptimizer(θ, spec, options) };
  };
  let { θ, optimizer } = make(start);
  const write = (given: Values, factor: number): void => {
    for (const [name, array] of Object.entries(given)) {
      const g = θ.gradients[name]!;
      array.forEach((value, i) => {
        g[i] = factor * value;
      });
    }
  };
  const rates: number[] = [];
  const points: Values[] = [];
  let before = start;
  let perturbed = start;
  gradients.forEach((given, t) => {
    if (t === cut) {
      const state = structuredClone(optimizer.state());
      const values = copy(θ.values);
      optimizer.release();
      ({ θ, optimizer } = make(values));
      optimizer.restore(state);
    }
    write(given, 1);
    before = copy(θ.values);
    const again = () => {
      perturbed = copy(θ.values);
      write(given, 0.5);
    };
    if (options?.sam) optimizer.step(again);
    else optimizer.step();
    rates.push(optimizer.rate);
    points.push(copy(θ.values));
  });
  const found = {
    values: copy(θ.values),
    evaluated: copy(optimizer.evaluated),
    state: optimizer.state(),
    padding: paddingOf(θ),
    rates,
    points,
    before,
    perturbed,
  };
  optimizer.release();
  return found;
}

/** Numbers in [−1, 1) for each of the shapes. */
export function draw(dtype: Dtype, shapes: Stepping['shapes'], seed: number): () => Values {
  const next = reals(dtype, seed);
  return () =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        Array.from({ length: shape.reduce((product, n) => product * n, 1) }, next),
      ]),
    );
}

/** Start and so many gradients. */
export function trace(dtype: Dtype, shapes: Stepping['shapes'], steps: number, seed: number) {
  const next = draw(dtype, shapes, seed);
  return { dtype, shapes, start: next(), gradients: Array.from({ length: steps }, next) };
}

/** Minimises f of one tensor by steps; returns what is evaluated at the end, and the value there. */
export function descend(
  f: Objective,
  spec: OptimizerSpec,
  { dtype, shape, start, steps }: { dtype: Dtype; shape: readonly number[]; start: readonly number[]; steps: number },
  options?: OptimizerOptions,
): { θ: number[]; value: number } {
  const set = parameters({ w: shape }, { dtype });
  set.values.w.set(start);
  const optimizer = createOptimizer(set, spec, options);
  for (let t = 0; t < steps; t++) {
    f(set.values.w, set.gradients.w);
    optimizer.step();
  }
  const θ = [...optimizer.evaluated.w];
  optimizer.release();
  return { θ, value: f(θ, []) };
}
