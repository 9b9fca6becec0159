/** Random options, data and targets of every kind: a documented result, or an error with a code. */
import {
  adam,
  earlyStopping,
  ema,
  l1,
  linearRegression,
  logisticRegression,
  meanSquaredError,
  mlp,
  sam,
  sgd,
  softmaxRegression,
} from 'downhill';
import fc from 'fast-check';
import { Engine } from '#src/memory/engine.js';

// biome-ignore lint/suspicious/noExplicitAny: anything at all
type Any = any;

const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, undefined, true, false, 0, -0, 1, -1, 0.5, Number.NaN, Infinity, -Infinity, 2 ** 53, 1e308, 5e-324],
    ...[
      '',
      'full',
      'adam',
      'toString',
      '__proto__',
      'constructor',
      10n,
      Symbol.iterator,
      () => 1,
      class A {},
      /x/,
      new Date(0),
    ],
    ...[[], {}, [[]], [[], []], [null], new Array(3), Object.create(null), new Map(), new Set([1]), Promise.resolve(1)],
    ...[
      new Float32Array(3),
      new Float64Array(0),
      new BigInt64Array(2),
      new ArrayBuffer(8),
      new DataView(new ArrayBuffer(8)),
    ],
    ...[{ data: [1, 2], shape: [2, 1] }, { data: new Float32Array(4), rows: 2, columns: 2 }, { shape: [2, 2] }],
    ...[{ data: [1, 2], shape: [-1, -2] }, { data: [1], shape: [1e308, 0] }, JSON.parse('{"__proto__":{"epochs":1}}')],
  ),
  fc.anything({ maxDepth: 2, withBigInt: true, withTypedArray: true, withSparseArray: true, withNullPrototype: true }),
  fc.constantFrom('throws', 'reads').map((way) =>
    way === 'throws'
      ? Object.defineProperty({}, 'kind', {
          enumerable: true,
          get() {
            throw Object.assign(new Error('getter'), { code: 'ERR_GETTER' });
          },
        })
      : new Proxy([[1, 2]], {}),
  ),
);

/** A value that makes sense, most of the time. */
const mostly = (...values: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: fc.constantFrom<unknown>(...values) }, { weight: 1, arbitrary: strange });

const options = fc.record(
  {
    optimizer: mostly(
      adam(0.01),
      sgd({ learningRate: 0.1, momentum: 0.9 }),
      { kind: 'adam' },
      { kind: 'lion' },
      sgd(() => 0.1),
    ),
    batchSize: mostly(1, 2, 'full', 3),
    epochs: mostly(1, 2, 3),
    maxSteps: mostly(1, 5, null),
    seed: mostly(0, 1, 2 ** 40),
    shuffle: mostly(true, false),
    validation: mostly(0.3, { fraction: 0.5, stratify: true }, { x: [[1, 2]], y: [1] }),
    regularizer: mostly(l1(0.1), [l1(0.1), { kind: 'l2', lambda: 0.1 }], []),
    average: mostly(ema({ decay: 0.9 }), []),
    sam: mostly(sam(0.1), null),
    clip: mostly({ kind: 'clipByGlobalNorm', max: 1 }, []),
    earlyStopping: mostly(earlyStopping({ monitor: 'loss' }), earlyStopping()),
    metrics: mostly('r2', ['accuracy'], []),
    sampleWeights: mostly([1, 2, 3, 4], new Float32Array(4).fill(1)),
    classWeights: mostly('balanced', { a: 1, b: 2 }, [1, 2]),
    groups: mostly({ parameters: 'bias', learningRate: 0.1 }, []),
    nonFinite: mostly('throw', 'skip', 'rollback'),
    tolerance: mostly(null, 1e-3, 0),
    lossTolerance: mostly(null, 1e-3),
    accumulate: mostly(1, 2),
    every: mostly({ epochs: 1 }, { steps: 1 }),
    continue: mostly(true, false),
    checkpointEvery: mostly({ steps: 1, write: () => {} }, null),
    loss: mostly({ kind: 'meanSquaredError' }, null),
    augmentation: mostly(null),
  },
  { requiredKeys: ['epochs'] },
);

const rows = [
  [1, 2],
  [2, 1],
  [0, 1],
  [3, 3],
];

function buffers(): readonly unknown[] {
  const detached = new Float32Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const shared = new Float32Array(new SharedArrayBuffer(32));
  const payload = new Float64Array(new BigUint64Array([0x7ff0000000000001n, 1n, 2n, 3n, 4n, 5n, 6n, 7n]).buffer);
  const getter = [1, 2];
  Object.defineProperty(getter, 0, {
    get() {
      throw Object.assign(new Error('getter'), { code: 'ERR_GETTER' });
    },
  });
  return [
    { data: detached, shape: [4, 2] },
    { data: shared, shape: [4, 2] },
    { data: payload, shape: [4, 2] },
    [getter, [1, 2], [1, 2], [1, 2]],
    rows.map((row) => new Proxy(row, {})),
    [
      [1, 2],
      [2, Number.NaN],
      [0, 1],
      [3, 3],
    ],
    [[1, 2], [2], [0, 1], [3, 3]],
    [
      [1, 1e308],
      [2, -1e308],
      [0, 1],
      [3, 3],
    ],
    { data: new Float32Array(8).fill(3e38), shape: [4, 2] },
    { data: [1, 2, 3, 4, 5, 6, 7, 8], shape: [4, 2] },
  ];
}

const targets = [
  [1, 2, 3, 4],
  [0, 1, 0, 1],
  ['a', 'b', 'a', 'b'],
  ['a', 'b', 'c', 'a'],
  [[1], [2], [3], [4]],
  new Float32Array(4),
];

const models: readonly ((dtype: 'f32' | 'f64', engine: Engine) => Any)[] = [
  (dtype, engine) => linearRegression({ dtype, engine }),
  (dtype, engine) => logisticRegression({ dtype, engine }),
  (dtype, engine) => softmaxRegression({ dtype, engine }),
  (dtype, engine) => mlp({ inputs: 2, hidden: [3], outputs: 1, loss: meanSquaredError(), dtype, engine }),
];

const isCoded = (error: unknown): boolean => {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return typeof code === 'string' && code.startsWith('ERR_') && typeof message === 'string' && message.length > 0;
};

/** @returns how many fits there were results of, and how many were refused. */
export function randomOptions(count: number, seed = 1): { fitted: number; refused: number; slowest: number } {
  const engine = new Engine();
  let fitted = 0;
  let refused = 0;
  let slowest = 0;
  const property = fc.property(
    fc.nat(models.length - 1),
    fc.constantFrom('f32' as const, 'f64' as const),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant<unknown>(rows) },
      { weight: 2, arbitrary: fc.constantFrom(...buffers()) },
      { weight: 1, arbitrary: strange },
    ),
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom<unknown>(...targets) }, { weight: 1, arbitrary: strange }),
    fc.oneof({ weight: 9, arbitrary: options }, { weight: 1, arbitrary: strange }),
    (i, dtype, x, y, given) => {
      const model = models[i]!(dtype, engine);
      const started = performance.now();
      try {
        // Whatever else is asked, not for ever.
        const bounded = typeof given === 'object' && given !== null && 'epochs' in given && Number(given.epochs) > 50;
        const result = model.fitSync(x, y, bounded ? { ...given, epochs: 2 } : given);
        for (const values of Object.values(model.parameters) as Float64Array[]) {
          if (!values.every(Number.isFinite)) throw new Error('parameters are not finite, silently');
        }
        if (typeof result.stopReason !== 'string') throw new Error('no result');
        model.predict(rows);
        fitted++;
      } catch (error) {
        if (!isCoded(error)) throw error;
        refused++;
      }
      slowest = Math.max(slowest, performance.now() - started);
      if (engine.arena.blocks !== 0) throw new Error(`${engine.arena.blocks} blocks are left`);
      if (Object.keys(Object.prototype).length > 0) throw new Error('the prototype of all objects has changed');
    },
  );
  fc.assert(property, { numRuns: count, seed, endOnFailure: true, interruptAfterTimeLimit: 3_600_000 });
  return { fitted, refused, slowest };
}
