/** Everything of this folder at full length: `npm run test:soak`. One line each, with the figure. About an hour. */

import { fuzzFiles } from './files.js';
import { killWriters } from './kill.js';
import { randomOptions } from './options.js';
import { aborts, exceptions, failingArena, interleaved, manyModels } from './runs.js';

let passed = 0;
let failed = 0;

async function line(name: string, body: () => Promise<string> | string): Promise<void> {
  const started = performance.now();
  let text: string;
  try {
    text = await body();
    passed++;
  } catch (error) {
    text = `FAILED ${(error as Error).stack}`;
    failed++;
  }
  console.log(`${name}: ${text} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
}

const must = (condition: boolean, what: string): void => {
  if (!condition) throw new Error(what);
};

/** Part of the full length, for a look. */
const share = Number(process.argv[2] ?? 1);
const times = (count: number): number => Math.max(1, Math.round(count * share));

await line('steps over models in one process', () => {
  const models = times(3000);
  const { first, last, heap } = manyModels(models, 3334);
  must(last === first, `arena: ${first} bytes behind the first models, ${last} at the end`);
  return `${models} models, ${(models * 3339).toExponential(2)} steps, arena ${first} bytes at the 100th and at the end, heap ${heap > 0 ? '+' : ''}${(heap / 1e6).toFixed(1)} MB`;
});
await line('runs at the same time', async () => {
  for (const count of [2, 10, 100]) await interleaved(count);
  return '2, 10 and 100 interleaved, the bits of one alone';
});
await line('aborts at random moments', async () => {
  const count = times(1000);
  await aborts(count);
  return `${count}, nothing left in the arena, the next fits right to the bit`;
});
await line('exceptions out of callbacks', async () => `${await exceptions(5)} thrown, each came out, nothing was left`);
await line(
  'an arena that fails at the k-th request',
  async () => `every k of ${await failingArena()}, nothing was left`,
);
await line('random options, data and targets', () => {
  const { fitted, refused, slowest } = randomOptions(times(100_000));
  return `${fitted} fitted, ${refused} refused with a code, the slowest took ${slowest.toFixed(0)} ms`;
});
await line('files that nobody vouches for', async () => {
  const { refused, loaded, wrong, slowest } = await fuzzFiles(times(100_000));
  must(wrong.length === 0, wrong.join('\n'));
  return `${refused} refused, ${loaded} loaded and used, the slowest took ${slowest.toFixed(0)} ms`;
});
await line('writers killed', async () => {
  const { kills, torn, lost, written } = await killWriters(times(100));
  must(torn === 0 && lost === 0, `${torn} torn, ${lost} lost`);
  return `${kills} kills, ${written} files, 0 torn, 0 of the acknowledged lost`;
});
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
