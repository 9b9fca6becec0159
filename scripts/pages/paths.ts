/** Paths of optimizers on one function of two variables, drawn from runs of the library. */
import type { Library } from './catalogue.ts';
import type { Picture } from './page.ts';
import { evaluate } from './schedules.ts';

/** The calls that are drawn. All begin at one place and take as many steps; the rate is what each of them needs. */
const calls: Readonly<Record<string, string>> = {
  gradientDescent: 'gradientDescent(0.3)',
  sgd: 'sgd({ learningRate: 0.1, momentum: 0.9 })',
  onlineGradientDescent: 'onlineGradientDescent({ learningRate: inverseSqrtDecay({ initial: 0.4, decay: 0.01 }) })',
  adam: 'adam(0.3)',
  amsgrad: 'amsgrad(0.3)',
  adamW: 'adamW({ learningRate: 0.3, weightDecay: 0.02 })',
  adamax: 'adamax(0.8)',
  nadam: 'nadam(0.3)',
  radam: 'radam(0.2)',
  adaBelief: 'adaBelief(0.3)',
  yogi: 'yogi(0.3)',
  lion: 'lion(0.03)',
  adan: 'adan(0.15)',
  adEMAMix: 'adEMAMix({ learningRate: 0.07, beta3: 0.99 })',
  lamb: 'lamb(0.15)',
  muon: 'muon({ learningRate: 0.06, weightDecay: 0 })',
  scheduleFreeSgd: 'scheduleFreeSgd(0.4)',
  scheduleFreeAdamW: 'scheduleFreeAdamW(0.5)',
  prodigy: 'prodigy({ d0: 0.01 })',
  gradientDescentLineSearch: 'gradientDescentLineSearch()',
  barzilaiBorwein: 'barzilaiBorwein({ initialStep: 0.2 })',
  sgdW: 'sgdW({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.02 })',
  signSgd: 'signSgd(0.03)',
  lars: 'lars({ learningRate: 0.05, trustCoefficient: 1, momentum: 0.5 })',
  rprop: 'rprop(0.1)',
  asgd: 'asgd({ learningRate: 0.3, t0: 50 })',
  adagrad: 'adagrad(1)',
  adadelta: 'adadelta({ epsilon: 0.005 })',
  rmsprop: 'rmsprop({ learningRate: 0.04, decay: 0.9 })',
  ftrl: 'ftrl(1)',
  adafactor: 'adafactor(0.2)',
};

const START = [-1.5, 0.5] as const;
const STEPS = 100;

/** (1 − x)²/20 + (y − x²)²/2, and its gradient. */
function valley(at: Float64Array, gradient: Float64Array): number {
  const along = 1 - at[0]!;
  const across = at[1]! - at[0]! * at[0]!;
  gradient[0] = -along / 10 - 2 * at[0]! * across;
  gradient[1] = across;
  return (along * along) / 20 + (across * across) / 2;
}

/** Where a run is after each step: what would be evaluated, so of averaging optimizers the average. */
export function pathOf(library: Library, call: string): number[][] {
  const optimizer = evaluate(library, call);
  const points: number[][] = [[...START]];
  if (call.startsWith('muon')) {
    const parameters = library.parameters({ at: [1, 2] });
    parameters.values.at!.set(START);
    const run = library.createOptimizer(parameters, optimizer);
    for (let step = 0; step < STEPS; step++) {
      valley(parameters.values.at!, parameters.gradients.at!);
      run.step();
      points.push([...parameters.values.at!]);
    }
    return points;
  }
  for (let maxSteps = 1; maxSteps <= STEPS; maxSteps++) {
    points.push([...library.minimize(valley, START, { optimizer, maxSteps, tolerance: null }).parameters]);
  }
  return points;
}

const height = (point: readonly number[]): number => valley(Float64Array.from(point), new Float64Array(2));

const WIDTH = 480;
const HEIGHT = 380;
const LEFT = 44;
const RIGHT = 16;
const TOP = 40;
const BOTTOM = 40;
const X = [-2, 2] as const;
const Y = [-1, 2.2] as const;
/** Heights of the contours; each is four times the last. */
const LEVELS = [0.002, 0.008, 0.032, 0.128, 0.512, 2.048];

const across = (x: number): number => LEFT + ((x - X[0]) / (X[1] - X[0])) * (WIDTH - LEFT - RIGHT);
const up = (y: number): number => TOP + ((Y[1] - y) / (Y[1] - Y[0])) * (HEIGHT - TOP - BOTTOM);

/** Points as moves from one to the next, in tenths of a unit: what is rounded does not add up. */
function moves(points: readonly (readonly number[])[], close = ''): string {
  const near = (value: number, low: number, high: number): number => Math.min(Math.max(value, low - 1), high + 1);
  const at = points.map(([x, y]) => [Math.round(10 * across(near(x!, ...X))), Math.round(10 * up(near(y!, ...Y)))]);
  const steps = at.slice(1).map(([x, y], i) => `${x! - at[i]![0]!} ${y! - at[i]![1]!}`.replace(' -', '-'));
  return `M${at[0]!.join(' ')}l${steps.join(' ').replace(/ -/g, '-')}${close}`;
}

/** Where the function is c: x = 1 + √(20c)·cos φ, y = x² + √(2c)·sin φ. */
function contour(c: number): string {
  const count = Math.round(64 * Math.max(1, 4 * c ** 0.5));
  const inside = ([x, y]: readonly number[]): boolean => x! >= X[0] && x! <= X[1] && y! >= Y[0] && y! <= Y[1];
  const all = Array.from({ length: count }, (_, i) => {
    const x = 1 + Math.sqrt(20 * c) * Math.cos((2 * Math.PI * i) / count);
    return [x, x * x + Math.sqrt(2 * c) * Math.sin((2 * Math.PI * i) / count)];
  });
  const seen = (i: number): boolean => [i - 1, i, i + 1].some((j) => inside(all.at(j % count)!));
  if (all.every(inside)) return `<path class="contour" d="${moves(all, 'z')}"/>`;
  // From where it is not seen, once around: the pen is lifted outside.
  const first = all.findIndex((_, i) => !seen(i));
  const pieces: number[][][] = [[]];
  for (let k = 0; k < count; k++) {
    const i = (first + k) % count;
    if (seen(i)) pieces[pieces.length - 1]!.push(all[i]!);
    else if (pieces[pieces.length - 1]!.length > 0) pieces.push([]);
  }
  const drawn = pieces.filter((piece) => piece.length > 1).map((piece) => moves(piece));
  return `<path class="contour" d="${drawn.join('')}"/>`;
}

const tick = (value: number): string => String(value).replace('-', '−');

function svg(name: string, path: readonly (readonly number[])[]): string {
  const bottom = HEIGHT - BOTTOM;
  const right = WIDTH - RIGHT;
  const point = (name: string, at: readonly number[], radius: number): string =>
    `<circle class="${name}" cx="${across(at[0]!).toFixed(1)}" cy="${up(at[1]!).toFixed(1)}" r="${radius}"/>`;
  const ticks = [
    ...[-2, -1, 0, 1, 2].map((x) => `<text x="${across(x)}" y="${bottom + 15}" text-anchor="middle">${tick(x)}</text>`),
    ...[-1, 0, 1, 2].map(
      (y) => `<text x="${LEFT - 8}" y="${(up(y) + 4).toFixed(1)}" text-anchor="end">${tick(y)}</text>`,
    ),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">
<title>${name}: path on a curved valley</title>
<style>
svg { background: #fff } text { font: 12px sans-serif; fill: #444 } path { fill: none; stroke-linejoin: round }
.frame { stroke: #999 } .contour { stroke: #b8c5d0; stroke-width: 12 } .path { stroke: #1764ab; stroke-width: 15 }
.dot { fill: #1764ab } .start { fill: #fff; stroke: #1764ab; stroke-width: 2 } .end { fill: #d1580c } .minimum { stroke: #222; stroke-width: 1.5 }
.title { font-weight: bold }
</style>
<clipPath id="inside"><path d="M${LEFT} ${TOP}H${right}V${bottom}H${LEFT}z"/></clipPath>
<marker id="step" markerWidth="50" markerHeight="50" refX="25" refY="25" markerUnits="userSpaceOnUse"><circle class="dot" cx="25" cy="25" r="22"/></marker>
<g clip-path="url(#inside)">
<g transform="scale(.1)">
${LEVELS.map(contour).join('\n')}
<path class="path" marker-mid="url(#step)" d="${moves(path)}"/>
</g>
${point('start', path[0]!, 5)}
${point('end', path[path.length - 1]!, 5)}
<path class="minimum" d="M${across(1) - 6} ${up(1).toFixed(1)}h12m-6-6v12"/>
</g>
<path class="frame" d="M${LEFT} ${TOP}H${right}V${bottom}H${LEFT}z"/>
${ticks.join('\n')}
<text class="title" x="${LEFT}" y="22">${name}</text>
<text x="${right}" y="22" text-anchor="end">○ start  <tspan fill="#d1580c">●</tspan> end  + minimum</text>
<text x="${(LEFT + right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">x</text>
<text x="10" y="${(TOP + bottom) / 2}">y</text>
</svg>
`;
}

/** The path of an optimizer, with what is drawn in words. */
export function pathPicture(library: Library, name: string): Picture {
  const call = calls[name];
  if (!call) throw new Error(`${name} lacks a call in scripts/pages/paths.ts`);
  const path = pathOf(library, call);
  const end = height(path[path.length - 1]!);
  const value = end < 1e-12 ? 'below 1e-12' : `at ${end.toPrecision(2)}`;
  const matrix = name === 'muon' ? ' Here (x, y) is a matrix of one row, because Muon updates matrices.' : '';
  return {
    svg: svg(name, path),
    alt: `Path of ${call}`,
    caption:
      `${STEPS} steps of \`${call}\` from (−1.5, 0.5), f(x, y) = (1 − x)²/20 + (y − x²)²/2: ` +
      `it begins at ${height(START).toPrecision(3)} and ends ${value}. ` +
      `From a contour to the next f is four times as large.${matrix}`,
  };
}
