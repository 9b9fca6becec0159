/**
 * Tests of the fast module on a Node with relaxed SIMD: this one, or Node 26 by npx. Those in test/fast; and of the others
 * those that hold whichever the module is, in processes where the fast one has taken the place of the strict one. Ends with
 * `N passed, N failed`.
 */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { node as other } from './runtimes.ts';
import { runFile } from './test-file.ts';

/** Folders and files of test/. */
const both = [
  ...['blas/', 'kernels/', 'math/', 'networks/', 'penalties/', 'metrics/', 'fit/determinism', 'models/linear-golden'],
  ...['optimizers/adam.', 'optimizers/all-golden', 'optimizers/create', 'optimizers/lamb', 'optimizers/matrices'],
  ...['optimizers/muon', 'optimizers/prodigy', 'optimizers/schedule-free'],
];

/** What compares with arithmetic that rounds twice, bit by bit. */
const strictOnly = ['kernels/sgd.test.js'];

const { fastSupported } = (await import(pathToFileURL(resolve('build/lib/fast.js')).href)) as {
  fastSupported: boolean;
};
const node = fastSupported ? process.execPath : other(26);
const preload = pathToFileURL(resolve('build/test/helpers/as-fast.js')).href;
const names = readdirSync('build/test', { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.test.js') && !strictOnly.includes(name))
  .sort();
const queue = [
  ...names.filter((name) => name.startsWith('fast/')).map((name) => ({ name, flags: [] as string[] })),
  ...names
    .filter((name) => both.some((start) => name.startsWith(start)))
    .map((name) => ({ name, flags: ['--import', preload] })),
];

let passed = 0;
let failed = 0;
async function worker(): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const outcome = await runFile(next.name, next.flags, node);
    passed += outcome.passed;
    failed += outcome.failed;
    console.log(outcome.text);
  }
}
await Promise.all([worker(), worker()]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
