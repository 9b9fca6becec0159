/**
 * Networks of every kind of layer: gradients against central differences, the same bits whatever way they are trained,
 * whatever the blocks; plain data there and back.
 */
import {
  adam,
  batchNorm,
  conv2d,
  dense,
  ema,
  flatten,
  gradientDescentLineSearch,
  input,
  type LayerLike,
  meanSquaredError,
  type Network,
  reshape,
  residual,
  scheduleFreeAdamW,
  sequential,
  sgd,
  softmaxCrossEntropy,
} from 'downhill';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Training } from '#src/fit.js';
import { prepare } from '#src/models/prepare.js';
import { networkBits, rowsOf } from '../helpers/network.js';
import { differences, stepOf } from '../helpers/network-gradient.js';
import { networks } from '../helpers/networks.js';

const [ROWS, COLUMNS] = [11, 48];
const { x, three, ternary } = rowsOf(ROWS, COLUMNS);
const many = rowsOf(70, COLUMNS, 4);

const f64 = { dtype: 'f64', loss: meanSquaredError() } as const;
const classes = { loss: softmaxCrossEntropy() } as const;
const quick = { optimizer: adam(0.01), epochs: 2, batchSize: 16, seed: 7 } as const;

for (const [name, make] of Object.entries(networks)) {
  test(`${name}: gradients of all parameters against central differences, f64`, () => {
    const model = make(f64);
    model.fitSync(x, three, { optimizer: sgd(0.01), epochs: 2, batchSize: 4, seed: 3, maxSteps: 4 });
    for (const [at, values] of Object.entries(model.parameters)) {
      if (at.endsWith('bias')) values.forEach((_, i) => void values.set([0.1 * Math.sin(i + 1)], i));
    }
    const { error, largest } = differences(model, x, three);
    assert.ok(error <= 1e-8, `error ${error}`);
    assert.ok(largest > 1e-3, `largest ${largest}`);
  });

  test(`${name}: f32 is near f64`, () => {
    const exact = make(f64);
    const rough = make({ loss: meanSquaredError() });
    for (const model of [exact, rough]) model.fitSync(x, three, { optimizer: sgd(0), epochs: 1, batchSize: 'full' });
    for (const [at, values] of Object.entries(exact.parameters)) rough.parameters[at]!.set(values);
    const [a, b] = [stepOf(exact, x, three), stepOf(rough, x, three)];
    assert.ok(Math.abs(a.loss - b.loss) < 1e-5 * Math.max(1, a.loss), `${b.loss} for ${a.loss}`);
    for (const [at, values] of Object.entries(a.gradient)) {
      values.forEach((v, i) => {
        assert.ok(Math.abs(v - b.gradient[at]![i]!) < 1e-5 * Math.max(1, Math.abs(v)), `${at}[${i}]`);
      });
    }
  });

  test(`${name}: fit, fitSync and any budget give the same bits; the last batch is incomplete`, async () => {
    const sync = make(classes);
    sync.fitSync(many.x, many.ternary, quick);
    assert.ok(Object.values(sync.parameters).every((values) => values.every(Number.isFinite)));
    const other = make(classes);
    await other.fit(many.x, many.ternary, quick);
    assert.is(networkBits(other), networkBits(sync));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 6 }), (budgets) => {
        const model = make(classes);
        const training = new Training(prepare(model, many.x, many.ternary, quick));
        for (let i = 0; !training.advance(budgets[i % budgets.length]!); i++);
        assert.is(networkBits(model), networkBits(sync));
      }),
      { numRuns: 3, seed: 1 },
    );
    const one = sync.predictRaw(many.x);
    const rows = many.x.map((row) => sync.predictRaw([row])).flatMap((row) => [...row]);
    assert.equal([...one], rows);
  });

  test(`${name}: plain data there and back`, () => {
    const model = make(classes);
    const again = model.clone(JSON.parse(JSON.stringify(model.spec.loss === null ? {} : { loss: model.spec.loss })));
    for (const one of [model, again])
      one.fitSync(x, ternary, quick.batchSize > ROWS ? { ...quick, batchSize: 4 } : quick);
    assert.is(networkBits(again), networkBits(model));
    assert.equal(structuredClone(model.spec), model.spec);
    assert.equal(JSON.parse(JSON.stringify(model.spec)), model.spec);
    assert.is(again.summary(null), model.summary(null));
  });
}

test('batch normalisation: a batch of one row is refused before anything changes; images are enough positions', () => {
  const model = networks['batch normalisation']!(classes);
  assert.throws(
    () => model.fitSync(x, ternary, { batchSize: 1 }),
    /batchNorm1: expected at least 2 rows in a batch, got batchSize 1$/,
  );
  assert.throws(
    () => model.fitSync(x, ternary, { batchSize: 10 }),
    /batchNorm1: expected at least 2 rows in a batch, got a last batch of 1 \(11 rows, batchSize 10\)$/,
  );
  assert.is(model.fitted, undefined);
  networks['batch normalisation of images']!(classes).fitSync(x, ternary, { batchSize: 10, epochs: 1 });
  const wide = Array.from({ length: 4098 }, (_, i) => [i % 7, i % 5]);
  const net = sequential([dense(2), batchNorm(), dense(1)], { loss: meanSquaredError() });
  assert.throws(
    () =>
      net.fitSync(
        wide,
        wide.map(([v]) => v!),
        { batchSize: 'full' },
      ),
    /batchNorm1: expected batches of at most 4096 rows, got batchSize 4098$/,
  );
});

test('what is evaluated has running statistics: averages, schedule-free optimizers', () => {
  const plain = networks['batch normalisation']!(f64);
  const fit = { batchSize: 6, epochs: 30, seed: 2 } as const;
  plain.fitSync(x, three, { ...fit, optimizer: adam(0.01) });
  for (const options of [{ optimizer: scheduleFreeAdamW(0.01) }, { optimizer: adam(0.01), average: ema(0.5) }]) {
    const model = networks['batch normalisation']!(f64);
    const { history } = model.fitSync(x, three, { ...fit, ...options });
    const { loss } = model.evaluate(x, three);
    // With statistics that are not there predictions would be far off.
    assert.ok(loss < 2 * history.at(-1)!.loss, `${loss}, ${history.at(-1)!.loss}`);
    model.parameters['batchNorm1.runningVariance']!.forEach((v, i) => {
      assert.ok(Math.abs(v / plain.parameters['batchNorm1.runningVariance']![i]! - 1) < 0.9, `variance ${v}`);
    });
  }
});

test('a line search refuses dropout', () => {
  assert.throws(
    () => networks.dropout!(f64).fitSync(x, three, { optimizer: gradientDescentLineSearch(), batchSize: 'full' }),
    /^dropout1: trials of gradientDescentLineSearch compare the same units: use an optimizer with a rate$/,
  );
});

test('shapes that do not fit name the layer and both shapes', () => {
  const wrong = (layers: LayerLike[], message: RegExp): void => {
    assert.throws(() => sequential([input(4, 4, 3), ...layers], classes), message);
  };
  wrong([dense(3)], /dense1: expected one axis to come out, got \[4, 4, 3\]: flatten\(\) makes it one/);
  wrong(
    [flatten(), conv2d({ filters: 2, kernelSize: 2 })],
    /conv2d_1: expected \[height, width, channels\], got \[48\]/,
  );
  wrong([conv2d({ filters: 2, kernelSize: 5 }), flatten()], /conv2d_1: .*5.*\[4, 4, 3\]/);
  wrong([reshape([5, 5])], /reshape1: expected 25 numbers for \[5, 5\], got 48 of \[4, 4, 3\]/);
  wrong([residual([flatten(), dense(3)]), flatten()], /add1: expected inputs of one shape, got \[3\] and \[4, 4, 3\]/);
});

test('two hundred epochs take no more memory than two', () => {
  const make = (): Network => networks['batch normalisation of images']!({ ...classes });
  const memory = (epochs: number): number => {
    const model = make();
    model.fitSync(x, ternary, { optimizer: adam(0.001), epochs, batchSize: 4 });
    return model.engine.arena.size;
  };
  const few = memory(2);
  assert.is(memory(200), few);
});

test.run();
