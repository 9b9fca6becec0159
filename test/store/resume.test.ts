/** Checkpoints taken at any moment, taken up in another process, and what is refused. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adam,
  barzilaiBorwein,
  type Checkpoint,
  type FitOptions,
  linearRegression,
  logisticRegression,
  meanSquaredError,
  minimizeAsync,
  mlp,
  pipeline,
  reduceOnPlateau,
  sam,
  sgd,
} from 'downhill';
import { loadCheckpoint, resume, save } from 'downhill/store';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Training } from '#src/fit.js';
import { defaultEngine } from '#src/memory/engine.js';
import { prepare } from '#src/models/prepare.js';
import { source } from '../helpers/points.js';
import { problem } from '../helpers/problems.js';

const { x, y, binary } = problem(200, 5);

// biome-ignore lint/suspicious/noExplicitAny: models of every kind
type Any = any;

const hexOf = ({ parameters }: Any): string =>
  Object.values(parameters as Record<string, Float64Array>)
    .map(({ buffer }) => Buffer.from(buffer).toString('hex'))
    .join(' ');

const network = () => mlp({ inputs: 5, hidden: [8, 4], outputs: 1, loss: meanSquaredError() });
const options: FitOptions<Any> = {
  optimizer: adam(0.01),
  batchSize: 16,
  epochs: 30,
  seed: 2,
  validation: 0.2,
  metrics: ['r2'],
};

/** Gives the event loop some turns. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** All checkpoints that `write` was given. */
function written(model: Any, y: unknown, every: object, more: object = {}): Checkpoint[] {
  const list: Checkpoint[] = [];
  model.fitSync(x, y, {
    ...options,
    ...more,
    checkpointEvery: { ...every, write: (one: Checkpoint) => void list.push(one) },
  });
  return list;
}

test('at any moment: between slices, in callbacks, in evaluations, again and again', async () => {
  const next = source(11);
  for (const [make, targets, more] of [
    [network, y, {}],
    [() => linearRegression(), y, {}],
    [
      () => logisticRegression(),
      binary,
      { optimizer: undefined, batchSize: 'full', epochs: 60, tolerance: null, metrics: [] },
    ],
  ] as const) {
    const given = { ...options, ...more } as FitOptions<Any>;
    const whole = make() as Any;
    const expected = whole.fitSync(x, targets, given);
    for (let round = 0; round < 8; round++) {
      const model = make() as Any;
      let run = model.fit(x, targets, given);
      let last: Any = model;
      for (let break_ = 0; break_ < 4; break_++) {
        await turns(Math.floor(next() * 3));
        let checkpoint: Checkpoint;
        try {
          checkpoint = run.checkpoint();
        } catch (error) {
          assert.is((error as Any).code, 'ERR_ENDED');
          break;
        }
        run.abort();
        await run;
        run = resume(loadCheckpoint(save(checkpoint)), x, targets);
        last = run.model;
      }
      const result = await run;
      assert.is(hexOf(last), hexOf(whole));
      assert.is(result.history.length, expected.history.length);
      assert.is(result.steps, expected.steps);
      assert.is(result.stopReason, expected.stopReason);
    }
  }
  assert.is(defaultEngine().arena.blocks, 0);
});

test('in the middle of a step, behind any op of the tape', async () => {
  const given = { ...options, epochs: 2, batchSize: 60, sam: sam(0.05) };
  for (const [make, targets, more] of [
    [network, y, { nonFinite: 'rollback' }],
    [() => linearRegression({ dtype: 'f32' }), y, {}],
    [
      () => logisticRegression(),
      binary,
      { optimizer: barzilaiBorwein(), sam: undefined, metrics: [], batchSize: 'full' },
    ],
  ] as const) {
    const full = { ...given, ...more } as FitOptions<Any>;
    const whole = make() as Any;
    whole.fitSync(x, targets, full);
    for (let ops = 0; ops < 200; ops += 7) {
      const training = new Training(prepare(make() as Any, x, targets, full));
      for (let i = 0; i < ops && !training.result; i++) training.advance(1);
      if (training.result) break;
      const checkpoint = training.checkpoint();
      training.abort();
      training.advance(1);
      const run = resume(checkpoint, x, targets);
      await run;
      assert.is(hexOf(run.model), hexOf(whole), `behind ${ops} ops`);
    }
  }
});

test('from onStep and onEpoch', async () => {
  const whole = network();
  whole.fitSync(x, y, options);
  for (const name of ['onStep', 'onEpoch'] as const) {
    for (const at of [1, 3, 11]) {
      let taken: Checkpoint | undefined;
      let run: Any;
      let calls = 0;
      const told = (): boolean | undefined => {
        if (++calls === at) taken = run.checkpoint();
        return calls > at ? false : undefined;
      };
      run = network().fit(x, y, { ...options, [name]: told });
      await run;
      const again = resume(taken!, x, y);
      await again;
      assert.is(hexOf(again.model), hexOf(whole), `${name} ${at}`);
    }
  }
});

test('by epochs, steps and seconds', () => {
  const stepsOf = (list: Checkpoint[]): number[] => list.map(({ run }) => run.now.progress.step!);
  const few = { epochs: 6 };
  assert.equal(stepsOf(written(network(), y, { epochs: 2 }, few)), [20, 40, 60]);
  assert.equal(stepsOf(written(network(), y, { steps: 25 }, few)), [25, 50]);
  // A clock that says that a second has passed whenever it is asked.
  const { performance } = globalThis;
  let now = 0;
  const tick = (): number => {
    now += 1000;
    return now;
  };
  Object.defineProperty(globalThis, 'performance', { value: { now: tick }, configurable: true });
  try {
    const steps = stepsOf(written(network(), y, { seconds: 5 }, { epochs: 10, every: { steps: 1 } }));
    assert.ok(steps.length > 5 && steps.length < 50, String(steps));
  } finally {
    Object.defineProperty(globalThis, 'performance', { value: performance, configurable: true });
  }
  for (const wrong of [
    {},
    { steps: 0 },
    { steps: 1, epochs: 1 },
    { seconds: -1 },
    { steps: 1.5 },
    { write: 1, steps: 1 },
  ]) {
    const given = { write: () => {}, ...wrong } as Any;
    assert.throws(() => network().fitSync(x, y, { ...options, checkpointEvery: given }), /checkpointEvery/);
  }
});

test('the run waits for a writer, and ends with its error', async () => {
  const order: string[] = [];
  let step = 0;
  const checkpointEvery = {
    steps: 5,
    async write({ run }: Checkpoint) {
      order.push(`begin ${run.now.progress.step}`);
      await turns(3);
      order.push(`end ${step}`);
    },
  };
  const onStep = (event: { step: number }): void => {
    step = event.step;
  };
  await network().fit(x, y, { ...options, epochs: 1, checkpointEvery, onStep });
  assert.equal(order, ['begin 5', 'end 5', 'begin 10', 'end 10']);
  const failing = { steps: 5, write: async () => Promise.reject(new Error('disk full')) };
  const model = network();
  let error: Any;
  await model.fit(x, y, { ...options, checkpointEvery: failing }).catch((one) => {
    error = one;
  });
  assert.match(error?.message, /disk full/);
  assert.is(model.predict(x).length, 200, 'the model is usable');
  assert.throws(() => network().fitSync(x, y, { ...options, checkpointEvery: failing }), /fitSync cannot wait/);
  const thrown = {
    steps: 5,
    write: () => {
      throw new Error('no room');
    },
  };
  assert.throws(() => model.fitSync(x, y, { ...options, checkpointEvery: thrown }), /no room/);
  model.fitSync(x, y, { ...options, epochs: 1 });
  assert.is(defaultEngine().arena.blocks, 0);
});

test('a rate set on the way, and a plateau, are those of the checkpoint', async () => {
  const schedule = reduceOnPlateau({ schedule: 0.05, patience: 0, threshold: 0.5, monitor: 'loss' });
  const change = (from: Any, more: object = {}) => {
    let run: Any;
    const onStep = ({ step }: { step: number }): void => {
      if (step === 30) run.setLearningRate(schedule);
    };
    run = from.fit(x, y, { ...options, ...more, onStep });
    return run;
  };
  const whole = network();
  await change(whole);
  const taken: Checkpoint[] = [];
  const checkpointEvery = { steps: 45, write: (one: Checkpoint) => void taken.push(structuredClone(one)) };
  await change(network(), { checkpointEvery });
  const run = resume(taken[0]!, x, y);
  await run;
  assert.is(hexOf(run.model), hexOf(whole));
});

test('other data are recognised', async () => {
  const weighted = { sampleWeights: y.map((_, i) => 1 + (i % 2)) };
  const [checkpoint] = written(network(), y, { steps: 33 });
  const [withWeights] = written(network(), y, { steps: 33 }, weighted);
  const isOther = (error: Any): boolean =>
    error.code === 'ERR_OTHER_DATA' && /expected .* rows .*, got/.test(error.message);
  const changed = x.map((row) => [...row]);
  changed[150]![3]! += 1e-6;
  assert.throws(() => resume(checkpoint!, changed, y), isOther);
  const targets = [...y];
  targets[7]! += 1e-6;
  assert.throws(() => resume(checkpoint!, x, targets), isOther);
  assert.throws(() => resume(checkpoint!, x.slice(1), y.slice(1)), isOther);
  assert.throws(() => resume(checkpoint!, x, y, { seed: 3 }), isOther);
  assert.throws(() => resume(withWeights!, x, y), /sampleWeights is not stored: give it again/);
  assert.throws(() => resume(withWeights!, x, y, { sampleWeights: y.map(() => 1) }), isOther);
  await resume(withWeights!, x, y, weighted);
  assert.is(defaultEngine().arena.blocks, 0, 'nothing is left behind');
  const run = resume(checkpoint!, x.slice(50), y.slice(50), { otherData: true });
  const result = await run;
  assert.is(result.stopReason, 'epochs');
  assert.ok((run.model as Any).predict(x).every(Number.isFinite));
});

test('options that do not fit, and what is no checkpoint', () => {
  const [checkpoint] = written(network(), y, { steps: 33 });
  assert.throws(() => resume(checkpoint!, x, y, { optimizer: sgd(0.1) }), /expected|must be/);
  for (const what of [null, 1, {}, { kind: 'checkpoint' }, { ...checkpoint, kind: 'model' }]) {
    assert.throws(
      () => resume(what as never, x, y),
      (error: Any) => error.code === 'ERR_ARGUMENT',
    );
  }
  const square = (θ: Float64Array, gradient: Float64Array): number => {
    gradient[0] = 2 * θ[0]!;
    return θ[0]! ** 2;
  };
  const run = minimizeAsync(square, [1]);
  assert.throws(() => run.checkpoint(), /only of what the fit of a model returned/);
  const own = pipeline([{ transform: (rows: number[][]) => rows } as never, linearRegression()]) as Any;
  assert.throws(() => written(own, y, { steps: 3 }), /pipeline\[0\] cannot be stored/);
});

test('not from inside a rate function; not after the end', async () => {
  let run: Any;
  const rate = (): number => {
    if (run) run.checkpoint();
    return 0.1;
  };
  run = linearRegression().fit(x, y, { optimizer: sgd(rate), epochs: 200, batchSize: 10 });
  await assertRejects(run, /not from inside a rate function/);
  run = linearRegression().fit(x, y);
  await run;
  assert.throws(
    () => run.checkpoint(),
    (error: Any) => error.code === 'ERR_ENDED',
  );
});

async function assertRejects(promise: PromiseLike<unknown>, what: RegExp): Promise<void> {
  try {
    await promise;
  } catch (error) {
    assert.match((error as Error).message, what);
    return;
  }
  assert.unreachable('it should have been rejected');
}

test('events of the run before are in the history, and are not told again', async () => {
  const [checkpoint] = written(network(), y, { steps: 33 });
  const told: number[] = [];
  const run = resume(checkpoint!, x, y, { onEpoch: ({ epoch }) => void told.push(epoch) });
  const iterated: number[] = [];
  for await (const { epoch } of run) iterated.push(epoch);
  const { history } = await run;
  const rest = Array.from({ length: 27 }, (_, i) => i + 4);
  assert.equal(told, rest);
  assert.equal(iterated, rest);
  assert.equal(
    history.map(({ epoch }) => epoch),
    [1, 2, 3, ...rest],
  );
});

test('another process goes on to the same bits', () => {
  const folder = mkdtempSync(join(tmpdir(), 'downhill-resume-'));
  try {
    const whole = network();
    whole.fitSync(x, y, options);
    const [checkpoint] = written(network(), y, { steps: 77 });
    writeFileSync(join(folder, 'checkpoint'), save(checkpoint!));
    writeFileSync(join(folder, 'data.json'), JSON.stringify({ x, y }));
    const store = new URL('../../lib/store.js', import.meta.url).href;
    const program = `import { readFileSync } from 'node:fs';
import { loadCheckpoint, resume, save } from ${JSON.stringify(store)};
const { x, y } = JSON.parse(readFileSync('data.json', 'utf8'));
const run = resume(loadCheckpoint(readFileSync('checkpoint')), x, y);
await run;
process.stdout.write(save(run.model));`;
    writeFileSync(join(folder, 'resume.mjs'), program);
    const bytes = execFileSync(process.execPath, ['resume.mjs'], { cwd: folder });
    assert.ok(bytes.equals(save(whole)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
