/** Small networks of every kind of layer: 48 numbers in, three out. */
import {
  add,
  averagePool2d,
  batchNorm,
  branches,
  concatenate,
  conv1d,
  conv2d,
  dense,
  depthwiseConv2d,
  dropout,
  flatten,
  gelu,
  globalAveragePool,
  globalMaxPool,
  hardSwish,
  input,
  type LayerLike,
  leakyRelu,
  maxPool1d,
  maxPool2d,
  mish,
  type Network,
  type NetworkOptions,
  network,
  relu,
  reshape,
  residual,
  selu,
  sequential,
  silu,
  softmax,
  softplus,
  tanh,
} from 'downhill';

export type Make = (options: NetworkOptions) => Network;

const chain =
  (shape: readonly number[], layers: () => LayerLike[]): Make =>
  (options) =>
    sequential([input(...shape), ...layers()], options);

/** Smooth but for isolated points, so that central differences say something. */
export const networks: Record<string, Make> = {
  'dense over positions': chain([12, 4], () => [dense({ units: 3, activation: 'tanh' }), flatten(), dense(3)]),
  'activations of their own': chain([48], () => [dense(5), gelu(), dense(4), silu(), dense(4), mish(), dense(3)]),
  'fused activations': chain([48], () => [
    dense({ units: 5, activation: selu() }),
    dense({ units: 4, activation: leakyRelu(0.2) }),
    dense({ units: 4, activation: softplus(2) }),
    dense(3),
  ]),
  'an activation at the end': chain([48], () => [dense(5), hardSwish(), dense({ units: 3, activation: 'tanh' })]),
  'softmax inside': chain([48], () => [dense(5), softmax(), dense(3)]),
  dropout: chain([48], () => [dense({ units: 8, activation: 'tanh' }), dropout(0.4), dense(3)]),
  'batch normalisation': chain([48], () => [dense({ units: 5, bias: false }), batchNorm(), tanh(), dense(3)]),
  'batch normalisation of images': chain([4, 4, 3], () => [
    conv2d({ filters: 3, kernelSize: 3, padding: 'same' }),
    batchNorm({ momentum: 0.5 }),
    relu(),
    maxPool2d(2),
    flatten(),
    dense(3),
  ]),
  conv1d: chain([16, 3], () => [
    conv1d({ filters: 4, kernelSize: 3, activation: 'tanh' }),
    maxPool1d(2),
    conv1d({ filters: 2, kernelSize: 2, strides: 2, activation: 'relu' }),
    flatten(),
    dense(3),
  ]),
  conv2d: chain([4, 4, 3], () => [
    conv2d({ filters: 4, kernelSize: [3, 2], padding: 'same', activation: 'relu' }),
    averagePool2d(2),
    flatten(),
    dense(3),
  ]),
  'one channel': chain([6, 8, 1], () => [
    conv2d({ filters: 5, kernelSize: 3, activation: 'tanh' }),
    depthwiseConv2d({ kernelSize: 2, activation: 'tanh' }),
    globalAveragePool(),
    dense(3),
  ]),
  'groups, dilation, global maximum': chain([4, 4, 3], () => [
    conv2d({ filters: 6, kernelSize: 2, groups: 3, dilation: 2, activation: 'tanh' }),
    globalMaxPool(),
    dense(3),
  ]),
  'residual and branches': chain([48], () => [
    dense({ units: 8, activation: 'tanh' }),
    residual([dense({ units: 8, activation: 'tanh' }), dropout(0.3), dense(8)]),
    branches([[dense({ units: 3, activation: 'relu' })], [], [dense(2), tanh()]]),
    dense(3),
  ]),
  'reshape back and forth': chain([48], () => [
    dense({ units: 12, activation: 'tanh' }),
    reshape([2, 2, 3]),
    conv2d({ filters: 2, kernelSize: 2, padding: 'same' }),
    reshape([-1]),
    dense(3),
  ]),
  'a value with three takers': (options) => {
    const from = input(48);
    const a = dense({ units: 4, activation: 'tanh' })(from);
    const b = dense({ units: 4, activation: 'relu' })(a);
    const c = add()(a, b, a);
    const d = concatenate()(c, a, tanh()(c));
    return network(from, dense(3)(d), options);
  },
  'a layer twice': (options) => {
    const from = input(48);
    const shared = dense({ units: 5, activation: 'tanh' });
    const first = dense({ units: 5, activation: 'tanh' })(from);
    return network(from, dense(3)(shared(shared(first))), options);
  },
};
