/** The code of the documents runs, and what it says of its values is so. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as downhill from 'downhill';
import * as node from 'downhill/node';
import * as onnx from 'downhill/onnx';
import * as store from 'downhill/store';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { measure } from '../../scripts/size.ts';
import { agrees, extract, show, toModule } from './examples.js';

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name).replace(/\\/g, '/')),
];

// Inside the package, so that it finds itself by its own name.
const folder = 'build/docs-examples';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

let claims = 0;
let current = '';
(globalThis as Record<symbol, unknown>)[Symbol.for('downhill.docs')] = async (
  line: number,
  expected: string,
  value: () => Promise<unknown>,
): Promise<void> => {
  claims++;
  const text = /^\w*Error: /.test(expected)
    ? await value().then(show, (error: Error) => `${error.name}: ${error.message}`)
    : show(await value());
  assert.ok(agrees(expected, text), `${current}:${line}: the document says ${expected}, the code ${text}`);
};

for (const file of documents) {
  for (const [i, example] of extract(file).entries()) {
    test(`${file}:${example.line}`, async () => {
      const path = join(folder, `${file.replace(/\W/g, '-')}-${i}.mjs`);
      writeFileSync(path, toModule(example));
      current = file;
      const { log } = console;
      console.log = () => {};
      try {
        await import(pathToFileURL(path).href);
      } finally {
        console.log = log;
      }
    });
  }
}

test('the documents make claims, and these are looked at', () => {
  assert.ok(claims >= 40, `${claims} claims`);
});

test('the check itself: numbers by the digits written, the rest as it is', () => {
  assert.ok(agrees('[1.5, 2]', '[1.4999, 2]'));
  assert.not(agrees('[1.5, 2]', '[1.4, 2]'));
  assert.not(agrees('2', '2.1'));
  assert.ok(agrees('1.2e-8', '1.234e-8'));
  assert.not(agrees('[1]', '[1, 2]'));
  assert.not(agrees("'a'", "'b'"));
  assert.is(show({ a: Float32Array.of(1), b: ['x', null] }), "{ a: [1], b: ['x', null] }");
});

test('the size that README.md states is that of the bundle, to 2 kB', async () => {
  const [, stated] = /about (\d+) kB for everything/.exec(readFileSync('README.md', 'utf8'))!;
  const size = (await measure()).gzip / 1000;
  assert.ok(Math.abs(size - Number(stated)) <= 2, `${size} kB`);
});

test('links between documents lead somewhere', () => {
  for (const file of documents) {
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
      assert.ok(readFileSync(join(dirname(file), target!)), `${file}: ${target}`);
    }
  }
});

test('every public function is named in a document', () => {
  const text = documents.map((file) => readFileSync(file, 'utf8')).join('\n');
  for (const [name, value] of Object.entries({ ...downhill, ...node, ...onnx, ...store })) {
    if (typeof value === 'function') assert.match(text, new RegExp(`\\b${name}\\b`));
  }
});

test.run();
