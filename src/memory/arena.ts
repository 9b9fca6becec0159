/**
 * Linear memory of one engine: blocks from `base` on, 64-byte aligned, in size classes with free lists.
 *
 *   0 … base        tables of the module
 *   base … top      blocks, in use or on a free list
 *   top … end       never used since the arena was last empty
 *
 * A class is a quarter of a power of two, so a block wastes at most a fifth; above 1 MiB it is a multiple of 64 KiB.
 * When the last block is given back the arena starts anew at `base`. Growth has one place: `#advance`.
 */
import { OutOfMemoryError } from '../errors.ts';

const PAGE = 65536;
const ALIGN = 64;
const LARGE = 1 << 20;
const LIMIT = 2 ** 32;

/** The part of `WebAssembly.Memory` that an arena uses. */
export interface GrowableMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

const roundUp = (bytes: number, unit: number): number => Math.ceil(bytes / unit) * unit;

/** Bytes of the class that `bytes` falls into. */
export function sizeClass(bytes: number): number {
  if (bytes <= 4 * ALIGN) return Math.max(roundUp(bytes, ALIGN), ALIGN);
  if (bytes > LARGE) return roundUp(bytes, PAGE);
  const quarter = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2);
  return roundUp(bytes, Math.max(quarter, ALIGN));
}

export class Arena {
  readonly #memory: GrowableMemory;
  readonly #base: number;
  readonly #free = new Map<number, number[]>();
  readonly #sizes = new Map<number, number>();
  readonly #scopes: number[][] = [];
  #top: number;
  #used = 0;

  constructor(memory: GrowableMemory, base: number) {
    this.#memory = memory;
    this.#base = roundUp(base, ALIGN);
    this.#top = this.#base;
  }

  /** Bytes in blocks that are in use. */
  get used(): number {
    return this.#used;
  }

  /** Blocks in use. */
  get blocks(): number {
    return this.#sizes.size;
  }

  /** Whether nothing is in use or about to be. */
  get idle(): boolean {
    return this.#sizes.size + this.#scopes.length === 0;
  }

  /** Bytes of linear memory. */
  get size(): number {
    return this.#memory.buffer.byteLength;
  }

  /** A block of at least `bytes`, contents undefined. Throws {@link OutOfMemoryError}; nothing has changed then. */
  allocate(bytes: number): number {
    const size = sizeClass(bytes);
    const pointer = this.#free.get(size)?.pop() ?? this.#advance(size);
    this.#sizes.set(pointer, size);
    this.#used += size;
    this.#scopes.at(-1)?.push(pointer);
    return pointer;
  }

  /** Gives a block back. */
  free(pointer: number): void {
    const size = this.#sizes.get(pointer);
    if (size === undefined) throw new RangeError(`no block in use at ${pointer}`);
    this.#sizes.delete(pointer);
    this.#used -= size;
    if (this.#sizes.size === 0) {
      this.#free.clear();
      this.#top = this.#base;
    } else if (pointer + size === this.#top) {
      this.#top = pointer;
    } else {
      const list = this.#free.get(size);
      if (list) list.push(pointer);
      else this.#free.set(size, [pointer]);
    }
  }

  /** Runs `body` and gives back every block that it allocated and did not free. */
  scope<R>(body: () => R): R {
    const mine: number[] = [];
    this.#scopes.push(mine);
    try {
      return body();
    } finally {
      this.#scopes.splice(this.#scopes.lastIndexOf(mine), 1);
      for (let i = mine.length - 1; i >= 0; i--) if (this.#sizes.has(mine[i]!)) this.free(mine[i]!);
    }
  }

  /** Grows once, so that `bytes` more can be allocated without growing. */
  reserve(bytes: number): void {
    this.#grow(this.#top + roundUp(bytes, ALIGN), bytes);
  }

  #advance(size: number): number {
    const pointer = this.#top;
    this.#grow(pointer + size, size);
    this.#top = pointer + size;
    return pointer;
  }

  #grow(end: number, asked: number): void {
    const size = this.size;
    if (end <= size) return;
    const advice = 'use a smaller batch or data set, f32 in place of f64, or a second engine';
    const refuse = (limit: string, all: number): never => {
      throw new OutOfMemoryError(
        `out of memory: ${asked} bytes asked, ${this.#used} in use of ${size}, ${limit}; ${advice}`,
        all - this.#used,
      );
    };
    if (end > LIMIT) refuse('4 GiB is the limit of 32-bit WebAssembly', LIMIT);
    try {
      // A quarter more than needed, where it can be had, so that growth is rare.
      const generous = Math.min(end + (end >>> 2), LIMIT);
      try {
        this.#memory.grow(Math.ceil((generous - size) / PAGE));
      } catch {
        this.#memory.grow(Math.ceil((end - size) / PAGE));
      }
    } catch {
      refuse('the host gives no more', size);
    }
  }
}
