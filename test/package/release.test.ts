/** The notes of a release. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { changes } from '../../scripts/release-files.ts';

const changelog = '# Changelog\n\n## 1.2.0 - 2026-01-01\n\n- More.\n\n## [1.1.0]\n\n- Less.\n- Faster.\n\n## 1.0.0\n';

test('what the changelog says of a version', () => {
  assert.is(changes(changelog, '1.2.0'), '- More.');
  assert.is(changes(changelog, '1.1.0'), '- Less.\n- Faster.');
});

test('a version of which it says nothing is no release', () => {
  for (const version of ['1.0.0', '1.2', '2.0.0', '']) {
    assert.throws(() => changes(changelog, version), `CHANGELOG.md says nothing of ${version}`);
  }
});

test('nor is one that it has as unreleased', () => {
  assert.throws(() => changes('## [0.1.0] – unreleased\n\n- All.\n', '0.1.0'), 'CHANGELOG.md has 0.1.0 as unreleased');
});

test.run();
