/** Regularizers by tensor: what is added to the gradient, what is done behind the update. */
import type { RegularizerSpec } from '../regularizers.ts';
import type { Tensor } from './layout.ts';

/** λ₁Σ|θ| + λ₂Σθ² and bounds on one tensor. */
export interface Composite {
  readonly tensor: Tensor;
  l1: number;
  l2: number;
  lower: number;
  upper: number;
}

/** A penalty on one tensor, and whether its (sub)gradient is added to that of the loss. */
export interface Penalty extends Composite {
  readonly smooth: boolean;
}

export interface Regularization {
  readonly penalties: readonly Penalty[];
  /** Proximal steps and projections. All that act on one tensor are one exact step. */
  readonly composites: readonly Composite[];
}

const isBias = (tensor: Tensor): boolean => tensor.name.endsWith('bias');

export function regularize(specs: readonly RegularizerSpec[], tensors: readonly Tensor[]): Regularization {
  const penalties: Penalty[] = [];
  const composites = new Map<Tensor, Composite>();
  const free = { l1: 0, l2: 0, lower: -Infinity, upper: Infinity };
  for (const spec of specs) {
    for (const tensor of tensors) {
      if (isBias(tensor) && !spec.intercept) continue;
      const terms = { ...free };
      if (spec.kind === 'l1') terms.l1 = spec.lambda;
      else if (spec.kind === 'l2') terms.l2 = spec.lambda;
      else if (spec.kind === 'elasticNet') Object.assign(terms, { l1: spec.l1, l2: spec.l2 });
      else if (spec.kind === 'nonNegative') terms.lower = 0;
      else Object.assign(terms, { lower: spec.lower ?? -Infinity, upper: spec.upper ?? Infinity });
      const smooth = spec.kind === 'l2' || ('method' in spec && spec.method === 'subgradient');
      if (terms.l1 !== 0 || terms.l2 !== 0) penalties.push({ tensor, ...terms, smooth });
      if (smooth) continue;
      const all = composites.get(tensor) ?? { tensor, ...free };
      all.l1 += terms.l1;
      all.l2 += terms.l2;
      all.lower = Math.max(all.lower, terms.lower);
      all.upper = Math.min(all.upper, terms.upper);
      composites.set(tensor, all);
    }
  }
  return { penalties, composites: [...composites.values()] };
}
