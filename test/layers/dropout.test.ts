/** Dropout: its masks word by word, their statistics, and that nothing but seed, epoch, row and layer goes into them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Philox, streams } from '#src/data/random.js';
import { type DropoutOptions, dropout } from '#src/layers/dropout.js';
import { sameBits } from '../helpers/close.ts';
import { runKernel } from '../helpers/kernel.ts';
import { dtypes, paddedLength } from '../helpers/numbers.ts';
import { type LayerCase, runLayer } from '../helpers/run-layer.ts';
import { throws } from '../throws.js';

const ones = (n: number): Float64Array => new Float64Array(n).fill(1);

/** Which numbers of rows of ones are dropped. */
function dropped(rate: number, rows: number, units: number, more: Partial<LayerCase> = {}): boolean[] {
  const { output } = runLayer({ layer: dropout(rate), rows, inputs: [[[units], ones(rows * units)]], ...more });
  return Array.from(output, (value) => value === 0);
}

test('the mask is that of the generator in JavaScript, row by row', () => {
  for (const dtype of dtypes) {
    for (const [units, rows] of [
      [3, 5],
      [5, 7],
      [10, 40],
      [300, 3],
    ] as const) {
      const rate = 0.3;
      const [seed, number, epoch, start, row] = [42, 3, 6, 8, 2];
      const places = { dtype, seed, number, epoch, start, row };
      const x = Float64Array.from({ length: rows * units }, (_, i) => 1 + i / 8);
      const slope = Float64Array.from(x, (value) => -value);
      const run = runLayer({ layer: dropout(rate), rows, inputs: [[[units], x]], slope, ...places });
      const words = new Philox(seed, streams.dropout + 256 * number, epoch);
      const wide = paddedLength(dtype, units);
      for (let i = 0; i < (start + row) * wide; i++) words.next();
      const scale = dtype === 'f32' ? Math.fround(1 / (1 - rate)) : 1 / (1 - rate);
      const expected = Float64Array.from(x, (value, i) => {
        const keep = words.next() < Math.round((1 - rate) * 2 ** 32);
        if (i % units === units - 1) for (let k = units; k < wide; k++) words.next();
        const y = value * scale;
        return keep ? (dtype === 'f32' ? Math.fround(y) : y) : 0;
      });
      sameBits(run.output, expected, `${dtype} ${units}`);
      sameBits(
        run.slopes[0]!,
        expected.map((value) => -value || value),
        `∂ ${dtype} ${units}`,
      );
    }
  }
});

test('rows far into an epoch: counters beyond 32 bits', () => {
  const units = 64;
  const start = 2 ** 31 + 5;
  const words = new Uint32Array(units);
  const counter = (BigInt(start) * BigInt(units)) / 4n;
  const state = Uint32Array.of(9, 0, streams.dropout + 256, 0, 0, 0);
  const at = [Number(counter & 0xffffffffn), Number(counter >> 32n)] as const;
  runKernel('randomWords', undefined, [state, words, units, ...at]);
  for (const dtype of dtypes) {
    const found = dropped(0.5, 1, units, { dtype, start, seed: 9 });
    assert.equal(
      found,
      Array.from(words, (word) => word >= 2 ** 31),
    );
  }
});

test('shares, means and independence', () => {
  const [rows, units] = [500, 400];
  const n = rows * units;
  const within = (count: number, of: number, p: number, what: string): void => {
    const off = Math.abs(count - of * p) / Math.sqrt(of * p * (1 - p));
    assert.ok(off < 5, `${what}: ${count} of ${of} for a probability of ${p}, ${off.toFixed(1)} standard deviations`);
  };
  const count = (mask: readonly boolean[]): number => mask.filter(Boolean).length;
  for (const rate of [0.01, 0.1, 0.5, 0.8, 0.99]) {
    const mask = dropped(rate, rows, units);
    within(count(mask), n, rate, `rate ${rate}`);
    for (let j = 0; j < units; j += 37) within(count(mask.filter((_, i) => i % units === j)), rows, rate, `unit ${j}`);
    const { output } = runLayer({ layer: dropout(rate), rows, inputs: [[[units], ones(n)]] });
    const mean = output.reduce((a, b) => a + b) / n;
    assert.ok(Math.abs(mean - 1) < 5 * Math.sqrt(rate / (1 - rate) / n), `mean ${mean} with rate ${rate}`);
  }
  const mask = dropped(0.3, rows, units);
  const both = (other: readonly boolean[], what: string): void =>
    within(count(mask.filter((one, i) => one && other[i])), n, 0.09, what);
  both(dropped(0.3, rows, units, { number: 2 }), 'layers');
  both(dropped(0.3, rows, units, { epoch: 1 }), 'epochs');
  both(dropped(0.3, rows, units, { seed: 2 }), 'seeds');
  both(dropped(0.3, rows, units, { start: 1 }), 'rows');
  both([...mask.slice(1), mask[0]!], 'neighbours');
});

test('the same bits however the rows are cut', () => {
  for (const dtype of dtypes) {
    for (const units of [5, 33]) {
      const [rows, rate] = [20, 0.4];
      const all = dropped(rate, rows, units, { dtype });
      assert.equal(dropped(rate, rows, units, { dtype, blocks: [4, 8, 1, 7] }), all);
      const later = dropped(rate, 15, units, { dtype, start: 3, row: 2 });
      assert.equal(later, all.slice(5 * units).slice(0, 15 * units));
    }
  }
  // More than one op.
  const [rows, units] = [200, 1000];
  const all = dropped(0.5, rows, units);
  assert.equal(all.slice(-units), dropped(0.5, 1, units, { start: rows - 1 }));
});

test('identity without training and with rate 0, in place too', () => {
  const x = Float64Array.of(1, -2, Number.NaN, 4, 5, Infinity);
  for (const dtype of dtypes) {
    for (const inPlace of [false, true]) {
      const common = { rows: 2, inputs: [[[3], x]] as const, dtype, inPlace };
      sameBits(runLayer({ layer: dropout(0.5), training: false, ...common }).output, x);
      const run = runLayer({ layer: dropout(0), ...common, slope: x });
      sameBits(run.output, x);
      sameBits(run.slopes[0]!, x);
      const input = Float64Array.of(1, 2, 3, 4, 5, 6);
      const there = { rows: 2, inputs: [[[3], input]] as const, dtype, slope: input, layer: dropout(0.5) };
      const [apart, within] = [runLayer(there), runLayer({ ...there, inPlace: true })];
      sameBits(within.output, apart.output);
      sameBits(within.slopes[0]!, apart.slopes[0]!);
    }
  }
  assert.equal(
    runLayer({ layer: dropout(0.5), rows: 1, inputs: [[[2], [1, 2]]], slope: [1, 1], asked: false }).slopes,
    [new Float64Array()],
  );
});

test('options', () => {
  assert.equal(JSON.parse(JSON.stringify(dropout({ rate: 0.2, name: 'noise' }))), {
    kind: 'dropout',
    rate: 0.2,
    name: 'noise',
  });
  for (const rate of [1, -0.1, Number.NaN]) {
    throws(() => dropout(rate), 'ERR_ARGUMENT', `dropout: rate must be a number in [0, 1), got ${rate}`);
  }
  throws(() => dropout({} as DropoutOptions), 'ERR_ARGUMENT', 'dropout: rate is required: a number in [0, 1)');
  assert.equal(dropout(0.1).rate, 0.1);
});

test.run();
