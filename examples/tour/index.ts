/**
 * Four models on real data: how each is fitted, what came out, how good it is on rows it never saw, why it stopped, and
 * how much longer plain JavaScript takes for the same steps.
 *
 * `npm start`; or, once built, `node build/examples/tour/index.js [--quick]`.
 */
import { arch, cpus } from 'node:os';
import { digits } from './digits.ts';
import type { Summary } from './model.ts';
import { penguins } from './penguins.ts';
import { bold, dim, print, width } from './screen.ts';
import { sensors } from './sensors.ts';
import { wages } from './wages.ts';

const started = performance.now();
const tour = { quick: process.argv.includes('--quick') };

print(bold('downhill: four models on real data'));
print(
  dim(`Node ${process.versions.node}, ${arch()}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`.slice(0, width)),
);

const summaries: Summary[] = [];
for (const part of [wages, penguins, sensors, digits]) summaries.push(await part(tour));

const title = '── Summary ';
print();
print(bold(title) + dim('─'.repeat(width - title.length)));
print(
  dim(
    `  ${'data'.padEnd(10)}${'model'.padEnd(14)}${'on unseen rows'.padEnd(26)}${'fit, s'.padStart(7)}${'plain JS'.padStart(14)}`,
  ),
);
for (const { name, model, score, seconds, outcome } of summaries) {
  const ratio = `${outcome.ratio.toFixed(1)} × as long`;
  print(
    `  ${name.padEnd(10)}${model.padEnd(14)}${score.padEnd(26)}${seconds.toFixed(2).padStart(7)}${ratio.padStart(14)}`,
  );
}
print();
print(dim(`  ${((performance.now() - started) / 1000).toFixed(1)} s in all.`));
