/** Layers of networks: public names. */
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
export type { LayerSpec } from './layers/family.ts';
export { input } from './layers/input.ts';
export type { Layer, Node } from './layers/node.ts';
export type { ActivationName, NamedOptions } from './layers/options.ts';
export {
  averagePool1d,
  averagePool2d,
  globalAveragePool,
  globalMaxPool,
  maxPool1d,
  maxPool2d,
  type PoolingSpec,
} from './layers/pooling.ts';
