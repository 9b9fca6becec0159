/**
 * Digits with a small convolutional network. `node build/examples/convolution/index.js`; with `--augmented` they are shifted,
 * turned and scaled.
 */
import { trainAll } from '../digits/train.ts';
import { convolutional } from './network.ts';

const augmented = process.argv.includes('--augmented');
convolutional().summary();
trainAll('Convolutional network', convolutional, { epochs: augmented ? 20 : 12, batchSize: 64, peak: 2e-3, augmented });
