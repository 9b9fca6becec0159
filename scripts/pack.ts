/** The package as it would be published. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What npm prints. */
export const npm = (args: string[], cwd: string): string =>
  execFileSync('npm', [...args, '--ignore-scripts', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });

/** What `npm pack` says of the tarball: names relative to the package, and sizes. */
export interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** The content of the tarball, without writing it. The build must be up to date. */
export function contents(): Packed {
  return JSON.parse(npm(['pack', '--dry-run', '--json'], root))[0];
}

/** Writes the tarball into `folder`; returns its path. The build must be up to date. */
export function packed(folder: string): string {
  const [{ filename }] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder], root)) as [Packed];
  return join(folder, filename);
}

/** Makes an empty project of `folder` and installs the tarball there. The build must be up to date. */
export function installed(folder: string): void {
  const tarball = packed(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  npm(['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], folder);
  rmSync(tarball);
}
