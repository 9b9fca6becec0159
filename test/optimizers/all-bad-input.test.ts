/** What every optimizer refuses, and the message: options out of range, unknown ones, blocks, states, shapes. */
import {
  adam,
  adamW,
  createOptimizer,
  ftrl,
  l1,
  lars,
  muon,
  nonNegative,
  type OptimizerSpec,
  parameters,
  rmsprop,
  rprop,
  ShapeError,
  sgd,
  sgdW,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { optimizers } from '#src/optimizers/family.js';
import { validateSpec } from '#src/spec.js';
import { optimizerTable } from '../helpers/all-optimizers.ts';
import { throws } from '../throws.ts';

/** Values outside of a range, and how the range reads. */
const ranges = {
  '≥0': ['a number ≥ 0', [-1, Number.NaN, Infinity, '1', null]],
  '>0': ['a number > 0', [0, -1, Number.NaN, Infinity, '1', null]],
  '>0?': ['a number > 0 or null', [0, -1, Number.NaN, '1']],
  '≥1': ['a number ≥ 1', [0.5, Number.NaN, Infinity]],
  '≥1?': ['a number ≥ 1 or null', [0.5, Number.NaN, '1']],
  '>1': ['a number > 1', [1, Number.NaN, Infinity]],
  '≤0': ['a number in (-∞, 0]', [0.5, -Infinity, Number.NaN]],
  '[0,1)': ['a number in [0, 1)', [-0.5, 1, Number.NaN, '0', null]],
  '[0,1]': ['a number in [0, 1]', [-0.5, 1.5, Number.NaN, '0', null]],
  '(0,1)': ['a number in (0, 1)', [0, 1, Number.NaN]],
  '(0,1)?': ['a number in (0, 1) or null', [0, 1, Number.NaN]],
  'n≥0': ['an integer ≥ 0', [-1, 0.5, Infinity]],
  'n≥1': ['an integer ≥ 1', [0, 1.5, Infinity]],
  'n1-10': ['an integer in [1, 10]', [0, 11, 1.5]],
  bool: ['true or false', [0, 1, 'true', null]],
  rate: ['a number ≥ 0', [-1, Number.NaN, Infinity]],
  bb: ['"bb1" or "bb2"', ['bb3', 1, null]],
  eps: ['a pair of a number > 0 or null and a number ≥ 0', [1, [1], null, 'x']],
  spec: ['an optimizer such as gradientDescent(…)', [1, 'sgd']],
  constraint: ['a constraint or a non-empty list or null', [[]]],
} as const;
type Range = keyof typeof ranges;

const rate = { learningRate: 'rate' } as const;
const coupled = { weightDecay: '≥0', maximize: 'bool' } as const;
const momentum = { momentum: '[0,1)', dampening: '[0,1]', nesterov: 'bool', ...coupled } as const;
const moments = { ...rate, beta1: '[0,1)', beta2: '[0,1)', ...coupled } as const;
const adams = { ...moments, epsilon: '≥0' } as const;
const free = { ...rate, weightDecay: '≥0', warmupSteps: 'n≥0', r: '≥0', weightPower: '≥0' } as const;
const search = { initialStep: '>0', shrink: '(0,1)', sufficientDecrease: '(0,1)', maxHalvings: 'n≥1' } as const;

/** Every option of every kind, with its range as docs/reference has it. */
const options: Readonly<Record<OptimizerSpec['kind'], Readonly<Record<string, Range>>>> = {
  gradientDescent: rate,
  onlineGradientDescent: { ...rate, projection: 'constraint' },
  sgd: { ...rate, ...momentum },
  sgdW: { ...rate, ...momentum },
  signSgd: { ...rate, momentum: '[0,1)', ...coupled },
  lars: { ...rate, momentum: '[0,1)', trustCoefficient: '>0', epsilon: '≥0', nesterov: 'bool', ...coupled },
  rprop: { ...rate, etaMinus: '(0,1)', etaPlus: '>1', minStep: '>0', maxStep: '>0', maximize: 'bool' },
  asgd: { ...rate, lambda: '≥0', alpha: '≥0', t0: '≥0', ...coupled },
  adagrad: { ...rate, learningRateDecay: '≥0', initialAccumulator: '≥0', epsilon: '≥0', ...coupled },
  adadelta: { ...rate, rho: '[0,1]', epsilon: '≥0', ...coupled },
  rmsprop: { ...rate, decay: '[0,1]', momentum: '[0,1)', centered: 'bool', epsilon: '≥0', ...coupled },
  ftrl: { ...rate, beta: '≥0', l1: '≥0', l2: '≥0', power: '≤0' },
  adafactor: { ...rate, beta2Decay: '≤0', epsilon: 'eps', clipThreshold: '>0', ...coupled },
  adam: { ...adams, amsgrad: 'bool' },
  adamW: { ...adams, amsgrad: 'bool' },
  adamax: adams,
  nadam: { ...adams, decoupled: 'bool', momentumDecay: '≥0' },
  radam: { ...adams, decoupled: 'bool' },
  adaBelief: adams,
  yogi: { ...adams, initialAccumulator: '≥0' },
  lion: moments,
  adan: { ...adams, beta3: '[0,1)' },
  adEMAMix: { ...adams, beta3: '[0,1)', alpha: '≥0', T: '>0?' },
  lamb: { ...moments, epsilon: '>0' },
  muon: {
    ...{ ...rate, momentum: '[0,1)', weightDecay: '≥0', nesterov: 'bool', nsSteps: 'n≥1' },
    ...{ matchRmsAdamW: 'bool', rest: 'spec' },
  },
  scheduleFreeSgd: { ...free, momentum: '[0,1]' },
  scheduleFreeAdamW: { ...free, beta1: '[0,1]', beta2: '[0,1)', epsilon: '>0' },
  prodigy: {
    ...{ ...rate, beta1: '[0,1)', beta2: '[0,1)', beta3: '(0,1)?', epsilon: '>0', weightDecay: '≥0', d0: '>0' },
    ...{ dCoefficient: '>0', growthRate: '≥1?', useBiasCorrection: 'bool', safeguardWarmup: 'bool' },
  },
  gradientDescentLineSearch: { ...search, expand: '≥1' },
  barzilaiBorwein: { ...search, variant: 'bb', safeguard: 'bool', memory: 'n1-10' },
};

test('every kind and every option is in the table', () => {
  const found = Object.entries(optimizers.kinds).map(([kind, fields]) => [kind, Object.keys(fields).sort()]);
  const expected = Object.entries(options).map(([kind, ranges]) => [kind, Object.keys(ranges).sort()]);
  assert.equal(Object.fromEntries(found), Object.fromEntries(expected));
});

const shown = (value: unknown): string =>
  typeof value === 'string'
    ? `"${value}"`
    : Array.isArray(value)
      ? `an array of length ${value.length}`
      : String(value);

for (const [kind, ranged] of Object.entries(options)) {
  test(`${kind}: options out of range`, () => {
    for (const [option, range] of Object.entries(ranged)) {
      const [text, values] = ranges[range];
      for (const value of values) {
        const message = `${kind}: ${option} must be ${text}, got ${shown(value)}`;
        throws(() => validateSpec(optimizers, { kind, [option]: value }), 'ERR_ARGUMENT', message);
      }
    }
  });

  if ('learningRate' in ranged) {
    test(`${kind}: what is no rate`, () => {
      for (const learningRate of ['1', null, [], true]) {
        const text = 'a number ≥ 0, a schedule or a function of the step';
        const message = `${kind}: learningRate must be ${text}, got ${shown(learningRate)}`;
        throws(() => validateSpec(optimizers, { kind, learningRate }), 'ERR_ARGUMENT', message);
      }
    });
  }

  test(`${kind}: unknown options, and what may be meant`, () => {
    const make = (more: object) => () => validateSpec(optimizers, { kind, ...more });
    const names = Object.keys(optimizers.kinds[kind as 'sgd']);
    throws(make({ zzzzzz: 1 }), 'ERR_ARGUMENT', `${kind}: unknown option zzzzzz; there are ${names.join(', ')}`);
    const [option] = names as [string];
    const slip = `${option}s`;
    throws(make({ [slip]: 1 }), 'ERR_ARGUMENT', `${kind}: unknown option ${slip}; did you mean ${option}?`);
  });
}

test('options that do not go together', () => {
  const both = 'nesterov needs momentum > 0 and dampening 0, got';
  throws(() => sgd({ nesterov: true }), 'ERR_ARGUMENT', `sgd: ${both} 0 and 0`);
  throws(() => sgdW({ nesterov: true, momentum: 0.9, dampening: 0.5 }), 'ERR_ARGUMENT', `sgdW: ${both} 0.9 and 0.5`);
  const steps = 'rprop: maxStep must be at least minStep, got 0.1 and 0.2';
  throws(() => rprop({ minStep: 0.2, maxStep: 0.1 }), 'ERR_ARGUMENT', steps);
  const rest = 'muon: rest must be an optimizer of vectors with a rate, or null, got muon';
  throws(() => muon({ rest: muon() }), 'ERR_ARGUMENT', rest);
});

for (const row of optimizerTable) {
  const spec = row.of(0.1);
  const shapes = { v: [1, 3], m: [2, 2] };

  test(`${row.name}: one optimizer a block`, () => {
    const θ = parameters(shapes);
    const optimizer = createOptimizer(θ, spec);
    const message = 'createOptimizer: these parameters have an optimizer; release() it first';
    throws(() => createOptimizer(θ, spec), 'ERR_ARGUMENT', message);
    throws(() => createOptimizer(θ, adam()), 'ERR_ARGUMENT', message);
    optimizer.release();
    createOptimizer(θ, spec).release();
    const groups = [{ parameters: 'v' }, { parameters: ['m', 'v'] }];
    const twice = 'groups[1]: v has two optimizers: it is named twice';
    throws(() => createOptimizer(θ, spec, { groups }), 'ERR_ARGUMENT', twice);
  });

  test(`${row.name}: a state of another optimizer, shape, dtype, options, or none`, () => {
    const optimizer = createOptimizer(parameters(shapes), spec);
    const before = optimizer.state();
    const stateOf = (other: OptimizerSpec, of: typeof shapes = shapes, dtype: 'f32' | 'f64' = 'f64', more = {}) => {
      const one = createOptimizer(parameters(of, { dtype }), other, more);
      const state = one.state();
      one.release();
      return state;
    };
    const another = spec.kind === 'adam' ? adamW() : adam();
    const kinds = `restore: expected a state of ${spec.kind}, got one of ${another.kind}`;
    throws(() => optimizer.restore(stateOf(another)), 'ERR_ARGUMENT', kinds);
    const own = '["f64",{"v":[1,3],"m":[2,2]}]';
    const shaped = `restore: expected a state of ${own}, got one of ["f64",{"v":[1,3],"m":[4,1]}]`;
    const wrong = () => optimizer.restore(stateOf(spec, { v: [1, 3], m: [4, 1] }));
    throws(wrong, 'ERR_SHAPE', shaped);
    assert.throws(wrong, (error: unknown) => error instanceof ShapeError);
    const single = `restore: expected a state of ${own}, got one of ["f32",{"v":[1,3],"m":[2,2]}]`;
    throws(() => optimizer.restore(stateOf(spec, shapes, 'f32')), 'ERR_SHAPE', single);
    const averaged = stateOf(spec, shapes, 'f64', { average: { kind: 'ema' } });
    assert.throws(
      () => optimizer.restore(averaged),
      /^restore: expected \d+ bytes of state, got \d+: options that keep state differ$/,
    );
    for (const nothing of [undefined, null, {}, [], 'state']) {
      throws(() => optimizer.restore(nothing as never), 'ERR_ARGUMENT', 'restore: expected what state() returned');
    }
    assert.equal(optimizer.state(), before);
    optimizer.release();
  });
}

test('states of the same size but other contents are refused', () => {
  const optimizer = createOptimizer(parameters({ w: [4] }), rmsprop({ centered: true }));
  const other = createOptimizer(parameters({ w: [4] }), rmsprop({ momentum: 0.9 }));
  const message = 'restore: options that keep state differ';
  throws(() => optimizer.restore(other.state()), 'ERR_ARGUMENT', message);
  throws(() => other.restore(optimizer.state()), 'ERR_ARGUMENT', message);
  // Rates and factors may differ.
  const faster = createOptimizer(parameters({ w: [4] }), rmsprop({ learningRate: 1, centered: true, decay: 0.5 }));
  faster.restore(optimizer.state());
  for (const one of [optimizer, other, faster]) one.release();
});

test('a state has no functions, and is restored where there is one', () => {
  for (const spec of [sgd({ learningRate: (t) => 1 / (1 + t), momentum: 0.5 }), muon({ rest: adam(() => 0.1) })]) {
    const optimizer = createOptimizer(parameters({ w: [2, 2] }), spec);
    const state = structuredClone(optimizer.state());
    optimizer.restore(state);
    assert.equal(optimizer.state(), state);
    optimizer.release();
  }
});

test('muon: no matrix, and a vector without `rest`', () => {
  const vector = () => parameters({ w: [2, 2], b: [3] });
  throws(
    () => createOptimizer(vector(), muon({ rest: null })),
    'ERR_ARGUMENT',
    'muon is for matrices, got b of shape [3]',
  );
  const none = () => createOptimizer(parameters({ b: [3] }), muon());
  throws(none, 'ERR_ARGUMENT', 'muon is for matrices, got b of shape [3]');
  createOptimizer(vector(), muon()).release();
});

test('l1 and constraints in groups: the one that refuses is named', () => {
  const θ = parameters({ v: [2], w: [2] });
  const message = 'ftrl has no effective step in which the proximal step of l1 could be taken';
  const groups = { parameters: 'w', optimizer: ftrl(), regularizer: l1(1) };
  throws(() => createOptimizer(θ, lars(), { groups }), 'ERR_ARGUMENT', message);
  const projected = message.replace('l1', 'nonNegative');
  throws(() => createOptimizer(θ, ftrl(), { regularizer: nonNegative() }), 'ERR_ARGUMENT', projected);
});

test.run();
