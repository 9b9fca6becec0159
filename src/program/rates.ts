/** The rates of a run: schedules in memory, functions that are asked some steps at a time, plateaus that are told metrics. */
import type { Engine } from '../memory/engine.ts';
import { Plateau, type PlateauState } from '../plateau.ts';
import { findPlateau, type Rate } from '../schedules.ts';
import { metricMode } from './metrics.ts';
import { askRate, scheduleBytes, TABLE_STEPS, writePlateau, writeSchedule, writeTable } from './schedule.ts';

/** The rate of one group. */
interface GroupRate {
  readonly rate: Rate;
  /** Where its nodes lie; behind them the table of a function. */
  readonly node: number;
  readonly plateau: { readonly machine: Plateau; readonly monitor: string } | undefined;
}

export class Rates {
  readonly #engine: Engine;
  readonly #stepsPerEpoch: number;
  readonly #groups: GroupRate[] = [];
  /** Steps before this one have their rates. */
  #known = 0;

  constructor(engine: Engine, stepsPerEpoch: number) {
    this.#engine = engine;
    this.#stepsPerEpoch = stepsPerEpoch;
  }

  /** Writes the rate of group `i`; returns where. */
  write(i: number, rate: Rate): number {
    const asked = typeof rate === 'function';
    const node = this.#engine.arena.allocate(scheduleBytes(rate) + (asked ? TABLE_STEPS * 8 : 0));
    if (!asked) writeSchedule(this.#engine, node, rate, this.#stepsPerEpoch);
    const spec = findPlateau(rate);
    const monitor = spec?.monitor ?? '';
    const plateau = spec && { machine: new Plateau(spec, metricMode(monitor.split('.').at(-1)!)), monitor };
    if (this.#groups[i]) this.#engine.arena.free(this.#groups[i].node);
    this.#groups[i] = { rate, node, plateau };
    this.#known = 0;
    return node;
  }

  /** Where the rate of group `i` lies. */
  node(i: number): number {
    return this.#groups[i]!.node;
  }

  get #asks(): boolean {
    return this.#groups.some(({ rate }) => typeof rate === 'function');
  }

  /** Asks functions again from here on. */
  forget(): void {
    this.#known = 0;
  }

  /**
   * Asks functions about the steps from `from` on, at most `most`, unless they have been asked about this one. What they
   * throw about a later step counts when that step comes.
   * @returns the step before which rates are known.
   */
  ask(from: number, most: number): number {
    if (!this.#asks) return Infinity;
    if (from < this.#known) return this.#known;
    let count = Math.min(TABLE_STEPS, most);
    for (const { rate, node } of this.#groups) {
      if (typeof rate !== 'function') continue;
      const rates: number[] = [];
      try {
        while (rates.length < count) rates.push(askRate(rate, from + rates.length));
      } catch (error) {
        if (rates.length === 0) throw error;
      }
      const table = node + scheduleBytes(rate);
      // The function may use the engine itself: memory is looked at behind it.
      this.#engine.f64.set(rates, table >>> 3);
      writeTable(this.#engine, node, from, table);
      count = rates.length;
    }
    this.#known = from + count;
    return this.#known;
  }

  /** Rates of the groups. */
  get given(): readonly Rate[] {
    return this.#groups.map(({ rate }) => rate);
  }

  /** What plateaus watch. */
  get monitors(): readonly string[] {
    return this.#groups.flatMap(({ plateau }) => plateau?.monitor ?? []);
  }

  /** Tells plateaus what they watch. @param rateOf the rate of a group in force. */
  observe(value: (monitor: string) => number, rateOf: (group: number) => number): void {
    this.#groups.forEach(({ plateau, node }, i) => {
      const factor = plateau?.machine.update(value(plateau.monitor), rateOf(i));
      if (factor !== undefined) writePlateau(this.#engine, node, factor);
    });
  }

  /** Where plateaus stand, null for groups without. */
  get state(): readonly (PlateauState | null)[] {
    return this.#groups.map(({ plateau }) => plateau?.machine.state() ?? null);
  }

  set state(states: readonly (PlateauState | null)[]) {
    this.#groups.forEach(({ plateau, node }, i) => {
      const state = states[i];
      if (!plateau || !state) return;
      plateau.machine.restore(state);
      writePlateau(this.#engine, node, state.factor);
    });
  }

  release(): void {
    for (const { node } of this.#groups) this.#engine.arena.free(node);
    this.#groups.length = 0;
  }
}
