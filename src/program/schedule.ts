/** Schedules as nodes in linear memory, and their values by themselves. */
import { ArgumentError } from '../errors.ts';
import { defaultEngine, type Engine } from '../memory/engine.ts';
import { schedules } from '../schedules/family.ts';
import type { Rate, ScheduleSpec } from '../schedules/options.ts';
import { validateSpec } from '../spec.ts';
import { PLATEAU_FACTOR, scheduleNodes } from './schedule-nodes.ts';
import { scheduleRows } from './schedule-rows.ts';
import { call } from './tape.ts';

/** Steps that the table of a rate function covers. */
export const TABLE_STEPS = 256;

/** Bytes of the nodes of a rate, of a table for a function. */
export function scheduleBytes(rate: Rate): number {
  return typeof rate === 'function' ? 24 : 8 * scheduleNodes(rate, 1, () => 0).length;
}

/** Writes a schedule at `at`; a number is a constant. */
export function writeSchedule(engine: Engine, at: number, rate: number | ScheduleSpec, stepsPerEpoch: number): void {
  const nodes = scheduleNodes(rate, stepsPerEpoch, (schedule) => evaluateIn(engine, schedule, 0, 1)[0]!);
  engine.f64.set(nodes, at >>> 3);
}

/** Sets the factor of a `reduceOnPlateau` that lies at `at`; 1 after `writeSchedule`. */
export function writePlateau(engine: Engine, at: number, factor: number): void {
  engine.f64[(at + PLATEAU_FACTOR) >>> 3] = factor;
}

/** Writes a table that begins with step `from`; its rates lie at `values`. */
export function writeTable(engine: Engine, at: number, from: number, values: number): void {
  engine.f64.set([scheduleRows.findIndex(({ name }) => name === 'table'), from, values], at >>> 3);
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

function steps(what: string, value: number, bits: number): number {
  if (Number.isSafeInteger(value) && value >= 0 && value < 2 ** bits) return value;
  const power = [...String(bits)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
  throw new ArgumentError(`${what} must be an integer in [0, 2${power}), got ${String(value)}`);
}

function evaluateIn(engine: Engine, schedule: number | ScheduleSpec, from: number, count: number): Float64Array {
  return engine.arena.scope(() => {
    const node = engine.arena.allocate(scheduleBytes(schedule));
    const out = engine.arena.allocate(8 * count);
    writeSchedule(engine, node, schedule, 1);
    call(engine, 'rates', '', [node, out, from % 2 ** 32, count, Math.floor(from / 2 ** 32)]);
    return engine.f64.slice(out >>> 3, (out >>> 3) + count);
  });
}

function evaluate(rate: Rate, from: number, count: number): Float64Array {
  if (typeof rate === 'function') return Float64Array.from({ length: count }, (_, i) => askRate(rate, from + i));
  return evaluateIn(
    defaultEngine(),
    typeof rate === 'number' ? rate : validateSpec(schedules, rate, 'schedule'),
    from,
    count,
  );
}

/**
 * The rate of a schedule at one step, 0 at the first update; for `perEpoch` schedules a step is an epoch. The same bits
 * as in training.
 * @throws {ArgumentError} if `spec` is no rate or `step` no integer ≥ 0.
 */
export function rateAt(spec: Rate, step: number): number {
  return evaluate(spec, steps('step', step, 53), 1)[0]!;
}

/**
 * The rates of the first `n` steps.
 * @throws {ArgumentError} if `spec` is no rate or `n` no integer ≥ 0.
 */
export function rates(spec: Rate, n: number): Float64Array {
  return steps('n', n, 32) === 0 ? new Float64Array(0) : evaluate(spec, 0, n);
}
