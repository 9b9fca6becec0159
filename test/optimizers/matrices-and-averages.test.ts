/** LAMB, Muon, schedule-free descent and Prodigy in models: which tensors they see, and what is evaluated. */
import {
  type FitOptions,
  l1,
  lamb,
  linearRegression,
  muon,
  type OptimizerSpec,
  prodigy,
  scheduleFreeAdamW,
  scheduleFreeSgd,
  sgd,
  softmaxRegression,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { closeTo } from '../helpers/close.ts';
import { lambRule, muonRule, prodigyRule, scheduleFreeRule } from '../helpers/rules.ts';
import { throws } from '../throws.ts';

const x = [
  [1, 2, -1],
  [0.5, -1, 2],
  [-2, 1, 0.25],
  [1, 1, 1],
  [0, -0.5, -2],
];
const y = [1, -2, 0.5, 3, 1];
const labels = [0, 1, 2, 3, 1];

/** Gradient of the mean squared error at (weights, intercept). */
function squares(theta: readonly number[]): number[] {
  const gradient = [0, 0, 0, 0];
  x.forEach((row, i) => {
    const r = row.reduce((sum, value, j) => sum + value * theta[j]!, theta[3]!) - y[i]!;
    row.forEach((value, j) => {
      gradient[j]! += (2 / x.length) * r * value;
    });
    gradient[3]! += (2 / x.length) * r;
  });
  return gradient;
}

/** Points of a rule that is asked anew with the gradients so far, which are taken where it stands. */
function follow(
  steps: number,
  rule: (gradients: readonly number[][]) => readonly number[],
  slope = squares,
): number[][] {
  const gradients: number[][] = [];
  for (let t = 0; t < steps; t++) gradients.push(slope(rule(gradients)));
  return gradients;
}

const start = [0, 0, 0, 0];
const options = { batchSize: 'full', tolerance: null, epochs: 30 } as const;

function fitted(optimizer: OptimizerSpec, more: Pick<FitOptions, 'regularizer' | 'groups' | 'epochs'> = {}): number[] {
  const model = linearRegression({ standardize: false });
  model.fitSync(x, y, { ...options, optimizer, ...more });
  return [...model.parameters.weight!, ...model.parameters.bias!];
}

for (const spec of [scheduleFreeSgd({ learningRate: 0.1, warmupSteps: 5 }), scheduleFreeAdamW(0.1)]) {
  test(`${spec.kind}: a model holds x, and its gradients are taken at y`, () => {
    const run = (gradients: readonly number[][]) => scheduleFreeRule(spec, start, gradients);
    const gradients = follow(30, (given) => run(given).y.at(-1) ?? start);
    const expected = run(gradients);
    closeTo(fitted(spec), expected.x.at(-1)!, 1e-11);
    assert.ok(Math.abs(expected.x.at(-1)![0]! - expected.y.at(-1)![0]!) > 1e-4);
  });

  test(`${spec.kind}: penalties with a proximal step are refused`, () => {
    const message = `${spec.kind} has no effective step in which the proximal step of l1 could be taken`;
    throws(() => fitted(spec, { regularizer: l1(0.1) }), 'ERR_ARGUMENT', message);
  });
}

test('prodigy: one d over weights and intercept, also where they are groups', () => {
  const spec = prodigy({ d0: 1e-3 });
  const run = (gradients: readonly number[][]) => prodigyRule(spec, start, gradients, () => 1).theta.at(-1) ?? start;
  const expected = run(follow(30, run));
  closeTo(fitted(spec), expected, 1e-10);
  closeTo(fitted(spec, { groups: { parameters: 'bias' } }), expected, 1e-10);
});

test('prodigy with l1: exact zeros, and the fixed point of the penalised problem', () => {
  const lambda = 1;
  const theta = fitted(prodigy({ d0: 1e-2 }), { regularizer: l1(lambda), epochs: 20000 });
  const gradient = squares(theta);
  let zeros = 0;
  theta.slice(0, 3).forEach((value, i) => {
    if (value === 0) zeros++;
    if (value === 0) assert.ok(Math.abs(gradient[i]!) <= lambda);
    else assert.ok(Math.abs(gradient[i]! + lambda * Math.sign(value)) < 1e-6, `${i}: ${gradient[i]}`);
  });
  assert.ok(zeros > 0 && zeros < 3);
});

test('lamb: weights and intercept are measured each by itself', () => {
  const spec = lamb({ learningRate: 0.1, weightDecay: 0.1 });
  const bare = lamb({ learningRate: 0.1 });
  // Intercepts are not decayed unless asked.
  const run = (gradients: readonly number[][]): number[] => {
    const weights = lambRule(
      spec,
      [0, 0, 0],
      gradients.map((g) => g.slice(0, 3)),
      () => 0.1,
    );
    const bias = lambRule(
      bare,
      [0],
      gradients.map((g) => g.slice(3)),
      () => 0.1,
    );
    return [...(weights.at(-1) ?? [0, 0, 0]), ...(bias.at(-1) ?? [0])];
  };
  closeTo(fitted(spec), run(follow(30, run)), 1e-10);
});

test('muon: a matrix of classes × features, whatever way it lies in memory; the intercepts by `rest`', () => {
  // Four classes, three features: taller than wide, so that steps are √(4/3) longer.
  const spec = muon({ learningRate: 0.1, weightDecay: 0.2, rest: sgd(0.5) });
  const model = softmaxRegression({ standardize: false });
  model.fitSync(x, labels, { ...options, optimizer: spec });

  const slope = (theta: readonly number[]): number[] => {
    const gradient = new Array<number>(16).fill(0);
    x.forEach((row, i) => {
      const z = [0, 1, 2, 3].map((k) => row.reduce((sum, value, j) => sum + value * theta[3 * k + j]!, theta[12 + k]!));
      const total = z.reduce((sum, value) => sum + Math.exp(value), 0);
      z.forEach((value, k) => {
        const r = (Math.exp(value) / total - (labels[i] === k ? 1 : 0)) / x.length;
        row.forEach((feature, j) => {
          gradient[3 * k + j]! += r * feature;
        });
        gradient[12 + k]! += r;
      });
    });
    return gradient;
  };
  const zero = new Array<number>(12).fill(0);
  const run = (gradients: readonly number[][]): number[] => {
    const weights = muonRule(
      spec,
      zero,
      gradients.map((g) => g.slice(0, 12)),
      () => 0.1,
      [4, 3],
    );
    const bias = [0, 1, 2, 3].map((k) => gradients.reduce((sum, g) => sum - 0.5 * g[12 + k]!, 0));
    return [...(weights.at(-1) ?? zero), ...bias];
  };
  const expected = run(follow(30, run, slope));
  closeTo([...model.parameters.weight!, ...model.parameters.bias!], expected, 1e-9);
});

test('muon: `rest` has what others leave over; a group of vectors that asks for muon is an error', () => {
  const rest = sgd(0.5);
  const spec = muon({ learningRate: 0.1, weightDecay: 0, rest });
  const plain = fitted(spec);
  assert.equal(fitted(spec, { groups: { parameters: 'weight' } }), plain);
  assert.equal(fitted(spec, { groups: { parameters: 'bias', optimizer: rest } }), plain);
  const message = 'muon is for matrices, got bias of shape [1]';
  throws(() => fitted(spec, { groups: { parameters: 'bias', learningRate: 0.1 } }), 'ERR_ARGUMENT', message);
});

test('muon without `rest` names the vector that it cannot update', () => {
  const message = 'muon is for matrices, got bias of shape [1]';
  throws(() => fitted(muon({ rest: null })), 'ERR_ARGUMENT', message);
});

test.run();
