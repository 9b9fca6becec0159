/** One file of tests, and what uvu counted in it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly text: string;
}

/** Runs one file of tests in a process of its own. */
export function runFile(file: string, flags: readonly string[], node: string = process.execPath): Promise<Outcome> {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(node, ['--enable-source-maps', ...flags, join('build/test', file)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      output += data;
    });
    child.on('close', (code) => {
      const sum = (pattern: RegExp): number =>
        [...output.matchAll(pattern)].reduce((total, [, n]) => total + Number(n), 0);
      const total = sum(/^\s*Total:\s+(\d+)/gm);
      const passed = sum(/^\s*Passed:\s+(\d+)/gm);
      // A file that crashed, or that never called `.run()`, counts as a failure.
      const broken = total === 0 || (code !== 0 && passed === total);
      const failed = total - passed + (broken ? 1 : 0);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const line = `${failed ? 'FAIL' : 'ok  '} ${file} (${passed} of ${total}, ${seconds} s)`;
      const why = total === 0 ? '\nno test ran in this file' : '';
      resolve({ passed, failed, text: failed ? `${line}${why}\n${output}` : line });
    });
  });
}
