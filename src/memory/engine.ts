/** One instance of the module with its memory: arena, views, calls. The only place that touches `memory.buffer`. */
import { instantiateSync } from '@assemblyscript/loader';
import { UnsupportedError } from '../errors.ts';
import type { Field } from '../spec.ts';
import { Arena } from './arena.ts';
import { load, strict } from './module.ts';

/** Precision of parameters and data. */
export type Dtype = 'f32' | 'f64';

/** What the module exports: the walker. Kernels are called by ops only. */
export interface Exports {
  run(control: number, turns: number, budget: number): number;
  walk(control: number, budget: number): number;
  heapBase(): number;
}

const INITIAL_PAGES = 2;
const MAXIMUM_PAGES = 65536;

/** An idle memory above this is dropped: linear memory cannot shrink. */
const IDLE_BYTES = 64 * 2 ** 20;

/** What there is once the module runs. */
interface Instance {
  readonly exports: Exports;
  readonly memory: WebAssembly.Memory;
  readonly arena: Arena;
}

function instantiate(module: WebAssembly.Module): Instance {
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAXIMUM_PAGES });
  try {
    const exports = instantiateSync(module, { env: { memory } }).exports as unknown as Exports;
    return { exports, memory, arena: new Arena(memory, exports.heapBase() >>> 0) };
  } catch (error) {
    throw new UnsupportedError(`the WebAssembly module could not be instantiated: ${String(error)}`, { cause: error });
  }
}

/**
 * An instance of the module with a memory of its own, made at its first use. Without arguments it is strict.
 */
export class Engine {
  readonly #module: () => WebAssembly.Module;
  #instance: Instance | undefined;
  #u8 = new Uint8Array(0);
  #i32!: Int32Array;
  #u32!: Uint32Array;
  #f32!: Float32Array;
  #f64!: Float64Array;

  /** @param module the module, or what gives it at the first use. */
  constructor(module: WebAssembly.Module | (() => WebAssembly.Module) = strict) {
    this.#module = typeof module === 'function' ? (module as () => WebAssembly.Module) : () => module;
  }

  get #running(): Instance {
    this.#instance ??= instantiate(load(this.#module));
    return this.#instance;
  }

  /** @internal @throws {UnsupportedError} where the module cannot run. */
  get exports(): Exports {
    return this.#running.exports;
  }

  /** @internal */
  get arena(): Arena {
    return this.#running.arena;
  }

  get #buffer(): ArrayBuffer {
    return this.#running.memory.buffer;
  }

  /** Itself; an idle memory that is large has been dropped. @internal */
  rested(): this {
    const arena = this.#instance?.arena;
    if (arena?.idle && arena.size > IDLE_BYTES) this.#instance = undefined;
    return this;
  }

  #view(): void {
    const buffer = this.#buffer;
    this.#u8 = new Uint8Array(buffer);
    this.#i32 = new Int32Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#f32 = new Float32Array(buffer);
    this.#f64 = new Float64Array(buffer);
  }

  /** All of memory as bytes. Like every view here: valid until memory grows, so never kept across a call that may grow it. */
  get u8(): Uint8Array {
    if (this.#u8.buffer !== this.#buffer) this.#view();
    return this.#u8;
  }

  get i32(): Int32Array {
    if (this.#u8.buffer !== this.#buffer) this.#view();
    return this.#i32;
  }

  get u32(): Uint32Array {
    if (this.#u8.buffer !== this.#buffer) this.#view();
    return this.#u32;
  }

  get f32(): Float32Array {
    if (this.#u8.buffer !== this.#buffer) this.#view();
    return this.#f32;
  }

  get f64(): Float64Array {
    if (this.#u8.buffer !== this.#buffer) this.#view();
    return this.#f64;
  }

  /** `length` elements of `dtype` at `pointer`: a view, valid until memory grows. */
  floats(dtype: Dtype, pointer: number, length: number): Float32Array | Float64Array {
    return dtype === 'f32'
      ? this.f32.subarray(pointer >>> 2, (pointer >>> 2) + length)
      : this.f64.subarray(pointer >>> 3, (pointer >>> 3) + length);
  }
}

const shared = /* @__PURE__ */ new Engine();

/** The strict engine that everything uses by default. */
export function defaultEngine(): Engine {
  return shared.rested();
}

/** Option of what computes; one that cannot run here is refused there and then. */
export const engineField: Field<Engine | null> = {
  fallback: null,
  expected: () => 'an engine',
  read: (value) =>
    value === null || (value instanceof Engine && value.exports) ? (value as Engine | null) : undefined,
};
