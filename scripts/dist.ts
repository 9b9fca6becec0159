/**
 * Lays out the package: one script for everything (a file each would cost a process some 20 ms), the module beside it for
 * each kind of host, and the declarations. Everything else in dist/ is removed.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const common = {
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  sourcesContent: false,
  tsconfigRaw: {},
  logLevel: 'warning',
} as const;

export async function dist(wasm: Uint8Array): Promise<void> {
  rmSync('dist', { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: ['build/lib/index.js'],
    outfile: 'dist/index.js',
    external: ['#wasm', '@assemblyscript/loader'],
    sourcemap: true,
  });
  await build({ ...common, entryPoints: ['build/lib/wasm/inline.js'], outfile: 'dist/wasm/inline.js' });
  for (const host of ['workerd', 'edge']) cpSync(`build/lib/wasm/${host}.js`, `dist/wasm/${host}.js`);
  writeFileSync('dist/wasm/strict.wasm', wasm);
  for (const name of readdirSync('build/lib', { recursive: true, encoding: 'utf8' })) {
    if (!/\.d\.ts(\.map)?$/.test(name) || /^wasm\b/.test(name)) continue;
    const target = join('dist', name);
    mkdirSync(dirname(target), { recursive: true });
    const text = readFileSync(join('build/lib', name), 'utf8');
    // Maps lie one folder deeper in build/lib than in dist.
    writeFileSync(target, name.endsWith('.map') ? text.replace('"../', '"') : text);
  }
}
