/** What npm run test:soak does at full length, here with few of each and fixed seeds. */
import { linearRegression, sgd } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fuzzFiles } from './files.js';
import { randomOptions } from './options.js';
import { aborts, exceptions, failingArena, interleaved, manyModels } from './runs.js';

test('memory stays where it was', () => {
  const { first, last } = manyModels(60, 50);
  assert.is(last, first);
});

test('2 and 10 runs at the same time come to the bits of one alone', async () => {
  for (const count of [2, 10]) await interleaved(count);
});

test('aborts at random moments', () => aborts(40));

test('exceptions out of every callback', async () => {
  assert.ok((await exceptions(2)) >= 40);
});

test('an arena that fails at the k-th request, for every k', async () => {
  assert.ok((await failingArena()) >= 60);
});

test('random options, data and targets', () => {
  const { fitted, refused, slowest } = randomOptions(600);
  assert.ok(fitted >= 20 && refused >= 200, `${fitted} fitted, ${refused} refused`);
  assert.ok(slowest < 5000, `${slowest} ms`);
});

test('found by it: lists with holes', () => {
  const fit = (options: object): unknown => linearRegression().fitSync([[1], [2]], [1, 2], options as never);
  for (const options of [{ metrics: new Array(3) }, { groups: new Array(2), optimizer: sgd(0.1) }]) {
    assert.throws(
      () => fit(options),
      (error: { code?: string }) => error.code === 'ERR_ARGUMENT',
    );
  }
});

test('files that nobody vouches for', async () => {
  const { refused, loaded, wrong, slowest } = await fuzzFiles(1500);
  assert.equal(wrong, []);
  assert.ok(refused >= 700 && loaded >= 20, `${refused} refused, ${loaded} loaded`);
  assert.ok(slowest < 5000, `${slowest} ms`);
});

test.run();
