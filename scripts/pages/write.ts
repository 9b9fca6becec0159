/**
 * The pages of docs/reference: one for every loss, penalty, constraint, metric, schedule and optimizer, and what goes around one, from the comments in src/ and the
 * tables of options. Nothing is written while a part is missing.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Catalogue, catalogue, type Entry } from './catalogue.ts';
import { findFunction } from './comments.ts';
import { versionsText } from './others.ts';
import { line, missing, type Picture, page } from './page.ts';
import { pathPicture } from './paths.ts';
import { picture } from './plots.ts';
import { schedulePicture } from './schedules.ts';

export const FOLDER = 'docs/reference';

function draw({ library, Plateau }: Catalogue, entry: Entry): Picture | undefined {
  if (entry.section === 'schedules') return schedulePicture(library, Plateau, entry.name);
  if (entry.section === 'optimizers') return pathPicture(library, entry.name);
  const svg = entry.row && picture(library, entry);
  return svg ? { svg, caption: `value and gradient of ${entry.name}` } : undefined;
}

/** Texts of all pages and pictures by path within the folder. */
export async function pages(): Promise<Map<string, string>> {
  const all = await catalogue();
  const { library, sections } = all;
  const files = new Map<string, string>();
  const lacks: string[] = [];
  const index = [
    '<!-- Written by npm run pages. -->',
    '# Losses, penalties, metrics, schedules and optimizers',
    'A page each: formula, defaults beside those of PyTorch, Keras and scikit-learn or optax, when to use it and when not, source, ' +
      'an example. ' +
      'What they have in common: [conventions](../conventions.md). Curves are drawn from what `lossAndGradient` and `rates` return, paths are runs of `minimize`.',
    `Defaults elsewhere are read from the sources of ${versionsText()}: \`docs/other-defaults.json\`.`,
  ];
  for (const section of sections) {
    const rows = ['| | |', '| --- | --- |'];
    for (const entry of section.entries) {
      const declaration = findFunction(section.sources, entry.name);
      const wanting = missing(entry, declaration, section.sources);
      if (wanting.length > 0 || !declaration) {
        lacks.push(...wanting.map((what) => `${section.name}: ${entry.name} lacks ${what}`));
        continue;
      }
      const drawn = draw(all, entry);
      if (drawn) files.set(`${section.name}/${entry.name}.svg`, drawn.svg);
      files.set(
        `${section.name}/${entry.name}.md`,
        page({ entry, declaration, sources: section.sources, library, picture: drawn }),
      );
      rows.push(line(entry, declaration));
    }
    index.push(`## ${section.title}`, rows.join('\n'));
  }
  if (lacks.length > 0) throw new Error(lacks.join('\n'));
  files.set('README.md', `${index.join('\n\n')}\n`);
  return files;
}

/** What lies in the folder, by path within it. */
export function written(): Map<string, string> {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
  return new Map(
    names.map((name) => [name.replace(/\\/g, '/'), readFileSync(join(FOLDER, name), 'utf8').replace(/\r\n/g, '\n')]),
  );
}

export async function write(): Promise<void> {
  const files = await pages();
  rmSync(FOLDER, { recursive: true, force: true });
  for (const [name, text] of files) {
    mkdirSync(dirname(join(FOLDER, name)), { recursive: true });
    writeFileSync(join(FOLDER, name), text);
  }
  console.log(`${FOLDER}: ${files.size} files`);
}
