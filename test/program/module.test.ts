/** The module as it is shipped: what it imports and exports, how the walker was compiled, where its sources come from. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { strict } from '#src/memory/module.js';
import { opcodeNames } from '#src/program/tape.js';

test('the module imports its memory and nothing else', () => {
  assert.equal(WebAssembly.Module.imports(strict()), [{ module: 'env', name: 'memory', kind: 'memory' }]);
});

test('the walker is exported, and where memory is free; nothing else', () => {
  const exported = WebAssembly.Module.exports(strict()).map(({ name, kind }) => `${kind} ${name}`);
  assert.equal(exported.sort(), ['function heapBase', 'function run', 'function walk']);
});

const wat = readFileSync('build/strict.wat', 'utf8');

/** The text of a function. */
function body(name: string, text = wat): string {
  const from = text.indexOf(`\n (func $${name} `);
  assert.ok(from >= 0, `no function ${name}`);
  return text.slice(from, text.indexOf('\n )', from));
}

test('the walker dispatches by tables, calls kernels and holds none of them', () => {
  const walk = body('assembly/tape/walk');
  // One table for the flow, one for the rest: codes are dense from 0.
  assert.is(walk.match(/br_table/g)?.length, 2);
  const targets = [...walk.matchAll(/br_table (.*)/g)].map(([, list]) => list!.trim().split(' ').length);
  assert.is(
    targets.reduce((sum, count) => sum + count, 0),
    opcodeNames.length + 2,
    'a case for each and two defaults',
  );
  assert.is(walk.match(/^ *loop /gm)?.length, 1, 'a kernel was inlined into the walker');
  assert.not.match(walk, /v128|f64x2|f32x4/);
  assert.match(body('assembly/tape/run'), /call \$assembly\/tape\/walk/);
});

test('functions are called by name, and all are in the module', () => {
  assert.not.match(wat, /call_indirect/);
  const called = new Set([...wat.matchAll(/\bcall \$(\S+)/g)].map(([, name]) => name!.replace(/\)+$/, '')));
  for (const name of called) body(name);
});

test('no relaxed instruction, no shared memory, no growth', () => {
  assert.not.match(wat, /relaxed|atomic|memory\.grow/);
});

const fastWat = readFileSync('build/fast.wat', 'utf8');

test('of the fast module: the same, and of relaxed instructions only the fused ones', () => {
  assert.equal([...new Set(fastWat.match(/\S*relaxed\S*/g))].sort(), ['f32x4.relaxed_madd', 'f64x2.relaxed_madd']);
  assert.not.match(fastWat, /atomic|memory\.grow|call_indirect/);
  const ends = (text: string): string[] => text.match(/^ \((?:import|export) .*$/gm)!;
  assert.equal(ends(fastWat), ends(wat));
});

/** Accumulators of the innermost loops of the packed product: a multiplication each, and how many numbers are spread. */
function tiles(text: string, dtype: string, pattern: RegExp): [number, number][] {
  const loops = body(`assembly/blas/gemm/tiles<${dtype}>`, text)
    .split(/^ *loop .*$/m)
    .slice(1);
  return loops
    .map((loop): [number, number] => [loop.match(pattern)?.length ?? 0, loop.match(/load\d+_splat/g)?.length ?? 0])
    .filter(([count]) => count > 0);
}

test('the tile: four rows of two vectors; in the fast module six, and four for the last rows', () => {
  for (const [dtype, type] of [
    ['f32', 'f32x4'],
    ['f64', 'f64x2'],
  ]) {
    assert.equal(tiles(wat, dtype!, new RegExp(`${type}\\.mul`, 'g')), [[8, 4]]);
    assert.equal(tiles(fastWat, dtype!, new RegExp(`${type}\\.relaxed_madd`, 'g')), [
      [8, 4],
      [12, 6],
    ]);
  }
});

test('generated sources have not drifted from the table', async () => {
  const url = pathToFileURL(resolve('build/scripts/generate.js')).href;
  const { generate } = (await import(url)) as { readonly generate: () => Map<string, string> };
  const files = generate();
  assert.equal([...files.keys()], ['kernels', 'extras', 'dispatch', 'fields']);
  for (const [name, text] of files) assert.is(readFileSync(`assembly/generated/${name}.ts`, 'utf8'), text, name);
});

test.run();
