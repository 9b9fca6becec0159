/** What to say when a value is not finite: where, and the probable cause. */
import { NonFiniteError } from '../errors.ts';
import type { LossSpec } from '../losses.ts';
import type { Engine } from '../memory/engine.ts';
import type { Standardization } from '../program/data.ts';
import { nonFiniteNames } from '../program/kernels.ts';
import { elementBytes } from '../program/layout.ts';
import { lossRow } from '../program/loss.ts';
import type { ModelProgram } from '../program/model.ts';
import type { DataBlock } from '../program/objective.ts';
import type { TrainingProgram } from '../program/training.ts';

/** Three digits are enough. */
const short = (value: number): string => String(Number(value.toPrecision(3)));

/** A rate as people write it: one digit, rounded down. */
function roundDown(rate: number): number {
  const unit = 10 ** Math.floor(Math.log10(rate));
  return Number((Math.floor(rate / unit) * unit).toPrecision(1));
}

/** Features that are large; mean and largest squared length of a row (1, x), times its weight. */
function inspect(engine: Engine, model: ModelProgram, data: DataBlock) {
  const { dtype, features } = model;
  const weights = data.weights ? engine.floats(dtype, data.weights, data.rows) : undefined;
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
    length *= weights?.[row] ?? 1;
    total += length;
    longest = Math.max(longest, length);
  }
  const column = largest.indexOf(largest.reduce((a, b) => Math.max(a, b), 0));
  return { mean: total / data.rows, longest, column, value: largest[column]! };
}

/**
 * The rate at which gradient descent is sure not to diverge: 1/L, L ≤ c·mean ‖(1, x)‖² plus the curvature of penalties;
 * of a mini-batch the mean may be the longest row. Nothing if there is none, or none that the precision holds.
 */
function safeRate({ objective, options }: TrainingProgram, loss: LossSpec, squares: number): number | undefined {
  const { optimizer, regularizers } = options;
  const { curvature } = lossRow(loss);
  if (curvature === undefined) return undefined;
  let bound = curvature * squares * ('posWeight' in loss ? Math.max(1, loss.posWeight) : 1);
  if ('weightDecay' in optimizer) bound += optimizer.weightDecay;
  for (const penalty of regularizers) if (penalty.kind === 'l2') bound += 2 * penalty.lambda;
  const rate = roundDown(1 / bound);
  return rate >= (objective.dtype === 'f32' ? 2 ** -126 : Number.MIN_VALUE) ? rate : undefined;
}

/** The tensor of the first value that is not finite, else of the largest: a number and a name. */
function findTensor({ engine, objective }: TrainingProgram, base: number): readonly [size: number, name: string] {
  let size = -1;
  let name = '';
  for (const tensor of objective.tensors) {
    const values = engine.floats(objective.dtype, base + tensor.offset, tensor.bytes / elementBytes(objective.dtype));
    for (const value of values) {
      if (!Number.isFinite(value)) return [Infinity, tensor.name];
      if (Math.abs(value) > size) [size, name] = [Math.abs(value), tensor.name];
    }
  }
  return [size, name];
}

/** Parameters of a network that reach more than this are why its loss overflows. */
const LARGE = 1e4;

export function explainNonFinite(
  program: TrainingProgram,
  model: ModelProgram,
  data: DataBlock,
  loss: LossSpec,
  standard: Standardization | null,
  names: readonly string[] | undefined,
): NonFiniteError {
  const step = program.read('step');
  const what = nonFiniteNames[program.count('nonFinite')]!;
  const deep = model.tensors.length > 2;
  const [size, found] = findTensor(
    program,
    what === 'gradient' ? program.gradient : what === 'parameters' ? program.overflowed : program.parameters,
  );
  const tensor = what !== 'loss' || (deep && size > LARGE) ? found : undefined;
  const { mean, longest, column, value } = inspect(program.engine, model, data);
  const { optimizer } = program.options;
  const { batch } = program.objective;
  const name = names?.[column] ? `"${names[column]}"` : `column ${column}`;
  const causes: string[] = [];
  if (!standard && value > 10) {
    causes.push(`the features are not scaled (${name} reaches ${short(value)}): use standardize: true`);
  }
  if ('maximize' in optimizer && optimizer.maximize) {
    causes.push('maximize climbs without end where the loss has no bound');
  } else if ('learningRate' in optimizer) {
    const last = program.read('rate');
    // Of layers behind each other there is no bound.
    const rate = deep ? undefined : safeRate(program, loss, batch < data.rows ? longest : mean);
    const at = last > 0 ? `the learning rate (${short(last)}) is too large` : 'the learning rate is too large';
    const advice = rate === undefined ? '' : ` for these data: ${rate} would do`;
    causes.push(`${causes.length > 0 ? 'and ' : ''}${at}${advice}`);
  }
  if (causes.length === 0) causes.push('the data are too large for the precision: scale features and targets');
  const cause = causes.join('; ');
  const where = tensor && what !== 'loss' ? `${what} of ${tensor}` : what;
  const large = tensor && what === 'loss' ? ` (${tensor} reaches ${short(size)})` : '';
  return new NonFiniteError(
    `step ${step}: the ${where} ${what === 'parameters' ? 'are' : 'is'} not finite${large}; probable cause: ${cause}`,
    {
      step,
      what,
      tensor,
      cause,
    },
  );
}
