/** What is done to runs: failing memory, interleaving, aborts, exceptions, many models. */
import { adam, linearRegression, logisticRegression, meanSquaredError, mlp, OutOfMemoryError, sgd } from 'downhill';
import { resume } from 'downhill/store';
import { Engine } from '#src/memory/engine.js';
import { source } from '../helpers/points.js';
import { problem } from '../helpers/problems.js';

// biome-ignore lint/suspicious/noExplicitAny: models of every kind
type Any = any;

const { x, y, binary } = problem(64, 4);
const options = { batchSize: 8, epochs: 4, optimizer: adam(0.01), validation: 0.2, seed: 4 };

export const bitsOf = ({ parameters }: Any): string =>
  Object.values(parameters as Record<string, Float64Array>)
    .map(({ buffer }) => Buffer.from(buffer).toString('hex'))
    .join();

const makers: readonly ((engine?: Engine) => { model: Any; y: unknown; options: object })[] = [
  (engine) => ({
    model: mlp({ inputs: 4, hidden: [5], outputs: 1, loss: meanSquaredError(), ...of(engine) }),
    y,
    options,
  }),
  (engine) => ({ model: linearRegression({ ...of(engine) }), y, options: { ...options, metrics: ['r2'] } }),
  (engine) => ({ model: logisticRegression({ dtype: 'f32', ...of(engine) }), y: binary, options: { epochs: 20 } }),
];

const of = (engine?: Engine): { engine?: Engine } => (engine ? { engine } : {});

const assertThat = (condition: boolean, what: string): void => {
  if (!condition) throw new Error(what);
};

/** An arena that fails at the k-th request, for every k of a fit, a prediction and a resumed run. @returns how many. */
export async function failingArena(): Promise<number> {
  let requests = 0;
  for (const make of makers) {
    const plain = make();
    plain.model.fitSync(x, plain.y, plain.options);
    const expected = bitsOf(plain.model);
    for (let k = 0; ; k++) {
      const engine = new Engine();
      const { arena } = engine;
      const allocate = arena.allocate.bind(arena);
      let left = k;
      arena.allocate = (...args: Parameters<typeof allocate>): number => {
        if (left-- === 0) throw new OutOfMemoryError('as asked', 0);
        return allocate(...args);
      };
      const { model, y, options } = make(engine);
      let failed = false;
      try {
        let checkpoint: Any;
        const write = (one: Any): void => {
          checkpoint = one;
        };
        model.fitSync(x, y, { ...options, checkpointEvery: { steps: 7, write } });
        model.predict(x);
        model.evaluate(x, y);
        await resume(checkpoint, x, y, { engine });
      } catch (error) {
        failed = true;
        assertThat((error as Any).code === 'ERR_OUT_OF_MEMORY', `request ${k}: ${(error as Error).stack}`);
      }
      assertThat(arena.blocks === 0, `request ${k}: ${arena.blocks} blocks are left`);
      if (!failed) break;
      requests++;
      left = -1;
      model.fitSync(x, y, options);
      assertThat(bitsOf(model) === expected, `request ${k}: other bits behind it`);
      assertThat(arena.blocks === 0, `request ${k}: blocks are left behind the next fit`);
    }
  }
  return requests;
}

/** So many runs at the same time come to the bits of one alone. */
export async function interleaved(count: number): Promise<void> {
  const alone = makers.map((make) => {
    const { model, y, options } = make();
    model.fitSync(x, y, options);
    return bitsOf(model);
  });
  const runs = Array.from({ length: count }, (_, i) => {
    const { model, y, options } = makers[i % makers.length]!();
    return { model, run: model.fit(x, y, { ...options, onStep: () => {} }) };
  });
  await Promise.all(runs.map(({ run }) => run));
  runs.forEach(({ model }, i) => {
    assertThat(bitsOf(model) === alone[i % makers.length], `run ${i} of ${count}: other bits`);
  });
}

/** Aborts at random moments, by `abort`, a signal, or leaving the loop; the next fit comes to the right bits. */
export async function aborts(count: number, seed = 1): Promise<void> {
  const next = source(seed);
  const engine = new Engine();
  const made = makers.map((make) => {
    const plain = make();
    plain.model.fitSync(x, plain.y, plain.options);
    return { ...make(engine), expected: bitsOf(plain.model) };
  });
  for (let i = 0; i < count; i++) {
    const { model, y, options, expected } = made[i % made.length]!;
    const controller = new AbortController();
    const way = Math.floor(next() * 4);
    const at = Math.floor(next() * 40);
    let steps = 0;
    let run: Any;
    const onStep = (): void => {
      if (steps++ !== at) return;
      if (way === 0) run.abort();
      if (way === 1) controller.abort();
    };
    run = model.fit(x, y, { ...options, epochs: 40, onStep, signal: controller.signal });
    if (way === 2) for await (const { step } of run) if (step >= at) break;
    if (way === 3) {
      for (let turn = 0; turn < next() * 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      run.abort();
    }
    const { stopReason } = await run;
    assertThat(['aborted', 'epochs', 'converged'].includes(stopReason), `abort ${i}: ${stopReason}`);
    assertThat(engine.arena.blocks === 0, `abort ${i}: blocks are left`);
    if (i % 10 === 0) {
      model.fitSync(x, y, options);
      assertThat(bitsOf(model) === expected, `abort ${i}: other bits behind it`);
    }
  }
}

/** An exception out of every callback, at its n-th call. @returns how many were thrown. */
export async function exceptions(calls: number): Promise<number> {
  const engine = new Engine();
  let thrown = 0;
  for (const make of makers.slice(0, 2)) {
    const plain = make();
    plain.model.fitSync(x, plain.y, plain.options);
    const expected = bitsOf(plain.model);
    for (const name of ['onStep', 'onEpoch', 'rate', 'write', 'signal', 'transform', 'fit', 'getter']) {
      for (let n = 0; n < calls; n++) {
        let count = 0;
        const boom = (): void => {
          if (count++ === n) throw new Error('boom');
        };
        const { model, y, options } = make(engine);
        const step = {
          fit: () => name === 'fit' && boom(),
          transform(rows: number[][]) {
            if (name === 'transform') boom();
            return rows;
          },
          clone: () => step,
        };
        const stepped = name === 'transform' || name === 'fit' ? model.clone({}, [step]) : model;
        const signal = {
          get aborted() {
            if (name === 'signal') boom();
            return false;
          },
        };
        const rate = (): number => {
          boom();
          return 0.01;
        };
        const rows = x.map((row) =>
          name === 'getter'
            ? new Proxy(row, {
                get(target, key) {
                  if (key === '2') boom();
                  return Reflect.get(target, key);
                },
              })
            : row,
        );
        const given = {
          ...options,
          onStep: () => void (name === 'onStep' && boom()),
          onEpoch: () => void (name === 'onEpoch' && boom()),
          ...(name === 'rate' ? { optimizer: sgd(rate) } : {}),
          ...(name === 'signal' ? { signal } : {}),
          ...(name === 'write' ? { checkpointEvery: { steps: 3, write: boom } } : {}),
        };
        for (const sync of [true, false]) {
          count = 0;
          try {
            if (sync) stepped.fitSync(rows, y, given);
            else await stepped.fit(rows, y, given);
          } catch (error) {
            assertThat((error as Error).message === 'boom', `${name} ${n}: ${(error as Error).stack}`);
            thrown++;
          }
          assertThat(engine.arena.blocks === 0, `${name} ${n}: blocks are left`);
        }
        model.fitSync(x, y, options);
        assertThat(bitsOf(model) === expected, `${name} ${n}: other bits behind it`);
      }
    }
  }
  return thrown;
}

/** Models one after the other in one engine: memory stays where it was after the first. @returns bytes then and at the end. */
export function manyModels(models: number, steps: number): { first: number; last: number; heap: number } {
  const engine = new Engine();
  let first = 0;
  let heap = 0;
  for (let i = 0; i < models; i++) {
    const { model, y, options } = makers[i % 2]!(engine);
    const epochs = Math.ceil(steps / 7);
    model.fitSync(x, y, {
      ...options,
      optimizer: adam(1e-4),
      metrics: [],
      validation: null,
      epochs,
      every: { epochs },
    });
    if (i === Math.min(99, Math.floor(models / 2))) {
      first = engine.arena.size;
      heap = process.memoryUsage().heapUsed;
    }
  }
  globalThis.gc?.();
  return { first, last: engine.arena.size, heap: process.memoryUsage().heapUsed - heap };
}
