/** Which parameters are updated by what. */
import { didYouMean } from '../describe.ts';
import { ArgumentError } from '../errors.ts';
import type { SteppingSpec } from '../optimizers.ts';
import type { Tensor } from './layout.ts';
import type { Objective } from './objective.ts';
import type { TrainingOptions } from './training-options.ts';
import { type Group, isMatrix } from './updates.ts';

/** Matrices to one optimizer, the rest to another, where the optimizer says so and there is a matrix in `among`. */
function split(group: Group, among: readonly Tensor[]): Group[] {
  const { optimizer, tensors } = group;
  if (!('rest' in optimizer)) return [group];
  const rest = optimizer.rest as SteppingSpec | null;
  const matrices = tensors.filter(isMatrix);
  const others = tensors.filter((tensor) => !isMatrix(tensor));
  if (!among.some(isMatrix) || (rest === null && others.length > 0)) {
    const { name, shape } = others[0]!;
    throw new ArgumentError(`${optimizer.kind} is for matrices, got ${name} of shape [${shape.join(', ')}]`);
  }
  const parts = [
    { ...group, tensors: matrices },
    { ...group, optimizer: rest!, tensors: others },
  ];
  return parts.filter(({ tensors }) => tensors.length > 0);
}

/**
 * Every parameter in the group that names it, those that none names in one of their own, which comes first.
 * @throws {ArgumentError} on names that there are not, and on parameters in two groups.
 */
export function groupsOf(
  optimizer: SteppingSpec,
  tensors: readonly Tensor[],
  { groups, regularizers }: Pick<TrainingOptions, 'groups' | 'regularizers'>,
): Group[] {
  const names = tensors.map(({ name }) => name);
  const taken = new Set<Tensor>();
  const named = groups.map((group, i) => ({
    ...group,
    tensors: group.parameters.map((name) => {
      const tensor = tensors[names.indexOf(name)];
      if (!tensor) throw new ArgumentError(`groups[${i}]: unknown parameter ${name}${didYouMean(name, names)}`);
      if (taken.has(tensor)) throw new ArgumentError(`groups[${i}]: ${name} has two optimizers: it is named twice`);
      taken.add(tensor);
      return tensor;
    }),
  }));
  const others = tensors.filter((tensor) => !taken.has(tensor));
  const own = others.length > 0 ? split({ optimizer, tensors: others, regularizers }, tensors) : [];
  return [...own, ...named.flatMap((group) => split(group, group.tensors))];
}

/** @throws {ArgumentError} on what a line search cannot have around it. */
export function refuseWithSearch(kind: string, objective: Objective, options: TrainingOptions): void {
  if (objective.batch < objective.rows) {
    throw new ArgumentError(`${kind} needs full batches: batchSize must be "full"`);
  }
  const { groups, clips, averages, perturbation, nonFinite } = options;
  const given = Object.entries({ groups, clip: clips, average: averages, sam: perturbation ?? [] }).find(
    ([, value]) => !Array.isArray(value) || value.length > 0,
  );
  if (given) throw new ArgumentError(`${given[0]}: ${kind} has no rate, so there is nothing around its steps`);
  const lazy = objective.tensors.find((tensor) => tensor.lazy);
  if (lazy) throw new ArgumentError(`${lazy.name} is lazy: ${kind} moves all parameters along one line`);
  if (nonFinite === 'rollback') throw new ArgumentError(`nonFinite: ${kind} never takes a step that is not finite`);
}
