/**
 * Makes a release in build/release: tarball, bill of materials, notes with the hashes. Runs everything that must hold
 * first and stops at the first thing that does not: a changed work tree, a tag that is there, a changelog without the
 * version, `.ci/run`, which has the package looked at, the module built by Node 20 and 26 and every runtime run.
 * Publishes nothing: that is the last line it prints.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packed } from './pack.ts';
import { billOfMaterials, changes, description, sha256 } from './release-files.ts';
import { output, root } from './runtimes.ts';

const { version } = description;

function must(name: string, holds: boolean): void {
  if (!holds) {
    console.error(`no release: ${name}`);
    process.exit(1);
  }
  console.log(`ok   ${name}`);
}

const git = (...args: string[]): string => output('git', args, { cwd: root }).trim();

must(`${version} is a version`, /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
must('nothing is changed in the work tree', git('status', '--porcelain') === '');
must(`there is no tag v${version} yet`, git('tag', '--list', `v${version}`) === '');
const notes = changes(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);
must('.ci/run passes', spawnSync('bash', ['.ci/run'], { cwd: root, stdio: 'inherit' }).status === 0);
must('it changed nothing', git('status', '--porcelain') === '');

const folder = join(root, 'build/release');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const tarball = packed(folder);
writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(), null, 2)}\n`);
writeFileSync(
  join(folder, 'notes.md'),
  `${notes}\n\nsha256 of dist/wasm/strict.wasm, built alike by Node 20 and 26: \`${sha256(join(root, 'dist/wasm/strict.wasm'))}\`\n` +
    `sha256 of ${basename(tarball)}: \`${sha256(tarball)}\`\n`,
);
console.log(`git tag v${version} && git push origin v${version} && npm publish ${tarball} --provenance`);
