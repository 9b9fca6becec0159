/** One curve or two as a picture: SVG without anything else. */

export interface Curves {
  readonly title: string;
  /** What x is. */
  readonly axis: string;
  readonly x: readonly number[];
  readonly value: ArrayLike<number>;
  readonly gradient?: ArrayLike<number>;
  /** What the curves are. Default value and gradient. */
  readonly names?: readonly string[];
  /** From one line of the grid to the next, in x. Default 1. */
  readonly every?: number;
}

const WIDTH = 480;
const HEIGHT = 300;
const LEFT = 40;
const RIGHT = 16;
const TOP = 40;
const BOTTOM = 40;

/** Lowest and highest y that are drawn, whatever the curves do. */
const LOW = -4.5;
const HIGH = 5;

const text = (plain: string): string => plain.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const classes = ['value', 'gradient'];

export function plot({ title, axis, x, value, gradient, names = classes, every = 1 }: Curves): string {
  const curves = gradient ? [value, gradient] : [value];
  const first = x[0]!;
  const last = x[x.length - 1]!;
  const all = curves.flatMap((each) => Array.from(each));
  const bottom = Math.max(LOW, Math.min(0, ...all) - 0.25);
  const top = Math.min(HIGH, Math.max(1, ...all) + 0.25);
  const across = (at: number): string => (LEFT + ((at - first) / (last - first)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const up = (at: number): string => (TOP + ((top - at) / (top - bottom)) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  /** Where it leaps, the line is lifted; a value between two leaps is a dot. */
  const path = (values: ArrayLike<number>): string => {
    const rise = (i: number): number => Math.abs(values[i]! - values[i - 1]!);
    const leaps = (i: number): boolean =>
      rise(i) > 0.1 + 3 * Math.min(i > 1 ? rise(i - 1) : Infinity, i < x.length - 1 ? rise(i + 1) : Infinity);
    // Beyond what is drawn, so that coordinates stay short.
    const clamp = (at: number): number => Math.min(Math.max(at, bottom - 1), top + 1);
    let drawn = '';
    for (let i = 0; i < x.length; i++) {
      const point = `${across(x[i]!)} ${up(clamp(values[i]!))}`;
      const lifted = i === 0 || leaps(i);
      drawn += lifted ? `M${point}h0` : `L${point}`;
    }
    return drawn;
  };
  const multiples = (from: number, to: number, of = 1): number[] =>
    Array.from({ length: Math.floor(to / of) - Math.ceil(from / of) + 1 }, (_, i) => (Math.ceil(from / of) + i) * of);
  const vertical = multiples(first, last, every).map(
    (at) =>
      `<path class="${at === 0 ? 'axis' : 'grid'}" d="M${across(at)} ${TOP}V${HEIGHT - BOTTOM}"/>` +
      `<text x="${across(at)}" y="${HEIGHT - BOTTOM + 15}" text-anchor="middle">${String(at).replace('-', '−')}</text>`,
  );
  const horizontal = multiples(bottom, top, top - bottom < 2.5 ? 0.5 : 1).map(
    (at) =>
      `<path class="${at === 0 ? 'axis' : 'grid'}" d="M${LEFT} ${up(at)}H${WIDTH - RIGHT}"/>` +
      `<text x="${LEFT - 8}" y="${(Number(up(at)) + 4).toFixed(1)}" text-anchor="end">${String(at).replace('-', '−')}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">
<title>${text(title)}: ${names.join(' and ')}</title>
<style>
svg { background: #fff } text { font: 12px sans-serif; fill: #444 } path { fill: none; stroke-linecap: round; stroke-linejoin: round }
.grid { stroke: #e4e4e4 } .axis { stroke: #999 } .value { stroke: #1764ab; stroke-width: 2.5 }
.gradient { stroke: #d1580c; stroke-width: 1.75 } .v { fill: #1764ab } .g { fill: #d1580c } .title { font-weight: bold }
</style>
<clipPath id="inside"><path d="M${LEFT} ${TOP}H${WIDTH - RIGHT}V${HEIGHT - BOTTOM}H${LEFT}z"/></clipPath>
${[...vertical, ...horizontal].join('\n')}
<g clip-path="url(#inside)">
${curves.map((each, i) => `<path class="${classes[i]}" d="${path(each)}"/>`).join('\n')}
</g>
<text class="title" x="${LEFT}" y="22">${text(title)}</text>
<text x="${WIDTH - RIGHT}" y="22" text-anchor="end">${names.map((name, i) => `<tspan class="${classes[i]![0]}">━ ${name}</tspan>`).join('  ')}</text>
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${text(axis)}</text>
</svg>
`;
}
