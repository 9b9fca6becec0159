/** The example of the edge: built by wrangler, asked in miniflare, against the same steps here. */
import { deepStrictEqual, match } from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { node, outputLater, root, script } from '../runtimes.ts';
import type { Context } from './hosts.ts';
import { source } from './project.ts';

/** The rows of edge.mjs. */
const here = `
import { logisticRegression, sgd } from 'downhill';
const rows = (from, count) => {
  const x = Array.from({ length: count }, (_, i) => {
    const n = from + i;
    return [((n * 7919) % 101) / 101, ((n * 104729) % 103) / 103, ((n * 1299709) % 107) / 107, ((n * 15485863) % 109) / 109];
  });
  return { x, y: x.map(([a, b, c]) => (a + b > 2 * c ? 1 : 0)) };
};
const model = logisticRegression({ classes: [0, 1] });
for (let from = 0; from < 480; from += 32) {
  const { x, y } = rows(from, 32);
  model.partialFit(x, y, { optimizer: sgd(0.1) });
}
console.log(JSON.stringify(Array.from(model.predictProbability(rows(500, 20).x))));
`;

/** @throws if an answer is not what it should be. */
export async function checkEdge({ project }: Context): Promise<string> {
  const folder = join(project, 'edge');
  const bundle = join(folder, 'bundle');
  mkdirSync(bundle, { recursive: true });
  cpSync(join(root, 'build/examples/edge/worker.js'), join(folder, 'worker.js'));
  cpSync(join(root, 'examples/edge/wrangler.json'), join(folder, 'wrangler.json'));
  const wrangler = script('workerd', 'wrangler/bin/wrangler.js');
  await outputLater(node(26), [wrangler, 'deploy', '--dry-run', '--outdir', bundle], folder);
  const args = [join(source, 'edge.mjs'), bundle, script('workerd', 'miniflare'), join(folder, 'storage')];
  const answers = JSON.parse(await outputLater(node(26), args, folder));
  const { early, first, second, third, wrong, predicted, state, again } = answers;
  deepStrictEqual([early.status, wrong.status], [409, 400]);
  match(wrong.error, /row 0: expected 4 finite numbers/);
  // 640 units of work are five batches of 32 rows of 4.
  deepStrictEqual([first.learned, first.waiting], [160, 160]);
  deepStrictEqual([second.learned, second.waiting], [320, 160]);
  deepStrictEqual([third.learned, third.waiting], [480, 0]);
  deepStrictEqual(state, { status: 200, learned: 480, waiting: 0 });
  deepStrictEqual(again, predicted);
  const expected = JSON.parse(await outputLater(process.execPath, ['--input-type=module', '-e', here], project));
  deepStrictEqual(predicted.probability, expected);
  return 'learns, keeps, goes on: the same bits as in Node';
}
