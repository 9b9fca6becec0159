/** Writes ops into linear memory, by the table of kernels. */
import type { Dtype, Engine } from '../memory/engine.ts';
import { flowKernels, type KernelRow, structBytes, structs, workKernels } from './kernels.ts';

/** Bytes of one op: opcode, cost, 14 operands. */
export const OP_BYTES = 64;

const codes = new Map<string, number>();

/** Numbers kernels in the order of their rows. */
export function numberKernels(rows: readonly KernelRow[]): void {
  for (const { name, types = ['f32', 'f64'] } of rows) {
    for (const type of types.length === 0 ? [''] : types) codes.set(type ? `${name}_${type}` : name, codes.size);
  }
}
numberKernels([...flowKernels, ...workKernels]);

/** Names of all opcodes in order. */
export const opcodeNames: readonly string[] = [...codes.keys()];

/** Opcodes written in this process; the suite checks that none was left out. */
export const written = new Set<number>();

export function opcode(name: string, dtype: Dtype | ''): number {
  const code = codes.get(dtype ? `${name}_${dtype}` : name);
  if (code === undefined) throw new RangeError(`no kernel ${name}${dtype ? ` for ${dtype}` : ''}`);
  return code;
}

/** A place on a tape, known when the tape is written. */
export class Label {
  index = -1;
}

interface Op {
  readonly code: number;
  readonly cost: number;
  readonly words: readonly (number | Label)[];
}

/** Largest cost of an op, so that budgets cannot overflow. */
const MAX_COST = 2 ** 30;

/** The ops of one turn, written to linear memory in one piece. */
export class Tape {
  readonly #ops: Op[] = [];

  /** Bytes of the ops so far. */
  get bytes(): number {
    return this.#ops.length * OP_BYTES;
  }

  /**
   * Appends an op. `words` are its operands: pointers, counts, flags. `cost` is in work units, about one multiply-add
   * of one element each.
   */
  emit(kernel: string, dtype: Dtype | '', words: readonly (number | Label)[], cost = 0): void {
    this.#ops.push({ code: opcode(kernel, dtype), cost, words });
  }

  /** The label is the next op. */
  place(label: Label): void {
    label.index = this.#ops.length;
  }

  /** Where the ops of a kernel lie, in bytes from the begin. */
  find(kernel: string): number[] {
    const code = opcode(kernel, '');
    return this.#ops.flatMap((op, i) => (op.code === code ? [i * OP_BYTES] : []));
  }

  write(engine: Engine, pointer: number): void {
    const memory = engine.u32;
    let at = pointer >>> 2;
    for (const { code, cost, words } of this.#ops) {
      written.add(code);
      memory.fill(0, at, at + OP_BYTES / 4);
      memory[at] = code;
      memory[at + 1] = 1 + Math.min(Math.ceil(cost), MAX_COST);
      for (let i = 0; i < words.length; i++) {
        const word = words[i]!;
        memory[at + 2 + i] = typeof word === 'number' ? word : pointer + word.index * OP_BYTES;
      }
      at += OP_BYTES / 4;
    }
  }
}

/** Walks a tape once, from its first op to its end. */
export function walkOnce(engine: Engine, tape: Tape): void {
  if (tape.bytes === 0) return;
  const pointer = engine.arena.allocate(tape.bytes + control.bytes);
  try {
    const at = pointer + tape.bytes;
    tape.write(engine, pointer);
    writeFields(engine, at, control, { turns: 0, begin: pointer, end: at, position: pointer, stop: 0 });
    while (engine.f64[(at + control.turns) >>> 3] === 0) engine.exports.walk(at, MAX_COST);
  } finally {
    engine.arena.free(pointer);
  }
}

/** Runs one op by itself. `words` as in {@link Tape.emit}. */
export function call(engine: Engine, kernel: string, dtype: Dtype | '', words: readonly number[]): void {
  const tape = new Tape();
  tape.emit(kernel, dtype, words);
  walkOnce(engine, tape);
}

type Structs = typeof structs;

/** Byte offset of every field of a structure, and its size. */
export type Fields<S extends keyof Structs> = Readonly<
  Record<Structs[S]['f64'][number] | Structs[S]['u32'][number], number>
> & {
  readonly bytes: number;
  /** Bytes of the f64 fields, which come first. */
  readonly numbers: number;
};

function layout<S extends keyof Structs>(name: S): Fields<S> {
  const { f64, u32 } = structs[name];
  const fields: Record<string, number> = {};
  f64.forEach((field, i) => {
    fields[field] = i * 8;
  });
  u32.forEach((field, i) => {
    fields[field] = f64.length * 8 + i * 4;
  });
  fields.bytes = structBytes(name);
  fields.numbers = f64.length * 8;
  return fields as Fields<S>;
}

export const control = /* @__PURE__ */ layout('control');
export const cursor = /* @__PURE__ */ layout('cursor');
export const progress = /* @__PURE__ */ layout('progress');
export const random = /* @__PURE__ */ layout('random');
export const window = /* @__PURE__ */ layout('window');
export const search = /* @__PURE__ */ layout('search');

/** Writes fields of the structure at `at`. */
export function writeFields<F extends { readonly numbers: number }>(
  engine: Engine,
  at: number,
  fields: F,
  values: Readonly<Partial<Record<Exclude<keyof F, 'bytes' | 'numbers'>, number>>>,
): void {
  const offsets = fields as unknown as Readonly<Record<string, number>>;
  for (const [name, value] of Object.entries<number | undefined>(values)) {
    const offset = offsets[name]!;
    if (offset < fields.numbers) engine.f64[(at + offset) >>> 3] = value!;
    else engine.u32[(at + offset) >>> 2] = value!;
  }
}
