/** Groups of parameters with options of their own. */
import { ArgumentError } from './errors.ts';
import { isLineSearch, type OptimizerSpec, optimizers, type SteppingSpec } from './optimizers.ts';
import type { GroupOptions } from './program/training-options.ts';
import { type RegularizerSpec, regularizers } from './regularizers.ts';
import type { Rate } from './schedules.ts';
import { type Field, isPlain, list, specs, string, take, validateSpec } from './spec.ts';

/**
 * Parameters that are updated in their own way. Any option of the optimizer may stand here beside those named; what does
 * not is as for the others.
 */
export interface ParameterGroup {
  /** Names of the parameters, each in one group at most. */
  readonly parameters: string | readonly string[];
  /** Another optimizer. */
  readonly optimizer?: OptimizerSpec;
  /** Other regularizers; `[]` for none. */
  readonly regularizer?: RegularizerSpec | readonly RegularizerSpec[];
  readonly learningRate?: Rate;
  readonly weightDecay?: number;
  readonly [option: string]: unknown;
}

/** Regularizers: one, a list, or nothing. */
export const regularizerField: Field<readonly RegularizerSpec[]> = specs(regularizers);

/** The optimizer of vectors, without decay. */
function undecayed(spec: SteppingSpec): SteppingSpec {
  if ('rest' in spec && spec.rest) return undecayed(spec.rest);
  return { ...spec, ...('weightDecay' in spec ? { weightDecay: 0 } : {}) } as SteppingSpec;
}

const decays = (spec: SteppingSpec): boolean =>
  ('weightDecay' in spec && spec.weightDecay > 0) || ('rest' in spec && !!spec.rest && decays(spec.rest));

/**
 * Reads groups.
 * @param biases parameters without weight decay, unless their group says `weightDecay` or has an optimizer of its own.
 * @throws {ArgumentError} on what is not a group, and on options that the optimizer does not have.
 */
export function readGroups(
  given: unknown,
  optimizer: OptimizerSpec,
  all: readonly RegularizerSpec[],
  biases: readonly string[] = [],
): GroupOptions[] {
  if (isLineSearch(optimizer))
    return (given === null || (given as unknown[]).length === 0 ? [] : given) as GroupOptions[];
  const names = new Set<string>();
  /** Biases of groups with others. */
  const apart: GroupOptions[] = [];
  const groups = (given === null ? [] : Array.isArray(given) ? Array.from(given) : [given]).map(
    (group: unknown, i): GroupOptions => {
      const at = `groups[${i}]`;
      if (!isPlain(group)) throw new ArgumentError(`${at} must be a plain object with parameters`);
      const { parameters, optimizer: another, regularizer, ...overrides } = group;
      const stepping = another === undefined ? optimizer : validateSpec(optimizers, another, `${at}: optimizer`);
      if (isLineSearch(stepping)) throw new ArgumentError(`${at}: ${stepping.kind} steps with all parameters`);
      const read = take(list(string()), parameters, `${at}: parameters`);
      for (const name of read) names.add(name);
      const own = {
        parameters: read,
        optimizer: validateSpec(optimizers, { ...stepping, ...overrides }, at) as SteppingSpec,
        regularizers: regularizer === undefined ? all : take(regularizerField, regularizer, `${at}: regularizer`),
      };
      const asked = another !== undefined || Object.hasOwn(overrides, 'weightDecay');
      const plain = read.filter((name) => biases.includes(name));
      if (asked || plain.length === 0 || !decays(own.optimizer)) return own;
      const undecayedOwn = { ...own, parameters: plain, optimizer: undecayed(own.optimizer) };
      if (plain.length === read.length) return undecayedOwn;
      apart.push(undecayedOwn);
      return { ...own, parameters: read.filter((name) => !plain.includes(name)) };
    },
  );
  groups.push(...apart);
  const left = biases.filter((name) => !names.has(name));
  if (left.length > 0 && decays(optimizer)) {
    groups.push({ parameters: left, optimizer: undecayed(optimizer), regularizers: all });
  }
  return groups;
}
