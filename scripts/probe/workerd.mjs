/** Runs a bundled worker: `node workerd.mjs FOLDER MINIFLARE`, the folder with the script and the modules beside it. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, path] = process.argv.slice(2);
const { Miniflare } = createRequire(import.meta.url)(path);
const files = readdirSync(folder);
const main = files.find((name) => name.endsWith('.js'));
const miniflare = new Miniflare({
  modules: [
    { type: 'ESModule', path: join(folder, main) },
    ...files
      .filter((name) => name.endsWith('.wasm'))
      .map((name) => ({ type: 'CompiledWasm', path: join(folder, name) })),
  ],
  modulesRoot: folder,
  compatibilityDate: '2026-01-01',
});
try {
  const response = await miniflare.dispatchFetch('http://probe/');
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  console.log(text);
} finally {
  await miniflare.dispose();
}
