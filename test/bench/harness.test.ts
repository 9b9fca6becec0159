/** The benchmark's own arithmetic: what is timed, what is refused, and the table made of it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Case, type Effort, measure, spread } from '../../bench/harness.ts';
import { digits, machine, terminalTable, time } from '../../bench/report.ts';
import { fillIn, markdown, readReports } from '../../bench/table.ts';

const quick: Effort = { rounds: 5, roundTime: 4, warmupTime: 40, warmupCalls: 60, warmupLimit: 500 };

/** A chain of divisions: work in proportion to `n` that no compiler shortens. */
function work(n: number): () => number {
  return () => {
    let value = 1;
    for (let i = 0; i < n; i++) value = 1 / (1 + value);
    return value;
  };
}

const subject: Case = { name: 'work', unit: 'unit', work: 10, ours: work(2000), plain: work(8000), agree: () => {} };

test('measure: four times the work takes four times the time, per unit of work', () => {
  const row = measure({ ...subject, limit: work(1000), floor: 2, goal: 4 }, quick);
  assert.ok(row.ratio.median > 3 && row.ratio.median < 5, String(row.ratio.median));
  assert.ok(row.overLimit!.median > 1.5 && row.overLimit!.median < 2.6, String(row.overLimit!.median));
  assert.is(row.reached, true);
  assert.ok(row.ratio.low <= row.ratio.median && row.ratio.median <= row.ratio.high);
  // A division takes 1 to 20 ns, and a call has 2,000 of them in 10 units.
  assert.ok(row.ours.median > 200 && row.ours.median < 4000, String(row.ours.median));
});

test('measure: a ratio below the floor is not reached, and without a floor nothing is claimed', () => {
  assert.is(measure({ ...subject, floor: 100 }, quick).reached, false);
  assert.is(measure(subject, quick).reached, undefined);
});

test('measure: what takes longer than the limit allows is missed', () => {
  const within = { ...subject, limit: work(1000), floor: 2 };
  assert.is(measure({ ...within, most: 4 }, quick).reached, true);
  assert.is(measure({ ...within, most: 1.1 }, quick).reached, false);
});

test('measure: a plain loop may do fewer units of work', () => {
  const row = measure({ ...subject, plainWork: 20 }, quick);
  assert.ok(row.ratio.median > 1.5 && row.ratio.median < 2.5, String(row.ratio.median));
});

test('measure: no times where the results disagree, before or after', () => {
  let calls = 0;
  const disagree = (): void => {
    throw new Error('differ');
  };
  const counting = (): void => {
    calls++;
  };
  assert.throws(() => measure({ ...subject, ours: counting, agree: disagree }, quick), /differ/);
  assert.is(calls, 0);
  let checks = 0;
  const later = (): void => {
    if (++checks === 2) disagree();
  };
  assert.throws(() => measure({ ...subject, agree: later }, quick), /differ/);
});

test('measure: rounds go in turn after both are warm', () => {
  const order: string[] = [];
  const slow = work(20000);
  const tell = (who: string) => (): number => {
    if (order.at(-1) !== who) order.push(who);
    return slow();
  };
  measure({ ...subject, ours: tell('A'), plain: tell('B') }, quick);
  // Warm-up and counting calls once each, then the rounds.
  assert.is(order.join(''), `ABAB${'AB'.repeat(quick.rounds)}`);
});

test('spread: median and quartiles', () => {
  assert.equal(spread([5, 1, 4, 2, 3]), { median: 3, low: 2, high: 4 });
  assert.equal(spread([1, 2]), { median: 1.5, low: 1.25, high: 1.75 });
});

test('numbers have three digits and a unit', () => {
  assert.equal([0.0731, 999.6, 12345].map(digits), ['0.0731', '1000', '12345']);
  assert.equal([12.34, 1500, 2.5e6, 1.234e9].map(time), ['12.3 ns', '1.50 µs', '2.50 ms', '1.23 s']);
});

const folder = 'test/bench/results';
const [node20, node26] = readReports(folder);

test('terminal table: one line per row; a smoke run claims nothing', () => {
  const lines = terminalTable(node20!.rows, true).split('\n');
  assert.is(lines.length, 3);
  assert.match(lines[1]!, /3\.10 ms +18\.6 ms +6\.01 +5\.90–6\.10 +5\.50 +7\.00 +yes +2\.07$/);
  assert.match(lines[2]!, /2\.50 ns +12\.1 ns +4\.84 +4\.70–5\.00 +5\.00 +NO$/);
  assert.not.match(terminalTable(node20!.rows, false), /yes|NO/);
});

test('the machine is named', () => {
  const { node, v8, cpu } = machine();
  assert.is(node, process.versions.node);
  assert.ok(v8.length > 0 && cpu.length > 0);
});

test('README table: the committed reports give the committed table', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const table = markdown([node20!, node26!]);
  assert.is(fillIn(readme, table), readme);
  assert.is(fillIn(readme.replace('6.01×', '9.99×'), table), readme);
  // The project's own reports and README, as soon as there are any.
  if (existsSync('bench/results')) {
    const own = readFileSync('README.md', 'utf8');
    assert.is(fillIn(own, markdown(readReports('bench/results'))), own);
  }
});

test('README table: markers must be there once each, smoke runs are refused', () => {
  assert.throws(() => fillIn('no markers', ''), /expected <!-- bench:begin -->/);
  assert.throws(() => fillIn('<!-- bench:end --> <!-- bench:begin -->', ''), /expected/);
  assert.throws(() => fillIn('<!-- bench:begin --><!-- bench:end --><!-- bench:begin -->', ''), /expected/);
  const other = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    assert.throws(() => readReports(other), /found none/);
    writeFileSync(join(other, 'node20.json'), JSON.stringify({ ...node20, smoke: true }));
    assert.throws(() => readReports(other), /node20\.json is of a smoke run/);
  } finally {
    rmSync(other, { recursive: true });
  }
});

test.run();
