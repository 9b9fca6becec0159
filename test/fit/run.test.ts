/** A run from outside: awaiting, iterating, aborting, callbacks. */
import { type FitEvent, gradientDescent, gradientDescentLineSearch, linearRegression, sgd } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Engine } from '#src/memory/engine.js';
import { bits, problem } from '../helpers/problems.js';

const { x, y } = problem(64, 3);
const engine = new Engine();
const model = () => linearRegression({ engine });
/** More steps than a run gets to. */
const endless = { optimizer: gradientDescent(1e-6), epochs: 1e9, tolerance: null };
const short = { optimizer: sgd(0.01), batchSize: 8, epochs: 6 };
const free = () => assert.is(engine.arena.blocks, 0);

test('a signal that is aborted before the start', async () => {
  for (const given of [AbortSignal.abort(), AbortSignal.abort('reason')]) {
    const fresh = model();
    const result = await fresh.fit(x, y, { ...short, signal: given });
    assert.is(result.stopReason, 'aborted');
    assert.is(result.steps, 0);
    assert.is(result.converged, null);
    assert.equal(result.history, []);
    assert.is(model().fitSync(x, y, { ...short, signal: given }).stopReason, 'aborted');
    free();
    // What was fitted stays.
    const fitted = model();
    fitted.fitSync(x, y, short);
    const before = bits(fitted);
    await fitted.fit(x, y, { ...short, signal: given });
    assert.is(bits(fitted), before);
    fitted.fitSync(x, y, { ...short, signal: given });
    assert.is(bits(fitted), before);
    assert.is(fitted.fitSync(x, y, { ...short, continue: true, epochs: 1 }).history[0]!.epoch, 7);
  }
});

test('an abort in the middle ends the run within a slice and keeps what was learned', async () => {
  const { x, y } = problem(20_000, 50);
  for (const options of [
    endless,
    { optimizer: sgd(1e-6), epochs: 1e6, batchSize: 32 },
    { optimizer: gradientDescentLineSearch({ initialStep: 1e-6, expand: 1 }), epochs: 1e6, tolerance: 0 },
  ]) {
    const waits: number[] = [];
    for (let i = 0; i < 3; i++) {
      const controller = new AbortController();
      const fitted = model();
      const run = fitted.fit(x, y, { ...options, signal: controller.signal });
      // It has begun, however busy the machine is.
      await run[Symbol.asyncIterator]().next();
      await new Promise((resolve) => setTimeout(resolve, 60));
      const start = performance.now();
      controller.abort();
      const result = await run;
      waits.push(performance.now() - start);
      assert.is(result.stopReason, 'aborted');
      assert.ok(result.steps > 0);
      assert.ok(fitted.parameters.weight.some((value) => value !== 0));
      assert.ok(fitted.parameters.weight.every(Number.isFinite));
      free();
      fitted.fitSync(x.slice(0, 50), y.slice(0, 50), short);
    }
    // A slice is 8 ms; the least of three, because the machine may be busy.
    assert.ok(Math.min(...waits) < 25, `${waits} ms`);
  }
});

test('the event loop breathes', async () => {
  const { x, y } = problem(20_000, 50);
  const controller = new AbortController();
  const run = model().fit(x, y, { ...endless, signal: controller.signal });
  const gaps: number[] = [];
  let last = performance.now();
  for (let i = 0; i < 30; i++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }
  controller.abort();
  await run;
  // Behind the first slices, which still measure.
  gaps.splice(0, 5);
  gaps.sort((a, b) => a - b);
  assert.ok(gaps[Math.floor(gaps.length / 2)]! < 25, `${gaps} ms`);
});

test('run.abort(), twice, and after the end', async () => {
  const fitted = model();
  const run = fitted.fit(x, y, endless);
  run.abort();
  run.abort();
  const result = await run;
  assert.is(result.stopReason, 'aborted');
  run.abort();
  assert.is(await run, result);
  const done = fitted.fit(x, y, short);
  assert.is((await done).stopReason, 'epochs');
  done.abort();
  assert.is((await done).stopReason, 'epochs');
  free();
});

test('an abort from inside a callback ends the run at that event', async () => {
  const controller = new AbortController();
  const seen: number[] = [];
  const options = {
    ...short,
    signal: controller.signal,
    onEpoch(event: FitEvent) {
      seen.push(event.epoch);
      if (event.epoch === 3) controller.abort();
    },
  };
  const result = await model().fit(x, y, options);
  assert.is(result.stopReason, 'aborted');
  assert.equal(seen, [1, 2, 3]);
  assert.equal(
    result.history.map(({ epoch }) => epoch),
    [1, 2, 3],
  );
  const sync = new AbortController();
  const same = model().fitSync(x, y, {
    ...short,
    signal: sync.signal,
    onStep: ({ step }) => void (step === 5 && sync.abort()),
  });
  assert.is(same.stopReason, 'aborted');
  assert.is(same.steps, 5);
  free();
});

test('a callback that returns false stops the run; other values do not', async () => {
  for (const sync of [true, false]) {
    const go = async (options: object) => (sync ? model().fitSync(x, y, options) : await model().fit(x, y, options));
    const epoch = await go({ ...short, onEpoch: ({ epoch }: FitEvent) => epoch < 2 });
    assert.is(epoch.stopReason, 'callback');
    assert.is(epoch.epochs, 2);
    assert.is(epoch.history.length, 2);
    const step = await go({ ...short, onStep: ({ step }: FitEvent) => step < 11 });
    assert.is(step.stopReason, 'callback');
    assert.is(step.steps, 11);
    // The steps since the last epoch have an event of their own.
    assert.equal(
      step.history.map(({ step }) => step),
      [8, 11],
    );
    const search = await go({ onStep: ({ step }: FitEvent) => step < 2 });
    assert.is(search.stopReason, 'callback');
    assert.is(search.steps, 2);
    assert.is(search.converged, false);
    for (const value of [undefined, null, 0, '', true]) {
      assert.is((await go({ ...short, onEpoch: () => value, onStep: () => value })).stopReason, 'epochs');
    }
    free();
  }
});

test('a callback that throws rejects; the model keeps what it learned and can be used', async () => {
  for (const options of [
    { onEpoch: ({ epoch }: FitEvent) => void (epoch === 2 && fail()) },
    { onStep: ({ step }: FitEvent) => void (step === 16 && fail()) },
    { optimizer: sgd((step) => (step === 16 ? fail() : 0.01)) },
  ]) {
    const expected = model();
    expected.fitSync(x, y, { ...short, epochs: 2 });
    const sync = model();
    assert.throws(() => sync.fitSync(x, y, { ...short, ...options }), /^mine$/);
    assert.is(bits(sync), bits(expected));
    const other = model();
    let caught: unknown;
    try {
      await other.fit(x, y, { ...short, ...options });
    } catch (error) {
      caught = error;
    }
    assert.is((caught as Error)?.message, 'mine');
    assert.is(bits(other), bits(expected));
    free();
    other.predict(x);
    other.fitSync(x, y, short);
    free();
  }
  function fail(): never {
    throw new Error('mine');
  }
});

test('a rate function that fails later on rejects as well', async () => {
  const fitted = model();
  const optimizer = sgd((step) => (step < 20 ? 0.01 : Number.NaN));
  const message = /^learningRate: the function must return a finite number ≥ 0, got NaN for step 20$/;
  assert.throws(
    () => fitted.fitSync(x, y, { ...short, optimizer }),
    (error: Error) => message.test(error.message),
  );
  const expected = model();
  expected.fitSync(x, y, { ...short, maxSteps: 20 });
  assert.is(bits(fitted), bits(expected));
  free();
});

test('the model is up to date in callbacks, and can be used there', () => {
  const fitted = model();
  const inner = model();
  let last = '';
  fitted.fitSync(x, y, {
    ...short,
    validation: { x, y },
    onEpoch(event) {
      // The validation rows are the training rows.
      assert.ok(Math.abs(fitted.evaluate(x, y).loss - event.validation!.loss) < 1e-15);
      inner.fitSync(x, y, short);
      assert.is.not(bits(fitted), last);
      last = bits(fitted);
    },
  });
  assert.is(bits(fitted), last);
  assert.throws(() => fitted.fitSync(x, y, { ...short, onEpoch: () => void fitted.fitSync(x, y) }), /is being fitted/);
  free();
});

test('steps are reported one by one', () => {
  const steps: FitEvent[] = [];
  model().fitSync(x, y, { ...short, onStep: (event) => void steps.push(event) });
  assert.equal(
    steps.map(({ step }) => step),
    Array.from({ length: 48 }, (_, i) => i + 1),
  );
  assert.equal(
    steps.map(({ epoch }) => epoch),
    Array.from({ length: 48 }, (_, i) => Math.floor((i + 1) / 8)),
  );
  assert.ok(steps.every(({ loss, objective, penalty, rate }) => loss === objective && penalty === 0 && rate === 0.01));
});

test('iterating sees every event once and in order, from the first on', async () => {
  const expected = model().fitSync(x, y, { ...short, every: { steps: 1 } });
  const plain = ({ seconds: _, ...event }: FitEvent) => event;
  for (const late of [false, true]) {
    const run = model().fit(x, y, { ...short, every: { steps: 1 } });
    if (late) await run;
    const seen: FitEvent[] = [];
    for await (const event of run) seen.push(event);
    assert.equal(seen.map(plain), expected.history.map(plain));
    const again: FitEvent[] = [];
    for await (const event of run) again.push(event);
    assert.equal(again, seen);
    assert.equal((await run).history, seen);
  }
});

test('two loops at once, a slow one, and validation that comes with its event', async () => {
  const run = model().fit(x, y, { ...short, validation: 0.25, metrics: 'r2' });
  const loop = async (pause: number): Promise<FitEvent[]> => {
    const seen: FitEvent[] = [];
    for await (const event of run) {
      assert.ok(event.validation && 'r2' in event.metrics);
      seen.push(event);
      if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return seen;
  };
  const [fast, slow] = await Promise.all([loop(0), loop(3)]);
  assert.equal(fast, slow);
  assert.equal(
    fast.map(({ epoch }) => epoch),
    [1, 2, 3, 4, 5, 6],
  );
});

test('leaving the loop aborts', async () => {
  const fitted = model();
  const run = fitted.fit(x, y, { ...endless, every: { steps: 1000 } });
  for await (const event of run) if (event.step >= 3000) break;
  assert.is((await run).stopReason, 'aborted');
  const thrown = fitted.fit(x, y, { ...endless, every: { steps: 1000 } });
  try {
    for await (const event of thrown) throw new Error(`at ${event.step}`);
  } catch (error) {
    assert.is((error as Error).message, 'at 1000');
  }
  assert.is((await thrown).stopReason, 'aborted');
  free();
});

test('an error is thrown into the loop, behind the events before it', async () => {
  const run = model().fit(x, y, {
    ...short,
    onEpoch({ epoch }) {
      if (epoch === 3) throw new Error('mine');
    },
  });
  const seen: number[] = [];
  let caught: unknown;
  try {
    for await (const { epoch } of run) seen.push(epoch);
  } catch (error) {
    caught = error;
  }
  assert.is((caught as Error)?.message, 'mine');
  assert.equal(seen, [1, 2, 3]);
  free();
});

test('then, catch and finally', async () => {
  const run = model().fit(x, y, short);
  let done = 0;
  const result = await run.finally(() => void done++);
  assert.is(done, 1);
  assert.is(await run.then((value) => value), result);
  assert.is(await run.catch(() => 0), result);
  assert.ok(Object.isFrozen(result.history));
  const bad = model().fit(x, y, { ...short, onEpoch: () => Promise.reject(new Error('unseen')).catch(() => {}) });
  assert.is((await bad).stopReason, 'epochs');
});

test.run();
