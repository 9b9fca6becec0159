/** What goes with a release beside the tarball. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './pack.ts';
import { root } from './runtimes.ts';

export interface Bill {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly { readonly name: string; readonly version: string }[];
}

export const description: { readonly name: string; readonly version: string } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);

/** The bill of materials of what users install, in CycloneDX. */
export function billOfMaterials(): Bill {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'];
  const bill = JSON.parse(npm(args, root)) as Bill;
  // npm names the package after the folder it lies in.
  const component = { ...bill.metadata.component, name: description.name };
  return { ...bill, metadata: { ...bill.metadata, component } };
}

export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** What the changelog says of a version. @throws if it says nothing. */
export function changes(changelog: string, version: string): string {
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((text) => text.split(/\s/)[0]!.replace(/[[\]]/g, '') === version);
  const text = section?.slice(section.indexOf('\n')).trim();
  if (/^.*unreleased/i.test(section ?? '')) throw new Error(`CHANGELOG.md has ${version} as unreleased`);
  if (!text) throw new Error(`CHANGELOG.md says nothing of ${version}`);
  return text;
}
