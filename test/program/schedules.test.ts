/** Rates: random access, closed forms of the decays, and what sets squareDecay apart. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rateAt, rates, scheduleBytes, writeSchedule, writeTable } from '#src/program/schedule.js';
import { progress } from '#src/program/tape.js';
import {
  constant,
  exponentialDecay,
  inverseSqrtDecay,
  inverseTimeDecay,
  perEpoch,
  type ScheduleSpec,
  squareDecay,
} from '#src/schedules.js';
import { shuffled } from '../helpers/points.ts';
import { sandbox } from '../helpers/sandbox.ts';

const menu = [
  constant(0.25),
  exponentialDecay({ initial: 0.5, decay: 0.03 }),
  exponentialDecay({ initial: 0.5, decay: 0 }),
  exponentialDecay({ initial: 2, rate: 0.9 }),
  exponentialDecay({ initial: 2, rate: 0.7, decaySteps: 7, staircase: true }),
  squareDecay({ initial: 0.1, decay: 0.2 }),
  inverseTimeDecay({ initial: 0.1, decay: 0.2, decaySteps: 3 }),
  inverseTimeDecay({ initial: 0.1, decay: 0.2, decaySteps: 3, staircase: true }),
  inverseSqrtDecay({ initial: 0.1, decay: 5 }),
] as const;

for (const spec of menu) {
  test(`${JSON.stringify(spec)}: every way to ask gives the same bits`, () => {
    const all = rates(spec, 500);
    for (const step of shuffled(500, 2)) assert.is(rateAt(spec, step), all[step]);
    assert.is(rateAt(JSON.parse(JSON.stringify(spec)) as ScheduleSpec, 77), all[77]);
    sandbox((box) => {
      const node = box.output(new Uint8Array(scheduleBytes(spec)));
      writeSchedule(box.engine, node, spec, 1);
      const at = box.struct(progress, { step: 123, rateFactor: 0.5 });
      const settings = box.output(new Float64Array(1));
      box.call('rate', '', [at, node, settings, 0, 1]);
      assert.is(box.f64(at + progress.rate), all[123]! * 0.5);
      assert.is(box.f64(settings), all[123]! * 0.5);
    });
  });

  test(`${JSON.stringify(spec)}: per epoch, it holds within an epoch`, () => {
    const all = rates(spec, 20);
    sandbox((box) => {
      const node = box.output(new Uint8Array(scheduleBytes(perEpoch(spec))));
      writeSchedule(box.engine, node, perEpoch(spec), 7);
      const out = box.output(new Float64Array(140));
      box.call('rates', '', [node, out, 0, 140]);
      for (const [step, rate] of box.floats('f64', out, 140).entries()) assert.is(rate, all[Math.floor(step / 7)]);
    });
  });

  test(`${JSON.stringify(spec)}: starts at the initial rate, never rises, stays positive`, () => {
    const all = rates(spec, 2000);
    assert.is(all[0], spec.initial);
    for (let t = 1; t < all.length; t++) assert.ok(all[t]! <= all[t - 1]! && all[t]! > 0, `step ${t}`);
  });
}

test('staircases change at the multiples of decaySteps, and only there', () => {
  for (const spec of menu) {
    if (!('staircase' in spec) || !spec.staircase) continue;
    const all = rates(spec, 60);
    for (let t = 1; t < 60; t++) assert.is(all[t]! < all[t - 1]!, t % spec.decaySteps === 0, `step ${t}`);
  }
});

test('squareDecay: below the exponential of the same decay until kt ≈ 2.513, above ever after', () => {
  // The positive root of 2 ln(1 + x) = x.
  const crossing = 2.51286241725;
  for (const decay of [0.5, 0.1, 0.013, 0.001]) {
    const square = squareDecay({ initial: 1, decay });
    const exponential = exponentialDecay({ initial: 1, decay });
    for (const x of [0.1, 0.5, 1, 2, 2.4, 2.5, 2.52, 2.6, 3, 5, 20, 100]) {
      const step = Math.ceil(x / decay);
      const below = rateAt(square, step) < rateAt(exponential, step);
      assert.is(below, step * decay < crossing, `k = ${decay}, step ${step}`);
    }
  }
});

test('squareDecay of half the decay: the same slope at the start, above the exponential at every step', () => {
  for (const decay of [0.5, 0.1, 0.013, 0.001]) {
    const square = rates(squareDecay({ initial: 1, decay: decay / 2 }), 1400);
    const exponential = rates(exponentialDecay({ initial: 1, decay }), 1400);
    for (let t = 1; t < 1400; t++) assert.ok(square[t]! > exponential[t]!, `k = ${decay}, step ${t}`);
  }
  // Both 1 − kt + O((kt)²).
  const decay = 1e-4;
  const fall = 1 - rateAt(squareDecay({ initial: 1, decay: decay / 2 }), 1);
  assert.ok(Math.abs(fall / decay - 1) <= decay);
});

test('squareDecay: the ratio of neighbours tends to one, that of the exponential does not', () => {
  const ratio = (spec: ScheduleSpec, t: number): number => rateAt(spec, t + 1) / rateAt(spec, t);
  const square = squareDecay({ initial: 1, decay: 0.1 });
  assert.ok(ratio(square, 10) < ratio(square, 100) && ratio(square, 100) < ratio(square, 10_000));
  assert.ok(1 - ratio(square, 100_000) < 1e-4);
  const exponential = exponentialDecay({ initial: 1, decay: 0.1 });
  assert.ok(Math.abs(ratio(exponential, 1000) - Math.exp(-0.1)) < 1e-12);
});

test('a table gives the rates of its steps', () => {
  sandbox((box) => {
    const values = box.input(Float64Array.of(5, 4, 3));
    const node = box.output(new Uint8Array(scheduleBytes(() => 0)));
    writeTable(box.engine, node, 1000, values);
    const out = box.output(new Float64Array(3));
    box.call('rates', '', [node, out, 1000, 3]);
    assert.equal([...box.floats('f64', out, 3)], [5, 4, 3]);
  });
});

test.run();
