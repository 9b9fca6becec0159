/** Which losses have a picture, and of what: prediction against a target where this is one number, or one logit of three. */
import type { Entry, Library } from './catalogue.ts';
import { plot } from './plot.ts';

interface Plot {
  readonly from: number;
  readonly to: number;
  readonly target: number;
  readonly axis: string;
}

const byRange: Readonly<Record<string, Plot>> = {
  finite: { from: -3, to: 3, target: 0, axis: 'ŷ − y' },
  sign: { from: -2, to: 3, target: 1, axis: 'y·ŷ' },
  unit: { from: -4, to: 4, target: 1, axis: 'logit z, y = 1' },
  binary: { from: -4, to: 4, target: 1, axis: 'logit z, y = 1' },
  nonNegative: { from: -2, to: 3, target: 2, axis: 'z = ln μ, y = 2' },
  positive: { from: -2, to: 3, target: 2, axis: 'z = ln μ, y = 2' },
};

/** Options that show more than the defaults. */
const telling: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  quantile: { quantile: 0.8 },
  epsilonInsensitive: { epsilon: 0.5 },
};

const STEPS = 120;

/** The picture of a loss, or undefined where a curve says nothing. */
export function picture(library: Library, { name, row, fields }: Entry): string | undefined {
  const make = library[name] as (options?: unknown) => unknown;
  if (!row) return undefined;
  const options = telling[name];
  const grid = (from: number, to: number): number[] =>
    // A multiple of a small step, so that kinks at integers are points of it.
    Array.from({ length: STEPS + 1 }, (_, i) => from + ((to - from) * i) / STEPS);
  const required = Object.values(fields).some((field) => field.fallback === undefined);
  if (required && !options) return undefined;
  const spec = make(options);
  const title = `${name}(${
    options
      ? `{ ${Object.entries(options)
          .map(([key, value]) => `${key}: ${value}`)
          .join(', ')} }`
      : ''
  })`;
  if ((row.range === 'index' && row.link === 'softmax') || row.link === 'argmax') {
    const x = grid(-4, 4);
    const { value, gradient } = library.lossAndGradient(
      spec,
      x.map((z) => [z, 0, 0]),
      x.map(() => 0),
      { reduction: 'none' },
    );
    return plot({
      title,
      axis: 'logit of the right class, two others at 0',
      x,
      value,
      gradient: x.map((_, i) => gradient[3 * i]!),
    });
  }
  const drawn = byRange[row.range ?? ''];
  if (!drawn || row.targets !== 'values' || row.multiple || row.most || row.alone) return undefined;
  const x = grid(drawn.from, drawn.to);
  const { value, gradient } = library.lossAndGradient(
    spec,
    x,
    x.map(() => drawn.target),
    { reduction: 'none' },
  );
  return plot({ title, axis: drawn.axis, x, value, gradient });
}
