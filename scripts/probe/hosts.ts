/** The runtimes, and how the probe gets into each. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { browsers } from '../browsers.ts';
import { binary, type Major, node, outputLater, requireTool, script } from '../runtimes.ts';
import type { Site } from '../serve.ts';
import { source } from './project.ts';

export interface Ran {
  readonly version: string;
  readonly hashes: Readonly<Record<string, string>>;
}

export interface Context {
  readonly project: string;
  readonly site: Site;
}

/** Gives the hashes. @throws where the runtime cannot be had, or the probe fails in it. */
export type Host = (context: Context) => Promise<Ran>;

/** What the content security policies of the pages are; the first allows WebAssembly. */
export const policies = {
  allowed: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  forbidden: "default-src 'self'",
};

/** Seconds that a page may take. */
const PATIENCE = 300;

const run = async (command: string, args: string[], { project }: Context): Promise<Ran> =>
  JSON.parse(await outputLater(command, args, project));

/** A bundle and its modules in workerd. */
export async function miniflare(bundle: string, context: Context): Promise<Ran> {
  const { hashes } = await run(
    node(26),
    [join(source, 'workerd.mjs'), bundle, script('workerd', 'miniflare')],
    context,
  );
  return { hashes, version: requireTool('workerd', 'workerd/package.json').version };
}

/** Bundled by wrangler as for a deployment. */
async function workerd(context: Context): Promise<Ran> {
  const { project } = context;
  const bundle = join(project, 'bundle');
  mkdirSync(bundle, { recursive: true });
  const wrangler = script('workerd', 'wrangler/bin/wrangler.js');
  await outputLater(node(26), [wrangler, 'deploy', '--dry-run', '--outdir', bundle], project);
  return miniflare(bundle, context);
}

/** Opens a page and waits for what it posts. */
export async function visit(
  browser: keyof typeof browsers,
  path: string,
  { site }: Context,
): Promise<[string, string]> {
  const opened = await browsers[browser]();
  try {
    const posted = site.posted(PATIENCE);
    await opened.open(`${site.url}/${path}`);
    return [opened.version, await posted];
  } finally {
    await opened.close();
  }
}

export function page(browser: keyof typeof browsers, path: string): Host {
  return async (context) => {
    const [version, text] = await visit(browser, path, context);
    const { error, hashes, worker } = JSON.parse(text);
    if (error) throw new Error(error);
    if (worker !== path.startsWith('worker')) throw new Error(`${path} did not run where it should`);
    return { version, hashes };
  };
}

const nodes = ([20, 22, 24, 26] as Major[]).flatMap((major): [string, Host][] => [
  [`Node ${major}, import`, (context) => run(node(major), ['import.mjs'], context)],
  [`Node ${major}, require`, (context) => run(node(major), ['require.cjs'], context)],
]);

const bun = (): string => binary('bun', '@oven', 'bin/bun', 'bin/bun.exe');

export const hosts: Readonly<Record<string, Host>> = {
  ...Object.fromEntries(nodes),
  'Deno 2': (context) => run(binary('deno', '@deno', 'deno'), ['run', '--allow-read', 'import.mjs'], context),
  'Bun 1, import': (context) => run(bun(), ['import.mjs'], context),
  'Bun 1, require': (context) => run(bun(), ['require.cjs'], context),
  'wrangler, workerd': workerd,
  'Chromium, page': page('chromium', 'page.html'),
  'Chromium, worker': page('chromium', 'worker.html'),
  'Chromium, page with a policy': page('chromium', 'allowed/page.html'),
  'Firefox, page': page('firefox', 'page.html'),
  'Firefox, worker': page('firefox', 'worker.html'),
  'WebKit, page': page('webkit', 'page.html'),
};
