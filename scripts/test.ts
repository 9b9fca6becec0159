/**
 * Runs every test file in a process of its own, two at a time, and adds up what uvu counted. A file that runs no test
 * fails. When the whole suite ran, so does an opcode that no test wrote to a tape. Ends with `N passed, N failed`.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Outcome, runFile } from './test-file.ts';

const folder = 'build/test';
/** Where test/helpers/opcodes.ts, preloaded into every process, leaves what was written. */
const opcodes = 'build/opcodes';
const preload = pathToFileURL(resolve(folder, 'helpers/opcodes.js')).href;
const pattern = process.argv[2] ?? '';
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.js') && name.includes(pattern))
  .sort();

/** Opcodes of the table that no process wrote. */
function unwritten(): string[] {
  const left = new Set<string>();
  const reports = readdirSync(opcodes).map((name) => {
    return JSON.parse(readFileSync(join(opcodes, name), 'utf8')) as { all: string[]; written: string[] };
  });
  for (const { all } of reports) for (const name of all) left.add(name);
  for (const { written } of reports) for (const name of written) left.delete(name);
  return [...left];
}

rmSync(opcodes, { recursive: true, force: true });
let passed = 0;
let failed = 0;
const queue = [...files];
async function worker(): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const outcome: Outcome = await runFile(file, ['--import', preload]);
    passed += outcome.passed;
    failed += outcome.failed;
    console.log(outcome.text);
  }
}
await Promise.all([worker(), worker()]);
if (files.length === 0) {
  console.log(`no test file matches ${JSON.stringify(pattern)}`);
  failed = 1;
}
if (pattern === '' && files.length > 0) {
  const left = unwritten();
  if (left.length === 0) passed++;
  else failed++;
  console.log(left.length === 0 ? 'ok   every opcode is written by a test' : `FAIL no test writes ${left.join(', ')}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
