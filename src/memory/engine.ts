/** One instance of the module with its memory: arena, views, calls. The only place that touches `memory.buffer`. */
import { instantiateSync } from '@assemblyscript/loader';
import { UnsupportedError } from '../errors.ts';
import { Arena } from './arena.ts';
import { strict } from './module.ts';

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

export class Engine {
  readonly exports: Exports;
  readonly arena: Arena;
  readonly #memory: WebAssembly.Memory;
  #u8!: Uint8Array;
  #i32!: Int32Array;
  #u32!: Uint32Array;
  #f32!: Float32Array;
  #f64!: Float64Array;

  constructor(module: WebAssembly.Module = strict()) {
    this.#memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAXIMUM_PAGES });
    let exports: unknown;
    try {
      exports = instantiateSync(module, { env: { memory: this.#memory } }).exports;
    } catch (error) {
      throw new UnsupportedError(`the WebAssembly module could not be instantiated: ${String(error)}`, {
        cause: error,
      });
    }
    this.exports = exports as Exports;
    this.arena = new Arena(this.#memory, this.exports.heapBase() >>> 0);
    this.#view();
  }

  #view(): void {
    const buffer = this.#memory.buffer;
    this.#u8 = new Uint8Array(buffer);
    this.#i32 = new Int32Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#f32 = new Float32Array(buffer);
    this.#f64 = new Float64Array(buffer);
  }

  /** All of memory as bytes. Like every view here: valid until memory grows, so never kept across a call that may grow it. */
  get u8(): Uint8Array {
    if (this.#u8.buffer !== this.#memory.buffer) this.#view();
    return this.#u8;
  }

  get i32(): Int32Array {
    if (this.#i32.buffer !== this.#memory.buffer) this.#view();
    return this.#i32;
  }

  get u32(): Uint32Array {
    if (this.#u32.buffer !== this.#memory.buffer) this.#view();
    return this.#u32;
  }

  get f32(): Float32Array {
    if (this.#f32.buffer !== this.#memory.buffer) this.#view();
    return this.#f32;
  }

  get f64(): Float64Array {
    if (this.#f64.buffer !== this.#memory.buffer) this.#view();
    return this.#f64;
  }

  /** `length` elements of `dtype` at `pointer`: a view, valid until memory grows. */
  floats(dtype: Dtype, pointer: number, length: number): Float32Array | Float64Array {
    return dtype === 'f32'
      ? this.f32.subarray(pointer >>> 2, (pointer >>> 2) + length)
      : this.f64.subarray(pointer >>> 3, (pointer >>> 3) + length);
  }
}

let shared: Engine | undefined;

/** The strict engine that everything uses by default. */
export function defaultEngine(): Engine {
  if (shared && shared.arena.blocks === 0 && shared.arena.size > IDLE_BYTES) shared = undefined;
  shared ??= new Engine();
  return shared;
}
