/** What convolutions and pooling refuse, and what they say. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { conv1d, conv2d, depthwiseConv2d } from '#src/layers/convolution.js';
import { layerRow } from '#src/layers/family.js';
import { averagePool1d, globalMaxPool, maxPool2d } from '#src/layers/pooling.js';
import type { Spec } from '#src/spec.js';
import { throws } from '../throws.ts';

const shape = (layer: Spec, ...inputs: number[][]) => layerRow(layer).shape(layer, inputs, 'layer3');

test('shapes that do not fit', () => {
  const three = conv2d({ filters: 4, kernelSize: 3 });
  throws(() => shape(three, [784]), 'ERR_SHAPE', 'layer3: expected [height, width, channels], got [784]');
  throws(() => shape(maxPool2d(), [28, 28]), 'ERR_SHAPE', 'layer3: expected [height, width, channels], got [28, 28]');
  const line = conv1d({ filters: 4, kernelSize: 3 });
  throws(() => shape(line, [5, 5, 1]), 'ERR_SHAPE', 'layer3: expected [length, channels], got [5, 5, 1]');
  throws(
    () => shape(three, [2, 9, 1]),
    'ERR_SHAPE',
    'layer3: a kernel of [3, 3] (dilation [1, 1], padding valid) is larger than its input [2, 9, 1]',
  );
  throws(
    () => shape(conv1d({ filters: 4, kernelSize: 3, dilation: 4, padding: 1 }), [6, 2]),
    'ERR_SHAPE',
    'layer3: a kernel of 3 (dilation 4, padding 1) is larger than its input [6, 2]',
  );
  throws(
    () => shape(maxPool2d(4), [3, 8, 2]),
    'ERR_SHAPE',
    'layer3: a kernel of [4, 4] (dilation 1, padding valid) is larger than its input [3, 8, 2]',
  );
  throws(
    () => shape(averagePool1d(4), [3, 2]),
    'ERR_SHAPE',
    'layer3: a kernel of 4 (dilation 1, padding valid) is larger than its input [3, 2]',
  );
  // As large as its input is not larger.
  assert.equal(shape(conv2d({ filters: 4, kernelSize: [2, 9] }), [2, 9, 1]), [1, 1, 4]);
  assert.equal(shape(conv2d({ filters: 4, kernelSize: 5, padding: 'same' }), [2, 2, 1]), [2, 2, 4]);
});

test('groups that do not divide', () => {
  throws(
    () => shape(conv2d({ filters: 8, kernelSize: 1, groups: 2 }), [4, 4, 3]),
    'ERR_ARGUMENT',
    'layer3: groups must divide channels and filters, got 2 groups of [4, 4, 3] → 8 filters',
  );
  throws(
    () => shape(conv1d({ filters: 3, kernelSize: 1, groups: 2 }), [4, 4]),
    'ERR_ARGUMENT',
    'layer3: groups must divide channels and filters, got 2 groups of [4, 4] → 3 filters',
  );
});

test('numbers out of range', () => {
  const wrong: [() => unknown, string][] = [
    [() => conv2d({ filters: 0, kernelSize: 3 }), 'conv2d: filters must be an integer ≥ 1, got 0'],
    [() => conv2d({ filters: 1, kernelSize: 0 }), 'conv2d: kernelSize must be an integer ≥ 1, got 0'],
    [
      () => conv2d({ filters: 1, kernelSize: [3, 3, 3] as never }),
      'conv2d: kernelSize must be an integer ≥ 1 or [height, width], got an array of length 3',
    ],
    [() => conv2d({ filters: 1, kernelSize: 3, strides: [1, 0] }), 'conv2d: strides must be an integer ≥ 1, got 0'],
    [
      () => conv2d({ filters: 1, kernelSize: 3, padding: 'full' as never }),
      'conv2d: padding must be "valid" or "same" or an integer ≥ 0 or [height, width], got "full"',
    ],
    [() => conv2d({ filters: 1, kernelSize: 3, padding: -1 }), 'conv2d: padding must be an integer ≥ 0, got -1'],
    [
      () => conv1d({ filters: 1, kernelSize: [3, 3] as never }),
      'conv1d: kernelSize must be an integer ≥ 1, got an array of length 2',
    ],
    [() => conv2d({ filters: 1 } as never), 'conv2d: kernelSize is required: an integer ≥ 1 or [height, width]'],
    [
      () => depthwiseConv2d({ kernelSize: 3, multiplier: 0 }),
      'depthwiseConv2d: multiplier must be an integer ≥ 1, got 0',
    ],
    [
      () => shape(maxPool2d({ poolSize: [3, 2], padding: [1, 2] }), [8, 8, 1]),
      'layer3: padding must be at most half of poolSize [3, 2], got [1, 2]',
    ],
    [() => shape(globalMaxPool(), [2, 2, 1], [2, 2, 1]), 'layer3: expected one input, got 2'],
  ];
  for (const [make, message] of wrong) throws(make, 'ERR_ARGUMENT', message);
});

test('options are stored in full, and survive JSON', () => {
  const { spec } = conv2d({ filters: 4, kernelSize: 3, padding: 1 });
  assert.equal(spec, {
    ...{ kind: 'conv2d', filters: 4, groups: 1, kernelSize: [3, 3], strides: [1, 1], padding: [1, 1] },
    ...{ dilation: [1, 1], activation: null, bias: true, name: null, kernelInitializer: null, biasInitializer: null },
  });
  assert.equal(JSON.parse(JSON.stringify(spec)), spec);
  assert.equal(maxPool2d(3).poolSize, [3, 3]);
  assert.equal(depthwiseConv2d(3).kernelSize, [3, 3]);
});

test.run();
