/** The tour as a child process, with fewer epochs: it must end well, fit a pipe of 80 columns, and estimate sanely. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const file = fileURLToPath(new URL('../../examples/tour/index.js', import.meta.url));
const { status, stdout, stderr } = spawnSync(process.execPath, [file, '--quick'], { encoding: 'utf8' });
const lines = stdout.split('\n');

/** The number that the first group of a pattern finds. */
function found(pattern: RegExp): number {
  const match = pattern.exec(stdout);
  assert.ok(match, `expected ${pattern} in\n${stdout}`);
  return Number(match![1]);
}

test('it ends without an error', () => {
  assert.is(status, 0, stderr);
  assert.is(stderr, '');
});

test('it shows four models, each with why it stopped and how long plain JavaScript takes', () => {
  assert.equal(
    lines.flatMap((line) => /^── \d {2}(\w+): /.exec(line)?.[1] ?? []),
    ['Wages', 'Penguins', 'Sensors', 'Digits'],
  );
  for (const label of ['Unseen', 'Stopped', 'Speed']) {
    assert.is(lines.filter((line) => line.startsWith(`  ${label}`)).length, 4, label);
  }
  assert.is(stdout.split('Parameters agree to').length, 5);
});

test('on a pipe: at most 80 columns, no escape sequences, no carriage returns', () => {
  const wide = lines.filter((line) => [...line].length > 80);
  assert.equal(wide, []);
  assert.not(stdout.includes('\x1b') || stdout.includes('\r'), 'control characters');
});

test('wages: unseen rows are explained better than by their mean', () => {
  // The mean has R² 0. Splits by 40 other seeds give 0.17 to 0.48.
  assert.ok(found(/R²\s(-?[\d.]+) on/) > 0.15);
});

test('penguins: at most 4 of 84 wrong, and zeros in the table', () => {
  // The commonest species is 44 %. With two measurements alone the species hardly overlap.
  assert.ok(found(/([\d.]+)\s% of 84 penguins/) >= 95);
  assert.ok(found(/exactly zero: (\d+) of 21/) > 0);
});

test('sensors: most events are found, with few false alarms', () => {
  // Never reporting an event has recall 0 and balanced accuracy 50 %; so has a coin.
  assert.ok(found(/recall\s+([\d.]+)\s%/) >= 90);
  assert.ok(found(/balanced accuracy\s+([\d.]+)\s%/) >= 95);
});

test('digits: at least 85 % read correctly', () => {
  // LeCun and others 1998: 88 % for a linear classifier that has seen 60,000. Chance is 11 %.
  assert.ok(found(/([\d.]+)\s% of the last 2,000 digits/) >= 85);
});

test.run();
