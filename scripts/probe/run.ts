/**
 * Packs the package, installs it into an empty project, and runs probe.mjs there in every runtime that the package is
 * for; all must print the same hashes. A runtime that did not run has failed. Ends with `N passed, N failed`, one for
 * each part in each runtime. `--local`: only this Node, where the others have no binaries.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { installed } from '../pack.ts';
import { MINIFLARE, NODE_26, node26, noNode26, npx } from '../runtimes.ts';

type Hashes = Readonly<Record<string, string>>;

const source = fileURLToPath(new URL('../../../scripts/probe/', import.meta.url));

const programs: Record<string, string> = {
  'import.mjs': `import * as downhill from 'downhill';
import { probe } from './probe.mjs';
console.log(JSON.stringify(await probe(downhill)));`,
  'require.cjs': `const downhill = require('downhill');
import('./probe.mjs').then(async ({ probe }) => console.log(JSON.stringify(await probe(downhill))));`,
  'worker.mjs': `import * as downhill from 'downhill';
import { probe } from './probe.mjs';
export default {
  async fetch() {
    try {
      return Response.json(await probe(downhill));
    } catch (error) {
      return new Response(String(error?.stack), { status: 500 });
    }
  },
};`,
};

/** The worker as a tool such as wrangler makes it: the conditions of workerd, the module beside the script. */
async function workerd(project: string): Promise<string> {
  const folder = join(project, 'worker');
  mkdirSync(folder);
  await build({
    entryPoints: [join(project, 'worker.mjs')],
    outfile: join(folder, 'worker.js'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    // A .wasm file is a module of its own for workerd.
    external: ['*.wasm'],
    logLevel: 'error',
  });
  cpSync(join(project, 'node_modules/downhill/dist/wasm/strict.wasm'), join(folder, 'strict.wasm'));
  return npx([NODE_26, MINIFLARE], `node ${JSON.stringify(join(source, 'workerd.mjs'))} ${JSON.stringify(folder)}`);
}

const project = mkdtempSync(join(tmpdir(), 'downhill-probe-'));
const local = process.argv.includes('--local');
let passed = 0;
let failed = 0;
try {
  installed(project);
  for (const name of ['probe.mjs', 'optimizers.mjs']) cpSync(join(source, name), join(project, name));
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(project, name), text);

  const run = (node: string, file: string): string =>
    execFileSync(node, [file], { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const runtimes: Record<string, () => string | Promise<string>> = {
    [`Node ${process.versions.node}, import`]: () => run(process.execPath, 'import.mjs'),
    [`Node ${process.versions.node}, require`]: () => run(process.execPath, 'require.cjs'),
    ...(!local && {
      'Node 26, import': () => run(node26(), 'import.mjs'),
      'Node 26, require': () => run(node26(), 'require.cjs'),
      workerd: () => workerd(project),
    }),
  };

  const results = new Map<string, Hashes | undefined>();
  for (const [name, start] of Object.entries(runtimes)) {
    const from = performance.now();
    let hashes: Hashes | undefined;
    let note = '';
    try {
      hashes = JSON.parse(await start());
    } catch (error) {
      note = `: ${noNode26() ?? (error as Error).message}`;
    }
    console.log(`${hashes ? 'ran' : 'not run'} ${name}${note} (${((performance.now() - from) / 1000).toFixed(1)} s)`);
    results.set(name, hashes);
  }

  // The first runtime that ran says what the others must print.
  const reference = [...results.values()].find((hashes) => hashes !== undefined) ?? {};
  const names = [...results.keys()];
  const width = Math.max(...Object.keys(reference).map((part) => part.length), 4) + 2;
  console.log(`\n${'part'.padEnd(width)}${names.map((name) => name.padEnd(24)).join('')}`);
  for (const [part, expected] of Object.entries(reference)) {
    const cells = names.map((name) => {
      const hash = results.get(name)?.[part];
      if (hash === expected) passed++;
      else failed++;
      return `${hash ?? '-'}${hash === expected ? '' : ' differs'}`.padEnd(24);
    });
    console.log(part.padEnd(width) + cells.join(''));
  }
  if (passed === 0) failed++;
} finally {
  rmSync(project, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
