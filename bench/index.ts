/**
 * npm run bench -- [--only <pattern>] [--json <file>] [--smoke]
 *
 * Other libraries are compared where they are installed: npm ci --prefix bench/others --ignore-scripts
 *
 * --only   cases whose name matches this regular expression
 * --json   where to write the report that the README's table is made from; not written where results disagree
 * --smoke  a few short rounds to see that everything runs; claims nothing
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { fastSupported } from 'downhill/fast';
import { cases } from './cases.ts';
import { full, measure, type Row, smoke } from './harness.ts';
import { machine, type Report, terminalTable } from './report.ts';

const { values } = parseArgs({
  options: { only: { type: 'string' }, json: { type: 'string' }, smoke: { type: 'boolean', default: false } },
});
const effort = values.smoke ? smoke : full;
const pattern = new RegExp(values.only ?? '', 'i');
const chosen = (await cases()).filter(({ name }) => pattern.test(name));
if (chosen.length === 0) throw new Error(`no case matches ${pattern}`);

const host = machine();
console.log(`${host.cpu}, ${host.cores} cores, ${host.platform}, Node ${host.node}, V8 ${host.v8}, load ${host.load}`);
if (!fastSupported) console.log('no relaxed SIMD here: the fast module is not there, its rows are left out');
const rows: Row[] = [];
for (const subject of chosen) {
  process.stderr.write(`${subject.name} …\n`);
  try {
    rows.push(measure(subject, effort));
  } catch (error) {
    console.error(`${subject.name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
console.log(terminalTable(rows, !values.smoke));
const missed = rows.filter((row) => row.reached === false).length;
if (values.smoke) console.log('smoke run: the times mean nothing');
else if (missed > 0) console.log(`${missed} of ${rows.length} missed`);

if (values.json && process.exitCode !== 1) {
  const report: Report = { machine: host, rounds: effort.rounds, smoke: values.smoke, rows };
  mkdirSync(dirname(values.json), { recursive: true });
  const round = (_: string, value: unknown): unknown =>
    typeof value === 'number' ? Number(value.toPrecision(6)) : value;
  writeFileSync(values.json, `${JSON.stringify(report, round, 1)}\n`);
}
