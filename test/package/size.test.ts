/** What the package weighs in a browser, and that the text that holds the module is what it is meant to be. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { strict, unpack } from '#src/wasm/inline.js';
import { encode, SHIPPED } from '../../scripts/embed.ts';
import { orderFunctions, orderTwins } from '../../scripts/order.ts';
import { BUDGET, measure } from '../../scripts/size.ts';
import { isSingle, singles } from '../../scripts/twins.ts';
import { functionBodies, keepExports } from '../../scripts/wasm.ts';

test(`export * from 'downhill': at most ${BUDGET} bytes, minified and gzipped`, async () => {
  const { gzip, scriptGzip } = await measure();
  assert.ok(gzip <= BUDGET, `${gzip} bytes, ${gzip - BUDGET} too many (${scriptGzip} without the module)`);
});

const shipped = readFileSync('dist/wasm/strict.wasm');
const inlined = orderTwins(keepExports(readFileSync('build/strict.wasm'), SHIPPED));

test('the module as text costs within 6 % of what its bytes cost, and is ASCII without quotes, backslashes and tags', async () => {
  const { gzip, scriptGzip } = await measure();
  const text = encode(inlined, ...singles(inlined));
  assert.match(text, /^[=-[\]-}]+$/);
  const bytes = text.length * 0.75;
  assert.ok(gzip - scriptGzip < 1.06 * bytes, `${gzip - scriptGzip} bytes, ${bytes} before base64`);
  assert.ok(bytes < 0.8 * gzipSync(shipped, { level: 9 }).length);
});

test('the text becomes the module again, to the byte; so do runs, noise, text, and what is far apart', () => {
  // A linear congruential generator, of which the high bits are noise.
  let seed = 1;
  const noise = Uint8Array.from({ length: 70_000 }, () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed >> 23;
  });
  const inputs: Record<string, Uint8Array> = {
    one: Uint8Array.of(200),
    every: Uint8Array.from({ length: 256 * 20 }, (_, i) => (i % 20 < 19 ? i / 20 : (i * 7) % 256)),
    run: new Uint8Array(100_000).fill(7),
    noise,
    words: readFileSync('README.md'),
    far: Uint8Array.from([
      ...noise,
      ...noise.subarray(0, 300),
      1,
      ...noise.subarray(69_000),
      ...noise.subarray(5, 900),
    ]),
    shipped,
    inlined,
  };
  for (const [name, bytes] of Object.entries(inputs)) {
    for (const [from, to] of [
      [0, 0],
      [0, bytes.length],
      [bytes.length >> 1, bytes.length - 1],
    ] as const) {
      const back = unpack(encode(bytes, from, to), bytes.length, from, to);
      assert.ok(Buffer.from(back).equals(bytes), `${name}, ${from} to ${to}`);
    }
  }
  const exported = WebAssembly.Module.exports(strict()).map(({ name }) => name);
  assert.equal(exported.sort(), [...SHIPPED].sort());
  // Hosts that import it as a file get the same functions.
  const file = new WebAssembly.Module(shipped);
  assert.equal(WebAssembly.Module.exports(file), WebAssembly.Module.exports(strict()));
  assert.equal(functionBodies(inlined).length, functionBodies(shipped).length);
});

test('f32 kernels stand last', () => {
  const single = functionBodies(inlined).map(isSingle);
  assert.is(single.indexOf(true), single.lastIndexOf(false) + 1);
  assert.ok(single.filter(Boolean).length > 50);
});

test('only exports are dropped from the module, and its functions ordered; it imports nothing but its memory', () => {
  const whole = readFileSync('build/strict.wasm');
  const kept = keepExports(whole, SHIPPED);
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
  assert.equal(plain(inlined), plain(whole));
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
