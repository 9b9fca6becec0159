/**
 * Specs: frozen plain objects with a `kind`, all defaults filled in, that survive `JSON.stringify` and
 * `structuredClone`. (A rate given as a function is the one thing that does not.)
 *
 * A family (losses, optimizers, …) is a table with one row a kind; a row says of every option its type, range and
 * default. What is here reads options and specs by such a table, and throws `ArgumentError` at once where they break it.
 */
import { describe, didYouMean } from './describe.ts';
import { ArgumentError } from './errors.ts';

/** Anything with a kind. */
export interface Spec {
  readonly kind: string;
}

/**
 * One option: what it may be and what it is if left out. Without a `fallback` it is required.
 *
 * A `range` is an interval as people write it: `(0, ∞)`. A closed infinite end admits the infinity, which means "no
 * limit" and is stored as null, because JSON has no infinities.
 */
export interface Field<T> {
  readonly type: 'number' | 'integer' | 'boolean' | 'string' | 'oneOf' | 'rate' | 'spec' | 'list';
  readonly fallback?: T;
  readonly nullable?: boolean;
  readonly range?: string;
  readonly values?: readonly T[];
  /** A function, because a family may refer to itself. */
  readonly family?: () => Family<never>;
  readonly of?: Field<unknown>;
}

export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/** One kind: its options and, where options depend on each other, a rule that returns what is wrong. */
export interface Row<S> {
  readonly fields: Fields<Omit<S, 'kind'>>;
  rule?(spec: S): string | undefined;
}

/** A table of kinds. `example` is what a good value looks like. */
export interface Family<S extends Spec> {
  readonly name: string;
  readonly example: string;
  readonly kinds: { readonly [K in S['kind']]: Row<Extract<S, { readonly kind: K }>> };
}

const optional = <T>(field: Field<T>, fallback: T | undefined): Field<T> =>
  fallback === undefined ? field : { ...field, fallback };

export const number = (range: string, fallback?: number): Field<number> =>
  optional({ type: 'number', range }, fallback);
export const integer = (range: string, fallback?: number): Field<number> =>
  optional({ type: 'integer', range }, fallback);
export const boolean = (fallback?: boolean): Field<boolean> => optional({ type: 'boolean' }, fallback);
export const string = (fallback?: string): Field<string> => optional({ type: 'string' }, fallback);
export const oneOf = <const T extends string>(values: readonly T[], fallback?: T): Field<T> =>
  optional({ type: 'oneOf', values }, fallback);
/** A spec of a family; `family` is a function so that tables may refer to each other. */
export const spec = <S extends Spec>(family: () => Family<S>, fallback?: S): Field<S> =>
  optional({ type: 'spec', family: family as () => Family<never> }, fallback);
/** A list of at least one; a single value counts as a list of one. */
export const list = <T>(of: Field<T>, fallback?: readonly T[]): Field<readonly T[]> =>
  optional({ type: 'list', of }, fallback);
/** The same, or null, which is the default. */
export const nullable = <T>(field: Field<T>): Field<T | null> => ({ ...field, nullable: true, fallback: null });

interface Interval {
  readonly low: number;
  readonly high: number;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
}

function interval(range: string): Interval {
  const [low, high] = range.slice(1, -1).replaceAll('∞', 'Infinity').split(', ').map(Number);
  return { low: low!, high: high!, lowOpen: range.startsWith('('), highOpen: range.endsWith(')') };
}

function inside(value: number, range: string): boolean {
  const { low, high, lowOpen, highOpen } = interval(range);
  return (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high);
}

/** What a field takes, in words. */
function expected(field: Field<unknown>): string {
  const { type, range = '' } = field;
  switch (type) {
    case 'number':
    case 'integer': {
      const { low, high, lowOpen, highOpen } = interval(range);
      const what = type === 'number' ? 'a number' : 'an integer';
      if (low > -Infinity && high === Infinity) return `${what} ${lowOpen ? '>' : '≥'} ${low}`;
      if (low === -Infinity && high < Infinity) return `${what} ${highOpen ? '<' : '≤'} ${high}`;
      return low === -Infinity ? (lowOpen && highOpen ? `a finite ${type}` : what) : `${what} in ${range}`;
    }
    case 'boolean':
      return 'true or false';
    case 'string':
      return 'a string';
    case 'oneOf':
      return field.values!.map((value) => JSON.stringify(value)).join(' or ');
    case 'rate':
      return 'a number ≥ 0, a schedule or a function of the step';
    case 'spec':
      return `a ${field.family!().name} such as ${field.family!().example}`;
    case 'list':
      return `${expected(field.of!)}, or a list of at least one`;
  }
}

/** Returns the value as it is stored, or throws. `name` is whose option it is. */
function check(field: Field<unknown>, value: unknown, name: string, key: string): unknown {
  const { type, range = '' } = field;
  if (value === null && field.nullable) return null;
  switch (type) {
    case 'number':
    case 'integer':
      if (typeof value !== 'number' || !inside(value, range)) break;
      if (value === Infinity || value === -Infinity) return null;
      // −0 would come back from JSON as 0.
      if (type === 'number' || Number.isSafeInteger(value)) return value + 0;
      break;
    case 'boolean':
    case 'string':
      if (typeof value === type) return value;
      break;
    case 'oneOf':
      if (field.values!.includes(value)) return value;
      break;
    case 'rate':
      if (typeof value === 'function') return value;
      if (typeof value === 'number') return check({ type: 'number', range: '[0, ∞)' }, value, name, key);
      if (isPlain(value)) return validateSpec(field.family!(), value, `${name}: ${key}`);
      break;
    case 'spec':
      return validateSpec(field.family!(), value, `${name}: ${key}`);
    case 'list': {
      if (!Array.isArray(value)) return Object.freeze([check(field.of!, value, name, key)]);
      if (value.length === 0) break;
      return Object.freeze(Array.from(value, (item, i) => check(field.of!, item, name, `${key}[${i}]`)));
    }
  }
  const got = Array.isArray(value) && value.length === 0 ? 'an empty list' : describe(value);
  throw new ArgumentError(`${name}: ${key} must be ${expected(field)}${field.nullable ? ' or null' : ''}, got ${got}`);
}

/** Whether a value is an object as literals and JSON make it, of any realm: not an array, not of a class. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function fill(name: string, fields: Record<string, Field<unknown>>, given: unknown, kind?: string): object {
  if (!isPlain(given)) throw new ArgumentError(`${name}: options must be a plain object, got ${describe(given)}`);
  const known = Object.keys(fields);
  for (const key of Reflect.ownKeys(given)) {
    if (key === 'kind' && kind !== undefined && given.kind === kind) continue;
    if (typeof key === 'symbol' || !known.includes(key)) {
      throw new ArgumentError(
        `${name}: unknown option ${JSON.stringify(String(key))}${didYouMean(String(key), known)}`,
      );
    }
  }
  const filled: Record<string, unknown> = kind === undefined ? {} : { kind };
  for (const key of known) {
    const field = fields[key]!;
    // Read once, so that a getter cannot show one value to the check and another to the spec; own properties only.
    const own = Object.hasOwn(given, key) ? given[key] : undefined;
    const value = own === undefined ? field.fallback : own;
    if (value === undefined) throw new ArgumentError(`${name}: ${key} is required: ${expected(field)}`);
    filled[key] = check(field, value, name, key);
  }
  return Object.freeze(filled);
}

/**
 * Reads options that are not a spec.
 * @throws {ArgumentError} on unknown, missing, mistyped options and those out of range.
 */
export function readOptions<T extends object>(name: string, fields: Fields<T>, options: unknown = {}): Readonly<T> {
  return fill(name, fields as Record<string, Field<unknown>>, options) as Readonly<T>;
}

/**
 * Makes a spec from options. With a `main` option, a value that cannot be options (a number, a function, a spec of
 * another kind) is taken as that option: `l1(0.1)`, `sgd(cosine(…))`.
 * @throws {ArgumentError} on unknown, missing, mistyped options and those out of range.
 */
export function makeSpec<S extends Spec, K extends S['kind']>(
  family: Family<S>,
  kind: K,
  options: unknown = {},
  main?: keyof Omit<Extract<S, { readonly kind: K }>, 'kind'>,
  name: string = kind,
): Extract<S, { readonly kind: K }> {
  const row = family.kinds[kind];
  const other = isPlain(options) && Object.hasOwn(options, 'kind') && options.kind !== kind;
  const given = main !== undefined && (other || !isPlain(options)) ? { [main]: options } : options;
  const made = fill(name, row.fields as Record<string, Field<unknown>>, given, kind) as Extract<
    S,
    { readonly kind: K }
  >;
  const wrong = row.rule?.(made);
  if (wrong !== undefined) throw new ArgumentError(`${name}: ${wrong}`);
  return made;
}

/**
 * Reads a spec that may be plain data (written by hand, parsed from JSON) and returns it checked, filled and frozen.
 * @param path what it is, for messages: `optimizer`, `regularizer[1]`.
 * @throws {ArgumentError} where it is not a spec of the family.
 */
export function validateSpec<S extends Spec>(family: Family<S>, value: unknown, path: string = family.name): S {
  if (!isPlain(value)) {
    const call = typeof value === 'function' ? ' (call it)' : '';
    throw new ArgumentError(
      `${path} must be a ${family.name} such as ${family.example}, got ${describe(value)}${call}`,
    );
  }
  const kind: unknown = Object.hasOwn(value, 'kind') ? value.kind : undefined;
  if (typeof kind !== 'string') {
    throw new ArgumentError(
      `${path} must be a ${family.name} such as ${family.example}, got an object whose kind is ${describe(kind)}`,
    );
  }
  if (!Object.hasOwn(family.kinds, kind)) {
    const known = Object.keys(family.kinds);
    throw new ArgumentError(
      `${path}: no ${family.name} is of kind ${JSON.stringify(kind)}; kinds are ${known.join(', ')}`,
    );
  }
  return makeSpec(family, kind as S['kind'], value, undefined, path === family.name ? kind : `${path}: ${kind}`) as S;
}

/**
 * Reads one spec, a list of specs or nothing.
 * @throws {ArgumentError} where one is not a spec of the family.
 */
export function validateSpecs<S extends Spec>(family: Family<S>, value: unknown, path = family.name): readonly S[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [validateSpec(family, value, path)];
  return Array.from(value, (item, i) => validateSpec(family, item, `${path}[${i}]`));
}
