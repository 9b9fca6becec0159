/** The examples with networks, shorter than they are: what the whole ones reach stands in examples/README.md. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { baselines, train as learn, write } from '../../examples/characters/train.ts';
import { convolutional } from '../../examples/convolution/network.ts';
import { perceptron, train } from '../../examples/digits/train.ts';
import { tell } from '../../examples/penguins/train.ts';

const short = { batchSize: 64, seed: 0, epochs: 2 };

test('digits, multilayer perceptron: 2 epochs read 9 of 10', () => {
  // A linear classifier reads 90 %, chance 11 %.
  const { accuracy } = train(perceptron(0), { ...short, peak: 1e-3, augmented: false });
  assert.ok(accuracy > 0.89, String(accuracy));
});

test('digits, augmented: 2 epochs of other images, and the true ones are read all the same', () => {
  const { accuracy } = train(perceptron(0), { ...short, peak: 1e-3, augmented: true });
  assert.ok(accuracy > 0.83, String(accuracy));
});

test('digits, convolutional network: an epoch of 4,000', () => {
  const { accuracy } = train(convolutional(), { ...short, epochs: 1, rows: 4000, peak: 2e-3, augmented: true });
  assert.ok(accuracy > 0.7, String(accuracy));
});

test('penguins: at most 4 of 84 wrong, twice', () => {
  for (const seed of [0, 1]) {
    const { accuracy, commonest } = tell(seed);
    assert.ok(accuracy > 0.95 && commonest < 0.45, `${accuracy}, ${commonest}`);
  }
});

test('characters: better than counts of characters after a tenth of the book; it writes its characters alone', () => {
  const { single, pairs } = baselines();
  // The entropy of English by letter frequencies is about 4.1 bits without case and marks (Shannon 1951).
  assert.ok(pairs < single - 0.5 && single > 2.8 && single < 3.4, `${single}, ${pairs}`);
  const { model, loss } = learn({ seed: 0, epochs: 2, units: 64, characters: 13_000 });
  assert.ok(loss < single - 0.3, `${loss}, counts ${single}`);
  const start = 'Alice was beginning';
  const text = write(model, start, 20, () => 0.5);
  assert.is(text.length, start.length + 20);
  assert.ok(text.startsWith(start));
});

test.run();
