/** The same steps here and in plain JavaScript: results compared, then both timed in turn. */
import { fixed } from './screen.ts';

type Numbers = ArrayLike<number>;

export interface Contest {
  /** What is done: `100 steps`. */
  readonly what: string;
  /** Fits from the start, copying and standardising the data included; gives weights and intercepts. */
  readonly ours: () => Iterable<number>;
  /** The same on data that are already standardised. */
  readonly plain: () => Iterable<number>;
  /** Largest difference of a parameter, relative to the largest parameter. */
  readonly tolerance: number;
}

export interface Outcome {
  readonly what: string;
  /** Milliseconds. */
  readonly ours: number;
  readonly plain: number;
  /** plain / ours, the median over rounds. */
  readonly ratio: number;
  readonly difference: number;
}

export interface Effort {
  /** Milliseconds to warm up each. */
  readonly warmup: number;
  readonly rounds: number;
}

function timeOf(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function median(values: Numbers): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1]!;
}

/** @throws {Error} if the two do not agree. */
export function compete({ what, ours, plain, tolerance }: Contest, { warmup, rounds }: Effort): Outcome {
  const [a, b] = [[...ours()], [...plain()]];
  const largest = Math.max(...b.map(Math.abs));
  const difference = Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) / largest;
  if (a.length !== b.length || !(difference <= tolerance)) {
    throw new Error(`${what}: expected parameters equal to ${tolerance}, got a difference of ${difference}`);
  }
  for (const run of [ours, plain]) for (let spent = 0; spent < warmup; ) spent += timeOf(run);
  const times = Array.from({ length: rounds }, () => [timeOf(ours), timeOf(plain)] as const);
  return {
    what,
    ours: median(times.map(([time]) => time)),
    plain: median(times.map(([, time]) => time)),
    ratio: median(times.map(([time, other]) => other / time)),
    difference,
  };
}

export function describe({ what, ours, plain, ratio, difference }: Outcome): string {
  const digits = ours < 10 ? 1 : 0;
  const times = `${what}: ${fixed(ours, digits)} ms here, ${fixed(plain, digits)} ms in plain JavaScript`;
  return `${times}, ${ratio.toFixed(1)} times as long. Parameters agree to ${difference.toExponential(0)}.`;
}
