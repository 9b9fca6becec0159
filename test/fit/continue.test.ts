/** Going on: `continue`, `partialFit` and online gradient descent. */
import {
  dynamicGradientDescent,
  exponentialDecay,
  gradientDescent,
  inverseSqrtDecay,
  inverseTimeDecay,
  l1,
  linearRegression,
  logisticRegression,
  nonNegative,
  onlineGradientDescent,
  perEpoch,
  sgd,
  softmaxRegression,
  squareDecay,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { close } from '../helpers/golden.js';
import { bits, problem, values } from '../helpers/problems.js';

const { x, y, binary, ternary } = problem(57, 4);

test('two fits are one longer fit, bit for bit', () => {
  for (const dtype of ['f32', 'f64'] as const) {
    for (const options of [
      { optimizer: sgd({ learningRate: squareDecay({ initial: 0.05, decay: 0.01 }), momentum: 0.9 }), batchSize: 8 },
      {
        optimizer: sgd({
          learningRate: perEpoch(exponentialDecay({ initial: 0.05, rate: 0.5 })),
          momentum: 0.9,
          nesterov: true,
        }),
        batchSize: 8,
      },
      { optimizer: sgd((step) => 0.05 / (1 + step)), batchSize: 8, regularizer: l1(0.01) },
      { optimizer: gradientDescent(inverseTimeDecay({ initial: 0.1, decay: 0.1 })) },
      { optimizer: sgd({ learningRate: 0.01, momentum: 0.5 }), batchSize: 8, validation: 0.2, seed: 3 },
      { optimizer: onlineGradientDescent(), regularizer: nonNegative() },
    ]) {
      const makers = [
        { make: () => linearRegression({ dtype }), y },
        { make: () => logisticRegression({ dtype }), y: binary },
        { make: () => softmaxRegression({ dtype }), y: ternary },
      ];
      for (const { make, y } of makers as { make: () => ReturnType<typeof linearRegression>; y: number[] }[]) {
        const at = `${dtype} ${JSON.stringify(options)}`;
        const once = make();
        const whole = once.fitSync(x, y, { ...options, epochs: 7 } as never);
        const parts = make();
        const a = parts.fitSync(x, y, { ...options, epochs: 3 } as never);
        const b = parts.fitSync(x, y, { ...options, epochs: 4, continue: true } as never);
        assert.is(bits(parts), bits(once), at);
        const plain = ({ seconds: _, ...event }: (typeof a.history)[number]) => event;
        assert.equal([...a.history, ...b.history].map(plain), whole.history.map(plain), at);
        assert.is(a.steps + b.steps, whole.steps);
        assert.is(b.epochs, 4);
      }
    }
  }
});

test('in the middle of an epoch, too', () => {
  const options = { optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }), batchSize: 8, epochs: 6 };
  for (const cut of [1, 7, 8, 9, 13]) {
    const once = linearRegression();
    once.fitSync(x, y, { ...options, maxSteps: 30 });
    const parts = linearRegression();
    parts.fitSync(x, y, { ...options, maxSteps: cut });
    const result = parts.fitSync(x, y, { ...options, maxSteps: 30 - cut, continue: true });
    assert.is(bits(parts), bits(once), `cut at ${cut}`);
    assert.is(result.history.at(-1)!.step, 30);
  }
});

test('a line search goes on with its step length', () => {
  for (const regularizer of [[], [l1(0.02)]]) {
    const once = logisticRegression();
    once.fitSync(x, binary, { regularizer, epochs: 20 });
    const parts = logisticRegression();
    parts.fitSync(x, binary, { regularizer, epochs: 9 });
    parts.fitSync(x, binary, { regularizer, epochs: 11, continue: true });
    assert.is(bits(parts), bits(once));
  }
});

test('another optimizer starts its own count', () => {
  const model = linearRegression();
  model.fitSync(x, y, { optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }), batchSize: 8, epochs: 2 });
  const before = values(model);
  const result = model.fitSync(x, y, { epochs: 1, continue: true });
  assert.is(result.history[0]!.step, 1);
  assert.ok(result.history[0]!.objective < model.evaluate(x, y).loss * 100);
  assert.not.equal(values(model), before);
  // Without `continue` a fit starts anew.
  const fresh = linearRegression();
  fresh.fitSync(x, y, { epochs: 3 });
  model.fitSync(x, y, { epochs: 3 });
  assert.is(bits(model), bits(fresh));
});

test('continue on a model that was not fitted is a fit', () => {
  const a = linearRegression();
  a.fitSync(x, y, { continue: true, epochs: 5 });
  const b = linearRegression();
  b.fitSync(x, y, { epochs: 5 });
  assert.is(bits(a), bits(b));
});

test('online gradient descent, row by row, is sgd without shuffling, bit for bit', () => {
  for (const dtype of ['f32', 'f64'] as const) {
    for (const learningRate of [
      0.02,
      inverseSqrtDecay({ initial: 0.1, decay: 1 }),
      (step: number) => 0.1 / (2 + step),
    ]) {
      const model = () => logisticRegression({ dtype, standardize: false, classes: [0, 1] });
      const expected = model();
      expected.fitSync(x, binary, { optimizer: sgd({ learningRate }), batchSize: 1, shuffle: false, epochs: 1 });
      const online = model();
      online.fitSync(x, binary, { optimizer: onlineGradientDescent({ learningRate }) });
      assert.is(bits(online), bits(expected));
      // As a stream, and as a stream cut differently: some rows by `partialFit`, some by `fit`.
      const stream = model();
      x.forEach((row, i) => {
        stream.partialFit([row], [binary[i]!], { optimizer: onlineGradientDescent({ learningRate }) });
      });
      assert.is(bits(stream), bits(expected));
      for (const cut of [1, 20, 56]) {
        const parts = model();
        const optimizer = dynamicGradientDescent({ learningRate });
        parts.fitSync(x.slice(0, cut), binary.slice(0, cut), { optimizer, batchSize: 1, continue: true });
        x.slice(cut).forEach((row, i) => {
          parts.partialFit([row], [binary[cut + i]!], { optimizer });
        });
        assert.is(bits(parts), bits(expected), `cut at ${cut}`);
      }
      const back = model();
      const optimizer = dynamicGradientDescent({ learningRate });
      for (let i = 0; i < 30; i++) back.partialFit([x[i]!], [binary[i]!], { optimizer });
      back.fitSync(x.slice(30), binary.slice(30), { optimizer, continue: true });
      assert.is(bits(back), bits(expected));
    }
  }
  assert.is(dynamicGradientDescent, onlineGradientDescent);
});

test('partialFit is one step, and says the loss before it', () => {
  const model = linearRegression({ standardize: false });
  const optimizer = sgd(0.01);
  const first = model.partialFit(x, y, { optimizer });
  close([first.loss], [y.reduce((sum, v) => sum + v * v, 0) / y.length], 1e-14, 'loss');
  const before = model.evaluate(x, y).loss;
  // The optimizer is remembered.
  close([model.partialFit(x, y).loss], [before], 1e-14, 'loss');
  const twice = linearRegression({ standardize: false });
  twice.fitSync(x, y, { optimizer, batchSize: 'full', maxSteps: 2, tolerance: null });
  assert.is(bits(model), bits(twice));
});

test('partialFit after fit goes on, on the scale of the fit', () => {
  const optimizer = sgd({ learningRate: 0.01, momentum: 0.9 });
  const model = linearRegression();
  model.fitSync(x, y, { optimizer, batchSize: 'full', epochs: 10, tolerance: null });
  const longer = linearRegression();
  longer.fitSync(x, y, { optimizer, batchSize: 'full', epochs: 11, tolerance: null });
  model.partialFit(x, y);
  assert.is(bits(model), bits(longer));
  const losses: number[] = [];
  for (let i = 0; i < 200; i++)
    losses.push(model.partialFit(x.slice(i % 40, (i % 40) + 8), y.slice(i % 40, (i % 40) + 8)).loss);
  assert.ok(losses.at(-1)! < losses[0]!);
});

test('partialFit with a line search, also where there is nothing to gain', () => {
  const model = linearRegression();
  const first = model.partialFit(x, y);
  assert.ok(first.loss > model.partialFit(x, y).loss);
  const still = linearRegression({ standardize: false });
  assert.is(still.partialFit([[1], [2]], [0, 0]).loss, 0);
  assert.is(still.partialFit([[1], [2]], [0, 0]).loss, 0);
  assert.is(still.partialFit([[1], [2]], [0, 0], { optimizer: sgd(0.1) }).loss, 0);
});

test('a stream of labels with all classes known beforehand', () => {
  const model = softmaxRegression({ classes: ['low', 'middle', 'high'] });
  for (let i = 0; i < 300; i++)
    model.partialFit([x[i % 57]!], [ternary[i % 57]!], { optimizer: onlineGradientDescent() });
  assert.equal(model.classes, ['low', 'middle', 'high']);
  // Better than knowing nothing.
  assert.ok(model.evaluate(x, ternary).loss < 0.8 * Math.log(3));
  assert.throws(() => model.partialFit([x[0]!], ['none']), /targets: row 0 is "none", not one of/);
});

test('a projection is applied after every step', () => {
  const model = linearRegression({ standardize: false });
  x.forEach((row, i) => {
    model.partialFit([row], [y[i]!], { optimizer: onlineGradientDescent({ projection: nonNegative() }) });
    assert.ok(model.parameters.weight.every((w) => w >= 0));
  });
  assert.ok(model.parameters.weight.some((w) => w === 0) && model.parameters.weight.some((w) => w > 0));
});

test('schedules as specs and as functions give the same bits where + − × ÷ √ are enough', () => {
  const pairs = [
    [0.03, () => 0.03],
    [squareDecay({ initial: 0.1, decay: 0.03 }), (t: number) => 0.1 / ((1 + 0.03 * t) * (1 + 0.03 * t))],
    [inverseSqrtDecay({ initial: 0.1, decay: 0.3 }), (t: number) => 0.1 / Math.sqrt(1 + 0.3 * t)],
    [
      inverseTimeDecay({ initial: 0.1, decay: 0.3, decaySteps: 4, staircase: true }),
      (t: number) => 0.1 / (1 + 0.3 * Math.floor(t / 4)),
    ],
    [perEpoch(inverseTimeDecay({ initial: 0.1, decay: 0.3 })), (t: number) => 0.1 / (1 + 0.3 * Math.floor(t / 8))],
  ] as const;
  for (const [spec, own] of pairs) {
    const fit = (learningRate: never) => {
      const model = linearRegression();
      const { history } = model.fitSync(x, y, {
        optimizer: sgd({ learningRate, momentum: 0.5 }),
        batchSize: 8,
        epochs: 50,
        every: { steps: 1 },
      });
      return { bits: bits(model), rates: history.map(({ rate }) => rate) };
    };
    const closed = fit(spec as never);
    assert.equal(closed, fit(own as never));
    assert.equal(
      closed.rates,
      Array.from({ length: 400 }, (_, t) => (own as (t: number) => number)(t)),
    );
  }
});

test.run();
