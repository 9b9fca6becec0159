/**
 * Augmentation in a run: what a batch holds is what `augment` makes of its rows; the same bits whatever way; rows that are
 * only looked at stay as they are.
 */
import {
  type AugmentImagesSpec,
  adam,
  augment,
  augmentImages,
  type FitOptions,
  gradientDescentLineSearch,
  logisticRegression,
  mlp,
  pipeline,
  sam,
  sgd,
  softmaxCrossEntropy,
  softmaxRegression,
  standardScaler,
} from 'downhill';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Philox, streams } from '#src/data/random.js';
import { Training } from '#src/fit.js';
import { Engine } from '#src/memory/engine.js';
import { prepare } from '#src/models/prepare.js';
import { networkBits } from '../helpers/network.js';
import { source } from '../helpers/points.js';
import { throws } from '../throws.js';

const side = { height: 5, width: 7 };
const columns = 35;
const rows = 203;
const next = source(3);
const data = Float64Array.from({ length: rows * columns }, next);
const y = Int32Array.from({ length: rows }, (_, i) =>
  data[i * columns + 17]! > 0.6 ? 2 : data[i * columns]! > 0.5 ? 1 : 0,
);
const spec = augmentImages({ ...side, shift: 1.5, rotate: 20, scale: [0.8, 1.2], flip: 'horizontal' });

type Dtype = 'f32' | 'f64';

const matrix = (dtype: Dtype, values: ArrayLike<number> = data, n = rows) => ({
  data: dtype === 'f32' ? Float32Array.from(values) : Float64Array.from(values),
  shape: [n, columns] as const,
});

const model = (dtype: Dtype) => mlp({ inputs: columns, hidden: [9], outputs: 3, loss: softmaxCrossEntropy(), dtype });

/** The rows of `x` and the labels in another order. */
function ordered(x: ReturnType<typeof matrix>, order: ArrayLike<number>) {
  const to = matrix(x.data instanceof Float32Array ? 'f32' : 'f64');
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const row = order[i]!;
    to.data.set(x.data.subarray(row * columns, (row + 1) * columns), i * columns);
    labels[i] = y[row]!;
  }
  return { x: to, y: labels };
}

for (const dtype of ['f32', 'f64'] as const) {
  const x = matrix(dtype);

  test(`a batch holds what augment makes of its rows, ${dtype}`, () => {
    const ways: FitOptions<never>[] = [
      { batchSize: 16, shuffle: false },
      { batchSize: 16, shuffle: false, sam: sam(0.1) },
      { batchSize: 16, shuffle: false, accumulate: 3 },
      { batchSize: 1, shuffle: false },
      { batchSize: 'full', optimizer: sgd(0.1) },
      { batchSize: 64 },
    ];
    for (const [seed, options] of ways.entries()) {
      const what = JSON.stringify(options);
      const own = model(dtype);
      const given = model(dtype);
      for (let epoch = 0; epoch < 3; epoch++) {
        const common = { optimizer: adam(0.01), ...options, seed, epochs: 1, continue: true };
        const a = own.fitSync(x, y as never, { ...common, augmentation: spec });
        // Mini-batches take the rows in the order of the epoch; position counts in this order.
        const shuffles = options.shuffle !== false && options.batchSize !== 'full';
        const order = shuffles
          ? new Philox(seed, streams.shuffle, epoch).permutation(rows)
          : Uint32Array.from({ length: rows }, (_, i) => i);
        const rest = ordered(x, order);
        const made = augment(rest.x, spec, { seed, epoch });
        const b = given.fitSync({ ...rest.x, data: made }, rest.y as never, { ...common, shuffle: false });
        assert.is(networkBits(own), networkBits(given), `${what}, epoch ${epoch}`);
        assert.is(a.history[0]!.loss, b.history[0]!.loss);
      }
      const without = model(dtype);
      without.fitSync(x, y as never, { optimizer: adam(0.01), ...options, seed, epochs: 3 });
      assert.is.not(networkBits(own), networkBits(without));
    }
  });

  test(`fit, fitSync, any budget and any cut give the same bits, ${dtype}`, async () => {
    const options: FitOptions<never> = { optimizer: adam(0.01), epochs: 4, batchSize: 16, augmentation: spec, seed: 5 };
    const sync = model(dtype);
    const { steps } = sync.fitSync(x, y as never, options);
    const bits = networkBits(sync);
    const again = model(dtype);
    await again.fit(x, y as never, options);
    assert.is(networkBits(again), bits);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 8 }), (budgets) => {
        const one = model(dtype);
        const training = new Training(prepare(one, x, y, options));
        for (let i = 0; !training.advance(budgets[i % budgets.length]!); i++);
        assert.is(networkBits(one), bits);
      }),
      { numRuns: 4, seed: 1 },
    );
    const cut = model(dtype);
    cut.fitSync(x, y as never, { ...options, maxSteps: 17 });
    cut.fitSync(x, y as never, { ...options, maxSteps: steps - 17, continue: true });
    assert.is(networkBits(cut), bits);
    const other = model(dtype);
    other.fitSync(x, y as never, { ...options, seed: 6 });
    assert.is.not(networkBits(other), bits);
  });

  test(`nothing asked of the augmentation: the bits of a run without, ${dtype}`, () => {
    for (const shuffle of [true, false]) {
      const options: FitOptions<never> = { optimizer: adam(0.01), epochs: 2, batchSize: 16, shuffle };
      const [plain, still] = [model(dtype), model(dtype)];
      plain.fitSync(x, y as never, options);
      still.fitSync(x, y as never, { ...options, augmentation: augmentImages(side) });
      assert.is(networkBits(still), networkBits(plain));
    }
  });

  test(`softmax regression takes it, too, ${dtype}`, () => {
    const options: FitOptions<never> = { optimizer: sgd(0.1), epochs: 1, batchSize: 20, shuffle: false, seed: 2 };
    const make = () => softmaxRegression({ dtype, standardize: false });
    const [own, given] = [make(), make()];
    own.fitSync(x, y as never, { ...options, augmentation: spec });
    given.fitSync({ ...x, data: augment(x, spec, { seed: 2 }) }, y as never, options);
    assert.is(networkBits(own), networkBits(given));
  });
}

test('rows for validation, metrics and predictions stay as they are', () => {
  const x = matrix('f64');
  const held = { x: matrix('f64', data.subarray(0, 60 * columns), 60), y: y.subarray(0, 60) as never };
  const own = model('f64');
  const { history } = own.fitSync(x, y as never, {
    optimizer: adam(0.01),
    epochs: 3,
    batchSize: 16,
    augmentation: spec,
    validation: held,
    metrics: 'accuracy',
  });
  const last = history.at(-1)!;
  assert.is(last.validation!.loss, own.evaluate(held.x, held.y).loss);
  assert.is(last.metrics.accuracy, own.evaluate(x, y as never, { metrics: 'accuracy' }).accuracy);
});

test('a spec that comes from JSON does the same, beside rows that are held out', () => {
  const x = matrix('f64');
  const options: FitOptions<never> = { optimizer: adam(0.01), epochs: 2, batchSize: 16, validation: 0.3, seed: 8 };
  const seen: number[] = [];
  const [a, b] = [model('f64'), model('f64')];
  a.fitSync(x, y as never, { ...options, augmentation: spec, onEpoch: (e) => void seen.push(e.validation!.loss) });
  b.fitSync(x, y as never, { ...options, augmentation: JSON.parse(JSON.stringify(spec)) });
  assert.is(networkBits(a), networkBits(b));
  assert.is(seen.length, 2);
});

test('memory is given back', () => {
  const engine = new Engine();
  const own = mlp({ inputs: columns, hidden: 4, outputs: 3, loss: softmaxCrossEntropy(), engine });
  own.fitSync(matrix('f32'), y as never, { epochs: 1, augmentation: spec });
  const size = engine.arena.size;
  for (let i = 0; i < 5; i++) own.fitSync(matrix('f32'), y as never, { epochs: 1, augmentation: spec });
  assert.is(engine.arena.blocks, 0);
  assert.is(engine.arena.size, size);
});

test('bad input; nothing has changed then', () => {
  const x = matrix('f64');
  const own = model('f64');
  own.fitSync(x, y as never, { epochs: 1 });
  const bits = networkBits(own);
  const bad = (options: FitOptions<never>, code: 'ERR_ARGUMENT' | 'ERR_SHAPE', message: string): void => {
    throws(() => own.fitSync(x, y as never, options), code, message);
    assert.is(networkBits(own), bits);
  };
  bad(
    { augmentation: augmentImages({ height: 28, width: 28 }) },
    'ERR_SHAPE',
    'augmentation: expected 28 × 28 × 1 = 784 columns, got 35',
  );
  bad(
    { augmentation: spec, optimizer: gradientDescentLineSearch(), batchSize: 'full' },
    'ERR_ARGUMENT',
    'augmentation needs an optimizer with a rate: trials of gradientDescentLineSearch compare the same rows',
  );
  assert.throws(
    () => own.fitSync(x, y as never, { augmentation: { ...side } as AugmentImagesSpec }),
    /^fit: augmentation must be an augmentation such as augmentImages\(…\), got /,
  );
  throws(
    () => softmaxRegression().fitSync(x, y as never, { optimizer: sgd(0.1), augmentation: spec }),
    'ERR_ARGUMENT',
    'augmentation needs pixels as they are: standardize: false',
  );
  const binary = Int32Array.from(y, (label) => Number(label > 0));
  throws(
    () => logisticRegression({ standardize: false }).fitSync(x, binary, { optimizer: sgd(0.1), augmentation: spec }),
    'ERR_ARGUMENT',
    'augmentation needs a network, or more than one output',
  );
  assert.throws(() => own.partialFit(x, y as never, { augmentation: spec } as never), /^partialFit: takes /);
});

test('behind the steps of a pipeline images are moved as these leave them', () => {
  const x = matrix('f64');
  const scaler = standardScaler();
  const piped = pipeline([standardScaler(), model('f64')]);
  const options: FitOptions<never> = { optimizer: adam(0.01), epochs: 1, batchSize: 16, augmentation: spec };
  piped.fitSync(x, y as never, options);
  const plain = model('f64');
  plain.fitSync(scaler.fitTransform(x), y as never, options);
  assert.is(networkBits(piped), networkBits(plain));
});

test.run();
