/** What to say when a value is not finite: where, and the probable cause. */
import { NonFiniteError } from '../errors.ts';
import type { LossSpec } from '../losses.ts';
import type { Standardization } from '../program/data.ts';
import { nonFiniteNames } from '../program/kernels.ts';
import { elementBytes } from '../program/layout.ts';
import { type DataBlock, lossRow, type TrainingProgram } from '../program/training.ts';

/** A rate as people write it: one digit, rounded down. */
function roundDown(rate: number): number {
  const unit = 10 ** Math.floor(Math.log10(rate));
  return Number((Math.floor(rate / unit) * unit).toPrecision(1));
}

/** Features that are large, and the rate at which gradient descent is sure not to diverge: 1/L, L ≤ c·mean ‖(1, x)‖². */
function inspect(program: TrainingProgram, data: DataBlock, loss: LossSpec) {
  const { engine, model, options } = program;
  const { dtype, features } = model;
  const largest = new Float64Array(features);
  let total = 0;
  let longest = 0;
  for (let row = 0; row < data.rows; row++) {
    const x = engine.floats(dtype, data.x + row * data.stride, features);
    let length = 1;
    for (let j = 0; j < features; j++) {
      const value = Math.abs(x[j]!);
      length += value * value;
      if (value > largest[j]!) largest[j] = value;
    }
    total += length;
    longest = Math.max(longest, length);
  }
  const bound = options.batch < data.rows ? longest : total / data.rows;
  const column = largest.indexOf(largest.reduce((a, b) => Math.max(a, b), 0));
  const { curvature } = lossRow(loss);
  const rate = curvature === undefined ? undefined : roundDown(1 / (curvature * bound));
  return { rate, column, value: largest[column]! };
}

/** Which tensor the first value that is not finite is in. */
function findTensor(program: TrainingProgram, base: number): string | undefined {
  const { engine, model } = program;
  return model.tensors.find(({ offset, rows, rowBytes }) =>
    engine
      .floats(model.dtype, base + offset, (rows * rowBytes) / elementBytes(model.dtype))
      .some((value) => !Number.isFinite(value)),
  )?.name;
}

export function explainNonFinite(
  program: TrainingProgram,
  data: DataBlock,
  loss: LossSpec,
  standard: Standardization | null,
  names: readonly string[] | undefined,
): NonFiniteError {
  const step = program.read('step');
  const what = nonFiniteNames[program.count('nonFinite')]!;
  const tensor =
    what === 'gradient' ? findTensor(program, program.gradient) : what === 'parameters' ? 'weight' : undefined;
  const { rate, column, value } = inspect(program, data, loss);
  const name = names?.[column] ? `"${names[column]}"` : `column ${column}`;
  const causes: string[] = [];
  if (!standard && value > 10) {
    causes.push(`the features are not scaled (${name} reaches ${value.toPrecision(3)}): use standardize: true`);
  }
  const used = program.options.optimizer;
  if ('learningRate' in used) {
    const last = program.read('rate');
    const at = last > 0 ? `the learning rate (${last.toPrecision(3)}) is too large` : 'the learning rate is too large';
    const advice = rate === undefined ? '' : ` for these data: ${rate} would do`;
    causes.push(`${causes.length > 0 ? 'and ' : ''}${at}${advice}`);
  }
  if (causes.length === 0) causes.push('the data are too large for the precision: scale features and targets');
  const cause = causes.join('; ');
  const where = tensor ? `${what} of ${tensor}` : what;
  return new NonFiniteError(`step ${step}: the ${where} is not finite; probable cause: ${cause}`, {
    step,
    what,
    tensor,
    cause,
  });
}
