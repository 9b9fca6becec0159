/** Kills a process that writes files, again and again, and looks at what it leaves. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { source } from '../helpers/points.js';

/** Bytes of a file; every one is its number, mod 251. */
const LENGTH = 400_000;

/** Writes file after file in the same place and says which are written. */
const program = `import { writeFile, writeFileSync } from ${JSON.stringify(new URL('../../lib/node.js', import.meta.url).href)};
const [path, first] = process.argv.slice(2);
for (let n = Number(first); ; n++) {
  const bytes = new Uint8Array(${LENGTH}).fill(n % 251);
  new DataView(bytes.buffer).setUint32(0, n, true);
  if (n % 2) await writeFile(path, bytes);
  else writeFileSync(path, bytes);
  process.stdout.write(n + '\\n');
}`;

export interface Killed {
  readonly kills: number;
  /** Files that were half of one, and files that had been acknowledged and were not there. */
  readonly torn: number;
  readonly lost: number;
  readonly written: number;
}

/** @param kills how often. */
export async function killWriters(kills: number, seed = 1): Promise<Killed> {
  const folder = mkdtempSync(join(tmpdir(), 'downhill-kill-'));
  const path = join(folder, 'file');
  const next = source(seed);
  let last = 0;
  let torn = 0;
  let lost = 0;
  try {
    for (let i = 0; i < kills; i++) {
      const child = spawn(process.execPath, ['--input-type=module', '-', path, String(last + 1)]);
      child.stdin.end(program);
      let said = '';
      let killing = false;
      child.stdout.on('data', (text: Buffer) => {
        said += text;
        if (killing) return;
        killing = true;
        // At a random moment behind the first file.
        setTimeout(() => child.kill('SIGKILL'), next() * 15);
      });
      await new Promise((resolve) => child.on('close', resolve));
      const acknowledged = Math.max(last, ...said.split('\n').slice(0, -1).map(Number));
      const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
      const n = bytes.length === LENGTH ? bytes.readUInt32LE(0) : -1;
      if (!bytes.subarray(4).every((byte) => byte === n % 251) || n < 0) torn++;
      else if (n < acknowledged) lost++;
      last = Math.max(n, acknowledged);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { kills, torn, lost, written: last };
}
