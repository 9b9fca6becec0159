/** The table of layers: specs, and what ties them to ops. */
import type { LayerRow } from '../program/layer.ts';
import type { Family, Spec } from '../spec.ts';
import { type BatchNormSpec, batchNormKinds, batchNormRows } from './batch-norm.ts';
import { type AddSpec, branchKinds, branchRows, type ConcatenateSpec } from './branches.ts';
import { type BranchesSpec, compositeKinds, type ResidualSpec } from './composite.ts';
import { type DenseSpec, denseKinds, denseRows } from './dense.ts';
import { type DropoutSpec, dropoutKinds, dropoutRows } from './dropout.ts';
import { type EmbeddingSpec, embeddingKinds, embeddingRows } from './embedding.ts';
import { type LayerNormSpec, layerNormKinds, layerNormRows, type RmsNormSpec } from './layer-norm.ts';
import { type FlattenSpec, type ReshapeSpec, shapeKinds, shapeRows } from './shapes.ts';

export type LayerSpec =
  | DenseSpec
  | ResidualSpec
  | BranchesSpec
  | DropoutSpec
  | BatchNormSpec
  | LayerNormSpec
  | RmsNormSpec
  | EmbeddingSpec
  | FlattenSpec
  | ReshapeSpec
  | AddSpec
  | ConcatenateSpec;

let kinds: Family<LayerSpec>['kinds'] | undefined;

/** Files of layers and this one need each other, so the table is put together when it is first looked at. @internal */
export const layers: Family<LayerSpec> = {
  name: 'layer',
  get kinds() {
    kinds ??= {
      ...denseKinds,
      ...compositeKinds,
      ...dropoutKinds,
      ...batchNormKinds,
      ...layerNormKinds,
      ...embeddingKinds,
      ...shapeKinds,
      ...branchKinds,
    };
    return kinds;
  },
};

/** What a layer is made of; composite ones are made of layers. @internal */
export function layerRow({ kind }: Spec): LayerRow {
  const rows = {
    ...denseRows,
    ...dropoutRows,
    ...batchNormRows,
    ...layerNormRows,
    ...embeddingRows,
    ...shapeRows,
    ...branchRows,
  };
  return (rows as Record<string, unknown>)[kind] as LayerRow;
}
