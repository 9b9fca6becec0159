/** Normalisations and embedding against PyTorch, forward and backward: test/golden/layers.json. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { layers } from '#src/layers/family.js';
import { validateSpec } from '#src/spec.js';
import { dtypes } from '../helpers/numbers.ts';
import { type LayerRun, runLayer } from '../helpers/run-layer.ts';

type Values = readonly number[];

interface Golden {
  readonly layer: { readonly kind: string };
  readonly rows: number;
  readonly shape: Values;
  readonly x: Values;
  readonly training?: boolean;
  readonly parameters: Readonly<Record<string, Values>>;
  readonly gradients: Readonly<Record<string, Values>>;
  readonly output: Values;
  readonly y: Values;
  readonly slope: Values;
  readonly dx?: Values;
  readonly runningMean?: Values;
  readonly runningVariance?: Values;
}

const { layers: all } = JSON.parse(readFileSync('test/golden/layers.json', 'utf8')) as { layers: Golden[] };
const cases = all.filter(({ layer }) => /Norm$|^embedding$/.test(layer.kind));

// The numbers of the file have twelve digits.
const tolerance = { f32: 2e-6, f64: 1e-11 };

/** Before its first step. */
const start = ({ shape }: Golden): { runningMean: Values; runningVariance: Values } => {
  const none = Array.from({ length: shape.at(-1)! }, () => 0);
  return { runningMean: none, runningVariance: none.map(() => 1) };
};

for (const dtype of dtypes) {
  test(`${cases.length} cases, ${dtype}`, () => {
    const near = (found: ArrayLike<number>, expected: Values, what: string): void => {
      assert.is(found.length, expected.length, what);
      expected.forEach((value, i) => {
        const off = Math.abs(found[i]! - value);
        assert.ok(off <= tolerance[dtype] * Math.max(1, Math.abs(value)), `${what} ${i}: ${found[i]} for ${value}`);
      });
    };
    let before: Golden | undefined;
    for (const one of cases) {
      const { layer, rows, shape, x, slope, training = true, runningMean, runningVariance } = one;
      const what = `${JSON.stringify(layer)} [${shape}]`;
      const same = JSON.stringify(before?.layer) === JSON.stringify(layer);
      const running = runningMean && (same && before?.runningMean ? before : start(one));
      const kept = running && { runningMean: running.runningMean!, runningVariance: running.runningVariance! };
      const run: LayerRun = runLayer({
        ...{ layer: validateSpec(layers, layer), dtype, rows, training, asked: layer.kind !== 'embedding' },
        ...{ inputs: [[shape, x]], parameters: { ...one.parameters, ...kept } },
        ...(training ? { slope } : {}),
      });
      assert.equal(run.shape, one.output, what);
      near(run.output, one.y, `y ${what}`);
      if (runningMean) {
        near(run.parameters.runningMean!, runningMean, `running mean ${what}`);
        near(run.parameters.runningVariance!, runningVariance!, `running variance ${what}`);
      }
      before = one;
      if (!training) continue;
      if (one.dx && layer.kind !== 'embedding') near(run.slopes[0]!, one.dx, `∂x ${what}`);
      for (const [name, values] of Object.entries(one.gradients))
        near(run.gradients[name]!, values, `∂${name} ${what}`);
    }
  });
}

test('the file has cases of every kind', () => {
  for (const kind of ['batchNorm', 'layerNorm', 'rmsNorm', 'embedding']) {
    assert.ok(cases.some(({ layer }) => layer.kind === kind));
  }
  assert.ok(cases.some(({ training }) => training === false));
});

test.run();
