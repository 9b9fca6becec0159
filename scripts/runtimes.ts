/** Other runtimes and tools, fetched where they are needed, in exact versions: none of them is a dependency. */
import { type ExecFileSyncOptions, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the package is: the parent of build/. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const NODES = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' };

export type Major = keyof typeof NODES;

const TOOLS = {
  deno: ['deno@2.9.6'],
  bun: ['bun@1.4.5'],
  workerd: ['wrangler@4.116.0', 'miniflare@4.20260730.0'],
  browsers: ['playwright-core@1.65.1', 'puppeteer-core@24.43.1'],
  rollup: ['rollup@4.68.8', '@rollup/plugin-node-resolve@16.0.3'],
  webpack: ['webpack@5.112.2'],
  vite: ['vite@8.3.8'],
  next: ['next@16.4.6', 'react@19.2.8', 'react-dom@19.2.8'],
  publint: ['publint@0.3.25'],
  types: ['@arethetypeswrong/cli@0.18.5'],
  onnxruntime: ['onnxruntime-web@1.30.0'],
  hub: ['@huggingface/hub@2.17.5'],
  'typescript-5.9': ['typescript@5.9.3'],
  'typescript-6': ['typescript@6.0.3'],
};

export type Tool = keyof typeof TOOLS;

/** A runtime or tool cannot be had on this machine. */
export class Missing extends Error {}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const shell = process.platform === 'win32';

/** What a program printed. @throws with that, where it fails: errors of npm and of bundlers are in it. */
export function output(command: string, args: string[], options: ExecFileSyncOptions = {}): string {
  try {
    return execFileSync(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 2 ** 26,
      ...options,
    }).toString();
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    const said = `${stdout ?? ''}${stderr ?? ''}`.trim();
    throw new Error(`${command} ${args.join(' ')}: ${said.slice(-2000) || (error as Error).message}`, { cause: error });
  }
}

/** Starts a program. */
export function start(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  return spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The same as `output` without waiting in place, so that this process can serve what the program asks for. */
export function outputLater(
  command: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = start(command, args, cwd, env);
    let [said, complained] = ['', ''];
    child.stdout.on('data', (data) => (said += data));
    child.stderr.on('data', (data) => (complained += data));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(said);
      else reject(new Error(`${command} ${args.join(' ')}: ${(said + complained).trim().slice(-2000)}`));
    });
  });
}

/** The version that is used of a package. */
export function version(name: Tool): string {
  return TOOLS[name][0]!.replace(/^.+@/, '');
}

/** What fails here is missing. */
function attempt<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw new Missing((error as Error).message, { cause: error });
  }
}

/** The folder whose node_modules holds a tool. It stays, so that it is fetched once. */
export function tools(name: Tool): string {
  const cache = join(root, 'node_modules/.cache/downhill');
  const folder = join(cache, TOOLS[name].join('+').replaceAll('/', '-'));
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'new-'));
  writeFileSync(join(fresh, 'package.json'), '{ "private": true }');
  attempt(() =>
    output(npm, ['install', '--no-audit', '--no-fund', '--loglevel=error', ...TOOLS[name]], { cwd: fresh, shell }),
  );
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Somebody else was faster.
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Installs a tool and more into a project. */
export function install(folder: string, name: Tool, ...more: string[]): void {
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', ...TOOLS[name], ...more];
  attempt(() => output(npm, args, { cwd: folder, shell }));
}

/** A tool as a module. */
// biome-ignore lint/suspicious/noExplicitAny: its types are not installed
export function requireTool(tool: Tool, name: string): any {
  return createRequire(join(tools(tool), '_.js'))(name);
}

/** The script of a tool. */
export function script(tool: Tool, path: string): string {
  return join(tools(tool), 'node_modules', path);
}

/**
 * A binary that lies in a package for this platform, of which several may be installed, or where the install script of
 * the tool has put it.
 */
export function binary(tool: Tool, scope: string, path: string, moved = path): string {
  const packages = join(tools(tool), 'node_modules', scope);
  for (const name of readdirSync(packages)) {
    const file = join(packages, name, path);
    if (existsSync(file)) return file;
  }
  const file = script(tool, join(tool, moved));
  if (existsSync(file)) return file;
  throw new Missing(`${scope} has no ${path} for ${process.platform} ${process.arch}`);
}

const nodes = new Map<Major, string>();

/** The path of a Node, which the npm package of this platform holds. @throws if there is none. */
export function node(major: Major): string {
  let path = nodes.get(major);
  if (path === undefined) {
    if (process.versions.node.startsWith(`${major}.`)) path = process.execPath;
    else {
      const platform = process.platform === 'win32' ? 'win' : process.platform;
      const name = `node-${platform}-${process.arch}@${NODES[major]}`;
      const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
      path = attempt(() => output(npx, ['-y', '-p', name, '-c', 'node -p process.execPath'], { shell }).trim());
    }
    nodes.set(major, path);
  }
  return path;
}
