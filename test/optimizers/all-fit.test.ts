/**
 * Every optimizer in a fit of a linear model: the loss falls, slices of a run give the bits of the whole, and so do two
 * runs after each other.
 */
import {
  barzilaiBorwein,
  type FitOptions,
  gradientDescentLineSearch,
  linearRegression,
  logisticRegression,
  type OptimizerSpec,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Training } from '#src/fit.js';
import { prepare } from '#src/models/prepare.js';
import { isLineSearch } from '#src/optimizers.js';
import { falling, optimizerTable } from '../helpers/all-optimizers.ts';
import { dtypes } from '../helpers/numbers.ts';
import { bits, problem } from '../helpers/problems.ts';

const { x, y, binary } = problem(41, 3, 2);
/** Batches of 8 rows, the last one of 1: six steps an epoch. */
const batches = { batchSize: 8, seed: 5 };

type Row = { name: string; spec: OptimizerSpec; steady: OptimizerSpec; batched: boolean };
const rows: readonly Row[] = [
  ...optimizerTable.map((row) => ({
    name: row.name,
    spec: row.of(falling(row, row.bowl[0] / 4, 60)) as OptimizerSpec,
    steady: row.of(row.bowl[0] / 4),
    batched: row.name !== 'rprop',
  })),
  ...[gradientDescentLineSearch(), barzilaiBorwein()].map((spec) => ({
    name: spec.kind,
    spec,
    steady: spec,
    batched: false,
  })),
];

const plain = (history: readonly object[]) => history.map((event) => ({ ...event, seconds: 0 }));

for (const dtype of dtypes) {
  for (const { name, spec, steady, batched } of rows) {
    const options = (epochs: number): FitOptions<never> =>
      ({ ...(batched ? batches : { tolerance: null }), optimizer: spec, epochs }) as FitOptions<never>;
    const linear = () => linearRegression({ dtype });

    test(`${dtype} ${name}: the loss of a linear model falls`, () => {
      const model = linear();
      const variance = y.reduce((sum, value) => sum + value * value, 0) / y.length;
      model.fitSync(x, y, { ...options(40), optimizer: steady } as never);
      const { loss } = model.evaluate(x, y);
      assert.ok(loss < 0.9 * variance, `${loss} of ${variance}`);
    });

    test(`${dtype} ${name}: fit and any slices of it give the bits of fitSync`, async () => {
      const sync = linear();
      const expected = sync.fitSync(x, y, options(6));
      const other = linear();
      const result = await other.fit(x, y, options(6));
      assert.is(bits(other), bits(sync));
      assert.equal(plain(result.history), plain(expected.history));
      for (const budgets of [[1], [7, 300, 1], [150]]) {
        const model = linear();
        const training = new Training(prepare(model, x, y, options(6)));
        let slices = 0;
        for (; !training.advance(budgets[slices % budgets.length]!); slices++);
        assert.ok(slices > 6, String(slices));
        assert.is(bits(model), bits(sync), budgets.join());
        assert.equal(plain(training.result!.history), plain(expected.history), budgets.join());
      }
    });

    // A line search begins with its first step length again.
    if (isLineSearch(spec)) continue;

    test(`${dtype} ${name}: N and M epochs are N + M, bit for bit`, () => {
      for (const [make, targets] of [
        [linear, y],
        [() => logisticRegression({ dtype }), binary],
      ] as [typeof linear, number[]][]) {
        const once = make();
        const whole = once.fitSync(x, targets, options(7));
        for (const n of [1, 3]) {
          const parts = make();
          const a = parts.fitSync(x, targets, options(n));
          const b = parts.fitSync(x, targets, { ...options(7 - n), continue: true } as never);
          assert.is(bits(parts), bits(once));
          assert.equal(plain([...a.history, ...b.history]), plain(whole.history));
        }
      }
    });
  }
}

test.run();
