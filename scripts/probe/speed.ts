/** A request to workerd that trains takes at most twice what it takes in Node. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { node, outputLater, script } from '../runtimes.ts';
import type { Context } from './hosts.ts';
import { source } from './project.ts';

const LIMIT = 2;

const train = `import { logisticRegression, matrix } from 'downhill';
const [rows, columns] = [1000, 20];
const x = Float64Array.from({ length: rows * columns }, (_, i) => ((i * 7919) % 1009) / 1009);
const y = Float64Array.from({ length: rows }, (_, i) => (x[20 * i] + ((i * 31) % 17) / 17 > 1 ? 1 : 0));
export async function train() {
  const { history } = await logisticRegression().fit(matrix(x, rows, columns), y, { maxSteps: 100, tolerance: 0 });
  return history.at(-1).loss;
}
`;

/** @throws if it takes longer. */
export async function checkSpeed({ project }: Context): Promise<string> {
  const bundle = join(project, 'speed');
  mkdirSync(bundle, { recursive: true });
  writeFileSync(join(project, 'train.mjs'), train);
  writeFileSync(
    join(project, 'speed.mjs'),
    `import { train } from './train.mjs';\nexport default { fetch: async () => new Response(String(await train())) };\n`,
  );
  const wrangler = script('workerd', 'wrangler/bin/wrangler.js');
  const args = ['deploy', 'speed.mjs', '--name', 'speed', '--compatibility-date', '2026-01-01'];
  await outputLater(node(26), [wrangler, ...args, '--dry-run', '--outdir', bundle], project);
  const probe = [join(source, 'speed.mjs'), bundle, script('workerd', 'miniflare'), project];
  const times = JSON.parse(await outputLater(node(26), probe, project)) as { workerd: number; node: number };
  const said = `${times.workerd.toFixed(1)} ms, in Node ${times.node.toFixed(1)} ms`;
  if (times.workerd > LIMIT * times.node) throw new Error(said);
  return said;
}
