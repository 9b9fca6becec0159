/** What the pictures of schedules show. */
import type { Library, PlateauClass } from './catalogue.ts';
import type { Picture } from './page.ts';
import { plot } from './plot.ts';

/** The calls that are drawn, over 100 steps. */
const drawn: Readonly<Record<string, string>> = {
  constant: 'constant(0.8)',
  exponentialDecay: 'exponentialDecay({ initial: 1, decay: 0.03 })',
  squareDecay: 'squareDecay({ initial: 1, decay: 0.03 })',
  inverseSqrtDecay: 'inverseSqrtDecay({ initial: 1, decay: 0.1 })',
  inverseTimeDecay: 'inverseTimeDecay({ initial: 1, decay: 0.05 })',
  stepDecay: 'stepDecay({ initial: 1, decaySteps: 30, rate: 0.5 })',
  multiStep: 'multiStep({ initial: 1, milestones: [20, 70], rate: 0.4 })',
  polynomial: 'polynomial({ initial: 1, decaySteps: 80, power: 2 })',
  linear: 'linear({ initial: 1, end: 0.1, decaySteps: 80 })',
  cosine: 'cosine({ initial: 1, decaySteps: 80, end: 0.1 })',
  cosineRestarts: 'cosineRestarts({ initial: 1, decaySteps: 15, mult: 2 })',
  warmup: 'warmup({ warmupSteps: 20, schedule: inverseTimeDecay({ initial: 1, decay: 0.05 }) })',
  warmupCosine: 'warmupCosine({ peak: 1, warmupSteps: 20, totalSteps: 90 })',
  oneCycle: 'oneCycle({ max: 1, totalSteps: 100 })',
  cyclic: "cyclic({ base: 0.1, max: 1, up: 10, down: 20, mode: 'triangular2' })",
  noam: 'noam({ modelSize: 1, warmupSteps: 10, factor: 3 })',
  inverseSqrt: 'inverseSqrt({ peak: 1, warmupSteps: 20 })',
  warmupStableDecay: 'warmupStableDecay({ peak: 1, warmupSteps: 10, stableSteps: 50, decaySteps: 30 })',
  constantThenLinear: 'constantThenLinear({ initial: 1, constantSteps: 40, totalSteps: 90 })',
  sequence: 'sequence([0.3, cosine({ initial: 1, decaySteps: 60 })], [30])',
  product: 'product([cosine({ initial: 1, decaySteps: 90 }), cyclic({ base: 0.5, max: 1, up: 5 })])',
  scale: 'scale(linear({ initial: 1, end: 0, decaySteps: 80 }), 0.5)',
  perEpoch: 'perEpoch(exponentialDecay({ initial: 1, rate: 0.97 }))',
};

/** A loss that falls as far as the rate lets it, and the rate that follows it. */
const plateau = 'reduceOnPlateau({ schedule: 1, factor: 0.5, patience: 5, threshold: 0.01 })';

const STEPS = 101;

/** The spec that a call makes. */
export function evaluate(library: Library, call: string): unknown {
  const names = Object.keys(library).filter((name) => new RegExp(`\\b${name}\\(`).test(call));
  return new Function(...names, `return ${call}`)(...names.map((name) => library[name]));
}

export function schedulePicture(library: Library, Plateau: PlateauClass, name: string): Picture {
  const x = [...Array(STEPS).keys()];
  const call = drawn[name] ?? plateau;
  const spec = evaluate(library, call);
  const axis = name === 'perEpoch' ? 'epoch' : 'step';
  if (drawn[name]) {
    const value = library.rates(spec, STEPS);
    return {
      svg: plot({ title: name, axis, x, value, names: ['rate'], every: 20 }),
      caption: `The rates of \`${call}\`.`,
    };
  }
  const rule = new Plateau(spec);
  const value: number[] = [];
  const loss: number[] = [];
  for (let rate = 1, at = 1; value.length < STEPS; at += 0.2 * (0.6 * rate - at)) {
    value.push(rate);
    loss.push(at);
    rate = rule.update(at, rate) ?? rate;
  }
  return {
    svg: plot({ title: name, axis: 'evaluation', x, value, gradient: loss, names: ['rate', 'loss'], every: 20 }),
    caption: `The rates of \`${call}\`, watching a loss that falls as far as the rate lets it.`,
  };
}
