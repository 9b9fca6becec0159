/** Schedules in a fit: the rates of its history and, bit for bit, what a function of the same rates gives. */
import {
  cosineRestarts,
  type LinearRegression,
  linearRegression,
  multiStep,
  oneCycle,
  perEpoch,
  product,
  type Rate,
  rates as ratesOf,
  reduceOnPlateau,
  type ScheduleSpec,
  scale,
  sequence,
  sgd,
  squareDecay,
  warmup,
  warmupCosine,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bits, problem } from '../helpers/problems.js';

const { x, y } = problem(57, 4);
const STEPS = 80;
const PER_EPOCH = 8;

const schedules: readonly ScheduleSpec[] = [
  warmupCosine({ peak: 0.05, warmupSteps: 10, totalSteps: 70 }),
  oneCycle({ max: 0.05, totalSteps: STEPS }),
  product([
    sequence([0.5, 1, cosineRestarts({ initial: 1, decaySteps: 5 })], [7, 20]),
    squareDecay({ initial: 0.05, decay: 0.01 }),
  ]),
  // Patient enough never to act.
  reduceOnPlateau({
    schedule: warmup({ warmupSteps: 5, schedule: scale(multiStep({ initial: 1, milestones: [20, 40] }), 0.05) }),
    monitor: 'loss',
    patience: STEPS,
  }),
];

function fit(learningRate: Rate, bias?: Rate): { model: LinearRegression; rates: number[] } {
  const model = linearRegression();
  const { history } = model.fitSync(x, y, {
    optimizer: sgd({ learningRate, momentum: 0.5 }),
    ...(bias !== undefined && { groups: { parameters: 'bias', learningRate: bias } }),
    batchSize: 8,
    epochs: STEPS / PER_EPOCH,
    every: { steps: 1 },
  });
  return { model, rates: history.map(({ rate }) => rate) };
}

for (const spec of schedules) {
  test(`${JSON.stringify(spec)}: in a fit as by itself`, () => {
    const all = ratesOf(spec, STEPS);
    const closed = fit(spec);
    assert.equal(closed.rates, [...all]);
    assert.equal(bits(closed.model), bits(fit((t) => all[t]!).model));
  });
}

test('each epoch with its rate', () => {
  const spec = schedules[0] as Exclude<ScheduleSpec, { readonly kind: 'perEpoch' | 'reduceOnPlateau' }>;
  const all = ratesOf(spec, STEPS);
  const { rates } = fit(perEpoch(spec));
  assert.equal(
    rates,
    rates.map((_, t) => all[Math.floor(t / PER_EPOCH)]!),
  );
});

test('groups with schedules of different lengths do not touch each other', () => {
  for (const [i, weights] of schedules.entries()) {
    const biases = schedules[(i + 1) % schedules.length]!;
    const [first, second] = [ratesOf(weights, STEPS), ratesOf(biases, STEPS)];
    const closed = fit(weights, biases);
    const asked = fit(
      (t) => first[t]!,
      (t) => second[t]!,
    );
    const mixed = fit((t) => first[t]!, biases);
    assert.equal(bits(closed.model), bits(asked.model));
    assert.equal(bits(closed.model), bits(mixed.model));
    assert.not.equal(bits(closed.model), bits(fit(weights).model));
  }
});

test.run();
