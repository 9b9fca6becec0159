/** The modules are built to the byte from their sources: a second build is the same as the first. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

for (const name of ['strict', 'fast']) {
  test(`${name}.wasm, built again, has the same sha256`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'downhill-again-'));
    try {
      const again = join(folder, `${name}.wasm`);
      const files = ['--outFile', again, '--textFile', join(folder, `${name}.wat`)];
      const options = ['assembly/index.ts', '--target', name, ...files];
      execFileSync(process.execPath, ['node_modules/assemblyscript/bin/asc.js', ...options], { stdio: 'inherit' });
      assert.is(sha256(again), sha256(`build/${name}.wasm`));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

test.run();
