/** reduceOnPlateau in a run: what it watches, when it acts, going on; against the rules applied to the history. */
import {
  createOptimizer,
  earlyStopping,
  linearRegression,
  logisticRegression,
  minimize,
  Plateau,
  parameters,
  type ReduceOnPlateauSpec,
  reduceOnPlateau,
  sgd,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reals } from '../helpers/numbers.ts';

const next = reals('f64', 5);
const x = Array.from({ length: 60 }, () => [next(), next()]);
const y = x.map(([a, b]) => a! - 2 * b! + 0.3 * next());
const labels = y.map((value) => Number(value > 0));

/** Rates of the events by the rules themselves, from what the events say. */
function expected(
  spec: ReduceOnPlateauSpec,
  initial: number,
  values: readonly number[],
  mode: 'min' | 'max' = 'min',
): number[] {
  const machine = new Plateau(spec, mode);
  let rate = initial;
  return values.map((value) => {
    const now = rate;
    rate = initial * (machine.update(value, now) ?? machine.state().factor);
    return now;
  });
}

test('validation loss, training loss, a metric that is to grow', () => {
  const options = { batchSize: 8, epochs: 40, validation: 0.25, metrics: 'accuracy' } as const;
  for (const [monitor, mode] of [
    ['validation.loss', 'min'],
    ['loss', 'min'],
    ['validation.metrics.accuracy', 'max'],
  ] as const) {
    const spec = reduceOnPlateau({ schedule: 0.5, monitor, patience: 0, factor: 0.5 });
    const { history } = logisticRegression().fitSync(x, labels, { ...options, optimizer: sgd(spec) });
    const seen = history.map((event) =>
      monitor === 'loss'
        ? event.loss
        : monitor === 'validation.loss'
          ? event.validation!.loss
          : event.validation!.metrics.accuracy!,
    );
    const rates = history.map(({ rate }) => rate);
    assert.equal(rates, expected(spec, 0.5, seen as number[], mode));
    assert.ok(new Set(rates).size > 1, monitor);
  }
});

test('fit gives the bits of fitSync, and going on those of one run', async () => {
  const spec = reduceOnPlateau({ schedule: 0.4, monitor: 'loss', patience: 0, factor: 0.5 });
  const options = { optimizer: sgd({ learningRate: spec, momentum: 0.5 }), batchSize: 8, shuffle: false } as const;
  const whole = linearRegression();
  const { history } = whole.fitSync(x, y, { ...options, epochs: 20 });
  assert.ok(history.at(-1)!.rate < 0.4);
  const sliced = linearRegression();
  await sliced.fit(x, y, { ...options, epochs: 20 });
  assert.equal(sliced.parameters, whole.parameters);
  const parts = linearRegression();
  parts.fitSync(x, y, { ...options, epochs: 9 });
  parts.fitSync(x, y, { ...options, epochs: 11, continue: true });
  assert.equal(parts.parameters, whole.parameters);
});

test('groups listen each for itself', () => {
  const spec = reduceOnPlateau({ schedule: 0.3, monitor: 'loss', patience: 0, factor: 0.1 });
  const fit = (groups: object) => {
    const model = linearRegression({ standardize: false });
    model.fitSync(x, y, { optimizer: sgd(spec), batchSize: 8, epochs: 20, shuffle: false, ...groups });
    return model.parameters;
  };
  assert.equal(fit({ groups: { parameters: 'bias' } }), fit({}));
  assert.not.equal(fit({ groups: { parameters: 'bias', learningRate: 0.3 } }), fit({}));
});

test('minimize and createOptimizer', () => {
  const spec = reduceOnPlateau({ schedule: 1, monitor: 'objective', patience: 0, factor: 0.5 });
  // |x| with steps of 1 from ½: the value never falls, so the rate does.
  const result = minimize(
    (p, g) => {
      g[0] = Math.sign(p[0]!);
      return Math.abs(p[0]!);
    },
    [0.5],
    { optimizer: sgd(spec), maxSteps: 6, tolerance: null },
  );
  assert.equal(
    result.history.map(({ rate }) => rate),
    expected(
      spec,
      1,
      result.history.map(({ objective }) => objective),
    ),
  );
  const θ = parameters({ w: [1] });
  const make = () => createOptimizer(θ, sgd(spec));
  let optimizer = make();
  const rates: number[] = [];
  const metrics = [3, 2, 2, 2, 1, 1];
  metrics.forEach((metric, t) => {
    if (t === 4) {
      const state = structuredClone(optimizer.state());
      optimizer.release();
      optimizer = make();
      optimizer.restore(state);
    }
    optimizer.step();
    rates.push(optimizer.rate);
    optimizer.observe(metric);
  });
  assert.equal(rates, [1, 1, 1, 0.5, 0.25, 0.25]);
  assert.equal(rates, expected(spec, 1, metrics));
});

test('a rate set in the middle of a run: for all parameters, for a group; what is no rate is refused', async () => {
  const model = linearRegression({ standardize: false });
  const options = { optimizer: sgd(0.1), batchSize: 'full', epochs: 40, tolerance: null } as const;
  const run = model.fit(x, y, {
    ...options,
    groups: { parameters: 'bias', learningRate: 0.2 },
    onEpoch: ({ epoch }) => {
      if (epoch === 10) run.setLearningRate(0.05);
      if (epoch === 20) run.setLearningRate((step) => step / 1000, 0);
      if (epoch === 30) assert.throws(() => run.setLearningRate(-1), /learningRate must be a number ≥ 0/);
      if (epoch === 31) assert.throws(() => run.setLearningRate(1, 2), /group must be an integer in \[0, 1\], got 2/);
    },
  });
  const { history } = await run;
  const rates = history.map(({ rate }) => rate);
  assert.equal(
    rates,
    Array.from({ length: 40 }, (_, t) => (t < 10 ? 0.1 : t < 20 ? 0.05 : t / 1000)),
  );
  // The same by functions from the start.
  const twin = linearRegression({ standardize: false });
  twin.fitSync(x, y, {
    ...options,
    optimizer: sgd((t) => rates[t]!),
    groups: { parameters: 'bias', learningRate: (t) => (t < 10 ? 0.2 : 0.05) },
  });
  assert.equal(model.parameters, twin.parameters);
  const searching = linearRegression().fit(x, y);
  assert.throws(() => searching.setLearningRate(1), /gradientDescentLineSearch has no rate/);
  await searching;
});

test('it needs what it watches', () => {
  const optimizer = sgd(reduceOnPlateau({ schedule: 0.1 }));
  assert.throws(
    () => linearRegression().fitSync(x, y, { optimizer }),
    /reduceOnPlateau watches validation\.loss: it needs validation rows/,
  );
  const other = sgd(reduceOnPlateau({ schedule: 0.1, monitor: 'metrics.none' }));
  assert.throws(
    () => linearRegression().fitSync(x, y, { optimizer: other }),
    /reduceOnPlateau: there is no number at "metrics\.none"/,
  );
  const both = { validation: 0.2, earlyStopping: earlyStopping({ patience: 5 }) };
  assert.ok(linearRegression().fitSync(x, y, { optimizer, ...both }).epochs > 0);
});

test.run();
