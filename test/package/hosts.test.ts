/** Hosts that are not as usual: the installed package works there, or says clearly why not. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { installed } from '../../scripts/pack.ts';

const host = suite<{ folder: string }>('hosts');

host.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'downhill-hosts-'));
  installed(context.folder);
});

host.after(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const fit = `const model = linearRegression();
model.fitSync([[0], [1], [2], [3]], [1, 3, 5, 7]);
const fitted = Math.abs(model.predict([[4]])[0] - 9) < 1e-6;`;

function run(folder: string, program: string, ...flags: string[]): string {
  writeFileSync(join(folder, 'program.mjs'), program);
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, 'program.mjs'], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.is(status, 0, stderr);
  return stdout.trim();
}

host('no WebAssembly: importing works, fitting says what is missing', ({ folder }) => {
  const program = `delete globalThis.WebAssembly;
const { linearRegression } = await import('downhill');
try { ${fit} } catch ({ code, message }) { console.log(code, message); }`;
  assert.match(run(folder, program), /^ERR_UNSUPPORTED downhill needs WebAssembly, and this runtime has none/);
});

host('WebAssembly without SIMD: the message names SIMD', ({ folder }) => {
  // What an engine without SIMD does with a module that has some.
  const program = `const { Module } = WebAssembly;
WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError('invalid value type 0x7b'); } };
const { linearRegression } = await import('downhill');
try { ${fit} } catch ({ code, message }) { console.log(code, message); }`;
  assert.match(run(folder, program), /^ERR_UNSUPPORTED .*must support WebAssembly SIMD .*0x7b/);
});

host('code may not be made from strings', ({ folder }) => {
  const program = `import { linearRegression } from 'downhill'; ${fit} console.log(fitted);`;
  assert.is(run(folder, program, '--disallow-code-generation-from-strings'), 'true');
});

for (const [name, freeze] of [
  ['Object.prototype', 'Object.freeze(Object.prototype);'],
  [
    // Object itself cannot be: the loader writes to it.
    'prototypes and what makes them',
    'Object.freeze(Object.prototype); for (const it of [Array, Function, Map, Promise, Error, Float64Array, Object.getPrototypeOf(Float64Array)])' +
      ' { Object.freeze(it); Object.freeze(it.prototype); }',
  ],
]) {
  host(`frozen: ${name}`, ({ folder }) => {
    const program = `${freeze}
const { linearRegression, mlp, softmaxCrossEntropy } = await import('downhill');
${fit}
const network = mlp({ inputs: 1, hidden: 3, outputs: 2, loss: softmaxCrossEntropy() });
const { stopReason } = await network.fit([[0], [1], [2], [3]], [0, 0, 1, 1], { epochs: 2, validation: 0.25 });
console.log(fitted, stopReason);`;
    assert.is(run(folder, program), 'true epochs');
  });
}

host('two versions in one process: each with its own module and errors, models as data between them', ({ folder }) => {
  const other = join(folder, 'other/node_modules/downhill');
  mkdirSync(join(folder, 'other/node_modules'), { recursive: true });
  cpSync(join(folder, 'node_modules/downhill'), other, { recursive: true });
  const description = JSON.parse(readFileSync(join(other, 'package.json'), 'utf8'));
  writeFileSync(join(other, 'package.json'), JSON.stringify({ ...description, version: '99.0.0' }));
  writeFileSync(join(folder, 'other/index.mjs'), `export * from 'downhill';`);
  const program = `import * as a from 'downhill';
import * as b from './other/index.mjs';
const x = [[0], [1], [2], [3]], y = [1, 3, 5, 7];
const [one, two] = [a.linearRegression(), b.linearRegression()];
const runs = await Promise.all([one.fit(x, y), two.fit(x, y)]);
let refused = '';
try { b.linearRegression().fitSync([[Number.NaN]], [1]); } catch (error) {
  refused = error.code + (error instanceof a.DataError) + (error instanceof b.DataError);
}
// A spec is data: that of one is taken by the other.
b.linearRegression().fitSync(x, y, { optimizer: a.adam(0.1), regularizer: a.l2(0.1), epochs: 2 });
console.log(a.linearRegression !== b.linearRegression, one.coefficients[0] === two.coefficients[0],
  one.predict(x).join() === two.predict(x).join(), refused);`;
  assert.is(run(folder, program), 'true true true ERR_DATAfalsetrue');
});

host('a worker that is terminated in the middle of a fit: the next one works', ({ folder }) => {
  writeFileSync(
    join(folder, 'worker.mjs'),
    `import { parentPort, workerData } from 'node:worker_threads';
import { linearRegression, matrix } from 'downhill';
const x = Float64Array.from({ length: 20000 }, (_, i) => ((i * 7919) % 1009) / 1009);
const y = x.filter((_, i) => i % 4 === 0).map((value) => 2 * value + 1);
const run = linearRegression().fit(matrix(x, 5000, 4), y, { maxSteps: workerData, tolerance: 0 });
for await (const { step } of run) if (step === 3) parentPort.postMessage('trains');
parentPort.postMessage((await run).steps > 0);`,
  );
  const program = `import { Worker } from 'node:worker_threads';
const url = new URL('worker.mjs', import.meta.url);
const worker = new Worker(url, { workerData: 1e9 });
await new Promise((resolve) => worker.once('message', resolve));
const code = await worker.terminate();
const next = new Worker(url, { workerData: 10 });
const messages = [];
next.on('message', (message) => messages.push(message));
await new Promise((resolve, reject) => next.once('exit', resolve).once('error', reject));
console.log(code, messages.at(-1));`;
  assert.is(run(folder, program), '1 true');
});

host.run();
