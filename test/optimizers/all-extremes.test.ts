/** Every optimizer at zeros, denormal, very large gradients, and gradients whose squares overflow. */
import { createOptimizer, parameters } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type OptimizerRow, optimizerTable } from '../helpers/all-optimizers.ts';
import { dtypes } from '../helpers/numbers.ts';

type Dtype = 'f32' | 'f64';
const rate = 1 / 8;

/** A vector and a matrix of `start`, after every step with all gradients g; steps must not throw. */
function run(row: OptimizerRow, dtype: Dtype, start: number, gradients: readonly number[]) {
  const θ = parameters({ v: [1, 3], m: [2, 2] }, { dtype });
  for (const values of Object.values(θ.values)) values.fill(start);
  const optimizer = createOptimizer(θ, row.of(rate));
  const steps = gradients.map((g) => {
    for (const gradient of Object.values(θ.gradients)) gradient.fill(g);
    optimizer.step();
    return { v: [...θ.values.v], m: [...θ.values.m], all: [...θ.values.v, ...θ.values.m, ...optimizer.evaluated.v] };
  });
  optimizer.release();
  return steps;
}

const finite = (values: readonly number[], what: string): void => {
  for (const value of values) assert.ok(Number.isFinite(value), `${what}: ${value}`);
};

/** Only signs count: a step is as long for a denormal gradient. LARS and LAMB measure it by the norm of θ. */
const signs = /^(signSgd|rprop|lion)$/;
const normed = /^(lars|lamb)$/;
const norms = /^(lars|muon)$/;

/** What the docs say of gradients whose squares are beyond the type: parameters stay, or they move. */
const stays =
  /^(adagrad|adadelta|rmsprop|adam(?!ax)|amsgrad|nadam|adaBelief|yogi|adan|adEMAMix|lamb|scheduleFreeAdamW)/;

for (const dtype of dtypes) {
  const [tiny, large, beyond] = ({ f32: [1e-40, 1e15, 1e25], f64: [1e-310, 1e100, 1e200] } as const)[dtype];

  for (const row of optimizerTable) {
    const name = `${dtype} ${row.name}`;

    test(`${name}: zero gradients leave zero parameters, whatever norms are 0`, () => {
      for (const { all } of run(row, dtype, 0, [0, 0, 0])) {
        // m starts at `initialAccumulator`: the first steps are not 0.
        if (row.name === 'yogi') assert.ok(all.every((value) => Math.abs(value) < 1e-4));
        else assert.equal(all.map(Math.abs), new Array(all.length).fill(0));
      }
    });

    test(`${name}: zero gradients leave parameters that are not zero, but for decay`, () => {
      for (const { all } of run(row, dtype, 0.5, [0, 0, 0])) {
        for (const value of all) {
          // FTRL forgets where it started.
          if (row.name.startsWith('ftrl')) assert.is(Math.abs(value), 0);
          else assert.ok(Math.abs(value - 0.5) <= 1e-4, String(value));
        }
      }
    });

    test(`${name}: denormal gradients`, () => {
      const steps = run(row, dtype, 0.5, [tiny, tiny, -tiny, 0, tiny]);
      for (const { all } of steps) finite(all, 'from 0.5');
      const [first] = steps[0]!.v as [number];
      if (signs.test(row.name)) assert.is(first, 0.5 - rate);
      else if (normed.test(row.name)) assert.ok(Math.abs(first - 0.5) <= rate);
      else if (!row.name.startsWith('ftrl')) assert.ok(Math.abs(first - 0.5) < 1e-4, String(first));
      for (const { all } of run(row, dtype, 0, [tiny, -tiny, tiny])) finite(all, 'from 0');
    });

    test(`${name}: gradients of ${large} and back`, () => {
      const steps = run(row, dtype, 0.5, [large, -large, 1, 0, large]);
      for (const { all } of steps) finite(all, 'from 0.5');
      // It moves, and against the gradient.
      assert.ok(steps[0]!.m[0]! < 0.5 || row.name.startsWith('ftrl'), String(steps[0]!.m[0]));
      for (const { all } of run(row, dtype, 0, [large, 1, large])) finite(all, 'from 0');
    });

    test(`${name}: gradients whose squares overflow: what the docs say`, () => {
      const steps = run(row, dtype, 0.5, [beyond, beyond, 1, -1]);
      for (const { all, v, m } of steps) {
        finite(all, 'beyond');
        const still = stays.test(row.name);
        if (still) for (const value of [...v, ...m]) assert.ok(Math.abs(value - 0.5) < 1e-7, String(value));
        if (row.name === 'adafactor') assert.ok(m[0]! < 0.5);
        // Of Prodigy it is (dg)², d about 1e-6.
        if (row.name === 'prodigy') assert.ok(Math.abs(m[0]! - 0.5) < 1e-5);
        else if (!still && !norms.test(row.name)) assert.is.not(m[0], 0.5);
      }
      if (norms.test(row.name)) {
        // Norms are f64.
        const moved = Math.abs(steps[0]!.m[0]! - 0.5);
        if (dtype === 'f64') assert.is(moved, 0);
        else assert.ok(moved > 0 && moved < 1);
      }
      for (const { all } of run(row, dtype, 0, [beyond, 1])) finite(all, 'from 0');
    });
  }
}

test('adafactor: a vector stays where squares overflow', () => {
  const { of } = optimizerTable.find(({ name }) => name === 'adafactor')!;
  for (const [dtype, g] of [
    ['f32', 1e25],
    ['f64', 1e200],
  ] as const) {
    const θ = parameters({ v: [3] }, { dtype });
    θ.values.v.fill(0.5);
    const optimizer = createOptimizer(θ, of(rate));
    θ.gradients.v.fill(g);
    optimizer.step();
    assert.equal([...θ.values.v], [0.5, 0.5, 0.5]);
    optimizer.release();
  }
});

test.run();
