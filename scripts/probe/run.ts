/**
 * Packs the package, installs it into an empty project, and runs probe.mjs there in every runtime that the package is
 * for, and bundled by every bundler; all must give the same hashes. A runtime that cannot be had is "not run", which is no pass. Ends with
 * `N passed, N failed`, one for each part in each runtime and one for each of checks.ts.
 *
 * `--json`: the same as JSON. `--only TEXT`: runtimes and checks whose name contains it. `--local`: this Node alone.
 * `--allow-missing`: a runtime that cannot be had does not fail the run.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Missing } from '../runtimes.ts';
import { serve } from '../serve.ts';
import { bundlers } from './bundlers.ts';
import { checks } from './checks.ts';
import { type Context, hosts, policies, type Ran } from './hosts.ts';
import { makeProject, makeSite } from './project.ts';

interface Checked {
  readonly check: string;
  readonly status: 'held' | 'not run' | 'failed';
  readonly found: string;
}

interface Row extends Partial<Ran> {
  readonly runtime: string;
  readonly status: 'ran' | 'not run' | 'failed';
  readonly seconds: number;
  readonly why?: string;
}

const args = process.argv.slice(2);
const json = args.includes('--json');
const only = args.includes('--only') ? args[args.indexOf('--only') + 1]! : '';
const here = `Node ${process.versions.node.split('.')[0]},`;
const wanted = Object.entries({ ...hosts, ...bundlers }).filter(([name]) =>
  args.includes('--local') ? name.startsWith(here) : name.includes(only),
);
const say = (line: string): void => void (json ? process.stderr : process.stdout).write(`${line}\n`);

const rows: Row[] = [];
const checked: Checked[] = [];
const temporary = mkdtempSync(join(tmpdir(), 'downhill-probe-'));
const project = join(temporary, 'project');

async function all(context: Context): Promise<void> {
  for (const [runtime, host] of wanted) {
    const start = performance.now();
    let found: Partial<Ran> & { why?: string };
    let status: Row['status'] = 'ran';
    try {
      found = await host(context);
    } catch (error) {
      found = { why: (error as Error).message };
      status = error instanceof Missing ? 'not run' : 'failed';
    }
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    rows.push({ runtime, status, seconds, ...found });
    say(`${status} ${runtime} ${found.version ?? ''}${found.why ? `: ${found.why}` : ''} (${seconds} s)`);
  }
  for (const [name, check] of Object.entries(checks)) {
    if (args.includes('--local') || !name.includes(only)) continue;
    let found: Checked;
    try {
      found = { check: name, status: 'held', found: await check(context) };
    } catch (error) {
      const status = error instanceof Missing ? 'not run' : 'failed';
      found = { check: name, status, found: (error as Error).message };
    }
    checked.push(found);
    say(`${found.status} ${name}: ${found.found}`);
  }
}

try {
  mkdirSync(project);
  makeProject(project);
  const site = await serve(await makeSite(project), policies);
  await all({ project, site }).finally(() => site.close());
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

// The first runtime that ran says what the others must give.
const { hashes: reference = {} } = rows.find(({ hashes }) => hashes !== undefined) ?? {};
const differ: string[] = [];
let passed = 0;
let failed = 0;
for (const { runtime, status, hashes } of rows) {
  if (!hashes) {
    if (status === 'failed' || !args.includes('--allow-missing')) failed++;
    continue;
  }
  for (const part of new Set([...Object.keys(reference), ...Object.keys(hashes)])) {
    if (hashes[part] === reference[part]) passed++;
    else {
      failed++;
      differ.push(`${runtime}, ${part}: ${hashes[part]} instead of ${reference[part]}`);
    }
  }
}
for (const { status } of checked) {
  if (status === 'held') passed++;
  else if (status === 'failed' || !args.includes('--allow-missing')) failed++;
}
if (passed === 0) failed++;

if (json) {
  const runtimes = rows.map(({ hashes, ...row }) => ({ ...row, hashes: hashes ?? null }));
  console.log(
    JSON.stringify({ equal: differ.length === 0, differ, runtimes, checks: checked, passed, failed }, null, 2),
  );
} else {
  const width = Math.max(...Object.keys(reference).map((part) => part.length), 4) + 2;
  console.log(`\n${'part'.padEnd(width)}in all that ran`);
  for (const [part, hash] of Object.entries(reference)) {
    const different = differ.some((line) => line.includes(`, ${part}: `));
    console.log(`${part.padEnd(width)}${different ? 'differs' : hash}`);
  }
  for (const line of differ) console.log(line);
  for (const { check, status } of checked) if (status !== 'held') console.log(`${status}: ${check}`);
  for (const { runtime, status } of rows) if (status !== 'ran') console.log(`${status}: ${runtime}`);
  console.log(`${passed} passed, ${failed} failed`);
}
process.exitCode = failed > 0 ? 1 : 0;
