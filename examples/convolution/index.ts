/** Digits with a small convolutional network, without and with augmentation. `node build/examples/convolution/index.js` */
import { trainAll } from '../digits/train.ts';
import { convolutional } from './network.ts';

convolutional().summary();
trainAll('Convolutional network', convolutional, { epochs: 6, batchSize: 64, peak: 2e-3, augmented: false });
trainAll('Convolutional network', convolutional, { epochs: 12, batchSize: 64, peak: 2e-3, augmented: true });
