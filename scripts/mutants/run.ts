/**
 * Mutation testing: one instruction of the module is changed (a sign, an extremum, a comparison, the sign of a constant), and
 * the tests of its family must fail. `npm run test:mutants -- COUNT SEED`. Prints a line each and the list of those that no
 * test has caught. Mutants are spread evenly over files and functions.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Place, places } from './code.ts';

const folder = 'build/mutants';
const tests = 'build/test';
/** Tests of a family, the likeliest first. A file may run so long. */
const LIMIT = 240_000;
const families: readonly (readonly [path: string, patterns: readonly string[]])[] = [
  ['math/', ['math/', 'kernels/losses', 'networks/activations', 'schedules']],
  ['losses/', ['kernels/losses', 'models/any-loss']],
  ['optimizers/line-search', ['kernels/line-search', 'fit/barzilai', 'models/linear-golden']],
  ['optimizers/step-length', ['kernels/line-search', 'fit/barzilai', 'models/linear-golden']],
  ['optimizers/', ['optimizers/all-golden', 'optimizers/all-bits', 'kernels/sgd', 'optimizers/']],
  ['penalties/', ['kernels/penalties', 'penalties/']],
  ['blas/', ['kernels/linear', 'kernels/product', 'kernels/tree', 'kernels/rows', 'blas/', 'data/matrix']],
  ['layers/', ['layers/', 'networks/gradients', 'networks/']],
  ['around/', ['kernels/around', 'fit/around', 'optimizers/all-around']],
  ['metrics/', ['kernels/metrics', 'metrics/', 'judge/', 'models/any-loss']],
  ['schedules', ['program/schedules']],
  ['random', ['data/random', 'kernels/']],
  ['augment', ['data/augment', 'augment']],
  ['flow', ['program/flow', 'fit/']],
  ['', ['program/', 'fit/', 'kernels/']],
];

const files = readdirSync(tests, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.test.js'));

/** Path of the source below assembly/. */
const sourceOf = ({ name }: Place): string => name.slice('assembly/'.length).replace(/\/[^/]*$/, '');

function testsOf(place: Place): string[] {
  const [, patterns] = families.find(([path]) => sourceOf(place).startsWith(path))!;
  return [...new Set(patterns.flatMap((pattern) => files.filter((file) => file.startsWith(pattern))))];
}

const preload = pathToFileURL(resolve('build/scripts/mutants/preload.js')).href;

/** Whether a test file fails with the mutant; one that does not end has failed. */
function fails(file: string, mutant: string): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ['--import', preload, join(tests, file)], {
      env: { ...process.env, DOWNHILL_MUTANT: mutant },
      stdio: 'ignore',
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT);
    child.on('close', (code) => {
      clearTimeout(timer);
      done(code !== 0);
    });
  });
}

/** mulberry32 */
function source(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many places, files in turn, in each file functions by chance. */
function choose(all: readonly Place[], count: number, next: () => number): Place[] {
  const groups = new Map<string, Place[]>();
  for (const place of all) groups.set(sourceOf(place), [...(groups.get(sourceOf(place)) ?? []), place]);
  const lists = [...groups.values()].sort(() => next() - 0.5);
  const chosen: Place[] = [];
  for (let i = 0; chosen.length < count && lists.some(({ length }) => length > 0); i++) {
    const list = lists[i % lists.length]!;
    if (list.length > 0) chosen.push(...list.splice(Math.floor(next() * list.length), 1));
  }
  return chosen;
}

const [count = 100, seed = 1] = process.argv.slice(2).map(Number);
mkdirSync(folder, { recursive: true });
const base = join(folder, 'full.wasm');
const args = ['assembly/full.ts', '--target', 'full', '--debug', '--outFile', base];
const { status } = spawnSync(process.execPath, ['node_modules/assemblyscript/bin/asc.js', ...args], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (status !== 0) process.exit(1);
const wasm = new Uint8Array(readFileSync(base));
const all = places(wasm);
console.log(`${all.length} places in ${new Set(all.map(sourceOf)).size} files`);
const chosen = choose(all, count, source(seed));
const alive: string[] = [];
let caught = 0;
for (const [i, place] of chosen.entries()) {
  const mutant = wasm.slice();
  mutant[place.at] = place.to;
  const path = join(folder, 'mutant.wasm');
  writeFileSync(path, mutant);
  const what = `${place.name} at ${place.at}: ${place.what}`;
  let by: string | undefined;
  for (const file of testsOf(place)) {
    if (!(await fails(file, path))) continue;
    by = file;
    break;
  }
  if (by) caught++;
  else alive.push(what);
  console.log(`${i + 1}/${chosen.length} ${by ? `caught by ${by}` : 'ALIVE'}: ${what}`);
}
console.log(alive.join('\n'));
const share = caught / chosen.length;
console.log(`${caught} of ${chosen.length} caught, ${(100 * share).toFixed(1)} %`);
process.exitCode = share >= 0.95 ? 0 : 1;
