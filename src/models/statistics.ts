/** What goes on inside a network during a step. */

import { ArgumentError } from '../errors.ts';
import type { TrainingSetup } from '../fit.ts';
import type { Graph } from '../layers/graph.ts';
import { LEAF_ROWS, STOP } from '../program/kernels.ts';
import { readTensor } from '../program/layout.ts';
import type { NetworkProgram } from '../program/network.ts';
import type { RowsObjective } from '../program/objective.ts';

/** Mean and standard deviation (population) of some numbers. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** What a layer has done in a step. */
export interface LayerStatistics {
  readonly layer: string;
  /** What it has put out, over rows and units; `dead`: share of the units that put out 0 in every row. */
  readonly activation: Spread & { readonly dead: number };
  /** Gradient of the loss with respect to that, before a fused activation; null if nothing before it has parameters. */
  readonly gradient: Spread | null;
  /** Its parameters by name, their gradients, and ‖update‖ / ‖parameter‖ (Infinity if all are 0). */
  readonly parameters: Readonly<
    Record<string, { readonly value: Spread; readonly gradient: Spread; readonly updateRatio: number }>
  >;
}

function spread(values: ArrayLike<number>): Spread {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]! / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2 / values.length;
  return { mean, deviation: Math.sqrt(squares) };
}

const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values, (v) => v * v).reduce((a, b) => a + b, 0));

/** Share of the channels that are 0 everywhere. */
function dead(values: Float64Array, channels: number): number {
  const alive = new Uint8Array(channels);
  values.forEach((value, i) => {
    if (value !== 0) alive[i % channels] = 1;
  });
  return alive.filter((one) => one === 0).length / channels;
}

/** Takes one step of a run over all rows of a watched network, and looks. */
export function statisticsOf(
  { program, load, limit, release, nonFinite }: TrainingSetup,
  { nodes }: Graph,
): LayerStatistics[] {
  try {
    const { engine } = program;
    const objective = program.objective as RowsObjective;
    const network = objective.model as NetworkProgram;
    const { rows } = objective;
    if (rows > LEAF_ROWS) throw new ArgumentError(`statistics: expected at most ${LEAF_ROWS} rows, got ${rows}`);
    const read = (base: number): Map<string, Float32Array | Float64Array> =>
      new Map(objective.tensors.map((tensor) => [tensor.name, readTensor(engine, network.dtype, base, tensor)]));
    while (load && !load.next().done);
    const before = read(program.parameters);
    while (program.read('step') < limit) if (program.run(limit, 2 ** 30) === STOP.nonFinite) throw nonFinite();
    const after = read(program.parameters);
    const slopes = read(program.gradient);
    return nodes.map(({ name, shape, parameters, owner }, i) => {
      const [value, gradient] = network.watch(engine, i, rows, program.work);
      const own = owner === i ? parameters.filter(({ buffer }) => !buffer) : [];
      return {
        layer: name,
        activation: { ...spread(value!), dead: dead(value!, shape.at(-1)!) },
        gradient: gradient ? spread(gradient) : null,
        parameters: Object.fromEntries(
          own.map((parameter) => {
            const key = `${name}.${parameter.name}`;
            const [was, is] = [before.get(key)!, after.get(key)!];
            const size = norm(was);
            const moved = norm(was.map((v, k) => is[k]! - v));
            const updateRatio = moved === 0 ? 0 : moved / size;
            return [parameter.name, { value: spread(was), gradient: spread(slopes.get(key)!), updateRatio }];
          }),
        ),
      };
    });
  } finally {
    release();
  }
}
