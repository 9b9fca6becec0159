/** Events as flat records, made into objects only where somebody looks. */
import type { FitEvent } from './events.ts';
import { logFields } from './program/kernels.ts';

const WIDTH = logFields.length;

/** What an event has beyond its numbers. */
export type Extras = Pick<FitEvent, 'metrics' | 'validation'>;

const none: Extras = Object.freeze({ metrics: Object.freeze({}) });

/** Records of a page. */
const PAGE = 256;

/** Records one behind the other, each with when it was, and what they have beyond. */
export interface HistoryState {
  readonly records: Float64Array;
  readonly extras: readonly (readonly [event: number, extras: Extras])[];
}

/** Records page by page, so that none is copied again as they become many; behind those of a page when each was. */
export class History {
  readonly #pages: Float64Array[] = [];
  #length = 0;
  readonly #extras = new Map<number, Extras>();

  get length(): number {
    return this.#length;
  }

  /** When the last event was, 0 before the first. */
  get seconds(): number {
    return this.#length > 0 ? this.#secondsOf(this.#length - 1) : 0;
  }

  #field(i: number, k: number): number {
    return this.#pages[Math.floor(i / PAGE)]![(i % PAGE) * WIDTH + k]!;
  }

  #secondsOf(i: number): number {
    return this.#pages[Math.floor(i / PAGE)]![PAGE * WIDTH + (i % PAGE)]!;
  }

  /**
   * Appends records of the log, fields in the order of `logFields`; the last one is at `seconds`, the others are spread
   * evenly since the last event. Nothing is allocated for a record by itself.
   */
  append(log: Float64Array, from: number, count: number, seconds: number): void {
    const start = this.seconds;
    let done = 0;
    while (done < count) {
      const at = this.#length % PAGE;
      if (at === 0) this.#pages.push(new Float64Array(PAGE * (WIDTH + 1)));
      const page = this.#pages.at(-1)!;
      const n = Math.min(count - done, PAGE - at);
      page.set(log.subarray(from + done * WIDTH, from + (done + n) * WIDTH), at * WIDTH);
      for (let i = at; i < at + n; i++) page[PAGE * WIDTH + i] = start + ((seconds - start) * ++done) / count;
      this.#length += n;
    }
  }

  /** Adds metrics and validation to the last event. */
  extend(extras: Extras): void {
    this.#extras.set(this.#length - 1, extras);
  }

  at(i: number): FitEvent {
    const { metrics, validation } = this.#extras.get(i) ?? none;
    const event = {
      epoch: this.#field(i, 0),
      step: this.#field(i, 1),
      loss: this.#field(i, 2),
      penalty: this.#field(i, 3),
      objective: this.#field(i, 4),
      rate: this.#field(i, 5),
      gradientNorm: this.#field(i, 6),
      metrics,
      seconds: this.#secondsOf(i),
    };
    return validation ? { ...event, validation } : event;
  }

  /** Records and what they have beyond, as plain data. */
  state(): HistoryState {
    const records = new Float64Array(this.#length * (WIDTH + 1));
    for (let i = 0; i < this.#length; i++) {
      for (let k = 0; k < WIDTH; k++) records[i * (WIDTH + 1) + k] = this.#field(i, k);
      records[i * (WIDTH + 1) + WIDTH] = this.#secondsOf(i);
    }
    return { records, extras: [...this.#extras] };
  }

  /** Begins with events that were. */
  restore({ records, extras }: HistoryState): void {
    for (let at = 0; at < records.length; at += WIDTH + 1) this.append(records, at, 1, records[at + WIDTH]!);
    for (const [i, one] of extras) this.#extras.set(i, one);
  }

  toArray(): FitEvent[] {
    return Array.from({ length: this.#length }, (_, i) => this.at(i));
  }
}
