/** Runs a bundled worker in workerd, by miniflare: `node workerd.mjs FOLDER`, where FOLDER holds worker.js, strict.wasm and fast.wasm. */
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

const [folder] = process.argv.slice(2);
// npx puts the folders of the binaries it has installed on the path; the packages lie beside them.
const { Miniflare } = process.env.PATH.split(delimiter)
  .filter((entry) => entry.endsWith('.bin'))
  .reduce((found, entry) => {
    if (found) return found;
    try {
      return createRequire(join(entry, '..', '_.js'))('miniflare');
    } catch {
      return undefined;
    }
  }, undefined);

const miniflare = new Miniflare({
  modules: [
    { type: 'ESModule', path: join(folder, 'worker.js') },
    ...['strict.wasm', 'fast.wasm'].map((name) => ({ type: 'CompiledWasm', path: join(folder, name) })),
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
