/** Bundlers, each with the probe as its app, without plug-ins of its own for the package, and where the result runs. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { packed } from '../pack.ts';
import { install, node, outputLater, requireTool, root, script, start, version } from '../runtimes.ts';
import { type Context, type Host, miniflare, page, type Ran } from './hosts.ts';
import { copyProbe } from './project.ts';

/** The flags that the README names for workerd. */
async function esbuildWorkerd(context: Context): Promise<Ran> {
  const outdir = join(context.project, 'esbuild');
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/esbuild/package.json'), 'utf8'));
  await build({
    entryPoints: [join(context.project, 'worker.mjs')],
    outdir,
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    loader: { '.wasm': 'copy' },
    logLevel: 'error',
  });
  return { ...(await miniflare(outdir, context)), version };
}

async function rollup({ project }: Context): Promise<Ran> {
  const file = join(project, 'rollup.mjs');
  const { rollup } = requireTool('rollup', 'rollup');
  // It finds no package without this one.
  const { nodeResolve } = requireTool('rollup', '@rollup/plugin-node-resolve');
  const bundle = await rollup({ input: join(project, 'import.mjs'), plugins: [nodeResolve()] });
  await bundle.write({ file, format: 'es', inlineDynamicImports: true });
  await bundle.close();
  // Nothing may be left that would be found beside it.
  if (/from ['"]/.test(readFileSync(file, 'utf8'))) throw new Error('rollup left imports');
  const { hashes } = JSON.parse(await outputLater(process.execPath, [file], project));
  return { version: version('rollup'), hashes };
}

async function webpack(context: Context): Promise<Ran> {
  const path = join(context.project, 'site/webpack');
  await new Promise<void>((resolve, reject) => {
    requireTool('webpack', 'webpack')(
      { mode: 'production', context: context.project, entry: './page.mjs', output: { path, filename: 'page.js' } },
      // biome-ignore lint/suspicious/noExplicitAny: its types are not installed
      (error: Error | null, stats: any) => {
        if (error) reject(error);
        else if (stats.hasErrors()) reject(new Error(stats.toString({ all: false, errors: true })));
        else resolve();
      },
    );
  });
  cpSync(join(context.project, 'site/page.html'), join(path, 'page.html'));
  const { hashes } = await page('chromium', 'webpack/page.html')(context);
  return { version: version('webpack'), hashes };
}

async function vite(context: Context): Promise<Ran> {
  const folder = join(context.project, 'vite');
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.html'), '<!doctype html><script type="module" src="../page.mjs"></script>');
  const outDir = join(context.project, 'site/vite');
  const args = ['build', folder, '--outDir', outDir, '--base', './', '--logLevel', 'error', '--emptyOutDir'];
  await outputLater(process.execPath, [script('vite', 'vite/bin/vite.js'), ...args], context.project);
  const { hashes } = await page('chromium', 'vite/index.html')(context);
  return { version: version('vite'), hashes };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const route = (runtime: string): string => `import * as downhill from 'downhill';
import * as fast from 'downhill/fast';
import { probe } from '../../probe.mjs';
export const runtime = '${runtime}';
export const dynamic = 'force-dynamic';
export async function GET() {
  return Response.json({ edge: typeof EdgeRuntime === 'string', hashes: await probe(downhill, fast) });
}
`;

/** A project of Next with a route on the edge and one on Node, built and started. */
async function next(context: Context): Promise<Record<string, Ran>> {
  // Beside the other project: Next takes the outermost lock file for the root.
  const folder = join(context.project, '../next');
  mkdirSync(join(folder, 'app'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  copyProbe(folder);
  install(folder, 'next', packed(folder));
  const layout = 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;\n';
  writeFileSync(join(folder, 'app/layout.jsx'), layout);
  for (const [name, runtime] of [
    ['edge', 'edge'],
    ['node', 'nodejs'],
  ]) {
    mkdirSync(join(folder, 'app', name!));
    writeFileSync(join(folder, 'app', name!, 'route.js'), route(runtime!));
  }
  // It compiles all that is imported when it starts, the fast module too, which Node 20 cannot.
  const bin = join(folder, 'node_modules/next/dist/bin/next');
  await outputLater(node(26), [bin, 'build'], folder, { NEXT_TELEMETRY_DISABLED: '1' });
  const port = await freePort();
  const server = start(node(26), [bin, 'start', '-p', String(port)], folder, { NEXT_TELEMETRY_DISABLED: '1' });
  try {
    const found: Record<string, Ran> = {};
    for (const name of ['edge', 'node']) {
      let response: Response | undefined;
      for (let tries = 0; !response; tries++) {
        response = await fetch(`http://127.0.0.1:${port}/${name}`).catch((error) => {
          if (tries > 100) throw error;
          return undefined;
        });
        if (!response) await wait(100);
      }
      if (!response.ok) throw new Error(`Next, ${name}: ${response.status} ${(await response.text()).slice(0, 500)}`);
      const { edge, hashes } = (await response.json()) as { edge: boolean; hashes: Ran['hashes'] };
      if (edge !== (name === 'edge')) throw new Error(`Next ran the route ${name} in the other runtime`);
      found[name] = { version: version('next'), hashes };
    }
    return found;
  } finally {
    server.kill();
  }
}

let built: Promise<Record<string, Ran>> | undefined;

const nextRoute =
  (name: string): Host =>
  async (context) => {
    built ??= next(context);
    return (await built)[name]!;
  };

export const bundlers: Readonly<Record<string, Host>> = {
  'esbuild, workerd': esbuildWorkerd,
  'rollup, Node': rollup,
  'webpack 5, Chromium': webpack,
  'Vite 8, Chromium': vite,
  'Next, edge route': nextRoute('edge'),
  'Next, Node route': nextRoute('node'),
};
