/** Muon: traces, the rule as published, shapes and layouts, norms of zero, very large and very small gradients. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gradientDescentLineSearch, type MuonOptions, muon, sgd } from '#src/optimizers.js';
import { closeSteps, sameBits } from '../helpers/close.ts';
import { type OptimizerCase, optimizerCases } from '../helpers/golden-optimizers.ts';
import { dtypes, reals } from '../helpers/numbers.ts';
import { runOptimizer } from '../helpers/optimizer.ts';
import { muonRule } from '../helpers/rules.ts';
import { runUpdate } from '../helpers/update.ts';
import { throws } from '../throws.ts';

/** Rows of the transpose, row by row. */
const flip = (values: readonly number[], [rows, columns]: readonly number[]): number[] =>
  Array.from({ length: columns! }, (_, j) => Array.from({ length: rows! }, (_, i) => values[i * columns! + j]!)).flat();

const optionsOf = ({ args }: OptimizerCase): MuonOptions => ({
  learningRate: (args.lr as number | undefined) ?? 1e-3,
  matchRmsAdamW: args.adjust_lr_fn === 'match_rms_adamw',
});

const menu: readonly MuonOptions[] = [
  {},
  { nesterov: false, momentum: 0.6, weightDecay: 0 },
  { momentum: 0, weightDecay: 0.5, matchRmsAdamW: true },
  { nsSteps: 1 },
  { nsSteps: 4, momentum: 0.5 },
];

const shapes = [
  [1, 1],
  [1, 7],
  [7, 1],
  [2, 3],
  [3, 3],
  [4, 5],
  [5, 4],
  [8, 8],
  [9, 6],
  [6, 17],
  [17, 6],
  [33, 12],
  [19, 40],
] as const;

for (const dtype of dtypes) {
  const golden = optimizerCases.filter(({ optimizer }) => optimizer === 'Muon');
  assert.is(golden.length, 4);
  golden.forEach((trace, i) => {
    // The first trace ran in bfloat16.
    const tolerance = i === 0 ? 1e-2 : dtype === 'f64' ? 1e-10 : 1e-5;
    const { shape, start, gradients, expected, args } = trace;
    for (const layout of ['dense', 'padded', 'transposed'] as const) {
      test(`golden ${dtype}: ${i} ${shape.join('×')} ${JSON.stringify(args)}, ${layout}`, () => {
        const found = runOptimizer({ dtype, spec: muon(optionsOf(trace)), start, gradients, shape, layout });
        closeSteps(found.steps, expected, tolerance);
        for (const value of found.padding) assert.is(value, 0);
      });
    }
  });

  for (const options of menu) {
    test(`${dtype} ${JSON.stringify(options)}: the rule as published, for every shape and layout`, () => {
      const spec = muon({ learningRate: 1, ...options });
      for (const shape of shapes) {
        const next = reals(dtype, 10 * shape[0] + shape[1]);
        const draw = (): number[] => Array.from({ length: shape[0] * shape[1] }, next);
        const given = { dtype, spec, shape, start: draw(), gradients: [draw(), draw(), draw()] };
        const rate = (t: number): number => [0.1, 0, 0.25][t]!;
        const expected = muonRule(spec, given.start, given.gradients, rate, shape);
        for (const layout of [
          {},
          { transposed: true },
          { wider: 1 },
          { wider: 3, transposed: true },
          { wider: 'dense' as const },
          { wider: 'dense' as const, transposed: true },
        ]) {
          const { steps, padding } = runUpdate({ ...given, ...layout, rate });
          // Small singular values grow 500-fold, and their errors with them.
          const what = `${shape.join('×')} ${JSON.stringify(layout)}`;
          closeSteps(steps, expected, dtype === 'f64' ? 1e-11 : 2e-3, what);
          for (const value of padding) assert.ok(Object.is(value, 0), what);
        }
      }
    });
  }

  test(`${dtype}: orthogonal matrices go along a multiple of themselves, √(rows/columns) further where they are tall`, () => {
    // The columns of X are orthonormal but for a factor, so XᵀX is a multiple of 1 and X only changes its length:
    // with singular values s of X/‖X‖ all equal, s ← 3.4445s − 4.775s³ + 2.0315s⁵, five times.
    let s = Math.SQRT1_2;
    for (let k = 0; k < 5; k++) s = 3.4445 * s - 4.775 * s ** 3 + 2.0315 * s ** 5;
    const tall = [3, 0, 0, 3, 0, 0, 0, 0];
    const spec = muon({ learningRate: 1, weightDecay: 0, momentum: 0 });
    const zero = new Array<number>(8).fill(0);
    const bound = dtype === 'f64' ? 1e-14 : 1e-5;
    for (const transposed of [false, true]) {
      const run = (shape: readonly number[], g: readonly number[]): number[] => [
        ...runUpdate({ dtype, spec, shape, start: zero, gradients: [g], transposed }).steps[0]!,
      ];
      const along = tall.map((value) => (-value / 3) * s);
      closeSteps([run([4, 2], tall)], [along.map((value) => value * Math.SQRT2)], bound);
      closeSteps([run([2, 4], flip(tall, [4, 2]))], [flip(along, [4, 2])], bound);
    }
  });

  test(`${dtype}: the same direction for gradients of every size; none for zeros`, () => {
    const spec = muon({ learningRate: 1, weightDecay: 0 });
    const next = reals(dtype, 3);
    const g = Array.from({ length: 12 }, next);
    const start = new Array<number>(12).fill(0);
    const run = (scale: number): readonly number[] =>
      runUpdate({ dtype, spec, shape: [3, 4], start, gradients: [g.map((value) => value * scale)] }).steps[0]!;
    const expected = run(1);
    assert.ok(expected.every((value) => value !== 0));
    for (const scale of dtype === 'f32' ? [1e-5, 1e5, 1e15] : [1e-5, 1e5, 1e100]) {
      closeSteps([run(scale)], [expected], dtype === 'f64' ? 1e-12 : 1e-3, `${scale}`);
    }
    // Below a norm of 1e-7, of (1 − μ)g + μb, steps shrink with the gradient.
    for (const scale of [1e-6, 1e-8, 1e-10]) {
      const tiny = g.map((value) => value * scale);
      const [theta] = muonRule(spec, start, [tiny], () => 1, [3, 4]);
      closeSteps([run(scale)], [theta!], dtype === 'f64' ? 1e-12 : 1e-3, `${scale}`);
      assert.ok(Math.hypot(...theta!) < Math.hypot(...expected) / (scale === 1e-10 ? 10 : 0.5));
    }
    for (const scale of dtype === 'f32' ? [1e-42] : [1e-310, 1e-200]) {
      for (const value of run(scale)) assert.ok(Number.isFinite(value));
    }
    for (const value of run(0)) assert.is(value + 0, 0);
  });

  test(`${dtype}: decay comes first, by η, and acts alone where gradients are 0`, () => {
    const spec = muon({ learningRate: 0.5, weightDecay: 0.5 });
    const zero = [0, 0, 0, 0, 0, 0];
    const { steps } = runUpdate({ dtype, spec, shape: [2, 3], start: [1, 2, 3, 4, 5, 6], gradients: [zero, zero] });
    assert.equal(
      steps[1],
      [1, 2, 3, 4, 5, 6].map((value) => value * 0.75 ** 2),
    );
  });

  test(`${dtype}: what scratch held does not matter, bit for bit`, () => {
    for (const shape of [
      [5, 3],
      [3, 5],
      [9, 9],
    ]) {
      const next = reals(dtype, 8);
      const draw = (): number[] => Array.from({ length: shape[0]! * shape[1]! }, next);
      const given = { dtype, spec: muon(0.1), shape, start: draw(), gradients: Array.from({ length: 25 }, draw) };
      const { steps, padding } = runUpdate(given);
      sameBits(runUpdate({ ...given, scratch: 0 }).steps.flat(), steps.flat());
      for (const value of padding) assert.ok(Object.is(value, 0));
    }
  });
}

test('rest: an optimizer of vectors, with its defaults filled in, or null', () => {
  assert.is(muon({ rest: null }).rest, null);
  assert.equal(muon({ rest: sgd(0.5) }).rest, sgd(0.5));
  const must = 'muon: rest must be an optimizer of vectors with a rate, or null, got';
  throws(() => muon({ rest: muon() }), 'ERR_ARGUMENT', `${must} muon`);
  const search = gradientDescentLineSearch();
  throws(() => muon({ rest: search as never }), 'ERR_ARGUMENT', `${must} gradientDescentLineSearch`);
});

test.run();
