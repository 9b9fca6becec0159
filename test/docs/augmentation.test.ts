/** The picture of docs/augmentation.md is that of the sources. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { augmentationPicture, PICTURE } from '../../scripts/pages/augmentation.ts';

test(`${PICTURE} is what npm run pages writes`, async () => {
  const picture = await augmentationPicture();
  assert.ok(readFileSync(PICTURE, 'utf8').replace(/\r\n/g, '\n') === picture, 'npm run pages');
  // Four digits, as they are and in seven epochs.
  assert.is(picture.split('stroke="#ccc"').length - 1, 32);
});

test.run();
