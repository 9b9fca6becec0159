/** Plain data, to be stored. */
import type { Field } from './spec.ts';

/** Anything: it is read elsewhere. */
export const anything: Field<unknown> = { fallback: null, expected: () => 'anything', read: (value) => value };

/**
 * Plain data of what may hold functions: layers are written as their specs, rates that are functions as
 * `{ kind: 'function' }`, typed arrays as lists.
 */
export const marked = <T>(value: T): T =>
  JSON.parse(
    JSON.stringify(value, (_, inner) =>
      typeof inner === 'function'
        ? { kind: 'function' }
        : ArrayBuffer.isView(inner)
          ? Array.from(inner as never)
          : inner,
    ),
  );
