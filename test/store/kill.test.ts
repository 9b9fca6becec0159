/** A writer that is killed leaves the old file or the new one. 100 times with npm run test:soak, some times here. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { killWriters } from '../soak/kill.js';

test('killed at random moments: none torn, none of the acknowledged lost', async () => {
  const { torn, lost, written } = await killWriters(10);
  assert.is(torn, 0);
  assert.is(lost, 0);
  assert.ok(written >= 10, `${written} files`);
});

test.run();
