/** The SGD and AdaGrad lines, literally after their definitions, in f64 and without any of the kernels' arrangements. */
import {
  type AdadeltaSpec,
  type AdafactorSpec,
  type AdagradSpec,
  type AsgdSpec,
  adadelta,
  adafactor,
  adagrad,
  asgd,
  type FtrlSpec,
  ftrl,
  type LarsSpec,
  lars,
  type RmspropSpec,
  type RpropSpec,
  rmsprop,
  rprop,
  type SgdWSpec,
  type SignSgdSpec,
  type SteppingSpec,
  sgdW,
  signSgd,
} from '#src/optimizers.js';

/** Every kernel with its defaults and with options that all count. */
export const sgdLine: readonly SteppingSpec[] = [
  sgdW(),
  sgdW({ momentum: 0.9, weightDecay: 0.1 }),
  sgdW({ momentum: 0.8, nesterov: true, weightDecay: 0.05 }),
  sgdW({ momentum: 0.9, dampening: 0.5, maximize: true }),
  signSgd(),
  signSgd({ momentum: 0.5, weightDecay: 0.1, maximize: true }),
  lars(),
  lars({ trustCoefficient: 0.02, weightDecay: 0.01, nesterov: true, epsilon: 0.1 }),
  rprop(),
  rprop({ etaMinus: 0.6, etaPlus: 1.4, minStep: 0.004, maxStep: 0.02, maximize: true }),
  asgd(),
  asgd({ lambda: 0.02, alpha: 0.7, t0: 5, weightDecay: 0.02 }),
  adagrad(),
  adagrad({ learningRateDecay: 0.1, initialAccumulator: 0.5, weightDecay: 0.1, epsilon: 1e-3 }),
  adadelta(),
  adadelta({ rho: 0.5, epsilon: 0.01, weightDecay: 0.1, maximize: true }),
  rmsprop(),
  rmsprop({ momentum: 0.9, decay: 0.9, epsilon: 0.01 }),
  rmsprop({ centered: true, decay: 0.8, epsilon: 0.01, weightDecay: 0.1 }),
  rmsprop({ centered: true, momentum: 0.5, decay: 0.9, epsilon: 0.1, maximize: true }),
  ftrl(),
  ftrl({ l1: 0.3, l2: 0.1, beta: 0.5 }),
  ftrl({ power: -0.7, l1: 0.2, l2: 0.5 }),
  ftrl({ power: 0, l1: 0.1 }),
  adafactor(),
  adafactor({ beta2Decay: -0.5, epsilon: [1e-10, 0.01], clipThreshold: 0.5, weightDecay: 0.1 }),
  adafactor({ clipThreshold: 2, epsilon: [0.3, 0.5], maximize: true }),
];

/** Specs by names that tell them apart. */
export const named: readonly (readonly [string, SteppingSpec])[] = sgdLine.map((spec) => [JSON.stringify(spec), spec]);

export interface Literal {
  readonly theta: number[];
  /** Effective steps, where the rule has them. */
  readonly effective?: number[];
  /** Coordinates that have come close to where a sign or threshold switches. */
  readonly near: boolean[];
  /** What is evaluated. */
  readonly evaluated: number[];
}

type Step = (theta: number[], g: number[], t: number, rate: number) => Partial<Literal> & { theta: number[] };

const root = Math.sqrt;
const rms = (values: readonly number[]): number =>
  root(values.reduce((sum, value) => sum + value * value, 0) / values.length);
const norm = (values: readonly number[]): number => rms(values) * root(values.length);
const sign = (value: number): number => (value > 0 ? 1 : value < 0 ? -1 : 0);

/** ±g + λθ */
const coupled = (spec: { maximize: boolean; weightDecay?: number }, theta: number[], g: number[]): number[] =>
  g.map((value, i) => (spec.maximize ? -value : value) + (spec.weightDecay ?? 0) * theta[i]!);

function momentumW(spec: SgdWSpec): Step {
  let buffer: number[] | undefined;
  return (theta, given, _, rate) => {
    const g = given.map((value) => (spec.maximize ? -value : value));
    const last = buffer;
    const b = g.map((value, i) => (last ? spec.momentum * last[i]! + (1 - spec.dampening) * value : value));
    buffer = b;
    const decayed = theta.map((value) => value - rate * spec.weightDecay * value);
    return {
      theta: decayed.map((value, i) => {
        const u = spec.nesterov ? g[i]! + spec.momentum * b[i]! : spec.momentum > 0 ? b[i]! : g[i]!;
        return value - rate * u;
      }),
    };
  };
}

function signed(spec: SignSgdSpec): Step {
  let b: number[] | undefined;
  return (theta, given, _, rate) => {
    const g = coupled(spec, theta, given);
    const last = b ?? g.map(() => 0);
    const next = g.map((value, i) => spec.momentum * last[i]! + (1 - spec.momentum) * value);
    b = next;
    return {
      theta: theta.map((value, i) => value - rate * sign(next[i]!)),
      near: next.map((value) => Math.abs(value) < 1e-6),
    };
  };
}

function layerwise(spec: LarsSpec): Step {
  let b: number[] | undefined;
  return (theta, given, _, rate) => {
    const u = coupled(spec, theta, given);
    const [size, slope] = [norm(theta), norm(u)];
    const r = size === 0 || slope === 0 ? 1 : (spec.trustCoefficient * size) / (slope + spec.epsilon);
    const d = u.map((value) => rate * r * value);
    const last = b ?? d.map(() => 0);
    const next = d.map((value, i) => spec.momentum * last[i]! + value);
    b = next;
    return {
      theta: theta.map((value, i) => value - (spec.nesterov ? d[i]! + spec.momentum * next[i]! : next[i]!)),
    };
  };
}

function resilient(spec: RpropSpec): Step {
  let last: number[] | undefined;
  let delta: number[] = [];
  return (theta, given, _, rate) => {
    const g = coupled(spec, theta, given);
    if (!last) delta = g.map(() => rate);
    const before = last ?? g.map(() => 0);
    const e = g.map((value, i) => sign(value) * sign(before[i]!));
    delta = delta.map((value, i) => {
      const factor = e[i]! > 0 ? spec.etaPlus : e[i]! < 0 ? spec.etaMinus : 1;
      return Math.min(Math.max(value * factor, spec.minStep), spec.maxStep);
    });
    const kept = g.map((value, i) => (e[i]! < 0 ? 0 : value));
    last = kept;
    return { theta: theta.map((value, i) => value - sign(kept[i]!) * delta[i]!), effective: delta };
  };
}

function averaged(spec: AsgdSpec): Step {
  let mean: number[] = [];
  let mu = 1;
  return (theta, given, t, rate) => {
    const g = coupled(spec, theta, given);
    const eta = rate / (1 + spec.lambda * rate * (t - 1)) ** spec.alpha;
    const next = theta.map((value, i) => value * (1 - spec.lambda * eta) - eta * g[i]!);
    mean = next.map((value, i) => (mu === 1 ? value : mean[i]! + mu * (value - mean[i]!)));
    mu = 1 / Math.max(1, t - spec.t0);
    return { theta: next, evaluated: mean };
  };
}

function summed(spec: AdagradSpec): Step {
  let sums: number[] | undefined;
  return (theta, given, t, rate) => {
    const g = coupled(spec, theta, given);
    const last = sums ?? g.map(() => spec.initialAccumulator);
    const next = g.map((value, i) => last[i]! + value * value);
    sums = next;
    const eta = rate / (1 + (t - 1) * spec.learningRateDecay);
    const effective = next.map((value) => eta / (root(value) + spec.epsilon));
    return { theta: theta.map((value, i) => value - effective[i]! * g[i]!), effective };
  };
}

function delta({ rho, epsilon, ...spec }: AdadeltaSpec): Step {
  let v: number[] | undefined;
  let u: number[] = [];
  return (theta, given, _, rate) => {
    const g = coupled(spec, theta, given);
    if (!v) u = g.map(() => 0);
    const last = v ?? u;
    const next = g.map((value, i) => rho * last[i]! + (1 - rho) * value * value);
    v = next;
    const factor = next.map((value, i) => root(u[i]! + epsilon) / root(value + epsilon));
    const d = g.map((value, i) => factor[i]! * value);
    u = u.map((value, i) => rho * value + (1 - rho) * d[i]! * d[i]!);
    return { theta: theta.map((value, i) => value - rate * d[i]!), effective: factor.map((value) => rate * value) };
  };
}

function meanSquare({ decay, momentum, centered, epsilon, ...spec }: RmspropSpec): Step {
  let v: number[] = [];
  let a: number[] = [];
  let b: number[] = [];
  return (theta, given, t, rate) => {
    const g = coupled(spec, theta, given);
    if (t === 1) v = a = b = g.map(() => 0);
    v = v.map((value, i) => decay * value + (1 - decay) * g[i]! * g[i]!);
    a = a.map((value, i) => decay * value + (1 - decay) * g[i]!);
    const w = v.map((value, i) => (centered ? value - a[i]! * a[i]! : value));
    const factor = w.map((value) => 1 / (root(value) + epsilon));
    b = b.map((value, i) => momentum * value + g[i]! * factor[i]!);
    return { theta: theta.map((value, i) => value - rate * b[i]!), effective: factor.map((value) => rate * value) };
  };
}

function leader({ beta, l1, l2, power }: FtrlSpec): Step {
  let z: number[] = [];
  let n: number[] = [];
  return (theta, g, t, rate) => {
    if (t === 1) z = n = g.map(() => 0);
    const next = n.map((value, i) => value + g[i]! * g[i]!);
    const sigma = next.map((value, i) => (rate === 0 ? 0 : (value ** -power - n[i]! ** -power) / rate));
    z = z.map((value, i) => value + g[i]! - sigma[i]! * theta[i]!);
    n = next;
    if (rate === 0) return { theta };
    return {
      theta: z.map((value, i) =>
        Math.abs(value) <= l1 ? 0 : -(value - sign(value) * l1) / ((beta + n[i]! ** -power) / rate + l2),
      ),
      near: z.map((value) => Math.abs(Math.abs(value) - l1) < 1e-6),
    };
  };
}

function factored(spec: AdafactorSpec, shape: readonly number[], machine: number): Step {
  const [rows, columns] = shape as [number, number];
  const matrix = shape.length > 1;
  let v: number[] = [];
  let R: number[] = [];
  let C: number[] = [];
  const least = spec.epsilon[0] ?? machine;
  return (theta, given, t, rate) => {
    const g = given.map((value) => (spec.maximize ? -value : value));
    const o = t ** spec.beta2Decay;
    if (t === 1) {
      v = g.map(() => 0);
      R = new Array(rows).fill(0);
      C = new Array(columns).fill(0);
    }
    if (matrix) {
      const row = (i: number): number[] => g.slice(i * columns, (i + 1) * columns);
      const column = (j: number): number[] => g.filter((_, k) => k % columns === j);
      R = R.map((value, i) => (1 - o) * value + o * rms(row(i)) ** 2);
      C = C.map((value, j) => (1 - o) * value + o * rms(column(j)) ** 2);
      const mean = R.reduce((sum, value) => sum + value, 0) / rows;
      v = g.map((_, k) => (R[Math.floor(k / columns)]! * C[k % columns]!) / Math.max(mean, least));
    } else {
      v = v.map((value, i) => (1 - o) * value + o * g[i]! * g[i]!);
    }
    const a = Math.max(spec.epsilon[1], rms(theta)) * Math.min(rate, 1 / root(t));
    const u = g.map((value, i) => value / root(Math.max(v[i]!, least * least)));
    const by = a / Math.max(1, rms(u) / spec.clipThreshold);
    return {
      theta: theta.map((value, i) => value * (1 - rate * spec.weightDecay) - by * u[i]!),
      effective: v.map((value) => by / root(Math.max(value, least * least))),
    };
  };
}

function ruleOf(spec: SteppingSpec, shape: readonly number[], machine: number): Step {
  switch (spec.kind) {
    case 'sgdW':
      return momentumW(spec);
    case 'signSgd':
      return signed(spec);
    case 'lars':
      return layerwise(spec);
    case 'rprop':
      return resilient(spec);
    case 'asgd':
      return averaged(spec);
    case 'adagrad':
      return summed(spec);
    case 'adadelta':
      return delta(spec);
    case 'rmsprop':
      return meanSquare(spec);
    case 'ftrl':
      return leader(spec);
    case 'adafactor':
      return factored(spec, shape, machine);
    default:
      throw new Error(`no rule of ${spec.kind}`);
  }
}

/** After every step. `machine` is the distance from 1 to the next number of the type. */
export function literally(
  spec: SteppingSpec,
  shape: readonly number[],
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  rate: (t: number) => number,
  machine: number,
): Literal[] {
  const rule = ruleOf(spec, shape, machine);
  let theta = [...start];
  let near = start.map(() => false);
  return gradients.map((g, t) => {
    const found = rule(theta, [...g], t + 1, rate(t));
    theta = found.theta;
    near = near.map((one, i) => one || found.near?.[i] === true);
    return { evaluated: theta, ...found, near };
  });
}
