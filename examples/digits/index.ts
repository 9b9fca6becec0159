/** Digits with a multilayer perceptron, without and with augmentation. `node build/examples/digits/index.js` */
import { perceptron, trainAll } from './train.ts';

perceptron(0).summary();
trainAll('Multilayer perceptron', () => perceptron(0.25), {
  epochs: 25,
  batchSize: 64,
  peak: 2e-3,
  augmented: false,
});
trainAll('Multilayer perceptron', () => perceptron(0), { epochs: 40, batchSize: 64, peak: 1e-3, augmented: true });
