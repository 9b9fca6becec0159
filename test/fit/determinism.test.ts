/** The same seed gives the same bits, however the run is driven and whatever runs beside it. */
import {
  type FitOptions,
  gradientDescent,
  l1,
  linearRegression,
  logisticRegression,
  sgd,
  softmaxRegression,
  squareDecay,
} from 'downhill';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Training } from '#src/fit.js';
import { prepare } from '#src/models/prepare.js';
import { bits, problem } from '../helpers/problems.js';

const { x, y, binary, ternary } = problem(203, 7);
const momentum = { optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }), epochs: 3, seed: 5 };

interface Kind {
  readonly name: string;
  make(dtype: 'f32' | 'f64'): ReturnType<typeof linearRegression>;
  readonly y: never;
}
const kinds: Kind[] = [
  { name: 'linear', make: (dtype) => linearRegression({ dtype }), y: y as never },
  {
    name: 'two targets',
    make: (dtype) => linearRegression({ dtype }),
    y: y.map((v, i) => [v, v * binary[i]!]) as never,
  },
  { name: 'logistic', make: (dtype) => logisticRegression({ dtype }) as never, y: binary as never },
  { name: 'softmax', make: (dtype) => softmaxRegression({ dtype }) as never, y: ternary as never },
];
const ways: Record<string, FitOptions<never>> = {
  'line search': { epochs: 30 },
  'line search, L1': { epochs: 30, regularizer: l1(0.01) },
  'mini-batches': { ...momentum, batchSize: 16 },
  'nesterov, in order': { optimizer: sgd({ momentum: 0.5, nesterov: true }), epochs: 2, batchSize: 50, shuffle: false },
  'full batch': { optimizer: gradientDescent(squareDecay({ initial: 0.1, decay: 0.1 })), epochs: 20 },
  'validation, metrics, every 7 steps': { ...momentum, validation: 0.3, every: { steps: 7 } },
};

for (const { name, make, y } of kinds) {
  for (const dtype of ['f32', 'f64'] as const) {
    test(`${name}, ${dtype}: fit, fitSync and any budget give the same bits`, async () => {
      for (const [way, options] of Object.entries(ways)) {
        const sync = make(dtype);
        const expected = sync.fitSync(x, y, options);
        const other = make(dtype);
        const result = await other.fit(x, y, options);
        assert.is(bits(other), bits(sync), way);
        const plain = ({ seconds: _, ...event }: (typeof result.history)[number]) => event;
        assert.equal(result.history.map(plain), expected.history.map(plain), way);
        fc.assert(
          fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 8 }), (budgets) => {
            const model = make(dtype);
            const training = new Training(prepare(model, x, y, options, true));
            for (let i = 0; !training.advance(budgets[i % budgets.length]!); i++);
            assert.is(bits(model), bits(sync), way);
            assert.equal(training.result!.history.map(plain), expected.history.map(plain), way);
          }),
          { numRuns: 4, seed: 1 },
        );
      }
    });
  }
}

test('runs beside each other do not disturb each other', async () => {
  const alone = kinds.flatMap(({ make, y }) =>
    Object.values(ways).map((options) => {
      const model = make('f32');
      model.fitSync(x, y, options);
      return bits(model);
    }),
  );
  const models = kinds.flatMap(({ make, y }) =>
    Object.values(ways).map((options) => ({ model: make('f32'), options, y })),
  );
  await Promise.all(models.map(({ model, options, y }) => model.fit(x, y, options)));
  assert.equal(
    models.map(({ model }) => bits(model)),
    alone,
  );
  // And one op at a time, in turn.
  const trainings = models.map(({ model, options, y }) => new Training(prepare(model, x, y, options, true)));
  for (let left = trainings.length; left > 0; ) {
    left = trainings.filter((training) => !training.advance(1500)).length;
  }
  assert.equal(
    models.map(({ model }) => bits(model)),
    alone,
  );
});

test('a seed decides on shuffle and validation rows', () => {
  const fit = (options: FitOptions<never>): string => {
    const model = linearRegression();
    model.fitSync(x, y, { ...momentum, ...options } as never);
    return bits(model);
  };
  assert.is(fit({ seed: 7 }), fit({ seed: 7 }));
  assert.is.not(fit({ seed: 7 }), fit({ seed: 8 }));
  // Both words of a large seed count.
  assert.is.not(fit({ seed: 7 }), fit({ seed: 7 + 2 ** 32 }));
  assert.is(fit({ seed: 7, shuffle: false }), fit({ seed: 8, shuffle: false }));
  assert.is.not(fit({ seed: 7, shuffle: false, validation: 0.2 }), fit({ seed: 8, shuffle: false, validation: 0.2 }));
  const model = linearRegression();
  assert.is(model.fitSync(x, y, momentum).seed, 5);
  assert.is(model.fitSync(x, y).seed, 0);
});

test.run();
