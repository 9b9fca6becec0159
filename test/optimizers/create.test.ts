/** Parameters and optimizers of one's own: steps against the recurrence, state and restore, averages, groups, errors. */
import { readFileSync } from 'node:fs';
import {
  ArgumentError,
  adam,
  clipByGlobalNorm,
  constant,
  createOptimizer,
  ema,
  exponentialDecay,
  gradientDescentLineSearch,
  l1,
  l2,
  lookahead,
  NonFiniteError,
  type OptimizerSpec,
  parameters,
  perEpoch,
  rmsprop,
  ShapeError,
  sam,
  sgd,
  swa,
  yogi,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultEngine, Engine } from '#src/memory/engine.js';
import { dtypes, reals } from '../helpers/numbers.ts';

const classic = JSON.parse(readFileSync('test/golden/classic.json', 'utf8')) as {
  problems: { rosenbrock: unknown };
  wrappers: { kind: string; args: Record<string, number>; [trace: string]: unknown }[];
};
const traces = JSON.parse(readFileSync('test/golden/optim.json', 'utf8')) as { init_v: number[]; grads_v: number[][] };

/** The call throws one of our errors, with this message or one that matches. */
function throws(call: () => unknown, message: string | RegExp): void {
  assert.throws(call, (error: unknown) => {
    assert.instance(error, ArgumentError);
    const found = (error as ArgumentError).message;
    if (typeof message === 'string') assert.is(found, message);
    else assert.match(found, message);
    return true;
  });
}

const close = (found: ArrayLike<number>, expected: readonly number[], bound = 1e-12): void => {
  expected.forEach((value, i) => {
    assert.ok(Math.abs(found[i]! - value) <= bound * Math.max(1, Math.abs(value)), `${i}: ${found[i]} for ${value}`);
  });
};

test('views: shapes, zeros, one buffer, lengths', () => {
  for (const dtype of dtypes) {
    const θ = parameters({ w: [3, 4], b: [4], s: 5, t: [2, 3, 2] }, { dtype });
    assert.equal({ ...θ.shapes }, { w: [3, 4], b: [4], s: [5], t: [2, 3, 2] });
    assert.is(θ.size, 33);
    assert.equal(Object.keys(θ.values), ['w', 'b', 's', 't']);
    assert.is(θ.values.w.length, 12);
    assert.is(θ.values.w, θ.values.w);
    θ.values.w.fill(1);
    θ.gradients.w.fill(2);
    assert.equal([...θ.values.b, ...θ.gradients.b], new Array(8).fill(0));
    θ.zeroGradients();
    assert.equal([...θ.gradients.w], new Array(12).fill(0));
    assert.equal([...θ.values.w], new Array(12).fill(1));
  }
});

test('a view is made again when memory has grown', () => {
  const engine = new Engine();
  const θ = parameters({ w: [4] }, { engine });
  const before = θ.values.w;
  before.set([1, 2, 3, 4]);
  engine.arena.reserve(2 ** 22);
  assert.is(before.length, 0);
  assert.equal([...θ.values.w], [1, 2, 3, 4]);
});

for (const dtype of dtypes) {
  test(`${dtype}: steps are those of the recurrence, whatever the shapes beside it`, () => {
    const round = dtype === 'f32' ? Math.fround : (value: number) => value;
    const next = reals(dtype, 3);
    const θ = parameters({ a: [3, 3], b: [5] }, { dtype });
    const optimizer = createOptimizer(θ, sgd({ learningRate: 0.5, momentum: 0.5 }));
    const mirror = { a: new Array(9).fill(0), b: new Array(5).fill(0) };
    const buffer = { a: new Array(9).fill(0), b: new Array(5).fill(0) };
    for (let t = 0; t < 5; t++) {
      for (const name of ['a', 'b'] as const) {
        const g = θ.gradients[name];
        for (let i = 0; i < g.length; i++) {
          g[i] = next();
          buffer[name][i] = t === 0 ? g[i]! : round(g[i]! + round(0.5 * buffer[name][i]));
          mirror[name][i] = round(mirror[name][i] - round(0.5 * buffer[name][i]));
        }
      }
      optimizer.step();
    }
    assert.equal([...θ.values.a], mirror.a);
    assert.equal([...θ.values.b], mirror.b);
    assert.is(optimizer.steps, 5);
    optimizer.release();
  });

  test(`${dtype}: state and restore in the middle give the same bits`, () => {
    const run = (cut: boolean) => {
      const next = reals(dtype, 8);
      const make = (values: Readonly<Record<'w', ArrayLike<number>>>) => {
        const θ = parameters({ w: [2, 4] }, { dtype });
        θ.values.w.set(values.w);
        const optimizer = createOptimizer(
          θ,
          sgd({ learningRate: exponentialDecay({ initial: 0.1, decay: 0.1 }), momentum: 0.9 }),
          {
            average: [ema(0.5), lookahead({ steps: 3 })],
            regularizer: l2(0.01),
          },
        );
        return { θ, optimizer };
      };
      let { θ, optimizer } = make({ w: Array.from({ length: 8 }, next) });
      for (let t = 0; t < 10; t++) {
        if (t === 5 && cut) {
          const state = structuredClone(optimizer.state());
          const w = θ.values.w.slice();
          optimizer.release();
          ({ θ, optimizer } = make({ w }));
          optimizer.restore(state);
        }
        const g = θ.gradients.w;
        for (let i = 0; i < 8; i++) g[i] = next();
        optimizer.step();
      }
      const out = [...θ.values.w, ...optimizer.evaluated.w, optimizer.rate, optimizer.steps];
      optimizer.release();
      return out;
    };
    assert.equal(run(true), run(false));
  });
}

test('padding stays zero where a rule moves it: without ε, where zero is 0/0, and where a buffer starts off zero', () => {
  for (const spec of [adam({ epsilon: 0 }), rmsprop({ epsilon: 0 }), yogi()]) {
    for (const dtype of dtypes) {
      const θ = parameters({ a: [3], b: [1] }, { dtype });
      const optimizer = createOptimizer(θ, spec, { regularizer: l2(0.1) });
      for (let t = 0; t < 3; t++) {
        for (const gradient of Object.values(θ.gradients)) gradient.fill(1);
        optimizer.step();
      }
      // A penalty looks at whole vectors.
      assert.ok(Number.isFinite(optimizer.penalty), spec.kind);
      const { block, bytes, engine, tensors } = θ;
      const all = engine.floats(dtype, block, bytes / (dtype === 'f32' ? 4 : 8));
      const used = tensors.reduce((sum, { columns }) => sum + columns, 0);
      assert.is(all.filter((value) => value !== 0).length, used, spec.kind);
      optimizer.release();
    }
  }
});

test('micro-batches: the mean over all samples, a short last one included', () => {
  const θ = parameters({ w: [2] });
  const optimizer = createOptimizer(θ, sgd(1));
  for (const [samples, g] of [
    [4, [1, 2]],
    [4, [3, 4]],
    [2, [10, -10]],
  ] as const) {
    θ.gradients.w.set(g);
    optimizer.accumulate(samples);
  }
  const state = structuredClone(optimizer.state());
  optimizer.step();
  // (4·1 + 4·3 + 2·10)/10, (4·2 + 4·4 − 2·10)/10
  assert.equal([...θ.values.w], [-3.6, -0.4]);
  // One step, one tick.
  assert.is(optimizer.steps, 1);
  θ.values.w.fill(0);
  optimizer.restore(state);
  optimizer.step();
  assert.equal([...θ.values.w], [-3.6, -0.4]);
});

test('averages: the golden traces of EMA, SWA and lookahead around SGD', () => {
  const cases = {
    ema: (a: Record<string, number>) => ema({ decay: a.decay! }),
    swa: (a: Record<string, number>) => swa({ start: a.start_step!, every: a.every! }),
    lookahead: (a: Record<string, number>) => lookahead({ steps: a.k!, alpha: a.alpha! }),
  };
  let seen = 0;
  for (const { kind, args, ...trace } of classic.wrappers) {
    if (!(kind in cases)) continue;
    const average = cases[kind as keyof typeof cases](args);
    const expected = (trace.ema_after_each_step ?? trace.swa_after_each_step ?? trace.params_after_each_step) as (
      | number[]
      | null
    )[];
    const θ = parameters({ w: [6] });
    θ.values.w.set(traces.init_v);
    const optimizer = createOptimizer(θ, sgd(0.01), { average });
    traces.grads_v.forEach((g, t) => {
      θ.gradients.w.set(g);
      optimizer.step();
      const found = kind === 'lookahead' ? θ.values.w : optimizer.evaluated.w;
      if (expected[t]) close(found, expected[t]);
      else assert.equal([...optimizer.evaluated.w], [...θ.values.w]);
    });
    seen++;
  }
  assert.is(seen, 3);
});

test('groups: rates, regularizers and optimizers of their own; biases are not penalised', () => {
  const θ = parameters({ w: [2], v: [2], bias: [1] });
  for (const values of Object.values(θ.values)) values.fill(1);
  const optimizer = createOptimizer(θ, sgd(0.5), {
    regularizer: l2(1),
    groups: [{ parameters: 'v', learningRate: 0.25, weightDecay: 2, regularizer: [] }],
  });
  for (const gradient of Object.values(θ.gradients)) gradient.fill(1);
  optimizer.step();
  // w: 1 − ½·(1 + 2·1); v: 1 − ¼·(1 + 2·1); bias: 1 − ½·1
  assert.equal([...θ.values.w, ...θ.values.v, ...θ.values.bias], [-0.5, -0.5, 0.25, 0.25, 0.5]);
  assert.is(optimizer.rate, 0.5);
  optimizer.setLearningRate(1, 1);
  optimizer.setLearningRate((step) => step, 0);
  for (const gradient of Object.values(θ.gradients)) gradient.fill(0);
  for (const values of Object.values(θ.values)) values.fill(1);
  optimizer.step();
  // rate 1 of the function at step 1: w 1 − 2; rate 1 with decay 2: v 1 − 2
  assert.equal([...θ.values.w, ...θ.values.v, ...θ.values.bias], [-1, -1, -1, -1, 1]);
});

test('clipping comes before penalties', () => {
  const θ = parameters({ w: [2] });
  θ.values.w.set([10, 0]);
  const optimizer = createOptimizer(θ, sgd(1), { clip: clipByGlobalNorm(1), regularizer: l2(0.5) });
  θ.gradients.w.set([30, 40]);
  optimizer.step();
  // g = (0.6, 0.8) + (10, 0)
  close(θ.values.w, [10 - 10.6, -0.8], 1e-15);
});

test('schedules that count epochs', () => {
  const θ = parameters({ w: [1] });
  const schedule = perEpoch(exponentialDecay({ initial: 1, rate: 0.5 }));
  const optimizer = createOptimizer(θ, sgd(schedule), { stepsPerEpoch: 3 });
  const rates: number[] = [];
  for (let t = 0; t < 7; t++) {
    optimizer.step();
    rates.push(optimizer.rate);
  }
  assert.equal(rates, [1, 1, 1, 0.5, 0.5, 0.5, 0.25]);
});

test('SAM: the golden trace on the Rosenbrock function; the point is restored to the bit', () => {
  const {
    args,
    base,
    x0,
    params_after_each_step: expected,
  } = classic.wrappers.find(({ kind }) => kind === 'sam') as unknown as {
    args: { rho: number };
    base: { lr: number };
    x0: number[];
    params_after_each_step: number[][];
  };
  const θ = parameters({ x: [2] });
  θ.values.x.set(x0);
  const optimizer = createOptimizer(θ, sgd(base.lr), { sam: sam(args.rho) });
  const gradient = (): void => {
    const [x, y] = θ.values.x as unknown as [number, number];
    θ.gradients.x.set([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]);
  };
  for (const point of expected) {
    gradient();
    optimizer.step(gradient);
    close(θ.values.x, point);
  }
  assert.throws(() => optimizer.step(), /sam needs a function/);
  optimizer.setLearningRate(0);
  const before = θ.values.x.slice();
  gradient();
  optimizer.step(gradient);
  assert.equal(θ.values.x, before);
});

test('a gradient that is not finite: parameters stay, the optimizer goes on', () => {
  const θ = parameters({ w: [3] });
  const optimizer = createOptimizer(θ, sgd(1));
  θ.gradients.w.set([1, Number.NaN, 1]);
  assert.throws(
    () => optimizer.step(),
    (error: unknown) => error instanceof NonFiniteError && error.what === 'gradient' && error.step === 0,
  );
  assert.equal([...θ.values.w], [0, 0, 0]);
  θ.gradients.w.fill(1);
  optimizer.step();
  assert.equal([...θ.values.w], [-1, -1, -1]);
  optimizer.release();
  const skipping = createOptimizer(θ, sgd(1), { nonFinite: 'skip' });
  θ.gradients.w.set([1, Infinity, 1]);
  skipping.step();
  assert.equal([...θ.values.w], [-1, -1, -1]);
  assert.is(skipping.skipped, 1);
  assert.is(skipping.steps, 1);
});

test('memory: released at once; a thousand optimizers take no more than ten', () => {
  const { arena } = defaultEngine();
  const sizes: number[] = [];
  const θ = parameters({ w: [1000] });
  for (let i = 0; i < 1000; i++) {
    createOptimizer(θ, sgd({ momentum: 0.9 }), { average: ema() }).release();
    if (i === 9 || i === 999) sizes.push(arena.size);
  }
  assert.is(sizes[0], sizes[1]);
});

test('bad input: a clear error each, and nothing has changed', () => {
  const θ = parameters({ w: [2, 2], b: [2] });
  throws(() => parameters({}), 'parameters: expected shapes by name, { w: [3, 4], b: [4] }');
  throws(() => parameters({ w: [2, 0] }), 'parameters: the shape of w must be integers ≥ 1, got [2,0]');
  throws(
    () => parameters({ w: [2] }, { dtype: 'f16' as never }),
    'parameters: dtype must be "f32" or "f64", got "f16"',
  );
  const make = (spec: OptimizerSpec, options?: Parameters<typeof createOptimizer>[2]) =>
    createOptimizer(θ, spec, options);
  throws(
    () => make(gradientDescentLineSearch()),
    'optimizer: gradientDescentLineSearch evaluates the objective by itself: use minimize',
  );
  throws(() => make(sgd(), { clips: 1 } as never), 'createOptimizer: unknown option clips; did you mean clip?');
  throws(() => make(sgd(), { groups: { parameters: 'x' } }), 'groups[0]: unknown parameter x; did you mean w?');
  throws(
    () => make(sgd(), { groups: [{ parameters: 'w' }, { parameters: ['b', 'w'] }] }),
    'groups[1]: w has two optimizers: it is named twice',
  );
  throws(
    () => make(sgd(), { groups: [{ parameters: 'w', momentun: 1 }] }),
    'groups[0]: sgd: unknown option momentun; did you mean momentum?',
  );
  const optimizer = make(sgd({ momentum: 0.9 }), { regularizer: l1(0.1) });
  throws(() => make(sgd()), 'createOptimizer: these parameters have an optimizer; release() it first');
  const state = optimizer.state();
  const broken: unknown[] = [{}, null, { kind: 'optimizerState' }, { ...state, bytes: 'x' }, { ...state, step: -1 }];
  broken.push({ ...state, accumulated: { samples: 1, gradients: [1] } }, JSON.parse(JSON.stringify(state)));
  for (const one of broken) throws(() => optimizer.restore(one as never), 'restore: expected what state() returned');
  const short = { samples: 1, gradients: new Float64Array(1) };
  throws(() => optimizer.restore({ ...state, accumulated: short }), 'restore: expected 6 accumulated values, got 1');
  throws(() => optimizer.observe('x' as never), /observe: metric must be a number/);
  throws(
    () => createOptimizer({} as never, sgd()),
    'createOptimizer: expected what parameters() returned, got an object',
  );
  throws(() => createOptimizer(null as never, sgd()), 'createOptimizer: expected what parameters() returned, got null');
  optimizer.release();
  const other = make(sgd());
  throws(() => other.restore(state), /expected \d+ bytes of state, got \d+/);
  other.release();
  throws(() => other.step(), 'this optimizer has been released');
  const φ = parameters({ w: [2, 3], b: [2] });
  const third = createOptimizer(φ, sgd({ momentum: 0.9 }));
  assert.throws(
    () => third.restore(state),
    (error: unknown) => error instanceof ShapeError,
  );
  throws(() => third.setLearningRate(-1), /learningRate must be a number ≥ 0/);
  throws(() => third.setLearningRate(constant(1), 7), /group/);
});

test.run();
