/** Bundles examples/browser, as any bundler would, and serves it: `npm run browser`. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { root } from './runtimes.ts';
import { type Site, serve } from './serve.ts';

/** Builds it from what `tsc` made of it; returns where it lies. */
export async function bundleExample(): Promise<string> {
  const folder = join(root, 'build/site');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: ['page', 'worker'].map((name) => join(root, `build/examples/browser/${name}.js`)),
    outdir: folder,
    alias: { downhill: join(root, 'dist/index.js') },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    tsconfigRaw: {},
    logLevel: 'error',
  });
  for (const name of ['index.html', 'style.css']) cpSync(join(root, 'examples/browser', name), join(folder, name));
  return folder;
}

/** Under a policy that allows what is needed and nothing else. */
export async function serveExample(): Promise<Site> {
  return serve(await bundleExample(), { strict: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serveExample();
  console.log(`${url}/strict/index.html`);
}
