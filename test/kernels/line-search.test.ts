/**
 * The line search, driven as the tape drives it: one turn is one trial, whose objective and gradient the test computes.
 */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import { STOP } from '#src/program/kernels.js';
import { control, cursor, OP_BYTES, progress, search, Tape, writeFields } from '#src/program/tape.js';
import { floats } from '../helpers/kernel.ts';
import { dtypes, paddedLength, sizeOf } from '../helpers/numbers.ts';
import { sandbox } from '../helpers/sandbox.ts';

interface Problem {
  readonly f: (x: readonly number[]) => number;
  readonly gradient: (x: readonly number[]) => readonly number[];
  /** λ of an L1 penalty by proximal steps. */
  readonly l1?: number;
}

interface Settings {
  readonly initial: number;
  readonly expand?: number;
  readonly shrink: number;
  readonly decrease: number;
  readonly maxHalvings?: number;
  readonly tolerance?: number;
  /** 0 backtracking, 1 and 2 Barzilai–Borwein. */
  readonly rule?: number;
  readonly memory?: number;
}

interface Outcome {
  readonly iterates: number[][];
  readonly steps: number[];
  readonly objectives: number[];
  readonly trials: number;
  readonly stop: number;
  /** θ of the trial and of the accepted point at the end. */
  readonly trial: number[];
  readonly accepted: number[];
}

function minimize(dtype: Dtype, problem: Problem, x0: readonly number[], steps: number, settings: Settings): Outcome {
  return sandbox((box) => {
    const { engine } = box;
    const { l1 = 0 } = problem;
    const length = paddedLength(dtype, x0.length);
    const bytes = length * sizeOf(dtype);
    const zeros = floats(dtype, new Array<number>(length).fill(0));
    const [theta, g, accepted, acceptedGradient] = [zeros, zeros, zeros, zeros].map((block) => box.output(block)) as [
      number,
      number,
      number,
      number,
    ];
    const { tolerance = -1, maxHalvings = 60, ...rest } = settings;
    const progressAt = box.struct(progress, {
      limit: Infinity,
      tolerance,
      lossTolerance: -1,
      firstGradientMax: -1,
      lastObjective: Number.NaN,
      stepsToEvent: 1e6,
      period: 1e6,
    });
    const searchAt = box.struct(search, { ...rest, maxHalvings, composite: Number(l1 > 0) });
    const cursorAt = box.struct(cursor, { rows: 1, count: 1 });
    const block = box.input(Float64Array.of(l1, 0));
    const tape = new Tape();
    tape.emit('lineSearch', dtype, [progressAt, searchAt, cursorAt, theta, g, bytes, accepted, acceptedGradient]);
    if (l1 > 0) tape.emit('absoluteProximal', dtype, [progressAt + progress.rate, theta, bytes, 0, 0, block, 0, 0, 0]);
    const begin = box.output(new Uint8Array(2 * OP_BYTES));
    tape.write(engine, begin);
    const walker = box.struct(control, { begin, end: begin + tape.bytes, position: begin });
    engine.floats(dtype, theta, x0.length).set(x0);
    const point = (at: number): number[] => [...box.floats(dtype, at, x0.length)];
    const out = { iterates: [] as number[][], steps: [] as number[], objectives: [] as number[] };
    let trials = 0;
    let stop: number = STOP.none;
    while (stop === STOP.none && out.iterates.length < steps && trials < 10_000) {
      const x = point(theta);
      const gradient = problem.gradient(x);
      engine.floats(dtype, g, x0.length).set(gradient);
      const penalty = l1 * x.reduce((sum, value) => sum + Math.abs(value), 0);
      writeFields(engine, progressAt, progress, {
        loss: problem.f(x),
        penalty,
        smooth: 0,
        gradientNorm: gradient.reduce((sum, value) => sum + value * value, 0),
        gradientMax: Math.max(...gradient.map(Math.abs)),
      });
      const length = box.f64(searchAt + search.step);
      const before = box.f64(progressAt + progress.step);
      engine.exports.walk(walker, 1000);
      box.check('lineSearch');
      trials++;
      stop = box.u32(walker + control.stop);
      if (box.f64(progressAt + progress.step) > before) {
        out.iterates.push(point(accepted));
        out.steps.push(length);
        out.objectives.push(box.f64(progressAt + progress.objective));
      }
    }
    // Padding of every block is still zero.
    for (const at of [theta, g, accepted, acceptedGradient]) {
      assert.ok(
        box
          .floats(dtype, at, length)
          .subarray(x0.length)
          .every((value: number) => value === 0),
      );
    }
    return { ...out, trials, stop, trial: point(theta), accepted: point(accepted) };
  });
}

interface Golden {
  readonly problems: { readonly quadratic: { readonly A: number[][]; readonly b: number[] } };
  readonly cases: readonly {
    readonly kind: 'backtracking' | 'barzilai_borwein';
    readonly problem: 'quadratic' | 'rosenbrock';
    readonly x0: readonly number[];
    readonly args: {
      readonly alpha0: number;
      readonly shrink: number;
      readonly c1: number;
      readonly expand: number;
      readonly first_step: number;
    };
    readonly iterates: readonly (readonly number[])[];
    readonly steps: readonly number[];
    readonly values: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync('test/golden/classic.json', 'utf8')) as Golden;
const { A, b } = golden.problems.quadratic;
const dot = (u: readonly number[], v: readonly number[]): number => u.reduce((sum, value, i) => sum + value * v[i]!, 0);

const problems: Readonly<Record<string, Problem>> = {
  quadratic: {
    f: (x) =>
      0.5 *
        dot(
          x,
          A.map((row) => dot(row, x)),
        ) -
      dot(b, x),
    gradient: (x) => A.map((row, i) => dot(row, x) - b[i]!),
  },
  rosenbrock: {
    f: ([x, y]) => 100 * (y! - x! * x!) ** 2 + (1 - x!) ** 2,
    gradient: ([x, y]) => [-400 * x! * (y! - x! * x!) - 2 * (1 - x!), 200 * (y! - x! * x!)],
  },
};

const standard: Settings = { initial: 1, expand: 2, shrink: 0.5, decrease: 1e-4 };

for (const { problem, x0, args, iterates, steps, values } of golden.cases.filter(
  ({ kind }) => kind === 'backtracking',
)) {
  test(`golden f64: backtracking on ${problem}`, () => {
    const settings = { initial: args.alpha0, expand: args.expand, shrink: args.shrink, decrease: args.c1 };
    const found = minimize('f64', problems[problem]!, x0, steps.length, settings);
    const bound = problem === 'quadratic' ? 1e-12 : 1e-9;
    assert.is(found.iterates.length, 20);
    iterates.forEach((expected, k) => {
      assert.ok(Math.abs(found.steps[k]! / steps[k]! - 1) <= 1e-14, `step ${k}: ${found.steps[k]} for ${steps[k]}`);
      assert.ok(Math.abs(found.objectives[k]! - values[k]!) <= bound * Math.max(1, Math.abs(values[k]!)));
      expected.forEach((value, i) => {
        const is = found.iterates[k]![i]!;
        assert.ok(Math.abs(is - value) <= bound * Math.max(1, Math.abs(value)), `step ${k}: ${is} for ${value}`);
      });
    });
  });
}

const bare: Settings = { initial: 1, shrink: 0.5, decrease: 1e-4, rule: 1, memory: 0 };
const guarded: Settings = { ...bare, memory: 10 };

test('golden f64: bare Barzilai–Borwein', () => {
  const [only, ...others] = golden.cases.filter(({ kind }) => kind === 'barzilai_borwein');
  assert.equal(others, []);
  const { problem, x0, args, iterates, steps } = only!;
  const found = minimize('f64', problems[problem]!, x0, steps.length, { ...bare, initial: args.first_step });
  assert.is(found.iterates.length, 10);
  iterates.forEach((expected, k) => {
    assert.ok(Math.abs(found.steps[k]! / steps[k]! - 1) <= 1e-12, `step ${k}: ${found.steps[k]} for ${steps[k]}`);
    expected.forEach((value, i) => {
      assert.ok(Math.abs(found.iterates[k]![i]! - value) <= 1e-12 * Math.max(1, Math.abs(value)), `step ${k}`);
    });
  });
});

/** Σ (i + 1)²θᵢ²/2 − Σ θᵢ: condition 400 with 20 values. */
const wide: Problem = {
  f: (x) => x.reduce((sum, v, i) => sum + ((i + 1) ** 2 * v * v) / 2 - v, 0),
  gradient: (x) => x.map((v, i) => (i + 1) ** 2 * v - 1),
};

/** ½(θ₀ − 3)² + (θ₁ + 2.5)² + 2(θ₂ − ⅛)² + ½(θ₀ + θ₁)²: a small lasso whose optimum has a zero. */
const lasso: Problem = {
  f: ([p, q, r]) => 0.5 * (p! - 3) ** 2 + (q! + 2.5) ** 2 + 2 * (r! - 0.125) ** 2 + 0.5 * (p! + q!) ** 2,
  gradient: ([p, q, r]) => [p! - 3 + p! + q!, 2 * (q! + 2.5) + p! + q!, 4 * (r! - 0.125)],
  l1: 1,
};
// Signs (+, −, 0): 2p + q = 3 − 1 and p + 3q = −5 + 1, so p = 2, q = −2; |∂f/∂r| = ½ ≤ 1.
const optimum = [2, -2, 0];

for (const dtype of dtypes) {
  test(`${dtype}: the objective never rises, and every step satisfies its condition`, () => {
    const wide = { initial: 100, expand: 4, shrink: 0.25, decrease: 0.2 };
    for (const settings of [standard, wide, { ...standard, initial: 1e-6 }]) {
      for (const [name, x0] of [
        ['quadratic', [0, 0, 0]],
        ['rosenbrock', [-1.2, 1]],
      ] as const) {
        const { f, gradient } = problems[name]!;
        const { objectives, iterates, steps } = minimize(dtype, problems[name]!, x0, 12, settings);
        assert.is(objectives.length, 12);
        let last: readonly number[] = x0;
        iterates.forEach((x, k) => {
          const g = gradient(last);
          const fall = f(last) - f(x);
          const rounding = (dtype === 'f32' ? 2e-6 : 1e-14) * (1 + Math.abs(f(last)));
          assert.ok(fall >= settings.decrease * steps[k]! * dot(g, g) - rounding, `${name}, step ${k}`);
          if (k > 0) assert.ok(objectives[k]! <= objectives[k - 1]!);
          last = x;
        });
      }
    }
  });

  test(`${dtype}: the proximal condition: never a rise, and a lasso ends with exact zeros`, () => {
    for (const settings of [standard, { ...standard, initial: 50 }, { ...standard, initial: 0.01, expand: 1.5 }]) {
      for (const x0 of [
        [0, 0, 0],
        [5, 5, 5],
        [-1, 1, -0.25],
      ]) {
        const { iterates, objectives, steps } = minimize(dtype, lasso, x0, 60, settings);
        const value = (x: readonly number[]): number => lasso.f(x) + x.reduce((sum, v) => sum + Math.abs(v), 0);
        let last: readonly number[] = x0;
        iterates.forEach((x, k) => {
          const g = lasso.gradient(last);
          const d = x.map((v, i) => v - last[i]!);
          const rounding = (dtype === 'f32' ? 4e-6 : 1e-13) * (1 + Math.abs(value(last)));
          assert.ok(lasso.f(x) <= lasso.f(last) + dot(g, d) + dot(d, d) / (2 * steps[k]!) + rounding, `step ${k}`);
          assert.ok(objectives[k]! <= (k === 0 ? value(x0) : objectives[k - 1]!), `step ${k}: a rise`);
          last = x;
        });
        optimum.forEach((expected, i) => {
          assert.ok(Math.abs(last[i]! - expected) <= (dtype === 'f32' ? 2e-3 : 1e-7), `${last}`);
        });
        assert.ok(Object.is(last[2], 0));
      }
    }
  });

  for (const [rule, name] of [
    [1, 'bb1'],
    [2, 'bb2'],
  ] as const) {
    test(`${dtype}: ${name}: lengths by its formula, the largest of the last objectives is never exceeded`, () => {
      for (const memory of [1, 3, 10]) {
        for (const initial of [1e-3, 1, 50]) {
          for (const [which, x0] of [
            ['quadratic', [0, 0, 0]],
            ['rosenbrock', [-1.2, 1]],
          ] as const) {
            const { f, gradient } = problems[which]!;
            const found = minimize(dtype, problems[which]!, x0, 12, { ...guarded, rule, memory, initial });
            const values = [f(x0)];
            let last: readonly number[] = x0;
            let asked = initial;
            found.iterates.forEach((x, k) => {
              const what = `${which} ${memory} ${initial}, step ${k}`;
              const a = found.steps[k]!;
              // The first trial is the formula's, the others are halvings of it.
              const halvings = Math.log2(asked / a);
              assert.ok(Math.abs(halvings - Math.round(halvings)) <= (dtype === 'f64' ? 1e-6 : 2e-2), what);
              const g = gradient(last);
              const bound = Math.max(...values.slice(-memory)) - 1e-4 * a * dot(g, g);
              const rounding = (dtype === 'f32' ? 4e-6 : 1e-13) * (1 + Math.abs(values[0]!));
              assert.ok(f(x) <= bound + rounding, `${what}: ${f(x)} for ${bound}`);
              // What was refused before it was too large.
              const refused = f(last.map((v, i) => v - 2 * a * g[i]!)) + 2e-4 * a * dot(g, g);
              const top = Math.max(...values.slice(-memory));
              assert.ok(halvings < 0.5 || !(refused <= top - rounding), `${what}: ${refused} refused for ${top}`);
              const s = x.map((v, i) => v - last[i]!);
              const y = gradient(x).map((v, i) => v - g[i]!);
              const next = rule === 1 ? dot(s, s) / dot(s, y) : dot(s, y) / dot(y, y);
              asked = dot(s, y) > 0 ? next : a;
              values.push(f(x));
              last = x;
            });
          }
        }
      }
    });

    test(`${dtype}: ${name}: far fewer steps than backtracking, to the same gradient`, () => {
      const start = new Array<number>(20).fill(1);
      const tolerance = dtype === 'f32' ? 1e-6 : 1e-11;
      const slow = minimize(dtype, wide, start, 5000, { ...standard, tolerance });
      const fast = minimize(dtype, wide, start, 5000, { ...guarded, rule, tolerance });
      assert.is(fast.stop, STOP.converged);
      assert.ok(fast.trials * 3 < slow.trials, `${fast.trials} for ${slow.trials}`);
      fast.accepted.forEach((v, i) => {
        assert.ok(Math.abs(v * (i + 1) ** 2 - 1) <= 400 * tolerance, `${i}: ${v}`);
      });
    });

    test(`${dtype}: ${name}: with prox: the non-monotone condition, and a lasso ends with exact zeros`, () => {
      const value = (x: readonly number[]): number => lasso.f(x) + x.reduce((sum, v) => sum + Math.abs(v), 0);
      for (const memory of [1, 10]) {
        for (const initial of [0.01, 1, 50]) {
          for (const x0 of [
            [0, 0, 0],
            [5, 5, 5],
            [-1, 1, -0.25],
          ]) {
            const { iterates, steps } = minimize(dtype, lasso, x0, 40, { ...guarded, rule, memory, initial });
            const values = [value(x0)];
            let last: readonly number[] = x0;
            iterates.forEach((x, k) => {
              const s = x.map((v, i) => v - last[i]!);
              const bound = Math.max(...values.slice(-memory)) - (1e-4 * dot(s, s)) / (2 * steps[k]!);
              const rounding = (dtype === 'f32' ? 4e-6 : 1e-13) * (1 + Math.abs(values[0]!));
              assert.ok(value(x) <= bound + rounding, `step ${k}: ${value(x)} for ${bound}`);
              values.push(value(x));
              last = x;
            });
            optimum.forEach((expected, i) => {
              assert.ok(Math.abs(last[i]! - expected) <= (dtype === 'f32' ? 1e-5 : 1e-12), `${last}`);
            });
            assert.ok(Object.is(last[2], 0));
          }
        }
      }
    });
  }

  test(`${dtype}: where s·y ≤ 0 the last length stays`, () => {
    // −cos: between π and π/2 its slope falls with the way down.
    const wave: Problem = { f: ([x]) => -Math.cos(x!), gradient: ([x]) => [Math.sin(x!)] };
    const { steps } = minimize(dtype, wave, [3], 3, { ...bare, initial: 0.25 });
    assert.equal(steps, [0.25, 0.25, 0.25]);
    const slope: Problem = { f: ([x]) => x!, gradient: () => [1] };
    assert.equal(minimize(dtype, slope, [3], 4, guarded).steps, [1, 1, 1, 1]);
  });

  test(`${dtype}: bare and with ten values the objective rises now and then, with one it never does`, () => {
    const rises = (settings: Settings): number => {
      const start = new Array<number>(20).fill(1);
      const values = minimize(dtype, wide, start, 40, { ...settings, initial: 1e-4 }).objectives;
      const rounding = dtype === 'f32' ? 1e-5 : 1e-12;
      return values.filter((v, k) => k > 0 && v > values[k - 1]! + rounding).length;
    };
    assert.ok(rises(bare) > 0);
    assert.ok(rises(guarded) > 0);
    assert.is(rises({ ...guarded, memory: 1 }), 0);
  });

  test(`${dtype}: bare, a trial that is not finite is halved away`, () => {
    const log: Problem = { f: ([x]) => x! - 2 * Math.log(x!), gradient: ([x]) => [1 - 2 / x!] };
    const { steps, iterates } = minimize(dtype, log, [10], 30, { ...bare, initial: 1000 });
    assert.ok(steps[0]! < 1000 && Math.abs(iterates.at(-1)![0]! - 2) <= 1e-5);
  });

  test(`${dtype}: no acceptable step: stops after maxHalvings at the accepted point`, () => {
    for (const maxHalvings of [1, 2, 7, 60]) {
      // The gradient points the wrong way, so every trial rises.
      const uphill: Problem = { f: ([x]) => x! * x!, gradient: ([x]) => [-2 * x!] };
      const { stop, trials, trial, accepted, iterates } = minimize(dtype, uphill, [3], 5, {
        ...standard,
        initial: 1e9,
        shrink: 0.9,
        maxHalvings,
      });
      assert.is(stop, STOP.lineSearch);
      // The start, the first trial, one more for every halving.
      assert.is(trials, maxHalvings + 2);
      assert.equal(iterates, []);
      assert.equal(accepted, [3]);
      assert.equal(trial, [3]);
    }
  });

  test(`${dtype}: a trial that is not finite is halved away`, () => {
    // ln x: not a number below zero, and minus infinity at it.
    const log: Problem = { f: ([x]) => x! - 2 * Math.log(x!), gradient: ([x]) => [1 - 2 / x!] };
    const { iterates, objectives, steps } = minimize(dtype, log, [10], 30, { ...standard, initial: 1000 });
    assert.ok(steps[0]! < 1000 && iterates.length === 30 && objectives.every(Number.isFinite));
    assert.ok(Math.abs(iterates.at(-1)![0]! - 2) <= 1e-3);
  });

  test(`${dtype}: a start that is not finite stops at once`, () => {
    for (const [f, gradient] of [
      [Number.NaN, 1],
      [Infinity, 1],
      [1, Number.NaN],
      [1, -Infinity],
    ] as const) {
      const { stop, trials } = minimize(dtype, { f: () => f, gradient: () => [gradient] }, [1], 5, standard);
      assert.is(stop, STOP.nonFinite);
      assert.is(trials, 1);
    }
  });

  test(`${dtype}: converges by the gradient, at the start or later`, () => {
    const bowl: Problem = { f: ([x]) => 2 * x! * x!, gradient: ([x]) => [4 * x!] };
    const at = minimize(dtype, bowl, [0], 5, { ...standard, tolerance: 1e-6 });
    assert.equal([at.stop, at.trials, at.trial[0]], [STOP.converged, 1, 0]);
    const later = minimize(dtype, bowl, [0.75], 100, { ...standard, tolerance: 1e-4 });
    assert.is(later.stop, STOP.converged);
    // ‖g‖∞ ≤ 1e-4 · max(1, ‖g₀‖∞)
    assert.ok(Math.abs(4 * later.accepted[0]!) <= 3e-4);
  });
}

test.run();
