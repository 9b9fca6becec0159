/** Events as flat records, made into objects only where somebody looks. */
import type { FitEvent } from './events.ts';
import { logFields } from './program/kernels.ts';

const WIDTH = logFields.length + 1;

/** What an event has beyond its numbers. */
export type Extras = Pick<FitEvent, 'metrics' | 'validation'>;

const none: Extras = Object.freeze({ metrics: Object.freeze({}) });

export interface HistoryState {
  readonly records: Float64Array;
  readonly extras: readonly (readonly [event: number, extras: Extras])[];
}

export class History {
  #records = new Float64Array(16 * WIDTH);
  #length = 0;
  readonly #extras = new Map<number, Extras>();

  get length(): number {
    return this.#length;
  }

  /** When the last event was, 0 before the first. */
  get seconds(): number {
    return this.#length > 0 ? this.#records[this.#length * WIDTH - 1]! : 0;
  }

  /**
   * Appends records of the log, fields in the order of `logFields`; the last one is at `seconds`, the others are spread
   * evenly since the last event. Nothing is allocated for a record by itself.
   */
  append(log: Float64Array, from: number, count: number, seconds: number): void {
    const length = this.#length + count;
    if (length * WIDTH > this.#records.length) {
      const grown = new Float64Array(Math.max(length * WIDTH, 2 * this.#records.length));
      grown.set(this.#records);
      this.#records = grown;
    }
    const start = this.seconds;
    const records = this.#records;
    let to = this.#length * WIDTH;
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < WIDTH - 1; k++) records[to++] = log[from++]!;
      records[to++] = start + ((seconds - start) * (i + 1)) / count;
    }
    this.#length = length;
  }

  /** Adds metrics and validation to the last event. */
  extend(extras: Extras): void {
    this.#extras.set(this.#length - 1, extras);
  }

  at(i: number): FitEvent {
    const records = this.#records;
    const at = i * WIDTH;
    const { metrics, validation } = this.#extras.get(i) ?? none;
    const event = {
      epoch: records[at]!,
      step: records[at + 1]!,
      loss: records[at + 2]!,
      penalty: records[at + 3]!,
      objective: records[at + 4]!,
      rate: records[at + 5]!,
      gradientNorm: records[at + 6]!,
      metrics,
      seconds: records[at + WIDTH - 1]!,
    };
    return validation ? { ...event, validation } : event;
  }

  /** Records and what they have beyond, as plain data. */
  state(): HistoryState {
    return { records: this.#records.slice(0, this.#length * WIDTH), extras: [...this.#extras] };
  }

  /** Begins with events that were. */
  restore({ records, extras }: HistoryState): void {
    const length = records.length / WIDTH;
    this.#records = new Float64Array(Math.max(16 * WIDTH, records.length));
    this.#records.set(records);
    this.#length = length;
    for (const [i, one] of extras) this.#extras.set(i, one);
  }

  toArray(): FitEvent[] {
    return Array.from({ length: this.#length }, (_, i) => this.at(i));
  }
}
