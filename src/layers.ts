/** Layers of networks: public names. */
export {
  type ActivationName,
  type ActivationSpec,
  type EluOptions,
  type EluSpec,
  elu,
  type GeluOptions,
  type GeluSpec,
  gelu,
  type HardSigmoidSpec,
  type HardSwishSpec,
  type HardTanhOptions,
  type HardTanhSpec,
  hardSigmoid,
  hardSwish,
  hardTanh,
  type LeakyReluOptions,
  type LeakyReluSpec,
  leakyRelu,
  type MishSpec,
  mish,
  type ReluSpec,
  relu,
  type SeluSpec,
  type SigmoidSpec,
  type SiluSpec,
  type SoftmaxSpec,
  type SoftplusOptions,
  type SoftplusSpec,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  swish,
  type TanhSpec,
  tanh,
} from './layers/activations.ts';
export { type BatchNormOptions, type BatchNormSpec, batchNorm } from './layers/batch-norm.ts';
export { type AddSpec, add, type ConcatenateSpec, concatenate } from './layers/branches.ts';
export { type BranchesSpec, branches, type LayerLike, type ResidualSpec, residual } from './layers/composite.ts';
export {
  type Conv1dOptions,
  type Conv1dSpec,
  type Conv2dOptions,
  type Conv2dSpec,
  conv1d,
  conv2d,
  type DepthwiseConv2dOptions,
  type DepthwiseConv2dSpec,
  depthwiseConv2d,
} from './layers/convolution.ts';
export { type DenseOptions, type DenseSpec, dense } from './layers/dense.ts';
export { type DropoutOptions, type DropoutSpec, dropout } from './layers/dropout.ts';
export { type EmbeddingOptions, type EmbeddingSpec, embedding } from './layers/embedding.ts';
export type { LayerSpec } from './layers/family.ts';
export { input } from './layers/input.ts';
export {
  type LayerNormOptions,
  type LayerNormSpec,
  layerNorm,
  type RmsNormOptions,
  type RmsNormSpec,
  rmsNorm,
} from './layers/layer-norm.ts';
export type { NamedOptions } from './layers/name.ts';
export type { Layer, Node } from './layers/node.ts';
export {
  averagePool1d,
  averagePool2d,
  globalAveragePool,
  globalMaxPool,
  maxPool1d,
  maxPool2d,
  type PoolingSpec,
} from './layers/pooling.ts';
export { type FlattenSpec, flatten, type ReshapeOptions, type ReshapeSpec, reshape } from './layers/shapes.ts';
