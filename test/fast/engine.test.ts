/**
 * `downhill/fast`. Where there is relaxed SIMD: what the fast engine computes, against sums in f64 and the strict engine.
 * Elsewhere: the error.
 */
import {
  adam,
  createOptimizer,
  Engine,
  linearRegression,
  logisticRegression,
  mlp,
  parameters,
  softmaxCrossEntropy,
  softmaxRegression,
} from 'downhill';
import { fast, fastOrStrict, fastSupported } from 'downhill/fast';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expected, type Floats, forward, inputs, type Shape, valuesOf, weights } from '../helpers/dense.ts';
import { dtypes, reals, unit } from '../helpers/numbers.ts';
import { problem } from '../helpers/problems.ts';
import { sandbox } from '../helpers/sandbox.ts';

const { x, y, binary, ternary } = problem(2560, 20);

/** Twenty steps. */
function network(engine: Engine, dtype: 'f32' | 'f64' = 'f32') {
  const model = mlp({ inputs: 20, hidden: [48, 17], outputs: 3, loss: softmaxCrossEntropy(), dtype, engine });
  const options = { optimizer: adam(3e-3), batchSize: 128, seed: 3 } as const;
  return { model, fit: () => model.fitSync(x, ternary, { ...options, epochs: 1 }), options };
}

test('an engine, wherever it can run', () => {
  assert.instance(fast, Engine);
  assert.instance(fastOrStrict, Engine);
  assert.is(fastOrStrict === fast, fastSupported);
  // Relaxed SIMD is there in V8 from 11.4 on, as Node 22 has it.
  assert.is(fastSupported, Number(process.versions.node.split('.')[0]) >= 22);
});

test('fastOrStrict fits everywhere', () => {
  const { fit } = network(fastOrStrict);
  assert.is(fit().steps, 20);
});

if (fastSupported) {
  const sizes = [1, 2, 4, 5, 6, 7, 8, 11, 12, 13, 25, 40];

  /** Higham, Accuracy and Stability (2002), 3.1; one rounding a term less where it is fused; twice, for our own sum. */
  function check(
    found: Floats,
    wanted: Float64Array,
    sizes: Float64Array,
    terms: number,
    u: number,
    what: string,
  ): void {
    found.forEach((value, i) => {
      const off = Math.abs(value - wanted[i]!);
      if (!(off <= 2 * (terms + 1) * u * sizes[i]!)) assert.unreachable(`${what}: ${value} for ${wanted[i]}`);
    });
  }

  function products(shape: Shape): void {
    const { dtype, n, p, m } = shape;
    const values = valuesOf(shape, reals(dtype, n + 64 * (p + 64 * m)));
    const right = expected(shape, values);
    const size = (array: Floats): Floats => array.map(Math.abs) as Floats;
    const { x, w, b, z } = values;
    const bound = expected(shape, { x: size(x), w: size(w), b: size(b), z: size(z) });
    const name = `${n} × ${p} → ${m}`;
    const u = unit[dtype];
    sandbox((box) => check(forward(box, shape, values), right.y, bound.y, p, u, `Y, ${name}`), fast);
    sandbox((box) => {
      const gradient = weights(box, shape, values, values);
      check(gradient.w, right.w, bound.w, n, u, `∂W, ${name}`);
      check(gradient.b, right.b, bound.b, n, u, `∂b, ${name}`);
    }, fast);
    sandbox((box) => check(inputs(box, shape, values), right.x, bound.x, m, u, `∂X, ${name}`), fast);
  }

  for (const dtype of dtypes) {
    test(`products ${dtype}: within rounding of a triple loop in f64, every size`, () => {
      for (const n of sizes) for (const p of sizes) for (const m of sizes) products({ dtype, n, p, m });
    });

    test(`products ${dtype}: around the blocks`, () => {
      for (const [n, p, m] of [
        [128, 784, 256],
        [131, 263, 70],
        [133, 265, 517],
        [6, 529, 9],
      ] as const) {
        products({ dtype, n, p, m });
      }
    });

    test(`a network ${dtype}: twenty steps lose what they lose in strict, to 1e-4`, () => {
      const [ours, theirs] = [network(fast, dtype), network(new Engine(), dtype)].map(({ fit, model }) => {
        fit();
        return model.evaluate(x, ternary, { metrics: 'accuracy' });
      });
      assert.ok(Math.abs(ours!.loss - theirs!.loss) <= 1e-4 * theirs!.loss, `${ours!.loss} and ${theirs!.loss}`);
      assert.ok(theirs!.loss < 1, 'it has learnt something');
    });
  }

  test('the same machine gives the same bits: twice, and in slices', async () => {
    const [first, second, third] = [network(fast), network(fast), network(fast)];
    first.fit();
    second.fit();
    assert.equal(second.model.parameters, first.model.parameters);
    await third.model.fit(x, ternary, { ...third.options, epochs: 1 });
    assert.equal(third.model.parameters, first.model.parameters);
  });

  test('linear models reach the minimum of strict', () => {
    for (const [make, target] of [
      [linearRegression, y],
      [logisticRegression, binary],
      [softmaxRegression, ternary],
    ] as const) {
      const [ours, theirs] = [fast, new Engine()].map((engine) => {
        const model = make({ engine });
        model.fitSync(x, target as never, { tolerance: 1e-8, maxSteps: 2000 });
        return model.coefficients;
      });
      ours!.forEach((value, i) => {
        assert.ok(Math.abs(value - theirs![i]!) <= 1e-5 * (1 + Math.abs(theirs![i]!)), `${value} and ${theirs![i]}`);
      });
    }
  });

  test('your own gradients', () => {
    const θ = parameters({ w: [3, 2] }, { engine: fast });
    const optimizer = createOptimizer(θ, adam(0.1));
    for (let step = 0; step < 300; step++) {
      θ.values.w.forEach((value, i) => {
        θ.gradients.w[i] = value - i;
      });
      optimizer.step();
    }
    θ.values.w.forEach((value, i) => {
      assert.ok(Math.abs(value - i) < 1e-3);
    });
  });

  test('a model on it leaves nothing in its memory', () => {
    const { model, fit } = network(new Engine());
    fit();
    assert.is(model.engine.arena.blocks, 0);
    const own = network(fast);
    const { used } = fast.arena;
    own.fit();
    assert.is(fast.arena.used, used);
  });
} else {
  test('without relaxed SIMD: an error there and then, that says what is missing and what to do', () => {
    const message = /^the fast module needs relaxed SIMD, which this runtime does not have .* fastOrStrict$/;
    const refuses = (body: () => unknown): void => {
      assert.throws(body, (error: Error & { code?: string }) => {
        return error.name === 'UnsupportedError' && error.code === 'ERR_UNSUPPORTED' && message.test(error.message);
      });
    };
    refuses(() => mlp({ inputs: 2, hidden: 3, outputs: 1, engine: fast }));
    refuses(() => linearRegression({ engine: fast }));
    refuses(() => parameters({ w: 3 }, { engine: fast }));
    refuses(() => fast.exports);
  });

  test('without relaxed SIMD: fastOrStrict gives the bits of strict', () => {
    const [ours, theirs] = [network(fastOrStrict), network(new Engine())];
    ours.fit();
    theirs.fit();
    assert.equal(ours.model.parameters, theirs.model.parameters);
  });
}

test.run();
