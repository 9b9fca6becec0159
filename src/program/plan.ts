/** Where values lie that live for a while only: those that never live at the same time share their place. */
import { padded } from './layout.ts';

/** Bytes that are needed from one time to another, both included. */
export interface Stay {
  readonly bytes: number;
  from: number;
  to: number;
}

/** Gives every stay a place: largest first, each as low as it fits. Returns the bytes of the whole. */
export function place(stays: readonly Stay[], at: Map<Stay, number>): number {
  let end = 0;
  const placed: Stay[] = [];
  for (const stay of [...stays].sort((a, b) => b.bytes - a.bytes)) {
    const others = placed
      .filter(({ from, to }) => from <= stay.to && stay.from <= to)
      .sort((a, b) => at.get(a)! - at.get(b)!);
    let offset = 0;
    for (const other of others) {
      if (at.get(other)! - offset >= stay.bytes) break;
      offset = Math.max(offset, at.get(other)! + padded(other.bytes, 64));
    }
    at.set(stay, offset);
    placed.push(stay);
    end = Math.max(end, offset + padded(stay.bytes, 64));
  }
  return end;
}
