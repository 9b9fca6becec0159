/** A run that goes on in slices, so that the event loop breathes. */
import type { Checkpoint } from './checkpoint.ts';
import type { FitEvent, FitResult } from './events.ts';
import type { Training } from './fit.ts';
import { type Rate, rate } from './schedules.ts';
import { take } from './spec.ts';

/** Milliseconds of a slice: half of what a page has for a frame. */
const SLICE = 8;

/** Work units of one entry to the module, by the clock between these. */
const LEAST = 2 ** 16;
const MOST = 2 ** 26;

interface Scheduler {
  setImmediate?(callback: () => void): unknown;
}

/**
 * Lets everything else that waits have its turn. Not by `scheduler.yield`: what follows it comes before timers and
 * messages in Chromium, so that these would wait until the run has ended.
 */
async function breathe(): Promise<void> {
  const host = globalThis as Scheduler;
  try {
    if (host.setImmediate) return await new Promise((resolve) => host.setImmediate!(resolve));
    if (typeof MessageChannel === 'function') {
      return await new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          resolve();
        };
        port2.postMessage(null);
      });
    }
  } catch {
    // The edge runtime of Next has both, and they only throw.
  }
  return new Promise((resolve) => setTimeout(resolve, 0));
}

const clock = (): number => (typeof performance === 'object' ? performance.now() : Date.now());

/**
 * A training run. It starts at the call of `fit`, can be awaited (its result) and iterated (its events, from the first
 * on, as they come; leaving the loop aborts). An abort resolves, it never rejects; values that are not finite and errors
 * of callbacks reject.
 */
export class Run<R extends FitResult = FitResult> implements PromiseLike<R>, AsyncIterable<FitEvent> {
  readonly #training: Training;
  readonly #done: Promise<R>;
  #settled = false;
  #wake: (() => void)[] = [];

  /** @internal */
  constructor(training: Training) {
    this.#training = training;
    this.#done = this.#drive();
  }

  async #drive(): Promise<R> {
    try {
      let budget = 2 ** 20;
      await breathe();
      for (;;) {
        const start = clock();
        let work = 0;
        let before = start;
        do {
          const { loading } = this.#training;
          const ended = this.#training.advance(budget);
          if (this.#training.pending) await this.#training.written();
          if (ended) return this.#training.result as R;
          work += budget;
          const after = clock();
          const took = after - before;
          // A call that took no time has not used up its budget, and says nothing about it.
          if (!loading && took > SLICE / 64 && took < SLICE / 4) budget = Math.min(2 * budget, MOST);
          else if (!loading && took > SLICE / 2) budget = Math.max(budget / 2, LEAST);
          before = after;
        } while (before - start < SLICE - 1 && work < 2 * MOST);
        this.#notify();
        await breathe();
      }
    } finally {
      this.#settled = true;
      this.#notify();
    }
  }

  #notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }

  /**
   * Gives all parameters, or those of one group, another rate from the next step on. Steps go on counting. After the end
   * it changes nothing.
   * @param group position among the groups; the parameters that no group names come first.
   * @throws {ArgumentError} if it is no rate, there is no such group, or the run is a line search.
   */
  setLearningRate(value: Rate, group?: number): void {
    this.#training.setRate(take(rate(), value, 'learningRate'), group);
  }

  /**
   * Where the run stands, as plain data: `resume` goes on from it, in another process as well, to the same bits. Can be
   * called at any time until the run ends, also from `onStep` and `onEpoch`; the step that has begun is ended first.
   * @throws {ArgumentError} when the run has ended, on what `minimizeAsync` returned, if a step of a pipeline has no
   * `state()`.
   */
  checkpoint(): Checkpoint {
    return this.#training.checkpoint();
  }

  /** Ends the run within one slice; it resolves with `stopReason` `'aborted'`, and the model keeps what it has learned. */
  abort(): void {
    this.#training.abort();
  }

  // biome-ignore lint/suspicious/noThenProperty: a run is awaitable by design
  then<A = R, B = never>(
    fulfilled?: ((result: R) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#done.then(fulfilled, rejected);
  }

  catch<B = never>(rejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<R | B> {
    return this.#done.catch(rejected);
  }

  finally(body?: (() => void) | null): Promise<R> {
    return this.#done.finally(body);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FitEvent, void, undefined> {
    // An error is thrown into the loop; it need not be caught a second time.
    this.#done.catch(() => {});
    const { history } = this.#training;
    let seen = this.#training.firstEvent;
    try {
      for (;;) {
        while (seen < this.#training.events) yield history.at(seen++);
        if (this.#settled) break;
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
      await this.#done;
    } finally {
      if (!this.#settled) this.abort();
    }
  }
}
