/** Events as flat records, made into objects only where somebody looks. */
import type { FitEvent } from './events.ts';
import { logFields } from './program/kernels.ts';

const WIDTH = logFields.length + 1;

/** What an event has beyond its numbers. */
export type Extras = Pick<FitEvent, 'metrics' | 'validation'>;

const none: Extras = Object.freeze({ metrics: Object.freeze({}) });

export class History {
  #records = new Float64Array(16 * WIDTH);
  #length = 0;
  readonly #extras = new Map<number, Extras>();

  get length(): number {
    return this.#length;
  }

  /** Appends a record of the log, fields in the order of `logFields`. */
  push(record: ArrayLike<number>, seconds: number): void {
    const at = this.#length * WIDTH;
    if (at === this.#records.length) {
      const grown = new Float64Array(2 * this.#records.length);
      grown.set(this.#records);
      this.#records = grown;
    }
    this.#records.set(record, at);
    this.#records[at + WIDTH - 1] = seconds;
    this.#length++;
  }

  /** Adds metrics and validation to the last event. */
  extend(extras: Extras): void {
    this.#extras.set(this.#length - 1, extras);
  }

  at(i: number): FitEvent {
    const [epoch, step, loss, penalty, objective, rate, gradientNorm, , seconds] = this.#records.subarray(
      i * WIDTH,
      (i + 1) * WIDTH,
    ) as unknown as [number, number, number, number, number, number, number, number, number];
    const { metrics, validation } = this.#extras.get(i) ?? none;
    const event = { epoch, step, loss, penalty, objective, rate, gradientNorm, metrics, seconds };
    return validation ? { ...event, validation } : event;
  }

  toArray(): FitEvent[] {
    return Array.from({ length: this.#length }, (_, i) => this.at(i));
  }
}
