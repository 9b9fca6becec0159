/** What a layer is called. */
import { type Field, nullable, string } from '../spec.ts';

/** Options of every layer. */
export interface NamedOptions {
  /** What the layer is called in parameters, summaries and messages. Default kind and number: `dense1`. */
  readonly name?: string | null;
}

/** Name of a layer: no dots, which stand before the names of parameters. */
export const nameField: Field<string | null> = nullable({
  ...string(),
  expected: () => 'a name without a dot',
  read: (value) => (typeof value === 'string' && /^[^.\s]+$/.test(value) ? value : undefined),
});
