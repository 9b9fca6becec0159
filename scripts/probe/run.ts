/**
 * Packs the package, installs it into an empty project, and runs probe.mjs there in every runtime that the package is
 * for; all must print the same hashes, and the fast module must run, or say why not. A runtime that did not run has failed.
 * Ends with `N passed, N failed`, one for each part in each runtime. `--local`: only this Node, where the others have no
 * binaries.
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

interface Report {
  readonly hashes: Hashes;
  /** What became of the fast module. */
  readonly fast: string;
}

const RUNS = 'runs';
const REFUSED = 'ERR_UNSUPPORTED, strict instead';
/** Relaxed SIMD is there from Node 22 on. */
const here = Number(process.versions.node.split('.')[0]) < 22 ? REFUSED : RUNS;

const source = fileURLToPath(new URL('../../../scripts/probe/', import.meta.url));

const run = `const report = async () => ({ fast: probeFast(downhill, fast), hashes: await probe(downhill) });`;

const programs: Record<string, string> = {
  'import.mjs': `import * as downhill from 'downhill';
import * as fast from 'downhill/fast';
import { probeFast } from './fast.mjs';
import { probe } from './probe.mjs';
${run}
console.log(JSON.stringify(await report()));`,
  'require.cjs': `const downhill = require('downhill');
const fast = require('downhill/fast');
Promise.all([import('./fast.mjs'), import('./probe.mjs')]).then(async ([{ probeFast }, { probe }]) => {
  ${run}
  console.log(JSON.stringify(await report()));
});`,
  'worker.mjs': `import * as downhill from 'downhill';
import * as fast from 'downhill/fast';
import { probeFast } from './fast.mjs';
import { probe } from './probe.mjs';
${run}
export default {
  async fetch() {
    try {
      return Response.json(await report());
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
  for (const name of ['strict.wasm', 'fast.wasm']) {
    cpSync(join(project, 'node_modules/downhill/dist/wasm', name), join(folder, name));
  }
  return npx([NODE_26, MINIFLARE], `node ${JSON.stringify(join(source, 'workerd.mjs'))} ${JSON.stringify(folder)}`);
}

const project = mkdtempSync(join(tmpdir(), 'downhill-probe-'));
const local = process.argv.includes('--local');
let passed = 0;
let failed = 0;
try {
  installed(project);
  for (const name of ['probe.mjs', 'optimizers.mjs', 'fast.mjs']) cpSync(join(source, name), join(project, name));
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(project, name), text);

  const runFile = (node: string, file: string): string =>
    execFileSync(node, [file], { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const runtimes: Record<string, () => string | Promise<string>> = {
    [`Node ${process.versions.node}, import`]: () => runFile(process.execPath, 'import.mjs'),
    [`Node ${process.versions.node}, require`]: () => runFile(process.execPath, 'require.cjs'),
    ...(!local && {
      'Node 26, import': () => runFile(node26(), 'import.mjs'),
      'Node 26, require': () => runFile(node26(), 'require.cjs'),
      workerd: () => workerd(project),
    }),
  };

  const results = new Map<string, Report | undefined>();
  for (const [name, start] of Object.entries(runtimes)) {
    const from = performance.now();
    let report: Report | undefined;
    let note = '';
    try {
      report = JSON.parse(await start());
    } catch (error) {
      note = `: ${noNode26() ?? (error as Error).message}`;
    }
    console.log(`${report ? 'ran' : 'not run'} ${name}${note} (${((performance.now() - from) / 1000).toFixed(1)} s)`);
    results.set(name, report);
  }

  // The first runtime that ran says what the others must print.
  const reference = [...results.values()].find((report) => report !== undefined)?.hashes ?? {};
  const names = [...results.keys()];
  const width = Math.max(...Object.keys(reference).map((part) => part.length), 4) + 2;
  console.log(`\n${'part'.padEnd(width)}${names.map((name) => name.padEnd(24)).join('')}`);
  for (const [part, expected] of Object.entries(reference)) {
    const cells = names.map((name) => {
      const hash = results.get(name)?.hashes[part];
      if (hash === expected) passed++;
      else failed++;
      return `${hash ?? '-'}${hash === expected ? '' : ' differs'}`.padEnd(24);
    });
    console.log(part.padEnd(width) + cells.join(''));
  }
  console.log('\nfast module');
  for (const [name, report] of results) {
    const wanted = name.startsWith(`Node ${process.versions.node}`) ? here : RUNS;
    if (report?.fast === wanted) passed++;
    else failed++;
    console.log(`${name.padEnd(24)}${report?.fast ?? '-'}${report?.fast === wanted ? '' : `, expected: ${wanted}`}`);
  }
  if (passed === 0) failed++;
} finally {
  rmSync(project, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
