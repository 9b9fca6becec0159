/** What is easily got wrong in the SGD and AdaGrad lines: one case each, with what the wrong version would give. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { linearRegression } from '#src/models/linear.js';
import {
  adadelta,
  adafactor,
  adagrad,
  asgd,
  ftrl,
  lars,
  rmsprop,
  rprop,
  type SteppingSpec,
  sgdW,
  signSgd,
} from '#src/optimizers.js';
import { l1, l2 } from '#src/regularizers.js';
import { dtypes } from '../helpers/numbers.ts';
import { type OptimizerSteps, runOptimizer } from '../helpers/optimizer.ts';
import { throws } from '../throws.ts';

/** One parameter, from `start`. */
const scalar = (spec: SteppingSpec, start: number, gradients: readonly number[], more = {}): OptimizerSteps =>
  runOptimizer({ dtype: 'f64', spec, shape: [1], start: [start], gradients: gradients.map((g) => [g]), ...more });

function close(found: ArrayLike<number> | number, expected: number, tolerance = 1e-14): void {
  const value = typeof found === 'number' ? found : found[0]!;
  assert.ok(Math.abs(value - expected) <= tolerance * Math.abs(expected), `${value} for ${expected}`);
}

test('sgdW: the first step is ηg, not 1.9·ηg, and dampening begins with the second', () => {
  const { steps } = scalar(sgdW({ learningRate: 0.1, momentum: 0.9, weightDecay: 0 }), 0, [1, 0]);
  close(steps[0]!, -0.1);
  close(steps[1]!, -0.19);
  const damped = scalar(sgdW({ learningRate: 0.1, momentum: 0.5, dampening: 0.5, weightDecay: 0 }), 0, [1, 1]);
  close(damped.steps[0]!, -0.1);
  close(damped.steps[1]!, -0.2);
});

test('sgdW: decay goes by η of the schedule, before the step, and not into the buffer', () => {
  const rate = (t: number): number => [0.5, 0.25][t]!;
  const { steps } = scalar(sgdW({ learningRate: 1, momentum: 0.5, weightDecay: 0.5 }), 8, [0, 0], { rate });
  close(steps[0]!, 6);
  close(steps[1]!, 5.25);
});

test('signSgd: signs are those of the buffer; sign 0 is 0', () => {
  const spec = signSgd({ learningRate: 0.5, momentum: 0.5 });
  assert.equal(
    scalar(spec, 0, [0, 4, -1, -2]).steps.map(([value]) => value),
    // b = 0, 2, 0.5, −0.75
    [0, -0.5, -1, -0.5],
  );
  assert.is(scalar(signSgd({ momentum: 0.5 }), 0, [4, -2]).steps[1]![0], -0.001, 'b is exactly 0 at the second step');
});

test('lars: norms are those of a tensor, η stands inside the buffer', () => {
  const spec = lars({ learningRate: 1, momentum: 0.5, trustCoefficient: 0.5 });
  const run = { dtype: 'f64', spec, shape: [2], start: [3, 4] } as const;
  // r = 0.5·5/10; then η = 0: b = μb moves on.
  const { steps } = runOptimizer({
    ...run,
    gradients: [
      [6, 8],
      [6, 8],
    ],
    rate: (t) => (t === 0 ? 1 : 0),
  });
  assert.equal([...steps[0]!], [1.5, 2]);
  assert.equal([...steps[1]!], [0.75, 1]);
});

test('lars: the ratio is 1 where a norm is 0', () => {
  const spec = lars({ learningRate: 0.5, momentum: 0, trustCoefficient: 1e-3 });
  close(scalar(spec, 0, [2]).steps[0]!, -1);
  assert.is(scalar(spec, 3, [0]).steps[0]![0], 3);
});

test('lars: steps of denormal gradients are those of large ones, though their ratio is beyond f32', () => {
  const spec = lars({ learningRate: 1, momentum: 0, trustCoefficient: 1e-3 });
  const run = { dtype: 'f32', spec, shape: [2], start: [1, 1] } as const;
  const unit = runOptimizer({ ...run, gradients: [[1, 1]] }).steps[0]!;
  for (const g of [1e-45, 1e-40, 1e-30, 1e15, 1e30]) {
    const { steps } = runOptimizer({ ...run, gradients: [[g, g]] });
    for (const value of steps[0]!) close(value, unit[0]!, 1e-6);
  }
});

test('lars in f64: r is 0 where ‖u‖ overflows', () => {
  assert.is(scalar(lars({ momentum: 0 }), 2, [1e200]).steps[0]![0], 2);
});

test('rprop: after a change of sign θ stays, and the next comparison is with 0', () => {
  const spec = rprop({ learningRate: 0.5, etaMinus: 0.5, etaPlus: 2 });
  // Δ: 0.5, 1, 0.5 (changed: stays), 0.5 (compared with 0), 1
  assert.equal(
    scalar(spec, 0, [1, 1, -1, -1, -1]).steps.map(([value]) => value),
    [-0.5, -1.5, -1.5, -1, 0],
  );
});

test('rprop: Δ starts at η within its limits, and knows no later η', () => {
  const rate = (t: number): number => (t === 0 ? 4 : 0);
  const spec = rprop({ etaPlus: 2, minStep: 0.5, maxStep: 1 });
  assert.equal(
    scalar(spec, 0, [1, 1], { rate }).steps.map(([value]) => value),
    [-1, -2],
  );
  assert.is(scalar(spec, 0, [1], { rate: () => 0 }).steps[0]![0], -0.5);
});

test('rprop: signs are compared even where products vanish or overflow', () => {
  const spec = rprop({ learningRate: 0.5, etaPlus: 2 });
  for (const g of [1e-300, 1e300]) {
    assert.equal(
      scalar(spec, 0, [g, g, -g]).steps.map(([value]) => value),
      [-0.5, -1.5, -1.5],
    );
  }
});

test('rprop trains on full batches unless told', () => {
  const x = [[1], [2], [3], [4], [5], [6]];
  const y = [1, 3, 2, 5, 4, 6];
  const steps = (more: object): number =>
    linearRegression().fitSync(x, y, { optimizer: rprop(), epochs: 3, ...more }).steps;
  assert.is(steps({}), 3);
  assert.is(steps({ batchSize: 2 }), 9);
});

test('asgd: the rate falls, and the average begins, with the step after', () => {
  const spec = asgd({ learningRate: 0.5, lambda: 1, alpha: 1, t0: 1 });
  const { steps, evaluated } = scalar(spec, 8, [0, 0, 0]);
  // a = 0.5, 0.5/1.5, 0.5/2; μ = 1, 1, 1
  close(steps[0]!, 4);
  close(steps[1]!, 8 / 3);
  close(steps[2]!, 2);
  close(evaluated, 2);
  const four = scalar(spec, 8, [0, 0, 0, 0]);
  // a = 0.5/2.5, μ = 1/2
  close(four.steps[3]!, 1.6);
  close(four.evaluated, 1.8);
});

test('asgd: what predicts is the average', () => {
  const x = [[-1], [1], [2], [-2]];
  const y = [-2, 1, 5, -3];
  const fit = (t0: number): number => {
    const model = linearRegression({ standardize: false });
    model.fitSync(x, y, { optimizer: asgd({ t0, learningRate: 0.2 }), epochs: 4, batchSize: 1, shuffle: false });
    return model.predict([[1]])[0]!;
  };
  // The mean of θ after steps 2 to 16, by hand of PyTorch's recurrence.
  let [w, b, meanW, meanB] = [0, 0, 0, 0];
  for (let t = 1; t <= 16; t++) {
    const i = (t - 1) % 4;
    const r = 2 * (w * x[i]![0]! + b - y[i]!);
    const eta = 0.2 / (1 + 1e-4 * 0.2 * (t - 1)) ** 0.75;
    [w, b] = [w * (1 - 1e-4 * eta) - eta * r * x[i]![0]!, b * (1 - 1e-4 * eta) - eta * r];
    const mu = 1 / Math.max(1, t - 1);
    [meanW, meanB] = mu === 1 ? [w, b] : [meanW + mu * (w - meanW), meanB + mu * (b - meanB)];
  }
  close(fit(0), meanW + meanB, 1e-12);
  close(fit(1e6), w + b, 1e-12);
});

test('adagrad: ε stands beside the root; the rate falls from the second step on; G starts where it is told', () => {
  const spec = adagrad({ learningRate: 1, epsilon: 1, learningRateDecay: 1, initialAccumulator: 9 });
  const { steps, effective } = scalar(spec, 0, [4, 0]);
  close(effective[0]!, 1 / 6);
  close(steps[0]!, -4 / 6);
  close(effective[1]!, 0.5 / 6);
});

test('adadelta: ε stands inside both roots', () => {
  const { steps, effective } = scalar(adadelta({ learningRate: 0.5, rho: 0.75, epsilon: 1 }), 0, [4, 4]);
  // v = 4, d = 1/√5·4, u = 0.8
  close(steps[0]!, -2 / Math.sqrt(5));
  close(effective[0]!, 0.5 / Math.sqrt(5));
  // v = 7
  close(effective[1]!, (0.5 * Math.sqrt(1.8)) / Math.sqrt(8));
});

test('adadelta: roots apart, where the ratio of their squares is beyond f32', () => {
  const spec = adadelta({ rho: 0, epsilon: 1e-20 });
  const { steps } = runOptimizer({ dtype: 'f32', spec, shape: [1], start: [0], gradients: [[1e15]] });
  close(steps[0]!, -1e-10, 1e-6);
});

test('rmsprop: ε stands beside the root; there is no bias correction', () => {
  const { effective } = scalar(rmsprop({ learningRate: 1, decay: 0.75, epsilon: 1 }), 0, [4]);
  close(effective[0]!, 1 / 3);
});

test('rmsprop, centered: a variance that rounding takes below 0 counts as 0', () => {
  const spec = rmsprop({ learningRate: 1e-3, decay: 0.5, centered: true, epsilon: 1 });
  const f = Math.fround;
  let below = 0;
  for (let k = 1; k <= 40; k++) {
    const g = f(1 / k);
    let [v, a] = [0, 0];
    for (let t = 0; t < 60; t++) {
      v = f(f(0.5 * v) + f(0.5 * f(g * g)));
      a = f(f(0.5 * a) + f(0.5 * g));
      if (f(v - f(a * a)) < 0) below++;
    }
    const gradients = Array.from({ length: 60 }, () => [g]);
    const { steps, effective } = runOptimizer({ dtype: 'f32', spec, shape: [1], start: [0], gradients });
    assert.ok(Number.isFinite(steps.at(-1)![0]!), `g = 1/${k}`);
    assert.ok(effective.every(([h]) => h! <= f(1e-3)));
  }
  assert.ok(below > 0, 'rounding never goes below 0: the case says nothing');
});

test('a sum of squares that overflows stops the parameter, without NaN', () => {
  for (const dtype of dtypes) {
    const large = dtype === 'f32' ? 1e25 : 1e200;
    const gradients = [[large], [1], [1]];
    for (const spec of [adagrad(), adadelta(), rmsprop(), rmsprop({ centered: true }), adafactor()]) {
      const { steps } = runOptimizer({ dtype, spec, shape: [1], start: [2], gradients });
      for (const step of steps) assert.equal([...step], [2], `${dtype} ${spec.kind}`);
    }
    const { steps } = runOptimizer({ dtype, spec: ftrl(), shape: [1], start: [2], gradients });
    // n is the largest number: 2 − ηg/√n, and not NaN.
    const most = dtype === 'f32' ? 2 ** 128 : Number.MAX_VALUE;
    for (const step of steps) close(step, 2 - (0.01 * large) / Math.sqrt(most), dtype === 'f32' ? 1e-6 : 1e-14);
  }
});

test('adafactor: a matrix whose squares overflow moves on', () => {
  for (const [dtype, large] of [
    ['f32', 1e25],
    ['f64', 1e160],
  ] as const) {
    const gradients = [
      [large, 1, 1, large],
      [1, 1, 1, 1],
    ];
    const { steps } = runOptimizer({ dtype, spec: adafactor(), shape: [2, 2], start: [1, 1, 1, 1], gradients });
    for (const step of steps) assert.ok(step.every(Number.isFinite), `${dtype}: ${step}`);
    // √V = large/√2 at first, so u = √2, 0, 0, √2, whose rms is 1.
    for (const i of [0, 3]) close(steps[0]![i]!, 1 - 0.01 * Math.SQRT2, 1e-6);
  }
});

test('ftrl: λ₂ once, λ₁ by a threshold on z, and exact zeros without a sign', () => {
  const spec = ftrl({ learningRate: 0.5, beta: 1, l1: 1, l2: 3 });
  // n = 9, z = −3: θ = 2/((1 + 3)/0.5 + 3)
  close(scalar(spec, 0, [-3]).steps[0]!, 2 / 11);
  for (const g of [1, -1, 0.5, -0]) {
    const found = scalar(spec, 0, [g]).steps[0]![0];
    assert.ok(Object.is(found, 0), `${g}: ${found}`);
  }
});

test('ftrl: the start is mostly forgotten; z makes up for it', () => {
  const spec = ftrl({ learningRate: 1, beta: 1 });
  // σ = √n′ − 0 = 1; z = 1 − 1·5; θ = 4/2: of 5 at first
  close(scalar(spec, 5, [1]).steps[0]!, 2);
  // With a z of −θ·β/η the start counts in full: θ = −(−5 + 1 − 5)/2 = 4.5 = 5 − g/(β + √n).
  const kept = scalar(spec, 5, [1], {
    onState: (_: number, state: Uint8Array) => {
      new Float64Array(state.buffer, state.byteOffset).set([-5], 64 / 8);
      return state;
    },
  });
  close(kept.steps[0]!, 4.5);
});

test('ftrl: a rate of 0 leaves θ and takes the gradient into n and z', () => {
  const rate = (t: number): number => t;
  const { steps } = scalar(ftrl({ beta: 1 }), 0, [3, 4], { rate });
  assert.is(steps[0]![0], 0);
  // n = 25, z = 7
  close(steps[1]!, -7 / 6);
});

test('adafactor: rms of θ is that before decay, u is clipped by its rms', () => {
  const spec = adafactor({ learningRate: 0.5, weightDecay: 1, clipThreshold: 0.5, epsilon: [1e-3, 1e-3] });
  const { steps, effective } = scalar(spec, 4, [2]);
  // u = 1, clipped to 0.5; a = 4·0.5; θ = 4·0.5 − 2·0.5. From the rms behind the decay: 1.5.
  close(steps[0]!, 1);
  close(effective[0]!, 0.5);
});

test('adafactor: ρ falls as 1/√t, ε₂ is the least rms, ε₁ the least root', () => {
  const spec = adafactor({ learningRate: 1, epsilon: [2, 0.25], beta2Decay: 0 });
  // u = g/2 = 0.5: √V = 1 is below ε₁
  const { steps } = scalar(spec, 0, [1, 1]);
  close(steps[0]!, -0.125);
  close(steps[1]!, -0.125 - (0.25 * 0.5) / Math.sqrt(2));
});

test('adafactor: a matrix of one row is a matrix', () => {
  const spec = adafactor({ learningRate: 1, epsilon: [0.5, 1], clipThreshold: 1e6 });
  for (const dtype of dtypes) {
    for (const length of [3, 16, 64, 100]) {
      const gradients = [Array.from({ length }, (_, i) => (i % 2 === 0 ? 0.125 : 0.25))];
      const start = gradients[0]!.map(() => 0);
      const mean = (Math.ceil(length / 2) / 64 + Math.floor(length / 2) / 16) / length;
      const { effective } = runOptimizer({ dtype, spec, shape: [1, length], start, gradients });
      // V = R·C/max(R, ε₁); as a vector V = g², and 1/ε₁ for all
      effective[0]!.forEach((h, i) => {
        const v = (mean * (i % 2 === 0 ? 1 / 64 : 1 / 16)) / 0.5;
        close(h, 1 / Math.max(Math.sqrt(v), 0.5), 1e-6);
      });
    }
  }
});

test('an L1 penalty is taken in the metric of each step: the optimum is that of the line search, zeros are exact', () => {
  const x = Array.from({ length: 60 }, (_, i) => [
    ((i * 7) % 11) - 5,
    ((i * 5) % 13) - 6,
    ((i * 3) % 7) - 3,
    (i % 5) - 2,
  ]);
  const y = x.map(([a, b], i) => 2 * a! - 0.5 * b! + ((i * 11) % 17) / 8);
  const options = { regularizer: l1(1), tolerance: 1e-9, batchSize: 'full', epochs: 20_000 } as const;
  const make = () => linearRegression({ standardize: false, dtype: 'f64' });
  const best = make();
  best.fitSync(x, y, { ...options, epochs: 1000 });
  assert.ok(best.coefficients.some((value) => value === 0));
  for (const optimizer of [
    adagrad(1),
    rmsprop({ learningRate: 0.02, epsilon: 1 }),
    rmsprop({ learningRate: 0.01, epsilon: 1, centered: true }),
    adadelta({ learningRate: 0.03, epsilon: 1 }),
    adafactor({ learningRate: 1, epsilon: [10, 1] }),
  ]) {
    const model = make();
    const { converged } = model.fitSync(x, y, { ...options, optimizer });
    assert.is(converged, true, JSON.stringify(optimizer));
    model.coefficients.forEach((value, j) => {
      const expected = best.coefficients[j]!;
      if (expected === 0) assert.ok(Object.is(value, 0), `${optimizer.kind} ${j}: ${value}`);
      else close(value, expected, 1e-6);
    });
  }
});

test('ftrl and asgd refuse a proximal penalty and take a smooth one', () => {
  const x = [[1], [2], [3], [4]];
  const y = [1, 2, 3, 5];
  for (const optimizer of [ftrl(), asgd()]) {
    const fit = (regularizer: ReturnType<typeof l1> | ReturnType<typeof l2>) => () =>
      linearRegression().fitSync(x, y, { optimizer, regularizer, epochs: 1 });
    throws(
      fit(l1(0.1)),
      'ERR_ARGUMENT',
      `${optimizer.kind} has no effective step in which the proximal step of l1 could be taken`,
    );
    fit(l2(0.1))();
    fit(l1({ lambda: 0.1, method: 'subgradient' }))();
  }
});

test.run();
