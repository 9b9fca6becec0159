/** The numbers of a line search. */
import type { LineSearchSpec } from '../optimizers/line-search.ts';

/** Fields of `search` by a spec. */
export function searchFields(spec: LineSearchSpec, composite: boolean) {
  const { initialStep, shrink, sufficientDecrease, maxHalvings } = spec;
  const fields = { initial: initialStep, shrink, decrease: sufficientDecrease, maxHalvings, composite: +composite };
  if (spec.kind === 'gradientDescentLineSearch') return { ...fields, expand: spec.expand };
  return { ...fields, rule: spec.variant === 'bb1' ? 1 : 2, memory: spec.safeguard ? spec.memory : 0 };
}
