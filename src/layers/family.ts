/** The table of layers: specs, and what ties them to ops. */
import type { LayerRow } from '../program/layer.ts';
import type { Family, Spec } from '../spec.ts';
import { activationRows } from './activation-rows.ts';
import { type ActivationSpec, activationKinds, activationRules } from './activations.ts';
import { type BatchNormSpec, batchNormKinds, batchNormRows } from './batch-norm.ts';
import { type AddSpec, branchKinds, branchRows, type ConcatenateSpec } from './branches.ts';
import { type BranchesSpec, compositeKinds, type ResidualSpec } from './composite.ts';
import { type ConvolutionSpec, convolutionKinds, convolutionRows } from './convolution.ts';
import { type DenseSpec, denseKinds, denseRows } from './dense.ts';
import { type DropoutSpec, dropoutKinds, dropoutRows } from './dropout.ts';
import { type EmbeddingSpec, embeddingKinds, embeddingRows } from './embedding.ts';
import { type LayerNormSpec, layerNormKinds, layerNormRows, type RmsNormSpec } from './layer-norm.ts';
import { type PoolingSpec, poolingKinds, poolingRows } from './pooling.ts';
import { type FlattenSpec, type ReshapeSpec, shapeKinds, shapeRows } from './shapes.ts';

export type LayerSpec =
  | DenseSpec
  | ActivationSpec
  | ConvolutionSpec
  | PoolingSpec
  | DropoutSpec
  | BatchNormSpec
  | LayerNormSpec
  | RmsNormSpec
  | EmbeddingSpec
  | FlattenSpec
  | ReshapeSpec
  | AddSpec
  | ConcatenateSpec
  | ResidualSpec
  | BranchesSpec;

let kinds: Family<LayerSpec>['kinds'] | undefined;
let rows: Readonly<Record<string, unknown>> | undefined;

/** Files of layers and this one need each other, so the table is put together when it is first looked at. @internal */
export const layers: Family<LayerSpec> = {
  name: 'layer',
  get kinds() {
    kinds ??= {
      ...denseKinds,
      ...activationKinds,
      ...convolutionKinds,
      ...poolingKinds,
      ...dropoutKinds,
      ...batchNormKinds,
      ...layerNormKinds,
      ...embeddingKinds,
      ...shapeKinds,
      ...branchKinds,
      ...compositeKinds,
    };
    return kinds;
  },
  rules: activationRules,
};

/** What a layer is made of; composite ones are made of layers. @internal */
export function layerRow({ kind }: Spec): LayerRow {
  rows ??= {
    ...denseRows,
    ...activationRows,
    ...convolutionRows,
    ...poolingRows,
    ...dropoutRows,
    ...batchNormRows,
    ...layerNormRows,
    ...embeddingRows,
    ...shapeRows,
    ...branchRows,
  };
  return rows[kind] as LayerRow;
}
