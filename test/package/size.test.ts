/** What the package weighs in a browser, and that the text that holds the module is what it is meant to be. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { strict } from '#src/wasm/inline.js';
import { encode, SHIPPED } from '../../scripts/embed.ts';
import { orderFunctions } from '../../scripts/order.ts';
import { BUDGET, measure } from '../../scripts/size.ts';
import { functionBodies, keepExports } from '../../scripts/wasm.ts';

test(`export * from 'downhill': at most ${BUDGET} bytes, minified and gzipped`, async () => {
  const { gzip, scriptGzip } = await measure();
  assert.ok(gzip <= BUDGET, `${gzip} bytes, ${gzip - BUDGET} too many (${scriptGzip} without the module)`);
});

/** What typical imports may weigh, minified and gzipped, as far as they have come; without a model there is no module. */
const imports: Readonly<Record<string, number>> = {
  linearRegression: 95_000,
  logisticRegression: 95_000,
  minimize: 77_000,
  'parameters, createOptimizer, adamW': 75_000,
  'rateAt, warmupCosine': 60_000,
  'kFold, trainTestSplit': 11_000,
  ArgumentError: 7_000,
};

for (const [names, most] of Object.entries(imports)) {
  test(`import { ${names} }: at most ${most} bytes`, async () => {
    const { gzip } = await measure(`export { ${names} } from 'downhill'`);
    assert.ok(gzip <= most, `${gzip} bytes, ${gzip - most} too many`);
  });
}

test('the module as text costs within 1,000 bytes of what it costs by itself', async () => {
  const { gzip, scriptGzip, wasmGzip } = await measure();
  assert.ok(gzip - scriptGzip - wasmGzip < 1000, `${gzip - scriptGzip} bytes, ${wasmGzip} by itself`);
});

test('the text is ASCII without quotes, backslashes and tags, and becomes the module again', () => {
  const every = Uint8Array.from({ length: 256 * 20 }, (_, i) => (i % 20 < 19 ? i / 20 : (i * 7) % 256));
  for (const bytes of [every, new Uint8Array(), readFileSync('dist/wasm/strict.wasm')]) {
    assert.match(encode(bytes).text, /^[ !#-;=-[\]-~]*$/);
  }
  const exported = WebAssembly.Module.exports(strict()).map(({ name }) => name);
  assert.equal(exported.sort(), [...SHIPPED].sort());
  // The module is what is shipped to hosts that import it as a file.
  const file = new WebAssembly.Module(readFileSync('dist/wasm/strict.wasm'));
  assert.equal(WebAssembly.Module.exports(file), WebAssembly.Module.exports(strict()));
});

test('only exports are dropped from the module, and its functions ordered; it imports nothing but its memory', () => {
  const whole = readFileSync('build/strict.wasm');
  const kept = keepExports(whole, SHIPPED);
  const shipped = readFileSync('dist/wasm/strict.wasm');
  assert.ok(shipped.equals(orderFunctions(kept)));
  // Without calls a function is the same bytes wherever it stands.
  const calls = (body: Uint8Array): boolean => body.includes(0x10);
  const plain = (wasm: Uint8Array): string[] =>
    functionBodies(wasm)
      .filter((body) => !calls(body))
      .map((body) => Buffer.from(body).toString('hex'))
      .sort();
  assert.equal(functionBodies(shipped).length, functionBodies(whole).length);
  assert.ok(plain(shipped).length > 10);
  assert.equal(plain(shipped), plain(whole));
  assert.equal(
    Buffer.from(
      keepExports(
        whole,
        WebAssembly.Module.exports(new WebAssembly.Module(whole)).map(({ name }) => name),
      ),
    ),
    whole,
  );
  assert.equal(WebAssembly.Module.imports(new WebAssembly.Module(shipped)), [
    { module: 'env', name: 'memory', kind: 'memory' },
  ]);
  assert.throws(() => keepExports(whole, ['nothing']), /does not export/);
});

test.run();
