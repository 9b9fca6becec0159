/**
 * Rates against closed forms written here in plain JavaScript, at every breakpoint and either side of it, after the end
 * and far after it. Formulas are those of optax (`cosine_decay_schedule`, `polynomial_schedule`,
 * `warmup_cosine_decay_schedule`, `join_schedules`) and of the papers that the schedules name.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rateAt, rates } from '#src/program/schedule.js';
import {
  constantThenLinear,
  cosine,
  cosineRestarts,
  cyclic,
  exponentialDecay,
  inverseSqrt,
  linear,
  multiStep,
  noam,
  oneCycle,
  polynomial,
  product,
  reduceOnPlateau,
  type ScheduleSpec,
  scale,
  sequence,
  squareDecay,
  stepDecay,
  warmup,
  warmupCosine,
  warmupStableDecay,
} from '#src/schedules.js';
import { shuffled } from '../helpers/points.ts';

type Formula = (t: number) => number;

const { PI, cos, floor, max, min, sqrt } = Math;

/** optax's cosine_decay_schedule with init 1 and alpha 0. */
const cosineDecay = (t: number, steps: number): number => 0.5 * (1 + cos((PI * min(t, steps)) / steps));

const line = (from: number, to: number, x: number): number => from + (to - from) * min(max(x, 0), 1);

/** PyTorch's documentation of CyclicLR. */
const triangle = (t: number, up: number, down: number): number => {
  const place = t % (up + down);
  return place <= up ? place / up : 1 - (place - up) / down;
};

/** OneCycleLR, phase by phase. */
function oneCycleFormula(top: number, total: number, share: number, three: boolean, way: Formula): Formula {
  const low = top / 25;
  const lowest = low / 1e4;
  const up = share * total - 1;
  const phases = three
    ? [
        [0, up, low, top],
        [up, 2 * up, top, low],
        [2 * up, total - 1, low, lowest],
      ]
    : [
        [0, up, low, top],
        [up, total - 1, top, lowest],
      ];
  return (t) => {
    const [from, to, a, b] = phases.find(([, to]) => t <= to!) ?? phases.at(-1)!;
    return a! + (b! - a!) * way(min((t - from!) / (to! - from!), 1));
  };
}

const cosineWay: Formula = (x) => (1 - cos(PI * x)) / 2;

function restartsFormula(first: number, mult: number): Formula {
  return (t) => {
    if (mult === 1) return cosineDecay(t % first, first);
    // The number of the cycle, from the sum of the lengths before it, which are integers.
    let cycle = 0;
    while ((first * (mult ** (cycle + 1) - 1)) / (mult - 1) <= t) cycle++;
    return cosineDecay(t - (first * (mult ** cycle - 1)) / (mult - 1), first * mult ** cycle);
  };
}

const far = [1e6, 1e9, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 40 + 7];

/** A schedule, what it is, its breakpoints, and the largest rate, by which errors are measured. */
const table: readonly (readonly [ScheduleSpec, Formula, readonly number[], number])[] = [
  [stepDecay({ initial: 2, decaySteps: 7, rate: 0.3 }), (t) => 2 * 0.3 ** floor(t / 7), [7, 14, 70], 2],
  [
    multiStep({ initial: 2, milestones: [0, 3, 3, 10.5, 20], rate: 0.5 }),
    (t) => 2 * 0.5 ** [0, 3, 3, 10.5, 20].filter((m) => m <= t).length,
    [3, 10, 20],
    2,
  ],
  [
    polynomial({ initial: 2, end: 0.5, decaySteps: 11, power: 1.7 }),
    (t) => 0.5 + 1.5 * (1 - min(t, 11) / 11) ** 1.7,
    [11],
    2,
  ],
  [polynomial({ initial: 2, decaySteps: 1, power: 0.5 }), (t) => (t < 1 ? 2 : 0), [1], 2],
  [linear({ initial: 0.25, end: 1, decaySteps: 13 }), (t) => line(0.25, 1, t / 13), [13], 1],
  [linear({ initial: 1, end: 0, decaySteps: 2.5 }), (t) => line(1, 0, t / 2.5), [2, 3], 1],
  [cosine({ initial: 3, end: 1, decaySteps: 9 }), (t) => 1 + 2 * cosineDecay(t, 9), [9], 3],
  [cosine({ initial: 3, decaySteps: 1 }), (t) => (t < 1 ? 3 : 0), [1], 3],
  [
    cosine({ initial: 3, end: 1, decaySteps: 9, periodic: true }),
    (t) => 2 + cos((PI * (t % 18)) / 9),
    [9, 18, 27, 36, 9 * 2 ** 30],
    3,
  ],
  [cosineRestarts({ initial: 1, decaySteps: 5 }), restartsFormula(5, 1), [5, 10, 100, 5 * 2 ** 33], 1],
  [cosineRestarts({ initial: 1, decaySteps: 5, mult: 2 }), restartsFormula(5, 2), [5, 15, 35, 75, 155], 1],
  [cosineRestarts({ initial: 1, decaySteps: 1, mult: 3 }), restartsFormula(1, 3), [1, 4, 13, 40], 1],
  [
    warmup({ warmupSteps: 6, schedule: squareDecay({ initial: 2, decay: 0.1 }), warmupInitial: 0.5 }),
    (t) => (t < 6 ? line(0.5, 2, t / 6) : 2 / (1 + 0.1 * (t - 6)) ** 2),
    [6],
    2,
  ],
  [warmup({ warmupSteps: 4, schedule: 0.5 }), (t) => line(0, 0.5, t / 4), [4], 1],
  [warmup({ warmupSteps: 4, schedule: 0.5, peak: 1 }), (t) => (t < 4 ? t / 4 : 0.5), [4], 1],
  [
    warmup({ warmupSteps: 0, schedule: cosine({ initial: 1, decaySteps: 4 }), warmupInitial: 9 }),
    (t) => cosineDecay(t, 4),
    [4],
    1,
  ],
  [
    warmup({ warmupSteps: 3, schedule: warmup({ warmupSteps: 2, schedule: 8, warmupInitial: 4 }) }),
    (t) => (t < 3 ? line(0, 4, t / 3) : line(4, 8, (t - 3) / 2)),
    [3, 5],
    8,
  ],
  [
    warmupCosine({ peak: 2, warmupSteps: 5, totalSteps: 25, end: 0.1, warmupInitial: 0.3 }),
    (t) => (t < 5 ? line(0.3, 2, t / 5) : 0.1 + 1.9 * cosineDecay(t - 5, 20)),
    [5, 25],
    2,
  ],
  [warmupCosine({ peak: 2, warmupSteps: 0, totalSteps: 1 }), (t) => (t < 1 ? 2 : 0), [1], 2],
  [oneCycle({ max: 2, totalSteps: 37 }), oneCycleFormula(2, 37, 0.3, false, cosineWay), [10, 11, 36], 2],
  [oneCycle({ max: 2, totalSteps: 40, pct: 0.25 }), oneCycleFormula(2, 40, 0.25, false, cosineWay), [9, 39], 2],
  [
    oneCycle({ max: 2, totalSteps: 40, pct: 0.25, threePhase: true }),
    oneCycleFormula(2, 40, 0.25, true, cosineWay),
    [9, 18, 39],
    2,
  ],
  [
    oneCycle({ max: 2, totalSteps: 37, pct: 0.4, anneal: 'linear', threePhase: true }),
    oneCycleFormula(2, 37, 0.4, true, (x) => x),
    [13, 14, 27, 28, 36],
    2,
  ],
  // pN < 1: the way up is over before the first step.
  [oneCycle({ max: 2, totalSteps: 8, pct: 0.1 }), oneCycleFormula(2, 8, 0.1, false, cosineWay), [7], 2],
  [oneCycle({ max: 2, totalSteps: 1 }), () => 2 / 25 / 1e4, [1], 2],
  [
    cyclic({ base: 0.1, max: 1, up: 4, down: 7 }),
    (t) => 0.1 + 0.9 * triangle(t, 4, 7),
    [4, 11, 15, 22, 11 * 2 ** 30],
    1,
  ],
  [
    cyclic({ base: 0.1, max: 1, up: 3, mode: 'triangular2' }),
    (t) => 0.1 + 0.9 * triangle(t, 3, 3) * 0.5 ** floor(t / 6),
    [3, 6, 9],
    1,
  ],
  [
    cyclic({ base: 0.1, max: 1, up: 3, mode: 'expRange', rate: 0.97 }),
    (t) => 0.1 + 0.9 * triangle(t, 3, 3) * 0.97 ** t,
    [3, 6, 9],
    1,
  ],
  [
    noam({ modelSize: 512, warmupSteps: 10, factor: 2 }),
    (t) => 2 * 512 ** -0.5 * min((t + 1) ** -0.5, (t + 1) * 10 ** -1.5),
    [9, 10],
    2 * 512 ** -0.5 * 10 ** -0.5,
  ],
  [noam({ modelSize: 1, warmupSteps: 1 }), (t) => (t + 1) ** -0.5, [1], 1],
  [inverseSqrt({ peak: 2, warmupSteps: 8 }), (t) => (t < 8 ? t / 4 : 2 * sqrt(8 / t)), [8], 2],
  [
    warmupStableDecay({ peak: 2, warmupSteps: 3, stableSteps: 5, decaySteps: 7, end: 0.5, shape: 'sqrt' }),
    (t) => (t < 3 ? (2 * t) / 3 : 0.5 + 1.5 * (1 - sqrt(min(max(t - 8, 0) / 7, 1)))),
    [3, 8, 15],
    2,
  ],
  [
    warmupStableDecay({ peak: 2, warmupSteps: 0, stableSteps: 0, decaySteps: 4 }),
    (t) => 2 * (1 - min(t / 4, 1)),
    [4],
    2,
  ],
  [
    warmupStableDecay({ peak: 2, warmupSteps: 2, stableSteps: 2, decaySteps: 0, end: 0.5 }),
    (t) => (t < 4 ? min(t, 2) : 0.5),
    [2, 4],
    2,
  ],
  [
    constantThenLinear({ initial: 2, constantSteps: 5, totalSteps: 12, end: 1 }),
    (t) => line(2, 1, (t - 5) / 7),
    [5, 12],
    2,
  ],
  [
    sequence([1, linear({ initial: 2, end: 1, decaySteps: 4 }), exponentialDecay({ initial: 1, rate: 0.9 })], [4, 10]),
    (t) => (t < 4 ? 1 : t < 10 ? line(2, 1, (t - 4) / 4) : 0.9 ** (t - 10)),
    [4, 8, 10],
    2,
  ],
  [sequence([1, 2, 3], [5, 5]), (t) => (t < 5 ? 1 : 3), [5], 3],
  [sequence([1, 2], [0]), () => 2, [1], 2],
  [
    product([
      sequence([0.5, product([2, linear({ initial: 1, end: 0.5, decaySteps: 8 })])], [6]),
      0.5,
      squareDecay({ initial: 2, decay: 0.25 }),
    ]),
    (t) => ((t < 6 ? 0.5 : 2 * line(1, 0.5, (t - 6) / 8)) * 0.5 * 2) / (1 + 0.25 * t) ** 2,
    [6, 14],
    1,
  ],
  [scale(cosine({ initial: 1, decaySteps: 4 }), 0.25), (t) => 0.25 * cosineDecay(t, 4), [4], 0.25],
  [reduceOnPlateau({ schedule: warmup({ warmupSteps: 4, schedule: 1 }), minRate: 0.5 }), (t) => min(t / 4, 1), [4], 1],
];

for (const [spec, formula, breakpoints, base] of table) {
  test(`${JSON.stringify(spec)}`, () => {
    const points = [...breakpoints.flatMap((at) => [at - 1, at, at + 1]), ...far, ...Array(64).keys()];
    const all = rates(spec, 64);
    for (const i of shuffled(points.length, 3)) {
      const t = points[i]!;
      const found = rateAt(spec, t);
      const expected = formula(t);
      assert.ok(Math.abs(found - expected) <= 1e-14 * base, `step ${t}: ${found} for ${expected}`);
      if (t < 64) assert.is(found, all[t], `step ${t}`);
      assert.is(rateAt(structuredClone(spec), t), found);
    }
  });
}

test('first and last rates are exact, and the last one holds', () => {
  const cases = [
    polynomial({ initial: 0.1, end: 0.03, decaySteps: 7, power: 1.3 }),
    linear({ initial: 0.1, end: 0.03, decaySteps: 7 }),
    cosine({ initial: 0.1, end: 0.03, decaySteps: 7 }),
    warmupCosine({ warmupInitial: 0.1, peak: 0.7, warmupSteps: 3, totalSteps: 7, end: 0.03 }),
    constantThenLinear({ initial: 0.1, constantSteps: 3, totalSteps: 7, end: 0.03 }),
    ...(['linear', 'sqrt'] as const).map((shape) =>
      warmupStableDecay({
        warmupInitial: 0.1,
        peak: 0.7,
        warmupSteps: 2,
        stableSteps: 2,
        decaySteps: 3,
        end: 0.03,
        shape,
      }),
    ),
  ];
  for (const spec of cases) {
    assert.is(rateAt(spec, 0), 0.1, spec.kind);
    assert.is.not(rateAt(spec, 6), 0.03, spec.kind);
    for (const step of [7, 8, 1e9, 2 ** 40, 2 ** 53 - 1]) assert.is(rateAt(spec, step), 0.03, `${spec.kind} ${step}`);
    if ('peak' in spec) assert.is(rateAt(spec, spec.warmupSteps), 0.7, spec.kind);
  }
  assert.is(rateAt(oneCycle({ max: 0.3, totalSteps: 10, pct: 0.5 }), 4), 0.3);
  assert.is(rateAt(cyclic({ base: 0.1, max: 0.3, up: 4 }), 4), 0.3);
  assert.is(rateAt(cyclic({ base: 0.1, max: 0.3, up: 4 }), 8), 0.1);
});

test.run();
