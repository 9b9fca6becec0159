/** Two whole networks against PyTorch: loss and every gradient, test/golden/layers.json. */
import { readFileSync } from 'node:fs';
import { input, type LayerSpec, sequential, sgd, softmaxCrossEntropy } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

type Named = Readonly<Record<string, readonly number[]>>;

interface Golden {
  readonly name: string;
  readonly layers: readonly LayerSpec[];
  readonly rows: number;
  readonly shape: readonly number[];
  readonly x: readonly number[];
  readonly labels: readonly number[];
  readonly loss: number;
  /** Of the layers that have any, in order. */
  readonly parameters: readonly Named[];
  readonly gradients: readonly Named[];
}

const { networks } = JSON.parse(readFileSync('test/golden/layers.json', 'utf8')) as { networks: Golden[] };

/** A dense layer behind channels × height × width, as PyTorch flattens, to one behind height × width × channels. */
function channelsLast(weight: readonly number[], units: number, channels: number): number[] {
  const positions = weight.length / units / channels;
  return Array.from(weight, (_, i) => {
    const [unit, rest] = [Math.floor(i / (positions * channels)), i % (positions * channels)];
    return weight[(unit * channels + (rest % channels)) * positions + Math.floor(rest / channels)]!;
  });
}

// A rate of one: what a step takes away is the gradient.
const fit = { optimizer: sgd(1), epochs: 1, batchSize: 'full', shuffle: false, tolerance: null } as const;

for (const { name, layers, rows, shape, x, labels, loss, parameters, gradients } of networks) {
  for (const dtype of ['f64', 'f32'] as const) {
    test(`${dtype}: ${name}`, () => {
      const model = sequential([input(...shape), ...layers], {
        loss: softmaxCrossEntropy(),
        classes: [0, 1, 2],
        dtype,
      });
      const data = { data: x, rows, columns: x.length / rows };
      model.fitSync(data, labels, { ...fit, optimizer: sgd(0) });
      const names = Object.keys(model.parameters).filter((key) => !key.includes('running'));
      const convolutional = layers[0]!.kind === 'conv2d';
      const inOrder = (list: readonly Named[]): readonly number[][] =>
        list.flatMap((one, i) =>
          Object.entries(one).map(([key, values]) =>
            convolutional && i === 1 && key === 'weight' ? channelsLast(values, 3, 3) : [...values],
          ),
        );
      const start = inOrder(parameters);
      assert.is(names.length, start.length);
      model.parameters = Object.fromEntries(names.map((key, i) => [key, start[i]!]));
      const { history } = model.fitSync(data, labels, { ...fit, continue: true });
      const close = dtype === 'f64' ? 1e-10 : 2e-5;
      assert.ok(Math.abs(history.at(-1)!.loss - loss) < close * loss, `${history.at(-1)!.loss}, not ${loss}`);
      inOrder(gradients).forEach((expected, i) => {
        const after = model.parameters[names[i]!]!;
        const found = start[i]!.map((value, k) => value - after[k]!);
        // Differences of numbers about as large as 1: the gradient of a bias in front of a normalisation is nothing else.
        const off = found.map((value, k) => Math.abs(value - expected[k]!) / Math.max(1, Math.abs(expected[k]!)));
        assert.ok(Math.max(...off) < close, `${names[i]} ${Math.max(...off)}`);
      });
    });
  }
}

test.run();
