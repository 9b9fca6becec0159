/** What happens at the end of a step: is it finite, has it converged, what is counted and logged. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { logFields, STOP } from '#src/program/kernels.js';
import { cursor, progress, random, writeFields } from '#src/program/tape.js';
import { type Sandbox, sandbox } from '../helpers/sandbox.ts';

interface Numbers {
  readonly loss?: number;
  readonly penalty?: number;
  /** The gradient, from which its squares and its largest are taken as `measure` does. */
  readonly gradient?: readonly number[];
}

/** `check` by itself: where it goes, why it stops, what it leaves. */
function check(box: Sandbox, at: number, { loss = 1, penalty = 0, gradient = [1] }: Numbers, full: boolean) {
  const squares = gradient.reduce((sum, g) => sum + g * g, 0);
  // NaN is passed over, as by `pmax`.
  const max = Math.max(...gradient.map((g) => Math.abs(g) || 0));
  writeFields(box.engine, at, progress, { loss, penalty, gradientNorm: squares, gradientMax: max });
  const { next, stop } = box.flow('check', '', (exit) => [at, exit, Number(full)]);
  return { next, stop, nonFinite: box.u32(at + progress.nonFinite) };
}

const fresh = { firstGradientMax: -1, lastObjective: Number.NaN, tolerance: -1, lossTolerance: -1 };

test('check: loss and gradient, finite or not', () => {
  const none: [string, number, number] = ['next', STOP.none, 0];
  const cases: readonly (readonly [Numbers, readonly [string, number, number]])[] = [
    [{}, none],
    [{ loss: -1e308, gradient: [1e200, 1e200] }, none],
    [{ loss: Number.MAX_VALUE, gradient: [Number.MAX_VALUE] }, none],
    [{ loss: Number.NaN }, ['end', STOP.nonFinite, 1]],
    [{ loss: Infinity }, ['end', STOP.nonFinite, 1]],
    [{ loss: -Infinity }, ['end', STOP.nonFinite, 1]],
    [{ gradient: [1, Number.NaN, 2] }, ['end', STOP.nonFinite, 2]],
    [{ gradient: [1, -Infinity] }, ['end', STOP.nonFinite, 2]],
  ];
  for (const [numbers, [next, stop, nonFinite]] of cases) {
    sandbox((box) => {
      const at = box.struct(progress, fresh);
      assert.equal(check(box, at, numbers, true), { next, stop, nonFinite }, JSON.stringify(numbers));
      const skipping = box.struct(progress, { ...fresh, skipNonFinite: 1 });
      const to = next === 'next' ? 'next' : 'exit';
      assert.equal(check(box, skipping, numbers, true), { next: to, stop: STOP.none, nonFinite });
    });
  }
});

test('check: norm and objective are reported', () => {
  sandbox((box) => {
    const at = box.struct(progress, fresh);
    check(box, at, { loss: 2, penalty: 0.5, gradient: [3, -4] }, false);
    assert.is(box.f64(at + progress.gradientNorm), 5);
    assert.is(box.f64(at + progress.gradientMax), 4);
    assert.is(box.f64(at + progress.objective), 2.5);
  });
});

/** Which of the steps was the one that converged, or none. */
function convergesAt(
  tolerances: { tolerance?: number; lossTolerance?: number },
  steps: readonly Numbers[],
  full = true,
) {
  return sandbox((box) => {
    const at = box.struct(progress, { ...fresh, ...tolerances });
    return steps.findIndex((numbers) => check(box, at, numbers, full).stop === STOP.converged);
  });
}

test('check: converges by the gradient, relative to the first one above 1', () => {
  const falling = [8, 4, 2, 1, 0.5, 0.25].map((g) => ({ gradient: [g, -g / 2] }));
  assert.is(convergesAt({ tolerance: 0.125 }, falling), 3);
  assert.is(convergesAt({ tolerance: 0.125 }, falling, false), -1, 'asked of full batches only');
  assert.is(convergesAt({ tolerance: 0.5 }, [{ gradient: [0.5] }]), 0);
  assert.is(convergesAt({ tolerance: 0.25 }, [{ gradient: [0.5] }, { gradient: [0.26] }, { gradient: [0.25] }]), 2);
  assert.is(convergesAt({ tolerance: 0 }, [{ gradient: [1e-300] }, { gradient: [0] }]), 1);
});

test('check: converges by the objective, relative to the larger of two', () => {
  const losses = [8, 4, 3, 2.5, 2.25].map((loss) => ({ loss }));
  assert.is(convergesAt({ lossTolerance: 0.25 }, losses), 2);
  assert.is(convergesAt({ lossTolerance: 0.1 }, losses), 4);
  assert.is(convergesAt({ lossTolerance: 0 }, [{ loss: 1 }, { loss: 1 }]), 1);
  assert.is(convergesAt({ lossTolerance: 0.1 }, [{ loss: -8 }, { loss: -8.5 }]), 1);
});

test('check: what nobody asked for is not found, at zero either', () => {
  const zero = { loss: 0, gradient: [0] };
  assert.is(convergesAt({}, [zero, zero, zero]), -1);
  assert.is(
    convergesAt({ tolerance: 0 }, [
      { loss: 0, gradient: [1] },
      { loss: 0, gradient: [1] },
    ]),
    -1,
  );
  assert.is(
    convergesAt({ lossTolerance: 0 }, [
      { loss: 2, gradient: [0] },
      { loss: 1, gradient: [0] },
    ]),
    -1,
  );
});

test('record: batches, epochs, running means, events', () => {
  sandbox((box) => {
    // 10 rows in batches of 4: three steps an epoch; an event every two steps.
    const log = box.output(new Float64Array(4 * logFields.length));
    const at = box.struct(progress, {
      limit: 9,
      stepsToEvent: 2,
      period: 2,
      log,
      logCapacity: 4,
      penalty: 0.5,
      rate: 0.1,
      gradientNorm: 5,
      gradientMax: 4,
    });
    const rows = box.struct(cursor, { rows: 10, batch: 4, limit: 4, outputs: 1 });
    const state = box.struct(random, { position: 10 });
    const sums = box.output(new Float64Array(1));
    const stops: number[] = [];
    for (let step = 0; step < 9; step++) {
      box.call('beginBatch', '', [rows, sums]);
      writeFields(box.engine, at, progress, { loss: step + 1 });
      const { next, stop } = box.flow('record', '', () => [at, rows, state]);
      assert.is(next, 'next');
      assert.is(box.f64(at + progress.step), step + 1);
      assert.is(box.f64(at + progress.epoch), Math.floor((step + 1) / 3));
      assert.is(box.u32(rows + cursor.start), ((step + 1) % 3) * 4);
      // The substream of the shuffle is the epoch; a new permutation is due when one begins.
      assert.is(box.u32(state + random.substream), Math.floor((step + 1) / 3));
      assert.is(box.u32(state + random.position), step < 2 ? 10 : 0);
      stops.push(stop);
    }
    // Event 4 fills the log; step 9 is the limit.
    assert.equal(stops, [0, 0, 0, 0, 0, 0, 0, 1, 1]);
    const records = Array.from({ length: 4 }, (_, i) => [
      ...box.floats('f64', log + i * 8 * logFields.length, logFields.length),
    ]);
    // Rows of the batches are 4, 4, 2, 4, 4, 2, …
    const losses = [(4 + 8) / 8, (6 + 16) / 6, (20 + 12) / 6, (28 + 32) / 8];
    records.forEach((record, i) => {
      const step = 2 * (i + 1);
      assert.equal(record, [Math.floor(step / 3), step, losses[i], 0.5, losses[i]! + 0.5, 0.1, 5, 4]);
    });
    assert.is(box.u32(at + progress.logCount), 4);
  });
});

test('record: a step that was skipped counts as a step, not in the loss', () => {
  sandbox((box) => {
    const at = box.struct(progress, { limit: Infinity, stepsToEvent: 100, nonFinite: 1, loss: Number.NaN });
    const rows = box.struct(cursor, { rows: 10, batch: 10, count: 10 });
    box.flow('record', '', () => [at, rows, 0]);
    assert.equal(
      [progress.step, progress.epoch, progress.lossMean, progress.lossRows].map((field) => box.f64(at + field)),
      [1, 1, 0, 0],
    );
    assert.is(box.u32(at + progress.skipped), 1);
    assert.is(box.u32(at + progress.nonFinite), 0);
  });
});

test('record: yields at every step, or at every event, where that is asked', () => {
  for (const [yieldAtStep, yieldAtEvent, expected] of [
    [0, 0, [0, 0, 0, 0]],
    [1, 0, [1, 1, 1, 1]],
    [0, 1, [0, 1, 0, 1]],
  ] as const) {
    sandbox((box) => {
      const log = box.output(new Float64Array(8 * logFields.length));
      const values = { limit: Infinity, stepsToEvent: 2, period: 2, log, logCapacity: 8 };
      const at = box.struct(progress, { ...values, yieldAtStep, yieldAtEvent });
      const rows = box.struct(cursor, { rows: 1, count: 1 });
      const stops = expected.map(() => box.flow('record', '', () => [at, rows, 0]).stop);
      assert.equal(stops, [...expected]);
    });
  }
});

test.run();
