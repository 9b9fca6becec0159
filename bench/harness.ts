/**
 * Times ours against the plain loops: both warmed up past tier-up, then short rounds in turn in one process, so that what
 * disturbs one disturbs the other. A ratio is taken within each round. No time is believed before the results agree.
 */
import { Bench } from 'tinybench';

export interface Case {
  readonly name: string;
  /** What a time is per: `step`, `epoch`, `element`. */
  readonly unit: string;
  /** How many units one call does. */
  readonly work: number;
  /** How many units a call of the plain loop does, if not as many: where that takes minutes. */
  readonly plainWork?: number;
  /** Called over and over: must cost the same each time, so parameters must not run off to infinity or to subnormals. */
  readonly ours: () => unknown;
  readonly plain: () => unknown;
  /** Throws where the results of the two differ. Makes its own start; called before and after the timing. */
  readonly agree: () => void;
  /** Ratio plain / ours below which we do not ship. */
  readonly floor?: number;
  /** Ratio to aim at. */
  readonly goal?: number;
  /** What no program can beat here, such as only reading the data. */
  readonly limit?: () => unknown;
  /** ours / limit above which we do not ship. */
  readonly most?: number;
}

/** Median over the rounds and the middle half of them. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Times are nanoseconds per unit. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly ours: Spread;
  readonly plain: Spread;
  /** plain / ours: how many times faster ours is. */
  readonly ratio: Spread;
  readonly floor?: number;
  readonly goal?: number;
  readonly most?: number;
  /** The median ratio is at least the floor, and that to the limit at most what is allowed. */
  readonly reached?: boolean;
  readonly limit?: Spread;
  /** ours / limit: 1 is the best there can be. */
  readonly overLimit?: Spread;
}

export interface Effort {
  readonly rounds: number;
  /** Milliseconds for one contender in one round, at least. */
  readonly roundTime: number;
  /** Warm-up goes on for at least so many milliseconds and calls, but not beyond `warmupLimit`. */
  readonly warmupTime: number;
  readonly warmupCalls: number;
  readonly warmupLimit: number;
}

export const full: Effort = { rounds: 9, roundTime: 25, warmupTime: 300, warmupCalls: 60, warmupLimit: 3000 };
export const smoke: Effort = { rounds: 2, roundTime: 2, warmupTime: 5, warmupCalls: 2, warmupLimit: 20 };

/** A sample is at least so long, in milliseconds: the clock is good for far less. */
const SAMPLE = 0.05;

/** The last result: seen from outside, so that no call can be left out. */
export let kept: unknown;

function warmUp(run: () => unknown, effort: Effort): void {
  const start = performance.now();
  for (let calls = 1; ; calls++) {
    kept = run();
    const elapsed = performance.now() - start;
    if (elapsed >= effort.warmupLimit || (elapsed >= effort.warmupTime && calls >= effort.warmupCalls)) return;
  }
}

function timeOf(run: () => unknown, calls: number): number {
  const start = performance.now();
  for (let i = 0; i < calls; i++) kept = run();
  return performance.now() - start;
}

/** A task that calls `run` often enough for one sample, and reports the time of one call. */
function batched(run: () => unknown) {
  let calls = 1;
  while (timeOf(run, calls) < SAMPLE) calls *= 2;
  return () => {
    const elapsed = timeOf(run, calls);
    return { overriddenDuration: elapsed / calls, overriddenIterationCost: elapsed };
  };
}

/** Quantile by linear interpolation of sorted values. */
function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)]!;
  return below + (at % 1) * (sorted[Math.ceil(at)]! - below);
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

/** Runs one case. Throws what `agree` throws. */
export function measure(subject: Case, effort: Effort = full): Row {
  subject.agree();
  const contenders = [subject.ours, subject.plain, ...(subject.limit ? [subject.limit] : [])];
  const works = [subject.work, subject.plainWork ?? subject.work, subject.work];
  for (const run of contenders) warmUp(run, effort);
  const bench = new Bench({ time: effort.roundTime, iterations: 1, warmup: false, throws: true });
  contenders.forEach((run, i) => {
    bench.add(String(i), batched(run), { async: false });
  });
  const times: number[][] = contenders.map(() => []);
  for (let round = 0; round < effort.rounds; round++) {
    bench.reset();
    bench.runSync().forEach(({ result }, i) => {
      if (result.state !== 'completed') throw new Error(`${subject.name}: a round ended as ${result.state}`);
      times[i]!.push((result.latency.p50 * 1e6) / works[i]!);
    });
  }
  subject.agree();

  const [ours = [], plain = [], limit] = times;
  const ratio = spread(plain.map((time, round) => time / ours[round]!));
  const overLimit = limit && spread(ours.map((time, round) => time / limit[round]!));
  const { name, unit, floor, goal, most } = subject;
  const claims = floor !== undefined || most !== undefined;
  const reached = !(ratio.median < (floor ?? 0)) && !(overLimit && overLimit.median > (most ?? Infinity));
  return {
    name,
    unit,
    ours: spread(ours),
    plain: spread(plain),
    ratio,
    ...(floor !== undefined && { floor }),
    ...(most !== undefined && { most }),
    ...(claims && { reached }),
    ...(goal !== undefined && { goal }),
    ...(limit && { limit: spread(limit), overLimit: overLimit! }),
  };
}

/** Throws where two arrays differ by more than `tolerance` of the largest value. */
export function same(ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance: number, what: string): void {
  let largest = 0;
  let off = 0;
  for (let i = 0; i < theirs.length; i++) {
    largest = Math.max(largest, Math.abs(theirs[i]!));
    off = Math.max(off, Math.abs(ours[i]! - theirs[i]!));
  }
  if (!(off <= tolerance * largest))
    throw new Error(`${what}: results differ by ${off / largest} of the largest value`);
}
