/** Schedules as nodes in linear memory, and their values by themselves. */
import { ArgumentError } from '../errors.ts';
import { defaultEngine, type Engine } from '../memory/engine.ts';
import { type Rate, type ScheduleSpec, schedules } from '../schedules.ts';
import { validateSpec } from '../spec.ts';
import { fits, numbers } from './block.ts';
import { scheduleRows } from './kernels.ts';
import { call } from './tape.ts';

const NODE = 64;

/** Bytes for the node of a schedule and one below it. */
export const SCHEDULE_BYTES: number = 2 * NODE;

/** Steps that the table of a rate function covers. */
export const TABLE_STEPS = 256;

function writeNode(engine: Engine, at: number, name: string, values: readonly number[]): void {
  engine.f64.set([scheduleRows.findIndex((row) => row.name === name), ...values], at >>> 3);
}

/** Writes a schedule at `at`; a number is a constant. */
export function writeSchedule(engine: Engine, at: number, rate: number | ScheduleSpec, stepsPerEpoch: number): void {
  if (typeof rate === 'number') {
    writeNode(engine, at, 'constant', [rate]);
  } else if (rate.kind === 'perEpoch') {
    writeNode(engine, at, 'perEpoch', [stepsPerEpoch, at + NODE]);
    writeSchedule(engine, at + NODE, rate.schedule, stepsPerEpoch);
  } else {
    const row = scheduleRows.find((row) => fits(row, rate))!;
    writeNode(engine, at, row.name, numbers(row, rate));
  }
}

/** Writes a table that begins with step `from`; its rates lie at `values`. */
export function writeTable(engine: Engine, at: number, from: number, values: number): void {
  writeNode(engine, at, 'table', [from, values]);
}

/**
 * What a rate function says of one step.
 * @throws {ArgumentError} unless it is a finite number ≥ 0.
 */
export function askRate(rate: (step: number) => number, step: number): number {
  const value: unknown = rate(step);
  if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
  throw new ArgumentError(
    `learningRate: the function must return a finite number ≥ 0, got ${String(value)} for step ${step}`,
  );
}

function steps(what: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0 && value <= 0xffffffff) return value;
  throw new ArgumentError(`${what} must be an integer in [0, 2³²), got ${String(value)}`);
}

function evaluate(rate: Rate, from: number, count: number): Float64Array {
  if (typeof rate === 'function') return Float64Array.from({ length: count }, (_, i) => askRate(rate, from + i));
  const schedule = typeof rate === 'number' ? rate : validateSpec(schedules, rate, 'schedule');
  const engine = defaultEngine();
  return engine.arena.scope(() => {
    const node = engine.arena.allocate(SCHEDULE_BYTES);
    const out = engine.arena.allocate(8 * count);
    writeSchedule(engine, node, schedule, 1);
    call(engine, 'rates', '', [node, out, from, count]);
    return engine.f64.slice(out >>> 3, (out >>> 3) + count);
  });
}

/**
 * The rate of a schedule at one step, 0 at the first update; for `perEpoch` schedules a step is an epoch. The same bits
 * as in training.
 * @throws {ArgumentError} if `spec` is no rate or `step` no integer ≥ 0.
 */
export function rateAt(spec: Rate, step: number): number {
  return evaluate(spec, steps('step', step), 1)[0]!;
}

/**
 * The rates of the first `n` steps.
 * @throws {ArgumentError} if `spec` is no rate or `n` no integer ≥ 0.
 */
export function rates(spec: Rate, n: number): Float64Array {
  return steps('n', n) === 0 ? new Float64Array(0) : evaluate(spec, 0, n);
}
