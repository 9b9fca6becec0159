/**
 * The Adam line as the papers and the originals write it, one parameter, in f64: running products for powers, a division
 * wherever there is one. What is told apart here (where ε stands, what is corrected) is told apart in those.
 */
import type { SteppingSpec } from '#src/optimizers.js';

export interface Traced {
  readonly theta: number;
  /** What the corrected mean of the gradient is multiplied by. */
  readonly effective: number;
}

type Options = Readonly<Record<string, number>> & { readonly decoupled?: boolean };

/** One update of m and what else there is; returns the next θ and the effective step. */
type Rule = (g: number, theta: number, t: number, rate: number) => Traced;

function adam(o: Options, { max = false, decoupled = false } = {}): Rule {
  let [m, v, top, p1, p2] = [0, 0, 0, 1, 1];
  return (gradient, theta, _t, rate) => {
    const g = decoupled ? gradient : gradient + o.weightDecay! * theta;
    const from = decoupled ? theta * (1 - rate * o.weightDecay!) : theta;
    p1 *= o.beta1!;
    p2 *= o.beta2!;
    m = o.beta1! * m + (1 - o.beta1!) * g;
    v = o.beta2! * v + (1 - o.beta2!) * g * g;
    top = Math.max(top, v);
    const effective = rate / (Math.sqrt((max ? top : v) / (1 - p2)) + o.epsilon!);
    return { theta: from - effective * (m / (1 - p1)), effective };
  };
}

function adamax(o: Options): Rule {
  let [m, u, p1] = [0, 0, 1];
  return (gradient, theta, _t, rate) => {
    const g = gradient + o.weightDecay! * theta;
    p1 *= o.beta1!;
    m = o.beta1! * m + (1 - o.beta1!) * g;
    u = Math.max(o.beta2! * u, Math.abs(g) + o.epsilon!);
    return { theta: theta - ((rate / (1 - p1)) * m) / u, effective: rate / u };
  };
}

function nadam(o: Options): Rule {
  let [m, v, p2, product] = [0, 0, 1, 1];
  return (gradient, theta, t, rate) => {
    const g = o.decoupled ? gradient : gradient + o.weightDecay! * theta;
    const from = o.decoupled ? theta * (1 - rate * o.weightDecay!) : theta;
    const now = o.beta1! * (1 - 0.5 * 0.96 ** (t * o.momentumDecay!));
    const next = o.beta1! * (1 - 0.5 * 0.96 ** ((t + 1) * o.momentumDecay!));
    product *= now;
    p2 *= o.beta2!;
    m = o.beta1! * m + (1 - o.beta1!) * g;
    v = o.beta2! * v + (1 - o.beta2!) * g * g;
    const d = Math.sqrt(v / (1 - p2)) + o.epsilon!;
    const moved = ((rate * (1 - now)) / (1 - product)) * (g / d) + ((rate * next) / (1 - product * next)) * (m / d);
    return { theta: from - moved, effective: rate / d };
  };
}

function radam(o: Options): Rule {
  let [m, v, p1, p2] = [0, 0, 1, 1];
  const limit = 2 / (1 - o.beta2!) - 1;
  return (gradient, theta, t, rate) => {
    const g = o.decoupled ? gradient : gradient + o.weightDecay! * theta;
    const from = o.decoupled ? theta * (1 - rate * o.weightDecay!) : theta;
    p1 *= o.beta1!;
    p2 *= o.beta2!;
    m = o.beta1! * m + (1 - o.beta1!) * g;
    v = o.beta2! * v + (1 - o.beta2!) * g * g;
    const length = limit - (2 * t * p2) / (1 - p2);
    let effective = rate;
    if (length > 5) {
      const r = Math.sqrt(((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length));
      effective = (rate * r * Math.sqrt(1 - p2)) / (Math.sqrt(v) + o.epsilon!);
    }
    return { theta: from - effective * (m / (1 - p1)), effective };
  };
}

function adaBelief(o: Options): Rule {
  let [m, s, p1, p2] = [0, 0, 1, 1];
  return (g, theta, _t, rate) => {
    p1 *= o.beta1!;
    p2 *= o.beta2!;
    m = o.beta1! * m + (1 - o.beta1!) * g;
    s = o.beta2! * s + (1 - o.beta2!) * (g - m) ** 2 + o.epsilon!;
    const effective = rate / (Math.sqrt(s / (1 - p2)) + o.epsilon!);
    return { theta: theta * (1 - rate * o.weightDecay!) - effective * (m / (1 - p1)), effective };
  };
}

function yogi(o: Options): Rule {
  let [m, v, p1, p2] = [o.initialAccumulator!, o.initialAccumulator!, 1, 1];
  return (gradient, theta, _t, rate) => {
    const g = gradient + o.weightDecay! * theta;
    p1 *= o.beta1!;
    p2 *= o.beta2!;
    m = o.beta1! * m + (1 - o.beta1!) * g;
    v -= (1 - o.beta2!) * Math.sign(v - g * g) * g * g;
    const effective = rate / (Math.sqrt(v / (1 - p2)) + o.epsilon!);
    return { theta: theta - effective * (m / (1 - p1)), effective };
  };
}

function lion(o: Options): Rule {
  let m = 0;
  return (g, theta, _t, rate) => {
    const step = rate * Math.sign(o.beta1! * m + (1 - o.beta1!) * g);
    m = o.beta2! * m + (1 - o.beta2!) * g;
    return { theta: theta * (1 - rate * o.weightDecay!) - step, effective: 0 };
  };
}

function adan(o: Options): Rule {
  let [m, v, n, last, p1, p2, p3] = [0, 0, 0, 0, 1, 1, 1];
  return (g, theta, t, rate) => {
    const difference = t === 1 ? 0 : g - last;
    last = g;
    p1 *= o.beta1!;
    p2 *= o.beta2!;
    p3 *= o.beta3!;
    m = o.beta1! * m + (1 - o.beta1!) * g;
    v = o.beta2! * v + (1 - o.beta2!) * difference;
    n = o.beta3! * n + (1 - o.beta3!) * (g + o.beta2! * difference) ** 2;
    const effective = rate / (Math.sqrt(n / (1 - p3)) + o.epsilon!);
    const moved = theta - effective * (m / (1 - p1) + (o.beta2! * v) / (1 - p2));
    return { theta: moved / (1 + rate * o.weightDecay!), effective };
  };
}

function adEMAMix(o: Options): Rule {
  let [m, s, v, p1, p2] = [0, 0, 0, 1, 1];
  return (g, theta, t, rate) => {
    let [alpha, beta3] = [o.alpha!, o.beta3!];
    if (o.T !== null) {
      const [x, log1, log3] = [t / o.T!, Math.log(o.beta1!), Math.log(o.beta3!)];
      alpha = Math.min(x * o.alpha!, o.alpha!);
      beta3 = Math.min(Math.exp((log1 * log3) / ((1 - x) * log3 + x * log1)), o.beta3!);
    }
    p1 *= o.beta1!;
    p2 *= o.beta2!;
    m = o.beta1! * m + (1 - o.beta1!) * g;
    s = beta3 * s + (1 - beta3) * g;
    v = o.beta2! * v + (1 - o.beta2!) * g * g;
    const effective = rate / (Math.sqrt(v / (1 - p2)) + o.epsilon!);
    const moved = effective * (m / (1 - p1) + alpha * s) + rate * o.weightDecay! * theta;
    return { theta: theta - moved, effective };
  };
}

const rules: Readonly<Record<string, (o: Options) => Rule>> = {
  adam: (o) => adam(o, { max: Boolean(o.amsgrad) }),
  adamW: (o) => adam(o, { max: Boolean(o.amsgrad), decoupled: true }),
  adamax,
  nadam,
  radam,
  adaBelief,
  yogi,
  lion,
  adan,
  adEMAMix,
};

/** θ and the effective step after each gradient of one parameter. */
export function literal(
  spec: SteppingSpec,
  start: number,
  gradients: readonly number[],
  rate: (t: number) => number,
): Traced[] {
  const options = spec as unknown as Options & { readonly maximize: boolean };
  const rule = rules[spec.kind]!(options);
  let theta = start;
  return gradients.map((g, t) => {
    const step = rule(options.maximize ? -g : g, theta, t + 1, rate(t));
    theta = step.theta;
    return step;
  });
}
