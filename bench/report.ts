/** What a run of the benchmarks says: machine and rows, in the terminal and as JSON. */
import { cpus, loadavg } from 'node:os';
import type { Row, Spread } from './harness.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly platform: string;
  readonly node: string;
  readonly v8: string;
  /** Load average over the last minute, at the start: above 1 the times are those of a busy machine. */
  readonly load: number;
}

export interface Report {
  readonly machine: Machine;
  readonly rounds: number;
  /** Too short for claims: no table is made of it. */
  readonly smoke: boolean;
  readonly rows: readonly Row[];
}

export function machine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
    load: Number(loadavg()[0]!.toFixed(2)),
  };
}

/** Three significant digits and a unit. */
export function time(nanoseconds: number): string {
  const [scale, unit] =
    nanoseconds < 1e3 ? [1, 'ns'] : nanoseconds < 1e6 ? [1e3, 'µs'] : nanoseconds < 1e9 ? [1e6, 'ms'] : [1e9, 's'];
  return `${digits(nanoseconds / scale)} ${unit}`;
}

/** Three significant digits, without an exponent. */
export function digits(value: number): string {
  return value >= 999.5 ? value.toFixed(0) : value.toPrecision(3);
}

const between = ({ low, high }: Spread): string => `${digits(low)}–${digits(high)}`;

/** One line per row; the spread is the middle half of the rounds. */
export function terminalTable(rows: readonly Row[], claims: boolean): string {
  const header = ['', 'per', 'ours', 'plain', 'plain/ours', 'spread', 'floor', 'goal', 'reached', 'ours/limit'];
  const lines = rows.map((row) => [
    row.name,
    row.unit,
    time(row.ours.median),
    time(row.plain.median),
    digits(row.ratio.median),
    between(row.ratio),
    row.floor === undefined ? '' : digits(row.floor),
    row.goal === undefined ? '' : digits(row.goal),
    row.reached === undefined ? '' : claims ? (row.reached ? 'yes' : 'NO') : '–',
    row.overLimit ? digits(row.overLimit.median) : '',
  ]);
  const widths = header.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]!.length)));
  const text = (cells: string[]): string =>
    cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return [header, ...lines].map((cells) => text(cells).trimEnd()).join('\n');
}
