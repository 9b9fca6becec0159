/**
 * Writes the table of the README from the reports in bench/results/, between two markers.
 *
 *     node build/bench/table.js
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Row } from './harness.ts';
import { digits, type Report, time } from './report.ts';

const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

/** The reports of a folder, by name of file. */
export function readReports(folder: string): Report[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new Error(`expected reports in ${folder}, found none`);
  return names.sort().map((name) => {
    const report: Report = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    if (report.smoke) throw new Error(`${name} is of a smoke run: run the benchmarks in full`);
    return report;
  });
}

const times = (value: number): string => `${digits(value)}×`;

function cells(row: Row | undefined): string[] {
  if (!row) return ['–', '–', '–'];
  const { low, high } = row.ratio;
  const limit = row.overLimit ? `, ${digits(row.overLimit.median)} of the limit` : '';
  const ratio = `**${times(row.ratio.median)}** (${digits(low)}–${digits(high)})${limit}`;
  return [time(row.ours.median), time(row.plain.median), row.reached === false ? `${ratio}, missed` : ratio];
}

/** One row per case, in the order of the first report that has it; three columns per report. */
export function markdown(reports: readonly Report[]): string {
  const known = new Map(reports.flatMap(({ rows }) => rows).map((row) => [row.name, row]));
  const engines = reports.map(({ machine }) => `Node ${machine.node.split('.')[0]}`);
  const header = ['', 'per', ...engines.flatMap((engine) => [`${engine}: ours`, 'plain JS', 'ratio']), 'floor'];
  const lines = [...known.values()].map(({ name, unit, floor, most }) => [
    name,
    unit,
    ...reports.flatMap(({ rows }) => cells(rows.find((row) => row.name === name))),
    [
      ...(floor === undefined ? [] : [times(floor)]),
      ...(most === undefined ? [] : [`${digits(most)} of the limit`]),
    ].join(', '),
  ]);
  const rule = header.map((_, i) => (i < 2 ? '---' : '--:'));
  const table = [header, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
  const on = new Set(reports.map(({ machine }) => `${machine.cpu}, ${machine.cores} cores, ${machine.platform}`));
  const versions = reports.map(({ machine }) => `Node ${machine.node} (V8 ${machine.v8})`);
  const rounds = [...new Set(reports.map((report) => report.rounds))].join(' and ');
  return `${table}

Ratio: the time of plain JavaScript (or of what a row names) over ours, median of ${rounds} rounds in turn, in brackets the middle half of them.
The limit is a loop that does only what the arithmetic or the memory forces: one pass that reads X; one root and one division;
moving the 28 bytes of a parameter; of a matrix product the tile of the product alone, from the first-level cache; of a
training step its matrix products. Rows that say against what have that in the place of plain JavaScript.
Measured on ${[...on].join('; ')}, with ${versions.join(' and ')}.`;
}

/** Puts the table between the markers of `readme`. */
export function fillIn(readme: string, table: string): string {
  const [before, rest, ...more] = readme.split(BEGIN);
  const [, after, ...again] = rest?.split(END) ?? [];
  if (after === undefined || more.length > 0 || again.length > 0) {
    throw new Error(`expected ${BEGIN} and then ${END} once each`);
  }
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const readme = readFileSync('README.md', 'utf8');
  writeFileSync('README.md', fillIn(readme, markdown(readReports('bench/results'))));
}
