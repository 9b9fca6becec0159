/** What saving costs, beside copying and writing the same bytes: 10⁶ parameters in f32 with the state of Adam. */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checkpoint, meanSquaredError, mlp } from 'downhill';
import { writeFileSync } from 'downhill/node';
import { loadCheckpoint, save } from 'downhill/store';
import { xxh32 } from '#src/hash.js';

/** Milliseconds of this process, the median of some calls: other processes do not count. */
function cost(body: () => unknown, calls = 25): number {
  const times = Array.from({ length: calls }, () => {
    const before = process.cpuUsage();
    body();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return times.sort((a, b) => a - b)[calls >> 1]!;
}

/** Milliseconds by the clock, of two things in turn. */
function clock(a: () => void, b: () => void, calls = 25): [number, number] {
  const time = (body: () => void): number => {
    const started = performance.now();
    body();
    return performance.now() - started;
  };
  const pairs = Array.from({ length: calls }, () => [time(a), time(b)]);
  const median = (i: number): number => pairs.map((pair) => pair[i]!).sort((x, y) => x - y)[calls >> 1]!;
  return [median(0), median(1)];
}

export interface Figures {
  readonly bytes: number;
  readonly copy: number;
  readonly checksum: number;
  readonly save: number;
  readonly load: number;
  readonly plain: number;
  readonly safe: number;
}

export function figures(): Figures {
  const rows = [1, 2].map((i) => new Float32Array(1000).fill(i / 10));
  const model = mlp({ inputs: 1000, hidden: [998], outputs: 1, loss: meanSquaredError() });
  const taken: Checkpoint[] = [];
  const write = (checkpoint: Checkpoint): void => void taken.push(checkpoint);
  model.fitSync(rows, [1, 2], { epochs: 1, batchSize: 2, checkpointEvery: { steps: 1, write } });
  const bytes = save(taken[0]!);
  const folder = mkdtempSync(join(tmpdir(), 'downhill-figures-'));
  const plain = (): void => {
    const file = openSync(join(folder, 'plain'), 'w');
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
    closeSync(file);
  };
  try {
    const [byPlain, bySafe] = clock(plain, () => writeFileSync(join(folder, 'safe'), bytes));
    return {
      bytes: bytes.length,
      copy: cost(() => bytes.slice()),
      checksum: cost(() => xxh32(bytes)),
      save: cost(() => save(taken[0]!)),
      load: cost(() => loadCheckpoint(bytes)),
      plain: byPlain,
      safe: bySafe,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
