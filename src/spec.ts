/**
 * Specs: frozen plain objects with a `kind`, all defaults filled in, that survive `JSON.stringify` and
 * `structuredClone`. (A rate given as a function is the one thing that does not.)
 *
 * A family (losses, optimizers, …) is a table with one row a kind; a row says of every option what it may be and what it
 * is if left out. What is here reads options and specs by such a table, and throws `ArgumentError` where they break it.
 */

import { describe, didYouMean, withArticle } from './describe.ts';
import { ArgumentError } from './errors.ts';
import type { FitEvent } from './events.ts';

/** Anything with a kind. */
export interface Spec {
  readonly kind: string;
}

/** What an option may be. */
export interface Field<T> {
  /** In words, after "must be". */
  expected(): string;
  /** The value as it is stored, or undefined if it is not what it must be. `at` says whose it is, for errors inside. */
  read(value: unknown, at: string): T | undefined;
  /** The value if it is left out; without one it is required. */
  readonly fallback?: T | undefined;
}

export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

type OfKind<S extends Spec, K> = Extract<S, { readonly kind: K }>;

/** A table of kinds. A rule is for options that depend on each other and returns what is wrong. */
export interface Family<S extends Spec> {
  readonly name: string;
  readonly kinds: { readonly [K in S['kind']]: Fields<Omit<OfKind<S, K>, 'kind'>> };
  readonly rules?: { readonly [K in S['kind']]?: (spec: OfKind<S, K>) => string | false | undefined };
}

/** Ends of an interval as people write it: `(0, ∞)`, `[0, 1]`. */
function ends(range: string): { low: number; high: number; lowOpen: boolean; highOpen: boolean } {
  const [low, high] = range.slice(1, -1).replace(/∞/g, 'Infinity').split(', ').map(Number);
  return { low: low!, high: high!, lowOpen: range[0] === '(', highOpen: range.endsWith(')') };
}

function numeric(what: string, range: string, fallback: number | undefined): Field<number> {
  const { low, high, lowOpen, highOpen } = ends(range);
  const unbounded = high === Infinity;
  return {
    fallback,
    expected: () => (unbounded && low > -Infinity ? `${what} ${lowOpen ? '>' : '≥'} ${low}` : `${what} in ${range}`),
    read: (value) =>
      typeof value === 'number' &&
      (lowOpen ? value > low : value >= low) &&
      (highOpen ? value < high : value <= high) &&
      (what === 'a number' || Number.isSafeInteger(value))
        ? value + 0 // −0 would come back from JSON as 0
        : undefined,
  };
}

export const number = (range: string, fallback?: number): Field<number> => numeric('a number', range, fallback);

export const integer = (range: string, fallback?: number): Field<number> => numeric('an integer', range, fallback);

export const boolean = (fallback?: boolean): Field<boolean> => ({
  fallback,
  expected: () => 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
});

export const string = (fallback?: string): Field<string> => ({
  fallback,
  expected: () => 'a string',
  read: (value) => (typeof value === 'string' ? value : undefined),
});

export const oneOf = <const T extends string>(values: readonly T[], fallback?: T): Field<T> => ({
  fallback,
  expected: () => values.map(describe).join(' or '),
  read: (value) => values.find((one) => one === value),
});

/** A spec of a family, which is given as a function so that tables may refer to each other and to themselves. */
export const spec = <S extends Spec>(family: () => Family<S>, fallback?: S): Field<S> => ({
  fallback,
  expected: () => withArticle(family().name),
  read: (value, at) => validateSpec(family(), value, at),
});

/** A list of at least one; a single value counts as a list of one. */
export const list = <T>(of: Field<T>, fallback?: readonly T[]): Field<readonly T[]> => ({
  fallback,
  expected: () => `${of.expected()} or a non-empty list`,
  read(value, at) {
    if (!Array.isArray(value)) return Object.freeze([take(of, value, at)]);
    return value.length > 0 ? Object.freeze(Array.from(value, (item, i) => take(of, item, `${at}[${i}]`))) : undefined;
  },
});

/**
 * The same or null, which is the default. Null is also how an infinity is stored, where the range admits one as "no
 * limit": JSON has none.
 */
export const nullable = <T>(of: Field<T>): Field<T | null> => ({
  fallback: null,
  expected: () => `${of.expected()} or null`,
  read(value, at) {
    const stored = value === null ? null : of.read(value, at);
    return Math.abs(stored as number) === Infinity ? null : stored;
  },
});

/** Reads a value by a field, or throws. */
export function take<T>(field: Field<T>, value: unknown, at: string): T {
  const stored = field.read(value, at);
  if (stored === undefined) throw new ArgumentError(`${at} must be ${field.expected()}, got ${describe(value)}`);
  return stored;
}

/** Whether a value is an object as literals and JSON make it, of any realm: not an array, not of a class. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Reads options that are not a spec.
 * @throws {ArgumentError} on unknown and missing options, wrong types and values out of range.
 */
export function readOptions<T extends object>(name: string, fields: Fields<T>, options: unknown = {}): Readonly<T> {
  if (!isPlain(options)) throw new ArgumentError(`${name}: options must be a plain object, got ${describe(options)}`);
  const known = Object.keys(fields);
  for (const key of Reflect.ownKeys(options).map(String)) {
    if (!known.includes(key)) {
      const others = known.filter((one) => one !== 'kind');
      throw new ArgumentError(`${name}: unknown option ${key}${didYouMean(key, others)}`);
    }
  }
  const filled: Record<string, unknown> = {};
  for (const key of known) {
    const field = fields[key as keyof T];
    // Own properties only, and read once, so that a getter cannot show one value here and store another.
    let value = Object.hasOwn(options, key) ? options[key] : undefined;
    if (value === undefined) value = field.fallback;
    if (value === undefined) throw new ArgumentError(`${name}: ${key} is required: ${field.expected()}`);
    filled[key] = take(field, value, `${name}: ${key}`);
  }
  return Object.freeze(filled) as Readonly<T>;
}

/**
 * Makes a spec from options. With a `main` option, a value that cannot be options (a number, a function, a spec of
 * another kind) is taken as that option: `l1(0.1)`, `sgd(squareDecay(…))`.
 * @throws {ArgumentError} on unknown and missing options, wrong types and values out of range.
 */
export function makeSpec<S extends Spec, K extends S['kind']>(
  family: Family<S>,
  kind: K,
  options: unknown = {},
  main?: string,
  name: string = kind,
): OfKind<S, K> {
  const isOptions = isPlain(options) && (!Object.hasOwn(options, 'kind') || options.kind === kind);
  const fields = { kind: oneOf([kind], kind), ...family.kinds[kind] };
  const made = readOptions(name, fields as Fields<object>, isOptions || !main ? options : { [main]: options });
  const wrong = family.rules?.[kind]?.(made as OfKind<S, K>);
  if (wrong) throw new ArgumentError(`${name}: ${wrong}`);
  return made as OfKind<S, K>;
}

/**
 * Reads a spec that may be plain data, written by hand or parsed from JSON: checked, filled and frozen.
 * @param at what it is, for messages: `optimizer`, `regularizer[1]`.
 * @throws {ArgumentError} where it is not a spec of the family.
 */
export function validateSpec<S extends Spec>(family: Family<S>, value: unknown, at: string = family.name): S {
  const { name, kinds } = family;
  const kind = isPlain(value) && Object.hasOwn(value, 'kind') ? value.kind : undefined;
  const known = Object.keys(kinds);
  if (typeof kind !== 'string') {
    throw new ArgumentError(`${at} must be ${withArticle(name)} such as ${known[0]}(…), got ${describe(value)}`);
  }
  if (!known.includes(kind)) throw new ArgumentError(`${at}: unknown kind ${kind}; there are ${known.join(', ')}`);
  return makeSpec(
    family,
    kind as S['kind'],
    value,
    undefined,
    at === name || at === kind ? kind : `${at}: ${kind}`,
  ) as S;
}

/**
 * Reads one spec, a list of specs or nothing.
 * @throws {ArgumentError} where one is not a spec of the family.
 */
export function validateSpecs<S extends Spec>(family: Family<S>, value: unknown, at = family.name): readonly S[] {
  if (!Array.isArray(value)) return value === undefined || value === null ? [] : [validateSpec(family, value, at)];
  return Array.from(value, (item, i) => validateSpec(family, item, `${at}[${i}]`));
}

/** One spec, a list of them, or nothing. */
export const specs = <S extends Spec>(family: Family<S>): Field<readonly S[]> => ({
  fallback: [],
  expected: () => `${withArticle(family.name)} or a list`,
  read: (value, at) => validateSpecs(family, value, at),
});

/** A function that is told of events. */
export const callback: Field<((event: FitEvent) => unknown) | null> = {
  fallback: null,
  expected: () => 'a function',
  read: (value) => (value === null || typeof value === 'function' ? (value as never) : undefined),
};

/** What can abort. */
export const signalField: Field<AbortSignal | null> = {
  fallback: null,
  expected: () => 'an AbortSignal',
  read: (value) =>
    value === null || typeof (value as AbortSignal)?.aborted === 'boolean' ? (value as AbortSignal) : undefined,
};
