/** Convolutions and pooling against PyTorch, forward and backward: test/golden/layers.json. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { layerRow, layers } from '#src/layers/family.js';
import { validateSpec } from '#src/spec.js';
import { dtypes } from '../helpers/numbers.ts';
import { apart, runWindows } from '../helpers/windows.ts';

interface Golden {
  readonly layer: { readonly kind: string };
  readonly rows: number;
  readonly shape: readonly number[];
  readonly x: readonly number[];
  readonly parameters?: Readonly<Record<string, readonly number[]>>;
  readonly gradients?: Readonly<Record<string, readonly number[]>>;
  readonly output: readonly number[];
  readonly y: readonly number[];
  readonly slope: readonly number[];
  readonly dx: readonly number[];
}

const { layers: all } = JSON.parse(readFileSync('test/golden/layers.json', 'utf8')) as { layers: Golden[] };
const cases = all.filter(({ layer }) => /conv|pool/i.test(layer.kind));

// The numbers of the file have twelve digits.
const close = { f32: 1e-6, f64: 1e-11 };

for (const { layer, output, y, dx, gradients = {}, ...data } of cases) {
  test(JSON.stringify(layer), () => {
    const spec = validateSpec(layers, layer);
    for (const dtype of dtypes) {
      const found = runWindows({ ...data, layer: spec, dtype });
      assert.equal(found.shape, output);
      assert.ok(apart(found.y, y) < close[dtype], 'y');
      assert.ok(apart(found.dx, dx) < close[dtype], '∂x');
      assert.equal(Object.keys(found.gradients), Object.keys(gradients));
      for (const [name, expected] of Object.entries(gradients)) {
        assert.ok(apart(found.gradients[name]!, expected) < close[dtype], `∂${name}`);
      }
    }
  });
}

test('the file has cases of every kind', () => {
  const kinds = ['conv1d', 'conv2d', 'depthwiseConv2d', 'maxPool1d', 'maxPool2d', 'averagePool1d', 'averagePool2d'];
  for (const kind of [...kinds, 'globalMaxPool', 'globalAveragePool']) {
    assert.ok(
      cases.some(({ layer }) => layer.kind === kind),
      kind,
    );
  }
});

test('shapes of parameters are PyTorch’s', () => {
  for (const { layer, shape, parameters = {} } of cases) {
    const spec = validateSpec(layers, layer);
    for (const one of layerRow(spec).parameters?.(spec, [shape]) ?? []) {
      const size = one.shape.reduce((a, b) => a * b, 1);
      assert.equal([size, one.rows * one.columns], [parameters[one.name]!.length, size]);
    }
  }
});

test.run();
