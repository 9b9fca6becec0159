/**
 * Times 100 steps of logistic regression on 1,000 × 20 as requests to workerd and here, in turn: `node speed.mjs BUNDLE
 * MINIFLARE`. Prints the shortest of both in milliseconds, which
 * a busy machine changes least.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, path, project] = process.argv.slice(2);
const { Miniflare } = createRequire(import.meta.url)(path);
const { train } = await import(pathToFileURL(join(project, 'train.mjs')).href);
const files = readdirSync(folder);
const miniflare = new Miniflare({
  modules: [
    {
      type: 'ESModule',
      path: join(
        folder,
        files.find((name) => name.endsWith('.js')),
      ),
    },
    ...files
      .filter((name) => name.endsWith('.wasm'))
      .map((name) => ({ type: 'CompiledWasm', path: join(folder, name) })),
  ],
  modulesRoot: folder,
  compatibilityDate: '2026-01-01',
});
const times = { workerd: [], node: [] };
try {
  for (let i = 0; i < 60; i++) {
    let start = performance.now();
    const response = await miniflare.dispatchFetch('http://speed/');
    const there = await response.text();
    times.workerd.push(performance.now() - start);
    start = performance.now();
    const here = String(await train());
    times.node.push(performance.now() - start);
    if (there !== here) throw new Error(`workerd has a loss of ${there}, Node of ${here}`);
  }
} finally {
  await miniflare.dispose();
}
console.log(JSON.stringify({ workerd: Math.min(...times.workerd), node: Math.min(...times.node) }));
