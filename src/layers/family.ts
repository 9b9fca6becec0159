/** The table of layers: specs, and what ties them to ops. */
import type { LayerRow } from '../program/layer.ts';
import type { Family, Spec } from '../spec.ts';
import { type BranchesSpec, compositeKinds, type ResidualSpec } from './composite.ts';
import { type DenseSpec, denseKinds, denseRows } from './dense.ts';

export type LayerSpec = DenseSpec | ResidualSpec | BranchesSpec;

let kinds: Family<LayerSpec>['kinds'] | undefined;

/** Files of layers and this one need each other, so the table is put together when it is first looked at. @internal */
export const layers: Family<LayerSpec> = {
  name: 'layer',
  get kinds() {
    kinds ??= { ...denseKinds, ...compositeKinds };
    return kinds;
  },
};

/** What a layer is made of; composite ones are made of layers. @internal */
export function layerRow({ kind }: Spec): LayerRow {
  return ({ ...denseRows } as Record<string, unknown>)[kind] as LayerRow;
}
