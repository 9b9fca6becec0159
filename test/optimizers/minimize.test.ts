/** Minimising functions of one's own: line searches against golden traces, optima, stop rules, abort, errors. */
import { readFileSync } from 'node:fs';
import {
  ArgumentError,
  box,
  ema,
  gradientDescent,
  gradientDescentLineSearch,
  l1,
  type MinimizeOptions,
  minimize,
  minimizeAsync,
  NonFiniteError,
  sam,
  sgd,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultEngine } from '#src/memory/engine.js';

interface Classic {
  readonly problems: { readonly quadratic: { readonly A: number[][]; readonly b: number[] } };
  readonly cases: readonly {
    readonly kind: string;
    readonly problem: 'quadratic' | 'rosenbrock';
    readonly x0: number[];
    readonly args: { alpha0: number; shrink: number; c1: number; expand: number };
    readonly iterates: number[][];
    readonly steps: number[];
    readonly values: number[];
  }[];
}
const { problems, cases } = JSON.parse(readFileSync('test/golden/classic.json', 'utf8')) as Classic;
const { A, b } = problems.quadratic;

type Objective = (x: Float64Array | Float32Array, g: Float64Array | Float32Array) => number;

const near = (found: ArrayLike<number>, expected: readonly number[], bound: number): void => {
  for (const [i, value] of expected.entries()) assert.ok(Math.abs(found[i]! - value) < bound, `${i}: ${found[i]}`);
};

/** ½xᵀAx − bᵀx. */
const quadratic: Objective = (x, g) => {
  let value = 0;
  A.forEach((row, i) => {
    const product = row.reduce((sum, a, j) => sum + a * x[j]!, 0);
    g[i] = product - b[i]!;
    value += x[i]! * (product / 2 - b[i]!);
  });
  return value;
};

const rosenbrock: Objective = (at, g) => {
  const [x, y] = at as unknown as [number, number];
  g[0] = -2 * (1 - x) - 400 * x * (y - x * x);
  g[1] = 200 * (y - x * x);
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
};

const functions = { quadratic, rosenbrock };

test('line search: the golden traces, step by step', () => {
  let seen = 0;
  for (const { kind, problem, x0, args, iterates, steps, values } of cases) {
    if (kind !== 'backtracking') continue;
    const { alpha0, shrink, c1, expand } = args;
    const optimizer = gradientDescentLineSearch({ initialStep: alpha0, shrink, expand, sufficientDecrease: c1 });
    const bound = problem === 'rosenbrock' ? 1e-9 : 1e-12;
    for (let count = 1; count <= steps.length; count += 7) {
      const result = minimize(functions[problem], x0, { optimizer, maxSteps: count, tolerance: null });
      result.parameters.forEach((value, i) => {
        const expected = iterates[count - 1]![i]!;
        assert.ok(Math.abs(value - expected) <= bound * Math.max(1, Math.abs(expected)), `step ${count}`);
      });
      assert.ok(Math.abs(result.value - values[count - 1]!) <= bound * Math.max(1, Math.abs(values[count - 1]!)));
      assert.is(result.steps, count);
    }
    seen++;
  }
  assert.is(seen, 2);
});

test('defaults: the optimum of a quadratic, A⁻¹b, converged', () => {
  const result = minimize(quadratic, [0, 0, 0]);
  assert.is(result.stopReason, 'converged');
  assert.is(result.converged, true);
  const gradient = new Float64Array(3);
  quadratic(result.parameters, gradient);
  for (const g of gradient) assert.ok(Math.abs(g) <= 1e-8 * Math.max(1, ...b.map(Math.abs)));
  assert.ok(result.evaluations > result.steps);
  assert.is(result.history.length, result.steps);
});

test('f32 is computed in f32, and the start is not changed', () => {
  const start = Float32Array.of(0, 0, 0);
  const result = minimize(quadratic, start);
  assert.instance(result.parameters, Float32Array);
  assert.equal([...start], [0, 0, 0]);
  const exact = minimize(quadratic, [0, 0, 0]).parameters;
  result.parameters.forEach((value, i) => {
    assert.ok(Math.abs(value - exact[i]!) < 1e-3 * Math.max(1, Math.abs(exact[i]!)));
  });
});

test('penalties and constraints: exact zeros and bounds', () => {
  // Σ½(x − c)² + λΣ|x| has the optimum soft(c, λ).
  const c = [3, 0.5, -2];
  const distance: Objective = (x, g) => {
    c.forEach((ci, i) => {
      g[i] = x[i]! - ci;
    });
    return (g[0]! ** 2 + g[1]! ** 2 + g[2]! ** 2) / 2;
  };
  for (const optimizer of [undefined, gradientDescent(0.5)]) {
    const lasso = minimize(distance, [1, 1, 1], { regularizer: l1(1), ...(optimizer && { optimizer }) });
    near(lasso.parameters, [2, 0, -1], 1e-7);
    assert.ok(Object.is(lasso.parameters[1], 0));
    const bounded = minimize(distance, [1, 1, 1], {
      regularizer: box({ lower: 0, upper: 1 }),
      ...(optimizer && { optimizer }),
    });
    near(bounded.parameters, [1, 0.5, 0], 1e-7);
  }
});

test('averages: the result is the average', () => {
  const slope: Objective = (_, g) => {
    g[0] = 1;
    return 0;
  };
  const options: MinimizeOptions = { optimizer: gradientDescent(1), maxSteps: 3, tolerance: null, average: ema(0.5) };
  // θ: 0, −1, −2, −3; e: 0, −½, −1¼, −2⅛
  assert.equal([...minimize(slope, [0], options).parameters], [-2.125]);
});

test('SAM takes two evaluations a step', () => {
  const result = minimize(rosenbrock, [-1.2, 1], {
    optimizer: sgd(1e-3),
    sam: sam(0.05),
    maxSteps: 10,
    tolerance: null,
  });
  assert.is(result.evaluations, 20);
});

test('stop rules: steps, loss tolerance, callback, abort', () => {
  const run = (options: MinimizeOptions) => minimize(rosenbrock, [-1.2, 1], options);
  assert.is(run({ maxSteps: 5 }).stopReason, 'steps');
  assert.is(run({ maxSteps: 5 }).converged, false);
  assert.is(run({ tolerance: null, lossTolerance: 1e-3 }).stopReason, 'converged');
  assert.is(run({ onEvent: ({ step }) => step < 3 }).steps, 3);
  const controller = new AbortController();
  const aborted = run({
    signal: controller.signal,
    onEvent: ({ step }) => {
      if (step === 4) controller.abort();
    },
  });
  assert.is(aborted.stopReason, 'aborted');
  assert.is(aborted.steps, 4);
  assert.ok(aborted.value < 24.2);
});

test('async: the same bits, events, abort', async () => {
  const events: number[] = [];
  const run = minimizeAsync(rosenbrock, [-1.2, 1], { maxSteps: 50 });
  for await (const event of run) events.push(event.objective);
  const result = await run;
  const sync = minimize(rosenbrock, [-1.2, 1], { maxSteps: 50 });
  assert.equal(result.parameters, sync.parameters);
  assert.equal(
    events,
    sync.history.map(({ objective }) => objective),
  );
  for (let i = 1; i < events.length; i++) assert.ok(events[i]! <= events[i - 1]!);
  const slow = minimizeAsync(
    (x, g) => {
      const until = performance.now() + 1;
      while (performance.now() < until);
      return rosenbrock(x, g);
    },
    [-1.2, 1],
  );
  setTimeout(() => slow.abort(), 150);
  const ended = await slow;
  assert.is(ended.stopReason, 'aborted');
  assert.ok(ended.steps >= 1 && ended.steps < 1000);
});

test('errors: clear, and memory is given back', () => {
  const { blocks } = defaultEngine().arena;
  const fails = (call: () => unknown, message: RegExp): void => {
    assert.throws(call, (error: unknown) => error instanceof ArgumentError && message.test(error.message));
  };
  fails(() => minimize(3 as never, [0]), /expected a function \(parameters, gradient\) => value, got 3/);
  fails(() => minimize(quadratic, 'x' as never), /start must be an array of numbers/);
  fails(() => minimize(quadratic, []), /start must not be empty/);
  fails(() => minimize(quadratic, [0, Number.NaN, 0]), /value 1 must be a finite number/);
  fails(
    () => minimize(quadratic, [0, 0, 0], { maxStep: 3 } as never),
    /unknown option maxStep; did you mean maxSteps\?/,
  );
  fails(() => minimize((() => 'no') as never, [0]), /the function must return a number, got "no"/);
  fails(() => minimize(quadratic, [0, 0, 0], { average: ema() }), /average: gradientDescentLineSearch has no rate/);
  const thrown = new Error('mine');
  assert.throws(
    () =>
      minimize(() => {
        throw thrown;
      }, [0]),
    (error: unknown) => error === thrown,
  );
  const nan: Objective = () => Number.NaN;
  assert.throws(
    () => minimize(nan, [0]),
    (error: unknown) => error instanceof NonFiniteError && /the value is not finite/.test(error.message),
  );
  const square: Objective = (x, g) => {
    g[0] = 2 * x[0]!;
    return x[0]! ** 2;
  };
  // 1e200 overflows when it is squared.
  assert.throws(
    () => minimize(square, [1], { optimizer: gradientDescent(1e200) }),
    (error: unknown) => error instanceof NonFiniteError,
  );
  assert.is(defaultEngine().arena.blocks, blocks);
});

test.run();
