/** An empty project with the packed package and the programs that probe it. */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { installed } from '../pack.ts';
import { root } from '../runtimes.ts';

export const source = join(root, 'scripts/probe');

const programs: Record<string, string> = {
  'import.mjs': `import * as downhill from 'downhill';
import * as fast from 'downhill/fast';
import { probe } from './probe.mjs';
import { where } from './where.mjs';
console.log(JSON.stringify({ version: where(), hashes: await probe(downhill, fast) }));`,
  'require.cjs': `const downhill = require('downhill');
const fast = require('downhill/fast');
Promise.all([import('./probe.mjs'), import('./where.mjs')]).then(async ([{ probe }, { where }]) =>
  console.log(JSON.stringify({ version: where(), hashes: await probe(downhill, fast) })));`,
  'worker.mjs': `import * as downhill from 'downhill';
import * as fast from 'downhill/fast';
import { probe } from './probe.mjs';
export default {
  async fetch() {
    try {
      return Response.json({ hashes: await probe(downhill, fast) });
    } catch (error) {
      return new Response(String(error?.stack), { status: 500 });
    }
  },
};`,
  'wrangler.json': JSON.stringify({ name: 'probe', main: 'worker.mjs', compatibility_date: '2026-01-01' }),
};

const pages: Record<string, string> = {
  'page.html': '<!doctype html><meta charset="utf-8"><script type="module" src="page.js"></script>',
  'worker.html': '<!doctype html><meta charset="utf-8"><script type="module" src="start.js"></script>',
  'responsive.html': '<!doctype html><meta charset="utf-8"><script type="module" src="responsive.js"></script>',
  'refused.html': '<!doctype html><meta charset="utf-8"><script type="module" src="refused.js"></script>',
  'start.js': `new Worker('page.js', { type: 'module' }).onerror = ({ message }) =>
  fetch('/result', { method: 'POST', body: JSON.stringify({ error: message }) });`,
};

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/** The probe itself. */
export function copyProbe(folder: string): void {
  for (const name of readdirSync(source)) if (name.endsWith('.mjs')) cpSync(join(source, name), join(folder, name));
}

/** Fills a folder that is empty. */
export function makeProject(folder: string): void {
  installed(folder);
  copyProbe(folder);
  write(folder, programs);
}

/** What a server has for browsers: the programs bundled, and the pages around them. */
export async function makeSite(project: string): Promise<string> {
  const site = join(project, 'site');
  mkdirSync(site);
  await build({
    entryPoints: ['page', 'refused', 'responsive'].map((name) => join(project, `${name}.mjs`)),
    outdir: site,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  });
  write(site, pages);
  return site;
}
