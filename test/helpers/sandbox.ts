/**
 * Memory for kernels under test: every array lies in a block of its own, with NaN (0xff) behind it up to 64 bytes and a
 * guarded line behind that. After every call, everything behind an array must be as it was, and so must inputs.
 */
import { type Dtype, defaultEngine, type Engine } from '#src/memory/engine.js';
import { call, control, cursor, Label, OP_BYTES, Tape, writeFields } from '#src/program/tape.js';
import { type Block, bytesOf } from './kernel.ts';

const LINE = 64;
const GUARD = 0xa5;

interface Placed {
  readonly pointer: number;
  readonly bytes: number;
  /** What an input must go on holding; nothing for an output. */
  readonly input?: Uint8Array;
}

type Values<F> = Readonly<Partial<Record<Exclude<keyof F, 'bytes' | 'numbers'>, number>>>;

export class Sandbox {
  readonly engine: Engine;
  readonly #placed: Placed[] = [];

  constructor(engine: Engine) {
    this.engine = engine;
  }

  #place(block: Block, input: boolean): number {
    const bytes = block.byteLength;
    const pointer = this.engine.arena.allocate(Math.ceil(bytes / LINE) * LINE + LINE);
    const { u8 } = this.engine;
    u8.set(bytesOf(block), pointer);
    const end = Math.ceil((pointer + bytes) / LINE) * LINE;
    u8.fill(0xff, pointer + bytes, end);
    u8.fill(GUARD, end, end + LINE);
    this.#placed.push({ pointer, bytes, ...(input && { input: bytesOf(block).slice() }) });
    return pointer;
  }

  /** Memory that kernels must leave as it is. */
  input(block: Block): number {
    return this.#place(block, true);
  }

  /** Memory that kernels may write, to the last byte of the array and not beyond. */
  output(block: Block): number {
    return this.#place(block, false);
  }

  /** A structure of the module, zero where nothing is said. */
  struct<F extends { readonly bytes: number; readonly numbers: number }>(
    fields: F,
    values: Readonly<Partial<Record<Exclude<keyof F, 'bytes' | 'numbers'>, number>>>,
  ): number {
    const pointer = this.output(new Uint8Array(fields.bytes));
    writeFields(this.engine, pointer, fields, values);
    return pointer;
  }

  /** A cursor that stands on `block` rows from `row` of a batch of `count` that begins at `start`. */
  cursor(values: Values<typeof cursor>): number {
    return this.struct(cursor, { scale: 1, ...values });
  }

  /** A copy of `length` elements. */
  floats(dtype: Dtype, pointer: number, length: number): Float32Array | Float64Array {
    return this.engine.floats(dtype, pointer, length).slice();
  }

  f64(pointer: number): number {
    return this.engine.f64[pointer >>> 3]!;
  }

  u32(pointer: number): number {
    return this.engine.u32[pointer >>> 2]!;
  }

  call(kernel: string, dtype: Dtype | '', words: readonly number[]): void {
    call(this.engine, kernel, dtype, words);
    this.check(kernel);
  }

  /**
   * Walks one flow op: where it goes on, and why it asks to stop. `words` may name `exit`, a label.
   */
  flow(kernel: string, dtype: Dtype | '', words: (exit: Label) => readonly (number | Label)[]) {
    const exit = new Label();
    const tape = new Tape();
    tape.emit(kernel, dtype, words(exit));
    tape.emit('jump', '', [0]);
    tape.place(exit);
    tape.emit('jump', '', [0]);
    const placed = this.#placed.length;
    const op = this.output(new Uint8Array(tape.bytes));
    tape.write(this.engine, op);
    const walker = this.struct(control, { begin: op, end: op + tape.bytes, position: op });
    this.engine.exports.walk(walker, 0);
    this.check(kernel);
    const ended = this.f64(walker + control.turns) > 0;
    const at = (this.u32(walker + control.position) - op) / OP_BYTES;
    const stop = this.u32(walker + control.stop);
    for (const { pointer } of this.#placed.splice(placed)) this.engine.arena.free(pointer);
    return { next: ended ? 'end' : ['same', 'next', 'exit'][at], stop };
  }

  /** Looks at everything that must not have changed. */
  check(what: string): void {
    const { u8 } = this.engine;
    this.#placed.forEach(({ pointer, bytes, input }, i) => {
      const end = Math.ceil((pointer + bytes) / LINE) * LINE;
      const spoilt = (from: number, to: number, byte: number): boolean => {
        for (let at = from; at < to; at++) if (u8[at] !== byte) return true;
        return false;
      };
      if (spoilt(pointer + bytes, end, 0xff) || spoilt(end, end + LINE, GUARD)) {
        throw new Error(`${what}: written behind block ${i} of ${bytes} bytes`);
      }
      if (input && Buffer.compare(input, u8.subarray(pointer, pointer + bytes)) !== 0) {
        throw new Error(`${what}: block ${i}, an input, was written`);
      }
    });
  }
}

/** Runs `body` with memory that is given back afterwards. */
export function sandbox<R>(body: (box: Sandbox) => R, engine: Engine = defaultEngine()): R {
  return engine.arena.scope(() => body(new Sandbox(engine)));
}
