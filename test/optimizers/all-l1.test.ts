/** L1 with every optimizer: exact zeros, and the optimum of the lasso, which is known where columns are orthogonal. */
import { adam, createOptimizer, l1, parameters } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { falling, type Objective, optimizerTable } from '../helpers/all-optimizers.ts';
import { dtypes } from '../helpers/numbers.ts';
import { descend } from '../helpers/stepping.ts';
import { throws } from '../throws.ts';

const centre = [2, -1.5, 0.8, -0.3, 0.1, 1];
/** Mean squares of the columns. They differ, so that a step that is the same for all parameters misses the optimum. */
const size = [1, 2, 0.5, 1.5, 1, 0.2];
/** λ that counts. */
const lambda = 0.5;

/** Mean (y − Xθ)² of orthogonal columns, but for a constant: Σ dᵢ(θᵢ − cᵢ)². */
const squares: Objective = (θ, gradient) => {
  let value = 0;
  centre.forEach((c, i) => {
    const r = θ[i]! - c;
    gradient[i] = 2 * size[i]! * r;
    value += size[i]! * r * r;
  });
  return value;
};

const place = { shape: [2, 3], start: new Array(6).fill(0.5), steps: 3000 };

/** Products of a rate and a gradient differ by 1e-9 with `weightDecay`; the weights of NAdam add up to 1 only in the end. */
const slack = (kind: string, dtype: string): number => (kind === 'nadam' ? 1e-4 : dtype === 'f64' ? 1e-8 : 3e-6);

for (const dtype of dtypes) {
  for (const row of optimizerTable) {
    const { name, of, l1: factor, lasso = 0.1 } = row;
    const given = typeof factor === 'number' ? lambda / factor : lambda;
    const spec = of(falling(row, lasso, place.steps));
    const run = () => descend(squares, spec, { dtype, ...place }, { regularizer: l1(given) });

    if (factor === 'refused') {
      test(`${dtype} ${name}: refuses l1 and says why`, () => {
        const message = `${spec.kind} has no effective step in which the proximal step of l1 could be taken`;
        throws(run, 'ERR_ARGUMENT', message);
      });
      continue;
    }

    if (factor === 'heuristic') {
      test(`${dtype} ${name}: without a gradient l1 alone takes ηλ a step, to exact zeros`, () => {
        const set = parameters({ w: [2, 2] }, { dtype });
        set.values.w.set([0.5, -0.5, 0.25, 0]);
        const optimizer = createOptimizer(set, of(1 / 8), { regularizer: l1(0.5) });
        // Rprop's Δ is η as long as there is no gradient.
        for (let t = 1; t <= 10; t++) {
          optimizer.step();
          const left = (value: number): number => Math.max(0, value - t / 16);
          assert.equal([...set.values.w], [left(0.5), -left(0.5) + 0, left(0.25), 0], `step ${t}`);
        }
        optimizer.release();
      });
      continue;
    }

    test(`${dtype} ${name}: exact zeros, the fixed point, and soft(c, λ/2d)`, () => {
      const { θ } = run();
      const gradient: number[] = [];
      squares(θ, gradient);
      const bound = slack(spec.kind, dtype);
      let zeros = 0;
      centre.forEach((c, i) => {
        const optimum = Math.sign(c) * Math.max(0, Math.abs(c) - lambda / (2 * size[i]!));
        const at = `${i}: ${θ[i]} for ${optimum}, gradient ${gradient[i]}`;
        if (optimum === 0) {
          zeros++;
          assert.is(θ[i]! + 0, 0, at);
          assert.ok(Math.abs(gradient[i]!) <= lambda, at);
        } else {
          assert.ok(Math.abs(θ[i]! - optimum) <= bound, at);
          assert.ok(Math.abs(gradient[i]! + lambda * Math.sign(θ[i]!)) <= 4 * bound, at);
        }
      });
      assert.is(zeros, 2);
    });
  }
}

test('all that refuse l1 take it in a group of another optimizer', () => {
  for (const { of, l1: factor } of optimizerTable) {
    if (factor !== 'refused') continue;
    const set = parameters({ v: [2], w: [2] });
    set.values.v.fill(0.5);
    const optimizer = createOptimizer(set, of(0.1), {
      groups: { parameters: 'v', optimizer: adam(0.1), regularizer: l1(1e9) },
    });
    set.gradients.w.fill(1);
    optimizer.step();
    assert.equal([...set.values.v], [0, 0]);
    assert.ok(set.values.w[0]! < 0);
    optimizer.release();
  }
});

test.run();
