/** A small convolutional network for 28 × 28 pixels. */
import {
  conv2d,
  dense,
  dropout,
  flatten,
  input,
  maxPool2d,
  type Network,
  sequential,
  softmaxCrossEntropy,
} from 'downhill';

export const convolutional = (): Network =>
  sequential(
    [
      input(28, 28, 1),
      conv2d({ filters: 16, kernelSize: 5, activation: 'relu' }),
      maxPool2d(2),
      conv2d({ filters: 32, kernelSize: 5, activation: 'relu' }),
      maxPool2d(2),
      flatten(),
      dropout(0.4),
      dense({ units: 128, activation: 'relu' }),
      dropout(0.4),
      dense(10),
    ],
    { loss: softmaxCrossEntropy() },
  );
