/** What goes around an update, with every optimizer: clipping, averages, SAM; the state of all of it is restored. */
import {
  type AverageSpec,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  ema,
  l2,
  lookahead,
  type OptimizerOptions,
  sam,
  swa,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { falling, optimizerTable } from '../helpers/all-optimizers.ts';
import { dtypes } from '../helpers/numbers.ts';
import { type Stepped, stepThrough, trace } from '../helpers/stepping.ts';

const steps = 16;
const shapes = { a: [3, 3], v: [1, 5] };
type Values = Stepped['values'];

const map = (values: Values, f: (value: number, name: string) => number): Values =>
  Object.fromEntries(Object.entries(values).map(([name, array]) => [name, array.map((value) => f(value, name))]));
const zip = (a: Values, b: Values, f: (a: number, b: number) => number): Values =>
  Object.fromEntries(Object.entries(a).map(([name, array]) => [name, array.map((value, i) => f(value, b[name]![i]!))]));
const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function near(found: Values, expected: Values, bound: number): void {
  for (const [name, array] of Object.entries(expected)) {
    array.forEach((value, i) => {
      const off = Math.abs(found[name]![i]! - value);
      assert.ok(off <= bound * Math.max(1, Math.abs(value)), `${name}, ${i}: ${found[name]![i]} for ${value}`);
    });
  }
}

/** Averages of the points, e₀ the start, as they are defined. */
const averagesOf: readonly (readonly [AverageSpec, (start: Values, points: readonly Values[]) => Values])[] = [
  [ema(0.5), (start, points) => points.reduce((e, θ) => zip(e, θ, (a, b) => 0.5 * a + 0.5 * b), start)],
  [
    ema({ decay: 0.9, warmup: true }),
    (start, points) =>
      points.reduce((e, θ, t) => {
        const d = Math.min(0.9, (1 + t) / (10 + t));
        return zip(e, θ, (a, b) => d * a + (1 - d) * b);
      }, start),
  ],
  [
    swa({ start: 5, every: 3 }),
    (_, points) => {
      const taken = points.filter((_, i) => i + 1 >= 5 && (i + 1 - 5) % 3 === 0);
      assert.is(taken.length, 4);
      return map(
        taken.reduce((sum, θ) => zip(sum, θ, (a, b) => a + b)),
        (sum) => sum / taken.length,
      );
    },
  ],
];

const everything: readonly OptimizerOptions[] = [
  { clip: clipByValue(0.3) },
  { clip: clipByNorm(0.5) },
  { clip: [clipByValue(0.5), clipByGlobalNorm(0.6)] },
  { average: ema(0.9) },
  { average: ema({ warmup: true }) },
  { average: swa({ start: 3, every: 2 }) },
  { average: lookahead({ steps: 3 }) },
  { average: [lookahead({ steps: 2, alpha: 0.25 }), ema(0.5), swa(4)] },
  { sam: sam(0.1) },
  { sam: sam(0.1), clip: clipByGlobalNorm(0.5), average: [lookahead(), ema(0.9)], regularizer: l2(0.01) },
];

for (const dtype of dtypes) {
  const bound = { f32: 2e-5, f64: 1e-12 }[dtype];

  for (const row of optimizerTable) {
    const spec = row.of(falling(row, row.bowl[0] / 2, 2 * steps));
    const run = { ...trace(dtype, shapes, steps, 12), spec };
    const name = `${dtype} ${row.name}`;

    test(`${name}: clipping, averages, SAM run, and their state is restored to the bit`, () => {
      for (const options of everything) {
        const whole = stepThrough({ ...run, options });
        for (const value of Object.values(whole.values).flat()) assert.ok(Number.isFinite(value));
        for (const value of whole.padding) assert.is(value, 0);
        for (const cut of [0, 1, 5, 15]) {
          assert.equal(stepThrough({ ...run, options, cut }), whole, `${JSON.stringify(options)} before step ${cut}`);
        }
      }
    });

    test(`${name}: clipped gradients are those of the definition`, () => {
      const clipped = (f: (values: Values) => Values) =>
        stepThrough({ ...run, gradients: run.gradients.map(f) }).values;
      const found = (options: OptimizerOptions) => stepThrough({ ...run, options }).values;
      // 3/8 is exact in f32.
      const byValue = clipped((g) => map(g, (value) => Math.max(-0.375, Math.min(0.375, value))));
      assert.equal(found({ clip: clipByValue(0.375) }), byValue);
      const byNorm = clipped((g) => map(g, (value, of) => (value * 0.5) / norm(g[of]!)));
      near(found({ clip: clipByNorm(0.5) }), byNorm, 10 * bound);
      const global = clipped((g) => map(g, (value) => (value * 0.5) / norm(Object.values(g).flat())));
      near(found({ clip: clipByGlobalNorm(0.5) }), global, 10 * bound);
      const untouched = stepThrough(run).values;
      for (const clip of [clipByValue(1), clipByNorm(9), clipByGlobalNorm(9)]) assert.equal(found({ clip }), untouched);
    });

    test(`${name}: averages are those of its points, which they do not change`, () => {
      const bare = stepThrough(run);
      for (const [average, expected] of averagesOf) {
        const found = stepThrough({ ...run, options: { average } });
        assert.equal(found.values, bare.values);
        near(found.evaluated, expected(run.start, bare.points), bound);
      }
    });

    test(`${name}: lookahead goes back to the slow weights`, () => {
      // The first two steps are its own; then it is half of the way from the start.
      const two = { ...run, gradients: run.gradients.slice(0, 2) };
      const bare = stepThrough(two).values;
      const found = stepThrough({ ...two, options: { average: lookahead({ steps: 2 }) } });
      const half = zip(run.start, bare, (a, b) => a + 0.5 * (b - a));
      near(found.values, half, bound / 10);
    });

    test(`${name}: SAM steps with the gradient at the perturbed point, from the point itself`, () => {
      const halved = stepThrough({ ...run, gradients: run.gradients.map((g) => map(g, (value) => value / 2)) });
      const found = stepThrough({ ...run, options: { sam: sam(0.25) } });
      assert.equal(found.values, halved.values);
      near(found.perturbed, perturbedBy(0.25, found.before, run.gradients.at(-1)!), bound);
    });
  }
}

/** θ + ρg/‖g‖. */
function perturbedBy(rho: number, θ: Values, g: Values): Values {
  const length = norm(Object.values(g).flat());
  return zip(θ, g, (value, slope) => value + (rho * slope) / length);
}

test.run();
