/**
 * The example of the edge in workerd: `node edge.mjs FOLDER MINIFLARE STORAGE ROUNDS`, the folder with the bundle. Prints
 * what a learning model answers, before and after the worker has started anew, and how long requests took that train.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, path, storage] = process.argv.slice(2);
const { Miniflare } = createRequire(import.meta.url)(path);

/** Rows of two classes, in order. */
export function rows(from, count) {
  const x = Array.from({ length: count }, (_, i) => {
    const n = from + i;
    return [
      ((n * 7919) % 101) / 101,
      ((n * 104729) % 103) / 103,
      ((n * 1299709) % 107) / 107,
      ((n * 15485863) % 109) / 109,
    ];
  });
  return { x, y: x.map(([a, b, c]) => (a + b > 2 * c ? 1 : 0)) };
}

function start() {
  const files = readdirSync(folder);
  return new Miniflare({
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
    bindings: { WORK: 640 },
    durableObjects: { MODEL: { className: 'ModelKeeper', useSQLite: true } },
    durableObjectsPersist: storage,
  });
}

async function ask(miniflare, path, body) {
  const init = body && { method: 'POST', body: JSON.stringify(body) };
  const response = await miniflare.dispatchFetch(`http://edge${path}`, init);
  return { status: response.status, ...(await response.json()) };
}

const answers = {};
let miniflare = start();
try {
  answers.early = await ask(miniflare, '/predict', rows(0, 1));
  answers.first = await ask(miniflare, '/train', rows(0, 320));
  answers.second = await ask(miniflare, '/train', rows(320, 160));
  answers.wrong = await ask(miniflare, '/train', { x: [[1, 2, 3]], y: [0] });
  answers.third = await ask(miniflare, '/train', { x: [], y: [] });
  answers.predicted = await ask(miniflare, '/predict', rows(500, 20));
  await miniflare.dispose();
  miniflare = start();
  answers.state = await ask(miniflare, '/');
  answers.again = await ask(miniflare, '/predict', rows(500, 20));
} finally {
  await miniflare.dispose();
}
console.log(JSON.stringify(answers));
