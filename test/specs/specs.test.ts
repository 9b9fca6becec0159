import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ArgumentError } from '#src/errors.js';
import {
  binaryCrossEntropy,
  cosineEmbedding,
  epsilonInsensitive,
  focal,
  gammaDeviance,
  gaussianNll,
  hinge,
  huber,
  kullbackLeibler,
  logCosh,
  losses,
  meanAbsoluteError,
  meanSquaredError,
  modifiedHuber,
  multiclassHinge,
  nll,
  poisson,
  quantile,
  softmaxCrossEntropy,
  softmaxFocal,
  squaredHinge,
  triplet,
  tweedieDeviance,
} from '#src/losses.js';
import {
  adaBelief,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamW,
  adan,
  adEMAMix,
  amsgrad,
  asgd,
  barzilaiBorwein,
  dynamicGradientDescent,
  ftrl,
  gradientDescent,
  gradientDescentLineSearch,
  lamb,
  lars,
  lion,
  muon,
  nadam,
  onlineGradientDescent,
  optimizers,
  prodigy,
  radam,
  rmsprop,
  rprop,
  scheduleFreeAdamW,
  scheduleFreeSgd,
  sgd,
  sgdW,
  signSgd,
  yogi,
} from '#src/optimizers.js';
import {
  box,
  constraints,
  elasticNet,
  groupLasso,
  l1,
  l2,
  maxNorm,
  nonNegative,
  penalties,
  regularizers,
} from '#src/regularizers.js';
import {
  constant,
  exponentialDecay,
  inverseSqrtDecay,
  inverseTimeDecay,
  perEpoch,
  schedules,
  squareDecay,
} from '#src/schedules.js';
import { type Family, list, number, readOptions, type Spec, string, validateSpec, validateSpecs } from '#src/spec.js';
import { throws as throwsAs } from '../throws.js';
import { scheduleRows } from './schedule-rows.ts';

const throws = (call: () => unknown, message: string): void => throwsAs(call, 'ERR_ARGUMENT', message);

const softmaxDefaults = {
  labelSmoothing: 0,
  targets: 'index',
  classWeights: null,
  ignoreIndex: null,
  normalized: true,
};

const adamDefaults = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  maximize: false,
};

/** One row a spec: what the call gives is the whole spec, defaults filled in. Every kind of every family is here. */
const rows: readonly (readonly [Family<never>, () => Spec, Record<string, unknown>])[] = (
  [
    [losses, () => meanSquaredError(), { kind: 'meanSquaredError' }],
    [losses, () => meanAbsoluteError(), { kind: 'meanAbsoluteError' }],
    [losses, () => huber(), { kind: 'huber', delta: 1 }],
    [losses, () => huber(2), { kind: 'huber', delta: 2 }],
    [losses, () => logCosh(), { kind: 'logCosh' }],
    [losses, () => quantile(), { kind: 'quantile', quantile: 0.5 }],
    [losses, () => epsilonInsensitive(), { kind: 'epsilonInsensitive', epsilon: 0.1, squared: false }],
    [losses, () => poisson(), { kind: 'poisson', logInput: true, full: false }],
    [losses, () => gammaDeviance(), { kind: 'gammaDeviance' }],
    [losses, () => tweedieDeviance(), { kind: 'tweedieDeviance', power: 1.5 }],
    [losses, () => focal(), { kind: 'focal', gamma: 2, alpha: 0.25 }],
    [losses, () => focal({ alpha: null }), { kind: 'focal', gamma: 2, alpha: null }],
    [losses, () => hinge(), { kind: 'hinge', margin: 1 }],
    [losses, () => squaredHinge({ margin: 2 }), { kind: 'squaredHinge', margin: 2 }],
    [losses, () => modifiedHuber(), { kind: 'modifiedHuber' }],
    [losses, () => kullbackLeibler(), { kind: 'kullbackLeibler', normalized: true }],
    [losses, () => nll(), { kind: 'nll', classWeights: null, ignoreIndex: null }],
    [
      losses,
      () => nll({ classWeights: [1, 2], ignoreIndex: -100 }),
      { kind: 'nll', classWeights: [1, 2], ignoreIndex: -100 },
    ],
    [losses, () => softmaxFocal(), { kind: 'softmaxFocal', gamma: 2 }],
    [losses, () => multiclassHinge(), { kind: 'multiclassHinge', margin: 1 }],
    [losses, () => gaussianNll(), { kind: 'gaussianNll', input: 'variance', full: false }],
    [losses, () => cosineEmbedding(), { kind: 'cosineEmbedding', margin: 0 }],
    [losses, () => triplet(), { kind: 'triplet', margin: 1, swap: false }],
    [
      losses,
      () => binaryCrossEntropy(),
      { kind: 'binaryCrossEntropy', posWeight: 1, labelSmoothing: 0, fromProbabilities: false },
    ],
    [
      losses,
      () => binaryCrossEntropy({ posWeight: 3, labelSmoothing: 1 }),
      { kind: 'binaryCrossEntropy', posWeight: 3, labelSmoothing: 1, fromProbabilities: false },
    ],
    [losses, () => softmaxCrossEntropy(), { kind: 'softmaxCrossEntropy', ...softmaxDefaults }],
    [
      losses,
      () => softmaxCrossEntropy({ targets: 'distribution' }),
      { kind: 'softmaxCrossEntropy', ...softmaxDefaults, targets: 'distribution' },
    ],
    [penalties, () => l1(0.5), { kind: 'l1', lambda: 0.5, method: 'proximal', features: null, intercept: false }],
    [
      penalties,
      () => l1({ lambda: 0, method: 'subgradient', intercept: true }),
      { kind: 'l1', lambda: 0, method: 'subgradient', features: null, intercept: true },
    ],
    [penalties, () => l2(1e-3), { kind: 'l2', lambda: 1e-3, features: null, intercept: false }],
    [
      penalties,
      () => elasticNet({ l1: 1, l2: 2 }),
      { kind: 'elasticNet', l1: 1, l2: 2, method: 'proximal', features: null, intercept: false },
    ],
    [constraints, () => nonNegative(), { kind: 'nonNegative', features: null, intercept: false }],
    [
      constraints,
      () => box({ lower: -1, upper: 1 }),
      { kind: 'box', lower: -1, upper: 1, features: null, intercept: false },
    ],
    [
      constraints,
      () => box({ lower: Number.NEGATIVE_INFINITY, upper: 0, intercept: true }),
      { kind: 'box', lower: null, upper: 0, features: null, intercept: true },
    ],
    [
      penalties,
      () => groupLasso(0.5),
      {
        kind: 'groupLasso',
        lambda: 0.5,
        groups: null,
        scaleBySize: true,
        method: 'proximal',
        features: null,
        intercept: false,
      },
    ],
    [
      penalties,
      () => groupLasso({ lambda: 0.5, groups: [[0, 2], ['age']], scaleBySize: false }),
      {
        kind: 'groupLasso',
        lambda: 0.5,
        groups: [[0, 2], ['age']],
        scaleBySize: false,
        method: 'proximal',
        features: null,
        intercept: false,
      },
    ],
    [constraints, () => maxNorm(2), { kind: 'maxNorm', max: 2, features: null, intercept: false }],
    [
      constraints,
      () => maxNorm({ max: 2, features: ['age', 3], intercept: true }),
      { kind: 'maxNorm', max: 2, features: ['age', 3], intercept: true },
    ],
    [schedules, () => constant(0.1), { kind: 'constant', initial: 0.1 }],
    [schedules, () => constant({ initial: 0.1 }), { kind: 'constant', initial: 0.1 }],
    [
      schedules,
      () => exponentialDecay({ initial: 0.1, decay: 0.05 }),
      { kind: 'exponentialDecay', initial: 0.1, decay: 0.05, rate: null, decaySteps: 1, staircase: false },
    ],
    [
      schedules,
      () => exponentialDecay({ initial: 0.1, rate: 0.9, decaySteps: 7, staircase: true }),
      { kind: 'exponentialDecay', initial: 0.1, decay: null, rate: 0.9, decaySteps: 7, staircase: true },
    ],
    [schedules, () => squareDecay({ initial: 0.1, decay: 1 }), { kind: 'squareDecay', initial: 0.1, decay: 1 }],
    [schedules, () => inverseSqrtDecay({ initial: 0.1 }), { kind: 'inverseSqrtDecay', initial: 0.1, decay: 1 }],
    [
      schedules,
      () => inverseTimeDecay({ initial: 0.1, decay: 0.05 }),
      { kind: 'inverseTimeDecay', initial: 0.1, decay: 0.05, decaySteps: 1, staircase: false },
    ],
    [
      schedules,
      () => perEpoch(squareDecay({ initial: 1, decay: 0.5 })),
      { kind: 'perEpoch', schedule: { kind: 'squareDecay', initial: 1, decay: 0.5 } },
    ],
    ...scheduleRows,
    [optimizers, () => gradientDescent(), { kind: 'gradientDescent', learningRate: 0.01 }],
    [optimizers, () => gradientDescent(0.5), { kind: 'gradientDescent', learningRate: 0.5 }],
    [
      optimizers,
      () => gradientDescentLineSearch(),
      {
        kind: 'gradientDescentLineSearch',
        initialStep: 1,
        expand: 2,
        shrink: 0.5,
        sufficientDecrease: 1e-4,
        maxHalvings: 60,
      },
    ],
    [
      optimizers,
      () => barzilaiBorwein({ variant: 'bb2', memory: 5 }),
      {
        kind: 'barzilaiBorwein',
        variant: 'bb2',
        initialStep: 1,
        safeguard: true,
        memory: 5,
        shrink: 0.5,
        sufficientDecrease: 1e-4,
        maxHalvings: 60,
      },
    ],
    [
      optimizers,
      () => sgd(squareDecay({ initial: 0.1, decay: 1 })),
      {
        kind: 'sgd',
        learningRate: { kind: 'squareDecay', initial: 0.1, decay: 1 },
        momentum: 0,
        dampening: 0,
        nesterov: false,
        weightDecay: 0,
        maximize: false,
      },
    ],
    [
      optimizers,
      () => sgd({ learningRate: 1, momentum: 0.9, nesterov: true }),
      {
        kind: 'sgd',
        learningRate: 1,
        momentum: 0.9,
        dampening: 0,
        nesterov: true,
        weightDecay: 0,
        maximize: false,
      },
    ],
    [optimizers, () => adam(), { kind: 'adam', ...adamDefaults, amsgrad: false }],
    [optimizers, () => amsgrad(0.1), { kind: 'adam', ...adamDefaults, learningRate: 0.1, amsgrad: true }],
    [optimizers, () => amsgrad({ beta1: 0 }), { kind: 'adam', ...adamDefaults, beta1: 0, amsgrad: true }],
    [optimizers, () => adamW(), { kind: 'adamW', ...adamDefaults, weightDecay: 0.01, amsgrad: false }],
    [optimizers, () => adamax(), { kind: 'adamax', ...adamDefaults, learningRate: 2e-3 }],
    [
      optimizers,
      () => nadam(),
      { kind: 'nadam', ...adamDefaults, learningRate: 2e-3, decoupled: false, momentumDecay: 4e-3 },
    ],
    [optimizers, () => radam(), { kind: 'radam', ...adamDefaults, decoupled: false }],
    [optimizers, () => adaBelief(), { kind: 'adaBelief', ...adamDefaults, epsilon: 1e-16 }],
    [
      optimizers,
      () => yogi(),
      { kind: 'yogi', ...adamDefaults, learningRate: 0.01, epsilon: 1e-3, initialAccumulator: 1e-6 },
    ],
    [
      optimizers,
      () => lion(),
      { kind: 'lion', learningRate: 1e-4, beta1: 0.9, beta2: 0.99, weightDecay: 0, maximize: false },
    ],
    [optimizers, () => adan(), { kind: 'adan', ...adamDefaults, beta1: 0.98, beta2: 0.92, beta3: 0.99 }],
    [optimizers, () => adEMAMix(), { kind: 'adEMAMix', ...adamDefaults, beta3: 0.9999, alpha: 5, T: null }],
    [
      optimizers,
      () => sgdW(),
      {
        ...{ kind: 'sgdW', learningRate: 0.01, momentum: 0, dampening: 0, nesterov: false },
        ...{ weightDecay: 0.01, maximize: false },
      },
    ],
    [
      optimizers,
      () => signSgd(),
      { kind: 'signSgd', learningRate: 0.001, momentum: 0.9, weightDecay: 0, maximize: false },
    ],
    [
      optimizers,
      () => lars(),
      {
        ...{ kind: 'lars', learningRate: 1, momentum: 0.9, trustCoefficient: 0.001, epsilon: 0 },
        ...{ weightDecay: 0, nesterov: false, maximize: false },
      },
    ],
    [
      optimizers,
      () => rprop(),
      {
        ...{ kind: 'rprop', learningRate: 0.01, etaMinus: 0.5, etaPlus: 1.2, minStep: 1e-6, maxStep: 50 },
        maximize: false,
      },
    ],
    [
      optimizers,
      () => asgd(),
      {
        ...{ kind: 'asgd', learningRate: 0.01, lambda: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0 },
        maximize: false,
      },
    ],
    [
      optimizers,
      () => adagrad(),
      {
        ...{ kind: 'adagrad', learningRate: 0.01, learningRateDecay: 0, initialAccumulator: 0 },
        ...{ epsilon: 1e-10, weightDecay: 0, maximize: false },
      },
    ],
    [
      optimizers,
      () => adadelta(0.5),
      { kind: 'adadelta', learningRate: 0.5, rho: 0.9, epsilon: 1e-6, weightDecay: 0, maximize: false },
    ],
    [
      optimizers,
      () => rmsprop(),
      {
        ...{ kind: 'rmsprop', learningRate: 0.01, decay: 0.99, momentum: 0, centered: false },
        ...{ epsilon: 1e-8, weightDecay: 0, maximize: false },
      },
    ],
    [optimizers, () => ftrl(), { kind: 'ftrl', learningRate: 0.01, beta: 1, l1: 0, l2: 0, power: -0.5 }],
    [
      optimizers,
      () => adafactor(),
      {
        ...{ kind: 'adafactor', learningRate: 0.01, beta2Decay: -0.8, epsilon: [null, 1e-3] },
        ...{ clipThreshold: 1, weightDecay: 0, maximize: false },
      },
    ],
    [
      optimizers,
      () => onlineGradientDescent(),
      {
        kind: 'onlineGradientDescent',
        learningRate: { kind: 'inverseSqrtDecay', initial: 0.1, decay: 1 },
        projection: null,
      },
    ],
    [
      optimizers,
      () => dynamicGradientDescent({ learningRate: 0.1, projection: nonNegative() }),
      {
        kind: 'onlineGradientDescent',
        learningRate: 0.1,
        projection: [{ kind: 'nonNegative', features: null, intercept: false }],
      },
    ],
    [
      optimizers,
      () => lamb(0.1),
      {
        kind: 'lamb',
        learningRate: 0.1,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-6,
        weightDecay: 0,
        maximize: false,
      },
    ],
    [
      optimizers,
      () => muon({ rest: null }),
      {
        kind: 'muon',
        learningRate: 1e-3,
        momentum: 0.95,
        weightDecay: 0.1,
        nesterov: true,
        nsSteps: 5,
        matchRmsAdamW: false,
        rest: null,
      },
    ],
    [
      optimizers,
      () => scheduleFreeSgd(),
      {
        kind: 'scheduleFreeSgd',
        learningRate: 1,
        momentum: 0.9,
        weightDecay: 0,
        warmupSteps: 0,
        r: 0,
        weightPower: 2,
      },
    ],
    [
      optimizers,
      () => scheduleFreeAdamW({ warmupSteps: 10 }),
      {
        kind: 'scheduleFreeAdamW',
        learningRate: 2.5e-3,
        beta1: 0.9,
        weightDecay: 0,
        warmupSteps: 10,
        r: 0,
        weightPower: 2,
        beta2: 0.999,
        epsilon: 1e-8,
      },
    ],
    [
      optimizers,
      () => prodigy({ growthRate: Number.POSITIVE_INFINITY }),
      {
        kind: 'prodigy',
        learningRate: 1,
        beta1: 0.9,
        beta2: 0.999,
        beta3: null,
        epsilon: 1e-8,
        weightDecay: 0,
        d0: 1e-6,
        dCoefficient: 1,
        growthRate: null,
        useBiasCorrection: false,
        safeguardWarmup: false,
      },
    ],
  ] as const
).map(([family, make, want]) => [family as Family<never>, make, want]);

function deeplyFrozen(value: unknown): boolean {
  return (
    typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(deeplyFrozen))
  );
}

test('defaults are filled in; specs are frozen plain data', () => {
  for (const [, make, want] of rows) {
    const spec = make();
    assert.equal(spec, want);
    assert.ok(deeplyFrozen(spec), spec.kind);
    assert.is(Object.getPrototypeOf(spec), Object.prototype);
  }
});

test('specs survive JSON and structuredClone, and are read again as they were', () => {
  for (const [family, make] of rows) {
    const spec = make();
    for (const copy of [JSON.parse(JSON.stringify(spec)), structuredClone(spec)]) {
      assert.equal(copy, spec);
      const read = validateSpec(family, copy);
      assert.equal(read, spec);
      assert.ok(deeplyFrozen(read));
    }
  }
});

test('every kind of every family has a row above', () => {
  const seen = new Set(rows.map(([, make]) => make().kind));
  for (const family of [losses, regularizers, schedules, optimizers]) {
    for (const kind of Object.keys(family.kinds)) assert.ok(seen.has(kind), kind);
  }
});

test('no option of any kind takes what is foreign to it', () => {
  const odd = [
    Number.NaN,
    Symbol('s'),
    1n,
    [],
    [1],
    new Date(),
    new Map(),
    new (class A {})(),
    /x/,
    new Float64Array(1),
  ];
  for (const [family, make] of rows) {
    const spec = make() as unknown as Record<string, unknown>;
    for (const key of Object.keys(spec)) {
      for (const value of odd) {
        // A feature in a list, a list of class weights, of steps, of rates are what these options are for.
        if (
          ['features', 'classWeights', 'milestones', 'schedules'].includes(key) &&
          Array.isArray(value) &&
          value.length > 0
        )
          continue;
        const name = `${spec.kind}.${key}`;
        assert.throws(
          () => validateSpec(family, { ...spec, [key]: value }),
          (e: unknown) => e instanceof ArgumentError,
          name,
        );
      }
    }
  }
});

test('messages say what was expected and what came', () => {
  throws(() => l2(-1), 'l2: lambda must be a number ≥ 0, got -1');
  throws(() => l2(Number.POSITIVE_INFINITY), 'l2: lambda must be a number ≥ 0, got Infinity');
  throws(() => l2({ lambda: Number.NaN }), 'l2: lambda must be a number ≥ 0, got NaN');
  throws(() => l2({ lambda: '1' as never }), 'l2: lambda must be a number ≥ 0, got "1"');
  throws(() => l2({} as never), 'l2: lambda is required: a number ≥ 0');
  throws(() => l2(undefined as never), 'l2: lambda is required: a number ≥ 0');
  throws(() => l2(null as never), 'l2: lambda must be a number ≥ 0, got null');
  throws(() => l2([1] as never), 'l2: lambda must be a number ≥ 0, got an array of length 1');
  throws(
    () => l1({ lambda: 1, method: 'prox' as never }),
    'l1: method must be "proximal" or "subgradient", got "prox"',
  );
  throws(() => l1({ lambda: 1, intercept: 1 as never }), 'l1: intercept must be true or false, got 1');
  throws(() => maxNorm(0), 'maxNorm: max must be a number > 0, got 0');
  throws(() => box({ lower: 1, upper: 0 }), 'box: lower 1 is above upper 0');
  throws(
    () => l1({ lambda: 1, features: 3 as never }),
    'l1: features must be a non-empty list of indices or names of features, or null, got 3',
  );
  throws(
    () => l2({ lambda: 1, features: [] }),
    'l2: features must be a non-empty list of indices or names of features, or null, got an array of length 0',
  );
  throws(
    () => l2({ lambda: 1, features: [0, -1] }),
    'l2: features[1] must be the index or the name of a feature, got -1',
  );
  throws(
    () => groupLasso({ lambda: 1, groups: [0, 1] as never }),
    'groupLasso: groups[0] must be a non-empty list of indices or names of features, got 0',
  );
  throws(
    () =>
      groupLasso({
        lambda: 1,
        groups: [
          [0, 1],
          [2, 1],
        ],
      }),
    'groupLasso: groups overlap: feature 1 is there twice',
  );
  throws(() => groupLasso({ lambda: 1, groups: [['a', 'a']] }), 'groupLasso: groups overlap: feature a is there twice');
  throws(
    () => groupLasso({ lambda: 1, groups: [[0]], features: [0] }),
    'groupLasso: give groups or features, not both',
  );
  throws(() => binaryCrossEntropy({ posWeight: 0 }), 'binaryCrossEntropy: posWeight must be a number > 0, got 0');
  throws(
    () => binaryCrossEntropy({ labelSmoothing: 1.5 }),
    'binaryCrossEntropy: labelSmoothing must be a number in [0, 1], got 1.5',
  );
  throws(() => sgd(-1), 'sgd: learningRate must be a number ≥ 0, got -1');
  throws(() => adam({ beta1: 1 }), 'adam: beta1 must be a number in [0, 1), got 1');
  throws(() => adamW({ epsilon: -1e-8 }), 'adamW: epsilon must be a number ≥ 0, got -1e-8');
  throws(() => amsgrad({ beta: 0.5 } as never), 'amsgrad: unknown option beta; did you mean beta1?');
  throws(
    () => lion({ epsilon: 1 } as never),
    'lion: unknown option epsilon; there are learningRate, beta1, beta2, weightDecay, maximize',
  );
  throws(() => adEMAMix({ T: 0 }), 'adEMAMix: T must be a number > 0 or null, got 0');
  throws(
    () => sgd('fast' as never),
    'sgd: learningRate must be a number ≥ 0, a schedule or a function of the step, got "fast"',
  );
  throws(
    () => gradientDescentLineSearch({ maxHalvings: 1.5 }),
    'gradientDescentLineSearch: maxHalvings must be an integer ≥ 1, got 1.5',
  );
  throws(() => barzilaiBorwein({ memory: 11 }), 'barzilaiBorwein: memory must be an integer in [1, 10], got 11');
  throws(
    () => barzilaiBorwein({ variant: 'bb3' as never }),
    'barzilaiBorwein: variant must be "bb1" or "bb2", got "bb3"',
  );
  throws(
    () => gradientDescentLineSearch({ shrink: 1 }),
    'gradientDescentLineSearch: shrink must be a number in (0, 1), got 1',
  );
  throws(
    () => gradientDescentLineSearch(3 as never),
    'gradientDescentLineSearch: options must be a plain object, got 3',
  );
  throws(() => binaryCrossEntropy(null as never), 'binaryCrossEntropy: options must be a plain object, got null');
});

test('unknown options: the one that was probably meant, or all there are', () => {
  const unknown = (options: object) => () => sgd(options as never);
  throws(unknown({ learningrate: 1 }), 'sgd: unknown option learningrate; did you mean learningRate?');
  throws(unknown({ learning_rate: 1 }), 'sgd: unknown option learning_rate; did you mean learningRate?');
  throws(unknown({ lr: 1 }), 'sgd: unknown option lr; did you mean learningRate?');
  throws(unknown({ wd: 1 }), 'sgd: unknown option wd; did you mean weightDecay?');
  throws(unknown({ momentmu: 1 }), 'sgd: unknown option momentmu; did you mean momentum?');
  throws(() => l1({ lambda: 1, lamda: 1 } as never), 'l1: unknown option lamda; did you mean lambda?');
  throws(
    () => l1({ lambda: 1, strength: 1 } as never),
    'l1: unknown option strength; there are lambda, method, features, intercept',
  );
  throws(() => meanSquaredError({ half: true } as never), 'meanSquaredError: unknown option half; there are none');
  throws(
    () => l1({ lambda: 1, [Symbol('x')]: 1 } as never),
    'l1: unknown option Symbol(x); there are lambda, method, features, intercept',
  );
});

test('odd objects do not get through', () => {
  throws(
    () => elasticNet(JSON.parse('{"l1":1,"l2":1,"__proto__":{}}')),
    'elasticNet: unknown option __proto__; there are l1, l2, method, features, intercept',
  );
  throws(
    () => elasticNet({ __proto__: { l1: 1, l2: 1 } } as never),
    'elasticNet: options must be a plain object, got an object',
  );
  class Options {
    l1 = 1;
    l2 = 1;
  }
  throws(() => elasticNet(new Options()), 'elasticNet: options must be a plain object, got an Options');
  throws(() => elasticNet(new Map() as never), 'elasticNet: options must be a plain object, got a Map');
  assert.is(elasticNet(Object.assign(Object.create(null), { l1: 1, l2: 2 })).l2, 2);
});

test('a getter is read once', () => {
  let reads = 0;
  const spec = l2({
    get lambda() {
      return reads++ === 0 ? 1 : -1;
    },
  });
  assert.is(spec.lambda, 1);
  assert.is(reads, 1);
});

test('values inherited from Object.prototype are not options', () => {
  Object.defineProperty(Object.prototype, 'momentum', { value: 0.5, configurable: true, writable: true });
  try {
    assert.is(sgd().momentum, 0);
  } finally {
    delete (Object.prototype as { momentum?: number }).momentum;
  }
});

test('a later change of what was given does not reach the spec', () => {
  const projection = [nonNegative()];
  const schedule = { ...squareDecay({ initial: 0.1, decay: 1 }) };
  const spec = onlineGradientDescent({ learningRate: schedule, projection });
  projection.length = 0;
  (schedule as { initial: number }).initial = 9;
  assert.is(spec.projection?.length, 1);
  assert.equal(spec.learningRate, squareDecay({ initial: 0.1, decay: 1 }));
});

test('minus zero is stored as zero, which is what JSON gives back', () => {
  assert.ok(Object.is(box({ lower: -0 }).lower, 0));
});

test('rates: numbers, schedules by hand, functions', () => {
  const rate = (step: number): number => 1 / (1 + step);
  assert.is(sgd(rate).learningRate, rate);
  assert.is(sgd({ learningRate: rate }).learningRate, rate);
  assert.equal(sgd({ learningRate: { kind: 'constant', initial: 1 } }).learningRate, constant(1));
  assert.equal(sgd({ kind: 'constant', initial: 1 }).learningRate, constant(1));
  assert.equal(sgd({ ...sgd(0.1), momentum: 0.5 }), sgd({ learningRate: 0.1, momentum: 0.5 }));
  throws(
    () => sgd({ learningRate: { kind: 'squareDecay', initial: 1 } as never }),
    'sgd: learningRate: squareDecay: decay is required: a number ≥ 0',
  );
  throws(
    () => sgd(l2(1) as never),
    `sgd: learningRate: unknown kind l2; there are ${Object.keys(schedules.kinds).join(', ')}`,
  );
});

test('options that depend on each other', () => {
  const need = 'sgd: nesterov needs momentum > 0 and dampening 0, got';
  throws(() => sgd({ nesterov: true }), `${need} 0 and 0`);
  throws(() => sgd({ nesterov: true, momentum: 0.9, dampening: 0.1 }), `${need} 0.9 and 0.1`);
  throws(() => box({ lower: 2, upper: 1 }), 'box: lower 2 is above upper 1');
  throws(
    () => box({ upper: Number.NEGATIVE_INFINITY }),
    'box: upper must be a number in (-∞, ∞] or null, got -Infinity',
  );
  assert.is(box({ lower: 1, upper: 1 }).upper, 1);
  throws(() => exponentialDecay({ initial: 1 } as never), 'exponentialDecay: needs decay or rate, one of the two');
  throws(
    () => exponentialDecay({ initial: 1, decay: 1, rate: 0.5 } as never),
    'exponentialDecay: needs decay or rate, one of the two',
  );
  throws(
    () => exponentialDecay({ initial: 1, decay: 1, decaySteps: 2 } as never),
    'exponentialDecay: decaySteps and staircase go with rate, not decay',
  );
  throws(
    () => perEpoch(perEpoch(constant(1)) as never),
    'perEpoch: schedule: perEpoch goes around the whole schedule, not into another',
  );
});

test('a spec by hand: checked, filled and frozen', () => {
  assert.equal(validateSpec(regularizers, { kind: 'l2', lambda: 1 }), l2(1));
  assert.equal(validateSpec(optimizers, { kind: 'sgd' }), sgd());
  throws(() => validateSpec(regularizers, { kind: 'l2' }), 'l2: lambda is required: a number ≥ 0');
  throws(
    () => validateSpec(penalties, { kind: 'nope' }, 'regularizer'),
    'regularizer: unknown kind nope; there are l1, l2, elasticNet, groupLasso',
  );
  throws(
    () => validateSpec(penalties, { kind: 'constructor' }),
    'penalty: unknown kind constructor; there are l1, l2, elasticNet, groupLasso',
  );
  throws(() => validateSpec(losses, { kind: 3 }), 'loss must be a loss such as meanSquaredError(…), got an object');
  throws(
    () => validateSpec(losses, { targets: 'index' }),
    'loss must be a loss such as meanSquaredError(…), got an object',
  );
  throws(
    () => validateSpec(losses, meanSquaredError),
    'loss must be a loss such as meanSquaredError(…), got the function meanSquaredError',
  );
  throws(() => validateSpec(optimizers, 0.1), 'optimizer must be an optimizer such as gradientDescent(…), got 0.1');
  throws(() => validateSpec(losses, 'mse'), 'loss must be a loss such as meanSquaredError(…), got "mse"');
  throws(() => validateSpec(losses, null), 'loss must be a loss such as meanSquaredError(…), got null');
});

test('one spec, a list, or nothing', () => {
  assert.equal(validateSpecs(regularizers, undefined), []);
  assert.equal(validateSpecs(regularizers, l1(1)), [l1(1)]);
  assert.equal(validateSpecs(regularizers, [l1(1), nonNegative()]), [l1(1), nonNegative()]);
  throws(
    () => validateSpecs(regularizers, [l1(1), { kind: 'l2' }]),
    'regularizer[1]: l2: lambda is required: a number ≥ 0',
  );
  throws(
    () => onlineGradientDescent({ projection: [l1(1)] as never }),
    'onlineGradientDescent: projection[0]: unknown kind l1; there are nonNegative, box, maxNorm',
  );
  throws(
    () => onlineGradientDescent({ projection: [] }),
    'onlineGradientDescent: projection must be a constraint or a non-empty list or null, got an array of length 0',
  );
});

test('the kind, if given with the options, must be the right one', () => {
  assert.equal(l2({ kind: 'l2', lambda: 1 } as never), l2(1));
  throws(() => elasticNet({ kind: 'l2', l1: 1, l2: 1 } as never), 'elasticNet: kind must be "elasticNet", got "l2"');
});

test('types refuse what the tables refuse', () => {
  const calls = [
    // @ts-expect-error misspelt
    () => sgd({ learningRat: 1 }),
    // @ts-expect-error a required option is missing
    () => squareDecay({ initial: 1 }),
    // @ts-expect-error not one of the two
    () => softmaxCrossEntropy({ targets: 'labels' }),
    // @ts-expect-error a penalty is no constraint
    () => onlineGradientDescent({ projection: l1(1) }),
    // @ts-expect-error takes no options
    () => meanSquaredError({ half: true }),
    // @ts-expect-error staircase goes with rate
    () => exponentialDecay({ initial: 1, decay: 1, staircase: true }),
  ];
  for (const call of calls) assert.throws(call, (e: unknown) => e instanceof ArgumentError);
  // @ts-expect-error specs are read-only
  assert.throws(() => (l2(1).lambda = 2), TypeError);
});

test('options that are not a spec', () => {
  const fields = { size: number('(-∞, ∞)', 3), names: list(string(), ['a']), title: string('') };
  assert.equal(readOptions('thing', fields), { size: 3, names: ['a'], title: '' });
  assert.equal(readOptions('thing', fields, { size: undefined, names: 'b' }), { size: 3, names: ['b'], title: '' });
  throws(
    () => readOptions('thing', fields, { kind: 'thing' }),
    'thing: unknown option kind; there are size, names, title',
  );
  throws(() => readOptions('thing', fields, { size: Number.NaN }), 'thing: size must be a number in (-∞, ∞), got NaN');
  throws(() => readOptions('thing', fields, { names: ['a', 1] }), 'thing: names[1] must be a string, got 1');
  throws(
    () => readOptions('thing', fields, { names: new Array(2) }),
    'thing: names[0] must be a string, got undefined',
  );
});

test.run();
